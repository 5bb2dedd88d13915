"""Approvals against people who do not keep to the rules, and against each other: raw HTTP, two clicks at once, leaving."""

import asyncio
import copy
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from app.domain.approvals.acts import ActKind
from app.domain.approvals.rows import ApprovalBox, ApprovalDetail, Trust
from app.domain.approvals.seal import power_levels
from app.domain.approvals.state import Refusal, RequestStatus
from app.domain.approvals.template import StepMode
from app.domain.approvals.wire import ACTS_TYPE, REQUEST_FIELD, to_content
from app.domain.ids import RoomID
from app.errors import InputError, LocalServerError
from tests.helpers.approval_office import Office, Person, office_at, step, template
from tests.helpers.homeserver import Homeserver
from tests.live.conftest import Run


@pytest.fixture(scope="module")
def office(homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory) -> Office:
    return office_at(homeserver, tmp_path_factory.mktemp("hostile-office"))


async def raw(office: Office, name: str, method: str, path: str, body: Any = None) -> Any:
    """Ask the server as somebody with curl; what it answers, or the status of its refusal."""
    return await asyncio.to_thread(_raw, office, name, method, path, body)


def _raw(office: Office, name: str, method: str, path: str, body: Any) -> Any:
    try:
        return office.server.api(method, "/_matrix/client/v3" + path, body, user=office.users[name])
    except LocalServerError as error:
        return error.params.get("status", str(error))


def forged(detail: ApprovalDetail, kind: str, number: int = 1, **more: Any) -> dict[str, Any]:
    """A list of one act as somebody would write it by hand."""
    first = detail.state.steps[0]
    act = {"id": f"forged{number}", "kind": kind, "step": first.key, "round": first.round, **more}
    return {"v": 1, "seal": detail.seal, "acts": [act]}


def test_nothing_written_by_hand_decides(office: Office, run: Run) -> None:
    async def go() -> None:
        async with office.open("zhang", "li", "wang", "chen") as (zhang, li, wang, chen):
            route = template(step("one", StepMode.ALL, [li.id, wang.id]))
            room = await zhang.ask(route, cc=(chen.id,))
            await li.has_todo(room)
            await chen.desk.until(lambda: (d := chen.find(room)) and not d.row.is_invited)
            here, put = f"/rooms/{room}", f"/rooms/{room}/state/{ACTS_TYPE}/"
            detail = li.detail(room)
            approve = forged(detail, "approve")

            # What the server itself refuses: another's list, power, names, kicks, wiping, encryption, another room.
            for name in ("zhang", "chen"):
                assert await raw(office, name, "PUT", put + li.id, approve) == 403
                levels = power_levels(office.id(name))
                assert await raw(office, name, "PUT", here + "/state/m.room.power_levels/", levels) == 403
                assert await raw(office, name, "PUT", here + "/state/m.room.name/", {"name": "x"}) == 403
                assert await raw(office, name, "POST", here + "/kick", {"user_id": li.id}) == 403
                assert await raw(office, name, "POST", here + "/ban", {"user_id": li.id}) == 403
                wipe = f"{here}/redact/{detail.create_event}/w{name}"
                assert await raw(office, name, "PUT", wipe, {}) == 403
                secret = {"algorithm": "m.megolm.v1.aes-sha2"}
                assert await raw(office, name, "PUT", here + "/state/m.room.encryption/", secret) == 403
                assert await raw(office, name, "POST", here + "/upgrade", {"new_version": "11"}) == 403

            # What it lets pass and the fold refuses: acts of those who may not, in any wording.
            await raw(office, "chen", "PUT", put + chen.id, approve)
            await raw(office, "zhang", "PUT", put + zhang.id, forged(detail, "approve", on_behalf=li.id))
            for person in (zhang, li, wang, chen):
                await person.desk.until(partial(_has_entries, person, room, 2))
                state = person.state(room)
                assert state.status is RequestStatus.PENDING
                assert {entry.refusal for entry in state.entries} == {Refusal.NOT_YOURS}

            # A list that names another seal, one that is no list, and one for a name that is nobody's: nothing at all.
            wrong = approve | {"seal": "$somethingelse"}
            await raw(office, "li", "PUT", put + li.id, wrong)
            await raw(office, "li", "PUT", put + li.id, {"v": 1, "seal": detail.seal, "acts": "approve"})
            await raw(office, "li", "PUT", put, approve)
            # Li decides after all, with the real list; then rewrites it by hand.
            await li.desk.until(lambda: not li.queued(room))
            await li.acted(room, ActKind.APPROVE)
            kinds = [entry.act.kind for entry in li.state(room).entries if entry.refusal is None]
            assert kinds == [ActKind.APPROVE]
            mine = await raw(office, "li", "GET", put + li.id)
            rewritten = copy.deepcopy(mine)
            rewritten["acts"][0]["kind"] = "reject"
            await raw(office, "li", "PUT", put + li.id, rewritten)
            await raw(office, "li", "PUT", put + li.id, {"v": 1, "seal": detail.seal, "acts": []})
            await wang.desk.until(lambda: wang.state(room).changed_afterwards == (li.id,))
            await wang.acted(room, ActKind.APPROVE)
            for person in (zhang, li, wang, chen):
                state = await person.sees(room, RequestStatus.APPROVED)
                assert state.changed_afterwards == (li.id,)
                assert person.detail(room).members

    run(go())


def test_an_act_of_mine_stands_after_my_other_device_rewrote_the_list(office: Office, run: Run) -> None:
    async def go() -> None:
        async with office.open("zhang", "li", "wang") as (zhang, li, wang):
            room = await zhang.ask(template(step("one", StepMode.ALL, [li.id, wang.id])))
            await li.has_todo(room)
            await li.acted(room, ActKind.CC, people=(office.id("chen"),))
            # A device that knew nothing of the copy puts its own list.
            stale = forged(li.detail(room), "urge", 7)
            await raw(office, "li", "PUT", f"/rooms/{room}/state/{ACTS_TYPE}/{li.id}", stale)
            await li.acted(room, ActKind.APPROVE)
            state = await zhang.sees_acts(room, ActKind.CC, ActKind.APPROVE)
            assert not state.changed_afterwards and len(state.entries) == 2

    run(go())


@pytest.mark.parametrize("trick", ["unsealed", "other route", "other template", "version 12"])
def test_a_request_made_by_hand_against_the_rules_is_not_to_be_decided(
    office: Office, run: Run, trick: str
) -> None:
    async def go() -> None:
        async with office.open("zhang", "li") as (zhang, li):
            good = await zhang.ask(template(step("one", StepMode.ALL, [li.id])))
            content = to_content(zhang.detail(good).content)
            if trick == "other route":
                content["steps"][0]["people"][0]["user"] = office.id("chen")
            if trick == "other template":
                content["template"]["name"]["zh"] = "x"
            room = RoomID((await _make_by_hand(office, zhang, li, content, trick))["room_id"])
            unsealed = trick in ("unsealed", "version 12")
            await li.desk.until(lambda: (d := li.find(room)) and not d.row.is_invited and d.row.is_whole)
            status = RequestStatus.UNSEALED if unsealed else RequestStatus.INVALID
            detail = li.detail(room)
            assert detail.state.status is status and not li.rights(room)
            assert room not in [row.room_id for row in li.box(ApprovalBox.TODO)]
            with pytest.raises(InputError) as refused:
                await li.act(room, ActKind.APPROVE, step="one")
            assert refused.value.code == f"approval_{status.value}"
            # By hand it does not count either, not even when the room is sealed afterwards.
            body = {"v": 1, "seal": "$x", "acts": [{"id": "a", "kind": "approve", "step": "one"}]}
            await raw(office, "li", "PUT", f"/rooms/{room}/state/{ACTS_TYPE}/{li.id}", body)
            if trick == "unsealed":
                await raw(
                    office, "zhang", "PUT", f"/rooms/{room}/state/m.room.power_levels/", power_levels(None)
                )
                state = await li.sees(room, RequestStatus.PENDING)
                assert not state.entries and li.detail(room).trust is Trust.UNKNOWN
                await li.acted(room, ActKind.APPROVE)
                await zhang.sees(room, RequestStatus.APPROVED)

    run(go())


async def _make_by_hand(office: Office, zhang: Person, li: Person, content: Any, trick: str) -> Any:
    is_new = trick == "version 12"
    levels = power_levels(None if is_new else zhang.id)
    body = {
        "room_version": "12" if is_new else "11",
        "preset": "private_chat",
        "name": trick,
        "invite": [li.id],
        "creation_content": {"type": "im.tack.approval", REQUEST_FIELD: content},
        "power_level_content_override": levels,
    }
    made = await raw(office, "zhang", "POST", "/createRoom", body)
    if trick not in ("unsealed", "version 12"):
        path = f"/rooms/{made['room_id']}/state/m.room.power_levels/"
        await raw(office, "zhang", "PUT", path, power_levels(None))
    return made


def test_two_who_click_at_once_decide_once_and_all_agree_who(office: Office, run: Run) -> None:
    async def go() -> None:
        async with office.open("zhang", "li", "wang") as (zhang, li, wang):
            route = template(step("one", StepMode.ANY, [li.id, wang.id]))
            either, against = await zhang.ask(route), await zhang.ask(route)
            for person in (li, wang):
                await person.has_todo(either)
                await person.has_todo(against)
            await asyncio.gather(li.act(either, ActKind.APPROVE), wang.act(either, ActKind.REJECT))
            await asyncio.gather(li.act(against, ActKind.APPROVE), zhang.act(against, ActKind.WITHDRAW))
            for room in (either, against):
                for person in (zhang, li, wang):
                    await person.desk.until(partial(_settled, person, room))
                stories = {_story(person, room) for person in (zhang, li, wang)}
                assert len(stories) == 1, stories
                assert len([1 for refusal in next(iter(stories))[1] if refusal is None]) == 1
            # Whoever came too late was told so: by the fold, or by the check before sending.
            late = [row.error_code for one in (zhang, li, wang) for row in one.queued(either)]
            assert all(code in ("approval_finished", "approval_not_yours") for code in late)
            for person in (zhang, li, wang):
                for row in [*person.queued(either), *person.queued(against)]:
                    await person.approvals.undo([row.txn_id])

    run(go())


def _has_entries(person: Person, room: RoomID, count: int) -> bool:
    return len(person.state(room).entries) == count


def _settled(person: Person, room: RoomID) -> bool:
    state = person.state(room)
    is_over = state.status not in (RequestStatus.PENDING, RequestStatus.UNSEALED)
    return is_over and all(row.error_code for row in person.queued(room))


def _story(person: Person, room: RoomID) -> Any:
    entries = [entry for entry in person.state(room).entries if entry.event_id]
    return person.state(room).status, tuple(e.refusal for e in entries), tuple(e.user for e in entries)


def test_who_decides_offline_on_what_was_withdrawn_is_told_and_keeps_the_note(
    office: Office, run: Run, tmp_path: Path
) -> None:
    async def go() -> None:
        async with office.open("zhang") as (zhang,):
            async with office.open("li") as (li,):
                room = await zhang.ask(template(step("one", StepMode.ALL, [li.id])))
                other = await zhang.ask(template(step("one", StepMode.ALL, [li.id])))
                await li.has_todo(room)
                await li.has_todo(other)
                li.desk.account.pause()
                await li.act(room, ActKind.APPROVE, note="all fine, go ahead")
                await li.act(other, ActKind.APPROVE, note="this one too")
                assert li.state(room).status is RequestStatus.APPROVED  # "will be sent"
                await zhang.acted(room, ActKind.WITHDRAW)
            # The computer was switched off meanwhile.
            async with office.open("li") as (li,):
                await li.desk.until(
                    lambda: [row.error_code for row in li.queued(room)] == ["approval_finished"]
                )
                detail = li.detail(room)
                assert detail.state.status is RequestStatus.WITHDRAWN
                assert [(one.note, one.error_code) for one in detail.pending] == [
                    ("all fine, go ahead", "approval_finished")
                ]
                await zhang.sees(other, RequestStatus.APPROVED)
                assert await li.approvals.undo([li.queued(room)[0].txn_id]) == 1

    run(go())


def _space(*invited: str) -> dict[str, Any]:
    return {"creation_content": {"type": "m.space"}, "name": "Acme", "invite": list(invited)}


def test_when_an_approver_left_the_company_an_administrator_passes_the_task_on(
    homeserver: Homeserver, office: Office, run: Run
) -> None:
    async def go() -> None:
        gone = homeserver.new_user("gone")
        company = await raw(office, "zhang", "POST", "/createRoom", _space(gone.user_id))
        await asyncio.to_thread(
            homeserver.api, "POST", f"/_matrix/client/v3/join/{company['room_id']}", {}, user=gone
        )
        async with office.open("zhang", "wang", "chen") as (zhang, wang, chen):
            route = template(step("one", StepMode.ALL, [gone.user_id]), admins=(chen.id,))  # type: ignore[list-item]
            room = await zhang.ask(route)
            path = f"/_synapse/admin/v1/deactivate/{gone.user_id}"
            await asyncio.to_thread(homeserver.admin_post, path, {"erase": False})
            # Zhang's computer notices and lets the administrator in.
            await chen.desk.until(lambda: (d := chen.find(room)) and not d.row.is_invited and d.seal)
            await chen.has_todo(room)
            right = next(one for one in chen.rights(room) if one.kind is ActKind.TRANSFER)
            assert right.on_behalf == gone.user_id
            await chen.acted(room, ActKind.TRANSFER, people=(wang.id,))
            await wang.has_todo(room)
            await wang.acted(room, ActKind.APPROVE)
            await zhang.sees(room, RequestStatus.APPROVED)
            # A request to somebody whose account is closed can be made all the same.
            late = await zhang.ask(route)
            await chen.desk.until(lambda: (d := chen.find(late)) and not d.row.is_invited and d.seal, 30)

    run(go())
