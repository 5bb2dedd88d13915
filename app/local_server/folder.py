"""The data folder of the server: its lock, what is remembered between runs, the copy before an upgrade."""

import json
import os
import shutil
import socket
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from app.errors import LocalServerError
from app.local_server.config import write_private

DATABASE = "homeserver.db"


@dataclass(frozen=True, slots=True)
class Remembered:
    """server.json: what the next start needs to know of the last one."""

    port: int = 0
    server_name: str = ""
    synapse_version: str = ""
    owner_pid: int = 0


def load_remembered(folder: Path) -> Remembered:
    """Read server.json; a missing or broken one is an empty memory."""
    try:
        return Remembered(**json.loads((folder / "server.json").read_text("utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return Remembered()


def save_remembered(folder: Path, remembered: Remembered) -> None:
    """Write server.json."""
    write_private(folder / "server.json", json.dumps(asdict(remembered), indent=1))


def try_lock(folder: Path) -> int | None:
    """Take the folder's lock; None when another server has it. The descriptor is passed on to the child."""
    import fcntl  # not on Windows, where no server runs

    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def pick_port(wanted: int) -> int:
    """Give `wanted` if it is free on loopback, else any free port."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise LocalServerError("no free port on loopback", code="server_port_taken")


def back_up_database(folder: Path, version: str) -> None:
    """Copy the database aside before another version of Synapse upgrades it. One copy is kept.

    Call it with the lock held: nobody has the files open.
    """
    for old in folder.glob(f"{DATABASE}.before-*"):
        old.unlink()
    for suffix in ("", "-wal", "-shm"):
        source = folder / (DATABASE + suffix)
        if source.exists():
            shutil.copy2(source, folder / f"{DATABASE}.before-{version or 'unknown'}{suffix}")


def is_alive(pid: int) -> bool:
    """Whether a process of that id exists."""
    if pid <= 0 or sys.platform == "win32":
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
