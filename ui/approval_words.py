"""What approvals are called on the screen: values, reasons, states. In the language of the interface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.approvals.acts import ActKind
    from app.domain.approvals.planning import FlawAt, PlanError, ProblemAt
    from app.domain.approvals.request import RequestContent, Step, Why
    from app.domain.approvals.rows import ApprovalRow
    from app.domain.approvals.state import Entry, Refusal, RequestState, RequestStatus
    from app.domain.approvals.template import Condition, Field, StepMode, Template

    Name = Callable[[str], str]
    """Gives the display name of a user id."""


def words_of(words: dict[str, str]) -> str:
    """Give a text by language in the language of the interface."""
    raise NotImplementedError


def value_words(field: Field, value: Any, name: Name) -> str:
    """Word a value of a field on one line: "¥ 1,280.50", "2026-11-17 至 2026-11-19 (3 天)"; "" where it is empty."""
    raise NotImplementedError


def title_words(template: Template, requester: str) -> str:
    """Title a new request: "张伟的报销", "Expense of Zhang Wei"."""
    raise NotImplementedError


def fact_words(row: ApprovalRow) -> str:
    """Word the key fields of a row: "¥ 1,280.50 · 差旅 · 上海"."""
    raise NotImplementedError


def condition_words(template: Template, condition: Condition) -> str:
    """Word a condition: "金额 > 5,000"."""
    raise NotImplementedError


def why_words(why: Why, name: Name) -> str:
    """Word why somebody stands in a step: "直属上级", "部门负责人 (研发部)", "由你选择"."""
    raise NotImplementedError


def branch_words(template: Template, step: Step) -> str:
    """Word the branches that lead to a step: "因为金额超过 5,000"; "" for one that always comes."""
    raise NotImplementedError


def mode_words(mode: StepMode, need: int, people: int) -> str:
    """Word how a step is passed: "会签", "或签", "依次", "3 人中 2 人"; "" for a single person."""
    raise NotImplementedError


def status_words(status: RequestStatus) -> str:
    """Word a state."""
    raise NotImplementedError


def entry_words(entry: Entry, state: RequestState, name: Name) -> str:
    """Word a line of the record: "刘洋 同意", "李娜 代 王强 同意", "陈静 转交给 赵磊"."""
    raise NotImplementedError


def refusal_words(refusal: Refusal) -> str:
    """Word why an act changed nothing, as one sentence."""
    raise NotImplementedError


def problem_words(template: Template, problem: ProblemAt) -> str:
    """Word what is wrong with a form, as one sentence."""
    raise NotImplementedError


def plan_error_words(template: Template, error: PlanError, at: str) -> str:
    """Word why there is no route."""
    raise NotImplementedError


def flaw_words(template: Template, flaw: FlawAt) -> str:
    """Word what cannot work in a template, as one sentence that says where."""
    raise NotImplementedError


def request_text(content: RequestContent, name: Name) -> str:
    """Word a whole request for people without Tack: title, number, each field on a line, who decides."""
    raise NotImplementedError


def act_text(kind: ActKind, content: RequestContent, note: str, people: tuple[str, ...], name: Name) -> str:
    """Word an act for people without Tack: "✅ 刘洋 同意：住宿标准以内"."""
    raise NotImplementedError
