"""Brings more of a room's past into the cache: above, into a gap, around one event."""

from app.domain.ids import EventID, RoomID


class TimelineService:
    """Loads history. Each call returns when the cache holds the answer; the view hears of it by `Changes`."""

    async def paginate_backwards(self, room_id: RoomID, count: int = 50) -> bool:
        """Load older events; whether the start of the room is reached. One request per room at a time."""
        raise NotImplementedError

    async def fill_gap(self, room_id: RoomID, prev_batch: str) -> None:
        """Load events into the gap that carries this token (one page)."""
        raise NotImplementedError

    async def fetch_reply_target(self, room_id: RoomID, event_id: EventID) -> None:
        """Load the one event that a reply quotes; nothing happens when it cannot be had."""
        raise NotImplementedError

    async def jump_to_event(self, room_id: RoomID, event_id: EventID) -> str | None:
        """Make sure the event is a row of the timeline; its uid, or None when it cannot be reached."""
        raise NotImplementedError
