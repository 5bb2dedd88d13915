"""The logic of the window in which one asks for something: templates and drafts, who would decide, the draft, sending.

The window shows what is here and tells what the person does. A draft is saved at each pause; the saves and the sending go
through one door (`_turn`), so that a late save never brings back what was sent.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.approvals.values import ApprovalDraft, NewApproval
from app.domain.approvals.planning import check_values, computed
from app.domain.approvals.request import RequestContent
from app.domain.approvals.rows import TemplateEntry
from app.domain.approvals.wire import MAX_EVENT_BYTES
from resources.translations import language, tr
from ui.approval_words import request_text, title_words
from ui.forms.fields_people import members_of
from ui.operations import Operations
from ui.screens.new_approval.asking_state import (
    Choice,
    Writing,
    choices_of,
    copied,
    draft_content,
    lost_files,
    writing_of,
)
from ui.screens.new_approval.new_approval_words import (
    draft_title,
    outcome_words,
    route_error_words,
    too_big_words,
)
from ui.screens.new_approval.route_people import RoutePeople
from ui.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.approvals.values import Preview
    from app.domain.approvals.request import Values
    from app.domain.approvals.rows import ApprovalDetail
    from app.domain.approvals.template import Template
    from app.domain.ids import UserID
    from app.domain.rooms import Member
    from app.errors import TackError
    from ui.desk import Desk

SAVE_PAUSE_MS = 500
PLAN_PAUSE_MS = 200


class NewApprovalPresenter(QObject):
    """One window's. Lives as long as it."""

    listed = Signal()
    """Templates and drafts were read."""
    opened = Signal()
    """A template was chosen: `entry` and `writing` are to be shown."""
    planned = Signal()
    """`preview` is another."""
    saved = Signal()
    refused = Signal(object)
    """tuple[ProblemAt, ...]: the form cannot be sent as it is."""
    route_refused = Signal(str, str)
    """Step, sentence: there is no route."""
    failed = Signal(str)
    busy_changed = Signal()
    sent = Signal(str)
    """The stand-in of its room."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._operations = Operations(desk.operations.loop, self)
        self._turn = asyncio.Lock()
        self._plan_task: asyncio.Task[Preview] | None = None
        self.entries: tuple[TemplateEntry, ...] = ()
        self.drafts: tuple[ApprovalDraft, ...] = ()
        self.is_listed = self.is_sending = self._is_over = self._is_closed = False
        self.entry: TemplateEntry | None = None
        self.writing = Writing()
        self.preview: Preview | None = None
        self.plan_error = ""
        self.people = RoutePeople(desk)
        self.saved_ms = 0
        self.draft_key = ""
        self._begun: Writing | None = None
        self._save_timer = QTimer(self, singleShot=True, interval=SAVE_PAUSE_MS)
        self._save_timer.timeout.connect(self._save)
        self._plan_timer = QTimer(self, singleShot=True, interval=PLAN_PAUSE_MS)
        self._plan_timer.timeout.connect(self._plan)
        desk.bridge.connection_changed.connect(self._line_changed)
        desk.bridge.approval_library_changed.connect(self.read_lists)

    # Beginning and ending -----------------------------------------------------------------------------------

    @property
    def template(self) -> Template | None:
        """What is being asked with."""
        return None if self.entry is None else self.entry.template

    def read_lists(self) -> None:
        """Read what one may ask with, and what was begun."""
        self._operations.start(self._read_lists(), self._show_lists, self._told)

    def open_template(self, template_id: str) -> bool:
        """Begin with a template; whether there is such a one."""
        entry = next((one for one in self.entries if one.template.id == template_id), None)
        if entry is not None:
            self._open(entry, Writing(), _new_key())
        return entry is not None

    def open_draft(self, key: str) -> None:
        """Go on with a draft."""
        draft = next((one for one in self.drafts if one.key == key), None)
        if draft is None:
            return
        entry = next((one for one in self.entries if one.template.id == draft.template_id), None)
        if entry is None:
            self.failed.emit(
                tr("The template of this draft is no longer offered. Ask whoever keeps the templates.")
            )
            return
        self.saved_ms = draft.changed_ms
        self._open(entry, writing_of(draft.content), key)

    def open_copy(self, detail: ApprovalDetail) -> None:
        """Begin with a copy of a request; with the template as it is now, where it is still there."""
        template = detail.content.template
        entry = next((one for one in self.entries if one.template.id == template.id), None)
        if entry is None:
            self.failed.emit(
                tr("The template of this request is no longer offered. Ask whoever keeps the templates.")
            )
            return
        self._open(entry, copied(detail, self._desk.account.user_id), _new_key())

    def leave_form(self) -> None:
        """Back to the templates; what was written is kept."""
        self.keep_now()
        self._forget()
        self.read_lists()

    def close(self) -> None:
        """The window goes; saving and sending go on."""
        self._is_closed = True
        self._save_timer.stop()
        self._plan_timer.stop()
        self._operations.cancel_all()

    # What the person does -----------------------------------------------------------------------------------

    def began_with(self, values: Values) -> None:
        """The form shows these, before anybody typed: closing now loses nothing."""
        self.writing = replace(self.writing, values=values)
        self._begun = self.writing
        self._plan()

    def set(self, **parts: Any) -> None:
        """Take parts of `Writing`."""
        self.writing = replace(self.writing, **parts)
        self._save_timer.start()
        if parts.keys() & {"values", "chosen"}:
            self._plan_timer.start()

    def choose(self, step: str, people: tuple[UserID, ...]) -> None:
        """Say who decides in a step."""
        chosen = {key: users for key, users in self.writing.chosen.items() if key != step}
        self.set(chosen=chosen | ({step: people} if people else {}))

    def keep_now(self) -> None:
        """Save without waiting for a pause."""
        if self._save_timer.isActive():
            self._save()

    def throw_away(self) -> ApprovalDraft | None:
        """Drop the draft; what `bring_back` takes, None where nothing was written."""
        self._save_timer.stop()
        self._is_over = True
        self.drop_draft(self.draft_key)
        template = self.template
        if template is None or not (self.has_content or self.saved_ms):
            return None
        key, template_id, title, content = self._as_draft(template)
        return ApprovalDraft(key, template_id, title, self.now_ms(), content)

    def drop_draft(self, key: str) -> None:
        """Drop a draft; `bring_back` undoes it."""
        self._desk.operations.start(self._drop(key), is_vital=True)

    def bring_back(self, draft: ApprovalDraft) -> None:
        """Keep a dropped draft again."""
        save = self._desk.account.approvals.save_draft
        work = save(draft.key, draft.template_id, draft.title, draft.content)
        self._desk.operations.start(work, lambda _none: self.read_lists(), is_vital=True)

    def choices(self) -> tuple[Choice, ...]:
        """The steps whose people the requester chooses."""
        if self.template is None:
            return ()
        plan = None if self.preview is None else self.preview.plan
        return choices_of(
            self.template, computed(self.template, self.writing.values), plan, self.writing.chosen
        )

    def send(self) -> None:
        """Send it, or say what stands in the way."""
        if self.is_sending or self.entry is None:
            return
        self._save_timer.stop()
        self._set_sending(True)
        self._desk.operations.start(self._send(self.entry), self._told_outcome, self._not_sent, is_vital=True)

    @property
    def has_content(self) -> bool:
        """Whether there is anything a draft would keep."""
        return self._begun is not None and self.writing != self._begun

    # Who decides --------------------------------------------------------------------------------------------

    @staticmethod
    def now_ms() -> int:
        """The time."""
        return round(time.time() * 1000)

    def _plan(self) -> None:
        self._plan_timer.stop()
        if self.entry is None:
            return
        if self._plan_task is not None:
            self._plan_task.cancel()
        chosen = dict(self.writing.chosen)
        work = self._desk.account.approvals.preview(self.entry, self.writing.values, chosen)
        self._plan_task = self._operations.start(work, self._show_plan, self._no_plan)

    def _show_plan(self, preview: Preview) -> None:
        self.preview, self.plan_error = preview, ""
        if self.template is not None:
            me = self._desk.account.user_id
            self.plan_error = route_error_words(self.template, preview.plan, self.writing.chosen, me)
        self.planned.emit()
        unknown = self.people.use_names(preview.names)
        if unknown:
            self._operations.start(members_of(self._desk, unknown), self._use_members)

    def _use_members(self, members: dict[str, Member]) -> None:
        if members:
            self.people.use_members(members)
            self.planned.emit()

    def _no_plan(self, error: TackError) -> None:
        self.preview, self.plan_error = None, sentence(error)
        self.planned.emit()

    def _line_changed(self) -> None:
        if self.entry is not None:
            self._plan_timer.start()

    # Sending ------------------------------------------------------------------------------------------------

    async def _send(self, entry: TemplateEntry) -> Callable[[], None]:
        """Check all, in the order in which the person mends it, and send; what is to be told then."""
        template = entry.template
        values = computed(template, self.writing.values)
        problems = check_values(template, values)
        problems += await asyncio.to_thread(lost_files, template, values)
        if problems:
            return lambda: self.refused.emit(problems)
        preview = await self._desk.account.approvals.preview(entry, values, dict(self.writing.chosen))
        self._show_plan(preview)
        if preview.plan.error is not None:
            return lambda: self.route_refused.emit(preview.plan.error_at, self.plan_error)
        if preview.bytes_used > MAX_EVENT_BYTES:
            return lambda: self.failed.emit(too_big_words(preview.bytes_used))
        async with self._turn:
            await self._desk.account.approvals.save_draft(
                *self._as_draft(template)
            )  # what a discarded one becomes
            room_id = await self._desk.account.approvals.send(self._new(entry, values, preview))
            self._is_over = True
            return lambda: self.sent.emit(room_id)

    def _new(self, entry: TemplateEntry, values: Values, preview: Preview) -> NewApproval:
        title = title_words(entry.template, self._desk.people.own_name())
        content = RequestContent(
            number="",
            title=title,
            template=entry.template,
            template_hash="",
            values=values,
            steps=preview.plan.steps,
            facts=preview.facts,
            cc_start=preview.plan.cc_start,
            cc_end=preview.plan.cc_end,
            cc_own=self.writing.cc,
        )
        return NewApproval(
            entry,
            values,
            dict(self.writing.chosen),
            self.writing.cc,
            title,
            request_text(content, self.people.name),
            language(),
            self.writing.former,
            self.draft_key,
        )

    def _told_outcome(self, tell: Callable[[], None]) -> None:
        """Once the window takes keys again: the cursor goes where something is to be mended."""
        if self._is_closed:  # nobody looks any more
            self._desk.tell(outcome_words(is_sent=self._is_over))
            return
        self._set_sending(False)
        if not self._is_over:
            self._save_timer.start()
        tell()

    def _not_sent(self, error: TackError) -> None:
        if self._is_closed:
            self._desk.tell_error(error)
            return
        self._set_sending(False)
        self._save()
        self._told(error)

    def _told(self, error: TackError) -> None:
        self.failed.emit(sentence(error))

    def _set_sending(self, is_sending: bool) -> None:
        self.is_sending = is_sending
        self.busy_changed.emit()

    # Inside -------------------------------------------------------------------------------------------------

    async def _read_lists(self) -> tuple[tuple[TemplateEntry, ...], list[ApprovalDraft]]:
        service = self._desk.account.approvals
        async with self._turn:
            return await service.templates(), await service.drafts()

    def _show_lists(self, lists: tuple[tuple[TemplateEntry, ...], list[ApprovalDraft]]) -> None:
        self.entries, self.drafts, self.is_listed = lists[0], tuple(lists[1]), True
        self.listed.emit()

    def _open(self, entry: TemplateEntry, writing: Writing, key: str) -> None:
        self.entry, self.writing, self.draft_key = entry, writing, key
        self._begun, self.preview, self.plan_error, self._is_over = None, None, "", False
        self.opened.emit()

    def _forget(self) -> None:
        self._plan_timer.stop()
        self.entry, self.preview, self._begun, self.saved_ms = None, None, None, 0

    def _save(self) -> None:
        self._save_timer.stop()
        template = self.template
        if template is None or self.is_sending or not self.has_content:
            return
        work = self._write(*self._as_draft(template))
        self._desk.operations.start(work, lambda _none: self._note_saved(), is_vital=True)

    def _as_draft(self, template: Template) -> tuple[str, str, str, dict[str, Any]]:
        title = draft_title(template, self.writing.values, self.people.name)
        return self.draft_key, template.id, title, draft_content(self.writing)

    def _note_saved(self) -> None:
        self.saved_ms = self.now_ms()
        if not self._is_closed:
            self.saved.emit()

    async def _write(self, key: str, template_id: str, title: str, content: dict[str, Any]) -> None:
        async with self._turn:
            if not (self._is_over and key == self.draft_key):
                await self._desk.account.approvals.save_draft(key, template_id, title, content)

    async def _drop(self, key: str) -> None:
        async with self._turn:
            await self._desk.account.approvals.save_draft(key, "", "", {})


def _new_key() -> str:
    return secrets.token_hex(8)
