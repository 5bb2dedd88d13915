"""Edits of a form: each makes another template of one. No Qt.

A field is named by its path: `(key,)`, or `(table's key, column's key)`. Keys are made once and never change, so that
formulas and conditions go on meaning what they meant, whatever a field is called later.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from app.domain.approvals.field_checks import COLUMN_KINDS
from app.domain.approvals.template import Condition, Field, FieldKind, Fork, Node, Option, StepRule, Template
from app.domain.approvals.wire import MAX_COLUMNS, MAX_FIELDS

Path = tuple[str, ...]

NOT_IN_TABLES = tuple(kind for kind in FieldKind if kind not in COLUMN_KINDS)
"""Kinds that are no column."""
HAS_OPTIONS = (FieldKind.SINGLE, FieldKind.MULTIPLE)
SUMMED = (FieldKind.NUMBER, FieldKind.MONEY, FieldKind.FORMULA)


def paths_of(template: Template) -> list[Path]:
    """Give all fields in the order people see them, columns behind their table."""
    return [path for field in template.fields for path in _paths(field)]


def field_at(template: Template, path: Path) -> Field | None:
    """Give a field, or a column."""
    found = next((field for field in template.fields if path and field.key == path[0]), None)
    if found is None or len(path) < 2:
        return found
    return next((column for column in found.columns if column.key == path[1]), None)


def new_key(template: Template, kind: str) -> str:
    """Make a key that is nowhere in the template yet."""
    taken = {key for path in paths_of(template) for key in path}
    return _free(kind, taken)


def insert_field(template: Template, field: Field, after: Path = ()) -> tuple[Template, Path]:
    """Put a field behind another, or at the end; behind a column only where it can be a column."""
    if len(after) > 1 and field.kind not in NOT_IN_TABLES:
        return insert_column(template, after[0], field, after[1])
    keys = [one.key for one in template.fields]
    at = keys.index(after[0]) + 1 if after and after[0] in keys else len(keys)
    if len(keys) >= MAX_FIELDS:
        return template, ()
    fields = (*template.fields[:at], field, *template.fields[at:])
    return _replace(template, fields=fields), (field.key,)


def insert_column(template: Template, table: str, field: Field, after: str = "") -> tuple[Template, Path]:
    """Put a column into a table."""
    owner = field_at(template, (table,))
    if owner is None or field.kind in NOT_IN_TABLES or len(owner.columns) >= MAX_COLUMNS:
        return template, ()
    keys = [column.key for column in owner.columns]
    at = keys.index(after) + 1 if after in keys else len(keys)
    columns = (*owner.columns[:at], field, *owner.columns[at:])
    return change_field(template, (table,), columns=columns), (table, field.key)


def change_field(template: Template, path: Path, **changes: Any) -> Template:
    """Change what a field says."""
    return _with_field(template, path, lambda field: (msgspec.structs.replace(field, **changes),))


def remove_field(template: Template, path: Path) -> tuple[Template, Path]:
    """Take a field out; its neighbour is chosen then."""
    before = _siblings(template, path)
    keys = [field.key for field in before]
    if not path or path[-1] not in keys:
        return template, path
    at = keys.index(path[-1])
    rest = [*keys[:at], *keys[at + 1 :]]
    near = rest[min(at, len(rest) - 1)] if rest else ""
    chosen = (*path[:-1], near) if near else path[:-1]
    return _with_field(template, path, lambda _: ()), chosen


def move_field(template: Template, path: Path, to: int) -> Template:
    """Put a field to a place among its neighbours."""
    fields = list(_siblings(template, path))
    keys = [field.key for field in fields]
    if not path or path[-1] not in keys:
        return template
    moved = fields.pop(keys.index(path[-1]))
    fields.insert(max(0, min(to, len(fields))), moved)
    if len(path) > 1:
        return change_field(template, path[:1], columns=tuple(fields))
    return _replace(template, fields=tuple(fields))


def place_of(template: Template, path: Path) -> int:
    """Say where a field stands among its neighbours; -1: nowhere."""
    keys = [field.key for field in _siblings(template, path)]
    return keys.index(path[-1]) if path and path[-1] in keys else -1


def duplicate_field(template: Template, path: Path) -> tuple[Template, Path]:
    """Put a copy behind a field, with keys of its own."""
    field = field_at(template, path)
    if field is None:
        return template, path
    taken = {key for one in paths_of(template) for key in one}
    copied, _ = _with_new_keys(field, taken)
    if len(path) > 1:
        return insert_column(template, path[0], copied, path[1])
    return insert_field(template, copied, path)


def insert_option(template: Template, path: Path, name: dict[str, str]) -> Template:
    """Add a choice at the end."""
    field = field_at(template, path)
    if field is None:
        return template
    key = _free("option", {option.key for option in field.options})
    return change_field(template, path, options=(*field.options, Option(key, name)))


def change_option(template: Template, path: Path, key: str, name: dict[str, str]) -> Template:
    """Word a choice."""
    field = field_at(template, path)
    options = () if field is None else field.options
    changed = tuple(Option(key, name) if option.key == key else option for option in options)
    return change_field(template, path, options=changed)


def remove_option(template: Template, path: Path, key: str) -> Template:
    """Take a choice out; it is no default any more either."""
    field = field_at(template, path)
    if field is None:
        return template
    kept = tuple(option for option in field.options if option.key != key)
    default = "" if field.default == key else field.default
    return change_field(template, path, options=kept, default=default)


def move_option(template: Template, path: Path, key: str, step: int) -> Template:
    """Move a choice up or down."""
    field = field_at(template, path)
    keys = [] if field is None else [option.key for option in field.options]
    if field is None or key not in keys:
        return template
    options = list(field.options)
    at = keys.index(key)
    options.insert(max(0, min(at + step, len(options) - 1)), options.pop(at))
    return change_field(template, path, options=tuple(options))


def users_of(template: Template, key: str) -> bool:
    """Whether a condition of the form or the route, a formula or a pick names this field."""
    named = {condition.field for condition in _conditions(template)} | set(_picked(template.route.nodes))
    formulas = (field_at(template, path) for path in paths_of(template))
    return key in named or any(field is not None and key in _words(field.formula) for field in formulas)


def _conditions(template: Template) -> Iterator[Condition]:
    for path in paths_of(template):
        field = field_at(template, path)
        yield from () if field is None else field.visible_if
    yield from _of_nodes(template.route.nodes)


def _of_nodes(nodes: tuple[Node, ...]) -> Iterator[Condition]:
    for node in nodes:
        for branch in node.branches if isinstance(node, Fork) else ():
            for group in branch.any_of:
                yield from group
            yield from _of_nodes(branch.nodes)


def _picked(nodes: tuple[Node, ...]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, StepRule):
            yield from (pick.field for pick in (*node.who, *node.cc) if pick.field)
        else:
            for branch in node.branches:
                yield from _picked(branch.nodes)


def _words(formula: str) -> set[str]:
    return set("".join(char if char.isalnum() or char == "_" else " " for char in formula).split())


def _paths(field: Field) -> list[Path]:
    return [(field.key,), *((field.key, column.key) for column in field.columns)]


def _siblings(template: Template, path: Path) -> tuple[Field, ...]:
    if len(path) < 2:
        return template.fields
    owner = field_at(template, path[:1])
    return () if owner is None else owner.columns


def _with_field(template: Template, path: Path, change: Any) -> Template:
    if len(path) > 1:
        columns = tuple(_changed(_siblings(template, path), path[1], change))
        return _with_field(
            template, path[:1], lambda field: (msgspec.structs.replace(field, columns=columns),)
        )
    return _replace(template, fields=tuple(_changed(template.fields, path[0] if path else "", change)))


def _changed(fields: tuple[Field, ...], key: str, change: Any) -> Iterator[Field]:
    for field in fields:
        if field.key == key:
            yield from change(field)
        else:
            yield field


def _with_new_keys(field: Field, taken: set[str]) -> tuple[Field, set[str]]:
    key = _free(field.kind.value, taken)
    taken = {*taken, key}
    columns = []
    for column in field.columns:
        copied, taken = _with_new_keys(column, taken)
        columns.append(copied)
    return msgspec.structs.replace(field, key=key, columns=tuple(columns)), taken


def _free(stem: str, taken: set[str]) -> str:
    return next(key for n in range(1, len(taken) + 2) if (key := f"{stem}{n}") not in taken)


def _replace(template: Template, **changes: Any) -> Template:
    return msgspec.structs.replace(template, **changes)
