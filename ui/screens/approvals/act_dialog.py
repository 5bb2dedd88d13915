"""The dialog of one act: for whom, to whom, a note, files; before approvers are added, a picture of the new route.

It stays open until the send queue has the act; an error is said in it and what was typed stays.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.approvals.values import NewAct
from app.domain.approvals.acts import ActKind
from app.domain.approvals.machine import removable
from app.domain.approvals.state import StepStatus, TaskStatus
from app.domain.approvals.template import StepMode
from app.domain.ids import UserID
from resources.translations import tr
from ui.approval_task_words import step_title
from ui.approval_words import act_text, fact_words
from ui.people_field import PeopleField
from ui.screens.approvals import act_words
from ui.screens.approvals.adding import Adding
from widgets.buttons import Button, ButtonKind
from widgets.composer_staged import StagedBar
from widgets.composer_text import SendKey
from widgets.dialogs import Dialog
from widgets.file_dialogs import pick_files
from widgets.form_fields import ChoiceField, SwitchField
from widgets.text_area import TextArea
from widgets.words import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.approvals.rows import ApprovalDetail
    from app.domain.approvals.state import Right, StepState
    from ui.desk import Desk
    from ui.screens.approvals.approvals_state import WordContext

_SINGLE = (ActKind.TRANSFER, ActKind.DELEGATE)
_WITH_PEOPLE = (*_SINGLE, ActKind.ADD_SIGN, ActKind.CC)
_WITH_FILES = (
    ActKind.APPROVE,
    ActKind.REJECT,
    ActKind.RETURN,
    ActKind.TRANSFER,
    ActKind.DELEGATE,
    ActKind.ADD_SIGN,
)
_WITHOUT_NOTE = (ActKind.TAKE_BACK, ActKind.REMOVE_SIGN)
_MAX_NOTE, _MAX_FILES = 2000, 50
_FIELDS_WIDTH = 372
_CHROME, _FRAME = 150, 48
"""What stands around the fields: title, explanation, buttons; the window's own frame."""


class Subject(NamedTuple):
    """What an act is about."""

    detail: ApprovalDetail
    rights: tuple[Right, ...]
    """All of this kind: more than one where I decide for others too, or in several steps."""
    context: WordContext


class ActDialog(Dialog):
    """`act_given` carries a `NewAct`; the asker calls `accept()` or `set_error()`."""

    act_given = Signal(object)

    def __init__(self, desk: Desk, window: QWidget, kind: ActKind, subject: Subject) -> None:
        super().__init__(desk.style, act_words.title_of(kind), window)
        self._desk, self.kind, self._subject = desk, kind, subject
        self._fields = _Fields(desk)
        self._column = self._fields.column
        self.body.addWidget(self._fields)
        self.set_text(act_words.text_of(kind, subject.detail.content.template.route))
        self._about()
        self.whose = self._whose() if len(subject.rights) > 1 else None
        self.target = self._target() if kind is ActKind.RETURN else None
        self.people = self._people() if kind in _WITH_PEOPLE else None
        self.added = self._added() if kind is ActKind.ADD_SIGN else None
        self.removable = self._removable() if kind is ActKind.REMOVE_SIGN else []
        self.note = None if kind in _WITHOUT_NOTE else self._note()
        self.files = self._files() if kind in _WITH_FILES else None
        self._finish()

    def begin(self, note: str = "") -> None:
        """Open it; the cursor waits where something is to be chosen, else in the note."""
        if self.note is not None and note:
            self.note.set_text(note)
        self.open()
        self._fit()
        first: QWidget = self.people or self.note or self.button("accept")
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def new_act(self) -> NewAct:
        """What would be done now."""
        right, people = self._right(), self._chosen()
        note = "" if self.note is None else self.note.text().strip()
        to = "" if self.target is None else self.target.current()
        where = None if self.added is None else self.added.where
        content = self._subject.detail.content
        on_behalf = right.on_behalf or ""
        text = act_text(
            self.kind,
            content,
            note,
            people,
            self._subject.context.name_of,
            on_behalf=on_behalf,
            to=to,
            where=where,
        )
        return NewAct(
            kind=self.kind,
            step=right.step,
            round=right.round,
            note=note,
            files=self._paths(),
            to=to,
            people=people,
            where=where,
            mode=StepMode.ALL if self.added is None else self.added.mode,
            on_behalf=right.on_behalf,
            text=text,
        )

    def press(self, key: str) -> None:
        if key != "accept":
            super().press(key)
        elif self.button("accept").isEnabled():
            self._key = key
            self.set_error("")
            self.set_busy(True)
            self.act_given.emit(self.new_act())

    def refuse(self, sentence: str) -> None:
        """It could not be done: say why; nothing that was typed is lost."""
        self.set_busy(False)
        self._check()
        self.set_error(sentence)

    # Building

    def _about(self) -> None:
        row = self._subject.detail.row
        facts = fact_words(row)
        line = Line(self._style, " · ".join(filter(None, (row.title, facts))), role="text2", pixels=13)
        self._column.addWidget(line)

    def _whose(self) -> ChoiceField:
        """For whom, where I may act for several."""
        words = self._subject.context.name_of
        steps = {step.key: step_title(step) for step in self._subject.detail.state.steps}
        choices = []
        for number, right in enumerate(self._subject.rights):
            who = (
                tr("As yourself")
                if right.on_behalf is None
                else tr("For {name}", name=words(right.on_behalf))
            )
            choices.append((str(number), f"{who} · {steps.get(right.step, '')}".rstrip(" ·")))
        field = ChoiceField(self._style, tr("Whose part"), choices)
        field.chosen.connect(lambda _key: self._check())
        self._column.addWidget(field)
        return field

    def _target(self) -> ChoiceField:
        """Where it goes back to: who asked, or a step that was passed."""
        requester = self._subject.context.name_of(self._subject.detail.state.requester)
        choices = [("", tr("{name} (who asked)", name=requester))]
        for step in _steps_before(self._subject.detail.state.steps, self._right().step):
            names = tr(", ").join(self._subject.context.name_of(task.user) for task in step.tasks[:3])
            choices.append((step.key, f"{step_title(step)} · {names}"))
        field = ChoiceField(self._style, tr("Back to"), choices)
        self._column.addWidget(field)
        return field

    def _people(self) -> PeopleField:
        label = act_words.people_label(self.kind)
        field = PeopleField(
            self._desk, label, most=1 if self.kind in _SINGLE else 50, without=self._taking_part()
        )
        field.changed.connect(self._check)
        field.cancelled.connect(self.reject)
        self._column.addWidget(field)
        return field

    def _added(self) -> Adding:
        added = Adding(self._desk, self._subject, self._right)
        self._column.addWidget(added)
        return added

    def _taking_part(self) -> tuple[UserID, ...]:
        """Who cannot be chosen: me, and who has to decide in this step already."""
        state = self._subject.detail.state
        if self.kind is ActKind.CC:
            return state.cc
        tasks = (task for step in state.steps if step.key == self._right().step for task in step.tasks)
        return (self._subject.context.me, *(t.user for t in tasks if t.status is TaskStatus.WAITING))

    def _removable(self) -> list[tuple[SwitchField, UserID]]:
        """One switch for each whom I added and who has not decided."""
        context, step_key = self._subject.context, self._right().step
        steps = (step for step in self._subject.detail.state.steps if step.key == step_key)
        found = []
        for task in (task for step in steps for task in removable(step, context.me)):
            switch = SwitchField(self._style, context.name_of(task.user))
            switch.setChecked(True)
            switch.toggled.connect(lambda _on: self._check())
            self._column.addWidget(switch)
            found.append((switch, task.user))
        return found

    def _note(self) -> TextArea:
        hints = {
            ActKind.APPROVE: tr("Optional. Enter approves."),
            ActKind.REJECT: tr("Why? It helps whoever asked."),
            ActKind.RETURN: tr("What is to be corrected?"),
            ActKind.DELEGATE: tr("What do you want to know?"),
        }
        area = TextArea(self._style, tr("Note"), hints.get(self.kind, tr("Optional")))
        area.editor.set_send_key(SendKey.ENTER)
        area.submitted.connect(lambda: self.press("accept"))
        area.cancelled.connect(self.reject)
        area.edited.connect(self._check)
        self._column.addWidget(area)
        return area

    def _files(self) -> StagedBar:
        bar = StagedBar(self._style)
        attach = Button(self._style, tr("Attach files"), icon="paperclip")
        attach.clicked.connect(lambda: pick_files(self, tr("Attach files"), "", self._attach))
        if self.note is not None:
            self.note.files_given.connect(self._attach)
        bar.changed.connect(self._check)
        self._column.addWidget(bar)
        row = QHBoxLayout()
        row.addWidget(attach)
        row.addStretch(1)
        self._column.addLayout(row)
        return bar

    def _finish(self) -> None:
        if self.added is not None:
            self._column.addWidget(self.added.picture)
        kind = ButtonKind.DANGER if self.kind in (ActKind.REJECT, ActKind.WITHDRAW) else ButtonKind.PRIMARY
        self.add_button("cancel", tr("Cancel"))
        self.add_button("accept", act_words.accept_words(self.kind), kind, is_default=True)
        self._check()

    # Choosing

    def _right(self) -> Right:
        rights = self._subject.rights
        chosen = getattr(self, "whose", None)
        return rights[int(chosen.current())] if chosen is not None else rights[0]

    def _chosen(self) -> tuple[UserID, ...]:
        if self.people is not None:
            return self.people.people()
        return tuple(user for switch, user in self.removable if switch.isChecked())

    def _paths(self) -> tuple[Path, ...]:
        items = () if self.files is None else self.files.items()
        return tuple(item for item in items if isinstance(item, Path))

    def _attach(self, files: Sequence[Path]) -> None:
        if self.files is not None:
            kept = tuple(dict.fromkeys((*self.files.items(), *files)))
            self.files.set_items(kept[:_MAX_FILES])

    def _check(self) -> None:
        """Whether it can be done, and how the route would look."""
        is_complete = bool(self._chosen()) or self.kind not in (*_WITH_PEOPLE, ActKind.REMOVE_SIGN)
        note = "" if self.note is None else self.note.text()
        is_short = len(note) <= _MAX_NOTE
        if self.note is not None:
            self.note.set_error("" if is_short else tr("At most {n} characters.", n=_MAX_NOTE))
        self.button("accept").setEnabled(is_complete and is_short)
        if self.added is not None and self.people is not None:
            self.added.show_people(self._chosen(), self.people.names())
        if self.isVisible():
            QTimer.singleShot(0, self, self._fit)

    def _fit(self) -> None:
        """As tall as its fields, once they have found their sizes; where the screen is small they scroll."""
        self._fields.updateGeometry()
        layout = self.layout()
        if layout is not None:
            layout.activate()
        self.resize(self.sizeHint())


class _Fields(QScrollArea):
    """The fields, one under the other; scrolls where the screen is small."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._style = desk.style
        inside = QWidget()
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(desk.style.current.px(12))
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def sizeHint(self) -> QSize:
        width, column = self._style.current.px(_FIELDS_WIDTH), self.column
        column.activate()
        height = column.heightForWidth(width) if column.hasHeightForWidth() else column.sizeHint().height()
        most = self.screen().availableGeometry().height() - self._style.current.px(_CHROME) - _FRAME
        return QSize(width, min(height, most))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._style.current.px(200), min(self.sizeHint().height(), self._style.current.px(120)))


def _steps_before(steps: Sequence[StepState], key: str) -> list[StepState]:
    """Steps that were passed before mine."""
    found = []
    for step in steps:
        if step.key == key:
            break
        if step.status is StepStatus.PASSED and step.tasks:
            found.append(step)
    return found
