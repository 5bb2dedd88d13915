"""Requests as rows of a spreadsheet: plain texts, made harmless for programs that compute what begins with "="."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from app.domain.approvals.state import TaskStatus
from app.domain.approvals.template import FieldKind
from app.domain.ids import localpart_of
from app.domain.visible import unturned
from resources.translations import tr
from ui.approval_task_words import Scene, called, paper_moment, step_title
from ui.approval_words import list_words, status_words, value_words, words_of
from ui.screens.approval_record.record_document import name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from app.domain.approvals.rows import ApprovalDetail
    from app.domain.approvals.state import RequestState
    from app.domain.approvals.template import Field
    from app.domain.ids import UserID

    Name = Callable[[str], str]

_BOM = "\ufeff"
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_COMPUTED = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for a formula at the start of a cell. Source: OWASP, "CSV Injection"."""
_DECIDED = (TaskStatus.APPROVED, TaskStatus.REJECTED, TaskStatus.GAVE_OPINION, TaskStatus.RETURNED)
_PLAIN = (FieldKind.NUMBER, FieldKind.FORMULA, FieldKind.RATING)


class Line(NamedTuple):
    """One request: the fixed cells, and the form by column (key, title)."""

    cells: tuple[str, ...]
    fields: dict[tuple[str, str], str]


def heads() -> tuple[str, ...]:
    """Title the fixed columns."""
    return (
        tr("Number"),
        tr("Title"),
        tr("Template"),
        tr("State"),
        tr("Asked by"),
        tr("Matrix id"),
        tr("Department"),
        tr("Asked at"),
        tr("Finished at"),
        tr("Waiting for"),
        tr("Decisions"),
        tr("Copies"),
    )


def line_of(detail: ApprovalDetail, others: Callable[[UserID], str] = localpart_of) -> Line:
    """Word one request; `others` names people whom the request does not name."""
    content, state, name = detail.content, detail.state, name_of(detail, others)
    cells = (
        content.number,
        content.title,
        words_of(content.template.name),
        status_words(state.status),
        name(state.requester),
        str(state.requester),
        content.facts.department_name,
        paper_moment(detail.row.made_ms),
        paper_moment(state.finished_ms) if state.finished_ms else "",
        list_words([name(user) for user in state.waiting]),
        _decisions(state, name),
        list_words([name(user) for user in state.cc]),
    )
    fields: dict[tuple[str, str], str] = {}
    for field in content.template.fields:
        if field.kind is not FieldKind.NOTE:
            fields[_column(field)] = cell_words(field, state.values.get(field.key), name)
    return Line(cells, fields)


def to_csv(lines: Sequence[Line], *, has_columns: bool) -> bytes:
    """Give a file that Excel opens as UTF-8; `has_columns`: one for each field, else all in one cell."""
    columns = list(dict.fromkeys(key for line in lines for key in line.fields)) if has_columns else []
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(map(harmless, (*heads(), *(_titles(columns) if has_columns else (tr("Form"),)))))
    for line in lines:
        form = [line.fields.get(key, "") for key in columns] if has_columns else [_all(line.fields)]
        writer.writerow(map(harmless, (*line.cells, *form)))
    return (_BOM + buffer.getvalue()).encode("utf-8", "replace")


def harmless(text: str) -> str:
    """Make a cell that no program computes; numbers stay numbers."""
    clean = unturned(text.replace("\x00", ""))
    if clean.lstrip(" ").startswith(_COMPUTED) and not _NUMBER.fullmatch(clean):
        return "'" + clean
    return clean


def cell_words(field: Field, value: Any, name: Name) -> str:
    """Word a value for a cell: amounts as numbers, tables a row per line."""
    if value in (None, "", [], {}):
        return ""
    if field.kind in _PLAIN and isinstance(value, str):
        return value
    if field.kind is FieldKind.MONEY and isinstance(value, dict):
        amount, currency = str(value.get("amount", "")), str(value.get("currency", field.currency))
        return amount if currency == field.currency else f"{amount} {currency}"
    if field.kind is FieldKind.LONG_TEXT and isinstance(value, str):
        return value
    if field.kind is FieldKind.TABLE and isinstance(value, list | tuple):
        return "\n".join(_row(field, row, name) for row in value if isinstance(row, dict))
    return value_words(field, value, name)


def _row(field: Field, row: dict[str, Any], name: Name) -> str:
    cells = (
        (words_of(column.name), cell_words(column, row.get(column.key), name)) for column in field.columns
    )
    return "; ".join(f"{title}: {words}" for title, words in cells if words)


def _column(field: Field) -> tuple[str, str]:
    title = words_of(field.name)
    return (field.key, f"{title} ({field.currency})" if field.kind is FieldKind.MONEY else title)


def _titles(columns: Iterable[tuple[str, str]]) -> list[str]:
    """Two columns of one title tell themselves apart by their keys."""
    titles = [title for _, title in columns]
    return [title if titles.count(title) == 1 else f"{title} [{key}]" for key, title in columns]


def _all(fields: dict[tuple[str, str], str]) -> str:
    return "\n".join(f"{title}: {words}" for (_, title), words in fields.items() if words)


def _decisions(state: RequestState, name: Name) -> str:
    scene = Scene(state, None, 0, name, is_paper=True)
    words = {
        TaskStatus.APPROVED: tr("approved"),
        TaskStatus.REJECTED: tr("rejected"),
        TaskStatus.RETURNED: tr("returned"),
        TaskStatus.GAVE_OPINION: tr("gave an opinion"),
    }
    lines = []
    for step in state.steps:
        for task in step.tasks:
            if task.status in _DECIDED:
                who = called(scene, task.actor or task.user)
                line = f"{step_title(step)}: {who} {words[task.status]} {paper_moment(task.at_ms)}"
                lines.append(f"{line} {task.note}".strip())
    return "\n".join(lines)
