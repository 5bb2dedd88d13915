"""What the owner of a channel sees: figures, who has finished a course. Reports stand there only where they are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.domain.channels.rows import ChannelFigures, PersonProgress, PostFigures
from app.domain.ids import EventID, RoomID, UserID, localpart_of
from app.store.channel_cards import company_consents
from app.store.channel_queue import RESERVES

if TYPE_CHECKING:
    from app.store.sql import Row

_POSTS = (
    "SELECT event_id, title, ts, likes, comments, watched, finished FROM post WHERE room = ? AND counts = 1"
    " ORDER BY ts DESC, event_id DESC"
)
_PEOPLE = (
    "SELECT m.user, m.name, count(q.event_id), ifnull(max(q.finished_ms), 0) FROM member m"
    " LEFT JOIN (SELECT p.user, p.event_id, p.finished_ms FROM course_post k JOIN post s ON s.event_id = k.event_id"
    " AND s.room = k.room AND s.counts = 1 JOIN report p INDEXED BY report_by_post ON p.event_id = k.event_id"
    " AND p.room = k.room AND p.finished_ms > 0 WHERE k.room = :room AND k.course = :course) q ON q.user = m.user"
    " WHERE m.room = :room AND m.membership = 'join' GROUP BY m.user"
)
_TOTAL = (
    "SELECT count(*) FROM course_post k JOIN post s ON s.event_id = k.event_id AND s.room = k.room AND s.counts = 1"
    " WHERE k.room = ? AND k.course = ?"
)


def _room(conn: Any, room_id: RoomID) -> Row | None:
    row: Row | None = conn.execute(
        "SELECT r.id, r.joined_count, c.wants_reports FROM room r JOIN channel c ON c.id = r.id WHERE r.room_id = ?",
        (room_id,),
    ).fetchone()
    return row


def reports_wanted(conn: Any, me: UserID, room_id: RoomID) -> bool:
    """Whether the company and the channel want to know who has finished."""
    room = _room(conn, room_id)
    return room is not None and bool(room[2]) and company_consents(conn, me)


def figures(conn: Any, me: UserID, room_id: RoomID) -> ChannelFigures:
    """Give the owner's page."""
    room = _room(conn, room_id)
    if room is None:
        return ChannelFigures(0, 0, 0, ())
    is_wanted = bool(room[2]) and company_consents(conn, me)
    posts = [_post(row, is_wanted) for row in conn.execute(_POSTS, (room[0],)).fetchall()]
    likes, comments = sum(post.likes for post in posts), sum(post.comments for post in posts)
    return ChannelFigures(room[1], likes, comments, tuple(posts))


def _post(row: Row, is_wanted: bool) -> PostFigures:
    watched, finished = (row[5], row[6]) if is_wanted else (None, None)
    return PostFigures(EventID(row[0]), row[1], row[2], row[3], row[4], watched, finished)


def progress(conn: Any, me: UserID, room_id: RoomID, course: str) -> list[PersonProgress]:
    """Give how far each follower is with a course, those who have not finished first; nobody where reports are not wanted."""
    room = _room(conn, room_id)
    if room is None or not (room[2] and company_consents(conn, me)):
        return []
    total = conn.execute(_TOTAL, (room[0], course)).fetchone()[0]
    rows = conn.execute(_PEOPLE, {"room": room[0], "course": course}).fetchall()
    found = [
        PersonProgress(UserID(user), name or localpart_of(user), finished, total, last)
        for user, name, finished, last in rows
    ]
    return sorted(
        found, key=lambda one: (one.finished >= total, one.finished, one.name.casefold(), one.user_id)
    )


def reserved(conn: Any, event_id: EventID) -> list[UserID]:
    """Give who asked to be reminded of a live stream, in the order of asking."""
    marks = ",".join("?" * len(RESERVES))
    rows = conn.execute(
        "SELECT r.sender, min(r.id) FROM reaction r JOIN post p ON p.event_id = r.target AND p.room = r.room"
        f" WHERE r.target = ? AND r.key IN ({marks}) GROUP BY r.sender ORDER BY 2",
        (event_id, *RESERVES),
    )
    return [UserID(row[0]) for row in rows.fetchall()]
