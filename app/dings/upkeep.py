"""Keeps the inbox of dings whole, and tells the server what others need to know of it. One task, only while online.

Enters rooms that colleagues made for a ding; puts the push rules that let phones ring for dings; fetches what lies in
gaps of the timeline where a ding, or a confirmation, may hide; says in the own profile when there are very many
to confirm. Every step has its own patience: one that fails does not hold the others up.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Container, Sequence
from typing import TYPE_CHECKING

from app.domain.dings import (
    BUSY_FIELD,
    DING_FIELD,
    MANY_UNCONFIRMED,
    MUTED_TYPE,
    NUDGE_FIELD,
    NUDGE_RULE_ID,
    PUSH_RULE_ID,
)
from app.domain.events import JSONObject, dict_of, strings_of, text_of
from app.domain.ids import EventID, RoomID, UserID, server_name_of
from app.errors import NotFound, RetryKind, ServerError, TackError
from app.patience import Patience

if TYPE_CHECKING:
    from app.changes import ChangeFeed, Changes
    from app.clock import Clock
    from app.domain.connection import ConnectionState
    from app.homeserver import Homeserver
    from app.store.cache import Cache
    from app.store.ding_work import DingInvitation
    from app.sync.connection import ConnectionMonitor
    from app.timeline.service import TimelineService

log = logging.getLogger("tack.dings")

BETWEEN_S = 0.3
"""So far apart are two looks, and two rooms entered."""
LONGEST_WAIT_S = 600.0
PAGE, MOST_PAGES = 100, 10
MOST_ROOMS = 50
MOST_DINGS = 100
RELATIONS_PAGE, RELATIONS_PAGES = 500, 4
RECENT_MS = 30 * 86_400_000
LOOK_EVERY_S = 5.0
"""So often at most is looked for what may be missing."""
BUSY_KEY = ("dings", "busy")


class DingUpkeep:
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
        self._refreshed: set[EventID] = set()
        self._are_rules_moved = True
        self._may_lack = True
        self._look_at = 0.0
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
        self._task = asyncio.create_task(self._run(), name="ding upkeep")

    async def stop(self) -> None:
        """End."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _on_changes(self, changes: Changes) -> None:
        is_rule = "m.push_rules" in changes.account_data
        if is_rule or changes.is_rebuilt:
            self._are_rules_moved = True
            self._patience.given_up.discard(
                "rules"
            )  # what was refused was about rules that are not there any more
        if changes.is_order_changed or changes.dings or is_rule or changes.is_rebuilt:
            self._may_lack = True
            self._woken.set()

    def _on_connection(self, state: ConnectionState) -> None:
        is_online = self._monitor.is_online
        if is_online and not self._was_online:
            self._patience.forget_waits()
            self._refreshed.clear()
            self._may_lack, self._look_at = True, 0.0
            self._woken.set()
        self._was_online = is_online

    async def _run(self) -> None:
        while True:
            await self._wait()
            if not self._monitor.is_online:
                continue
            await self._attempt("rooms", self._enter_rooms)
            if self._are_rules_moved:
                await self._attempt("rules", self._keep_rules)
            await self._attempt("busy", self._tell_busy)
            if self._may_lack and self._clock.monotonic() >= self._look_at:
                self._may_lack = False
                await self._attempt("gaps", self._fill_gaps)
                await self._attempt("reactions", self._fetch_reactions)
                self._look_at = self._clock.monotonic() + LOOK_EVERY_S

    async def _wait(self) -> None:
        await self._clock.sleep(BETWEEN_S)
        due = self._patience.rests_s()
        if self._may_lack and self._monitor.is_online:
            due.append(self._look_at - self._clock.monotonic())
        try:
            async with asyncio.timeout(max(0.05, min([LONGEST_WAIT_S, *due]))):
                await self._woken.wait()
        except TimeoutError:
            pass
        self._woken.clear()

    async def _attempt(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Run a step; after one that failed something may still be missing."""
        if await self._patience.attempt(name, work):
            self._may_lack = True

    # Rooms of others ----------------------------------------------------------------------------------------

    async def _enter_rooms(self) -> None:
        invitations = await self._cache.read_in_worker(lambda read: read.ding_work.invitations())
        self._forget_rooms({invitation.room_id for invitation in invitations})
        muted = self._muted()
        for invitation in invitations:
            room_id = invitation.room_id
            if not self._is_trusted(invitation, muted):
                continue

            async def enter(room_id: RoomID = room_id) -> None:
                await self._homeserver.client.rooms.join(room_id)
                self._entered.add(room_id)  # until sync says so, it looks like an invitation

            if room_id not in self._patience.given_up and room_id not in self._entered:
                await self._attempt(room_id, enter)
                await self._clock.sleep(BETWEEN_S)

    def _forget_rooms(self, invited: set[RoomID]) -> None:
        """An invitation that is gone is done with: the next one into the same room is a new one."""
        self._entered &= invited
        self._patience.forget_rooms(invited)

    def not_to_enter(self, invitations: Sequence[DingInvitation]) -> list[DingInvitation]:
        """Give the rooms that are not entered without asking: somebody has to decide about these."""
        muted = self._muted()
        return [
            one
            for one in invitations
            if not self._is_trusted(one, muted) or one.room_id in self._patience.given_up
        ]

    def _is_trusted(self, invitation: DingInvitation, muted: Container[str]) -> bool:
        inviter = invitation.inviter
        if inviter is None or inviter in muted:
            return False
        is_colleague = server_name_of(inviter) == server_name_of(self._cache.user_id)
        return is_colleague or invitation.is_known

    def _muted(self) -> set[str]:
        return set(strings_of(self._cache.read.account_data(MUTED_TYPE) or {}, "users"))

    # Rules --------------------------------------------------------------------------------------------------

    async def _keep_rules(self) -> None:
        """Let a ding for me, and a re-ding, notify before any rule that mutes a room, for all devices of mine.

        They are looked at again when sync says that they moved: until it brings ours they would look as before.
        """
        rules = self._cache.read.account_data("m.push_rules")
        if rules is None:
            return
        overrides = dict_of(rules, "global").get("override")
        if not isinstance(overrides, list):
            return
        self._are_rules_moved = False
        try:
            for rule_id, before in rules_to_put([rule for rule in overrides if isinstance(rule, dict)]):
                rule = push_rule(rule_id, self._cache.user_id)
                await self._homeserver.client.push_rules.put("override", rule_id, rule, before=before)
        except BaseException:
            self._are_rules_moved = True
            raise

    # Profile ------------------------------------------------------------------------------------------------

    async def _tell_busy(self) -> None:
        is_busy = self._cache.read.totals().dings >= MANY_UNCONFIRMED
        if is_busy == (self._cache.read.kv(*BUSY_KEY) == "1"):
            return
        try:
            await self._homeserver.client.account.set_profile_field(BUSY_FIELD, True if is_busy else None)
        except NotFound:
            if is_busy:
                raise  # no such fields on this server
        await self._cache.set_kv(*BUSY_KEY, "1" if is_busy else None)

    # What may be missing ------------------------------------------------------------------------------------

    async def _fill_gaps(self) -> None:
        """Fetch what lies in gaps where a ding may be: in rooms made for them, and where mentions are missing."""
        most = MOST_ROOMS + len(self._too_deep) + 1
        hidden = await self._cache.read_in_worker(lambda read: read.ding_work.lacking_ding_rooms(most))
        for room_id in self._some_of(hidden):
            await self._fill(room_id, lambda _: _always())
        lacking = await self._cache.read_in_worker(lambda read: read.ding_work.unexplained_mentions(most))
        for room_id in self._some_of(lacking):
            await self._fill(room_id, self._is_unexplained)

    def _some_of(self, rooms: Sequence[RoomID]) -> list[RoomID]:
        """Give those that are worth it, so many at most; the others have their turn at the next look."""
        wanted = [room_id for room_id in rooms if room_id not in self._too_deep]
        self._may_lack = self._may_lack or len(wanted) > MOST_ROOMS
        return wanted[:MOST_ROOMS]

    async def _is_unexplained(self, room_id: RoomID) -> bool:
        return bool(
            await self._cache.read_in_worker(lambda read: read.ding_work.unexplained_mentions(1, room_id))
        )

    async def _fill(self, room_id: RoomID, is_wanting: Callable[[RoomID], Awaitable[bool]]) -> None:
        for _ in range(MOST_PAGES):
            if not await is_wanting(room_id) or await self._fill_page(room_id):
                return
        self._too_deep.add(room_id)  # so deep nothing urgent lies

    async def _fill_page(self, room_id: RoomID) -> bool:
        """Fetch one page; whether there is no more."""
        gaps = self._cache.read.gaps(room_id)
        try:
            if gaps:
                await self._timelines.fill_gap(room_id, gaps[0].prev_batch, PAGE)
                return False
            return await self._timelines.paginate_backwards(room_id, PAGE)
        except TackError as error:
            if error.retry is not RetryKind.PERMANENT:
                raise
            self._too_deep.add(room_id)
            return True

    async def _fetch_reactions(self) -> None:
        since_ms = self._clock.now_ms() - RECENT_MS
        most = MOST_DINGS + len(self._refreshed) + 1
        doubtful = await self._cache.read_in_worker(lambda read: read.ding_work.doubtful(since_ms, most))
        wanted = [one for one in doubtful if one[1] not in self._refreshed]
        self._may_lack = self._may_lack or len(wanted) > MOST_DINGS
        for room_id, event_id in wanted[:MOST_DINGS]:
            await self.fetch_reactions(room_id, event_id)

    async def fetch_reactions(self, room_id: RoomID, event_id: EventID) -> None:
        """Fetch who reacted to a ding. Raises `NetworkError` and what asks for another try."""
        token: str | None = None
        try:
            for _ in range(RELATIONS_PAGES):
                page = await self._homeserver.client.rooms.relations(
                    room_id, event_id, "m.annotation", from_=token, limit=RELATIONS_PAGE
                )
                await self._cache.add_events(page.events)
                token = page.next_batch
                if token is None:
                    break
        except ServerError as error:
            if error.retry is not RetryKind.PERMANENT:
                raise
            log.info("reactions of %s: %s", event_id, error)
        self._refreshed.add(event_id)


async def _always() -> bool:
    return True


def push_rule(rule_id: str, me: UserID) -> JSONObject:
    """Write a rule: a ding, or a re-ding, that names me notifies with a sound, also in a muted room."""
    key = (NUDGE_FIELD if rule_id == NUDGE_RULE_ID else DING_FIELD).replace(".", "\\.")
    is_ding = {"kind": "event_property_is", "key": f"content.{key}.v", "value": 1}
    names_me = {"kind": "event_property_contains", "key": "content.m\\.mentions.user_ids", "value": me}
    actions = ["notify", {"set_tweak": "sound", "value": "ding"}, {"set_tweak": "highlight"}]
    return {"conditions": [is_ding, names_me], "actions": actions}


def rules_to_put(overrides: list[JSONObject]) -> list[tuple[str, str | None]]:
    """Give our rules that are missing, or stand behind one that silences, and what each is to be put before.

    The rule of re-dings stands before that of dings, so that a room muted later (`app.rooms.levels`) comes behind both.
    Rules that somebody switched off stay off, and who switched off that of dings gets none of re-dings.
    """
    ids = [text_of(rule, "rule_id") or "" for rule in overrides]
    ours = (PUSH_RULE_ID, NUDGE_RULE_ID)
    mutes = [
        name
        for name, rule in zip(ids, overrides, strict=True)
        if name and not name.startswith(".") and name not in ours and not _notifies(rule)
    ]
    first = mutes[0] if mutes else None
    is_off = any(rule.get("rule_id") == PUSH_RULE_ID and rule.get("enabled") is False for rule in overrides)
    wanted: tuple[tuple[str, str | None], ...] = ((PUSH_RULE_ID, first), (NUDGE_RULE_ID, PUSH_RULE_ID))
    return [
        (rule_id, before)
        for rule_id, before in wanted
        if _is_lacking(ids, rule_id, first) and not (rule_id == NUDGE_RULE_ID and is_off)
    ]


def _is_lacking(ids: list[str], rule_id: str, mute: str | None) -> bool:
    return rule_id not in ids or (mute is not None and ids.index(mute) < ids.index(rule_id))


def _notifies(rule: JSONObject) -> bool:
    actions = rule.get("actions")
    return isinstance(actions, list) and "notify" in actions
