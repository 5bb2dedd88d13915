"""One glyph of the icon font behind a `QIcon`."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap

from widgets.icons import app_dpr, paint_icon


class GlyphEngine(QIconEngine):
    """Renders one glyph on demand."""

    def __init__(self, name: str, color: QColor, size: int, filled: bool) -> None:
        super().__init__()
        self._name, self._color, self._size, self._filled = name, color, size, filled

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        color = QColor(self._color)
        if mode is QIcon.Mode.Disabled:
            color.setAlphaF(color.alphaF() * 0.45)
        paint_icon(painter, rect, self._name, color, filled=self._filled)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, app_dpr())

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        picture = QPixmap(size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return picture

    def actualSize(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QSize:
        return size

    def clone(self) -> QIconEngine:
        return GlyphEngine(self._name, self._color, self._size, self._filled)
