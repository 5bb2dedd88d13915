"""A template: the form people fill, and the rule by which its route is made. As published in the library room.

A request embeds the template it was made with, so that its route can be made again by every client (`planning`).
"""

from enum import StrEnum
from typing import Annotated

import msgspec

from app.domain.approvals.wire import (
    MAX_COLUMNS,
    MAX_FIELDS,
    MAX_STEPS,
    VERSION,
    Id,
    Key,
    Short,
    Struct,
    Text,
    Users,
    Words,
)


class FieldKind(StrEnum):
    """What a field holds; `values` says how each is written."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    DATE_TIME = "date_time"
    RANGE = "range"
    SINGLE = "single"
    MULTIPLE = "multiple"
    PERSON = "person"
    DEPARTMENT = "department"
    PHONE = "phone"
    RATING = "rating"
    TABLE = "table"
    IMAGE = "image"
    FILE = "file"
    LINKED = "linked"
    FORMULA = "formula"
    NOTE = "note"
    """A text for the reader; holds nothing."""


class Compare(StrEnum):
    """How a condition compares. Numbers, money, days and dates by value; everything else as text."""

    EQUAL = "eq"
    UNEQUAL = "ne"
    MORE = "gt"
    AT_LEAST = "ge"
    LESS = "lt"
    AT_MOST = "le"
    ONE_OF = "in"
    NONE_OF = "not_in"
    EMPTY = "empty"
    FILLED = "filled"
    """Also: "contains any of" for multiple choice, people and departments is ONE_OF."""


REQUESTER, DEPARTMENT = "@requester", "@department"
"""Instead of a field's key in a condition: who asks, and that person's department (or any above it)."""


class Condition(Struct, frozen=True, omit_defaults=True):
    """One comparison of a field. A field that is hidden or empty meets only EMPTY, UNEQUAL and NONE_OF."""

    field: Key
    compare: Compare
    values: Annotated[tuple[Short, ...], msgspec.Meta(max_length=50)] = ()


Conditions = Annotated[tuple[Condition, ...], msgspec.Meta(max_length=20)]


class Option(Struct, frozen=True, omit_defaults=True):
    """One choice of a field."""

    key: Key
    name: Words


class Field(Struct, frozen=True, omit_defaults=True):
    """One field of a form."""

    key: Key
    kind: FieldKind
    name: Words
    hint: Words = {}
    is_required: bool = False
    default: Text = ""
    """As typed; for choices an option's key; "today", "now", "me" for dates and people."""
    visible_if: Conditions = ()
    """All must hold; empty: always shown. A hidden field holds nothing."""
    is_key: bool = False
    """Shown in the rows of lists: the two or three facts people decide by."""
    options: Annotated[tuple[Option, ...], msgspec.Meta(max_length=100)] = ()
    at_least: Short = ""
    """Decimal for numbers, money, rating, count of choices; ISO date for dates."""
    at_most: Short = ""
    max_length: int = 0
    """Of texts, in characters; 0: the format's own limit."""
    decimals: int = 2
    currency: Short = "CNY"
    has_half_days: bool = False
    counts_workdays: bool = False
    """Ranges: days are Monday to Friday; else calendar days."""
    has_time: bool = False
    """Ranges: from-to with hours; `days` are then hours / 24."""
    is_many: bool = False
    """People, departments: several."""
    columns: Annotated[tuple["Field", ...], msgspec.Meta(max_length=MAX_COLUMNS)] = ()
    has_sum: bool = False
    """A column whose sum stands under the table."""
    formula: Text = ""
    """+ - * / ( ), numbers, field keys (`{any key}` where it is no plain word), `sum(table.column)`, `days(range)`,
    `hours(range)`, `min(…)`, `max(…)`, `round(x, 2)`. In a column: keys of columns, of the same row. See `formulas`."""
    is_money: bool = False
    """Of a formula: its result is an amount in `currency`, and written like one."""
    text: Words = {}
    """Of a note."""


class StepMode(StrEnum):
    """When a step is passed."""

    ALL = "all"
    """会签: everybody; one rejection rejects."""
    ANY = "any"
    """或签: the first to decide, either way."""
    TURN = "turn"
    """依次: one after another; one rejection rejects."""
    COUNT = "count"
    """`need` of them; rejected once that can no longer be reached."""


class PickKind(StrEnum):
    """How people for a step (or copies) are found."""

    PEOPLE = "people"
    MANAGER = "manager"
    """The requester's manager at `level` (1 = direct)."""
    HEAD = "head"
    """The head of the requester's department, or of the department in `field`."""
    ROLE = "role"
    CHOSEN = "chosen"
    """By the requester when asking; among `people` where given; at most `most`."""
    REQUESTER = "requester"
    FIELD = "field"
    """The people in the person field `field`."""


class Pick(Struct, frozen=True, omit_defaults=True):
    """One way to find people."""

    kind: PickKind
    people: Users = ()
    level: Annotated[int, msgspec.Meta(ge=1, le=20)] = 1
    role: Id = ""
    field: Id = ""
    most: Annotated[int, msgspec.Meta(ge=0, le=50)] = 0


Picks = Annotated[tuple[Pick, ...], msgspec.Meta(max_length=20)]


class StepRule(Struct, frozen=True, omit_defaults=True, tag_field="node", tag="step"):
    """One step of a route."""

    key: Key
    name: Words
    mode: StepMode
    who: Picks
    need: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1
    """For COUNT."""
    cc: Picks = ()
    """Who gets a copy when the step is passed."""
    timeout: Words = {}
    """What is expected of the time this takes; a text for now."""


class Branch(Struct, frozen=True, omit_defaults=True):
    """One way on from a fork."""

    key: Key
    name: Words = {}
    any_of: Annotated[tuple[Conditions, ...], msgspec.Meta(max_length=20)] = ()
    """Taken when all conditions of one of these groups hold; no group at all: else."""
    nodes: Annotated[tuple["Node", ...], msgspec.Meta(max_length=MAX_STEPS)] = ()


class Fork(Struct, frozen=True, omit_defaults=True, tag_field="node", tag="fork"):
    """The first branch (by their order) whose conditions hold is taken, then the route goes on behind the fork."""

    key: Key
    branches: Annotated[tuple[Branch, ...], msgspec.Meta(max_length=20)]


Node = StepRule | Fork


class OnNobody(StrEnum):
    """What a step does for which nobody is found."""

    PASS = "pass"
    ADMINS = "admins"
    """The template's administrators decide."""
    PERSON = "person"
    """`Route.stand_in` decides."""
    REFUSE = "refuse"
    """The request cannot be sent; the requester is told why."""
    CHOOSE = "choose"
    """The requester chooses somebody, once for all such steps; what templates that come with Tack do."""


class OnRequester(StrEnum):
    """What happens when the requester would decide on the own request."""

    KEEP = "keep"
    PASS = "pass"
    """That person's part counts as passed: they are left out, and a step left empty is passed."""
    MANAGER = "manager"
    """Their manager decides instead."""


class OnTwice(StrEnum):
    """What happens when somebody would decide in several steps."""

    KEEP = "keep"
    FIRST = "first"
    """Once, at the first."""
    LAST = "last"


class AfterReturn(StrEnum):
    """How a request goes on when the one it was returned to has corrected it."""

    STRAIGHT = "straight"
    """Straight to who returned it."""
    AGAIN = "again"
    """Through all steps again, from the first or from the one it was returned to."""


class Route(Struct, frozen=True, omit_defaults=True):
    """Who decides, by rule."""

    nodes: Annotated[tuple[Node, ...], msgspec.Meta(max_length=MAX_STEPS)]
    cc_start: Picks = ()
    cc_end: Picks = ()
    on_nobody: OnNobody = OnNobody.ADMINS
    stand_in: Id = ""
    on_requester: OnRequester = OnRequester.MANAGER
    on_twice: OnTwice = OnTwice.FIRST
    after_return: AfterReturn = AfterReturn.STRAIGHT


class Template(Struct, frozen=True, omit_defaults=True):
    """Form and route under one name. `version` grows by one with each publication."""

    id: Key
    version: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    name: Words
    fields: Annotated[tuple[Field, ...], msgspec.Meta(max_length=MAX_FIELDS)]
    route: Route
    v: int = VERSION
    about: Words = {}
    group: Words = {}
    icon: Short = "file-text"
    prefix: Annotated[str, msgspec.Meta(max_length=8, pattern="^[A-Z0-9]*$")] = ""
    """Of the numbers of requests: EXP-2026-7K3QF."""
    admins: Users = ()
    """May pass on the task of somebody who cannot act any more, and are asked when nobody is found."""
    can_batch: bool = True
    """May be decided together with others, without being opened."""
    may_use: Users = ()
    """Who may ask with it; empty: everybody of the organisation."""
    is_off: bool = False
    """Not offered for new requests."""


class Role(Struct, frozen=True, omit_defaults=True):
    """A named group of people, such as finance."""

    key: Key
    name: Words
    people: Users = ()


class Roles(Struct, frozen=True, omit_defaults=True):
    """All roles of the organisation."""

    roles: Annotated[tuple[Role, ...], msgspec.Meta(max_length=200)] = ()
    v: int = VERSION


class Away(Struct, frozen=True, omit_defaults=True):
    """Somebody is away and another decides for them."""

    deputy: Id
    from_ms: int
    until_ms: int
    templates: Annotated[tuple[Key, ...], msgspec.Meta(max_length=100)] = ()
    """Only requests of these; empty: all."""
    v: int = VERSION
