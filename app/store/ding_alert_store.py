"""Notes about alerts of dings: a fact of this device alone, kept over restarts and rebuilds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.store.write import sql_text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from typing import Any

    from app.domain.alerts import AlertNote
    from app.store.write import Write

SINCE = ("alerts", "since_ms")
_UPSERT = (
    "INSERT OR REPLACE INTO ding_alert(event_id, shown, shown_ms, next_ms, nudge_ts, read_ts, told_ts)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_FORGET = (
    "DELETE FROM ding_alert WHERE shown_ms < ? AND NOT EXISTS"
    " (SELECT 1 FROM ding d JOIN event e ON e.id = d.id"
    " WHERE e.event_id = ding_alert.event_id AND d.is_open = 1)"
)


class DingAlertStore:
    """`cache.ding_alerts`. Every call is one transaction."""

    def __init__(self, run: Callable[..., Awaitable[Any]]) -> None:
        """`run` is `Cache.run`."""
        self._run = run

    async def save(self, notes: Sequence[AlertNote], since_ms: int | None = None) -> None:
        """Keep notes; `since_ms` says that all of the first sync is noted."""
        rows = [(sql_text(note.event_id), *note[1:]) for note in notes]

        def job(w: Write) -> None:
            w.conn.executemany(_UPSERT, rows)
            if since_ms is not None:
                w.conn.execute("INSERT OR REPLACE INTO kv VALUES (?, ?, ?)", (*SINCE, str(since_ms)))

        await self._run(job)

    async def forget(self, before_ms: int) -> None:
        """Drop old notes of dings that are not open any more."""
        await self._run(lambda w: w.conn.execute(_FORGET, (before_ms,)))
