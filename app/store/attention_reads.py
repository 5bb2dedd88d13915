"""What the red numbers are made of, and the history of one-click clears, as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.attention import AttentionSource, ClearRecord
    from app.domain.ids import UserID


class AttentionReads:
    """`reader.attention`: bounded reads, as of `Reader`."""

    def __init__(self, conn: Any, who: Callable[[], UserID]) -> None:
        self._conn, self._who = conn, who

    def sources(self, limit: int = 200) -> list[AttentionSource]:
        """Give what the numbers are made of: duties first, then mentions, unread, muted; newest first in each."""
        raise NotImplementedError

    def clears(self, since_ms: int) -> list[ClearRecord]:
        """Give the one-click clears since a time, newest first."""
        raise NotImplementedError
