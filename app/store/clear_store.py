"""One-click clears: one local transaction, undo, and what of them the server has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.store import cleared, clears, txn_ids

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from app.domain.attention import ClearScope
    from app.domain.ids import EventID, RoomID


class ClearStore:
    """`cache.clearing`. Every call is one transaction."""

    def __init__(self, run: Callable[..., Awaitable[Any]]) -> None:
        """`run` is `Cache.run`."""
        self._run = run

    async def clear(self, scope: ClearScope, not_before_ms: int) -> int | None:
        """Clear unread, mentions and marks in a scope, and queue the private receipts; the clear's id, None if nothing."""
        txn = txn_ids.new_txn_id()
        found: int | None = (
            await self._run(lambda w: clears.clear(w, scope, not_before_ms, txn), is_durable=True)
        )[0]
        return found

    async def undo(self, clear_id: int) -> bool:
        """Put everything back if the server knows nothing yet: whether it could be done."""
        return bool((await self._run(lambda w: clears.undo(w, clear_id), is_durable=True))[0])

    async def restore(self, clear_id: int) -> int:
        """Later than the undo time: mark the rooms unread again that were not read since; how many.

        Rooms whose receipt has not gone yet are put back as if nothing had been.
        """
        txn = txn_ids.new_txn_id()
        return int((await self._run(lambda w: clears.restore(w, clear_id, txn), is_durable=True))[0])

    async def waiting(self, clear_id: int, limit: int = 100) -> list[tuple[RoomID, EventID]]:
        """Take rooms whose receipt the server does not have yet, newest first; those read since are passed over.

        From now on they may be known to the server: `undo` refuses. None left ends the clear.
        """
        found: list[tuple[RoomID, EventID]] = (
            await self._run(lambda w: cleared.take_waiting(w, clear_id, limit))
        )[0]
        return found

    async def mark_sent(self, clear_id: int, rooms: list[RoomID]) -> None:
        """Note that the server has these."""
        await self._run(lambda w: cleared.mark_sent(w, clear_id, rooms))
