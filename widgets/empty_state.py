"""What a place shows when it has nothing: an icon, a sentence, the next step."""

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets.buttons import Button, ButtonKind
from widgets.icons import icon_pixmap
from widgets.painting import fill_rounded
from widgets.style import StyleSource
from widgets.words import Words

_SPIN_MS = 40
_WIDEST = 360


class EmptyState(QWidget):
    """Centred in its place; used for empty, loading, offline, error and no-permission."""

    action_triggered = Signal()

    def __init__(
        self,
        style: StyleSource,
        icon: str = "",
        title: str = "",
        text: str = "",
        action_text: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._picture = _Picture(style)
        self._title = Words(style, pixels=15, is_bold=True)
        self._text = Words(style, role="text2", pixels=13)
        self._action = Button(style, "", ButtonKind.SECONDARY)
        self._action.clicked.connect(self.action_triggered)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        style.changed.connect(self._fit)
        self.set_state(icon, title, text, action_text)

    def set_state(
        self, icon: str, title: str, text: str = "", action_text: str = "", *, is_busy: bool = False
    ) -> None:
        """Change everything at once; `is_busy` turns the icon into a spinner."""
        self._picture.show_icon(icon, is_busy)
        self._title.setText(title)
        self._text.setText(text)
        self._action.setText(action_text)
        self._picture.setVisible(bool(icon) or is_busy)
        self._title.setVisible(bool(title))
        self._text.setVisible(bool(text))
        self._action.setVisible(bool(action_text))
        self.setAccessibleName(title or text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Labels that wrap get their height from a width known beforehand."""
        style = self._style.current
        width = max(style.px(80), min(style.px(_WIDEST), self.width() - style.px(32)))
        for label in (self._title, self._text):
            label.setFixedWidth(width)
            label.setFixedHeight(max(1, label.heightForWidth(width)))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(12)
        for label in (self._title, self._text):
            column.addWidget(label, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(8)
        column.addWidget(self._action, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)


class _Picture(QWidget):
    """The round icon, or a turning arc."""

    def __init__(self, style: StyleSource) -> None:
        super().__init__()
        self._style, self._icon, self._is_busy, self._angle = style, "", False, 0
        self._timer = QTimer(self, interval=_SPIN_MS)
        self._timer.timeout.connect(self._turn)
        style.changed.connect(self._restyle)
        self._restyle()

    def show_icon(self, icon: str, is_busy: bool) -> None:
        """Change what it shows; it turns only while it is seen."""
        self._icon, self._is_busy = icon, is_busy
        self._run()
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._run()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._run()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        if self._is_busy:
            self._paint_arc(painter)
        elif self._icon:
            fill_rounded(painter, self.rect(), self.width() / 2, style.colors.hover)
            side = style.px(28)
            picture = icon_pixmap(self._icon, style.colors.text2, side, dpr=self.devicePixelRatioF())
            painter.drawPixmap((self.width() - side) // 2, (self.height() - side) // 2, picture)
        painter.end()

    def _paint_arc(self, painter: QPainter) -> None:
        side = self._style.current.px(28)
        box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._style.current.colors.line, 3))
        painter.drawEllipse(box)
        painter.setPen(
            QPen(self._style.current.colors.accent, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        )
        painter.drawArc(box, -self._angle * 16, 90 * 16)

    def _run(self) -> None:
        is_turning = self._is_busy and self.isVisible() and self._style.current.motion_ms > 0
        if is_turning and not self._timer.isActive():
            self._timer.start()
        elif not is_turning:
            self._timer.stop()

    def _turn(self) -> None:
        self._angle = (self._angle + 18) % 360
        self.update()

    def _restyle(self) -> None:
        side = self._style.current.px(64)
        self.setFixedSize(side, side)
        self._run()
        self.update()
