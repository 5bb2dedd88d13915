"""The fold of a request: what each act does."""

from typing import Any

import pytest

from app.domain.approvals.acts import ActKind, Where
from app.domain.approvals.fold import fold_request
from app.domain.approvals.request import Auto, Deputy
from app.domain.approvals.state import Check, RequestStatus, StepStatus, TaskStatus
from app.domain.approvals.template import AfterReturn, StepMode
from tests.helpers.approval_room import (
    MINUTE_MS,
    SEAL,
    START_MS,
    RequestRoom,
    request,
    route_step,
    user,
    users,
)

APPROVE, REJECT, RETURN = ActKind.APPROVE, ActKind.REJECT, ActKind.RETURN
ALL, ANY, TURN, COUNT = StepMode.ALL, StepMode.ANY, StepMode.TURN, StepMode.COUNT


def two_steps(after: AfterReturn = AfterReturn.STRAIGHT) -> RequestRoom:
    return RequestRoom(request(route_step("s1", "a b"), route_step("s2", "c"), after=after))


def three_steps(after: AfterReturn) -> RequestRoom:
    steps = (route_step("s1", "a"), route_step("s2", "b"), route_step("s3", "c d"))
    return RequestRoom(request(*steps, after=after))


# Modes --------------------------------------------------------------------------------------------------------------


def test_all_must_waits_for_everybody() -> None:
    room = two_steps()
    assert room.waiting() == "a b"
    room.act("a", APPROVE, "s1")
    assert room.waiting() == "b"
    room.act("b", APPROVE, "s1")
    assert room.waiting() == "c"
    room.act("c", APPROVE, "s2")
    state = room.state()
    assert state.status is RequestStatus.APPROVED
    assert state.finished_ms == room.now_ms
    assert [step.status for step in state.steps] == [StepStatus.PASSED, StepStatus.PASSED]


def test_one_rejection_of_all_must_ends_it() -> None:
    room = two_steps()
    room.act("a", REJECT, "s1", note="too dear")
    state = room.state()
    assert (state.status, state.waiting) == (RequestStatus.REJECTED, ())
    assert room.tasks("s1") == {"a": TaskStatus.REJECTED, "b": TaskStatus.NOT_NEEDED}
    assert room.statuses() == {"s1": "rejected", "s2": "not_reached"}
    assert state.steps[0].tasks[0].note == "too dear"


@pytest.mark.parametrize(
    ("kind", "status"), [(APPROVE, RequestStatus.APPROVED), (REJECT, RequestStatus.REJECTED)]
)
def test_the_first_of_any_one_decides_either_way(kind: ActKind, status: RequestStatus) -> None:
    room = RequestRoom(request(route_step("s", "a b", ANY)))
    room.act("b", kind, "s")
    assert room.state().status is status
    assert room.tasks("s")["a"] is TaskStatus.NOT_NEEDED


def test_in_turn_waits_for_one_after_another() -> None:
    room = RequestRoom(request(route_step("s", "a b c", TURN)))
    assert room.waiting() == "a"
    room.act("a", APPROVE, "s")
    assert room.waiting() == "b"
    room.act("b", APPROVE, "s")
    room.act("c", APPROVE, "s")
    assert room.state().status is RequestStatus.APPROVED


def test_n_of_m_passes_with_n_and_needs_no_more() -> None:
    room = RequestRoom(request(route_step("s", "a b c d", COUNT, need=2)))
    room.act("a", REJECT, "s")
    room.act("b", APPROVE, "s")
    assert room.state().status is RequestStatus.PENDING
    room.act("d", APPROVE, "s")
    assert room.state().status is RequestStatus.APPROVED
    assert room.tasks("s")["c"] is TaskStatus.NOT_NEEDED


def test_n_of_m_is_rejected_once_n_cannot_be_reached() -> None:
    room = RequestRoom(request(route_step("s", "a b c", COUNT, need=2)))
    room.act("a", REJECT, "s")
    assert room.state().status is RequestStatus.PENDING
    room.act("b", REJECT, "s")
    assert room.state().status is RequestStatus.REJECTED


def test_steps_without_anybody_pass_at_once_with_their_copies() -> None:
    steps = (route_step("s1", "", auto=Auto.NOBODY, cc="x"), route_step("s2", "a"))
    room = RequestRoom(request(*steps))
    assert room.waiting() == "a"
    assert room.state().cc == users("x")


def test_only_steps_without_anybody_is_approved_at_once() -> None:
    state = RequestRoom(request(route_step("s", "", auto=Auto.REQUESTER))).state()
    assert (state.status, state.finished_ms) == (RequestStatus.APPROVED, START_MS)


def test_copies_come_at_the_start_with_each_step_and_at_the_end() -> None:
    step = route_step("s", "a", cc="m")
    room = RequestRoom(request(step, cc_start="s1", cc_own="own", cc_end="e"))
    assert room.state().cc == users("s1 own")
    room.act("a", APPROVE, "s")
    assert room.state().cc == users("s1 own m e")


# Sealed, checked ----------------------------------------------------------------------------------------------------


def test_nothing_counts_before_the_seal() -> None:
    room = two_steps()
    room.act("a", APPROVE, "s1")
    state = fold_request(room.content, room.requester, START_MS, None, room.events, checks=())
    assert (state.status, state.entries, state.waiting) == (RequestStatus.UNSEALED, (), ())


def test_nothing_counts_in_a_request_that_does_not_fit() -> None:
    room = two_steps()
    room.act("a", REJECT, "s1")
    bad = (Check.OTHER_ROUTE,)
    state = fold_request(room.content, room.requester, START_MS, SEAL, room.events, checks=bad)
    assert (state.status, state.checks, state.waiting) == (RequestStatus.INVALID, bad, ())


# Returning ----------------------------------------------------------------------------------------------------------


def test_returned_to_the_requester_waits_for_them_and_goes_straight_back() -> None:
    room = two_steps()
    room.act("a", APPROVE, "s1")
    room.act("b", RETURN, "s1", note="receipt?")
    state = room.state()
    assert (state.status, state.returned_by) == (RequestStatus.RETURNED, user("b"))
    assert state.since_ms == room.now_ms
    assert room.waiting() == "req"
    room.act("req", ActKind.RESUBMIT, changes={"reason": "here"})
    state = room.state()
    assert state.values["reason"] == "here"
    assert state.steps[0].round == 1
    assert room.waiting() == "b"
    room.act("b", APPROVE, "s1")
    assert room.waiting() == "c"


def test_returned_and_all_again_asks_everybody_again() -> None:
    room = two_steps(AfterReturn.AGAIN)
    room.act("a", APPROVE, "s1")
    room.act("b", RETURN, "s1")
    room.act("req", ActKind.RESUBMIT)
    assert room.waiting() == "a b"
    assert (room.step("s1").round, room.step("s2").round) == (1, 0)


def test_returned_to_an_earlier_step_and_straight_back_skips_those_between() -> None:
    room = three_steps(AfterReturn.STRAIGHT)
    for name, step in (("a", "s1"), ("b", "s2"), ("d", "s3")):
        room.act(name, APPROVE, step)
    room.act("c", RETURN, "s3", to="s1")
    assert room.waiting() == "a"
    assert room.statuses() == {"s1": "active", "s2": "passed", "s3": "returned"}
    room.act("a", APPROVE, "s1")
    assert room.waiting() == "c"
    assert [step.round for step in room.state().steps] == [1, 0, 1]
    room.act("c", APPROVE, "s3")
    assert room.state().status is RequestStatus.APPROVED


def test_returned_to_an_earlier_step_and_all_again_goes_through_those_between() -> None:
    room = three_steps(AfterReturn.AGAIN)
    for name, step in (("a", "s1"), ("b", "s2"), ("d", "s3")):
        room.act(name, APPROVE, step)
    room.act("c", RETURN, "s3", to="s1")
    room.act("a", APPROVE, "s1")
    assert room.waiting() == "b"
    room.act("b", APPROVE, "s2")
    assert room.waiting() == "c d"


def test_a_return_within_a_return_comes_back_through_both() -> None:
    room = three_steps(AfterReturn.STRAIGHT)
    room.act("a", APPROVE, "s1")
    room.act("b", APPROVE, "s2")
    room.act("c", RETURN, "s3", to="s2")
    room.act("b", RETURN, "s2")
    room.act("req", ActKind.RESUBMIT)
    assert room.waiting() == "b"
    room.act("b", APPROVE, "s2")
    assert room.waiting() == "c d"


# Passing on, asking others ------------------------------------------------------------------------------------------


def test_transfer_makes_the_task_anothers() -> None:
    room = two_steps()
    room.act("a", ActKind.TRANSFER, "s1", "x")
    assert room.waiting() == "x b"
    assert room.tasks("s1")["a"] is TaskStatus.PASSED_ON
    room.act("x", APPROVE, "s1")
    room.act("b", APPROVE, "s1")
    assert room.waiting() == "c"


def test_an_administrator_passes_on_the_task_of_who_left() -> None:
    room = RequestRoom(request(route_step("s", "a"), admins="boss"))
    room.act("boss", ActKind.TRANSFER, "s", "x", on_behalf="a")
    assert room.waiting() == "x"
    assert room.step("s").tasks[1].by_user == user("boss")


@pytest.mark.parametrize("kind", [APPROVE, REJECT])
def test_a_delegate_only_gives_an_opinion(kind: ActKind) -> None:
    room = RequestRoom(request(route_step("s", "a")))
    room.act("a", ActKind.DELEGATE, "s", "x")
    assert (room.waiting(), room.tasks("s")["a"]) == ("x", TaskStatus.LENT)
    room.act("x", kind, "s", note="I would")
    assert (room.waiting(), room.tasks("s")["x"]) == ("a", TaskStatus.GAVE_OPINION)
    assert room.state().status is RequestStatus.PENDING
    room.act("a", APPROVE, "s")
    assert room.state().status is RequestStatus.APPROVED


def test_a_delegate_may_let_somebody_else_give_the_opinion() -> None:
    room = RequestRoom(request(route_step("s", "a")))
    room.act("a", ActKind.DELEGATE, "s", "x")
    room.act("x", ActKind.TRANSFER, "s", "y")
    room.act("y", APPROVE, "s")
    assert (room.waiting(), room.tasks("s")["y"]) == ("a", TaskStatus.GAVE_OPINION)


def test_people_added_before_decide_first() -> None:
    room = two_steps()
    room.act("a", ActKind.ADD_SIGN, "s1", "x y", where=Where.BEFORE, mode=ANY)
    added = room.state().steps[0]
    assert (added.added_by, added.added_where, added.mode) == (user("a"), "before", ANY)
    assert room.waiting() == "x y"
    assert (room.step("s1").status, room.tasks("s1")["a"]) == (StepStatus.PAUSED, TaskStatus.LENT)
    room.act("y", APPROVE, added.key)
    assert room.waiting() == "a b"
    assert room.step("s1").round == 0


def test_people_added_after_decide_next() -> None:
    room = RequestRoom(request(route_step("s1", "a"), route_step("s2", "c")))
    room.act("a", ActKind.ADD_SIGN, "s1", "x", where=Where.AFTER)
    assert room.waiting() == "a"
    room.act("a", APPROVE, "s1")
    assert room.waiting() == "x"
    room.act("x", APPROVE, room.state().steps[1].key)
    assert room.waiting() == "c"


@pytest.mark.parametrize(("mode", "waits"), [(ALL, "b x"), (TURN, "x"), (ANY, ""), (COUNT, "b x")])
def test_people_added_beside_count_as_the_step_does(mode: StepMode, waits: str) -> None:
    room = RequestRoom(request(route_step("s", "a b", mode, need=2)))
    room.act("a", ActKind.ADD_SIGN, "s", "x", where=Where.BESIDE)
    room.act("a", APPROVE, "s")
    assert " ".join(sorted(room.waiting().split())) == waits


@pytest.mark.parametrize("where", list(Where))
def test_a_rejection_of_somebody_added_rejects(where: Where) -> None:
    room = RequestRoom(request(route_step("s", "a")))
    room.act("a", ActKind.ADD_SIGN, "s", "x", where=where)
    if where is Where.AFTER:
        room.act("a", APPROVE, "s")
    key = next(step.key for step in room.state().steps for task in step.tasks if task.user == user("x"))
    room.act("x", REJECT, key)
    assert room.state().status is RequestStatus.REJECTED


def test_an_added_step_that_is_emptied_is_dropped() -> None:
    room = two_steps()
    room.act("a", ActKind.ADD_SIGN, "s1", "x y", where=Where.BEFORE)
    key = room.state().steps[0].key
    room.act("a", ActKind.REMOVE_SIGN, key, "x")
    assert room.waiting() == "y"
    room.act("a", ActKind.REMOVE_SIGN, key, "y")
    assert (room.waiting(), list(room.statuses())) == ("a b", ["s1", "s2"])


def test_removing_the_last_who_is_missing_passes_the_step() -> None:
    room = RequestRoom(request(route_step("s", "a")))
    room.act("a", ActKind.ADD_SIGN, "s", "x", where=Where.BESIDE)
    room.act("a", APPROVE, "s")
    assert room.waiting() == "x"
    room.act("a", ActKind.REMOVE_SIGN, "s", "x")
    assert room.state().status is RequestStatus.APPROVED


def test_removing_a_delegate_gives_the_task_back() -> None:
    room = RequestRoom(request(route_step("s", "a")))
    room.act("a", ActKind.DELEGATE, "s", "x")
    room.act("a", ActKind.REMOVE_SIGN, "", "x")
    assert (room.waiting(), room.tasks("s")["x"]) == ("a", TaskStatus.REMOVED)
    (gone,) = (task for task in room.state().steps[0].tasks if task.status is TaskStatus.REMOVED)
    assert gone.event_id  # it has gone out, as a decision has


def test_a_paused_step_with_nobody_left_to_decide_is_passed_when_it_goes_on() -> None:
    room = RequestRoom(request(route_step("s", "a")))
    room.act("a", ActKind.ADD_SIGN, "s", "x y", where=Where.BEFORE)
    first = room.state().steps[0].key
    room.act("y", APPROVE, first)
    room.act("x", ActKind.ADD_SIGN, first, "z", where=Where.BEFORE)
    room.act("a", ActKind.REMOVE_SIGN, first, "x")
    room.act("z", APPROVE, room.state().steps[0].key)
    assert room.waiting() == "a"


# Undoing, ending, the rest ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "people", "fields"),
    [
        (APPROVE, "", {}),
        (ActKind.TRANSFER, "x", {}),
        (ActKind.DELEGATE, "x", {}),
        (RETURN, "", {}),
        (ActKind.ADD_SIGN, "x", {"where": Where.BEFORE}),
    ],
)
def test_taking_back_restores_what_was_before(kind: ActKind, people: str, fields: dict[str, Any]) -> None:
    room = RequestRoom(request(route_step("s1", "a"), route_step("s2", "c")))
    before = room.state()
    room.act("a", kind, "s1", people, **fields)
    assert room.waiting() != "a"
    room.act("a", ActKind.TAKE_BACK)
    after = room.state()
    assert [entry.is_taken_back for entry in after.entries] == [True, False]
    assert after._replace(entries=(), spent=()) == before


def test_copies_urges_and_deputies_survive_taking_back() -> None:
    room = RequestRoom(request(route_step("s1", "a", cc="m"), route_step("s2", "c")))
    room.act("a", APPROVE, "s1")
    room.act("req", ActKind.CC, people="x")
    room.act("req", ActKind.URGE)
    room.act("c", ActKind.DEPUTISE, people="d", from_ms=0, until_ms=room.now_ms * 2)
    urged_ms = room.state().urged_ms
    room.act("a", ActKind.TAKE_BACK)
    state = room.state()
    assert (state.cc, state.urged_ms) == (users("x"), urged_ms)
    assert [one[:2] for one in state.away] == [(user("c"), user("d"))]
    assert room.waiting() == "a"


def test_a_round_that_was_taken_back_is_not_used_again() -> None:
    room = three_steps(AfterReturn.STRAIGHT)
    room.act("a", APPROVE, "s1")
    room.act("b", RETURN, "s2", to="s1")
    late = room.make("a", APPROVE, "s1")
    room.act("b", ActKind.TAKE_BACK)
    room.act("b", RETURN, "s2", to="s1")
    assert (late.round, room.step("s1").round) == (1, 2)


def test_withdrawing_ends_it() -> None:
    room = two_steps()
    room.act("req", ActKind.WITHDRAW)
    state = room.state()
    assert (state.status, state.waiting) == (RequestStatus.WITHDRAWN, ())
    assert room.statuses() == {"s1": "not_reached", "s2": "not_reached"}


def test_urging_is_noted() -> None:
    room = two_steps()
    room.act("req", ActKind.URGE)
    assert room.state().urged_ms == room.now_ms


def test_a_deputy_decides_for_who_is_away() -> None:
    room = two_steps()
    room.act("a", ActKind.DEPUTISE, people="x", from_ms=START_MS, until_ms=START_MS + 60 * MINUTE_MS)
    assert room.state().duties_at(room.now_ms) == users("a b x")
    entry = room.act("x", APPROVE, "s1", on_behalf="a")
    assert entry.deputy_of == user("a")
    task = room.step("s1").tasks[0]
    assert (task.user, task.actor, task.status) == (user("a"), user("x"), TaskStatus.APPROVED)


def test_deputies_known_from_the_start_decide_too_until_the_absent_is_back() -> None:
    deputy = Deputy(user=user("a"), deputy=user("x"), from_ms=0, until_ms=START_MS * 2)
    room = RequestRoom(request(route_step("s", "a"), deputies=(deputy,)))
    room.act("a", ActKind.DEPUTISE)
    assert room.state().duties_at(room.now_ms) == users("a")
    assert room.act("x", APPROVE, "s", on_behalf="a").refusal is not None


def test_pending_acts_count_last_and_only_until_they_arrive() -> None:
    room = two_steps()
    act = room.make("a", APPROVE, "s1")
    pending = [(user("a"), act, room.now_ms)]
    state = room.state(pending=pending)
    assert state.waiting == users("b")
    assert state.entries[-1].event_id == ""
    room.put("a", (act,))
    assert [entry.event_id for entry in room.state(pending=pending).entries] == ["$e0000"]
