"""What cannot work in a template is found on every branch, and what can work is left alone."""

from typing import Any

import msgspec
import pytest

from app.domain.approvals.planning import FlawAt, check_template
from app.domain.approvals.template import Branch, Field, Fork, Route, StepRule, Template
from app.domain.approvals.wire import MAX_DEPTH
from tests.helpers.approval_forms import branch, field, fork, options, people, step, template, when

YES_NO = field("a", "single", options=options("yes", "no"), is_required=True)
NUMBER = field("n", "number", is_required=True)


def flaws(rule: Template, roles: frozenset[str] | None = None) -> set[tuple[str, str]]:
    return {(str(at.flaw), at.key) for at in check_template(rule, roles)}


def of_field(kind: str, **rest: Any) -> set[tuple[str, str]]:
    return flaws(template([field("f", kind, **rest), YES_NO, NUMBER]))


def of_fork(*branches: dict[str, Any], fields: list[Field] | None = None) -> set[tuple[str, str]]:
    return flaws(template(fields or [YES_NO, NUMBER], [step("s"), fork("x", *branches)]))


@pytest.mark.parametrize(
    ("kind", "rest", "flaw"),
    [
        ("text", {"name": {"en": " "}}, "no_name"),
        ("single", {}, "no_options"),
        ("table", {}, "no_options"),
        ("multiple", {"options": options("a", "a")}, "double_key"),
        ("single", {"options": [{"key": "a", "name": {}}]}, "no_name"),
        ("number", {"at_least": "5", "at_most": "4"}, "bad_limits"),
        ("number", {"at_least": "five"}, "bad_limits"),
        ("number", {"decimals": -1}, "bad_limits"),
        ("number", {"decimals": 99}, "bad_limits"),
        ("date", {"at_least": "yesterday"}, "bad_limits"),
        ("text", {"max_length": -5}, "bad_limits"),
        ("text", {"max_length": 99_999}, "bad_limits"),
        ("money", {"currency": "yuan"}, "bad_limits"),
        ("rating", {"at_most": "99"}, "bad_limits"),
        ("file", {"at_most": "1.5"}, "bad_limits"),
        ("number", {"default": "many"}, "bad_default"),
        ("number", {"default": "9", "at_most": "5"}, "bad_default"),
        ("single", {"options": options("a"), "default": "b"}, "bad_default"),
        ("date", {"default": "2026-02-30"}, "bad_default"),
        ("file", {"default": "x"}, "bad_default"),
        ("formula", {"formula": "n +"}, "bad_formula"),
        ("formula", {"formula": "a * 2"}, "bad_formula"),
        ("formula", {"formula": "days(n)"}, "bad_formula"),
        ("formula", {"formula": "nowhere * 2"}, "unknown_field"),
        ("formula", {"formula": "f + 1"}, "circle"),
        ("text", {"visible_if": [when("nowhere", "filled")]}, "unknown_field"),
        ("text", {"visible_if": [when("f", "filled")]}, "circle"),
        ("text", {"visible_if": [when("@requester", "eq", "@me:x")]}, "bad_comparison"),
        ("text", {"visible_if": [when("a", "gt", "yes")]}, "bad_comparison"),
        ("text", {"visible_if": [when("a", "eq", "maybe")]}, "bad_comparison"),
        ("text", {"visible_if": [when("n", "eq", "five")]}, "bad_comparison"),
        ("text", {"visible_if": [when("n", "gt", "5", "6")]}, "bad_comparison"),
        ("text", {"visible_if": [when("n", "in")]}, "bad_comparison"),
    ],
)
def test_a_flaw_of_a_field(kind: str, rest: dict[str, Any], flaw: str) -> None:
    assert of_field(kind, **rest) == {(flaw, "f")}


def test_flaws_in_a_table_say_which_column() -> None:
    columns = [
        {"key": "x", "kind": "formula", "name": {"en": "x"}, "formula": "y"},
        {"key": "y", "kind": "formula", "name": {"en": "y"}, "formula": "x"},
        {"key": "z", "kind": "table", "name": {"en": "z"}},
        {"key": "o", "kind": "formula", "name": {"en": "o"}, "formula": "n"},
    ]
    found = of_field("table", columns=columns)
    assert found == {("circle", "f.x"), ("circle", "f.y"), ("bad_column", "f.z"), ("unknown_field", "f.o")}


def test_only_fields_of_the_circle_are_named_not_those_behind_it() -> None:
    rule = template(
        [
            field("a", "formula", formula="b"),
            field("b", "number", visible_if=[when("a", "filled")]),
            field("c", "formula", formula="a"),
            field("d", "number"),
        ]
    )
    assert flaws(rule) == {("circle", "a"), ("circle", "b")}


def test_a_fork_needs_an_else_at_its_end() -> None:
    assert of_fork(branch("b", any_of=[[when("n", "gt", "5")]])) == {("no_else", "x")}
    assert of_fork(branch("e"), branch("b", any_of=[[when("n", "gt", "5")]])) == {
        ("else_not_last", "e"),
        ("dead_branch", "b"),
    }
    assert of_fork() == {("no_else", "x")}
    assert of_fork(branch("b", any_of=[[]]), branch("e")) == {("bad_comparison", "b")}


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ([[when("n", "gt", "1000")]], [[when("n", "gt", "5000")]]),
        ([[when("n", "ge", "0")], [when("n", "lt", "0")]], [[when("n", "eq", "7")]]),
        (
            [[when("n", "ne", "5")]],
            [[when("n", "ge", "5"), when("n", "le", "5")], [when("n", "gt", "5"), when("n", "le", "5")]][1:],
        ),
        ([[when("a", "in", "yes", "no")]], [[when("n", "gt", "5")]]),
        (
            [[when("a", "eq", "yes")], [when("n", "gt", "5")]],
            [[when("a", "eq", "yes"), when("n", "lt", "5")]],
        ),
        ([[when("n", "lt", "-7")]], [[when("n", "gt", "5"), when("n", "lt", "5.01")]]),
        ([[when("n", "lt", "-7")]], [[when("a", "eq", "yes"), when("a", "eq", "no")]]),
        ([[when("n", "lt", "-7")]], [[when("n", "empty")]]),
    ],
)
def test_a_branch_that_can_never_be_taken(earlier: list[Any], later: list[Any]) -> None:
    found = of_fork(branch("1", any_of=earlier), branch("2", any_of=later), branch("e"))
    assert found == {("dead_branch", "2")}


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ([[when("n", "gt", "5000")]], [[when("n", "gt", "1000")]]),
        ([[when("n", "gt", "5")]], [[when("n", "ge", "5")]]),
        ([[when("n", "gt", "5"), when("a", "eq", "yes")]], [[when("n", "gt", "5")]]),
        ([[when("n", "ne", "5")]], [[when("n", "eq", "5")]]),
        ([[when("n", "lt", "5")]], [[when("n", "gt", "5"), when("n", "lt", "5.02")]]),
        ([[when("a", "eq", "yes")]], [[when("a", "ne", "yes")]]),
        ([[when("@department", "eq", "!a:x")]], [[when("@department", "in", "!a:x", "!b:x")]]),
        ([[when("@requester", "eq", "@a:x")]], [[when("@requester", "ne", "@b:x")]]),
    ],
)
def test_a_branch_that_can_be_taken(earlier: list[Any], later: list[Any]) -> None:
    assert of_fork(branch("1", any_of=earlier), branch("2", any_of=later), branch("e")) == set()


def test_an_empty_optional_field_keeps_a_branch_alive() -> None:
    both = [[when("n", "ge", "0")], [when("n", "lt", "0")]]
    branches = branch("1", any_of=both), branch("2", any_of=[[when("n", "empty")]]), branch("e")
    assert of_fork(*branches, fields=[field("n", "number")]) == set()
    assert of_fork(*branches, fields=[NUMBER]) == {("dead_branch", "2")}


def test_several_choices_at_once_are_thought_of() -> None:
    many = field("m", "multiple", options=options(*"abcdefgh"), is_required=True)
    both = [[when("m", "in", "a"), when("m", "in", "b"), when("m", "not_in", "c", "d", "e")]]
    assert of_fork(branch("1", any_of=both), branch("e"), fields=[many]) == set()
    never = [[when("m", "in", "a"), when("m", "not_in", "a")]]
    assert of_fork(branch("1", any_of=never), branch("e"), fields=[many]) == {("dead_branch", "1")}


def test_a_fork_inside_a_branch_knows_what_led_to_it() -> None:
    inner = fork(
        "y",
        branch("in1", step("i"), any_of=[[when("n", "le", "10")]]),
        branch("in2", step("j"), any_of=[[when("n", "le", "20")]]),
        branch("in3", step("k")),
    )
    outer = [branch("1", inner, any_of=[[when("n", "gt", "10")]]), branch("e")]
    assert of_fork(*outer) == {("dead_branch", "in1")}


def test_a_way_without_anybody_is_found() -> None:
    def of_route(*nodes: dict[str, Any]) -> set[tuple[str, str]]:
        return flaws(template([NUMBER], list(nodes)))

    big = branch("big", step("s"), any_of=[[when("n", "gt", "5")]])
    assert of_route() == {("no_steps", "")}
    assert of_route(fork("x", big, branch("e"))) == {("no_steps", "e")}
    assert of_route(fork("x", big, branch("e", step("t")))) == set()
    all_numbers = branch("rest", step("t"), any_of=[[when("n", "le", "5")]])
    assert of_route(fork("x", big, all_numbers, branch("e"))) == set()


@pytest.mark.parametrize(
    ("who", "flaw"),
    [
        (people(), "nobody"),
        ({"kind": "role"}, "nobody"),
        ({"kind": "role", "role": "unknown"}, "nobody"),
        ({"kind": "field", "field": "n"}, "unknown_field"),
        ({"kind": "field"}, "unknown_field"),
        ({"kind": "head", "field": "n"}, "unknown_field"),
    ],
)
def test_a_step_that_finds_nobody(who: dict[str, Any], flaw: str) -> None:
    rule = template([NUMBER], [step("s", who)])
    assert flaws(rule, frozenset({"finance"})) == {(flaw, "s")}


def test_steps_without_rule_name_or_enough_people() -> None:
    bare = {**step("s"), "who": [], "name": {}}
    assert flaws(template(nodes=[bare])) == {("nobody", "s"), ("no_name", "s")}
    few = step("s", people("@a:x", "@b:x"), mode="count", need=3)
    assert flaws(template(nodes=[few])) == {("need_too_many", "s")}
    role = step("s", {"kind": "role", "role": "r"}, mode="count", need=3)
    assert flaws(template(nodes=[role])) == set()
    assert flaws(template(nodes=[step("s", cc=[{"kind": "chosen"}])])) == {("nobody", "s")}


def test_who_stands_in_must_be_there() -> None:
    assert flaws(template(on_nobody="admins")) == {("no_admins", "")}
    assert flaws(template(on_nobody="person")) == {("no_stand_in", "")}


def test_doubled_keys_are_found_across_branches() -> None:
    rule = template([NUMBER, NUMBER], [step("s"), fork("x", branch("b", step("s")))])
    assert {("double_key", "n"), ("double_key", "s")} <= flaws(rule)
    assert ("double_key", "@me") in flaws(template([field("@me", "text")]))


def deep(levels: int) -> tuple[StepRule | Fork, ...]:
    nodes: tuple[StepRule | Fork, ...] = template(nodes=[step("s")]).route.nodes
    for level in range(levels):
        nodes = (Fork(f"f{level}", (Branch(f"b{level}", nodes=nodes),)),)
    return nodes


@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, 50, 5000])
def test_too_many_forks_within_forks(levels: int) -> None:
    rule = msgspec.structs.replace(template(), route=Route(nodes=deep(levels)))
    try:
        found = check_template(rule)
    except RecursionError:
        assert levels == 5000, "such a tree cannot even be written as JSON, nor read from it"
        return
    assert FlawAt.__name__ and ("too_deep", "") in {(str(at.flaw), at.key) for at in found}


def test_as_deep_as_allowed_is_fine() -> None:
    rule = msgspec.structs.replace(
        template(), route=Route(nodes=deep(MAX_DEPTH), on_nobody=template().route.on_nobody)
    )
    assert flaws(rule) == set()


def test_too_big_to_be_embedded_in_a_request() -> None:
    long = [field(f"f{n}", "note", text={"en": "x" * 500}) for n in range(150)]
    assert ("too_big", "") in flaws(template(long))
    assert ("too_big", "") in flaws(
        template(nodes=[step(f"s{n}") for n in range(99)] + [fork("x", branch("b", step("t"), step("u")))])
    )
    assert flaws(template([field(f"f{n}", "text") for n in range(200)])) == set()
    assert ("too_big", "") in flaws(template([field("f", "text", name={"en": "\ud800"})]))
