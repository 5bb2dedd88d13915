"""The fold: where a request stands, from its room alone.

A pure function of the request, the seal and everybody's acts events; the order in which these arrive does not matter.
`ordering` says what stands and in which order, `rules` whether an act counts, `machine` what it changes.
"""

from collections.abc import Iterable

import msgspec

from app.domain.approvals import planning, rights, rules
from app.domain.approvals.acts import Act, ActKind, ActsEvent
from app.domain.approvals.form_checks import has_local_files
from app.domain.approvals.machine import SILENT, Move, applied, start, taken_back
from app.domain.approvals.ordering import Placed, in_order
from app.domain.approvals.request import RequestContent
from app.domain.approvals.state import (
    Check,
    Entry,
    Refusal,
    RequestState,
    RequestStatus,
    Right,
    TaskStatus,
)
from app.domain.ids import EventID, UserID

MAX_BAD_CORRECTIONS = 20
"""Each takes as long as the whole form; nobody's client sends one that does not fit."""


def fold_request(
    content: RequestContent,
    requester: UserID,
    made_ms: int,
    seal: EventID | None,
    events: Iterable[ActsEvent],
    pending: Iterable[tuple[UserID, Act, int]] = (),
    *,
    checks: tuple[Check, ...] | None = None,
) -> RequestState:
    """Say where a request stands.

    `made_ms` is the create event's time, `seal` the event that sealed the room (None: not sealed). `pending` are own
    acts (user, act, ms) that still wait in the send queue: they count as if they came last, with an empty event id.
    `checks` is what `planning.check_request` said, for who has asked it already: a create event never changes.
    """
    if checks is None:
        checks = checked(content, requester)
    state = start(content, requester, made_ms, checks)
    if seal is None:
        return state._replace(status=RequestStatus.UNSEALED)
    if checks:
        return state
    fold = _Fold(content, state)
    ordered = in_order(seal, events)
    for placed, moment in ordered.taken:
        fold.take(placed, moment)
    for placed in ordered.impossible:
        fold.refuse(placed)
    for user, act, now_ms in pending:
        fold.take(Placed(user, act, EventID(""), now_ms, 0), now_ms)
    return _since(fold.result())._replace(changed_afterwards=ordered.changed_afterwards)


def rights_of(content: RequestContent, state: RequestState, user: UserID, now_ms: int) -> tuple[Right, ...]:
    """Give every act somebody may do now; what the buttons are made of."""
    return rights.rights_of(content, state, user, now_ms)


def refusal_of(
    content: RequestContent, state: RequestState, user: UserID, act: Act, now_ms: int
) -> Refusal | None:
    """Say whether an act would change anything if it came now; what is asked before one is sent."""
    return rules.refusal(content, state, user, act, now_ms)


def basis_of(state: RequestState) -> dict[str, int]:
    """Give what an act made now was made on: how many acts of each person count as seen.

    What claims an impossible basis is left out, and so is what waits in the own queue: waiting for either could keep an
    honest act from counting for ever. Nor is anything made on refused acts behind which nothing of that person counts:
    an act takes effect no earlier than what it was made on, and a server may claim any time for a stranger's.
    """
    seen: dict[str, int] = {}
    basis: dict[str, int] = {}
    for entry in state.entries:
        if entry.event_id and entry.refusal is not Refusal.IMPOSSIBLE_BASIS:
            seen[entry.user] = seen.get(entry.user, 0) + 1
            if entry.refusal is None:
                basis[entry.user] = seen[entry.user]
    return basis


def checked(content: RequestContent, requester: UserID) -> tuple[Check, ...]:
    """Say what is wrong with a request in itself. A form full of formulas may take long: the answer never changes."""
    found = planning.check_request(content, requester)
    return found if content.steps or found else (Check.OTHER_ROUTE,)


class _Fold:
    """The one pass: a state that each act replaces, and the states before, for taking back.

    Of the record the state only holds the last act that decided something: lists may be full of others.
    """

    def __init__(self, content: RequestContent, state: RequestState) -> None:
        self.state = state
        self._content = content
        self._entries: list[Entry] = []
        self._before: list[tuple[int, RequestState]] = []
        """Of each act that decided something and stands: its place in the record, and the state before it."""
        self._ids: set[tuple[UserID, str]] = set()
        self._bad_corrections = 0

    def result(self) -> RequestState:
        """Give the state with the whole record."""
        return self.state._replace(entries=tuple(self._entries))

    def take(self, placed: Placed, moment: int) -> None:
        """Let one act count, or note why it does not. A pending one that has arrived meanwhile is skipped."""
        key = placed.user, placed.act.id
        is_repeated = key in self._ids
        if is_repeated and not placed.event_id:
            return
        self._ids.add(key)
        act, state = placed.act, self.state
        found = Refusal.MALFORMED if is_repeated else self._refusal(placed, moment)
        if found:
            self._note(placed, found)
        elif act.kind is ActKind.TAKE_BACK:
            index, before = self._before.pop()
            self._entries[index] = self._entries[index]._replace(is_taken_back=True)
            self.state = taken_back(state, before, self._entries[index + 1 :])
            self._note(placed, None)
        else:
            self.state = applied(Move(self._content, state, placed.user, act, placed.event_id, moment))
            self._note(placed, None, self._deputy_of(placed, moment))
            if act.kind not in SILENT:
                self._before.append((len(self._entries) - 1, state))
                self.state = self.state._replace(entries=(self._entries[-1],))

    def _refusal(self, placed: Placed, moment: int) -> Refusal | None:
        act = placed.act
        if placed.event_id and _names_local_files(act):
            return Refusal.MALFORMED
        is_correction = act.kind is ActKind.RESUBMIT
        if is_correction and self._bad_corrections >= MAX_BAD_CORRECTIONS:
            return Refusal.BAD_FORM
        found = rules.refusal(self._content, self.state, placed.user, act, moment)
        if is_correction:
            self._bad_corrections += found in (Refusal.BAD_FORM, Refusal.ROUTE_CHANGES)
        return found

    def refuse(self, placed: Placed) -> None:
        """Note an act that can have no place."""
        self._note(placed, Refusal.IMPOSSIBLE_BASIS)

    def _note(self, placed: Placed, refusal: Refusal | None, deputy_of: UserID | None = None) -> None:
        act = placed.act
        if refusal and placed.event_id and _names_local_files(act):
            act = msgspec.structs.replace(act, files=(), changes={})
        entry = Entry(placed.user, act, placed.event_id, placed.ts_ms, refusal, deputy_of=deputy_of)
        self._entries.append(entry)

    def _deputy_of(self, placed: Placed, moment: int) -> UserID | None:
        absent = UserID(placed.act.on_behalf)
        if absent == placed.user or not rules.is_deputy(self.state, placed.user, absent, moment):
            return None
        return absent


def _names_local_files(act: Act) -> bool:
    """Paths are for the own queue: one that comes over the wire would make whoever copies it upload a file of theirs."""
    return any(file.path for file in act.files) or has_local_files(act.changes)


def _since(state: RequestState) -> RequestState:
    """Say since when it waits for those it waits for."""
    if state.finished_ms:
        return state._replace(since_ms=state.finished_ms)
    if state.status is not RequestStatus.PENDING:
        return state
    found = [t.since_ms for step in state.steps for t in step.tasks if t.status is TaskStatus.WAITING]
    return state._replace(since_ms=min(found, default=state.since_ms))
