"""What approvals are called on the screen: values, reasons, states. In the language of the interface.

The door to `approval_value_words`, `approval_route_words`, `approval_act_words`, `approval_asking_words`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.approval_act_words import act_text, act_words, entry_words, refusal_words
from ui.approval_asking_words import (
    changes_text,
    fact_line,
    plan_error_words,
    problem_words,
    request_text,
    title_words,
)
from ui.approval_route_words import (
    auto_words,
    manager_words,
    mode_words,
    reason_words,
    status_words,
    why_words,
)
from ui.approval_route_words import branch_words as _branch_words
from ui.approval_value_words import (
    fact_words,
    list_words,
    money_words,
    number_words,
    sum_words,
    value_words,
    words_of,
)
from ui.template_words import condition_words, flaw_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.approvals.request import Step
    from app.domain.approvals.state import StepState
    from app.domain.approvals.template import Template

    Name = Callable[[str], str]
    """Gives the display name of a user id."""

__all__ = [
    "act_text",
    "act_words",
    "auto_words",
    "branch_words",
    "changes_text",
    "condition_words",
    "entry_words",
    "fact_line",
    "fact_words",
    "flaw_words",
    "list_words",
    "manager_words",
    "mode_words",
    "money_words",
    "number_words",
    "plan_error_words",
    "problem_words",
    "reason_words",
    "refusal_words",
    "request_text",
    "status_words",
    "sum_words",
    "title_words",
    "value_words",
    "why_words",
    "words_of",
]


def branch_words(template: Template, step: Step | StepState, name: Name | None = None) -> str:
    """Word the branches that lead to a step: "金额超过 5,000"; "" for one that always comes."""
    return _branch_words(template, step.branches, name)
