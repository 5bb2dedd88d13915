"""One signed-in account: its cache, its services and every task that runs for it.

`Account.open` touches only the disk, so that the first window shows the cache at once; nothing of the network is imported
before `start`. Who opens an account stops it: `stop` ends every task, then the connections, then the cache.
"""

from __future__ import annotations

import contextlib
import logging
from functools import cached_property
from typing import TYPE_CHECKING, Any

from app import opening
from app.clock import SystemClock
from app.domain.connection import ConnectionKind
from app.errors import Damaged, InputError, StorageError, TackError
from app.late import Late
from app.services import Services

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Coroutine

    from app import sign_in
    from app.changes import Changes
    from app.clock import Clock
    from app.domain.account import Session
    from app.domain.connection import ConnectionState
    from app.domain.ids import UserID
    from app.paths import Paths
    from app.sending.queue import SendQueue
    from app.settings import Settings
    from app.sign_in import Credentials
    from app.store.cache import Cache, CacheKey
    from app.sync.backfill import Backfill
    from app.sync.wake import WakeWatch
else:
    asyncio, sign_in = Late("asyncio"), Late("app.sign_in")

log = logging.getLogger("tack.account")

CHECK_AFTER_S = 8.0
_STOPPED = (
    "_watch",
    "ding_alerts",
    "channels",
    "videos",
    "approvals",
    "dings",
    "attention",
    "organisation",
    "_backfill",
    "_queue",
    "sync",
    "notifications",
    "rooms",
    "media",
)
"""What runs, in the order in which it is stopped."""


class Account(Services):
    """The composition root of `app`. Make one with `open` or `sign_in`, on the loop it will run on."""

    def __init__(
        self, cache: Cache, paths: Paths, settings: Settings, media_key: bytes, clock: Clock, *, offline: bool
    ) -> None:
        super().__init__(cache, paths, settings, media_key, clock)
        self.was_rebuilt = False
        """The cache file was damaged: what the server has comes again; unsent text and drafts were saved."""
        self.is_damaged = False
        """Damage was found while running: the next `open` builds the cache anew."""
        self._is_offline = offline
        self._last_kind = self.connection.state.kind
        self._is_started = False
        self._background: set[asyncio.Task[None]] = set()
        self._unsubscribe: list[Callable[[], None]] = []

    @cached_property
    def _queue(self) -> SendQueue:
        from app.sending.queue import SendQueue
        from app.sending.wire import Wire

        wire = Wire(self.cache, self.homeserver, self.outbox, self.media, self.uploads, self._clock)
        return SendQueue(self.cache, self.homeserver, self.connection, wire, self._clock, self._doubt_line)

    @cached_property
    def _backfill(self) -> Backfill:
        from app.sync.backfill import Backfill

        return Backfill(
            self.cache,
            self.timelines.paginate_backwards,
            self.connection,
            self.sync.completed,
            self._settings,
            self._clock,
        )

    @cached_property
    def _watch(self) -> WakeWatch:
        from app.sync.wake import WakeWatch, local_addresses

        return WakeWatch(self._clock, self.wake, local_addresses)

    # Making one ---------------------------------------------------------------------------------------------

    @classmethod
    async def open(
        cls,
        paths: Paths,
        key: CacheKey,
        settings: Settings,
        *,
        clock: Clock | None = None,
        offline: bool = False,
    ) -> Account:
        """Open the profile's cache. `session` is None when nobody is signed in yet. Raises `StorageError`.

        A damaged cache is salvaged (unsent text, drafts, session) and built anew; `was_rebuilt` tells so.
        """
        clock = clock or SystemClock()
        cache, media_key, was_rebuilt = await opening.open_or_rebuild(paths, key, clock)
        account = cls(cache, paths, settings, media_key, clock, offline=offline)
        account.was_rebuilt = was_rebuilt
        account.attach()
        return account

    @classmethod
    def open_at_once(
        cls, paths: Paths, key: CacheKey, settings: Settings, *, offline: bool = False
    ) -> Account | None:
        """Open a profile's cache where somebody is signed in and nothing is wrong; None otherwise: `open` says what.

        Blocking, a few ms. Needs no loop: who called this calls `attach` on the loop, before anything is written.
        """
        clock = SystemClock()
        opened = opening.open_at_once(paths, key, clock)
        return None if opened is None else cls(opened[0], paths, settings, opened[1], clock, offline=offline)

    def attach(self) -> None:
        """Publish on the running loop what is committed from now on."""
        self.cache.on_commit = self.changes.publish
        self.cache.attach(asyncio.get_running_loop())

    @classmethod
    async def sign_in(
        cls,
        paths: Paths,
        key: CacheKey,
        settings: Settings,
        homeserver_typed: str,
        user: str,
        password: str,
        *,
        device_name: str = "Tack",
        clock: Clock | None = None,
    ) -> Account:
        """Sign in with a password and open the account (not started).

        Raises `NetworkError`, `ServerError` (`wrong_password` …), `StorageError`, `InputError` (`profile_taken`).
        """
        found = await sign_in.look_up_server(homeserver_typed, settings)
        credentials = sign_in.Credentials(user=user, password=password)
        return await cls._sign_in(paths, key, settings, found.homeserver_url, credentials, device_name, clock)

    @classmethod
    async def sign_in_with_token(
        cls,
        paths: Paths,
        key: CacheKey,
        settings: Settings,
        homeserver_url: str,
        login_token: str,
        *,
        device_name: str = "Tack",
        clock: Clock | None = None,
    ) -> Account:
        """Sign in with the token that the browser brought back from single sign-on. Raises as `sign_in`."""
        credentials = sign_in.Credentials(login_token=login_token)
        return await cls._sign_in(paths, key, settings, homeserver_url, credentials, device_name, clock)

    @classmethod
    async def _sign_in(
        cls,
        paths: Paths,
        key: CacheKey,
        settings: Settings,
        homeserver_url: str,
        credentials: Credentials,
        device_name: str,
        clock: Clock | None,
    ) -> Account:
        """Open first: a disk that fails must not cost a session at the server."""
        account = await cls.open(paths, key, settings, clock=clock)
        try:
            if account.session is not None:
                raise InputError("somebody is signed in here", code="profile_taken")
            session = await sign_in.new_session(
                homeserver_url, credentials, settings, device_name=device_name, clock=account._clock
            )
            if account.cache.user_id not in ("", session.user_id):
                raise InputError("the data here is another person's", code="profile_taken")
            await account.cache.save_session(session)
        except BaseException:
            await account.stop()
            raise
        return account

    # State --------------------------------------------------------------------------------------------------

    @property
    def session(self) -> Session | None:
        """Who is signed in here."""
        return self.cache.read.session()

    @property
    def user_id(self) -> UserID:
        """The own user id; empty before the first sign-in."""
        return self.cache.user_id

    # Life ---------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Start sync, send queue and the rest. Returns at once; the line comes up in the background."""
        if self._is_started or self.session is None:
            return
        self._is_started = True
        self._unsubscribe = [
            self.changes.subscribe(self._on_changes),
            self.connection.subscribe(self._on_connection),
        ]
        self.connection.set_waiting(self.cache.read.waiting_count())
        self.attention.start()
        self.notifications.start()
        self.sync.start(is_paused=self._is_offline)
        self._queue.start()
        self._backfill.start()
        self.organisation.start()
        self.dings.start()
        self.ding_alerts.start()
        self.approvals.lane_wait_s = self._queue.wait_s
        self.approvals.start()
        self.channels.start()
        self._watch.start()
        self._spawn(self._sweep_outbox())
        self._spawn(self._check_cache())

    async def stop(self) -> None:
        """End every task, close connections and the cache. May be called twice."""
        self._is_started = False
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe = []
        for name in _STOPPED:
            if self.is_made(name):
                await getattr(self, name).stop()
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        await self.homeserver.close()
        await asyncio.to_thread(self.cache.close)

    def pause(self) -> None:
        """Go offline by choice."""
        self._is_offline = True
        self.sync.pause()
        self._spawn(self.homeserver.close())

    def resume(self) -> None:
        """Come back after `pause`."""
        self._is_offline = False
        self.sync.resume()

    def probe(self) -> None:
        """Somebody looks or writes: when the server did not answer, ask it now. Cheap; call it as often as you like."""
        if self._is_started:
            self.sync.probe()

    def wake(self) -> None:
        """The computer woke up or changed networks: drop connections and try at once."""
        self.homeserver.reset_connections()
        if self.connection.is_online:
            self.connection.move_to(ConnectionKind.CONNECTING)
        self.sync.wake()
        self._queue.wake()

    async def sign_in_again(self, password: str) -> None:
        """Renew an ended session with the same device and go on where it stopped. Raises as `sign_in`."""
        earlier = self.session
        if earlier is None:
            raise InputError("nobody was signed in", code="not_signed_in")
        credentials = sign_in.Credentials(user=earlier.user_id, password=password)
        session = await sign_in.new_session(
            earlier.homeserver_url,
            credentials,
            self._settings,
            device_name="Tack",
            clock=self._clock,
            earlier=earlier,
        )
        await self.homeserver.close()
        if self.connection.state.error_code == "device_removed":
            await self.cache.set_positions(dict.fromkeys(self.cache.read.positions()))
        await self.cache.save_session(session)
        self.resume()

    async def sign_out(self, *, wipe: bool) -> None:
        """End the session at the server as far as it can be reached, and stop; `wipe` deletes the profile's data."""
        with contextlib.suppress(TackError):
            from app.matrix.auth import logout

            await logout(await self.homeserver.open())
        try:
            await self.cache.save_session(None)
        except StorageError:  # a full disk is no reason to keep what is to be deleted
            if not wipe:
                raise
        finally:
            await self.stop()
        if wipe:
            await asyncio.to_thread(opening.wipe_profile, self._paths)

    async def apply_settings(self, settings: Settings) -> None:
        """Take changed settings (proxy, history depth, receipts, notifications)."""
        self._settings = settings
        self.rooms.use_settings(settings)
        self.notifications.use_settings(settings)
        self.ding_alerts.use_settings(settings)
        self._backfill.use_settings(settings)
        if await self.homeserver.use_settings(settings) and self._is_started:
            self.wake()
        await self.media.use_settings(settings)
        if self.is_made("videos"):
            await self.videos.use_settings(settings)

    # Inside -------------------------------------------------------------------------------------------------

    def _on_changes(self, changes: Changes) -> None:
        if changes.is_queue_changed:
            self._queue.look()
            waiting, before = self.cache.read.waiting_count(), self.connection.state.waiting
            self.connection.set_waiting(waiting)
            if waiting > before:
                self.probe()

    def _on_connection(self, state: ConnectionState) -> None:
        if state.error_code == Damaged.code and not self.is_damaged:
            self._spawn(self._note_damage())
        last, self._last_kind = self._last_kind, state.kind
        if state.kind is not last and self.connection.is_online:
            self._queue.wake(is_line_back=True)

    def _doubt_line(self) -> None:
        """A send met a dead line: let the sync find out at once, on new connections."""
        self.homeserver.reset_connections()
        self.sync.wake()

    async def _check_cache(self) -> None:
        """Look for damage once per start, when the first rush is over."""
        await self._clock.sleep(CHECK_AFTER_S)
        try:
            await self.cache.check_quick()
        except Damaged:
            await self._note_damage()

    async def _note_damage(self) -> None:
        """Leave a mark for the next start: the file cannot be exchanged under those who read it."""
        log.warning("the cache is damaged: it is built anew at the next start")
        self.is_damaged = True
        await asyncio.to_thread(self._paths.damage_mark.touch)
        self.connection.move_to(self.connection.state.kind, Damaged.code)

    async def _sweep_outbox(self) -> None:
        with contextlib.suppress(StorageError):  # a damaged cache is found elsewhere; the next start sweeps
            await self.outbox.sweep(await self._files_wanted())

    async def _files_wanted(self) -> set[str]:
        """Give the files that wait to be sent."""
        from app.approvals.drafts import approval_files
        from app.channels.jobs import job_paths

        # In this order: a ding whose time comes in between goes from the plan into the queue, never back.
        planned = await self.cache.read_in_worker(lambda read: read.ding_work.scheduled_files())
        rows = await self.cache.read_in_worker(lambda read: read.queue(limit=100_000))
        asked = await self.cache.read_in_worker(approval_files)
        published = job_paths(list((await self.cache.channels.jobs()).values()))
        return planned | asked | published | {row.attachment_path for row in rows if row.attachment_path}

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._background.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("background work failed", exc_info=task.exception())
