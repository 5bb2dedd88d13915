"""Answers of `GET /v3/sync`: as the main source where a server has no sliding sync, and for the counts loop.

Source: Matrix client-server API, "Syncing". Pure; runs on the decoding pool.
"""

import time
from typing import Any

import msgspec

from app.domain.events import JSONObject, parse_stripped, text_of
from app.domain.ids import EventID, RoomID, UserID
from app.domain.sync import Membership, Receipt, RoomHints, RoomUpdate, ServerCounts, SyncBatch
from app.matrix.json_answers import parse_events
from app.matrix.lenient import NOTHING, RawList, Skips, raw_map, raw_value, read_struct
from app.matrix.sync_parts import (
    EMPTY,
    AccountData,
    Amount,
    content_of,
    is_room_id,
    own_membership,
    position_of,
    read_account_data,
    receipts_of,
    required_map,
    room_id_of,
    top_level,
    typing_of,
)

CLASSIC_POSITION = "classic.since"
COUNTS_POSITION = "counts.since"


class _Events(msgspec.Struct):
    events: RawList | None = None


class _Timeline(msgspec.Struct):
    events: RawList | None = None
    limited: bool = False
    prev_batch: str | None = None


class _Counts(msgspec.Struct):
    notification_count: Amount | None = None
    highlight_count: Amount | None = None


class _Summary(msgspec.Struct):
    heroes: list[str] | None = msgspec.field(default=None, name="m.heroes")
    joined: Amount | None = msgspec.field(default=None, name="m.joined_member_count")
    invited: Amount | None = msgspec.field(default=None, name="m.invited_member_count")


class _Room(msgspec.Struct):
    summary: msgspec.Raw = EMPTY
    state: msgspec.Raw = EMPTY
    timeline: msgspec.Raw = EMPTY
    ephemeral: msgspec.Raw = EMPTY
    account_data: msgspec.Raw = EMPTY
    invite_state: msgspec.Raw = EMPTY
    knock_state: msgspec.Raw = EMPTY
    unread_notifications: msgspec.Raw = NOTHING
    unread_thread_notifications: msgspec.Raw = NOTHING


def decode_classic(body: bytes, own_user: UserID, *, is_initial: bool = False) -> SyncBatch:
    """Decode the main sync. Raises StrangeAnswer when the answer as a whole makes no sense."""
    skips = Skips()
    top = top_level(body, "next_batch")
    kinds = required_map(top, "rooms")
    rooms: list[RoomUpdate] = []
    for key, raw in required_map(kinds, "join").items():
        _add(rooms, key, raw, skips, Membership.JOIN, own_user, is_initial)
    for key, raw in required_map(kinds, "leave").items():
        _add(rooms, key, raw, skips, Membership.LEAVE, own_user, is_initial)
    for kind, membership in (("invite", Membership.INVITE), ("knock", Membership.KNOCK)):
        for key, raw in required_map(kinds, kind).items():
            room_id = room_id_of(key, skips)
            if room_id is not None:
                rooms.append(_invitation(room_id, raw, membership, skips))
    account = read_struct(top.get("account_data", EMPTY), _Events, skips)
    to_device = read_struct(top.get("to_device", EMPTY), _Events, skips)
    return SyncBatch(
        positions=((CLASSIC_POSITION, position_of(top, "next_batch")),),
        rooms=tuple(rooms),
        account_data=read_account_data(account.events or [], skips),
        to_device=tuple(bytes(event) for event in to_device.events or ()),
        complete=True,
        extra={"skipped": skips.count} if skips.count else {},
    )


def decode_counts(body: bytes) -> SyncBatch:
    """Decode the counts loop's answer: counts, receipts, room account data; never a timeline.

    `extra["left_rooms"]` names rooms the answer reports as left.

    To-device messages are taken along: the server deletes them once this endpoint has delivered them.
    """
    skips = Skips()
    top = top_level(body, "next_batch")
    to_device = read_struct(top.get("to_device", EMPTY), _Events, skips)
    rooms = []
    kinds = raw_map(top.get("rooms", EMPTY), skips)
    for key, raw in raw_map(kinds.get("join", EMPTY), skips).items():
        room_id = room_id_of(key, skips)
        if room_id is None:
            continue
        wire = read_struct(raw, _Room, skips)
        receipts, _ = _ephemeral(wire, skips)
        counts = _counts(wire, skips)
        account_data = _account_data(wire, skips)
        if counts is not None or receipts or account_data:
            rooms.append(RoomUpdate(room_id, counts=counts, receipts=receipts, account_data=account_data))
    left = [key for key in raw_map(kinds.get("leave", EMPTY), skips) if is_room_id(key)]
    return SyncBatch(
        positions=((COUNTS_POSITION, position_of(top, "next_batch")),),
        rooms=tuple(rooms),
        to_device=tuple(bytes(event) for event in to_device.events or ()),
        extra=({"skipped": skips.count} if skips.count else {}) | ({"left_rooms": left} if left else {}),
    )


def _add(
    rooms: list[RoomUpdate],
    key: str,
    raw: msgspec.Raw,
    skips: Skips,
    membership: Membership,
    own_user: UserID,
    is_initial: bool,
) -> None:
    room_id = room_id_of(key, skips)
    if room_id is None:
        return
    wire = read_struct(raw, _Room, skips)
    line = read_struct(wire.timeline, _Timeline, skips)
    state = parse_events(read_struct(wire.state, _Events, skips).events or (), room_id)
    timeline = parse_events(line.events or (), room_id)
    if membership is Membership.LEAVE and own_membership((*state, *timeline), own_user) is Membership.BAN:
        membership = Membership.BAN
    receipts, typing = _ephemeral(wire, skips)
    rooms.append(
        RoomUpdate(
            room_id=room_id,
            membership=membership,
            hints=_hints(wire, skips),
            state=state,
            timeline=timeline,
            limited=line.limited,
            prev_batch=line.prev_batch,
            is_initial=is_initial,
            counts=_counts(wire, skips),
            account_data=_account_data(wire, skips),
            receipts=receipts,
            typing=typing,
        )
    )
    time.sleep(0)


def _invitation(room_id: RoomID, raw: msgspec.Raw, membership: Membership, skips: Skips) -> RoomUpdate:
    wire = read_struct(raw, _Room, skips)
    part = wire.invite_state if membership is Membership.INVITE else wire.knock_state
    stripped = read_struct(part, _Events, skips).events or []
    state = tuple(parse_stripped(bytes(event), room_id) for event in stripped)
    return RoomUpdate(room_id, membership, state=state)


def _hints(wire: _Room, skips: Skips) -> RoomHints:
    summary = read_struct(wire.summary, _Summary, skips)
    heroes = summary.heroes
    return RoomHints(
        heroes=tuple(UserID(hero) for hero in heroes if hero.startswith("@")) if heroes is not None else None,
        joined_count=summary.joined,
        invited_count=summary.invited,
    )


def _counts(wire: _Room, skips: Skips) -> ServerCounts | None:
    """Unread numbers, those of threads added: the filter asks for them apart."""
    if bytes(wire.unread_notifications) == bytes(NOTHING):
        return None
    main = read_struct(wire.unread_notifications, _Counts, skips)
    notifications, highlights = main.notification_count or 0, main.highlight_count or 0
    for raw in raw_map(wire.unread_thread_notifications, skips).values():
        thread = read_struct(raw, _Counts, skips)
        notifications += thread.notification_count or 0
        highlights += thread.highlight_count or 0
    return ServerCounts(notifications, highlights, _latest_event(wire, skips))


def _account_data(wire: _Room, skips: Skips) -> AccountData:
    return read_account_data(read_struct(wire.account_data, _Events, skips).events or [], skips)


def _latest_event(wire: _Room, skips: Skips) -> EventID | None:
    events = read_struct(wire.timeline, _Timeline, skips).events
    value = raw_value(events[-1], skips) if events else None
    event_id = text_of(value, "event_id") if isinstance(value, dict) else None
    return EventID(event_id) if event_id and event_id.startswith("$") else None


def _ephemeral(wire: _Room, skips: Skips) -> tuple[tuple[Receipt, ...], tuple[UserID, ...] | None]:
    receipts: list[Receipt] = []
    typing: tuple[UserID, ...] | None = None
    for raw in read_struct(wire.ephemeral, _Events, skips).events or ():
        value = raw_value(raw, skips)
        if (content := content_of(value, "m.receipt")) is not None:
            receipts.extend(receipts_of(content))
        elif (content := content_of(value, "m.typing")) is not None:
            typing = typing_of(content)
    return tuple(receipts), typing


def notification_counts(entries: list[JSONObject]) -> tuple[RoomUpdate, ...]:
    """Fold entries of `/notifications`, newest first, into counts per room."""
    totals: dict[RoomID, list[Any]] = {}
    for entry in entries:
        room_id, event = entry.get("room_id"), entry.get("event")
        if entry.get("read") is not False or not isinstance(room_id, str) or not isinstance(event, dict):
            continue
        found = totals.setdefault(RoomID(room_id), [0, 0, text_of(event, "event_id")])
        found[0] += 1
        found[1] += _is_highlight(entry.get("actions"))
    return tuple(
        RoomUpdate(room_id, counts=ServerCounts(total, highlights, EventID(newest) if newest else None))
        for room_id, (total, highlights, newest) in totals.items()
        if room_id.startswith("!")
    )


def _is_highlight(actions: object) -> bool:
    if not isinstance(actions, list):
        return False
    tweaks = [action for action in actions if isinstance(action, dict)]
    return any(tweak.get("set_tweak") == "highlight" and tweak.get("value", True) is True for tweak in tweaks)
