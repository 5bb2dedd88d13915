"""The company's consent: whether channels may ask who has finished a video, and who can give it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from app.domain.channels.wire import POLICY_TYPE

if TYPE_CHECKING:
    from app.store.reader import Reader


class Consent(NamedTuple):
    """How it stands."""

    has_company: bool = False
    """There is a space one is in."""
    is_given: bool = False
    may_change: bool = False
    """I run the space."""


def consent_of(read: Reader) -> Consent:
    """Read it from the spaces one is in. *Slow*."""
    spaces = [space.room_id for space in read.spaces()]
    is_given = may_change = False
    for space in spaces:
        policy = read.state_event(space, POLICY_TYPE) or {}
        is_given = is_given or policy.get("watched_reports") is True
        mine, needed = read.power_level(space, POLICY_TYPE)
        may_change = may_change or mine >= max(needed, 50)
    return Consent(bool(spaces), is_given, may_change)
