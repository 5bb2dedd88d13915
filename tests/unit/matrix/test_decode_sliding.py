"""Sliding-sync answers, sane and otherwise."""

from typing import Any

import pytest

from app.domain.events import MALFORMED
from app.domain.ids import RoomID, UserID
from app.domain.sync import Membership, RoomUpdate
from app.errors import StrangeAnswer
from app.matrix.decode_sliding import decode_sliding
from tests.helpers.matrix_rig import ME, encoded, event, member

ROOM = "!room:test"


def answer(**rooms: Any) -> dict[str, Any]:
    return {
        "pos": "p1",
        "lists": {"top": {"count": 3}},
        "rooms": {f"!{name}:test": room for name, room in rooms.items()},
    }


def only_room(room: Any) -> RoomUpdate:
    batch = decode_sliding(encoded(answer(room=room)), ME, "top")
    (update,) = batch.rooms
    return update


def test_a_room_as_synapse_serves_it() -> None:
    wire = {
        "initial": True,
        "name": "产品发布小组",
        "avatar": "mxc://test/a",
        "heroes": [
            {"user_id": "@li:test", "displayname": "李娜", "avatar_url": "mxc://test/b"},
            {"user_id": 3},
        ],
        "is_dm": True,
        "joined_count": 3,
        "invited_count": 0,
        "bump_stamp": 5833,
        "timeline": [event(1), event(2)],
        "prev_batch": "t20",
        "limited": True,
        "num_live": 1,
        "required_state": [member(ME, "join")],
        "notification_count": 0,
        "highlight_count": 0,
    }
    room = only_room(wire)
    assert room.room_id == ROOM
    assert [found.event_id for found in room.timeline] == ["$e1", "$e2"]
    assert [found.type for found in room.state] == ["m.room.member"]
    assert (room.limited, room.prev_batch, room.is_initial, room.membership) == (
        True,
        "t20",
        True,
        Membership.JOIN,
    )
    assert (room.hints.name, room.hints.avatar, room.hints.is_direct) == (
        "产品发布小组",
        "mxc://test/a",
        True,
    )
    assert (room.hints.heroes, room.hints.hero_names) == (("@li:test",), ("李娜",))
    assert (room.hints.joined_count, room.hints.invited_count, room.hints.bump_stamp) == (3, 0, 5833)
    # Synapse's counts are constant zeros and must never overwrite what the counts loop found.
    assert room.counts is None


def test_an_event_keeps_its_exact_bytes() -> None:
    raw = '{"event_id": "$a", "type":"t","sender":"@a:b",  "origin_server_ts":1,"content":{"n":1.50,"é":"\\u00e9"}}'
    body = f'{{"pos":"p","rooms":{{"{ROOM}":{{"timeline":[ {raw} ]}}}}}}'
    (room,) = decode_sliding(body.encode(), ME).rooms
    assert room.timeline[0].raw == raw.encode()


def test_names_of_the_merged_specification_are_read_too() -> None:
    room = only_room({"timeline_events": [event(1)], "membership": "ban"})
    assert (len(room.timeline), room.membership) == (1, Membership.BAN)
    invited = only_room(
        {"stripped_state": [{"type": "m.room.name", "state_key": "", "content": {"name": "x"}}]}
    )
    assert (invited.membership, invited.state[0].type) == (Membership.INVITE, "m.room.name")


@pytest.mark.parametrize(
    ("state", "timeline", "is_initial", "membership"),
    [
        ([], [], True, Membership.JOIN),
        ([], [], False, None),
        ([], [member(ME, "leave")], False, Membership.LEAVE),
        ([], [member(ME, "ban")], True, Membership.BAN),
        ([member(ME, "join", 1)], [member(ME, "leave", 2)], True, Membership.LEAVE),
        ([], [member("@other:test", "leave")], False, None),
        ([], [member(ME, "dancing")], False, None),
    ],
)
def test_the_own_membership(
    state: list[Any], timeline: list[Any], is_initial: bool, membership: Membership | None
) -> None:
    room = only_room({"required_state": state, "timeline": timeline, "initial": is_initial})
    assert room.membership is membership


@pytest.mark.parametrize(("word", "membership"), [("invite", Membership.INVITE), ("knock", Membership.KNOCK)])
def test_an_invitation_keeps_its_stripped_state(word: str, membership: Membership) -> None:
    stripped = {
        "type": "m.room.member",
        "state_key": ME,
        "sender": "@li:test",
        "content": {"membership": word},
    }
    room = only_room({"initial": True, "invite_state": [stripped, 7]})
    assert room.membership is membership
    assert room.state[0].event_id.startswith("~stripped")
    assert (room.state[0].sender, room.state[0].state_key, room.state[0].type) == (
        "@li:test",
        ME,
        "m.room.member",
    )
    assert room.state[1].type == MALFORMED
    again = only_room({"initial": True, "invite_state": [stripped]})
    assert again.state[0].event_id == room.state[0].event_id


def test_extensions_reach_their_rooms() -> None:
    body = answer(room={"timeline": [event(1)]})
    body["extensions"] = {
        "to_device": {"next_batch": "td2", "events": [{"type": "x"}]},
        "account_data": {
            "global": [{"type": "m.push_rules", "content": {"global": {}}}, {"type": 3}],
            "rooms": {ROOM: [{"type": "m.tag", "content": {"tags": {}}}]},
        },
        "receipts": {
            "rooms": {
                ROOM: {
                    "type": "m.receipt",
                    "content": {
                        "$e1": {"m.read": {"@li:test": {"ts": 5, "thread_id": "main"}, "nobody": {}}, "x": 3}
                    },
                }
            }
        },
        "typing": {"rooms": {"!other:test": {"type": "m.typing", "content": {"user_ids": ["@li:test", 3]}}}},
    }
    batch = decode_sliding(encoded(body), ME)
    room, other = batch.rooms
    assert dict(batch.positions) == {"sliding.pos": "p1", "to_device.since": "td2"}
    assert batch.to_device == (b'{"type": "x"}',)
    assert batch.account_data == (("m.push_rules", {"global": {}}),)
    assert room.account_data == (("m.tag", {"tags": {}}),)
    (receipt,) = room.receipts
    assert (receipt.user_id, receipt.event_id, receipt.kind, receipt.ts_ms, receipt.thread_id) == (
        "@li:test",
        "$e1",
        "m.read",
        5,
        "main",
    )
    assert (room.typing, other.typing) == (None, ("@li:test",))
    assert (other.room_id, other.membership, other.timeline) == ("!other:test", None, ())
    assert batch.extra == {"skipped": 1}


def test_the_number_of_rooms_is_the_named_lists() -> None:
    body = encoded(answer())
    assert decode_sliding(body, ME, "top").room_total == 3
    assert decode_sliding(body, ME, "rest").room_total is None


HEALTHY = {"initial": True, "timeline": [event(1)]}
UNHEALTHY: list[Any] = [
    None,
    3,
    [],
    "x",
    {"timeline": 3},
    {"timeline": {"a": 1}, "name": "kept"},
    {"timeline": [3, None, [], {}, event(5)]},
    {"timeline": [event(5, content=3)], "initial": "yes"},
    {"name": 5, "limited": "no", "joined_count": -1, "bump_stamp": 2**70},
    {"name": "a\ud800b", "timeline": [event(5, content={"body": "\ud800"}), event(6)]},
    {"required_state": [event(5, state_key=3)], "heroes": [3, {}]},
    {"invite_state": 3},
    {"avatar": {"a": 1}, "prev_batch": 3},
]


@pytest.mark.parametrize("nonsense", UNHEALTHY)
def test_nonsense_in_one_room_costs_the_others_nothing(nonsense: Any) -> None:
    batch = decode_sliding(encoded(answer(bad=nonsense, good=HEALTHY)), ME)
    good = next(room for room in batch.rooms if room.room_id == "!good:test")
    assert [found.event_id for found in good.timeline] == ["$e1"]


def test_a_wrong_part_leaves_the_rest_of_its_room() -> None:
    room = only_room({"name": 5, "timeline": [event(5), 3], "heroes": 7, "initial": True, "prev_batch": "p"})
    assert (room.hints.name, room.is_initial, room.prev_batch) == (None, True, "p")
    assert [found.type for found in room.timeline] == ["m.room.message", MALFORMED]


def test_absurd_nesting_stays_where_it_is() -> None:
    deep = "[" * 3000 + "]" * 3000
    body = (
        f'{{"pos":"p","rooms":{{"!bad:test":{{"timeline":[{deep},{encoded(event(8)).decode()}]}},'
        f'"!good:test":{encoded(HEALTHY).decode()}}},"extensions":{{"typing":{deep}}}}}'
    )
    batch = decode_sliding(body.encode(), ME)
    bad, good = batch.rooms
    assert [found.type for found in bad.timeline] == [MALFORMED, "m.room.message"]
    assert [found.event_id for found in good.timeline] == ["$e1"]


def test_what_json_does_not_know_stays_where_it_is() -> None:
    body = (
        f'{{"pos":"p","rooms":{{"!bad:test":{{"timeline":[{{"a":NaN}},{encoded(event(8)).decode()}]}},'
        f'"!good:test":{encoded(HEALTHY).decode()}}}}}'
    )
    bad, good = decode_sliding(body.encode(), ME).rooms
    assert [found.type for found in bad.timeline] == [MALFORMED, "m.room.message"]
    assert [found.event_id for found in good.timeline] == ["$e1"]


def test_keys_that_are_no_room_ids_are_left_out() -> None:
    keys = ["", "!", "room", "#a:b", "!" + "x" * 300, "!a\x00b", "!\ud800"]
    rooms = dict.fromkeys(keys, HEALTHY)
    batch = decode_sliding(encoded({"pos": "p", "rooms": {**rooms, ROOM: HEALTHY}}), ME)
    assert [room.room_id for room in batch.rooms] == [RoomID(ROOM)]
    assert batch.extra == {"skipped": 7}


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"null", b"[]", b"3", b"{}", b'{"pos":3}', b'{"pos":""}', b'{"pos":null}', b'{"pos":"p","rooms":3}',
     b'{"pos":"p","rooms":[]}', b'{"pos":"p"', b"\xff\xfe", b"[" * 9999, b'{"rooms":{}}'],
)  # fmt: skip
def test_a_senseless_answer_is_strange(body: bytes) -> None:
    with pytest.raises(StrangeAnswer):
        decode_sliding(body, ME)


def test_an_empty_poll_has_only_its_position() -> None:
    batch = decode_sliding(b'{"pos":"p9","rooms":null,"extensions":null,"lists":null}', UserID("@me:test"))
    assert batch.positions == (("sliding.pos", "p9"),)
    assert (batch.rooms, batch.room_total, batch.extra) == ((), None, {})
