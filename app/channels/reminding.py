"""Being reminded of a live stream: a reaction that its makers can count, and a DING to oneself a few minutes before.

Where the stream is put off the DING moves with it (`bring_in_line`, from the upkeep).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from app.channels.rights import WAITING_PREFIX
from app.dings.service import NewDing
from app.domain.channels.links import post_link
from app.domain.channels.wire import RESERVE
from app.domain.dings import DingContent, DingKind
from app.domain.ids import EventID
from app.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.channels.talking import Talking
    from app.dings.service import DingService
    from app.domain.channels.rows import PostRow
    from app.store.cache import Cache

NAMESPACE = "channel_reminder"
"""Of `kv`, by post: [series of the DING, when the stream begins]."""
BEFORE_MS = 5 * 60 * 1000


class Reminding:
    """Part of the service."""

    def __init__(self, cache: Cache, talking: Talking, dings: DingService, now_ms: Callable[[], int]) -> None:
        self._cache, self._talking, self._dings, self._now_ms = cache, talking, dings, now_ms

    async def reserve(self, event_id: EventID, is_reserved: bool) -> None:
        """Be reminded, or not any more. Raises `InputError` `not_found`, `follow_first`, `live_over`."""
        row = self._cache.read.channels.post(event_id)
        if row is None or not row.is_live or event_id.startswith(WAITING_PREFIX):
            raise InputError("no live stream", code="not_found")
        if is_reserved and row.live_starts_ms <= self._now_ms():
            raise InputError("it has begun", code="live_over")
        await self._talking.react(event_id, RESERVE, is_reserved)
        await self._forget(event_id)
        if is_reserved:
            await self._plan(row)

    async def _plan(self, row: PostRow) -> None:
        """Put a DING to myself on the schedule; one that begins in a few minutes needs none."""
        at_ms = row.live_starts_ms - BEFORE_MS
        series = ""
        if at_ms > self._now_ms():
            text = f"{row.title}\n{post_link(row.room_id, row.event_id)}"
            ding = DingContent(DingKind.NOTICE, (self._cache.user_id,))
            uid = await self._dings.send(NewDing(text, ding, send_at_ms=at_ms))
            series = uid.split(":")[1]
        await self._cache.set_kv(NAMESPACE, row.event_id, json.dumps([series, row.live_starts_ms]))

    async def _forget(self, event_id: EventID) -> None:
        kept = _kept(self._cache.read.kv(NAMESPACE, event_id))
        if kept is None:
            return
        await self._cache.set_kv(NAMESPACE, event_id, None)
        if kept[0]:
            await self._dings.cancel_scheduled(kept[0])

    async def bring_in_line(self) -> None:
        """Move reminders whose streams were put off, drop those of streams that are gone or over."""
        now_ms = self._now_ms()
        for name, value in self._cache.read.kv_all(NAMESPACE).items():
            event_id, kept = EventID(name), _kept(value)
            row = self._cache.read.channels.post(event_id)
            starts_ms = row.live_starts_ms if row is not None and row.is_live else 0
            if kept is not None and (kept[1] == starts_ms) and starts_ms > now_ms - BEFORE_MS:
                continue
            await self._forget(event_id)
            if row is not None and starts_ms > now_ms:
                await self._plan(row)


def _kept(value: str | None) -> tuple[str, int] | None:
    series, starts_ms = json.loads(value) if value else (None, 0)
    return None if series is None else (str(series), int(starts_ms))
