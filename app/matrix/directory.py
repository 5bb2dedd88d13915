"""Finding people and public rooms. Source: Matrix client-server API, "User directory", "Listing rooms"."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.events import JSONObject, int_of, text_of
from app.domain.ids import ContentURI, RoomID, UserID
from app.domain.rooms import Profile
from app.matrix.json_answers import objects_of
from app.matrix.paths import client_path, given
from app.matrix.room_pages import HierarchyRoom
from app.matrix.room_summaries import summary_of

if TYPE_CHECKING:
    from app.matrix.client import MatrixClient


@dataclass(frozen=True, slots=True)
class PublicRoomsPage:
    """One page of the public room list."""

    rooms: tuple[HierarchyRoom, ...]
    next_batch: str | None
    total_estimate: int | None


class DirectoryAPI:
    """`client.directory`."""

    def __init__(self, client: "MatrixClient") -> None:
        self._client = client

    async def search_users(self, term: str, limit: int = 50) -> tuple[list[Profile], bool]:
        """Users whose id or name begins with the term, and whether there are more."""
        body: JSONObject = {"search_term": term, "limit": limit}
        answer = await self._client.call("POST", "/_matrix/client/v3/user_directory/search", body=body)
        users = [_profile(item) for item in objects_of(answer.get("results")) if text_of(item, "user_id")]
        return users, answer.get("limited") is True

    async def public_rooms(
        self,
        term: str = "",
        limit: int = 50,
        *,
        since: str | None = None,
        server: str | None = None,
        room_types: Sequence[str] = (),
    ) -> PublicRoomsPage:
        """Rooms anyone may join. Servers that do not know `room_types` answer with rooms of all types."""
        body: JSONObject = {"limit": limit, **given({"since": since})}
        narrowing: JSONObject = {"generic_search_term": term} if term else {}
        if room_types:
            narrowing["room_types"] = list(room_types)
        if narrowing:
            body["filter"] = narrowing
        answer = await self._client.call(
            "POST", "/_matrix/client/v3/publicRooms", params=given({"server": server}), body=body
        )
        rooms = [summary_of(room) for room in objects_of(answer.get("chunk")) if text_of(room, "room_id")]
        total = int_of(answer, "total_room_count_estimate")
        return PublicRoomsPage(tuple(rooms), text_of(answer, "next_batch"), total)

    async def set_listed(self, room_id: RoomID, is_listed: bool) -> None:
        """Put a room into the public room list of this server, or take it out. Raises Forbidden where it lists none."""
        where = client_path("v3", "directory", "list", "room", room_id)
        body: JSONObject = {"visibility": "public" if is_listed else "private"}
        await self._client.call("PUT", where, body=body)


def _profile(item: JSONObject) -> Profile:
    avatar = text_of(item, "avatar_url")
    name = text_of(item, "display_name") or ""
    return Profile(UserID(text_of(item, "user_id") or ""), name, ContentURI(avatar) if avatar else None)
