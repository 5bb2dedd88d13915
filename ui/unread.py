"""The one figure of tray, taskbar and title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resources.translations import tr, tr_n

if TYPE_CHECKING:
    from app.domain.rooms import AttentionTotals


def unread_of(totals: AttentionTotals | None) -> int:
    """How many unread messages, comments and videos a person is told of."""
    if totals is None:
        return 0
    return max(totals.unread, totals.mentions) + totals.comments + totals.new_posts


def figure_words(totals: AttentionTotals | None) -> str:
    """The figures for tooltips and screen readers: unread and duties apart. Empty: nothing."""
    unread = unread_of(totals)
    duties = totals.duties if totals else 0
    parts = (
        (unread, tr_n("{n} unread", "{n} unread", unread)),
        (duties, tr_n("{n} waiting for you", "{n} waiting for you", duties)),
    )
    return tr(", ").join(words for count, words in parts if count)
