"""How to get from one order of ids to another in few steps: what an item model must tell its views."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

K = TypeVar("K", bound=Hashable)

MAX_STEPS = 60
"""More steps than this cost more than showing the list anew."""


class StepKind(StrEnum):
    """What happens to rows."""

    REMOVE = "remove"
    INSERT = "insert"
    MOVE = "move"


@dataclass(frozen=True, slots=True)
class Step:
    """REMOVE and INSERT: `count` rows at `row`. MOVE: the row at `row` goes to `to` (its number afterwards)."""

    kind: StepKind
    row: int
    count: int = 1
    to: int = 0


def steps_between(old: Sequence[K], new: Sequence[K]) -> list[Step] | None:
    """Give the steps in the order to apply them; None when they are too many to be worth it.

    Both orders hold every id at most once.
    """
    top, end = _same_ends(old, new)
    middle_old, middle_new = list(old[top : len(old) - end]), new[top : len(new) - end]
    removals = _removals(middle_old, set(middle_new))
    rest = None if removals is None else _placements(middle_old, middle_new)
    if removals is None or rest is None or len(removals) + len(rest) > MAX_STEPS:
        return None
    return [_lower(step, top) for step in removals + rest] if top else removals + rest


def _same_ends(old: Sequence[K], new: Sequence[K]) -> tuple[int, int]:
    """Count rows that are the same at the top and at the end: in a long list nearly all, and no step is among them."""
    shorter = min(len(old), len(new))
    top = next((row for row, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), shorter)
    ends = zip(reversed(old), reversed(new), strict=False)
    end = next((row for row, (a, b) in enumerate(ends) if a != b), shorter)
    return top, min(end, shorter - top)


def _lower(step: Step, rows: int) -> Step:
    """The same step, of a list that begins `rows` rows further up."""
    to = step.to + rows if step.kind is StepKind.MOVE else 0
    return Step(step.kind, step.row + rows, step.count, to)


def _removals(working: list[K], wanted: set[K]) -> list[Step] | None:
    """Take away what is gone, from the end so that row numbers stay true; None as soon as there is too much."""
    steps: list[Step] = []
    end = len(working)
    while end > 0:
        start = end
        while start > 0 and working[start - 1] not in wanted:
            start -= 1
        if start < end:
            steps.append(Step(StepKind.REMOVE, start, end - start))
            del working[start:end]
        if len(steps) > MAX_STEPS:
            return None
        end = start - 1
    return steps


def _placements(working: list[K], new: Sequence[K]) -> list[Step] | None:
    """Insert and move from the top down; None as soon as there are too many."""
    present, places = set(working), {key: row for row, key in enumerate(new)}
    steps: list[Step] = []
    row = 0
    while row < len(new):
        key = new[row]
        if row < len(working) and working[row] == key:
            row += 1
            continue
        if key not in present:
            end = next((n for n in range(row, len(new)) if new[n] in present), len(new))
            working[row:row] = new[row:end]
            steps.append(Step(StepKind.INSERT, row, end - row))
            row = end
        else:
            source, to = _move_to(working, places, row, key)
            working.insert(to, working.pop(source))
            steps.append(Step(StepKind.MOVE, source, to=to))
            row += 1
        if len(steps) > MAX_STEPS:
            return None
    return steps


def _move_to(working: list[K], places: dict[K, int], row: int, key: K) -> tuple[int, int]:
    """Choose which row moves so that `key` comes to `row`: itself up, or the one that stands there down."""
    if working[row + 1] == key and places[working[row]] > row + 1:
        return row, min(places[working[row]], len(working) - 1)
    return working.index(key, row), row
