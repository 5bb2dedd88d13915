"""A request as it stands in the create event of its room: form, answers of the organisation, route. Never changes.

How values are written (`values[field.key]`; a field that is empty or hidden is absent):

- text, long text, phone: text. number, formula: decimal as text ("1280.5"). rating: decimal as text. single: option key
- money, formula with `is_money`: {"amount": "1280.50", "currency": "CNY"}
- date: "2026-11-17". date-time: "2026-11-17T09:30+08:00"
- range: {"from", "to": dates, or date-times where the field has hours; "from_half"/"to_half": "am" | "pm" where it has
  half days; "days": decimal as text, computed}
- multiple: [option keys]. person: [user ids]. department: [{"id": room id, "name"}]. linked: [{"room_id", "title", "number"}]
- table: [{column key: value}]. image, file: [`FileRef`]
"""

from enum import StrEnum
from typing import Annotated, Any

import msgspec

from app.domain.approvals.template import PickKind, StepMode, Template
from app.domain.approvals.wire import (
    MAX_PEOPLE,
    MAX_STEPS,
    VERSION,
    Id,
    Key,
    Short,
    Struct,
    Time,
    User,
    Users,
    Words,
)

Values = dict[str, Any]


class Why(Struct, frozen=True, omit_defaults=True):
    """The reason somebody stands in a step."""

    kind: PickKind
    level: int = 0
    role: Words = {}
    department: Short = ""
    instead_of: Id = ""
    """The requester, or who was not found: this one stands in."""
    is_stand_in: bool = False
    """Because nobody was found (`OnNobody`)."""


class Approver(Struct, frozen=True, omit_defaults=True):
    """One person of a step."""

    user: User
    why: Why


class Auto(StrEnum):
    """Why a step is passed without anybody."""

    NOBODY = "nobody"
    REQUESTER = "requester"
    TWICE = "twice"


class Step(Struct, frozen=True, omit_defaults=True):
    """One step of the route of one request."""

    key: Key
    name: Words
    mode: StepMode
    people: Annotated[tuple[Approver, ...], msgspec.Meta(max_length=MAX_PEOPLE)] = ()
    need: int = 1
    cc: Users = ()
    auto: Auto | None = None
    """Set exactly where `people` is empty."""
    branches: Annotated[tuple[tuple[Key, Key], ...], msgspec.Meta(max_length=20)] = ()
    """The forks and branches that lead here, outermost first: what "because the amount exceeds 5,000" is worded from."""


class Facts(Struct, frozen=True, omit_defaults=True):
    """What the organisation answered when the request was made: all that the route depends on beside the form."""

    department: Id = ""
    department_name: Short = ""
    departments: Annotated[tuple[Id, ...], msgspec.Meta(max_length=50)] = ()
    """The requester's department and those above it, lowest first."""
    managers: Users = ()
    """The requester's managers by level, direct first."""
    heads: Annotated[dict[Id, Id], msgspec.Meta(max_length=100)] = {}
    """Department → head, for the departments named in the form and the own one."""
    roles: Annotated[dict[Id, Users], msgspec.Meta(max_length=100)] = {}
    """Role → people, for the roles that the route names."""
    role_names: Annotated[dict[Id, Words], msgspec.Meta(max_length=100)] = {}


class Deputy(Struct, frozen=True, omit_defaults=True):
    """While `user` is away `deputy` may act for them."""

    user: User
    deputy: User
    from_ms: Time
    until_ms: Time


class RequestContent(Struct, frozen=True, omit_defaults=True):
    """Field `REQUEST_FIELD` of the create event. Who asks is the event's sender, nothing in here."""

    number: Short
    title: Short
    """In the requester's language: "张伟的报销"."""
    template: Template
    template_hash: Short
    """`digest_of` the template as it stands here; equal to that of the published one."""
    values: Values
    steps: Annotated[tuple[Step, ...], msgspec.Meta(max_length=MAX_STEPS)]
    """Equal to what `planning.plan_route` makes of the rest."""
    facts: Facts = Facts()
    v: int = VERSION
    library: Id = ""
    """The room the template was published in; empty: one that comes with Tack."""
    template_event: Id = ""
    """The event it was published with."""
    language: Short = "zh"
    chosen: Annotated[dict[Key, Users], msgspec.Meta(max_length=100)] = {}
    """Step → people whom the requester chose."""
    cc_start: Users = ()
    cc_end: Users = ()
    cc_own: Users = ()
    """Copies the requester added."""
    deputies: Annotated[tuple[Deputy, ...], msgspec.Meta(max_length=200)] = ()
    names: Annotated[dict[Id, Short], msgspec.Meta(max_length=1000)] = {}
    """Display names at the time, for whoever cannot look them up."""
    made_ms: Time = 0
    former: Id = ""
    """The request (room) this one corrects."""


def parse_request(content: object) -> RequestContent | None:
    """Read the field of a create event; None when it is not exactly a request."""
    try:
        return msgspec.convert(content, RequestContent)
    except (ValueError, RecursionError):  # half a surrogate is a ValueError, too
        return None
