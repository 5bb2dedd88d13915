"""The roles of the organisation: named groups of people that routes can ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.domain.approvals.template import Role, Roles
from resources.translations import tr, tr_n
from ui.approval_value_words import words_of
from ui.screens.approval_designer.edit_history import EditHistory
from ui.screens.approval_designer.people_field import PeopleField, user_ids
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.designer_list import DesignerList, DesignerRow
from widgets.designer_parts import ColumnScroll, EdgeLine, TwoLanguages
from widgets.words import Words

if TYPE_CHECKING:
    from app.errors import TackError
    from ui.desk import Desk
    from ui.screens.approval_designer.names import Names

MOST = 200
_LEFT = 264


class RolesPage(QWidget):
    """Changes go out with Publish; until then they can be undone and thrown away."""

    back_wanted = Signal()
    published = Signal(str)
    """Words to tell."""
    failed = Signal(object)
    """TackError."""

    def __init__(self, desk: Desk, names: Names) -> None:
        super().__init__()
        self._desk, self._names = desk, names
        self._published = Roles()
        self._history = EditHistory(Roles())
        self._key = ""
        self._can_edit = False
        style = desk.style
        self.back = IconButton(style, "arrow-left", tr("Back to the templates"))
        self.title = Words(style, tr("Roles"), pixels=18, is_bold=True)
        self.undo = IconButton(style, "arrow-counter-clockwise", tr("Undo"))
        self.redo = IconButton(style, "arrow-clockwise", tr("Redo"))
        self.publish = Button(style, tr("Publish"), ButtonKind.PRIMARY)
        self.list = DesignerList(style, tr("Roles"))
        self.add = Button(style, tr("New role"), ButtonKind.QUIET, icon="plus")
        self.panel = ColumnScroll(style, 24)
        self.empty = Words(
            style,
            tr("A role is a named group of people, such as finance. Routes name roles instead of people."),
            role="text2",
            pixels=13,
        )
        self.name = TwoLanguages(style, tr("Name"), most=200)
        self.people = PeopleField(desk, names, tr("Members of the role"))
        self.remove = Button(style, tr("Remove role"), ButtonKind.OUTLINE, icon="trash")
        self.panel.add(self.empty, self.name, self.people, self.remove)
        self.panel.column.addStretch(1)
        self._lay_out()
        self._connect()

    @property
    def roles(self) -> Roles:
        """How they stand here."""
        return self._history.current

    @property
    def is_changed(self) -> bool:
        """Whether something waits to be published."""
        return self.roles != self._published

    def follow(self, roles: Roles, *, can_edit: bool) -> None:
        """The library says so now; what is being edited here stays."""
        was_changed = self.is_changed
        self._published, self._can_edit = roles, can_edit
        if not was_changed:
            self._history = EditHistory(roles)
        self._show()

    def throw_away(self) -> None:
        """Go back to what is published."""
        self._history = EditHistory(self._published)
        self._show()

    def take_back(self) -> None:
        """Undo the last edit."""
        self._history.undo()
        self._show()

    def do_again(self) -> None:
        """Redo it."""
        self._history.redo()
        self._show()

    # Doing --------------------------------------------------------------------------------------------------

    def _edit(self, roles: tuple[Role, ...], tag: str = "") -> None:
        if self._can_edit:
            self._history.push(Roles(roles), tag)
            self._show()

    def _change(self, **changes: Any) -> None:
        roles = tuple(
            msgspec.structs.replace(role, **changes) if role.key == self._key else role
            for role in self.roles.roles
        )
        self._edit(roles, f"{self._key}:name" if "name" in changes else "")

    def _add(self) -> None:
        taken = {role.key for role in self.roles.roles}
        self._key = next(key for n in range(1, len(taken) + 2) if (key := f"role{n}") not in taken)
        if len(taken) < MOST:
            self._edit((*self.roles.roles, Role(self._key, {})))
            self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self, key: str) -> None:
        self._edit(tuple(role for role in self.roles.roles if role.key != key))

    def _choose(self, key: str) -> None:
        self._history.pause()
        self._key = key
        self._show()

    def _publish(self) -> None:
        self.publish.set_busy(True)
        roles = self.roles

        def done(_txn: object) -> None:
            if not isValid(self):
                return
            self.publish.set_busy(False)
            self._published = roles
            self._show()
            self.published.emit(tr("The roles are published."))

        def failed(error: TackError) -> None:
            if not isValid(self):
                self._desk.tell_error(error)
                return
            self.publish.set_busy(False)
            self.failed.emit(error)
            self._show()

        self._desk.operations.start(
            self._desk.account.approvals.set_roles(roles), done, failed, is_vital=True
        )

    # Showing ------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        roles = self.roles.roles
        self.list.set_rows([self._row(role) for role in roles])
        chosen = next((role for role in roles if role.key == self._key), None)
        self.list.set_current("" if chosen is None else chosen.key)
        for part in (self.name, self.people, self.remove):
            part.setVisible(chosen is not None)
            part.setEnabled(self._can_edit)
        self.empty.setVisible(chosen is None)
        if chosen is not None:
            self.name.set_words(chosen.name)
            self.people.set_keys(chosen.people)
        self.add.setVisible(self._can_edit)
        self.publish.setVisible(self._can_edit)
        has_all_names = all(any(text.strip() for text in role.name.values()) for role in roles)
        self.publish.setEnabled(self.is_changed and has_all_names and not self.publish.is_busy())
        self.undo.setEnabled(self._history.can_undo)
        self.redo.setEnabled(self._history.can_redo)

    def _row(self, role: Role) -> DesignerRow:
        self._names.ask(role.people)
        title = words_of(role.name) or tr("Role without a name")
        detail = tr_n("{n} person", "{n} people", len(role.people))
        return DesignerRow(role.key, title, detail, "users-three", is_wrong=not words_of(role.name))

    def _connect(self) -> None:
        self.back.clicked.connect(self.back_wanted)
        self.undo.clicked.connect(self.take_back)
        self.redo.clicked.connect(self.do_again)
        self.publish.clicked.connect(self._publish)
        self.add.clicked.connect(self._add)
        self.list.chosen.connect(self._choose)
        self.list.opened.connect(lambda _: self.name.setFocus(Qt.FocusReason.TabFocusReason))
        self.list.remove_wanted.connect(self._remove)
        self.remove.clicked.connect(lambda: self._remove(self._key))
        self.name.changed.connect(lambda words: self._change(name=words))
        self.people.changed.connect(lambda keys: self._change(people=user_ids(keys)))

    def _lay_out(self) -> None:
        style = self._desk.style
        px = style.current.px
        head = QHBoxLayout()
        head.setContentsMargins(px(12), px(12), px(20), px(12))
        head.setSpacing(px(8))
        head.addWidget(self.back)
        head.addWidget(self.title)
        head.addStretch(1)
        for part in (self.undo, self.redo, self.publish):
            head.addWidget(part)
        left = QWidget()
        left.setFixedWidth(px(_LEFT))
        side = QVBoxLayout(left)
        side.setContentsMargins(0, px(8), 0, px(8))
        side.addWidget(self.list, 1)
        side.addWidget(self.add, 0, Qt.AlignmentFlag.AlignHCenter)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(left)
        row.addWidget(EdgeLine(style, is_upright=True))
        row.addWidget(self.panel, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(EdgeLine(style))
        column.addLayout(row, 1)
