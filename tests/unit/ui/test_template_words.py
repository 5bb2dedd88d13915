"""Templates in words: every flaw has a sentence that says where, every kind and comparison a name, in both languages."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.approvals.findings import Flaw, FlawAt
from app.domain.approvals.template import (
    DEPARTMENT,
    REQUESTER,
    Branch,
    Compare,
    Condition,
    Field,
    FieldKind,
    Fork,
    Option,
    Pick,
    PickKind,
    Role,
    Roles,
    Route,
    StepMode,
    StepRule,
    Template,
)
from app.domain.approvals.wire import to_content
from app.domain.ids import UserID
from resources.translations import language, set_language
from ui.approval_words import condition_words, flaw_words
from ui.screens.approval_designer.designer_words import (
    KIND_ICONS,
    TEMPLATE_ICONS,
    compare_choices,
    new_field_name,
)
from ui.screens.approval_designer.template_drafts import _parse
from ui.template_words import compare_words, kind_words, pick_words
from widgets.icons import has_icon

STEP = StepRule("s", {"zh": "主管", "en": "Boss"}, StepMode.ALL, (Pick(PickKind.MANAGER),))
FORM = Template(
    "t",
    1,
    {"zh": "报销", "en": "Expense"},
    (
        Field("amount", FieldKind.MONEY, {"zh": "金额", "en": "Amount"}),
        Field("kind", FieldKind.SINGLE, {"zh": "类型", "en": "Kind"}, options=(Option("trip", {"zh": "差旅", "en": "Travel"}),)),
        Field("many", FieldKind.MULTIPLE, {"en": "Many"}, options=(Option("a", {"en": "A"}), Option("b", {"en": "B"}))),
        Field("items", FieldKind.TABLE, {"en": "Items"}, columns=(Field("price", FieldKind.MONEY, {"en": "Price"}),)),
        Field("who", FieldKind.PERSON, {"en": "Who"}),
    ),
    Route((STEP, Fork("f", (Branch("b1", {}, ((),), (STEP,)), Branch("b2"))))),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    before = language()
    set_language("en")
    yield
    set_language(before)


def test_conditions_are_short() -> None:
    over = Condition("amount", Compare.MORE, ("5000",))
    assert condition_words(FORM, over) == "Amount > 5,000"
    set_language("zh")
    assert condition_words(FORM, over) == "金额 > 5,000"
    assert condition_words(FORM, Condition("kind", Compare.ONE_OF, ("trip",))) == "类型 属于 差旅"
    set_language("en")
    assert condition_words(FORM, Condition("many", Compare.ONE_OF, ("a", "b"))) == "Many has any of A, B"
    assert condition_words(FORM, Condition("who", Compare.EMPTY)) == "Who is left empty"
    assert condition_words(FORM, Condition("gone", Compare.EQUAL, ("1",))) == "gone = 1"
    names = {"@tom:x": "Tom", "!sales:x": "Sales"}
    asks = Condition(REQUESTER, Compare.ONE_OF, ("@tom:x",))
    assert condition_words(FORM, asks, names.__getitem__) == "Requester is one of Tom"
    unit = Condition(DEPARTMENT, Compare.NONE_OF, ("!sales:x",))
    assert condition_words(FORM, unit, names.__getitem__) == "Requester's department is none of Sales"


@pytest.mark.parametrize("flaw", Flaw)
@pytest.mark.parametrize("code", ["en", "zh"])
def test_every_flaw_is_one_sentence_that_says_where(flaw: Flaw, code: str) -> None:
    set_language(code)
    at_field = flaw_words(FORM, FlawAt(flaw, "amount", "x"))
    assert at_field.startswith("Amount: " if code == "en" else "金额：")
    alone = flaw_words(FORM, FlawAt(flaw, "", "x"))
    assert alone and at_field.endswith(alone)


def test_places_are_named() -> None:
    def where(key: str) -> str:
        return flaw_words(FORM, FlawAt(Flaw.NO_NAME, key)).split(": ")[0]

    assert where("items.price") == "Items › Price"
    assert where("s") == "Boss"
    assert where("b1") == "Condition 1"
    assert where("b2") == "Else"
    assert "no condition yet" in flaw_words(FORM, FlawAt(Flaw.BAD_COMPARISON, "b1"))


def test_who_decides_is_worded() -> None:
    roles = Roles((Role("fin", {"en": "Finance"}),))

    def said(pick: Pick) -> str:
        return pick_words(FORM, pick, roles, str.upper)

    assert said(Pick(PickKind.PEOPLE, (UserID("@a:x"), UserID("@b:x")))) == "@A:X, @B:X"
    assert said(Pick(PickKind.PEOPLE)) == "Named people: nobody yet"
    assert said(Pick(PickKind.MANAGER, level=2)) == "Manager's manager"
    assert said(Pick(PickKind.ROLE, role="fin")) == "Role: Finance"
    assert said(Pick(PickKind.ROLE, role="gone")) == "Role: gone"
    assert said(Pick(PickKind.FIELD, field="who")) == "People in “Who”"
    assert said(Pick(PickKind.HEAD, field="who")) == "Head of department (Who)"


@pytest.mark.parametrize("kind", FieldKind)
def test_every_kind_has_a_name_an_icon_and_comparisons(kind: FieldKind) -> None:
    assert has_icon(KIND_ICONS[kind])
    name = new_field_name(kind)
    assert name["en"] == kind_words(kind)
    set_language("zh")
    assert name == {"zh": kind_words(kind), "en": name["en"]} == new_field_name(kind)
    field = Field("x", kind, {"en": "X"})
    template = Template("t", 1, {}, (field,), Route(()))
    assert all(compare_words(compare) for compare in compare_choices(template, "x"))


def test_icons_of_templates_are_there() -> None:
    assert all(map(has_icon, TEMPLATE_ICONS))


def test_a_draft_comes_back_as_it_was() -> None:
    text = json.dumps({"base": 3, "template": to_content(FORM)})
    draft = _parse(text)
    assert draft is not None and (draft.template, draft.base) == (FORM, 3)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["base", "template", "id", "x"]), inner)
    ),
    max_leaves=12,
)


@given(JSON)
def test_a_draft_that_is_none_is_left_out(value: object) -> None:
    assert _parse(json.dumps(value)) is None
    assert _parse("{") is None
