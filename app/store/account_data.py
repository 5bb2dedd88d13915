"""Account data, global and of rooms, and what it moves: levels, direct chats, favourites, unread marks."""

from typing import TYPE_CHECKING

from app.domain.channels.wire import WATCH_TYPE
from app.domain.dings import MUTED_TYPE
from app.domain.events import JSONObject
from app.late import Late
from app.store.dings import note_muted
from app.store.intake import Intake
from app.store.push_levels import with_waiting_levels
from app.store.room_rows import AccountRules
from app.store.schema import GLOBAL_ROOM
from app.store.write import Write, sql_text, to_json

if TYPE_CHECKING:
    from app.store import channels
else:
    channels = Late("app.store.channels")

_ROOM_TYPES = frozenset({"m.tag", "m.marked_unread"})
_UPSERT = (
    "INSERT INTO account_data(room, type, content) VALUES (?, ?, ?)"
    " ON CONFLICT(room, type) DO UPDATE SET content = excluded.content"
)


def put_account_data(intake: Intake, type: str, content: JSONObject) -> None:
    """Keep account-wide account data the server sent. One I changed and have not sent yet stays as I made it."""
    w = intake.w
    if _is_pending(w, type, None):
        return
    if type in ("m.push_rules", "m.direct"):
        before = AccountRules(w)
        if type == "m.push_rules":
            content = with_waiting_levels(w, content)
        store_account_data(w, GLOBAL_ROOM, type, content)
        _note_rooms(intake, before, AccountRules(w))
    else:
        store_account_data(w, GLOBAL_ROOM, type, content)
    w.tally.account_data.add(type)


def _note_rooms(intake: Intake, before: AccountRules, after: AccountRules) -> None:
    """Note the rooms whose level or direct user moved."""
    moved = {room_id for room_id, _ in before.levels.items() ^ after.levels.items()}
    moved |= {room_id for room_id, _ in before.direct.items() ^ after.direct.items()}
    for room_id in moved:
        room = intake.w.find_room(room_id)
        if room is not None:
            intake.identity_rooms.add(room)


def put_room_account_data(intake: Intake, room: int, type: str, content: JSONObject) -> None:
    """Keep account data of a room the server sent, unless mine is still on its way."""
    w = intake.w
    if type == WATCH_TYPE:
        channels.take_in_watch(intake, room, content)
        return
    if _is_pending(w, type, w.room_id(room)):
        return
    store_account_data(w, room, type, content)
    if type in _ROOM_TYPES:
        intake.identity_rooms.add(room)


def store_account_data(w: Write, room: int, type: str, content: JSONObject) -> None:
    """Write one value."""
    before = w.account_data(type) if type == MUTED_TYPE and room == GLOBAL_ROOM else None
    w.conn.execute(_UPSERT, (room, sql_text(type), to_json(content)))
    if before is not None:
        note_muted(w, before, content)


def _is_pending(w: Write, type: str, room_id: str | None) -> bool:
    kind = "account_data" if room_id is None else "room_account_data"
    row = w.conn.execute(
        "SELECT 1 FROM send_queue WHERE kind = ? AND event_type = ? AND room_id IS ? LIMIT 1",
        (kind, sql_text(type), room_id),
    ).fetchone()
    return row is not None
