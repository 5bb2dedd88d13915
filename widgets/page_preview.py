"""Pages of paper on the screen, one below the other, as wide as there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, QSizeF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractScrollArea, QFrame

from widgets.painting import KEYBOARD_FOCUS, fill_plain, paint_focus_ring
from widgets.style import StyleSource

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget

    PaintPage = Callable[[QPainter, int], None]
    """Paints a page whose upper left corner is the origin, in the unit its size is given in."""

_GAP = 16
_LARGEST = 1.25
_STEP = 48


class PagePreview(QAbstractScrollArea):
    """Scrolls by wheel, arrows and page keys."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._size, self._count = QSizeF(1, 1), 0
        self._paint_page: PaintPage | None = None
        self._has_ring = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        style.changed.connect(self._place)

    def set_pages(self, size: QSizeF, count: int, paint_page: PaintPage, words: str) -> None:
        """Show these; `words` is what they say, for who listens. The place is kept."""
        self._size, self._count, self._paint_page = size, count, paint_page
        self.setAccessibleDescription(words)
        self._place()

    def page_rect(self, page: int) -> QRect:
        """Where a page is in the viewport."""
        gap, scale = self._style.current.px(_GAP), self._scale()
        width, height = round(self._size.width() * scale), round(self._size.height() * scale)
        top = gap + page * (height + gap) - self.verticalScrollBar().value()
        return QRect((self.viewport().width() - width) // 2, top, width, height)

    def sizeHint(self) -> QSize:
        return QSize(self._style.current.px(720), self._style.current.px(560))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        if event.key() == Qt.Key.Key_Home:
            bar.setValue(0)
        elif event.key() == Qt.Key.Key_End:
            bar.setValue(bar.maximum())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._has_ring = event.reason() in KEYBOARD_FOCUS
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._has_ring = False
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self.viewport())
        fill_plain(painter, self.viewport().rect(), style.colors.rail)
        for page in range(self._count):
            rect = self.page_rect(page)
            if self._paint_page is not None and rect.intersects(event.rect()):
                self._paint(painter, rect, page)
        if self._has_ring:
            paint_focus_ring(painter, self.viewport().rect(), style, style.sizes.radius_small)
        painter.end()

    def _paint(self, painter: QPainter, rect: QRect, page: int) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._style.current.colors.line)
        painter.drawRect(rect.adjusted(-1, -1, 0, 0))
        painter.setClipRect(rect)
        painter.translate(rect.topLeft())
        painter.scale(rect.width() / self._size.width(), rect.height() / self._size.height())
        if self._paint_page is not None:
            self._paint_page(painter, page)
        painter.restore()

    def _scale(self) -> float:
        room = self.viewport().width() - 2 * self._style.current.px(_GAP)
        most = _LARGEST * self._style.current.zoom
        return min(most, max(0.1, room / self._size.width()))

    def _place(self) -> None:
        gap, room = self._style.current.px(_GAP), self.viewport().height()
        height = gap + self._count * (round(self._size.height() * self._scale()) + gap)
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, height - room))
        bar.setPageStep(room)
        bar.setSingleStep(self._style.current.px(_STEP))
        self.viewport().update()
