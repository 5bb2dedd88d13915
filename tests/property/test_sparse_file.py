"""A sparse file against a dictionary: pieces in any order, freed, damaged, cut off, opened again."""

import random
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.media.spans import Spans
from app.media.sparse_file import HEAD_BYTES, PIECE_BYTES, SLOT_BYTES, open_sparse, pieces_of, whole_size

KEY = bytes(range(32))
SIZE = 5 * PIECE_BYTES + 77
COUNT = pieces_of(SIZE)

_numbers = st.integers(0, COUNT - 1)
_steps = st.lists(
    st.one_of(
        st.tuples(st.just("write"), _numbers),
        st.tuples(st.just("free"), _numbers),
        st.tuples(st.just("spoil"), st.integers(0, COUNT * SLOT_BYTES)),
        st.tuples(st.just("cut"), st.integers(0, 2 * SLOT_BYTES)),
        st.tuples(st.just("open"), st.just(0)),
    ),
    max_size=25,
)


def _piece(number: int, seed: int) -> bytes:
    length = min(PIECE_BYTES, SIZE - number * PIECE_BYTES)
    return random.Random(f"{number}.{seed}").randbytes(length)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_steps)
def test_what_is_read_is_what_was_written_or_nothing(steps: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ab" / "abcdef"
        file, written = open_sparse(path, KEY), {number: set[bytes]() for number in range(COUNT)}
        file.set_size(SIZE)
        is_spoilt = False
        for turn, (act, value) in enumerate(steps):
            if act == "write":
                file.write(value, _piece(value, turn))
                written[value] = {_piece(value, turn)}
            elif act == "free":
                file.free(value)
                written[value] = set()
            else:
                file.close()
                is_spoilt |= act != "open" and _spoil(path, act, value)
                file = open_sparse(path, KEY)
                if file.size is None:
                    file.set_size(SIZE)
        for number in range(COUNT):
            clear = file.read(number)
            assert clear is None or clear in written[number]
            assert is_spoilt or clear is not None or not written[number]
        here = file.spans
        assert all((file.read(number) is not None) == (number in here) for number in range(COUNT))
        file.close()
        length = path.stat().st_size
        assert (length - HEAD_BYTES) % SLOT_BYTES == 0 and (length - HEAD_BYTES) // SLOT_BYTES == len(here)
        assert (whole_size(path, KEY) == SIZE) == (len(here) == COUNT)


def _spoil(path: Path, act: str, value: int) -> bool:
    data = bytearray(path.read_bytes())
    if act == "spoil" and value < len(data):
        data[value] ^= 0x55
    elif act == "cut":
        del data[max(0, len(data) - value) :]
    path.write_bytes(data)
    return True


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 40)), max_size=80), st.integers(0, 45))
def test_spans_are_a_set_of_numbers(steps: list[tuple[bool, int]], place: int) -> None:
    spans, model = Spans(), set[int]()
    for is_added, number in steps:
        (spans.add if is_added else spans.discard)(number)
        (model.add if is_added else model.discard)(number)
    assert len(spans) == len(model) and bool(spans) == bool(model)
    assert {number for first, behind in spans.spans for number in range(first, behind)} == model
    assert all(a[1] < b[0] for a, b in zip(spans.spans, spans.spans[1:], strict=False))
    gap = next(number for number in range(place, 100) if number not in model)
    following = min((number for number in model if number > gap), default=None)
    assert spans.gap(place) == (gap, following)
    assert spans.first_from(place) == min((number for number in model if number >= place), default=None)
    assert spans.last == max(model, default=None)
