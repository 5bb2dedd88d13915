"""The room of one request for tests of the fold: people act by name, their lists grow, time passes. No server."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.domain.approvals.acts import Act, ActKind, ActList, ActsEvent
from app.domain.approvals.fold import basis_of, fold_request
from app.domain.approvals.request import Approver, Auto, Deputy, RequestContent, Step, Values, Why
from app.domain.approvals.state import Entry, RequestState, StepState, TaskStatus
from app.domain.approvals.template import (
    AfterReturn,
    Field,
    FieldKind,
    OnNobody,
    OnRequester,
    OnTwice,
    Pick,
    PickKind,
    Route,
    StepMode,
    StepRule,
    Template,
)
from app.domain.ids import EventID, UserID

SEAL = EventID("$seal")
START_MS = 1_000_000
MINUTE_MS = 60_000
FORM = (
    Field(key="reason", kind=FieldKind.TEXT, name={"en": "Reason"}),
    Field(key="amount", kind=FieldKind.NUMBER, name={"en": "Amount"}),
)


def user(name: str) -> UserID:
    """Give the id of somebody called `name`."""
    return UserID(f"@{name}:x")


def users(names: str) -> tuple[UserID, ...]:
    """Give the ids of people, their names with spaces between."""
    return tuple(user(name) for name in names.split())


def route_step(
    key: str,
    names: str,
    mode: StepMode = StepMode.ALL,
    *,
    need: int = 1,
    cc: str = "",
    auto: Auto | None = None,
) -> Step:
    """Give a step of named people."""
    people = tuple(Approver(user=one, why=Why(kind=PickKind.PEOPLE)) for one in users(names))
    return Step(key=key, name={"en": key}, mode=mode, people=people, need=need, cc=users(cc), auto=auto)


def request(
    *steps: Step,
    after: AfterReturn = AfterReturn.STRAIGHT,
    on_requester: OnRequester = OnRequester.PASS,
    admins: str = "",
    deputies: tuple[Deputy, ...] = (),
    values: Values | None = None,
    cc_start: str = "",
    cc_end: str = "",
    cc_own: str = "",
) -> RequestContent:
    """Give a request whose template names the people of `steps` one by one."""
    nodes = tuple(
        StepRule(
            key=step.key,
            name=step.name,
            mode=step.mode,
            need=step.need,
            who=(Pick(kind=PickKind.PEOPLE, people=tuple(one.user for one in step.people)),),
            cc=(Pick(kind=PickKind.PEOPLE, people=step.cc),) if step.cc else (),
        )
        for step in steps
    )
    route = Route(
        nodes=nodes,
        on_requester=on_requester,
        on_twice=OnTwice.KEEP,
        on_nobody=OnNobody.PASS,
        after_return=after,
    )
    template = Template(
        id="t", version=1, name={"en": "Test"}, fields=FORM, route=route, admins=users(admins)
    )
    return RequestContent(
        number="T-1",
        title="Test",
        template=template,
        template_hash="",
        values=values or {"reason": "because"},
        steps=steps,
        deputies=deputies,
        cc_start=users(cc_start),
        cc_end=users(cc_end),
        cc_own=users(cc_own),
    )


class RequestRoom:
    """A sealed room. `act` does what an honest client does: everything it knows is its basis."""

    def __init__(self, content: RequestContent, requester: str = "req") -> None:
        self.content = content
        self.requester = user(requester)
        self.events: list[ActsEvent] = []
        self.now_ms = START_MS
        self._lists: dict[UserID, tuple[Act, ...]] = {}

    def state(
        self, events: Iterable[ActsEvent] | None = None, pending: Iterable[tuple[UserID, Act, int]] = ()
    ) -> RequestState:
        """Fold what is there."""
        found = self.events if events is None else events
        return fold_request(self.content, self.requester, START_MS, SEAL, found, pending, checks=())

    def step(self, key: str) -> StepState:
        """Give a step as it stands."""
        return next(step for step in self.state().steps if step.key == key)

    def tasks(self, key: str) -> dict[str, TaskStatus]:
        """Give name → status in a step; the last task of each person."""
        return {task.user[1:-2]: task.status for task in self.step(key).tasks}

    def waiting(self) -> str:
        """Give the names of those it waits for."""
        return " ".join(one[1:-2] for one in self.state().waiting)

    def make(self, name: str, kind: ActKind, step: str = "", people: str = "", **fields: Any) -> Act:
        """Build an act as `name`'s client would make it now."""
        state = self.state()
        rounds = {one.key: one.round for one in state.steps}
        fields.setdefault("round", rounds.get(step, 0))
        fields.setdefault("basis", basis_of(state))
        fields.setdefault("id", f"{name}{len(self._lists.get(user(name), ()))}")
        if fields.get("on_behalf"):
            fields["on_behalf"] = user(fields["on_behalf"])
        return Act(kind=kind, step=step, people=users(people), **fields)

    def act(
        self, name: str, kind: ActKind, step: str = "", people: str = "", *, minutes: float = 1, **fields: Any
    ) -> Entry:
        """Let somebody act `minutes` later, and give the line of the record that makes."""
        made = self.make(name, kind, step, people, **fields)
        self.now_ms += int(minutes * MINUTE_MS)
        event = self.put(name, (*self._lists.get(user(name), ()), made))
        return next(
            one
            for one in self.state().entries
            if one.event_id == event.event_id and one.act == made and one.user == user(name)
        )

    def put(
        self, name: str, acts: tuple[Act, ...], *, seal: str = SEAL, ts_ms: int | None = None
    ) -> ActsEvent:
        """Put any list into the room, as somebody with curl may."""
        event = ActsEvent(
            EventID(f"$e{len(self.events):04}"),
            user(name),
            self.now_ms if ts_ms is None else ts_ms,
            ActList(seal=seal, acts=acts),
        )
        self.events.append(event)
        self._lists[user(name)] = acts
        return event

    def list_of(self, name: str) -> tuple[Act, ...]:
        """Give the newest list of somebody."""
        return self._lists.get(user(name), ())

    def statuses(self) -> Mapping[str, str]:
        """Give key → status of all steps, in order."""
        return {step.key: str(step.status) for step in self.state().steps}
