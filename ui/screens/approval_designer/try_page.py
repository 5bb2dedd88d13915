"""Trying a template: choose who asks and fill the form, and see who would decide and why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.approvals.facts import facts_of, names_of
from app.domain.approvals.planning import PlanError, needs_of, plan_route
from app.domain.ids import UserID, localpart_of
from resources.translations import tr
from ui.approval_flow import flow_of_plan
from ui.approval_words import plan_error_words
from ui.forms.form_editor import FormEditor
from ui.screens.approval_designer.people_field import PeopleField, user_ids
from ui.template_words import where_words
from widgets.designer_parts import ColumnScroll, EdgeLine
from widgets.flow_chart import FlowChart
from widgets.words import Words

if TYPE_CHECKING:
    from app.domain.approvals.findings import Plan
    from app.domain.approvals.request import Facts, Values
    from app.domain.approvals.template import Template
    from app.store.reader import Reader
    from ui.desk import Desk
    from ui.screens.approval_designer.editing import TemplateEditing
    from ui.screens.approval_designer.names import Names
    from widgets.flow_chart import FlowNode

TRY_MS = 200


Chosen = dict[str, tuple[UserID, ...]]


class Trial(NamedTuple):
    """What would come of a form."""

    template: Template
    plan: Plan
    facts: Facts
    requester: UserID
    names: dict[str, str]
    choices: tuple[str, ...]
    """Steps whose people the requester chooses."""


class TryPage(QWidget):
    """The route follows as one types."""

    def __init__(self, desk: Desk, names: Names) -> None:
        super().__init__()
        self._desk, self._names = desk, names
        self._editing: TemplateEditing | None = None
        self._shown: Template | None = None
        self._serial = 0
        self._trial: Trial | None = None
        style = desk.style
        self.who = PeopleField(desk, names, tr("Requester"), most=1)
        self.form = FormEditor(desk)
        self.chart = FlowChart(style)
        self.told = Words(style, role="attention_text", pixels=13)
        left, right = ColumnScroll(style, 24), ColumnScroll(style, 20)
        self._chosen = QVBoxLayout()
        self._chosen.setSpacing(style.current.px(14))
        self.choices: dict[str, PeopleField] = {}
        left.add(self.who)
        left.column.addLayout(self._chosen)
        left.add(self.form)
        left.column.addStretch(1)
        right.add(Words(style, tr("Who would decide"), pixels=14, is_bold=True), self.told, self.chart)
        right.column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(left, 3)
        row.addWidget(EdgeLine(style, is_upright=True))
        row.addWidget(right, 2)
        self.who.set_keys((desk.account.user_id,))
        self._timer = QTimer(self, singleShot=True, interval=TRY_MS)
        self._timer.timeout.connect(self._try)
        self.form.changed.connect(self._timer.start)
        self.who.changed.connect(lambda _: self._timer.start())
        names.changed.connect(self._named)

    def use(self, editing: TemplateEditing) -> None:
        """Try this template from now on."""
        self._editing, self._shown = editing, None

    def show_template(self) -> None:
        """The page is looked at: take the template as it stands."""
        if self._editing is None or self._shown == self._editing.template:
            return
        template = self._editing.template
        is_other_form = self._shown is None or self._shown.fields != template.fields
        self._shown = template
        if is_other_form:
            self.form.set_form(template, {})
        self._timer.start()

    def stop(self) -> None:
        """The window goes."""
        self._timer.stop()
        self.form.stop()

    def requester(self) -> UserID:
        """Who asks."""
        keys = self.who.keys()
        return UserID(keys[0]) if keys else self._desk.account.user_id

    def _try(self) -> None:
        if self._editing is None:
            return
        self._serial += 1
        serial = self._serial
        template, values, requester = self._editing.template, self.form.values(), self.requester()
        chosen = {key: user_ids(field.keys()) for key, field in self.choices.items() if field.keys()}
        work = self._desk.account.cache.read_in_worker(
            lambda read: tried(read, template, values, requester, chosen)
        )
        self._names.operations.start(work, lambda trial: self._show(trial, serial))

    def _show(self, trial: Trial, serial: int) -> None:
        if serial != self._serial:
            return  # a newer one is on its way
        for user, name in trial.names.items():
            if name != localpart_of(UserID(user)):  # nobody knew it
                self._names.know(user, name)
        self._names.ask(trial.names)
        self._trial = trial
        plan = trial.plan
        self._offer(trial)
        words = "" if plan.error is None else plan_error_words(trial.template, plan.error, plan.error_at)
        is_choice = plan.error is PlanError.NOT_CHOSEN
        self.told.set_role("waiting_text" if is_choice else "attention_text")
        self.told.setText(words)
        self.told.setVisible(bool(words))
        self.chart.set_nodes(self._nodes(trial))

    def _named(self) -> None:
        if self._trial is not None:
            self.chart.set_nodes(self._nodes(self._trial))

    def _nodes(self, trial: Trial) -> list[FlowNode]:
        """The route; who asks is called by name, not "you", where it is somebody else."""
        nodes = flow_of_plan(
            trial.template, trial.plan, trial.facts, trial.requester, self._names, lambda _: None
        )
        if trial.requester != self._desk.account.user_id and nodes:
            name = self._names(trial.requester)
            people = tuple(replace(person, name=name) for person in nodes[0].people)
            nodes[0] = replace(nodes[0], title=name, people=people)
        return nodes

    def _offer(self, trial: Trial) -> None:
        """One field for each step whose people the requester chooses."""
        wanted = list(trial.choices)
        if trial.plan.error is PlanError.NOT_CHOSEN and trial.plan.error_at not in wanted:
            wanted.append(trial.plan.error_at)
        wanted += [key for key, field in self.choices.items() if field.keys() and key not in wanted]
        for key in [key for key in self.choices if key not in wanted]:
            field = self.choices.pop(key)
            self._chosen.removeWidget(field)
            field.setParent(None)
            field.deleteLater()
        for key in wanted:
            if key not in self.choices:
                step = where_words(trial.template, key)
                field = PeopleField(self._desk, self._names, tr("Chosen for “{step}”", step=step))
                field.changed.connect(lambda _: self._timer.start())
                self.choices[key] = field
                self._chosen.addWidget(field)


def tried(read: Reader, template: Template, values: Values, requester: UserID, chosen: Chosen) -> Trial:
    """Plan the route that somebody's request would take, as the organisation is known here. *Slow*."""
    needs = needs_of(template, values)
    facts = facts_of(read, requester, needs)
    plan = plan_route(template, values, facts, dict(chosen), requester)
    users = {person.user for step in plan.steps for person in step.people}
    users |= {user for step in plan.steps for user in step.cc} | {*plan.cc_start, *plan.cc_end, requester}
    return Trial(template, plan, facts, requester, names_of(read, users), needs.choices)
