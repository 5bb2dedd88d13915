"""What is typed into forms, what drafts keep, and what is said to somebody who asks: without a window."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.approvals.findings import Plan, PlanError, Problem, ProblemAt
from app.domain.approvals.planning import check_values, plan_route
from app.domain.approvals.request import Facts, RequestContent
from app.domain.approvals.template import Field, FieldKind, Pick, PickKind, StepMode, StepRule
from app.domain.ids import RoomID, UserID
from resources.translations import language, set_language
from tests.helpers.approval_templates import EVERY_KIND, ROUTE, TRIP, words
from ui.approval_words import (
    changes_text,
    fact_line,
    plan_error_words,
    problem_words,
    request_text,
    title_words,
)
from ui.forms.form_defaults import default_values
from ui.forms.typed import moment_text, shown_moment, typed_clock, typed_day, typed_number
from ui.screens.new_approval.asking_state import (
    Writing,
    changes_between,
    choices_of,
    draft_content,
    lost_files,
    writing_of,
)
from ui.screens.new_approval.new_approval_words import route_error_words

TODAY = date(2026, 11, 22)
LI, WANG = UserID("@li:x"), UserID("@wang:x")
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(autouse=True)
def _english() -> Any:
    before = language()
    set_language("en")
    yield
    set_language(before)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1,280.50", "1280.50"),
        ("￥１２８０", "1280"),
        ("12.", "12"),
        (".5", "0.5"),
        (" 7 ", "7"),
        ("12x", "12x"),
    ],
)
def test_numbers_are_read_as_they_are_typed(typed: str, number: str) -> None:
    assert typed_number(typed) == number


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-11-17", "2026-11-17"),
        ("2026/1/7", "2026-01-07"),
        ("２０２６年１１月１７日", "2026-11-17"),
        ("20261117", "2026-11-17"),
        ("11-17", "2026-11-17"),
        ("3月5日", "2026-03-05"),
        ("今天", "2026-11-22"),
        ("Tomorrow", "2026-11-23"),
        ("1970-01-01", "1970-01-01"),
        ("9999-12-31", "9999-12-31"),
        ("2026-02-30", None),
        ("0000-01-01", None),
        ("17 Nov", None),
        ("", None),
    ],
)
def test_days_are_read_as_they_are_typed(typed: str, day: str | None) -> None:
    found = typed_day(typed, TODAY)
    assert (None if found is None else found.isoformat()) == day


@pytest.mark.parametrize(
    ("typed", "clock"),
    [
        ("9:30", "09:30"),
        ("9：30", "09:30"),
        ("930", "09:30"),
        ("9点", "09:00"),
        ("9", "09:00"),
        ("1830", "18:30"),
    ],
)
def test_times_are_read_as_they_are_typed(typed: str, clock: str) -> None:
    assert typed_clock(typed) == clock


@given(st.text(max_size=20))
def test_whatever_is_typed_is_read_or_left(text: str) -> None:
    typed_number(text), typed_clock(text), typed_day(text, TODAY), shown_moment(text)


@given(st.datetimes(min_value=datetime(2, 1, 2), max_value=datetime(9998, 12, 30)))
def test_a_moment_is_shown_as_it_was_written(moment: datetime) -> None:
    clock = moment.strftime("%H:%M")
    shown = shown_moment(moment_text(moment.date(), clock))
    assert shown == (moment.date().isoformat(), clock) or moment.year < 1900  # old zones have odd seconds


def test_defaults_are_what_the_template_says() -> None:
    fields = (
        Field("a", FieldKind.TEXT, words("A"), default="hello"),
        Field("b", FieldKind.MONEY, words("B"), default="12"),
        Field("c", FieldKind.DATE, words("C"), default="today"),
        Field("d", FieldKind.DATE_TIME, words("D"), default="now"),
        Field("e", FieldKind.PERSON, words("E"), default="me"),
        Field("f", FieldKind.RANGE, words("F"), default="today"),
        Field("g", FieldKind.MULTIPLE, words("G"), default="x"),
        Field("h", FieldKind.TEXT, words("H")),
    )
    template = msgspec.structs.replace(EVERY_KIND, fields=fields)
    values = default_values(template, LI, datetime(2026, 11, 22, 8, 15))
    assert values["d"].startswith("2026-11-22T08:15")
    assert values | {"d": ""} == {
        "a": "hello",
        "b": {"amount": "12", "currency": "CNY"},
        "c": "2026-11-22",
        "d": "",
        "e": ["@li:x"],
        "f": {"from": "2026-11-22", "to": "2026-11-22"},
        "g": ["x"],
    }


def test_a_draft_gives_back_what_was_written() -> None:
    writing = Writing({"where": "X", "n": None}, {"lead": (WANG,)}, (LI,), RoomID("!r:x"))
    assert writing_of(draft_content(writing)) == writing


@given(st.dictionaries(st.sampled_from(["values", "chosen", "cc", "former", "v"]), ANYTHING))
def test_a_draft_may_hold_anything(content: dict[str, Any]) -> None:
    writing = writing_of(content)
    assert writing_of(draft_content(writing)) == writing
    assert all(user.startswith("@") for user in writing.cc)


@given(st.dictionaries(st.sampled_from([field.key for field in EVERY_KIND.fields]), ANYTHING))
def test_every_problem_has_its_sentence(values: dict[str, Any]) -> None:
    for problem in check_values(EVERY_KIND, values):
        sentence = problem_words(EVERY_KIND, problem)
        assert sentence and "{" not in sentence.replace(problem.detail, "")
    fact_line(EVERY_KIND, {key: value for key, value in values.items() if value is not None}, str)


@pytest.mark.parametrize("problem", list(Problem))
def test_no_problem_is_without_words(problem: Problem) -> None:
    for key, row, column in (("text", None, ""), ("items", 1, "what"), ("gone", None, "")):
        assert problem_words(EVERY_KIND, ProblemAt(problem, key, row, column, "5"))


def test_limits_are_worded_by_what_they_limit() -> None:
    assert problem_words(EVERY_KIND, ProblemAt(Problem.TOO_LARGE, "money", detail="5000")) == "At most 5,000."
    early = ProblemAt(Problem.TOO_SMALL, "date", detail="2026-11-17")
    assert problem_words(EVERY_KIND, early) == "Not before 2026-11-17."


def test_why_there_is_no_route_names_the_step() -> None:
    assert "“Boss”" in plan_error_words(TRIP, PlanError.NOT_CHOSEN, "boss")
    assert all(plan_error_words(TRIP, error, "gone") for error in PlanError)


def test_people_are_chosen_on_the_branch_that_is_taken() -> None:
    cheap, dear = ({"cost": {"amount": amount, "currency": "CNY"}} for amount in ("5", "9000"))
    assert [choice.step for choice in choices_of(TRIP, cheap, None, {})] == ["lead"]
    boss = choices_of(TRIP, dear, None, {})[1]
    assert (boss.step, boss.most, boss.among) == ("boss", 1, ())


def test_where_nobody_was_found_one_is_chosen_too() -> None:
    rule = StepRule("head", words("Head"), StepMode.ALL, (Pick(PickKind.HEAD),))
    route = msgspec.structs.replace(ROUTE, nodes=(rule,))
    template = msgspec.structs.replace(TRIP, route=route)
    missing = Plan((), error=PlanError.NOT_CHOSEN, error_at="head")
    assert [choice.step for choice in choices_of(template, {}, missing, {})] == ["head"]
    plan = plan_route(template, {}, Facts(), {"head": (WANG,)}, LI)
    assert plan.error is None
    assert [choice.step for choice in choices_of(template, {}, plan, {"head": (WANG,)})] == ["head"]


def test_a_file_that_is_gone_is_found(tmp_path: Path) -> None:
    there = tmp_path / "there.pdf"
    there.touch()
    files = [
        {"name": "there.pdf", "path": str(there)},
        {"name": "gone.pdf", "path": str(tmp_path / "gone.pdf")},
        {"name": "sent.pdf", "uri": "mxc://x/y"},
    ]
    assert lost_files(TRIP, {"file": files}) == (ProblemAt(Problem.FILE_GONE, "file", detail="gone.pdf"),)


def test_changes_name_what_differs_and_what_is_empty_now() -> None:
    assert changes_between({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 5, "d": 6}) == {"b": 5, "c": None, "d": 6}


@pytest.mark.parametrize(
    ("asker", "what", "title"),
    [
        ("张伟", "报销", "张伟的报销"),
        ("Sofia Rossi", "请假", "Sofia Rossi 的请假"),
        ("李娜", "OKR 2027", "李娜的 OKR 2027"),
    ],
)
def test_a_chinese_title_parts_latin_letters_from_its_words(asker: str, what: str, title: str) -> None:
    before = language()
    set_language("zh")
    try:
        assert title_words(msgspec.structs.replace(TRIP, name={"zh": what}), asker) == title
    finally:
        set_language(before)


def test_the_form_as_text_says_everything_a_phone_needs() -> None:
    values = {
        "where": "Shanghai",
        "cost": {"amount": "1280.50", "currency": "CNY"},
    }
    plan = plan_route(TRIP, values, Facts(), {"lead": (WANG,)}, LI)
    content = RequestContent("TRP-1", title_words(TRIP, "Li"), TRIP, "", values, plan.steps)
    text = request_text(content, {"@wang:x": "Wang"}.get)  # type: ignore[arg-type]
    assert text.splitlines()[0] == "📋 Trip of Li (TRP-1)"
    assert "Where: Shanghai" in text
    assert "Cost: ¥ 1,280.50 (壹仟贰佰捌拾元伍角)" in text
    assert "1. Lead: Wang" in text and "Copies" not in text
    both = msgspec.structs.replace(content, cc_own=(LI, WANG), cc_end=(WANG,))
    assert "Copies: @li:x, Wang" in request_text(both, lambda user: {WANG: "Wang"}.get(UserID(user), user))


def test_a_correction_as_text_says_what_is_otherwise_now() -> None:
    before = {"where": "Shanghai", "cost": {"amount": "1280.50", "currency": "CNY"}}
    after = {"cost": {"amount": "900", "currency": "CNY"}}
    assert changes_text(TRIP, before, after, str).splitlines() == [
        "Cost: ¥ 900.00 (玖佰元整)",
        "Where: empty",
    ]
    assert changes_text(TRIP, before, before, str) == ""


def test_who_chose_themselves_is_told_that_this_is_not_possible() -> None:
    plan = Plan((), (), (), error=PlanError.NOT_CHOSEN, error_at="lead")
    assert route_error_words(TRIP, plan, {}, LI) == "Choose who decides in the step “Lead”."
    assert route_error_words(TRIP, plan, {"lead": (LI,)}, LI) == (
        "Who asked may not decide on it. Choose somebody else."
    )
    assert route_error_words(TRIP, Plan((), (), ()), {}, LI) == ""


def test_tables_are_lines_of_the_text() -> None:
    rows = [{"what": "Train", "price": {"amount": "5", "currency": "CNY"}}, {"what": "Bus"}]
    content = RequestContent("", "T", EVERY_KIND, "", {"items": rows, "note": "x"}, ())
    text = request_text(content, str)
    assert "  1. Train · ¥ 5.00" in text and "  2. Bus" in text and "Price: ¥ 5.00 in all" in text


def test_a_draft_is_named_by_its_key_fields() -> None:
    assert fact_line(TRIP, {"where": "Shang\nhai", "cost": {"amount": "5", "currency": "CNY"}}, str) == (
        "Shang hai · ¥ 5.00"
    )
