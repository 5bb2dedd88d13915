"""Facts about dings that only this device knows: what it has alerted, what it is to send later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.late import Late

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from typing import Any

    from app.domain.ids import TxnID, UserID
    from app.domain.scheduled import ScheduledState
    from app.store import ding_mutes, queue_write, scheduled
    from app.store.scheduled import ScheduledRow
    from app.store.values import NewRequest
    from app.store.write import Write
else:
    ding_mutes, queue_write = Late("app.store.ding_mutes"), Late("app.store.queue_write")
    scheduled = Late("app.store.scheduled")


class DingStore:
    """`cache.dings`. Every call is one transaction."""

    def __init__(self, run: Callable[..., Awaitable[Any]]) -> None:
        """`run` is `Cache.run`."""
        self._run = run

    async def set_sender_muted(self, user_id: UserID, is_muted: bool, txn_id: TxnID) -> None:
        """Note here and queue for the server whose dings are plain messages."""
        await self._run(lambda w: ding_mutes.set_sender_muted(w, user_id, is_muted, txn_id), is_durable=True)

    # Dings to come ----------------------------------------------------------------------------------------------

    async def plan(
        self,
        rows: Sequence[ScheduledRow],
        requests: Sequence[NewRequest] = (),
        *,
        instead_of: Sequence[int] = (),
    ) -> None:
        """Plan dings and queue what goes out at once (a first round, the room), in the place of other rows."""

        def job(w: Write) -> None:
            scheduled.add_rows(w, rows)
            for request in requests:
                queue_write.enqueue(w, request)
            scheduled.drop_rows(w, instead_of)  # last: a room to be made for both is not given up in between

        await self._run(job, is_durable=True)

    async def fire(self, key: int, requests: Sequence[NewRequest], missed: Sequence[int] = ()) -> bool:
        """Move a row into the send queue; whether it was still there."""
        return bool((await self._run(lambda w: scheduled.fire(w, key, requests, missed), is_durable=True))[0])

    async def set_scheduled(
        self, key: int, state: ScheduledState, delay_id: str | None, error_code: str = ""
    ) -> bool:
        """Note where a row stands, on the disk when this returns; False where the person gave it up meanwhile."""

        def job(w: Write) -> bool:
            return scheduled.set_row(w, key, state, delay_id, error_code)

        return bool((await self._run(job, is_durable=True))[0])

    async def give_up(self, series: str, round: int | None) -> None:
        """Give up one round of a series, or all of it."""
        await self._run(lambda w: scheduled.give_up(w, series, round), is_durable=True)

    async def drop_scheduled(self, keys: Sequence[int]) -> None:
        """Take rows off the plan."""
        await self._run(lambda w: scheduled.drop_rows(w, keys), is_durable=True)

    async def drop_arrived(self) -> None:
        """Take off the plan what has come by sync."""
        await self._run(scheduled.drop_arrived)
