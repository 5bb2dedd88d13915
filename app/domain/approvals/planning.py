"""From a template, the values of a form and the organisation's answers to a route. Pure; every client gets the same."""

from app.domain.approvals.findings import Flaw, FlawAt, Needs, Plan, PlanError, Problem, ProblemAt
from app.domain.approvals.money_words import capital_words
from app.domain.approvals.request import Facts, RequestContent, Values
from app.domain.approvals.state import Check
from app.domain.approvals.template import Template
from app.domain.approvals.wire import Users
from app.domain.ids import UserID

__all__ = ["Flaw", "FlawAt", "Needs", "Plan", "PlanError", "Problem", "ProblemAt", "capital_words"]


def check_template(template: Template, roles: frozenset[str] | None = None) -> tuple[FlawAt, ...]:
    """Find everything that cannot work, on every branch. `roles` None: roles are not checked."""
    raise NotImplementedError


def computed(template: Template, values: Values) -> Values:
    """Drop hidden fields, and fill in formulas, days of ranges and sums. What cannot be computed is absent."""
    raise NotImplementedError


def check_values(template: Template, values: Values) -> tuple[ProblemAt, ...]:
    """Find what keeps a form from being sent. Expects `computed` values."""
    raise NotImplementedError


def needs_of(template: Template, values: Values) -> Needs:
    """Say what the organisation has to answer first."""
    raise NotImplementedError


def plan_route(
    template: Template, values: Values, facts: Facts, chosen: dict[str, Users], requester: UserID
) -> Plan:
    """Make the route."""
    raise NotImplementedError


def check_request(content: RequestContent, requester: UserID) -> tuple[Check, ...]:
    """Make everything again that follows from something else in a request, and compare."""
    raise NotImplementedError
