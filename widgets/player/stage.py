"""Where the picture is shown: the frame, subtitles and flying comments over it, the cover before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.painting import fill_plain
from widgets.player.danmaku import Danmaku
from widgets.player.subtitle_layer import SubtitleLayer

_NEAR = 2
"""Device pixels by which a picture may miss its place."""

if TYPE_CHECKING:
    from PySide6.QtGui import QImage, QPaintEvent, QResizeEvent

    from widgets.player.engine import Engine
    from widgets.style import StyleSource


class Stage(QWidget):
    """Paints what `engine` shows. Controls are its children."""

    box_changed = Signal(int, int)
    """Its size in device pixels."""

    def __init__(self, style: StyleSource, engine: Engine, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style, self._engine = style, engine
        self.danmaku, self.subtitles = Danmaku(style), SubtitleLayer(style)
        self.cover: QImage | None = None
        self.raised = 0.0
        """What the controls cover at the bottom."""
        self.shade = 0
        """How high the shade under them is."""
        self.flight_share = 1.0
        """The part of the picture where comments fly."""
        self._corners = QPainterPath()
        self.has_corners = True
        """Rounded ones; not where the stage is the whole screen."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        engine.frame_changed.connect(self.update)
        style.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(640, 360)

    def picture_rect(self) -> QRectF:
        """Where the picture lies: as large as fits, in its own shape."""
        aspect = self._engine.aspect
        if not aspect and self.cover is not None and self.cover.height():
            aspect = self.cover.width() / self.cover.height()
        return fit(aspect or 16 / 9, QRectF(self.rect()))

    def image(self) -> QImage | None:
        """What is shown: the frame, before it the cover."""
        picture = self._engine.picture
        return picture.image if picture is not None else self.cover

    def update_flight(self) -> None:
        """Paint the part again where comments fly."""
        box = self.picture_rect()
        self.update(
            QRectF(
                box.left(), box.top(), box.width(), box.height() * (self.flight_share + 0.06)
            ).toAlignedRect()
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill_plain(painter, self.rect(), self._style.current.colors.video)
        image, box = self.image(), self.picture_rect()
        if image is not None and not image.isNull():
            self._paint_image(painter, box, image)
        position = self._engine.position_ms
        self.danmaku.paint(painter, box, position)
        if self.shade:
            self._paint_shade(painter)
        self.subtitles.paint(painter, box, position, raised=self._raised_in(box))
        if self.has_corners:
            self._paint_corners(painter)
        painter.end()

    def _paint_image(self, painter: QPainter, box: QRectF, image: QImage) -> None:
        ratio = self.devicePixelRatioF()
        wide, high = box.width() * ratio, box.height() * ratio
        if abs(image.width() - wide) > _NEAR or abs(image.height() - high) > _NEAR:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(box, image)
            return
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)  # made for this size: laid down pixel by pixel
        painter.drawImage(QPointF(round(box.left() * ratio), round(box.top() * ratio)), image)
        painter.restore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        ratio = self.devicePixelRatioF()
        self.box_changed.emit(round(self.width() * ratio), round(self.height() * ratio))

    def _raised_in(self, box: QRectF) -> float:
        return max(0.0, self.raised - (self.height() - box.bottom()))

    def _paint_shade(self, painter: QPainter) -> None:
        """It grows towards the bottom: white letters over any picture."""
        color = self._style.current.colors.video_shade
        nothing = QColor(color)
        nothing.setAlpha(0)
        band = QRectF(0, self.height() - self.shade, self.width(), self.shade)
        shade = QLinearGradient(band.topLeft(), band.bottomLeft())
        shade.setColorAt(0, nothing)
        shade.setColorAt(1, color)
        painter.fillRect(band, shade)

    def _paint_corners(self, painter: QPainter) -> None:
        """Cut the corners: drawn over, for a rounded clip would cost each frame dear."""
        radius = self._style.current.sizes.radius_large
        if self._corners.boundingRect() != QRectF(self.rect()):
            whole, inside = QPainterPath(), QPainterPath()
            whole.addRect(QRectF(self.rect()))
            inside.addRoundedRect(QRectF(self.rect()), radius, radius)
            self._corners = whole.subtracted(inside)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(self._corners, self._style.current.colors.window)


def fit(aspect: float, room: QRectF) -> QRectF:
    """The largest rectangle of a shape in the middle of a room."""
    width = min(room.width(), room.height() * aspect)
    height = width / aspect
    return QRectF(
        round(room.left() + (room.width() - width) / 2),
        round(room.top() + (room.height() - height) / 2),
        round(width),
        round(height),
    )
