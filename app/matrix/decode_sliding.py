"""A sliding-sync answer as a `SyncBatch`.

Reads what Synapse serves (`org.matrix.simplified_msc3575`) and the names of the merged MSC4186
(`timeline_events`, `stripped_state`, `membership`). Counts are not taken from here: Synapse sends zeros.
Pure; runs on the decoding pool and hands the interpreter on between rooms.
"""

import time
from dataclasses import dataclass, replace

import msgspec

from app.domain.events import parse_stripped
from app.domain.ids import ContentURI, RoomID, UserID
from app.domain.sync import Membership, RoomHints, RoomUpdate, SyncBatch
from app.matrix.json_answers import DECODE_ERRORS, parse_events
from app.matrix.lenient import RawList, RawMap, Skips, raw_list, raw_map, raw_value, read_struct
from app.matrix.sync_parts import (
    EMPTY,
    Amount,
    content_of,
    membership_of,
    own_membership,
    position_of,
    read_account_data,
    receipts_of,
    required_map,
    room_id_of,
    top_level,
    typing_of,
)

POSITION = "sliding.pos"
TO_DEVICE_POSITION = "to_device.since"


class _Top(msgspec.Struct):
    pos: str
    rooms: RawMap | None = None
    lists: msgspec.Raw = EMPTY
    extensions: msgspec.Raw = EMPTY


class _Room(msgspec.Struct):
    initial: bool = False
    name: str | None = None
    avatar: str | None = None
    heroes: RawList | None = None
    is_dm: bool | None = None
    joined_count: Amount | None = None
    invited_count: Amount | None = None
    bump_stamp: Amount | None = None
    limited: bool = False
    prev_batch: str | None = None
    membership: str | None = None
    required_state: RawList | None = None
    timeline: RawList | None = None
    timeline_events: RawList | None = None
    invite_state: RawList | None = None
    stripped_state: RawList | None = None


_top_decoder = msgspec.json.Decoder(_Top)


@dataclass(slots=True)
class _Extensions:
    """What the extensions said, by room."""

    positions: tuple[tuple[str, str], ...]
    account_data: tuple[tuple[str, dict[str, object]], ...]
    to_device: tuple[bytes, ...]
    rooms: dict[RoomID, RoomUpdate]


def decode_sliding(body: bytes, own_user: UserID, list_name: str = "all") -> SyncBatch:
    """Decode. Raises StrangeAnswer when the answer as a whole makes no sense.

    `extra["skipped"]` counts the parts that were left out.
    """
    skips = Skips()
    top = _read_top(body)
    time.sleep(0)
    extensions = _extensions(top.extensions, skips)
    rooms = []
    for key, raw in (top.rooms or {}).items():
        room_id = room_id_of(key, skips)
        if room_id is not None:
            update = _room(room_id, raw, own_user, skips)
            rooms.append(_merged(update, extensions.rooms.pop(room_id, None)))
            time.sleep(0)
    return SyncBatch(
        positions=((POSITION, top.pos), *extensions.positions),
        rooms=(*rooms, *extensions.rooms.values()),
        account_data=extensions.account_data,
        to_device=extensions.to_device,
        room_total=_room_total(top.lists, list_name, skips),
        extra={"skipped": skips.count} if skips.count else {},
    )


def _read_top(body: bytes) -> _Top:
    """Read the shell in one pass over the body; part by part where that fails. Raises StrangeAnswer."""
    try:
        top = _top_decoder.decode(body)
        if top.pos:
            return top
    except DECODE_ERRORS:
        pass
    parts = top_level(body, "pos")
    return _Top(
        pos=position_of(parts, "pos"),
        rooms=required_map(parts, "rooms"),
        lists=parts.get("lists", EMPTY),
        extensions=parts.get("extensions", EMPTY),
    )


def _room(room_id: RoomID, raw: msgspec.Raw, own_user: UserID, skips: Skips) -> RoomUpdate:
    wire = read_struct(raw, _Room, skips)
    stripped = wire.invite_state if wire.invite_state is not None else wire.stripped_state
    if stripped is not None:
        return _invitation(room_id, wire, stripped, own_user)
    state = parse_events(wire.required_state or (), room_id)
    timeline = parse_events(wire.timeline or wire.timeline_events or (), room_id)
    membership = own_membership((*state, *timeline), own_user) or membership_of(wire.membership)
    if membership is None and wire.initial:
        membership = Membership.JOIN
    return RoomUpdate(
        room_id=room_id,
        membership=membership,
        hints=_hints(wire, skips),
        state=state,
        timeline=timeline,
        limited=wire.limited,
        prev_batch=wire.prev_batch,
        is_initial=wire.initial,
    )


def _invitation(room_id: RoomID, wire: _Room, stripped: RawList, own_user: UserID) -> RoomUpdate:
    state = tuple(parse_stripped(bytes(raw), room_id) for raw in stripped)
    membership = own_membership(state, own_user) or membership_of(wire.membership) or Membership.INVITE
    return RoomUpdate(
        room_id=room_id,
        membership=membership,
        hints=_hints(wire, Skips()),
        state=state,
        is_initial=wire.initial,
    )


def _hints(wire: _Room, skips: Skips) -> RoomHints:
    heroes = [hero for raw in wire.heroes or () if (hero := _hero(raw, skips)) is not None]
    return RoomHints(
        name=wire.name,
        avatar=ContentURI(wire.avatar) if wire.avatar else None,
        heroes=tuple(hero[0] for hero in heroes) if wire.heroes is not None else None,
        hero_names=tuple(hero[1] for hero in heroes),
        hero_avatars=tuple(hero[2] for hero in heroes),
        joined_count=wire.joined_count,
        invited_count=wire.invited_count,
        bump_stamp=wire.bump_stamp,
        is_direct=wire.is_dm,
    )


class _Hero(msgspec.Struct):
    user_id: str = ""
    name: str | None = None
    displayname: str | None = None
    avatar: str | None = None
    avatar_url: str | None = None


def _hero(raw: msgspec.Raw, skips: Skips) -> tuple[UserID, str, ContentURI | None] | None:
    hero = read_struct(raw, _Hero, skips)
    if not hero.user_id.startswith("@"):
        return None
    avatar = hero.avatar or hero.avatar_url
    return UserID(hero.user_id), hero.name or hero.displayname or "", ContentURI(avatar) if avatar else None


def _room_total(raw: msgspec.Raw, list_name: str, skips: Skips) -> int | None:
    listed = raw_map(raw, skips).get(list_name)
    count = raw_map(listed, skips).get("count") if listed is not None else None
    total = raw_value(count, skips) if count is not None else None
    return total if isinstance(total, int) and not isinstance(total, bool) and total >= 0 else None


class _AccountData(msgspec.Struct):
    global_: RawList | None = msgspec.field(default=None, name="global")
    rooms: RawMap | None = None


class _ToDevice(msgspec.Struct):
    next_batch: str | None = None
    events: RawList | None = None


class _ByRoom(msgspec.Struct):
    rooms: RawMap | None = None


def _extensions(raw: msgspec.Raw, skips: Skips) -> _Extensions:
    parts = raw_map(raw, skips)
    account = read_struct(parts.get("account_data", EMPTY), _AccountData, skips)
    to_device = read_struct(parts.get("to_device", EMPTY), _ToDevice, skips)
    rooms: dict[RoomID, RoomUpdate] = {}
    for key, items in (account.rooms or {}).items():
        data = read_account_data(raw_list(items, skips), skips)
        _put(rooms, key, skips, account_data=data)
    for key, item in _by_room(parts, "receipts", skips).items():
        content = content_of(raw_value(item, skips), "m.receipt")
        if content is not None:
            _put(rooms, key, skips, receipts=receipts_of(content))
    for key, item in _by_room(parts, "typing", skips).items():
        content = content_of(raw_value(item, skips), "m.typing")
        if content is not None:
            _put(rooms, key, skips, typing=typing_of(content))
    return _Extensions(
        positions=((TO_DEVICE_POSITION, to_device.next_batch),) if to_device.next_batch else (),
        account_data=read_account_data(account.global_ or [], skips),
        to_device=tuple(bytes(event) for event in to_device.events or ()),
        rooms=rooms,
    )


def _by_room(parts: RawMap, name: str, skips: Skips) -> RawMap:
    return read_struct(parts.get(name, EMPTY), _ByRoom, skips).rooms or {}


def _put(rooms: dict[RoomID, RoomUpdate], key: str, skips: Skips, **news: object) -> None:
    room_id = room_id_of(key, skips)
    if room_id is not None:
        rooms[room_id] = replace(rooms.get(room_id) or RoomUpdate(room_id), **news)  # type: ignore[arg-type]


def _merged(update: RoomUpdate, more: RoomUpdate | None) -> RoomUpdate:
    if more is None:
        return update
    return replace(update, account_data=more.account_data, receipts=more.receipts, typing=more.typing)
