"""A record cut into pages: painted alike into the preview, a PDF and a printer.

Everything is laid out once in pixels of 96 to the inch; a paper's own resolution only scales the painter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFont,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
)

from resources.translations import tr
from ui import theme
from ui.qr_matrix import qr_matrix
from ui.screens.approval_record.pdf_text import findable
from widgets.qr_code import paint_qr

if TYPE_CHECKING:
    from PySide6.QtGui import QPagedPaintDevice, QTextDocument

DPI = 96
MARGIN = 56
FOOT = 28
QR_SIDE = 104
_RESOLUTION = 600


class RecordPages:
    """The pages of one document."""

    def __init__(self, document: QTextDocument, code: str, foot: str, size: QSizeF | None = None) -> None:
        """`size` in pixels of 96 to the inch; A4 without one. `foot` stands at the left under each page; an empty
        `code`: none is painted."""
        self.size = size or page_pixels(QPageSize(QPageSize.PageSizeId.A4))
        self._document, self._foot = document, foot
        self._matrix = qr_matrix(code) if code else ()
        self._style = theme.light(has_motion=False)
        self._inner = QSizeF(self.size.width() - 2 * MARGIN, self.size.height() - 2 * MARGIN - FOOT)
        document.setPageSize(self._inner)

    @property
    def count(self) -> int:
        """How many pages there are."""
        return max(1, self._document.pageCount())

    @property
    def text(self) -> str:
        """All that stands on them."""
        return self._document.toPlainText()

    def paint(self, painter: QPainter, page: int) -> None:
        """Paint a page (from 0) whose upper left corner is the origin."""
        colors = self._style.colors
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.window)
        painter.drawRect(QRectF(0, 0, self.size.width(), self.size.height()))
        painter.translate(MARGIN, MARGIN)
        self._paint_text(painter, page)
        if page == 0 and self._matrix:
            paint_qr(
                painter,
                self.qr_rect().translated(-MARGIN, -MARGIN),
                self._matrix,
                colors.text1,
                colors.window,
            )
        self._paint_foot(painter, page)
        painter.restore()

    def qr_rect(self) -> QRectF:
        """Where the code stands on the first page."""
        return QRectF(self.size.width() - MARGIN - QR_SIDE, MARGIN, QR_SIDE, QR_SIDE)

    def print_to(self, device: QPagedPaintDevice, resolution: int) -> None:
        """Paint all pages; the paper is that of the pages."""
        painter = QPainter(device)
        try:
            painter.scale(resolution / DPI, resolution / DPI)
            for page in range(self.count):
                if page:
                    device.newPage()
                self.paint(painter, page)
        finally:
            painter.end()

    def to_pdf(self, title: str) -> bytes:
        """Give all pages as a PDF; fonts go along."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(buffer)
        writer.setTitle(title)
        writer.setCreator("Tack")
        writer.setResolution(_RESOLUTION)
        writer.setPageLayout(page_layout(self.size))
        self.print_to(writer, _RESOLUTION)
        fonts = (self._style.body, self._style.body_bold)
        text = self.text + self._foot + tr("Page {n} of {count}", n=1, count=1)
        return findable(bytes(buffer.data().data()), text, fonts)

    def _paint_text(self, painter: QPainter, page: int) -> None:
        painter.save()
        height = self._inner.height()
        seen = QRectF(0, page * height, self._inner.width(), height)
        painter.translate(0, -seen.top())
        painter.setClipRect(seen)
        context = QAbstractTextDocumentLayout.PaintContext()
        context.clip = seen
        context.palette.setColor(QPalette.ColorRole.Text, self._style.colors.text1)
        self._document.documentLayout().draw(painter, context)
        painter.restore()

    def _paint_foot(self, painter: QPainter, page: int) -> None:
        rect = QRectF(0, self._inner.height() + 8, self._inner.width(), FOOT)
        font = self._style.font(10)
        font.setFeature(QFont.Tag("locl"), 0)  # as in `paper`
        painter.setFont(font)
        painter.setPen(self._style.colors.text2)
        flags = Qt.AlignmentFlag.AlignBottom
        painter.drawText(rect, int(flags | Qt.AlignmentFlag.AlignLeft), self._foot)
        words = tr("Page {n} of {count}", n=page + 1, count=self.count)
        painter.drawText(rect, int(flags | Qt.AlignmentFlag.AlignRight), words)


def page_pixels(size: QPageSize) -> QSizeF:
    """Give a paper size in pixels of 96 to the inch."""
    return QSizeF(size.sizePixels(DPI))


def sheet_pixels(layout: QPageLayout) -> QSizeF:
    """Give the paper of a printer as it lies: turned where it is turned."""
    sheet = layout.fullRect(QPageLayout.Unit.Point).size()
    return QSizeF(sheet.width() * DPI / 72, sheet.height() * DPI / 72)


def page_layout(size: QSizeF) -> QPageLayout:
    """Give the layout of a paper without margins: ours are painted."""
    points = QSizeF(size.width() * 72 / DPI, size.height() * 72 / DPI)
    paper = QPageSize(points, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
    layout = QPageLayout(paper, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
    layout.setMode(QPageLayout.Mode.FullPageMode)
    return layout
