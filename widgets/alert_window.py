"""A small window on top of everything that never takes the keyboard by itself.

The window system is told not to give it the focus (`WindowDoesNotAcceptFocus`), so that typing goes on where it was when
the window appears and when one of its buttons is clicked. `take_keyboard` lifts that for as long as the person works in
it; it is set again as soon as another window is active.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPainterPath, QRegion
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from widgets.buttons import PaintedButton
from widgets.painting import fill_rounded, stroke_rounded

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent

    from widgets.style import StyleSource

WIDTH = 380
GUARD_MS = 400
"""After it moved under the pointer a card takes no click: it was meant for the one that was there."""
_IS_BLENDED = sys.platform in ("win32", "darwin")
"""Elsewhere there may be nobody who blends windows: then corners are cut."""


def focus_by_key(place: QWidget) -> None:
    """Give the keyboard to a part of a window that is about to become active, and show that it is there."""
    place.setFocus(Qt.FocusReason.ShortcutFocusReason)
    if isinstance(place, PaintedButton):
        place.show_ring()


class AlertWindow(QWidget):
    """The frame: ground, edge, how it behaves as a window."""

    next_wanted = Signal()
    """F8 again: the keyboard goes to the next card."""

    def __init__(self, style: StyleSource) -> None:
        super().__init__(
            None,
            Qt.WindowType.Tool
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.WindowStaysOnTopHint
            | Qt.WindowType.WindowDoesNotAcceptFocus,
        )
        self._style = style
        self._guard = QTimer(self, singleShot=True)
        self._before: QWidget | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        if _IS_BLENDED:
            self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        style.changed.connect(self._restyle)

    def is_guarded(self) -> bool:
        """Whether a click now may have been meant for another card."""
        return self._guard.isActive()

    def place(self, left: int, bottom: int) -> None:
        """Stand with the lower left corner there."""
        top = bottom - self.height()
        if self.isVisible() and (left, top) != (self.x(), self.y()):
            self._guard.start(GUARD_MS)
        self.move(left, top)

    def fit(self) -> None:
        """Take the height the content needs."""
        width = self._style.current.px(WIDTH)
        layout = self.layout()
        height = layout.heightForWidth(width) if layout is not None and layout.hasHeightForWidth() else -1
        self.setFixedSize(width, height if height > 0 else self.sizeHint().height())

    def reach(self) -> None:
        """Take the keyboard, because a key asked for it."""
        self.take_keyboard()
        self.focusNextChild()

    def take_keyboard(self) -> None:
        """Become active, because the person asked for it."""
        active = QApplication.activeWindow()
        if active is not self:
            self._before = active.before if isinstance(active, AlertWindow) else active
        self._set_focusable(True)
        self.raise_()
        self.activateWindow()

    @property
    def before(self) -> QWidget | None:
        """The window that had the keyboard before the cards."""
        return self._before

    def give_back(self) -> None:
        """Let the window of ours that was active before be active again; another program's is the system's to choose."""
        before, self._before = self._before, None
        if self.isActiveWindow() and before is not None and isValid(before) and before.isVisible():
            before.activateWindow()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and not self.isActiveWindow():
            self._set_focusable(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.give_back()
        elif event.key() == Qt.Key.Key_F8:
            self.next_wanted.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not _IS_BLENDED:
            path = QPainterPath()
            radius = self._style.current.sizes.radius_large
            path.addRoundedRect(QRectF(self.rect()), radius, radius)
            self.setMask(QRegion(path.toFillPolygon().toPolygon()))

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        fill_rounded(painter, self.rect(), style.sizes.radius_large, style.colors.window)
        stroke_rounded(painter, self.rect(), style.sizes.radius_large, style.colors.line)
        painter.end()

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def _set_focusable(self, is_focusable: bool) -> None:
        """Change the living window: `setWindowFlags` would hide it."""
        handle = self.windowHandle()
        if handle is not None:
            handle.setFlag(Qt.WindowType.WindowDoesNotAcceptFocus, not is_focusable)
