"""News from the homeserver, whatever endpoint brings it.

`SyncAdapter` speaks sliding sync (rooms and timelines) with a counts loop beside it, or plain `/v3/sync`
where the server has no sliding sync. The caller runs `next_rooms` and `next_counts` in one loop each and
applies every batch; positions come back inside the batches.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor

from app.domain.account import ServerOffers
from app.domain.ids import RoomID, UserID
from app.domain.sync import SyncBatch
from app.matrix.client import MatrixClient


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

    async def next_rooms(self, timeout_ms: int) -> SyncBatch:
        """Wait for news of rooms. Raises the errors of `app.errors`; the position then stays where it was."""
        raise NotImplementedError

    async def next_counts(self, timeout_ms: int) -> SyncBatch | None:
        """Wait for unread counts and receipts; None where `next_rooms` brings them already."""
        raise NotImplementedError

    async def seed_counts(self) -> SyncBatch:
        """Unread counts for a device that has none yet."""
        raise NotImplementedError

    def subscribe(self, rooms: Sequence[RoomID]) -> None:
        """Name the open rooms: deeper timeline and full state. A long poll under way is begun again."""

    def rewind(self, positions: Mapping[str, str]) -> None:
        """Go back to positions that are stored for certain (a batch could not be applied)."""
