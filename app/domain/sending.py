"""What a person did and the server has not confirmed yet: one row of the send queue."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.content import JSONObject
from app.domain.ids import ContentURI, EventID, RoomID, TxnID
from app.domain.timeline import SendState


class RequestKind(StrEnum):
    """What the row does on the wire."""

    EVENT = "event"
    """PUT …/send/{type}/{txn}: messages, reactions, edits."""
    REDACTION = "redaction"
    STATE = "state"
    RECEIPT = "receipt"
    """POST …/receipt or read_markers; a newer one of the same room replaces an older."""
    ACCOUNT_DATA = "account_data"
    ROOM_ACCOUNT_DATA = "room_account_data"
    TYPING = "typing"
    CREATE_ROOM = "create_room"
    """POST createRoom. Its `room_id` is a stand-in (`new_room_id`) that later rows of the lane name as theirs; they
    depend on it, and when the room is made they and their lane get its real id. Made once: its content carries the
    transaction id in `creation_content`, and a room that has it already is taken for the answer."""
    INVITE = "invite"
    """Invitations into a room that was made, of `content["invite"]`, as fast as the server lets us."""
    CLEAR = "clear"
    """Private receipts for all rooms of one one-click clear; the rooms are in the table `cleared`."""
    LEVEL = "level"
    """Push rules that make a room as loud as `content["level"]` says."""
    ACT = "act"
    """An act on an approval: `content["act"]` is appended to the own list in the room after looking again whether it
    still counts, then said in words (`content["text"]`). Its `id` makes a repeated send do nothing."""


NEW_ROOM_PREFIX = "~new:"


def new_room_id(txn_id: TxnID) -> RoomID:
    """Give the stand-in for the id of a room that the send queue is to make."""
    return RoomID(f"{NEW_ROOM_PREFIX}{txn_id}")


def is_new_room(room_id: str) -> bool:
    """Whether an id is such a stand-in."""
    return room_id.startswith(NEW_ROOM_PREFIX)


@dataclass(frozen=True, slots=True)
class QueuedRequest:
    """A durable row. Rows of one `lane` go out one after another in `id` order; lanes run side by side."""

    id: int
    lane: str
    room_id: RoomID | None
    kind: RequestKind
    event_type: str
    state_key: str | None
    txn_id: TxnID
    content: JSONObject
    depends_on: TxnID | None
    """Another row's transaction id whose event id must be known first (edit or reaction of an echo)."""
    target: EventID | None
    """Redaction or receipt: the event meant."""
    attachment_path: str | None
    attachment_uri: ContentURI | None
    state: SendState
    attempts: int
    not_before_ms: int
    error_code: str
    event_id: EventID | None
    """Known once the server answered."""
    created_ms: int
