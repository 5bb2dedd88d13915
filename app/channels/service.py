"""What a person does with channels: follow, watch, publish, talk; and what this does beside.

Everything that others see is a row of the send queue. Behind this front: `finding` (directory, peeks), `talking` (likes,
comments), `watching` (positions, reports), `making` (channels, roles, courses), `posting` and `publishing` (videos on their way
up), `keeping` (offline), `upkeep` (history, subtitles).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from app.changes import ChangeFeed
    from app.channels.publishing import Publishing
    from app.channels.values import (
        CourseEdit,
        Found,
        NewChannel,
        NewLive,
        Peek,
        PostEdit,
    )
    from app.clock import Clock
    from app.dings.service import DingService
    from app.directory.organisation import Organisation
    from app.domain.channels.channel import Audience, Role
    from app.domain.channels.rows import KeptVideo, PostRow
    from app.domain.ids import ContentURI, EventID, RoomID, TxnID, UserID
    from app.homeserver import Homeserver
    from app.media.service import MediaService
    from app.media.videos import Videos
    from app.sending.attachments import Outbox
    from app.sending.service import SendingService
    from app.sending.uploads import Uploads
    from app.store.cache import Cache
    from app.sync.connection import ConnectionMonitor
    from app.timeline.service import TimelineService


class ChannelService:
    """`account.channels`."""

    def __init__(
        self,
        cache: Cache,
        homeserver: Homeserver,
        sending: SendingService,
        outbox: Outbox,
        uploads: Uploads,
        media: MediaService,
        videos: Callable[[], Videos],
        dings: DingService,
        organisation: Organisation,
        timelines: TimelineService,
        changes: ChangeFeed,
        monitor: ConnectionMonitor,
        clock: Clock,
    ) -> None:
        self._cache, self._homeserver, self._sending = cache, homeserver, sending
        self._clock = clock

    # Life -------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin what runs beside: history of followed channels, subtitles, publish jobs that wait."""

    async def stop(self) -> None:
        """End it."""

    def now_ms(self) -> int:
        """Give the time as the server has it."""
        return self._clock.now_ms() + self._homeserver.clock_skew_ms

    @property
    def publishing(self) -> Publishing:
        """Videos on their way up (`app.channels.publishing`)."""
        raise NotImplementedError

    # Finding ----------------------------------------------------------------------------------------------------

    async def find(self, term: str = "", server: str = "", since: str | None = None) -> Found:
        """Ask the directory of this or another server for channels; what was found is kept. Offline: what is known, stale."""
        raise NotImplementedError

    async def peek(self, room_id: RoomID, via: Sequence[str] = ()) -> Peek:
        """Look into a channel without following it. Raises `NotFound`, `Forbidden` (`channel_closed`), `NetworkError`."""
        raise NotImplementedError

    async def resolve(self, room: str, via: Sequence[str] = ()) -> RoomID:
        """Give the channel a link names; it is peeked at where unknown. Raises as `peek`; `InputError` `not_a_channel`."""
        raise NotImplementedError

    async def follow(self, room_id: RoomID, via: Sequence[str] = ()) -> None:
        """Join. Raises `Forbidden`, `NotFound`, `NetworkError`."""
        raise NotImplementedError

    async def unfollow(self, room_id: RoomID) -> None:
        """Leave. Raises `InputError` `last_owner` where nobody else could look after it."""
        raise NotImplementedError

    async def set_muted(self, room_id: RoomID, is_muted: bool) -> None:
        """Show no dot for it."""
        raise NotImplementedError

    async def mark_seen(self, room_id: RoomID) -> None:
        """The person looked at the channel's newest posts: its dot goes (private receipt)."""
        raise NotImplementedError

    # Talking ----------------------------------------------------------------------------------------------------

    async def like(self, event_id: EventID, is_liked: bool) -> None:
        """Like a post or comment, or take that back. Offline: queued. Raises `InputError` `follow_first`."""
        raise NotImplementedError

    async def comment(
        self,
        event_id: EventID,
        body: str,
        *,
        at_ms: int | None = None,
        reply_to: EventID | None = None,
        mentions: Sequence[UserID] = (),
    ) -> TxnID:
        """Comment a post. Raises `InputError` `follow_first`, `comment_too_long`, `no_permission`."""
        raise NotImplementedError

    async def remove_comment(self, uid: str) -> None:
        """Recall an own comment, or as editor another's; drop one that waits."""
        raise NotImplementedError

    async def retry(self, uid: str) -> None:
        """Try a comment or post that failed again."""
        raise NotImplementedError

    async def share(self, event_id: EventID, to: RoomID, *, at_ms: int | None = None, text: str = "") -> None:
        """Send a card of a post into a chat; plain clients see title and link. Refused with `share_wider` where those in the chat
        could not see an internal post (nothing is sent); pass through `share_anyway`."""
        raise NotImplementedError

    async def share_anyway(
        self, event_id: EventID, to: RoomID, *, at_ms: int | None = None, text: str = ""
    ) -> None:
        """The same, after the person was asked."""
        raise NotImplementedError

    # Watching ---------------------------------------------------------------------------------------------------

    async def note_position(self, event_id: EventID, at_ms: int, duration_ms: int) -> None:
        """Note where the person is. Call every few seconds and at the end; goes to the account data at most every 30 s and at `flush_positions`.
        Finishing is noted by itself (`FINISHED_SHARE`), and reported where that is wanted."""
        raise NotImplementedError

    async def flush_positions(self) -> None:
        """Playback ended or paused: queue what is noted."""
        raise NotImplementedError

    async def set_saved(self, event_id: EventID, is_saved: bool) -> None:
        """Put a post on the list of saved ones, or take it off."""
        raise NotImplementedError

    async def keep_offline(self, event_id: EventID, uri: ContentURI, days: int = 30) -> None:
        """Fetch a rendition whole and keep it till it expires; goes on after a restart. Progress: `Changes.kept_videos`, `reads.kept()`."""
        raise NotImplementedError

    async def forget_offline(self, uri: ContentURI) -> None:
        """Do not keep it any longer."""
        raise NotImplementedError

    async def used_by_kept(self) -> tuple[int, int]:
        """Give the bytes kept videos take, and those of the cache for streaming."""
        raise NotImplementedError

    def kept_now(self) -> list[KeptVideo]:
        """Give kept videos with the progress of this moment."""
        raise NotImplementedError

    # Channels ---------------------------------------------------------------------------------------------------

    async def create(self, new: NewChannel) -> RoomID:
        """Queue making a channel; the stand-in of its room (`is_new_room`). Raises `InputError` `channel_name`, `file_gone`…"""
        raise NotImplementedError

    async def describe(
        self,
        room_id: RoomID,
        *,
        name: str | None = None,
        about: str | None = None,
        avatar_path: str | None = None,
    ) -> None:
        """Change name, description, picture. Queued."""
        raise NotImplementedError

    async def set_audience(self, room_id: RoomID, audience: Audience) -> None:
        """Change who may see the channel. Raises `InputError` `audience_fixed`: an internal channel stays internal (Matrix cannot change that)."""
        raise NotImplementedError

    async def set_open(self, room_id: RoomID, is_open: bool) -> None:
        """Let everybody comment as plain messages, or only by Tack's own events."""
        raise NotImplementedError

    async def set_reports(self, room_id: RoomID, wanted: bool) -> None:
        """Ask who has finished (counts only with the company's consent)."""
        raise NotImplementedError

    async def set_role(self, room_id: RoomID, user_id: UserID, role: Role) -> None:
        """Make somebody owner, editor, viewer. Raises `InputError` `last_owner`, `Forbidden`. Not queued: power is never given away later."""
        raise NotImplementedError

    async def invite(self, room_id: RoomID, users: Sequence[UserID]) -> None:
        """Invite people to follow. Queued."""
        raise NotImplementedError

    async def save_course(self, room_id: RoomID, course: CourseEdit) -> str:
        """Make or change a playlist; its id. Queued."""
        raise NotImplementedError

    async def remove_course(self, room_id: RoomID, course: str) -> None:
        """Take a playlist away (its posts stay)."""
        raise NotImplementedError

    async def ding_unfinished(self, room_id: RoomID, course: str, text: str) -> int:
        """DING those who have not finished a compulsory course; how many. Raises `InputError` `nobody_left`, `reports_off`, `too_soon` (5 minutes)."""
        raise NotImplementedError

    async def set_policy(self, allowed: bool) -> None:
        """The company's consent to reports, by who runs its space. Raises `Forbidden`, `InputError` `no_organisation`."""
        raise NotImplementedError

    # Posts ------------------------------------------------------------------------------------------------------

    async def edit_post(self, event_id: EventID, edit: PostEdit) -> None:
        """Change an own post. Queued. Raises `InputError` `not_yours`, `channel_post_too_big`."""
        raise NotImplementedError

    async def take_down(self, event_id: EventID, reason: str = "") -> None:
        """Recall a post, own or (as owner) another's. Queued; its media cannot be deleted from other servers."""
        raise NotImplementedError

    async def announce_live(self, new: NewLive) -> TxnID:
        """Announce a stream. Raises `InputError` `stream_address`, `no_permission`."""
        raise NotImplementedError

    async def end_live(self, event_id: EventID) -> None:
        """Say that it is over now."""
        raise NotImplementedError

    async def reserve(self, event_id: EventID, is_reserved: bool) -> None:
        """Be reminded of a live stream by a DING to oneself 5 minutes before; or not any more."""
        raise NotImplementedError

    async def share_window(self, row: PostRow) -> list[str]:
        """Give the names of the other companies that see this post, for the line above "publish"."""
        raise NotImplementedError

    async def save_file(self, path: Path) -> str:
        """Copy a picture or subtitle of the person's into the outbox; its name there. Raises `InputError` (`file_gone`…), `DiskFull`."""
        raise NotImplementedError
