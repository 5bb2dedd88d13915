"""The receipts of a one-click clear on their way to the server.

They are private (clearing a dot is no claim to have read) and unthreaded (threads are cleared too). A few go side by
side, so that chat keeps most of the line. What the server has is written down batch by batch: after a kill or an error
the next call goes on there, and at most one batch is sent a second time, which changes nothing.
"""

import asyncio
import logging
from collections.abc import Iterator

from app.domain.ids import EventID, RoomID
from app.errors import RetryKind, TackError
from app.homeserver import Homeserver
from app.store.cache import Cache

log = logging.getLogger("tack.attention")

BATCH = 100
SIDE_BY_SIDE = 4


async def send_clear(cache: Cache, homeserver: Homeserver, clear_id: int) -> None:
    """Send what of a clear the server does not have. Raises `TackError` where it is to be called again later."""
    while batch := await cache.clearing.waiting(clear_id, BATCH):
        delivery = _Delivery(homeserver)
        try:
            await delivery.send(batch)
        finally:
            if delivery.done:
                await cache.clearing.mark_sent(clear_id, delivery.done)
        if delivery.error is not None:
            raise delivery.error


class _Delivery:
    """One batch. `done` are the rooms that need nothing more, `error` what stopped the others."""

    def __init__(self, homeserver: Homeserver) -> None:
        self._homeserver = homeserver
        self.done: list[RoomID] = []
        self.error: TackError | None = None

    async def send(self, batch: list[tuple[RoomID, EventID]]) -> None:
        """Send until all are done or one has to wait."""
        left = iter(batch)
        async with asyncio.TaskGroup() as group:
            for _ in range(SIDE_BY_SIDE):
                group.create_task(self._send_some(left))

    async def _send_some(self, left: Iterator[tuple[RoomID, EventID]]) -> None:
        for room_id, event_id in left:
            try:
                await self._homeserver.client.receipts.send_receipt(room_id, event_id, "m.read.private")
            except TackError as error:
                if error.retry is not RetryKind.PERMANENT:
                    self.error = self.error or error
                    return
                log.info("no receipt in %s: %s", room_id, error.code)  # left meanwhile, most likely
            self.done.append(room_id)
            if self.error is not None:
                return
