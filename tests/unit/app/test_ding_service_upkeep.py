"""What is kept up beside: who may let us into a room, where the push rule stands, who is asked whether they are busy."""

import asyncio
from typing import Any, cast

import pytest

from app.clock import SystemClock
from app.dings.busy import MOST, SIDE_BY_SIDE, BusyPeople
from app.dings.upkeep import rule_to_precede
from app.domain.ids import UserID
from app.errors import NetworkError, NotFound
from app.homeserver import Homeserver


def rule(name: str, *actions: object, **more: Any) -> dict[str, Any]:
    return {"rule_id": name, "actions": list(actions), **more}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], ""),
        ([rule(".m.rule.master")], ""),
        ([rule("!a:x"), rule("!b:x")], "!a:x"),
        ([rule("loud", "notify"), rule("!b:x")], "!b:x"),
        ([rule("im.tack.ding", "notify"), rule("!b:x")], None),
        ([rule("!b:x"), rule("im.tack.ding", "notify")], "!b:x"),
        ([rule("im.tack.ding", "notify", enabled=False)], None),
        ([{"rule_id": 5, "actions": None}, rule("im.tack.ding")], None),
        ([{"actions": 3}, {"rule_id": "!a:x", "actions": 3}], "!a:x"),
    ],
)
def test_the_rule_stands_before_the_first_that_silences(
    rules: list[dict[str, Any]], expected: str | None
) -> None:
    assert rule_to_precede(rules) == expected


class Profiles:
    """Profiles of people; counts how many are asked at once."""

    def __init__(self, busy: set[str], *, is_cut: bool = False) -> None:
        self.client = self.account = self
        self.busy, self.is_cut = busy, is_cut
        self.asked: list[str] = []
        self.now = self.most = 0

    async def profile_field(self, user: UserID, field: str) -> object:
        self.asked.append(user)
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        self.now -= 1
        if self.is_cut:
            raise NetworkError("cut")
        if user not in self.busy:
            raise NotFound("none", status=404, errcode="M_NOT_FOUND")
        return True


def test_few_are_asked_at_once_nobody_twice_and_no_crowd_at_all() -> None:
    people = [UserID(f"@u{n}:x") for n in range(MOST + 10)]
    profiles = Profiles({people[1], people[-1]})

    async def ask() -> None:
        busy = BusyPeople(cast(Homeserver, profiles), SystemClock())
        assert await busy.among(people) == [people[1]]
        assert (len(profiles.asked), profiles.most) == (MOST, SIDE_BY_SIDE)
        assert await busy.among(people[:5]) == [people[1]]
        assert len(profiles.asked) == MOST

    asyncio.run(ask())


def test_without_a_line_nobody_is_known_to_be_busy() -> None:
    async def ask() -> None:
        busy = BusyPeople(cast(Homeserver, Profiles({"@a:x"}, is_cut=True)), SystemClock())
        assert await busy.among([UserID("@a:x")]) == []

    asyncio.run(ask())
