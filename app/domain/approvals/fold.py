"""The fold: where a request stands, from its room alone.

A pure function of the request, the seal and everybody's acts events; the order in which these arrive does not matter.
"""

from collections.abc import Iterable

from app.domain.approvals.acts import Act, ActsEvent
from app.domain.approvals.request import RequestContent
from app.domain.approvals.state import Refusal, RequestState, Right
from app.domain.ids import EventID, UserID


def fold_request(
    content: RequestContent,
    requester: UserID,
    made_ms: int,
    seal: EventID | None,
    events: Iterable[ActsEvent],
    pending: Iterable[tuple[UserID, Act, int]] = (),
) -> RequestState:
    """Say where a request stands.

    `made_ms` is the create event's time, `seal` the event that sealed the room (None: not sealed). `pending` are own
    acts (user, act, ms) that still wait in the send queue: they count as if they came last, with an empty event id.
    """
    raise NotImplementedError


def rights_of(content: RequestContent, state: RequestState, user: UserID, now_ms: int) -> tuple[Right, ...]:
    """Give every act somebody may do now; what the buttons are made of."""
    raise NotImplementedError


def refusal_of(
    content: RequestContent, state: RequestState, user: UserID, act: Act, now_ms: int
) -> Refusal | None:
    """Say whether an act would change anything if it came now; what is asked before one is sent."""
    raise NotImplementedError
