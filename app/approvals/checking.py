"""Checking what a request claims: its facts against the organisation as it is known here, a printed record against its room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.approvals.facts import facts_of
from app.approvals.values import Verdict
from app.domain.approvals.planning import Needs, needs_of
from app.domain.approvals.record import parse_code
from app.domain.approvals.rows import Doubt
from app.domain.ids import UserID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from app.domain.approvals.request import Facts
    from app.domain.approvals.rows import ApprovalDetail
    from app.domain.approvals.template import Away
    from app.store.reader import Reader


def read_doubts(read: Reader, detail: ApprovalDetail, now_ms: int) -> tuple[Doubt, ...]:
    """Say where the organisation is known otherwise than a request claims. What is not known here is no doubt. *Slow*.

    What the route asks for and the request leaves out counts, too: a step for nobody may be passed at once.
    """
    content = detail.content
    claimed, asked = content.facts, needs_of(content.template, detail.state.values)
    needs = Needs(
        max(len(claimed.managers), asked.levels),
        tuple(dict.fromkeys((*claimed.roles, *asked.roles))),
        tuple(dict.fromkeys((*claimed.heads, *asked.departments))),
    )
    known = facts_of(read, detail.state.requester, needs)
    found = [*_managers(claimed, known, needs.levels), *_heads(claimed, known), *_roles(claimed, known)]
    return (*found, *_deputies(detail, read.approvals.away(), now_ms))


def _managers(claimed: Facts, known: Facts, levels: int) -> Iterator[Doubt]:
    if known.department and claimed.managers != known.managers[:levels]:
        yield Doubt("manager", _users(claimed.managers), _users(known.managers[:levels]))


def _heads(claimed: Facts, known: Facts) -> Iterator[Doubt]:
    for department, head in known.heads.items():
        said = claimed.heads.get(department)
        if said != head:
            yield Doubt("head", _users([said] if said else ()), _users([head]), department)


def _roles(claimed: Facts, known: Facts) -> Iterator[Doubt]:
    for role, people in known.roles.items():
        said = claimed.roles.get(role, ())
        if set(said) != set(people):
            yield Doubt("role", _users(said), _users(people), role)


def _deputies(detail: ApprovalDetail, away: dict[UserID, Away], now_ms: int) -> Iterator[Doubt]:
    for one in detail.content.deputies:
        found = away.get(UserID(one.user))
        if one.from_ms <= now_ms <= one.until_ms and (found is None or found.deputy != one.deputy):
            known = _users([found.deputy] if found is not None else ())
            yield Doubt("deputy", _users([one.deputy]), known, one.user)


def read_verdict(read: Reader, code: str, now_ms: int) -> Verdict | None:
    """Compare the code of a printed record with what the room holds now. *Slow*."""
    parsed = parse_code(code)
    if parsed is None:
        return None
    row = read.approvals.row(parsed.room_id, now_ms)
    digests = read.approvals.records(parsed.room_id) if row is not None else ()
    if row is None or not digests:
        return Verdict(parsed.room_id, is_known=False, is_same=False, is_earlier=False)
    is_same = parsed.digest == digests[-1]
    is_earlier = not is_same and parsed.digest in digests
    return Verdict(parsed.room_id, is_known=True, is_same=is_same, is_earlier=is_earlier, title=row.title)


def _users(users: Iterable[str]) -> tuple[UserID, ...]:
    return tuple(UserID(user) for user in users)
