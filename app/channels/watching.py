"""Where I stopped, what I saved, what I have finished.

Positions are held here and written down at most every `EVERY_S` seconds, and when playing ends or pauses; the cache queues
them as account data of the channel. That I have begun or finished a video is told only where my company and the channel
want it: in a state event that only I can write, at most once in `REPORT_EVERY_MS` for each channel.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from app.channels.rights import is_followed, may_send, room_of
from app.domain.channels.wire import FINISHED_SHARE, MAX_WATCHED, VERSION, WATCHED_TYPE
from app.domain.content import dict_of, int_of
from app.domain.ids import EventID, RoomID
from app.domain.sending import QueuedRequest, RequestKind
from app.domain.timeline import SendState
from app.errors import InputError
from app.sending.service import new_txn_id
from app.store.values import NewRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.clock import Clock
    from app.domain.channels.rows import Watch
    from app.domain.content import JSONObject
    from app.sending.service import SendingService
    from app.store.cache import Cache

log = logging.getLogger("tack.channels")

EVERY_S = 30.0
REPORT_EVERY_MS = 10 * 60 * 1000
LAST_MS, LONG_MS = 10_000, 180_000
"""Who has no more than that before them has finished a video that is at least so long; a short one has its share alone."""
REPORTED = "channel_reported"
"""Namespace of `kv`, by channel: [when the last report was due, what it said]."""


class Watching:
    """Part of the service."""

    def __init__(
        self, cache: Cache, sending: SendingService, clock: Clock, now_ms: Callable[[], int]
    ) -> None:
        self._cache, self._sending, self._clock = cache, sending, clock
        self._now_ms = now_ms
        self._noted: dict[EventID, tuple[int, int]] = {}
        self._written_at: dict[EventID, float] = {}

    # Positions ----------------------------------------------------------------------------------------------

    async def note(self, event_id: EventID, at_ms: int, duration_ms: int) -> None:
        """Note where the person is. Raises `InputError` `not_found`."""
        is_new = event_id not in self._written_at
        self._noted[event_id] = (max(0, at_ms), max(0, duration_ms))
        was = self._cache.read.channels.watch(event_id)
        has_just_finished = not was.finished_ms and is_finished(at_ms, duration_ms)
        rested_s = self._clock.monotonic() - self._written_at.get(event_id, 0.0)
        if is_new or has_just_finished or rested_s >= EVERY_S:
            await self._write(event_id)

    async def flush(self) -> None:
        """Write down what is noted."""
        for event_id in list(self._noted):
            try:
                await self._write(event_id)
            except InputError as error:  # its channel was forgotten meanwhile
                log.info("position in %s: %s", event_id, error.code)

    async def _write(self, event_id: EventID) -> None:
        at_ms, duration_ms = self._noted.pop(event_id)
        room_id = room_of(self._cache.read, event_id)
        self._written_at[event_id] = self._clock.monotonic()
        was, now_ms = self._cache.read.channels.watch(event_id), self._now_ms()
        finished_ms = was.finished_ms or (now_ms if is_finished(at_ms, duration_ms) else 0)
        watch = was._replace(at_ms=at_ms, duration_ms=duration_ms or was.duration_ms, finished_ms=finished_ms)
        await self._put(room_id, event_id, watch)
        if not (was.at_ms or was.duration_ms) or (finished_ms and not was.finished_ms):
            await self._report(room_id, event_id, started_ms=now_ms, finished_ms=finished_ms)

    async def set_saved(self, event_id: EventID, is_saved: bool) -> None:
        """Put a post on the list of saved ones, or take it off. Raises `InputError` `not_found`."""
        room_id = room_of(self._cache.read, event_id)
        was = self._cache.read.channels.watch(event_id)
        if bool(was.saved_ms) != is_saved:
            await self._put(room_id, event_id, was._replace(saved_ms=self._now_ms() if is_saved else 0))

    async def _put(self, room_id: RoomID, event_id: EventID, watch: Watch) -> None:
        # The server's time is known to a second only, to each device another one: what I do now is later all the same.
        ts_ms = max(self._now_ms(), watch.ts_ms + 1)
        content: JSONObject = {"at": watch.at_ms, "duration": watch.duration_ms, "ts": ts_ms}
        if watch.finished_ms:
            content["finished"] = watch.finished_ms
        if watch.saved_ms:
            content["saved"] = watch.saved_ms
        await self._cache.channels.set_watch(room_id, event_id, content)

    # Reports ------------------------------------------------------------------------------------------------

    async def _report(self, room_id: RoomID, event_id: EventID, *, started_ms: int, finished_ms: int) -> None:
        """Tell that I have begun or finished a video, where that is wanted."""
        read = self._cache.read
        wanted = await self._cache.read_in_worker(lambda reader: reader.channels.reports_wanted(room_id))
        if not wanted or not is_followed(read, room_id):
            return
        if not may_send(read, room_id, WATCHED_TYPE, is_state=True):
            return
        waiting = self._waiting(room_id)
        stands = read.state_event(room_id, WATCHED_TYPE, self._cache.user_id) or {}
        last_ms, last = self._last(room_id)
        content = with_report(together(stands, last), event_id, started_ms, finished_ms)
        if waiting is not None and waiting.state is SendState.QUEUED and not waiting.attempts:
            await self._cache.queue_update_content(waiting.txn_id, content)
            await self._cache.set_kv(REPORTED, room_id, json.dumps([last_ms, content]))
        else:
            await self._queue(room_id, content, last_ms)

    def _last(self, room_id: RoomID) -> tuple[int, JSONObject]:
        """Give when the last report was due, and what it said: sync may not have brought it back yet."""
        kept = self._cache.read.kv(REPORTED, room_id)
        due_ms, content = json.loads(kept) if kept else (0, {})
        return due_ms, content

    def _waiting(self, room_id: RoomID) -> QueuedRequest | None:
        """Give the newest report of a channel that has not arrived."""
        rows = self._cache.read.queue(room_id=room_id, limit=5000)
        found = [row for row in rows if row.event_type == WATCHED_TYPE and row.state is not SendState.WEDGED]
        return found[-1] if found else None

    async def _queue(self, room_id: RoomID, content: JSONObject, last_ms: int) -> None:
        due_ms = max(self._clock.now_ms(), last_ms + REPORT_EVERY_MS)
        request = NewRequest(
            lane=f"watched:{room_id}",
            kind=RequestKind.STATE,
            txn_id=new_txn_id(),
            content=content,
            room_id=room_id,
            event_type=WATCHED_TYPE,
            state_key=self._cache.user_id,
            not_before_ms=due_ms,
        )
        await self._cache.set_kv(REPORTED, room_id, json.dumps([due_ms, content]))
        await self._sending.queue([request])


def is_finished(at_ms: int, duration_ms: int) -> bool:
    """Whether who is there has finished a video."""
    if duration_ms <= 0:
        return False
    is_near_end = duration_ms >= LONG_MS and at_ms >= duration_ms - LAST_MS
    return at_ms >= FINISHED_SHARE * duration_ms or is_near_end


def together(one: JSONObject, other: JSONObject) -> JSONObject:
    """Lay two reports of mine over each other: what was begun or finished by one of them was."""
    posts = {**_posts_of(one)}
    for event_id, said in _posts_of(other).items():
        posts[event_id] = {**posts.get(event_id, {}), **said}
    return {"posts": posts}


def with_report(content: JSONObject, event_id: EventID, started_ms: int, finished_ms: int) -> JSONObject:
    """Give a report with one post more; the oldest go."""
    posts = _posts_of(content)
    was = posts.pop(event_id, {})
    said = {
        "started": int_of(was, "started") or started_ms,
        "finished": int_of(was, "finished") or finished_ms,
    }
    posts[event_id] = {key: value for key, value in said.items() if value}
    newest = sorted(posts.items(), key=lambda item: max(map(_number, item[1].values()), default=0))
    return {"v": VERSION, "posts": dict(newest[-MAX_WATCHED:])}


def _posts_of(content: JSONObject) -> dict[str, JSONObject]:
    return {key: value for key, value in dict_of(content, "posts").items() if isinstance(value, dict)}


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
