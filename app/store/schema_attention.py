"""Tables of version 2: dings, their alerts and schedules, one-click clears."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.dings import CONFIRM_KEYS
from app.store.kept import UNPROJECTED

if TYPE_CHECKING:
    from sqlite_utils import Database

CONFIRMS = f"key IN ({', '.join(repr(key) for key in CONFIRM_KEYS)})"
"""Condition on reactions, written as in their index: whatever else people react with costs a ding nothing."""


def create_attention(db: Database) -> None:
    """Make them. `ding` and `nudge` are projections (`app.store.dings`); the others are facts."""
    _dings(db)
    _sent_dings(db)
    _clears(db)
    for statement in _INDEXES:
        db.execute(statement)


def _dings(db: Database) -> None:
    db.table("ding").create(
        {
            "id": int,
            "room": int,
            "ts": int,
            "sender": str,
            "due_ts": int,
            "series": str,
            "round": int,
            "is_mine": int,
            "is_to_me": int,
            "is_cc": int,
            "is_redacted": int,
            "is_muted": int,
            "is_open": int,
            "my_ts": int,
            "confirmed": int,
            "total": int,
            "comments": int,
            "nudges": int,
            "nudge_ts": int,
            "coming_ts": int,
            "content": str,
        },
        pk="id",
    )
    columns = {"id": int, "room": int, "target": str, "sender": str, "is_valid": int}
    db.table("nudge").create(columns, pk="id")
    if db.execute("SELECT 1 FROM event LIMIT 1").fetchone():
        db.execute("INSERT INTO kv(namespace, key, value) VALUES (?, ?, '1')", UNPROJECTED)


def _sent_dings(db: Database) -> None:
    db.table("ding_alert").create(
        {
            "event_id": str,
            "shown": int,
            "shown_ms": int,
            "next_ms": int,
            "nudge_ts": int,
            "read_ts": int,
            "told_ts": int,
        },
        pk="event_id",
    )
    db.table("scheduled_ding").create(
        {
            "id": int,
            "series": str,
            "round": int,
            "room_id": str,
            "content": str,
            "people": str,
            "files": str,
            "due_ms": int,
            "base_ms": int,
            "mode": str,
            "delay_id": str,
            "state": str,
            "error_code": str,
            "created_ms": int,
        },
        pk="id",
        not_null={"series", "round", "content", "due_ms", "mode", "state"},
    )


def _clears(db: Database) -> None:
    db.table("clear").create(
        {
            "id": int,
            "at_ms": int,
            "kind": str,
            "state": str,
            "txn_id": str,
            "rooms": int,
            "unread": int,
            "mentions": int,
            "sent": int,
        },
        pk="id",
        not_null={"state"},
    )
    db.table("cleared").create(
        {
            "clear": int,
            "room": int,
            "event_id": str,
            "ord": int,
            "ts": int,
            "state": int,
            "unread": int,
            "mentions": int,
            "is_marked_unread": int,
            "read_ord": int,
            "is_stale": int,
        },
        pk=("clear", "room"),
    )


_INDEXES = (
    "CREATE INDEX ding_open ON ding(ts DESC, id DESC) WHERE is_open = 1",
    "CREATE INDEX ding_received ON ding(ts DESC, id DESC) WHERE is_to_me = 1 OR is_cc = 1",
    "CREATE INDEX ding_sent ON ding(ts DESC, id DESC) WHERE is_mine = 1",
    "CREATE INDEX ding_due ON ding(due_ts, id DESC) WHERE due_ts IS NOT NULL AND is_open = 1",
    "CREATE INDEX ding_commented ON ding(ts DESC, id DESC) WHERE comments > 0",
    "CREATE INDEX ding_coming ON ding(coming_ts, id) WHERE coming_ts IS NOT NULL",
    "CREATE INDEX ding_by_room ON ding(room)",
    "CREATE INDEX nudge_by_target ON nudge(target, sender)",
    f"CREATE INDEX reaction_confirming ON reaction(target, sender) WHERE {CONFIRMS}",
    "CREATE INDEX item_commenting ON item(thread, room, kind) WHERE thread IS NOT NULL AND is_redacted = 0",
    "CREATE INDEX ding_by_sender ON ding(sender)",
    "CREATE INDEX ding_by_series ON ding(series, round) WHERE series != ''",
    "CREATE INDEX room_for_dings ON room(membership, sort_ts) WHERE room_type = 'im.tack.ding'",
    "CREATE UNIQUE INDEX scheduled_ding_by_round ON scheduled_ding(series, round)",
    "CREATE INDEX cleared_waiting ON cleared(clear, ts) WHERE state < 2",
    "CREATE INDEX room_by_attention ON room(is_listed, level, unread, mentions, is_marked_unread)"
    " WHERE unread > 0 OR mentions > 0 OR is_marked_unread = 1",
)
