"""Approvals between real people on a real homeserver: every act once."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from app.domain.approvals.acts import ActKind, Where
from app.domain.approvals.rows import ApprovalBox
from app.domain.approvals.state import RequestStatus, TaskStatus
from app.domain.approvals.template import StepMode
from app.domain.approvals.wire import TEXT_FIELD
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
