"""The input for a table: rows of cells that one adds and removes, with sums below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.approvals.template import FieldKind
from app.domain.approvals.wire import MAX_ROWS
from resources.translations import tr, tr_n
from ui.approval_words import sum_words, words_of
from ui.forms.field_input import FieldInput
from ui.forms.slices import Slices
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.cell_flow import CellFlow
from widgets.form_row import FormRow
from widgets.painting import stroke_rounded
from widgets.tab_place import TabPlace
from widgets.words import Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.domain.approvals.planning import ProblemAt
    from app.domain.approvals.template import Field
    from ui.forms.field_input import FormPlace

    MakeInput = Callable[[FormPlace, Field, bool], FieldInput]

_LEAST = {
    FieldKind.TEXT: 130,
    FieldKind.LONG_TEXT: 200,
    FieldKind.NUMBER: 84,
    FieldKind.MONEY: 104,
    FieldKind.FORMULA: 104,
    FieldKind.DATE: 142,
    FieldKind.DATE_TIME: 230,
    FieldKind.RANGE: 280,
    FieldKind.SINGLE: 116,
    FieldKind.RATING: 170,
    FieldKind.PHONE: 130,
}
_LEAST_OTHER = 190
AT_ONCE = 30
"""Rows shown before somebody asks for more: what is typed by hand has fewer."""


class TableInput(FieldInput):
    """Rows are made in slices, and only so many at once; what is not made yet is kept as it was given."""

    def __init__(self, place: FormPlace, field: Field, make: MakeInput) -> None:
        super().__init__(place, field)
        self._place, self._make = place, make
        self._rows: list[_Row] = []
        self._waiting: list[dict[str, Any]] = []
        self._slices = Slices(self)
        self._tabs = TabPlace(self)
        self._body = QVBoxLayout()
        self._body.setSpacing(self.style_source.current.px(6))
        self.column.addLayout(self._body)
        self.sums = Line(self.style_source, role="text1", pixels=13, is_bold=True)
        self.sums.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.add = Button(self.style_source, tr("Add a row"), ButtonKind.OUTLINE, icon="plus")
        self.add.setAccessibleName(f"{self.name}: {tr('Add a row')}")
        self.add.clicked.connect(self.add_row)
        self.more = Button(self.style_source, "", ButtonKind.OUTLINE, icon="caret-down")
        self.more.clicked.connect(self.show_more)
        self.more.hide()
        self.undo = Button(self.style_source, tr("Undo"), ButtonKind.QUIET, icon="arrow-counter-clockwise")
        self.undo.clicked.connect(self._bring_back)
        self.undo.hide()
        self._removed: tuple[int, dict[str, Any]] | None = None
        foot = QHBoxLayout()
        foot.addWidget(self.more)
        foot.addWidget(self.add)
        foot.addWidget(self.undo)
        foot.addWidget(self.sums, 1)
        self.column.addLayout(foot)

    @property
    def rows(self) -> tuple[_Row, ...]:
        """The rows that are made."""
        return tuple(self._rows)

    def value(self) -> Any:
        """Rows with something in them: the computed form knows no others."""
        rows = [row.value() for row in self._filled()]
        return [*rows, *filter(None, self._waiting)] or None

    def stops(self) -> list[QWidget]:
        return [*(stop for row in self._rows for stop in row.stops()), self.more, self.add, self.undo]

    def set_value(self, value: Any) -> None:
        for row in self._rows:
            row.setParent(None)
            row.deleteLater()
        self._rows = []
        self._keep_removed(None)
        given = value if isinstance(value, list) else []
        self._waiting = [row for row in given[:MAX_ROWS] if isinstance(row, dict)] or [{}]
        self._slices.start(self._build(AT_ONCE))

    def show_more(self) -> None:
        """Show the next rows."""
        first = len(self._rows)
        self._slices.start(self._build(AT_ONCE))
        self._rows[min(first, len(self._rows) - 1)].focus_cell()

    def show_computed(self, value: Any) -> None:
        given = value if isinstance(value, list) else []
        for row, values in zip(self._filled(), given, strict=False):
            row.show_computed(values if isinstance(values, dict) else {})
        self._show_sums(given)

    def mark(self, sentence: str, problem: ProblemAt | None = None) -> None:
        """Without a problem all marks go; with one its cell is marked beside those that are."""
        if problem is None or problem.row is None:
            for row in self._rows:
                row.clear_marks()
        elif (found := self._at(problem.row)) is not None:
            found.mark(problem.column, sentence)

    def focus_input(self) -> None:
        if self._rows:
            self._rows[0].focus_cell()
        else:
            self.add.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_cell(self, problem: ProblemAt) -> QWidget:
        """Put the cursor where a problem is, and give that."""
        row = None if problem.row is None else self._at(problem.row)
        if row is not None:
            return row.focus_cell(problem.column)
        self.focus_input()
        return self

    def _at(self, number: int) -> _Row | None:
        """A row as the computed form counts them."""
        self._slices.finish()
        filled = self._filled()
        missing = number - len(filled) + 1
        if missing > 0 and self._waiting:
            self._slices.start(self._build(missing))
            self._slices.finish()
            filled = self._filled()
        return filled[number] if number < len(filled) else None

    def _filled(self) -> list[_Row]:
        return [row for row in self._rows if row.value()]

    def add_row(self) -> None:
        """Append an empty row and go there."""
        self._slices.finish()
        if len(self._rows) < MAX_ROWS and not self._waiting:
            row = self._append({})
            row.focus_cell()
            self.changed.emit()

    def _build(self, count: int) -> Iterator[None]:
        while self._waiting and count > 0:
            self._append(self._waiting.pop(0))
            count -= 1
            yield

    def _append(self, values: dict[str, Any]) -> _Row:
        row = _Row(self, self._place, self._make, values)
        row.changed.connect(self.changed)
        row.removed.connect(lambda: self._remove(row))
        row.lines_changed.connect(lambda: self._name_columns(row))
        before = self._rows[-1].stops()[-1] if self._rows else self._tabs
        self._rows.append(row)
        self._body.addWidget(row)
        for stop in (*row.stops(), self.more, self.add, self.undo):
            QWidget.setTabOrder(before, stop)
            before = stop
        row.set_number(len(self._rows), self.name)
        self._name_columns(row)
        self._show_foot()
        return row

    def _keep_removed(self, removed: tuple[int, dict[str, Any]] | None) -> None:
        self._removed = removed
        self.undo.setVisible(removed is not None)

    def _bring_back(self) -> None:
        """Put the row that was removed last where it was."""
        if self._removed is None:
            return
        at, values = self._removed
        self._keep_removed(None)
        rows = [row.value() for row in self._rows]
        rows.insert(at, values)
        self.set_value([*filter(None, rows), *self._waiting])
        self._slices.finish()
        self._rows[min(at, len(self._rows) - 1)].focus_cell()
        self.changed.emit()

    def _remove(self, row: _Row) -> None:
        at, values = self._rows.index(row), row.value()
        self._keep_removed((at, values) if values else None)
        self._rows.remove(row)
        row.setParent(None)
        row.deleteLater()
        if not self._rows:
            self._append({})
        for number, one in enumerate(self._rows, 1):
            one.set_number(number, self.name)
        self._name_columns(self._rows[0])
        self._show_foot()
        self._rows[min(at, len(self._rows) - 1)].focus_cell()
        self.changed.emit()

    def _show_foot(self) -> None:
        left = len(self._waiting)
        self.more.setText(tr_n("Show {n} more row", "Show {n} more rows", min(left, AT_ONCE)))
        self.more.setVisible(left > 0)
        self.add.setVisible(not left)
        self.add.setEnabled(len(self._rows) < MAX_ROWS)

    def _name_columns(self, row: _Row) -> None:
        """Where a row is one line, the columns are named once."""
        row.show_names(row is self._rows[0] or row.line_count > 1)

    def _show_sums(self, rows: list[Any]) -> None:
        found = [(words_of(column.name), sum_words(column, rows)) for column in self.field.columns]
        self.sums.setText("   ".join(tr("{name}: {sum} in all", name=n, sum=s) for n, s in found if s))


class _Row(QWidget):
    """One row: its number, its cells, a cross."""

    changed = Signal()
    removed = Signal()
    lines_changed = Signal()

    def __init__(self, table: TableInput, place: FormPlace, make: MakeInput, values: dict[str, Any]) -> None:
        super().__init__()
        style = table.style_source
        self._style, self._other = style, dict(values)
        self.inputs: dict[str, FieldInput] = {}
        self._cells: dict[str, FormRow] = {}
        self._number = Line(style, role="text2", pixels=12)
        self._cross = IconButton(style, "trash", "", size=28, icon_size=16)
        self._cross.clicked.connect(self.removed)
        for column in table.field.columns:
            self._add(make(place, column, True), column, values)
        least = {column.key: _LEAST.get(column.kind, _LEAST_OTHER) for column in table.field.columns}
        self._flow = CellFlow(style, [(cell, least[key]) for key, cell in self._cells.items()])
        self._flow.lines_changed.connect(lambda _: self.lines_changed.emit())
        self._lay_out()

    @property
    def line_count(self) -> int:
        """In how many lines its cells stand."""
        return self._flow.line_count

    def value(self) -> dict[str, Any]:
        """What stands in its cells; a cell that no input is for is kept as it came."""
        cells = {key: given for key, given in self._other.items() if key not in self.inputs}
        cells |= {key: value for key, one in self.inputs.items() if (value := one.value()) is not None}
        return cells

    def stops(self) -> list[QWidget]:
        """Where the Tab key comes to, in order."""
        return [*(stop for one in self.inputs.values() for stop in one.stops()), self._cross]

    def show_computed(self, values: dict[str, Any]) -> None:
        """Show what follows from other cells."""
        for key, one in self.inputs.items():
            one.show_computed(values.get(key))

    def set_number(self, number: int, table: str) -> None:
        """Say which row it is, also to a screen reader."""
        self._number.setText(str(number))
        self.setAccessibleName(tr("{name}, row {n}", name=table, n=number))
        self._cross.set_tip(tr("Remove row {n}", n=number))

    def show_names(self, is_named: bool) -> None:
        """Name the columns in this row."""
        for cell in self._cells.values():
            cell.set_name_visible(is_named)

    def mark(self, column: str, sentence: str) -> None:
        """Mark a cell; an unknown column marks nothing."""
        if column in self._cells:
            self._cells[column].set_problem(sentence)
            self.inputs[column].mark(sentence)

    def clear_marks(self) -> None:
        """Take all marks away."""
        for key, cell in self._cells.items():
            if cell.problem():
                cell.set_problem("")
                self.inputs[key].mark("")

    def focus_cell(self, column: str = "") -> QWidget:
        """Put the cursor into a cell, else into the first, and give it."""
        found = self.inputs.get(column) or next(iter(self.inputs.values()), None)
        if found is None:
            return self
        found.focus_input()
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        stroke_rounded(painter, self.rect(), style.sizes.radius, style.colors.line)
        painter.end()

    def _add(self, made: FieldInput, column: Field, values: dict[str, Any]) -> None:
        made.set_value(values.get(column.key))
        made.changed.connect(self.changed)
        cell = FormRow(self._style, words_of(column.name), is_required=column.is_required)
        cell.set_input(made)
        self.inputs[column.key], self._cells[column.key] = made, cell

    def _lay_out(self) -> None:
        style = self._style.current
        self._number.setFixedWidth(style.px(18))
        row = QHBoxLayout(self)
        row.setContentsMargins(style.px(10), style.px(8), style.px(4), style.px(8))
        row.setSpacing(style.px(6))
        row.addWidget(self._number)
        row.addWidget(self._flow, 1)
        row.addWidget(self._cross)
