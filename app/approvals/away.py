"""Being away: who decides for me, in requests to come (the library says it) and in those open now (an act in each)."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from app.approvals.values import NewAct
from app.domain.approvals.acts import ActKind
from app.domain.approvals.template import Away
from app.domain.approvals.wire import to_content
from app.errors import InputError, TackError

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.approvals.acting import Acting
    from app.approvals.library import Library
    from app.domain.approvals.rows import ApprovalDetail
    from app.domain.ids import RoomID, UserID
    from app.store.cache import Cache

log = logging.getLogger("tack.approvals")

LAST_MS = 253_370_764_800_000
"""The year 9999."""


class Absence:
    """Part of the service."""

    def __init__(self, cache: Cache, library: Library, acting: Acting, now_ms: Callable[[], int]) -> None:
        self._cache, self._library, self._acting = cache, library, acting
        self._now_ms = now_ms

    async def begin(self, deputy: UserID, from_ms: int, until_ms: int, templates: tuple[str, ...]) -> None:
        """Let somebody decide for me. Raises `InputError`: `approval_away_self`, `approval_away_times`."""
        if deputy == self._cache.user_id:
            raise InputError("oneself", code="approval_away_self")
        if not 0 <= from_ms < until_ms <= LAST_MS or until_ms <= self._now_ms():
            raise InputError("ends before it begins", code="approval_away_times")
        await self._library.put_away(to_content(Away(deputy, from_ms, until_ms, templates)))
        new = NewAct(ActKind.DEPUTISE, people=(deputy,), from_ms=from_ms, until_ms=until_ms)
        for detail in await self._open():
            if not templates or detail.content.template.id in templates:
                await self._act(detail.row.room_id, new)

    async def end(self) -> None:
        """I am back."""
        await self._library.put_away({})
        me, now_ms = self._cache.user_id, self._now_ms()
        for detail in await self._open():
            if any(user == me and until_ms >= now_ms for user, _, _, until_ms in detail.state.away):
                await self._act(detail.row.room_id, NewAct(ActKind.DEPUTISE))

    async def _open(self) -> list[ApprovalDetail]:
        """Give the open requests in whose route I stand."""
        me, now_ms = self._cache.user_id, self._now_ms()
        found = await self._cache.read_in_worker(
            lambda read: [read.approvals.detail(room_id, now_ms) for room_id in read.approvals.open_with(me)]
        )
        return [
            detail
            for detail in found
            if detail is not None
            and any(task.user == me for step in detail.state.steps for task in step.tasks)
        ]

    async def _act(self, room_id: RoomID, new: NewAct) -> None:
        try:
            await self._acting.act(room_id, new)
        except TackError as error:  # this one has moved on; the others count
            log.info("no deputy in %s: %s", room_id, error.code)
