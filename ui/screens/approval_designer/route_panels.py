"""The properties of what is chosen in a route: a step, a branch, the start, the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout

from app.domain.approvals.template import Branch, StepMode, StepRule
from resources.translations import tr
from ui.screens.approval_designer import route_edits as edits
from ui.screens.approval_designer.condition_rows import ConditionRows
from ui.screens.approval_designer.designer_words import mode_choices
from ui.screens.approval_designer.edit_history import typing_tag
from ui.screens.approval_designer.flaw_note import FlawNote
from ui.screens.approval_designer.pick_rows import PickRows
from ui.template_words import flaw_words
from widgets.buttons import Button, ButtonKind
from widgets.designer_parts import ColumnScroll, TwoLanguages
from widgets.form_fields import ChoiceField, TextField
from widgets.words import Words

if TYPE_CHECKING:
    from app.domain.approvals.template import Conditions
    from ui.desk import Desk
    from ui.screens.approval_designer.editing import TemplateEditing
    from ui.screens.approval_designer.names import Names


class _Panel(ColumnScroll):
    """Heading, what is wrong, fields."""

    def __init__(self, desk: Desk, names: Names, heading: str) -> None:
        super().__init__(desk.style, 16)
        self._desk, self._names = desk, names
        self._editing: TemplateEditing | None = None
        self.heading = Words(desk.style, heading, pixels=15, is_bold=True)
        self.note = FlawNote(desk.style)
        self.add(self.heading, self.note)

    def use(self, editing: TemplateEditing) -> None:
        """Edit this template from now on."""
        self._editing = editing

    def show_flaws(self, *keys: str) -> None:
        """Say what is wrong with it."""
        if self._editing is not None:
            flaws = self._editing.flaws_at(*keys)
            template = self._editing.template
            self.note.show_sentences(flaw_words(template, flaw) for flaw in flaws)


class StepPanel(_Panel):
    """One step."""

    def __init__(self, desk: Desk, names: Names) -> None:
        super().__init__(desk, names, tr("Step"))
        self._key = ""
        style = desk.style
        self.name = TwoLanguages(style, tr("Name"), most=200)
        self.who = PickRows(desk, names, tr("Approvers of the step"), tr("Add who decides"))
        self.mode = ChoiceField(style, tr("If several"), mode_choices())
        self.need = TextField(style, tr("So many must approve"))
        self.cc = PickRows(
            desk, names, tr("Copies when the step is passed"), tr("Add who gets a copy"), is_copy=True
        )
        self.timeout = TwoLanguages(style, tr("What is expected of the time (a text)"), most=500)
        self.need.edit.setMaxLength(3)
        self.mode.box.setMinimumContentsLength(8)
        self.mode.box.setSizeAdjustPolicy(
            self.mode.box.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.add(self.name, self.who, self.mode, self.need, self.cc, self.timeout)
        self.column.addStretch(1)
        self.name.changed.connect(lambda words: self._edit(name=words))
        self.who.changed.connect(lambda picks: self._edit(who=picks))
        self.cc.changed.connect(lambda picks: self._edit(cc=picks))
        self.mode.chosen.connect(lambda key: self._edit(mode=StepMode(key)))
        self.need.edit.textEdited.connect(self._need_typed)
        self.timeout.changed.connect(lambda words: self._edit(timeout=words))

    def show_step(self, step: StepRule) -> None:
        """Show a step."""
        assert self._editing is not None
        self._key = step.key
        template, roles = self._editing.template, self._editing.roles
        self.name.set_words(step.name)
        self.who.show_picks(template, roles, step.who)
        self.mode.set_current(step.mode)
        self.need.setVisible(step.mode is StepMode.COUNT)
        if (self.need.text() and self.need.text() != str(step.need)) or not self.need.edit.hasFocus():
            self.need.set_text(str(step.need))
        self.cc.show_picks(template, roles, step.cc)
        self.timeout.set_words(step.timeout)
        self.show_flaws(step.key)

    def _need_typed(self, text: str) -> None:
        if text.isdecimal() and 1 <= int(text) <= 100:
            self._edit(need=int(text))

    def _edit(self, **changes: Any) -> None:
        if self._editing is not None:
            changed = edits.change_node(self._editing.template, self._key, **changes)
            self._editing.edit(changed, typing_tag(self._key, changes))


class BranchPanel(_Panel):
    """One branch of a fork: when it is taken."""

    def __init__(self, desk: Desk, names: Names) -> None:
        super().__init__(desk, names, tr("Branch"))
        self._fork = self._key = ""
        style = desk.style
        self.name = TwoLanguages(style, tr("Name"), most=200)
        self.order = Words(style, role="text2", pixels=13)
        self.groups: list[ConditionRows] = []
        self._between: list[Words] = []
        self.more = Button(style, tr("Or: add another group"), ButtonKind.QUIET, icon="plus")
        self.earlier = Button(style, tr("Try earlier"), ButtonKind.SECONDARY, icon="arrow-left")
        self.later = Button(style, tr("Try later"), ButtonKind.SECONDARY, icon="arrow-right")
        self.remove = Button(style, tr("Remove branch"), ButtonKind.OUTLINE, icon="trash")
        self.otherwise = Button(style, tr("Add “else” branch"), ButtonKind.SECONDARY, icon="plus")
        self.add(self.name, self.order)
        self._first = self.column.count()
        self.add(self.more, self.otherwise)
        order = QHBoxLayout()
        order.setSpacing(style.current.px(8))
        order.addWidget(self.earlier)
        order.addWidget(self.later)
        order.addStretch(1)
        self.column.addLayout(order)
        self.add(self.remove)
        self.column.addStretch(1)
        self.name.changed.connect(lambda words: self._edit(name=words))
        self.more.clicked.connect(self._add_group)

    def branch(self) -> tuple[str, str]:
        """Fork and branch that are shown."""
        return self._fork, self._key

    def show_branch(self, fork: str, branch: Branch, number: int, count: int, *, has_else: bool) -> None:
        """Show a branch, the `number`th (from 1) of `count`."""
        self._fork, self._key = fork, branch.key
        is_else = edits.is_else(branch)
        self.name.set_words(branch.name)
        self.order.setText(
            tr("Taken when no other branch fits.")
            if is_else
            else tr("Tried as number {n} of {count}. Taken when all of these hold:", n=number, count=count)
        )
        self._show_groups(branch.any_of)
        for button in (self.more, self.earlier, self.later):
            button.setVisible(not is_else)
        self.otherwise.setVisible(not has_else)
        self.earlier.setEnabled(number > 1)
        self.later.setEnabled(number < count - (1 if has_else else 0))
        self.show_flaws(branch.key, fork)

    def _show_groups(self, groups: tuple[Conditions, ...]) -> None:
        assert self._editing is not None
        while len(self.groups) > len(groups):
            for row in (self.groups.pop(), self._between.pop()):
                self.column.removeWidget(row)
                row.setParent(None)
                row.deleteLater()
        while len(self.groups) < len(groups):
            self._add_rows()
        for rows, group in zip(self.groups, groups, strict=True):
            rows.show_conditions(self._editing.template, group)

    def _add_rows(self) -> None:
        number = len(self.groups)
        rows = ConditionRows(self._desk, self._names, "", is_route=True)
        rows.changed.connect(lambda group: self._group(number, group))
        between = Words(self._desk.style, tr("or when all of these hold:"), role="text2", pixels=13)
        between.setVisible(number > 0)
        self.column.insertWidget(self._first + 2 * number, between)
        self.column.insertWidget(self._first + 2 * number + 1, rows)
        self.groups.append(rows)
        self._between.append(between)

    def _group(self, number: int, group: Conditions) -> None:
        branch = self._branch()
        if branch is not None:
            wanted = group if group or len(branch.any_of) == 1 else None
            self._edit(any_of=edits.with_group(branch, number, wanted))

    def _add_group(self) -> None:
        branch = self._branch()
        if branch is not None:
            self._edit(any_of=edits.with_group(branch, len(branch.any_of), ()))
            self.groups[-1].add.setFocus()

    def _branch(self) -> Branch | None:
        if self._editing is None:
            return None
        return edits.branch_at(self._editing.template, self._fork, self._key)

    def _edit(self, **changes: Any) -> None:
        if self._editing is not None:
            changed = edits.change_branch(self._editing.template, self._fork, self._key, **changes)
            self._editing.edit(changed, typing_tag(f"{self._fork}:{self._key}", changes))


class EndsPanel(_Panel):
    """The start or the end: who gets a copy then."""

    def __init__(self, desk: Desk, names: Names, *, is_start: bool) -> None:
        heading = tr("When it is sent") if is_start else tr("When it is decided")
        super().__init__(desk, names, heading)
        self._attribute = "cc_start" if is_start else "cc_end"
        label = tr("Copies as soon as it is sent") if is_start else tr("Copies at the end")
        self.cc = PickRows(desk, names, label, tr("Add who gets a copy"), is_copy=True)
        self.add(self.cc)
        self.column.addStretch(1)
        self.cc.changed.connect(self._edit)

    def show_route(self) -> None:
        """Fill it."""
        assert self._editing is not None
        template = self._editing.template
        self.cc.show_picks(template, self._editing.roles, getattr(template.route, self._attribute))

    def _edit(self, picks: object) -> None:
        if self._editing is not None:
            self._editing.edit(edits.change_route(self._editing.template, **{self._attribute: picks}))
