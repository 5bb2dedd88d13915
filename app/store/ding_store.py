"""Facts about dings that only this device knows: what it has alerted, what it is to send later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.late import Late

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from app.domain.ids import TxnID, UserID
    from app.store import ding_mutes
else:
    ding_mutes = Late("app.store.ding_mutes")


class DingStore:
    """`cache.dings`. Every call is one transaction."""

    def __init__(self, run: Callable[..., Awaitable[Any]]) -> None:
        """`run` is `Cache.run`."""
        self._run = run

    async def set_sender_muted(self, user_id: UserID, is_muted: bool, txn_id: TxnID) -> None:
        """Note here and queue for the server whose dings are plain messages."""
        await self._run(lambda w: ding_mutes.set_sender_muted(w, user_id, is_muted, txn_id), is_durable=True)
