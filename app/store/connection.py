"""Connections to the encrypted cache: opening, errors in our words, transactions, and the thread that owns one.

The file is SQLite in WAL mode under SQLCipher. One connection writes; it lives on a `Worker` thread. Readers
open the file read-only, see the last committed state and never wait for the writer. Only one process has
the file open, which `FolderLock` ensures.

Errors of the disk leave here as `StorageError`s. Everything else SQLite complains about (a wrong statement, a broken
constraint) is a defect of ours and stays a `sqlcipher3` error with its traceback.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import logging
import queue
import threading
from typing import TYPE_CHECKING, Any, TypeVar

from sqlcipher3 import dbapi2

from app.errors import AlreadyOpen, Damaged, DiskFull, ReadOnlyFolder, StorageError, WrongKey
from app.late import Late
from app.store.keys import CacheKey as CacheKey
from app.store.keys import FileKey, resolve_key, write_salt_file
from app.store.lock import FolderLock as FolderLock
from app.store.lock import storage_error
from app.store.pages import PAGE_BYTES, can_read_a_page

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator
    from pathlib import Path
else:
    asyncio = Late("asyncio")

log = logging.getLogger("tack.store")

DB_NAME = "cache.db"
ASIDE_NAME = "cache.damaged.db"
"""Where a damaged cache lies until `salvage` has put a person's words into a new one."""
Connection = Any
"""A `sqlcipher3.dbapi2.Connection`; the package has no types."""
SQLError: type[Exception] = dbapi2.Error
"""What SQLite raises for our own mistakes and, before mapping, for the disk's."""

T = TypeVar("T")

_PERM, _BUSY, _LOCKED, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _NOTADB = 3, 5, 6, 8, 10, 11, 13, 14, 26
_PROBE_BYTES = 256 * 1024
_BUSY_TIMEOUT_S = 5.0
_PRAGMAS = (
    "PRAGMA temp_store = MEMORY",  # a temporary file would hold plain text
    "PRAGMA cell_size_check = ON",
    "PRAGMA trusted_schema = OFF",
)
_WRITER_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA journal_size_limit = 33554432",
)


def open_writer(folder: Path, key: CacheKey | FileKey, *, cache_kib: int = 8192) -> Connection:
    """Open or create the cache for writing, in autocommit mode. The caller holds the `FolderLock`.

    May be used on any one thread at a time. Raises WrongKey, Damaged, ReadOnlyFolder, DiskFull.
    """
    path = folder / DB_NAME
    file_key = key if isinstance(key, FileKey) else resolve_key(path, key)
    if _is_log_alone(path):
        raise Damaged("log without database", path=str(folder))
    conn = _open(path, "rwc", file_key, (f"PRAGMA cache_size = -{cache_kib}", *_WRITER_PRAGMAS))
    _own_file_only(path)
    if not file_key.is_checked:
        write_salt_file(path, file_key)
    return conn


def open_reader(folder: Path, key: CacheKey | FileKey, *, cache_kib: int = 8192) -> Connection:
    """Open one more connection that can only read. The writer must be open. Raises as `open_writer`."""
    path = folder / DB_NAME
    file_key = key if isinstance(key, FileKey) else resolve_key(path, key)
    return _open(path, "ro", file_key, (f"PRAGMA cache_size = -{cache_kib}", "PRAGMA query_only = ON"))


def open_aside(path: Path, key: FileKey) -> Connection:
    """Open a file that is not the cache any more, for reading what can be read. Raises Damaged."""
    return _open(path, "ro", key, ())


def _open(path: Path, mode: str, key: FileKey, pragmas: tuple[str, ...]) -> Connection:
    with mapped_errors(path.parent):
        conn = dbapi2.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=_BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        try:
            conn.execute("PRAGMA cipher_log_level = NONE")  # it would write to standard error
            conn.execute(key.pragma)
            _first_read(conn, path, key)
            for pragma in (*_PRAGMAS, *pragmas):
                conn.execute(pragma).fetchall()
        except BaseException:
            conn.close()
            raise
    return conn


def _first_read(conn: Connection, path: Path, key: FileKey) -> None:
    """Make SQLCipher try the key. A file that no page of can be read has another key; else it is damaged."""
    try:
        conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except dbapi2.DatabaseError as error:
        if _primary_code(error) != _NOTADB or key.is_checked or can_read_a_page(path, key):
            raise
        raise WrongKey(path=str(path.parent)) from error


def _is_log_alone(path: Path) -> bool:
    """Whether the database is gone or empty beside a log with content. SQLite would silently throw the log away."""
    log_file = path.with_name(f"{path.name}-wal")
    has_database = path.exists() and path.stat().st_size > 0
    return not has_database and log_file.exists() and log_file.stat().st_size > PAGE_BYTES


def _own_file_only(path: Path) -> None:
    with contextlib.suppress(OSError):  # a file system without modes is no reason to stop
        for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
            path.with_name(name).chmod(0o600)


# Errors ---------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def mapped_errors(folder: Path) -> Iterator[None]:
    """Turn what SQLite says of the disk into our errors; mistakes of ours pass as they are."""
    try:
        yield
    except dbapi2.Error as error:
        mapped = storage_error_of(error, folder)
        if mapped is None:
            raise
        raise mapped from error


def storage_error_of(error: Exception, folder: Path) -> StorageError | None:
    """Give the error of the world behind a SQLite error; None when it is a defect of ours."""
    code = _primary_code(error)
    path = str(folder)
    if code in (_CORRUPT, _NOTADB):
        return Damaged(_code_name(error), path=path)
    if code == _FULL:
        return DiskFull(_code_name(error), path=path)
    if code in (_READONLY, _PERM):
        return ReadOnlyFolder(_code_name(error), path=path)
    if code in (_BUSY, _LOCKED):
        return AlreadyOpen(_code_name(error), path=path)
    if code in (_IOERR, _CANTOPEN):
        return _probed(folder) or StorageError(_code_name(error), path=path)
    return None


def _primary_code(error: Exception) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _code_name(error: Exception) -> str:
    return str(getattr(error, "sqlite_errorname", ""))


def _probed(folder: Path) -> StorageError | None:
    """Write a little beside the cache, because SQLite reports a quota or a refusal as a plain I/O error.

    At the offset where the cache would have grown: there are limits on the size of one file, too.
    """
    probe = folder / "probe.tmp"
    try:
        offset = max((path.stat().st_size for path in folder.glob(f"{DB_NAME}*")), default=0)
        with probe.open("wb") as file:
            file.seek(offset)
            file.write(bytes(_PROBE_BYTES))
    except OSError as error:
        return storage_error(error, folder)
    finally:
        with contextlib.suppress(OSError):
            probe.unlink()
    return None


# Transactions ---------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def transaction(conn: Connection, *, is_durable: bool = False) -> Iterator[Connection]:
    """Run the block as one transaction.

    `is_durable` waits until the disk has it: for what a person wrote. Everything else survives the death of the
    process as well, and may be lost only when the whole computer loses power (the server has it again).
    """
    if is_durable:  # cannot be changed inside a transaction
        conn.execute("PRAGMA synchronous = FULL")
    try:
        conn.execute("BEGIN IMMEDIATE")
        try:
            yield conn
            conn.execute("COMMIT")
        except BaseException:
            if conn.in_transaction:  # SQLite itself rolls back on a full disk
                conn.execute("ROLLBACK")
            raise
    finally:
        if is_durable:
            conn.execute("PRAGMA synchronous = NORMAL")


def quick_check(conn: Connection, folder: Path) -> None:
    """Walk through the whole file (about 1 s per GB) and raise Damaged when something is wrong with it."""
    with mapped_errors(folder):
        answer = conn.execute("PRAGMA quick_check(1)").fetchone()
    if answer is None or answer[0] != "ok":
        raise Damaged("quick_check", path=str(folder))


# The worker -----------------------------------------------------------------------------------------------------


class Worker:
    """One thread that owns one connection and runs functions on it, one after another in the order given.

    `start` opens the connection on the new thread and raises what opening raises. A function that fails leaves no
    open transaction behind. A caller that is cancelled while its function runs does not stop it.
    """

    def __init__(self, name: str, folder: Path, connect: Callable[[], Connection]) -> None:
        self._name = name
        self._folder = folder
        self._connect = connect
        self._jobs: queue.SimpleQueue[
            tuple[Callable[[Connection], Any], concurrent.futures.Future[Any]] | None
        ]
        self._jobs = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._gate = threading.Lock()

    def start(self) -> None:
        """Open the connection; returns when it is open."""
        ready: concurrent.futures.Future[None] = concurrent.futures.Future()
        thread = threading.Thread(target=self._main, args=(ready,), name=self._name, daemon=True)
        thread.start()
        ready.result()
        self._thread = thread

    def stop(self) -> None:
        """Run what was given so far, close the connection, end the thread. May be called twice."""
        with self._gate:
            thread, self._thread = self._thread, None
            if thread is not None:
                self._jobs.put(None)
        if thread is not None:
            thread.join()

    def submit(self, job: Callable[[Connection], T]) -> concurrent.futures.Future[T]:
        """Queue a function. From any thread. Raises RuntimeError after `stop`."""
        future: concurrent.futures.Future[T] = concurrent.futures.Future()
        with self._gate:
            if self._thread is None:
                raise RuntimeError(f"{self._name} is stopped")
            self._jobs.put((job, future))
        return future

    def call(self, job: Callable[[Connection], T]) -> T:
        """Run a function and wait for it, blocking. Never from the loop's thread while it serves the interface."""
        return self.submit(job).result()

    async def run(self, job: Callable[[Connection], T]) -> T:
        """Run a function and await its result."""
        return await asyncio.wrap_future(self.submit(job))

    def _main(self, ready: concurrent.futures.Future[None]) -> None:
        try:
            conn = self._connect()
        except BaseException as error:  # outermost frame: the caller of `start` gets it
            ready.set_exception(error)
            return
        ready.set_result(None)
        try:
            while (entry := self._jobs.get()) is not None:
                self._run_one(conn, *entry)
                del entry  # let go of results before waiting for the next job
        finally:
            conn.close()

    def _run_one(self, conn: Connection, job: Callable[[Connection], Any], future: Any) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            with mapped_errors(self._folder):
                result = job(conn)
        except BaseException as error:  # outermost frame: the caller of `run` gets it
            _leave_no_transaction(conn, self._name)
            future.set_exception(error)
        else:
            _leave_no_transaction(conn, self._name)
            future.set_result(result)


def _leave_no_transaction(conn: Connection, name: str) -> None:
    if not conn.in_transaction:
        return
    log.error("%s: a job left a transaction open; rolled back", name)
    try:
        conn.execute("ROLLBACK")
    except dbapi2.Error:
        log.exception("%s: rollback failed", name)
