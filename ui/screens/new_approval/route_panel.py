"""The right side of the window: who decides in which order and why, whom the requester chooses, who gets a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.approvals.findings import PlanError
from app.domain.approvals.template import Field, FieldKind, Option
from app.domain.ids import UserID
from resources.formats import format_moment
from resources.translations import tr
from ui.approval_flow import flow_of_plan
from ui.approval_words import words_of
from ui.forms.field_input import FormPlace
from ui.forms.fields_choice import FlowInput
from ui.forms.fields_people import PersonInput, names_of
from ui.images import avatar_key
from ui.operations import Operations
from widgets.flow_chart import FlowChart
from widgets.form_row import FormRow
from widgets.words import Words

if TYPE_CHECKING:
    from PySide6.QtGui import QPixmap

    from app.approvals.values import Preview
    from ui.desk import Desk
    from ui.forms.field_input import FieldInput
    from ui.screens.new_approval.asking_state import Choice
    from ui.screens.new_approval.new_approval_presenter import NewApprovalPresenter

_MOST_SIDE_BY_SIDE = 12
_FACE = 24


class RoutePanel(QWidget):
    """Shows the plan as it stands; an older one stays until the next is there."""

    person_activated = Signal(str)

    def __init__(self, desk: Desk, presenter: NewApprovalPresenter) -> None:
        super().__init__()
        self._desk, self._presenter = desk, presenter
        self._place = FormPlace(desk, Operations(desk.operations.loop))
        self._shown: tuple[Choice, ...] = ()
        self._inputs: dict[str, FieldInput] = {}
        self._rows: dict[str, FormRow] = {}
        self._names: dict[str, str] = {}
        style = desk.style
        self.title = Words(style, tr("Who decides"), pixels=15, is_bold=True)
        self.state = Words(style, role="text2", pixels=13)
        self.chart = FlowChart(style)
        self.deputies = Words(style, role="waiting_text", pixels=12)
        self._choices = QVBoxLayout()
        self._choices.setSpacing(style.current.px(12))
        copies = Field("cc", FieldKind.PERSON, {"zh": "抄送", "en": "Copies"}, is_many=True)
        self.copies = PersonInput(self._place, copies)
        self._copies_row = FormRow(
            style, tr("Send copies to"), hint=tr("They can read and comment, not decide.")
        )
        self._copies_row.set_input(self.copies)
        self._lay_out()
        self.copies.changed.connect(self._copies_changed)
        self.chart.person_activated.connect(self.person_activated)
        presenter.planned.connect(self.show_plan)
        desk.images.ready.connect(self._face_came)

    def begin(self) -> None:
        """Another request is being written."""
        self.copies.set_value(list(self._presenter.writing.cc))
        self.chart.set_nodes([])
        self.show_plan()

    def stop(self) -> None:
        """The window goes."""
        self._place.operations.cancel_all()

    def show_plan(self) -> None:
        """Show who decides now."""
        preview, error = self._presenter.preview, self._presenter.plan_error
        is_choosing = preview is not None and preview.plan.error is PlanError.NOT_CHOSEN
        self.state.set_role("waiting_text" if is_choosing else "attention_text" if error else "text2")
        self.state.setText(error or ("" if preview is not None else tr("Finding out who decides…")))
        self.state.setVisible(bool(self.state.text()))
        self._show_choices()
        template = self._presenter.template
        if preview is None or template is None:
            return
        me = self._desk.account.user_id
        self.chart.set_nodes(
            flow_of_plan(template, preview.plan, preview.facts, me, self._presenter.people.name, self._face)
        )
        words = _deputy_words(preview, self._presenter)
        self.deputies.setText(words)
        self.deputies.setVisible(bool(words))

    def show_problem(self, step: str, sentence: str) -> None:
        """Mark where the requester has to choose, and go there."""
        row, one = self._rows.get(step), self._inputs.get(step)
        if row is not None and one is not None:
            row.set_problem(sentence)
            one.mark(sentence)
            one.focus_input()

    def sizeHint(self) -> QSize:
        return QSize(self._desk.style.current.px(300), super().sizeHint().height())

    def _lay_out(self) -> None:
        style = self._desk.style.current
        column = QVBoxLayout(self)
        column.setContentsMargins(style.px(20), style.px(16), style.px(20), style.px(20))
        column.setSpacing(style.px(12))
        column.addWidget(self.title)
        column.addWidget(self.state)
        column.addLayout(self._choices)
        for part in (self.chart, self.deputies, self._copies_row):
            column.addWidget(part)
        column.addStretch(1)
        self.deputies.hide()

    # Whom the requester chooses -------------------------------------------------------------------------------

    def _show_choices(self) -> None:
        choices = self._presenter.choices()
        if choices == self._shown:
            return
        self._shown = choices
        for key in [key for key in self._rows if key not in {choice.step for choice in choices}]:
            self._drop(key)
        for at, choice in enumerate(choices):
            if choice.step not in self._rows:
                self._add(at, choice)
        self._place.operations.start(
            names_of(self._desk, [user for choice in choices for user in choice.among]), self._name_choices
        )

    def _add(self, at: int, choice: Choice) -> None:
        one = self._input(choice)
        row = FormRow(
            self._desk.style,
            tr("Choose for “{step}”", step=words_of(choice.name)),
            is_required=True,
        )
        row.set_input(one)
        one.changed.connect(lambda: self._chosen(choice))
        self._show_chosen(choice, one)
        self._inputs[choice.step], self._rows[choice.step] = one, row
        self._choices.insertWidget(at, row)

    def _input(self, choice: Choice) -> FieldInput:
        is_many = choice.most != 1
        if 0 < len(choice.among) <= _MOST_SIDE_BY_SIDE:
            options = tuple(Option(user, {"en": self._name(user)}) for user in choice.among)
            field = Field(choice.step, FieldKind.MULTIPLE, choice.name, options=options)
            return FlowInput(self._place, field, is_many=is_many)
        field = Field(choice.step, FieldKind.PERSON, choice.name, is_many=is_many)
        return PersonInput(self._place, field, among=choice.among)

    def _show_chosen(self, choice: Choice, one: FieldInput) -> None:
        users = [str(user) for user in self._presenter.writing.chosen.get(choice.step, ())]
        is_single = isinstance(one, FlowInput) and choice.most == 1
        one.set_value(users[0] if is_single and users else users)

    def _chosen(self, choice: Choice) -> None:
        one, row = self._inputs[choice.step], self._rows[choice.step]
        value = one.value()
        users = [value] if isinstance(value, str) else value or []
        over = choice.most and len(users) > choice.most
        row.set_problem(tr("Too many: at most {n}.", n=choice.most) if over else "")
        one.mark("")
        row.set_hint(one.hint())
        self._presenter.choose(choice.step, tuple(UserID(user) for user in users))

    def _drop(self, key: str) -> None:
        row = self._rows.pop(key)
        self._inputs.pop(key)
        self._choices.removeWidget(row)
        row.setParent(None)
        row.deleteLater()

    def _name(self, user: str) -> str:
        return self._names.get(user) or self._presenter.people.name(user)

    def _name_choices(self, names: dict[str, str]) -> None:
        """Names came later than the choices: word those anew."""
        if not names or names.items() <= self._names.items():
            return
        self._names |= names
        for key in list(self._rows):
            self._drop(key)
        self._shown = ()
        self._show_choices()

    def _copies_changed(self) -> None:
        self._copies_row.set_hint(self.copies.hint() or tr("They can read and comment, not decide."))
        self._presenter.set(cc=tuple(UserID(user) for user in self.copies.value() or ()))

    # Faces ----------------------------------------------------------------------------------------------------

    def _face(self, user: str) -> QPixmap | None:
        key = avatar_key(self._presenter.people.avatar(user))
        if key is None:
            return None
        side = self._desk.style.current.px(_FACE)
        return self._desk.images.pixmap(key, QSize(side, side), self.devicePixelRatioF())

    def _face_came(self, key: str) -> None:
        if key.startswith("avatar:") and self._presenter.preview is not None:
            self.show_plan()


def _deputy_words(preview: Preview, presenter: NewApprovalPresenter) -> str:
    """ "A for B while away" for all of the route who are away."""
    now_ms = presenter.now_ms()
    return "\n".join(
        tr(
            "{deputy} for {name} while away ({first} – {last})",
            deputy=presenter.people.name(one.deputy),
            name=presenter.people.name(one.user),
            first=format_moment(one.from_ms, now_ms),
            last=format_moment(one.until_ms, now_ms),
        )
        for one in preview.deputies
    )
