"""A process that opens a cache and does one thing with it, for tests that need a second one or one to kill.

Called as `python -m tests.helpers.store_child DEED FOLDER KEY_HEX`; says what happened on standard output.
"""

import os
import resource
import sys
import time
from pathlib import Path

from app.errors import StorageError
from app.store.connection import CacheKey, FolderLock, Worker, open_writer, transaction

NOBODY = 65534


def hold(folder: Path, key: CacheKey) -> None:
    """Hold the lock until killed."""
    lock = FolderLock(folder)
    lock.acquire()
    print("held", flush=True)
    time.sleep(60)


def write_for_ever(folder: Path, key: CacheKey) -> None:
    """Commit numbered rows until killed; each number is printed when its commit has returned."""
    worker = Worker("child", folder, lambda: open_writer(folder, key))
    worker.start()
    worker.call(
        lambda conn: conn.execute("CREATE TABLE IF NOT EXISTS t(n INTEGER PRIMARY KEY, filling TEXT)")
    )
    start = worker.call(lambda conn: conn.execute("SELECT coalesce(max(n), 0) FROM t").fetchone()[0])
    for number in range(start + 1, 10**9):
        is_durable = number % 3 == 0

        def write(conn: object, number: int = number, is_durable: bool = is_durable) -> None:
            with transaction(conn, is_durable=is_durable):
                conn.execute("INSERT INTO t VALUES (?, ?)", (number, "字" * 900))  # type: ignore[attr-defined]

        worker.call(write)
        os.write(1, b"%d\n" % number)


def write_as_nobody(folder: Path, key: CacheKey) -> None:
    """Open and write without any rights of root."""
    if os.getuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    _write(folder, key)


def write_with_little_room(folder: Path, key: CacheKey) -> None:
    """Write with a limit on the size of every file: the way a quota shows itself."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
    _write(folder, key)


def _write(folder: Path, key: CacheKey) -> None:
    number = 0
    try:
        FolderLock(folder).acquire()
        worker = Worker("child", folder, lambda: open_writer(folder, key))
        worker.start()
        worker.call(lambda conn: conn.execute("CREATE TABLE IF NOT EXISTS t(n INTEGER PRIMARY KEY, f TEXT)"))
        while number < 1000:
            worker.call(lambda conn: conn.execute("INSERT INTO t(f) VALUES (?)", ("x" * 3000,)))
            number += 1
    except StorageError as error:
        print(type(error).__name__, number, flush=True)
    else:
        print("wrote", number, flush=True)


if __name__ == "__main__":
    deed, place, raw = sys.argv[1:]
    deeds = {f.__name__: f for f in (hold, write_for_ever, write_as_nobody, write_with_little_room)}
    deeds[deed](Path(place), CacheKey(raw=bytes.fromhex(raw)))
