"""Templates in words: kinds of fields, conditions, who decides, and what cannot work.

`ui.approval_words` is the door for conditions and flaws.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.approvals.findings import Flaw
from app.domain.approvals.template import (
    DEPARTMENT,
    REQUESTER,
    Compare,
    FieldKind,
    Fork,
    PickKind,
    StepRule,
)
from resources.translations import tr
from ui.approval_route_words import manager_words
from ui.approval_value_words import list_words, number_words, value_words, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.domain.approvals.findings import FlawAt
    from app.domain.approvals.template import Condition, Field, Node, Pick, Roles, Template

    Name = Callable[[str], str]

_NUMBERS = (FieldKind.NUMBER, FieldKind.MONEY, FieldKind.FORMULA, FieldKind.RATING, FieldKind.RANGE)


def kind_words(kind: FieldKind) -> str:
    """Name a kind of field."""
    return _kinds()[kind]


def _kinds() -> dict[FieldKind, str]:
    return {
        FieldKind.TEXT: tr("Short text"),
        FieldKind.LONG_TEXT: tr("Long text"),
        FieldKind.NUMBER: tr("Numeric"),
        FieldKind.MONEY: tr("Amount"),
        FieldKind.DATE: tr("Date"),
        FieldKind.DATE_TIME: tr("Date, time"),
        FieldKind.RANGE: tr("From – to"),
        FieldKind.SINGLE: tr("Single choice"),
        FieldKind.MULTIPLE: tr("Multi-choice"),
        FieldKind.PERSON: tr("Person"),
        FieldKind.DEPARTMENT: tr("Department"),
        FieldKind.PHONE: tr("Phone"),
        FieldKind.RATING: tr("Rating"),
        FieldKind.TABLE: tr("Table"),
        FieldKind.IMAGE: tr("Picture"),
        FieldKind.FILE: tr("Attachment"),
        FieldKind.LINKED: tr("Request link"),
        FieldKind.FORMULA: tr("Formula"),
        FieldKind.NOTE: tr("Note to read"),
    }


def compare_words(compare: Compare, *, is_list: bool = False) -> str:
    """Name a comparison; `is_list` for fields that hold several."""
    if is_list and compare in (Compare.ONE_OF, Compare.NONE_OF):
        return tr("has any of") if compare is Compare.ONE_OF else tr("has none of")
    return {
        Compare.EQUAL: "=",
        Compare.UNEQUAL: "≠",
        Compare.MORE: ">",
        Compare.AT_LEAST: "≥",
        Compare.LESS: "<",
        Compare.AT_MOST: "≤",
        Compare.ONE_OF: tr("is one of"),
        Compare.NONE_OF: tr("is none of"),
        Compare.EMPTY: tr("is left empty"),
        Compare.FILLED: tr("is filled"),
    }[compare]


def subject_words(template: Template, key: str) -> str:
    """Name what a condition looks at."""
    if key == REQUESTER:
        return tr("Requester")
    if key == DEPARTMENT:
        return tr("Requester's department")
    field = next((one for one in template.fields if one.key == key), None)
    return name_of_field(field) if field is not None else key


def name_of_field(field: Field) -> str:
    """Name a field; one without a name by its kind."""
    return words_of(field.name) or kind_words(field.kind)


def condition_words(template: Template, condition: Condition, name: Name | None = None) -> str:
    """Word a condition: "金额 > 5,000"."""
    field = next((one for one in template.fields if one.key == condition.field), None)
    compare = compare_words(condition.compare, is_list=field is not None and holds_many(field))
    values = list_words([_value(field, value, name) for value in condition.values])
    return " ".join(part for part in (subject_words(template, condition.field), compare, values) if part)


def holds_many(field: Field) -> bool:
    """Whether a field holds several at once."""
    return field.kind is FieldKind.MULTIPLE or field.is_many


def _value(field: Field | None, value: str, name: Name | None) -> str:
    if field is None or field.kind in (FieldKind.PERSON, FieldKind.DEPARTMENT):
        return value if name is None else name(value)
    return number_words(value) if field.kind in _NUMBERS else value_words(field, value, name or str)


def pick_words(template: Template, pick: Pick, roles: Roles, name: Name) -> str:
    """Word who a pick finds."""
    if pick.kind is PickKind.PEOPLE:
        return list_words([name(user) for user in pick.people]) or tr("Named people: nobody yet")
    if pick.kind is PickKind.MANAGER:
        return manager_words(pick.level)
    if pick.kind is PickKind.HEAD:
        head = tr("Head of department")
        return f"{head} ({subject_words(template, pick.field)})" if pick.field else head
    if pick.kind is PickKind.ROLE:
        found = next((role for role in roles.roles if role.key == pick.role), None)
        return tr("Role: {name}", name=pick.role if found is None else words_of(found.name))
    if pick.kind is PickKind.FIELD:
        return tr("People in “{field}”", field=subject_words(template, pick.field))
    return tr("Who asks") if pick.kind is PickKind.REQUESTER else tr("Chosen by the requester")


def flaw_words(template: Template, flaw: FlawAt) -> str:
    """Word what cannot work in a template, as one sentence that says where."""
    text = _sentence(flaw.flaw)
    if flaw.flaw is Flaw.NO_NAME and flaw.detail:
        text = tr("a choice has no name. Write one, or remove the choice.")
    if flaw.flaw is Flaw.BAD_COMPARISON and not flaw.detail:
        text = tr("it has no condition yet. Add one.")
    where = where_words(template, flaw.key)
    return tr("{where}: {what}", where=where, what=text) if where else text


def where_words(template: Template, key: str) -> str:
    """Name the field, step or branch that a key means; "" for the template as a whole."""
    for field in template.fields:
        if key == field.key:
            return name_of_field(field)
        for column in field.columns:
            if key in (column.key, f"{field.key}.{column.key}"):
                return f"{name_of_field(field)} › {name_of_field(column)}"
    return next(
        (words for one, words in _route_names(template.route.nodes) if one == key and key),
        "",
    )


def _route_names(nodes: tuple[Node, ...]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        if isinstance(node, StepRule):
            yield node.key, words_of(node.name) or tr("Step")
            continue
        assert isinstance(node, Fork)
        yield node.key, tr("Fork")
        for number, branch in enumerate(node.branches, 1):
            unnamed = tr("Condition {n}", n=number) if branch.any_of else tr("Else")
            yield branch.key, words_of(branch.name) or unnamed
            yield from _route_names(branch.nodes)


def _sentence(flaw: Flaw) -> str:
    return (_form_sentences() | _route_sentences())[flaw]


def _form_sentences() -> dict[Flaw, str]:
    return {
        Flaw.NO_NAME: tr("it has no name. Write one."),
        Flaw.DOUBLE_KEY: tr("it is there twice. Remove one of the two."),
        Flaw.UNKNOWN_FIELD: tr("it names a field that is not there any more. Choose another one."),
        Flaw.CIRCLE: tr("it depends on itself, by a formula or by when it is shown. Break the circle."),
        Flaw.BAD_FORMULA: tr("the formula cannot be read. Check brackets, signs and field names."),
        Flaw.NO_OPTIONS: tr("there is nothing to choose from. Add choices."),
        Flaw.BAD_LIMITS: tr("the limits contradict each other or are no numbers or dates. Correct them."),
        Flaw.BAD_DEFAULT: tr("what it is filled in with at first does not fit the field. Correct it."),
        Flaw.BAD_COLUMN: tr("a table cannot have a column of this kind. Choose another kind."),
        Flaw.TOO_BIG: tr("there is more in it than a request can carry. Remove fields, steps or texts."),
    }


def _route_sentences() -> dict[Flaw, str]:
    return {
        Flaw.NO_ELSE: tr("nothing happens when no branch fits. Add the branch that is taken else."),
        Flaw.ELSE_NOT_LAST: tr("it is taken always, so those behind it never are. Move it to the end."),
        Flaw.DEAD_BRANCH: tr("it is never taken. Change its conditions, or the order of the branches."),
        Flaw.NO_STEPS: tr("a request could pass without anybody deciding. Add a step."),
        Flaw.NOBODY: tr("it names nobody, or a role or person that is not there. Choose who decides."),
        Flaw.NEED_TOO_MANY: tr("more approvals are needed than there are people. Lower the number."),
        Flaw.NO_ADMINS: tr("the administrators shall decide, but there are none. Choose some under Rules."),
        Flaw.NO_STAND_IN: tr("somebody shall stand in, but nobody is chosen. Choose a person under Rules."),
        Flaw.BAD_COMPARISON: tr("a condition compares what cannot be compared. Correct it."),
        Flaw.TOO_DEEP: tr("there are too many forks within forks. Make the route flatter."),
    }
