"""A search field: icon, clear button, waits for a pause in typing and for the input method."""

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from resources.translations import tr
from widgets.buttons import IconButton
from widgets.icons import icon_pixmap
from widgets.line_edit import LineEdit
from widgets.style import StyleSource

PAUSE_MS = 120
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10}


class SearchField(LineEdit):
    """Emits `term_changed` after a short pause, at once on Enter and when cleared; never with half-typed Chinese."""

    term_changed = Signal(str)
    submitted = Signal(str)
    """Enter."""
    moved = Signal(int)
    """Arrow up (-1), down (+1), page (-10, +10): for the list below."""
    cancelled = Signal()
    """Escape in an empty field, or in any where `clears_on_escape` is off."""

    def __init__(self, style: StyleSource, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._told = ""
        self.clears_on_escape = True
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self._tell)
        self._clear = IconButton(style, "x-circle", "", size=24, icon_size=16, parent=self)
        self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._clear.clicked.connect(self._clear_now)
        self._clear.hide()
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.textChanged.connect(self._text_changed)
        style.changed.connect(self._restyle)
        self._retranslate()
        self._restyle()

    def term(self) -> str:
        """What is searched for now."""
        return self.text().strip()

    def set_placeholder(self, text: str) -> None:
        """Word the hint, which is also the field's name."""
        self.setPlaceholderText(text)
        self.setAccessibleName(text)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        super().inputMethodEvent(event)
        self._clear.setVisible(bool(self.text()) or self.is_composing)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self.is_composing:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._tell()
            self.submitted.emit(self.term())
        elif key in _STEPS and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.moved.emit(_STEPS[key])
        elif key == Qt.Key.Key_Escape:
            self._escape()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        style, painter = self._style.current, QPainter(self)
        side = style.sizes.icon_small
        picture = icon_pixmap("magnifying-glass", style.colors.text2, side, dpr=self.devicePixelRatioF())
        painter.drawPixmap(QPointF(style.px(10), (self.height() - side) // 2), picture)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = self._clear.sizeHint().width()
        self._clear.setGeometry(self.width() - side - 4, (self.height() - side) // 2, side, side)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _text_changed(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        if text:
            self._timer.start()
        else:
            self._tell()

    def _tell(self) -> None:
        self._timer.stop()
        if self.is_composing and self.text():
            return
        if self.term() != self._told:
            self._told = self.term()
            self.term_changed.emit(self._told)

    def _escape(self) -> None:
        if self.text() and self.clears_on_escape:
            self._clear_now()
        else:
            self.cancelled.emit()

    def _clear_now(self) -> None:
        self.clear()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _retranslate(self) -> None:
        self._clear.set_tip(tr("Clear"))

    def _restyle(self) -> None:
        style = self._style.current
        self.setFixedHeight(style.sizes.button)
        self.setTextMargins(style.px(22), 0, style.px(20), 0)
        self.setFont(style.font(13))
        self.update()
