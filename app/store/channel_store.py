"""What is written about channels besides events: facts of this device and answers of the directory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.domain.content import JSONObject
from app.store import txn_ids
from app.store.channel_cards import KEPT, kept_text
from app.store.keeping import set_kv
from app.store.sql import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.channels.rows import ChannelRow, KeptVideo, PostRow, TranscriptLine
    from app.domain.ids import ContentURI, EventID, RoomID
    from app.store.write import Write

JOBS = "publish_job"
"""Namespace of `kv`. What stands there is saved when the file is damaged (`app.store.salvage`)."""


class ChannelStore:
    """`cache.channels`. Each writer is one transaction and publishes what moved."""

    def __init__(self, run: Any) -> None:
        self._run = run

    async def set_found(self, channels: Sequence[ChannelRow], now_ms: int) -> None:
        """Keep the channels that the directory named, in the place of those of the same ids."""
        from app.store.channel_found import set_found

        await self._run(lambda w: set_found(w, channels, now_ms))

    async def set_peeked(
        self, room_id: RoomID, posts: Sequence[tuple[PostRow, JSONObject]], now_ms: int
    ) -> None:
        """Keep the newest posts of a channel one does not follow, with their event contents. It must be kept as found."""
        from app.store.channel_found import set_peeked

        await self._run(lambda w: set_peeked(w, room_id, posts, now_ms))

    async def forget_found(self, room_ids: Sequence[RoomID]) -> None:
        """Drop found channels (gone, or not visible any more)."""
        from app.store.channel_found import forget_found

        await self._run(lambda w: forget_found(w, room_ids))

    async def set_subtitle(
        self, event_id: EventID, number: int, lines: Sequence[TranscriptLine] | None
    ) -> None:
        """Keep the text of a track, for transcript and search; None: it cannot be had, do not ask again."""
        from app.store.channel_found import set_subtitle

        await self._run(lambda w: set_subtitle(w, event_id, number, lines))

    async def set_watch(self, room_id: RoomID, event_id: EventID, watch: JSONObject) -> None:
        """Note where I stopped ({at, duration, ts, finished?, saved?}) and queue the account data (`WATCH_TYPE`) in the same
        transaction; a newer row replaces an older one that still waits. Only what moved forward in `ts` counts.

        A post once finished stays so; one that was saved is not any more where `watch` does not say it.
        """
        from app.store.channel_watch import note_watch
        from app.store.channels import refold

        txn = txn_ids.new_txn_id()

        def job(w: Write) -> None:
            names = note_watch(w, room_id, event_id, watch, txn)
            refold(w, names)
            w.tally.posts.update(type(event_id)(name) for name in names)

        await self._run(job, is_durable=True)

    async def set_kept(self, video: KeptVideo) -> None:
        """Note a video kept for offline, or how far it is."""

        def job(w: Write) -> None:
            set_kv(w, KEPT, video.uri, kept_text(video))
            w.tally.kept_videos = True
            w.tally.posts.add(video.event_id)

        await self._run(job)

    async def forget_kept(self, uris: Sequence[ContentURI]) -> None:
        """It is not kept any more."""
        from app.store.channel_cards import kept_videos

        def job(w: Write) -> None:
            for video in kept_videos(w.conn):
                if video.uri in uris:
                    w.tally.posts.add(video.event_id)
            for uri in uris:
                set_kv(w, KEPT, uri, None)
            w.tally.kept_videos = True

        await self._run(job)

    async def save_job(self, job_id: str, content: JSONObject | None) -> None:
        """Keep a publish job on disk (returns when the disk has it); None drops it."""
        text = None if content is None else to_json(content)
        await self._run(lambda w: set_kv(w, JOBS, job_id, text), is_durable=True)

    async def jobs(self) -> dict[str, JSONObject]:
        """Give all publish jobs."""

        def read(w: Write) -> dict[str, JSONObject]:
            from app.store.kept import read_namespace

            return {key: from_json(text) for key, text in read_namespace(w.conn, JOBS).items()}

        found: dict[str, JSONObject] = (await self._run(read))[0]
        return found
