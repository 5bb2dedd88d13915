"""What the organisation answers: a person's department and managers, heads, roles, names.

Everything is read from the cache: joined spaces as their own state says, others as the server last told
(`app.directory.organisation`), roles from the library. Pure of the line: who asks refreshes first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from app.directory.organisation import UNIT_TYPE, Unit, as_department, is_joined, read_people, read_tree
from app.domain.approvals.request import Facts
from app.domain.content import strings_of
from app.domain.ids import RoomID, UserID, localpart_of
from app.domain.membership import Membership

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.domain.approvals.planning import Needs
    from app.store.reader import Reader

MAX_LEVELS = 20
MAX_DEPTH = 50


class Organisation(NamedTuple):
    """The tree of units as it is known here, in its own order."""

    units: dict[RoomID, Unit]
    parents: dict[RoomID, RoomID]

    def chain(self, room_id: RoomID) -> list[Unit]:
        """Give a unit and those above it, lowest first; a circle ends where it closes."""
        found: dict[RoomID, Unit] = {}
        next_id: RoomID | None = room_id
        while next_id in self.units and next_id not in found and len(found) < MAX_DEPTH:
            found[next_id] = self.units[next_id]
            next_id = self.parents.get(next_id)
        return list(found.values())


def read_organisation(read: Reader) -> Organisation:
    """Read the tree. *Slow*."""
    units = {unit.room_id: unit for unit in read_tree(read).units}
    for space in read.spaces():
        joined = Unit(space.room_id, space.name, space.children)
        units[space.room_id] = as_department(joined, read.state_event(space.room_id, UNIT_TYPE))
    parents: dict[RoomID, RoomID] = {}
    for unit in units.values():
        for child in unit.children:
            if child in units and child != unit.room_id:
                parents.setdefault(child, unit.room_id)
    return Organisation(units, parents)


def facts_of(read: Reader, user: UserID, needs: Needs, *, is_me: bool = False) -> Facts:
    """Give the facts a route needs. *Slow*. `is_me`: the person is in no department that the account is not in."""
    organisation = read_organisation(read)
    chain = _chain_of(read, organisation, user, is_me=is_me)
    own = chain[0] if chain else None
    heads = {room: head for room in needs.departments if (head := head_of(organisation, RoomID(room)))}
    if own is not None and own.manager is not None:
        heads[own.room_id] = own.manager
    known = {role.key: role for role in read.approvals.roles().roles} if needs.roles else {}
    roles = [known[key] for key in needs.roles if key in known]
    return Facts(
        department=own.room_id if own else "",
        department_name=own.name[:200] if own else "",
        departments=tuple(unit.room_id for unit in chain),
        managers=_managers(chain, user)[: max(needs.levels, 1)],
        heads=dict(heads.items()),
        roles={role.key: role.people for role in roles},
        role_names={role.key: role.name for role in roles},
    )


def head_of(organisation: Organisation, room_id: RoomID) -> UserID | None:
    """Give who leads a department."""
    unit = organisation.units.get(room_id)
    return unit.manager if unit is not None else None


def managers_of(read: Reader, user: UserID) -> tuple[UserID, ...]:
    """Give somebody's managers, direct first. *Slow*."""
    return _managers(_chain_of(read, read_organisation(read), user), user)


def department_of(read: Reader, user: UserID) -> RoomID | None:
    """Give somebody's department: the lowest in the tree. *Slow*."""
    chain = _chain_of(read, read_organisation(read), user)
    return chain[0].room_id if chain else None


def _chain_of(read: Reader, organisation: Organisation, user: UserID, *, is_me: bool = False) -> list[Unit]:
    """Give somebody's department and what is above it; of several the lowest, then the first in the tree."""
    chains = [
        organisation.chain(unit.room_id)
        for unit in organisation.units.values()
        if unit.is_department and _is_in(read, unit.room_id, user, is_me=is_me)
    ]
    return max(chains, key=len, default=[])


def _managers(chain: Iterable[Unit], user: UserID) -> tuple[UserID, ...]:
    found = (unit.manager for unit in chain)
    return tuple(dict.fromkeys(one for one in found if one is not None and one != user))[:MAX_LEVELS]


def _is_in(read: Reader, room_id: RoomID, user: UserID, *, is_me: bool) -> bool:
    if is_joined(read, room_id):
        member = read.member(room_id, user)
        return is_me or (member is not None and member.membership is Membership.JOIN)
    if is_me:
        return False
    return any(profile.user_id == user for profile in read_people(read, room_id) or ())


def names_of(read: Reader, users: Iterable[str]) -> dict[str, str]:
    """Give display names: of the organisation, else of a direct chat, else the local part. *Slow*."""
    wanted = dict.fromkeys(users)
    found: dict[str, str] = {}
    units = list(read_organisation(read).units)
    for unit in sorted(units, key=lambda room_id: not is_joined(read, room_id)):
        missing = [user for user in wanted if user not in found]
        if not missing:
            break
        found |= _names_in(read, unit, missing)
    return {user: (found.get(user) or _direct_name(read, UserID(user)))[:200] for user in wanted}


def _names_in(read: Reader, unit: RoomID, users: list[str]) -> dict[str, str]:
    if not is_joined(read, unit):
        sought = set(users)
        return {one.user_id: one.name for one in read_people(read, unit) or () if one.user_id in sought}
    members = {user: read.member(unit, UserID(user)) for user in users}
    return {
        user: member.name
        for user, member in members.items()
        if member is not None and member.membership is Membership.JOIN
    }


def _direct_name(read: Reader, user: UserID) -> str:
    rooms = strings_of(read.account_data("m.direct") or {}, user)
    members = (read.member(RoomID(room), user) for room in rooms[:5])
    return next((member.name for member in members if member is not None), localpart_of(user))
