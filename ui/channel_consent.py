"""The company's consent: whether channels may ask who has finished a video, and who can give it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from app.channels.making import is_of_own_server, organisation_of
from app.domain.channels.channel import needed_level
from app.domain.channels.wire import POLICY_TYPE

if TYPE_CHECKING:
    from app.store.reader import Reader


class Consent(NamedTuple):
    """How it stands."""

    has_company: bool = False
    """There is a space of the own server that one is in."""
    is_given: bool = False
    may_change: bool = False
    """I run the space."""


def consent_of(read: Reader) -> Consent:
    """Read it from the spaces one is in; what other companies say in theirs does not count. *Slow*."""
    organisation = organisation_of(read)
    if organisation is None:
        return Consent()
    own = [space.room_id for space in read.spaces() if is_of_own_server(read, space.room_id)]
    is_given = any(
        (read.state_event(space, POLICY_TYPE) or {}).get("watched_reports") is True for space in own
    )
    levels = read.state_event(organisation, "m.room.power_levels") or {}
    mine, _ = read.power_level(organisation, "state_default")
    return Consent(True, is_given, mine >= needed_level(levels, POLICY_TYPE, is_state=True))
