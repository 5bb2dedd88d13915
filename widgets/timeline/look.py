"""Fonts, lengths and colours of the timeline, taken once from a `Style` and kept while it lasts."""

import math

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QStaticText, QTransform

from widgets.style import Style
from widgets.timeline.values import Density

MONOSPACE = ("Cascadia Mono", "Consolas", "SF Mono", "Menlo", "Noto Sans Mono", "DejaVu Sans Mono")


_ONE_LINE = dict.fromkeys([*range(32), 0x7F, 0x2028, 0x2029], " ")


class Face:
    """A font with its metrics and line height."""

    def __init__(self, font: QFont, line_height: int) -> None:
        self.font = font
        self.metrics = QFontMetricsF(font)
        self.line_height = max(line_height, math.floor(self.metrics.height()))


class Look:
    """Everything measured from a style; made anew when the style or the density changes."""

    def __init__(self, style: Style, density: Density) -> None:
        self.style = style
        self.density = density
        self.colors = style.colors
        self.px = style.px
        self.body = Face(style.body, style.px(20))
        self.bold = Face(style.body_bold, style.px(20))
        self.small = Face(style.small, style.px(18))
        self.small_bold = Face(style.small_bold, style.px(18))
        self.chip = Face(style.font(14), style.px(18))
        self.tiny = Face(style.font(11), style.px(16))
        self.huge = Face(style.font(28), style.px(36))
        self.code_families = [*MONOSPACE, *style.families]
        self.heading_pixels = style.px(15)
        self.edge = style.px(20)
        """Between the view's border and anything in it."""
        self.column = style.sizes.avatar + style.px(10)
        """An avatar and the room beside it."""
        self.widest = style.px(680)
        """No bubble is wider: long lines are hard to read."""

    @property
    def is_bubbles(self) -> bool:
        """Bubbles, not lines."""
        return self.density is Density.BUBBLES

    def faded(self, color: QColor, alpha: float) -> QColor:
        """The colour, partly transparent."""
        made = QColor(color)
        made.setAlphaF(alpha * color.alphaF())
        return made


class Label:
    """One line of plain text, shaped once, shortened with an ellipsis where it does not fit."""

    __slots__ = ("_face", "_shift", "_static", "is_elided", "text", "width")

    def __init__(self, text: str, face: Face, max_width: float | None = None) -> None:
        shown = text[:400].translate(_ONE_LINE)
        width = face.metrics.horizontalAdvance(shown)
        self.is_elided = max_width is not None and width > max_width
        if max_width is not None and width > max_width:
            shown = face.metrics.elidedText(shown, Qt.TextElideMode.ElideRight, max(1.0, max_width))
            width = min(max_width, face.metrics.horizontalAdvance(shown))
        self.text = text
        self.width = math.ceil(width)
        self._face = face
        self._static = QStaticText(shown)
        self._static.setTextFormat(Qt.TextFormat.PlainText)
        self._static.prepare(QTransform(), face.font)
        self._shift = (face.line_height - self._static.size().height()) / 2

    @property
    def height(self) -> int:
        """One line."""
        return self._face.line_height

    def paint(self, painter: QPainter, x: float, y: float, color: QColor) -> None:
        """Draw with the line's top left corner at `x`, `y`."""
        painter.setFont(self._face.font)
        painter.setPen(color)
        painter.drawStaticText(round(x), round(y + self._shift), self._static)

    def paint_in(self, painter: QPainter, rect: QRectF, color: QColor) -> None:
        """Draw in the middle of `rect`."""
        x = rect.center().x() - self.width / 2
        self.paint(painter, x, rect.center().y() - self.height / 2, color)
