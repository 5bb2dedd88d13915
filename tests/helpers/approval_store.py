"""Requests as rooms of a cache: valid ones, made as a requester's client makes them, acted on by whoever may write."""

from typing import Any

import msgspec

from app.domain.approvals.acts import Act, ActKind, ActList
from app.domain.approvals.fold import basis_of
from app.domain.approvals.planning import computed, plan_route
from app.domain.approvals.request import Deputy, Facts, RequestContent
from app.domain.approvals.request_checks import template_digest
from app.domain.approvals.rows import ApprovalBox, ApprovalDetail, ApprovalPage, ApprovalQuery
from app.domain.approvals.seal import power_levels
from app.domain.approvals.template import (
    Field,
    FieldKind,
    OnRequester,
    OnTwice,
    Option,
    Pick,
    PickKind,
    Route,
    StepMode,
    StepRule,
    Template,
)
from app.domain.approvals.wire import ACTS_TYPE, REQUEST_FIELD, REQUEST_ROOM_TYPE, to_content
from app.domain.events import Event
from app.domain.ids import RoomID, TxnID, UserID
from app.domain.sending import RequestKind
from app.domain.sync import RoomUpdate
from app.store.cache import Cache
from app.store.values import NewRequest
from tests.helpers.store_history import ANNA, ME, START_MS, event, update

CAROL = UserID("@carol:acme.example")
DAVE = UserID("@dave:acme.example")
MINUTE_MS = 60_000
FIELDS = (
    Field(key="reason", kind=FieldKind.TEXT, name={"zh": "事由", "en": "Reason"}),
    Field(key="amount", kind=FieldKind.NUMBER, name={"zh": "金额", "en": "Amount"}, is_key=True),
    Field(
        key="kind",
        kind=FieldKind.SINGLE,
        name={"en": "Kind"},
        options=(Option(key="trip", name={"zh": "差旅", "en": "Travel"}),),
        is_key=True,
    ),
)


def rule(key: str, *users: UserID, mode: StepMode = StepMode.ALL, cc: tuple[UserID, ...] = ()) -> StepRule:
    """Make a step of named people."""
    who = (Pick(kind=PickKind.PEOPLE, people=users),)
    copies = (Pick(kind=PickKind.PEOPLE, people=cc),) if cc else ()
    return StepRule(key=key, name={"en": key}, mode=mode, who=who, cc=copies)


def template(*rules: StepRule, id: str = "expense", **more: Any) -> Template:
    """Make a template."""
    route = Route(nodes=rules, on_requester=OnRequester.KEEP, on_twice=OnTwice.KEEP)
    plain = Template(id=id, version=1, name={"zh": "报销", "en": "Expense"}, fields=FIELDS, route=route)
    return msgspec.structs.replace(plain, **more)


def request(
    form: Template | None = None,
    *,
    requester: UserID = ANNA,
    title: str = "安娜的报销",
    number: str = "EXP-1",
    values: dict[str, Any] | None = None,
    deputies: tuple[Deputy, ...] = (),
    **more: Any,
) -> RequestContent:
    """Make a request every client finds valid."""
    form = form or template(rule("s1", ME), rule("s2", CAROL))
    filled = computed(form, values or {"reason": "去上海出差", "amount": "1280.5", "kind": "trip"})
    plan = plan_route(form, filled, Facts(), {}, requester)
    assert plan.error is None, plan
    return RequestContent(
        number=number,
        title=title,
        template=form,
        template_hash=template_digest(form),
        values=filled,
        steps=plan.steps,
        cc_start=plan.cc_start,
        cc_end=plan.cc_end,
        deputies=deputies,
        names={ANNA: "安娜", CAROL: "Carol", DAVE: "Dave"},
        **more,
    )


class RequestRoom:
    """The events of one request's room, in the order the server has them."""

    def __init__(
        self,
        content: RequestContent | None = None,
        *,
        room: str = "r",
        requester: UserID = ANNA,
        version: str = "11",
        ts: int = START_MS,
        more: dict[str, Any] | None = None,
    ) -> None:
        self.name, self.room_id = room, RoomID(f"!{room}:acme.example")
        self.content = content or request(requester=requester)
        self.requester, self.now_ms = requester, ts
        self.lists: dict[UserID, tuple[Act, ...]] = {}
        self.timeline: list[Event] = []
        body = {
            "type": REQUEST_ROOM_TYPE,
            "room_version": version,
            REQUEST_FIELD: to_content(self.content),
            **(more or {}),
        }
        self.create = self.put("m.room.create", body, requester)
        self.put("m.room.member", {"membership": "join", "displayname": requester[1:5]}, requester, requester)
        self.put("m.room.power_levels", power_levels(requester), requester)
        self.people = [requester]

    @property
    def seal(self) -> str:
        """The id of the event that sealed it."""
        return f"${self.name}-seal"

    def put(
        self, type: str, content: dict[str, Any], sender: UserID, key: str | None = "", name: str = ""
    ) -> Event:
        """Add an event."""
        name = name or f"{self.name}-{len(self.timeline)}"
        self.now_ms += 1
        extra = {} if key is None else {"state_key": key}
        made = event(
            name, type=type, sender=sender, content=content, ts=self.now_ms, room=self.room_id, **extra
        )
        self.timeline.append(made)
        return made

    def sealed(self, *people: UserID) -> "RequestRoom":
        """Give up the power and let people in."""
        self.put("m.room.power_levels", power_levels(None), self.requester, name=self.seal)
        for user in people or (ME, CAROL):
            self.put("m.room.member", {"membership": "join"}, user, user)
            self.people.append(user)
        return self

    def say(self, body: str, sender: UserID = ANNA, more: dict[str, Any] | None = None) -> Event:
        """Write a message."""
        content = {"msgtype": "m.text", "body": body, "m.mentions": {}, **(more or {})}
        return self.put("m.room.message", content, sender, None)

    def fold(self) -> Any:
        """Where it stands, of all that is in the room."""
        from app.domain.approvals.acts import ActsEvent, parse_acts
        from app.domain.approvals.fold import fold_request
        from app.domain.ids import EventID

        found = [
            ActsEvent(one.event_id, one.sender, one.origin_server_ts, content)
            for one in self.timeline
            if one.type == ACTS_TYPE
            and one.state_key == one.sender
            and (content := parse_acts(one.content)) is not None
        ]
        is_sealed = any(one.event_id == self.seal for one in self.timeline)
        seal = EventID(self.seal) if is_sealed else None
        return fold_request(self.content, self.requester, self.create.origin_server_ts, seal, found)

    def make(self, user: UserID, kind: ActKind, step: str = "", **fields: Any) -> Act:
        """Make an act as an honest client would now."""
        now = self.fold()
        rounds = {one.key: one.round for one in now.steps}
        fields.setdefault("round", rounds.get(step, 0))
        fields.setdefault("basis", basis_of(now))
        fields.setdefault("id", f"{user[1:4]}{len(self.lists.get(user, ()))}")
        return Act(kind=kind, step=step, **fields)

    def act(self, user: UserID, kind: ActKind, step: str = "", *, minutes: float = 1, **fields: Any) -> Event:
        """Let somebody act."""
        made = self.make(user, kind, step, **fields)
        self.now_ms += int(minutes * MINUTE_MS)
        self.lists[user] = (*self.lists.get(user, ()), made)
        return self.put(ACTS_TYPE, to_content(ActList(self.seal, self.lists[user])), user, user)

    def update(self, **more: Any) -> RoomUpdate:
        """Everything as a first sync brings it."""
        return update(*self.timeline, room=self.room_id, is_initial=True, **more)


def queued_act(room: RoomID, act: Act, txn: str = "act1", **more: Any) -> NewRequest:
    """Make a row of the send queue for an act of mine."""
    content = {"act": to_content(act), "text": "done"}
    return NewRequest(
        lane=room, kind=RequestKind.ACT, txn_id=TxnID(txn), content=content, room_id=room, **more
    )


def page(cache: Cache, box: ApprovalBox, now_ms: int = START_MS, **query: Any) -> ApprovalPage:
    """Read a page."""
    return cache.read.approvals.page(ApprovalQuery(box=box, **query), now_ms)


def titles(cache: Cache, box: ApprovalBox, now_ms: int = START_MS, **query: Any) -> list[str]:
    """Give the rooms of a page, by their names."""
    return [row.room_id[1:].partition(":")[0] for row in page(cache, box, now_ms, **query).rows]


def detail(cache: Cache, room: RequestRoom, now_ms: int = START_MS) -> ApprovalDetail:
    """Read one request."""
    found = cache.read.approvals.detail(room.room_id, now_ms)
    assert found is not None
    return found
