"""What runs beside: rooms of requests and libraries are entered, gaps in them filled, stuck requests brought to somebody.

- An invitation into a request of somebody of my own server is accepted: without that I could not decide. A library that
  stands in a space of mine is entered.
- The fold needs all acts of a room: what sync left out is fetched.
- When somebody a request of mine waits for has left its room (their account was closed), the template's
  administrators are invited: they may pass the task on.
- A library I made is made known in its space.

Each step that fails waits by itself; what is refused for good is left until the next start.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING

from app.directory.organisation import is_joined, read_tree
from app.domain.content import text_of
from app.domain.ids import RoomID, UserID, server_name_of
from app.errors import Forbidden, NotFound, RetryKind, TackError
from app.patience import Patience

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.changes import ChangeFeed, Changes
    from app.clock import Clock
    from app.domain.approvals.rows import ApprovalDetail
    from app.domain.connection import ConnectionState
    from app.homeserver import Homeserver
    from app.store.cache import Cache
    from app.store.reader import Reader
    from app.sync.connection import ConnectionMonitor
    from app.timeline.service import TimelineService

log = logging.getLogger("tack.approvals")

BETWEEN_S = 0.2
LONGEST_WAIT_S = 600.0
PAGE, MOST_PAGES = 100, 20
MOST_ROOMS = 50
GONE = ("leave", "ban")


class ApprovalUpkeep:
    """The task. `start`/`stop` own it."""

    def __init__(
        self,
        cache: Cache,
        homeserver: Homeserver,
        timelines: TimelineService,
        changes: ChangeFeed,
        monitor: ConnectionMonitor,
        clock: Clock,
    ) -> None:
        self._cache = cache
        self._homeserver = homeserver
        self._timelines = timelines
        self._changes = changes
        self._monitor = monitor
        self._clock = clock
        self._patience = Patience(log, clock)
        self._entered: set[RoomID] = set()
        self._too_deep: set[RoomID] = set()
        self._moved: set[RoomID] = set()
        self._looks_at_all = True
        self._are_libraries_moved = True
        self._woken = asyncio.Event()
        self._was_online = False
        self._task: asyncio.Task[None] | None = None
        self._unsubscribe: list[Callable[[], None]] = []

    def start(self) -> None:
        """Begin; returns at once."""
        self._unsubscribe = [
            self._changes.subscribe(self._on_changes),
            self._monitor.subscribe(self._on_connection),
        ]
        self._on_connection(self._monitor.state)
        self._task = asyncio.create_task(self._run(), name="approval upkeep")

    async def stop(self) -> None:
        """End."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _on_changes(self, changes: Changes) -> None:
        self._moved |= changes.approvals
        if changes.is_rebuilt:
            self._looks_at_all = True
        if changes.approval_library or changes.profiles or changes.is_rebuilt:
            self._are_libraries_moved = True
        if changes.approvals or changes.approval_library or changes.profiles or changes.is_order_changed:
            self._woken.set()

    def _on_connection(self, state: ConnectionState) -> None:
        is_online = self._monitor.is_online
        if is_online and not self._was_online:
            self._patience.forget_waits()
            self._looks_at_all = self._are_libraries_moved = True
            self._woken.set()
        self._was_online = is_online

    async def _run(self) -> None:
        while True:
            await self._wait()
            if not self._monitor.is_online:
                continue
            await self._patience.attempt("rooms", self._enter_rooms)
            if self._are_libraries_moved:
                self._are_libraries_moved = False
                await self._patience.attempt("libraries", self._enter_libraries)
                await self._patience.attempt("links", self._link_libraries)
            await self._patience.attempt("gaps", self._fill_gaps)
            await self._patience.attempt("stuck", self._help_stuck)

    async def _wait(self) -> None:
        await self._clock.sleep(BETWEEN_S)
        try:
            async with asyncio.timeout(max(0.05, min([LONGEST_WAIT_S, *self._patience.rests_s()]))):
                await self._woken.wait()
        except TimeoutError:
            self._are_libraries_moved = True
        self._woken.clear()

    # Rooms --------------------------------------------------------------------------------------------------

    async def _enter_rooms(self) -> None:
        invitations = await self._cache.read_in_worker(lambda read: read.approvals.to_join())
        invited = {room_id for room_id, _ in invitations}
        self._entered &= invited  # the next invitation into the same room is a new one
        self._patience.forget_rooms(invited)
        for room_id, inviter in invitations:
            if self._is_colleague(inviter) and room_id not in self._entered:
                await self._enter(room_id)

    async def _enter(self, room_id: RoomID) -> None:
        async def enter() -> None:
            await self._homeserver.client.rooms.join(room_id)
            self._entered.add(room_id)  # until sync says so, it looks like an invitation

        await self._patience.attempt(room_id, enter)

    def _is_colleague(self, one: UserID | RoomID) -> bool:
        """Whether somebody, or who made a room, is of my own server."""
        return server_name_of(UserID(one)) == server_name_of(self._cache.user_id)

    # Libraries ----------------------------------------------------------------------------------------------

    async def _enter_libraries(self) -> None:
        """Enter the libraries that stand in spaces of mine. Whoever runs a space names what they like there: only those
        of my own server."""
        for room_id in await self._cache.read_in_worker(_libraries_outside):
            if not self._is_colleague(room_id):
                continue
            await self._patience.attempt(f"library {room_id}", partial(self._join, room_id))

    async def _join(self, room_id: RoomID) -> None:
        await self._homeserver.client.rooms.join(room_id)

    async def _link_libraries(self) -> None:
        """Make a library of mine a child of the space whose people may enter it."""
        for room_id, can_edit in await self._cache.read_in_worker(lambda read: read.approvals.libraries()):
            space_id = self._space_of(room_id) if can_edit else None
            if space_id is None or self._cache.read.state_event(space_id, "m.space.child", room_id):
                continue
            via = {"via": [server_name_of(self._cache.user_id)], "suggested": False}
            try:
                await self._homeserver.client.rooms.send_state(space_id, "m.space.child", room_id, via)
            except Forbidden as error:
                log.info("library %s is not made known in its space: %s", room_id, error.code)

    def _space_of(self, library: RoomID) -> RoomID | None:
        rules = self._cache.read.state_event(library, "m.room.join_rules") or {}
        allow = rules.get("allow")
        first = allow[0] if isinstance(allow, list) and allow and isinstance(allow[0], dict) else {}
        space_id = RoomID(text_of(first, "room_id") or "")
        return space_id if is_joined(self._cache.read, space_id) else None

    # What may be missing ------------------------------------------------------------------------------------

    async def _fill_gaps(self) -> None:
        most = MOST_ROOMS + len(self._too_deep)
        rooms = await self._cache.read_in_worker(lambda read: read.approvals.to_fetch(most))
        for room_id in rooms:
            if room_id not in self._too_deep:
                await self._fill(room_id)

    async def _fill(self, room_id: RoomID) -> None:
        for _ in range(MOST_PAGES):
            gaps = self._cache.read.gaps(room_id)
            try:
                if gaps:
                    await self._timelines.fill_gap(room_id, gaps[0].prev_batch, PAGE)
                elif await self._timelines.paginate_backwards(room_id, PAGE):
                    return
            except TackError as error:
                if error.retry is not RetryKind.PERMANENT:
                    raise
                break
        self._too_deep.add(room_id)

    # Who has left -------------------------------------------------------------------------------------------

    async def _help_stuck(self) -> None:
        """Invite the administrators into my requests that wait for somebody who is gone."""
        me, now_ms = self._cache.user_id, self._clock.now_ms()
        moved, self._moved = self._moved, set()
        is_all, self._looks_at_all = self._looks_at_all, False
        mine = (
            await self._cache.read_in_worker(lambda read: read.approvals.open_of(me))
            if moved or is_all
            else []
        )
        try:
            for room_id in mine:
                if is_all or room_id in moved:
                    detail = await self._cache.read_in_worker(
                        partial(_detail, room_id=room_id, now_ms=now_ms)
                    )
                    if detail is not None:
                        await self._help(detail)
        except TackError:
            self._moved |= moved
            self._looks_at_all = self._looks_at_all or is_all
            raise

    async def _help(self, detail: ApprovalDetail) -> None:
        room_id, members = detail.row.room_id, set(detail.members)
        gone = [user for user in detail.state.waiting if self._has_left(room_id, user)]
        for admin in detail.content.template.admins if gone else ():
            if admin in members or self._has_left(room_id, UserID(admin)):
                continue
            try:
                await self._homeserver.client.rooms.invite(room_id, UserID(admin))
            except (Forbidden, NotFound) as error:
                log.info("%s cannot be invited into %s: %s", admin, room_id, error.code)

    def _has_left(self, room_id: RoomID, user: UserID) -> bool:
        """Whether somebody can no longer decide: left this room, or never entered it and left all spaces we share.

        A server lets one invite an account that was closed.
        """
        read = self._cache.read
        membership = _membership(read, room_id, user)
        if membership != "invite":
            return membership in GONE
        known = [_membership(read, space.room_id, user) for space in read.spaces()]
        return any(known) and all(one in GONE for one in known if one)


def _membership(read: Reader, room_id: RoomID, user: UserID) -> str:
    """Give somebody's membership; "" where it is not known."""
    return text_of(read.state_event(room_id, "m.room.member", user) or {}, "membership") or ""


def _detail(read: Reader, room_id: RoomID, now_ms: int) -> ApprovalDetail | None:
    return read.approvals.detail(room_id, now_ms)


def _libraries_outside(read: Reader) -> list[RoomID]:
    return [room_id for room_id in read_tree(read).libraries if not is_joined(read, room_id)]
