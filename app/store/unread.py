"""Where I have read to in a room, and how many rows behind it are unread or mention me.

My read position is the newest of my receipts (sent ones, private ones, ones that wait in the send queue, those of a
one-click clear) and my own last event. A receipt of the thread "main" reads the room, one of another thread does not. Where the cache holds everything behind it, counting rows is exact. Where it is unknown or a gap lies
behind it, the server's own numbers count, plus the rows that came after the server counted.
Source: Matrix client-server API, "Receiving notifications", "Receipts".
"""

from collections.abc import Sequence
from typing import NamedTuple

from app.store.write import Connection, Write

LOCAL_RECEIPT = "~local"
"""Kind of the receipt that `set_read` writes before the server knows of it."""
CLEARED = "~clear"
"""Kind of the receipt that a one-click clear writes; taking the clear back takes it away (`app.store.clears`)."""
OWN_RECEIPTS = ("m.read", "m.read.private", LOCAL_RECEIPT, CLEARED)


MOST_COUNTED = 9_999
"""Counting ends here: nobody reads the difference, and every message of a huge room would pay for it."""
_FACTS = (
    "SELECT server_unread, server_mentions, counts_ord,"
    " (SELECT e.ord FROM event e WHERE e.event_id = r.counts_event AND e.room = r.id),"
    " (SELECT max(ord) FROM gap WHERE room = r.id),"
    " EXISTS (SELECT 1 FROM receipt p WHERE p.room = r.id AND p.user = ? AND p.kind IN (?, ?, ?, ?)"
    " AND p.thread = '' AND p.event_id = r.counts_event), EXISTS (SELECT 1 FROM channel c WHERE c.id = r.id)"
    " FROM room r WHERE id = ?"
)


class Unread(NamedTuple):
    """`read_ord` is None where counting rows is not possible."""

    read_ord: int | None
    unread: int
    mentions: int


def unread_of(w: Write, room: int) -> Unread:
    """Compute the counts of a room from what is stored."""
    conn = w.conn
    read = own_read_ord(conn, room, w.me)
    facts = conn.execute(_FACTS, (w.me, *OWN_RECEIPTS, room)).fetchone()
    server_unread, server_mentions, counts_ord, counted_ord, gap, is_all_read, is_channel = facts
    if read is not None and (gap is None or gap < read):
        return Unread(read, *_rows_behind(conn, room, read))
    if is_channel:  # the server counts comments too: what is here counts, and the rest when it comes
        since = counts_ord if read is None else read
        return Unread(read, *((0, 0) if since is None else _rows_behind(conn, room, since)))
    since = counts_ord if counted_ord is None else counted_ord
    unread, mentions = (0, 0) if since is None else _rows_behind(conn, room, since)
    if is_all_read:  # the receipt may be of an event that is not here, or that has no place yet
        return Unread(None, unread, mentions)
    mentions += server_mentions or 0
    return Unread(None, max(unread + (server_unread or 0), mentions), mentions)


def own_read_ord(conn: Connection, room: int, me: str, kinds: Sequence[str] = OWN_RECEIPTS) -> int | None:
    """Give the `ord` I have read to, as far as the event is placed; by receipts of some kinds only if said."""
    row = conn.execute(
        "SELECT max(ord) FROM (SELECT max(+ord) AS ord FROM receipt WHERE room = ? AND user = ?"
        f" AND kind IN ({','.join('?' * len(kinds))}) AND thread IN ('', 'main')"
        " UNION ALL SELECT ord FROM last_sent WHERE room = ? AND user = ?)",
        (room, me, *kinds, room, me),
    ).fetchone()
    return None if row[0] is None else int(row[0])


def first_pos_behind(conn: Connection, room: int, ord_: int) -> int | None:
    """Give the position of the first row whose event comes after an `ord`."""
    row = conn.execute(
        "SELECT i.pos FROM event e JOIN item i ON i.id = e.id"
        " WHERE e.room = ? AND e.ord > ? ORDER BY e.ord LIMIT 1",
        (room, ord_),
    ).fetchone()
    return None if row is None else int(row[0])


def _rows_behind(conn: Connection, room: int, ord_: int) -> tuple[int, int]:
    pos = first_pos_behind(conn, room, ord_)
    if pos is None:
        return 0, 0
    row = conn.execute(
        "SELECT count(*), ifnull(sum(weight = 2), 0) FROM (SELECT weight FROM item"
        " WHERE room = ? AND pos >= ? AND weight > 0 ORDER BY pos DESC LIMIT ?)",
        (room, pos, MOST_COUNTED),
    ).fetchone()
    return int(row[0]), int(row[1])
