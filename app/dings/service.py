"""What a person does with dings: send, confirm, remind, comment, mute.

Every act is a row of the send queue (or of the schedule) and returns at once; what the server has to say comes
back as a changed inbox. Beside it run the scheduler and the upkeep, which this service starts and stops.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.dings.busy import BusyPeople
from app.dings.compose import NewDing as NewDing
from app.dings.compose import (
    confirmation,
    confirms,
    ding_message,
    file_message,
    nudge_message,
)
from app.dings.places import DingPlace, LoadMembers, find_place
from app.dings.plan import DingPlan
from app.dings.scheduler import DingScheduler
from app.dings.upkeep import DingUpkeep
from app.domain.dings import (
    MIN_NUDGE_MS,
    MUTED_TYPE,
    DingSummary,
    RecipientState,
    nudged_ding,
    parse_ding,
)
from app.domain.events import Event, JSONObject, strings_of
from app.domain.ids import EventID, RoomID, TxnID, UserID
from app.domain.membership import Membership
from app.domain.scheduled import ScheduledDing, ScheduleMode
from app.domain.sending import QueuedRequest, RequestKind
from app.domain.timeline import SendState
from app.errors import InputError, TackError
from app.sending.contents import ECHO_PREFIX
from app.sending.service import new_txn_id
from app.store.values import NewRequest

if TYPE_CHECKING:
    from app.changes import ChangeFeed
    from app.clock import Clock
    from app.homeserver import Homeserver
    from app.sending.attachments import Prepared
    from app.sending.service import SendingService
    from app.store.cache import Cache
    from app.store.ding_work import DingInvitation
    from app.sync.connection import ConnectionMonitor
    from app.timeline.service import TimelineService

log = logging.getLogger("tack.dings")

MOST_REPEATED = 1000
"""So many characters of a ding are said again by a re-ding."""


class DingService:
    """`account.dings`."""

    def __init__(
        self,
        cache: Cache,
        homeserver: Homeserver,
        sending: SendingService,
        load_members: LoadMembers,
        timelines: TimelineService,
        changes: ChangeFeed,
        monitor: ConnectionMonitor,
        clock: Clock,
    ) -> None:
        self._cache = cache
        self._homeserver = homeserver
        self._sending = sending
        self._load_members = load_members
        self._monitor = monitor
        self._clock = clock
        self._turn = asyncio.Lock()
        """Two clicks at once are one act: the second sees what the first has queued."""
        self.scheduler = DingScheduler(cache, homeserver, changes, monitor, clock)
        """Its `rest_of` words the times of later rounds (see `NewDing.fallback`); the interface sets it."""
        self._upkeep = DingUpkeep(cache, homeserver, timelines, changes, monitor, clock)
        self._busy = BusyPeople(homeserver, clock)
        self._plan = DingPlan(cache, sending, self._place, self.scheduler)

    def start(self) -> None:
        """Begin what runs beside: the scheduler and the upkeep."""
        self.scheduler.start()
        self._upkeep.start()

    async def stop(self) -> None:
        """End it."""
        await self._upkeep.stop()
        await self.scheduler.stop()

    # Sending ------------------------------------------------------------------------------------------------

    async def send(self, new: NewDing) -> str:
        """Queue or schedule a ding; its uid (`t:…` of a queued one, `s:…` of a scheduled one).

        Raises `InputError`: `text_empty`, `text_too_long`, `nobody_chosen`, `too_many_people`, `ding_refused`,
        `not_in_room` (names, count), `room_left`, `room_encrypted`, `file_gone` and its like. Nothing is queued then.
        """
        if new.is_scheduled:
            return await self._plan.add(new)
        content = ding_message(new, new.ding)
        place = await self._place(new, new.text)
        files = [await self._sending.prepare_file(path) for path in new.files]
        txn_id = new_txn_id()
        await self._sending.queue(_requests(place, txn_id, content, files))
        return ECHO_PREFIX + txn_id

    async def _place(self, new: NewDing, title: str) -> DingPlace:
        return await find_place(self._cache, self._load_members, new.ding, new.room_id, title, new_txn_id())

    # Later --------------------------------------------------------------------------------------------------

    def scheduled(self) -> list[ScheduledDing]:
        """Give the dings to come, the next first; failed ones before them. Of a repeated one the next round."""
        return self._plan.listed()

    def schedule_mode(self, due_ms: int, *, has_files: bool = False) -> ScheduleMode:
        """Tell beforehand who would hold a ding until then."""
        return self.scheduler.handing.mode_of(due_ms, has_files=has_files)

    async def cancel_scheduled(self, series: str, round: int | None = None) -> None:
        """Give up a ding to come; of a repeated one a single round, or with None all of them."""
        await self._plan.cancel(series, round)

    async def retry_scheduled(self, series: str, round: int) -> None:
        """Send a failed one now; one whose time is still to come waits for it again."""
        await self._plan.retry(series, round)

    async def edit_scheduled(self, series: str, new: NewDing, *, keeps_files: bool = True) -> str:
        """Put another ding in the place of one to come; its uid. Needs the line where the server holds it.

        Its files go along unless `keeps_files` is off; `new.files` are added. Raises as `send`, and `InputError` `already_sent`.
        """
        return await self._plan.edit(series, new, keeps_files=keeps_files)

    # Answering ----------------------------------------------------------------------------------------------

    async def confirm(self, event_id: EventID, note: str = "") -> None:
        """Confirm, once: nothing happens where I have, where it waits already, and where I am not asked.

        Raises `InputError`: `not_found`, `room_left`.
        """
        async with self._turn:
            event = self._ding_event(event_id)
            ding = parse_ding(event.content)
            if ding is None or self._cache.user_id not in ding.recipients:
                return
            if self._own_confirmations(event) or self._waiting_confirmation(event) is not None:
                return
            await self._enqueue(event.room_id, confirmation(event_id, note), "m.reaction")

    async def unconfirm(self, event_id: EventID) -> None:
        """Take my confirmation back. Raises as `confirm`."""
        async with self._turn:
            event = self._ding_event(event_id)
            waiting = self._waiting_confirmation(event)
            if waiting is not None:
                await self._sending.take_back(waiting)
            for reaction in self._own_confirmations(event):
                await self._redact(event.room_id, reaction)

    def _ding_event(self, event_id: EventID) -> Event:
        event = self._cache.read.event(event_id)
        if event is None:
            raise InputError("no such ding", code="not_found")
        room = self._cache.read.room(event.room_id)
        if room is not None and room.membership is not Membership.JOIN:
            raise InputError("no longer in the room", code="room_left")
        return event

    def _own_confirmations(self, event: Event) -> list[EventID]:
        """Give my stored confirmations whose recall does not wait."""
        found = self._cache.read.ding_work.own_confirmations(event.event_id)
        recalled = {row.target for row in self._queue(event.room_id) if row.kind is RequestKind.REDACTION}
        return [reaction for reaction in found if reaction not in recalled]

    def _waiting_confirmation(self, event: Event) -> QueuedRequest | None:
        """Give my confirmation that waits in the send queue, unless it is wedged or to be recalled."""
        rows = self._queue(event.room_id)
        undoing = [row for row in rows if row.kind is RequestKind.REDACTION]
        undone = ({row.depends_on for row in undoing} | {row.target for row in undoing}) - {None}
        for row in rows:
            is_one = row.event_type == "m.reaction" and confirms(row.content) == event.event_id
            is_undone = row.txn_id in undone or row.event_id in undone
            if is_one and not is_undone and row.state is not SendState.WEDGED:
                return row
        return None

    async def refresh(self, event_id: EventID) -> None:
        """Ask the server who confirmed, where the cache may not have all of it. Quiet where there is no line."""
        event = self._cache.read.event(event_id)
        if event is None or not self._monitor.is_online:
            return
        try:
            await self._upkeep.fetch_reactions(event.room_id, event_id)
        except TackError as error:
            log.info("reactions of %s: %s", event_id, error.code)

    # Reminding ----------------------------------------------------------------------------------------------

    async def nudge(self, event_id: EventID) -> None:
        """Remind those who have not confirmed and are still there.

        Raises `InputError`: `not_found`, `nudge_too_soon` (seconds), `nobody_left`.
        """
        async with self._turn:
            summary, left = await self._unconfirmed(event_id)
            wait_s = self.nudge_wait_s(summary)
            if wait_s > 0:
                raise InputError("reminded a moment ago", code="nudge_too_soon", seconds=wait_s)
            content = nudge_message(event_id, summary.text[:MOST_REPEATED], left)
            await self._enqueue(summary.room_id, content, "m.room.message")

    async def _unconfirmed(self, event_id: EventID) -> tuple[DingSummary, list[UserID]]:
        detail = await self._cache.read_in_worker(lambda read: read.dings.detail(event_id))
        if detail is None or not detail.summary.is_own or detail.summary.is_redacted:
            raise InputError("no ding of mine", code="not_found")
        left = [person.user_id for person in detail.recipients if person.state is RecipientState.WAITING]
        if not left:
            raise InputError("all have confirmed", code="nobody_left")
        return detail.summary, left

    def nudge_wait_s(self, summary: DingSummary) -> int:
        """Give the seconds until a ding of mine may be sent again to those who have not confirmed."""
        now_ms = self.now_ms()
        skew_ms = now_ms - self._clock.now_ms()
        waiting = [
            row.created_ms + skew_ms
            for row in self._queue(summary.room_id)
            if nudged_ding(row.content) == summary.event_id and row.state is not SendState.WEDGED
        ]
        last_ms = max(summary.ts_ms, summary.last_nudge_ms or 0, *waiting, 0)
        return max(0, -(-(last_ms + MIN_NUDGE_MS - now_ms) // 1000))

    def now_ms(self) -> int:
        """Give the time as the server has it, as far as that is known."""
        return self.scheduler.now_ms()

    async def comment(self, event_id: EventID, text: str) -> None:
        """Write into the thread of a ding. Raises `InputError`: `not_found`, `room_left`, `text_empty` …"""
        event = self._ding_event(event_id)
        await self._sending.send_text(event.room_id, text, thread_root=event_id)

    # People -------------------------------------------------------------------------------------------------

    def muted_senders(self) -> list[UserID]:
        """Give whose dings are plain messages for me."""
        return [UserID(user) for user in strings_of(self._cache.read.account_data(MUTED_TYPE) or {}, "users")]

    async def set_sender_muted(self, user_id: UserID, is_muted: bool) -> None:
        """Let a sender's dings be plain messages for me, on all my devices; goes out by the send queue."""
        await self._cache.dings.set_sender_muted(user_id, is_muted, new_txn_id())

    def invitations(self) -> list[DingInvitation]:
        """Give who wants to send me dings and is not let in by itself."""
        return self._upkeep.not_to_enter(self._cache.read.ding_work.invitations())

    async def accept(self, room_id: RoomID) -> None:
        """Let somebody's dings in. Needs the line."""
        await self._homeserver.client.rooms.join(room_id)

    async def decline(self, room_id: RoomID) -> None:
        """Refuse somebody's dings. Needs the line."""
        rooms = self._homeserver.client.rooms
        await rooms.leave(room_id)
        await rooms.forget(room_id)
        await self._cache.forget_room(room_id)

    async def busy_among(self, users: Sequence[UserID]) -> list[UserID]:
        """Give those who have `MANY_UNCONFIRMED` dings to confirm; none where it cannot be known."""
        return await self._busy.among(list(dict.fromkeys(users)))

    # Rows ---------------------------------------------------------------------------------------------------

    def _queue(self, room_id: RoomID) -> list[QueuedRequest]:
        return self._cache.read.queue(room_id=room_id, limit=5000)

    async def _enqueue(self, room_id: RoomID, content: JSONObject, event_type: str) -> None:
        request = NewRequest(room_id, RequestKind.EVENT, new_txn_id(), content, room_id, event_type)
        await self._sending.queue([request])

    async def _redact(self, room_id: RoomID, target: EventID) -> None:
        request = NewRequest(room_id, RequestKind.REDACTION, new_txn_id(), {}, room_id=room_id, target=target)
        await self._sending.queue([request])


def _requests(
    place: DingPlace, txn_id: TxnID, content: JSONObject, files: Sequence[Prepared]
) -> list[NewRequest]:
    """Give the rows of a ding: the room where it is new, the ding, its files in its thread."""
    room_id = place.room_id
    ding = NewRequest(room_id, RequestKind.EVENT, txn_id, content, room_id, "m.room.message")
    rows = [place.create, ding] if place.create is not None else [ding]
    return rows + [
        file_message(room_id, txn_id, TxnID(f"{txn_id}.{n}"), file) for n, file in enumerate(files)
    ]
