"""Attachments: a picture with its name and size under it, and a card for every other file."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPixmap, QTransform

from widgets.icons import paint_icon
from widgets.timeline.look import Label, Look
from widgets.timeline.pieces import PaintContext, Target, TargetKind
from widgets.timeline.values import MediaBox, MediaKind

_CARD_WIDTH = 300
_STICKER_SIDE = 128
_BIDI_CONTROLS = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_ICONS = {
    "pdf": "file-pdf",
    "doc": "file-doc",
    "docx": "file-doc",
    "xls": "file-xls",
    "xlsx": "file-xls",
    "csv": "file-csv",
    "ppt": "file-ppt",
    "pptx": "file-ppt",
    "zip": "file-zip",
    "7z": "file-zip",
    "rar": "file-zip",
    "txt": "file-text",
    "md": "file-text",
    "log": "file-text",
    "png": "file-image",
    "jpg": "file-image",
    "jpeg": "file-image",
    "py": "file-code",
    "json": "file-code",
    "html": "file-code",
}


def safe_filename(name: str) -> str:
    """The name without marks that turn the reading direction: "exe.gpj" must not show as "jpg.exe"."""
    return name.translate(_BIDI_CONTROLS)


def file_icon(media: MediaBox) -> str:
    """The icon for a kind of file."""
    if media.kind is MediaKind.AUDIO:
        return "file-audio"
    if media.kind is MediaKind.VIDEO:
        return "file-video"
    ending = media.filename.rpartition(".")[2].lower()
    return _ICONS.get(ending, "file")


class PictureCard:
    """An image, sticker or video still; the name and size below unless it is a sticker."""

    def __init__(self, uid: str, media: MediaBox, look: Look, max_width: float) -> None:
        self._media = media
        self._has_name = media.kind is not MediaKind.STICKER
        width, tall = picture_size(media, look, max_width)
        self._pad = look.px(12)
        self._name = Label(safe_filename(media.filename), look.bold, width - 2 * self._pad)
        self._detail = Label(_picture_detail(media), look.small, width - 2 * self._pad)
        self._duration = Label(media.duration_text, look.tiny) if media.duration_text else None
        below = look.px(8) + self._name.height + self._detail.height + look.px(10) if self._has_name else 0
        self._tall = tall
        self.rect = QRectF(0, 0, width, tall + below)
        self._target = Target(TargetKind.MEDIA, uid, media.filename if self._name.is_elided else "")
        self._stop = Target(TargetKind.STOP, uid)
        self._stop_side = look.px(44)

    @property
    def picture_rect(self) -> QRectF:
        """Where the picture is, in the row."""
        return QRectF(self.rect.x(), self.rect.y(), self.rect.width(), self._tall)

    def paint(self, painter: QPainter, ctx: PaintContext) -> None:
        look, colors = ctx.look, ctx.look.colors
        image = self.picture_rect
        radius = look.style.sizes.radius_large
        painter.setPen(Qt.PenStyle.NoPen)
        if self._has_name:
            painter.setBrush(colors.window)
            painter.drawRoundedRect(self.rect, radius, radius)
        self._paint_image(painter, ctx, image, radius)
        if self._has_name:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            edge = colors.accent if ctx.hovered == self._target else look.faded(colors.text1, 0.12)
            painter.setPen(QPen(edge, 1))
            painter.drawRoundedRect(self.rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
            x, y = self.rect.x() + self._pad, image.bottom() + look.px(8)
            self._name.paint(painter, x, y, colors.text1)
            self._detail.paint(painter, x, y + self._name.height, colors.text2)
        if self._media.progress is not None:
            paint_progress(painter, look, image, self._media.progress)
            _paint_disc(painter, look, self._disc, "x")

    @property
    def _disc(self) -> QRectF:
        """The round button in the middle of the picture."""
        disc = QRectF(0, 0, self._stop_side, self._stop_side)
        disc.moveCenter(QPointF(self.rect.center().x(), self.rect.y() + self._tall / 2))
        return disc

    def _paint_image(self, painter: QPainter, ctx: PaintContext, image: QRectF, radius: float) -> None:
        picture = ctx.picture(self._media.image_key, image.width(), image.height())
        shape = _top_rounded(image, radius) if self._has_name else _all_rounded(image, radius)
        if picture is not None:
            painter.setBrush(_cover_brush(picture, image))
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPath(shape)
        elif self._has_name or self._media.image_key is None:
            painter.setBrush(ctx.look.colors.hover)
            painter.drawPath(shape)
            self._paint_icon(painter, ctx.look, image, "image")
        if self._media.kind is MediaKind.VIDEO and self._media.progress is None:
            self._paint_play(painter, ctx.look, image)

    def _paint_icon(self, painter: QPainter, look: Look, image: QRectF, name: str) -> None:
        if self._media.kind is MediaKind.VIDEO or self._media.progress is not None:
            return  # a button stands there
        side = look.px(28)
        box = QRectF(image.center().x() - side / 2, image.center().y() - side / 2, side, side)
        paint_icon(painter, box, name, look.colors.text3)

    def _paint_play(self, painter: QPainter, look: Look, image: QRectF) -> None:
        _paint_disc(painter, look, self._disc, "play")
        if self._duration is not None:
            box_width = self._duration.width + look.px(10)
            pill = QRectF(
                image.right() - box_width - look.px(8), image.bottom() - look.px(26), box_width, look.px(18)
            )
            painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
            self._duration.paint_in(painter, pill, look.colors.on_scrim)

    def target_at(self, point: QPointF) -> Target | None:
        if self._media.progress is not None and self._disc.contains(point):
            return self._stop
        return self._target if self.rect.contains(point) else None


class FileCard:
    """A file: its icon, name, size, and a button that saves it, or stops it while it moves."""

    def __init__(self, uid: str, media: MediaBox, look: Look, max_width: float) -> None:
        self._media = media
        width = min(max_width, look.px(_CARD_WIDTH))
        room = width - look.px(56 + 44)
        self._name = Label(safe_filename(media.filename), look.bold, room)
        parts = [part for part in (media.duration_text, media.size_text) if part]
        self._detail = Label(" · ".join(parts), look.small, room)
        self._icon = file_icon(media)
        self._look = look
        self.rect = QRectF(0, 0, width, look.px(60))
        self._open = Target(TargetKind.MEDIA, uid, media.filename if self._name.is_elided else "")
        is_moving = media.progress is not None
        self._button = Target(TargetKind.STOP if is_moving else TargetKind.SAVE, uid)
        self._button_icon = "x" if is_moving else "download-simple"

    def paint(self, painter: QPainter, ctx: PaintContext) -> None:
        look, colors = ctx.look, ctx.look.colors
        radius = look.style.sizes.radius_large
        painter.setBrush(colors.hover if ctx.hovered == self._open else colors.window)
        painter.setPen(QPen(colors.line, 1))
        painter.drawRoundedRect(self.rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        side = look.px(28)
        box = QRectF(self.rect.x() + look.px(14), self.rect.center().y() - side / 2, side, side)
        paint_icon(painter, box, self._icon, _file_color(self._icon, look))
        x = self.rect.x() + look.px(56)
        y = self.rect.center().y() - (self._name.height + self._detail.height) / 2
        self._name.paint(painter, x, y, colors.text1)
        self._detail.paint(painter, x, y + self._name.height, colors.text2)
        color = colors.accent if ctx.hovered == self._button else colors.text2
        paint_icon(painter, self._button_rect, self._button_icon, color)
        if self._media.progress is not None:
            paint_progress(painter, look, self.rect, self._media.progress)

    @property
    def _button_rect(self) -> QRectF:
        side = self._look.px(20)
        return QRectF(self.rect.right() - self._look.px(34), self.rect.center().y() - side / 2, side, side)

    def target_at(self, point: QPointF) -> Target | None:
        if not self.rect.contains(point):
            return None
        near = self._look.px(8)
        is_near = self._button_rect.adjusted(-near, -near, near, near).contains(point)
        return self._button if is_near else self._open


def picture_size(media: MediaBox, look: Look, max_width: float) -> tuple[float, float]:
    """The box a picture gets: bounded whatever size the sender claims, the same before and after loading."""
    if media.kind is MediaKind.STICKER:
        return look.px(_STICKER_SIDE), look.px(_STICKER_SIDE)
    width = min(look.px(_CARD_WIDTH), max_width)
    if media.width <= 0 or media.height <= 0:
        return width, round(width * 0.56)
    ratio = min(max(media.height / media.width, 0.3), 1.2)
    if media.height > media.width:
        width = max(look.px(200), width * 0.8)
    return width, round(width * ratio)


def paint_progress(painter: QPainter, look: Look, rect: QRectF, progress: float) -> None:
    """A thin bar along the bottom edge."""
    inset = look.px(10)
    track = QRectF(rect.x() + inset, rect.bottom() - look.px(7), rect.width() - 2 * inset, look.px(3))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colors.line)
    painter.drawRoundedRect(track, track.height() / 2, track.height() / 2)
    track.setWidth(track.width() * min(max(progress, 0.0), 1.0))
    painter.setBrush(look.colors.accent)
    painter.drawRoundedRect(track, track.height() / 2, track.height() / 2)


def _paint_disc(painter: QPainter, look: Look, disc: QRectF, name: str) -> None:
    """A round button on a picture."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colors.scrim)
    painter.drawEllipse(disc)
    inset = disc.width() * 0.28
    inside = disc.adjusted(inset, inset, -inset, -inset)
    paint_icon(painter, inside, name, look.colors.on_scrim, filled=name == "play")


def _picture_detail(media: MediaBox) -> str:
    size = f"{media.width} × {media.height}" if media.width > 0 and media.height > 0 else ""
    return " · ".join(part for part in (media.size_text, size) if part)


def _file_color(icon: str, look: Look) -> QColor:
    colors = look.colors
    return {
        "file-pdf": colors.attention,
        "file-ppt": colors.waiting,
        "file-xls": colors.done,
        "file-csv": colors.done,
    }.get(icon, colors.accent)


def _cover_brush(picture: QPixmap, box: QRectF) -> QBrush:
    """The picture filling the box, cut at two sides where the proportions differ."""
    scale = max(box.width() / picture.width(), box.height() / picture.height())
    x = box.x() + (box.width() - picture.width() * scale) / 2
    y = box.y() + (box.height() - picture.height() * scale) / 2
    brush = QBrush(picture)
    brush.setTransform(QTransform.fromTranslate(x, y).scale(scale, scale))
    return brush


def _top_rounded(rect: QRectF, radius: float) -> QPainterPath:
    path = QPainterPath()
    path.moveTo(rect.bottomLeft())
    path.lineTo(rect.left(), rect.top() + radius)
    path.arcTo(QRectF(rect.left(), rect.top(), 2 * radius, 2 * radius), 180, -90)
    path.lineTo(rect.right() - radius, rect.top())
    path.arcTo(QRectF(rect.right() - 2 * radius, rect.top(), 2 * radius, 2 * radius), 90, -90)
    path.lineTo(rect.bottomRight())
    path.closeSubpath()
    return path


def _all_rounded(rect: QRectF, radius: float) -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(rect, radius, radius)
    return path
