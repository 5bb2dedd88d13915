"""Values of a form one can click: files, pictures, people, other requests; side by side, as many lines as they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.avatar import paint_avatar
from widgets.buttons import PaintedButton
from widgets.file_card import file_icon
from widgets.icons import icon_pixmap
from widgets.painting import fill_rounded, paint_elided, paint_focus_ring, stroke_rounded
from widgets.tab_place import TabPlace
from widgets.tips import plain_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from widgets.avatar import ImageSource
    from widgets.style import StyleSource

_GAP, _HEIGHT, _MOST, _THUMB = 8, 34, 320, 96


class ValueChip(PaintedButton):
    """Icon (or face), name, grey detail, in a frame."""

    def __init__(
        self,
        style: StyleSource,
        name: str,
        detail: str = "",
        *,
        icon: str = "",
        mime: str = "",
        person: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Without `icon` and `person` it is a file: its icon follows from name and `mime`."""
        super().__init__(style, parent)
        self._detail, self._icon, self._mime, self._person = detail, icon, mime, person
        self.setText(name)
        self.setAccessibleName(f"{name}, {detail}" if detail else name)
        self.setToolTip(plain_tip(name))

    def sizeHint(self) -> QSize:
        style = self._style.current
        name = QFontMetricsF(style.body).horizontalAdvance(self.text())
        detail = QFontMetricsF(style.small).horizontalAdvance(self._detail)
        width = round(name + (detail + style.px(6) if self._detail else 0)) + style.px(50)
        return QSize(min(width, style.px(_MOST)), style.px(_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        colors, radius = style.colors, style.sizes.radius
        fill_rounded(painter, self.rect(), radius, colors.hover if self.underMouse() else colors.window)
        stroke_rounded(painter, self.rect(), radius, colors.line)
        self._paint_sign(painter)
        left, right = style.px(36), self.width() - style.px(10)
        detail = QFontMetricsF(style.small).horizontalAdvance(self._detail) + 1 if self._detail else 0.0
        room = right - left - (detail + style.px(6) if detail else 0)
        box = QRectF(left, 0, room, self.height())
        x = left + paint_elided(painter, box, self.text(), style.body, colors.text1) + style.px(6)
        if detail:
            paint_elided(
                painter, QRectF(x, 0, detail, self.height()), self._detail, style.small, colors.text2
            )
        if self._has_ring:
            paint_focus_ring(painter, self.rect(), style, radius)
        painter.end()

    def _paint_sign(self, painter: QPainter) -> None:
        style = self._style.current
        side = style.px(18)
        top = (self.height() - side) // 2
        if self._person:
            paint_avatar(painter, QRect(style.px(9), top, side, side), style, self._person, self.text())
            return
        glyph, color = self._icon, style.colors.accent
        if not glyph:
            glyph, color = file_icon(style, self.text(), self._mime)
        picture = icon_pixmap(glyph, color, side, dpr=self.devicePixelRatioF())
        painter.drawPixmap(QPointF(style.px(10), top), picture)


class PictureChip(PaintedButton):
    """A small picture; its name while it is not there."""

    def __init__(
        self,
        style: StyleSource,
        name: str,
        key: str,
        images: ImageSource | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(style, parent)
        self._key, self._images = key, images
        self.setText(name)
        self.setAccessibleName(name)
        self.setToolTip(plain_tip(name))

    def sizeHint(self) -> QSize:
        side = self._style.current.px(_THUMB)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        radius = style.sizes.radius
        fill_rounded(painter, self.rect(), radius, style.colors.hover)
        picture = None
        if self._images is not None and self._key:
            picture = self._images.pixmap(self._key, self.size(), self.devicePixelRatioF())
        if picture is not None and not picture.isNull():
            path = QPainterPath()
            path.addRoundedRect(QRectF(self.rect()), radius, radius)
            painter.setClipPath(path)
            size = picture.deviceIndependentSize()
            share = max(self.width() / size.width(), self.height() / size.height())
            box = QRectF(0, 0, size.width() * share, size.height() * share)
            box.moveCenter(QRectF(self.rect()).center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(box, picture, QRectF(picture.rect()))
            painter.setClipping(False)
        else:
            self._paint_name(painter)
        stroke_rounded(painter, self.rect(), radius, style.colors.line)
        if self._has_ring:
            paint_focus_ring(painter, self.rect(), style, radius)
        painter.end()

    def _paint_name(self, painter: QPainter) -> None:
        style = self._style.current
        side = style.sizes.icon_large
        picture = icon_pixmap("image", style.colors.text3, side, dpr=self.devicePixelRatioF())
        painter.drawPixmap(QPointF((self.width() - side) / 2, style.px(24)), picture)
        box = QRectF(style.px(6), self.height() - style.px(30), self.width() - style.px(12), style.px(20))
        center = Qt.AlignmentFlag.AlignHCenter
        paint_elided(painter, box, self.text(), style.small, style.colors.text2, center)


class ChipFlow(QWidget):
    """Chips in lines."""

    def __init__(
        self, style: StyleSource, chips: Sequence[PaintedButton], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style, self.chips = style, tuple(chips)
        for chip in self.chips:
            chip.setParent(self)
        self._tabs = TabPlace(self)
        self._tabs.set_widgets(list(self.chips))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        style.changed.connect(self._place)

    def sizeHint(self) -> QSize:
        return QSize(self._style.current.px(200), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        gap = self._style.current.px(_GAP)
        x = y = line = 0
        for chip in self.chips:
            size = chip.sizeHint()
            width = min(size.width(), max(1, self.width()))
            if x and x + width > self.width():
                x, y, line = 0, y + line + gap, 0
            chip.setGeometry(x, y, width, size.height())
            x += width + gap
            line = max(line, size.height())
        if self.minimumHeight() != y + line:
            self.setFixedHeight(y + line)
