"""Who has so many dings to confirm that a sender should know. What cannot be known counts as no."""

import asyncio
from collections.abc import Iterator

from app.clock import Clock
from app.domain.dings import BUSY_FIELD
from app.domain.ids import UserID
from app.errors import NetworkError, ServerError
from app.homeserver import Homeserver

KEPT_S = 600.0
MOST = 50
SIDE_BY_SIDE = 4


class BusyPeople:
    """Asks profiles, and remembers the answers for a while."""

    def __init__(self, homeserver: Homeserver, clock: Clock) -> None:
        self._homeserver = homeserver
        self._clock = clock
        self._known: dict[UserID, tuple[bool, float]] = {}

    async def among(self, users: list[UserID]) -> list[UserID]:
        """Give those who told that they are; no more than `MOST` are asked."""
        now = self._clock.monotonic()
        unknown = [user for user in users if user not in self._known or self._known[user][1] < now]
        left, is_cut = iter(unknown[:MOST]), False
        try:
            async with asyncio.TaskGroup() as group:  # the line is cut: the others are not left asking
                for _ in range(SIDE_BY_SIDE):
                    group.create_task(self._ask_some(left, now + KEPT_S))
        except* NetworkError:
            is_cut = True
        return [] if is_cut else [user for user in users if self._known.get(user, (False, 0.0))[0]]

    async def _ask_some(self, left: Iterator[UserID], until: float) -> None:
        for user in left:
            self._known[user] = (await self._ask(user), until)

    async def _ask(self, user: UserID) -> bool:
        try:
            told = await self._homeserver.client.account.profile_field(user, BUSY_FIELD)
        except ServerError:  # no such field, no such person, not allowed to look
            return False
        return told in (True, 1)  # Synapse over SQLite gives true back as 1
