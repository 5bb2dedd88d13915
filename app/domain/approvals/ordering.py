"""The order of acts: what stands in everybody's list, and which act comes after which, whatever arrived when.

Two rules. The list of one person only grows: a version that does not begin with what stood before is ignored, so that
nobody can rewrite what they did. An act comes behind those its actor had seen (`Act.basis`) and behind that person's own
former ones; among those that could be next, the one with the least (time, event id, place in the list) is.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from typing import NamedTuple

from app.domain.approvals.acts import Act, ActsEvent
from app.domain.ids import EventID, UserID

_Key = tuple[UserID, int]
"""Whose act and its place in their list."""


class Placed(NamedTuple):
    """One act and the event that first held it."""

    user: UserID
    act: Act
    event_id: EventID
    ts_ms: int
    place: int
    """Its place in that person's list."""


class Standing(NamedTuple):
    """What counts of one person's list."""

    acts: tuple[Placed, ...]
    versions: tuple[tuple[int, EventID, int], ...]
    """Time, event and number of acts of each version of the list, the ignored ones too."""
    is_changed_afterwards: bool


class Ordered(NamedTuple):
    """All acts of a request."""

    taken: tuple[tuple[Placed, int], ...]
    """In order, each with the moment it takes effect: never before what it was made on, so that nobody can lay in an
    act while being a deputy that strikes when they no longer are."""
    impossible: tuple[Placed, ...]
    """Those that claim to have seen what is not there, or that wait for each other in a circle."""
    changed_afterwards: tuple[UserID, ...]


def in_order(seal: EventID, events: Iterable[ActsEvent]) -> Ordered:
    """Give all acts in the one order that every client finds."""
    versions: dict[UserID, list[ActsEvent]] = defaultdict(list)
    for event in events:
        versions[event.user].append(event)
    standing = {user: _standing(seal, versions[user]) for user in sorted(versions)}
    taken = tuple(_Queue(standing).taken())
    known = {(placed.user, placed.place) for placed, _ in taken}
    every = (placed for found in standing.values() for placed in found.acts)
    impossible = [placed for placed in every if (placed.user, placed.place) not in known]
    return Ordered(
        taken,
        tuple(sorted(impossible, key=_rank)),
        tuple(user for user, found in standing.items() if found.is_changed_afterwards),
    )


def _rank(placed: Placed) -> tuple[int, EventID, int]:
    return placed.ts_ms, placed.event_id, placed.place


def _standing(seal: EventID, versions: list[ActsEvent]) -> Standing:
    versions.sort(key=lambda event: (event.ts_ms, event.event_id))
    stand: tuple[Act, ...] = ()
    placed: list[Placed] = []
    lengths: list[tuple[int, EventID, int]] = []
    for event in versions:
        acts = event.content.acts
        if event.content.seal != seal:
            continue
        lengths.append((event.ts_ms, event.event_id, len(acts)))
        if acts[: len(stand)] == stand:
            placed += [
                Placed(event.user, act, event.event_id, event.ts_ms, index)
                for index, act in enumerate(acts[len(stand) :], len(stand))
            ]
            stand = acts
    newest = versions[-1].content
    is_changed = bool(stand) and (newest.seal != seal or newest.acts[: len(stand)] != stand)
    return Standing(tuple(placed), tuple(lengths), is_changed)


class _Queue:
    """Takes acts one after another; those that wait for another lie under it until it is taken."""

    def __init__(self, standing: dict[UserID, Standing]) -> None:
        self._standing = standing
        self._ready: list[tuple[int, EventID, int, UserID, Placed]] = []
        self._unmet: dict[_Key, int] = {}
        self._behind: dict[_Key, list[Placed]] = defaultdict(list)
        self._moments: dict[_Key, int] = {}
        for found in standing.values():
            former: dict[str, int] = {}
            for placed in found.acts:
                self._add(placed, former)
                former = placed.act.basis

    def taken(self) -> Iterator[tuple[Placed, int]]:
        """Give what can be taken, each with the moment it takes effect."""
        while self._ready:
            placed = heappop(self._ready)[-1]
            key = placed.user, placed.place
            moment = self._moments[key]
            yield placed, moment
            for waiting in self._behind.pop(key, ()):
                self._release(waiting, moment)

    def _add(self, placed: Placed, former: dict[str, int]) -> None:
        before = self._before(placed, former)
        key = placed.user, placed.place
        self._unmet[key] = len(before)
        self._moments[key] = placed.ts_ms
        for one in before:
            self._behind[one].append(placed)
        if not before:
            self._push(placed)

    def _release(self, placed: Placed, moment: int) -> None:
        key = placed.user, placed.place
        self._moments[key] = max(self._moments[key], moment)
        self._unmet[key] -= 1
        if not self._unmet[key]:
            self._push(placed)

    def _push(self, placed: Placed) -> None:
        heappush(self._ready, (*_rank(placed), placed.user, placed))

    def _before(self, placed: Placed, former: dict[str, int]) -> set[_Key]:
        """Give the acts that come before one: its own former one, and each person's last that only this one saw."""
        before = {
            self._seen(placed, UserID(user), count)
            for user, count in placed.act.basis.items()
            if count > former.get(user, 0)
        }
        if placed.place:
            before.add((placed.user, placed.place - 1))
        return before

    def _seen(self, placed: Placed, user: UserID, count: int) -> _Key:
        """Give the last act of somebody among the first `count` that stands.

        Who rewrites their list into a shorter one does not make impossible what others did on the longer one: they
        had seen it when it was there, which only an earlier version can show.
        """
        found = self._standing.get(user)
        if found is None or not 0 < len(found.acts) < count:
            return user, count - 1
        had_seen = any(
            length >= count and (ts_ms, event_id) < (placed.ts_ms, placed.event_id)
            for ts_ms, event_id, length in found.versions
        )
        return user, len(found.acts) - 1 if had_seen else count - 1
