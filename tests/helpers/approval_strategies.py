"""Random templates, forms and organisations: whatever a stranger may write, and such as people do write."""

from typing import Any

import msgspec
from hypothesis import strategies as st

from app.domain.approvals.request import Facts
from app.domain.approvals.template import FieldKind, Template
from app.domain.ids import UserID
from tests.helpers.approval_forms import branch, field, fork, options, people, step, template, when

ME = UserID("@me:x")
PEOPLE = ("@me:x", "@a:x", "@b:x", "@c:x", "@d:x")
KEYS = ("a", "b", "c", "t", "t.x", "@requester", "@department", "missing")
TEXTS = st.sampled_from(
    ["", " ", "1", "1280.50", "-3", "NaN", "Infinity", "1e999", "0", "٣", "9" * 50, "x" * 3000, "\ud800"]
) | st.sampled_from(
    [
        "1970-01-01",
        "9999-12-31",
        "2026-02-30",
        "2026-11-17T09:30+08:00",
        "am",
        "yes",
        "no",
        "@a:x",
        "!d:x",
        "mxc://x/y",
    ]
)
NAMES = st.sampled_from(
    (
        "amount",
        "currency",
        "from",
        "to",
        "from_half",
        "days",
        "id",
        "name",
        "uri",
        "path",
        "room_id",
        "x",
        "y",
        "size",
    )
)
LEAVES = TEXTS | st.none() | st.booleans() | st.integers() | st.floats() | st.binary(max_size=3)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=12,
)
FORMULAS = st.sampled_from(
    (
        "a + b",
        "a / b",
        "sum(t.x)",
        "c",
        "b",
        "1 / 0",
        "days(a) * hours(b)",
        "((",
        "min(a, 1) - max(b, c)",
        "t",
        "t.x",
    )
) | st.text("abct.x()+-*/,1 {}", max_size=30)
CONDITIONS = st.builds(
    lambda name, compare, values: {"field": name, "compare": compare, "values": values},
    st.sampled_from(KEYS),
    st.sampled_from(("eq", "ne", "gt", "ge", "lt", "le", "in", "not_in", "empty", "filled")),
    st.lists(TEXTS.filter(lambda text: len(text) <= 200), max_size=3),
)
WORDS = st.sampled_from(({"zh": "字", "en": "word"}, {}, {"en": " "}))


def raw_field(key: str, depth: int = 1) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "key": st.just(key),
            "kind": st.sampled_from([str(kind) for kind in FieldKind]),
            "name": WORDS,
            "is_required": st.booleans(),
            "visible_if": st.lists(CONDITIONS, max_size=2),
            "options": st.lists(
                st.sampled_from(({"key": "yes", "name": {"en": "y"}}, {"key": "no", "name": {}})), max_size=3
            ),
            "formula": FORMULAS,
            "at_least": st.sampled_from(("", "1", "x", "2026-01-01")),
            "at_most": st.sampled_from(("", "5", "NaN", "9" * 90)),
            "decimals": st.integers(-5, 50),
            "max_length": st.integers(-5, 10),
            "is_money": st.booleans(),
            "has_half_days": st.booleans(),
            "counts_workdays": st.booleans(),
            "has_time": st.booleans(),
            "is_many": st.booleans(),
            "has_sum": st.booleans(),
            "default": st.sampled_from(("", "today", "me", "yes", "1,280.50", "x")),
            "columns": st.tuples(raw_field("x", 0), raw_field("y", 0)) if depth else st.just(()),
        }
    )


PICKS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(("people", "manager", "head", "role", "chosen", "requester", "field")),
        "people": st.lists(st.sampled_from(PEOPLE), max_size=3),
        "level": st.integers(1, 20),
        "role": st.sampled_from(("", "r", "none")),
        "field": st.sampled_from(("", *KEYS)),
        "most": st.integers(0, 3),
    }
)
STEPS = st.fixed_dictionaries(
    {
        "node": st.just("step"),
        "key": st.sampled_from([f"s{n}" for n in range(8)]),
        "name": WORDS,
        "mode": st.sampled_from(("all", "any", "turn", "count")),
        "need": st.integers(1, 5),
        "who": st.lists(PICKS, max_size=3),
        "cc": st.lists(PICKS, max_size=2),
    }
)


def forks(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    made = st.fixed_dictionaries(
        {
            "key": st.sampled_from([f"b{n}" for n in range(8)]),
            "any_of": st.lists(st.lists(CONDITIONS, max_size=2), max_size=2),
            "nodes": st.lists(inner, max_size=3),
        }
    )
    return st.fixed_dictionaries(
        {"node": st.just("fork"), "key": st.sampled_from(("f", "g")), "branches": st.lists(made, max_size=3)}
    )


NODES = st.lists(st.recursive(STEPS, lambda inner: STEPS | forks(inner), max_leaves=6), max_size=4)
TEMPLATES = st.builds(
    lambda fields, route, admins: msgspec.convert(
        {"id": "t", "version": 1, "name": {"en": "t"}, "fields": fields, "route": route, "admins": admins},
        Template,
    ),
    st.tuples(raw_field("a"), raw_field("b"), raw_field("c"), raw_field("t")).flatmap(
        lambda fields: st.lists(st.sampled_from(fields), max_size=5)
    ),
    st.fixed_dictionaries(
        {
            "nodes": NODES,
            "cc_start": st.lists(PICKS, max_size=1),
            "on_nobody": st.sampled_from(("pass", "admins", "person", "refuse", "choose")),
            "stand_in": st.sampled_from(("", "@a:x", "@me:x")),
            "on_requester": st.sampled_from(("keep", "pass", "manager")),
            "on_twice": st.sampled_from(("keep", "first", "last")),
        }
    ),
    st.lists(st.sampled_from(PEOPLE), max_size=2),
)
VALUES = st.dictionaries(st.sampled_from(KEYS), ANYTHING, max_size=5)
GOOD_CONDITIONS = st.sampled_from(
    [
        [when("a", "gt", "5")],
        [when("a", "le", "5"), when("c", "eq", "yes")],
        [when("b", "ge", "100")],
        [when("c", "ne", "no")],
        [when("t", "filled")],
        [when("f", "lt", "10")],
        [when("d", "gt", "1.5")],
        [when("@department", "in", "!e:x")],
        [when("@requester", "eq", "@a:x")],
        [when("p", "in", "@b:x")],
    ]
)
SHOWN_IF = st.sampled_from([[], [], [when("c", "eq", "yes")], [when("a", "gt", "1")]])
GOOD_PICKS = st.sampled_from(
    [
        {"kind": "manager"},
        {"kind": "manager", "level": 3},
        {"kind": "head"},
        {"kind": "role", "role": "r"},
        {"kind": "field", "field": "p"},
        {"kind": "requester"},
        {"kind": "chosen"},
        people("@a:x", "@b:x", "@me:x"),
        people("@c:x"),
    ]
)


@st.composite
def good_templates(draw: st.DrawFn) -> Template:
    """Templates as people publish them; most have no flaw."""
    fields = [
        field("a", "number", is_required=draw(st.booleans())),
        field("b", "money", visible_if=draw(SHOWN_IF)),
        field("c", "single", options=options("yes", "no")),
        field("d", "range", has_half_days=draw(st.booleans())),
        field(
            "f", "formula", formula=draw(st.sampled_from(("a * 2", "a + b", "sum(t.x)", "days(d)", "a / b")))
        ),
        field("p", "person", is_many=True, visible_if=draw(SHOWN_IF)),
        field("t", "table", columns=[msgspec.to_builtins(field("x", "number", has_sum=True))]),
    ]
    names = iter(range(1000))

    def nodes(depth: int) -> list[dict[str, Any]]:
        made = []
        for _ in range(draw(st.integers(1, 3))):
            number = next(names)
            if depth and draw(st.booleans()):
                inner = [
                    branch(
                        f"b{number}.{n}",
                        *nodes(depth - 1),
                        any_of=draw(st.lists(GOOD_CONDITIONS, min_size=1, max_size=2)),
                    )
                    for n in range(draw(st.integers(1, 2)))
                ]
                made.append(fork(f"f{number}", *inner, branch(f"e{number}", *nodes(0))))
            else:
                who: list[Any] = draw(st.lists(GOOD_PICKS, min_size=1, max_size=2))
                mode = draw(st.sampled_from(("all", "any", "turn", "count")))
                made.append(step(f"s{number}", *who, mode=mode, need=draw(st.integers(1, 3))))
        return made

    rules = {
        "on_nobody": draw(st.sampled_from(("pass", "choose", "refuse"))),
        "on_requester": draw(st.sampled_from(("keep", "pass", "manager"))),
        "on_twice": draw(st.sampled_from(("keep", "first", "last"))),
    }
    return template(fields, nodes(2), **rules)


GOOD_VALUES = st.fixed_dictionaries(
    {"a": st.sampled_from(("1", "6", "5.5"))},
    optional={
        "b": st.sampled_from(({"amount": "99.5", "currency": "CNY"}, {"amount": "100", "currency": "CNY"})),
        "c": st.sampled_from(("yes", "no")),
        "d": st.just({"from": "2026-11-17", "to": "2026-11-18"}),
        "p": st.lists(st.sampled_from(PEOPLE), min_size=1, unique=True, max_size=3),
        "t": st.lists(st.sampled_from(({"x": "1"}, {"x": "20.25"})), min_size=1, max_size=3),
    },
)
RULES = TEMPLATES | good_templates()
FORMS = VALUES | GOOD_VALUES
FACTS = st.builds(
    Facts,
    department=st.sampled_from(("", "!d:x")),
    departments=st.sampled_from(((), ("!d:x", "!e:x"))),
    managers=st.lists(st.sampled_from(PEOPLE), unique=True, max_size=3).map(tuple),
    heads=st.dictionaries(st.just("!d:x"), st.sampled_from(PEOPLE)),
    roles=st.dictionaries(
        st.just("r"), st.lists(st.sampled_from(PEOPLE), unique=True, max_size=3).map(tuple)
    ),
)
CHOSEN = st.dictionaries(
    st.sampled_from([f"s{n}" for n in range(8)]),
    st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3).map(tuple),
)
