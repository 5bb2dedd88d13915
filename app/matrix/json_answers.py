"""Decoding of answers: the shell of an answer is checked strictly, the events inside are kept as bytes.

An answer whose shell is not what the specification says is a `StrangeAnswer`. Events are cut out undecoded
(`msgspec.Raw`) and parsed one by one, so that each keeps its exact bytes and none can spoil another.
"""

import time
from collections.abc import Iterable
from typing import TypeVar

import msgspec

from app.domain.events import Event, JSONObject, parse_event
from app.domain.ids import RoomID
from app.errors import StrangeAnswer

T = TypeVar("T")

YIELD_EVERY = 100
"""After so many events the interpreter is handed to the other threads (a millisecond or less)."""

DECODE_ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class EventList(msgspec.Struct):
    """`{"events": […]}` and the like: answers that are mainly a list of events."""

    events: list[msgspec.Raw] = []


def decode_as(body: bytes, shape: type[T]) -> T:
    """Decode a body into a struct (or `dict[str, …]`, `list[…]`). Raises StrangeAnswer."""
    try:
        return msgspec.json.decode(body, type=shape)
    except DECODE_ERRORS as error:
        raise StrangeAnswer(str(error)[:200], status=200) from error


def decode_object(body: bytes) -> JSONObject:
    """Decode a JSON object. Raises StrangeAnswer."""
    value = decode_as(body, object)
    if not isinstance(value, dict):
        raise StrangeAnswer("not a JSON object", status=200)
    return value


def decode_event_array(body: bytes, room_id: RoomID) -> tuple[Event, ...]:
    """Decode an answer that is a bare array of events."""
    return parse_events(decode_as(body, list[msgspec.Raw]), room_id)


def parse_events(raws: Iterable[msgspec.Raw], room_id: RoomID) -> tuple[Event, ...]:
    """Parse events of one room, one by one. Never raises."""
    events = []
    for number, raw in enumerate(raws, 1):
        events.append(parse_event(bytes(raw), room_id))
        if number % YIELD_EVERY == 0:
            time.sleep(0)
    return tuple(events)


def objects_of(value: object) -> list[JSONObject]:
    """The objects of a list; anything else is dropped."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def require_text(answer: JSONObject, key: str) -> str:
    """A string the specification promises. Raises StrangeAnswer where it is missing."""
    value = answer.get(key)
    if not isinstance(value, str) or not value:
        raise StrangeAnswer(f"no {key}", status=200)
    return value
