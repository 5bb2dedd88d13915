"""Finding people and public rooms. Source: Matrix client-server API, "User directory", "Listing rooms"."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.events import JSONObject, int_of, text_of
from app.domain.ids import ContentURI, UserID
from app.domain.rooms import Profile
from app.matrix.json_answers import objects_of
from app.matrix.paths import given
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
        self, term: str = "", limit: int = 50, *, since: str | None = None, server: str | None = None
    ) -> PublicRoomsPage:
        """Rooms anyone may join."""
        body: JSONObject = {"limit": limit, **given({"since": since})}
        if term:
            body["filter"] = {"generic_search_term": term}
        answer = await self._client.call(
            "POST", "/_matrix/client/v3/publicRooms", params=given({"server": server}), body=body
        )
        rooms = [summary_of(room) for room in objects_of(answer.get("chunk")) if text_of(room, "room_id")]
        total = int_of(answer, "total_room_count_estimate")
        return PublicRoomsPage(tuple(rooms), text_of(answer, "next_batch"), total)


def _profile(item: JSONObject) -> Profile:
    avatar = text_of(item, "avatar_url")
    name = text_of(item, "display_name") or ""
    return Profile(UserID(text_of(item, "user_id") or ""), name, ContentURI(avatar) if avatar else None)
