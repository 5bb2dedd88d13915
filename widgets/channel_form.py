"""A dialog of many fields: it scrolls inside where the window is small; plain Enter in a field sends nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from widgets.dialogs import Dialog

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPaintEvent

    from widgets.style import StyleSource

_WIDTH, _HEIGHT, _LEAST_HEIGHT, _AIR = 580, 680, 420, 24
_CTRL = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier


class FormDialog(Dialog):
    """Put parts in with `add`. Ctrl+Enter presses the default button wherever the focus is."""

    scrolled = Signal()
    """What floats over a field stands elsewhere now."""

    def __init__(self, style: StyleSource, title: str, window: QWidget, *, height: int = _HEIGHT) -> None:
        super().__init__(style, title, window)
        self._scroll = _Scroll(style)
        self.body.addWidget(self._scroll, 1)
        self._scroll.verticalScrollBar().valueChanged.connect(self.scrolled)
        self._fit(window, height)

    def add(self, *parts: QWidget) -> None:
        """Put parts under those that are there."""
        for part in parts:
            self._scroll.column.insertWidget(self._scroll.column.count() - 1, part)

    def reveal(self, part: QWidget) -> None:
        """Bring a part into sight as soon as it has its place; the cursor stays where it is."""
        QTimer.singleShot(0, part, lambda: self._scroll.ensureWidgetVisible(part))

    def show_part(self, part: QWidget) -> None:
        """Bring a part into sight, with the cursor in it."""
        part.setFocus(Qt.FocusReason.OtherFocusReason)
        self._scroll.ensureWidgetVisible(part)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and not event.modifiers() & _CTRL:
            event.accept()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._scroll.verticalScrollBar().maximum():
            painter = QPainter(self)
            edge = self._scroll.geometry().bottom() + 1
            painter.fillRect(0, edge, self.width(), 1, self._style.current.colors.line)
            painter.end()

    def _fit(self, window: QWidget, height: int) -> None:
        """As large as wanted, never larger than the screen, nor than the window while that is large enough."""
        style, screen = self._style.current, window.screen().availableGeometry()
        high = min(style.px(height), max(window.height() - _AIR, style.px(_LEAST_HEIGHT)))
        width = min(style.px(_WIDTH), screen.width() - _AIR)
        self.setMinimumWidth(min(self.minimumWidth(), width))
        self.resize(width, min(high, screen.height() - 2 * _AIR))


class _Scroll(QScrollArea):
    """The fields, one under the other."""

    def __init__(self, style: StyleSource) -> None:
        super().__init__()
        inside = QWidget()
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(0, 0, style.current.px(14), style.current.px(8))
        self.column.setSpacing(style.current.px(14))
        self.column.addStretch(1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 80)
