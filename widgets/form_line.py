"""One line of a form: words in front (a currency) and behind (a unit), red where something is wrong."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QDragEnterEvent, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.line_edit import LineEdit
from widgets.style import StyleSource


class FormLine(LineEdit):
    """A line edit as forms have them. Enter is left to whoever is around it."""

    def __init__(
        self, style: StyleSource, *, before: str = "", after: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style, self._before, self._after = style, before, after
        self._air = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        style.changed.connect(self._restyle)
        self._restyle()

    def set_affixes(self, before: str, after: str) -> None:
        """Change the words around what is typed."""
        self._before, self._after = before, after
        self._restyle()

    def set_air(self, pixels: int) -> None:
        """Leave room for a button at the right."""
        self._air = pixels
        self._restyle()

    def set_text(self, text: str) -> None:
        """Fill it without `textChanged`; the cursor stays at the start of a long text."""
        if text != self.text():
            self.blockSignals(True)
            self.setText(text)
            self.setCursorPosition(0)
            self.blockSignals(False)
            self.update()

    def set_wrong(self, sentence: str) -> None:
        """Draw the red edge and say why to a screen reader; empty takes both away."""
        self.setAccessibleDescription(sentence)
        if bool(self.property("error")) != bool(sentence):
            self.setProperty("error", bool(sentence))
            self.style().unpolish(self)
            self.style().polish(self)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files are no text: they belong to the form around."""
        if event.mimeData().hasUrls():
            event.ignore()
        else:
            super().dragEnterEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._before and not self._after:
            return
        style, painter = self._style.current, QPainter(self)
        painter.setFont(style.body)
        painter.setPen(style.colors.text2)
        side = style.px(10)
        inside = QRectF(self.rect()).adjusted(side, 0, -side - style.px(self._air), 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inside, middle | Qt.AlignmentFlag.AlignLeft, self._before)
        painter.drawText(inside, middle | Qt.AlignmentFlag.AlignRight, self._after)
        painter.end()

    def _restyle(self) -> None:
        style = self._style.current
        metrics = QFontMetricsF(style.body)
        gap = style.px(8)
        left = round(metrics.horizontalAdvance(self._before)) + gap if self._before else 0
        right = round(metrics.horizontalAdvance(self._after)) + gap if self._after else 0
        self.setFont(style.body)
        self.setTextMargins(left, 0, right + style.px(self._air), 0)
        self.update()
