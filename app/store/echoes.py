"""Local echoes meet their copies: a row of the send queue ends in the transaction that stores the server's event.

The copy is known by its transaction id, which the server gives only to the device that sent it, or by the event id
that the reply to the PUT brought. Either may come first.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from app.domain.events import Event, JSONObject
from app.domain.ids import EventID, RoomID, TxnID
from app.late import Late
from app.store.dings import note_ended
from app.store.intake import Intake
from app.store.write import Write, from_json, sql_text, to_json

if TYPE_CHECKING:
    from app.store import channels
else:
    channels = Late("app.store.channels")


def match_echoes(intake: Intake, events: Iterable[Event]) -> None:
    """Find which of the events answer rows of the send queue. Before anything is stored."""
    w = intake.w
    own = [event for event in events if event.sender == w.me]
    if not own:
        return
    rows = w.conn.execute(
        "SELECT txn_id, event_id FROM send_queue WHERE kind IN ('event', 'redaction', 'state')"
    )
    by_txn: set[str] = set()
    by_event: dict[str, str] = {}
    for txn_id, event_id in rows:
        by_txn.add(txn_id)
        if event_id:
            by_event[event_id] = txn_id
    for event in own:
        txn = event.txn_id if event.txn_id in by_txn else by_event.get(event.event_id)
        if txn is not None:
            intake.own_txns[event.event_id] = TxnID(txn)


def remove_echoes(intake: Intake) -> None:
    """Drop the rows whose copies are placed now."""
    w = intake.w
    for event_id, txn_id in intake.own_txns.items():
        known = intake.known.get(event_id)
        if known is not None and known.ord is not None:
            end_row(w, txn_id, event_id)


def end_row(w: Write, txn_id: TxnID, event_id: EventID) -> None:
    """Drop a row of the send queue whose copy is stored; what waits for it learns the event id."""
    row = w.conn.execute(
        "DELETE FROM send_queue WHERE txn_id = ? RETURNING room_id, is_echo, content, target", (txn_id,)
    ).fetchone()
    w.conn.execute("UPDATE event SET txn_id = ? WHERE event_id = ? AND txn_id IS NULL", (txn_id, event_id))
    resolve_dependents(w, txn_id, event_id)
    if row is None:
        return
    w.tally.is_queue_changed = True
    room_id, is_echo, content, target = row
    note_ended(w, event_id, content, target)
    room = w.find_room(RoomID(room_id)) if room_id else None
    if room is None:
        return
    if w.conn.execute("SELECT 1 FROM channel WHERE id = ?", (room,)).fetchone() is not None:
        channels.note_ended(w, room, from_json(content), target)
    w.tally.rooms.add(room_id)
    if is_echo:
        w.tally.tail_from(room_id, item_count(w, room))


def item_count(w: Write, room: int) -> int:
    """Give the number of rows that came from the server."""
    row = w.conn.execute("SELECT last_pos - first_pos + 1 FROM room WHERE id = ?", (room,)).fetchone()
    return int(row[0])


def resolve_dependents(w: Write, txn_id: TxnID, event_id: EventID) -> None:
    """Write an event id that became known into the rows that waited for it."""
    rows = w.conn.execute("SELECT id, content FROM send_queue WHERE depends_on = ?", (txn_id,)).fetchall()
    for key, content in rows:
        filled = with_event_id(from_json(content), f"t:{txn_id}", event_id)
        w.conn.execute(
            "UPDATE send_queue SET depends_on = NULL, target = ?, content = ? WHERE id = ?",
            (sql_text(event_id), to_json(filled), key),
        )
        w.tally.is_queue_changed = True


def with_event_id(content: JSONObject, uid: str, event_id: EventID) -> JSONObject:
    """Replace the uid of an echo by its event id where a content relates to it."""
    relation = content.get("m.relates_to")
    if not isinstance(relation, dict):
        return content
    filled = dict(relation)
    if "rel_type" in filled and filled.get("event_id") in (None, "", uid):
        filled["event_id"] = event_id
    reply = filled.get("m.in_reply_to")
    if isinstance(reply, dict) and reply.get("event_id") in (None, "", uid):
        filled["m.in_reply_to"] = {**reply, "event_id": event_id}
    return {**content, "m.relates_to": filled}
