"""A place for the player: shows the cover and a play button, and gives the player all its room while it is here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath
from PySide6.QtWidgets import QWidget

from resources.translations import tr
from widgets.icons import icon_pixmap
from widgets.painting import KEYBOARD_FOCUS, fill_plain, fill_rounded, paint_elided, paint_focus_ring
from widgets.player.outlined import edge_color

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent, QPixmap, QResizeEvent

    from widgets.avatar import ImageSource
    from widgets.player.player import Player
    from widgets.style import StyleSource

_BUTTON = 56
_TAG_SIDE = 6


class PlayerDock(QWidget):
    """Takes the player in with `take`; without it, the cover."""

    play_requested = Signal()

    def __init__(
        self,
        style: StyleSource,
        images: ImageSource | None = None,
        *,
        is_rounded: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._style, self._images = style, images
        self._player: Player | None = None
        self._cover_key, self._title, self._tag, self._note = "", "", "", ""
        self._can_play, self._has_ring = True, False
        self._is_rounded = is_rounded
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        style.changed.connect(self.update)

    @property
    def player(self) -> Player | None:
        """What is here now."""
        return self._player

    def set_video(
        self, title: str, cover_key: str = "", tag: str = "", note: str = "", *, can_play: bool = True
    ) -> None:
        """Say what would play: its cover, a tag (its length, "Live"), a note (why not here, where it plays)."""
        self._title, self._cover_key, self._tag, self._note = title, cover_key, tag, note
        self._can_play = can_play
        self.setAccessibleName(tr("Play: {title}", title=title) if can_play else title)
        self.setAccessibleDescription(note)
        self.update()

    def take(self, player: Player) -> None:
        """Give it all the room."""
        self._player = player
        player.setParent(self)
        player.setGeometry(self.rect())
        player.show()
        player.set_corners(self._is_rounded)
        self.setFocusProxy(player)

    def release(self) -> None:
        """The player went elsewhere (or will at once): show the cover again."""
        self._player = None
        self.setFocusProxy(None)  # type: ignore[arg-type]
        self.update()

    def image_ready(self, key: str) -> None:
        """A picture came."""
        if key == self._cover_key and self._player is None:
            self.update()

    def sizeHint(self) -> QSize:
        style = self._style.current
        return QSize(style.px(640), style.px(360))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(width * 9 / 16)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._player is not None:
            self._player.setGeometry(self.rect())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._ask()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_K):
            self._ask()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._has_ring = event.reason() in KEYBOARD_FOCUS
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._has_ring = False
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._player is not None:
            return
        style, painter = self._style.current, QPainter(self)
        if self._is_rounded:
            fill_rounded(painter, self.rect(), style.sizes.radius_large, edge_color(style.colors))
            shape = QPainterPath()
            shape.addRoundedRect(QRectF(self.rect()), style.sizes.radius_large, style.sizes.radius_large)
            painter.setClipPath(shape)
        else:
            fill_plain(painter, self.rect(), edge_color(style.colors))
        self._paint_cover(painter)
        if self._can_play:
            self._paint_button(painter)
        self._paint_words(painter)
        painter.setClipping(False)
        if self._has_ring:
            paint_focus_ring(painter, self.rect(), style, style.sizes.radius_large)
        painter.end()

    def _ask(self) -> None:
        if self._player is None and self._can_play:
            self.play_requested.emit()

    def _paint_cover(self, painter: QPainter) -> None:
        picture = self._cover()
        if picture is None:
            return
        size = picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        box = QRect(
            (self.width() - size.width()) // 2,
            (self.height() - size.height()) // 2,
            size.width(),
            size.height(),
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(box, picture)

    def _cover(self) -> QPixmap | None:
        if not self._cover_key or self._images is None or self.size().isEmpty():
            return None
        picture = self._images.pixmap(self._cover_key, self.size(), self.devicePixelRatioF())
        return None if picture is None or picture.isNull() else picture

    def _paint_button(self, painter: QPainter) -> None:
        style = self._style.current
        side = min(style.px(_BUTTON), self.height() * 2 // 3)
        box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        fill_rounded(painter, box, side / 2, style.colors.scrim)
        glyph = side // 2
        picture = icon_pixmap("play", style.colors.on_scrim, glyph, filled=True, dpr=self.devicePixelRatioF())
        painter.drawPixmap(
            QPointF(round(box.center().x() - glyph / 2), round(box.center().y() - glyph / 2)), picture
        )

    def _paint_words(self, painter: QPainter) -> None:
        style = self._style.current
        margin, high = style.px(8), style.px(20)
        right = float(self.width() - margin)
        if self._tag:
            wide = QFontMetricsF(style.small).horizontalAdvance(self._tag) + 2 * style.px(_TAG_SIDE)
            self._paint_label(
                painter, QRectF(right - wide, self.height() - margin - high, wide, high), self._tag
            )
            right -= wide + margin
        if self._note:
            room = right - margin
            words = QFontMetricsF(style.small).horizontalAdvance(self._note) + 2 * style.px(_TAG_SIDE)
            box = QRectF(margin, self.height() - margin - high, min(room, words), high)
            self._paint_label(painter, box, self._note)

    def _paint_label(self, painter: QPainter, box: QRectF, text: str) -> None:
        style = self._style.current
        fill_rounded(painter, box, style.sizes.radius_small, style.colors.scrim)
        side = style.px(_TAG_SIDE)
        paint_elided(painter, box.adjusted(side, 0, -side + 1, 0), text, style.small, style.colors.on_scrim)
