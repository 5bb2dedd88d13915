"""Cells side by side, in as many lines as their least widths ask for."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from widgets.style import StyleSource


class CellFlow(QWidget):
    """The cells of a line share its width by their least widths; those of an unfinished last line stay as they are above."""

    lines_changed = Signal(int)
    """It takes another number of lines now."""

    def __init__(
        self, style: StyleSource, cells: Sequence[tuple[QWidget, int]], parent: QWidget | None = None
    ) -> None:
        """`cells` are (widget, least width at 100 %)."""
        super().__init__(parent)
        self._style, self._cells = style, list(cells)
        self._lines: list[list[int]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(style.current.px(8))
        for widget, _ in self._cells:
            widget.setParent(self)
        self._arrange(style.current.px(600))

    @property
    def line_count(self) -> int:
        """In how many lines the cells stand."""
        return len(self._lines)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(self.width())

    def _arrange(self, width: int) -> None:
        lines = self._fitting(width)
        if lines == self._lines:
            return
        before, self._lines = len(self._lines), lines
        while self._column.count():
            item = self._column.takeAt(0)
            if item is not None and item.layout() is not None:
                _empty(item.layout())
        for line in lines:
            row = QHBoxLayout()
            row.setSpacing(self._style.current.px(8))
            for at in line:
                widget, least = self._cells[at]
                row.addWidget(widget, least, Qt.AlignmentFlag.AlignTop)
            self._column.addLayout(row)
        if before != len(lines):
            self.lines_changed.emit(len(lines))

    def _fitting(self, width: int) -> list[list[int]]:
        style = self._style.current
        lines: list[list[int]] = []
        left = 0
        for at, (_, least) in enumerate(self._cells):
            wanted = style.px(least)
            if not lines or wanted > left:
                lines.append([])
                left = width
            lines[-1].append(at)
            left -= wanted + style.px(8)
        return lines


def _empty(layout: object) -> None:
    """Qt keeps the items of a layout that goes; the widgets stay."""
    while layout.count():  # type: ignore[attr-defined]
        layout.takeAt(0)  # type: ignore[attr-defined]
