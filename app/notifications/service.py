"""Decides what is worth a notification; the interface shows it.

The cache says which new events the push rules make worth one (`Changes.notifying`). Here they are gathered for a
moment and given out one per room, so that what arrives after a start or a long absence is one notice per room and
not a flood. During the first sync of a new device there are none: all of it is history.

In quiet hours and under "do not disturb" they go on gathering and come when it is over, as after an absence. A ding that
waits for me has a card of its own (`app.dings.alerts`) and is no notice; while the screen is shared a notice says nothing.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from app.changes import ChangeFeed, Changes
from app.clock import Clock
from app.domain.connection import ConnectionKind, ConnectionState
from app.domain.ids import EventID, RoomID
from app.domain.quiet import quiet_until
from app.domain.rooms import PreviewKind, RoomSummary
from app.domain.timeline import ItemKind, TimelineItem
from app.listeners import Listeners
from app.notifications.approvals import ApprovalNotice, ApprovalWatch, gathered
from app.notifications.posts import PostNotice, post_notices
from app.settings import Settings
from app.store.cache import Cache
from app.store.reader import Reader
from app.sync.connection import ConnectionMonitor

GATHER_S = 0.3
QUIET_CHECK_S = 30.0
"""How soon the end of quiet hours is noticed."""
CATCH_UP_S = 3.0
"""How long notices are gathered after the line came (back) up."""
MAX_ROOMS_AT_ONCE = 5
MAX_EVENTS_A_ROOM = 16
"""Of more, only the newest are looked at."""


@dataclass(frozen=True, slots=True)
class Notification:
    """One notice. After a start or a long absence one per room stands for `count` messages."""

    room_id: RoomID
    event_id: EventID
    """Where a click lands."""
    room_name: str
    """Empty, as all words are, while the screen is shared."""
    sender_name: str
    is_direct: bool
    is_mention: bool
    kind: PreviewKind
    body: str
    """Empty when the person wants no text in notices, and for encrypted messages."""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The room was read (here or elsewhere): its notices go away."""

    room_id: RoomID


Notice = Notification | Withdrawal | ApprovalNotice | PostNotice
NoticeListener = Callable[[Notice], None]
_KINDS = {kind: PreviewKind(kind.value) for kind in ItemKind if kind.value in set(PreviewKind)}


class NotificationService:
    """Turns `Changes.notifying` into notices. Single-threaded: the loop's thread."""

    def __init__(
        self, cache: Cache, changes: ChangeFeed, monitor: ConnectionMonitor, settings: Settings, clock: Clock
    ) -> None:
        self._cache = cache
        self._changes = changes
        self._monitor = monitor
        self._settings = settings
        self._clock = clock
        self._listeners: Listeners[Notice] = Listeners()
        self._focus: RoomID | None = None
        self._is_casting = False
        self._gathered: dict[RoomID, deque[EventID]] = {}
        self._posts: dict[RoomID, deque[EventID]] = {}
        self._requests: set[RoomID] = set()
        """Requests that moved."""
        self._untold: set[RoomID] = set()
        """Those that moved in a first sync, or while notices are off: old news later, too."""
        self._watch = ApprovalWatch()
        self._shown: set[RoomID] = set()
        self._timer: asyncio.Task[None] | None = None
        self._begin: asyncio.Task[None] | None = None
        self._kind = monitor.state.kind
        self._online_since = clock.monotonic()
        self._unsubscribe: list[Callable[[], None]] = []

    def start(self) -> None:
        """Begin to listen."""
        self._unsubscribe = [
            self._changes.subscribe(self._on_changes),
            self._monitor.subscribe(self._on_connection),
        ]
        self._begin = asyncio.create_task(self._begin_watch(), name="approvals known")

    async def stop(self) -> None:
        """End listening; what is gathered is dropped."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe = []
        tasks = [task for task in (self._timer, self._begin) if task is not None]
        self._timer = self._begin = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def subscribe(self, listener: NoticeListener) -> Callable[[], None]:
        """Hear of notices and withdrawals; the returned function ends it."""
        return self._listeners.subscribe(listener)

    def set_focus(self, room_id: RoomID | None) -> None:
        """Tell which room the person is looking at (None: the window is not active)."""
        self._focus = room_id

    def use_settings(self, settings: Settings) -> None:
        """Take changed settings. What waited for the end of the quiet goes out if that has come by this."""
        was_quiet, self._settings = self._is_quiet(), settings
        if was_quiet and not self._is_quiet() and self._timer is not None:
            self._timer.cancel()
            self._timer = asyncio.create_task(self._give_out(), name="notices")

    def set_casting(self, is_casting: bool) -> None:
        """Tell whether the screen is shared: then notices name nobody and nothing."""
        self._is_casting = is_casting

    def _is_quiet(self) -> bool:
        return quiet_until(self._settings, self._clock.now_ms()) is not None

    def _on_connection(self, state: ConnectionState) -> None:
        if state.kind is ConnectionKind.ONLINE and self._kind is not ConnectionKind.ONLINE:
            self._online_since = self._clock.monotonic()
        self._kind = state.kind

    def _on_changes(self, changes: Changes) -> None:
        moved = list(self._shown & changes.rooms)
        rooms = {room.room_id: room for room in self._cache.read.room_page(moved)} if moved else {}
        for room_id in moved:
            room = rooms.get(room_id)
            if room is None or not (room.unread or room.is_marked_unread):
                self._shown.discard(room_id)
                self._tell(Withdrawal(room_id))
        if self._kind is ConnectionKind.SYNCING_FIRST or not self._settings.is_notifying:
            self._untold |= changes.approvals
            changes = Changes(approvals=changes.approvals)
        self._requests |= changes.approvals - self._untold
        for room_id, event_id in changes.notifying:
            self._gathered.setdefault(room_id, deque(maxlen=MAX_EVENTS_A_ROOM)).append(event_id)
        for room_id, event_id in changes.new_posts if self._settings.is_post_notifying else ():
            self._posts.setdefault(room_id, deque(maxlen=MAX_EVENTS_A_ROOM)).append(event_id)
        if self._timer is None and (changes.notifying or changes.approvals or self._posts):
            self._timer = asyncio.create_task(self._give_out(), name="notices")

    async def _begin_watch(self) -> None:
        now_ms = self._clock.now_ms()
        await self._cache.read_in_worker(lambda read: self._watch.begin(read, now_ms))

    async def _give_out(self) -> None:
        is_catching_up = self._clock.monotonic() - self._online_since < CATCH_UP_S
        is_catching_up = is_catching_up or self._kind is not ConnectionKind.ONLINE
        await self._clock.sleep(CATCH_UP_S if is_catching_up else GATHER_S)
        while self._is_quiet():
            await self._clock.sleep(QUIET_CHECK_S)
        self._timer = None
        events, self._gathered = self._gathered, {}
        notices = await self._cache.read_in_worker(lambda read: self._notices(read, events))
        for notice in notices:
            if notice.room_id != self._focus:
                self._shown.add(notice.room_id)
                self._tell(_silent(notice) if self._is_casting else notice)
        await self._give_out_requests()
        await self._give_out_posts()

    async def _give_out_posts(self) -> None:
        posts, self._posts = self._posts, {}
        if not posts:
            return
        is_text_shown = self._settings.is_notification_body_shown
        for notice in await self._cache.read_in_worker(
            lambda read: post_notices(read, posts, is_text_shown=is_text_shown)
        ):
            self._tell(replace(notice, channel="", title="") if self._is_casting else notice)

    async def _give_out_requests(self) -> None:
        rooms, untold = sorted(self._requests), sorted(self._untold)
        self._requests, self._untold = set(), set()
        if not rooms and not untold:
            return
        await self._begin_watch()
        now_ms, watch = self._clock.now_ms(), self._watch
        await self._cache.read_in_worker(lambda read: watch.learn(read, untold, now_ms))
        found = await self._cache.read_in_worker(lambda read: watch.look(read, rooms, now_ms))
        for notice in gathered(found):
            if self._is_casting:
                notice = replace(notice, title="", row=None)
            elif not self._settings.is_notification_body_shown:
                notice = replace(notice, row=None)
            self._tell(notice)

    def _notices(self, read: Reader, gathered: dict[RoomID, deque[EventID]]) -> list[Notification]:
        """Word the rooms that matter most, on the reading thread: a first sync brings thousands of events."""
        rooms = [
            room for room in read.room_page(list(gathered)) if room.unread and room.room_id != self._focus
        ]
        rooms.sort(key=lambda room: (bool(room.mentions), room.is_direct, room.last_ts), reverse=True)
        notices = [self._notice(read, room, gathered[room.room_id]) for room in rooms[:MAX_ROOMS_AT_ONCE]]
        wanted = [notice for notice in notices if notice is not None]
        return sorted(wanted, key=lambda notice: not notice.is_mention)

    def _notice(self, read: Reader, room: RoomSummary, events: Iterable[EventID]) -> Notification | None:
        """Word the newest event, one that names me first; None when all were redacted meanwhile or have a card."""
        items = [read.item(room.room_id, event_id) for event_id in events]
        alive = [
            item for item in items if item is not None and not item.is_redacted and not _has_card(read, item)
        ]
        if not alive:
            return None
        chosen = next((item for item in reversed(alive) if item.mentions_me), alive[-1])
        return self._worded(room, chosen, room.unread if len(alive) == MAX_EVENTS_A_ROOM else len(alive))

    def _worded(self, room: RoomSummary, item: TimelineItem, count: int) -> Notification:
        is_text_shown = self._settings.is_notification_body_shown and item.kind is not ItemKind.ENCRYPTED
        return Notification(
            room_id=room.room_id,
            event_id=item.event_id or EventID(item.uid),
            room_name=room.name,
            sender_name=item.sender_name,
            is_direct=room.is_direct,
            is_mention=item.mentions_me,
            kind=_KINDS.get(item.kind, PreviewKind.TEXT),
            body=item.body if is_text_shown else "",
            count=max(1, count),
        )

    def _tell(self, notice: Notice) -> None:
        self._listeners.tell(notice)


def _silent(notice: Notification) -> Notification:
    """Take every word out of a notice, at the last moment: the screen may be shared since it was worded."""
    return replace(notice, room_name="", sender_name="", body="")


def _has_card(read: Reader, item: TimelineItem) -> bool:
    """Whether an alert tells of this row: a ding that waits for me, or a re-ding of one."""
    if item.ding is not None:
        return item.ding.is_open
    if item.nudges is None:
        return False
    ding = read.dings.summary(item.nudges)
    return ding is not None and ding.is_open
