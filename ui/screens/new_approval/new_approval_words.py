"""What the window says about what is being written, and about what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.approvals.findings import PlanError
from app.domain.approvals.planning import computed
from app.domain.approvals.state import Refusal
from app.domain.approvals.wire import MAX_EVENT_BYTES
from resources.translations import tr
from ui.approval_words import fact_line, plan_error_words, refusal_words, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from app.domain.approvals.findings import Plan
    from app.domain.approvals.request import Values
    from app.domain.approvals.template import Template
    from app.domain.ids import UserID

    Name = Callable[[str], str]


def draft_title(template: Template, values: Values, name: Name) -> str:
    """Name a draft by its template and what was filled in."""
    facts = fact_line(template, computed(template, values), name)
    return f"{words_of(template.name)} · {facts}" if facts else words_of(template.name)


def route_error_words(
    template: Template, plan: Plan, chosen: Mapping[str, tuple[UserID, ...]], me: UserID
) -> str:
    """Say why there is no route; "" where there is one. Who chose themselves did choose, and is told so."""
    if plan.error is None:
        return ""
    if plan.error is PlanError.NOT_CHOSEN and chosen.get(plan.error_at) == (me,):
        return refusal_words(Refusal.OWN_REQUEST)
    return plan_error_words(template, plan.error, plan.error_at)


def too_big_words(size: int) -> str:
    """Say that it cannot be sent like this, and what helps."""
    return tr(
        "This is too much for one request: {size} of {limit} KB. Shorten texts, or attach them as files.",
        size=f"{size / 1000:.1f}",
        limit=MAX_EVENT_BYTES // 1000,
    )


def outcome_words(*, is_sent: bool) -> str:
    """What became of it, for somebody who closed the window meanwhile."""
    if is_sent:
        return tr("Your request was sent.")
    return tr("Your request was not sent: something is missing in it. It is kept as a draft.")
