"""The boxes and filters of the DING page in words, and what an empty box says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.dings import DingBox, DingFilter
from resources.translations import tr
from widgets.chips import Chip

if TYPE_CHECKING:
    from collections.abc import Mapping


def box_chips() -> list[Chip]:
    """The three boxes."""
    return [
        Chip(DingBox.RECEIVED, tr("Received")),
        Chip(DingBox.SENT, tr("Sent")),
        Chip(DingBox.SCHEDULED, tr("Scheduled")),
    ]


def filter_chips(box: DingBox, counts: Mapping[DingFilter, int]) -> list[Chip]:
    """What one can choose of a box; only what waits for me is counted."""
    if box is DingBox.SCHEDULED:
        return []
    unconfirmed = counts.get(DingFilter.UNCONFIRMED, 0) if box is DingBox.RECEIVED else 0
    return [
        Chip(DingFilter.UNCONFIRMED, tr("Unconfirmed"), unconfirmed),
        Chip(DingFilter.DUE, tr("Due date")),
        Chip(DingFilter.COMMENTED, tr("Commented")),
    ]


def chip_of(filter: DingFilter) -> str:
    """No chip is on where everything is shown."""
    return "" if filter is DingFilter.ALL else filter.value


def empty_words(box: DingBox) -> tuple[str, str, str, str]:
    """Icon, title, text and action of a box with nothing in it."""
    if box is DingBox.SENT:
        text = tr("Send one from here, or from any message with a right click.")
        return "push-pin", tr("You have sent no DING yet"), text, tr("New DING")
    if box is DingBox.SCHEDULED:
        text = tr("A DING can go out later, or again and again.")
        return "clock", tr("Nothing is scheduled"), text, tr("New DING")
    return "push-pin", tr("No DINGs"), tr("What you must confirm comes here."), ""
