"""Stores what was asked for besides sync: pages of history, member lists, single events; and forgets rooms."""

from collections import defaultdict
from collections.abc import Sequence

from app.domain.events import Event
from app.domain.ids import RoomID
from app.store.echoes import match_echoes
from app.store.intake import Intake
from app.store.placement import GapRow, Line
from app.store.settle import settle
from app.store.write import Write


def add_messages(
    w: Write,
    room_id: RoomID,
    newest_first: Sequence[Event],
    used: str,
    end: str | None,
    state: Sequence[Event],
) -> None:
    """Store a page of `/messages` asked backwards from the token `used`. See `Cache.add_messages`."""
    room = w.find_room(room_id)
    if room is None:
        return
    intake = Intake(w)
    intake.look_up([*newest_first, *state])
    match_echoes(intake, newest_first)
    line = Line.load(intake, room, room_id)
    events = _distinct(newest_first)
    gap = line.gap_of(used)
    if gap is not None:
        _fill(line, gap, events, end)
    elif line.prev_token == used:
        _extend(line, events, end)
    else:
        return
    _add_missing_members(intake, room, state)
    line.save()
    settle(intake)


def _distinct(events: Sequence[Event]) -> list[Event]:
    """Give the events oldest first, each once."""
    return list({event.event_id: event for event in events}.values())[::-1]


def _extend(line: Line, events: list[Event], end: str | None) -> None:
    line.prepend([event for event in events if not _is_placed(line, event)])
    line.prev_token = end
    line.reached_start = end is None or any(e.type == "m.room.create" and e.state_key == "" for e in events)
    if line.reached_start:
        line.prev_token = None


def _is_placed(line: Line, event: Event) -> bool:
    known = line.intake.known.get(event.event_id)
    return known is not None and (known.ord is not None or known.room != line.room)


def _fill(line: Line, gap: GapRow, events: list[Event], end: str | None) -> None:
    """Put a page into a gap. It closes where the page meets an event from before the gap, or history ends."""
    fresh: list[Event] = []
    token = end
    for event in reversed(events):
        known = line.intake.known.get(event.event_id)
        if known is not None and known.room == line.room and known.ord is not None and known.ord < gap.ord:
            token = None
            break
        if not _is_placed(line, event):
            fresh.append(event)
    line.fill(gap, fresh[::-1], line.event_after(gap), token)


def _add_missing_members(intake: Intake, room: int, state: Sequence[Event]) -> None:
    """Keep members that lazy loading sent along, where nothing newer is known of them."""
    members = [event for event in state if event.type == "m.room.member" and event.state_key]
    if not members:
        return
    rows = intake.w.conn.execute("SELECT key FROM state WHERE room = ? AND type = 'm.room.member'", (room,))
    have = {row[0] for row in rows}
    for event in members:
        if event.state_key not in have:
            _make_state(intake, room, event)


def _make_state(intake: Intake, room: int, event: Event) -> None:
    stored = intake.store(room, event, None)
    known = intake.known.get(event.event_id)
    if stored is not None:
        intake.set_state(room, stored.event, stored.key)
    elif known is not None and known.room == room:
        intake.set_state(room, event, known.key)


def add_members(w: Write, room_id: RoomID, events: Sequence[Event], *, complete: bool) -> None:
    """Store a member list; a complete one ends the membership of whom it does not name."""
    room = w.find_room(room_id)
    if room is None:
        return
    intake = Intake(w)
    members = [event for event in events if event.type == "m.room.member" and event.state_key]
    intake.look_up(members)
    for event in members:
        _make_state(intake, room, event)
    if complete:
        intake.flush()
        _drop_absent(w, room, {str(event.state_key) for event in members})
        w.conn.execute("UPDATE room SET members_complete = 1 WHERE id = ?", (room,))
        w.tally.members.add(room_id)
        intake.presence_rooms.add(room)
    intake.identity_rooms.add(room)
    settle(intake)


def _drop_absent(w: Write, room: int, named: set[str]) -> None:
    rows = w.conn.execute(
        "SELECT key FROM state WHERE room = ? AND type = 'm.room.member'", (room,)
    ).fetchall()
    absent = [(room, key) for (key,) in rows if key not in named]
    w.conn.executemany("DELETE FROM state WHERE room = ? AND type = 'm.room.member' AND key = ?", absent)
    w.conn.executemany("DELETE FROM member WHERE room = ? AND user = ?", absent)


def add_events(w: Write, events: Sequence[Event]) -> None:
    """Store fetched events without a place in the timeline. Those of unknown rooms are left out."""
    w.learn_rooms({event.room_id for event in events})
    intake = Intake(w)
    intake.look_up(events)
    quotable: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        room = w.find_room(event.room_id)
        if room is None:
            continue
        intake.store(room, event, None)
        if intake.shape(event) is not None:
            quotable[room].append(event)
    for room, originals in quotable.items():
        _touch_replies(w, room, originals)
    settle(intake)


def _touch_replies(w: Write, room: int, originals: Sequence[Event]) -> None:
    """Rows that quote one of the events show it from now on; only the newest rows can be on screen."""
    rows = w.conn.execute(
        "SELECT e.event_id, e.txn_id, e.raw FROM item i JOIN event e ON e.id = i.id"
        " WHERE i.room = ? ORDER BY i.pos DESC LIMIT 500",
        (room,),
    )
    wanted = [event.event_id.encode() for event in originals]
    for event_id, txn_id, raw in rows:
        if any(name in raw for name in wanted):
            w.tally.touched(w.room_id(room), f"t:{txn_id}" if txn_id else event_id)


def forget_room(w: Write, room_id: RoomID) -> None:
    """Take a room off the list. Its events stay, and so do rows of the send queue."""
    room = w.find_room(room_id)
    if room is None:
        return
    w.conn.execute("UPDATE room SET membership = 'leave' WHERE id = ?", (room,))
    intake = Intake(w)
    intake.identity_rooms.add(room)
    intake.presence_rooms.add(room)
    settle(intake)
