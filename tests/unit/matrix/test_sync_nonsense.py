"""Random answers: the decoders raise nothing but StrangeAnswer and never lose a healthy room."""

import json
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.sync import SyncBatch
from app.errors import StrangeAnswer
from app.matrix.decode_classic import decode_classic, decode_counts, notification_counts
from app.matrix.decode_sliding import decode_sliding
from tests.helpers.matrix_rig import ME, encoded, event, member

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["\ud83d", "!a:b", "$e"])
)
words = st.sampled_from(
    ["pos", "next_batch", "rooms", "lists", "extensions", "timeline", "events", "required_state", "invite_state", "content",
     "type", "state", "join", "leave", "invite", "global", "heroes", "user_id", "name", "membership", "receipts", "typing",
     "account_data", "to_device", "m.read", "user_ids", "limited", "initial", "prev_batch", "unread_notifications",
     "notification_count", "!a:b", "@u:b", "$e", "top", "count"]
)  # fmt: skip
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(words | st.text(max_size=4), inner, max_size=6)
    ),
    max_leaves=25,
)
objects = st.dictionaries(words, values, max_size=8)

DECODERS: list[Callable[[bytes], SyncBatch]] = [
    lambda body: decode_sliding(body, ME, "top"),
    lambda body: decode_classic(body, ME),
    decode_counts,
]


def survive(body: bytes) -> None:
    for decode in DECODERS:
        try:
            batch = decode(body)
        except StrangeAnswer:
            continue
        assert batch.positions
        for room in batch.rooms:
            room.room_id.encode()


@given(values)
def test_any_json_is_decoded_or_strange(value: Any) -> None:
    survive(encoded(value))


@given(objects, st.text(min_size=1, max_size=5))
def test_any_object_with_a_position_is_decoded_or_strange(value: dict[str, Any], position: str) -> None:
    survive(encoded({**value, "pos": position, "next_batch": position}))


@given(st.binary(max_size=300))
def test_any_bytes_are_decoded_or_strange(body: bytes) -> None:
    survive(body)


@given(st.data())
def test_a_damaged_answer_is_decoded_or_strange(data: st.DataObject) -> None:
    whole = encoded({"pos": "p", "next_batch": "s", "rooms": {"!a:b": {"timeline": [event(1)]}}})
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 20)))
    survive(whole[:start] + data.draw(st.binary(max_size=6)) + whole[end:])


def healthy(number: int) -> dict[str, Any]:
    return {
        "initial": True,
        "required_state": [member(ME, "join", 50)],
        "timeline": [event(number), event(number + 1)],
    }


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(["!x:t", "!y:t", "#z", "", "!\ud83d"]), values, max_size=5), objects)
def test_healthy_rooms_survive_any_neighbour(neighbours: dict[str, Any], extensions: dict[str, Any]) -> None:
    rooms = {"!first:t": healthy(1), **neighbours, "!last:t": healthy(10)}
    batch = decode_sliding(encoded({"pos": "p", "rooms": rooms, "extensions": extensions}), ME)
    found = {room.room_id: [item.event_id for item in room.timeline] for room in batch.rooms}
    assert found["!first:t"] == ["$e1", "$e2"]  # type: ignore[index]
    assert found["!last:t"] == ["$e10", "$e11"]  # type: ignore[index]
    assert dict(batch.positions)["sliding.pos"] == "p"


@given(st.lists(values, max_size=5), st.lists(values, max_size=5))
def test_healthy_events_survive_any_neighbour(before: list[Any], after: list[Any]) -> None:
    room = {"timeline": [*before, event(1), *after]}
    batch = decode_sliding(encoded({"pos": "p", "rooms": {"!r:t": room}}), ME)
    ids = [item.event_id for item in batch.rooms[0].timeline]
    assert len(ids) == len(before) + 1 + len(after)
    assert ids[len(before)] == "$e1"


@given(
    st.lists(
        objects
        | st.fixed_dictionaries(
            {"room_id": scalars, "read": st.just(False), "event": objects, "actions": values}
        )
    )
)
def test_any_notifications_are_folded(entries: list[Any]) -> None:
    notification_counts(json.loads(json.dumps(entries)))
