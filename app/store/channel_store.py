"""What is written about channels besides events: facts of this device and answers of the directory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.channels.rows import ChannelRow, KeptVideo, PostRow, TranscriptLine
    from app.domain.content import JSONObject
    from app.domain.ids import ContentURI, EventID, RoomID


class ChannelStore:
    """`cache.channels`. Each writer is one transaction and publishes what moved."""

    def __init__(self, run: Any) -> None:
        self._run = run

    async def set_found(self, channels: Sequence[ChannelRow], now_ms: int) -> None:
        """Keep the channels that the directory named, in the place of those of the same ids."""
        raise NotImplementedError

    async def set_peeked(
        self, room_id: RoomID, posts: Sequence[tuple[PostRow, JSONObject]], now_ms: int
    ) -> None:
        """Keep the newest posts of a channel one does not follow, with their event contents."""
        raise NotImplementedError

    async def forget_found(self, room_ids: Sequence[RoomID]) -> None:
        """Drop found channels (gone, or not visible any more)."""
        raise NotImplementedError

    async def set_subtitle(
        self, event_id: EventID, number: int, lines: Sequence[TranscriptLine] | None
    ) -> None:
        """Keep the text of a track, for transcript and search; None: it cannot be had, do not ask again."""
        raise NotImplementedError

    async def set_watch(self, room_id: RoomID, event_id: EventID, watch: JSONObject) -> None:
        """Note where I stopped ({at, duration, ts, finished?, saved?}) and queue the account data (`WATCH_TYPE`) in the same transaction; a newer row
        replaces an older one that still waits. Only what moved forward in `ts` counts."""
        raise NotImplementedError

    async def set_kept(self, video: KeptVideo) -> None:
        """Note a video kept for offline, or how far it is."""
        raise NotImplementedError

    async def forget_kept(self, uris: Sequence[ContentURI]) -> None:
        """It is not kept any more."""
        raise NotImplementedError

    async def save_job(self, job_id: str, content: JSONObject | None) -> None:
        """Keep a publish job on disk (returns when the disk has it); None drops it."""
        raise NotImplementedError

    async def jobs(self) -> dict[str, JSONObject]:
        """Give all publish jobs."""
        raise NotImplementedError
