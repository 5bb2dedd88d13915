"""Ways through a route that can never be taken, and ways on which nobody decides.

For each branch a form is looked for that takes it: for every field that its conditions, or those of the branches before
and around it, speak of, the few values that can make a difference are tried (each limit, a little less, a little more,
each option, nothing). The search is bounded; where it ends without an answer the branch counts as possible.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain, combinations, product
from typing import NamedTuple

from app.domain.approvals.amounts import MAX_AMOUNT, decimal_of
from app.domain.approvals.conditions import (
    DATES,
    NUMBERS,
    Operand,
    any_group_holds,
    meets,
    wanted_numbers,
)
from app.domain.approvals.findings import Flaw, FlawAt
from app.domain.approvals.moments import date_of
from app.domain.approvals.template import (
    DEPARTMENT,
    REQUESTER,
    Branch,
    Condition,
    Conditions,
    Field,
    FieldKind,
    Fork,
    Node,
)

_BUDGET = 50_000
"""Conditions looked at for one template: well below a tenth of a second."""
_MOST_NAMED = 4
"""Of several values at once every subset of so many is tried; of more only some."""
_OTHER = "\0other"
_ALWAYS: tuple[Conditions, ...] = ((),)
_LAST_DAY = 3_652_059
"""31 December 9999."""


class _Way(NamedTuple):
    """What must hold for a branch to be reached: a group of each of `taken`, and none of `passed_by`."""

    taken: tuple[tuple[Conditions, ...], ...] = ()
    passed_by: tuple[Conditions, ...] = ()


class _Tries(NamedTuple):
    operands: tuple[Operand, ...]
    is_all: bool


class _SpentError(Exception):
    """The search was ended."""


def branch_flaws(nodes: Iterable[Node], fields: dict[str, Field]) -> tuple[FlawAt, ...]:
    """Find dead branches and ways without anybody in a route that is not nested too deep."""
    search = _Search(fields)
    fewest, where = search.fewest(tuple(nodes), _Way())
    flaws = search.flaws
    if not fewest:
        flaws.append(FlawAt(Flaw.NO_STEPS, where))
    return tuple(flaws)


class _Search:
    def __init__(self, fields: dict[str, Field]) -> None:
        self.flaws: list[FlawAt] = []
        self._fields = fields
        self._left = _BUDGET

    def fewest(self, nodes: tuple[Node, ...], way: _Way) -> tuple[int, str]:
        """Count the steps of the shortest possible way; and where it has none, the branch that is empty."""
        total, where = 0, ""
        for node in nodes:
            if isinstance(node, Fork):
                steps, at = self._fork(node, way)
                total, where = total + steps, where or at
            else:
                total += 1
        return total, where

    def _fork(self, fork: Fork, way: _Way) -> tuple[int, str]:
        found: list[tuple[int, str]] = []
        passed_by = way.passed_by
        for branch in fork.branches:
            taken = (*way.taken, branch.any_of) if branch.any_of else way.taken
            inner = _Way(taken, passed_by)
            is_possible = self._is_possible(inner)
            if is_possible:
                steps, at = self.fewest(branch.nodes, inner)
                found.append((steps, at or branch.key))
            elif branch.any_of:
                self._tell_dead(branch)
            passed_by = (*passed_by, *(branch.any_of or _ALWAYS))
        return min(found, key=lambda entry: entry[0], default=(0, fork.key))

    def _tell_dead(self, branch: Branch) -> None:
        self.flaws.append(FlawAt(Flaw.DEAD_BRANCH, branch.key))

    def _is_possible(self, way: _Way) -> bool:
        try:
            return self._finds_form(way)
        except _SpentError:
            return True

    def _finds_form(self, way: _Way) -> bool:
        groups = (*chain.from_iterable(way.taken), *way.passed_by)
        self._spend(sum(map(len, groups)))
        keys = tuple(dict.fromkeys(condition.field for group in groups for condition in group))
        tries = {key: self._tries(key, groups) for key in keys}
        for choice in product(*way.taken):
            needed = tuple(chain.from_iterable(choice))
            fitting = [self._fitting(key, tries[key].operands, needed) for key in keys]
            for operands in product(*fitting):
                self._spend(1 + len(way.passed_by))
                look = dict(zip(keys, operands, strict=True)).get
                if not any_group_holds(way.passed_by, self._fields, look):
                    return True
        return not all(tried.is_all for tried in tries.values())

    def _fitting(self, key: str, operands: tuple[Operand, ...], needed: Conditions) -> tuple[Operand, ...]:
        own = [condition for condition in needed if condition.field == key]
        self._spend(1 + len(operands) * len(own))
        field = self._fields.get(key)
        return tuple(
            operand for operand in operands if all(meets(condition, field, operand) for condition in own)
        )

    def _spend(self, conditions: int) -> None:
        self._left -= conditions
        if self._left < 0:
            raise _SpentError

    def _tries(self, key: str, groups: Iterable[Conditions]) -> _Tries:
        own = [condition for group in groups for condition in group if condition.field == key]
        field = self._fields.get(key)
        if field is not None and (field.kind in NUMBERS or field.kind in DATES):
            operands, is_all = tuple(_numbers(field, own)), True
        else:
            operands, is_all = _sets(key, field, own)
        empty: tuple[Operand, ...] = (None,) if _can_be_empty(key, field) else ()
        return _Tries((*operands, *empty), is_all)


def _can_be_empty(key: str, field: Field | None) -> bool:
    if field is None:
        return key == DEPARTMENT
    return not field.is_required or bool(field.visible_if) or field.kind is FieldKind.FORMULA


def _numbers(field: Field, conditions: Iterable[Condition]) -> Iterator[Operand]:
    limits = {number for condition in conditions for number in wanted_numbers(condition, field)}
    step = _step(field)
    least, most = _bounds(field)
    tried = {number + move for number in limits for move in (-step, Decimal(0), step)} or {least, most}
    yield from sorted(number for number in tried if least <= number <= most)


def _step(field: Field) -> Decimal:
    if field.kind in DATES or field.kind is FieldKind.RATING:
        return Decimal(1)
    if field.kind is FieldKind.RANGE:
        return Decimal("0.01") if field.has_time else Decimal("0.5" if field.has_half_days else "1")
    return Decimal(1).scaleb(-min(max(field.decimals, 0), 6))


def _bounds(field: Field) -> tuple[Decimal, Decimal]:
    lowest = {FieldKind.RANGE: Decimal(0), FieldKind.RATING: Decimal(1)}.get(field.kind, -MAX_AMOUNT)
    highest = Decimal(5) if field.kind is FieldKind.RATING else MAX_AMOUNT
    if field.kind in DATES:
        first, last = date_of(field.at_least) or 1, date_of(field.at_most) or _LAST_DAY
        return Decimal(first), Decimal(last)
    least, most = decimal_of(field.at_least), decimal_of(field.at_most)
    return lowest if least is None else least, highest if most is None else most


def _sets(key: str, field: Field | None, conditions: Iterable[Condition]) -> tuple[tuple[Operand, ...], bool]:
    named = dict.fromkeys(value for condition in conditions for value in condition.values)
    values = [*named, _OTHER]
    if field is not None and field.kind in (FieldKind.SINGLE, FieldKind.MULTIPLE):
        keys = [option.key for option in field.options]
        values = [value for value in keys if value in named] + [
            value for value in keys if value not in named
        ][:1]
    if not _holds_several(key, field):
        return tuple(frozenset({value}) for value in values), True
    if len(values) > _MOST_NAMED + 1:
        few = [frozenset(part) for size in (1, 2) for part in combinations(values[:20], size)]
        return (*few, frozenset(values)), False
    return tuple(
        frozenset(part) for size in range(1, len(values) + 1) for part in combinations(values, size)
    ), True


def _holds_several(key: str, field: Field | None) -> bool:
    if field is None:
        return key != REQUESTER
    if field.kind is FieldKind.MULTIPLE:
        return True
    return field.kind in (FieldKind.PERSON, FieldKind.DEPARTMENT) and field.is_many
