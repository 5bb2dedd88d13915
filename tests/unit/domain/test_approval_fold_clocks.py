"""A server claims any time it likes for what its people write: that must not move the time of what others do."""

from app.domain.approvals.acts import Act, ActKind
from app.domain.approvals.fold import basis_of
from app.domain.approvals.state import Refusal, RequestStatus
from app.domain.approvals.wire import MAX_TS_MS
from tests.helpers.approval_room import MINUTE_MS, START_MS, RequestRoom, request, route_step, user

APPROVE = ActKind.APPROVE


def with_far_future(*, deputy: bool = True) -> RequestRoom:
    """`stranger` was given a copy; their server says it is the year 9999."""
    room = RequestRoom(request(route_step("s1", "a"), route_step("s2", "c"), cc_own="stranger"))
    if deputy:
        room.act("a", ActKind.DEPUTISE, people="x", from_ms=0, until_ms=START_MS + 60 * MINUTE_MS)
    room.put("stranger", (Act(id="1", kind=ActKind.URGE),), ts_ms=MAX_TS_MS)
    return room


def test_a_stranger_cannot_let_the_time_of_a_deputy_run_out() -> None:
    room = with_far_future()
    assert room.act("x", APPROVE, "s1", on_behalf="a").refusal is None
    assert room.waiting() == "c"


def test_a_stranger_cannot_date_the_decisions_of_others() -> None:
    room = with_far_future(deputy=False)
    room.act("a", APPROVE, "s1")
    room.act("c", APPROVE, "s2")
    state = room.state()
    assert (state.status, state.finished_ms) == (RequestStatus.APPROVED, room.now_ms)


def test_a_stranger_cannot_keep_the_requester_from_urging() -> None:
    room = with_far_future(deputy=False)
    assert room.act("req", ActKind.URGE).refusal is None
    assert room.act("req", ActKind.URGE, minutes=6).refusal is None


def test_an_act_is_made_on_what_counts_of_each_person() -> None:
    """What was refused and nothing behind it counts moves nothing: whether it was seen does not matter."""
    room = with_far_future(deputy=False)
    room.act("a", APPROVE, "s1")
    assert room.act("a", APPROVE, "s1").refusal is Refusal.OTHER_ROUND
    room.act("c", ActKind.CC, people="y")
    assert room.act("c", APPROVE, "s1").refusal is Refusal.NOT_YOURS
    room.act("c", ActKind.CC, people="z")
    assert basis_of(room.state()) == {user("a"): 1, user("c"): 3}
