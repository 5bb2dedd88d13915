"""Where a ding goes: the shared conversation, a direct chat, a room that has just these people, or a new one."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from app.dings.compose import people_of, room_content, room_name
from app.domain.content import strings_of
from app.domain.dings import DING_ROOM_TYPE, DingContent
from app.domain.ids import RoomID, TxnID, UserID
from app.domain.membership import Membership
from app.domain.sending import RequestKind, is_new_room, new_room_id
from app.errors import InputError, TackError
from app.store.cache import Cache
from app.store.ding_work import DingRoom
from app.store.values import NewRequest

LoadMembers = Callable[[RoomID], Awaitable[None]]
"""`RoomsService.load_members`."""
PRESENT = (Membership.JOIN, Membership.INVITE)
MOST_LISTS_ASKED = 3
"""So many member lists are fetched to find a room that fits; else a new one is made."""


class DingPlace(NamedTuple):
    """A room, and the request that makes it where there is none."""

    room_id: RoomID
    is_ding_room: bool
    create: NewRequest | None = None


async def find_place(
    cache: Cache,
    load_members: LoadMembers,
    ding: DingContent,
    room_id: RoomID | None,
    text: str,
    txn_id: TxnID,
) -> DingPlace:
    """Find where a ding goes; `txn_id` is for a room to be made.

    Raises `InputError`: `room_left`, `room_encrypted`, `not_in_room` (names, count).
    """
    people = people_of(ding)
    if room_id is not None:
        await _check_shared(cache, load_members, room_id, people)
        return DingPlace(room_id, False)
    others = tuple(user for user in people if user != cache.user_id)
    if len(others) == 1:
        direct = _direct_room(cache, others[0])
        if direct is not None:
            return DingPlace(direct, False)
    known = await _room_of_just(cache, load_members, frozenset((*others, cache.user_id)))
    known = known or _room_to_be_made(cache, frozenset(others))
    return DingPlace(known, True) if known else _new_place(txn_id, others, text)


def _new_place(txn_id: TxnID, others: tuple[UserID, ...], text: str) -> DingPlace:
    room_id = new_room_id(txn_id)
    content = room_content(
        txn_id, others, room_name(text), room_type=DING_ROOM_TYPE, is_direct=len(others) == 1
    )
    create = NewRequest(room_id, RequestKind.CREATE_ROOM, txn_id, content, room_id)
    return DingPlace(room_id, True, create)


async def _check_shared(
    cache: Cache, load_members: LoadMembers, room_id: RoomID, people: tuple[UserID, ...]
) -> None:
    if is_new_room(room_id):
        return
    room = cache.read.room(room_id)
    if room is None or room.membership is not Membership.JOIN:
        raise InputError("not in this room", code="room_left")
    if room.is_encrypted:
        raise InputError("no plain text into an encrypted room", code="room_encrypted")
    if not cache.read.members_complete(room_id) and _absent(cache, room_id, people, are_all_known=False):
        try:
            await load_members(room_id)
        except TackError:
            pass  # offline: who is not known may well be there
    absent = _absent(cache, room_id, people, are_all_known=cache.read.members_complete(room_id))
    gone = [user for user, is_sure in absent if is_sure]
    if gone:
        names = ", ".join(_name(cache, room_id, user) for user in gone[:3]) + ("…" if len(gone) > 3 else "")
        raise InputError("not members of the room", code="not_in_room", names=names, count=len(gone))


def _absent(
    cache: Cache, room_id: RoomID, people: tuple[UserID, ...], *, are_all_known: bool
) -> list[tuple[UserID, bool]]:
    """Give who is not seen in a room, and whether that is sure."""
    found: list[tuple[UserID, bool]] = []
    for user in people:
        member = cache.read.member(room_id, user)
        if user != cache.user_id and (member is None or member.membership not in PRESENT):
            found.append((user, are_all_known or member is not None))
    return found


def _name(cache: Cache, room_id: RoomID, user_id: UserID) -> str:
    member = cache.read.member(room_id, user_id)
    return member.name if member is not None else user_id


def _direct_room(cache: Cache, user_id: UserID) -> RoomID | None:
    for candidate in strings_of(cache.read.account_data("m.direct") or {}, user_id):
        room = cache.read.room(RoomID(candidate))
        if room is None or room.membership is not Membership.JOIN or room.is_encrypted:
            continue
        other = cache.read.member(room.room_id, user_id)
        if other is None or other.membership in PRESENT:
            return room.room_id
    return None


async def _room_of_just(cache: Cache, load_members: LoadMembers, people: frozenset[UserID]) -> RoomID | None:
    """Find a joined room made for dings whose members are exactly these."""
    known = await cache.read_in_worker(lambda read: read.ding_work.rooms())
    asked = 0
    for room in known:
        if room.members == people and (room.is_whole or room.size == len(people)):
            return room.room_id
        if asked < MOST_LISTS_ASKED and _may_fit(room, people):
            asked += 1
            if await _has_just(cache, load_members, room.room_id, people):
                return room.room_id
    return None


def _may_fit(room: DingRoom, people: frozenset[UserID]) -> bool:
    return not room.is_whole and room.size == len(people) and room.members < people


async def _has_just(
    cache: Cache, load_members: LoadMembers, room_id: RoomID, people: frozenset[UserID]
) -> bool:
    try:
        await load_members(room_id)
    except TackError:
        return False
    members = cache.read.members(room_id, limit=len(people) + 1)
    return frozenset(member.user_id for member in members) == people


def _room_to_be_made(cache: Cache, others: frozenset[UserID]) -> RoomID | None:
    """Find a room for these people that still waits in the send queue."""
    for row in cache.read.rooms_to_be_made():
        is_for_dings = row.content.get("creation_content", {}).get("type") == DING_ROOM_TYPE
        if is_for_dings and frozenset(strings_of(row.content, "invite")) == others:
            return row.room_id
    return None
