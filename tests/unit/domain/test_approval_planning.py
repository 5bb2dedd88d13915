"""Routes: who decides in which order and why; and requests that were made otherwise than the rule says."""

from typing import Any

import msgspec
import pytest

from app.domain.approvals.acts import Act, ActKind, ActList, ActsEvent
from app.domain.approvals.fold import fold_request
from app.domain.approvals.planning import (
    Needs,
    Plan,
    PlanError,
    check_request,
    computed,
    needs_of,
    plan_route,
)
from app.domain.approvals.request import Auto, Facts, RequestContent, Values
from app.domain.approvals.request_checks import template_digest
from app.domain.approvals.state import Check, Refusal, StepStatus
from app.domain.approvals.template import PickKind, Template
from app.domain.approvals.wire import FileRef
from app.domain.ids import EventID, UserID
from tests.helpers.approval_forms import (
    BOSS,
    HIGH,
    ME,
    TOP,
    branch,
    field,
    fork,
    options,
    people,
    step,
    template,
    when,
)

FACTS = Facts(
    department="!dev:x",
    department_name="研发部",
    departments=("!dev:x", "!all:x"),
    managers=(BOSS, HIGH, TOP),
    heads={"!dev:x": BOSS, "!sales:x": "@seller:x"},
    roles={"finance": ("@fin1:x", "@fin2:x")},
    role_names={"finance": {"en": "Finance"}},
)
Chosen = dict[str, tuple[str, ...]]


def plan(
    rule: Template,
    values: Values | None = None,
    facts: Facts = FACTS,
    chosen: Chosen | None = None,
    by: str = ME,
) -> Plan:
    return plan_route(rule, values or {}, facts, chosen or {}, UserID(by))


def who(found: Plan) -> list[list[str]]:
    return [[approver.user for approver in one.people] for one in found.steps]


def autos(found: Plan) -> list[Auto | None]:
    return [one.auto for one in found.steps]


def test_each_way_to_find_people() -> None:
    rule = template(
        [field("p", "person", is_many=True), field("d", "department")],
        [
            step("1", {"kind": "manager", "level": 2}),
            step("2", {"kind": "head"}),
            step("3", {"kind": "head", "field": "d"}),
            step("4", {"kind": "role", "role": "finance"}, mode="any"),
            step("5", {"kind": "field", "field": "p"}, people("@a:x"), mode="turn"),
            step("6", {"kind": "chosen"}),
            step("7", {"kind": "requester"}),
        ],
    )
    values = {"p": ["@b:x", "@a:x"], "d": [{"id": "!sales:x", "name": "销售部"}]}
    found = plan(rule, values, chosen={"6": ("@c:x",)})
    assert found.error is None
    assert who(found) == [
        [HIGH],
        [BOSS],
        ["@seller:x"],
        ["@fin1:x", "@fin2:x"],
        ["@b:x", "@a:x"],
        ["@c:x"],
        [ME],
    ]
    whys = [one.people[0].why for one in found.steps]
    assert [why.kind for why in whys] == ["manager", "head", "head", "role", "field", "chosen", "requester"]
    assert (whys[0].level, whys[1].department, whys[2].department) == (2, "研发部", "销售部")
    assert whys[3].role == {"en": "Finance"}


def test_where_there_are_fewer_managers_the_highest_decides_once() -> None:
    rule = template(nodes=[step("1"), step("2", {"kind": "manager", "level": 4})])
    found = plan(rule, facts=Facts(managers=(BOSS,)))
    assert who(found) == [[BOSS], []]
    assert autos(found) == [None, Auto.TWICE]
    assert who(plan(rule, facts=Facts(managers=(BOSS, HIGH)))) == [[BOSS], [HIGH]]


def test_the_first_branch_that_holds_is_taken_and_named() -> None:
    rule = template(
        [field("n", "number")],
        [
            fork(
                "f",
                branch("big", step("b", people("@b:x")), any_of=[[when("n", "gt", "5000")]]),
                branch("mid", step("m", people("@m:x")), any_of=[[when("n", "gt", "1000")]]),
                branch("else"),
            ),
            step("end", people("@e:x")),
        ],
    )
    assert who(plan(rule, {"n": "5000.01"})) == [["@b:x"], ["@e:x"]]
    assert who(plan(rule, {"n": "5000"})) == [["@m:x"], ["@e:x"]]
    assert who(plan(rule, {"n": "-1"})) == who(plan(rule, {})) == who(plan(rule, {"n": "NaN"})) == [["@e:x"]]
    assert plan(rule, {"n": "6000"}).steps[0].branches == (("f", "big"),)


@pytest.mark.parametrize(
    ("condition", "meant"),
    [
        (when("@requester", "in", ME), True),
        (when("@requester", "ne", ME), False),
        (when("@department", "eq", "!all:x"), True),
        (when("@department", "not_in", "!sales:x"), True),
        (when("m", "in", "b", "c"), True),
        (when("m", "eq", "a"), False),
        (when("m", "not_in", "c"), True),
        (when("s", "ne", "x"), True),
        (when("gone", "empty"), True),
        (when("gone", "ne", "x"), True),
        (when("gone", "eq", "x"), False),
        (when("gone", "gt", "0"), False),
        (when("day", "ge", "2026-11-17"), True),
        (when("day", "lt", "2026-11-17"), False),
        (when("r", "eq", "2"), True),
        (when("r", "gt", "a few"), False),
        (when("files", "filled"), True),
        (when("who", "in", "@a:x"), True),
    ],
)
def test_a_condition(condition: dict[str, Any], meant: bool) -> None:
    fields = [
        field("m", "multiple", options=options("a", "b", "c")),
        field("s", "text"),
        field("day", "date"),
        field("r", "range"),
        field("files", "file"),
        field("who", "person"),
    ]
    rule = template(
        fields, [fork("f", branch("yes", step("y"), any_of=[[condition]]), branch("no", step("n")))]
    )
    values = {
        "m": ["a", "b"],
        "s": "text",
        "day": "2026-11-17",
        "r": {"from": "2026-11-17", "to": "2026-11-18", "days": "2"},
        "files": [{"name": "a", "uri": "mxc://x/y"}],
        "who": ["@a:x"],
    }
    assert (plan(rule, values).steps[0].key == "y") is meant


def test_without_an_else_there_is_no_route() -> None:
    rule = template(
        [field("n", "number")], [step("1"), fork("f", branch("b", any_of=[[when("n", "gt", "1")]]))]
    )
    found = plan(rule)
    assert (found.error, found.error_at, who(found)) == (PlanError.NO_BRANCH, "f", [[BOSS]])


def test_the_requester_does_not_decide_unless_the_template_says_so() -> None:
    nodes = [step("1", people(ME)), step("2", people(ME, "@a:x"))]
    assert who(plan(template(nodes=nodes, on_requester="manager", on_twice="keep"))) == [
        [BOSS],
        [BOSS, "@a:x"],
    ]
    assert who(plan(template(nodes=nodes, on_requester="keep", on_twice="keep"))) == [[ME], [ME, "@a:x"]]
    passed = plan(template(nodes=nodes, on_requester="pass"))
    assert (who(passed), autos(passed)) == ([[], ["@a:x"]], [Auto.REQUESTER, None])
    instead = plan(template(nodes=nodes, on_requester="manager")).steps[0].people[0]
    assert (instead.user, instead.why.kind, instead.why.instead_of) == (BOSS, PickKind.PEOPLE, ME)


def test_a_requester_without_any_manager_is_not_passed_by() -> None:
    nodes = [step("1", people(ME)), step("2", people("@a:x"))]
    found = plan(template(nodes=nodes, on_requester="manager"), facts=Facts())
    assert (found.error, found.error_at) == (PlanError.NOT_CHOSEN, "1")
    passed = plan(template(nodes=nodes, on_requester="manager", on_nobody="pass"), facts=Facts())
    assert autos(passed) == [Auto.NOBODY, None]


def test_nobody_found_is_answered_as_the_template_says() -> None:
    nodes = [step("1", {"kind": "role", "role": "nobody"}), step("2", people("@z:x"))]
    passed = plan(template(nodes=nodes, on_nobody="pass"))
    assert (who(passed), autos(passed)) == ([[], ["@z:x"]], [Auto.NOBODY, None])
    person = plan(template(nodes=nodes, on_nobody="person", stand_in="@p:x"))
    assert who(person) == [["@p:x"], ["@z:x"]]
    assert person.steps[0].people[0].why.is_stand_in
    admins = msgspec.structs.replace(template(nodes=nodes, on_nobody="admins"), admins=(ME, "@adm:x"))
    assert who(plan(admins)) == [["@adm:x"], ["@z:x"]]
    refused = plan(template(nodes=nodes, on_nobody="refuse"))
    assert (refused.error, refused.error_at) == (PlanError.NOBODY, "1")
    alone = plan(template(nodes=nodes, on_nobody="person", stand_in=ME))
    assert alone.error is PlanError.NOBODY


def test_whom_the_requester_chooses_instead_stands_in_everywhere() -> None:
    nodes = [step("1"), step("2", {"kind": "role", "role": "none"}), step("3", people("@z:x"))]
    rule = template(nodes=nodes, on_nobody="choose")
    asked = plan(rule, facts=Facts())
    assert (asked.error, asked.error_at) == (PlanError.NOT_CHOSEN, "1")
    found = plan(rule, facts=Facts(), chosen={"1": ("@c:x",)})
    assert found.error is None
    assert (who(found), autos(found)) == ([["@c:x"], [], ["@z:x"]], [None, Auto.TWICE, None])
    assert found.steps[0].people[0].why.is_stand_in
    assert plan(rule, facts=Facts(), chosen={"1": (ME,)}).error is PlanError.NOT_CHOSEN


def test_only_those_on_offer_can_be_chosen_and_never_oneself() -> None:
    rule = template(nodes=[step("1", {"kind": "chosen", "people": ["@a:x", "@b:x"], "most": 1})])
    assert plan(rule).error is PlanError.NOT_CHOSEN
    assert plan(rule, chosen={"1": ("@c:x",)}).error is PlanError.NOT_CHOSEN
    assert plan(rule, chosen={"1": (ME,)}).error is PlanError.NOT_CHOSEN
    assert who(plan(rule, chosen={"1": ("@c:x", "@b:x", "@a:x")})) == [["@b:x"]]


def test_twice_counts_only_where_the_decision_is_certain() -> None:
    nodes = [
        step("any", people("@a:x", "@b:x"), mode="any"),
        step("one", people("@a:x")),
        step("all", people("@a:x", "@b:x"), mode="all"),
        step("two", people("@a:x", "@b:x", "@c:x"), mode="count", need=2),
    ]
    first = plan(template(nodes=nodes, on_twice="first"))
    assert who(first) == [["@a:x", "@b:x"], ["@a:x"], ["@b:x"], []]
    assert autos(first) == [None, None, None, Auto.TWICE]
    last = plan(template(nodes=nodes[:3], on_twice="last"))
    assert who(last) == [[], [], ["@a:x", "@b:x"]]
    keep = plan(template(nodes=nodes, on_twice="keep"))
    assert [one.need for one in keep.steps] == [1, 1, 1, 2]


def test_who_has_decided_counts_towards_the_number_needed() -> None:
    nodes = [step("one", people("@a:x")), step("n", people("@a:x", "@b:x", "@c:x"), mode="count", need=2)]
    found = plan(template(nodes=nodes)).steps[1]
    assert ([one.user for one in found.people], found.need) == (["@b:x", "@c:x"], 1)
    few = plan(template(nodes=[step("n", people("@a:x"), mode="count", need=5)])).steps[0]
    assert few.need == 1


def test_copies_are_never_asked_and_leave_out_the_requester() -> None:
    rule = template(
        [field("p", "person", is_many=True)],
        [step("1", cc=[people("@c:x"), {"kind": "role", "role": "none"}])],
        cc_start=[people(ME, "@s:x")],
        cc_end=[{"kind": "field", "field": "p"}],
    )
    found = plan(rule, {"p": ["@p:x", 5, "@p:x"]})
    assert (found.steps[0].cc, found.cc_start, found.cc_end) == (("@c:x",), ("@s:x",), ("@p:x",))


def test_what_must_be_known_first() -> None:
    rule = template(
        [field("n", "number"), field("d", "department")],
        [
            step("1", {"kind": "manager", "level": 2}, cc=[{"kind": "role", "role": "hr"}]),
            step("2", {"kind": "head", "field": "d"}),
            fork(
                "f",
                branch("b", step("3", {"kind": "role", "role": "big"}), any_of=[[when("n", "gt", "5")]]),
                branch(
                    "c", step("4", {"kind": "role", "role": "who"}), any_of=[[when("@requester", "eq", ME)]]
                ),
                branch("e", step("5", {"kind": "chosen"})),
            ),
        ],
    )
    small = needs_of(rule, {"n": "1", "d": [{"id": "!d:x"}]})
    assert small == Needs(2, ("hr", "who"), ("!d:x",), ("5",))
    assert needs_of(rule, {"n": "9"}) == Needs(2, ("hr", "big"), (), ())


def made(rule: Template, values: Values, chosen: Chosen | None = None, by: str = ME) -> RequestContent:
    worked = computed(rule, values)
    found = plan(rule, worked, chosen=chosen, by=by)
    assert found.error is None
    content = RequestContent(
        number="T-1",
        title="t",
        template=rule,
        template_hash=template_digest(rule),
        values=worked,
        steps=found.steps,
        facts=FACTS,
        chosen=chosen or {},
        cc_start=found.cc_start,
        cc_end=found.cc_end,
    )
    return msgspec.json.decode(msgspec.json.encode(content), type=RequestContent)


RULE = template(
    [field("n", "number", is_required=True), field("f", "file"), field("twice", "formula", formula="n * 2")],
    [
        step("1"),
        fork(
            "fork",
            branch("big", step("2", {"kind": "manager", "level": 2}), any_of=[[when("n", "gt", "5")]]),
            branch("else"),
        ),
    ],
    cc_end=[people("@c:x")],
)


def test_a_request_made_by_the_rule_is_valid() -> None:
    assert check_request(made(RULE, {"n": "6"}), UserID(ME)) == ()


def test_what_was_changed_in_a_request_is_found() -> None:
    good = made(RULE, {"n": "6"})
    change = msgspec.structs.replace

    def found(**changes: Any) -> tuple[Check, ...]:
        return check_request(change(good, **changes), UserID(ME))

    assert found(steps=good.steps[:1]) == (Check.OTHER_ROUTE,)
    assert found(steps=(good.steps[0], change(good.steps[1], people=good.steps[0].people))) == (
        Check.OTHER_ROUTE,
    )
    assert found(cc_end=()) == (Check.OTHER_ROUTE,)
    assert found(values={**good.values, "n": "5"}) == (Check.BAD_VALUES, Check.OTHER_ROUTE)
    assert found(values={**good.values, "twice": "1"}) == (Check.BAD_VALUES,)
    assert found(values={**good.values, "unknown": "1"}) == (Check.BAD_VALUES,)
    assert found(values={"n": "6"}) == (Check.BAD_VALUES,)
    assert found(template_hash="0" * 64) == (Check.OTHER_TEMPLATE,)
    assert found(template=change(RULE, version=2)) == (Check.OTHER_TEMPLATE,)
    assert found(facts=change(FACTS, managers=("@friend:x",))) == (Check.OTHER_ROUTE,)
    assert found(steps=()) == (Check.BAD_TEMPLATE,)
    local = [{"name": "a", "path": "/home/somebody/secret"}]
    assert found(values={**good.values, "f": local}) == (Check.BAD_VALUES,)
    assert check_request(good, UserID(BOSS)) == (Check.OTHER_ROUTE,)


def test_a_template_with_doubled_keys_makes_no_request() -> None:
    twins = template(nodes=[step("1", people("@a:x")), step("1", people("@b:x"))])
    assert check_request(made(twins, {}), UserID(ME)) == (Check.BAD_TEMPLATE,)


def test_an_act_that_names_a_file_of_a_computer_counts_for_nothing() -> None:
    good = made(RULE, {"n": "6"})
    seal, path = EventID("$seal"), "/home/somebody/secret"

    def status(**rest: Any) -> tuple[StepStatus, list[Refusal | None]]:
        act = Act(id="1", kind=ActKind.APPROVE, step="1", **rest)
        acts = ActsEvent(EventID("$1"), UserID(BOSS), 2000, ActList(seal=seal, acts=(act,)))
        state = fold_request(good, UserID(ME), 1000, seal, [acts])
        return state.steps[0].status, [entry.refusal for entry in state.entries]

    assert status(files=(FileRef("a", uri="mxc://x/y"),)) == ("passed", [None])
    assert status(files=(FileRef("a", path=path),)) == ("active", [Refusal.MALFORMED])
    assert status(changes={"f": [{"name": "a", "path": path}]}) == ("active", [Refusal.MALFORMED])
