"""A table of a form, for reading: painted, cells wrap, numbers stand right, sums under it. Long ones are folded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from resources.translations import tr
from widgets.approval_record import TextLink
from widgets.painting import fill_plain, stroke_rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QColor, QFont, QPaintEvent, QResizeEvent

    from widgets.style import StyleSource

FOLDED_ROWS = 12
_PAD, _LEAST_COLUMN, _LINE = 12, 56, 20
_MOST_CELL = 500
_WRAP = int(Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere)


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column, worded."""

    name: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class TableValue:
    """All of a table, worded; `sums` is empty, or one text per column."""

    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    sums: tuple[str, ...] = ()
    changed: frozenset[int] = frozenset()
    """Rows that a correction changed."""


class ApprovalTable(QWidget):
    """As tall as it needs to be."""

    def __init__(self, style: StyleSource, value: TableValue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = value
        self.grid = _Grid(style, value)
        self._all = TextLink(style)
        self._all.clicked.connect(self._unfold)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.current.px(4))
        column.addWidget(self.grid)
        column.addWidget(self._all)
        self._word()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == event.Type.LanguageChange:
            self._word()

    def _unfold(self) -> None:
        self.grid.show_all()
        self._word()

    def _word(self) -> None:
        rows = len(self._value.rows)
        self._all.setText(tr("Show all {n} rows", n=rows))
        self._all.setVisible(self.grid.is_folded)


class _Grid(QWidget):
    """The cells."""

    def __init__(self, style: StyleSource, value: TableValue) -> None:
        super().__init__()
        self._style, self._value = style, value
        self._shown = FOLDED_ROWS if len(value.rows) > FOLDED_ROWS + 3 else len(value.rows)
        self._heights: list[int] = []
        self._widths: list[int] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_spoken(value))
        style.changed.connect(self._place)

    @property
    def is_folded(self) -> bool:
        """Whether rows are left out."""
        return self._shown < len(self._value.rows)

    def show_all(self) -> None:
        """Unfold it."""
        self._shown = len(self._value.rows)
        self._place()

    def sizeHint(self) -> QSize:
        return QSize(self._style.current.px(240), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        colors, radius = style.colors, style.sizes.radius
        frame = QRectF(self.rect())
        path = QPainterPath()
        path.addRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipPath(path)
        y = 0
        for number, (height, cells) in enumerate(zip(self._heights, self._lines(), strict=True)):
            ground = self._ground(number)
            if ground is not None:
                fill_plain(painter, QRectF(0, y, self.width(), height), ground)
            if number > 1:
                fill_plain(painter, QRectF(0, y, self.width(), 1), colors.line)
            self._paint_row(painter, y, height, cells, number)
            y += height
        painter.setClipping(False)
        stroke_rounded(painter, frame, radius, colors.line)
        painter.end()

    def _ground(self, number: int) -> QColor | None:
        colors = self._style.current.colors
        if number == 0:
            return colors.hover
        return colors.waiting_soft if number - 1 in self._value.changed else None

    def _lines(self) -> list[Sequence[str]]:
        head = tuple(column.name for column in self._value.columns)
        sums = [self._value.sums] if self._value.sums else []
        return [head, *self._value.rows[: self._shown], *sums]

    def _font(self, number: int) -> QFont:
        style = self._style.current
        if number == 0:
            return style.small
        return style.body_bold if number > self._shown else style.body

    def _paint_row(self, painter: QPainter, y: int, height: int, cells: Sequence[str], number: int) -> None:
        style = self._style.current
        pad, x = style.px(_PAD), 0
        painter.setFont(self._font(number))
        painter.setPen(style.colors.text2 if number == 0 else style.colors.text1)
        for column, width, text in zip(self._value.columns, self._widths, cells, strict=True):
            side = Qt.AlignmentFlag.AlignRight if column.is_number else Qt.AlignmentFlag.AlignLeft
            box = QRectF(x + pad, y, max(1, width - 2 * pad), height)
            painter.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter) | _WRAP, text[:_MOST_CELL])
            x += width

    def _place(self) -> None:
        style = self._style.current
        self._widths = self._shared(max(1, self.width()))
        pad, self._heights = style.px(_PAD), []
        for number, cells in enumerate(self._lines()):
            metrics = QFontMetricsF(self._font(number))
            tallest = max(
                (self._height(metrics, *cell) for cell in zip(self._widths, cells, strict=True)), default=0
            )
            least = style.px(33 if number == 0 else 37)
            self._heights.append(max(least, round(tallest) + pad + style.px(4)))
        self.setFixedHeight(sum(self._heights) or 1)
        self.update()

    def _height(self, metrics: QFontMetricsF, width: int, text: str) -> float:
        inner = max(8, width - 2 * self._style.current.px(_PAD))
        if metrics.horizontalAdvance(text[:_MOST_CELL]) <= inner and "\n" not in text:
            return metrics.height()
        return metrics.boundingRect(QRectF(0, 0, inner, 10_000), _WRAP, text[:_MOST_CELL]).height()

    def _shared(self, width: int) -> list[int]:
        """Give each column what its longest word needs, and the rest by how much it holds."""
        style, lines = self._style.current, self._lines()
        metrics = QFontMetricsF(style.body)
        pad, least = 2 * style.px(_PAD), style.px(_LEAST_COLUMN)
        wanted = []
        for number in range(len(self._value.columns)):
            widest = max((metrics.horizontalAdvance(line[number][:80]) for line in lines), default=0.0)
            wanted.append(max(float(least), min(widest, width / 2) + pad))
        total = sum(wanted) or 1.0
        widths = [round(one * width / total) for one in wanted]
        if widths:
            widths[-1] += width - sum(widths)
        return widths


def _spoken(value: TableValue) -> str:
    """Every row with the names of its columns."""
    rows = [
        tr(", ").join(f"{column.name} {cell}" for column, cell in zip(value.columns, row, strict=True))
        for row in (*value.rows[:50], *([value.sums] if value.sums else []))
    ]
    return "; ".join(rows)
