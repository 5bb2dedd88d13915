"""The log of the program: ids and durations, never bodies, file names or tokens.

Until the profile is known the records wait in memory (`start_log`); `write_log_to` then writes them and all
later ones to a rotating file that only its owner can read. A disk that is full or read-only costs the log,
never the program.
"""

import logging
import time
from collections import deque
from pathlib import Path

FORMAT = "%(asctime)s.%(msecs)03dZ %(levelname)-7s %(name)s %(message)s"
MAX_FILE_BYTES = 4 * 1024 * 1024
KEPT_FILES = 4
MAX_WAITING_RECORDS = 2000
_QUIET = ("httpx", "httpcore", "hpack", "asyncio", "qasync", "keyring", "PIL")


class _Waiting(logging.Handler):
    """Keeps the newest records until there is a file for them."""

    def __init__(self) -> None:
        super().__init__()
        self.records: deque[logging.LogRecord] = deque(maxlen=MAX_WAITING_RECORDS)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self.records.append(record)


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
    root.addHandler(_Waiting())


def write_log_to(path: Path) -> None:
    """Send the waiting records and all later ones to a file."""
    from app.log_file import OwnerOnlyFile  # the first window does not wait for it

    root = logging.getLogger()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = OwnerOnlyFile(path, maxBytes=MAX_FILE_BYTES, backupCount=KEPT_FILES, encoding="utf-8")
    except OSError as error:
        logging.getLogger("tack.log").warning("no log file: %s", type(error).__name__)
        return
    handler.setFormatter(formatter())
    root.addHandler(handler)
    for waiting in [h for h in root.handlers if isinstance(h, _Waiting)]:
        root.removeHandler(waiting)
        while waiting.records:
            handler.handle(waiting.records.popleft())
        waiting.close()
