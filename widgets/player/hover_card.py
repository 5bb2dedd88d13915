"""What floats over the seek bar where the mouse is: the small picture of that moment, the time, the chapter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from widgets.painting import fill_rounded, paint_elided

if TYPE_CHECKING:
    from PySide6.QtGui import QImage, QPaintEvent

    from widgets.style import StyleSource

_WIDTH, _PAD, _LINE = 160, 4, 18


class Storyboard:
    """Small pictures in rows and columns, one every so many ms."""

    def __init__(self, image: QImage, columns: int, rows: int, every_ms: int) -> None:
        self.image, self._columns, self._rows, self._every_ms = image, columns, rows, every_ms

    def is_good(self) -> bool:
        """Whether there is a picture in each place; what comes from others may be anything."""
        return (
            not self.image.isNull()
            and 0 < self._columns <= self.image.width()
            and 0 < self._rows <= self.image.height()
            and self._every_ms > 0
        )

    def place(self, at_ms: int) -> QRect:
        """Where the picture of a moment lies."""
        number = min(max(0, at_ms) // self._every_ms, self._columns * self._rows - 1)
        wide, high = self.image.width() // self._columns, self.image.height() // self._rows
        return QRect(number % self._columns * wide, number // self._columns * high, wide, high)


class HoverCard(QWidget):
    """Takes no mouse and no focus."""

    def __init__(self, style: StyleSource, parent: QWidget) -> None:
        super().__init__(parent)
        self._style, self._host = style, parent
        self.storyboard: Storyboard | None = None
        self._source = QRect()
        self._time = self._chapter = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_at(self, x: int, bottom: int, at_ms: int, time: str, chapter: str) -> None:
        """Show over a place of the parent, inside it."""
        self._time, self._chapter = time, chapter
        board = self.storyboard
        self._source = board.place(at_ms) if board is not None else QRect()
        size = self.sizeHint()
        room = self._host.width()
        left = max(4, min(x - size.width() // 2, room - size.width() - 4))
        self.setGeometry(QRect(left, bottom - size.height(), size.width(), size.height()))
        self.show()
        self.raise_()
        self.update()

    def sizeHint(self) -> QSize:
        style = self._style.current
        pad, line = style.px(_PAD), style.px(_LINE)
        texts = [text for text in (self._time, self._chapter) if text]
        wide = max((QFontMetricsF(style.small).horizontalAdvance(text) for text in texts), default=0.0) + 4
        wide = min(max(wide, style.px(44)), style.px(_WIDTH * 1.5))
        picture = self._picture_size()
        high = line * len(texts) + picture.height()
        return QSize(max(round(wide), picture.width()) + 2 * pad, high + 2 * pad)

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        pad, line = style.px(_PAD), style.px(_LINE)
        fill_rounded(painter, self.rect(), style.sizes.radius_small, style.colors.video_shade)
        picture = self._picture_size()
        if self.storyboard is not None and not picture.isEmpty():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            left = (self.width() - picture.width()) / 2
            painter.drawImage(
                QRectF(left, pad, picture.width(), picture.height()),
                self.storyboard.image,
                QRectF(self._source),
            )
        top = pad + picture.height()
        for text in (self._chapter, self._time):
            if text:
                box = QRectF(pad, top, self.width() - 2 * pad, line)
                paint_elided(
                    painter, box, text, style.small, style.colors.on_scrim, Qt.AlignmentFlag.AlignHCenter
                )
                top += line
        painter.end()

    def _picture_size(self) -> QSize:
        if self._source.isEmpty():
            return QSize(0, 0)
        wide = self._style.current.px(_WIDTH)
        return QSize(wide, max(1, min(round(wide * self._source.height() / self._source.width()), wide)))
