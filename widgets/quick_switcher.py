"""Ctrl+K: type part of a name, Enter goes there."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from resources.translations import tr
from widgets.avatar import ImageSource
from widgets.floating import Overlay, paint_floating
from widgets.floating_list import FloatingList
from widgets.floating_list import FloatingRow as SwitcherRow
from widgets.search_field import SearchField
from widgets.style import StyleSource
from widgets.words import Line

__all__ = ["QuickSwitcher", "SwitcherRow"]

_WIDTH, _MOST_HEIGHT, _TOP = 560, 440, 80
_SHADOW = 14


class QuickSwitcher(Overlay):
    """A panel over the window. Emits the term while typing; the screen answers with `set_rows`."""

    term_changed = Signal(str)
    chosen = Signal(str)
    closed = Signal()

    def __init__(self, style: StyleSource, window: QWidget, images: ImageSource | None = None) -> None:
        super().__init__(style, window)
        self._field = SearchField(style, parent=self)
        self._field.clears_on_escape = False
        self._list = FloatingList(style, images, self)
        self._empty = Line(style, role="text2", pixels=13, parent=self)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint = Line(style, role="text2", pixels=12, parent=self)
        self._card = QRect()
        self._field.term_changed.connect(self.term_changed)
        self._field.moved.connect(self._list.move_by)
        self._field.submitted.connect(lambda _: self._list.choose())
        self._field.cancelled.connect(self.close_panel)
        self._list.chosen.connect(self._choose)
        style.changed.connect(self._place)
        self._retranslate()

    def open_empty(self) -> None:
        """Show it with an empty field (term_changed("") follows)."""
        self._field.clear()
        self.cover()
        self._place()
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.term_changed.emit("")

    def close_panel(self) -> None:
        """Hide it and give the focus back."""
        if not self.isHidden():
            self.uncover()
            self.closed.emit()

    def set_rows(self, rows: Sequence[SwitcherRow]) -> None:
        """The answer to the current term; the first row gets selected."""
        self._list.set_rows(rows)
        self._empty.setVisible(not rows)
        self._place()

    @property
    def field(self) -> SearchField:
        """Where the term is typed."""
        return self._field

    @property
    def rows(self) -> FloatingList:
        """The list below it."""
        return self._list

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._card.contains(event.position().toPoint()):
            self.close_panel()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        style, painter = self._style.current, QPainter(self)
        paint_floating(painter, QRectF(self._card), style, _SHADOW)
        foot = self._card.bottom() - style.px(36)
        painter.fillRect(self._card.left() + 1, foot, self._card.width() - 2, 1, style.colors.line)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _choose(self, key: str) -> None:
        self.close_panel()
        self.chosen.emit(key)

    def _place(self) -> None:
        style = self._style.current
        width = min(style.px(_WIDTH), self.width() - style.px(48))
        rows = max(self._list.content_height(), style.px(88))
        extra = style.px(12 + 32 + 8 + 8 + 36)
        top = min(style.px(_TOP), self.height() // 8)
        height = min(rows + extra, style.px(_MOST_HEIGHT), self.height() - top - style.px(24))
        self._card = QRect((self.width() - width) // 2, top, width, height)
        inside = self._card.adjusted(style.px(12), style.px(12), -style.px(12), -style.px(8))
        self._field.setGeometry(inside.left(), inside.top(), inside.width(), style.sizes.button)
        body_top = inside.top() + style.sizes.button + style.px(8)
        body = QRect(
            self._card.left() + 4, body_top, width - 8, self._card.bottom() - style.px(40) - body_top
        )
        self._list.setGeometry(body)
        self._empty.setGeometry(body)
        foot = self._card.bottom() - style.px(35)
        self._hint.setGeometry(inside.left(), foot, inside.width(), style.px(34))
        self.update()

    def _retranslate(self) -> None:
        self._field.set_placeholder(tr("Go to a chat or person"))
        self._empty.setText(tr("Nothing found. Try another part of the name."))
        self._hint.setText(tr("↑ ↓ choose · Enter opens · Esc closes"))
        self.setAccessibleName(tr("Quick switcher"))
