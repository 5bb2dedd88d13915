"""What is entered unasked: rooms that my own organisation brings me into, nothing that somebody outside names."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.approvals import upkeep
from app.approvals.upkeep import ApprovalUpkeep
from app.clock import SystemClock
from app.domain.ids import RoomID, UserID
from app.homeserver import Homeserver
from app.store.cache import Cache

ME = UserID("@me:acme.example")
OWN, FOREIGN = RoomID("!own:acme.example"), RoomID("!trap:other.example")


class Entered:
    """A cache that knows of rooms, and a server that notes which are entered."""

    def __init__(self, invitations: list[tuple[RoomID, UserID]]) -> None:
        self.rooms: list[RoomID] = []
        self._invitations = invitations
        reads = SimpleNamespace(approvals=SimpleNamespace(to_join=lambda: self._invitations))

        async def read_in_worker(work: Any) -> Any:
            return work(reads)

        self.cache = cast(Cache, SimpleNamespace(user_id=ME, read_in_worker=read_in_worker))
        client = SimpleNamespace(rooms=SimpleNamespace(join=self._join))
        self.homeserver = cast(Homeserver, SimpleNamespace(client=client))

    async def _join(self, room_id: RoomID) -> None:
        self.rooms.append(room_id)

    def upkeep(self) -> ApprovalUpkeep:
        nothing: Any = None
        return ApprovalUpkeep(self.cache, self.homeserver, nothing, nothing, nothing, SystemClock())


def test_a_library_that_a_space_of_another_company_names_is_not_entered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entered = Entered([])
    monkeypatch.setattr(upkeep, "_libraries_outside", lambda read: [FOREIGN, OWN])
    asyncio.run(entered.upkeep()._enter_libraries())
    assert entered.rooms == [OWN]


def test_only_an_invitation_by_somebody_of_my_own_server_is_accepted() -> None:
    entered = Entered([(FOREIGN, UserID("@boss:other.example")), (OWN, UserID("@boss:acme.example"))])
    asyncio.run(entered.upkeep()._enter_rooms())
    assert entered.rooms == [OWN]
