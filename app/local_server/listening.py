"""Whose socket a port of loopback is. On a port that answers, somebody else's server may be sitting."""

import os
import sys
from pathlib import Path

LISTEN = "0A"
LOOPBACK = "0100007F"
"""127.0.0.1 as `/proc/net/tcp` writes it (both ends of the address reversed)."""


def is_listening(pid: int, port: int, proc: Path = Path("/proc")) -> bool:
    """Whether a process listens on a port of 127.0.0.1. Where the system does not tell, it is believed."""
    if sys.platform != "linux":
        return True
    return bool(_listening_inodes(proc, port) & _socket_inodes(proc / str(pid) / "fd"))


def _listening_inodes(proc: Path, port: int) -> set[str]:
    """Source: proc(5), /proc/net/tcp: local address is field 1, state field 3, inode field 9."""
    rows = [line.split() for line in (proc / "net" / "tcp").read_text("ascii").splitlines()[1:]]
    local = f"{LOOPBACK}:{port:04X}"
    return {row[9] for row in rows if row[1] == local and row[3] == LISTEN}


def _socket_inodes(folder: Path) -> set[str]:
    """The sockets a process has open; none when it is gone."""
    found: set[str] = set()
    try:
        for link in os.scandir(folder):
            found.add(_inode_of(link.path))
    except OSError:  # the process has ended
        return set()
    return found


def _inode_of(link: str) -> str:
    try:
        return os.readlink(link).removeprefix("socket:[").removesuffix("]")
    except OSError:  # closed meanwhile
        return ""
