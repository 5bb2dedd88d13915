"""The form of a record: a name and a value on each line, tables as tables, what was corrected beside what was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.domain.approvals.money_words import capital_words
from app.domain.approvals.template import FieldKind
from resources.formats import format_size
from resources.translations import tr
from ui.approval_words import sum_words, value_words, words_of
from ui.screens.approval_record.paper import SMALL, Cell, Paper, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.domain.approvals.request import Values
    from app.domain.approvals.template import Field, Template

    Name = Callable[[str], str]

_NAMES, _VALUES = 18.0, 82.0
_NUMBERS = (FieldKind.MONEY, FieldKind.NUMBER, FieldKind.FORMULA, FieldKind.RATING)
_FILES = (FieldKind.FILE, FieldKind.IMAGE)


def write_form(paper: Paper, template: Template, asked: Values, values: Values, name: Name) -> None:
    """Write all fields that hold something, in the order of the form; lines between tables share one."""
    lines: list[Sequence[Cell]] = []
    for field in template.fields:
        if field.kind is FieldKind.TABLE and (field.key in values or field.key in asked):
            _flush(paper, lines)
            _table(paper, field, asked.get(field.key), values.get(field.key), name)
        else:
            lines += _line(field, asked.get(field.key), values.get(field.key), name)
    _flush(paper, lines)


def _flush(paper: Paper, lines: list[Sequence[Cell]]) -> None:
    if lines:
        paper.table(lines, (_NAMES, _VALUES))
        lines.clear()


def _line(field: Field, asked: Any, value: Any, name: Name) -> list[Sequence[Cell]]:
    if field.kind is FieldKind.NOTE:
        return [((Run(words_of(field.name), "text2"),), (Run(words_of(field.text), "text2", SMALL),))]
    if value is None and asked is None:
        return []
    runs = [*_value(field, value, name)]
    if asked != value:
        was = _plain(field, asked, name) or tr("empty")
        runs.append(Run(f"\n{tr('was: {value}', value=was)}", "waiting_text", SMALL))
    return [((Run(words_of(field.name), "text2"),), tuple(runs))]


def _value(field: Field, value: Any, name: Name) -> list[Run]:
    if value is None:
        return [Run(tr("empty"), "text2")]
    if field.kind in _FILES:
        return _files(value)
    runs = [Run(_plain(field, value, name), is_bold=field.kind is FieldKind.MONEY)]
    if field.kind is FieldKind.MONEY and isinstance(value, dict) and value.get("currency") == "CNY":
        runs.append(Run(f"   {capital_words(value.get('amount'))}", "text2", SMALL))
    return runs


def _plain(field: Field, value: Any, name: Name) -> str:
    """Long texts keep their lines."""
    if field.kind is FieldKind.LONG_TEXT and isinstance(value, str):
        return value.strip()
    return value_words(field, value, name)


def _files(value: Any) -> list[Run]:
    runs: list[Run] = []
    for file in value if isinstance(value, list | tuple) else ():
        if isinstance(file, dict):
            break_before = "\n" if runs else ""
            size = file.get("size")
            shown = format_size(size) if isinstance(size, int) else ""
            runs.append(Run(f"{break_before}{file.get('name', '')}   "))
            runs.append(Run(f"{shown}\nSHA-256 {file.get('sha256', '')}", "text2", SMALL))
    return runs


def _table(paper: Paper, field: Field, asked: Any, value: Any, name: Name) -> None:
    rows = value if isinstance(value, list | tuple) else ()
    paper.paragraph(Run(words_of(field.name), "text2"), before=8, after=4)
    columns = field.columns
    head: tuple[Cell, ...] = tuple((Run(words_of(column.name), "text2", SMALL, True),) for column in columns)
    cells: list[tuple[Cell, ...]] = [head]
    for row in rows:
        held = row if isinstance(row, dict) else {}
        cells.append(tuple((Run(_plain(column, held.get(column.key), name)),) for column in columns))
    sums = tuple(sum_words(column, list(rows)) for column in columns)
    if any(sums):
        cells.append(_sum_row(sums))
    if columns:
        numbers = [n for n, column in enumerate(columns) if column.kind in _NUMBERS]
        paper.table(cells, [100 / len(columns)] * len(columns), has_head=True, right=numbers)
    if asked != value:
        was = _plain(field, asked, name) or tr("empty")
        paper.paragraph(Run(tr("was: {value}", value=was), "waiting_text", SMALL), before=4)


def _sum_row(sums: Sequence[str]) -> tuple[Cell, ...]:
    first = sums[0] or tr("Sum")
    return tuple((Run(first if not n else text, is_bold=True),) for n, text in enumerate(sums))
