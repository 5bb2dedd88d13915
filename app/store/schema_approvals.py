"""Tables of version 3: requests, their steps, and the index of their words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.approvals.wire import ACTS_TYPE
from app.store.kept import UNPROJECTED_APPROVALS

if TYPE_CHECKING:
    from sqlite_utils import Database

IS_ACTS = f"type = '{ACTS_TYPE}'"
"""Condition on events, written as in their index."""


def create_approvals(db: Database) -> None:
    """Make them. All are projections (`app.store.approvals`).

    `approval.id` and every `room` is `room.id`. What depends on the time of looking stands as intervals
    (`approval_duty`), so that no row is written because time passes. `approval_text` holds the words that
    `approval_index` was fed with: an index without content forgets a text only when it is told that text.
    """
    _requests(db)
    for statement in (*_TABLES, *_INDEXES):
        db.execute(statement)
    if db.execute("SELECT 1 FROM event LIMIT 1").fetchone():
        db.execute("INSERT INTO kv(namespace, key, value) VALUES (?, ?, '1')", UNPROJECTED_APPROVALS)


def _requests(db: Database) -> None:
    db.table("approval").create(
        {
            "id": int,
            "requester": str,
            "made_ms": int,
            "number": str,
            "title": str,
            "template_id": str,
            "template_name": str,
            "icon": str,
            "can_batch": int,
            "status": str,
            "since_ms": int,
            "finished_ms": int,
            "facts": str,
            "waiting": str,
            "names": str,
            "is_mine": int,
            "is_copy": int,
            "acted_ms": int,
            "is_invited": int,
            "is_open": int,
            "is_external": int,
            "is_whole": int,
            "is_seen": int,
            "comments": int,
            "txn_id": str,
        },
        pk="id",
    )


_TABLES = (
    "CREATE TABLE approval_duty(room INTEGER NOT NULL, from_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL,"
    " since_ms INTEGER NOT NULL, for_user TEXT NOT NULL, PRIMARY KEY(room, from_ms)) WITHOUT ROWID",
    "CREATE TABLE approval_step(room INTEGER NOT NULL, idx INTEGER NOT NULL, template_id TEXT NOT NULL,"
    " name TEXT NOT NULL, status TEXT NOT NULL, since_ms INTEGER NOT NULL, done_ms INTEGER NOT NULL,"
    " PRIMARY KEY(room, idx)) WITHOUT ROWID",
    "CREATE TABLE approval_person(room INTEGER NOT NULL, user TEXT NOT NULL, PRIMARY KEY(room, user)) WITHOUT ROWID",
    "CREATE TABLE approval_text(room INTEGER PRIMARY KEY, words TEXT NOT NULL)",
    "CREATE VIRTUAL TABLE approval_index USING fts5(tokens, content='', columnsize=0, tokenize='ascii')",
)
_FILTERED = "template_id, status, made_ms"
"""Stand at the end of the index of each page, so that a filter looks at nothing else."""
_INDEXES = (
    f"CREATE INDEX approval_mine ON approval(made_ms DESC, id DESC, {_FILTERED}) WHERE is_mine = 1",
    f"CREATE INDEX approval_copies ON approval(made_ms DESC, id DESC, {_FILTERED}) WHERE is_copy = 1",
    f"CREATE INDEX approval_done ON approval(acted_ms DESC, id DESC, {_FILTERED}) WHERE acted_ms IS NOT NULL",
    "CREATE INDEX approval_used ON approval(template_id, made_ms) WHERE is_mine = 1",
    "CREATE INDEX approval_going ON approval(since_ms, id) WHERE is_open = 1",
    "CREATE INDEX approval_mine_going ON approval(id) WHERE is_open = 1 AND is_mine = 1",
    "CREATE INDEX approval_unseen ON approval(id) WHERE is_copy = 1 AND is_seen = 0 AND is_mine = 0",
    "CREATE INDEX approval_partial ON approval(made_ms DESC, id DESC) WHERE is_whole = 0 AND is_invited = 0",
    "CREATE INDEX approval_by_time ON approval(made_ms, template_id, status)",
    "CREATE INDEX approval_by_txn ON approval(txn_id) WHERE txn_id IS NOT NULL",
    "CREATE INDEX approval_duty_by_time ON approval_duty(since_ms, room, from_ms, until_ms)",
    "CREATE INDEX approval_person_by_user ON approval_person(user, room)",
    f"CREATE INDEX event_of_acts ON event(room) WHERE {IS_ACTS}",
    "CREATE INDEX room_by_type ON room(room_type, membership) WHERE room_type IS NOT NULL",
    "CREATE INDEX room_with_hidden_news ON room(id) WHERE is_listed = 0 AND unread > 0",
    "CREATE INDEX send_queue_rooms ON send_queue(id) WHERE kind = 'create_room'",
    "CREATE INDEX send_queue_acts ON send_queue(room_id) WHERE kind = 'act'",
)
