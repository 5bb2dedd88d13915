"""The line that says how the connection stands, in words, with the next step."""

from enum import StrEnum

from PySide6.QtCore import QEasingCurve, QEvent, QPropertyAnimation, QRect, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from resources.translations import tr
from widgets.announce import announce
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.icons import icon_pixmap
from widgets.style import StyleSource
from widgets.words import Line


class BannerKind(StrEnum):
    """Its colour."""

    WAITING = "waiting"
    ATTENTION = "attention"
    INFO = "info"
    DONE = "done"


_LOOKS = {
    BannerKind.WAITING: ("waiting_soft", "waiting_text", "wifi-slash"),
    BannerKind.ATTENTION: ("attention_soft", "attention_text", "warning-circle"),
    BannerKind.INFO: ("accent_soft", "accent_text", "info"),
    BannerKind.DONE: ("done_soft", "done_text", "check-circle"),
}


class Banner(QWidget):
    """Hidden until `show_line`; slides in unless motion is off."""

    action_triggered = Signal()
    dismissed = Signal()

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._kind, self._icon, self._is_wanted = BannerKind.WAITING, "", False
        self._text = Line(style, pixels=13)
        self._action = Button(style, "", ButtonKind.QUIET)
        self._close = IconButton(style, "x", "", size=28, icon_size=16)
        self._motion: QPropertyAnimation | None = None
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._text, 1)
        self._row.addWidget(self._action)
        self._row.addWidget(self._close)
        self._action.clicked.connect(self.action_triggered)
        self._close.clicked.connect(self._dismiss)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        style.changed.connect(self._restyle)
        self._retranslate()
        self._restyle()
        self.hide()

    def show_line(
        self,
        text: str,
        kind: BannerKind = BannerKind.WAITING,
        *,
        action_text: str = "",
        is_dismissable: bool = False,
        icon: str = "",
    ) -> None:
        """Say something until told otherwise."""
        self._kind, self._icon = kind, icon or _LOOKS[kind][2]
        self._text.set_role("text1")
        self._text.setText(text)
        self._action.setText(action_text)
        self._action.setVisible(bool(action_text))
        self._close.setVisible(is_dismissable)
        if text != self.accessibleName():
            announce(self, text)
        self.setAccessibleName(text)
        if not self._is_wanted:
            self._is_wanted = True
            self.show()
            self._slide(0, self._height())
        self.update()

    def hide_line(self) -> None:
        """Take it away."""
        if self._is_wanted:
            self._is_wanted = False
            self._slide(self.height(), 0)

    def text(self) -> str:
        """What it says; empty while hidden."""
        return self._text.text() if self._is_wanted else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        ground, words, _ = _LOOKS[self._kind]
        painter.fillRect(self.rect(), self._role(ground))
        side = style.px(18)
        picture = icon_pixmap(self._icon or "info", self._role(words), side, dpr=self.devicePixelRatioF())
        painter.drawPixmap(QRect(style.px(16), (self.height() - side) // 2, side, side), picture)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _role(self, name: str) -> QColor:
        color: QColor = getattr(self._style.current.colors, name)
        return color

    def _height(self) -> int:
        return self._style.current.px(36)

    def _slide(self, start: int, end: int) -> None:
        duration = self._style.current.motion_ms
        if self._motion is not None:
            self._motion.stop()
        if not duration or not self.isVisible():
            self._settle(end)
            return
        self._motion = QPropertyAnimation(self, b"maximumHeight", self)
        self.setMinimumHeight(0)
        self._motion.setDuration(duration)
        self._motion.setStartValue(start)
        self._motion.setEndValue(end)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._motion.finished.connect(lambda: self._settle(end))
        self._motion.start()

    def _settle(self, height: int) -> None:
        if self._is_wanted:
            self.setFixedHeight(height or self._height())
        else:
            self.hide()

    def _dismiss(self) -> None:
        self.hide_line()
        self.dismissed.emit()

    def _retranslate(self) -> None:
        self._close.set_tip(tr("Close"))

    def _restyle(self) -> None:
        style = self._style.current
        self._row.setContentsMargins(style.px(44), 0, style.px(8), 0)
        self._row.setSpacing(style.px(8))
        self._row.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        if self._is_wanted:
            self.setFixedHeight(self._height())
        self.update()
