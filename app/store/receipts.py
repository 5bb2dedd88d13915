"""Read receipts of everyone: kept as said, with the place of their event once that is known."""

from collections.abc import Sequence

from app.domain.sync import Receipt
from app.store.intake import Intake
from app.store.write import Row, Write, chunks, select_in, sql_text

_TOUCHED_BACK = 200
_UPSERT = (
    "INSERT INTO receipt(room, user, kind, thread, event_id, ord, ts) VALUES (?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT(room, user, kind, thread) DO UPDATE SET"
    " event_id = excluded.event_id, ord = excluded.ord, ts = excluded.ts"
)
_MAX_TS = 1 << 53


def add_receipts(intake: Intake, room: int, receipts: Sequence[Receipt]) -> None:
    """Store receipts of a room. One that would go back behind a placed one is dropped."""
    if not receipts:
        return
    w = intake.w
    ords = _ords(w, room, [receipt.event_id for receipt in receipts])
    before = {} if room in intake.new_rooms else _stored(w, room, receipts)
    rows: list[Row] = []
    for receipt in receipts:
        ord_ = ords.get(sql_text(receipt.event_id))
        key = (receipt.user_id, receipt.kind, receipt.thread_id or "")
        old_ord, old_ts = before.get(key, (None, 0))
        ts = max(0, min(receipt.ts_ms, _MAX_TS))
        if old_ord is not None and (ord_ < old_ord if ord_ is not None else ts < old_ts):
            continue
        rows.append((room, *map(sql_text, key), sql_text(receipt.event_id), ord_, ts))
        if receipt.user_id == w.me:
            intake.unread_rooms.add(room)
        elif ord_ is not None and room not in intake.new_rooms:
            touch_own_rows(w, room, old_ord, ord_)
    for chunk in chunks(rows, 1000):
        w.conn.executemany(_UPSERT, chunk)
    if rows:
        w.tally.receipts.add(w.room_id(room))


def _ords(w: Write, room: int, ids: Sequence[str]) -> dict[str, int]:
    sql = "SELECT event_id, ord FROM event WHERE room = ? AND ord IS NOT NULL AND event_id IN {in}"
    return dict(select_in(w.conn, sql, {sql_text(i) for i in ids}, room))


def _stored(
    w: Write, room: int, receipts: Sequence[Receipt]
) -> dict[tuple[str, str, str], tuple[int | None, int]]:
    sql = "SELECT user, kind, thread, ord, ts FROM receipt WHERE room = ? AND user IN {in}"
    users = {sql_text(receipt.user_id) for receipt in receipts}
    return {(row[0], row[1], row[2]): (row[3], row[4]) for row in select_in(w.conn, sql, users, room)}


def touch_own_rows(w: Write, room: int, old_ord: int | None, new_ord: int) -> None:
    """Note my rows whose number of readers moved: those passed by a receipt, as far as they may be on screen."""
    rows = w.conn.execute(
        "SELECT event_id, txn_id, sender FROM event WHERE room = ? AND ord <= ? AND ord > ?"
        " ORDER BY ord DESC LIMIT ?",
        (room, new_ord, -(1 << 62) if old_ord is None else old_ord, _TOUCHED_BACK),
    )
    room_id = w.room_id(room)
    for event_id, txn_id, sender in rows:
        if sender == w.me:
            w.tally.touched(room_id, f"t:{txn_id}" if txn_id else event_id)


def place_receipts(intake: Intake) -> None:
    """Give receipts that waited for their event its place."""
    if not intake.fresh_ids:
        return
    w = intake.w
    sql = (
        "SELECT r.rowid, r.room, r.user, e.ord FROM receipt r JOIN event e ON e.event_id = r.event_id"
        " AND e.room = r.room AND e.ord IS NOT NULL WHERE r.ord IS NULL AND r.event_id IN {in}"
    )
    found = list(select_in(w.conn, sql, [sql_text(i) for i in intake.fresh_ids]))
    w.conn.executemany("UPDATE receipt SET ord = ? WHERE rowid = ?", [(row[3], row[0]) for row in found])
    for _, room, user, _ in found:
        w.tally.receipts.add(w.room_id(room))
        if user == w.me:
            intake.unread_rooms.add(room)
