"""Values, reasons and acts in words; whatever stands in a form, wording it never fails."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.approvals.acts import ActKind, Where
from app.domain.approvals.request import Auto, Step, Why
from app.domain.approvals.state import Refusal, RequestStatus, TaskStatus
from app.domain.approvals.template import Compare, Condition, Field, FieldKind, Option, PickKind, StepMode
from app.domain.ids import EventID
from resources.translations import language, set_language
from tests.helpers import approval_record_samples as samples
from tests.helpers.approval_record_samples import CHEN, LI, LIU, NOW_MS, WANG, ZHANG, entry, name
from ui.approval_words import (
    act_text,
    auto_words,
    branch_words,
    entry_words,
    fact_words,
    mode_words,
    money_words,
    number_words,
    reason_words,
    refusal_words,
    status_words,
    sum_words,
    value_words,
    why_words,
)


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    before = language()
    set_language("zh")
    yield
    set_language(before)


def field(kind: FieldKind, **more: Any) -> Field:
    return Field("f", kind, {"zh": "金额", "en": "Amount"}, **more)


OPTIONS = (Option("trip", {"zh": "差旅", "en": "Travel"}), Option("meal", {"zh": "餐费", "en": "Meals"}))


@pytest.mark.parametrize(
    ("kind", "more", "value", "words"),
    [
        (FieldKind.MONEY, {}, {"amount": "1280.5", "currency": "CNY"}, "¥ 1,280.50"),
        (FieldKind.MONEY, {}, {"amount": "-0.005", "currency": "USD"}, "$ -0.005"),
        (FieldKind.MONEY, {}, {"amount": "1000000", "currency": "JPY"}, "JP¥ 1,000,000"),
        (FieldKind.MONEY, {}, {"amount": "12", "currency": "CHF"}, "CHF 12.00"),
        (FieldKind.NUMBER, {}, "12345.60", "12,345.60"),
        (FieldKind.FORMULA, {}, "3", "3"),
        (FieldKind.DATE, {}, "2026-11-17", "2026-11-17"),
        (FieldKind.DATE, {}, "9999-12-31", "9999-12-31"),
        (FieldKind.DATE_TIME, {}, "2026-11-17T09:30", "2026-11-17 09:30"),
        (
            FieldKind.RANGE,
            {},
            {"from": "2026-11-17", "to": "2026-11-19", "days": "3"},
            "2026-11-17 至 2026-11-19 (3 天)",
        ),
        (
            FieldKind.RANGE,
            {"has_half_days": True},
            {"from": "2026-11-17", "to": "2026-11-19", "from_half": "pm", "to_half": "am", "days": "2.0"},
            "2026-11-17 下午 至 2026-11-19 上午 (2 天)",
        ),
        (
            FieldKind.RANGE,
            {"has_time": True},
            {"from": "2026-11-17T09:00", "to": "2026-11-17T12:00", "days": "0.125"},
            "2026-11-17 09:00 至 2026-11-17 12:00 (3 小时)",
        ),
        (FieldKind.RANGE, {}, {"from": "2026-11-17", "to": "2026-11-17", "days": "1"}, "2026-11-17 (1 天)"),
        (FieldKind.SINGLE, {"options": OPTIONS}, "meal", "餐费"),
        (FieldKind.SINGLE, {"options": OPTIONS}, "gone", "gone"),
        (FieldKind.MULTIPLE, {"options": OPTIONS}, ["trip", "meal"], "差旅、餐费"),
        (FieldKind.PERSON, {}, [LI, WANG], "李娜、王强"),
        (FieldKind.DEPARTMENT, {}, [{"id": "!d:c", "name": "研发部"}], "研发部"),
        (FieldKind.LINKED, {}, [{"room_id": "!r:c", "title": "出差", "number": "TRIP-1"}], "出差 TRIP-1"),
        (FieldKind.RATING, {"at_most": "5"}, "4", "★★★★☆"),
        (FieldKind.RATING, {"at_most": "100"}, "40", "40"),
        (FieldKind.FILE, {}, [{"name": "a.pdf", "size": 1}, {"name": "b.pdf"}], "a.pdf、b.pdf"),
        (FieldKind.LONG_TEXT, {}, " two\n lines ", "two lines"),
        (FieldKind.NOTE, {}, "x", ""),
        (FieldKind.MONEY, {}, None, ""),
        (FieldKind.NUMBER, {}, "1e999999", "1e999999"),
        (FieldKind.NUMBER, {}, "NaN", "NaN"),
    ],
)
def test_values_are_worded(kind: FieldKind, more: dict[str, Any], value: Any, words: str) -> None:
    assert value_words(field(kind, **more), value, name) == words


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=20)
    | st.sampled_from(["1e400", "-0", "∞", "٣"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["amount", "currency", "from", "to", "days", "from_half", "name", "zh", "en", "x"]
            ),
            inner,
        )
    ),
    max_leaves=8,
)


@given(st.sampled_from(list(FieldKind)), JSON)
def test_whatever_stands_there_is_one_line(kind: FieldKind, value: Any) -> None:
    made = field(kind, options=OPTIONS, columns=(field(FieldKind.MONEY, has_sum=True),))
    words = value_words(made, value, name)
    assert "\n" not in words and "\u202e" not in words
    assert len(words) < 2000 + len(str(value)) * 8


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**15), max_value=10**15))
def test_an_amount_loses_no_digit(amount: Any) -> None:
    shown = money_words({"amount": str(amount), "currency": "CNY"})
    assert type(amount)(shown.removeprefix("¥ ").replace(",", "")) == amount


def test_sums_stand_only_where_they_are_wanted_and_of_one_currency() -> None:
    column = Field("f", FieldKind.MONEY, {"en": "Cost"}, has_sum=True)
    rows = [{"f": {"amount": "1.10", "currency": "CNY"}}, {"f": {"amount": "2", "currency": "CNY"}}, {}]
    assert sum_words(column, rows) == "¥ 3.10"
    assert sum_words(column, [*rows, {"f": {"amount": "2", "currency": "USD"}}]) == ""
    assert sum_words(Field("f", FieldKind.MONEY, {}), rows) == ""
    worked_out = Field("f", FieldKind.FORMULA, {}, has_sum=True, formula="a", is_money=True)
    assert sum_words(worked_out, rows) == "¥ 3.10"
    assert number_words("1234567.891") == "1,234,567.891"


def test_a_row_tells_its_key_facts() -> None:
    made = samples.content()
    row = samples.detail_of(made, samples.pending_state(made)).row
    facts = (
        ("amount", "money", '{"amount": "1280.5", "currency": "CNY"}'),
        ("kind", "single", '{"zh": "差旅", "en": "Travel"}'),
        ("days", "range", f'{{"from": "{date.today().year}-11-26", "to": "2030-01-01", "days": "2.5"}}'),
        ("who", "person", '["李娜", "王强"]'),
        ("broken", "text", "{"),
        ("empty", "text", "null"),
    )
    assert fact_words(row._replace(facts=facts)) == "¥ 1,280.50 · 差旅 · 2.5 天 · 11-26 起 · 李娜、王强"


def test_reasons_name_what_made_somebody_an_approver() -> None:
    assert why_words(Why(PickKind.MANAGER, 1), name) == "直属上级"
    assert why_words(Why(PickKind.MANAGER, 2), name) == "上级的上级"
    assert why_words(Why(PickKind.HEAD, department="研发部"), name) == "部门负责人 (研发部)"
    assert why_words(Why(PickKind.ROLE, role={"zh": "财务"}), name) == "财务"
    assert why_words(Why(PickKind.MANAGER, 1, instead_of=ZHANG), name) == "直属上级，代替 张伟"
    assert "没有找到人" in why_words(Why(PickKind.PEOPLE, is_stand_in=True), name)
    assert len({why_words(Why(kind), name) for kind in PickKind}) == len(PickKind)


def test_a_branch_says_because() -> None:
    made = samples.content()
    assert branch_words(made.template, made.steps[1]) == "金额超过 1,000"
    assert branch_words(made.template, made.steps[0]) == ""
    gone = Step("s", {}, StepMode.ANY, branches=(("no", "such"), ("f1", "else")))
    assert branch_words(made.template, gone) == ""
    one_of = Condition("kind", Compare.ONE_OF, ("trip", "office"))
    assert reason_words(made.template, one_of) == "类型是 差旅 或 办公"
    worded = {reason_words(made.template, Condition("amount", kind, ("5",))) for kind in Compare}
    assert len(worded) == len(Compare) - 2  # "is not" and "is" say the same of one value as of several


def test_modes_states_and_refusals_have_words_of_their_own() -> None:
    assert [mode_words(mode, 2, 3) for mode in StepMode] == ["会签", "或签", "依次", "3 人中 2 人"]
    assert mode_words(StepMode.ALL, 1, 1) == ""
    assert len({status_words(status) for status in RequestStatus}) == len(RequestStatus)
    assert len({refusal_words(refusal) for refusal in Refusal}) == len(Refusal)
    assert len({auto_words(auto) for auto in Auto}) == len(Auto)


def test_the_record_tells_who_did_what_for_whom() -> None:
    made = samples.content()
    state = samples.busy_state(made)
    words = [entry_words(one, state, name) for one in state.entries]
    assert words == ["刘洋 转交给 王强", "李娜 代 王强 同意", "陈静 同意", "李娜 委派给 陈静"]
    refused = entry(CHEN, ActKind.REJECT, NOW_MS, refusal=Refusal.FINISHED)
    assert entry_words(refused, state, name) == "陈静 拒绝（未生效）"
    back = entry(LIU, ActKind.RETURN, NOW_MS, is_taken_back=True)
    assert entry_words(back, state, name) == "刘洋 退回给 张伟（已拿回）"
    step = entry(LI, ActKind.RETURN, NOW_MS, to="s1")
    assert entry_words(step, state, name) == "李娜 退回给 直属上级"
    added = entry(LI, ActKind.ADD_SIGN, NOW_MS, people=(CHEN, WANG), where=Where.BEFORE)
    assert entry_words(added, state, name) == "李娜 加签 陈静、王强（在前）"


def test_who_was_asked_for_an_opinion_does_not_approve() -> None:
    made = samples.content()
    state = samples.busy_state(made)
    step = state.steps[2]
    opinion = step.tasks[1]._replace(status=TaskStatus.GAVE_OPINION, event_id=EventID("$opinion"))
    steps = (*state.steps[:2], step._replace(tasks=(step.tasks[0], opinion)), *state.steps[3:])
    given = entry(CHEN, ActKind.REJECT, NOW_MS, step=step.key, event_id="$opinion")
    assert entry_words(given, state._replace(steps=steps), name) == "陈静 给出意见：不同意"


def test_phones_are_told_each_kind_of_act() -> None:
    made = samples.content()
    approved = act_text(ActKind.APPROVE, made, "住宿标准以内", (), name, actor=LIU)
    assert approved == "✅ 刘洋 同意：住宿标准以内"
    assert act_text(ActKind.RETURN, made, "", (), name, actor=LI, to="s1") == "↩️ 李娜 退回给 直属上级"
    assert act_text(ActKind.APPROVE, made, "", (), name, actor=LI, on_behalf=WANG) == "✅ 李娜 代 王强 同意"
    assert act_text(ActKind.TRANSFER, made, " ", (CHEN,), name) == "转交给 陈静"
    for kind in ActKind:
        assert act_text(kind, made, "", (CHEN,), name).strip()
