"""Counts and statistics of requests."""

from __future__ import annotations

import statistics
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from app.domain.approvals.rows import ApprovalCounts, Statistics, StepTime
from app.domain.ids import RoomID
from app.store import approval_pages
from app.store.queue_read import failed_requests

if TYPE_CHECKING:
    from app.domain.ids import UserID

_SLOWEST = 20
_TODO = "SELECT count(*) FROM approval_duty WHERE from_ms <= ? AND until_ms >= ?"
_UNSEEN = "SELECT count(*) FROM approval INDEXED BY approval_unseen WHERE is_copy = 1 AND is_seen = 0 AND is_mine = 0"
_NEWS = (
    "SELECT count(*) FROM room r INDEXED BY room_with_hidden_news CROSS JOIN approval a ON a.id = r.id"
    " WHERE r.is_listed = 0 AND r.unread > 0 AND a.is_copy = 1 AND a.is_mine = 0 AND a.is_seen = 1"
)
_MINE_GOING = "SELECT count(*) FROM approval WHERE is_open = 1 AND is_mine = 1"
_COUNTED = "a.made_ms >= :from AND a.made_ms < :until AND a.status NOT IN ('unsealed', 'invalid')"
_BY_TEMPLATE = (
    "SELECT template_id, max(template_name), count(*), sum(status = 'approved'), sum(status = 'rejected'),"
    f" sum(is_open) FROM approval a WHERE {_COUNTED} GROUP BY template_id ORDER BY count(*) DESC, template_id"
)
_BY_MONTH = (
    "SELECT strftime('%Y-%m', made_ms / 1000, 'unixepoch', 'localtime') AS month, count(*) FROM approval a"
    f" WHERE {_COUNTED} GROUP BY month ORDER BY month"
)
_TIMES = (
    f"SELECT finished_ms - made_ms FROM approval a WHERE {_COUNTED} AND status IN ('approved', 'rejected')"
    " AND finished_ms > 0"
)
_STEPS = (
    "SELECT s.template_id, s.name, max(0, s.done_ms - s.since_ms), r.room_id FROM approval a"
    " JOIN approval_step s ON s.room = a.id JOIN room r ON r.id = a.id"
    f" WHERE {_COUNTED} AND s.since_ms > 0 AND s.done_ms > 0 AND s.status IN ('passed', 'rejected')"
)
_GOING = (
    f"SELECT id FROM approval a INDEXED BY approval_going WHERE is_open = 1 AND {_COUNTED}"
    " ORDER BY since_ms, id LIMIT :limit"
)


def todo_count(conn: Any, now_ms: int) -> int:
    """Count the requests that wait for my act; one that could not be made does, too."""
    return int(conn.execute(_TODO, (now_ms, now_ms)).fetchone()[0]) + failed_requests(conn)


def read_counts(conn: Any, now_ms: int, drafts: int) -> ApprovalCounts:
    """Give the figures of the tabs; `drafts` of mine wait in the send queue."""
    unseen, news, going = (conn.execute(sql).fetchone()[0] for sql in (_UNSEEN, _NEWS, _MINE_GOING))
    return ApprovalCounts(todo_count(conn, now_ms), unseen + news, going + drafts)


def next_turn_ms(conn: Any, now_ms: int) -> int | None:
    """Give when the next duty begins or ends because time passes; None when none does."""
    row = conn.execute(
        "SELECT min(CASE WHEN from_ms > :now THEN from_ms ELSE until_ms + 1 END) FROM approval_duty"
        " WHERE for_user != '' AND until_ms >= :now",
        {"now": now_ms},
    ).fetchone()
    return None if row is None or row[0] is None else int(row[0])


def turned(conn: Any, after_ms: int, until_ms: int) -> list[RoomID]:
    """Give the rooms of which a duty as a deputy began or ended behind a time, up to another."""
    rows = conn.execute(
        "SELECT DISTINCT r.room_id FROM approval_duty d JOIN room r ON r.id = d.room WHERE d.for_user != ''"
        " AND (d.from_ms > :after AND d.from_ms <= :until OR d.until_ms >= :after AND d.until_ms < :until)",
        {"after": after_ms, "until": until_ms},
    )
    return [RoomID(row[0]) for row in rows.fetchall()]


def read_statistics(conn: Any, me: UserID, from_ms: int, until_ms: int, now_ms: int) -> Statistics:
    """Give figures over the requests made in a time."""
    span = {"from": from_ms, "until": until_ms}
    times = [row[0] for row in conn.execute(_TIMES, span)]
    going = [row[0] for row in conn.execute(_GOING, {**span, "limit": _SLOWEST})]
    return Statistics(
        by_template=tuple(conn.execute(_BY_TEMPLATE, span).fetchall()),
        by_month=tuple(conn.execute(_BY_MONTH, span).fetchall()),
        median_ms=int(statistics.median(times)) if times else 0,
        steps=_step_times(conn, span),
        slowest=tuple(approval_pages.read_rows(conn, me, going, now_ms)),
    )


def _step_times(conn: Any, span: dict[str, int]) -> tuple[StepTime, ...]:
    found: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for template_id, name, took, room_id in conn.execute(_STEPS, span):
        found[(template_id, name)].append((took, room_id))
    times = [
        StepTime(
            template_id,
            name,
            len(took),
            int(statistics.median(ms for ms, _ in took)),
            max(took)[0],
            RoomID(max(took)[1]),
        )
        for (template_id, name), took in found.items()
    ]
    return tuple(sorted(times, key=lambda step: (-step.median_ms, step.template_id, step.step)))
