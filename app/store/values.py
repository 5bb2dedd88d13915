"""Plain values that go into and come out of the cache and have no home in `app.domain`."""

from dataclasses import dataclass, field

from app.domain.content import JSONObject
from app.domain.ids import ContentURI, EventID, RoomID, TxnID
from app.domain.sending import RequestKind


@dataclass(frozen=True, slots=True)
class NewRequest:
    """A row to be put into the send queue. `txn_id` is made by the caller, once, and never changes."""

    lane: str
    """The room id for what must keep its order in a room; anything else for what may run beside it."""
    kind: RequestKind
    txn_id: TxnID
    content: JSONObject
    room_id: RoomID | None = None
    event_type: str = ""
    state_key: str | None = None
    depends_on: TxnID | None = None
    target: EventID | None = None
    attachment_path: str | None = None
    not_before_ms: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """Unsent text of a room. `extra` is the composer's own: what it replies to, what it edits, mentions."""

    text: str = ""
    extra: JSONObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gap:
    """Missing events between two cached ones; `prev_batch` asks backwards from the newer side."""

    row: int
    prev_batch: str


@dataclass(frozen=True, slots=True)
class BackfillCandidate:
    """A joined room whose history goes further back than the cache."""

    room_id: RoomID
    prev_batch: str
    event_count: int
    oldest_ts: int


@dataclass(frozen=True, slots=True)
class Space:
    """A space I am in, with its children as the space's own state lists them (joined or not)."""

    room_id: RoomID
    name: str
    avatar: ContentURI | None
    children: tuple[RoomID, ...]


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file of the media cache. `variant` is empty for the original, else names the thumbnail size."""

    uri: ContentURI
    variant: str
    path: str
    size_bytes: int
    mimetype: str
    used_ms: int


@dataclass(frozen=True, slots=True)
class StoreSizes:
    """What the storage page shows."""

    events: int
    database_bytes: int
    media_bytes: int
    media_files: int
