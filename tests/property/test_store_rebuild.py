"""Projections written step by step equal projections computed anew, for any history a server may deliver.

A model server holds the true timeline of two rooms. Steps deliver windows of it in any order, twice, with gaps,
with relations before their targets, and with nonsense in between; the person writes and sends meanwhile.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.dings import MUTED_TYPE
from app.domain.events import Event, parse_event
from app.domain.ids import EventID, RoomID, TxnID
from app.domain.sending import RequestKind
from app.domain.sync import Membership, Receipt, RoomHints, RoomUpdate, ServerCounts, SyncBatch
from app.store.cache import Cache
from app.store.values import NewRequest
from tests.helpers.store_dings import content, edited, nudge, waiting_confirmation
from tests.helpers.store_history import (
    ANNA,
    BOB,
    ME,
    START_MS,
    OpenCache,
    edit,
    event,
    everything,
    member,
    message,
    reaction,
    redaction,
    state,
    text,
)

ROOMS = (RoomID("!one:acme.example"), RoomID("!two:acme.example"))
PEOPLE = (ME, ANNA, BOB)
KINDS = [
    "text",
    "text",
    "text",
    "text",
    "own",
    "reply",
    "edit",
    "edit_other",
    "reaction",
    "redact",
    "redact",
    "thread",
    "image",
    "mention",
    "room_mention",
    "legacy",
    "name",
    "member",
    "leave",
    "power",
    "notice",
    "nonsense",
    "unknown",
    "pruned",
    "bundled",
    "encrypted",
    "invite",
    "topic",
    "ding",
    "ding",
    "confirm",
    "confirm",
    "ding_edit",
    "nudge",
    "ding_nonsense",
]


@dataclass
class Server:
    """The true timeline of each room, and what this device has sent into it."""

    timelines: dict[RoomID, list[Event]] = field(default_factory=lambda: {room: [] for room in ROOMS})
    sent: dict[str, tuple[RoomID, EventID]] = field(default_factory=dict)

    def add(self, room: RoomID, kind: str, who: int, back: int) -> None:
        """Let something happen in a room; `back` chooses what it relates to."""
        line = self.timelines[room]
        n = len(line)
        name = f"{room[1:4]}-{n}"
        sender = PEOPLE[who % 3]
        ts = START_MS + n * 1000 - (back % 3) * 1500
        target = line[-1 - back % len(line)] if line else None
        line.append(_make(kind, name, sender, ts, target, room, n, back))


def _make(
    kind: str, name: str, sender: str, ts: int, target: Event | None, room: RoomID, n: int, back: int
) -> Event:
    common: dict[str, Any] = {"sender": sender, "ts": ts, "room": room}
    target_id = target.event_id if target is not None else "$nowhere"
    if kind == "own":
        return event(name, **{**common, "sender": ME}, unsigned={"transaction_id": f"other-{name}"})
    if kind == "edit":
        author = target.sender if target is not None else sender
        return edit(name, target_id, f"edited {n}", **{**common, "sender": author})
    if kind == "edit_other":
        return edit(name, target_id, "forged", **common)
    if kind == "reaction":
        return reaction(name, target_id, "👍" if back % 2 else "✅", **common)
    if kind == "confirm":
        return reaction(name, target_id, "✔️", **common)
    if kind == "ding_edit":
        author = target.sender if target is not None else sender
        return edited(
            name, content(f"again {n}", [ME, BOB], due_ts=START_MS), target_id, **{**common, "sender": author}
        )
    if kind == "redact":
        return redaction(name, target_id, **common)
    if kind in _CONTENTS:
        return event(name, content=_CONTENTS[kind](target_id, n), **common)
    if kind in _STATES:
        return _STATES[kind](name, common, n, back)
    return _strange(kind, name, common, target, n)


_CONTENTS: dict[str, Any] = {
    "reply": lambda target, n: text(
        f"answer {n}", **{"m.relates_to": {"m.in_reply_to": {"event_id": target}}}
    ),
    "thread": lambda target, n: text(
        f"in thread {n}", **{"m.relates_to": {"rel_type": "m.thread", "event_id": target}}
    ),
    "image": lambda _, n: {"msgtype": "m.image", "body": f"{n}.png", "url": "mxc://a/b", "m.mentions": {}},
    "mention": lambda _, n: text(f"you {n}") | {"m.mentions": {"user_ids": [ME]}},
    "room_mention": lambda _, n: text(f"all {n}") | {"m.mentions": {"room": True}},
    "legacy": lambda _, n: {"msgtype": "m.text", "body": f"hello {'Me1' if n % 2 else 'Me2'} you"},
    "notice": lambda _, n: {"msgtype": "m.notice", "body": f"bot {n}"},
    "unknown": lambda _, n: {"msgtype": "org.new", "body": f"new {n}"},
    "ding": lambda _, n: content(f"do {n}", [ME, BOB] if n % 2 else [ANNA], due_ts=START_MS + n),
    "nudge": lambda target, n: nudge("n", target=target).content,
    "ding_nonsense": lambda target, n: content() | {"im.tack.ding": [n], "im.tack.ding.nudge": target},
}
_STATES: dict[str, Callable[[str, dict[str, Any], int, int], Event]] = {
    "name": lambda name, c, n, b: state(name, "m.room.name", {"name": f"Room {n}"}, **c),
    "topic": lambda name, c, n, b: state(name, "m.room.topic", {"topic": f"About {n}"}, **c),
    "member": lambda name, c, n, b: state(
        name,
        "m.room.member",
        {"membership": "join", "displayname": f"{'Me' if c['sender'] == ME else 'N'}{b % 3}"},
        c["sender"],
        **c,
    ),
    "leave": lambda name, c, n, b: state(name, "m.room.member", {"membership": "leave"}, c["sender"], **c),
    "invite": lambda name, c, n, b: state(
        name, "m.room.member", {"membership": "invite"}, f"@g{b}:other.example", **c
    ),
    "power": lambda name, c, n, b: state(
        name,
        "m.room.power_levels",
        {"users": {ANNA: 100 if b % 2 else 0, BOB: "50"}, "notifications": {"room": 50}},
        **c,
    ),
}


def _strange(kind: str, name: str, common: dict[str, Any], target: Event | None, n: int) -> Event:
    if kind == "nonsense":
        return parse_event(
            b'{"event_id": 7, "n": %d, "of": "%s"}' % (n, common["room"].encode()), common["room"]
        )
    if kind == "pruned":
        because: dict[str, Any] = {"event_id": f"$because-{name}", "type": "m.room.redaction", "sender": ANNA}
        because |= {"origin_server_ts": START_MS, "content": {}, "redacts": f"${name}"}
        return event(name, content={}, unsigned={"redacted_because": because}, **common)
    if kind == "bundled":
        newest: dict[str, Any] = {
            "event_id": f"$bundled-{name}",
            "type": "m.room.message",
            "sender": common["sender"],
        }
        newest |= {"origin_server_ts": START_MS + 5, "content": edit("x", f"${name}", f"bundled {n}").content}
        return event(name, unsigned={"m.relations": {"m.replace": newest}}, **common)
    if kind == "encrypted":
        return event(name, type="m.room.encrypted", content={"algorithm": "m.megolm.v1.aes-sha2"}, **common)
    return event(name, **common)


class Player:
    """Delivers pieces of the server's history to a cache and acts as the person."""

    def __init__(self, cache: Cache) -> None:
        self.cache, self.server, self.steps = cache, Server(), 0

    async def play(self, step: tuple[Any, ...]) -> None:
        self.steps += 1
        await getattr(self, step[0])(*step[1:])

    async def happen(self, room: int, kinds: Sequence[tuple[str, int, int]]) -> None:
        for kind, who, back in kinds:
            self.server.add(ROOMS[room], kind, who, back)

    async def live(
        self, room: int, kinds: Sequence[tuple[str, int, int]], missed: int, limited: bool
    ) -> None:
        """Something happens and the newest of it is delivered."""
        await self.happen(room, kinds)
        await self.sync(room, 0, max(1, len(kinds) - missed), limited or missed > 0, False)

    async def sync(self, room: int, behind: int, length: int, limited: bool, with_state: bool) -> None:
        room_id = ROOMS[room]
        line = self.server.timelines[room_id]
        end = max(0, len(line) - behind)
        start = max(0, end - length)
        told: tuple[Event, ...] = ()
        if with_state:
            told = (member(ME, "Me1", room=room_id, n=room), member(ANNA, "Anna", room=room_id, n=room))
        await self._apply(
            RoomUpdate(
                room_id,
                membership=Membership.JOIN,
                state=told,
                timeline=tuple(line[start:end]),
                limited=limited,
                prev_batch=f"t{start}" if start else None,
                is_initial=with_state,
            )
        )

    async def _apply(self, *updates: RoomUpdate, **more: Any) -> None:
        await self.cache.apply_sync(SyncBatch(positions=(("pos", str(self.steps)),), rooms=updates, **more))

    async def history(self, room: int, which: int, limit: int) -> None:
        room_id = ROOMS[room]
        conn: Any = self.cache.read._conn
        tokens = [gap.prev_batch for gap in self.cache.read.gaps(room_id)]
        row = conn.execute("SELECT prev_token FROM room WHERE room_id = ?", (room_id,)).fetchone()
        tokens += [row[0]] if row and row[0] else []
        if not tokens:
            return
        token = tokens[which % len(tokens)]
        end = int(token[1:])
        start = max(0, end - limit)
        page = self.server.timelines[room_id][start:end][::-1]
        await self.cache.add_messages(room_id, page, token, f"t{start}" if start else None)

    async def receipt(self, room: int, who: int, back: int, private: bool) -> None:
        line = self.server.timelines[ROOMS[room]]
        name = line[-1 - back % len(line)].event_id if line else EventID("$later")
        kind = "m.read.private" if private else "m.read"
        await self._apply(RoomUpdate(ROOMS[room], receipts=(Receipt(PEOPLE[who % 3], name, kind, START_MS),)))

    async def counts(self, room: int, unread: int, back: int) -> None:
        line = self.server.timelines[ROOMS[room]]
        latest = line[-1 - back % len(line)].event_id if line and back % 4 else None
        await self._apply(
            RoomUpdate(
                ROOMS[room], counts=ServerCounts(unread, unread // 2, latest), hints=RoomHints(joined_count=3)
            )
        )

    async def rules(self, room: int, muted: bool) -> None:
        rule = {"rule_id": ROOMS[room], "actions": [], "enabled": muted}
        rules = {"global": {"room": [rule]}}
        await self._apply(
            account_data=(("m.push_rules", rules), ("m.direct", {ANNA: [ROOMS[room]] if muted else []}))
        )

    async def write(self, room: int, answered: bool, copied: bool, with_txn: bool) -> None:
        """Send a message; the server's copy comes before or after the answer, with or without its txn id."""
        room_id, txn = ROOMS[room], f"txn{self.steps}"
        await self.cache.enqueue(message(txn, f"mine {txn}", room=room_id))
        unsigned = {"transaction_id": txn} if with_txn else {}
        copy = event(f"sent-{txn}", sender=ME, content=text(f"mine {txn}"), room=room_id, unsigned=unsigned)
        self.server.timelines[room_id].append(copy)
        await self.cache.queue_mark_sending(TxnID(txn))
        if copied:
            await self.sync(room, 0, 1, False, False)
        if answered:
            await self.cache.queue_mark_sent(TxnID(txn), copy.event_id)

    async def react(self, room: int, back: int) -> None:
        line = self.server.timelines[ROOMS[room]]
        target = line[-1 - back % len(line)].event_id if line else "$nowhere"
        content = {"m.relates_to": {"rel_type": "m.annotation", "event_id": target, "key": "👍"}}
        await self.cache.enqueue(
            message(f"txn{self.steps}", room=ROOMS[room], content=content, event_type="m.reaction")
        )

    async def confirm(self, room: int, back: int, outcome: int) -> None:
        """Confirm something: the row waits, is parked, taken back, or goes out."""
        line, txn = self.server.timelines[ROOMS[room]], TxnID(f"txn{self.steps}")
        target = line[-1 - back % len(line)].event_id if line else "$nowhere"
        await self.cache.enqueue(waiting_confirmation(txn, target, room=ROOMS[room]))
        if outcome == 1:
            await self.cache.queue_failed(txn, "M_FORBIDDEN", None)
        elif outcome == 2:
            await self.cache.queue_discard(txn)
        elif outcome == 3:
            await self.cache.queue_mark_sent(txn, EventID(f"$sent-{txn}"))

    async def mute_dings(self, who: int) -> None:
        await self._apply(account_data=((MUTED_TYPE, {"users": [PEOPLE[who]]}),))

    async def depart(self, room: int, back: bool) -> None:
        await self._apply(RoomUpdate(ROOMS[room], membership=Membership.JOIN if back else Membership.LEAVE))

    async def unsend(self, room: int, back: int) -> None:
        line = self.server.timelines[ROOMS[room]]
        if line:
            await self.cache.enqueue(
                NewRequest(
                    ROOMS[room],
                    RequestKind.REDACTION,
                    TxnID(f"txn{self.steps}"),
                    {},
                    ROOMS[room],
                    target=line[-1 - back % len(line)].event_id,
                )
            )

    async def read(self, room: int, back: int) -> None:
        line = self.server.timelines[ROOMS[room]]
        if line:
            await self.cache.set_read(ROOMS[room], line[-1 - back % len(line)].event_id)

    async def fetch(self, room: int, back: int) -> None:
        line = self.server.timelines[ROOMS[room]]
        if line:
            await self.cache.add_event(line[-1 - back % len(line)])

    async def whole_list(self, rooms: Sequence[int], heroes: int) -> None:
        """A list read from nothing: what is not in it is gone, and somebody is named who never spoke."""
        names = ("", "Li Na", "\ud83d", "王敏")
        hints = RoomHints(heroes=PEOPLE[1:], hero_names=(names[heroes % 4], "Bob"), hero_avatars=(None,))
        updates = [RoomUpdate(ROOMS[room], membership=Membership.JOIN, hints=hints) for room in rooms]
        await self._apply(*updates, extra={"present_rooms": [ROOMS[room] for room in rooms]})

    async def roster(self, room: int, complete: bool) -> None:
        members = [member(user, f"Full {user[1:3]}", room=ROOMS[room], n=50 + self.steps) for user in PEOPLE]
        await self.cache.add_members(ROOMS[room], members, complete=complete)


room_no = st.integers(0, 1)
small = st.integers(0, 12)
happening = st.tuples(st.sampled_from(KINDS), st.integers(0, 2), small)
steps = st.one_of(
    st.tuples(st.just("happen"), room_no, st.lists(happening, min_size=1, max_size=8)),
    st.tuples(st.just("sync"), room_no, st.integers(0, 6), st.integers(0, 12), st.booleans(), st.booleans()),
    st.tuples(st.just("history"), room_no, st.integers(0, 3), st.integers(0, 6)),
    st.tuples(st.just("receipt"), room_no, st.integers(0, 2), small, st.booleans()),
    st.tuples(st.just("counts"), room_no, st.integers(0, 5), small),
    st.tuples(st.just("rules"), room_no, st.booleans()),
    st.tuples(st.just("write"), room_no, st.booleans(), st.booleans(), st.booleans()),
    st.tuples(st.just("react"), room_no, small),
    st.tuples(st.just("confirm"), room_no, small, st.integers(0, 3)),
    st.tuples(st.just("mute_dings"), st.integers(0, 2)),
    st.tuples(st.just("depart"), room_no, st.booleans()),
    st.tuples(st.just("unsend"), room_no, small),
    st.tuples(st.just("read"), room_no, small),
    st.tuples(st.just("fetch"), room_no, small),
    st.tuples(st.just("roster"), room_no, st.booleans()),
    st.tuples(st.just("whole_list"), st.lists(room_no, max_size=2, unique=True), small),
)
live = st.tuples(
    st.just("live"), room_no, st.lists(happening, min_size=1, max_size=10), st.integers(0, 3), st.booleans()
)
histories = st.lists(st.one_of(live, steps), min_size=8, max_size=25)
first_events = st.lists(happening, min_size=6, max_size=20)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(first_events, histories)
def test_projections_written_step_by_step_equal_projections_computed_anew(
    first: list[tuple[str, int, int]], history: list[tuple[Any, ...]]
) -> None:
    async def body() -> None:
        with OpenCache() as cache:
            player = Player(cache)
            await player.happen(0, first)
            await player.sync(0, 1, 8, True, True)
            for step in history:
                await player.play(step)
            before = everything(cache)
            await cache.rebuild()
            assert everything(cache) == before

    asyncio.run(body())
