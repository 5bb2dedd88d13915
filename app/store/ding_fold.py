"""Computes rows of `ding` from scratch: the message, its edits, ✅ reactions, members, thread, nudges, the send queue.

Nothing is ever applied on top of what a row says: whoever sees one of its inputs move has the whole row folded again
(`app.store.dings` knows who moves what). That makes the order of arrival irrelevant and `rebuild` the same code.

A confirmation is a stored ✅ reaction of a recipient in the same room, or one of mine that waits in the send queue. One
of mine whose redaction waits there does not count. A recipient who left, or whom a complete member list does not
name, counts only if they confirmed before.
"""

from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from app.domain.dings import MIN_NUDGE_MS, MUTED_TYPE, DingContent, ding_json
from app.domain.ids import UserID
from app.store.ding_content import (
    GONE,
    coming_of,
    ding_of,
    due_of,
    folded,
    is_gone,
    muted_of,
    recalled,
    uid_of,
)
from app.store.ding_queue import Waiting, load_waiting
from app.store.relations import new_contents
from app.store.schema_attention import CONFIRMS
from app.store.stored import parse_stored
from app.store.write import Write, chunks, select_in, to_json

_BATCH = 200
_MESSAGES = (
    "SELECT e.id, e.room, e.event_id, e.ts, e.sender, e.txn_id, e.raw, i.is_redacted, i.edit"
    " FROM event e JOIN item i ON i.id = e.id WHERE e.id IN {in}"
)
_REACTIONS = (
    "SELECT r.room, r.target, r.sender, e.event_id, e.ts FROM reaction r JOIN event e ON e.id = r.id"
    f" WHERE r.target IN {{in}} AND r.{CONFIRMS}"
)
_COMMENTS = (
    "SELECT thread, room, count(*) FROM item INDEXED BY item_commenting"
    " WHERE is_redacted = 0 AND thread IS NOT NULL AND thread IN {in} GROUP BY thread, room"
)
_IS_ATTACHED = (
    "i.kind IN ('image', 'file', 'video', 'audio') AND NOT EXISTS (SELECT 1 FROM nudge n WHERE n.id = i.id)"
    " AND EXISTS (SELECT 1 FROM event d WHERE d.event_id = i.thread AND d.room = e.room AND d.sender = e.sender)"
)
"""Files in the thread by the ding's sender belong to the ding: they are no comments."""
_ATTACHED = (
    "SELECT i.thread, i.room, count(*) FROM item i INDEXED BY item_commenting JOIN event e ON e.id = i.id"
    f" WHERE i.is_redacted = 0 AND i.thread IS NOT NULL AND i.thread IN {{in}} AND {_IS_ATTACHED}"
    " GROUP BY i.thread, i.room"
)
_TAKEN_BACK = (
    "SELECT i.thread, count(*) FROM event e JOIN item i ON i.id = e.id WHERE i.room = ? AND i.is_redacted = 0"
    f" AND i.thread IS NOT NULL AND e.event_id IN {{in}} AND NOT ({_IS_ATTACHED}) GROUP BY i.thread"
)
_NUDGES = (
    "SELECT n.room, n.target, n.id, n.is_valid, e.ts, e.event_id, e.sender, e.txn_id, i.thread, i.is_redacted"
    " FROM event d CROSS JOIN nudge n ON n.target = d.event_id AND n.sender = d.sender JOIN event e ON e.id = n.id"
    " JOIN item i ON i.id = n.id WHERE d.event_id IN {in}"
)
"""Of the ding's sender alone: others may say what they like."""


class DingRow(NamedTuple):
    """A row of the table `ding`, its columns in order."""

    id: int
    room: int
    ts: int
    sender: str
    due_ts: int | None
    """When it is due, or a meeting begins."""
    series: str
    round: int
    is_mine: int
    is_to_me: int
    is_cc: int
    is_redacted: int
    is_muted: int
    is_open: int
    my_ts: int | None
    confirmed: int
    total: int
    comments: int
    nudges: int
    nudge_ts: int | None
    coming_ts: int | None
    """When a meeting begins that reminds me though nothing is asked of me any more."""
    content: str
    """The folded `DingContent` as `ding_json` writes it; of a recalled ding only whom it was for."""


class _Message(NamedTuple):
    key: int
    room: int
    event_id: str
    ts: int
    sender: str
    txn_id: str | None
    is_redacted: bool
    content: DingContent


class _Nudge(NamedTuple):
    room: int
    target: str
    key: int
    was_valid: int
    ts: int
    event_id: str
    sender: str
    txn_id: str | None
    thread: str | None
    is_redacted: int


@dataclass(slots=True)
class _Room:
    """What the rows of one room need of it."""

    membership: str
    is_complete: bool
    waiting: Waiting
    gone: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Inputs:
    """Everything a batch of rows is made of, read at once."""

    me: UserID
    muted: set[str]
    rooms: dict[int, _Room] = field(default_factory=dict)
    confirmations: dict[tuple[int, str], list[tuple[str, str, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """Sender, event id, time, by room and ding."""
    comments: dict[tuple[int, str], int] = field(default_factory=dict)
    nudges: dict[tuple[int, str], list[_Nudge]] = field(default_factory=lambda: defaultdict(list))


def fold_dings(w: Write, keys: Iterable[int], fresh: Container[int] = ()) -> None:
    """Compute the rows of these messages anew. Keys of messages that are no dings do nothing; `fresh` are new items."""
    for batch in chunks(sorted(set(keys)), _BATCH):
        _fold_batch(w, batch, fresh)


def _fold_batch(w: Write, keys: Iterable[int], fresh: Container[int]) -> None:
    messages = _messages(w, keys)
    if not messages:
        return
    inputs = _inputs(w, messages)
    before = {row[0]: DingRow(*row) for row in select_in(w.conn, "SELECT * FROM ding WHERE id IN {in}", keys)}
    changed: list[DingRow] = []
    for message in messages:
        row = _row(message, inputs, _judge_nudges(w, message, inputs))
        if row != before.get(row.id):
            changed.append(row)
            if row.is_open != (before[row.id].is_open if row.id in before else 0):
                w.tally.rooms.add(w.room_id(message.room))
            if row.id not in fresh:
                w.tally.touched(w.room_id(message.room), uid_of(message.event_id, message.txn_id))
    marks = ",".join("?" * len(DingRow._fields))
    w.conn.executemany(f"INSERT OR REPLACE INTO ding VALUES ({marks})", changed)
    w.tally.dings = w.tally.dings or bool(changed)


# Reading the inputs ---------------------------------------------------------------------------------------------


def _messages(w: Write, keys: Iterable[int]) -> list[_Message]:
    found: list[_Message] = []
    rows = list(select_in(w.conn, _MESSAGES, keys))
    events = {row[0]: parse_stored(row[6], row[2], w.room_id(row[1])) for row in rows}
    edited = [(row[1], events[row[0]]) for row in rows if row[8] is not None]
    contents = new_contents(w, edited) if edited else {}
    for key, room, event_id, ts, sender, txn_id, _, is_redacted, _ in rows:
        ding = ding_of(events[key])
        if ding is not None:
            ding = recalled(ding) if is_redacted else folded(ding, contents.get(event_id, ()))
            found.append(_Message(key, room, event_id, ts, sender, txn_id, bool(is_redacted), ding))
    return found


def _inputs(w: Write, messages: list[_Message]) -> _Inputs:
    inputs = _Inputs(w.me, muted_of(w.account_data(MUTED_TYPE)))
    by_room: dict[int, list[_Message]] = defaultdict(list)
    for message in messages:
        by_room[message.room].append(message)
    for room, dings in by_room.items():
        inputs.rooms[room] = _read_room(w, room, dings)
    ids = [message.event_id for message in messages]
    for room, target, sender, event_id, ts in select_in(w.conn, _REACTIONS, ids):
        inputs.confirmations[(room, target)].append((sender, event_id, ts))
    for thread, room, count in select_in(w.conn, _COMMENTS, ids):
        inputs.comments[(room, thread)] = count
    for thread, room, count in select_in(w.conn, _ATTACHED, ids):
        inputs.comments[(room, thread)] -= count
    for room, read in inputs.rooms.items():
        for thread, count in select_in(w.conn, _TAKEN_BACK, read.waiting.redacted, room):
            if (room, thread) in inputs.comments:
                inputs.comments[(room, thread)] -= count
    for row in select_in(w.conn, _NUDGES, ids):
        nudge = _Nudge(*row)
        inputs.nudges[(nudge.room, nudge.target)].append(nudge)
    return inputs


def _read_room(w: Write, room: int, dings: list[_Message]) -> _Room:
    membership, is_complete = w.conn.execute(
        "SELECT membership, members_complete FROM room WHERE id = ?", (room,)
    ).fetchone()
    found = _Room(membership, bool(is_complete), load_waiting(w.conn, w.room_id(room)))
    people = {user for ding in dings for user in ding.content.recipients}
    sql = "SELECT user, membership FROM member WHERE room = ? AND user IN {in}"
    known: dict[str, str] = dict(select_in(w.conn, sql, people, room))
    found.gone = {user for user in people if is_gone(known.get(user), found.is_complete)}
    found.gone.discard(w.me)
    if membership in GONE:
        found.gone.add(w.me)
    return found


# Making the row -------------------------------------------------------------------------------------------------


def _judge_nudges(w: Write, message: _Message, inputs: _Inputs) -> list[_Nudge]:
    """Give the nudges that hold, oldest first, and note which do: by the sender, and far enough apart."""
    valid: list[_Nudge] = []
    last = message.ts
    waiting = inputs.rooms[message.room].waiting
    nudges = inputs.nudges.get((message.room, message.event_id), ())
    for nudge in sorted(nudges, key=lambda n: (n.ts, n.event_id)):
        uid = uid_of(nudge.event_id, nudge.txn_id)
        is_redacted = nudge.is_redacted or waiting.is_redacted(nudge.event_id, uid)
        is_valid = not is_redacted and nudge.sender == message.sender and nudge.ts >= last + MIN_NUDGE_MS
        if is_valid:
            valid.append(nudge)
            last = nudge.ts
        if is_valid != bool(nudge.was_valid):
            w.conn.execute("UPDATE nudge SET is_valid = ? WHERE id = ?", (int(is_valid), nudge.key))
            w.tally.touched(w.room_id(nudge.room), uid)
    return valid


def _confirmed(message: _Message, inputs: _Inputs) -> dict[str, int]:
    """Give who confirmed, and when first."""
    found: dict[str, int] = {}
    waiting = inputs.rooms[message.room].waiting
    for sender, event_id, ts in inputs.confirmations.get((message.room, message.event_id), ()):
        if event_id not in waiting.redacted:
            found[sender] = min(ts, found.get(sender, ts))
    if inputs.me not in found:
        mine = waiting.confirmed_at(message.event_id, uid_of(message.event_id, message.txn_id))
        if mine is not None:
            found[inputs.me] = mine
    asked = set(message.content.recipients)
    return {user: ts for user, ts in found.items() if user in asked}


def _row(message: _Message, inputs: _Inputs, nudges: list[_Nudge]) -> DingRow:
    room, me = inputs.rooms[message.room], inputs.me
    uid = uid_of(message.event_id, message.txn_id)
    is_redacted = message.is_redacted or room.waiting.is_redacted(message.event_id, uid)
    ding = recalled(message.content) if is_redacted else message.content
    confirmed = {} if is_redacted else _confirmed(message, inputs)
    asked = () if is_redacted else ding.recipients
    is_to_me, is_muted = me in ding.recipients, message.sender in inputs.muted and message.sender != me
    is_waiting = is_to_me and not is_redacted and me not in confirmed
    in_thread = sum(1 for nudge in nudges if nudge.thread == message.event_id)
    waiting = room.waiting.nudges_of(message.event_id) if message.sender == me else []
    nudge_times = [*(nudge.ts for nudge in nudges), *waiting]
    is_host = message.sender == me and not is_to_me
    is_attending = (
        (me in confirmed or me in ding.cc or is_host) and not is_muted and room.membership == "join"
    )
    return DingRow(
        id=message.key,
        room=message.room,
        ts=message.ts,
        sender=message.sender,
        due_ts=due_of(ding),
        series=ding.series,
        round=ding.round,
        is_mine=int(message.sender == me),
        is_to_me=int(is_to_me),
        is_cc=int(me in ding.cc),
        is_redacted=int(is_redacted),
        is_muted=int(is_muted),
        is_open=int(is_waiting and not is_muted and room.membership == "join"),
        my_ts=confirmed.get(me),
        confirmed=len(confirmed),
        total=sum(1 for user in asked if user in confirmed or user not in room.gone),
        comments=inputs.comments.get((message.room, message.event_id), 0) - in_thread,
        nudges=len(nudge_times),
        nudge_ts=max(nudge_times, default=None),
        coming_ts=coming_of(ding) if is_attending else None,
        content=to_json(ding_json(ding)),
    )
