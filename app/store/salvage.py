"""Saving a person's words out of a damaged cache.

The homeserver has everything but five things: what waits in the send queue, drafts, dings to come, the session, and
small settings of the interface (`kv`). `salvage` moves the damaged file aside and reads these tables, first through SQLite,
then, for what SQLite refuses, page by page (see `records`). `restore` puts the rows into the new cache.

Nothing is lost when the process dies in between: the file stays under `cache.damaged.db` until `restored` is
called, and the next `salvage` or `unrestored` reads it again. Restoring twice changes nothing. A file that could not
be read whole is kept even then, as `cache.unreadable.db`, until the next one takes its place.

Rows found on pages that hang on nothing any more may be old: a queue row may have been sent and deleted since.
So such rows come back *wedged* (dings to come as failed ones), for the person to decide, and such values only where
nothing better was found.
"""

import contextlib
import json
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from app.domain.scheduled import ScheduledState
from app.domain.sending import RequestKind
from app.domain.timeline import SendState
from app.errors import StorageError
from app.store.connection import ASIDE_NAME, DB_NAME, CacheKey, Connection, SQLError, open_aside
from app.store.keys import FileKey, resolve_key, salt_path
from app.store.lock import FolderLock, storage_error
from app.store.pages import PAGE_BYTES, PageMap
from app.store.records import Record, TableRows, Value, free_pages, is_leaf, read_leaf, read_table
from app.store.schema import schema_version

log = logging.getLogger("tack.store.salvage")

KEPT_NAME = "cache.unreadable.db"
Row = dict[str, Value]
WEDGED_CODE = "salvaged"
"""`error_code` of queue rows that may have been sent already."""

_COLUMNS: dict[str, tuple[str, ...]] = {
    "send_queue": (
        *("id", "txn_id", "lane", "room_id", "kind", "event_type", "state_key", "content", "depends_on"),
        *("target", "attachment_path", "attachment_uri", "state", "attempts", "not_before_ms", "error_code"),
        *("event_id", "created_ms", "is_echo"),
    ),
    "draft": ("room_id", "text", "extra", "changed_ms"),
    "kv": ("namespace", "key", "value"),
    "scheduled_ding": (
        *("id", "series", "round", "room_id", "content", "people", "files", "due_ms", "base_ms", "mode"),
        *("delay_id", "state", "error_code", "created_ms"),
    ),
}
"""The tables saved, with their columns in the order of the file: for pages whose table is not known any more."""
_ABOUT_THE_LOST_FILE = "sync"
"""The namespace of values that tell how much of the server's data the file had."""
_IDENTITY = {
    "send_queue": ("txn_id",),
    "draft": ("room_id",),
    "kv": ("namespace", "key"),
    "scheduled_ding": ("series", "round"),
}
_DOUBTED: dict[str, Row] = {
    "send_queue": {"state": SendState.WEDGED.value, "error_code": WEDGED_CODE},
    "scheduled_ding": {"state": ScheduledState.FAILED.value, "error_code": WEDGED_CODE},
}
"""What rows become that may be old."""
_KINDS = {kind.value for kind in RequestKind}
_STATES = {state.value for state in SendState}


@dataclass(frozen=True, slots=True)
class Salvage:
    """What was saved. Rows are as in the tables of the cache."""

    queue: tuple[Row, ...] = field(default=(), repr=False)
    drafts: tuple[Row, ...] = field(default=(), repr=False)
    kv: tuple[Row, ...] = field(default=(), repr=False)
    scheduled: tuple[Row, ...] = field(default=(), repr=False)
    is_complete: bool = False
    """All five things were read whole."""

    @property
    def unsent_count(self) -> int:
        """How many things a person did that the server has not confirmed."""
        return len(self.queue) + len(self.scheduled)


def salvage(folder: Path, key: CacheKey) -> Salvage:
    """Move the damaged cache aside and read what can be read of it. The cache is closed.

    Raises AlreadyOpen, ReadOnlyFolder or DiskFull when it cannot be moved, WrongKey; never because of damage.
    """
    lock = FolderLock(folder)
    lock.acquire()
    try:
        earlier = _read_aside(folder / ASIDE_NAME, key)
        if any(path.exists() for path in _files(folder / DB_NAME)):
            resolve_key(folder / DB_NAME, key)  # another key's cache stays where it is
            _move(folder / DB_NAME, folder / ASIDE_NAME)
        return _joined(_read_aside(folder / ASIDE_NAME, key), earlier)
    finally:
        lock.release()


def unrestored(folder: Path, key: CacheKey) -> Salvage | None:
    """Give what an interrupted salvage left behind; None, at once, when there is nothing."""
    aside = folder / ASIDE_NAME
    return _read_aside(aside, key) if aside.exists() else None


def restore(conn: Connection, saved: Salvage) -> None:
    """Put the rows into the new cache, inside the caller's transaction. What is there already stays as it is."""
    rows = {
        "send_queue": saved.queue,
        "draft": saved.drafts,
        "kv": saved.kv,
        "scheduled_ding": saved.scheduled,
    }
    for table, found in rows.items():
        names = {str(row[1]) for row in conn.execute(f"PRAGMA table_info({table})")} - {"id"}
        for row in found:
            if row.get("namespace") == _ABOUT_THE_LOST_FILE:
                continue
            _insert(conn, table, {name: value for name, value in row.items() if name in names})


def restored(folder: Path, saved: Salvage) -> None:
    """Note that everything is safe in the new cache, after its transaction: the damaged file is done with."""
    if not saved.is_complete:
        _move(folder / ASIDE_NAME, folder / KEPT_NAME)
    _remove(folder / ASIDE_NAME)


def _insert(conn: Connection, table: str, row: Row) -> None:
    identity = _IDENTITY[table]
    same = " AND ".join(f"{name} = ?" for name in identity)
    conn.execute(
        f"INSERT INTO {table}({', '.join(row)}) SELECT {', '.join('?' * len(row))}"
        f" WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE {same})",
        (*row.values(), *(row[name] for name in identity)),
    )


# Files ----------------------------------------------------------------------------------------------------------


def _files(database: Path) -> tuple[Path, ...]:
    return (database, *(database.with_name(f"{database.name}{end}") for end in ("-wal", "-shm")))


def _move(source: Path, target: Path) -> None:
    """Rename a database with its log; the salt is copied. Goes on where an interrupted call left off."""
    try:
        if source.exists():
            _remove(target)
        if salt_path(source).exists():
            shutil.copyfile(salt_path(source), salt_path(target))
        for old, new in zip(_files(source), _files(target), strict=True):
            if old.exists():
                os.replace(old, new)
    except OSError as error:
        raise storage_error(error, source.parent) from error


def _remove(database: Path) -> None:
    try:
        for path in (*_files(database), salt_path(database)):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise storage_error(error, database.parent) from error


# Reading --------------------------------------------------------------------------------------------------------


def _read_aside(aside: Path, key: CacheKey) -> Salvage:
    if not aside.exists():
        return Salvage(is_complete=True)
    file_key = resolve_key(aside, key)
    queue, drafts, kv, scheduled = (_read_rows(aside, file_key, table) for table in _COLUMNS)
    queue.rows.sort(key=lambda row: row["id"] if isinstance(row["id"], int) else 0)
    log.warning("salvaged: queue %d, drafts %d, kv %d", len(queue.rows), len(drafts.rows), len(kv.rows))
    return Salvage(
        tuple(queue.rows),
        tuple(drafts.rows),
        tuple(kv.rows),
        tuple(scheduled.rows),
        queue.is_whole and drafts.is_whole and kv.is_whole and scheduled.is_whole,
    )


def _joined(first: Salvage, second: Salvage) -> Salvage:
    return Salvage(
        first.queue + second.queue,
        first.drafts + second.drafts,
        first.kv + second.kv,
        first.scheduled + second.scheduled,
        first.is_complete and second.is_complete,
    )


@dataclass(slots=True)
class _Found:
    rows: list[Row]
    is_whole: bool


def _read_rows(aside: Path, key: FileKey, table: str) -> _Found:
    """Read one table the best way that works. Each try has its own connection: an error spoils it."""
    whole = _read_by_sqlite(aside, key, table)
    if whole is not None:
        return _Found([row for row in whole if _is_sound(table, row)], is_whole=True)
    pages = PageMap(aside, key)
    root, columns = _table_in_schema(pages, table)
    found = read_table(pages, root) if root else TableRows(has_losses=True)
    rows = _rows_of(table, columns, found.records)
    if found.has_losses:
        rows += _strays(pages, table, columns, found, rows)
    return _Found(rows, is_whole=not found.has_losses)


def _read_by_sqlite(aside: Path, key: FileKey, table: str) -> list[Row] | None:
    """Give all rows; None when SQLite meets damage on the way."""
    if aside.stat().st_size < PAGE_BYTES:  # it would throw the log of an empty file away
        return None
    try:
        with contextlib.closing(open_aside(aside, key)) as conn:
            if (
                table == "scheduled_ding" and schema_version(conn) < 2
            ):  # of an earlier version, which had none
                return []
            cursor = conn.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, values, strict=True)) for values in cursor]
    except (SQLError, StorageError) as error:
        log.warning("SQLite cannot read %s: %s", table, error)
        return None


def _table_in_schema(pages: PageMap, table: str) -> tuple[int | None, tuple[str, ...]]:
    """Give the root page and the columns of a table; today's columns where the file does not say."""
    for record in read_table(pages, 1).records:
        if record.values[:2] == ("table", table) and len(record.values) == 5:
            _, _, _, root, sql = record.values
            if isinstance(root, int) and isinstance(sql, str):
                return root, _columns_of(table, sql) or _COLUMNS[table]
    return None, _COLUMNS[table]


def _columns_of(table: str, definition: str) -> tuple[str, ...]:
    """Let SQLite itself read the table's definition."""
    with contextlib.closing(dbapi2.connect(":memory:")) as conn:
        try:
            conn.execute(definition)
            return tuple(row[1] for row in conn.execute(f"PRAGMA table_info({table})"))
        except SQLError:
            return ()


def _strays(
    pages: PageMap, table: str, columns: tuple[str, ...], found: TableRows, known: list[Row]
) -> list[Row]:
    """Look for rows of the table on every page that is neither free nor read yet."""
    skipped = found.pages | free_pages(pages)
    records: list[Record] = []
    for number in range(1, pages.count + 1):
        page = None if number in skipped else pages.get(number)
        if page is not None and is_leaf(page, number):
            read_leaf(pages, page, number, records)
    taken = {_identity(table, row) for row in known}
    rows: dict[tuple[Value, ...], Row] = {}
    for row in _rows_of(table, columns, records):
        rows.setdefault(_identity(table, row), row)
    strays = [row for identity, row in rows.items() if identity not in taken]
    doubted = _DOUBTED.get(table)
    return strays if doubted is None else [row | doubted for row in strays]


def _identity(table: str, row: Row) -> tuple[Value, ...]:
    return tuple(row[name] for name in _IDENTITY[table])


def _rows_of(table: str, columns: tuple[str, ...], records: list[Record]) -> list[Row]:
    return list(_sound_rows(table, columns, records))


def _sound_rows(table: str, columns: tuple[str, ...], records: list[Record]) -> Iterator[Row]:
    for record in records:
        if len(record.values) > len(columns):
            continue
        row: Row = dict.fromkeys(columns)
        row.update(zip(columns, record.values, strict=False))
        if "id" in row:
            row["id"] = record.rowid  # an integer primary key is not stored a second time
        if _is_sound(table, row):
            yield row


def _is_sound(table: str, row: Row) -> bool:
    checks: dict[str, Callable[[Row], bool]] = {
        "send_queue": _is_request,
        "draft": _is_draft,
        "scheduled_ding": _is_scheduled,
        "kv": lambda row: all(isinstance(row.get(name), str) for name in _COLUMNS["kv"]),
    }
    return checks[table](row)


def _is_request(row: Row) -> bool:
    texts = (row.get("txn_id"), row.get("lane"), row.get("content"))
    numbers = (row.get("attempts"), row.get("not_before_ms"), row.get("is_echo"))
    return (
        all(isinstance(text, str) and text for text in texts)
        and all(isinstance(number, int) for number in numbers)
        and row.get("kind") in _KINDS
        and row.get("state") in _STATES
        and _is_object(row["content"])
    )


def _is_scheduled(row: Row) -> bool:
    numbers = (row.get("round"), row.get("due_ms"), row.get("base_ms"))
    states = {state.value for state in ScheduledState}
    return (
        all(isinstance(row.get(name), str) for name in ("series", "room_id", "content", "mode"))
        and all(isinstance(number, int) for number in numbers)
        and row.get("state") in states
        and _is_object(row["content"])
    )


def _is_draft(row: Row) -> bool:
    room = row.get("room_id")
    return isinstance(room, str) and room.startswith("!") and isinstance(row.get("text"), str)


def _is_object(text: Any) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
