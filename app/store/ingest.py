"""Applies one sync answer in one transaction: state, timeline, account data, receipts, counts; positions last.

Event ids of rooms made by this very answer are not looked up first, which halves the work of a first sync. Should such an
id be known after all (a server that repeats an event in two rooms), the savepoint is rolled back and the
answer is applied again the careful way.
"""

from functools import partial

from sqlcipher3 import dbapi2

from app.domain.ids import UserID
from app.domain.sync import Membership, RoomHints, RoomUpdate, ServerCounts, SyncBatch
from app.store.account_data import put_account_data, put_room_account_data
from app.store.departures import note_departures
from app.store.echoes import match_echoes
from app.store.intake import Intake, room_of
from app.store.keeping import put_position
from app.store.members import membership_of
from app.store.notify import note_notifying
from app.store.placement import Line, place_window
from app.store.receipts import add_receipts
from app.store.settle import settle
from app.store.write import Write, select_in, sql_text, to_json

UNKNOWN_MEMBERSHIP = "?"
"""Stored for a room of which only counts or receipts came so far; it is not listed."""
_MAX_COUNT = 1 << 31
_MAX_TYPING = 100
"""Beyond two names the line tells a number; who types is read within a frame."""


def apply_sync(w: Write, batch: SyncBatch) -> None:
    """Store a sync answer and everything that follows from it."""
    w.conn.execute("SAVEPOINT sync")
    try:
        _apply(w, batch, is_careful=False)
    except dbapi2.IntegrityError:
        w.conn.execute("ROLLBACK TO sync")
        w.start_over()
        _apply(w, batch, is_careful=True)
    w.conn.execute("RELEASE sync")


def _apply(w: Write, batch: SyncBatch, *, is_careful: bool) -> None:
    intake = Intake(w)
    w.learn_rooms(update.room_id for update in batch.rooms)
    rooms = [(update, _room_for(intake, update)) for update in batch.rooms]
    looked_up = [
        event
        for update, room in rooms
        if is_careful or room not in intake.new_rooms
        for event in (*update.state, *update.timeline)
    ]
    intake.look_up(looked_up)
    match_echoes(intake, (event for update, _ in rooms for event in update.timeline))
    for update, room in rooms:
        _apply_room(intake, update, room)
    note_departures(intake, batch)
    _account_data(intake, batch)
    intake.flush()
    for update, room in rooms:
        if update.receipts:
            add_receipts(intake, room, update.receipts)
        _typing(w, update)
    for update, room in rooms:
        _counts(intake, room, update.counts)
    settle(intake)
    note_notifying(intake)
    for name, value in batch.positions:
        put_position(w, name, value)
    if batch.complete:
        put_position(w, "complete", "1")


def _room_for(intake: Intake, update: RoomUpdate) -> int:
    """Find or make the room, and keep the membership this update tells."""
    w = intake.w
    room = w.find_room(update.room_id)
    row = (
        None
        if room is None
        else w.conn.execute("SELECT membership FROM room WHERE id = ?", (room,)).fetchone()
    )
    before = row[0] if row else UNKNOWN_MEMBERSHIP
    now = _membership(w, update, before)
    if room is None:
        room = room_of(w, intake, update.room_id, now)
    elif now != before:
        w.conn.execute("UPDATE room SET membership = ? WHERE id = ?", (now, room))
        intake.identity_rooms.add(room)
        intake.presence_rooms.add(room)
    if now == Membership.INVITE and before != now:
        intake.invited.add(room)
    return room


def _membership(w: Write, update: RoomUpdate, before: str) -> str:
    if update.membership is not None:
        return update.membership.value
    for event in (*reversed(update.timeline), *reversed(update.state)):
        if event.type == "m.room.member" and event.state_key == w.me:
            return membership_of(event)
    has_content = bool(update.timeline or update.state or update.is_initial)
    return Membership.JOIN.value if has_content and before == UNKNOWN_MEMBERSHIP else before


def _apply_room(intake: Intake, update: RoomUpdate, room: int) -> None:
    _hints(intake, room, update.hints)
    _state(intake, update, room)
    if not update.timeline:
        return
    line = Line.load(intake, room, update.room_id)
    place_window(
        line,
        update.timeline,
        is_limited=update.limited or update.is_initial,
        prev_batch=None if update.prev_batch is None else sql_text(update.prev_batch),
    )
    line.save()
    if room in intake.new_rooms:
        # What comes with the first window was there before us: only later rows are news.
        intake.w.conn.execute(
            "UPDATE room SET counts_ord = ifnull(counts_ord, ?) WHERE id = ?", (line.max_ord, room)
        )


def _state(intake: Intake, update: RoomUpdate, room: int) -> None:
    """Make the events of the state block the current state, in order; those that are already are passed over."""
    if not update.state:
        return
    known = [k.key for e in update.state if (k := intake.known.get(e.event_id)) is not None]
    sql = "SELECT event FROM state WHERE +room = ? AND event IN {in}"
    current = {row[0] for row in select_in(intake.w.conn, sql, known, room)}
    for event in update.state:
        if event.state_key is None:
            continue
        stored = intake.store(room, event, None)
        found = intake.known.get(event.event_id)
        key = stored.key if stored is not None else found.key if found and found.room == room else None
        if key is not None and key not in current:
            intake.set_state(room, event, key)


def _hints(intake: Intake, room: int, hints: RoomHints) -> None:
    """Keep what the server computed about the room, as far as it said anything."""
    said = {
        "hint_name": None if hints.name is None else sql_text(hints.name),
        "hint_avatar": None if hints.avatar is None else sql_text(hints.avatar),
        "hint_heroes": _heroes(hints),
        "hint_joined": _bounded(hints.joined_count),
        "hint_invited": _bounded(hints.invited_count),
        "hint_direct": None if hints.is_direct is None else int(hints.is_direct),
        "bump_stamp": _bounded(hints.bump_stamp),
    }
    new = {name: value for name, value in said.items() if value is not None}
    if not new:
        return
    names = ", ".join(new)
    if room not in intake.new_rooms:
        old = intake.w.conn.execute(f"SELECT {names} FROM room WHERE id = ?", (room,)).fetchone()
        if tuple(new.values()) == tuple(old):
            return
    sets = ", ".join(f"{name} = ?" for name in new)
    intake.w.conn.execute(f"UPDATE room SET {sets} WHERE id = ?", (*new.values(), room))
    intake.identity_rooms.add(room)


def _heroes(hints: RoomHints) -> str | None:
    if hints.heroes is None:
        return None
    names = [*hints.hero_names, *("" for _ in hints.heroes)]
    avatars = [*hints.hero_avatars, *(None for _ in hints.heroes)]
    return to_json({"heroes": list(zip(hints.heroes, names, avatars, strict=False))})


def _bounded(count: int | None) -> int | None:
    return None if count is None else max(0, min(count, _MAX_COUNT))


def _counts(intake: Intake, room: int, counts: ServerCounts | None) -> None:
    """Keep the server's own counts and which event they reach to."""
    if counts is None:
        return
    latest = None if counts.latest_event is None else sql_text(counts.latest_event)
    intake.w.conn.execute(
        "UPDATE room SET server_unread = ?, server_mentions = ?, counts_event = ?,"
        " counts_ord = (SELECT max(ord) FROM event WHERE room = room.id AND ord IS NOT NULL) WHERE id = ?",
        (_bounded(counts.notifications), _bounded(counts.highlights), latest, room),
    )
    intake.unread_rooms.add(room)


def _typing(w: Write, update: RoomUpdate) -> None:
    if update.typing is None:
        return
    users = tuple(UserID(sql_text(user)) for user in update.typing[:_MAX_TYPING] if user != w.me)
    if users == w.typing.users.get(update.room_id, ()):
        return
    w.tally.typing.add(update.room_id)
    w.after_commit.append(partial(w.typing.set, update.room_id, users))


def _account_data(intake: Intake, batch: SyncBatch) -> None:
    for type_, content in batch.account_data:
        put_account_data(intake, type_, content)
    for update in batch.rooms:
        room = intake.w.find_room(update.room_id)
        for type_, content in update.account_data:
            if room is not None:
                put_room_account_data(intake, room, type_, content)
