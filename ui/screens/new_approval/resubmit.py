"""Handing a request in again after it was returned: the same form, what was changed is marked, the route must stay."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.approvals.values import NewAct
from app.domain.approvals.acts import ActKind
from app.domain.approvals.dependencies import by_key
from app.domain.approvals.planning import check_values, computed, plan_route
from app.domain.ids import UserID, localpart_of
from resources.translations import tr
from ui.approval_words import act_text, changes_text, value_words
from ui.forms.form_editor import FormEditor
from ui.operations import Operations
from ui.screens.new_approval.asking_state import changes_between, lost_files
from ui.sentences import sentence
from widgets.buttons import ButtonKind
from widgets.dialogs import Dialog
from widgets.text_area import TextArea
from widgets.words import Words

if TYPE_CHECKING:
    from app.domain.approvals.planning import ProblemAt
    from app.domain.approvals.request import Values
    from app.domain.approvals.rows import ApprovalDetail
    from app.domain.approvals.state import Entry
    from app.errors import TackError
    from ui.desk import Desk

_WIDTH, _HEIGHT, _LEAST_HEIGHT, _AIR = 680, 760, 380, 24
_CTRL = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier


def open_resubmit(desk: Desk, window: QWidget, detail: ApprovalDetail) -> ResubmitDialog:
    """Open the dialog over a window."""
    dialog = ResubmitDialog(desk, window, detail)
    dialog.open()
    dialog.editor.focus_first()
    return dialog


class ResubmitDialog(Dialog):
    """Says who returned it and why; sends only what was changed."""

    def __init__(self, desk: Desk, window: QWidget, detail: ApprovalDetail) -> None:
        super().__init__(desk.style, tr("Correct and hand in again"), window)
        self._desk, self._detail = desk, detail
        self._operations = Operations(desk.operations.loop, self)
        self._marked: frozenset[str] = frozenset()
        self.why = Words(desk.style, role="waiting_text", pixels=13)
        self.editor = FormEditor(desk)
        self.note = TextArea(desk.style, tr("Note (what was corrected)"))
        self.route = Words(desk.style, role="attention_text", pixels=13)
        self.body.addWidget(self.why)
        self.body.addWidget(self._area(), 1)
        self.body.addWidget(self.route)
        self.add_button("copy", tr("New request instead"))
        self.add_button("cancel", tr("Cancel"))
        self.add_button("send", tr("Hand in again"), ButtonKind.PRIMARY, is_default=True)
        self.why.setText(_why_words(detail, self._name))
        self.why.setVisible(bool(self.why.text()))
        self.editor.set_form(detail.content.template, detail.state.values)
        self._before = computed(detail.content.template, detail.state.values)
        self.editor.changed.connect(self._changed)
        self.note.submitted.connect(lambda: self.press("send"))
        self.note.cancelled.connect(self.reject)
        desk.approvals.destroyed.connect(self.close)
        self._changed()
        self._fit(window)

    def changes(self) -> dict[str, Any]:
        """Field → new value of what was changed; None: empty now. What is computed is everybody's own to compute."""
        return changes_between(self._before, self.editor.values())

    def press(self, key: str) -> None:
        if key == "send":
            self._send()
        elif key == "copy":
            self._copy()
        else:
            super().press(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and not event.modifiers() & _CTRL:
            event.accept()  # Enter in a field hands nothing in
        else:
            super().keyPressEvent(event)

    def done(self, result: int) -> None:
        self.editor.stop()
        self._operations.cancel_all()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.editor.stop()
        super().closeEvent(event)

    # Inside -------------------------------------------------------------------------------------------------

    def _area(self) -> QScrollArea:
        style = self._desk.style.current
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, style.px(14), style.px(8))
        column.setSpacing(style.px(18))
        column.addWidget(self.editor)
        column.addWidget(self.note)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return area

    def _changed(self) -> None:
        """Mark what differs, and say at once where the route would be another."""
        self.set_error("")
        values = self.editor.values()
        changed = changes_between(self._before, values)
        fields = by_key(self._detail.content.template.fields)
        for key in self._marked - changed.keys():
            self.editor.mark_field(key, "")
        for key in changed.keys() & fields.keys():
            was = value_words(fields[key], self._before.get(key), self._name) or tr("empty")
            self.editor.mark_field(key, tr("Changed; was: {value}", value=was))
        self._marked = frozenset(changed)
        is_other = self._is_other_route(values)
        words = (
            tr("With this change others would have to decide. That needs a new request.") if is_other else ""
        )
        self.route.setText(words)
        self.route.setVisible(is_other)
        self.button("copy").setVisible(is_other)
        self.button("send").setEnabled(not is_other)

    def _is_other_route(self, values: Values) -> bool:
        content = self._detail.content
        chosen = dict(content.chosen)
        plan = plan_route(content.template, values, content.facts, chosen, self._detail.state.requester)
        return plan.error is not None or plan.steps != content.steps

    def _send(self) -> None:
        if not self.button("send").isEnabled():
            return
        self.set_error("")
        self.set_busy(True)
        values = self.editor.values()
        self._operations.start(
            self._check(values), lambda problems: self._checked(values, problems), self._failed
        )

    async def _check(self, values: Values) -> tuple[ProblemAt, ...]:
        template = self._detail.content.template
        lost = await asyncio.to_thread(lost_files, template, values)
        return (*check_values(template, computed(template, values)), *lost)

    def _checked(self, values: Values, problems: tuple[ProblemAt, ...]) -> None:
        if problems:
            self.set_busy(False)
            self.set_error(tr("Look at what is marked, then hand it in again."))
            self.editor.show_problems(problems)
            return
        note, content = self.note.text().strip(), self._detail.content
        after = computed(content.template, values)
        changed = changes_text(content.template, self._before, after, self._name)
        told = act_text(ActKind.RESUBMIT, content, note, (), self._name)
        act = NewAct(
            ActKind.RESUBMIT,
            note=note,
            changes=changes_between(self._before, values),
            text=f"{told}\n{changed}" if changed else told,
        )
        work = self._desk.account.approvals.act(self._detail.row.room_id, act)
        self._desk.operations.start(work, lambda _txn: self._was_sent(), self._failed, is_vital=True)

    def _was_sent(self) -> None:
        self._desk.tell(tr("Handed in again: {title}", title=self._detail.row.title))
        self.accept()

    def _failed(self, error: TackError) -> None:
        self.set_busy(False)
        self._changed()
        self.set_error(sentence(error))

    def _copy(self) -> None:
        detail = self._detail
        changed = detail._replace(state=detail.state._replace(values=self.editor.values()))
        self.accept()
        self._desk.approvals.open_new(detail.content.template.id, changed)

    def _name(self, user: str) -> str:
        return self._detail.content.names.get(user) or localpart_of(UserID(user))

    def _fit(self, window: QWidget) -> None:
        style, screen = self._style.current, window.screen().availableGeometry()
        height = min(style.px(_HEIGHT), max(window.height() - _AIR, style.px(_LEAST_HEIGHT)))
        width = min(style.px(_WIDTH), screen.width() - _AIR)
        self.setMinimumWidth(min(self.minimumWidth(), width))
        self.resize(width, min(height, screen.height() - 2 * _AIR))


def _why_words(detail: ApprovalDetail, name: Any) -> str:
    """Who returned it, with what note."""
    entry = _returned(detail)
    if entry is None:
        return ""
    words = tr("Returned by {name}", name=name(entry.user))
    return tr("{words}: {note}", words=words, note=entry.act.note) if entry.act.note else words


def _returned(detail: ApprovalDetail) -> Entry | None:
    returns = (
        entry
        for entry in reversed(detail.state.entries)
        if entry.act.kind is ActKind.RETURN and entry.refusal is None and not entry.is_taken_back
    )
    return next(returns, None)
