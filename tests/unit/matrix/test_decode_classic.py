"""Answers of `/v3/sync` and `/notifications`."""

from typing import Any

import pytest

from app.domain.sync import Membership, ServerCounts
from app.errors import StrangeAnswer
from app.matrix.decode_classic import decode_classic, decode_counts, notification_counts
from tests.helpers.matrix_rig import ME, encoded, event, member

JOINED = {
    "summary": {"m.heroes": ["@li:test", "nobody"], "m.joined_member_count": 2, "m.invited_member_count": 0},
    "state": {"events": [member(ME, "join", 1)]},
    "timeline": {"events": [event(2), event(3)], "limited": True, "prev_batch": "p"},
    "ephemeral": {
        "events": [
            {"type": "m.typing", "content": {"user_ids": ["@li:test"]}},
            {"type": "m.receipt", "content": {"$e2": {"m.read": {"@li:test": {"ts": 9}}}}},
            {"type": "x.y", "content": {}},
            5,
        ]
    },
    "account_data": {"events": [{"type": "m.fully_read", "content": {"event_id": "$e2"}}]},
    "unread_notifications": {"notification_count": 2, "highlight_count": 1},
    "unread_thread_notifications": {"$root": {"notification_count": 3, "highlight_count": 0}},
}


def answer(**kinds: Any) -> bytes:
    return encoded({"next_batch": "s2", "rooms": {kind: {"!r:test": room} for kind, room in kinds.items()}})


def test_a_joined_room() -> None:
    batch = decode_classic(answer(join=JOINED), ME, is_initial=True)
    (room,) = batch.rooms
    assert batch.positions == (("classic.since", "s2"),)
    assert batch.complete
    assert (room.membership, room.is_initial, room.limited, room.prev_batch) == (
        Membership.JOIN,
        True,
        True,
        "p",
    )
    assert [found.event_id for found in (*room.state, *room.timeline)] == ["$e1", "$e2", "$e3"]
    assert (room.hints.heroes, room.hints.joined_count) == (("@li:test",), 2)
    assert room.counts == ServerCounts(5, 1, room.timeline[-1].event_id)
    assert room.typing == ("@li:test",)
    assert [(receipt.event_id, receipt.ts_ms) for receipt in room.receipts] == [("$e2", 9)]
    assert room.account_data == (("m.fully_read", {"event_id": "$e2"}),)


def test_rooms_left_banned_invited_and_knocked() -> None:
    invite = {
        "type": "m.room.member",
        "state_key": ME,
        "sender": "@li:test",
        "content": {"membership": "invite"},
    }
    rooms = {
        "leave": {
            "!l:t": {"timeline": {"events": [member(ME, "leave")]}},
            "!b:t": {"timeline": {"events": [member(ME, "ban")]}},
        },
        "invite": {"!i:t": {"invite_state": {"events": [invite]}}},
        "knock": {"!k:t": {"knock_state": {"events": [invite]}}},
    }
    batch = decode_classic(encoded({"next_batch": "s", "rooms": rooms}), ME)
    found = {room.room_id: room for room in batch.rooms}
    assert {key: room.membership for key, room in found.items()} == {
        "!l:t": Membership.LEAVE,
        "!b:t": Membership.BAN,
        "!i:t": Membership.INVITE,
        "!k:t": Membership.KNOCK,
    }
    assert found["!i:t"].state[0].event_id.startswith("~stripped")  # type: ignore[index]


def test_the_counts_loop_never_brings_a_timeline() -> None:
    batch = decode_counts(answer(join=JOINED))
    (room,) = batch.rooms
    assert batch.positions == (("counts.since", "s2"),)
    assert room.counts is not None
    assert (room.counts.notifications, room.counts.highlights, room.counts.latest_event) == (5, 1, "$e3")
    assert len(room.receipts) == 1
    assert (room.timeline, room.state, room.membership, room.typing) == ((), (), None, None)
    assert room.account_data == (("m.fully_read", {"event_id": "$e2"}),)
    assert not batch.complete


def test_the_counts_loop_names_rooms_one_was_removed_from() -> None:
    batch = decode_counts(answer(leave={"timeline": {"events": [member(ME, "leave")]}}))
    assert (batch.rooms, batch.extra) == ((), {"left_rooms": ["!r:test"]})


def test_a_room_read_elsewhere_counts_zero_without_an_event() -> None:
    batch = decode_counts(
        answer(join={"unread_notifications": {"notification_count": 0, "highlight_count": 0}})
    )
    assert batch.rooms[0].counts == ServerCounts(0, 0, None)


def test_a_room_without_numbers_leaves_them_alone() -> None:
    assert decode_counts(answer(join={"timeline": {"events": [event(1)]}})).rooms == ()
    assert decode_classic(answer(join={}), ME).rooms[0].counts is None


def test_to_device_messages_are_taken_from_either_loop() -> None:
    body = encoded({"next_batch": "s", "to_device": {"events": [{"type": "a"}]}})
    assert decode_counts(body).to_device == decode_classic(body, ME).to_device == (b'{"type": "a"}',)


@pytest.mark.parametrize(
    "nonsense",
    [3, None, [], {"timeline": 3}, {"state": [], "timeline": {"events": {"a": 1}, "limited": "x"}},
     {"unread_notifications": {"notification_count": -1, "highlight_count": 2**60}}, {"ephemeral": {"events": 3}},
     {"summary": {"m.heroes": "x"}}, {"unread_thread_notifications": 3, "unread_notifications": 4}],
)  # fmt: skip
def test_nonsense_in_one_room_costs_the_others_nothing(nonsense: Any) -> None:
    body = encoded(
        {"next_batch": "s", "rooms": {"join": {"!bad:t": nonsense, "!good:t": JOINED, "nonsense": {}}}}
    )
    for batch in (decode_classic(body, ME), decode_counts(body)):
        good = next(room for room in batch.rooms if room.room_id == "!good:t")
        assert good.counts == ServerCounts(5, 1, good.counts.latest_event if good.counts else None)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"next_batch":3}',
        b'{"next_batch":"s","rooms":3}',
        b'{"next_batch":"s","rooms":{"join":[]}}',
    ],
)
def test_a_senseless_answer_is_strange(body: bytes) -> None:
    with pytest.raises(StrangeAnswer):
        decode_classic(body, ME)


def test_notifications_are_folded_per_room() -> None:
    loud = ["notify", {"set_tweak": "highlight"}]
    quiet = ["notify", {"set_tweak": "highlight", "value": False}, 3]
    entries: list[Any] = [
        {"room_id": "!a:t", "read": False, "actions": loud, "event": {"event_id": "$3"}},
        {"room_id": "!a:t", "read": False, "actions": quiet, "event": {"event_id": "$2"}},
        {"room_id": "!a:t", "read": True, "actions": loud, "event": {"event_id": "$1"}},
        {"room_id": "!b:t", "read": False, "actions": None, "event": {"event_id": 5}},
        {"room_id": 3, "read": False, "event": {}},
        {"room_id": "!c:t", "read": False, "event": 3},
    ]
    rooms = {room.room_id: room.counts for room in notification_counts(entries)}
    assert rooms == {"!a:t": ServerCounts(2, 1, "$3"), "!b:t": ServerCounts(1, 0, None)}  # type: ignore[arg-type]
