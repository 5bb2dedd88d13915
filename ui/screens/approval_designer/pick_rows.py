"""Editing who decides or gets a copy: one row for each way to find people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.approvals.template import FieldKind, Pick, PickKind, Roles
from resources.translations import tr
from ui.approval_route_words import manager_words
from ui.approval_value_words import words_of
from ui.screens.approval_designer.designer_words import fields_of, pick_choices
from ui.screens.approval_designer.people_field import PeopleField, user_ids
from ui.template_words import subject_words
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.form_fields import ChoiceField
from widgets.words import Words

if TYPE_CHECKING:
    from app.domain.approvals.template import Template
    from ui.desk import Desk
    from ui.screens.approval_designer.names import Names

_LEVELS = 10
_MOST = 20


class PickRows(QWidget):
    """Some ways to find people; their people are taken together."""

    changed = Signal(object)
    """tuple[Pick, ...], by the person."""

    def __init__(self, desk: Desk, names: Names, label: str, add: str, *, is_copy: bool = False) -> None:
        super().__init__()
        self._desk, self._names, self._is_copy = desk, names, is_copy
        self._rows: list[_PickRow] = []
        style = desk.style
        self._column = QVBoxLayout()
        self._column.setSpacing(style.current.px(10))
        self.add = Button(style, add, ButtonKind.QUIET, icon="plus")
        self.add.clicked.connect(self._add)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.current.px(4))
        column.addWidget(Words(style, label, role="text2", pixels=12))
        column.addLayout(self._column)
        column.addWidget(self.add)

    def rows(self) -> tuple[_PickRow, ...]:
        """The rows."""
        return tuple(self._rows)

    def picks(self) -> tuple[Pick, ...]:
        """What stands in it."""
        return tuple(row.pick for row in self._rows)

    def show_picks(self, template: Template, roles: Roles, picks: tuple[Pick, ...]) -> None:
        """Show these without `changed`."""
        while len(self._rows) > len(picks):
            row = self._rows.pop()
            self._column.removeWidget(row)
            row.setParent(None)
            row.deleteLater()
        while len(self._rows) < len(picks):
            self._rows.append(self._made())
        for row, pick in zip(self._rows, picks, strict=True):
            row.show_pick(template, roles, pick)

    def _made(self) -> _PickRow:
        row = _PickRow(self._desk, self._names, is_copy=self._is_copy)
        row.changed.connect(lambda: self.changed.emit(self.picks()))
        row.remove.clicked.connect(lambda: self._remove(row))
        self._column.addWidget(row)
        return row

    def _add(self) -> None:
        kind = PickKind.PEOPLE if self._is_copy or self._rows else PickKind.MANAGER
        self.changed.emit((*self.picks(), Pick(kind)))
        if self._rows:
            self._rows[-1].kind.setFocus()

    def _remove(self, row: _PickRow) -> None:
        at = self._rows.index(row)
        kept = self.picks()
        self.changed.emit((*kept[:at], *kept[at + 1 :]))


class _PickRow(QWidget):
    """One way."""

    changed = Signal()

    def __init__(self, desk: Desk, names: Names, *, is_copy: bool) -> None:
        super().__init__()
        style = desk.style
        self.pick = Pick(PickKind.MANAGER)
        self.kind = ChoiceField(style, "", pick_choices(is_copy=is_copy))
        self.kind.box.setAccessibleName(tr("How they are found"))
        self.remove = IconButton(style, "x", tr("Remove"), size=28, icon_size=16)
        self.level = ChoiceField(style, "", [(str(n), manager_words(n)) for n in range(1, _LEVELS + 1)])
        self.level.box.setAccessibleName(tr("Level"))
        self.role = ChoiceField(style, "")
        self.role.box.setAccessibleName(tr("Role"))
        self.field = ChoiceField(style, "")
        self.field.box.setAccessibleName(tr("Field"))
        self.people = PeopleField(desk, names, "")
        self.most = ChoiceField(style, tr("How many can be chosen"), _most_choices())
        for one in (self.kind, self.level, self.role, self.field, self.most):
            one.box.setMinimumContentsLength(6)
            one.box.setSizeAdjustPolicy(one.box.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._lay_out(style.current.px(4))
        self.kind.chosen.connect(self._kind_chosen)
        self.level.chosen.connect(lambda key: self._take(level=int(key)))
        self.role.chosen.connect(lambda key: self._take(role=key))
        self.field.chosen.connect(lambda key: self._take(field=key))
        self.most.chosen.connect(lambda key: self._take(most=int(key)))
        self.people.changed.connect(lambda keys: self._take(people=user_ids(keys)))

    def show_pick(self, template: Template, roles: Roles, pick: Pick) -> None:
        """Fill it."""
        self.pick = pick
        self.kind.set_current(pick.kind.value)
        self.level.setVisible(pick.kind is PickKind.MANAGER)
        self.level.set_current(str(pick.level))
        self.role.setVisible(pick.kind is PickKind.ROLE)
        self.people.setVisible(pick.kind in (PickKind.PEOPLE, PickKind.CHOSEN))
        self.people.set_label(tr("Only among these (empty: anybody)") if pick.kind is PickKind.CHOSEN else "")
        self.people.set_keys(pick.people)
        self.most.setVisible(pick.kind is PickKind.CHOSEN)
        self.most.set_current(str(pick.most))
        self.field.setVisible(pick.kind in (PickKind.FIELD, PickKind.HEAD))
        self._show_roles(roles)
        self._show_fields(template)

    def _show_roles(self, roles: Roles) -> None:
        choices = [(role.key, words_of(role.name)) for role in roles.roles]
        if self.pick.role not in [key for key, _ in choices]:
            choices.insert(0, (self.pick.role, self.pick.role or tr("Choose a role")))
        self.role.set_choices(choices)
        self.role.set_current(self.pick.role)
        self.role.set_hint("" if roles.roles else tr("There are no roles yet. Make them under Roles."))

    def _show_fields(self, template: Template) -> None:
        is_head = self.pick.kind is PickKind.HEAD
        kind = FieldKind.DEPARTMENT if is_head else FieldKind.PERSON
        choices = fields_of(template, kind)
        if is_head:
            choices.insert(0, ("", tr("Of the requester's department")))
        elif not self.pick.field:
            choices.insert(0, ("", tr("Choose a field")))
        if self.pick.field not in [key for key, _ in choices]:
            choices.append((self.pick.field, subject_words(template, self.pick.field)))
        self.field.set_choices(choices)
        self.field.set_current(self.pick.field)

    def _kind_chosen(self, key: str) -> None:
        kind = PickKind(key)
        people = self.pick.people if kind in (PickKind.PEOPLE, PickKind.CHOSEN) else ()
        self.pick = Pick(kind, people, most=1 if kind is PickKind.CHOSEN else 0)
        self.changed.emit()

    def _take(self, **changes: object) -> None:
        self.pick = msgspec.structs.replace(self.pick, **changes)
        self.changed.emit()

    def _lay_out(self, gap: int) -> None:
        top = QHBoxLayout()
        top.setSpacing(gap)
        top.addWidget(self.kind, 1)
        top.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap)
        column.addLayout(top)
        for part in (self.level, self.role, self.field, self.people, self.most):
            column.addWidget(part)


def _most_choices() -> list[tuple[str, str]]:
    return [("0", tr("Any number")), *((str(n), str(n)) for n in range(1, _MOST + 1))]
