"""What the tables hold of one request: its row, whose turn it is when, its steps, its people, its words.

Pure functions of the request, its state and a few facts of the room; `app.store.approvals` writes what they give.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from app.domain.approvals.acts import ActKind
from app.domain.approvals.amounts import decimal_of
from app.domain.approvals.request import RequestContent
from app.domain.approvals.rules import may_reassign
from app.domain.approvals.state import RequestState, RequestStatus
from app.domain.approvals.template import Field, FieldKind
from app.domain.approvals.wire import MAX_TS_MS
from app.domain.ids import UserID
from app.store.approval_room import StoredRequest
from app.store.sql import sql_text, to_json

DECIDING = frozenset(
    {
        ActKind.APPROVE,
        ActKind.REJECT,
        ActKind.RETURN,
        ActKind.TRANSFER,
        ActKind.DELEGATE,
        ActKind.ADD_SIGN,
    }
)
"""Who did one of these finds the request on the page of what they have done."""
OPEN = (RequestStatus.PENDING, RequestStatus.RETURNED)
_ANSWERED = ("join", "invite")
_MAX_FACTS = 4
_MAX_FACT = 2_000
_MAX_FACT_TEXT = 200
_MAX_WORDS = 100_000


_NUMBERS = (FieldKind.NUMBER, FieldKind.MONEY, FieldKind.FORMULA)


class TableRow(NamedTuple):
    """A row of the table `approval`, its columns in order."""

    id: int
    requester: str
    made_ms: int
    number: str
    title: str
    template_id: str
    template_name: str
    """By language, as JSON."""
    icon: str
    can_batch: int
    status: str
    since_ms: int
    finished_ms: int
    facts: str
    """[[field key, kind, value as JSON], …] as JSON."""
    waiting: str
    """[user, …] as JSON."""
    names: str
    """{user: name} of requester and who it waits for, as the request gives them, as JSON."""
    is_mine: int
    is_copy: int
    acted_ms: int | None
    is_invited: int
    is_open: int
    is_external: int
    is_whole: int
    is_seen: int
    comments: int
    txn_id: str | None


class DutyRow(NamedTuple):
    """I have to act from one time to another; of one request at most one of these holds at a time."""

    from_ms: int
    until_ms: int
    since_ms: int
    for_user: str
    """Whose deputy I am; empty: it is my own duty."""


class StepRow(NamedTuple):
    """One step, for the figures."""

    idx: int
    template_id: str
    name: str
    status: str
    since_ms: int
    done_ms: int


class Around(NamedTuple):
    """What of the room beside the request stands in its rows."""

    is_seen: bool
    comments: tuple[str, ...]
    """What was said, oldest first."""
    names: dict[str, str]
    """Of members."""
    gone: frozenset[str] = frozenset()
    """Who has left."""


class Projection(NamedTuple):
    """Everything the tables hold of one request."""

    row: TableRow
    duties: tuple[DutyRow, ...]
    steps: tuple[StepRow, ...]
    people: tuple[str, ...]
    words: str


def project_request(request: StoredRequest, state: RequestState, me: UserID, around: Around) -> Projection:
    """Make the rows of a request."""
    return Projection(
        row=table_row(request, state, me, around),
        duties=duties_of(request, state, me, around.gone),
        steps=tuple(_steps(request.content, state)),
        people=people_of(request, state),
        words=words_of(request, state, around),
    )


def table_row(request: StoredRequest, state: RequestState, me: UserID, around: Around) -> TableRow:
    """Make the row of a list."""
    content, template = request.content, request.content.template
    is_external = request.is_external(me)
    is_mine = request.requester == me and not is_external
    named = (request.requester, *state.waiting)
    return TableRow(
        id=request.room,
        requester=sql_text(request.requester),
        made_ms=request.made_ms,
        number=sql_text(content.number),
        title=sql_text(content.title),
        template_id=sql_text(template.id),
        template_name=to_json(template.name),
        icon=sql_text(template.icon),
        can_batch=int(template.can_batch),
        status=state.status.value,
        since_ms=state.since_ms,
        finished_ms=state.finished_ms,
        facts=to_json(key_facts(template.fields, state.values, request.content.names)),
        waiting=to_json(state.waiting),
        names=to_json({user: content.names[user] for user in named if user in content.names}),
        is_mine=int(is_mine),
        is_copy=int(me in state.cc),
        acted_ms=_acted_ms(state, me),
        is_invited=int(request.is_invited),
        is_open=int(state.status in OPEN),
        is_external=int(is_external),
        is_whole=int(request.is_whole),
        is_seen=int(around.is_seen),
        comments=len(around.comments),
        txn_id=request.txn_id if is_mine and request.txn_id else None,
    )


def key_facts(fields: Iterable[Field], values: dict[str, Any], names: dict[str, str]) -> list[list[str]]:
    """Give the filled key fields: what people decide by. Options as their words by language, people as names."""
    found: list[list[str]] = []
    for field in fields:
        if not field.is_key or field.kind is FieldKind.NOTE or field.key not in values:
            continue
        value = _told(field, values[field.key], names)
        if isinstance(value, str):
            value = value[:_MAX_FACT_TEXT]
        told = to_json(value)
        if len(told) <= _MAX_FACT:
            found.append([field.key, field.kind.value, told])
    return found[:_MAX_FACTS]


def _told(field: Field, value: Any, names: dict[str, str]) -> Any:
    """A row carries no template: keys of options and ids of people would say nothing there."""
    if isinstance(value, list | tuple):
        return [_told(field, one, names) for one in value]
    if not isinstance(value, str):
        return value
    if field.kind is FieldKind.PERSON:
        return names.get(value, value)
    if field.kind in (FieldKind.SINGLE, FieldKind.MULTIPLE):
        return next((option.name for option in field.options if option.key == value), value)
    return value


def _acted_ms(state: RequestState, me: UserID) -> int | None:
    times = [
        entry.ts_ms
        for entry in state.entries
        if entry.user == me
        and entry.act.kind in DECIDING
        and entry.refusal is None
        and not entry.is_taken_back
    ]
    return max(times, default=None)


# Duties ---------------------------------------------------------------------------------------------------------


def duties_of(
    request: StoredRequest, state: RequestState, me: UserID, gone: frozenset[str] = frozenset()
) -> tuple[DutyRow, ...]:
    """Give when I have to act, as `RequestState.duties_at` says it for one time.

    Beside that: an act of mine that failed waits for me, and so does an invitation by somebody outside, which nothing
    answers for me; a request that waits for somebody who is gone waits for its administrators. Who left the room can do
    nothing there.
    """
    if request.membership not in _ANSWERED:
        return ()
    failed = [queued.created_ms for queued in request.queued if not queued.counts]
    if failed:
        return (DutyRow(0, MAX_TS_MS, min(failed), ""),)
    is_asked = request.is_invited and state.status in OPEN and request.is_external(me)
    if me in state.waiting or is_asked or _is_stuck(request, state, me, gone):
        return (DutyRow(0, MAX_TS_MS, state.since_ms, ""),)
    spans = [
        (max(0, from_ms), until_ms, user)
        for user, deputy, from_ms, until_ms in state.away
        if deputy == me and user in state.waiting and user != state.requester and from_ms <= until_ms
    ]
    return tuple(DutyRow(first, last, state.since_ms, user) for first, last, user in _disjoint(spans))


def _is_stuck(request: StoredRequest, state: RequestState, me: UserID, gone: frozenset[str]) -> bool:
    """Whether I am the administrator who has to pass on what somebody left behind.

    Administrators without a part in a request are let in for nothing else, also where the leaving itself is not known here.
    """
    content = request.content
    if state.status is not RequestStatus.PENDING or not may_reassign(content, state, me):
        return False
    if not gone.isdisjoint(state.waiting):
        return True
    copies = (*state.cc, *content.cc_end, *(user for step in content.steps for user in step.cc))
    helped = any(entry.user == me and entry.refusal is None for entry in state.entries)
    deputies = (deputy for _, deputy, _, _ in state.away)
    return not helped and me not in (*copies, *deputies, *people_of(request, state))


def _disjoint(spans: list[tuple[int, int, UserID]]) -> Iterator[tuple[int, int, UserID]]:
    """Cut spans (both ends belong to them) so that none lie over each other; the one that began first goes on."""
    reached = -1
    for first, last, user in sorted(spans):
        start = max(first, reached + 1)
        if start <= last:
            yield start, last, user
            reached = last


# Steps and people -----------------------------------------------------------------------------------------------


def _steps(content: RequestContent, state: RequestState) -> Iterator[StepRow]:
    template_id = sql_text(content.template.id)
    for idx, step in enumerate(state.steps):
        yield StepRow(idx, template_id, to_json(step.name), step.status.value, step.since_ms, step.done_ms)


def people_of(request: StoredRequest, state: RequestState) -> tuple[str, ...]:
    """Give the requester and everybody who has, had or will have a part in deciding."""
    found = {request.requester}
    for step in state.steps:
        for task in step.tasks:
            found.add(task.user)
            if task.actor is not None:
                found.add(task.actor)
    return tuple(sorted(sql_text(user) for user in found))


# Words ----------------------------------------------------------------------------------------------------------


def words_of(request: StoredRequest, state: RequestState, around: Around) -> str:
    """Give all words of a request, one thing a line: title, number, template, form, people, notes, comments."""
    content, template = request.content, request.content.template
    names = content.names | around.names
    lines = [content.title, content.number, *template.name.values()]
    lines += _form_words(template.fields, state.values, names)
    lines += [names.get(user, user) for user in people_of(request, state)]
    lines += [entry.act.note for entry in state.entries if entry.act.note]
    lines += [file.name for entry in state.entries for file in entry.act.files]
    lines += around.comments
    return sql_text("\n".join(lines)[:_MAX_WORDS])


def _form_words(fields: Iterable[Field], values: dict[str, Any], names: dict[str, str]) -> Iterator[str]:
    for field in fields:
        value = values.get(field.key)
        if value is None:
            continue
        if field.kind is FieldKind.TABLE and isinstance(value, list):
            for line in value:
                if isinstance(line, dict):
                    yield from _form_words(field.columns, line, names)
        else:
            yield from _value_words(field, value, names)


def _value_words(field: Field, value: Any, names: dict[str, str]) -> Iterator[str]:
    if isinstance(value, list):
        for part in value:
            yield from _value_words(field, part, names)
    elif isinstance(value, dict):
        yield from (part for part in value.values() if isinstance(part, str))
        yield from _as_read(field, value.get("amount"))
    elif isinstance(value, str):
        chosen = next((option.name for option in field.options if option.key == value), None)
        if chosen is not None:
            yield from chosen.values()
        else:
            yield names.get(value, value)
            yield from _as_read(field, value)


def _as_read(field: Field, value: Any) -> Iterator[str]:
    """Give an amount as it is shown, and as people type it: somebody looks for "1,280.50", not for "1280.5"."""
    number = decimal_of(value) if field.kind in _NUMBERS else None
    if number is not None:
        yield f"{number:,f}"
        yield f"{number:.2f}"
        yield f"{number:,.2f}"
