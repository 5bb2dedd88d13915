"""What is said to somebody who asks for something: titles, problems of a form, why there is no route, the form as text.

`ui.approval_words` is the door; other modules import from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.approvals.dependencies import by_key
from app.domain.approvals.findings import PlanError, Problem
from app.domain.approvals.money_words import capital_words
from app.domain.approvals.template import FieldKind, Fork, StepRule
from app.domain.visible import spaced
from resources.translations import language, tr
from ui.approval_route_words import mode_words
from ui.approval_value_words import list_words, number_words, sum_words, value_words, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from app.domain.approvals.findings import ProblemAt
    from app.domain.approvals.request import RequestContent, Step, Values
    from app.domain.approvals.template import Field, Node, Template

    Name = Callable[[str], str]

_DATES = (FieldKind.DATE, FieldKind.DATE_TIME)
_CHOSEN = (FieldKind.SINGLE, FieldKind.MULTIPLE, FieldKind.PERSON, FieldKind.DEPARTMENT, FieldKind.LINKED)
_FILES = (FieldKind.IMAGE, FieldKind.FILE)
_TELLING = (FieldKind.TEXT, FieldKind.LONG_TEXT, FieldKind.MONEY, FieldKind.SINGLE, FieldKind.RANGE)
_MOST_FACTS, _FACT_LENGTH = 3, 40
_MOST_TEXT = 20_000
"""Of the text for phones; what is longer can be read in Tack."""


def title_words(template: Template, requester: str) -> str:
    """Title a new request: "张伟的报销", "Sofia Rossi 的请假", "Expense of Zhang Wei"."""
    words = {"template": words_of(template.name), "name": requester}
    if language() == "zh":
        words = {key: spaced(word) for key, word in words.items()}
    return tr("{template} of {name}", **words).strip()


def problem_words(template: Template, problem: ProblemAt) -> str:
    """Word what is wrong with a form, as one sentence; it stands below the field, so it does not name that."""
    field = _field_of(template, problem)
    if problem.problem is Problem.MISSING:
        return _missing_words(field)
    if problem.problem in (Problem.TOO_SMALL, Problem.TOO_LARGE):
        return _limit_words(field, problem)
    return _sentences(problem.detail)[problem.problem]


def plan_error_words(template: Template, error: PlanError, at: str) -> str:
    """Word why there is no route."""
    step = next((words_of(node.name) for node in _steps(template.route.nodes) if node.key == at), at)
    return {
        PlanError.NOBODY: tr(
            "Nobody was found for the step “{step}”, so this cannot be sent. Ask whoever keeps the templates.",
            step=step,
        ),
        PlanError.NOT_CHOSEN: tr("Choose who decides in the step “{step}”.", step=step),
        PlanError.NO_BRANCH: tr(
            "The template says nothing for this case, so this cannot be sent. Ask whoever keeps the templates."
        ),
    }[error]


def request_text(content: RequestContent, name: Name) -> str:
    """Word a whole request for people without Tack: title, number, each field on a line, who decides."""
    head = f"📋 {content.title}" + (f" ({content.number})" if content.number else "")
    lines = [head, "", *_form_lines(content.template.fields, content.values, name), "", tr("Who decides:")]
    lines += [_step_line(number, step, name) for number, step in enumerate(content.steps, 1)]
    copies = list_words([name(user) for user in _copies(content)])
    lines += [tr("Copies: {names}", names=copies)] if copies else []
    lines += ["", tr("To decide, open this in Tack. Everybody here can read and comment.")]
    return _bounded(lines)


def changes_text(template: Template, before: Values, after: Values, name: Name) -> str:
    """Word what a correction changed, for people without Tack: each field on a line; "" where nothing differs."""
    fields = [field for field in template.fields if before.get(field.key) != after.get(field.key)]
    emptied = [field for field in fields if after.get(field.key) is None and field.kind is not FieldKind.NOTE]
    lines = [*_form_lines(fields, after, name), *(_line(one, tr("empty")) for one in emptied)]
    return _bounded(lines)


def _bounded(lines: Iterable[str]) -> str:
    text = "\n".join(lines)
    return text if len(text) <= _MOST_TEXT else text[:_MOST_TEXT] + "…"


def _copies(content: RequestContent) -> Iterable[str]:
    """Whoever gets one at any time, each once."""
    of_steps = (user for step in content.steps for user in step.cc)
    return dict.fromkeys((*content.cc_start, *content.cc_own, *of_steps, *content.cc_end))


def _form_lines(fields: Iterable[Field], values: Values, name: Name) -> Iterator[str]:
    for field in fields:
        value = values.get(field.key)
        if field.kind is FieldKind.NOTE or value is None:
            continue
        if field.kind is FieldKind.TABLE:
            yield from _table_lines(field, value, name)
        else:
            yield _line(field, _worded(field, value, name))


def _line(field: Field, words: str) -> str:
    return tr("{words}: {note}", words=words_of(field.name), note=words)


def _worded(field: Field, value: Any, name: Name) -> str:
    words = value_words(field, value, name)
    is_yuan = field.kind is FieldKind.MONEY and isinstance(value, dict) and value.get("currency") == "CNY"
    capitals = capital_words(value.get("amount")) if is_yuan else ""
    return f"{words} ({capitals})" if capitals else words


def _table_lines(field: Field, rows: Any, name: Name) -> Iterator[str]:
    yield _line(field, "").rstrip()
    for number, row in enumerate(rows if isinstance(rows, list) else (), 1):
        cells = (value_words(column, row.get(column.key), name) for column in field.columns)
        yield f"  {number}. " + " · ".join(filter(None, cells))
    for column in field.columns:
        total = sum_words(column, rows)
        if total:
            yield "  " + tr("{name}: {sum} in all", name=words_of(column.name), sum=total)


def _step_line(number: int, step: Step, name: Name) -> str:
    people = list_words([name(approver.user) for approver in step.people]) or tr("nobody has to decide")
    mode = mode_words(step.mode, step.need, len(step.people))
    return f"{number}. {words_of(step.name)}: {people}" + (f" ({mode})" if mode else "")


def _field_of(template: Template, problem: ProblemAt) -> Field | None:
    field = by_key(template.fields).get(problem.key)
    if field is not None and problem.column:
        return by_key(field.columns).get(problem.column, field)
    return field


def _missing_words(field: Field | None) -> str:
    kind = FieldKind.TEXT if field is None else field.kind
    if kind is FieldKind.RANGE:
        return tr("Enter both the first and the last day.")
    if kind in _FILES:
        return tr("Attach a file here.")
    if kind in _CHOSEN:
        return tr("Choose something here.")
    if kind is FieldKind.FORMULA:
        return tr("This follows from other fields. Fill those in.")
    return tr("Rate this.") if kind is FieldKind.RATING else tr("Fill this in.")


def _limit_words(field: Field | None, problem: ProblemAt) -> str:
    is_small = problem.problem is Problem.TOO_SMALL
    if field is not None and field.kind in _DATES:
        first, last = tr("Not before {limit}."), tr("Not after {limit}.")
        return (first if is_small else last).format(limit=problem.detail)
    least, most = tr("At least {limit}."), tr("At most {limit}.")
    limit = number_words(problem.detail) if problem.detail else "?"
    return (least if is_small else most).format(limit=limit)


def _sentences(detail: str) -> dict[Problem, str]:
    return {
        Problem.NOT_A_NUMBER: tr("“{typed}” is not a number.", typed=detail),
        Problem.TOO_LONG: tr("Too long: at most {n} characters. Shorten it, or attach a file.", n=detail),
        Problem.TOO_PRECISE: tr("Too many digits behind the point: at most {n}.", n=detail),
        Problem.NOT_A_DATE: tr("“{typed}” is not a date. Write it as 2026-11-17.", typed=detail),
        Problem.ENDS_BEFORE_START: tr("It ends before it begins."),
        Problem.NOT_AN_OPTION: tr("This choice is no longer offered. Choose again."),
        Problem.NOT_A_PHONE: tr("“{typed}” is not a phone number.", typed=detail),
        Problem.TOO_FEW: tr("Too few: at least {n}.", n=detail),
        Problem.TOO_MANY: tr("Too many: at most {n}.", n=detail),
        Problem.DIVISION_BY_ZERO: tr("This cannot be computed: it would divide by zero. Check the figures."),
        Problem.CANNOT_COMPUTE: tr("This cannot be computed from what was filled in. Check the figures."),
        Problem.FILE_GONE: tr("“{name}” is not there any more. Remove it, or attach it again.", name=detail),
        Problem.WRONG_TYPE: tr("This cannot be used. Fill it in again."),
    }


def _steps(nodes: Iterable[Node]) -> Iterator[StepRule]:
    for node in nodes:
        if isinstance(node, Fork):
            for branch in node.branches:
                yield from _steps(branch.nodes)
        else:
            yield node


def fact_line(template: Template, values: Values, name: Name) -> str:
    """Word what a form is about: its key fields, else the first that say something."""
    shown = [field for field in template.fields if values.get(field.key) is not None]
    told = [field for field in shown if field.is_key] or [f for f in shown if f.kind in _TELLING]
    words = (value_words(field, values[field.key], name) for field in told[:_MOST_FACTS])
    return " · ".join(" ".join(word.split())[:_FACT_LENGTH] for word in words if word)
