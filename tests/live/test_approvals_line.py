"""Approvals over a bad line: lost replies, limits, kills at every step, two devices. Everything happens exactly once."""

import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from app.domain.approvals.acts import ActKind
from app.domain.approvals.rows import ApprovalBox
from app.domain.approvals.state import RequestStatus
from app.domain.approvals.template import StepMode
from app.domain.approvals.wire import ACTS_TYPE, CARD_FIELD
from app.domain.ids import RoomID
from app.domain.timeline import SendState
from app.errors import InputError
from tests.helpers.approval_office import Office, Person, office_at, step, template
from tests.helpers.fault_proxy import FaultProxy, Forward, ProxiedRequest, answer, lose_reply, refuse
from tests.helpers.homeserver import Homeserver
from tests.live.conftest import Run

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def office(homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory) -> Office:
    return office_at(homeserver, tmp_path_factory.mktemp("line-office"))


def _is(word: str, method: str = "") -> Any:
    return lambda request: word in request.path and request.method == (method or request.method)


STEPS = {
    "upload": _is("/upload"),
    "room": _is("/createRoom"),
    "seal": _is("/state/m.room.power_levels"),
    "text": _is("/send/m.room.message"),
}


async def _limited(request: ProxiedRequest, forward: Forward) -> bytes:
    return answer(429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2000}, "Retry-After: 2\r\n")


@pytest.mark.parametrize("fault", [lose_reply, refuse], ids=["reply lost", "cut"])
@pytest.mark.parametrize("where", list(STEPS))
def test_a_request_is_made_once_whatever_step_fails(
    office: Office, run: Run, tmp_path: Path, where: str, fault: Any
) -> None:
    file = tmp_path / "scan.txt"
    file.write_text("scanned")
    title = f"{where} {fault.__name__}"

    async def go() -> None:
        async with FaultProxy(office.server.base_url) as proxy:
            async with office.open("zhang", url=proxy.base_url) as (zhang,):
                proxy.fault(STEPS[where], fault)
                values = {"what": "paper", "scan": [{"path": str(file), "name": "scan.txt"}]}
                route = template(step("one", StepMode.ALL, [office.id("li")]))
                stand_in = await zhang.queue(route, values=values, title=title, text=title)
                file.unlink(missing_ok=True)
                room = await zhang.made(stand_in, 60)
                assert await asyncio.to_thread(office.rooms_named, "zhang", title) == [room]
                bodies = [event["content"]["body"] for event in office.messages("zhang", room)]
                assert bodies == [title]
                scan = zhang.detail(room).content.values["scan"]
                assert len(scan) == 1 and scan[0]["uri"].startswith("mxc://") and "path" not in scan[0]
                assert not [one for one in proxy.requests if b'"path"' in one.raw and _is("/createRoom")(one)]

    run(go())


@pytest.mark.parametrize("where", ["look", "list", "again", "text"])
def test_an_act_is_done_once_whatever_step_fails(office: Office, run: Run, where: str) -> None:
    faults = {
        "look": _is("/state", "GET"),
        "list": _is(f"/state/{ACTS_TYPE}"),
        "again": _is("/messages"),
        "text": _is("/send/m.room.message"),
    }

    async def go() -> None:
        async with FaultProxy(office.server.base_url) as proxy:
            async with office.open("zhang") as (zhang,), office.open("li", url=proxy.base_url) as (li,):
                room = await zhang.ask(template(step("one", StepMode.ALL, [li.id])))
                await li.has_todo(room)
                await li.desk.drained()
                proxy.fault(faults[where], lose_reply, times=2)
                await li.acted(room, ActKind.APPROVE, text="yes", note="n")
                state = await zhang.sees(room, RequestStatus.APPROVED)
                assert len(state.entries) == 1 and not state.changed_afterwards
                bodies = [event["content"]["body"] for event in office.messages("zhang", room)]
                assert bodies.count("yes") == 1

    run(go())


def test_a_server_that_limits_rooms_is_waited_for_and_says_how_long(office: Office, run: Run) -> None:
    async def go() -> None:
        async with FaultProxy(office.server.base_url) as proxy:
            async with office.open("zhang", url=proxy.base_url) as (zhang,):
                proxy.fault(_is("/createRoom"), _limited, times=2)
                route = template(step("one", StepMode.ALL, [office.id("li")]))
                stand_in = await zhang.queue(route, title="limited")
                row = await zhang.desk.until(
                    lambda: next(
                        (r for r in zhang.box(ApprovalBox.MINE) if r.room_id == stand_in and r.failed), None
                    )
                )
                assert row.failed == "approval_limit:2" and row.send_state is SendState.QUEUED
                assert 0 < zhang.approvals.wait_s(stand_in) <= 3
                room = await zhang.made(stand_in, 60)
                assert await asyncio.to_thread(office.rooms_named, "zhang", "limited") == [room]
                # Who gives up in time gets a draft back; who does not is told to withdraw.
                proxy.fault(_is("/createRoom"), _limited, times=50)
                other = await zhang.queue(route, title="given up")
                await zhang.desk.until(
                    lambda: any(r.failed for r in zhang.box(ApprovalBox.MINE) if r.room_id == other)
                )
                await zhang.desk.until(lambda: _is_dropped(zhang, other))
                drafts = await zhang.approvals.drafts()
                assert [draft.title for draft in drafts] == ["given up"]
                assert drafts[0].content["values"]["what"] == "paper"
                with pytest.raises(InputError):
                    await zhang.approvals.discard(room)

    run(go())


def _is_dropped(person: Person, room_id: RoomID) -> bool:
    """Try to discard between two attempts."""
    rows = person.desk.account.cache.read.queue(room_id=room_id)
    if rows and rows[0].state is SendState.QUEUED:
        asyncio.ensure_future(person.approvals.discard(room_id)).add_done_callback(
            lambda done: done.exception()
        )
    return not rows


@pytest.mark.parametrize("then_s", [0.0, 0.1, 0.3, 0.6, 1.0])
def test_a_kill_at_any_moment_makes_one_request_sealed_and_said(
    office: Office, run: Run, tmp_path: Path, then_s: float
) -> None:
    file = tmp_path / "scan.txt"
    file.write_text("scanned")

    async def first_time() -> None:
        async with office.open("wang"):
            pass

    run(first_time())
    known = set(office.rooms_named("wang", "Before the kill"))
    command = [
        sys.executable,
        "-m",
        "tests.live.child_asker",
        str(office.folder / "wang"),
        office.id("li"),
        str(file),
    ]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None and child.stdout.readline().strip() == "queued"
    time.sleep(then_s)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    file.unlink()

    async def afterwards() -> None:
        async with office.open("wang") as (wang,):
            await wang.desk.drained(60)
            rooms = set(await asyncio.to_thread(office.rooms_named, "wang", "Before the kill")) - known
            assert len(rooms) == 1
            room = RoomID(rooms.pop())
            await wang.sees(room, RequestStatus.PENDING)
            assert len(office.messages("wang", room)) == 1
            assert wang.detail(room).content.values["scan"][0]["uri"]

    run(afterwards())


def test_two_devices_of_one_person_lose_nothing(office: Office, run: Run) -> None:
    async def go() -> None:
        url = office.server.base_url
        async with office.open("zhang", "li") as (zhang, li), office.open("li", url=url) as (other,):
            rooms = [await zhang.ask(template(step("one", StepMode.ALL, [li.id]))) for _ in range(3)]
            for room in rooms:
                await li.has_todo(room)
                await other.has_todo(room)
                new = [office.id("wang")], [office.id("chen")]
                await asyncio.gather(
                    li.acted(room, ActKind.CC, people=tuple(new[0])),
                    other.acted(room, ActKind.CC, people=tuple(new[1])),
                )
                state = await zhang.sees_acts(room, ActKind.CC, ActKind.CC)
                assert set(state.cc) == {*new[0], *new[1]} and not state.changed_afterwards

    run(go())


def test_a_card_goes_into_the_direct_chat_there_is(office: Office, run: Run) -> None:
    async def go() -> None:
        async with office.open("sun", "liu") as (sun, liu):
            chat = await sun.desk.account.rooms.create_direct(liu.id)
            await sun.desk.until(lambda: sun.desk.account.cache.read.account_data("m.direct"))
            room = await sun.ask(template(step("one", StepMode.ALL, [liu.id])), title="With a card")
            cards = [event["content"] for event in office.messages("sun", chat)]
            assert [card[CARD_FIELD] for card in cards] == [{"v": 1, "room_id": room, "title": "With a card"}]
            await sun.approvals.send_card(room, chat, "again")
            await sun.desk.drained()
            assert len(office.messages("sun", chat)) == 2

    run(go())


def test_who_was_away_for_long_gets_every_act_and_agrees(office: Office, run: Run) -> None:
    async def go() -> None:
        async with office.open("zhang", "wang") as (zhang, wang):
            async with office.open("chen") as (chen,):
                route = template(step("one", StepMode.TURN, [wang.id, chen.id]))
                room = await zhang.ask(route)
                await chen.desk.until(lambda: (d := chen.find(room)) and not d.row.is_invited)
            await wang.has_todo(room)
            for number in range(3):
                await wang.acted(room, ActKind.APPROVE, note=str(number))
                await wang.acted(room, ActKind.TAKE_BACK)
                for comment in range(15):
                    await zhang.desk.account.sending.send_text(room, f"comment {number}.{comment}")
                await zhang.desk.drained(60)
            await wang.acted(room, ActKind.APPROVE, note="at last")
            async with office.open("chen") as (chen,):
                state = await chen.has_todo(room)
                await chen.desk.until(lambda: chen.detail(room).record == wang.detail(room).record)
                state = chen.state(room)
                assert len(state.entries) == 7 and chen.detail(room).row.comments == 45
                assert [entry.note for entry in (e.act for e in state.entries) if entry.note][-1] == "at last"
                await chen.acted(room, ActKind.APPROVE)
                await zhang.sees(room, RequestStatus.APPROVED)

    run(go())
