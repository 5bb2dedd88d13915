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
    if len(set(old) ^ set(new)) > len(old) // 2 + MAX_STEPS:
        return None
    working, removals = _removals(list(old), set(new))
    rest = _placements(working, new)
    if rest is None or len(removals) + len(rest) > MAX_STEPS:
        return None
    return removals + rest


def _removals(working: list[K], wanted: set[K]) -> tuple[list[K], list[Step]]:
    """Take away what is gone, from the end so that row numbers stay true."""
    steps: list[Step] = []
    end = len(working)
    while end > 0:
        start = end
        while start > 0 and working[start - 1] not in wanted:
            start -= 1
        if start < end:
            steps.append(Step(StepKind.REMOVE, start, end - start))
            del working[start:end]
        end = start - 1
    return working, steps


def _placements(working: list[K], new: Sequence[K]) -> list[Step] | None:
    """Insert and move from the top down; None as soon as there are too many."""
    present = set(working)
    steps: list[Step] = []
    for row, key in enumerate(new):
        if row < len(working) and working[row] == key:
            continue
        if key not in present:
            working.insert(row, key)
            last = steps[-1] if steps else None
            if last and last.kind is StepKind.INSERT and last.row + last.count == row:
                steps[-1] = Step(StepKind.INSERT, last.row, last.count + 1)
            else:
                steps.append(Step(StepKind.INSERT, row))
        else:
            source = working.index(key, row)
            del working[source]
            working.insert(row, key)
            steps.append(Step(StepKind.MOVE, source, to=row))
        if len(steps) > MAX_STEPS:
            return None
    return steps
