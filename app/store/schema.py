"""Tables of the cache and how an older file becomes a current one.

Two sorts of table. *Facts* are what the server or the person said, kept as said: `event`, `state`, `gap`,
`receipt`, `account_data`, `send_queue`, `draft`, `kv`, `position`, `media`, `scheduled_ding`, `ding_alert`, `clear`,
`cleared`, `found_channel`, `peeked_post`, `subtitle`, and the columns of `room` up to `members_complete`. *Projections* are computed from facts, in the transaction
that writes the facts, and can be dropped and computed again (`rebuild`): `item`, `reaction`, `member`, `last_sent`,
`ding`, `nudge`, `approval` and the tables named after it, the tables of channels (`app.store.schema_channels`), the other columns
of `room`, and the search index (what of it is still to be filled stands in `search_backlog`).

Conventions
- `room` columns hold `room.id`, a small integer. Tables that must outlive a room (`send_queue`, `draft`) hold the
  Matrix room id as text. In `account_data` room 0 means the account itself.
- `event.id` is the insertion number, never reused. `item.id` is the id of its event; a gap's item is `-gap.id`.
- `event.ord` orders the timeline of a room: it grows to the right, has holes, and never changes once set. It is
  NULL for events that are known but not placed (state before the window, a fetched reply target).
- `item.pos` is dense in its room: row = pos - room.first_pos. Only displayed events have an item.
- `raw` is the event's JSON exactly as served. Texts in JSON columns are JSON text.

The version of a file is `PRAGMA user_version`, read with plain SQL. sqlite-utils takes 100 ms to import, so it is
imported only when tables have to be made or moved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.errors import TooNew

if TYPE_CHECKING:
    from sqlite_utils import Database

SCHEMA_VERSION = 4

GLOBAL_ROOM = 0
"""The `room` value of account-wide account data."""
REDACTS = "~redacts"
"""The `rel_type` under which a redaction is stored; its `target` is the redacted event."""

Connection = Any


_ROOM_FACTS: dict[str, type] = {
    "room_id": str,
    "membership": str,
    "hint_name": str,
    "hint_avatar": str,
    "hint_heroes": str,
    "hint_joined": int,
    "hint_invited": int,
    "hint_direct": int,
    "bump_stamp": int,
    "prev_token": str,
    "reached_start": int,
    "server_unread": int,
    "server_mentions": int,
    "counts_event": str,
    "counts_ord": int,
    "members_complete": int,
}
_ROOM_PROJECTIONS: dict[str, type] = {
    "name": str,
    "avatar": str,
    "topic": str,
    "room_type": str,
    "is_listed": int,
    "is_direct": int,
    "direct_user": str,
    "is_external": int,
    "is_favourite": int,
    "is_encrypted": int,
    "is_marked_unread": int,
    "level": str,
    "joined_count": int,
    "inviter": str,
    "first_pos": int,
    "last_pos": int,
    "last_item": int,
    "last_ts": int,
    "sort_ts": int,
    "read_ord": int,
    "unread": int,
    "mentions": int,
}
_ROOM_DEFAULTS: dict[str, int | str] = {
    "reached_start": 0,
    "members_complete": 0,
    "name": "",
    "topic": "",
    "is_listed": 0,
    "is_direct": 0,
    "is_external": 0,
    "is_favourite": 0,
    "is_encrypted": 0,
    "is_marked_unread": 0,
    "level": "all",
    "joined_count": 0,
    "first_pos": 0,
    "last_pos": -1,
    "last_ts": 0,
    "sort_ts": 0,
    "unread": 0,
    "mentions": 0,
}


def schema_version(conn: Connection) -> int:
    """Read which schema the file has; 0 for a new file."""
    return int(conn.execute("PRAGMA user_version").fetchone()[0])


def ensure_schema(conn: Connection) -> bool:
    """Bring the file to the current schema. Gives whether anything had to be done. Raises TooNew."""
    version = schema_version(conn)
    if version == SCHEMA_VERSION:
        return False
    if version > SCHEMA_VERSION:
        raise TooNew(version=version)
    _migrate(conn)
    conn.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    return True


def _migrate(conn: Connection) -> None:
    from sqlite_utils import Database, Migrations

    migrations: Migrations = Migrations("cache")
    for name, step in ((f.__name__, f) for f in _STEPS):
        migrations(name=name)(step)
    migrations.apply(Database(conn))


def m001_first(db: Database) -> None:
    """Make every table of the first version."""
    from app.store.search_index import create_search_index

    _facts_of_rooms(db)
    _facts_of_account(db)
    _projections(db)
    for statement in _INDEXES:
        db.execute(statement)
    create_search_index(db.conn)


def _facts_of_rooms(db: Database) -> None:
    db.table("event").create(
        {
            "id": int,
            "room": int,
            "event_id": str,
            "ord": int,
            "type": str,
            "state_key": str,
            "sender": str,
            "ts": int,
            "rel_type": str,
            "target": str,
            "txn_id": str,
            "crypto_state": int,
            "raw": bytes,
        },
        pk="id",
    )
    db.table("state").create(
        {"room": int, "type": str, "key": str, "event": int}, pk=("room", "type", "key"), not_null={"event"}
    )
    db.table("gap").create(
        {"id": int, "room": int, "ord": int, "token": str}, pk="id", not_null={"room", "ord"}
    )
    db.table("receipt").create(
        {
            "room": int,
            "user": str,
            "kind": str,
            "thread": str,
            "event_id": str,
            "ord": int,
            "ts": int,
        },
        pk=("room", "user", "kind", "thread"),
    )
    db.table("room").create(
        {"id": int, **_ROOM_FACTS, **_ROOM_PROJECTIONS},
        pk="id",
        not_null={"room_id", "membership", *_ROOM_DEFAULTS},
        defaults=_ROOM_DEFAULTS,
    )


def _facts_of_account(db: Database) -> None:
    db.table("kv").create({"namespace": str, "key": str, "value": str}, pk=("namespace", "key"))
    db.table("position").create({"name": str, "value": str}, pk="name")
    db.table("account_data").create({"room": int, "type": str, "content": str}, pk=("room", "type"))
    db.table("send_queue").create(
        {
            "id": int,
            "txn_id": str,
            "lane": str,
            "room_id": str,
            "kind": str,
            "event_type": str,
            "state_key": str,
            "content": str,
            "depends_on": str,
            "target": str,
            "attachment_path": str,
            "attachment_uri": str,
            "state": str,
            "attempts": int,
            "not_before_ms": int,
            "error_code": str,
            "event_id": str,
            "created_ms": int,
            "is_echo": int,
        },
        pk="id",
        not_null={"txn_id", "lane", "kind", "content", "state", "attempts", "not_before_ms", "is_echo"},
        defaults={"attempts": 0, "not_before_ms": 0, "error_code": "", "is_echo": 0},
    )
    db.table("search_backlog").create({"first": int, "last": int}, pk="first", not_null={"last"})
    db.table("draft").create({"room_id": str, "text": str, "extra": str, "changed_ms": int}, pk="room_id")
    db.table("media").create(
        {
            "uri": str,
            "variant": str,
            "path": str,
            "size_bytes": int,
            "mimetype": str,
            "used_ms": int,
        },
        pk=("uri", "variant"),
    )


def _projections(db: Database) -> None:
    db.table("item").create(
        {
            "id": int,
            "room": int,
            "pos": int,
            "weight": int,
            "mention": int,
            "kind": str,
            "is_redacted": int,
            "edit": int,
            "thread": str,
            "body": str,
        },
        pk="id",
    )
    db.table("reaction").create({"id": int, "room": int, "target": str, "key": str, "sender": str}, pk="id")
    db.table("member").create(
        {
            "room": int,
            "user": str,
            "membership": str,
            "name": str,
            "avatar": str,
            "power": int,
            "is_external": int,
        },
        pk=("room", "user"),
    )
    db.table("last_sent").create({"room": int, "user": str, "ord": int}, pk=("room", "user"))


_INDEXES = (
    "CREATE UNIQUE INDEX event_by_event_id ON event(event_id)",
    "CREATE INDEX event_by_ord ON event(room, ord) WHERE ord IS NOT NULL",
    "CREATE INDEX event_by_target ON event(target) WHERE target IS NOT NULL",
    "CREATE INDEX event_by_txn ON event(txn_id) WHERE txn_id IS NOT NULL",
    "CREATE INDEX gap_by_ord ON gap(room, ord)",
    "CREATE UNIQUE INDEX room_by_room_id ON room(room_id)",
    "CREATE INDEX room_by_order ON room(is_listed DESC, is_favourite DESC, sort_ts DESC, id)",
    "CREATE INDEX room_by_direct_user ON room(direct_user) WHERE direct_user IS NOT NULL",
    "CREATE INDEX state_by_event ON state(event)",
    "CREATE INDEX receipt_by_ord ON receipt(room, ord)",
    "CREATE INDEX receipt_unplaced ON receipt(event_id) WHERE ord IS NULL",
    "CREATE INDEX item_by_pos ON item(room, pos, weight)",
    "CREATE INDEX item_by_claim ON item(room) WHERE mention >= 2",
    "CREATE INDEX item_by_media ON item(room, pos) WHERE kind IN ('image', 'file', 'video', 'audio')",
    "CREATE INDEX item_by_thread ON item(thread) WHERE thread IS NOT NULL",
    "CREATE INDEX reaction_by_target ON reaction(target)",
    "CREATE INDEX member_by_name ON member(room, membership, name)",
    "CREATE UNIQUE INDEX send_queue_by_txn ON send_queue(txn_id)",
    "CREATE INDEX send_queue_by_lane ON send_queue(lane, id)",
    "CREATE INDEX send_queue_by_room ON send_queue(room_id, id)",
    "CREATE INDEX send_queue_by_event ON send_queue(event_id) WHERE event_id IS NOT NULL",
    "CREATE INDEX send_queue_by_parent ON send_queue(depends_on) WHERE depends_on IS NOT NULL",
    "CREATE INDEX media_by_use ON media(used_ms)",
)


def m002_attention(db: Database) -> None:
    """Make the tables of dings and of one-click clears."""
    from app.store.schema_attention import create_attention

    create_attention(db)


def m003_approvals(db: Database) -> None:
    """Make the tables of approvals."""
    from app.store.schema_approvals import create_approvals

    create_approvals(db)


def m004_channels(db: Database) -> None:
    """Make the tables of channels."""
    from app.store.schema_channels import create_channels

    create_channels(db)


_STEPS = (m001_first, m002_attention, m003_approvals, m004_channels)
