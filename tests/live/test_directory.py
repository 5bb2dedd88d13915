"""Departments on a real homeserver: sub-spaces one has not joined."""

from pathlib import Path
from typing import Any

from app.domain.ids import RoomID
from tests.helpers.desk import opened, signed_in
from tests.helpers.homeserver import Homeserver, ServerUser
from tests.live.conftest import Run


def new_space(homeserver: Homeserver, owner: ServerUser, name: str, *more: dict[str, Any]) -> RoomID:
    body = {"name": name, "creation_content": {"type": "m.space"}, "initial_state": list(more)}
    return RoomID(homeserver.api("POST", "/_matrix/client/v3/createRoom", body, user=owner)["room_id"])


def rule(kind: str, **content: Any) -> dict[str, Any]:
    return {"type": f"m.room.{kind}", "state_key": "", "content": content}


def test_people_of_a_department_one_is_not_in(homeserver: Homeserver, tmp_path: Path, run: Run) -> None:
    chief, li = homeserver.new_user("chief"), homeserver.new_user("li")
    wang = homeserver.new_user("wang", displayname="王敏")
    company = new_space(homeserver, chief, "Acme", rule("join_rules", join_rule="public"))
    mine = {"type": "m.room_membership", "room_id": company}
    restricted = rule("join_rules", join_rule="restricted", allow=[mine])
    readable = rule("history_visibility", history_visibility="world_readable")
    sales = new_space(homeserver, chief, "销售部", restricted, readable)
    closed = new_space(homeserver, chief, "Board", restricted)
    hidden = new_space(homeserver, chief, "Hidden")
    for child in (sales, closed, hidden):
        path = f"/_matrix/client/v3/rooms/{company}/state/m.space.child/{child}"
        homeserver.api("PUT", path, {"via": [homeserver.server_name]}, user=chief)
    for user, room in ((li, company), (wang, company), (wang, sales)):
        homeserver.api("POST", f"/_matrix/client/v3/rooms/{room}/join", {}, user=user)

    async def look() -> None:
        async with signed_in(tmp_path / "li", li, homeserver.base_url) as desk:
            await desk.online()
            directory = desk.account.directory
            await directory.refresh()
            (top,) = await directory.departments()
            assert {unit.name for unit in top.children} == {"销售部", "Board"}
        async with opened(tmp_path / "li", offline=True) as desk:
            directory = desk.account.directory
            people = [profile.user_id for profile in await directory.department_members(sales)]
            assert people == [chief.user_id, wang.user_id]
            assert (await directory.affiliations())[wang.user_id] == "销售部"  # type: ignore[index]

    run(look())
