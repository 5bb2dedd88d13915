"""What planning finds: flaws of templates, problems of forms, routes, and what a route needs to know. Values only."""

from enum import StrEnum
from typing import NamedTuple

from app.domain.approvals.request import Step
from app.domain.approvals.wire import Users


class Flaw(StrEnum):
    """What is wrong with a template; publishing is refused. Worded by the interface with `FlawAt`."""

    NO_NAME = "no_name"
    DOUBLE_KEY = "double_key"
    UNKNOWN_FIELD = "unknown_field"
    """A condition, formula or pick names a field that is not there."""
    CIRCLE = "circle"
    """Formulas or visibility depend on each other in a circle."""
    BAD_FORMULA = "bad_formula"
    NO_OPTIONS = "no_options"
    BAD_LIMITS = "bad_limits"
    BAD_DEFAULT = "bad_default"
    NO_ELSE = "no_else"
    """A fork without a last branch that is taken when no other is."""
    ELSE_NOT_LAST = "else_not_last"
    DEAD_BRANCH = "dead_branch"
    """Can never be taken: its conditions contradict each other or an earlier branch takes all."""
    NO_STEPS = "no_steps"
    """A way through the route on which nobody decides."""
    NOBODY = "nobody"
    """A step that names nobody, or a role or person the organisation does not have."""
    NEED_TOO_MANY = "need_too_many"
    NO_ADMINS = "no_admins"
    NO_STAND_IN = "no_stand_in"
    BAD_COMPARISON = "bad_comparison"
    TOO_BIG = "too_big"
    TOO_DEEP = "too_deep"
    BAD_COLUMN = "bad_column"
    """A column of a kind that tables cannot hold."""


class FlawAt(NamedTuple):
    """A flaw and where it is."""

    flaw: Flaw
    key: str = ""
    """Of the field, step, fork or branch."""
    detail: str = ""


class Problem(StrEnum):
    """What is wrong with a filled form; the request cannot be sent."""

    MISSING = "missing"
    NOT_A_NUMBER = "not_a_number"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"
    TOO_PRECISE = "too_precise"
    """More decimals than the field takes; `detail`: how many it takes."""
    NOT_A_DATE = "not_a_date"
    ENDS_BEFORE_START = "ends_before_start"
    NOT_AN_OPTION = "not_an_option"
    NOT_A_PHONE = "not_a_phone"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    DIVISION_BY_ZERO = "division_by_zero"
    CANNOT_COMPUTE = "cannot_compute"
    FILE_GONE = "file_gone"
    WRONG_TYPE = "wrong_type"


class ProblemAt(NamedTuple):
    """A problem and where it is; rows of tables count from 0."""

    problem: Problem
    key: str
    row: int | None = None
    column: str = ""
    detail: str = ""
    """The limit, or what was typed."""


class PlanError(StrEnum):
    """Why there is no route."""

    NOBODY = "nobody"
    """A step for which nobody was found, and the template refuses that."""
    NOT_CHOSEN = "not_chosen"
    """The requester has still to choose the people of a step."""
    NO_BRANCH = "no_branch"


class Plan(NamedTuple):
    """A route, or why there is none (`error`, at the step or fork `error_at`; `steps` are then those found so far)."""

    steps: tuple[Step, ...]
    cc_start: Users = ()
    cc_end: Users = ()
    error: PlanError | None = None
    error_at: str = ""


class Needs(NamedTuple):
    """What a template asks of the organisation before a route can be planned."""

    levels: int = 0
    """Managers up to this level."""
    roles: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    """Rooms whose heads are wanted, beside the requester's own department."""
    choices: tuple[str, ...] = ()
    """Steps on the taken branches whose people the requester chooses."""
