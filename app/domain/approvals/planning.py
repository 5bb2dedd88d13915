"""From a template, the values of a form and the organisation's answers to a route. Pure; every client gets the same.

The door to its parts: `findings` (what comes out), `form_values` and `form_checks` (forms), `formulas`, `conditions`,
`routing` (routes), `template_checks` and `branch_checks` (before publishing), `request_checks` (what arrives). Every
function is total: whatever is handed in, the answer is a finding, never an exception, and never slow.
"""

from app.domain.approvals.findings import (
    Flaw,
    FlawAt,
    Needs,
    Plan,
    PlanError,
    Problem,
    ProblemAt,
)
from app.domain.approvals.form_checks import check_values
from app.domain.approvals.form_values import column_sums, computed
from app.domain.approvals.money_words import capital_words
from app.domain.approvals.request_checks import check_request
from app.domain.approvals.routing import needs_of, plan_route
from app.domain.approvals.template_checks import check_template

__all__ = [
    "Flaw",
    "FlawAt",
    "Needs",
    "Plan",
    "PlanError",
    "Problem",
    "ProblemAt",
    "capital_words",
    "check_request",
    "check_template",
    "check_values",
    "column_sums",
    "computed",
    "needs_of",
    "plan_route",
]
