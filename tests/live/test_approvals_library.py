"""The organisation's library on a real server: set up, entered by everybody, used, doubted; records checked."""

import asyncio
from typing import Any

import pytest

from app.domain.approvals.acts import ActKind
from app.domain.approvals.record import record_code
from app.domain.approvals.rows import Doubt, TemplateEntry, Trust
from app.domain.approvals.shipped import shipped_templates
from app.domain.approvals.state import RequestStatus
from app.domain.approvals.template import Pick, PickKind, Role, Roles, StepMode, StepRule
from app.domain.ids import RoomID
from app.errors import InputError
from resources.templates import template_texts
from tests.helpers.approval_office import Office, Person, office_at, template
from tests.helpers.homeserver import Homeserver, ServerUser
from tests.live.conftest import Run

UNIT = "im.tack.org.unit"


@pytest.fixture(scope="module")
def office(homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory) -> Office:
    return office_at(homeserver, tmp_path_factory.mktemp("library-office"))


@pytest.fixture(scope="module")
def company(office: Office) -> RoomID:
    """The company with li on top, a lab led by wang in which zhang works, and a group led by zhang in it."""
    everybody = list(office.users)
    top = _space(office, "li", "Acme", None, everybody)
    lab = _space(office, "wang", "Lab", top, ["wang", "zhang"])
    group = _space(office, "zhang", "Group", top, ["zhang", "chen"])
    for space, name, manager in ((top, "li", "li"), (lab, "wang", "wang"), (group, "zhang", "zhang")):
        _state(office, name, space, UNIT, "", {"v": 1, "manager": office.id(manager), "order": 0})
    _state(office, "li", top, "m.space.child", lab, {"via": [office.server.server_name]})
    _state(office, "wang", lab, "m.space.child", group, {"via": [office.server.server_name]})
    return top


def _space(office: Office, owner: str, name: str, inside: RoomID | None, people: list[str]) -> RoomID:
    rule: dict[str, Any] = {"join_rule": "public"}
    if inside is not None:
        allow = [{"type": "m.room_membership", "room_id": inside}]
        rule = {"join_rule": "restricted", "allow": allow}
    body = {
        "name": name,
        "room_version": "11",
        "creation_content": {"type": "m.space"},
        "initial_state": [
            {"type": "m.room.join_rules", "state_key": "", "content": rule},
            {
                "type": "m.room.history_visibility",
                "state_key": "",
                "content": {"history_visibility": "world_readable"},
            },
        ],
    }
    made = office.server.api("POST", "/_matrix/client/v3/createRoom", body, user=office.users[owner])
    room_id = RoomID(made["room_id"])
    for one in people:
        if one != owner:
            office.server.api("POST", f"/_matrix/client/v3/join/{room_id}", {}, user=office.users[one])
    return room_id


def _state(office: Office, name: str, room: str, kind: str, key: str, content: dict[str, Any]) -> None:
    path = f"/_matrix/client/v3/rooms/{room}/state/{kind}/{key}"
    user: ServerUser = office.users[name]
    office.server.api("PUT", path, content, user=user)


def _route(*who: Pick, **more: Any) -> Any:
    steps = [StepRule(f"s{n}", {"en": f"s{n}"}, StepMode.ALL, (pick,)) for n, pick in enumerate(who)]
    return template(*steps, **more)


async def preview(person: Person, made: Any, **chosen: Any) -> Any:
    entry = TemplateEntry(made, None, None, can_edit=False)
    return await person.approvals.preview(entry, {"what": "paper"}, chosen)


def test_managers_and_heads_are_found_and_a_wrong_claim_is_doubted(
    office: Office, company: RoomID, run: Run
) -> None:
    async def go() -> None:
        async with office.open("zhang", "chen", "wang") as (zhang, chen, wang):
            levels = _route(
                Pick(PickKind.MANAGER, level=1), Pick(PickKind.MANAGER, level=2), Pick(PickKind.HEAD)
            )
            # Chen works in the group of Zhang, which lies in the lab of Wang: found though only Zhang is in all three.
            seen = await preview(chen, levels)
            assert not seen.is_offline and seen.plan.error is None
            assert seen.facts.managers == (zhang.id, wang.id) and seen.facts.department_name == "Group"
            assert [step.people[0].user for step in seen.plan.steps if step.people] == [zhang.id, wang.id]
            assert seen.names[wang.id] == "Wang"
            # Zhang leads the own group: the next one up decides.
            mine = await preview(zhang, levels)
            assert mine.facts.managers == (wang.id, office.id("li"))
            room = await chen.ask(levels)
            await zhang.has_todo(room)
            assert await zhang.approvals.doubts(zhang.detail(room)) == ()
            await asyncio.to_thread(
                _state,
                office,
                "zhang",
                mine.facts.department,
                UNIT,
                "",
                {"v": 1, "manager": office.id("sun")},
            )
            await zhang.desk.until(
                lambda: (
                    (
                        zhang.desk.account.cache.read.state_event(RoomID(mine.facts.department), UNIT) or {}
                    ).get("manager")
                    == office.id("sun")
                )
            )
            doubts = await zhang.approvals.doubts(zhang.detail(room))
            assert Doubt("manager", (zhang.id, wang.id), (office.id("sun"), wang.id)) in doubts
            await asyncio.to_thread(
                _state, office, "zhang", mine.facts.department, UNIT, "", {"v": 1, "manager": zhang.id}
            )

    run(go())


def test_a_library_is_set_up_once_entered_by_everybody_and_its_requests_are_verified(
    office: Office, company: RoomID, run: Run
) -> None:
    async def go() -> None:
        async with office.open("li", "zhang") as (li, zhang):
            for one in (li, zhang):
                one.approvals.use_shipped(shipped_templates(template_texts()))
            offered = {entry.template.id: entry for entry in await zhang.approvals.templates()}
            assert len(offered) == 7 and all(entry.library is None for entry in offered.values())
            with pytest.raises(InputError) as none_yet:
                await li.approvals.set_roles(Roles())
            assert none_yet.value.code == "approval_no_library"
            await li.approvals.set_up_library(company)
            await li.desk.until(lambda: li.desk.account.cache.read.approvals.libraries())
            with pytest.raises(InputError) as second:
                await li.approvals.set_up_library(company)
            assert second.value.code == "approval_library_exists"
            ((library, can_edit),) = li.desk.account.cache.read.approvals.libraries()
            assert can_edit
            # It becomes known in the space, and Zhang's computer enters it.
            await li.desk.until(
                lambda: li.desk.account.cache.read.state_event(company, "m.space.child", library)
            )
            await zhang.desk.account.organisation.refresh(0)
            await zhang.desk.until(
                lambda: zhang.desk.account.cache.read.approvals.libraries() == ((library, False),)
            )
            with pytest.raises(InputError):
                await zhang.approvals.set_roles(Roles())
            # Roles and a template of our own.
            await li.approvals.set_roles(Roles((Role("finance", {"en": "Finance"}, (li.id,)),)))
            own = _route(Pick(PickKind.ROLE, role="finance"), admins=(li.id,))
            await li.approvals.publish(own)
            await li.desk.drained()
            await li.approvals.publish(own)
            await li.desk.drained()
            with pytest.raises(InputError) as broken:
                await li.approvals.publish(_route(Pick(PickKind.ROLE, role="nobody"), admins=(li.id,)))
            assert broken.value.code == "approval_template"
            await zhang.desk.until(lambda: _version(zhang, "paper") == 2)
            entries = {entry.template.id: entry for entry in await zhang.approvals.templates()}
            assert len(entries) == 8 and {entry.library for entry in entries.values()} == {library}
            # A request made with it is verified by whoever decides.
            entry = entries["paper"]
            seen = await zhang.approvals.preview(entry, {"what": "paper"}, {})
            assert [one.user for one in seen.plan.steps[0].people] == [li.id]
            from app.approvals.values import NewApproval

            room = await zhang.made(await zhang.approvals.send(NewApproval(entry, {"what": "paper"})))
            await li.has_todo(room)
            assert li.detail(room).trust is Trust.VERIFIED
            assert (await zhang.approvals.templates())[0].template.id == "paper", "used last"
            before = zhang.detail(room).record
            await li.acted(room, ActKind.APPROVE)
            await zhang.sees(room, RequestStatus.APPROVED)
            # The code of a printed record.
            now = await li.approvals.verify(record_code(room, zhang.detail(room).record))
            assert now.is_known and now.is_same and not now.is_earlier
            earlier = await li.approvals.verify(record_code(room, before))
            assert earlier.is_known and earlier.is_earlier and not earlier.is_same
            forged = await li.approvals.verify(record_code(room, "0" * 64))
            assert forged.is_known and not forged.is_same and not forged.is_earlier
            assert await li.approvals.verify("https://acme.example") is None
            # Li is away in requests to come: her deputy is asked too.
            at = li.approvals.now_ms()
            await li.approvals.set_away(office.id("wang"), at - 1000, at + 3_600_000)
            await zhang.desk.until(lambda: zhang.desk.account.cache.read.approvals.away())
            seen = await zhang.approvals.preview(entry, {"what": "paper"}, {})
            assert [(one.user, one.deputy) for one in seen.deputies] == [(li.id, office.id("wang"))]
            async with office.open("wang") as (wang,):
                late = await zhang.made(await zhang.approvals.send(NewApproval(entry, {"what": "more"})))
                await wang.has_todo(late)
                await wang.acted(late, ActKind.APPROVE)
                await zhang.sees(late, RequestStatus.APPROVED)
            await li.approvals.end_away()
            await zhang.desk.until(lambda: not zhang.desk.account.cache.read.approvals.away())

    run(go())


def _version(person: Person, template_id: str) -> int:
    entries = person.desk.account.cache.read.approvals.templates()
    return max((one.template.version for one in entries if one.template.id == template_id), default=0)
