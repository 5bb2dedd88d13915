"""How the people of a route are called, and their pictures: from the service where it knows, else from the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.ids import UserID, localpart_of
from app.domain.visible import one_line

if TYPE_CHECKING:
    from app.domain.ids import ContentURI
    from app.domain.rooms import Member
    from ui.desk import Desk


class RoutePeople:
    """Grows as people are met."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._names: dict[str, str] = {}
        self._members: dict[str, Member] = {}

    def use_names(self, names: dict[str, str]) -> set[str]:
        """Take names of the service; who of them the cache should still be asked about."""
        self._names |= names
        return names.keys() - self._members.keys()

    def use_members(self, members: dict[str, Member]) -> None:
        """Take people of the cache: faces, and names of those who are in no department."""
        self._members |= members

    def name(self, user_id: str) -> str:
        """How somebody is called."""
        local, member = localpart_of(UserID(user_id)), self._members.get(user_id)
        name = self._names.get(user_id, local)
        if name != local:
            return name
        if user_id == self._desk.account.user_id:
            return self._desk.people.own_name()
        return local if member is None else one_line(member.name) or local

    def avatar(self, user_id: str) -> ContentURI | None:
        """The picture of somebody."""
        member = self._members.get(user_id)
        return None if member is None else member.avatar
