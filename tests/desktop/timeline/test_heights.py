"""The height index answers as a plain list of heights would, however it was grown."""

from hypothesis import given, settings
from hypothesis import strategies as st

from widgets.timeline.heights import BLOCK, HeightIndex

_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("prepend"), st.integers(0, 2 * BLOCK)),
        st.tuples(st.just("resize"), st.integers(0, 3 * BLOCK)),
        st.tuples(st.just("set"), st.integers(0, 10_000)),
    ),
    max_size=12,
)


def _apply(index: HeightIndex, plain: list[int], step: str, number: int) -> None:
    if step == "prepend":
        index.prepend(number)
        plain[:0] = [10] * number
    elif step == "resize":
        index.resize(number)
        del plain[number:]
        plain.extend([10] * (number - len(plain)))
    elif plain:
        row = number % len(plain)
        index[row] = plain[row] = 1 + number % 97


@settings(max_examples=60, deadline=None)
@given(count=st.integers(0, 3 * BLOCK), steps=_STEPS, asked=st.integers(-5, 40_000))
def test_the_index_agrees_with_a_plain_list(count: int, steps: list[tuple[str, int]], asked: int) -> None:
    index, plain = HeightIndex(10, count), [10] * count
    for step, number in steps:
        _apply(index, plain, step, number)
    assert len(index) == len(plain)
    assert index.total == sum(plain)
    for row in {0, len(plain) // 2, len(plain) - 1} if plain else set():
        assert index.top(row) == sum(plain[:row])
        assert index[row] == plain[row]
    if plain:
        row, into = index.at(asked)
        inside = min(max(asked, 0), sum(plain))
        assert index.top(row) + into == inside
        assert 0 <= row < len(plain)


def test_an_empty_index_has_no_height() -> None:
    index = HeightIndex(50)
    assert index.total == 0
    assert index.at(100) == (0, 0)
