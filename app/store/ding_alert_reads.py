"""What alerts of dings depend on besides the dings: the notes of this device, and receipts of my other devices.

A receipt of another device at or behind a ding takes its card away. This device's own receipts do not: those of
reading here come back from the server behind the local one that was written first, and those of a one-click clear name
an event that stands in `cleared`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.domain.alerts import AlertNote
from app.store.ding_alert_store import SINCE
from app.store.kept import read_kv
from app.store.sql import select_in, sql_text
from app.store.unread import CLEARED, LOCAL_RECEIPT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from app.domain.ids import EventID, UserID

_NOTES = (
    "SELECT event_id, shown, shown_ms, next_ms, nudge_ts, ifnull(read_ts, 0), told_ts FROM ding_alert"
    " WHERE event_id IN {in}"
)
_READ_ELSEWHERE = (
    "SELECT e.event_id, max(r.ts) FROM event e JOIN receipt r ON r.room = e.room AND +r.ord >= e.ord"
    " WHERE r.user = ? AND r.kind IN ('m.read', 'm.read.private') AND r.thread IN ('', 'main')"
    " AND NOT EXISTS (SELECT 1 FROM clear k CROSS JOIN cleared c ON c.clear = k.id AND c.room = r.room"
    " WHERE c.event_id = r.event_id)"
    " AND NOT EXISTS (SELECT 1 FROM receipt o WHERE o.room = r.room AND o.user = r.user AND"
    f" (o.kind = '{LOCAL_RECEIPT}' AND o.ord >= r.ord OR o.kind = '{CLEARED}' AND o.event_id = r.event_id))"
    " AND e.event_id IN {in} GROUP BY e.event_id"
)


class DingAlertReads:
    """`reader.ding_alerts`: bounded reads, one thread at a time, as of `Reader`."""

    def __init__(self, conn: Any, who: Callable[[], UserID]) -> None:
        self._conn, self._who = conn, who

    def notes(self, events: Iterable[EventID]) -> dict[EventID, AlertNote]:
        """Give what is noted of some dings."""
        rows = select_in(self._conn, _NOTES, [sql_text(event) for event in events])
        return {note.event_id: note for note in (AlertNote(*row) for row in rows)}

    def read_elsewhere(self, events: Iterable[EventID]) -> dict[EventID, int]:
        """Give the dings that another device of mine has read, and when it said so."""
        return dict(
            select_in(self._conn, _READ_ELSEWHERE, [sql_text(event) for event in events], self._who())
        )

    def has_begun(self) -> bool:
        """Whether what a first sync brought is noted, so that anything new rings."""
        return read_kv(self._conn, *SINCE) is not None
