"""The log of the program: ids and durations, never bodies, file names or tokens.

Until the profile is known the records wait in memory (`start_log`); `write_log_to` then writes them and all
later ones to a rotating file that only its owner can read. A disk that is full or read-only costs the log,
never the program.
"""

import logging
import logging.handlers
import os
import time
from pathlib import Path
from typing import IO

FORMAT = "%(asctime)s.%(msecs)03dZ %(levelname)-7s %(name)s %(message)s"
MAX_FILE_BYTES = 4 * 1024 * 1024
KEPT_FILES = 4
MAX_WAITING_RECORDS = 2000
_QUIET = ("httpx", "httpcore", "hpack", "asyncio", "qasync", "keyring", "PIL")


class _OwnerOnlyFile(logging.handlers.RotatingFileHandler):
    """A rotating file with mode 0600 that gives up silently where it cannot write."""

    def _open(self) -> IO[str]:  # type: ignore[override]
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace")

    def handleError(self, record: logging.LogRecord) -> None:
        """Drop the record: a full disk must not stop the program or print to a closed terminal."""


def formatter() -> logging.Formatter:
    """Give the line format: ISO date in UTC, level, logger, text."""
    made = logging.Formatter(FORMAT, "%Y-%m-%dT%H:%M:%S")
    made.converter = time.gmtime
    return made


def start_log(level: str = "INFO", *, to_terminal: bool = False) -> None:
    """Begin to keep records in memory; call once, first thing."""
    root = logging.getLogger()
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    if to_terminal:
        terminal = logging.StreamHandler()
        terminal.setFormatter(formatter())
        root.addHandler(terminal)
    root.addHandler(logging.handlers.MemoryHandler(MAX_WAITING_RECORDS, flushLevel=100, flushOnClose=False))


def write_log_to(path: Path) -> None:
    """Send the waiting records and all later ones to a file."""
    root = logging.getLogger()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = _OwnerOnlyFile(path, maxBytes=MAX_FILE_BYTES, backupCount=KEPT_FILES, encoding="utf-8")
    except OSError as error:
        logging.getLogger("tack.log").warning("no log file: %s", type(error).__name__)
        return
    handler.setFormatter(formatter())
    for waiting in [h for h in root.handlers if isinstance(h, logging.handlers.MemoryHandler)]:
        waiting.setTarget(handler)
        waiting.flush()
        root.removeHandler(waiting)
        waiting.close()
    root.addHandler(handler)
