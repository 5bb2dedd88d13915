"""A timeline item: one row a person sees, an event folded with its edits, reactions and redaction.

Rows of a room are numbered densely from 0 (oldest cached) to count-1; local echoes are the last rows.
`uid` is an item's identity in the interface; it never changes when the server's copy of an echo arrives.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.ids import ContentURI, EventID, RoomID, TxnID, UserID
from app.domain.item_kind import ItemKind as ItemKind


class SendState(StrEnum):
    """Where a local echo stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    """The server took it; its own copy has not come by sync yet."""
    WEDGED = "wedged"
    """A permanent error: waits for the person to retry or discard."""


@dataclass(frozen=True, slots=True)
class ReplyPreview:
    """The quoted line above a reply. Empty `body` when the original is not cached."""

    event_id: EventID
    sender: UserID | None
    sender_name: str
    kind: ItemKind
    body: str
    is_redacted: bool = False


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """An attachment as announced by the sender: every number is a claim."""

    uri: ContentURI | None
    filename: str
    mimetype: str
    size_bytes: int | None
    width: int | None = None
    height: int | None = None
    duration_ms: int | None = None
    thumbnail: ContentURI | None = None
    local_path: str | None = None
    """Where the file lies on this computer while it waits in the send queue."""
    sha256: str = ""
    """What its bytes must be, where that was sealed; empty: nobody knows."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """All reactions of one key on one item."""

    key: str
    count: int
    is_mine: bool
    senders: tuple[UserID, ...]
    """The first few, in order of arrival."""


@dataclass(frozen=True, slots=True)
class StateText:
    """A state change to be worded by the interface: `verb` names the sentence, the rest fills it."""

    verb: str
    """join leave kick invite ban name topic avatar create encryption pinned upgrade other"""
    target: UserID | None = None
    target_name: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class DingMark:
    """What a row of the timeline shows of the ding it is."""

    kind: str
    """A value of `DingKind`."""
    text: str
    """Without what the body says for clients that do not know dings."""
    due_ms: int | None
    is_to_me: bool
    is_open: bool
    """Waits for my confirmation."""
    confirmed_at_ms: int | None
    """When I confirmed."""
    confirmed: int
    total: int


@dataclass(frozen=True, slots=True)
class CardMark:
    """The request (of an approval) that a message shows as a card."""

    room_id: RoomID
    title: str
    """As the sender claims it; what is known of the request here says better."""


@dataclass(frozen=True, slots=True)
class VideoMark:
    """The post of a video channel that a message shows as a card."""

    room_id: RoomID
    event_id: EventID
    at_ms: int | None
    """The moment the card leads to."""
    title: str
    """As the sender claims it."""
    via: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One row."""

    row: int
    uid: str
    kind: ItemKind
    sender: UserID
    sender_name: str
    sender_avatar: ContentURI | None
    ts_ms: int
    body: str
    """Plain text; for media the caption if there is one."""
    formatted: str | None = None
    """Unsanitised HTML of the sender. Only `app.domain.richtext` may read it."""
    event_id: EventID | None = None
    txn_id: TxnID | None = None
    is_own: bool = False
    is_edited: bool = False
    is_redacted: bool = False
    mentions_me: bool = False
    is_external: bool = False
    reply: ReplyPreview | None = None
    media: MediaInfo | None = None
    reactions: tuple[Reaction, ...] = ()
    thread_count: int = 0
    thread_root: EventID | None = None
    state: StateText | None = None
    send_state: SendState | None = None
    error_code: str = ""
    read_count: int | None = None
    """Own items: how many other members have read up to here. None where unknown."""
    unread_count: int | None = None
    ding: DingMark | None = None
    nudges: EventID | None = None
    """The ding that this message reminds of."""
    card: CardMark | None = None
    video: VideoMark | None = None
    prev_batch: str | None = None
    """Gap items: the token to ask backwards from."""


@dataclass(frozen=True, slots=True)
class TimelineExtent:
    """How much of a room is cached."""

    room_id: RoomID
    item_count: int
    """Rows that came from the server."""
    echo_count: int
    """Local echoes behind them."""
    reached_start: bool
    """The first row is the first of the room."""
    first_unread_row: int | None
    """Where "new messages below" stands; None when all is read."""

    @property
    def row_count(self) -> int:
        """All rows."""
        return self.item_count + self.echo_count
