"""Read receipts, read markers and typing. Source: Matrix client-server API, "Receipts", "Typing notifications"."""

from typing import TYPE_CHECKING

from app.domain.events import JSONObject
from app.domain.ids import EventID, RoomID
from app.matrix.paths import room_path

if TYPE_CHECKING:
    from app.matrix.client import MatrixClient


class ReceiptsAPI:
    """`client.receipts`."""

    def __init__(self, client: "MatrixClient") -> None:
        self._client = client

    async def send_receipt(
        self, room_id: RoomID, event_id: EventID, kind: str = "m.read", thread: str | None = None
    ) -> None:
        """Say that the room is read up to an event. `kind`: m.read, m.read.private or m.fully_read.

        Without `thread` the receipt covers the whole room, threads included.
        """
        body: JSONObject = {"thread_id": thread} if thread else {}
        await self._client.call("POST", room_path(room_id, "receipt", kind, event_id), body=body)

    async def read_markers(
        self,
        room_id: RoomID,
        fully_read: EventID | None = None,
        read: EventID | None = None,
        private: EventID | None = None,
    ) -> None:
        """Set the fully-read marker and receipts in one request."""
        markers = {"m.fully_read": fully_read, "m.read": read, "m.read.private": private}
        body: JSONObject = {name: event_id for name, event_id in markers.items() if event_id}
        await self._client.call("POST", room_path(room_id, "read_markers"), body=body)

    async def typing(self, room_id: RoomID, is_typing: bool, timeout_ms: int = 30_000) -> None:
        """Say that one types, for `timeout_ms` at most, or that one stopped."""
        user_id = await self._client.own_user_id()
        body: JSONObject = {"typing": is_typing}
        if is_typing:
            body["timeout"] = timeout_ms
        await self._client.call("PUT", room_path(room_id, "typing", user_id), body=body, timeout_s=10)
