"""Editing conditions: one row each, of what is looked at, how it is compared, with what. All of a group must hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.approvals.template import DEPARTMENT, REQUESTER, Compare, Condition, Conditions, FieldKind
from resources.translations import tr
from ui.approval_value_words import words_of
from ui.screens.approval_designer.designer_words import compare_choices, condition_fields
from ui.screens.approval_designer.people_field import PeopleField, UnitField
from ui.template_words import compare_words, holds_many, subject_words
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.designer_checks import CheckRow
from widgets.form_fields import ChoiceField, TextField
from widgets.words import Words

if TYPE_CHECKING:
    from app.domain.approvals.template import Field, Template
    from ui.desk import Desk
    from ui.screens.approval_designer.names import Names

_NO_VALUE = (Compare.EMPTY, Compare.FILLED)


class ConditionRows(QWidget):
    """A group of conditions. Half-filled ones are kept as they are: the check says what is missing."""

    changed = Signal(object)
    """tuple[Condition, ...], by the person."""

    def __init__(self, desk: Desk, names: Names, label: str, *, is_route: bool = False) -> None:
        super().__init__()
        self._desk, self._names, self._is_route = desk, names, is_route
        self._template: Template | None = None
        self._without = ""
        self._rows: list[_ConditionRow] = []
        style = desk.style
        self._label = Words(style, label, role="text2", pixels=12)
        self._label.setVisible(bool(label))
        self._column = QVBoxLayout()
        self._column.setSpacing(style.current.px(10))
        self.add = Button(style, tr("Add condition"), ButtonKind.QUIET, icon="plus")
        self.add.clicked.connect(self._add)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.current.px(4))
        column.addWidget(self._label)
        column.addLayout(self._column)
        column.addWidget(self.add)

    def rows(self) -> tuple[_ConditionRow, ...]:
        """The rows."""
        return tuple(self._rows)

    def conditions(self) -> Conditions:
        """What stands in it."""
        return tuple(row.condition for row in self._rows)

    def show_conditions(self, template: Template, conditions: Conditions, without: str = "") -> None:
        """Show these; `without` is a field that cannot be looked at (itself)."""
        self._template, self._without = template, without
        while len(self._rows) > len(conditions):
            row = self._rows.pop()
            self._column.removeWidget(row)
            row.setParent(None)
            row.deleteLater()
        while len(self._rows) < len(conditions):
            self._rows.append(self._made())
        fields = condition_fields(template, without, is_route=self._is_route)
        for row, condition in zip(self._rows, conditions, strict=True):
            row.show_condition(template, fields, condition)
        self.add.setEnabled(bool(fields))

    def _made(self) -> _ConditionRow:
        row = _ConditionRow(self._desk, self._names)
        row.changed.connect(lambda: self.changed.emit(self.conditions()))
        row.remove.clicked.connect(lambda: self._remove(row))
        self._column.addWidget(row)
        return row

    def _add(self) -> None:
        if self._template is None:
            return
        fields = condition_fields(self._template, self._without, is_route=self._is_route)
        first = fields[0][0]
        compare = compare_choices(self._template, first)[0]
        self.changed.emit((*self.conditions(), Condition(first, compare)))
        if self._rows:
            self._rows[-1].field.setFocus()

    def _remove(self, row: _ConditionRow) -> None:
        at = self._rows.index(row)
        kept = self.conditions()
        self.changed.emit((*kept[:at], *kept[at + 1 :]))


class _ConditionRow(QWidget):
    """One condition."""

    changed = Signal()

    def __init__(self, desk: Desk, names: Names) -> None:
        super().__init__()
        style = desk.style
        self.condition = Condition("?", Compare.EQUAL)
        self._template: Template | None = None
        self.field = ChoiceField(style, "")
        self.compare = ChoiceField(style, "")
        self.field.box.setAccessibleName(tr("Field"))
        self.compare.box.setAccessibleName(tr("Comparison"))
        self.remove = IconButton(style, "x", tr("Remove"), size=28, icon_size=16)
        self.text = TextField(style, "")
        self.text.edit.setAccessibleName(tr("Value"))
        self.options = CheckRow(style, tr("Value"))
        self.people = PeopleField(desk, names, "")
        self.units = UnitField(desk, names, "")
        for one in (self.field, self.compare):
            one.box.setMinimumContentsLength(4)
            one.box.setSizeAdjustPolicy(one.box.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._lay_out(style.current.px(4))
        self.field.chosen.connect(self._field_chosen)
        self.compare.chosen.connect(lambda key: self._take(compare=Compare(key)))
        self.text.edit.textEdited.connect(self._typed)
        self.options.changed.connect(lambda keys: self._take(values=tuple(keys)))
        self.people.changed.connect(lambda keys: self._take(values=tuple(keys)))
        self.units.changed.connect(lambda keys: self._take(values=tuple(keys)))

    def show_condition(self, template: Template, fields: list[tuple[str, str]], condition: Condition) -> None:
        """Fill it without `changed`."""
        self.condition, self._template = condition, template
        if condition.field not in [key for key, _ in fields]:  # it is gone, or is the field itself
            fields = [*fields, (condition.field, subject_words(template, condition.field))]
        field = _field_of(template, condition.field)
        is_list = field is not None and holds_many(field)
        offered = compare_choices(template, condition.field)
        compares = dict.fromkeys((*offered, condition.compare))
        _offer(self.field, fields, condition.field)
        _offer(
            self.compare,
            [(one.value, compare_words(one, is_list=is_list)) for one in compares],
            condition.compare.value,
        )
        self._show_value(field)

    def _show_value(self, field: Field | None) -> None:
        condition = self.condition
        has_value = condition.compare not in _NO_VALUE
        is_people = condition.field == REQUESTER or (field is not None and field.kind is FieldKind.PERSON)
        is_unit = condition.field == DEPARTMENT or (field is not None and field.kind is FieldKind.DEPARTMENT)
        has_options = field is not None and field.kind in (FieldKind.SINGLE, FieldKind.MULTIPLE)
        self.people.setVisible(has_value and is_people)
        self.units.setVisible(has_value and is_unit)
        self.options.setVisible(has_value and has_options)
        self.text.setVisible(has_value and not (is_people or is_unit or has_options))
        if is_people:
            self.people.set_keys(condition.values)
        elif is_unit:
            self.units.set_keys(condition.values)
        elif has_options and field is not None:
            self.options.set_choices([(one.key, words_of(one.name) or one.key) for one in field.options])
            self.options.set_checked(condition.values)
        else:
            self.text.set_placeholder(_example(field))
            shown = ", ".join(condition.values)
            if self.text.text() != shown:
                self.text.set_text(shown)

    def _typed(self, text: str) -> None:
        self._take(values=(text.strip(),) if text.strip() else ())

    def _field_chosen(self, key: str) -> None:
        assert self._template is not None
        offered = compare_choices(self._template, key)
        compare = self.condition.compare if self.condition.compare in offered else offered[0]
        self._take(field=key, compare=compare, values=())

    def _take(
        self,
        field: str | None = None,
        compare: Compare | None = None,
        values: tuple[str, ...] | None = None,
    ) -> None:
        now = self.condition
        compare = compare or now.compare
        kept = now.values if values is None else values
        self.condition = Condition(field or now.field, compare, () if compare in _NO_VALUE else kept)
        self.changed.emit()

    def _lay_out(self, gap: int) -> None:
        top = QHBoxLayout()
        top.setSpacing(gap)
        top.addWidget(self.field, 3)
        top.addWidget(self.compare, 2)
        top.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap)
        column.addLayout(top)
        for value in (self.text, self.options, self.people, self.units):
            column.addWidget(value)


def _offer(box: ChoiceField, choices: list[tuple[str, str]], current: str) -> None:
    """Offer choices anew only where they are others: an open list stays."""
    known = [(str(box.box.itemData(n)), box.box.itemText(n)) for n in range(box.box.count())]
    if known != choices:
        box.set_choices(choices)
    box.set_current(current)


def _field_of(template: Template, key: str) -> Field | None:
    return next((field for field in template.fields if field.key == key), None)


def _example(field: Field | None) -> str:
    if field is None:
        return ""
    if field.kind in (FieldKind.DATE, FieldKind.DATE_TIME):
        return "2026-12-31"
    if field.kind is FieldKind.RANGE:
        return tr("Days, such as 3")
    return "5000" if field.kind is FieldKind.MONEY else ""
