"""The small window that stays on top while one does something else. It shows the video and nothing that was written to anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from resources.translations import tr
from widgets.buttons import IconButton
from widgets.painting import fill_plain
from widgets.player.dock import PlayerDock
from widgets.player.outlined import edge_color

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QCloseEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent

    from widgets.player.player import Player
    from widgets.style import StyleSource

_WIDTH, _LEAST, _MARGIN, _GRIP = 384, 240, 24, 16


class MiniWindow(QWidget):
    """Moved by dragging the picture, sized at its lower right corner."""

    back_requested = Signal()
    """Back to the page of the video."""
    closed = Signal()
    """The person closed it: playing ends."""
    moved = Signal(object)
    """QRect, after the person moved or sized it."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        flags = Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        super().__init__(parent, flags)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow)
        self._style = style
        self._pressed: QPoint | None = None
        self._start = QRect()
        self._is_sizing = self._has_moved = False
        self.dock = PlayerDock(style, is_rounded=False, parent=self)
        self._back = self._button("arrow-square-out", "")
        self._close = self._button("x", "")
        self._back.clicked.connect(self.back_requested)
        self._close.clicked.connect(self.close)
        style.changed.connect(self._place_parts)
        self._word()

    def open_at(self, place: QRect | None) -> None:
        """Show it where it was the last time, if that is on a screen, else at the lower right."""
        screen = self._screen_area(place)
        wanted = place if place is not None and self._is_usable(place) else self._usual(screen)
        self.setGeometry(self._fitted(wanted, screen))
        self.show()
        self.raise_()
        self._show_buttons(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See Qt: presses on the picture (not on its controls, which keep them) move the window when they turn into a drag."""
        if event.type() in _MOUSE and self._drag(event):  # type: ignore[arg-type]
            return True
        return super().eventFilter(watched, event)

    def take(self, player: Player) -> None:
        """Show the player."""
        self.dock.take(player)
        player.installEventFilter(self)
        self._back.raise_()
        self._close.raise_()

    def release(self) -> None:
        """The player goes elsewhere."""
        if self.dock.player is not None:
            self.dock.player.removeEventFilter(self)
        self.dock.release()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        elif event.key() == Qt.Key.Key_I:
            self.back_requested.emit()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._word()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.WindowActivate):
            self._show_buttons(True)
        elif event.type() in (QEvent.Type.Leave, QEvent.Type.WindowDeactivate):
            self._show_buttons(self.geometry().contains(self.cursor().pos()))
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_parts()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill_plain(painter, self.rect(), edge_color(self._style.current.colors))
        painter.end()

    def _button(self, glyph: str, tip: str) -> IconButton:
        button = IconButton(self._style, glyph, tip, size=28, icon_size=16, parent=self)
        button.set_color_role("on_scrim")
        button.set_ground_role("scrim")
        return button

    def _word(self) -> None:
        self.setWindowTitle(tr("Video"))
        self._back.set_tip(tr("Back to the video's page (I)"))
        self._close.set_tip(tr("Stop and close (Esc)"))

    def _show_buttons(self, is_shown: bool) -> None:
        self._back.setVisible(is_shown)
        self._close.setVisible(is_shown)

    def _place_parts(self) -> None:
        self.dock.setGeometry(self.rect())
        px = self._style.current.px
        side, margin = px(28), px(6)
        self._close.setGeometry(self.width() - margin - side, margin, side, side)
        self._back.setGeometry(self.width() - 2 * (margin + side), margin, side, side)
        self._back.raise_()
        self._close.raise_()

    def _drag(self, event: QMouseEvent) -> bool:
        """Move or size the window; whether the press belongs to that and to nobody else."""
        at = event.globalPosition().toPoint()
        if event.type() is QEvent.Type.MouseButtonPress:
            if event.button() is not Qt.MouseButton.LeftButton:
                return False
            self._pressed, self._start, self._has_moved = at, self.geometry(), False
            corner = self.geometry().bottomRight() - at
            self._is_sizing = max(corner.x(), corner.y()) <= self._style.current.px(_GRIP)
            return self._is_sizing
        if event.type() is QEvent.Type.MouseButtonRelease:
            was_drag = self._pressed is not None and (self._has_moved or self._is_sizing)
            self._pressed = None
            if was_drag:
                self.moved.emit(self.geometry())
            return was_drag
        return self._follow(at)

    def _follow(self, at: QPoint) -> bool:
        if self._pressed is None:
            return False
        step = at - self._pressed
        if not self._has_moved and step.manhattanLength() < QApplication.startDragDistance():
            return False
        self._has_moved = True
        if self._is_sizing:
            wide = max(self._style.current.px(_LEAST), self._start.width() + step.x())
            self.resize(wide, round(wide * 9 / 16))
        else:
            self.move(self._start.topLeft() + step)
        return True

    def _usual(self, screen: QRect) -> QRect:
        wide, margin = self._style.current.px(_WIDTH), self._style.current.px(_MARGIN)
        size = QSize(wide, round(wide * 9 / 16))
        spot = screen.bottomRight() - QPoint(size.width() + margin, size.height() + margin)
        return QRect(spot, size)

    def _is_usable(self, place: QRect) -> bool:
        return place.width() >= self._style.current.px(_LEAST) and any(
            screen.availableGeometry().contains(place.center()) for screen in QGuiApplication.screens()
        )

    def _screen_area(self, place: QRect | None) -> QRect:
        screen = QGuiApplication.screenAt(place.center()) if place is not None else None
        if screen is None:
            parent = self.parentWidget()
            screen = parent.screen() if parent is not None else QGuiApplication.primaryScreen()
        return screen.availableGeometry()

    def _fitted(self, wanted: QRect, screen: QRect) -> QRect:
        wide = min(wanted.width(), screen.width())
        fitted = QRect(wanted.topLeft(), QSize(wide, round(wide * 9 / 16)))
        left = max(screen.left(), min(fitted.left(), screen.right() - fitted.width()))
        top = max(screen.top(), min(fitted.top(), screen.bottom() - fitted.height()))
        fitted.moveTo(left, top)
        return fitted


_MOUSE = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease)
