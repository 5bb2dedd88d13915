"""The logic of the dialog that sends a ding: who can be chosen, what was chosen, sending, and the draft.

The dialog shows `writing` and `audience` and tells what the person does; `changed` says that something must be shown anew.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.dings.compose import NewDing
from app.domain.dings import MANY_UNCONFIRMED, MAX_RECIPIENTS
from app.domain.ids import UserID
from app.domain.scheduled import ScheduleMode
from app.errors import TackError
from app.store.reader import Reader
from resources.translations import tr
from ui.desk import Desk
from ui.ding_desk import DingStart
from ui.operations import Operations
from ui.people_finder import PeopleFinder
from ui.person import Person
from ui.screens.new_ding import new_ding_words as words
from ui.screens.new_ding.audience import read_audience
from ui.screens.new_ding.drafts import draft_at, keep_draft
from ui.screens.new_ding.new_ding_state import (
    Audience,
    Problem,
    To,
    When,
    Writing,
    clean_text,
    content_of,
    has_content,
    problems,
    recipients,
    send_at_ms,
)
from ui.sentences import sentence
from widgets.quick_times import next_evening, next_hour, quick_choices

DRAFT_PAUSE_MS = 500
BUSY_PAUSE_MS = 300
_PATIENCE_S = 0.4
"""How long suggestions wait for the server before those of the cache come alone."""
CC = "cc"
PICKED = "picked"


class NewDingPresenter(QObject):
    """One dialog's. Lives as long as it."""

    changed = Signal()
    suggested = Signal(str, str, object)
    """Which picker (`PICKED`, `CC`), the term, its rows."""
    people_refused = Signal(str, str)
    """Which picker, why somebody was not added."""
    draft_found = Signal()
    refused = Signal(object)
    """Problem: it cannot be sent as it is."""
    failed = Signal(str)
    """A sentence: sending did not work."""
    sent = Signal()

    def __init__(self, desk: Desk, start: DingStart, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._start = start
        self._operations = Operations(desk.operations.loop, self)
        self._searches: dict[str, asyncio.Task[None] | None] = {}
        self._draft_turn = asyncio.Lock()
        self._draft: Writing | None = None
        self._asked_busy: tuple[UserID, ...] = ()
        self.finder = PeopleFinder(desk)
        self.audience = Audience(start.room_id)
        self.writing = _begun(start, datetime.now())
        self._begun = self.writing
        self.busy: tuple[Person, ...] = ()
        self.is_sending = False
        self._is_closed = False
        self._draft_timer = QTimer(self, singleShot=True, interval=DRAFT_PAUSE_MS)
        self._draft_timer.timeout.connect(self._keep_draft)
        self._busy_timer = QTimer(self, singleShot=True, interval=BUSY_PAUSE_MS)
        self._busy_timer.timeout.connect(self._ask_around)
        desk.bridge.connection_changed.connect(self.changed)

    # Beginning and ending -----------------------------------------------------------------------------------

    def begin(self) -> None:
        """Read who can be chosen, and what was begun here before."""
        self._operations.start(self._load(), None, lambda _error: None)

    def close(self) -> None:
        """The dialog goes; sending goes on."""
        self._is_closed = True
        self._draft_timer.stop()
        self._busy_timer.stop()
        self._operations.cancel_all()

    def has_content(self) -> bool:
        """Whether something would be lost by throwing it away."""
        return has_content(self.writing, self._begun)

    def keep_now(self) -> None:
        """Keep the draft without waiting for a pause."""
        if self._draft_timer.isActive():
            self._keep_draft()

    def throw_away(self) -> None:
        """Neither keep nor offer what was written."""
        self._draft_timer.stop()
        self._put_draft(None)

    def use_draft(self) -> None:
        """Go on with what was begun before."""
        if self._draft is None:
            return
        draft, self._draft = self._draft, None
        to = draft.to if self._can_choose(draft.to) else To.PICKED
        self.writing = replace(draft, to=to)
        self.changed.emit()
        self._people_changed()

    def drop_draft(self) -> None:
        """Do not offer again what was begun before."""
        self._draft = None
        if not self.has_content():
            self._put_draft(None)

    # What the person does -----------------------------------------------------------------------------------

    def set(self, **values: Any) -> None:
        """Take fields of `Writing`."""
        self.writing = replace(self.writing, **values)
        self._draft_timer.start()
        if values.keys() & {"to", "picked"}:
            self._people_changed()
        self.changed.emit()

    def add_files(self, files: Sequence[Path]) -> None:
        """Attach files, each once."""
        self.set(files=tuple(dict.fromkeys((*self.writing.files, *files))))

    def add(self, picker: str, key: str) -> None:
        """Take a suggestion: a person, or the people of a department."""
        if self.finder.is_department(key):
            self._operations.start(
                self.finder.department(key),
                lambda found: self._add_department(picker, *found),
                lambda error: self.people_refused.emit(picker, sentence(error)),
            )
        elif (person := self.finder.person(key)) is not None:
            self._add(picker, [person])

    def add_named(self, picker: str, names: Sequence[str]) -> None:
        """Take pasted names and ids."""
        self._operations.start(
            self.finder.named(names),
            lambda found: self._add_named(picker, *found),
            lambda error: self.people_refused.emit(picker, sentence(error)),
        )

    def remove(self, picker: str, key: str) -> None:
        """Take somebody away."""
        self.set(**{picker: tuple(one for one in self._chosen(picker) if one.user_id != key)})

    def look_for(self, picker: str, term: str) -> None:
        """Ask for suggestions; the last question wins."""
        task = self._searches.get(picker)
        if task is not None:
            task.cancel()
        self._searches[picker] = self._operations.start(self._suggest(picker, term))

    def send(self) -> None:
        """Send it, or say what stands in the way."""
        if self.is_sending:
            return
        found = problems(self.writing, self.audience, _now_ms())
        if found:
            self.refused.emit(found[0])
            return
        self._set_sending(True)
        self._desk.operations.start(
            self._desk.account.dings.send(self._new()), self._sent, self._not_sent, is_vital=True
        )

    def _new(self) -> NewDing:
        ding = content_of(self.writing, self.audience)
        return NewDing(
            text=clean_text(self.writing.text),
            ding=ding,
            room_id=self.audience.room_id,
            files=self.writing.files,
            send_at_ms=send_at_ms(self.writing),
            fallback=words.fallback_words(ding),
        )

    def _sent(self, uid: str) -> None:
        self.throw_away()
        is_online = self._desk.account.connection.is_online
        told = words.sent_words(self.writing, self.audience, _now_ms(), is_online=is_online)
        self._desk.offer(told, tr("Show"), lambda: self._desk.dings.open_inbox(uid))
        self.is_sending = False
        self.sent.emit()

    def _not_sent(self, error: TackError) -> None:
        self._set_sending(False)
        if self._is_closed:  # nobody looks any more: say it, and keep what was written
            self._put_draft(self.writing)
            self._desk.tell_error(error)
        self.failed.emit(sentence(error))

    def _set_sending(self, is_sending: bool) -> None:
        self.is_sending = is_sending
        self.changed.emit()

    # People -------------------------------------------------------------------------------------------------

    def _chosen(self, picker: str) -> tuple[Person, ...]:
        return self.writing.cc if picker == CC else self.writing.picked

    def _add(self, picker: str, people: Sequence[Person]) -> bool:
        """Add those who are not there yet; whether they all fit."""
        chosen = {person.user_id: person for person in (*self._chosen(picker), *people)}
        if len(chosen) > MAX_RECIPIENTS:
            self.people_refused.emit(picker, words.problem_words(Problem.TOO_MANY_PEOPLE))
            return False
        self.set(**{picker: tuple(chosen.values())})
        return True

    def _add_department(self, picker: str, name: str, people: Sequence[Person]) -> None:
        if len(people) > MAX_RECIPIENTS:
            self.people_refused.emit(picker, words.department_too_large(name, len(people)))
        elif not people:
            self.people_refused.emit(picker, tr("Nobody else is in {name}.", name=name))
        else:
            self._add(picker, people)

    def _add_named(self, picker: str, people: Sequence[Person], unknown: Sequence[str]) -> None:
        if self._add(picker, people) and unknown:
            self.people_refused.emit(picker, words.unknown_words(unknown))

    async def _suggest(self, picker: str, term: str) -> None:
        without = [person.user_id for person in self._chosen(picker)]
        full = asyncio.ensure_future(self.finder.rows(term, without))
        try:
            await asyncio.wait({full}, timeout=_PATIENCE_S)
            known = [] if full.done() else await self.finder.known_rows(term, without)
            if known:  # the server is slow, or there is none: those in the cache need not wait for it
                self.suggested.emit(picker, term, known)
            self.suggested.emit(picker, term, await full)
        finally:
            full.cancel()

    def _people_changed(self) -> None:
        self._busy_timer.start()

    def _ask_around(self) -> None:
        """Who of them has more than enough to confirm."""
        asked = tuple(person.user_id for person in recipients(self.writing, self.audience))[:MAX_RECIPIENTS]
        if asked != self._asked_busy:
            self._asked_busy = asked
            self._operations.start(
                self._desk.account.dings.busy_among(asked), self._show_busy, lambda _error: None
            )

    def _show_busy(self, users: Sequence[UserID]) -> None:
        busy = set(users)
        self.busy = tuple(one for one in recipients(self.writing, self.audience) if one.user_id in busy)
        self.changed.emit()

    @property
    def schedule_words(self) -> str:
        """Who sends it when, honestly; empty where it goes out at once."""
        is_online = self._desk.account.connection.is_online
        if self.writing.when is When.NOW:
            return "" if is_online else words.offline_words()
        has_files = bool(self.writing.files)
        mode = self._desk.account.dings.schedule_mode(self.writing.at_ms, has_files=has_files)
        is_by_server = mode is ScheduleMode.SERVER and is_online  # it must first hear of it
        return words.schedule_words(self.writing.when, is_by_server=is_by_server)

    @property
    def busy_words(self) -> str:
        """The amber line; about those who are still chosen."""
        chosen = {person.user_id for person in recipients(self.writing, self.audience)}
        return words.busy_words([one for one in self.busy if one.user_id in chosen], MANY_UNCONFIRMED)

    # Reading ------------------------------------------------------------------------------------------------

    async def _load(self) -> None:
        cache = self._desk.account.cache
        room_id = self._start.room_id
        self._use_audience(await cache.read_in_worker(self._read_audience))
        self._draft = await cache.read_in_worker(lambda read: draft_at(read, self._start))
        if self._draft is not None and self._draft != self.writing:
            self.draft_found.emit()
        if room_id is not None and not cache.read.members_complete(room_id):
            with suppress(TackError):  # those we know
                await self._desk.account.rooms.load_members(room_id)
            self._use_audience(await cache.read_in_worker(self._read_audience))

    def _read_audience(self, read: Reader) -> Audience:
        """Runs in the read worker."""
        return read_audience(read, self._start, self._desk.account.user_id, self.finder)

    def _use_audience(self, audience: Audience) -> None:
        is_first = self.audience.room_name == "" and not self.audience.everyone
        self.audience = audience
        self.finder.use_members(None if audience.room_id is None else audience.everyone)
        if is_first and not self.has_content():
            to, picked = self._first_choice(audience)
            text = self.writing.text or audience.source_body
            self.writing = self._begun = replace(self.writing, to=to, picked=picked, text=text)
        elif not self._can_choose(self.writing.to):
            self.writing = replace(self.writing, to=To.PICKED)
        self._people_changed()
        self.changed.emit()

    def _first_choice(self, audience: Audience) -> tuple[To, tuple[Person, ...]]:
        if audience.room_id is None:
            return To.PICKED, audience.unread
        if self._start.people:
            return To.UNREAD, ()
        return (To.EVERYONE if self._can_choose(To.EVERYONE) else To.PICKED), ()

    def _can_choose(self, to: To) -> bool:
        if self.audience.room_id is None:
            return to is To.PICKED
        if to is To.EVERYONE:
            return len(self.audience.everyone) <= MAX_RECIPIENTS
        return to is To.PICKED or bool(self.audience.unread)

    # The draft ----------------------------------------------------------------------------------------------

    def _keep_draft(self) -> None:
        self._draft_timer.stop()
        if not self.is_sending:
            self._put_draft(self.writing if self.has_content() else None)

    def _put_draft(self, writing: Writing | None) -> None:
        self._desk.operations.start(self._write_draft(writing), is_vital=True)

    async def _write_draft(self, writing: Writing | None) -> None:
        async with self._draft_turn:
            await keep_draft(self._desk.account.cache, self._start, writing)


def _begun(start: DingStart, now: datetime) -> Writing:
    """What the fields hold at first."""
    begin = next_hour(now)
    later = next(iter(quick_choices(now))).at
    return Writing(
        text=start.text,
        to=To.PICKED if start.room_id is None else To.EVERYONE,
        due_ms=ms_of(next_evening(now)),
        start_ms=ms_of(begin),
        end_ms=ms_of(begin + timedelta(hours=1)),
        at_ms=ms_of(later),
        has_source=start.source_event is not None,
        when=When.NOW,
    )


def _now_ms() -> int:
    return round(datetime.now().timestamp() * 1000)


def ms_of(moment: datetime) -> int:
    """A local time as it is kept."""
    return round(moment.timestamp() * 1000)


def moment_of(ts_ms: int) -> datetime:
    """A kept time as the fields show it."""
    return datetime.fromtimestamp(ts_ms / 1000)
