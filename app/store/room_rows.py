"""The row of a room in the conversation list: who it is, its last line, its counts. A projection of stored facts.

`refresh_rooms` computes the parts that may have moved, writes them where they differ, and says what moved.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from app.domain.events import Event, JSONObject, dict_of, text_of
from app.domain.ids import RoomID, UserID, localpart_of
from app.domain.rooms import NotifyLevel
from app.domain.visible import one_line
from app.late import Late
from app.store.approvals import note_news
from app.store.cleared import note_counted
from app.store.members import membership_of
from app.store.push_levels import levels_of
from app.store.stored import state_of
from app.store.unread import unread_of
from app.store.write import Write, from_json, sql_text

if TYPE_CHECKING:
    from app.store import channels
else:
    channels = Late("app.store.channels")

_STATE_TYPES = (
    "m.room.name",
    "m.room.canonical_alias",
    "m.room.avatar",
    "m.room.topic",
    "m.room.create",
    "m.room.encryption",
)
_HIDDEN_ROOM_PREFIX = "im.tack."
_MAX_TEXT = 1024
_NAMED_MEMBERS = 4
_ORDERING = ("is_listed", "is_favourite", "sort_ts", "is_direct", "is_external")
_LISTED = {"join": 1, "invite": 2}
"""`is_listed`: invitations come first."""
_COUNTS = ("unread", "mentions", "is_marked_unread")

Columns = dict[str, Any]


class Other(NamedTuple):
    """Someone a room is named after."""

    user_id: UserID
    name: str
    avatar: str | None


class AccountRules:
    """What account data says about rooms, parsed once per write."""

    def __init__(self, w: Write) -> None:
        self.levels = levels_of(w.account_data("m.push_rules"))
        self.direct: dict[RoomID, UserID] = {}
        for user, rooms in w.account_data("m.direct").items():
            for room in rooms if isinstance(rooms, list) else ():
                if isinstance(room, str) and user != w.me:
                    self.direct.setdefault(RoomID(room), UserID(user))


def refresh_rooms(w: Write, *, identity: Iterable[int], tail: Iterable[int], unread: Iterable[int]) -> None:
    """Bring the rows of rooms up to date. A room whose identity moved is computed whole."""
    identities = set(identity)
    tails, unreads = set(tail) | identities, set(unread) | identities
    rules = AccountRules(w) if identities else None
    has_echoes = w.conn.execute("SELECT 1 FROM send_queue WHERE is_echo = 1 LIMIT 1").fetchone() is not None
    moved: list[int] = []
    for room in tails | unreads:
        new: Columns = {}
        if rules is not None and room in identities:
            new.update(_identity(w, room, rules))
        if room in tails:
            new.update(_tail(w, room, has_echoes=has_echoes))
        if room in unreads:
            new.update(zip(("read_ord", "unread", "mentions"), unread_of(w, room), strict=True))
        if _write(w, room, new):
            moved.append(room)
    note_counted(w, unreads)
    note_news(w, moved)
    if moved and w.conn.execute("SELECT 1 FROM channel LIMIT 1").fetchone() is not None:
        channels.note_news(w, moved)


def _write(w: Write, room: int, new: Columns) -> bool:
    """Write what differs; whether news came or went."""
    names = list(new)
    old = w.conn.execute(f"SELECT {', '.join(names)} FROM room WHERE id = ?", (room,)).fetchone()
    changed = {name for name, before in zip(names, old, strict=True) if before != new[name]}
    if not changed:
        return False
    sets = ", ".join(f"{name} = ?" for name in changed)
    w.conn.execute(f"UPDATE room SET {sets} WHERE id = ?", (*(new[name] for name in changed), room))
    w.tally.rooms.add(w.room_id(room))
    before = dict(zip(names, old, strict=True))
    if any(n in changed for n in _ORDERING) or any(
        n in changed and bool(before[n]) != bool(new[n]) for n in _COUNTS
    ):
        w.tally.is_order_changed = True
    return any(name in changed for name in _COUNTS)


# Identity -------------------------------------------------------------------------------------------------------


def _identity(w: Write, room: int, rules: AccountRules) -> Columns:
    conn, room_id = w.conn, w.room_id(room)
    facts = conn.execute(
        "SELECT membership, hint_name, hint_avatar, hint_heroes, hint_joined, hint_direct FROM room WHERE id = ?",
        (room,),
    ).fetchone()
    membership, hint_name, hint_avatar, hint_heroes, hint_joined, hint_direct = facts
    state = {type_: event for (type_, _), event in state_of(conn, room, room_id, _STATE_TYPES).items()}
    joined, external = _counts(w, room)
    own = _own_member(w, room, room_id) if membership == "invite" else None
    direct_user = rules.direct.get(room_id)
    is_direct = direct_user is not None or bool(hint_direct) or _is_direct_invite(own)
    given_name = _given_name(state, hint_name)
    others = [] if given_name and not is_direct else _others(w, room, hint_heroes)
    told = _room_account_data(w, room)
    if is_direct and direct_user is None and len(others) == 1:
        direct_user = others[0].user_id
    create = state.get("m.room.create")
    room_type = text_of(create.content, "type") if create else None
    avatar = _text(state, "m.room.avatar", "url") or hint_avatar
    is_direct_pair = is_direct and len(others) == 1
    if avatar is None and is_direct_pair:
        avatar = others[0].avatar
    return {
        "name": sql_text(one_line(given_name or _name_of_people(others), _MAX_TEXT)),
        "avatar": avatar if avatar and avatar.startswith("mxc://") else None,
        "topic": sql_text(one_line(_text(state, "m.room.topic", "topic") or "", _MAX_TEXT)),
        "room_type": None if room_type is None else sql_text(room_type),
        "is_listed": _LISTED.get(membership, 0) if _is_listed_type(room_type) else 0,
        "is_direct": int(is_direct),
        "direct_user": direct_user,
        "is_external": external,
        "is_favourite": int("m.favourite" in dict_of(told.get("m.tag", {}), "tags")),
        "is_encrypted": int("m.room.encryption" in state),
        "is_marked_unread": int(told.get("m.marked_unread", {}).get("unread") is True),
        "level": rules.levels.get(room_id, NotifyLevel.ALL).value,
        "joined_count": hint_joined if hint_joined is not None else joined,
        "inviter": None if own is None else own.sender,
    }


def _is_listed_type(room_type: str | None) -> bool:
    return room_type is None or (room_type != "m.space" and not room_type.startswith(_HIDDEN_ROOM_PREFIX))


def _text(state: dict[str, Event], type_: str, key: str) -> str | None:
    event = state.get(type_)
    value = text_of(event.content, key) if event is not None else None
    return value.strip() or None if value else None


def _counts(w: Write, room: int) -> tuple[int, int]:
    """Count known joined members, and say whether any member is of another server."""
    row = w.conn.execute(
        "SELECT ifnull(sum(membership = 'join'), 0), ifnull(max(is_external), 0) FROM member WHERE room = ? AND membership IN ('join', 'invite')",
        (room,),
    ).fetchone()
    return int(row[0]), int(row[1])


def _own_member(w: Write, room: int, room_id: RoomID) -> Event | None:
    return state_of(w.conn, room, room_id, ("m.room.member",), w.me).get(("m.room.member", w.me))


def _is_direct_invite(own: Event | None) -> bool:
    return own is not None and membership_of(own) == "invite" and own.content.get("is_direct") is True


def _room_account_data(w: Write, room: int) -> dict[str, JSONObject]:
    rows = w.conn.execute("SELECT type, content FROM account_data WHERE room = ?", (room,))
    return {type_: from_json(content) for type_, content in rows}


def _others(w: Write, room: int, hint: str | None) -> list[Other]:
    """Give the people a room without a name is named after, as the server chose them or by their ids."""
    heroes = from_json(hint).get("heroes", [])
    if heroes:
        return [_hero(w, room, *hero) for hero in heroes[: _NAMED_MEMBERS + 1] if hero[0] != w.me]
    rows = w.conn.execute(
        "SELECT user, name, avatar FROM member WHERE room = ? AND membership IN ('join', 'invite') AND user != ?"
        " ORDER BY membership DESC, user LIMIT ?",
        (room, w.me, _NAMED_MEMBERS + 1),
    )
    return [Other(UserID(user), name or localpart_of(UserID(user)), avatar) for user, name, avatar in rows]


def _hero(w: Write, room: int, user: str, hint_name: str, hint_avatar: str | None) -> Other:
    row = w.conn.execute(
        "SELECT name, avatar FROM member WHERE room = ? AND user = ?", (room, user)
    ).fetchone() or (hint_name, hint_avatar)
    return Other(UserID(user), row[0] or localpart_of(UserID(user)), row[1])


def _given_name(state: dict[str, Event], hint: str | None) -> str | None:
    """Give the name somebody gave the room."""
    return _text(state, "m.room.name", "name") or _text(state, "m.room.canonical_alias", "alias") or hint


def _name_of_people(others: list[Other]) -> str:
    """Name a room after its people. Source: Matrix client-server API, "Calculating the display name for a room"."""
    names = [other.name for other in others]
    more = "…" if len(names) > _NAMED_MEMBERS else ""
    return ", ".join(names[:_NAMED_MEMBERS]) + more


# Last line ------------------------------------------------------------------------------------------------------


def _tail(w: Write, room: int, *, has_echoes: bool) -> Columns:
    """Find the row that stands for the room, and the time it sorts by."""
    row = _last(w, room, "kind NOT IN ('state', 'gap')") or _last(w, room, "kind = 'state'")
    last_item, last_ts = row or (None, 0)
    sort_ts = max(last_ts, _newest_echo(w, room)) if has_echoes else last_ts
    return {"last_item": last_item, "last_ts": last_ts, "sort_ts": sort_ts}


def _newest_echo(w: Write, room: int) -> int:
    row = w.conn.execute(
        "SELECT ifnull(max(created_ms), 0) FROM send_queue WHERE room_id = ? AND is_echo = 1",
        (w.room_id(room),),
    ).fetchone()
    return int(row[0])


def _last(w: Write, room: int, condition: str) -> tuple[int, int] | None:
    row = w.conn.execute(
        "SELECT i.id, e.ts FROM item i JOIN event e ON e.id = i.id"
        f" WHERE i.room = ? AND i.{condition} ORDER BY i.pos DESC LIMIT 1",
        (room,),
    ).fetchone()
    return None if row is None else (int(row[0]), int(row[1]))
