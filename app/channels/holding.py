"""Posts that the server holds until their time (delayed events): what it was asked to hold comes once, or is known not to come.

The server sends a held post under no transaction id of ours, so nothing at the server stops a second one. While it sends one, it
lists it no more and the room does not have it yet; a busy server takes its time. So what is missing is never sent from here for
that alone: only a cancel that the server grants, or a refusal, says that it will not come. A request whose answer was lost is
made again under the same transaction id, which never makes a second held post.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from dataclasses import replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from app.channels.posting import content_of_job, sent_event, with_txn
from app.domain.ids import RoomID, TxnID
from app.domain.sending import is_new_room
from app.errors import (
    InputError,
    LimitExceeded,
    NetworkError,
    NotFound,
    RetryKind,
    ServerError,
    StrangeAnswer,
    TackError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.channels.job_book import JobBook
    from app.channels.jobs import StoredJob
    from app.domain.ids import EventID
    from app.homeserver import Homeserver
    from app.matrix.delayed import DelayedEvent
    from app.store.cache import Cache

log = logging.getLogger("tack.channels")

ASKED = "?"
"""The server was asked to hold it; whether it does is not known."""
SOON_MS = 3_000
PATIENCE_MS = 60_000
"""So long after its time a held post may still be listed, and so far two clocks may be apart."""
GONE_MS = 300_000
"""So long one that is missing may be on its way into the room."""
MAX_DELAY_MS = 365 * 86_400_000


class Fate(Enum):
    """What became of a held post whose time has come."""

    OUT = auto()
    FREE = auto()
    """Nobody has it, nobody will send it."""
    OPEN = auto()


class Holding:
    """Used by the posting of jobs; what raises a `TackError` that is not permanent is to be tried again."""

    def __init__(
        self, book: JobBook, cache: Cache, homeserver: Homeserver, now_ms: Callable[[], int]
    ) -> None:
        self._book, self._cache, self._homeserver = book, cache, homeserver
        self._now_ms = now_ms
        self._is_refused = False
        self._missing_since: dict[str, int] = {}
        self.lock = asyncio.Lock()
        """Held while the server is told to hold a post or not, and while one goes into the queue: both are what the form says."""

    def room_of(self, job: StoredJob) -> RoomID:
        """Give the channel; of one that was still to be made, what it became."""
        room_id = job.room_id or job.job.form.room_id
        if room_id is None:
            raise InputError("no channel", code="channel_missing")
        made = self._cache.read.kv("new_room", room_id) if is_new_room(room_id) else None
        return RoomID(made) if made is not None else room_id

    async def find(self, job: StoredJob) -> EventID | None:
        """Look for its post in the channel."""
        me, since_ms = self._cache.user_id, job.job.created_ms
        return await sent_event(self._homeserver, me, self.room_of(job), job.txn_id, since_ms)

    # Before its time --------------------------------------------------------------------------------------------

    async def hold(self, job_id: str) -> None:
        """Let the server hold it, where it does that and does not yet."""
        async with self.lock:
            job = self._book.get(job_id)
            delay_ms = job.job.form.publish_at_ms - self._now_ms()
            if job.is_posting or delay_ms <= 0:
                return
            if job.delay_id == ASKED:
                await self._settle(job)
            elif not job.delay_id and self._may_hold(delay_ms, self.room_of(job)):
                await self._book.keep(
                    job_id, lambda now: replace(now, delay_id=ASKED, hold=secrets.token_hex(4))
                )
                await self._ask(self._book.get(job_id))

    def _may_hold(self, delay_ms: int, room_id: RoomID) -> bool:
        offers = self._homeserver.known_offers
        if offers is None or not offers.has_delayed_events or self._is_refused or is_new_room(room_id):
            return False
        return SOON_MS < delay_ms <= (offers.max_delay_ms or MAX_DELAY_MS)

    async def _settle(self, job: StoredJob) -> None:
        """Find out what became of a request whose answer was lost."""
        held = await self._held(job.txn_id)
        if held:
            await self._cancel_all(held[1:])
            await self._note(job.id, held[0].delay_id)
        else:
            await self._ask(job)

    async def _ask(self, job: StoredJob) -> None:
        job = await self._book.keep(job.id, lambda now: now)  # the disk knows it before the server does
        content = content_of_job(job)
        delay_ms = max(1, job.job.form.publish_at_ms - self._now_ms())
        txn_id = TxnID(f"{job.txn_id}.{job.hold}")
        try:
            delay_id = await self._homeserver.client.delayed.put(
                self.room_of(job), "m.room.message", txn_id, content, delay_ms
            )
        except TackError as error:
            if not _is_refusal(error):
                raise _again(error) from error
            self._is_refused = self._is_refused or not isinstance(error, LimitExceeded)
            delay_id = ""
        await self._note(job.id, delay_id)
        log.info("job %s is %s by the server", job.id, "held" if delay_id else "not held")

    async def _note(self, job_id: str, delay_id: str) -> None:
        await self._book.keep(job_id, lambda now: replace(now, delay_id=delay_id))

    # At its time ------------------------------------------------------------------------------------------------

    async def look(self, job_id: str) -> Fate:
        """Find out what became of it. Raises `InputError` (`post_not_sent`) where the server gave it up: the person says what then."""
        async with self.lock:
            job = self._book.get(job_id)
            if not job.delay_id:
                return Fate.FREE
            if await self.find(job) is not None:
                return Fate.OUT
            held = await self._held(job.txn_id)
            if not held:
                return await self._judge_missing(job)
            self._missing_since.pop(job_id, None)
            due_ms = max(job.job.form.publish_at_ms, *(event.due_ms for event in held))
            if self._now_ms() <= due_ms + PATIENCE_MS:
                return Fate.OPEN
            if not await self._cancel_all(held):
                return Fate.OPEN  # it goes out just now
            await self._note(job_id, "")
            return Fate.FREE

    async def _judge_missing(self, job: StoredJob) -> Fate:
        now_ms = self._now_ms()
        missing_ms = now_ms - self._missing_since.setdefault(job.id, now_ms)
        if job.delay_id == ASKED and missing_ms >= PATIENCE_MS:
            self._missing_since.pop(job.id)
            await self._ask(job)
        elif job.delay_id != ASKED and missing_ms >= GONE_MS:
            self._missing_since.pop(job.id)
            await self._book.keep(job.id, lambda now: replace(now, delay_id="", is_posting=True))
            raise InputError("the server did not send it", code="post_not_sent")
        return Fate.OPEN

    # Given up ---------------------------------------------------------------------------------------------------

    async def take_back(self, job: StoredJob) -> bool:
        """Take a held post back from the server, under `lock`; False where it came out, or may come out still."""
        if not job.delay_id:
            return True
        held = await self._held(job.txn_id)
        if held:
            return await self._cancel_all(held)
        left_ms = job.job.form.publish_at_ms - self._now_ms()
        if job.delay_id != ASKED:
            return left_ms > PATIENCE_MS  # given up elsewhere, or by us: that answer was lost
        if left_ms <= 0:
            return False
        await self._ask(job)
        delay_id = self._book.get(job.id).delay_id
        return not delay_id or await self._cancel(delay_id)

    async def _held(self, txn_id: TxnID) -> list[DelayedEvent]:
        try:
            events = await self._homeserver.client.delayed.waiting()
        except NotFound:
            return []
        return [event for event in events if with_txn(event.content) == txn_id]

    async def _cancel_all(self, held: Sequence[DelayedEvent]) -> bool:
        return all([await self._cancel(event.delay_id) for event in held])

    async def _cancel(self, delay_id: str) -> bool:
        """Whether the server gave it up; False: it went out, or goes out just now."""
        try:
            await self._homeserver.client.delayed.cancel(delay_id)
        except NotFound:
            return False
        return True


def _is_refusal(error: TackError) -> bool:
    """Whether the server says that it took nothing. A damaged answer does not."""
    if isinstance(error, LimitExceeded):
        return True
    is_clear = isinstance(error, ServerError) and not isinstance(error, StrangeAnswer)
    return is_clear and error.retry is RetryKind.PERMANENT


def _again(error: TackError) -> TackError:
    """What is unclear is asked again."""
    return error if error.retry is not RetryKind.PERMANENT else NetworkError("unclear", code=error.code)
