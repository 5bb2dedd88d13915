"""The one figure of tray, taskbar and title."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.domain.rooms import AttentionTotals


def unread_of(totals: AttentionTotals | None) -> int:
    """How many unread messages a person is told of."""
    return max(totals.unread, totals.mentions) if totals else 0
