"""Members of rooms: a projection of the current `m.room.member` and `m.room.power_levels` state."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from app.domain.events import Event, text_of
from app.domain.ids import RoomID, UserID, server_name_of
from app.domain.visible import one_line
from app.store.ding_content import is_gone
from app.store.dings import has_dings
from app.store.intake import Intake
from app.store.power import PowerLevels, load_power
from app.store.stored import state_of
from app.store.write import Row, Write, chunks, select_in, sql_text

_UPSERT = (
    "INSERT INTO member(room, user, membership, name, avatar, power, is_external) VALUES (?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT(room, user) DO UPDATE SET membership = excluded.membership, name = excluded.name,"
    " avatar = excluded.avatar, power = excluded.power, is_external = excluded.is_external"
)


def project_members(intake: Intake) -> None:
    """Write the members whose state this write changed, and powers where the levels changed."""
    w = intake.w
    for room, users in intake.reprojected_members.items():
        intake.members[room].update(_member_events(w, room, users))
    rows: list[Row] = []
    before = {room: _own_name(w, room) for room, events in intake.members.items() if w.me in events}
    for room, events in intake.members.items():
        rows += _rows(w, room, events)
        intake.identity_rooms.add(room)
    _note_presence(intake, rows)
    _write_rows(w, rows)
    for room, name in before.items():
        if _own_name(w, room) != name:
            intake.own_names.add(room)
    for room in intake.power_rooms - intake.new_rooms:
        project_powers(w, room)


def _note_presence(intake: Intake, rows: list[Row]) -> None:
    """Note in which rooms that have dings somebody comes or goes. Before the rows are written."""
    w = intake.w
    if not rows or not has_dings(w):
        return
    news: dict[int, dict[str, str]] = defaultdict(dict)
    for room, user, membership, *_ in rows:
        news[room][user] = membership
    for room, now in news.items():
        if room in intake.new_rooms or not has_dings(w, room):
            continue
        sql = "SELECT members_complete FROM room WHERE id = ?"
        is_complete = bool(w.conn.execute(sql, (room,)).fetchone()[0])
        sql = "SELECT user, membership FROM member WHERE room = ? AND user IN {in}"
        before: dict[str, str] = dict(select_in(w.conn, sql, now, room))
        intake.presence[room].update(
            user
            for user, membership in now.items()
            if is_gone(before.get(user), is_complete) != is_gone(membership, is_complete)
        )


def _own_name(w: Write, room: int) -> str | None:
    row = w.conn.execute("SELECT name FROM member WHERE room = ? AND user = ?", (room, w.me)).fetchone()
    return row[0] if row else None


def _member_events(w: Write, room: int, users: Iterable[str]) -> Mapping[str, Event]:
    room_id = w.room_id(room)
    found: dict[str, Event] = {}
    for user in users:
        found.update(
            (key, event)
            for (_, key), event in state_of(w.conn, room, room_id, ("m.room.member",), user).items()
        )
    return found


def _rows(w: Write, room: int, events: Mapping[str, Event]) -> list[Row]:
    room_id = w.room_id(room)
    power = load_power(w.conn, room, room_id)
    w.tally.members.add(room_id)
    return [_row(w, room, user, event, power) for user, event in events.items()]


def _write_rows(w: Write, rows: list[Row]) -> None:
    for chunk in chunks(rows, 1000):
        w.conn.executemany(_UPSERT, chunk)


def _row(w: Write, room: int, user: str, event: Event, power: PowerLevels) -> Row:
    name = one_line(text_of(event.content, "displayname") or "")
    avatar = text_of(event.content, "avatar_url")
    return (
        room,
        sql_text(user),
        membership_of(event),
        sql_text(name) if name else None,
        sql_text(avatar) if avatar and avatar.startswith("mxc://") else None,
        power.of(user),
        int(server_name_of(UserID(user)) != w.server),
    )


def membership_of(event: Event) -> str:
    """Read a member event; what is none of the known words means "leave"."""
    value = text_of(event.content, "membership")
    return value if value in ("join", "invite", "knock", "ban") else "leave"


def project_all_members(w: Write, room: int, room_id: RoomID) -> None:
    """Write every member of a room from its state."""
    events = {
        key: event for (_, key), event in state_of(w.conn, room, room_id, ("m.room.member",), None).items()
    }
    _write_rows(w, _rows(w, room, events))


def project_powers(w: Write, room: int) -> None:
    """Write the power of every member of a room."""
    room_id = w.room_id(room)
    power = load_power(w.conn, room, room_id)
    rows = w.conn.execute("SELECT user, power FROM member WHERE room = ?", (room,)).fetchall()
    changed = [(new, room, user) for user, old in rows if (new := power.of(user)) != old]
    w.conn.executemany("UPDATE member SET power = ? WHERE room = ? AND user = ?", changed)
    if changed:
        w.tally.members.add(room_id)
