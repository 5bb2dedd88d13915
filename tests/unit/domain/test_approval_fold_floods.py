"""Somebody fills their list to the brim: what everybody's client does about it stays small, and the answer is the same."""

import tracemalloc
from typing import Any

import pytest

from app.domain.approvals import planning
from app.domain.approvals.acts import Act, ActKind, ActsEvent
from app.domain.approvals.state import Refusal, RequestStatus
from app.domain.approvals.wire import MAX_ACTS
from tests.helpers.approval_room import RequestRoom, request, route_step, user, users

APPROVE, TAKE_BACK = ActKind.APPROVE, ActKind.TAKE_BACK


def full_of_copies(room: RequestRoom, name: str) -> ActsEvent:
    acts = tuple(Act(id=f"{number}", kind=ActKind.CC, people=users("x")) for number in range(MAX_ACTS))
    room.put(name, acts)
    return room.events[-1]


def test_full_lists_of_many_take_little_memory() -> None:
    names = [f"p{number}" for number in range(12)]
    room = RequestRoom(request(route_step("s", " ".join(names))))
    for name in names:
        full_of_copies(room, name)
    tracemalloc.start()
    state = room.state()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(state.entries) == len(names) * MAX_ACTS and state.cc == users("x")
    assert peak < 20_000_000


def test_taking_back_looks_past_any_number_of_acts_that_decide_nothing() -> None:
    room = RequestRoom(request(route_step("s1", "a"), route_step("s2", "b")))
    room.act("a", APPROVE, "s1")
    full_of_copies(room, "b")
    full_of_copies(room, "stranger")
    assert room.waiting() == "b"
    assert room.act("a", TAKE_BACK).refusal is None
    state = room.state()
    assert (state.waiting, state.cc, state.status) == ((user("a"),), users("x"), RequestStatus.PENDING)
    assert [entry.is_taken_back for entry in state.entries].count(True) == 1
    assert state.entries[0].is_taken_back
    assert room.act("a", TAKE_BACK).refusal is Refusal.TOO_LATE


def test_corrections_that_do_not_fit_are_looked_at_a_few_times_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each makes the whole form and the route again: a list full of them would keep everybody's client busy."""
    looked = 0
    check = planning.check_values

    def counted(*given: Any) -> tuple[planning.ProblemAt, ...]:
        nonlocal looked
        looked += 1
        return check(*given)

    monkeypatch.setattr(planning, "check_values", counted)
    room = RequestRoom(request(route_step("s", "a")))
    room.act("a", ActKind.RETURN, "s")
    room.now_ms += 1
    bad = (Act(id=f"{n}", kind=ActKind.RESUBMIT, changes={"amount": f"x{n}"}) for n in range(MAX_ACTS))
    room.put("req", tuple(bad))
    state = room.state()
    assert state.status is RequestStatus.RETURNED and len(state.entries) == MAX_ACTS + 1
    assert looked <= 50


def test_after_some_that_do_not_fit_a_correction_counts() -> None:
    room = RequestRoom(request(route_step("s", "a")))
    room.act("a", ActKind.RETURN, "s")
    for _ in range(5):
        assert room.act("req", ActKind.RESUBMIT, changes={"amount": "x"}).refusal is Refusal.BAD_FORM
    assert room.act("req", ActKind.RESUBMIT, changes={"amount": "5"}).refusal is None
