"""Bounded reads of the cache: every call is one or a few indexed look-ups on a read-only connection.

Each `Reader` has its own connection and may be used by one thread at a time. Calls see the last committed state;
calls that need several statements run them in one snapshot. All take at most 2 ms except those marked *slow*, which
belong on `Cache.read_in_worker`.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from app.domain.ids import EventID, RoomID
from app.domain.rooms import RoomFilter
from app.late import Late
from app.store import kept, people_read, queue_read, rooms_read
from app.store.schema import GLOBAL_ROOM
from app.store.sql import from_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from app.domain.account import Session
    from app.domain.events import Event, JSONObject
    from app.domain.ids import ContentURI, TxnID, UserID
    from app.domain.rooms import AttentionTotals, Member, RoomSummary
    from app.domain.sending import QueuedRequest
    from app.domain.timeline import SendState, TimelineExtent, TimelineItem
    from app.store import stored, timeline_read, values
    from app.store.approval_reads import ApprovalReads
    from app.store.attention_reads import AttentionReads
    from app.store.channel_reads import ChannelReads
    from app.store.ding_alert_reads import DingAlertReads
    from app.store.ding_reads import DingReads
    from app.store.ding_work import DingWork
    from app.store.search_read import SearchPage, SearchQuery
    from app.store.typing_board import TypingBoard
    from app.store.values import BackfillCandidate, Draft, Gap, MediaFile, Space, StoreSizes
else:
    stored, timeline_read = Late("app.store.stored"), Late("app.store.timeline_read")
    values = Late("app.store.values")

_MEDIA = "SELECT uri, variant, path, size_bytes, mimetype, used_ms FROM media"


class Reader:
    """Answers questions; never writes."""

    def __init__(self, conn: Any, board: TypingBoard, who: Callable[[], UserID]) -> None:
        self._conn, self._board, self._who = conn, board, who

    @property
    def _me(self) -> UserID:
        return self._who()

    @contextmanager
    def _snapshot(self) -> Iterator[None]:
        """Let all statements of one question see the same state."""
        self._conn.execute("BEGIN")
        try:
            yield
        finally:
            self._conn.execute("COMMIT")

    def close(self) -> None:
        """Close the connection."""
        self._conn.close()

    @cached_property
    def dings(self) -> DingReads:
        """The DING inbox."""
        from app.store.ding_reads import DingReads

        return DingReads(self._conn, self._who)

    @cached_property
    def ding_alerts(self) -> DingAlertReads:
        """What is noted of alerts."""
        from app.store.ding_alert_reads import DingAlertReads

        return DingAlertReads(self._conn, self._who)

    @cached_property
    def ding_work(self) -> DingWork:
        """What the sending side of dings asks."""
        from app.store.ding_work import DingWork

        return DingWork(self._conn, self._who)

    @cached_property
    def approvals(self) -> ApprovalReads:
        """Requests, templates, roles, deputies."""
        from app.store.approval_reads import ApprovalReads

        return ApprovalReads(self._conn, self._who)

    @cached_property
    def channels(self) -> ChannelReads:
        """Video channels, posts, comments."""
        from app.store.channel_reads import ChannelReads

        return ChannelReads(self._conn, self._who)

    @cached_property
    def attention(self) -> AttentionReads:
        """What the red numbers are made of."""
        from app.store.attention_reads import AttentionReads

        return AttentionReads(self._conn, self._who)

    # Rooms

    def room_order(self, filter: RoomFilter = RoomFilter.ALL, limit: int | None = None) -> list[RoomID]:
        """Give the conversation list: favourites first, then the newest. No spaces, no rooms that were left."""
        return rooms_read.room_order(self._conn, filter, limit)

    def room_page(self, ids: Sequence[RoomID]) -> list[RoomSummary]:
        """Give the rows of some rooms in the order asked; unknown rooms are left out."""
        with self._snapshot():
            return rooms_read.room_page(self._conn, self._me, ids)

    def room(self, room_id: RoomID) -> RoomSummary | None:
        """Give one row, of whatever membership or type."""
        return next(iter(self.room_page([room_id])), None)

    def totals(self, now_ms: int | None = None) -> AttentionTotals:
        """Give the figures of rail, tray, taskbar and title; without a time as of now (deputies come and go)."""
        with self._snapshot():
            return rooms_read.totals(self._conn, int(time.time() * 1000) if now_ms is None else now_ms)

    def unread_walk(self, filter: RoomFilter, here: RoomID | None) -> list[tuple[RoomID, bool]]:
        """Give the rooms of a filter with news, and whether these count; `here` is among them anyway. *Slow*."""
        from app.store.unread_walk import unread_walk

        return unread_walk(self._conn, filter, here)

    def spaces(self) -> list[Space]:
        """Give the joined spaces with their children."""
        with self._snapshot():
            return rooms_read.spaces(self._conn)

    def search_rooms(self, term: str, limit: int = 20) -> list[RoomSummary]:
        """Give joined rooms whose name, or whose other person, contains the term; best first. For the switcher."""
        with self._snapshot():
            return rooms_read.search_rooms(self._conn, self._me, term, limit)

    def search_people(self, term: str, limit: int = 20) -> list[Member]:
        """Give known people of any shared room whose name or id contains the term. *Slow* with many members."""
        return people_read.search_people(self._conn, self._me, term, limit)

    # Timeline

    def extent(self, room_id: RoomID) -> TimelineExtent:
        """Give how many rows the room has. An unknown room has none."""
        with self._snapshot():
            return timeline_read.extent(self._conn, room_id)

    def items(self, room_id: RoomID, first_row: int, count: int) -> list[TimelineItem]:
        """Give rows first_row … first_row+count-1 as far as they exist; echoes are the last rows."""
        with self._snapshot():
            return timeline_read.items(self._conn, self._me, room_id, first_row, count)

    def row_of(self, room_id: RoomID, uid_or_event_id: str) -> int | None:
        """Find a row by uid or event id; None when it is not a row (unknown, a reaction, an edit …)."""
        with self._snapshot():
            return timeline_read.row_of(self._conn, self._me, room_id, uid_or_event_id)

    def item(self, room_id: RoomID, uid_or_event_id: str) -> TimelineItem | None:
        """Give one row by uid or event id."""
        with self._snapshot():
            row = timeline_read.row_of(self._conn, self._me, room_id, uid_or_event_id)
            found = [] if row is None else timeline_read.items(self._conn, self._me, room_id, row, 1)
        return found[0] if found else None

    def event(self, event_id: EventID) -> Event | None:
        """Give a stored event, placed or not."""
        row = self._conn.execute(
            "SELECT e.raw, r.room_id FROM event e JOIN room r ON r.id = e.room WHERE e.event_id = ?",
            (event_id,),
        ).fetchone()
        return None if row is None else stored.parse_stored(row[0], event_id, RoomID(row[1]))

    def own_reaction(self, target: EventID, key: str) -> EventID | None:
        """Find my stored reaction of this key to an event."""
        row = self._conn.execute(
            "SELECT e.event_id FROM reaction r JOIN event e ON e.id = r.id"
            " WHERE r.target = ? AND r.key = ? AND r.sender = ? ORDER BY r.id DESC LIMIT 1",
            (target, key, self._me),
        ).fetchone()
        return None if row is None else EventID(row[0])

    def prev_batch(self, room_id: RoomID) -> str | None:
        """Give the token that asks for what lies above the first row; None when it is not known."""
        row = self._conn.execute("SELECT prev_token FROM room WHERE room_id = ?", (room_id,)).fetchone()
        return None if row is None else row[0]

    def gaps(self, room_id: RoomID) -> list[Gap]:
        """Give the gaps of a room, newest first."""
        return timeline_read.gaps(self._conn, room_id)

    def backfill_candidates(self, limit: int = 50) -> list[BackfillCandidate]:
        """Give joined rooms with more history on the server, newest rooms first. *Slow*."""
        return timeline_read.backfill_candidates(self._conn, limit)

    def files(self, room_id: RoomID, limit: int = 50, before_row: int | None = None) -> list[TimelineItem]:
        """Give images, files, video and audio of a room, newest first."""
        with self._snapshot():
            return timeline_read.files(self._conn, self._me, room_id, limit, before_row)

    # People

    def members(self, room_id: RoomID, term: str = "", limit: int = 200, offset: int = 0) -> list[Member]:
        """Give joined members (then invited ones) by power and name, whose name or id contains the term."""
        return people_read.members(self._conn, room_id, term, limit, offset)

    def member_count(self, room_id: RoomID) -> int:
        """Give how many have joined, by the server's count where members are not all loaded."""
        row = self._conn.execute("SELECT joined_count FROM room WHERE room_id = ?", (room_id,)).fetchone()
        return 0 if row is None else int(row[0])

    def members_complete(self, room_id: RoomID) -> bool:
        """Whether `add_members` has brought the whole list."""
        row = self._conn.execute("SELECT members_complete FROM room WHERE room_id = ?", (room_id,)).fetchone()
        return row is not None and bool(row[0])

    def member(self, room_id: RoomID, user_id: UserID) -> Member | None:
        """Give one member, also one who left."""
        return people_read.member(self._conn, room_id, user_id)

    def typing(self, room_id: RoomID) -> list[Member]:
        """Give who is typing now, without me."""
        return people_read.people_by_id(self._conn, self._me, room_id, self._board.users.get(room_id, ()))

    def readers(self, room_id: RoomID, event_id: EventID) -> tuple[list[Member], list[Member]]:
        """Split the other joined members into who has read up to the event and who has not."""
        with self._snapshot():
            return people_read.readers(self._conn, self._me, room_id, event_id)

    def power_level(self, room_id: RoomID, action: str) -> tuple[int, int]:
        """Give my power and the power an action needs: an event type, or `invite kick ban redact state_default`."""
        with self._snapshot():
            return people_read.power_level(self._conn, self._me, room_id, action)

    # Send queue

    def queue(
        self, state: SendState | None = None, room_id: RoomID | None = None, limit: int = 500
    ) -> list[QueuedRequest]:
        """Give rows of the send queue in order."""
        return queue_read.read_queue(self._conn, state, room_id, limit)

    def rooms_to_be_made(self) -> list[QueuedRequest]:
        """Give the rows of the send queue that make rooms."""
        return queue_read.rooms_to_be_made(self._conn)

    def room_made_by(self, txn_id: TxnID) -> RoomID | None:
        """Find the joined room that a row of the send queue made. *Slow*."""
        return queue_read.room_made_by(self._conn, txn_id)

    def rooms_without_create(self, rooms: Sequence[RoomID]) -> list[RoomID]:
        """Give those of some rooms whose creation event the cache does not have. *Slow*."""
        return queue_read.rooms_without_create(self._conn, rooms)

    def waiting_count(self) -> int:
        """Give how many rows wait that a person would recognise (messages, files; not receipts)."""
        return queue_read.waiting_count(self._conn)

    # Account

    def draft(self, room_id: RoomID) -> Draft:
        """Give the unsent text of a room; empty when there is none."""
        row = self._conn.execute("SELECT text, extra FROM draft WHERE room_id = ?", (room_id,)).fetchone()
        return values.Draft() if row is None else values.Draft(row[0], from_json(row[1]))

    def kv(self, namespace: str, key: str) -> str | None:
        """Give a kept value."""
        return kept.read_kv(self._conn, namespace, key)

    def kv_all(self, namespace: str) -> dict[str, str]:
        """Give all kept values of a namespace by key."""
        return kept.read_namespace(self._conn, namespace)

    def positions(self) -> dict[str, str]:
        """Give the saved sync positions."""
        return dict(self._conn.execute("SELECT name, value FROM position"))

    def session(self) -> Session | None:
        """Give who is signed in."""
        return kept.read_session(self._conn)

    def has_session(self) -> bool:
        """Whether anybody is signed in."""
        return kept.read_kv(self._conn, *kept.SESSION) is not None

    def account_data(self, type: str) -> JSONObject | None:
        """Give account-wide account data."""
        return self._account_data(GLOBAL_ROOM, type)

    def room_account_data(self, room_id: RoomID, type: str) -> JSONObject | None:
        """Give account data of a room."""
        return self._account_data(people_read.room_key(self._conn, room_id) or -1, type)

    def state_event(self, room_id: RoomID, type: str, key: str = "") -> JSONObject | None:
        """Give the content of a current state event; None when the room has none."""
        room = people_read.room_key(self._conn, room_id)
        event = stored.state_of(self._conn, room, room_id, (type,), key).get((type, key))
        return None if event is None else event.content

    def state_sender(self, room_id: RoomID, type: str, key: str = "") -> UserID | None:
        """Give who set a current state event; None when the room has none."""
        room = people_read.room_key(self._conn, room_id)
        event = stored.state_of(self._conn, room, room_id, (type,), key).get((type, key))
        return None if event is None else event.sender

    def media(self, uri: ContentURI, variant: str = "") -> MediaFile | None:
        """Give where a file of the media cache lies."""
        row = self._conn.execute(f"{_MEDIA} WHERE uri = ? AND variant = ?", (uri, variant)).fetchone()
        return None if row is None else values.MediaFile(*row)

    def media_to_evict(self, keep_bytes: int) -> list[MediaFile]:
        """Give the least recently used media files beyond `keep_bytes`. *Slow*."""
        rows = self._conn.execute(f"{_MEDIA} ORDER BY used_ms DESC, uri, variant")
        total, evicted = 0, []
        for file in (values.MediaFile(*row) for row in rows):
            total += file.size_bytes
            if total > keep_bytes:
                evicted.append(file)
        return evicted[::-1]

    def sizes(self) -> StoreSizes:
        """Give what the storage page shows. *Slow*."""
        page, count = (
            self._conn.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_size", "page_count")
        )
        events = self._conn.execute("SELECT count(*) FROM event").fetchone()[0]
        files, size = self._conn.execute("SELECT count(*), ifnull(sum(size_bytes), 0) FROM media").fetchone()
        return values.StoreSizes(events, int(page) * int(count), size, files)

    # Search

    def search(self, query: SearchQuery, limit: int = 50, before_id: int | None = None) -> SearchPage:
        """Search message texts. *Slow* (up to 50 ms): see `Cache.search`."""
        from app.store.search_read import search

        return search(self._conn, query, limit, before_id)

    def _account_data(self, room: int, type: str) -> JSONObject | None:
        row = self._conn.execute(
            "SELECT content FROM account_data WHERE room = ? AND type = ?", (room, type)
        ).fetchone()
        return None if row is None else from_json(row[0])
