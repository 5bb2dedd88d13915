"""A model of a server, a person and their cache, for random histories of dings; and what the rows must then say.

The model keeps the true timeline of two rooms and what waits in the send queue. `Player` delivers pieces of the
timeline in any order and acts as the person, on a database in memory. `expected` computes the figures of every ding from the
true timeline, in the most naive way there is: by asking every event about every ding.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache as once
from typing import Any, NamedTuple

from sqlcipher3 import dbapi2

from app.domain.dings import MIN_NUDGE_MS, MUTED_TYPE, NUDGE_FIELD
from app.domain.events import Event
from app.domain.ids import EventID, RoomID, TxnID, UserID
from app.domain.sending import RequestKind
from app.domain.sync import Membership, RoomUpdate, SyncBatch
from app.store import history, ingest, queue_write
from app.store.schema import ensure_schema
from app.store.typing_board import TypingBoard
from app.store.values import NewRequest
from app.store.write import Write
from tests.helpers.store_dings import comment, confirm, content, ding, edited, nudge
from tests.helpers.store_history import (
    ANNA,
    BOB,
    ME,
    START_MS,
    event,
    member,
    message,
    reaction,
    redaction,
    text,
)

ROOMS = (RoomID("!one:acme.example"), RoomID("!two:acme.example"))
CARA = UserID("@cara:other.example")
PEOPLE = (ME, ANNA, BOB, CARA)
ASKED = ((ME,), (ME, BOB), (ME, ANNA, CARA), (BOB, CARA), (ANNA,))
NOW = START_MS + 10_000_000
BEAT_MS = 100_000
"""Between two events: three of them are nearly as long as nudges must be apart."""
_DUE = START_MS + 77
MEMBERSHIPS = (Membership.JOIN, Membership.JOIN, Membership.LEAVE, Membership.INVITE)


class Dice:
    """Turns bytes into choices; zeros when they are used up."""

    def __init__(self, data: bytes) -> None:
        self._data, self._next = data, 0

    @property
    def is_empty(self) -> bool:
        return self._next >= len(self._data)

    def roll(self, sides: int) -> int:
        value = 0 if self.is_empty else self._data[self._next]
        self._next += 1
        return value % sides


@dataclass
class Queued:
    """A row of the send queue as the model knows it."""

    txn: str
    kind: str
    """confirm, redact, nudge, ding, comment"""
    room: RoomID
    target: str = ""
    """An event id, or the transaction id of another row."""
    state: str = "queued"
    copy: Event | None = None
    """The server's event, once it took the row."""
    is_known: bool = False
    """The copy names the row, or the answer named the copy."""
    is_gone: bool = False
    """Discarded."""

    @property
    def copy_id(self) -> str:
        return f"$copy-{self.txn}"

    @property
    def is_waiting(self) -> bool:
        """Whether the row is still there when everything is delivered."""
        return not self.is_gone and not (self.copy is not None and self.is_known)


@dataclass
class Model:
    """The truth."""

    lines: dict[RoomID, list[Event]] = field(default_factory=lambda: {room: [] for room in ROOMS})
    queue: dict[str, Queued] = field(default_factory=dict)
    memberships: dict[RoomID, Membership] = field(
        default_factory=lambda: dict.fromkeys(ROOMS, Membership.JOIN)
    )
    complete: set[RoomID] = field(default_factory=set)
    muted: tuple[UserID, ...] = ()

    def target(self, room: RoomID, back: int) -> str:
        """Choose what something is about: mostly one of the last dings."""
        line = self.lines[room]
        dings = [e for e in line if "im.tack.ding" in e.content]
        if back % 3 and dings:
            line = dings
        return line[-1 - back // 3 % len(line)].event_id if line else "$nowhere"

    def redacted(self, room: RoomID, back: int, sender: str | None = None) -> str:
        """Choose what a redaction is about: mostly what relates to dings, and of the sender if one is asked for."""
        line = [e for e in self.lines[room] if sender is None or e.sender == sender]
        related = [e for e in line if e.type == "m.reaction" or NUDGE_FIELD in e.content or e.rel_type]
        line = related if back % 4 and related else line
        return line[-1 - back // 4 % len(line)].event_id if line else "$nowhere"

    def find(self, event_id: str) -> Event | None:
        return next((e for line in self.lines.values() for e in line if e.event_id == event_id), None)

    def members(self, room: RoomID) -> dict[str, Event]:
        return {e.state_key: e for e in self.lines[room] if e.type == "m.room.member" and e.state_key}


# What happens on the server ---------------------------------------------------------------------------------------


def happen(model: Model, dice: Dice) -> None:
    room = ROOMS[dice.roll(8) == 7]
    kind, who, back = dice.roll(16), dice.roll(len(PEOPLE)), dice.roll(24)
    there = (
        ROOMS[1] if kind == 3 and back > 20 else room
    )  # now and then a reaction to what is in another room
    n = len(model.lines[room])
    common: dict[str, Any] = {
        "sender": PEOPLE[who],
        "ts": START_MS + n * BEAT_MS - back % 3 * 150_000,
        "room": room,
    }
    model.lines[room].append(_make(model, f"{room[1:4]}{n}", kind, model.target(there, back), common, dice))


def _make(model: Model, name: str, kind: int, target: str, common: dict[str, Any], dice: Dice) -> Event:
    if kind <= 2:
        said: dict[str, Any] = {"due_ts": _DUE + dice.roll(2)} if kind == 1 else {}
        if kind == 2:
            said = {"kind": "meeting", "start_ts": _DUE + dice.roll(3), "remind_min": 15}
            said["cc"] = [[], [ME]][dice.roll(2)]
        return ding(name, ASKED[dice.roll(len(ASKED))], said=said, **common)
    if kind <= 6:
        return reaction(name, target, "👍" if kind == 6 else "✅", **common)
    if kind == 7:
        return redaction(name, model.redacted(common["room"], dice.roll(24)), **common)
    if kind <= 9:
        return _edit(model, name, target, common, dice)
    if kind == 10:
        return comment(name, target=target, **common)
    if kind <= 12:
        return nudge(name, target=target, **common)
    if kind == 13:
        return _thread_nudge(name, target, common)
    if kind == 14:
        membership = ("leave", "join", "ban", "invite")[dice.roll(4)]
        user = PEOPLE[dice.roll(len(PEOPLE))]
        return member(user, membership=membership, n=len(name) * 1000 + int(name[3:]), **common)
    odd = content(recipients=ASKED[1]) | {"im.tack.ding": {"v": 1, "recipients": [7]}}
    return event(name, content=odd, **common)


def _edit(model: Model, name: str, target: str, common: dict[str, Any], dice: Dice) -> Event:
    original = model.find(target)
    if original is not None and dice.roll(4):
        common = {**common, "sender": original.sender}
    new = (
        content("new", ASKED[0], due_ts=_DUE + 5 + dice.roll(3)),
        content("met", ASKED[0], kind="meeting", start_ts=_DUE + 9 + dice.roll(3), remind_min=5, cc=[ME]),
        text("only words"),
        content("odd", due_ts=-1),
    )
    return edited(name, new[dice.roll(4)], target, **common)


def _thread_nudge(name: str, target: str, common: dict[str, Any]) -> Event:
    said = text("again", **{"m.relates_to": {"rel_type": "m.thread", "event_id": target}})
    return event(name, content=said | {NUDGE_FIELD: {"v": 1, "event_id": target}}, **common)


# The cache --------------------------------------------------------------------------------------------------------


@once
def _empty() -> Any:
    conn = dbapi2.connect(":memory:", isolation_level=None)
    ensure_schema(conn)
    return conn


class Player:
    """Delivers pieces of the truth and acts as the person."""

    def __init__(self) -> None:
        self.conn: Any = dbapi2.connect(":memory:", isolation_level=None)
        _empty().backup(self.conn)
        self.model, self.count = Model(), 0

    def write(self, job: Callable[[Write], object]) -> Write:
        w = Write(self.conn, NOW, ME, TypingBoard())
        self.conn.execute("BEGIN")
        job(w)
        self.conn.execute("COMMIT")
        return w

    def apply(self, *updates: RoomUpdate, **more: Any) -> None:
        self.write(lambda w: ingest.apply_sync(w, SyncBatch(positions=(), rooms=updates, **more)))

    def step(self, dice: Dice) -> None:
        self.count += 1
        room = ROOMS[dice.roll(6) == 5]
        acts = (
            *(self._live,) * 5,
            *(self._window,) * 3,
            *(self._history,) * 2,
            *(self._fetch,) * 2,
            *(self._enqueue,) * 3,
            *(self._progress,) * 4,
            *(self._person,) * 3,
        )
        acts[dice.roll(len(acts))](room, dice)

    def _live(self, room: RoomID, dice: Dice) -> None:
        """Something happens, and the newest of it is delivered."""
        count = 1 + dice.roll(5)
        for _ in range(count):
            happen(self.model, dice)
        missed = dice.roll(3)
        self._deliver(room, 0, max(1, count - missed), missed > 0)

    def _window(self, room: RoomID, dice: Dice) -> None:
        self._deliver(room, dice.roll(8), dice.roll(10), bool(dice.roll(2)))

    def _deliver(self, room: RoomID, behind: int, length: int, limited: bool) -> None:
        line = self.model.lines[room]
        end = max(0, len(line) - behind)
        start = max(0, end - length)
        update = RoomUpdate(
            room, timeline=tuple(line[start:end]), limited=limited, prev_batch=f"t{start}" if start else None
        )
        self.apply(update)

    def _history(self, room: RoomID, dice: Dice) -> None:
        sql = (
            "SELECT token FROM gap g JOIN room r ON r.id = g.room WHERE r.room_id = ?1 AND token IS NOT NULL"
        )
        sql += " UNION SELECT prev_token FROM room WHERE room_id = ?1 AND prev_token IS NOT NULL ORDER BY 1"
        tokens = [row[0] for row in self.conn.execute(sql, (room,))]
        if not tokens:
            return
        token = tokens[dice.roll(len(tokens))]
        end = int(token[1:])
        start = max(0, end - dice.roll(7))
        page = self.model.lines[room][start:end][::-1]
        self.write(lambda w: history.add_messages(w, room, page, token, f"t{start}" if start else None, ()))

    def _fetch(self, room: RoomID, dice: Dice) -> None:
        line = self.model.lines[room]
        events = [line[-1 - dice.roll(12) % len(line)] for _ in range(1 + dice.roll(3)) if line]
        self.write(lambda w: history.add_events(w, events))

    # What the person does

    def _enqueue(self, room: RoomID, dice: Dice) -> None:
        kind = ("confirm", "confirm", "confirm", "redact", "redact", "nudge", "ding", "comment")[dice.roll(8)]
        txn, target, parent = f"x{self.count}", self.model.target(room, dice.roll(24)), None
        if kind == "redact" and dice.roll(3):
            target = self.model.redacted(room, dice.roll(12), ME)
        if kind in ("confirm", "redact") and dice.roll(2):
            wanted = "ding" if kind == "confirm" else "confirm"
            rows = [
                q for q in self.model.queue.values() if q.kind == wanted and q.room == room and q.is_waiting
            ]
            if rows:
                row = rows[dice.roll(len(rows))]
                if row.state == "sent" and not row.is_known:
                    return  # its copy will never be known as the row's: the server's business, not ours
                target, parent = row.txn, row.txn
        self.model.queue[txn] = Queued(txn, kind, room, target)
        request = _request(txn, kind, room, target, parent)
        self.write(lambda w: queue_write.enqueue(w, request))

    def _progress(self, room: RoomID, dice: Dice) -> None:
        rows = [q for q in self.model.queue.values() if q.state != "sent" and not q.is_gone]
        if not rows:
            return
        row = rows[dice.roll(len(rows))]
        what, txn = dice.roll(6), TxnID(row.txn)
        if what == 0:
            row.state = "wedged"
            self.write(lambda w: queue_write.failed(w, txn, "M_FORBIDDEN", None))
        elif what == 1:
            row.state = "queued"
            self.write(lambda w: queue_write.retry(w, txn))
        elif what == 2:
            self._gone(row)
            self.write(lambda w: queue_write.discard(w, txn))
        elif not self._parent_waits(row):
            self._send(row, dice)

    def _gone(self, row: Queued) -> None:
        row.is_gone = True
        for child in self.model.queue.values():
            if child.target == row.txn and child.state != "sent" and not child.is_gone:
                self._gone(child)

    def _parent_waits(self, row: Queued) -> bool:
        parent = self.model.queue.get(row.target)
        return parent is not None and parent.copy is None

    def _send(self, row: Queued, dice: Dice) -> None:
        """The server takes a row; its copy comes with the transaction id or without, the answer comes or is lost."""
        parent, txn, how = self.model.queue.get(row.target), TxnID(row.txn), dice.roll(4)
        target = row.target if parent is None else parent.copy_id
        unsigned = {"transaction_id": row.txn} if how != 1 else {}
        row.copy = _copy(row, target, len(self.model.lines[row.room]), unsigned)
        row.state = "sent"
        self.model.lines[row.room].append(row.copy)
        self.write(lambda w: queue_write.mark_sending(w, txn))
        if dice.roll(2):
            self._deliver(row.room, 0, 1, False)
        row.is_known = how != 1 or bool(dice.roll(4))
        if how != 2 and row.is_known:
            self.write(lambda w: queue_write.mark_sent(w, txn, EventID(row.copy_id)))

    def _person(self, room: RoomID, dice: Dice) -> None:
        what = dice.roll(4)
        if what == 0:
            self.model.muted = ((), (ANNA,), (BOB, ME), (ANNA, BOB))[dice.roll(4)]
            self.apply(account_data=((MUTED_TYPE, {"users": list(self.model.muted)}),))
        elif what == 1:
            self.model.memberships[room] = MEMBERSHIPS[dice.roll(4)]
            self.apply(RoomUpdate(room, membership=self.model.memberships[room]))
        elif what == 2:
            there = [
                e for e in self.model.members(room).values() if e.content["membership"] in ("join", "invite")
            ]
            if self.conn.execute("SELECT 1 FROM room WHERE room_id = ?", (room,)).fetchone():
                self.model.complete.add(room)
            self.write(lambda w: history.add_members(w, room, there, complete=True))
        else:
            self.apply(RoomUpdate(room, state=tuple(self.model.members(room).values())))

    def deliver_everything(self) -> None:
        """Let the cache have all there is, and the current members."""
        for room, line in self.model.lines.items():
            self.apply(
                RoomUpdate(
                    room,
                    membership=self.model.memberships[room],
                    state=tuple(self.model.members(room).values()),
                    timeline=tuple(line),
                )
            )


def _request(txn: str, kind: str, room: RoomID, target: str, parent: str | None) -> NewRequest:
    depends = None if parent is None else TxnID(parent)
    if kind == "redact":
        event_id = None if parent else EventID(target)
        return NewRequest(
            room, RequestKind.REDACTION, TxnID(txn), {}, room, target=event_id, depends_on=depends
        )
    said = _copy(Queued(txn, kind, room), f"t:{parent}" if parent else target, 0, {}).content
    type_ = "m.reaction" if kind == "confirm" else "m.room.message"
    return message(txn, room=room, content=said, event_type=type_, depends_on=depends)


def _copy(row: Queued, target: str, n: int, unsigned: dict[str, Any]) -> Event:
    common: dict[str, Any] = {
        "sender": ME,
        "room": row.room,
        "ts": START_MS + n * BEAT_MS,
        "unsigned": unsigned,
    }
    if row.kind == "confirm":
        return confirm(row.copy_id, target=target, **common)
    if row.kind == "redact":
        return redaction(row.copy_id, target, **common)
    if row.kind == "nudge":
        return nudge(row.copy_id, target=target, **common)
    if row.kind == "ding":
        return ding(row.copy_id, ASKED[2], **common)
    return comment(row.copy_id, target=target, **common)


# What must come out -----------------------------------------------------------------------------------------------


class Figures(NamedTuple):
    """What the row of one ding says."""

    is_redacted: bool
    is_muted: bool
    is_open: bool
    my_ts: int | None
    confirmed: int
    total: int
    comments: int
    nudges: int
    nudge_ts: int | None
    due: int | None
    coming: int | None
    """When a meeting begins that reminds me though nothing is asked of me."""


class _Truth:
    """Questions about the model when everything is delivered."""

    def __init__(self, model: Model, room: RoomID) -> None:
        self.model, self.room, self.line = model, room, model.lines[room]
        waiting = [q for q in model.queue.values() if q.is_waiting and q.state != "wedged" and q.room == room]
        self.waiting = [(q, self._resolved(q.target)) for q in waiting]
        self.taken_back = {name for q, name in self.waiting if q.kind == "redact"}

    def _resolved(self, target: str) -> str:
        parent = self.model.queue.get(target)
        return target if parent is None or parent.is_waiting else parent.copy_id

    def is_redacted(self, event_id: str) -> bool:
        return any(e.redacts == event_id for e in self.line)

    def is_away(self, event_id: str) -> bool:
        """Redacted, or a redaction of mine is on its way."""
        return self.is_redacted(event_id) or event_id in self.taken_back

    def is_gone(self, user: str) -> bool:
        if user == ME:
            return self.model.memberships[self.room] == Membership.LEAVE
        found = self.model.members(self.room).get(user)
        if found is None:
            return self.room in self.model.complete
        return found.content["membership"] in ("leave", "ban")

    def confirmations(self, ding_id: str) -> Iterable[tuple[str, int]]:
        for e in self.line:
            is_check = e.type == "m.reaction" and e.target == ding_id and e.relates_to["key"] == "✅"
            if is_check and not self.is_away(e.event_id):
                yield e.sender, e.origin_server_ts

    def waits_of(self, kind: str, ding_id: str) -> list[Queued]:
        return [
            q
            for q, name in self.waiting
            if q.kind == kind and name == ding_id and q.txn not in self.taken_back
        ]

    def valid_nudges(self, d: Event) -> list[Event]:
        said = [e for e in self.line if e.content.get(NUDGE_FIELD, {}).get("event_id") == d.event_id]
        said = [e for e in said if e.sender == d.sender and not self.is_away(e.event_id)]
        valid: list[Event] = []
        for e in sorted(said, key=lambda e: (e.origin_server_ts, e.event_id)):
            if e.origin_server_ts - (valid[-1] if valid else d).origin_server_ts >= MIN_NUDGE_MS:
                valid.append(e)
        return valid

    def said(self, d: Event) -> dict[str, Any]:
        """Give the field of a ding as its newest valid edit has it."""
        newest = (-1, "", d.content)
        for e in self.line:
            new = e.content.get("m.new_content", {})
            is_ours = e.rel_type == "m.replace" and e.target == d.event_id and e.sender == d.sender
            field = new.get("im.tack.ding", {})
            has_due = field.get("due_ts", field.get("start_ts", -1)) > 0
            if is_ours and has_due and not self.is_redacted(e.event_id):
                newest = max(newest, (e.origin_server_ts, e.event_id, new), key=lambda found: found[:2])
        said: dict[str, Any] = newest[2]["im.tack.ding"]
        return said


def expected(model: Model) -> dict[str, Figures]:
    """Give the figures of every ding."""
    found: dict[str, Figures] = {}
    for room, line in model.lines.items():
        truth = _Truth(model, room)
        for e in line:
            said = e.content.get("im.tack.ding", {}).get("recipients", [7])
            if said != [7]:
                found[e.event_id] = _figures(truth, e, said)
    return found


def _figures(truth: _Truth, d: Event, asked: list[str]) -> Figures:
    is_redacted = truth.is_away(d.event_id)
    confirmed: dict[str, int] = {}
    for user, ts in truth.confirmations(d.event_id):
        if user in asked:
            confirmed[user] = min(ts, confirmed.get(user, ts))
    if ME in asked and truth.waits_of("confirm", d.event_id):
        confirmed.setdefault(ME, NOW)
    if is_redacted:
        confirmed, asked = {}, []
    nudges = truth.valid_nudges(d)
    waiting = [NOW for _ in truth.waits_of("nudge", d.event_id)] if d.sender == ME else []
    times = [e.origin_server_ts for e in nudges] + waiting
    thread = [
        e for e in truth.line if e.rel_type == "m.thread" and e.target == d.event_id and e not in nudges
    ]
    is_muted = d.sender in truth.model.muted and d.sender != ME
    is_here = truth.model.memberships[truth.room] == Membership.JOIN
    said = truth.said(d)
    is_copy = ME in d.content["im.tack.ding"].get("cc", []) and ME not in asked
    is_host = d.sender == ME and ME not in asked
    is_attending = (ME in confirmed or is_copy or is_host) and is_here and not is_muted and not is_redacted
    return Figures(
        is_redacted=is_redacted,
        is_muted=is_muted,
        is_open=ME in asked and ME not in confirmed and not is_muted and is_here,
        my_ts=confirmed.get(ME),
        confirmed=len(confirmed),
        total=sum(user in confirmed or not truth.is_gone(user) for user in asked),
        comments=sum(not truth.is_away(e.event_id) for e in thread),
        nudges=len(times),
        nudge_ts=max(times, default=None),
        due=None if is_redacted else said.get("due_ts", said.get("start_ts")),
        coming=said["start_ts"] if is_attending and said["kind"] == "meeting" else None,
    )
