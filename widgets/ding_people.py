"""Who has confirmed a ding and who has not: two columns of faces, painted, however many they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QFontMetricsF, QPainter
from PySide6.QtWidgets import QToolTip, QWidget

from widgets.avatar import paint_avatar
from widgets.ding_row_delegate import FADED
from widgets.painting import TagKind, paint_elided, paint_tag, tag_width
from widgets.tips import plain_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QHelpEvent, QMouseEvent, QPaintEvent, QResizeEvent

    from widgets.avatar import ImageSource
    from widgets.ding_values import PersonRow
    from widgets.style import StyleSource

_LEAST_COLUMN = 190
"""Narrower ones stand under each other."""
_WRAP = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)


class _Column(NamedTuple):
    """A heading and its people."""

    title: str
    people: tuple[PersonRow, ...]


class _Slot(NamedTuple):
    """Where one person stands."""

    rect: QRect
    person: PersonRow
    has_note_below: bool


class DingPeople(QWidget):
    """A click on a face opens the person."""

    person_activated = Signal(str)

    def __init__(
        self, style: StyleSource, images: ImageSource | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style, self._images = style, images
        self._columns: tuple[_Column, ...] = ()
        self._heads: list[tuple[QRect, str]] = []
        self._slots: list[_Slot] = []
        self._over: _Slot | None = None
        self.setMouseTracking(True)
        style.changed.connect(self._place)

    def set_people(
        self,
        confirmed_title: str,
        confirmed: Sequence[PersonRow],
        waiting_title: str,
        waiting: Sequence[PersonRow],
    ) -> None:
        """Show these; an empty title leaves a column out."""
        columns = (_Column(confirmed_title, tuple(confirmed)), _Column(waiting_title, tuple(waiting)))
        columns = tuple(column for column in columns if column.title)  # type: ignore[assignment]
        if columns != self._columns:
            self._columns = columns
            self.setAccessibleName(", ".join(column.title for column in columns))
            self.setAccessibleDescription("; ".join(_spoken(column) for column in columns))
            self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        for rect, title in self._heads:
            paint_elided(painter, rect, title, style.body_bold, style.colors.text1)
        for slot in self._slots:
            if slot.rect.intersects(event.rect()):
                self._paint_person(painter, slot)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._over = self._slot_at(event.position())
        self.setCursor(
            Qt.CursorShape.ArrowCursor if self._over is None else Qt.CursorShape.PointingHandCursor
        )
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._over = None
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        slot = self._slot_at(event.position())
        if slot is not None and event.button() is Qt.MouseButton.LeftButton:
            self.person_activated.emit(slot.person.user_id)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            self._tell(event)  # type: ignore[arg-type]
            return True
        return super().event(event)

    def _tell(self, event: QHelpEvent) -> None:
        slot = self._slot_at(QPointF(event.pos()))
        words = "" if slot is None else "\n".join(filter(None, (slot.person.name, slot.person.user_id)))
        QToolTip.showText(event.globalPos(), plain_tip(words), self)

    # Places

    def _place(self) -> None:
        style = self._style.current
        gap = style.px(24)
        is_beside = (self.width() - gap) // 2 >= style.px(_LEAST_COLUMN) and len(self._columns) > 1
        width = (self.width() - gap) // 2 if is_beside else self.width()
        self._heads, self._slots = [], []
        x = y = bottom = 0
        for column in self._columns:
            y = self._place_column(column, x, y, width)
            bottom = max(bottom, y)
            if is_beside:
                x, y = x + width + gap, 0
            else:
                y += style.px(12)
        self._over = None
        self.setFixedHeight(max(1, bottom))
        self.update()

    def _place_column(self, column: _Column, x: int, y: int, width: int) -> int:
        style = self._style.current
        self._heads.append((QRect(x, y, width, style.px(20)), column.title))
        y += style.px(26)
        for person in column.people:
            is_below = bool(person.note) and not self._has_room(person, width)
            height = style.px(36) + (self._note_height(person, width) if is_below else 0)
            self._slots.append(_Slot(QRect(x, y, width, height), person, is_below))
            y += height
        return y

    def _has_room(self, person: PersonRow, width: int) -> bool:
        style = self._style.current
        small = QFontMetricsF(style.small)
        taken = style.px(32) + QFontMetricsF(style.body).horizontalAdvance(person.name) + style.px(8)
        taken += small.horizontalAdvance(f"{person.detail} {person.note}") + style.px(8)
        tag = tag_width(style, person.tag)
        return bool(taken + tag <= width)

    def _note_height(self, person: PersonRow, width: int) -> int:
        style = self._style.current
        room = QRect(0, 0, max(1, width - style.px(32)), 100_000)
        return QFontMetrics(style.small).boundingRect(room, _WRAP, person.note).height() + style.px(4)

    def _slot_at(self, at: QPointF) -> _Slot | None:
        return next((slot for slot in self._slots if slot.rect.contains(at.toPoint())), None)

    # Painting

    def _paint_person(self, painter: QPainter, slot: _Slot) -> None:
        style, person, rect = self._style.current, slot.person, slot.rect
        side, line = style.sizes.avatar_small, style.px(36)
        face = QRect(rect.left(), rect.top() + (line - side) // 2, side, side)
        picture = None
        if person.avatar_key and self._images is not None:
            picture = self._images.pixmap(person.avatar_key, face.size(), self.devicePixelRatioF())
        painter.setOpacity(FADED if person.is_faded else 1.0)
        paint_avatar(painter, face, style, person.user_id, person.name, picture)
        painter.setOpacity(1.0)
        left = rect.left() + style.px(32)
        name = QRectF(left, rect.top(), rect.right() + 1 - left, line)
        tag = tag_width(style, person.tag)
        name.setWidth(max(0.0, name.width() - (tag + style.px(8) if tag else 0)))
        color = style.colors.accent_text if slot is self._over else style.colors.text1
        x = left + paint_elided(painter, name, person.name, style.body, color) + style.px(8)
        words = person.detail if slot.has_note_below else f"{person.detail} {person.note}".strip()
        room = QRectF(x, rect.top(), rect.right() + 1 - x - (tag + style.px(8) if tag else 0), line)
        x += paint_elided(painter, room, words, style.small, style.colors.text2)
        if tag:
            x += style.px(8) if words else 0
            paint_tag(painter, style, QPointF(x, rect.top() + line / 2), person.tag, TagKind.AMBER)
        if slot.has_note_below:
            painter.setFont(style.small)
            painter.setPen(style.colors.text2)
            below = QRect(
                left, rect.top() + line - style.px(4), rect.right() + 1 - left, rect.height() - line
            )
            painter.drawText(below, _WRAP, person.note)


def _spoken(column: _Column) -> str:
    names = (" ".join(filter(None, (p.name, p.detail, p.note, p.tag))) for p in column.people)
    return f"{column.title}: {', '.join(names)}"
