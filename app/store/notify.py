"""Which of the events just stored are worth a notification, by the level of their room."""

from collections import Counter

from app.domain.ids import EventID, RoomID
from app.domain.rooms import NotifyLevel
from app.store.intake import FreshItem, Intake
from app.store.write import select_in

_LEAST_WEIGHT = {NotifyLevel.ALL: 1, NotifyLevel.MENTIONS: 2, NotifyLevel.NONE: 99}
MOST_OF_A_ROOM = 16
"""More of one room at once is a flood; its notice counts the room's unread."""


def note_notifying(intake: Intake) -> None:
    """Name new live rows of others that I have not read (the newest of each room), and new invitations.

    The first sync of a device brings old news only: nothing of it notifies.
    """
    w = intake.w
    is_complete = w.conn.execute("SELECT 1 FROM position WHERE name = 'complete'").fetchone() is not None
    live = [
        (key, item)
        for key, item in intake.fresh_items.items()
        if item.is_live and item.weight and (is_complete or item.room not in intake.new_rooms)
    ]
    rooms = _rooms_of(intake, {item.room for _, item in live})
    named: Counter[int] = Counter()
    newest: list[tuple[RoomID, EventID]] = []
    posts: list[tuple[RoomID, EventID]] = []
    for key, item in reversed(live):
        if named[item.room] < MOST_OF_A_ROOM and _is_worth(intake, key, item, rooms):
            named[item.room] += 1
            is_post = item.room in intake.channels and item.weight == 1
            (posts if is_post else newest).append((w.room_id(item.room), item.event.event_id))
    w.tally.notifying.extend(reversed(newest))
    w.tally.new_posts.extend(reversed(posts))
    if is_complete:
        _note_invitations(intake)


def _rooms_of(intake: Intake, rooms: set[int]) -> dict[int, tuple[NotifyLevel, int | None]]:
    """Give level and read place of the rooms that may notify: of the list, and of requests.

    In the room of a request others' comments notify who asked; everybody else only where they name them. What weighs
    something in a channel is a post or names me.
    """
    sql = (
        "SELECT r.id, CASE WHEN r.is_listed > 0 OR a.is_mine = 1 OR c.id IS NOT NULL OR r.level = 'none'"
        " THEN r.level ELSE 'mentions' END, r.read_ord FROM room r LEFT JOIN approval a ON a.id = r.id"
        " LEFT JOIN channel c ON c.id = r.id AND c.is_followed = 1"
        " WHERE (r.is_listed > 0 OR a.id IS NOT NULL OR c.id IS NOT NULL) AND r.id IN {in}"
    )
    return {row[0]: (NotifyLevel(row[1]), row[2]) for row in select_in(intake.w.conn, sql, rooms)}


def _is_worth(
    intake: Intake, key: int, item: FreshItem, rooms: dict[int, tuple[NotifyLevel, int | None]]
) -> bool:
    level, read_ord = rooms.get(item.room, (NotifyLevel.NONE, None))
    if item.weight < _LEAST_WEIGHT[level]:
        return False
    known = intake.known[item.event.event_id]
    return read_ord is None or known.ord is None or known.ord > read_ord


def _note_invitations(intake: Intake) -> None:
    w = intake.w
    for room in intake.invited:
        row = w.conn.execute(
            "SELECT e.event_id FROM state s JOIN event e ON e.id = s.event"
            " WHERE s.room = ? AND s.type = 'm.room.member' AND s.key = ?",
            (room, w.me),
        ).fetchone()
        if row is not None:
            w.tally.notifying.append((w.room_id(room), EventID(row[0])))
