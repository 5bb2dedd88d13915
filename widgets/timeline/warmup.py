"""Opens the fonts before the first conversation does: the first Chinese letter and the first emoji cost 60-80 ms."""

from PySide6.QtGui import QImage, QPainter

from widgets.style import Style

_SAMPLE = "A中，👍"


def warm_fonts(style: Style) -> None:
    """Draw one hidden letter of each kind; call once, soon after the window shows."""
    image = QImage(64, 32, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    for font in (style.body, style.body_bold, style.small):
        painter.setFont(font)
        painter.drawText(0, 20, _SAMPLE)
    painter.end()
