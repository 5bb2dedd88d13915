"""Rooms that are gone without a word: a list read from nothing names every room there is, others were left elsewhere.

What the person wrote there stays: the send queue and drafts do not hang on the room, and its events stay readable.
"""

from app.domain.sync import Membership, SyncBatch
from app.store.intake import Intake

PRESENT_ROOMS = "present_rooms"
"""The key in `SyncBatch.extra`: the ids of all rooms the account is in or invited to. Absent when not known."""
_PRESENT = (Membership.JOIN.value, Membership.INVITE.value)


def note_departures(intake: Intake, batch: SyncBatch) -> None:
    """Give the membership "leave" to rooms that are not in a complete list."""
    present = batch.extra.get(PRESENT_ROOMS)
    if not isinstance(present, list):
        return
    there = {room_id for room_id in present if isinstance(room_id, str)}
    conn = intake.w.conn
    listed = conn.execute("SELECT id, room_id FROM room WHERE membership IN (?, ?)", _PRESENT).fetchall()
    gone = [room for room, room_id in listed if room_id not in there]
    conn.executemany(
        "UPDATE room SET membership = ? WHERE id = ?", [(Membership.LEAVE.value, room) for room in gone]
    )
    intake.identity_rooms.update(gone)
    intake.presence_rooms.update(gone)
