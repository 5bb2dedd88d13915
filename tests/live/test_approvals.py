"""Approvals between real people on a real homeserver: every act once."""

from typing import Any

import msgspec
import pytest

from app.domain.approvals.acts import ActKind, Where
from app.domain.approvals.rows import ApprovalBox, TemplateEntry
from app.domain.approvals.state import RequestStatus, TaskStatus
from app.domain.approvals.template import Field, FieldKind, StepMode
from app.domain.approvals.wire import MAX_EVENT_BYTES, TEXT_FIELD
from app.domain.dings import DingBox, DingFilter
from app.errors import InputError
from tests.helpers.approval_office import Office, Person, office_at, step, template
from tests.helpers.homeserver import Homeserver
from tests.live.conftest import Run


@pytest.fixture(scope="module")
def office(homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory) -> Office:
    return office_at(homeserver, tmp_path_factory.mktemp("office"))


def test_a_request_goes_through_its_steps_and_everybody_sees_the_same(office: Office, run: Run) -> None:
    async def go() -> None:
        async with office.open("zhang", "li", "wang", "chen", "liu", "zhao") as people:
            zhang, li, wang, chen, liu, zhao = people
            route = template(
                step("one", StepMode.ALL, [li.id, wang.id]),
                step("two", StepMode.ANY, [chen.id, liu.id]),
            )
            room = await zhang.ask(route, cc=(zhao.id,), text="Paper, please", title="Paper for Zhang")
            await li.has_todo(room)
            await li.acted(room, ActKind.APPROVE, note="fine")
            await wang.has_todo(room)
            assert not [row for row in chen.box(ApprovalBox.TODO) if row.room_id == room]
            await wang.acted(room, ActKind.APPROVE)
            await chen.has_todo(room)
            await liu.has_todo(room)
            await liu.acted(room, ActKind.APPROVE, text="Liu says yes")
            for person in people:
                state = await person.sees(room, RequestStatus.APPROVED)
                assert [entry.user for entry in state.entries] == [li.id, wang.id, liu.id]
            records = {person.detail(room).record for person in people}
            assert len(records) == 1
            assert [row.room_id for row in zhao.box(ApprovalBox.COPIES)] == [room]
            await zhang.desk.drained()
            texts = office.messages("zhang", room)
            assert all(TEXT_FIELD in message["content"] for message in texts)
            first = texts[0]["content"]
            assert first["body"] == "Paper, please" and set(first["m.mentions"]["user_ids"]) == {
                li.id,
                wang.id,
            }
            assert texts[-1]["content"]["body"] == "Liu says yes"
            assert texts[-1]["content"]["m.mentions"] == {"user_ids": [zhang.id]}
            turn = texts[2]["content"]
            assert set(turn["m.mentions"]["user_ids"]) == {chen.id, liu.id} and turn["msgtype"] == "m.text"
            assert texts[1]["content"]["msgtype"] == "m.notice"

    run(go())


def test_returned_corrected_passed_on_and_taken_back(office: Office, run: Run) -> None:
    async def go() -> None:
        async with office.open("zhang", "li", "wang", "chen", "liu") as (zhang, li, wang, chen, liu):
            route = template(step("one", StepMode.ALL, [li.id]), step("two", StepMode.ALL, [wang.id]))
            room = await zhang.ask(route)
            await li.has_todo(room)
            # Back to the requester, corrected, straight to who returned it.
            await li.acted(room, ActKind.RETURN, note="which paper?")
            await zhang.has_todo(room)
            assert zhang.state(room).status is RequestStatus.RETURNED
            with pytest.raises(InputError) as refused:
                await zhang.act(room, ActKind.RESUBMIT, changes={"amount": "many"})
            assert refused.value.code == "approval_bad_form"
            await zhang.acted(room, ActKind.RESUBMIT, changes={"what": "white paper"})
            await li.has_todo(room)
            assert li.state(room).values["what"] == "white paper"
            # Approved, taken back, approved again.
            await li.acted(room, ActKind.APPROVE)
            await li.sees_acts(room, ActKind.RETURN, ActKind.RESUBMIT, ActKind.APPROVE)
            await li.acted(room, ActKind.TAKE_BACK)
            await li.has_todo(room)
            await li.acted(room, ActKind.APPROVE)
            # Back to an earlier step.
            await wang.has_todo(room)
            await wang.acted(room, ActKind.RETURN, to="one")
            await li.has_todo(room)
            await li.acted(room, ActKind.APPROVE)
            # Passed on to somebody who was not in the room, who asks for an opinion.
            await wang.has_todo(room)
            await wang.acted(room, ActKind.TRANSFER, people=(chen.id,))
            await chen.has_todo(room)
            await chen.acted(room, ActKind.DELEGATE, people=(liu.id,), note="please look")
            await liu.has_todo(room)
            await liu.acted(room, ActKind.APPROVE, note="good")
            await chen.has_todo(room)
            assert chen.state(room).steps[1].tasks[-1].status is not TaskStatus.APPROVED
            await chen.acted(room, ActKind.APPROVE)
            for person in (zhang, li, wang, chen, liu):
                await person.sees(room, RequestStatus.APPROVED)
            assert len({person.detail(room).record for person in (zhang, li, wang, chen, liu)}) == 1

    run(go())


@pytest.mark.parametrize("where", list(Where))
def test_people_are_added_and_removed(office: Office, run: Run, where: Where) -> None:
    async def go() -> None:
        async with office.open("zhang", "li", "wang", "chen") as (zhang, li, wang, chen):
            room = await zhang.ask(template(step("one", StepMode.ALL, [li.id])))
            await li.has_todo(room)
            await li.acted(room, ActKind.ADD_SIGN, people=(wang.id, chen.id), where=where)
            if where is Where.AFTER:
                await li.acted(room, ActKind.APPROVE)
            await wang.has_todo(room)
            await chen.has_todo(room)
            added = next(step for step in li.state(room).steps if any(t.user == chen.id for t in step.tasks))
            await li.acted(room, ActKind.REMOVE_SIGN, people=(chen.id,), step=added.key, round=added.round)
            await wang.acted(room, ActKind.APPROVE)
            if where is not Where.AFTER:
                await li.has_todo(room)
                await li.acted(room, ActKind.APPROVE)
            await zhang.sees(room, RequestStatus.APPROVED)
            await chen.sees(room, RequestStatus.APPROVED)
            await chen.desk.until(lambda: not [r for r in chen.box(ApprovalBox.TODO) if r.room_id == room])

    run(go())


def test_urged_copied_withdrawn_and_decided_by_a_deputy(office: Office, run: Run) -> None:
    async def go() -> None:
        async with office.open("zhang", "li", "wang", "chen") as (zhang, li, wang, chen):
            room = await zhang.ask(template(step("one", StepMode.ANY, [li.id])), title="Urgent paper")
            other = await zhang.ask(template(step("one", StepMode.ANY, [li.id])))
            await li.has_todo(room)
            # An urge is a DING to those it waits for, once in five minutes; who answers has confirmed it.
            await zhang.acted(room, ActKind.URGE, text="Zhang asks for a decision")
            ding = await li.desk.until(lambda: _dings(li, "Urgent paper"))
            assert ding[0].is_open and ding[0].room_id == room
            with pytest.raises(InputError) as soon:
                await zhang.act(room, ActKind.URGE)
            assert soon.value.code == "approval_too_soon"
            # A copy for somebody new.
            await zhang.acted(room, ActKind.CC, people=(wang.id,))
            await wang.desk.until(lambda: any(r.room_id == room for r in wang.box(ApprovalBox.COPIES)))
            # Li goes away; Chen decides for her in what is open.
            now = li.approvals.now_ms()
            await li.approvals.set_away(chen.id, now - 1000, now + 60_000)
            await chen.has_todo(room)
            await chen.acted(room, ActKind.APPROVE, note="for Li")
            state = await zhang.sees(room, RequestStatus.APPROVED)
            decided = [entry for entry in state.entries if entry.act.kind is ActKind.APPROVE]
            assert [(entry.user, entry.deputy_of) for entry in decided] == [(chen.id, li.id)]
            # Back again; who answers has confirmed the DING; and the other one is withdrawn.
            await chen.has_todo(other)
            await li.approvals.end_away()
            third = await zhang.ask(template(step("one", StepMode.ANY, [li.id])), title="Third paper")
            await li.has_todo(third)
            await zhang.acted(third, ActKind.URGE)
            await li.desk.until(lambda: _dings(li, "Third paper"))
            await li.acted(third, ActKind.APPROVE)
            await li.desk.until(lambda: not _dings(li, "Third paper")[0].is_open)
            await zhang.sees(third, RequestStatus.APPROVED)
            await chen.desk.until(lambda: not chen.box(ApprovalBox.TODO))
            await zhang.acted(other, ActKind.WITHDRAW, note="not needed")
            await li.sees(other, RequestStatus.WITHDRAWN)
            await li.desk.until(lambda: not li.box(ApprovalBox.TODO))

    run(go())


def _dings(person: Person, text: str) -> list[Any]:
    found = person.desk.account.cache.read.dings.page(DingBox.RECEIVED, DingFilter.ALL)
    return [ding for ding in found if text in ding.text and ding.event_id]


def test_many_are_decided_at_once_and_what_moved_is_left_out(office: Office, run: Run) -> None:
    async def go() -> None:
        async with office.open("zhang", "li", "wang") as (zhang, li, wang):
            route = template(step("one", StepMode.ANY, [li.id, wang.id]))
            alone = template(step("one", StepMode.ANY, [li.id]), can_batch=False)
            rooms = [await zhang.ask(one) for one in (route, route, route, alone)]
            for room in rooms:
                await li.has_todo(room)
            await wang.has_todo(rooms[0])
            await wang.acted(rooms[0], ActKind.APPROVE)
            await li.sees(rooms[0], RequestStatus.APPROVED)
            result = await li.approvals.act_on_all(rooms, ActKind.REJECT, "not this month")
            assert [room for room, _ in result.done] == rooms[1:3]
            assert {skip.room_id: skip.refusal for skip in result.skipped} == {
                rooms[0]: "finished",
                rooms[3]: "not_batchable",
            }
            assert li.state(rooms[1]).status is RequestStatus.REJECTED  # will be sent
            undone = await li.approvals.undo([txn for _, txn in result.done[:1]])
            assert undone == 1 and li.state(rooms[1]).status is RequestStatus.PENDING
            await zhang.sees(rooms[2], RequestStatus.REJECTED, 30)
            assert zhang.state(rooms[1]).status is RequestStatus.PENDING

    run(go())


def test_the_largest_form_the_rules_allow_is_taken_by_the_server(office: Office, run: Run) -> None:
    fields = tuple(Field(key, FieldKind.LONG_TEXT, {"en": key}) for key in ("what", "why"))

    async def go() -> None:
        async with office.open("zhang", "li") as (zhang, li):
            form = msgspec.structs.replace(template(step("one", StepMode.ALL, [li.id])), fields=fields)
            entry = TemplateEntry(form, None, None, can_edit=False)
            small = await zhang.approvals.preview(entry, {"what": "x", "why": "x"}, {})
            room_left = MAX_EVENT_BYTES - small.bytes_used - 100
            values = {"what": "好" * (room_left // 6), "why": "好" * (room_left // 6)}
            text = "\n".join(values.values())
            room = await zhang.ask(form, values=values, text=text)
            await li.has_todo(room)
            assert li.state(room).values == values
            (said,) = office.messages("zhang", room)
            assert said["content"]["body"].startswith("好") and said["content"]["body"].endswith("…")
            with pytest.raises(InputError) as too_big:
                await zhang.ask(form, values={"what": "好" * 11_000, "why": "好" * 11_000})
            assert too_big.value.code == "approval_too_big" and too_big.value.params["size"] > MAX_EVENT_BYTES

    run(go())
