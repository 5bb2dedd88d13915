"""A damaged cache gives back a person's words."""

import asyncio
import json
import os
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from app.domain.ids import RoomID
from app.errors import Damaged, StorageError, WrongKey
from app.store import salvage as module
from app.store.cache import Cache
from app.store.connection import ASIDE_NAME, DB_NAME, CacheKey, FolderLock, open_writer, transaction
from app.store.keys import resolve_key
from app.store.pages import PAGE_BYTES, PageMap
from app.store.records import read_table
from app.store.salvage import KEPT_NAME, Salvage, restore, restored, salvage, unrestored
from app.store.schema import ensure_schema

KEY = CacheKey.random()
QUEUE = 60
LONG = "很长的文本" * 3000


def fill(folder: Path, *, is_closed: bool = True) -> Any:
    """Make a cache with unsent rows, drafts, values, and much that only the server needs."""
    conn = open_writer(folder, KEY)
    ensure_schema(conn)
    with transaction(conn):
        conn.executemany(
            "INSERT INTO send_queue(txn_id, lane, room_id, kind, event_type, content, state, created_ms, is_echo)"
            " VALUES (?, 'l', '!r:x', 'event', 'm.room.message', ?, 'queued', ?, 1)",
            [(f"txn{n}", json.dumps({"body": f"未发送 {n} " + "字" * 400}), n) for n in range(QUEUE)],
        )
        conn.execute("INSERT INTO draft VALUES ('!long:x', ?, '{}', 1)", (LONG,))
        conn.executemany(
            "INSERT INTO draft(room_id, text, extra, changed_ms) VALUES (?, ?, '{}', 7)",
            [(f"!d{n}:x", f"草稿 {n}") for n in range(20)],
        )
        conn.execute("INSERT INTO kv VALUES ('session', 'current', '{\"access_token\": \"t\"}')")
        conn.execute("INSERT INTO kv VALUES ('sync', 'complete', '1')")
        conn.executemany(
            "INSERT INTO event(room, event_id, type, sender, ts, raw) VALUES (1, ?, 'm.room.message', '@a:x', 1, ?)",
            [(f"$e{n}", b"x" * 700) for n in range(2000)],
        )
    if is_closed:
        conn.close()
    return conn


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled cache, made once."""
    folder = tmp_path_factory.mktemp("template")
    fill(folder)
    return folder


@pytest.fixture
def profile(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "profile"))


def new_cache(folder: Path) -> Any:
    """Open as the cache does."""
    conn = open_writer(folder, KEY)
    ensure_schema(conn)
    return conn


def texts(saved: Salvage) -> set[str]:
    """The transaction ids of the saved queue."""
    return {str(row["txn_id"]) for row in saved.queue}


ALL = {f"txn{n}" for n in range(QUEUE)}


def test_a_whole_file_is_read_whole_in_order(profile: Path) -> None:
    saved = salvage(profile, KEY)
    assert saved.is_complete and saved.unsent_count == QUEUE and len(saved.drafts) == 21
    assert [row["txn_id"] for row in saved.queue] == [f"txn{n}" for n in range(QUEUE)]
    assert not (profile / DB_NAME).exists() and (profile / ASIDE_NAME).exists()


def test_everything_returns_into_a_new_cache_once(profile: Path) -> None:
    before = open_writer(profile, KEY)
    rows = before.execute("SELECT * FROM send_queue ORDER BY id").fetchall()
    before.close()
    saved = salvage(profile, KEY)
    conn = new_cache(profile)
    for _ in range(2):
        with transaction(conn, is_durable=True):
            restore(conn, saved)
    assert conn.execute("SELECT * FROM send_queue ORDER BY id").fetchall() == rows
    assert conn.execute("SELECT text FROM draft WHERE room_id = '!long:x'").fetchone() == (LONG,)
    assert conn.execute("SELECT namespace FROM kv WHERE namespace IN ('session', 'sync')").fetchall() == [
        ("session",)
    ]
    restored(profile, saved)
    assert not (profile / ASIDE_NAME).exists() and unrestored(profile, KEY) is None
    conn.close()


def test_the_columns_known_here_are_those_of_the_schema(tmp_path: Path) -> None:
    conn = new_cache(tmp_path)
    for table, columns in module._COLUMNS.items():
        assert tuple(row[1] for row in conn.execute(f"PRAGMA table_info({table})")) == columns
    conn.close()


def test_new_rows_are_not_overwritten(profile: Path) -> None:
    saved = salvage(profile, KEY)
    conn = new_cache(profile)
    conn.execute("INSERT INTO draft VALUES ('!d1:x', 'newer', '{}', 9)")
    with transaction(conn):
        restore(conn, saved)
    assert conn.execute("SELECT text FROM draft WHERE room_id = '!d1:x'").fetchone() == ("newer",)
    conn.close()


def test_a_death_between_saving_and_restoring_loses_nothing(profile: Path) -> None:
    first = salvage(profile, KEY)
    again = unrestored(profile, KEY)
    assert again is not None and texts(again) == texts(first) == ALL
    fill(profile)  # a new cache, damaged in its turn before anything was restored
    with (profile / DB_NAME).open("r+b") as file:
        file.write(os.urandom(PAGE_BYTES))
    assert texts(salvage(profile, KEY)) == ALL


def test_a_death_in_the_middle_of_moving_aside_is_made_good(profile: Path) -> None:
    conn = fill_log(profile)
    crashed = Path(shutil.copytree(profile, profile.with_name("crashed")))
    conn.close()
    os.replace(crashed / DB_NAME, crashed / ASIDE_NAME)  # and no further
    with pytest.raises(Damaged):
        open_writer(crashed, KEY)
    assert texts(salvage(crashed, KEY)) == ALL | {"late"}


def fill_log(folder: Path) -> Any:
    """Leave something in the write-ahead log alone; the connection stays open as after a kill."""
    conn = open_writer(folder, KEY)
    conn.execute(
        "INSERT INTO send_queue(txn_id, lane, kind, content, state) VALUES ('late', 'l', 'event', '{}', 'queued')"
    )
    return conn


def test_the_wrong_key_moves_nothing(profile: Path) -> None:
    with pytest.raises(WrongKey):
        salvage(profile, CacheKey.random())
    assert (profile / DB_NAME).exists()


def test_an_open_cache_is_not_touched(profile: Path) -> None:
    lock = FolderLock(profile)
    lock.acquire()
    with pytest.raises(StorageError):
        salvage(profile, KEY)
    lock.release()
    assert (profile / DB_NAME).exists()


def damaged_pages(folder: Path) -> tuple[set[int], set[int]]:
    """Give the pages of the tables that matter (with what overflows), and the root pages of them."""
    conn = open_writer(folder, KEY)
    roots = [
        conn.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()[0]
        for name in ("send_queue", "draft", "kv")
    ]
    conn.close()
    pages = PageMap(folder / DB_NAME, resolve_key(folder / DB_NAME, KEY))
    return set().union(*(read_table(pages, root).pages for root in roots)), set(roots)


def overwrite(path: Path, numbers: set[int]) -> None:
    """Put garbage over pages."""
    with path.open("r+b") as file:
        for number in numbers:
            file.seek((number - 1) * PAGE_BYTES)
            file.write(os.urandom(PAGE_BYTES))


def test_damage_elsewhere_loses_nothing_of_a_person(profile: Path) -> None:
    ours, _ = damaged_pages(profile)
    count = (profile / DB_NAME).stat().st_size // PAGE_BYTES
    overwrite(profile / DB_NAME, set(range(2, count + 1, 3)) - ours - overflow_pages(profile))
    saved = salvage(profile, KEY)
    assert texts(saved) == ALL and len(saved.drafts) == 21
    assert LONG in {row["text"] for row in saved.drafts}


def overflow_pages(folder: Path) -> set[int]:
    """Where the long draft goes on: pages that are needed and belong to no tree."""
    pages = PageMap(folder / DB_NAME, resolve_key(folder / DB_NAME, KEY))
    mark = "很长的文本".encode()
    return {n for n in range(1, pages.count + 1) if (page := pages.get(n)) and page.count(mark) > 100}


def test_a_lost_first_page_loses_nothing_but_doubts_the_queue(profile: Path) -> None:
    overwrite(profile / DB_NAME, {1})
    with pytest.raises(Damaged):
        open_writer(profile, KEY)
    saved = salvage(profile, KEY)
    assert texts(saved) == ALL and not saved.is_complete and len(saved.drafts) == 21
    assert {row["state"] for row in saved.queue} == {"wedged"}
    assert {row["error_code"] for row in saved.queue} == {module.WEDGED_CODE}
    conn = new_cache(profile)
    with transaction(conn):
        restore(conn, saved)
    restored(profile, saved)
    assert (profile / KEPT_NAME).exists() and not (profile / ASIDE_NAME).exists()
    assert conn.execute("SELECT count(*) FROM send_queue").fetchone() == (QUEUE,)
    conn.close()


def test_lost_roots_of_the_tables_leave_their_rows_findable(profile: Path) -> None:
    _, roots = damaged_pages(profile)
    overwrite(profile / DB_NAME, roots)
    saved = salvage(profile, KEY)
    assert texts(saved) == ALL and not saved.is_complete  # the queue has several pages below its root


def test_one_lost_page_of_the_queue_costs_the_rows_on_it_only(profile: Path) -> None:
    ours, roots = damaged_pages(profile)
    overwrite(profile / DB_NAME, {max(ours - roots)})
    saved = salvage(profile, KEY)
    assert texts(saved) < ALL and len(texts(saved)) > QUEUE - 8 and not saved.is_complete
    assert {row["state"] for row in saved.queue} == {"queued"}


def test_deleted_rows_do_not_come_back(profile: Path) -> None:
    conn = open_writer(profile, KEY)
    conn.execute("DELETE FROM send_queue WHERE created_ms < 30")
    conn.execute("DELETE FROM draft WHERE room_id = '!d1:x'")
    conn.close()
    ours, roots = damaged_pages(profile)
    overwrite(profile / DB_NAME, {max(ours - roots)})
    assert texts(salvage(profile, KEY)) <= {f"txn{n}" for n in range(30, QUEUE)}


def test_what_is_only_in_the_log_is_saved_although_the_file_is_garbage(profile: Path) -> None:
    conn = fill_log(profile)
    crashed = Path(shutil.copytree(profile, profile.with_name("crashed")))
    conn.close()
    ours, _ = damaged_pages(profile)
    overwrite(crashed / DB_NAME, {1, 2, 3, *range(100, 200)} - ours)
    assert "late" in texts(salvage(crashed, KEY))


def test_an_emptied_file_beside_its_log_is_damage(profile: Path) -> None:
    conn = fill_log(profile)
    crashed = Path(shutil.copytree(profile, profile.with_name("crashed")))
    conn.close()
    os.truncate(crashed / DB_NAME, 0)
    with pytest.raises(Damaged):
        open_writer(crashed, KEY)
    assert "late" in texts(salvage(crashed, KEY))


@pytest.mark.parametrize("seed", range(25))
def test_any_damage_gives_back_what_survives_and_never_fails(profile: Path, seed: int) -> None:
    rng = random.Random(seed)
    path = profile / DB_NAME
    size = path.stat().st_size
    ours, roots = damaged_pages(profile)
    ours |= overflow_pages(profile) | {1}
    hurt: set[int] = set()
    with path.open("r+b") as file:
        for _ in range(rng.randint(1, 12)):
            place, length = rng.randrange(size), rng.choice([1, 16, 300, PAGE_BYTES, 40_000])
            length = min(length, size - place)
            file.seek(place)
            file.write(rng.randbytes(length))
            hurt |= set(range(place // PAGE_BYTES + 1, (place + length - 1) // PAGE_BYTES + 2))
        if rng.random() < 0.4:
            end = rng.randrange(size)
            file.truncate(end)
            hurt |= set(range(end // PAGE_BYTES + 1, size // PAGE_BYTES + 2))
    saved = salvage(profile, KEY)
    if not hurt & ours:
        assert texts(saved) == ALL and len(saved.drafts) == 21
    survivors = len(ours - hurt - roots) / len(ours - roots)
    assert saved.unsent_count >= int(QUEUE * survivors) - 8 * len(hurt & ours)
    conn = new_cache(profile)
    with transaction(conn):
        restore(conn, saved)
    assert conn.execute("SELECT count(*) FROM send_queue").fetchone() == (saved.unsent_count,)
    restored(profile, saved)
    conn.close()


@pytest.mark.parametrize("seed", range(10))
def test_a_damaged_log_gives_back_what_was_committed_before_the_damage(profile: Path, seed: int) -> None:
    conn = open_writer(profile, KEY)
    for number in range(40):
        conn.execute(
            "INSERT INTO send_queue(txn_id, lane, kind, content, state) VALUES (?, 'l', 'event', '{}', 'queued')",
            (f"late{number}",),
        )
    crashed = Path(shutil.copytree(profile, profile.with_name("crashed")))
    conn.close()
    log = crashed / f"{DB_NAME}-wal"
    size = log.stat().st_size
    place = random.Random(seed).randrange(32, size)
    with log.open("r+b") as file:
        file.seek(place)
        file.write(os.urandom(50))
    overwrite(crashed / DB_NAME, set(range(30, 40)))
    late = {text for text in texts(salvage(crashed, KEY)) if text.startswith("late")}
    assert late == {f"late{number}" for number in range(len(late))}
    assert len(late) >= 40 * place // size - 3


@pytest.mark.parametrize("content", [b"", b"x", b"\0" * 5000, os.urandom(20_000)])
def test_a_file_that_is_no_database_gives_nothing(tmp_path: Path, content: bytes) -> None:
    resolve_key(tmp_path / DB_NAME, KEY)
    (tmp_path / DB_NAME).write_bytes(content)
    saved = salvage(tmp_path, KEY)
    assert saved.unsent_count == 0
    new_cache(tmp_path).close()


def test_the_cache_takes_in_what_an_interrupted_salvage_left(profile: Path) -> None:
    salvage(profile, KEY)  # and the process dies here
    cache = Cache.open(profile, KEY)
    assert len(cache.read.queue()) == QUEUE
    assert not (profile / ASIDE_NAME).exists()
    cache.close()


@pytest.mark.logs_errors
def test_a_set_aside_file_of_another_key_does_not_stop_the_cache(profile: Path) -> None:
    salvage(profile, KEY)
    for name in ("cache.salt", DB_NAME):
        (profile / name).unlink(missing_ok=True)
    cache = Cache.open(profile, CacheKey.random())
    assert cache.read.queue() == [] and (profile / ASIDE_NAME).exists()
    cache.close()


async def _restored(folder: Path) -> tuple[int, str]:
    saved = Cache.salvage(folder, KEY)
    cache = Cache.open(folder, KEY)
    await cache.restore(saved)
    answer = len(cache.read.queue()), cache.read.draft(RoomID("!d3:x")).text
    cache.close()
    return answer


def test_salvage_open_restore(profile: Path) -> None:
    overwrite(profile / DB_NAME, {1})
    with pytest.raises(Damaged):
        Cache.open(profile, KEY)
    assert asyncio.run(_restored(profile)) == (QUEUE, "草稿 3")
