"""Avatars: rounded squares with the picture of a person or room, or with initials on a colour of their id."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QPainter,
    QPainterPath,
)
from PySide6.QtWidgets import QWidget

from widgets.painting import KEYBOARD_FOCUS

if TYPE_CHECKING:
    from PySide6.QtGui import (
        QColor,
        QFocusEvent,
        QKeyEvent,
        QMouseEvent,
        QPaintEvent,
        QPixmap,
    )

    from widgets.style import Style, StyleSource

_WORDS = re.compile(r"[^\W_]+")


class ImageSource(Protocol):
    """Where widgets get pictures from: at once, or later with a repaint."""

    def pixmap(self, key: str, size: QSize, dpr: float) -> QPixmap | None:
        """Give the picture scaled for `size` device independent pixels, or None while it is not there."""


def initials(name: str) -> str:
    """Shorten a name: a Chinese name to two characters, a Latin one to two letters."""
    words: list[str] = _WORDS.findall(name)
    if not words:
        return name.strip()[:1] or "?"
    first = words[0]
    if _is_cjk(first[0]):
        return _cjk_initials(first)
    if len(words) > 1 and not _is_cjk(words[1][0]):
        return (first[0] + words[1][0]).upper()
    return first[:1].upper() + first[1:2].lower()


def paint_avatar(
    painter: QPainter,
    rect: QRect | QRectF,
    style: Style,
    key: str,
    name: str,
    picture: QPixmap | None = None,
) -> None:
    """Draw the avatar of the person or room with the id `key` into the square `rect`."""
    box = QRectF(rect)
    radius = style.sizes.radius if box.width() >= style.sizes.avatar else style.sizes.radius_small
    painter.save()
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    if picture is not None and not picture.isNull():
        _paint_picture(painter, box, radius, picture)
    else:
        _paint_initials(painter, box, radius, style, style.avatar_color(key), initials(name))
    painter.restore()


class Avatar(QWidget):
    """An avatar as a widget; with `is_button` it can be clicked and reached by keyboard."""

    activated = Signal()

    def __init__(
        self,
        style: StyleSource,
        size: int = 32,
        *,
        is_button: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`size` is the side at 100 %."""
        super().__init__(parent)
        self._style, self._size, self._is_button = style, size, is_button
        self._key, self._name = "", ""
        self._picture: QPixmap | None = None
        self._has_ring = False
        if is_button:
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        style.changed.connect(self._restyle)
        self._restyle()

    def set_person(self, key: str, name: str, picture: QPixmap | None = None) -> None:
        """Show the person or room with the id `key`."""
        self._key, self._name, self._picture = key, name, picture
        self.setAccessibleName(name)
        self.update()

    def sizeHint(self) -> QSize:
        side = self._style.current.px(self._size)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_avatar(painter, self.rect(), self._style.current, self._key, self._name, self._picture)
        if self._has_ring:
            self._paint_focus(painter)
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if (
            self._is_button
            and event.button() is Qt.MouseButton.LeftButton
            and self.rect().contains(event.pos())
        ):
            self.activated.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_button and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.activated.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._has_ring = event.reason() in KEYBOARD_FOCUS
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._has_ring = False
        self.update()

    def _paint_focus(self, painter: QPainter) -> None:
        style = self._style.current
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = painter.pen()
        pen.setColor(style.on_avatar)
        pen.setWidthF(1.5)
        painter.setPen(pen)
        inset = QRectF(self.rect()).adjusted(2.5, 2.5, -2.5, -2.5)
        painter.drawRoundedRect(inset, style.sizes.radius - 2, style.sizes.radius - 2)

    def _restyle(self) -> None:
        self.setFixedSize(self.sizeHint())
        self.update()


def _paint_picture(painter: QPainter, box: QRectF, radius: float, picture: QPixmap) -> None:
    path = QPainterPath()
    path.addRoundedRect(box, radius, radius)
    painter.setClipPath(path)
    side = min(picture.width(), picture.height())
    source = QRect((picture.width() - side) // 2, (picture.height() - side) // 2, side, side)
    painter.drawPixmap(box, picture, QRectF(source))


def _paint_initials(
    painter: QPainter, box: QRectF, radius: float, style: Style, color: QColor, text: str
) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRoundedRect(box, radius, radius)
    painter.setPen(style.on_avatar)
    painter.setFont(_initials_font(style.families, round(box.width() * 0.36)))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


@lru_cache(maxsize=16)
def _initials_font(families: tuple[str, ...], pixels: int) -> QFont:
    font = QFont()
    font.setFamilies(list(families))
    font.setPixelSize(max(6, pixels))
    font.setWeight(QFont.Weight.DemiBold)
    return font


def _is_cjk(char: str) -> bool:
    return "\u3040" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3" or "\uf900" <= char <= "\ufaff"


def _cjk_initials(word: str) -> str:
    """Two characters; of a person's three-character name the given name, as colleagues say it."""
    run = "".join(char for char in word if _is_cjk(char))
    return run[1:] if len(run) == 3 else run[:2]
