"""Bounded reads of the cache: every call is one or a few indexed look-ups on a read-only connection.

Each `Reader` has its own connection and may be used by one thread at a time. Calls see the last committed state;
calls that need several statements run them in one snapshot. All take at most 2 ms except those marked *slow*, which
belong on `Cache.read_in_worker`.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.domain.account import Session
from app.domain.events import Event, JSONObject
from app.domain.ids import ContentURI, EventID, RoomID, UserID
from app.domain.rooms import AttentionTotals, Member, RoomFilter, RoomSummary
from app.domain.sending import QueuedRequest, SendState
from app.domain.timeline import TimelineExtent, TimelineItem
from app.store.values import BackfillCandidate, Draft, Gap, MediaFile, Space, StoreSizes

if TYPE_CHECKING:
    from app.store.search_read import SearchPage, SearchQuery


class Reader:
    """Answers questions; never writes."""

    # Rooms

    def room_order(self, filter: RoomFilter = RoomFilter.ALL, limit: int | None = None) -> list[RoomID]:
        """Give the conversation list: favourites first, then the newest. No spaces, no rooms that were left."""
        raise NotImplementedError

    def room_page(self, ids: Sequence[RoomID]) -> list[RoomSummary]:
        """Give the rows of some rooms in the order asked; unknown rooms are left out."""
        raise NotImplementedError

    def room(self, room_id: RoomID) -> RoomSummary | None:
        """Give one row, of whatever membership or type."""
        raise NotImplementedError

    def totals(self) -> AttentionTotals:
        """Give the figures of rail, tray, taskbar and title."""
        raise NotImplementedError

    def spaces(self) -> list[Space]:
        """Give the joined spaces with their children."""
        raise NotImplementedError

    def search_rooms(self, term: str, limit: int = 20) -> list[RoomSummary]:
        """Give joined rooms whose name, or whose other person, contains the term; best first. For the switcher."""
        raise NotImplementedError

    def search_people(self, term: str, limit: int = 20) -> list[Member]:
        """Give known people of any shared room whose name or id contains the term. *Slow* with many members."""
        raise NotImplementedError

    # Timeline

    def extent(self, room_id: RoomID) -> TimelineExtent:
        """Give how many rows the room has. An unknown room has none."""
        raise NotImplementedError

    def items(self, room_id: RoomID, first_row: int, count: int) -> list[TimelineItem]:
        """Give rows first_row … first_row+count-1 as far as they exist; echoes are the last rows."""
        raise NotImplementedError

    def row_of(self, room_id: RoomID, uid_or_event_id: str) -> int | None:
        """Find a row by uid or event id; None when it is not a row (unknown, a reaction, an edit …)."""
        raise NotImplementedError

    def item(self, room_id: RoomID, uid_or_event_id: str) -> TimelineItem | None:
        """Give one row by uid or event id."""
        raise NotImplementedError

    def event(self, event_id: EventID) -> Event | None:
        """Give a stored event, placed or not."""
        raise NotImplementedError

    def gaps(self, room_id: RoomID) -> list[Gap]:
        """Give the gaps of a room, newest first."""
        raise NotImplementedError

    def backfill_candidates(self, limit: int = 50) -> list[BackfillCandidate]:
        """Give joined rooms with more history on the server, newest rooms first. *Slow*."""
        raise NotImplementedError

    def files(self, room_id: RoomID, limit: int = 50, before_row: int | None = None) -> list[TimelineItem]:
        """Give images, files, video and audio of a room, newest first."""
        raise NotImplementedError

    # People

    def members(self, room_id: RoomID, term: str = "", limit: int = 200, offset: int = 0) -> list[Member]:
        """Give joined members (then invited ones) by power and name, whose name or id contains the term."""
        raise NotImplementedError

    def member_count(self, room_id: RoomID) -> int:
        """Give how many have joined, by the server's count where members are not all loaded."""
        raise NotImplementedError

    def members_complete(self, room_id: RoomID) -> bool:
        """Whether `add_members` has brought the whole list."""
        raise NotImplementedError

    def member(self, room_id: RoomID, user_id: UserID) -> Member | None:
        """Give one member, also one who left."""
        raise NotImplementedError

    def typing(self, room_id: RoomID) -> list[Member]:
        """Give who is typing now, without me."""
        raise NotImplementedError

    def readers(self, room_id: RoomID, event_id: EventID) -> tuple[list[Member], list[Member]]:
        """Split the other joined members into who has read up to the event and who has not."""
        raise NotImplementedError

    def power_level(self, room_id: RoomID, action: str) -> tuple[int, int]:
        """Give my power and the power an action needs: an event type, or `invite kick ban redact state_default`."""
        raise NotImplementedError

    # Send queue

    def queue(
        self, state: SendState | None = None, room_id: RoomID | None = None, limit: int = 500
    ) -> list[QueuedRequest]:
        """Give rows of the send queue in order."""
        raise NotImplementedError

    def waiting_count(self) -> int:
        """Give how many rows wait that a person would recognise (messages, files; not receipts)."""
        raise NotImplementedError

    # Account

    def draft(self, room_id: RoomID) -> Draft:
        """Give the unsent text of a room; empty when there is none."""
        raise NotImplementedError

    def kv(self, namespace: str, key: str) -> str | None:
        """Give a kept value."""
        raise NotImplementedError

    def positions(self) -> dict[str, str]:
        """Give the saved sync positions."""
        raise NotImplementedError

    def session(self) -> Session | None:
        """Give who is signed in."""
        raise NotImplementedError

    def account_data(self, type: str) -> JSONObject | None:
        """Give account-wide account data."""
        raise NotImplementedError

    def room_account_data(self, room_id: RoomID, type: str) -> JSONObject | None:
        """Give account data of a room."""
        raise NotImplementedError

    def state_event(self, room_id: RoomID, type: str, key: str = "") -> JSONObject | None:
        """Give the content of a current state event; None when the room has none."""
        raise NotImplementedError

    def media(self, uri: ContentURI, variant: str = "") -> MediaFile | None:
        """Give where a file of the media cache lies."""
        raise NotImplementedError

    def media_to_evict(self, keep_bytes: int) -> list[MediaFile]:
        """Give the least recently used media files beyond `keep_bytes`. *Slow*."""
        raise NotImplementedError

    def sizes(self) -> StoreSizes:
        """Give what the storage page shows. *Slow*."""
        raise NotImplementedError

    # Search

    def search(self, query: "SearchQuery", limit: int = 50, before_id: int | None = None) -> "SearchPage":
        """Search message texts. *Slow* (up to 50 ms): see `Cache.search`."""
        raise NotImplementedError
