"""Channels, posts, comments as lists and pages show them. What the cache answers and the service says."""

from enum import StrEnum
from typing import NamedTuple

from app.domain.channels.channel import Audience, Role
from app.domain.channels.post import Post
from app.domain.ids import ContentURI, EventID, RoomID, UserID
from app.domain.timeline import SendState


class FeedTab(StrEnum):
    """The pages of the feed; strictly by time, newest first."""

    FOLLOWING = "following"
    """Channels I follow."""
    COMPANY = "company"
    """Internal channels, followed or found in the directory."""
    PARTNERS = "partners"
    DISCOVER = "discover"
    """Channels I do not follow."""


class FeedLength(StrEnum):
    """Filter by length."""

    ANY = "any"
    SHORT = "short"
    LONG = "long"


class FeedQuery(NamedTuple):
    """What of the feed is shown."""

    tab: FeedTab = FeedTab.FOLLOWING
    channel: RoomID | None = None
    """Only this channel."""
    is_unwatched: bool = False
    is_saved: bool = False
    length: FeedLength = FeedLength.ANY
    tag: str = ""
    term: str = ""
    """Words in title, description, tags, subtitles, comments; all must be there."""


class FeedKey(NamedTuple):
    """Where the next page of a feed begins."""

    ts_ms: int
    event_id: EventID


class Watch(NamedTuple):
    """Where I am with a post, on all my devices."""

    at_ms: int = 0
    duration_ms: int = 0
    finished_ms: int = 0
    saved_ms: int = 0
    """Put on the list of saved ones then; 0: it is not."""
    ts_ms: int = 0
    """Last watched then."""

    @property
    def share(self) -> float:
        """How much was watched, 0 to 1."""
        if self.finished_ms:
            return 1.0
        return min(1.0, self.at_ms / self.duration_ms) if self.duration_ms else 0.0


class PostRow(NamedTuple):
    """A card of the feed."""

    event_id: EventID
    """A local transaction id with `~` before while the post itself waits in the send queue."""
    room_id: RoomID
    channel_name: str
    channel_avatar: ContentURI | None
    audience: Audience
    is_followed: bool
    sender: UserID
    sender_name: str
    ts_ms: int
    title: str
    description: str
    tags: tuple[str, ...]
    duration_ms: int | None
    cover: ContentURI | None
    blurhash: str
    is_live: bool
    live_starts_ms: int
    live_ends_ms: int
    """0: open end."""
    recording: EventID | None
    """A live stream: its recording."""
    likes: int
    is_liked: bool
    comments: int
    watch: Watch
    is_new: bool
    """Unread: counts in the dot of its channel."""
    course: str = ""
    """Id of the (first) course it belongs to."""
    is_compulsory: bool = False
    due_ms: int = 0
    watched: int = 0
    """How many reported that they began it, where that is wanted."""
    finished: int = 0
    kept_until_ms: int = 0
    """Kept for offline till then; 0: not kept."""
    is_reserved: bool = False
    """I asked to be reminded of the live stream."""
    hit: str = ""
    """Search: where the term was found (title, description, subtitle, comment), and `hit_at_ms` where in the video."""
    hit_at_ms: int | None = None
    hit_text: str = ""
    send_state: SendState | None = None
    error_code: str = ""


class FeedPage(NamedTuple):
    """A page of the feed."""

    rows: tuple[PostRow, ...]
    next: FeedKey | None


class PostDetail(NamedTuple):
    """All of a post."""

    row: PostRow
    post: Post
    my_role: Role
    can_comment: bool
    """I am in the channel and may."""
    is_edited: bool


class ChannelRow(NamedTuple):
    """A channel."""

    room_id: RoomID
    name: str
    about: str
    avatar: ContentURI | None
    audience: Audience
    my_role: Role
    is_followed: bool
    is_muted: bool
    followers: int
    posts: int
    unread: int
    """New posts: the dot."""
    last_post_ms: int
    alias: str = ""
    via: tuple[str, ...] = ()
    """Servers by which one can join."""
    wants_reports: bool = False
    """The channel asks who has finished."""
    is_open: bool = True
    """Comments are plain messages."""
    is_reached: bool = True
    """All its history is here."""
    is_invited: bool = False
    """Somebody invites me to follow it."""
    error_code: str = ""
    """Mine that could not be made: why. It can be tried again (`ChannelService.retry_channel`) or given up (`unfollow`)."""


class CommentRow(NamedTuple):
    """A comment, oldest first."""

    uid: str
    """Event id, or `~` and the transaction id of one that waits."""
    event_id: EventID | None
    sender: UserID
    sender_name: str
    sender_avatar: ContentURI | None
    is_external: bool
    ts_ms: int
    body: str
    at_ms: int | None
    reply_to: EventID | None
    reply_name: str
    reply_body: str
    is_mine: bool
    can_remove: bool
    likes: int
    is_liked: bool
    send_state: SendState | None = None
    error_code: str = ""


class CourseRow(NamedTuple):
    """A playlist, maybe compulsory."""

    room_id: RoomID
    id: str
    title: str
    about: str
    posts: tuple[EventID, ...]
    """Those that are there, in order."""
    is_compulsory: bool
    due_ms: int
    finished: int
    """How many of them I have finished."""


class PersonProgress(NamedTuple):
    """How far somebody is with a compulsory training (owner's page)."""

    user_id: UserID
    name: str
    finished: int
    """Posts of the course, of `total`."""
    total: int
    last_ms: int


class ChannelFigures(NamedTuple):
    """The owner's page."""

    followers: int
    likes: int
    comments: int
    posts: tuple["PostFigures", ...]
    """Newest first."""


class PostFigures(NamedTuple):
    """One line of it. `watched` and `finished` are None where reports are not wanted."""

    event_id: EventID
    title: str
    ts_ms: int
    likes: int
    comments: int
    watched: int | None
    finished: int | None


class TranscriptLine(NamedTuple):
    """A cue of a subtitle track, as the search and the transcript show it."""

    from_ms: int
    until_ms: int
    text: str


class KeptVideo(NamedTuple):
    """A video kept for offline."""

    uri: ContentURI
    room_id: RoomID
    event_id: EventID
    title: str
    size_bytes: int
    done_bytes: int
    kept_ms: int
    expires_ms: int
    error_code: str = ""
