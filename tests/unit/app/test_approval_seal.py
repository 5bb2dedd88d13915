"""The seal of a request's room, and the code of its record."""

from typing import Any

import pytest

from app.domain.approvals.record import (
    RecordedEvent,
    earlier_digests,
    parse_code,
    record_code,
    record_digest,
)
from app.domain.approvals.seal import is_sealed, power_levels
from app.domain.approvals.wire import ACTS_TYPE
from app.domain.ids import EventID, RoomID, UserID

ME = UserID("@me:acme.example")
CREATE = {"room_version": "11", "type": "im.tack.approval"}


def test_a_room_whose_maker_kept_power_is_not_sealed() -> None:
    assert not is_sealed(CREATE, power_levels(ME))
    assert is_sealed(CREATE, power_levels(None))


@pytest.mark.parametrize(
    "change",
    [
        {"users": {"@me:acme.example": 0}},
        {"users": None},
        {"users_default": 50},
        {"users_default": -1},
        {"users_default": "0"},
        {"state_default": 50},
        {"kick": 99},
        {"ban": "100"},
        {"redact": 0},
        {"events": {}},
        {"events": {ACTS_TYPE: 0, "m.room.power_levels": 100}},
        {"events": {ACTS_TYPE: 0, "m.room.redaction": 100, "m.room.power_levels": 0}},
        {"events": {ACTS_TYPE: 100, "m.room.redaction": 100}},
        {"events": {ACTS_TYPE: 0, "m.room.redaction": 100, "m.room.name": 0}},
        {"events": {ACTS_TYPE: 0, "m.room.redaction": 100, "m.room.join_rules": -5}},
    ],
)
def test_whatever_leaves_somebody_power_is_no_seal(change: dict[str, Any]) -> None:
    assert not is_sealed(CREATE, power_levels(None) | change)


@pytest.mark.parametrize("absent", ["state_default", "kick", "ban", "redact", "events"])
def test_a_level_that_is_not_said_has_the_servers_default(absent: str) -> None:
    levels = power_levels(None)
    del levels[absent]
    assert not is_sealed(CREATE, levels)


@pytest.mark.parametrize("version", ["12", "10", 11, None])
def test_other_room_versions_cannot_be_sealed(version: object) -> None:
    assert not is_sealed({"room_version": version}, power_levels(None))


def _event(number: int) -> RecordedEvent:
    return RecordedEvent(EventID(f"${number}"), number, ME, {"acts": [number]})


def test_a_record_is_the_same_whatever_came_first_and_knows_what_it_was_before() -> None:
    create, seal, acts = _event(1), _event(2), [_event(n) for n in (3, 4, 5)]
    assert record_digest(create, seal, acts) == record_digest(create, seal, [*acts[::-1], acts[0]])
    assert record_digest(create, seal, acts[:2]) in earlier_digests(create, seal, acts)
    assert record_digest(create, seal, acts[1:]) not in earlier_digests(create, seal, acts)
    changed = acts[0]._replace(content={"acts": [9]})
    assert record_digest(create, seal, [changed]) != record_digest(create, seal, acts[:1])


@pytest.mark.parametrize("room", ["!abc:acme.example", "!abc:acme.example:8448", "!hash"])
def test_a_code_is_read_back(room: str) -> None:
    digest = record_digest(_event(1), None, [])
    found = parse_code(" " + record_code(RoomID(room), digest) + "\n")
    assert found is not None and (found.room_id, found.digest) == (room, digest)


@pytest.mark.parametrize(
    "code", ["", "https://x", "tack:approval:1:!a:b:zz", "tack:approval:1:#a:" + "0" * 64]
)
def test_what_is_no_code_is_none(code: str) -> None:
    assert parse_code(code) is None
