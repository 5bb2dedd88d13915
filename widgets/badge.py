"""Badges: filled red number (unread), hollow red number (duty), grey dot (muted)."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from widgets.style import Style


class BadgeKind(StrEnum):
    """What a badge says."""

    NONE = "none"
    NUMBER = "number"
    """Unread: filled red."""
    DUTY = "duty"
    """Waits for my act: hollow red."""
    MUTED = "muted"
    """Unread in a muted place: grey dot."""
    MARK = "mark"
    """Marked unread without a number: red dot."""


@dataclass(frozen=True, slots=True)
class Badge:
    """One badge."""

    kind: BadgeKind = BadgeKind.NONE
    count: int = 0


NO_BADGE = Badge()


def badge_width(style: Style, badge: Badge) -> int:
    """Width of the badge; 0 for none."""
    return 0


def paint_badge(painter: QPainter, style: Style, badge: Badge, right_center: QPointF) -> None:
    """Draw the badge so that its right end is at `right_center`."""
