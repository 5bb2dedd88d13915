"""Opening, locking, errors of the disk in our words, transactions, the worker, death in mid-write."""

import asyncio
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.errors import AlreadyOpen, Damaged, DiskFull, ReadOnlyFolder, StorageError, WrongKey
from app.store import keys as store_keys
from app.store.cache import Cache
from app.store.connection import (
    DB_NAME,
    CacheKey,
    FolderLock,
    SQLError,
    Worker,
    mapped_errors,
    open_reader,
    open_writer,
    quick_check,
    transaction,
)
from app.store.keys import resolve_key

SALT_NAME = "cache.salt"

POSIX_ONLY = pytest.mark.skipif(sys.platform == "win32", reason="needs fork, signals or limits of POSIX")
REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def key() -> CacheKey:
    return CacheKey.random()


@pytest.fixture
def child(key: CacheKey) -> Iterator[Any]:
    """Starts `tests.helpers.store_child`; kills what is left of it."""
    started: list[subprocess.Popen[str]] = []

    def start(deed: str, folder: Path) -> "subprocess.Popen[str]":
        assert key.raw is not None
        command = [sys.executable, "-m", "tests.helpers.store_child", deed, str(folder), key.raw.hex()]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def fill(folder: Path, key: CacheKey, rows: int = 300) -> None:
    """Make a cache with something in it and close it."""
    conn = open_writer(folder, key)
    conn.execute("CREATE TABLE t(n INTEGER PRIMARY KEY, f TEXT)")
    with transaction(conn):
        conn.executemany("INSERT INTO t(f) VALUES (?)", [("字" * 300,)] * rows)
    conn.close()


# Opening


def test_what_was_written_is_read_by_both_kinds_of_connection(tmp_path: Path, key: CacheKey) -> None:
    fill(tmp_path, key)
    writer, reader = open_writer(tmp_path, key), open_reader(tmp_path, key)
    assert reader.execute("SELECT count(*) FROM t").fetchone() == (300,)
    with transaction(writer):
        writer.execute("DELETE FROM t WHERE n = 1")
        assert reader.execute("SELECT count(*) FROM t").fetchone() == (300,)
    assert reader.execute("SELECT count(*) FROM t").fetchone() == (299,)
    reader.close()
    writer.close()


def test_the_file_is_encrypted_and_ours_alone(tmp_path: Path, key: CacheKey) -> None:
    conn = open_writer(tmp_path, key)
    conn.execute("CREATE TABLE secret(content)")
    conn.execute("INSERT INTO secret VALUES ('very secret words')")
    for path in tmp_path.iterdir():
        data = path.read_bytes()
        assert b"secret" not in data and b"SQLite format" not in data
        if sys.platform != "win32":
            assert path.stat().st_mode & 0o077 == 0
    conn.close()


def test_a_reader_cannot_write(tmp_path: Path, key: CacheKey) -> None:
    fill(tmp_path, key)
    writer, reader = open_writer(tmp_path, key), open_reader(tmp_path, key)
    with pytest.raises(ReadOnlyFolder), mapped_errors(tmp_path):
        reader.execute("DELETE FROM t")
    reader.close()
    writer.close()


def test_a_passphrase_opens_what_it_closed(tmp_path: Path) -> None:
    fill(tmp_path, CacheKey(passphrase="correct 马 battery"))
    conn = open_writer(tmp_path, CacheKey(passphrase="correct 马 battery"))
    assert conn.execute("SELECT count(*) FROM t").fetchone() == (300,)
    conn.close()
    with pytest.raises(WrongKey):
        open_writer(tmp_path, CacheKey(passphrase="correct horse battery"))


def test_another_key_is_refused_and_nothing_is_changed(tmp_path: Path, key: CacheKey) -> None:
    fill(tmp_path, key)
    before = (tmp_path / DB_NAME).read_bytes()
    with pytest.raises(WrongKey):
        open_writer(tmp_path, CacheKey.random())
    (tmp_path / SALT_NAME).unlink()
    with pytest.raises(WrongKey):
        open_writer(tmp_path, CacheKey.random())
    assert (tmp_path / DB_NAME).read_bytes() == before
    open_writer(tmp_path, key).close()


def test_a_lost_or_broken_salt_file_is_made_again(tmp_path: Path, key: CacheKey) -> None:
    fill(tmp_path, key)
    for broken in (b"", b"short", os.urandom(32)):
        (tmp_path / SALT_NAME).write_bytes(broken)
        open_writer(tmp_path, key).close()
        assert resolve_key(tmp_path / DB_NAME, key).is_checked


def test_a_salt_file_without_its_database_is_no_obstacle(tmp_path: Path, key: CacheKey) -> None:
    fill(tmp_path, CacheKey.random())
    (tmp_path / DB_NAME).unlink()
    fill(tmp_path, key)
    open_writer(tmp_path, key).close()


@pytest.mark.parametrize("length", [17, 1000, 4096])
def test_a_damaged_beginning_is_damage_not_a_wrong_key(tmp_path: Path, key: CacheKey, length: int) -> None:
    fill(tmp_path, key)
    with (tmp_path / DB_NAME).open("r+b") as file:
        file.write(os.urandom(length))
    with pytest.raises(Damaged):
        open_writer(tmp_path, key)


@pytest.mark.parametrize("has_salt_file", [True, False])
def test_damage_is_recognised_without_the_salt_file_by_the_other_pages(
    tmp_path: Path, key: CacheKey, has_salt_file: bool
) -> None:
    fill(tmp_path, key)
    if not has_salt_file:
        (tmp_path / SALT_NAME).unlink()
    with (tmp_path / DB_NAME).open("r+b") as file:
        file.seek(100)
        file.write(os.urandom(200))
    with pytest.raises(Damaged):
        open_writer(tmp_path, key)


def test_a_damaged_salt_in_the_file_does_not_matter(tmp_path: Path, key: CacheKey) -> None:
    fill(tmp_path, key)
    with (tmp_path / DB_NAME).open("r+b") as file:
        file.write(os.urandom(16))
    conn = open_writer(tmp_path, key)
    assert conn.execute("SELECT count(*) FROM t").fetchone() == (300,)
    conn.close()


def test_quick_check_finds_a_bad_page(tmp_path: Path, key: CacheKey) -> None:
    fill(tmp_path, key)
    conn = open_writer(tmp_path, key)
    quick_check(conn, tmp_path)
    conn.close()
    with (tmp_path / DB_NAME).open("r+b") as file:
        file.seek(4096 * 20 + 5)
        file.write(b"garbage")
    conn = open_writer(tmp_path, key)
    with pytest.raises(Damaged):
        quick_check(conn, tmp_path)
    conn.close()


def test_a_cut_file_is_damage(tmp_path: Path, key: CacheKey) -> None:
    fill(tmp_path, key)
    size = (tmp_path / DB_NAME).stat().st_size
    os.truncate(tmp_path / DB_NAME, size // 2 + 100)
    with pytest.raises(Damaged):
        conn = open_writer(tmp_path, key)
        try:
            quick_check(conn, tmp_path)
        finally:
            conn.close()


# The lock


def test_a_second_instance_is_told(tmp_path: Path, child: Any) -> None:
    process = child("hold", tmp_path)
    assert process.stdout.readline() == "held\n"
    with pytest.raises(AlreadyOpen):
        FolderLock(tmp_path).acquire()
    process.kill()
    process.wait()
    lock = FolderLock(tmp_path)
    lock.acquire()  # a dead process holds nothing
    with pytest.raises(AlreadyOpen):
        FolderLock(tmp_path).acquire()
    lock.release()
    lock.release()
    FolderLock(tmp_path).acquire()


def test_the_lock_makes_its_folder(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path / "new" / "profile")
    lock.acquire()
    lock.release()
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError):
        FolderLock(tmp_path / "file").acquire()


# Disk full, read-only


def test_a_full_file_is_disk_full_and_loses_nothing(tmp_path: Path, key: CacheKey) -> None:
    fill(tmp_path, key)
    conn = open_writer(tmp_path, key)
    pages = conn.execute("PRAGMA page_count").fetchone()[0]
    conn.execute(f"PRAGMA max_page_count = {pages + 5}")
    with pytest.raises(DiskFull), mapped_errors(tmp_path), transaction(conn):
        conn.executemany("INSERT INTO t(f) VALUES (?)", [("x" * 4000,)] * 50)
    assert not conn.in_transaction
    conn.execute("PRAGMA max_page_count = 1000000")
    with transaction(conn):
        conn.execute("INSERT INTO t(f) VALUES ('after')")
    assert conn.execute("SELECT count(*) FROM t").fetchone() == (301,)
    quick_check(conn, tmp_path)
    conn.close()


@POSIX_ONLY
def test_a_quota_is_disk_full_and_what_was_committed_stays(tmp_path: Path, key: CacheKey, child: Any) -> None:
    answer, _ = child("write_with_little_room", tmp_path).communicate(timeout=60)
    name, written = answer.split()
    assert name == "DiskFull" and int(written) > 10
    conn = open_writer(tmp_path, key)
    quick_check(conn, tmp_path)
    assert conn.execute("SELECT count(*) FROM t").fetchone() == (int(written),)
    conn.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MB, where the rights to mount one are given."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if sys.platform != "linux" or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no rights to mount a small file system")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_really_full_disk(small_disk: Path, key: CacheKey) -> None:
    worker = Worker("test", small_disk, lambda: open_writer(small_disk, key))
    worker.start()
    worker.call(lambda conn: conn.execute("CREATE TABLE t(n INTEGER PRIMARY KEY, f TEXT)"))
    written = 0
    with pytest.raises(DiskFull):
        while written < 1000:
            worker.call(lambda conn: conn.execute("INSERT INTO t(f) VALUES (?)", ("x" * 4000,)))
            written += 1
    assert worker.call(lambda conn: conn.execute("SELECT count(*) FROM t").fetchone()) == (written,)
    worker.stop()
    (small_disk / "filling").write_bytes(bytes(max(0, os.statvfs(small_disk).f_bavail * 4096)))
    other = small_disk / "other"
    with pytest.raises(DiskFull):
        FolderLock(other).acquire()
        open_writer(other, key)
    (small_disk / "filling").unlink()
    conn = open_writer(small_disk, key)
    assert conn.execute("SELECT count(*) FROM t").fetchone() == (written,)
    conn.execute("INSERT INTO t(f) VALUES ('room again')")
    quick_check(conn, small_disk)
    conn.close()


@POSIX_ONLY
def test_a_folder_that_may_not_be_written(tmp_path: Path, key: CacheKey, child: Any) -> None:
    place = tmp_path / "profile"
    fill_folder(place, key)
    for path in (place, *place.iterdir()):
        path.chmod(0o555 if path.is_dir() else 0o444)
    for parent in (tmp_path, *list(tmp_path.parents)[:2]):
        parent.chmod(parent.stat().st_mode | 0o055)
    answer, _ = child("write_as_nobody", place).communicate(timeout=60)
    assert answer == "ReadOnlyFolder 0\n"
    place.chmod(0o755)


def fill_folder(place: Path, key: CacheKey) -> None:
    place.mkdir()
    lock = FolderLock(place)
    lock.acquire()
    fill(place, key)
    lock.release()


def test_a_refusal_while_running_is_named(tmp_path: Path, key: CacheKey) -> None:
    (tmp_path / DB_NAME).mkdir()  # cannot be opened as a file
    with pytest.raises(StorageError):
        open_writer(tmp_path, key)


# Transactions and the worker


def test_a_failed_transaction_leaves_nothing(tmp_path: Path, key: CacheKey) -> None:
    fill(tmp_path, key, 1)
    conn = open_writer(tmp_path, key)
    with pytest.raises(KeyError), transaction(conn, is_durable=True):
        conn.execute("INSERT INTO t(f) VALUES ('x')")
        raise KeyError
    assert conn.execute("SELECT count(*) FROM t").fetchone() == (1,)
    assert conn.execute("PRAGMA synchronous").fetchone() == (1,)
    with transaction(conn, is_durable=True):
        assert conn.execute("PRAGMA synchronous").fetchone() == (2,)
    conn.close()


@pytest.fixture
def worker(tmp_path: Path, key: CacheKey) -> Iterator[Worker]:
    made = Worker("test", tmp_path, lambda: open_writer(tmp_path, key))
    made.start()
    yield made
    made.stop()


def test_jobs_run_in_order_on_one_thread(worker: Worker) -> None:
    async def run_all() -> list[tuple[int, int]]:
        jobs = (worker.run(lambda _, n=n: (n, threading.get_ident())) for n in range(50))  # type: ignore[misc]
        return list(await asyncio.gather(*jobs))

    answers = asyncio.run(run_all())
    assert [n for n, _ in answers] == list(range(50))
    assert len({thread for _, thread in answers} | {threading.get_ident()}) == 2


def test_our_own_mistakes_keep_their_names(worker: Worker) -> None:
    with pytest.raises(SQLError, match="no such table"):
        worker.call(lambda conn: conn.execute("SELECT * FROM nowhere"))
    with pytest.raises(ZeroDivisionError):
        worker.call(lambda _: 1 // 0)
    assert worker.call(lambda conn: conn.execute("SELECT 1").fetchone()) == (1,)


def test_a_job_that_fails_leaves_no_open_transaction(
    worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    def half(conn: Any) -> None:
        conn.execute("BEGIN IMMEDIATE")
        conn.execute("CREATE TABLE t(x)")
        raise ValueError

    with pytest.raises(ValueError):
        worker.call(half)
    assert worker.call(lambda conn: conn.execute("SELECT count(*) FROM sqlite_master").fetchone()) == (0,)
    assert "left a transaction open" in caplog.text


def test_a_cancelled_caller_does_not_stop_a_running_write(worker: Worker) -> None:
    worker.call(lambda conn: conn.execute("CREATE TABLE t(x)"))
    running, go_on = threading.Event(), threading.Event()

    def slow(conn: Any) -> None:
        with transaction(conn):
            running.set()
            go_on.wait(5)
            conn.execute("INSERT INTO t VALUES (1)")

    async def cancel_in_the_middle() -> None:
        task = asyncio.create_task(worker.run(slow))
        waiting = asyncio.create_task(worker.run(lambda conn: conn.execute("INSERT INTO t VALUES (2)")))
        await asyncio.to_thread(running.wait, 5)
        task.cancel()
        waiting.cancel()  # not begun: never runs
        await asyncio.gather(task, waiting, return_exceptions=True)
        go_on.set()

    asyncio.run(cancel_in_the_middle())
    assert worker.call(lambda conn: conn.execute("SELECT x FROM t").fetchall()) == [(1,)]


def test_stop_finishes_what_was_given_and_refuses_more(worker: Worker) -> None:
    done: list[int] = []
    worker.submit(lambda _: time.sleep(0.05))
    for number in range(10):
        worker.submit(lambda _, n=number: done.append(n))  # type: ignore[misc]
    worker.stop()
    worker.stop()
    assert done == list(range(10))
    with pytest.raises(RuntimeError):
        worker.submit(lambda _: None)


def test_who_asks_a_closed_cache_is_told_and_opens_nothing(tmp_path: Path, key: CacheKey) -> None:
    """A window that goes may still ask: that is an error like a full disk, no accident."""
    cache = Cache.open(tmp_path, key)
    cache.close()

    async def ask() -> None:
        with pytest.raises(StorageError):
            await cache.read_in_worker(lambda read: read.totals())
        with pytest.raises(StorageError):
            await cache.run(lambda w: None)

    asyncio.run(ask())
    for read in (
        cache.read.dings.counts,
        cache.read.totals,
        cache.read.ding_work.scheduled,
        cache.read.queue,
    ):
        with pytest.raises(StorageError):
            read()
    cache.close()
    Cache.open(tmp_path, key).close()


def test_start_raises_what_opening_raises(tmp_path: Path) -> None:
    fill(tmp_path, CacheKey.random())
    with pytest.raises(WrongKey):
        Worker("test", tmp_path, lambda: open_writer(tmp_path, CacheKey.random())).start()


# Death


@POSIX_ONLY
def test_kill_9_in_mid_write_keeps_everything_committed(tmp_path: Path, key: CacheKey, child: Any) -> None:
    rng = random.Random(2)
    last = 0
    for _ in range(6):
        process = child("write_for_ever", tmp_path)
        first = process.stdout.readline()
        time.sleep(rng.uniform(0.0, 0.4))
        process.kill()
        rest, _ = process.communicate()
        last = int((first + rest).split()[-1])
        conn = open_writer(tmp_path, key)
        quick_check(conn, tmp_path)
        count, greatest = conn.execute("SELECT count(*), max(n) FROM t").fetchone()
        conn.close()
        assert count == greatest and greatest in (last, last + 1)
    assert last > 20


def test_a_key_is_one_thing_of_the_right_length() -> None:
    for arguments in ({}, {"raw": b"short"}, {"raw": bytes(32), "passphrase": "x"}):
        with pytest.raises(ValueError):
            CacheKey(**arguments)
    assert "raw" not in repr(CacheKey.random())
    assert store_keys.KEY_BYTES == 32
