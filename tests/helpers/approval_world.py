"""A model of a server with a few requests and of a person's cache, for random histories; and what the pages must say.

The model keeps the true timeline of every room and what waits in the send queue. `Player` delivers pieces of it in any
order and acts as the person, on a database in memory. `expected` says in the most naive way which requests stand on a page: by
folding every true timeline and asking every question of every request.
"""

from collections.abc import Callable
from functools import cache as once
from typing import Any, NamedTuple

from sqlcipher3 import dbapi2

from app.domain.approvals.acts import Act, ActKind, ActList, ActsEvent, Where, parse_acts
from app.domain.approvals.fold import fold_request
from app.domain.approvals.request import Deputy
from app.domain.approvals.rows import ApprovalBox, ApprovalQuery
from app.domain.approvals.state import RequestState, RequestStatus
from app.domain.approvals.template import StepMode
from app.domain.approvals.wire import ACTS_TYPE, TEXT_FIELD, to_content
from app.domain.events import Event
from app.domain.ids import EventID, RoomID, TxnID, UserID
from app.domain.sync import Membership, Receipt, RoomUpdate, SyncBatch
from app.store import history, ingest, queue_write
from app.store.schema import ensure_schema
from app.store.typing_board import TypingBoard
from app.store.write import Write
from tests.helpers.approval_store import (
    CAROL,
    DAVE,
    MINUTE_MS,
    RequestRoom,
    queued_act,
    request,
    rule,
    template,
)
from tests.helpers.ding_world import Dice
from tests.helpers.store_history import ANNA, BOB, ME, START_MS

_KNOWN = "SELECT 1 FROM room r JOIN state s ON s.room = r.id WHERE r.room_id = ? AND s.type = 'm.room.create'"
"""A server tells the creation of a room with the first it tells of it."""
PEOPLE = (ME, ANNA, CAROL, DAVE, BOB)
NOW = START_MS + 10_000_000
KINDS = tuple(ActKind)
MEMBERSHIPS = (Membership.JOIN, Membership.JOIN, Membership.LEAVE)
DECIDING = ("approve", "reject", "return", "transfer", "delegate", "add_sign")
WORDS = ("独角兽", "上海", "note", "carol", "差旅 note", "尽快")


def _rooms() -> tuple[RequestRoom, ...]:
    away = tuple(
        Deputy(
            user=user, deputy=ME, from_ms=START_MS + n * MINUTE_MS, until_ms=START_MS + (n + 6) * MINUTE_MS
        )
        for n, user in enumerate((CAROL, DAVE))
    )
    forms = (
        template(rule("s1", ME, CAROL, mode=StepMode.ANY), rule("s2", DAVE, cc=(ME,))),
        template(rule("s1", CAROL), rule("s2", ME, DAVE), id="leave"),
        template(rule("s1", CAROL, DAVE, mode=StepMode.TURN, cc=(ME,))),
    )
    return (
        RequestRoom(request(forms[0], requester=ANNA), room="a", requester=ANNA).sealed(ME, CAROL, DAVE),
        RequestRoom(
            request(forms[1], requester=ME, deputies=away), room="b", requester=ME, ts=START_MS + 5000
        ).sealed(CAROL, DAVE),
        RequestRoom(
            request(forms[2], requester=BOB, deputies=away), room="c", requester=BOB, ts=START_MS + 7000
        ),
    )


class Player:
    """Delivers pieces of the truth and acts as the person."""

    def __init__(self) -> None:
        self.conn: Any = dbapi2.connect(":memory:", isolation_level=None)
        _empty().backup(self.conn)
        self.rooms = _rooms()
        self.queue: dict[str, tuple[RequestRoom, Act, str]] = {}
        """Transaction id → room, act, state."""
        self.memberships = {room.room_id: Membership.JOIN for room in self.rooms}
        self.count = 0

    def write(self, job: Callable[[Write], object]) -> Write:
        w = Write(self.conn, NOW, ME, TypingBoard())
        self.conn.execute("BEGIN")
        job(w)
        self.conn.execute("COMMIT")
        return w

    def apply(self, *updates: RoomUpdate) -> None:
        self.write(lambda w: ingest.apply_sync(w, SyncBatch(positions=(), rooms=updates)))

    def step(self, dice: Dice) -> None:
        self.count += 1
        room = self.rooms[dice.roll(3)]
        choices = (
            *(self._live,) * 6,
            *(self._window,) * 2,
            *(self._history,) * 3,
            *(self._enqueue,) * 3,
            *(self._progress,) * 4,
            *(self._person,) * 2,
            self._fetch,
            self._state,
        )
        choices[dice.roll(len(choices))](room, dice)

    # What is delivered

    def _live(self, room: RequestRoom, dice: Dice) -> None:
        count = 1 + dice.roll(4)
        for _ in range(count):
            happen(room, dice)
        missed = dice.roll(3)
        self._deliver(room, 0, max(1, count - missed), limited=missed > 0)

    def _window(self, room: RequestRoom, dice: Dice) -> None:
        self._deliver(room, dice.roll(6), dice.roll(8), limited=bool(dice.roll(2)))

    def _deliver(self, room: RequestRoom, behind: int, length: int, *, limited: bool) -> None:
        line = room.timeline
        end = max(0, len(line) - behind)
        start = max(0, end - length)
        is_known = self.conn.execute(_KNOWN, (room.room_id,)).fetchone()
        update = RoomUpdate(
            room.room_id,
            membership=None if is_known else self.memberships[room.room_id],
            state=() if is_known else _current(line[:start]),
            timeline=tuple(line[start:end]),
            limited=limited,
            is_initial=not is_known,
            prev_batch=f"t{start}" if start else None,
        )
        self.apply(update)

    def _history(self, room: RequestRoom, dice: Dice) -> None:
        sql = (
            "SELECT token FROM gap g JOIN room r ON r.id = g.room WHERE r.room_id = ?1 AND token IS NOT NULL"
        )
        sql += " UNION SELECT prev_token FROM room WHERE room_id = ?1 AND prev_token IS NOT NULL ORDER BY 1"
        tokens = [row[0] for row in self.conn.execute(sql, (room.room_id,))]
        if not tokens:
            return
        token = tokens[dice.roll(len(tokens))]
        end = int(token[1:])
        start = max(0, end - 1 - dice.roll(7))
        page = room.timeline[start:end][::-1]
        after = f"t{start}" if start else None
        self.write(lambda w: history.add_messages(w, room.room_id, page, token, after, ()))

    def _fetch(self, room: RequestRoom, dice: Dice) -> None:
        events = [room.timeline[-1 - dice.roll(12) % len(room.timeline)] for _ in range(1 + dice.roll(3))]
        self.write(lambda w: history.add_events(w, events))

    def _state(self, room: RequestRoom, dice: Dice) -> None:
        del dice
        self.apply(RoomUpdate(room.room_id, state=_current(room.timeline)))

    # What the person does

    def _enqueue(self, room: RequestRoom, dice: Dice) -> None:
        txn = f"x{self.count}"
        act = invented(room, ME, dice, id=txn)
        self.queue[txn] = (room, act, "queued")
        self.write(lambda w: queue_write.enqueue(w, queued_act(room.room_id, act, txn)))

    def _progress(self, room: RequestRoom, dice: Dice) -> None:
        waiting = [txn for txn, (_, _, state) in self.queue.items() if state in ("queued", "wedged")]
        if not waiting:
            return
        txn = waiting[dice.roll(len(waiting))]
        room, act, _ = self.queue[txn]
        how = dice.roll(6)
        if how == 0:
            self.queue[txn] = (room, act, "wedged")
            self.write(lambda w: queue_write.failed(w, TxnID(txn), "approval_finished", None))
        elif how == 1:
            del self.queue[txn]
            self.write(lambda w: queue_write.discard(w, TxnID(txn)))
        else:
            self._send(room, act, txn, dice)

    def _send(self, room: RequestRoom, act: Act, txn: str, dice: Dice) -> None:
        self.queue[txn] = (room, act, "sent")
        self.write(lambda w: queue_write.mark_sending(w, TxnID(txn)))
        if not any(one.event_id == room.seal for one in room.timeline):
            room.put("m.room.power_levels", _levels(), room.requester, name=room.seal)
        put(room, ME, (*room.lists.get(ME, ()), act))
        if dice.roll(2):
            self._deliver(room, 0, 1, limited=False)
        self.write(lambda w: queue_write.mark_sent(w, TxnID(txn), None))

    def _person(self, room: RequestRoom, dice: Dice) -> None:
        if dice.roll(2):
            self.memberships[room.room_id] = MEMBERSHIPS[dice.roll(3)]
            self.apply(RoomUpdate(room.room_id, membership=self.memberships[room.room_id]))
        else:
            last = room.timeline[-1 - dice.roll(3)].event_id
            self.apply(RoomUpdate(room.room_id, receipts=(Receipt(ME, last, "m.read", NOW),)))

    def deliver_everything(self) -> None:
        """Let the cache have all there is."""
        for room in self.rooms:
            self.apply(
                RoomUpdate(
                    room.room_id,
                    membership=self.memberships[room.room_id],
                    state=_current(room.timeline),
                    timeline=tuple(room.timeline),
                )
            )


@once
def _empty() -> Any:
    conn = dbapi2.connect(":memory:", isolation_level=None)
    ensure_schema(conn)
    return conn


def _current(line: list[Event]) -> tuple[Event, ...]:
    return tuple({(one.type, one.state_key): one for one in line if one.state_key is not None}.values())


# What happens on the server ---------------------------------------------------------------------------------------


def happen(room: RequestRoom, dice: Dice) -> None:
    """Let somebody do something in a room."""
    what, who = dice.roll(10), PEOPLE[dice.roll(len(PEOPLE))]
    room.now_ms += dice.roll(4) * MINUTE_MS
    if what == 0:
        room.say("尽快 独角兽" if dice.roll(2) else "a comment", who)
    elif what == 1:
        room.say("in words", who, {TEXT_FIELD: {"v": 1, "act": ""}})
    elif what == 2 and not any(one.event_id == room.seal for one in room.timeline):
        room.put("m.room.power_levels", _levels(), room.requester, name=room.seal)
    elif what == 3:
        odd(room, who, dice)
    elif what == 4:
        body = {"membership": ("join", "leave")[dice.roll(2)], "displayname": f"{who[1:4]} {dice.roll(3)}"}
        room.put("m.room.member", body, who, who)
    elif what == 5 and dice.roll(2):
        said = [one for one in room.timeline if one.type == "m.room.message"]
        if said:
            relation = {"rel_type": "m.replace", "event_id": said[-1].event_id}
            new = {"msgtype": "m.text", "body": "尽快"}
            room.say("* 尽快", said[-1].sender, {"m.new_content": new, "m.relates_to": relation})
    elif what == 5:
        target = room.timeline[-1 - dice.roll(5) % len(room.timeline)]
        if (
            target.type != "m.room.member"
        ):  # of these a server that knows better tells what the redaction left
            room.put("m.room.redaction", {"redacts": target.event_id}, who, None)
    else:
        put(room, who, (*room.lists.get(who, ()), invented(room, who, dice)))


def _levels() -> dict[str, Any]:
    from app.domain.approvals.seal import power_levels

    return power_levels(None)


def put(room: RequestRoom, user: UserID, acts: tuple[Act, ...]) -> None:
    """Let a person's list be this."""
    room.lists[user] = acts
    room.put(ACTS_TYPE, to_content(ActList(room.seal, acts)), user, user)


def invented(room: RequestRoom, user: UserID, dice: Dice, id: str = "") -> Act:
    """Make an act that mostly makes sense."""
    state = room.fold()
    waiting = [step for step in state.steps if any(task.user == user for task in step.tasks)] or state.steps
    step = waiting[dice.roll(len(waiting))] if waiting else None
    kind = (*KINDS, *(ActKind.APPROVE,) * 6)[dice.roll(len(KINDS) + 6)]
    fields: dict[str, Any] = {"note": ("", "a note")[dice.roll(2)]}
    if kind in (ActKind.TRANSFER, ActKind.DELEGATE, ActKind.ADD_SIGN, ActKind.CC, ActKind.DEPUTISE):
        fields["people"] = (PEOPLE[dice.roll(len(PEOPLE))],)
    if kind is ActKind.ADD_SIGN:
        fields["where"] = tuple(Where)[dice.roll(3)]
    if kind is ActKind.DEPUTISE:
        fields |= {"from_ms": room.now_ms, "until_ms": room.now_ms + dice.roll(5) * MINUTE_MS}
    made = room.make(user, kind, step.key if step else "s1", **fields)
    return Act(**{name: getattr(made, name) for name in made.__struct_fields__} | ({"id": id} if id else {}))


def odd(room: RequestRoom, user: UserID, dice: Dice) -> None:
    """What only somebody with curl writes."""
    act = invented(room, user, dice)
    good = to_content(ActList(room.seal, (act,)))
    choices: tuple[tuple[dict[str, Any], str | None], ...] = (
        (good, PEOPLE[dice.roll(len(PEOPLE))]),
        (to_content(ActList("$other", (act,))), user),
        ({"seal": room.seal, "acts": [{"id": 7}]}, user),
        ({}, user),
        (good, None),
        (good | {"acts": [*good["acts"], *good["acts"]]}, user),
        (to_content(ActList(room.seal, ())), user),
    )
    content, key = choices[dice.roll(len(choices))]
    if parse_acts(content) is not None and key == user and content["seal"] == room.seal:
        room.lists[user] = (parse_acts(content) or ActList("", ())).acts
    room.put(ACTS_TYPE, content, user, key)


# What must come out -----------------------------------------------------------------------------------------------


class Truth(NamedTuple):
    """One request as it really stands for me."""

    room: RequestRoom
    state: RequestState
    failed: tuple[int, ...]
    is_in: bool

    def acted_ms(self) -> int:
        times = [
            one.ts_ms
            for one in self.state.entries
            if one.user == ME
            and one.act.kind.value in DECIDING
            and one.refusal is None
            and not one.is_taken_back
        ]
        return max(times, default=0)


def truth(player: Player, room: RequestRoom) -> Truth:
    """Fold everything there is."""
    found = [
        ActsEvent(one.event_id, one.sender, one.origin_server_ts, content)
        for one in room.timeline
        if one.type == ACTS_TYPE
        and one.state_key == one.sender
        and (content := parse_acts(one.content)) is not None
    ]
    is_sealed = any(one.event_id == room.seal for one in room.timeline)
    mine = [(act, state) for there, act, state in player.queue.values() if there is room]
    pending = [(ME, act, NOW) for act, state in mine if state == "queued"]
    state = fold_request(
        room.content,
        room.requester,
        room.create.origin_server_ts,
        EventID(room.seal) if is_sealed else None,
        found,
        pending,
    )
    is_in = player.memberships[room.room_id] is Membership.JOIN
    return Truth(room, state, tuple(NOW for _, one in mine if one == "wedged"), is_in)


def expected(player: Player, query: ApprovalQuery, now_ms: int) -> list[tuple[int, RoomID]]:
    """Give the rooms of a page in order, each with what it is ordered by."""
    found: list[tuple[int, RoomID]] = []
    for room in player.rooms:
        one = truth(player, room)
        place = _place(one, query.box, now_ms)
        if place is not None and _is_asked(one, query):
            found.append((place, room.room_id))
    found.sort(key=lambda entry: entry[0], reverse=query.box is not ApprovalBox.TODO)
    return found


def _place(one: Truth, box: ApprovalBox, now_ms: int) -> int | None:
    if box is ApprovalBox.TODO:
        if not one.is_in or not (one.failed or ME in one.state.duties_at(now_ms)):
            return None
        return min(one.failed) if one.failed else one.state.since_ms
    if box is ApprovalBox.DONE:
        return one.acted_ms() or None
    made_ms = one.room.create.origin_server_ts
    is_on = one.room.requester == ME if box is ApprovalBox.MINE else ME in one.state.cc
    return made_ms if is_on else None


def _is_asked(one: Truth, query: ApprovalQuery) -> bool:
    made_ms = one.room.create.origin_server_ts
    people = {one.room.requester}
    for step in one.state.steps:
        for task in step.tasks:
            people |= {task.user, task.actor or task.user}
    return (
        query.template_id in ("", one.room.content.template.id)
        and query.status in (None, one.state.status)
        and (query.person is None or query.person in people)
        and query.from_ms <= made_ms
        and (not query.until_ms or made_ms < query.until_ms)
    )


def queries(dice: Dice) -> list[ApprovalQuery]:
    """Give every page, with some filter each."""
    made: list[ApprovalQuery] = []
    for box in ApprovalBox:
        made.append(ApprovalQuery(box))
        made.append(
            ApprovalQuery(
                box,
                template_id=("", "leave", "expense")[dice.roll(3)],
                person=(None, *PEOPLE)[dice.roll(6)],
                status=(None, *RequestStatus)[dice.roll(1 + len(RequestStatus))],
                from_ms=(0, START_MS + 5000)[dice.roll(2)],
                until_ms=(0, START_MS + 6000)[dice.roll(2)],
            )
        )
    return made
