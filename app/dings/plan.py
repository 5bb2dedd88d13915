"""What a person does with dings to come: plan, look, change, give up, try again."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from app.dings.compose import NewDing, ding_message, round_txn_id
from app.dings.scheduler import file_json, requests_of
from app.domain.content import JSONObject, text_of
from app.domain.dings import DingContent, DingRepeat, parse_ding, words_of
from app.domain.scheduled import ScheduledDing, ScheduledState, ScheduleMode
from app.errors import InputError
from app.sending.contents import ECHO_PREFIX
from app.store.scheduled import ScheduledRow

if TYPE_CHECKING:
    from app.dings.places import DingPlace
    from app.dings.scheduler import DingScheduler
    from app.sending.service import SendingService
    from app.store.cache import Cache
    from app.store.values import NewRequest

ROOM_TITLE = "DING"
"""A room made before its ding goes out does not tell what that will say."""
FindPlace = Callable[[NewDing, str], Awaitable["DingPlace"]]
_HIDDEN = (ScheduledState.CANCELLING, ScheduledState.SKIPPED)


class _Planned(NamedTuple):
    uid: str
    rows: list[ScheduledRow]
    requests: list[NewRequest]


class DingPlan:
    """Writes the plan that the scheduler works off."""

    def __init__(
        self, cache: Cache, sending: SendingService, find_place: FindPlace, scheduler: DingScheduler
    ) -> None:
        self._cache = cache
        self._sending = sending
        self._find_place = find_place
        self._scheduler = scheduler

    async def add(self, new: NewDing) -> str:
        """Plan a ding; its uid. Raises as `DingService.send`."""
        planned = await self._prepare(new)
        await self._cache.dings.plan(planned.rows, planned.requests)
        self._scheduler.look()
        return planned.uid

    async def _prepare(self, new: NewDing, kept: tuple[JSONObject, ...] = ()) -> _Planned:
        """Make everything that a ding needs, refusing what cannot be sent, and write nothing."""
        now_ms, series = self._scheduler.now_ms(), f"s{secrets.token_hex(8)}"
        content = ding_message(new, new.ding._replace(series=series, round=0))
        place = await self._find_place(new, ROOM_TITLE if new.send_at_ms is not None else new.text)
        files = [file_json(await self._sending.prepare_file(path)) for path in new.files]
        base_ms = now_ms if new.send_at_ms is None else max(1, new.send_at_ms)
        first = ScheduledRow(
            series, 0, place.room_id, content, (*kept, *files), base_ms, base_ms, place.is_ding_room
        )
        later = self._scheduler.rounds_behind([first])
        requests = [] if place.create is None else [place.create]
        if new.send_at_ms is None:
            uid = f"{ECHO_PREFIX}{round_txn_id(series, 0)}"
            return _Planned(uid, later, requests + requests_of(first))
        return _Planned(f"s:{series}:0", [first, *later], requests)

    def listed(self) -> list[ScheduledDing]:
        """Give what is to come: failed ones, then the next of each series."""
        failed: list[ScheduledDing] = []
        series: dict[str, list[ScheduledRow]] = {}
        for row in self._cache.read.ding_work.scheduled():
            if row.state is ScheduledState.FAILED:
                failed += self._shown([row])
            elif row.state not in _HIDDEN:
                series.setdefault(row.series, []).append(row)
        return failed + [shown for rows in series.values() for shown in self._shown(rows)]

    def _shown(self, rows: Sequence[ScheduledRow]) -> list[ScheduledDing]:
        row = rows[0]
        ding = parse_ding(row.content)
        if ding is None:
            return []
        room = None if row.is_ding_room else self._cache.read.room(row.room_id)
        shown = ScheduledDing(
            series=row.series,
            round=row.round,
            text=words_of(text_of(row.content, "body") or ""),
            content=ding,
            due_ms=row.due_ms,
            mode=ScheduleMode.SERVER if row.is_held else ScheduleMode.LOCAL,
            state=row.state,
            room_id=row.room_id,
            room_name=room.name if room is not None else "",
            is_ding_room=row.is_ding_room,
            people=ding.recipients,
            file_count=len(row.files),
            error_code=row.error_code,
            later_ms=tuple(other.due_ms for other in rows[1:]),
            is_elsewhere=row.is_elsewhere,
        )
        return [shown]

    async def cancel(self, series: str, round: int | None) -> None:
        """Give up a round or a series."""
        await self._cache.dings.give_up(series, round)
        self._scheduler.look()

    async def retry(self, series: str, round: int) -> None:
        """Send a failed one now; one whose time is still to come waits for it again."""
        for row in self._rows(series):
            if row.round != round or row.state is not ScheduledState.FAILED:
                continue
            if row.delay_id is not None:  # of a damaged cache: the server is asked what became of it
                await self._cache.dings.set_scheduled(row.id, ScheduledState.WAITING, row.delay_id)
            elif row.due_ms > self._scheduler.now_ms():
                await self._cache.dings.set_scheduled(row.id, ScheduledState.WAITING, None)
            else:
                await self._scheduler.send_now(row)
        self._scheduler.look()

    async def edit(self, series: str, new: NewDing, *, keeps_files: bool) -> str:
        """Put another ding in the place of a series. Raises `InputError` `already_sent`, and as `add`."""
        kept = next((row.files for row in self._rows(series)), ()) if keeps_files else ()
        planned = await self._prepare(new, kept)
        async with self._scheduler.lock:
            rows = self._rows(series)
            if not rows:
                raise InputError("nothing to come any more", code="already_sent")
            for row in rows:
                await self._take_back(row)
            await self._cache.dings.plan(planned.rows, planned.requests, instead_of=[row.id for row in rows])
        self._scheduler.look()
        return planned.uid

    async def _take_back(self, row: ScheduledRow) -> None:
        if row.delay_id is None or await self._scheduler.handing.cancel_now(row):
            return
        if _is_single(parse_ding(row.content)):
            await self._cache.dings.drop_scheduled([row.id])
            raise InputError("it went out a moment ago", code="already_sent")

    def _rows(self, series: str) -> list[ScheduledRow]:
        return [row for row in self._cache.read.ding_work.scheduled() if row.series == series]


def _is_single(ding: DingContent | None) -> bool:
    return ding is None or ding.repeat is DingRepeat.NONE
