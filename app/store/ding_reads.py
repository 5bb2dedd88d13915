"""The DING inbox as values."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from app.domain.dings import DingBox, DingFilter
from app.store.ding_content import due_of
from app.store.ding_rows import Placed, read_by_keys, read_echoes, read_stored
from app.store.rooms_read import like_pattern
from app.store.sql import select_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from app.domain.dings import DingDetail, DingSummary
    from app.domain.ids import UserID

_MAX_WORDS = 6
_NOT_ALL = "d.is_redacted = 0 AND d.confirmed < d.total"
_CONDITIONS = {
    (DingBox.RECEIVED, DingFilter.ALL): "(d.is_to_me = 1 OR d.is_cc = 1)",
    (DingBox.RECEIVED, DingFilter.UNCONFIRMED): "d.is_open = 1",
    (DingBox.RECEIVED, DingFilter.DUE): "d.is_open = 1 AND d.due_ts IS NOT NULL",
    (DingBox.RECEIVED, DingFilter.COMMENTED): "d.comments > 0 AND (d.is_to_me = 1 OR d.is_cc = 1)",
    (DingBox.SENT, DingFilter.ALL): "d.is_mine = 1",
    (DingBox.SENT, DingFilter.UNCONFIRMED): f"d.is_mine = 1 AND {_NOT_ALL}",
    (DingBox.SENT, DingFilter.DUE): f"d.is_mine = 1 AND d.due_ts IS NOT NULL AND {_NOT_ALL}",
    (DingBox.SENT, DingFilter.COMMENTED): "d.is_mine = 1 AND d.comments > 0",
}
_HAS_WORD = (
    " AND (replace(i.body, '[DING] ', '') LIKE {n} ESCAPE '\\' OR ifnull(m.name, d.sender) LIKE {n} ESCAPE '\\' OR r.name LIKE {n} ESCAPE '\\' OR EXISTS (SELECT 1 FROM item c"
    " INDEXED BY item_by_thread WHERE c.thread = e.event_id AND c.is_redacted = 0 AND c.body LIKE {n} ESCAPE '\\'))"
)
_NO_TIME = (1 << 63) - 1


class DingReads:
    """`reader.dings`: bounded reads, one thread at a time, as of `Reader`."""

    def __init__(self, conn: Any, who: Callable[[], UserID]) -> None:
        self._conn, self._who = conn, who

    @contextmanager
    def _snapshot(self) -> Iterator[None]:
        self._conn.execute("BEGIN")
        try:
            yield
        finally:
            self._conn.execute("COMMIT")

    def page(
        self,
        box: DingBox,
        filter: DingFilter,
        *,
        term: str = "",
        limit: int = 50,
        before: DingSummary | None = None,
        now_ms: int = 0,
    ) -> list[DingSummary]:
        """Give rows of RECEIVED or SENT, newest first (DUE: the soonest first), behind `before`. With a term *slow*.

        Every word of the term has to be in the text, a comment, or the name of the sender or the room. SENT has also
        what waits in the send queue.
        """
        if (box, filter) not in _CONDITIONS:
            return []
        with self._snapshot():
            place = None if before is None else self._place(before, filter)
            found = self._stored(box, filter, term, limit, place)
            if box == DingBox.SENT and filter != DingFilter.COMMENTED:
                found += self._echoes(filter, term, place)
        found.sort(key=lambda placed: _rank(placed, filter))
        return [placed.summary for placed in found[:limit]]

    def _place(self, before: DingSummary, filter: DingFilter) -> tuple[int, int]:
        """Give where a row stands now; one that is gone stands where it stood."""
        placed = self._find(before.uid)
        if placed is not None:
            return _rank(placed, filter)
        return _rank(Placed(before.ts_ms, due_of(before.content), 0, before), filter)

    def _stored(
        self, box: DingBox, filter: DingFilter, term: str, limit: int, place: tuple[int, int] | None
    ) -> list[Placed]:
        condition = _CONDITIONS[(box, filter)]
        values: list[int | str] = []
        is_due = filter == DingFilter.DUE
        if place is not None and is_due:
            condition += " AND d.due_ts >= ?1 AND (d.due_ts, -d.id) > (?1, ?2)"
        elif place is not None:
            condition += " AND (d.ts, d.id) < (-?1, -?2)"
        values += place or ()
        for word in term.split()[:_MAX_WORDS]:
            values.append(like_pattern(word))
            condition += _HAS_WORD.replace("{n}", f"?{len(values)}")
        order = "d.due_ts, d.id DESC" if is_due else "d.ts DESC, d.id DESC"
        rest = f"WHERE {condition} ORDER BY {order} LIMIT {int(limit)}"
        return read_stored(self._conn, self._who(), rest, values)

    def _echoes(self, filter: DingFilter, term: str, place: tuple[int, int] | None) -> list[Placed]:
        words = term.casefold().split()[:_MAX_WORDS]
        return [
            placed
            for placed in read_echoes(self._conn, self._who())
            if (filter != DingFilter.DUE or placed.due is not None)
            and (place is None or _rank(placed, filter) > place)
            and all(word in _words_of(placed.summary) for word in words)
        ]

    def counts(self) -> dict[DingFilter, int]:
        """Give how many received dings each chip would show (UNCONFIRMED, DUE; others 0)."""
        row = self._conn.execute(
            "SELECT (SELECT count(*) FROM ding WHERE is_open = 1),"
            " (SELECT count(*) FROM ding WHERE is_open = 1 AND due_ts IS NOT NULL)"
        ).fetchone()
        counts = dict.fromkeys(DingFilter, 0)
        return {**counts, DingFilter.UNCONFIRMED: row[0], DingFilter.DUE: row[1]}

    def summary(self, uid_or_event_id: str) -> DingSummary | None:
        """Give one row."""
        return next(iter(self.summaries([uid_or_event_id])), None)

    def summaries(self, ids: Sequence[str]) -> list[DingSummary]:
        """Give some rows in the order asked; unknown ones are left out."""
        with self._snapshot():
            keys = self._keys(ids)
            stored = read_by_keys(self._conn, self._who(), keys.values())
            found = [stored.get(keys[name]) if name in keys else self._echo(name) for name in ids]
        return [placed.summary for placed in found if placed is not None]

    def open(self, limit: int = 300) -> list[DingSummary]:
        """Give my open dings, newest first: what may alert."""
        with self._snapshot():
            rest = "WHERE d.is_open = 1 ORDER BY d.ts DESC, d.id DESC LIMIT ?"
            return [placed.summary for placed in read_stored(self._conn, self._who(), rest, (limit,))]

    def coming(self, since_ms: int, limit: int = 300) -> list[DingSummary]:
        """Give meetings that are not open but remind me, of those that begin after a time the first ones."""
        with self._snapshot():
            rest = "WHERE d.coming_ts > ? ORDER BY d.coming_ts, d.id LIMIT ?"
            return [
                placed.summary for placed in read_stored(self._conn, self._who(), rest, (since_ms, limit))
            ]

    def detail(self, uid_or_event_id: str) -> DingDetail | None:
        """Give all of one ding. *Slow* with hundreds of recipients."""
        from app.store.ding_detail import read_detail

        with self._snapshot():
            placed = self._find(uid_or_event_id)
            return None if placed is None else read_detail(self._conn, self._who(), placed)

    def _find(self, name: str) -> Placed | None:
        keys = self._keys([name])
        if name not in keys:
            return self._echo(name)
        return read_by_keys(self._conn, self._who(), keys.values()).get(keys[name])

    def _echo(self, name: str) -> Placed | None:
        return next(iter(read_echoes(self._conn, self._who(), name)), None)

    def _keys(self, names: Sequence[str]) -> dict[str, int]:
        """Find the keys of stored dings by uid or event id."""
        conn = self._conn
        sql = "SELECT e.event_id, d.id FROM event e JOIN ding d ON d.id = e.id WHERE e.event_id IN {in}"
        found: dict[str, int] = dict(
            select_in(conn, sql, [name for name in names if not name.startswith("t:")])
        )
        txns = [name.removeprefix("t:") for name in names if name.startswith("t:")]
        sql = "SELECT e.txn_id, d.id FROM event e JOIN ding d ON d.id = e.id WHERE e.sender = ? AND e.txn_id IN {in}"
        found.update((f"t:{txn}", key) for txn, key in select_in(conn, sql, txns, self._who()))
        return found


def _rank(placed: Placed, filter: DingFilter) -> tuple[int, int]:
    """Give what rows are sorted by, the first one first."""
    if filter == DingFilter.DUE:
        return (_NO_TIME if placed.due is None else placed.due), -placed.rank
    return -placed.ts, -placed.rank


def _words_of(summary: DingSummary) -> str:
    return "\n".join((summary.text, summary.sender_name, summary.room_name)).casefold()
