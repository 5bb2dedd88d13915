"""Acts written by hand: whatever JSON stands in them, the fold gives a state, and only what the rules allow moves it."""

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.approvals.acts import ActKind, ActsEvent, parse_acts
from app.domain.approvals.fold import basis_of, fold_request, refusal_of, rights_of
from app.domain.approvals.planning import plan_route
from app.domain.approvals.request import Facts, RequestContent
from app.domain.approvals.state import FINAL, RequestStatus
from app.domain.approvals.template import (
    Branch,
    Compare,
    Condition,
    Field,
    FieldKind,
    Fork,
    OnNobody,
    Option,
    Pick,
    PickKind,
    Route,
    StepMode,
    StepRule,
    Template,
)
from app.domain.ids import EventID
from tests.helpers.approval_room import SEAL, START_MS, RequestRoom, user, users

TEXT = st.text(st.characters(), max_size=8) | st.sampled_from(("\ud800", "1e999", "NaN", "9999-12-31", "-0"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
WHO = st.sampled_from(("@a:x", "@b:x", "@req:x", "@out:x"))


def every_kind() -> RequestContent:
    """Give a request whose form has a field of each kind and whose route looks at the amount."""
    options = (Option(key="o", name={"en": "O"}),)
    columns = (Field(key="cost", kind=FieldKind.MONEY, name={"en": "Cost"}, has_sum=True),)
    fields = tuple(
        Field(
            key=kind.value,
            kind=kind,
            name={"en": kind.value},
            options=options if kind in (FieldKind.SINGLE, FieldKind.MULTIPLE) else (),
            columns=columns if kind is FieldKind.TABLE else (),
            formula="number / rating + sum(table.cost) + days(range)" if kind is FieldKind.FORMULA else "",
        )
        for kind in FieldKind
    )
    dear = Condition(field="money", compare=Compare.MORE, values=("1000",))
    boss = StepRule(
        key="s2", name={}, mode=StepMode.ALL, who=(Pick(kind=PickKind.PEOPLE, people=users("b")),)
    )
    fork = Fork(key="f", branches=(Branch(key="d", any_of=((dear,),), nodes=(boss,)), Branch(key="e")))
    first = StepRule(
        key="s1", name={}, mode=StepMode.ALL, who=(Pick(kind=PickKind.PEOPLE, people=users("a")),)
    )
    route = Route(nodes=(first, fork), on_nobody=OnNobody.PASS)
    template = Template(id="t", version=1, name={"en": "T"}, fields=fields, route=route)
    plan = plan_route(template, {}, Facts(), {}, user("req"))
    return RequestContent(
        number="1", title="T", template=template, template_hash="", values={}, steps=plan.steps
    )


CONTENT = every_kind()


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from([kind.value for kind in FieldKind]), JSON, max_size=4))
def test_any_correction_leaves_a_request_whole(changes: dict[str, Any]) -> None:
    room = RequestRoom(CONTENT)
    room.act("a", ActKind.RETURN, "s1")
    entry = room.act("req", ActKind.RESUBMIT, changes=changes)
    state = room.state()
    expected = RequestStatus.RETURNED if entry.refusal else RequestStatus.PENDING
    assert state.status is expected
    assert [step.key for step in state.steps] == ["s1"]


ACT = st.fixed_dictionaries(
    {"id": TEXT, "kind": st.sampled_from([kind.value for kind in ActKind])},
    optional={
        "basis": st.dictionaries(WHO | TEXT, st.integers(-2, 600), max_size=3),
        "step": st.sampled_from(("s1", "s2", "", "\ud800")),
        "round": st.integers(-1, 3),
        "people": st.lists(WHO | TEXT, max_size=3),
        "where": st.sampled_from(("before", "after", "beside", "under")),
        "mode": st.sampled_from(("all", "any", "turn", "count")),
        "on_behalf": WHO | TEXT,
        "to": TEXT,
        "note": TEXT,
        "from_ms": st.integers(-1, 1 << 60),
        "until_ms": st.integers(-1, 1 << 60),
        "changes": st.dictionaries(TEXT, JSON, max_size=2),
        "files": JSON,
        "unknown": JSON,
    },
)
LISTS = st.lists(
    st.tuples(WHO, st.integers(START_MS - 9, START_MS + 9), st.lists(ACT, max_size=4)), max_size=6
)


@settings(max_examples=400, deadline=None)
@given(LISTS, JSON)
def test_any_lists_give_a_state(lists: list[tuple[str, int, list[Any]]], nonsense: Any) -> None:
    assert parse_acts(nonsense) is None or isinstance(nonsense, dict)
    events = []
    for number, (who, ts_ms, acts) in enumerate(lists):
        content = parse_acts({"v": 1, "seal": SEAL, "acts": acts})
        if content is not None:
            events.append(ActsEvent(EventID(f"$n{number}"), user(who[1:-2]), ts_ms, content))
    state = fold_request(CONTENT, user("req"), START_MS, SEAL, events, checks=())
    assert (state.status in FINAL) == bool(state.finished_ms)
    assert sum(basis_of(state).values()) <= len(state.entries)
    for name in ("a", "b", "req", "out"):
        rights_of(CONTENT, state, user(name), START_MS)
        for event in events:
            for act in event.content.acts:
                refusal_of(CONTENT, state, user(name), act, START_MS)


def test_acts_survive_the_wire() -> None:
    room = RequestRoom(CONTENT)
    room.act("a", ActKind.ADD_SIGN, "s1", "b", where="after")
    content = msgspec.to_builtins(room.events[0].content)
    assert parse_acts(content) == room.events[0].content
