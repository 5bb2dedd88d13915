"""The rail at the left: me on top, the places, settings at the bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QPainter,
)
from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets.avatar import Avatar
from widgets.badge import NO_BADGE, badge_width, badge_words, paint_badge
from widgets.buttons import PaintedButton
from widgets.icons import icon_pixmap
from widgets.painting import fill_plain, fill_rounded, paint_focus_ring
from widgets.tips import plain_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import (
        QContextMenuEvent,
        QKeyEvent,
        QMouseEvent,
        QPaintEvent,
        QPixmap,
    )

    from widgets.badge import Badge
    from widgets.style import StyleSource

_ENTRY_SIDE = 44
_ENTRY_GAP = 6


class RailEntry(NamedTuple):
    """One place. `icon` is a name of the icon font, `text` the worded tooltip and accessible name."""

    key: str
    icon: str
    text: str
    badge: Badge = NO_BADGE
    words: str = ""
    """What the badge says, where it says more than its number: unread and duties apart."""


class Rail(QWidget):
    """Sixty pixels of places."""

    entry_activated = Signal(str)
    entry_double_activated = Signal(str)
    """Double click: go to the next unread."""
    person_activated = Signal()
    entry_context_requested = Signal(str, QPoint)

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._current = ""
        self._buttons: dict[str, _RailButton] = {}
        self._avatar = Avatar(style, 32, is_button=True)
        self._avatar.activated.connect(self.person_activated)
        self._top, self._bottom = QVBoxLayout(), QVBoxLayout()
        self._lay_out()
        style.changed.connect(self._restyle)
        self._restyle()

    def set_person(self, user_id: str, name: str, picture: QPixmap | None = None) -> None:
        """Show me on top."""
        self._avatar.set_person(user_id, name, picture)
        self._avatar.setToolTip(plain_tip(name))

    def set_entries(self, top: Sequence[RailEntry], bottom: Sequence[RailEntry] = ()) -> None:
        """Show these places (again after a change of language)."""
        for button in self._buttons.values():
            button.setParent(None)
            button.deleteLater()
        self._buttons = {}
        for layout, entries in ((self._top, top), (self._bottom, bottom)):
            for entry in entries:
                layout.addWidget(self._make_button(entry), 0, Qt.AlignmentFlag.AlignHCenter)
        self.set_current(self._current)

    def set_current(self, key: str) -> None:
        """Mark the place that is open."""
        self._current = key
        for name, button in self._buttons.items():
            button.setChecked(name == key)

    def set_badge(self, key: str, badge: Badge, words: str = "") -> None:
        """Change the badge of one place, and what it says."""
        if key in self._buttons:
            self._buttons[key].set_badge(badge, words)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, painter = self._style.current.colors, QPainter(self)
        fill_plain(painter, self.rect(), colors.rail)
        fill_plain(painter, QRect(self.width() - 1, 0, 1, self.height()), colors.line)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def _make_button(self, entry: RailEntry) -> _RailButton:
        button = _RailButton(self._style, entry)
        button.clicked.connect(lambda _=False, key=entry.key: self.entry_activated.emit(key))
        button.double_clicked.connect(self.entry_double_activated)
        button.context_requested.connect(self.entry_context_requested)
        self._buttons[entry.key] = button
        return button

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._avatar, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(14)
        column.addLayout(self._top)
        column.addStretch(1)
        column.addLayout(self._bottom)

    def _restyle(self) -> None:
        style = self._style.current
        self.setFixedWidth(style.sizes.rail)
        column = self.layout()
        if column is not None:
            column.setContentsMargins(0, style.px(12), 1, style.px(12))
        self._top.setSpacing(style.px(_ENTRY_GAP))
        self._bottom.setSpacing(style.px(_ENTRY_GAP))
        self.update()


class _RailButton(PaintedButton):
    """One place: icon, filled on a soft ground while open, badge at its corner."""

    double_clicked = Signal(str)
    context_requested = Signal(str, QPoint)

    def __init__(self, style: StyleSource, entry: RailEntry) -> None:
        super().__init__(style, None)
        self._entry, self._badge, self._words = entry, entry.badge, entry.words
        self.setCheckable(True)
        self._name()
        self._restyle()

    def set_badge(self, badge: Badge, words: str) -> None:
        """Change the badge; painted only if it differs."""
        if (badge, words) != (self._badge, self._words):
            self._badge, self._words = badge, words
            self._name()
            self.update()

    def nextCheckState(self) -> None:
        """The rail marks the open place, not the click."""

    def sizeHint(self) -> QSize:
        side = self._style.current.px(_ENTRY_SIDE)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        colors, is_on = style.colors, self.isChecked()
        if is_on or self.underMouse():
            ground = colors.accent_soft if is_on else colors.hover
            fill_rounded(painter, self.rect(), style.sizes.radius_large, ground)
        side = style.sizes.icon_large
        color = colors.accent if is_on else colors.text2
        picture = icon_pixmap(self._entry.icon, color, side, filled=is_on, dpr=self.devicePixelRatioF())
        painter.drawPixmap(QPointF((self.width() - side) // 2, (self.height() - side) // 2), picture)
        if self._badge is not NO_BADGE:
            self._paint_badge(painter)
        if self._has_ring:
            paint_focus_ring(painter, self.rect(), style, style.sizes.radius_large)
        painter.end()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.double_clicked.emit(self._entry.key)
        super().mouseDoubleClickEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.context_requested.emit(self._entry.key, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _paint_badge(self, painter: QPainter) -> None:
        style = self._style.current
        middle = self.width() / 2 + style.px(12)
        right = min(middle + badge_width(style, self._badge) / 2 + style.px(2), float(self.width()))
        paint_badge(painter, style, self._badge, QPointF(right, style.px(10)), style.colors.rail)

    def _name(self) -> None:
        words = self._words or badge_words(self._badge)
        self.setAccessibleName(f"{self._entry.text}, {words}" if words else self._entry.text)
        self.setToolTip(f"{self._entry.text}\n{words}" if words else self._entry.text)

    def _restyle(self) -> None:
        self.setFixedSize(self.sizeHint())
        self.update()
