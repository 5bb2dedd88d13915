"""A model of a server with two channels and a person's cache, for random histories; and what cards must say.

The model keeps the true timeline of every room, what waits in the send queue and what the account noted. `Player` delivers
pieces of it in any order and acts as the person, on a database in memory. `expected` says in the most naive way what
stands on the cards: by going through every true timeline once for each question.
"""

from collections.abc import Callable, Iterator
from functools import cache as once
from typing import Any, NamedTuple

from sqlcipher3 import dbapi2

from app.domain.channels.channel import editors_of
from app.domain.channels.post import post_of
from app.domain.channels.wire import COMMENT_TYPE, COURSE_TYPE, LIKE, RESERVE, WATCH_TYPE, WATCHED_TYPE
from app.domain.events import Event
from app.domain.ids import EventID, RoomID, TxnID
from app.domain.sending import RequestKind
from app.domain.sync import Membership, Receipt, RoomUpdate, SyncBatch
from app.store import channel_watch, channels, history, ingest, queue_write
from app.store.schema import ensure_schema
from app.store.typing_board import TypingBoard
from app.store.values import NewRequest
from app.store.write import Write
from tests.helpers.channel_store import CAROL, ChannelRoom, power, queued, stream, threaded, video
from tests.helpers.ding_world import Dice
from tests.helpers.store_history import ANNA, BOB, ME, START_MS

PEOPLE = (ANNA, CAROL, ME, BOB)
NOW = START_MS + 1_000_000_000
WORDS = ("泵的维护", "harbour", "尽快")
_KNOWN = "SELECT 1 FROM room r JOIN state s ON s.room = r.id WHERE r.room_id = ? AND s.type = 'm.room.create'"
_SAID = ("m.room.message", COMMENT_TYPE)


class Player:
    """Delivers pieces of the truth and acts as the person."""

    def __init__(self) -> None:
        self.conn: Any = dbapi2.connect(":memory:", isolation_level=None)
        _empty().backup(self.conn)
        self.rooms = (
            ChannelRoom("a", editors=(CAROL,)),
            ChannelRoom("b", create={"m.federate": True}, ts=START_MS + 30_000),
        )
        self.queue: dict[str, tuple[ChannelRoom, NewRequest, str]] = {}
        """Transaction id → room, request, state."""
        self.watched: dict[str, dict[str, Any]] = {}
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
        room = self.rooms[dice.roll(2)]
        choices = (
            *(self._live,) * 6,
            *(self._window,) * 2,
            *(self._history,) * 3,
            *(self._enqueue,) * 3,
            *(self._progress,) * 4,
            *(self._person,) * 3,
            self._fetch,
            self._state,
        )
        choices[dice.roll(len(choices))](room, dice)

    # What is delivered

    def _live(self, room: ChannelRoom, dice: Dice) -> None:
        count = 1 + dice.roll(4)
        for _ in range(count):
            happen(room, dice)
        missed = dice.roll(3)
        self._deliver(room, 0, max(1, count - missed), limited=missed > 0)

    def _window(self, room: ChannelRoom, dice: Dice) -> None:
        self._deliver(room, dice.roll(6), dice.roll(8), limited=bool(dice.roll(2)))

    def _deliver(self, room: ChannelRoom, behind: int, length: int, *, limited: bool) -> None:
        line = room.timeline
        end = max(0, len(line) - behind)
        start = max(0, end - length)
        is_known = self.conn.execute(_KNOWN, (room.room_id,)).fetchone()
        self.apply(
            RoomUpdate(
                room.room_id,
                membership=None if is_known else self.memberships[room.room_id],
                state=() if is_known else current(line[:start]),
                timeline=tuple(line[start:end]),
                limited=limited,
                is_initial=not is_known,
                prev_batch=f"t{start}" if start else None,
            )
        )

    def _history(self, room: ChannelRoom, dice: Dice) -> None:
        sql = (
            "SELECT token FROM gap g JOIN room r ON r.id = g.room WHERE r.room_id = ?1 AND token IS NOT NULL"
            " UNION SELECT prev_token FROM room WHERE room_id = ?1 AND prev_token IS NOT NULL ORDER BY 1"
        )
        tokens = [row[0] for row in self.conn.execute(sql, (room.room_id,))]
        if not tokens:
            return
        token = tokens[dice.roll(len(tokens))]
        end = int(token[1:])
        start = max(0, end - 1 - dice.roll(7))
        page, after = room.timeline[start:end][::-1], f"t{start}" if start else None
        self.write(lambda w: history.add_messages(w, room.room_id, page, token, after, ()))

    def _fetch(self, room: ChannelRoom, dice: Dice) -> None:
        events = [room.timeline[-1 - dice.roll(12) % len(room.timeline)] for _ in range(1 + dice.roll(3))]
        self.write(lambda w: history.add_events(w, events))

    def _state(self, room: ChannelRoom, dice: Dice) -> None:
        del dice
        self.apply(RoomUpdate(room.room_id, state=current(room.timeline)))

    # What the person does

    def _enqueue(self, room: ChannelRoom, dice: Dice) -> None:
        txn = f"x{self.count}"
        target = some(room, dice)
        kinds = (_like, _like, _reserve, _comment, _comment, _recall, _recall, _edit, _publish)
        request = kinds[dice.roll(len(kinds))](room, txn, target)
        self.queue[txn] = (room, request, "queued")
        self.write(lambda w: queue_write.enqueue(w, request))

    def _progress(self, room: ChannelRoom, dice: Dice) -> None:
        waiting = [txn for txn, (_, _, state) in self.queue.items() if state in ("queued", "wedged")]
        if not waiting:
            return
        txn = waiting[dice.roll(len(waiting))]
        room, request, _ = self.queue[txn]
        how = dice.roll(6)
        if how == 0:
            self.queue[txn] = (room, request, "wedged")
            self.write(lambda w: queue_write.failed(w, TxnID(txn), "M_FORBIDDEN", None))
        elif how == 1:
            del self.queue[txn]
            self.write(lambda w: queue_write.discard(w, TxnID(txn)))
        else:
            self._send(room, request, txn, dice)

    def _send(self, room: ChannelRoom, request: NewRequest, txn: str, dice: Dice) -> None:
        self.write(lambda w: queue_write.mark_sending(w, TxnID(txn)))
        del self.queue[txn]
        unsigned = {"transaction_id": txn} if dice.roll(2) else {}
        if request.kind is RequestKind.REDACTION:
            copy = room.recall((request.target or "$")[1:], ME)
        else:
            copy = room.put(
                request.event_type, dict(request.content), ME, name=f"sent-{txn}", unsigned=unsigned
            )
        if dice.roll(2):
            self._deliver(room, 0, 1, limited=False)
        self.write(lambda w: queue_write.mark_sent(w, TxnID(txn), copy.event_id))

    def _person(self, room: ChannelRoom, dice: Dice) -> None:
        what = dice.roll(4)
        if what == 0:
            self.memberships[room.room_id] = (Membership.JOIN, Membership.JOIN, Membership.LEAVE)[
                dice.roll(3)
            ]
            self.apply(RoomUpdate(room.room_id, membership=self.memberships[room.room_id]))
        elif what == 1:
            last = room.timeline[-1 - dice.roll(3)].event_id
            self.apply(RoomUpdate(room.room_id, receipts=(Receipt(ME, last, "m.read.private", NOW),)))
        elif what == 2:
            target = some(room, dice)
            said = {"at": dice.roll(5), "duration": 9, "ts": self.count, "finished": dice.roll(2) * 7}
            self.write(lambda w: _watch(w, room.room_id, target.event_id, said, f"w{self.count}"))
        else:
            entry = {"at": 1, "ts": 2 * self.count, "saved": dice.roll(2) * 5}
            content = {"posts": {some(room, dice).event_id: entry, "$odd": 7}}
            self.apply(RoomUpdate(room.room_id, account_data=((WATCH_TYPE, content),)))

    def deliver_everything(self) -> None:
        """Let the cache have all there is."""
        for room in self.rooms:
            self.apply(
                RoomUpdate(
                    room.room_id,
                    membership=self.memberships[room.room_id],
                    state=current(room.timeline),
                    timeline=tuple(room.timeline),
                )
            )


def _watch(w: Write, room_id: RoomID, event_id: EventID, said: dict[str, Any], txn: str) -> None:
    channels.refold(w, channel_watch.note_watch(w, room_id, event_id, said, TxnID(txn)))


@once
def _empty() -> Any:
    conn = dbapi2.connect(":memory:", isolation_level=None)
    ensure_schema(conn)
    return conn


def current(line: list[Event]) -> tuple[Event, ...]:
    """Give the state after a timeline."""
    return tuple({(one.type, one.state_key): one for one in line if one.state_key is not None}.values())


# Rows of the send queue -------------------------------------------------------------------------------------------


def _reaction(key: str) -> Callable[[ChannelRoom, str, Event], NewRequest]:
    def make(room: ChannelRoom, txn: str, target: Event) -> NewRequest:
        relation = {"rel_type": "m.annotation", "event_id": target.event_id, "key": key}
        return queued(room, txn, "m.reaction", {"m.relates_to": relation})

    return make


_like, _reserve = _reaction(LIKE), _reaction(RESERVE)


def _comment(room: ChannelRoom, txn: str, target: Event) -> NewRequest:
    return queued(room, txn, "m.room.message", threaded("尽快 mine", target.event_id))


def _recall(room: ChannelRoom, txn: str, target: Event) -> NewRequest:
    return NewRequest(
        room.room_id, RequestKind.REDACTION, TxnID(txn), {}, room.room_id, target=target.event_id
    )


def _edit(room: ChannelRoom, txn: str, target: Event) -> NewRequest:
    relation = {"rel_type": "m.replace", "event_id": target.event_id}
    new = video(f"mine {txn}") | {"m.new_content": video(f"mine {txn}"), "m.relates_to": relation}
    return queued(room, txn, "m.room.message", new)


def _publish(room: ChannelRoom, txn: str, target: Event) -> NewRequest:
    del target
    return queued(room, txn, "m.room.message", video(f"published {txn}"))


# What happens on the server ---------------------------------------------------------------------------------------


def some(room: ChannelRoom, dice: Dice) -> Event:
    """Choose what something is about: mostly one of the last posts, else whatever was said."""
    said = [one for one in room.timeline if one.type in (*_SAID, "m.reaction")]
    posts = [one for one in said if one.type == "m.room.message" and "m.relates_to" not in one.content]
    among = (posts if dice.roll(4) else said) or room.timeline
    return among[-1 - dice.roll(4) % len(among)]


def happen(room: ChannelRoom, dice: Dice) -> None:
    """Let somebody do something in a channel."""
    what, who = dice.roll(14), PEOPLE[dice.roll(len(PEOPLE))]
    target, n = some(room, dice), len(room.timeline)
    if what < 3:
        content = stream(f"live {n}") if dice.roll(4) == 0 else video(f"{WORDS[n % 3]} {n}", tags=["Tag"])
        room.put("m.room.message", content, who)
    elif what < 6:
        type_ = _SAID[dice.roll(2)]
        more = {"m.mentions": {"user_ids": [ME]}, "im.tack.at": n} if dice.roll(2) else {}
        room.put(type_, threaded(f"{WORDS[n % 3]}?", target.event_id, **more), who)
    elif what == 6:
        key = (LIKE, f"{LIKE}\ufe0f", RESERVE, "🎉")[dice.roll(4)]
        room.like(target.event_id[1:], who, key)
    elif what == 7:
        room.recall(target.event_id[1:], who)
    elif what == 8:
        _change(room, target, dice)
    elif what == 9:
        room.put("m.room.power_levels", power((PEOPLE[dice.roll(4)],)), ANNA, "")
    elif what == 10:
        room.course(("k", "l")[dice.roll(2)], target.event_id[1:], compulsory=bool(dice.roll(2)))
    elif what == 11:
        room.watched(who, **{target.event_id[1:]: {"started": n, "finished": n * dice.roll(2)}})
    else:
        _odd(room, target, who, dice)


def _change(room: ChannelRoom, target: Event, dice: Dice) -> None:
    sender = target.sender if dice.roll(4) else BOB
    n = len(room.timeline)
    new = (
        video(f"edited {n}")
        if "m.relates_to" not in target.content
        else {"msgtype": "m.text", "body": "尽快!"}
    )
    room.edit(target.event_id[1:], new, sender)


def _odd(room: ChannelRoom, target: Event, who: str, dice: Dice) -> None:
    """What phones and strangers send."""
    plain = {"m.relates_to": {"m.in_reply_to": {"event_id": target.event_id}}}
    choices: tuple[tuple[str, dict[str, Any], str | None], ...] = (
        ("m.room.message", {"msgtype": "m.text", "body": "plain answer", **plain}, None),
        ("m.room.message", {"msgtype": "m.text", "body": "chatter", "m.mentions": {}}, None),
        ("m.room.message", {"msgtype": "m.video", "body": "no address"}, None),
        (COMMENT_TYPE, {"body": 7, **threaded("x", target.event_id)}, None),
        (COURSE_TYPE, {"v": 1, "title": "", "posts": 8}, "k"),
        (COURSE_TYPE, {}, "l"),
        (WATCHED_TYPE, {"v": 1, "posts": {target.event_id: {"started": 1}}}, CAROL),
        ("m.room.member", {"membership": ("join", "leave")[dice.roll(2)]}, who),
        ("m.room.server_acl", {"allow": ["acme.example", "other.example"]}, ""),
    )
    type_, content, key = choices[dice.roll(len(choices))]
    room.put(type_, content, who, key)


# What must come out -----------------------------------------------------------------------------------------------


class Card(NamedTuple):
    """What a card says, naively."""

    title: str
    likes: int
    is_liked: bool
    is_reserved: bool
    comments: int
    counts: bool


def _gone(room: ChannelRoom, player: Player) -> set[str]:
    found = {one.redacts for one in room.timeline if one.redacts is not None}
    waiting = [row for at, row, state in player.queue.values() if at is room and state != "wedged"]
    return {str(name) for name in found} | {str(row.target) for row in waiting if row.target is not None}


def _contents(room: ChannelRoom, player: Player, one: Event, gone: set[str]) -> Iterator[dict[str, Any]]:
    """Give what a message says: my waiting edit, then edits, newest first, then itself."""
    if one.sender == ME:
        for at, row, state in reversed(player.queue.values()):
            relation = row.content.get("m.relates_to", {})
            is_edit = relation.get("rel_type") == "m.replace" and relation.get("event_id") == one.event_id
            if at is room and state != "wedged" and is_edit:
                yield row.content["m.new_content"]
                break
    edits = [
        edit
        for edit in room.timeline
        if edit.rel_type == "m.replace"
        and edit.target == one.event_id
        and (edit.sender, edit.type) == (one.sender, one.type)
        and edit.event_id not in gone
    ]
    for edit in sorted(edits, key=lambda edit: (edit.origin_server_ts, edit.event_id), reverse=True):
        if isinstance(edit.content.get("m.new_content"), dict):
            yield edit.content["m.new_content"]
    yield one.content


def _reacted(room: ChannelRoom, player: Player, target: str, key: str, gone: set[str]) -> set[str]:
    found: set[str] = {
        one.sender
        for one in room.timeline
        if one.type == "m.reaction" and one.target == target and one.event_id not in gone
        if str(one.relates_to.get("key")).rstrip("\ufe0f") == key
    }
    for at, row, state in player.queue.values():
        relation = row.content.get("m.relates_to", {})
        is_said = at is room and state != "wedged" and row.event_type == "m.reaction"
        if is_said and relation.get("event_id") == target and relation.get("key") == key:
            found.add(ME)
    return found


def _says_something(room: ChannelRoom, player: Player, one: Event, gone: set[str]) -> bool:
    return any(isinstance(said.get("body"), str) for said in _contents(room, player, one, gone))


def naming_me(room: ChannelRoom, player: Player) -> set[str]:
    """Give the comments by others that name me."""
    gone = _gone(room, player)
    return {
        one.event_id
        for one in room.timeline
        if one.type in _SAID and one.event_id not in gone and one.sender != ME
        if one.rel_type == "m.thread" or (one.rel_type is None and one.reply_to is not None)
        if ME in one.content.get("m.mentions", {}).get("user_ids", ())
        and _says_something(room, player, one, gone)
    }


def _root(said: Event, roots: dict[EventID, EventID | None]) -> str | None:
    """Give the post of a comment; one that plainly answers a comment belongs where that does."""
    if said.rel_type == "m.thread":
        return said.target
    if said.rel_type is not None or said.reply_to is None:
        return None
    return roots.get(said.reply_to, said.reply_to)


def expected(room: ChannelRoom, player: Player) -> dict[str, Card]:
    """Give the posts of a room and what their cards must say."""
    gone = _gone(room, player)
    creator = [one.sender for one in room.timeline if one.type == "m.room.create"]
    powers = [one.content for one in room.timeline if one.type == "m.room.power_levels"]
    editors = editors_of(powers, creator)
    roots = {one.event_id: one.target for one in room.timeline if one.rel_type == "m.thread"}
    found: dict[str, Card] = {}
    for one in room.timeline:
        is_plain = one.type == "m.room.message" and one.rel_type is None and one.reply_to is None
        if not is_plain or one.event_id in gone or post_of(one.content) is None:
            continue
        post = next(
            post for said in _contents(room, player, one, gone) if (post := post_of(said)) is not None
        )
        comments = [
            said
            for said in room.timeline
            if said.type in _SAID
            and _root(said, roots) == one.event_id
            and said.event_id not in gone
            and _says_something(room, player, said, gone)
        ]
        waiting = [
            row
            for at, row, state in player.queue.values()
            if at is room
            and state != "wedged"
            and row.content.get("m.relates_to", {}).get("rel_type") == "m.thread"
            if row.content["m.relates_to"]["event_id"] == one.event_id
        ]
        likes = _reacted(room, player, one.event_id, LIKE, gone)
        found[one.event_id] = Card(
            post.title,
            len(likes),
            ME in likes,
            ME in _reacted(room, player, one.event_id, RESERVE, gone),
            len(comments) + len(waiting),
            one.sender in editors,
        )
    return found
