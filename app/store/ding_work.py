"""What the sending side of dings asks the cache: rooms made for dings, who is invited where, what may be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from app.domain.content import text_of
from app.domain.dings import is_confirmation
from app.domain.ids import EventID, RoomID, UserID, server_name_of
from app.store.scheduled import ScheduledRow, read_scheduled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_MAX_ROOMS = 500
_MOST_LOOKED_UP = 2
"""Of so many people at once is found out whether we share a room: it takes ms for each in 10,000 rooms."""


class DingRoom(NamedTuple):
    """A joined room made for dings."""

    room_id: RoomID
    members: frozenset[UserID]
    """Joined and invited ones that the cache knows, me among them."""
    is_whole: bool
    """These are all."""
    size: int
    """How many there are by the server's count."""


class DingInvitation(NamedTuple):
    """Somebody wants to send me dings in a room of their own."""

    room_id: RoomID
    inviter: UserID | None
    name: str
    is_known: bool
    """We share a server or another room. Of very many strangers it is found out little by little."""


class DingWork:
    """`reader.ding_work`: reads for `app.dings`. All but `invitations` are *slow*."""

    def __init__(self, conn: Any, who: Callable[[], UserID]) -> None:
        self._conn, self._who = conn, who
        self._met: set[str] = set()
        self._looked_up: dict[str, int] = {}
        self._turn = 0

    def rooms(self) -> list[DingRoom]:
        """Give the joined, unencrypted rooms made for dings, newest first."""
        found = self._conn.execute(
            "SELECT id, room_id, members_complete, ifnull(hint_joined, 0) + ifnull(hint_invited, 0) FROM room"
            " WHERE membership = 'join' AND room_type = 'im.tack.ding' AND is_encrypted = 0 ORDER BY sort_ts DESC LIMIT ?",
            (_MAX_ROOMS,),
        ).fetchall()
        return [self._room(*row) for row in found]

    def _room(self, room: int, room_id: str, is_complete: int, count: int) -> DingRoom:
        rows = self._conn.execute(
            "SELECT user FROM member WHERE room = ? AND membership IN ('join', 'invite')", (room,)
        )
        members = frozenset(UserID(row[0]) for row in rows)
        return DingRoom(RoomID(room_id), members, bool(is_complete), count)

    def invitations(self) -> list[DingInvitation]:
        """Give the invitations to rooms made for dings, newest last; of too many those of my own server first."""
        server = server_name_of(self._who())
        found = self._conn.execute(
            "SELECT id, room_id, ifnull(inviter, ''), name FROM room"
            " WHERE membership = 'invite' AND room_type = 'im.tack.ding'"
            " ORDER BY substr(ifnull(inviter, ''), instr(ifnull(inviter, ''), ':') + 1) = ? DESC, id LIMIT ?",
            (server, _MAX_ROOMS),
        ).fetchall()
        strangers = {row[2] for row in found if server_name_of(UserID(row[2])) != server}
        self._look_up(strangers)
        return [
            DingInvitation(
                RoomID(room_id),
                UserID(inviter) if inviter else None,
                name,
                bool(inviter) and (inviter not in strangers or inviter in self._met),
            )
            for _, room_id, inviter, name in sorted(found)
        ]

    def _look_up(self, strangers: Iterable[str]) -> None:
        """Find out of a few whether we share a room, first of those of whom it was found out longest ago."""
        turns = {user: self._looked_up.get(user, 0) for user in strangers if user and user not in self._met}
        for user in sorted(turns, key=lambda one: (turns[one], one))[:_MOST_LOOKED_UP]:
            self._turn += 1
            turns[user] = self._turn
            if self._knows(user):
                self._met.add(user)
        self._looked_up = turns

    def _knows(self, inviter: str) -> bool:
        """Whether we share a room. By room, as `member` is indexed: a few ms for a stranger in 10,000 rooms."""
        found = self._conn.execute(
            "SELECT 1 FROM room o CROSS JOIN member m ON m.room = o.id AND m.user = ?"
            " WHERE o.membership = 'join' AND m.membership = 'join' LIMIT 1",
            (inviter,),
        )
        return found.fetchone() is not None

    def lacking_ding_rooms(self, limit: int) -> list[RoomID]:
        """Give rooms made for dings whose timeline is not whole."""
        rows = self._conn.execute(
            "SELECT room_id FROM room r WHERE membership = 'join' AND room_type = 'im.tack.ding'"
            " AND ((reached_start = 0 AND prev_token IS NOT NULL)"
            " OR EXISTS (SELECT 1 FROM gap g WHERE g.room = r.id AND g.token IS NOT NULL))"
            " ORDER BY sort_ts DESC LIMIT ?",
            (limit,),
        )
        return [RoomID(row[0]) for row in rows.fetchall()]

    def unexplained_mentions(self, limit: int, room_id: RoomID | None = None) -> list[RoomID]:
        """Give other joined rooms where the server counts more unread mentions of me than the cache has rows.

        Behind my read position nothing is missing where it is known; else what counts lies below the newest gap.
        """
        rows = self._conn.execute(
            "SELECT r.room_id FROM room r WHERE membership = 'join' AND is_listed = 1 AND server_mentions > 0"
            " AND read_ord IS NULL AND (?1 IS NULL OR room_id = ?1)"
            " AND server_mentions > (SELECT count(*) FROM item i WHERE i.room = r.id AND i.weight = 2 AND i.pos >"
            " ifnull((SELECT max(g.pos) FROM item g WHERE g.room = r.id AND g.kind = 'gap'), r.first_pos - 1))"
            " ORDER BY sort_ts DESC LIMIT ?2",
            (room_id, limit),
        )
        return [RoomID(row[0]) for row in rows.fetchall()]

    def doubtful(self, since_ms: int, limit: int) -> list[tuple[RoomID, EventID]]:
        """Give my open dings and those I sent since a time behind which events are missing: reactions may be too."""
        rows = self._conn.execute(
            "SELECT r.room_id, e.event_id FROM ding d JOIN event e ON e.id = d.id JOIN room r ON r.id = d.room"
            " WHERE d.id IN (SELECT id FROM ding INDEXED BY ding_open WHERE is_open = 1 UNION ALL"
            " SELECT id FROM ding INDEXED BY ding_sent WHERE is_mine = 1 AND ts >= ?) AND r.membership = 'join'"
            " AND EXISTS (SELECT 1 FROM gap g WHERE g.room = d.room AND g.ord > ifnull(e.ord, -1))"
            " ORDER BY d.ts DESC LIMIT ?",
            (since_ms, limit),
        )
        return [(RoomID(room_id), EventID(event_id)) for room_id, event_id in rows.fetchall()]

    def own_confirmations(self, event_id: EventID) -> list[EventID]:
        """Give my stored confirmations of a ding: two devices may have made one each. Not slow."""
        rows = self._conn.execute(
            "SELECT e.event_id, r.key FROM reaction r JOIN event e ON e.id = r.id WHERE r.target = ? AND r.sender = ?",
            (event_id, self._who()),
        )
        return [EventID(reaction) for reaction, key in rows.fetchall() if is_confirmation(key)]

    def scheduled(self) -> list[ScheduledRow]:
        """Give the dings to come, the next first. Few: not slow."""
        return read_scheduled(self._conn)

    def scheduled_files(self) -> set[str]:
        """Give the paths of files that wait with dings to come."""
        return {path for row in self.scheduled() for file in row.files if (path := text_of(file, "path"))}
