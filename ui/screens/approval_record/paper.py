"""Writes a record as a `QTextDocument`: headings, paragraphs, tables; in the colours of paper, whatever the theme is.

Everything is inserted as plain text through a cursor: nothing a person wrote is ever read as HTML.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QBrush,
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextTableFormat,
)

from ui import theme
from widgets.style import Weight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QTextTable, QTextTableCell

BODY, SMALL, TITLE, HERO = 13, 11, 15, 20
_LEADING = 118.0
_PADDING = 5
_BEFORE_TITLE, _AFTER_TITLE = 14, 6
_EDGE = 1
_BELOW_TABLE = 10


class Run(NamedTuple):
    """A piece of text in one look. `role` is a colour role of the style."""

    text: str
    role: str = "text1"
    size: int = BODY
    is_bold: bool = False


Cell = tuple[Run, ...]


class Paper:
    """A document that grows downwards."""

    def __init__(self) -> None:
        self.style = theme.light(has_motion=False)
        self.document = QTextDocument()
        self.document.setUndoRedoEnabled(False)
        self.document.setUseDesignMetrics(True)
        self.document.setDocumentMargin(0)
        self.document.setDefaultFont(self._font(BODY))
        self._cursor = QTextCursor(self.document)
        self._is_fresh = True

    def heading(self, text: str) -> None:
        """Begin a section."""
        self._block(_BEFORE_TITLE, _AFTER_TITLE)
        self._write(self._cursor, (Run(text, "text1", TITLE, True),))

    def paragraph(self, *runs: Run, before: float = 0, after: float = 0, right: float = 0) -> None:
        """Add a paragraph; `right` stays free beside it."""
        self._block(before, after, right)
        self._write(self._cursor, runs)

    def table(
        self,
        rows: Sequence[Sequence[Cell]],
        widths: Sequence[float],
        *,
        has_head: bool = False,
        has_lines: bool = True,
        right: Sequence[int] = (),
    ) -> QTextTable:
        """Add a table; `widths` in percent, `right`: the columns of numbers. A head stands again on each page."""
        self._block(0, 0, is_small=True)
        made = self._cursor.insertTable(
            len(rows), len(widths), self._table_format(widths, has_head, has_lines)
        )
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                place = made.cellAt(number, column)
                self._dress(place, is_head=has_head and number == 0)
                self._fill(place, cell, is_right=column in right)
        self._cursor = QTextCursor(self.document)
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        self._is_fresh = True
        return made

    def _table_format(self, widths: Sequence[float], has_head: bool, has_lines: bool) -> QTextTableFormat:
        shape = QTextTableFormat()
        shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        shape.setColumnWidthConstraints(
            [QTextLength(QTextLength.Type.PercentageLength, width) for width in widths]
        )
        shape.setBottomMargin(_BELOW_TABLE)
        shape.setCellSpacing(0)
        shape.setCellPadding(_PADDING if has_lines else 2)
        shape.setBorderCollapse(True)
        shape.setBorder(_EDGE if has_lines else 0)
        shape.setBorderBrush(QBrush(self.style.colors.line.darker(108)))
        shape.setBorderStyle(
            QTextFrameFormat.BorderStyle.BorderStyle_Solid
            if has_lines
            else QTextFrameFormat.BorderStyle.BorderStyle_None
        )
        shape.setHeaderRowCount(1 if has_head else 0)
        return shape

    def _dress(self, cell: QTextTableCell, *, is_head: bool) -> None:
        look = cell.format()
        if is_head:
            look.setBackground(QBrush(self.style.colors.list))
        cell.setFormat(look)

    def _fill(self, cell: QTextTableCell, runs: Cell, *, is_right: bool) -> None:
        cursor = cell.firstCursorPosition()
        shape = self._block_format(0, 0)
        if is_right:
            shape.setAlignment(Qt.AlignmentFlag.AlignRight)
        cursor.setBlockFormat(shape)
        self._write(cursor, runs)

    def _block(self, before: float, after: float, right: float = 0, *, is_small: bool = False) -> None:
        """Begin a block; the one that is empty already is taken first."""
        shape = self._block_format(before, after)
        shape.setRightMargin(right)
        if self._is_fresh:
            self._cursor.setBlockFormat(shape)
        else:
            self._cursor.insertBlock(shape)
        if is_small:
            tiny = QTextCharFormat()
            tiny.setFont(self._font(1))
            self._cursor.setBlockCharFormat(tiny)
        self._is_fresh = False

    def _block_format(self, before: float, after: float) -> QTextBlockFormat:
        shape = QTextBlockFormat()
        shape.setTopMargin(before)
        shape.setBottomMargin(after)
        shape.setLineHeight(_LEADING, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        return shape

    def _write(self, cursor: QTextCursor, runs: Sequence[Run]) -> None:
        for run in runs:
            look = QTextCharFormat()
            look.setFont(self._font(run.size, is_bold=run.is_bold))
            look.setForeground(QBrush(getattr(self.style.colors, run.role)))
            cursor.insertText(run.text, look)

    def _font(self, pixels: int, *, is_bold: bool = False) -> QFont:
        font = self.style.font(pixels, Weight.BOLD if is_bold else Weight.REGULAR)
        font.setFeature(QFont.Tag("locl"), 0)  # else digits become glyphs that a PDF cannot give back as text
        return font
