"""A room as the conversation list shows it, and the filters of that list."""

from enum import StrEnum
from typing import NamedTuple

from app.domain.ids import ContentURI, EventID, RoomID, UserID
from app.domain.membership import Membership


class RoomFilter(StrEnum):
    """The chips above the conversation list."""

    ALL = "all"
    UNREAD = "unread"
    MENTIONS = "mentions"
    EXTERNAL = "external"
    DIRECT = "direct"


class NotifyLevel(StrEnum):
    """How loud a room is, from the push rules."""

    ALL = "all"
    MENTIONS = "mentions"
    NONE = "none"


class ListSendState(StrEnum):
    """Whether something of mine in the room is still on its way."""

    NONE = "none"
    SENDING = "sending"
    FAILED = "failed"


class PreviewKind(StrEnum):
    """What the last line of a list row stands for; the interface words it."""

    NONE = "none"
    TEXT = "text"
    IMAGE = "image"
    FILE = "file"
    VIDEO = "video"
    AUDIO = "audio"
    REDACTED = "redacted"
    ENCRYPTED = "encrypted"
    STATE = "state"
    UNKNOWN = "unknown"
    INVITE = "invite"


class RoomSummary(NamedTuple):
    """One row of the conversation list."""

    room_id: RoomID
    name: str
    avatar: ContentURI | None
    membership: Membership
    room_type: str | None
    is_direct: bool
    direct_user: UserID | None
    is_external: bool
    """Some member's server is not mine."""
    is_favourite: bool
    is_encrypted: bool
    level: NotifyLevel
    last_ts: int
    preview_kind: PreviewKind
    preview_sender: UserID | None
    preview_sender_name: str
    preview_text: str
    unread: int
    mentions: int
    is_marked_unread: bool
    draft: str
    send_state: ListSendState
    joined_count: int
    topic: str
    last_event: EventID | None = None
    inviter: UserID | None = None
    has_ding: bool = False
    """A ding in it waits for my confirmation."""


class AttentionTotals(NamedTuple):
    """One query for rail, tray, taskbar and title. Muted rooms count only in `muted_rooms`."""

    unread: int
    mentions: int
    invites: int
    failed_sends: int
    muted_rooms: int
    unread_rooms: int = 0
    dings: int = 0
    """Dings I have not confirmed."""
    approvals: int = 0
    """Requests that wait for my act."""
    comments: int = 0
    """Comments that name me in rooms of requests and in channels: mentions, though of no chat."""
    new_posts: int = 0
    """Unread posts of channels I follow and did not mute: unread, though of no chat."""
    post_comments: int = 0
    """Those of `comments` that were made in channels."""

    @property
    def chat_duties(self) -> int:
        """What of the chats waits for my act."""
        return self.invites + self.failed_sends

    @property
    def duties(self) -> int:
        """Everything that waits for my act."""
        return self.chat_duties + self.dings + self.approvals


class Member(NamedTuple):
    """A member of a room as the panel and the completer show it."""

    user_id: UserID
    name: str
    avatar: ContentURI | None
    membership: Membership
    power: int
    is_external: bool


class Profile(NamedTuple):
    """A user as the directory answers."""

    user_id: UserID
    name: str
    avatar: ContentURI | None
