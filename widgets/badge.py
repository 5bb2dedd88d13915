"""Badges: filled red number (unread), hollow red number (duty), grey dot (muted)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF

from resources.formats import format_count
from resources.translations import tr, tr_n
from widgets.painting import fill_rounded, stroke_rounded
from widgets.style import Weight

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QColor, QPainter

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
_DOTS = (BadgeKind.MUTED, BadgeKind.MARK)


def badge_width(style: Style, badge: Badge) -> int:
    """Width of the badge; 0 for none."""
    if _is_empty(badge):
        return 0
    if badge.kind in _DOTS:
        return style.px(8)
    words = QFontMetricsF(style.font(11, Weight.BOLD)).horizontalAdvance(format_count(badge.count))
    return max(style.px(17), round(words) + style.px(10))


def badge_words(badge: Badge) -> str:
    """Say the badge, for screen readers and tooltips."""
    if _is_empty(badge):
        return ""
    if badge.kind is BadgeKind.NUMBER:
        return tr_n("{n} unread", "{n} unread", badge.count)
    if badge.kind is BadgeKind.DUTY:
        return tr_n("{n} waiting for you", "{n} waiting for you", badge.count)
    return tr("Unread, muted") if badge.kind is BadgeKind.MUTED else tr("Marked unread")


def paint_badge(
    painter: QPainter, style: Style, badge: Badge, right_center: QPointF, ground: QColor | None = None
) -> None:
    """Draw the badge with its right end at `right_center`; `ground` is what shows inside a hollow one."""
    width = badge_width(style, badge)
    if not width:
        return
    height = style.px(8) if badge.kind in _DOTS else style.px(17)
    rect = QRectF(right_center.x() - width, right_center.y() - height / 2, width, height)
    colors, radius = style.colors, height / 2
    if badge.kind in _DOTS:
        fill_rounded(
            painter, rect, radius, colors.muted_dot if badge.kind is BadgeKind.MUTED else colors.attention
        )
        return
    if badge.kind is BadgeKind.DUTY:
        fill_rounded(painter, rect, radius, ground or colors.window)
        stroke_rounded(painter, rect, radius, colors.attention, 1.25)
    else:
        fill_rounded(painter, rect, radius, colors.attention_fill)
    painter.setPen(colors.attention_text if badge.kind is BadgeKind.DUTY else colors.on_attention)
    painter.setFont(style.font(11, Weight.BOLD))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, format_count(badge.count))


def _is_empty(badge: Badge) -> bool:
    return badge.kind is BadgeKind.NONE or (badge.kind not in _DOTS and badge.count <= 0)
