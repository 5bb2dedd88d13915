"""Getting from one list order to another in few steps."""

from hypothesis import given
from hypothesis import strategies as st

from ui.models.list_diff import MAX_STEPS, Step, StepKind, steps_between

orders = st.lists(st.integers(0, 30), unique=True, max_size=25)


def apply(old: list[int], new: list[int], steps: list[Step]) -> list[int]:
    rows = list(old)
    for step in steps:
        if step.kind is StepKind.REMOVE:
            del rows[step.row : step.row + step.count]
        elif step.kind is StepKind.INSERT:
            rows[step.row : step.row] = new[step.row : step.row + step.count]
        else:
            rows.insert(step.to, rows.pop(step.row))
    return rows


@given(orders, orders)
def test_the_steps_lead_from_the_old_order_to_the_new(old: list[int], new: list[int]) -> None:
    steps = steps_between(old, new)
    assert steps is not None
    assert apply(old, new, steps) == new


def test_a_room_that_rises_to_the_top_is_one_move() -> None:
    assert steps_between([1, 2, 3, 4], [3, 1, 2, 4]) == [Step(StepKind.MOVE, 2, to=0)]


def test_neighbouring_rows_come_and_go_together() -> None:
    assert steps_between([1, 2, 3, 4], [1, 4]) == [Step(StepKind.REMOVE, 1, 2)]
    assert steps_between([1, 4], [1, 2, 3, 4]) == [Step(StepKind.INSERT, 1, 2)]


def test_a_shuffled_long_list_is_shown_anew_instead() -> None:
    old = list(range(1000))
    assert steps_between(old, old[::-1]) is None
    assert MAX_STEPS < 1000


def test_a_room_that_sinks_is_one_move() -> None:
    old = list(range(1000))
    new = [*old[1:800], 0, *old[800:]]
    assert steps_between(old, new) == [Step(StepKind.MOVE, 0, to=799)]


def test_a_long_list_that_empties_is_one_step() -> None:
    assert steps_between(list(range(10_000)), []) == [Step(StepKind.REMOVE, 0, 10_000)]
    assert steps_between([], list(range(10_000))) == [Step(StepKind.INSERT, 0, 10_000)]


@given(st.integers(0, 9_000), st.lists(st.integers(0, 40), unique=True, max_size=8), orders)
def test_steps_deep_in_a_long_list_name_its_rows(top: int, gone: list[int], fresh: list[int]) -> None:
    old = list(range(10_000))
    new = [key for key in old if key - top not in gone]
    new[top + 5 : top + 5] = [20_000 + key for key in fresh[:5]]
    steps = steps_between(old, new)
    assert steps is not None
    assert apply(old, new, steps) == new
