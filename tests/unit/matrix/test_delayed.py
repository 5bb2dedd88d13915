"""Delayed events: whether a server offers them, and what it says of those it holds."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matrix.delayed import _delayed
from app.matrix.offers import offers_of

CAPABILITY = "org.matrix.msc4140.delayed_events"
GOOD = {"delay_id": "d", "room_id": "!r:x", "type": "m.room.message", "content": {"body": "x"}}


@pytest.mark.parametrize(
    ("features", "capability", "is_offered"),
    [
        ({}, None, False),
        ({"org.matrix.msc4140": True}, None, True),
        ({}, {"max_delay_ms": 1000, "max_scheduled": 10}, True),
        ({}, {"max_delay_ms": 1000}, True),
        ({}, {"max_delay_ms": 0, "max_scheduled": 100}, False),
        ({"org.matrix.msc4140": True}, {"max_delay_ms": 0, "max_scheduled": 100}, False),
        ({}, {"max_delay_ms": 1000, "max_scheduled": 0}, False),
        ({}, {"max_delay_ms": "long"}, False),
    ],
)
def test_the_capability_tells_and_where_there_is_none_the_feature(
    features: dict[str, bool], capability: dict[str, Any] | None, is_offered: bool
) -> None:
    capabilities = {} if capability is None else {CAPABILITY: capability}
    offers = offers_of({"versions": ["v1.11"], "unstable_features": features}, capabilities, None)
    assert offers.has_delayed_events is is_offered


@pytest.mark.parametrize("names", [("delay_ms", "delayed_since_ts"), ("delay", "running_since")])
def test_both_generations_of_names_are_read(names: tuple[str, str]) -> None:
    event = _delayed(GOOD | {names[0]: 500, names[1]: 1000})
    assert event is not None and (event.due_ms, event.content) == (1500, {"body": "x"})


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*GOOD, "delay_ms", "delayed_since_ts", "delay"]), _json))
def test_nonsense_is_left_out_and_never_raises(wrong: dict[str, Any]) -> None:
    event = _delayed({**GOOD, "delay_ms": 1, "delayed_since_ts": 1, **wrong})
    assert event is None or (isinstance(event.content, dict) and event.due_ms >= 0)
