"""`LocalServer`: a company's homeserver on this computer, from nothing to an address.

Life: `start` takes the folder's lock, makes secrets and configuration once, keeps the port of the last time,
starts Synapse and waits for its health check. A watch task starts it again after a crash, each time later, and
gives up after five crashes in two minutes. `stop` ends it cleanly. If another Tack already runs a server on the
same folder, `start` gives that server's address and `is_owner` stays false: nothing of it is stopped here.
"""

import asyncio
import atexit
import importlib.metadata
import importlib.util
import logging
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

from app.errors import LocalServerError
from app.local_server.accounts import register
from app.local_server.config import ServerSecrets, load_or_make_secrets, write_config
from app.local_server.folder import (
    DATABASE,
    Remembered,
    back_up_database,
    is_alive,
    load_remembered,
    pick_port,
    save_remembered,
    try_lock,
)
from app.local_server.listening import is_listening
from app.local_server.loopback import is_healthy
from app.local_server.process import ServerProcess, log_tail
from app.local_server.settings import (
    DEFAULT_SERVER_NAME,
    LocalUser,
    ServerSettings,
    ServerState,
    StartStep,
    Support,
)

log = logging.getLogger("tack.local_server")

READY_TIMEOUT_S = 60.0
LOCK_TIMEOUT_S = 25.0
FIRST_PORT = 8448
MAX_CRASHES = 5
CRASH_WINDOW_S = 120.0
MAX_BACKOFF_S = 30.0
MAX_PORTS = 5
"""So many ports are tried when others take them between our look and Synapse's."""

Progress = Callable[[StartStep], None]


class LocalServer:
    """A Synapse of our own. All methods belong to one loop; `start` and `stop` may be called again and again."""

    def __init__(
        self,
        folder: Path,
        *,
        server_name: str = DEFAULT_SERVER_NAME,
        settings: ServerSettings | None = None,
        on_state: Callable[[ServerState], None] | None = None,
    ) -> None:
        self.folder = folder
        self.server_name = server_name
        self.settings = settings or ServerSettings()
        self.state = ServerState.STOPPED
        self.base_url = ""
        self.is_owner = False
        self._on_state = on_state
        self._process: ServerProcess | None = None
        self._watch: asyncio.Task[None] | None = None
        self._lock: int | None = None
        self._secrets: ServerSecrets | None = None

    @staticmethod
    def supported() -> Support:
        """Say whether a server can run here. Cheap: nothing of Synapse is imported."""
        if sys.platform == "win32":
            return Support(False, "server_unsupported")
        if importlib.util.find_spec("synapse") is None:
            return Support(
                False, "server_unsupported" if sys.platform == "darwin" else "server_not_installed"
            )
        return Support(True)

    @property
    def pid(self) -> int | None:
        """Process id of Synapse; None when it does not run under us."""
        return self._process.pid if self._process and self._process.exit_status is None else None

    @property
    def secrets(self) -> ServerSecrets:
        """The folder's secrets; made on first use."""
        if self._secrets is None:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._secrets = load_or_make_secrets(self.folder)
        return self._secrets

    async def start(self, on_progress: Progress | None = None) -> str:
        """Make sure that the server answers; return its base URL.

        Raises `LocalServerError`: `server_unsupported`, `server_not_installed`, `server_in_use` (another process holds
        the folder and does not answer), `server_crashed` or `server_slow` (the detail ends with Synapse's own
        last lines).
        """
        tell = on_progress or (lambda step: None)
        support = self.supported()
        if not support:
            raise LocalServerError(code=support.reason)
        if self.state is ServerState.RUNNING:
            return self.base_url
        await self._end_watch()
        tell(StartStep.PREPARING)
        self._set_state(ServerState.STARTING)
        try:
            if not await self._take_lock(tell):
                self._set_state(ServerState.RUNNING)
                return self.base_url
            await self._launch(tell)
        except BaseException:
            await self._give_up()
            raise
        self.is_owner = True
        self._watch = asyncio.create_task(self._restart_after_crashes(), name="local-server-watch")
        atexit.register(self._at_exit)
        self._set_state(ServerState.RUNNING)
        tell(StartStep.READY)
        return self.base_url

    async def stop(self) -> None:
        """End the server and wait until its database is closed. Does nothing to a server of another process."""
        await self._end_watch()
        if self._process and self._process.exit_status is None:
            await self._process.stop()
        await self._give_up()

    async def kill(self) -> None:
        """End the server as a power cut would: SIGKILL. The watch task starts it again if settings say so."""
        if self._process:
            await self._process.kill()

    async def create_user(
        self, name: str, password: str, *, is_admin: bool = False, displayname: str | None = None
    ) -> LocalUser:
        """Make an account. Raises `LocalServerError` with param `errcode` = `M_USER_IN_USE` when the name is taken."""
        secret = self.secrets.registration
        return await asyncio.to_thread(
            register, self.base_url, secret, name, password, is_admin=is_admin, displayname=displayname
        )

    async def uninstall_data(self) -> None:
        """Stop the server and remove its folder with everything in it. There is no way back."""
        if self.state is ServerState.RUNNING and not self.is_owner:
            raise LocalServerError("another process runs this server", code="server_in_use")
        await self.stop()
        self._secrets = None
        await asyncio.to_thread(shutil.rmtree, self.folder, ignore_errors=False)

    async def _end_watch(self) -> None:
        if self._watch:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
            self._watch = None

    async def _take_lock(self, tell: Progress) -> bool:
        """Lock the folder; False when another process serves it and answers (then `base_url` is set)."""
        if self._lock is not None:  # ours from before a crash
            return True
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        deadline = time.monotonic() + LOCK_TIMEOUT_S
        is_told = False
        while (lock := try_lock(self.folder)) is None:
            other = load_remembered(self.folder)
            url = f"http://127.0.0.1:{other.port}"
            is_served = other.owner_pid != os.getpid() and is_alive(other.owner_pid)
            if is_served and await asyncio.to_thread(is_healthy, url):
                self.base_url = url
                return False
            if time.monotonic() > deadline:
                raise LocalServerError("the folder is locked by another process", code="server_in_use")
            if not is_told:
                tell(StartStep.WAITING_FOR_OTHER)
                is_told = True
            await asyncio.sleep(0.1)
        self._lock = lock
        return True

    async def _launch(self, tell: Progress) -> None:
        """Prepare, spawn, wait for the health check. The lock is held."""
        before = load_remembered(self.folder)
        version = importlib.metadata.version("matrix-synapse")
        if (self.folder / DATABASE).exists() and before.synapse_version != version:
            tell(StartStep.BACKING_UP)
            await asyncio.to_thread(back_up_database, self.folder, before.synapse_version)
        if before.server_name:
            self.server_name = before.server_name  # a server's name is for ever: user ids carry it
        port = pick_port(before.port or FIRST_PORT)
        for _ in range(MAX_PORTS):
            if before.port and port != before.port:
                log.warning("port %d is taken, using %d", before.port, port)
                tell(StartStep.PORT_MOVED)
            save_remembered(self.folder, Remembered(port, self.server_name, version, os.getpid()))
            tell(StartStep.STARTING)
            if await self._spawn_and_wait(self._configure(port), port):
                return
            log.warning("port %d was taken by another server meanwhile", port)
            port = pick_port(0)
        raise LocalServerError(code="server_port_taken", port=port)

    def _configure(self, port: int) -> Path:
        self.base_url = f"http://127.0.0.1:{port}"
        return write_config(
            self.folder, server_name=self.server_name, port=port, keep=self.secrets, settings=self.settings
        )

    async def _spawn_and_wait(self, config: Path, port: int) -> bool:
        """Start Synapse and wait until it answers; False when somebody else took the port."""
        assert self._lock is not None
        process = self._process = ServerProcess.spawn(
            self.folder, config, self._lock, self.settings.module_folder
        )
        deadline = time.monotonic() + READY_TIMEOUT_S
        while True:
            if await asyncio.to_thread(is_healthy, self.base_url):
                if is_listening(process.pid, port):
                    break
                await process.stop()
                return False
            if process.ended.is_set():
                if pick_port(port) != port:
                    return False
                tail = await asyncio.to_thread(log_tail, self.folder)
                raise LocalServerError(f"exit status {process.exit_status}\n{tail}", code="server_crashed")
            if time.monotonic() > deadline:
                await process.stop()
                tail = await asyncio.to_thread(log_tail, self.folder)
                raise LocalServerError(f"not ready in {READY_TIMEOUT_S:.0f} s\n{tail}", code="server_slow")
            await asyncio.sleep(0.05)
        log.info("server ready, pid %d, %s", process.pid, self.base_url)
        return True

    async def _restart_after_crashes(self) -> None:
        """Wait for the end of the child again and again. Owned by `stop`."""
        crashes: list[float] = []
        while self._process:
            await self._process.ended.wait()
            status = self._process.exit_status
            if not self.settings.restarts_after_crash:
                self._set_state(ServerState.STOPPED)
                return
            now = time.monotonic()
            crashes = [moment for moment in crashes if now - moment < CRASH_WINDOW_S] + [now]
            log.warning("server ended with status %s, crash %d", status, len(crashes))
            if len(crashes) >= MAX_CRASHES or not await self._restart(len(crashes)):
                self._set_state(ServerState.FAILED)
                return

    async def _restart(self, crash: int) -> bool:
        self._set_state(ServerState.RESTARTING)
        await asyncio.sleep(min(2.0 ** (crash - 1) / 2, MAX_BACKOFF_S))
        try:
            await self._launch(lambda step: None)
        except LocalServerError as error:
            if error.code != "server_crashed":
                log.error("restart failed: %s", error.code)
                return False
        else:
            self._set_state(ServerState.RUNNING)
        return True

    async def _give_up(self) -> None:
        if self._process and self._process.exit_status is None:
            await self._process.stop()
        self._process = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        self.is_owner = False
        atexit.unregister(self._at_exit)
        self._set_state(ServerState.STOPPED)

    def _at_exit(self) -> None:
        if self._process and self._process.exit_status is None:
            self._process.stop_now()

    def _set_state(self, state: ServerState) -> None:
        if state is self.state:
            return
        self.state = state
        if self._on_state:
            self._on_state(state)
