"""News from the homeserver, whatever endpoint brings it.

`SyncAdapter` speaks sliding sync (rooms and timelines) with a counts loop beside it, or plain `/v3/sync`
where the server has no sliding sync. The caller runs `next_rooms` and `next_counts` in one loop each and
applies every batch; positions come back inside the batches.

Positions by name: "sliding.pos", "sliding.conn", "sliding.complete", "to_device.since", "counts.since",
"classic.since". `SyncBatch.extra` may carry "skipped" (parts of the answer left out), "left_rooms" (for the adapter
itself) and, when a list of all rooms
has been read from nothing, "present_rooms": every room the account is in or invited to; others are gone.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor

from app.domain.account import ServerOffers
from app.domain.ids import RoomID, UserID
from app.domain.sync import SyncBatch
from app.matrix.classic_sync import ClassicSync, CountsSync
from app.matrix.client import MatrixClient
from app.matrix.sliding_sync import SlidingSync


class SyncAdapter:
    """See the module text. One per signed-in device; not safe for two `next_rooms` at once."""

    def __init__(
        self,
        client: MatrixClient,
        offers: ServerOffers,
        positions: Mapping[str, str],
        *,
        decode_executor: Executor | None = None,
        user_id: UserID | None = None,
    ) -> None:
        self._client = client
        self._own_user = user_id
        self._executor = decode_executor
        self._sliding = SlidingSync(client, positions, self._decode) if offers.has_sliding_sync else None
        self._classic = ClassicSync(client, positions, self._decode)
        self._counts = CountsSync(client, positions, self._decode)

    async def next_rooms(self, timeout_ms: int) -> SyncBatch:
        """Wait for news of rooms. Raises the errors of `app.errors`; the position then stays where it was.

        The first polls (until the whole list has come) answer at once whatever the timeout.
        """
        if self._own_user is None:
            self._own_user = await self._client.own_user_id()
        source = self._sliding or self._classic
        return await source.next(timeout_ms, self._own_user)

    async def next_counts(self, timeout_ms: int) -> SyncBatch | None:
        """Wait for unread counts, receipts and room account data of any room; None where `next_rooms` brings them already.

        The first answer of a new device holds the counts so far.
        """
        if self._sliding is None:
            return None
        batch = await self._counts.next(timeout_ms)
        if batch.extra.get("left_rooms"):
            # Being removed does not move a room up, so the poll of the top would not tell.
            self._sliding.look_everywhere()
        return batch

    async def seed_counts(self) -> SyncBatch:
        """Read the unread counts of all rooms anew (as far as the server tells them)."""
        return await self._counts.seed()

    def subscribe(self, rooms: Sequence[RoomID]) -> None:
        """Name the open rooms: deeper timeline and full state. A long poll under way is begun again."""
        if self._sliding is not None:
            self._sliding.subscribe(rooms)

    def rewind(self, positions: Mapping[str, str]) -> None:
        """Go back to positions that are stored for certain (a batch could not be applied)."""
        if self._sliding is not None:
            self._sliding.rewind(positions)
        self._classic.rewind(positions)
        self._counts.rewind(positions)

    async def _decode(self, function: Callable[[bytes], SyncBatch], body: bytes) -> SyncBatch:
        return await asyncio.get_running_loop().run_in_executor(self._executor, function, body)
