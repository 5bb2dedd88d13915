"""Where videos are dropped to be published; a click or Enter asks for files instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy

from resources.translations import tr
from widgets.buttons import PaintedButton
from widgets.composer_text import local_files
from widgets.icons import icon_pixmap
from widgets.painting import fill_rounded, paint_elided, paint_focus_ring

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPaintEvent

    from widgets.style import StyleSource

_HEIGHT, _GLYPH = 92, 26


class DropZone(PaintedButton):
    """`files_given` carries a tuple of paths; `clicked` asks for a file dialog."""

    files_given = Signal(object)

    def __init__(self, style: StyleSource) -> None:
        super().__init__(style, None)
        self._is_over = False
        self.setText(tr("Drop videos here"))
        self.setAccessibleName(tr("Choose videos, or drop them here"))
        self.setAcceptDrops(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        px = self._style.current.px
        return QSize(px(200), px(_HEIGHT))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event.mimeData()):
            event.acceptProposedAction()
            self._set_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._set_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._set_over(False)
        paths: tuple[Path, ...] = local_files(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.files_given.emit(paths)

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        colors, radius = style.colors, style.sizes.radius
        is_hot = self._is_over or (self.underMouse() or self.isDown())
        fill_rounded(painter, self.rect(), radius, colors.accent_soft if is_hot else colors.field)
        pen = QPen(colors.accent if is_hot else colors.text3, 1.2, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)
        self._paint_words(painter)
        if self._has_ring:
            paint_focus_ring(painter, self.rect(), style, radius)
        painter.end()

    def _paint_words(self, painter: QPainter) -> None:
        style = self._style.current
        side, height = style.px(_GLYPH), style.px(20)
        top = (self.height() - side - 2 * height) / 2
        glyph = icon_pixmap("upload-simple", style.colors.accent, side, dpr=self.devicePixelRatioF())
        painter.drawPixmap(round((self.width() - side) / 2), round(top), glyph)
        middle = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
        box = QRectF(8, top + side, self.width() - 16, height)
        paint_elided(painter, box, self.text(), style.font(14), style.colors.text1, middle)
        words = tr("or choose them")
        paint_elided(painter, box.translated(0, height), words, style.font(12), style.colors.text2, middle)

    def _set_over(self, is_over: bool) -> None:
        self._is_over = is_over
        self.update()
