"""The part of the plan that the server holds (delayed events): hands rows over and finds out what became of them.

A delayed event is known by its series and round, which stand in its content, never by the reply to the request alone:
a row is marked as asked for before the request, and as long as that mark stands it is not sent from here. What
is asked for, or held, and missing from the server's list was sent, given up elsewhere, or lost: the room itself is
asked before anything is said about it.
"""

from __future__ import annotations

import logging
import secrets
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from app.dings.compose import round_txn_id
from app.domain.content import JSONObject
from app.domain.dings import parse_ding
from app.domain.events import Event
from app.domain.ids import TxnID
from app.domain.membership import Membership
from app.domain.scheduled import ScheduledState, ScheduleMode
from app.domain.sending import is_new_room
from app.errors import Forbidden, LimitExceeded, NotFound, RetryKind, ServerError, TackError
from app.store.scheduled import ASKED, ScheduledRow

if TYPE_CHECKING:
    from app.homeserver import Homeserver
    from app.matrix.delayed import DelayedEvent
    from app.store.cache import Cache

log = logging.getLogger("tack.dings")

SOON_MS = 3_000
"""What is due so soon is sent from here."""
PATIENCE_MS = 60_000
"""So long after its time a held ding may take to come."""
LOOK_BACK_MS = 3_600_000
SEARCH_PAGES = 10
MAX_DELAY_MS = 365 * 86_400_000
"""Where the server names no limit."""
FULL_MS = 600_000
AGAIN_S, SELDOM_S = 61.0, 3600.0
Key = tuple[str, int]


class Handing:
    """Used by the scheduler's task alone, but for `mode_of` and `cancel_now`."""

    def __init__(self, cache: Cache, homeserver: Homeserver, now_ms: Callable[[], int]) -> None:
        self._cache = cache
        self._homeserver = homeserver
        self._now_ms = now_ms
        self._max_delay_ms = MAX_DELAY_MS
        self._is_refused = False
        self._full_until_ms = 0

    # Questions ----------------------------------------------------------------------------------------------

    def mode_of(self, due_ms: int, *, has_files: bool) -> ScheduleMode:
        """Tell who will hold a ding until then, as far as is known now."""
        delay_ms = due_ms - self._now_ms()
        fits = self._is_offered and not has_files and SOON_MS < delay_ms <= self._longest_ms
        return ScheduleMode.SERVER if fits else ScheduleMode.LOCAL

    @property
    def _is_offered(self) -> bool:
        offers = self._homeserver.known_offers
        return offers is not None and offers.has_delayed_events and not self._is_refused

    @property
    def _longest_ms(self) -> int:
        offers = self._homeserver.known_offers
        told = offers.max_delay_ms if offers is not None and offers.max_delay_ms else MAX_DELAY_MS
        return min(told, self._max_delay_ms)

    def wants(self, row: ScheduledRow) -> bool:
        """Whether a row should be handed over now."""
        if row.state is not ScheduledState.WAITING or row.delay_id is not None or row.is_elsewhere:
            return False
        if is_new_room(row.room_id) or self._now_ms() < self._full_until_ms or self._is_encrypted(row):
            return False
        return self.mode_of(row.due_ms, has_files=bool(row.files)) is ScheduleMode.SERVER

    def _is_encrypted(self, row: ScheduledRow) -> bool:
        room = self._cache.read.room(row.room_id)
        return room is not None and room.is_encrypted

    # Comparing ----------------------------------------------------------------------------------------------

    async def bring_in_line(self) -> float:
        """Compare with what the server holds, and hand over what fits; the seconds until it is worth doing again.

        Raises `TackError` where it has to be tried again.
        """
        if not self._is_offered:
            return SELDOM_S
        held = await self._held()
        for row in self._rows():
            await self._compare(row, held.pop((row.series, row.round), []))
        await self._note_others(held)
        await self._hand_over()
        is_open = any(row.delay_id is not None and row.due_ms <= self._now_ms() for row in self._rows())
        return AGAIN_S if is_open else SELDOM_S

    def _rows(self) -> list[ScheduledRow]:
        return self._cache.read.ding_work.scheduled()

    async def _held(self) -> dict[Key, list[DelayedEvent]]:
        found: defaultdict[Key, list[DelayedEvent]] = defaultdict(list)
        try:
            events = await self._homeserver.client.delayed.waiting()
        except NotFound:
            self._is_refused = True
            return {}
        for event in events:
            key = _key_of(event.content)
            if event.type == "m.room.message" and key is not None:
                found[key].append(event)
        return dict(found)

    async def _compare(self, row: ScheduledRow, held: Sequence[DelayedEvent]) -> None:
        if row.state in (ScheduledState.CANCELLING, ScheduledState.SKIPPED):
            await self._cancel_all(held)
            await self._drop_cancelled(row)
        elif held:
            await self._keep(row, held)
        elif row.is_elsewhere:
            await self._cache.dings.drop_scheduled([row.id])
        elif row.delay_id is not None and row.state is ScheduledState.WAITING:
            await self._judge_missing(row)

    async def _keep(self, row: ScheduledRow, held: Sequence[DelayedEvent]) -> None:
        """The server has it: once is enough, and in an encrypted room it must not go out at all."""
        if self._is_encrypted(row):
            await self._cancel_all(held)
            await self._set(row, ScheduledState.FAILED, None, "room_encrypted")
            return
        await self._cancel_all(held[1:])
        if row.delay_id != held[0].delay_id or row.state is not ScheduledState.WAITING:
            await self._set(row, ScheduledState.WAITING, held[0].delay_id)

    async def _judge_missing(self, row: ScheduledRow) -> None:
        now_ms = self._now_ms()
        if row.due_ms <= now_ms < row.due_ms + PATIENCE_MS:
            return
        if not row.is_held and row.due_ms > now_ms:
            await self._set(row, ScheduledState.WAITING, None)  # the request never arrived
        elif await self._was_sent(row):
            await self._cache.dings.drop_scheduled([row.id])
        elif not row.is_held:
            await self._set(row, ScheduledState.WAITING, None)  # nobody has it: it goes out from here
        else:
            code = "cancelled_elsewhere" if row.due_ms > now_ms else self._why_not_sent(row)
            await self._set(row, ScheduledState.FAILED, None, code)

    def _why_not_sent(self, row: ScheduledRow) -> str:
        room = self._cache.read.room(row.room_id)
        is_left = room is not None and room.membership is not Membership.JOIN
        return "room_left" if is_left else "ding_not_sent"

    async def _was_sent(self, row: ScheduledRow) -> bool:
        """Look for it among what I said in the room around its time."""
        me = self._cache.user_id
        narrowed = '{"types":["m.room.message"],"senders":["' + me + '"]}'
        token: str | None = None
        for _ in range(SEARCH_PAGES):
            try:
                page = await self._homeserver.client.rooms.messages(
                    row.room_id, token, limit=100, filter=narrowed
                )
            except (Forbidden, NotFound):
                return False
            if any(_is_of(event, row) for event in page.events):
                return True
            oldest_ms = min((event.origin_server_ts for event in page.events), default=None)
            if page.end is None or (oldest_ms is not None and oldest_ms < row.due_ms - LOOK_BACK_MS):
                return False
            token = page.end
        return False

    async def _note_others(self, held: dict[Key, list[DelayedEvent]]) -> None:
        """What another device of mine planned is shown here too."""
        rows = [
            ScheduledRow(
                series, round, events[0].room_id, events[0].content, (), events[0].due_ms, 0
            )._replace(delay_id=events[0].delay_id)
            for (series, round), events in held.items()
        ]
        if rows:
            await self._cache.dings.plan(rows)

    # Handing over -------------------------------------------------------------------------------------------

    async def _hand_over(self) -> None:
        offers = self._homeserver.known_offers
        most = offers.max_delayed_events if offers is not None else None
        rows = self._rows()
        held = sum(row.is_held for row in rows)
        for row in rows:
            if not self.wants(row):
                continue
            if most is not None and held >= most:
                self._full_until_ms = self._now_ms() + FULL_MS
                return
            await self._hand(row)
            held += 1

    async def _hand(self, row: ScheduledRow) -> None:
        asked = f"{ASKED}{secrets.token_hex(4)}"
        if not await self._set(row, ScheduledState.WAITING, asked):
            return  # given up a moment ago: the server must never hear of it
        txn_id = TxnID(f"{round_txn_id(row.series, row.round)}.{asked[1:]}")
        delay_ms = row.due_ms - self._now_ms()
        try:
            delay_id = await self._homeserver.client.delayed.put(
                row.room_id, "m.room.message", txn_id, row.content, delay_ms
            )
        except TackError as error:
            await self._note_refusal(row, error, delay_ms)
            return
        await self._set(row, ScheduledState.WAITING, delay_id)
        log.info("ding %s, round %d is held by the server", row.series, row.round)

    async def _note_refusal(self, row: ScheduledRow, error: TackError, delay_ms: int) -> None:
        """Read why the server does not take a row. Raises the error where the server may have taken it."""
        from app.matrix.delayed import TOO_LONG, TOO_MANY

        errcode = error.errcode if isinstance(error, ServerError) else ""
        if isinstance(error, LimitExceeded) or errcode in TOO_MANY:
            wait_ms = error.retry_after_ms if isinstance(error, LimitExceeded) else FULL_MS
            self._full_until_ms = self._now_ms() + max(1000, wait_ms)
        elif errcode in TOO_LONG:
            self._max_delay_ms = min(
                self._max_delay_ms, delay_ms - delay_ms // 10 - 1
            )  # not each minute anew
        elif error.retry is not RetryKind.PERMANENT:
            raise error
        elif isinstance(error, Forbidden):
            self._is_refused = True
        else:
            await self._set(row, ScheduledState.FAILED, None, error.code)
            return
        await self._set(row, ScheduledState.WAITING, None)

    # Giving up ----------------------------------------------------------------------------------------------

    async def cancel_now(self, row: ScheduledRow) -> bool:
        """Take a held row back from the server; False where it was sent before. Raises `TackError`."""
        delay_id = row.delay_id or ""
        if row.is_held:
            try:
                await self._homeserver.client.delayed.cancel(delay_id)
            except NotFound:
                return not await self._was_sent(row)
            return True
        held = (await self._held()).get((row.series, row.round), [])
        await self._cancel_all(held)
        return bool(held) or not await self._was_sent(row)

    async def _cancel_all(self, held: Sequence[DelayedEvent]) -> None:
        for event in held:
            try:
                await self._homeserver.client.delayed.cancel(event.delay_id)
            except NotFound:
                log.info("a delayed ding went out while it was given up")

    async def _drop_cancelled(self, row: ScheduledRow) -> None:
        """A round that was given up stays as a mark while its series goes on, so that it is not planned again."""
        goes_on = any(
            other.series == row.series and other.state is ScheduledState.WAITING for other in self._rows()
        )
        if goes_on and row.due_ms > self._now_ms():
            if row.state is not ScheduledState.SKIPPED:
                await self._set(row, ScheduledState.SKIPPED, None)
        else:
            await self._cache.dings.drop_scheduled([row.id])

    async def _set(
        self, row: ScheduledRow, state: ScheduledState, delay_id: str | None, code: str = ""
    ) -> bool:
        return await self._cache.dings.set_scheduled(row.id, state, delay_id, code)


def _key_of(content: JSONObject) -> Key | None:
    ding = parse_ding(content)
    return (ding.series, ding.round) if ding is not None and ding.series else None


def _is_of(event: Event, row: ScheduledRow) -> bool:
    return _key_of(event.content) == (row.series, row.round)
