"""Whether a condition makes sense: its field is there, and can be compared in that way with these values."""

from app.domain.approvals.conditions import DATES, NUMBERS, ONLY_FILLED, ORDERED, wanted_numbers
from app.domain.approvals.findings import Flaw, FlawAt
from app.domain.approvals.template import DEPARTMENT, REQUESTER, Compare, Condition, Field, FieldKind

_OF_NOTHING = (Compare.EMPTY, Compare.FILLED)
_SEVERAL = (Compare.ONE_OF, Compare.NONE_OF)


def comparison_flaw(
    condition: Condition, fields: dict[str, Field], at: str, *, is_route: bool
) -> FlawAt | None:
    """Find what is wrong with a condition. Who asks is known to routes only, not to what a form shows."""
    key = condition.field
    if key in (REQUESTER, DEPARTMENT):
        return None if is_route and _is_good_of_person(condition) else FlawAt(Flaw.BAD_COMPARISON, at, key)
    field = fields.get(key)
    if field is None:
        return FlawAt(Flaw.UNKNOWN_FIELD, at, key)
    return None if _is_good(condition, field) else FlawAt(Flaw.BAD_COMPARISON, at, key)


def _is_good_of_person(condition: Condition) -> bool:
    return condition.compare not in ORDERED and _is_count_good(condition)


def _is_count_good(condition: Condition) -> bool:
    if condition.compare in _OF_NOTHING:
        return True
    count = len(condition.values)
    return count >= 1 if condition.compare in _SEVERAL else count == 1


def _is_good(condition: Condition, field: Field) -> bool:
    if field.kind is FieldKind.NOTE:
        return False
    if field.kind in ONLY_FILLED:
        return condition.compare in _OF_NOTHING
    if not _is_count_good(condition):
        return False
    if field.kind in NUMBERS or field.kind in DATES:
        return len(wanted_numbers(condition, field)) == len(condition.values)
    return condition.compare not in ORDERED and _are_options(condition, field)


def _are_options(condition: Condition, field: Field) -> bool:
    if field.kind not in (FieldKind.SINGLE, FieldKind.MULTIPLE):
        return True
    keys = {option.key for option in field.options}
    return all(value in keys for value in condition.values)
