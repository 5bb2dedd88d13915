"""One-click clears: one local transaction, undo, and what of them the server has."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
        raise NotImplementedError

    async def undo(self, clear_id: int) -> bool:
        """Put everything back if the server knows nothing yet: whether it could be done."""
        raise NotImplementedError

    async def restore(self, clear_id: int) -> int:
        """Later than the undo time: mark the rooms unread again that were not read since; how many."""
        raise NotImplementedError

    async def waiting(self, clear_id: int, limit: int = 100) -> list[tuple[RoomID, EventID]]:
        """Give rooms whose receipt the server does not have yet, newest first."""
        raise NotImplementedError

    async def mark_sent(self, clear_id: int, rooms: list[RoomID]) -> None:
        """Note that the server has these."""
        raise NotImplementedError
