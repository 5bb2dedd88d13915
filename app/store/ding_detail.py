"""All of one ding: where each recipient stands, and the thread of comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from app.domain.dings import DingDetail, DingRecipient, RecipientState, note_of
from app.domain.ids import ContentURI, UserID, localpart_of, server_name_of
from app.store.ding_content import GONE, is_gone
from app.store.ding_queue import Waiting, load_waiting
from app.store.ding_rows import ECHO_RANK, Placed
from app.store.item_read import ITEM_SQL, Page, items_of
from app.store.schema_attention import CONFIRMS
from app.store.sql import Row, select_in
from app.store.stored import parse_stored
from app.store.timeline_read import items

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.dings import DingSummary
    from app.domain.timeline import TimelineItem

_MOST_COMMENTS = 500
_MOST_ECHOES = 1_000
_FACTS = (
    "SELECT e.room, e.ord, r.membership, r.members_complete, r.first_pos, r.last_pos, d.ord, d.ts FROM event e"
    " JOIN item i ON i.id = e.id JOIN room r ON r.id = e.room LEFT JOIN event d ON d.id = i.edit WHERE e.id = ?"
)
_CONFIRMATIONS = (
    "SELECT r.sender, e.event_id, e.ts, e.ord, e.raw FROM reaction r JOIN event e ON e.id = r.id"
    f" WHERE r.target = ? AND r.room = ? AND r.{CONFIRMS} ORDER BY e.ts, e.id"
)
_READ = (
    "SELECT user FROM receipt WHERE room = ?1 AND kind = 'm.read' AND ord >= ?2"
    " UNION SELECT user FROM last_sent WHERE room = ?1 AND ord >= ?2"
)


class _Facts(NamedTuple):
    room: int
    ord: int
    membership: str
    is_complete: int
    first_pos: int
    last_pos: int
    edit_ord: int | None
    edit_ts: int | None


class _Confirmed(NamedTuple):
    at_ms: int
    note: str = ""
    is_before_edit: bool = False


class _Person(NamedTuple):
    name: str | None
    avatar: str | None
    membership: str | None


def read_detail(conn: Any, me: UserID, placed: Placed) -> DingDetail:
    """Read it; within a snapshot."""
    summary = placed.summary
    if placed.rank >= ECHO_RANK:
        people = _people_anywhere(conn, summary.content.recipients)
        waiting = [_recipient(me, user, people, None, False, False) for user in summary.content.recipients]
        return DingDetail(summary, _sorted(waiting), _echo_comments(conn, me, summary, 0))
    facts = _Facts(*conn.execute(_FACTS, (placed.rank,)).fetchone())
    comments = _comments(conn, me, summary, facts)
    comments += _echo_comments(conn, me, summary, facts.last_pos - facts.first_pos + 1)
    return DingDetail(summary, _recipients(conn, me, summary, facts), comments)


# Recipients -----------------------------------------------------------------------------------------------------


def _recipients(conn: Any, me: UserID, summary: DingSummary, facts: _Facts) -> tuple[DingRecipient, ...]:
    """Give where each recipient stands; of a recalled ding nothing is asked any more."""
    users = summary.content.recipients
    if summary.is_redacted:
        return ()
    sql = "SELECT user, name, avatar, membership FROM member WHERE room = ? AND user IN {in}"
    people = {row[0]: _Person(*row[1:]) for row in select_in(conn, sql, users, facts.room)}
    confirmed = _confirmed(conn, me, summary, facts)
    read = {row[0] for row in conn.execute(_READ, (facts.room, facts.ord))}
    found = []
    for user in users:
        membership = people[user].membership if user in people else None
        gone = facts.membership in GONE if user == me else is_gone(membership, bool(facts.is_complete))
        found.append(_recipient(me, user, people, confirmed.get(user), gone, user in read))
    return _sorted(found)


def _confirmed(conn: Any, me: UserID, summary: DingSummary, facts: _Facts) -> dict[str, _Confirmed]:
    waiting = load_waiting(conn, summary.room_id)
    found: dict[str, _Confirmed] = {}
    for sender, event_id, ts, ord_, raw in conn.execute(_CONFIRMATIONS, (summary.event_id, facts.room)):
        if event_id in waiting.redacted:
            continue
        note = note_of(parse_stored(raw, event_id, summary.room_id).content)
        before, earlier = found.get(sender), _is_before_edit(facts, ts, ord_)
        if before is None:
            found[sender] = _Confirmed(ts, note, earlier)
        else:  # said twice: the first time counts, the last words, and whether any of it came after the edit
            found[sender] = _Confirmed(before.at_ms, note or before.note, before.is_before_edit and earlier)
    if me not in found:
        _add_mine(found, me, summary, waiting)
    return found


def _add_mine(found: dict[str, _Confirmed], me: UserID, summary: DingSummary, waiting: Waiting) -> None:
    mine = waiting.confirmation(summary.event_id or "", summary.uid)
    if mine is not None:
        found[me] = _Confirmed(mine.ts_ms, mine.note)


def _is_before_edit(facts: _Facts, ts: int, ord_: int | None) -> bool:
    if facts.edit_ts is None:
        return False
    if ord_ is not None and facts.edit_ord is not None:
        return ord_ < facts.edit_ord
    return ts < facts.edit_ts


def _recipient(
    me: UserID,
    user: UserID,
    people: dict[str, _Person],
    confirmed: _Confirmed | None,
    is_gone: bool,
    has_read: bool,
) -> DingRecipient:
    person = people.get(user, _Person(None, None, None))
    state = RecipientState.LEFT if is_gone else RecipientState.WAITING
    return DingRecipient(
        user_id=user,
        name=person.name or localpart_of(user),
        avatar=None if person.avatar is None else ContentURI(person.avatar),
        is_external=server_name_of(user) != server_name_of(me),
        is_me=user == me,
        state=state if confirmed is None else RecipientState.CONFIRMED,
        at_ms=None if confirmed is None else confirmed.at_ms,
        note="" if confirmed is None else confirmed.note,
        is_before_edit=confirmed is not None and confirmed.is_before_edit,
        has_read=has_read or confirmed is not None,
    )


def _sorted(recipients: list[DingRecipient]) -> tuple[DingRecipient, ...]:
    states = list(RecipientState)
    return tuple(
        sorted(recipients, key=lambda r: (states.index(r.state), r.at_ms or 0, r.name.casefold(), r.user_id))
    )


def _people_anywhere(conn: Any, users: Sequence[UserID]) -> dict[str, _Person]:
    """Learn names of people of whatever room: the room of the ding is not made yet."""
    sql = "SELECT user, max(name), max(avatar) FROM member WHERE user IN {in} GROUP BY user"
    return {row[0]: _Person(row[1], row[2], None) for row in select_in(conn, sql, users)}


# Comments -------------------------------------------------------------------------------------------------------


def _comments(conn: Any, me: UserID, summary: DingSummary, facts: _Facts) -> tuple[TimelineItem, ...]:
    rows: list[Row] = conn.execute(
        f"{ITEM_SQL} WHERE i.id IN (SELECT c.id FROM item c INDEXED BY item_commenting"
        " WHERE c.thread = ?1 AND c.room = ?2 AND c.is_redacted = 0 AND c.id NOT IN"
        " (SELECT id FROM nudge WHERE target = ?1 AND room = ?2 AND is_valid = 1)"
        f" ORDER BY c.pos DESC LIMIT {_MOST_COMMENTS}) ORDER BY i.pos DESC",
        (summary.event_id, facts.room),
    ).fetchall()
    page = Page(conn, facts.room, summary.room_id, me, facts.first_pos)
    taken_back = load_waiting(conn, summary.room_id).redacted
    return tuple(item for item in items_of(page, rows[::-1]) if item.event_id not in taken_back)


def _echo_comments(conn: Any, me: UserID, summary: DingSummary, first_row: int) -> tuple[TimelineItem, ...]:
    """Give comments of mine on their way."""
    sql = "SELECT txn_id FROM send_queue WHERE room_id = ? AND is_echo = 1 AND depends_on = ?"
    parent = summary.uid.removeprefix("t:")
    dependent = {f"t:{row[0]}" for row in conn.execute(sql, (summary.room_id, parent))}
    names = {summary.uid, summary.event_id} - {None}
    return tuple(
        item
        for item in items(conn, me, summary.room_id, first_row, _MOST_ECHOES)
        if (item.thread_root in names or (item.uid in dependent and item.uid != summary.uid))
        and item.send_state is not None
        and item.nudges is None
        and not item.is_redacted
    )
