"""Events the server holds until their time. Source: MSC4140, as Synapse 1.163 serves it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.events import JSONObject, dict_of, int_of, text_of
from app.domain.ids import RoomID, TxnID
from app.errors import NotFound
from app.matrix.json_answers import objects_of, require_text
from app.matrix.paths import client_path, room_path

if TYPE_CHECKING:
    from app.matrix.client import MatrixClient

_PREFIX = ("unstable", "org.matrix.msc4140", "delayed_events")
_DELAY = "org.matrix.msc4140.delay"
TOO_LONG = frozenset({"ORG.MATRIX.MSC4140_DELAY_TOO_LARGE", "M_MAX_DELAY_EXCEEDED"})
"""Error codes of a delay beyond what the server holds."""
TOO_MANY = frozenset({"ORG.MATRIX.MSC4140_MAX_DELAYED_EVENTS_EXCEEDED", "M_MAX_DELAYED_EVENTS_EXCEEDED"})


@dataclass(frozen=True, slots=True)
class DelayedEvent:
    """One event the server holds for me."""

    delay_id: str
    room_id: RoomID
    type: str
    content: JSONObject
    due_ms: int
    """By the server's clock."""


class DelayedAPI:
    """`client.delayed`."""

    def __init__(self, client: "MatrixClient") -> None:
        self._client = client

    async def put(
        self, room_id: RoomID, event_type: str, txn_id: TxnID, content: JSONObject, delay_ms: int
    ) -> str:
        """Let the server send an event later; the id it is held under.

        The same transaction id gives the same one, for half an hour or until the server restarts.
        """
        answer = await self._client.call(
            "PUT",
            room_path(room_id, "send", event_type, txn_id),
            params={_DELAY: str(max(1, delay_ms))},
            body=content,
            timeout_s=60,
        )
        return require_text(answer, "delay_id")

    async def waiting(self) -> tuple[DelayedEvent, ...]:
        """Give everything the server holds for me. Raises NotFound where it holds nothing for anyone."""
        answer = await self._client.call("GET", client_path(*_PREFIX))
        found = (_delayed(item) for item in objects_of(answer.get("delayed_events")))
        return tuple(event for event in found if event is not None)

    async def cancel(self, delay_id: str) -> None:
        """Give one up. Raises NotFound when it was sent or given up already."""
        try:
            await self._client.call("POST", client_path(*_PREFIX, delay_id, "cancel"), body={})
        except NotFound as error:
            if error.errcode != "M_UNRECOGNIZED":
                raise
            await self._client.call("POST", client_path(*_PREFIX, delay_id), body={"action": "cancel"})


def _delayed(item: JSONObject) -> DelayedEvent | None:
    delay_id, room_id = text_of(item, "delay_id"), text_of(item, "room_id")
    delay = int_of(item, "delay_ms") if "delay_ms" in item else int_of(item, "delay")
    since = int_of(item, "delayed_since_ts") if "delayed_since_ts" in item else int_of(item, "running_since")
    if not delay_id or not room_id or delay is None or since is None:
        return None
    kind = text_of(item, "type") or ""
    return DelayedEvent(delay_id, RoomID(room_id), kind, dict_of(item, "content"), since + delay)
