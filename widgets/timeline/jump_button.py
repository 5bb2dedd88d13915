"""The round button that leads back to the newest message, with the number of messages that came meanwhile."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from widgets.icons import paint_icon
from widgets.style import Style
from widgets.timeline.values import TimelineTexts


class JumpButton(QAbstractButton):
    """Belongs to the view's viewport; stands at its lower right corner."""

    def __init__(self, style: Style, texts: TimelineTexts, parent: QWidget) -> None:
        super().__init__(parent)
        self._style, self._texts = style, texts
        self._count = 0
        self.setVisible(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._word()

    def set_style(self, style: Style) -> None:
        """Use other colours and sizes."""
        self._style = style
        self.update()

    def set_texts(self, texts: TimelineTexts) -> None:
        """Use other words."""
        self._texts = texts
        self._word()

    @property
    def count(self) -> int:
        """Messages below that came while the reader was elsewhere."""
        return self._count

    def show_count(self, count: int, area: QRect) -> None:
        """Show `count` messages below and stand in the corner of `area`."""
        if count != self._count:
            self._count = count
            self._word()
        size = self.sizeHint()
        margin = self._style.px(16)
        corner = QPoint(area.right() - size.width() - margin, area.bottom() - size.height() - margin)
        self.setGeometry(QRect(corner, size))
        self.show()
        self.raise_()

    def sizeHint(self) -> QSize:
        tall = self._style.px(36)
        if not self._count:
            return QSize(tall, tall)
        self.ensurePolished()
        width = self._metrics_width(self._texts.new_below(self._count))
        return QSize(tall + width + self._style.px(8), tall)

    def _metrics_width(self, words: str) -> int:
        self.setFont(self._style.small_bold)
        return self.fontMetrics().horizontalAdvance(words)

    def _word(self) -> None:
        words = self._texts.new_below(self._count) if self._count else self._texts.jump_to_latest
        self.setAccessibleName(words)
        self.setToolTip(self._texts.jump_to_latest)
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        style, colors = self._style, self._style.colors
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        is_marked = self.underMouse() or self.hasFocus()
        painter.setPen(QPen(colors.accent if is_marked else colors.line, 1))
        painter.setBrush(colors.hover if self.isDown() else colors.window)
        painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
        side = style.px(18)
        tall = self.height()
        spot = QRectF((tall - side) / 2, (tall - side) / 2, side, side)
        paint_icon(painter, spot, "arrow-down", colors.accent_text if self._count else colors.text2)
        if self._count:
            painter.setFont(style.small_bold)
            painter.setPen(colors.accent_text)
            words = QRectF(tall - style.px(4), 0, self.width() - tall, tall)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self._texts.new_below(self._count))
        painter.end()
