"""One run of Synapse as a child process: start it, learn of its end, end it.

The child inherits the lock of the data folder: the lock is free only when the child is gone, even after a
kill -9 of us, so that two servers never open the same database.
"""

import asyncio
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from app.local_server import spawn_guard

TAIL_BYTES = 4_000
STOP_TIMEOUT_S = 20.0


class ServerProcess:
    """A running child. Made on the loop that wants to hear of its end; see `spawn` for the thread."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.ended = asyncio.Event()
        self._process = process
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._wait, name="tack-local-server", daemon=True).start()

    @classmethod
    def spawn(cls, folder: Path, config: Path, lock: int, modules: Path | None) -> "ServerProcess":
        """Start Synapse. Call it in a thread that lives as long as the server should (the main thread):
        Linux ends the child together with the thread that started it.
        """
        synapse = [sys.executable, "-m", "synapse.app.homeserver", "--config-path", str(config)]
        guard = [sys.executable, spawn_guard.__file__, str(os.getpid())] if sys.platform == "linux" else []
        with open(folder / "homeserver.out", "wb") as out:
            process = subprocess.Popen(
                [*guard, *synapse],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=_environment(modules),
                pass_fds=(lock,),
                start_new_session=True,
            )
        return cls(process)

    @property
    def pid(self) -> int:
        """Process id of Synapse itself (the guard has become it)."""
        return self._process.pid

    @property
    def exit_status(self) -> int | None:
        """None while it runs."""
        return self._process.returncode

    async def stop(self) -> None:
        """SIGTERM and wait until the database is closed; SIGKILL if that takes too long."""
        self._process.terminate()
        try:
            async with asyncio.timeout(STOP_TIMEOUT_S):  # wait_for of 3.11 can swallow our cancellation
                await self.ended.wait()
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """SIGKILL, as a crash would be, and wait."""
        self._process.kill()
        await self.ended.wait()

    def stop_now(self) -> None:
        """End it without a loop (interpreter exit): SIGTERM, a short wait, SIGKILL. Blocking."""
        self._process.terminate()
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while self._process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        if self._process.poll() is None:
            self._process.kill()

    def _wait(self) -> None:
        self._process.wait()
        try:
            self._loop.call_soon_threadsafe(self.ended.set)
        except RuntimeError:
            pass  # the loop is closed: nobody is left to hear it


def log_tail(folder: Path) -> str:
    """Give the end of what Synapse printed and logged, for the details under an error."""
    parts = []
    for name in ("homeserver.out", "homeserver.log"):
        path = folder / name
        if path.exists():
            data = path.read_bytes()[-TAIL_BYTES:]
            parts.append(data.decode("utf-8", "replace").strip())
    return "\n".join(part for part in parts if part)


def _environment(modules: Path | None) -> dict[str, str]:
    keep = {key: value for key, value in os.environ.items() if not key.startswith(("QT_", "PYTHON"))}
    if modules:
        keep["PYTHONPATH"] = str(modules)
    return keep | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}
