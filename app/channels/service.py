"""What a person does with channels: follow, watch, publish, talk; and what this does beside.

Everything that others see is a row of the send queue. Behind this front: `finding` (directory, peeks), `talking` (likes,
comments), `watching` (positions, reports), `making` (channels, roles, courses), `posting` and `publishing` (videos on their way
up), `keeping` (offline), `upkeep` (history, subtitles).
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from app.channels.listing import Listing, listing_of
from app.channels.parts import ChannelParts
from app.domain.channels.channel import Visibility
from app.domain.channels.wire import LIKE
from app.errors import TackError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from app.channels.values import (
        CourseEdit,
        Found,
        NewChannel,
        NewLive,
        Peek,
        PostEdit,
    )
    from app.domain.channels.channel import Audience, Role
    from app.domain.channels.rows import KeptVideo, PostRow
    from app.domain.ids import ContentURI, EventID, RoomID, TxnID, UserID


class ChannelService(ChannelParts):
    """`account.channels`."""

    # Life -------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin what runs beside: history of followed channels, subtitles, publish jobs that wait."""
        self._upkeep.start()
        self.publishing.start()
        self._keeping.start()

    async def stop(self) -> None:
        """End it; where I stopped is written down."""
        if self._is_made("_upkeep"):
            await self._upkeep.stop()
        if self._is_made("publishing"):
            await self.publishing.stop()
        if self._is_made("_keeping"):
            await self._keeping.stop()
        if self._is_made("_watching"):
            with contextlib.suppress(TackError):  # a full disk: the position of the last half minute is lost
                await self._watching.flush()

    # Finding ----------------------------------------------------------------------------------------------------

    async def find(self, term: str = "", server: str = "", since: str | None = None) -> Found:
        """Ask the directory of this or another server for channels; what was found is kept. Offline: what is known, stale."""
        return await self._finding.find(term, server, since)

    async def peek(self, room_id: RoomID, via: Sequence[str] = ()) -> Peek:
        """Look into a channel without following it. Raises `NotFound`, `Forbidden` (`channel_closed`), `NetworkError`."""
        return await self._finding.peek(room_id, via)

    async def resolve(self, room: str, via: Sequence[str] = ()) -> RoomID:
        """Give the channel a link names; it is peeked at where unknown. Raises as `peek`; `InputError` `not_a_channel`."""
        return await self._finding.resolve(room, via)

    async def follow(self, room_id: RoomID, via: Sequence[str] = ()) -> None:
        """Join. Raises `Forbidden`, `NotFound`, `NetworkError`."""
        await self._finding.follow(room_id, via)

    async def unfollow(self, room_id: RoomID) -> None:
        """Leave. Raises `InputError` `last_owner` where nobody else could look after it."""
        await self._finding.unfollow(room_id)

    async def retry_channel(self, room_id: RoomID) -> None:
        """Try again to make a channel that could not be made."""
        await self._finding.retry(room_id)

    async def set_muted(self, room_id: RoomID, is_muted: bool) -> None:
        """Show no dot for it."""
        await self._finding.set_muted(room_id, is_muted)

    async def mark_seen(self, room_id: RoomID) -> None:
        """The person looked at the channel's newest posts: its dot goes (private receipt)."""
        await self._finding.mark_seen(room_id)

    # Talking ----------------------------------------------------------------------------------------------------

    async def like(self, event_id: EventID, is_liked: bool) -> None:
        """Like a post or comment, or take that back. Offline: queued. Raises `InputError` `follow_first`."""
        await self._talking.react(event_id, LIKE, is_liked)

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
        return await self._talking.comment(event_id, body, at_ms, reply_to, mentions)

    async def remove_comment(self, uid: str) -> None:
        """Recall an own comment, or as editor another's; drop one that waits."""
        await self._talking.remove(uid)

    async def retry(self, uid: str) -> None:
        """Try a comment or post that failed again."""
        await self._talking.retry(uid)

    async def share(self, event_id: EventID, to: RoomID, *, at_ms: int | None = None, text: str = "") -> None:
        """Send a card of a post into a chat; plain clients see title and link. Refused with `share_wider` where those in the chat
        could not see an internal post (nothing is sent); pass through `share_anyway`."""
        await self._sharing.share(event_id, to, at_ms, text, is_asked=False)

    async def share_anyway(
        self, event_id: EventID, to: RoomID, *, at_ms: int | None = None, text: str = ""
    ) -> None:
        """The same, after the person was asked."""
        await self._sharing.share(event_id, to, at_ms, text, is_asked=True)

    # Watching ---------------------------------------------------------------------------------------------------

    async def note_position(self, event_id: EventID, at_ms: int, duration_ms: int) -> None:
        """Note where the person is. Call every few seconds and at the end; goes to the account data at most every 30 s and at `flush_positions`.
        Finishing is noted by itself (`FINISHED_SHARE`), and reported where that is wanted."""
        await self._watching.note(event_id, at_ms, duration_ms)

    async def flush_positions(self) -> None:
        """Playback ended or paused: queue what is noted."""
        await self._watching.flush()

    async def set_saved(self, event_id: EventID, is_saved: bool) -> None:
        """Put a post on the list of saved ones, or take it off."""
        await self._watching.set_saved(event_id, is_saved)

    async def keep_offline(self, event_id: EventID, uri: ContentURI, days: int = 30) -> None:
        """Fetch a rendition whole and keep it till it expires; goes on after a restart. Progress: `Changes.kept_videos`, `reads.kept()`."""
        await self._keeping.keep(event_id, uri, days)

    async def forget_offline(self, uri: ContentURI) -> None:
        """Do not keep it any longer."""
        await self._keeping.forget(uri)

    async def used_by_kept(self) -> tuple[int, int]:
        """Give the bytes kept videos take, and those of the cache for streaming."""
        return await self._keeping.used()

    def kept_now(self) -> list[KeptVideo]:
        """Give kept videos with the progress of this moment."""
        return self._keeping.now()

    # Channels ---------------------------------------------------------------------------------------------------

    async def create(self, new: NewChannel) -> RoomID:
        """Queue making a channel; the stand-in of its room (`is_new_room`). Raises `InputError` `channel_name`, `file_gone`…"""
        return await self._making.create(new)

    def listing(self, room_id: RoomID) -> Listing:
        """Say whether a channel stands in its server's directory, as far as this device asked for it. `REFUSED`: the server lists
        no rooms (sentence `channel_unlisted`); people need the link."""
        return listing_of(self._cache.read, room_id)

    async def describe(
        self,
        room_id: RoomID,
        *,
        name: str | None = None,
        about: str | None = None,
        avatar_path: str | None = None,
    ) -> None:
        """Change name, description, picture. Queued."""
        await self._making.describe(room_id, name, about, avatar_path)

    async def set_audience(self, room_id: RoomID, audience: Audience) -> None:
        """Change who may see the channel. Raises `InputError` `audience_fixed`: an internal channel stays internal (Matrix cannot change that)."""
        await self._making.set_audience(room_id, audience)
        self._upkeep.look()

    async def set_open(self, room_id: RoomID, is_open: bool) -> None:
        """Let everybody comment as plain messages, or only by Tack's own events."""
        await self._making.set_open(room_id, is_open)

    async def set_reports(self, room_id: RoomID, wanted: bool) -> None:
        """Ask who has finished (counts only with the company's consent)."""
        await self._making.set_reports(room_id, wanted)

    async def set_role(self, room_id: RoomID, user_id: UserID, role: Role) -> None:
        """Make somebody owner, editor, viewer. Raises `InputError` `last_owner`, `Forbidden`. Not queued: power is never given away later."""
        await self._making.set_role(room_id, user_id, role)

    async def invite(self, room_id: RoomID, users: Sequence[UserID]) -> None:
        """Invite people to follow. Queued."""
        await self._making.invite(room_id, users)

    async def save_course(self, room_id: RoomID, course: CourseEdit) -> str:
        """Make or change a playlist; its id. Queued."""
        return await self._courses.save(room_id, course)

    async def remove_course(self, room_id: RoomID, course: str) -> None:
        """Take a playlist away (its posts stay)."""
        await self._courses.remove(room_id, course)

    async def ding_unfinished(self, room_id: RoomID, course: str, text: str) -> int:
        """DING those who have not finished a compulsory course; how many. Raises `InputError` `nobody_left`, `reports_off`, `too_soon` (5 minutes)."""
        return await self._courses.ding_unfinished(room_id, course, text)

    async def set_policy(self, allowed: bool) -> None:
        """The company's consent to reports, by who runs its space. Raises `Forbidden`, `InputError` `no_organisation`."""
        await self._making.set_policy(allowed)

    # Posts ------------------------------------------------------------------------------------------------------

    async def edit_post(self, event_id: EventID, edit: PostEdit) -> None:
        """Change an own post. Queued. Raises `InputError` `not_yours`, `channel_post_too_big`."""
        await self._posts.edit(event_id, edit)

    async def take_down(self, event_id: EventID, reason: str = "") -> None:
        """Recall a post, own or (as owner) another's. Queued; its media cannot be deleted from other servers."""
        await self._posts.take_down(event_id, reason)

    async def announce_live(self, new: NewLive) -> TxnID:
        """Announce a stream. Raises `InputError` `stream_address`, `no_permission`."""
        return await self._posts.announce(new)

    async def end_live(self, event_id: EventID) -> None:
        """Say that it is over now."""
        await self._posts.end_live(event_id)

    async def reserve(self, event_id: EventID, is_reserved: bool) -> None:
        """Be reminded of a live stream by a DING to oneself 5 minutes before; or not any more."""
        await self._reminding.reserve(event_id, is_reserved)

    async def share_window(self, row: PostRow) -> list[str]:
        """Give the names of the other companies that see this post, for the line above "publish"."""
        return list(row.audience.servers) if row.audience.visibility is Visibility.PARTNERS else []

    async def save_file(self, path: Path) -> str:
        """Copy a picture or subtitle of the person's into the outbox; its name there. Raises `InputError` (`file_gone`…), `DiskFull`."""
        return await self.publishing.save_file(path)
