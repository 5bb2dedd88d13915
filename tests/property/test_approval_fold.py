"""Requests under random lives, hostile ones too: one state whatever the order of arrival, and no decision nobody made.

What must have been decided is worked out a second time by `Ledger`, which knows no states of tasks: it walks the record
and counts who was asked and who said yes.
"""

from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.approvals.acts import Act, ActKind, Where
from app.domain.approvals.fold import refusal_of, rights_of
from app.domain.approvals.request import Auto, Deputy, RequestContent, Step
from app.domain.approvals.state import FINAL, Entry, Refusal, RequestState, RequestStatus, Right
from app.domain.approvals.template import AfterReturn, OnRequester, StepMode
from app.domain.ids import UserID
from tests.helpers.approval_room import MINUTE_MS, START_MS, RequestRoom, request, route_step, user, users

NAMES = ("a", "b", "c", "d", "req", "boss", "out")
DECIDING = (ActKind.APPROVE, ActKind.APPROVE, ActKind.APPROVE, ActKind.RESUBMIT)
RARE = (ActKind.CC, ActKind.WITHDRAW, ActKind.URGE, ActKind.DEPUTISE, ActKind.REJECT)
UNDECIDED = (Refusal.IMPOSSIBLE_BASIS,)


class Life(NamedTuple):
    """What a random life may hold."""

    acts: int
    is_hostile: bool = False
    """Some write what no honest client would."""
    has_wrong_clocks: bool = False
    """Some servers claim other times than it is."""


def random_content(rng: Random) -> RequestContent:
    """Give a request with a random route."""
    steps = [_random_step(rng, f"s{number}") for number in range(rng.randint(1, 4))]
    away = Deputy(user=user("a"), deputy=user("out"), from_ms=0, until_ms=START_MS + 8 * MINUTE_MS)
    return request(
        *steps,
        after=rng.choice(tuple(AfterReturn)),
        on_requester=rng.choice((OnRequester.KEEP, OnRequester.PASS)),
        admins="boss",
        deputies=(away,) if rng.random() < 0.3 else (),
        cc_end="m",
    )


def _random_step(rng: Random, key: str) -> Step:
    if rng.random() < 0.1:
        return route_step(key, "", auto=Auto.NOBODY)
    names = rng.sample("abcd", rng.randint(1, 4))
    mode = rng.choice(tuple(StepMode))
    need = rng.randint(1, len(names)) if mode is StepMode.COUNT else 1
    return route_step(key, " ".join(names), mode, need=need)


def lived(rng: Random, life: Life) -> RequestRoom:
    """Let people act in a room for a while."""
    room = RequestRoom(random_content(rng))
    for _ in range(life.acts):
        room.now_ms += rng.randint(0, 4 * MINUTE_MS)
        name = rng.choice(NAMES)
        if life.is_hostile and rng.random() < 0.4:
            _do_evil(rng, room, name, life)
        else:
            _do_allowed(rng, room, life)
    return room


def _do_allowed(rng: Random, room: RequestRoom, life: Life) -> None:
    state = room.state()
    found = [
        (name, right) for name in NAMES for right in rights_of(room.content, state, user(name), room.now_ms)
    ]
    pushing = [one for one in found if one[1].kind in DECIDING]
    if pushing and rng.random() < 0.4:
        found = pushing
    elif rng.random() < 0.9:
        found = [one for one in found if one[1].kind not in RARE]
    if found:
        name, right = rng.choice(found)
        _put(rng, room, name, _of_right(rng, room, name, right), life)


def _of_right(rng: Random, room: RequestRoom, name: str, right: Right) -> Act:
    passed = [step.key for step in room.state().steps if step.status == "passed"]
    most = 2 if right.kind in (ActKind.ADD_SIGN, ActKind.REMOVE_SIGN) else 1
    return room.make(
        name,
        right.kind,
        right.step,
        " ".join(rng.sample((*NAMES, "new"), rng.randint(1, most))),
        round=right.round,
        on_behalf=right.on_behalf[1:-2] if right.on_behalf else "",
        **_details(rng, passed),
    )


def _details(rng: Random, keys: list[str]) -> dict[str, Any]:
    return {
        "where": rng.choice(tuple(Where)),
        "mode": rng.choice((StepMode.ALL, StepMode.ANY, StepMode.TURN)),
        "to": rng.choice(["", *keys]),
        "from_ms": 0,
        "until_ms": START_MS + rng.randint(0, 60) * MINUTE_MS,
        "changes": rng.choice(({}, {}, {"reason": "other"}, {"nothing": 1})),
    }


def _do_evil(rng: Random, room: RequestRoom, name: str, life: Life) -> None:
    evil = rng.randrange(5)
    mine = room.list_of(name)
    act = _any_act(rng, room, name)
    if evil == 0:
        room.put(name, (*mine, act), seal="$forged", ts_ms=_time(rng, room, life))
    elif evil == 1:
        room.put(name, mine[: rng.randint(0, len(mine))], ts_ms=_time(rng, room, life))
    elif evil == 2:
        room.put(name, (act, *mine[1:]), ts_ms=_time(rng, room, life))
    else:
        _put(rng, room, name, act, life)


def _any_act(rng: Random, room: RequestRoom, name: str) -> Act:
    """Give an act made by hand: any step and round, for anybody, on a basis that may be a lie."""
    steps = room.state().steps
    keys = [step.key for step in steps]
    fields: dict[str, Any] = {"round": rng.randint(0, 2)} if rng.random() < 0.3 else {}
    if rng.random() < 0.4:
        fields["basis"] = {user(one): rng.randint(0, 4) for one in rng.sample(NAMES, 2)}
    if rng.random() < 0.3:
        fields["on_behalf"] = rng.choice(NAMES)
    if rng.random() < 0.1:
        fields["id"] = "again"
    people = " ".join(rng.sample(NAMES, rng.randint(0, 2)))
    kind, step = rng.choice(tuple(ActKind)), rng.choice([*keys, "", "s9"])
    if rng.random() < 0.4:  # aimed at what could do harm
        kind = rng.choice((ActKind.APPROVE, ActKind.REJECT, ActKind.RETURN, ActKind.TRANSFER))
        step = next((step.key for step in steps if step.status == "active"), step)
        fields["on_behalf"] = rng.choice(["", *room.waiting().split()])
    return room.make(name, kind, step, people, **fields, **_details(rng, keys))


def _put(rng: Random, room: RequestRoom, name: str, act: Act, life: Life) -> None:
    room.put(name, (*room.list_of(name), act), ts_ms=_time(rng, room, life))


def _time(rng: Random, room: RequestRoom, life: Life) -> int:
    wrong = rng.randint(-30, 30) * MINUTE_MS if life.has_wrong_clocks and rng.random() < 0.3 else 0
    return room.now_ms + wrong


LIVES = st.builds(Life, st.integers(1, 25), st.booleans(), st.booleans())
TRUE_CLOCKS = st.builds(Life, st.integers(1, 25), st.booleans(), st.just(False))
RANDOMS = st.randoms(use_true_random=False)


# The second opinion -------------------------------------------------------------------------------------------------


class Asked:
    """One step in the ledger: who was asked, who said yes or no."""

    def __init__(self, key: str, mode: StepMode, need: int, people: tuple[UserID, ...]) -> None:
        self.key, self.mode, self.need = key, mode, need
        self.people = set(people)
        self.asked_for: dict[UserID, UserID] = {}
        """Delegate → whose task it is."""
        self.added_by: dict[UserID, UserID] = {}
        self.yes: set[UserID] = set()
        self.no: set[UserID] = set()

    def is_passed(self) -> bool:
        """Whether enough said yes."""
        assert self.yes <= self.people
        if self.mode is StepMode.ANY:
            return bool(self.yes) or not self.people
        if self.mode is StepMode.COUNT:
            return len(self.yes) >= self.need
        return self.yes == self.people

    def forget(self, *, keeps_yes: bool) -> None:
        """Ask again."""
        self.no.clear()
        self.asked_for.clear()
        if not keeps_yes:
            self.yes.clear()


class Ledger:
    """Counts decisions along the record; every assertion is one about the right to decide."""

    def __init__(self, content: RequestContent, requester: UserID) -> None:
        self._content = content
        self._requester = requester
        self.steps = [
            Asked(s.key, s.mode, s.need, tuple(UserID(one.user) for one in s.people))
            for s in content.steps
            if s.people
        ]
        self.away = [(one.user, one.deputy) for one in content.deputies]
        self.has_ended = False
        self.is_returned = False

    def read(self, entries: tuple[Entry, ...]) -> None:
        """Go through what counted."""
        for entry in entries:
            if entry.refusal is None and not entry.is_taken_back:
                self._read(entry)

    def is_decided(self) -> bool:
        """Whether everybody who had to say yes did."""
        return all(step.is_passed() for step in self.steps)

    def _read(self, entry: Entry) -> None:
        act = entry.act
        assert not self.has_ended or act.kind is ActKind.CC
        if act.kind is ActKind.DEPUTISE:
            self.away = [one for one in self.away if one[0] != entry.user]
            self.away += [(entry.user, deputy) for deputy in act.people]
        elif act.kind is ActKind.REMOVE_SIGN:
            self._remove(entry)
        elif act.kind is ActKind.WITHDRAW:
            assert entry.user == self._requester
            self.has_ended = True
        elif act.kind is ActKind.RESUBMIT:
            assert entry.user == self._requester
            assert self.is_returned
            self._hand_in()
        elif act.step and act.kind not in (ActKind.CC, ActKind.URGE, ActKind.TAKE_BACK):
            self._on_task(entry)

    def _on_task(self, entry: Entry) -> None:
        act, who = entry.act, UserID(entry.act.on_behalf) or entry.user
        place = next(index for index, step in enumerate(self.steps) if step.key == act.step)
        step = self.steps[place]
        assert not self.is_returned
        assert all(before.is_passed() for before in self.steps[:place]), "a step before is not passed"
        assert who in step.people - step.yes - step.no or who in step.asked_for, "was not asked"
        if who != entry.user:
            is_admin = entry.user in self._content.template.admins and act.kind is ActKind.TRANSFER
            assert is_admin or (who, entry.user) in self.away, "is not the deputy"
            assert is_admin or entry.user != self._requester or self._may_requester()
        if act.kind in (ActKind.APPROVE, ActKind.REJECT):
            self._answer(step, who, act.kind)
        elif act.kind is ActKind.RETURN:
            self._return(place, act.to)
        else:
            self._bring_in(place, who, act, entry.user)

    def _may_requester(self) -> bool:
        return self._content.template.route.on_requester is OnRequester.KEEP

    def _answer(self, step: Asked, who: UserID, kind: ActKind) -> None:
        if who in step.asked_for:
            del step.asked_for[who]
            return
        assert who not in step.asked_for.values(), "waits for an opinion"
        if kind is ActKind.APPROVE:
            step.yes.add(who)
            return
        step.no.add(who)
        is_hopeless = len(step.people - step.no) < step.need
        self.has_ended = step.mode is not StepMode.COUNT or is_hopeless

    def _return(self, place: int, to: str) -> None:
        is_again = self._content.template.route.after_return is AfterReturn.AGAIN
        self.steps[place].forget(keeps_yes=True)
        if not to:
            self.is_returned = True
            return
        target = next(index for index, step in enumerate(self.steps) if step.key == to)
        assert target < place
        for step in self.steps[target : place + 1 if is_again else target + 1]:
            step.forget(keeps_yes=False)

    def _hand_in(self) -> None:
        self.is_returned = False
        if self._content.template.route.after_return is AfterReturn.AGAIN:
            for step in self.steps:
                step.forget(keeps_yes=False)

    def _bring_in(self, place: int, who: UserID, act: Act, actor: UserID) -> None:
        step, new = self.steps[place], [UserID(one) for one in act.people]
        assert self._may_requester() or self._requester not in new
        if act.kind is ActKind.TRANSFER and who in step.asked_for:
            step.asked_for[new[0]] = step.asked_for.pop(who)
            step.added_by[new[0]] = step.added_by[who]
        elif act.kind is ActKind.TRANSFER:
            step.people.remove(who)
            step.people.add(new[0])
            step.added_by.pop(new[0], None)
        elif act.kind is ActKind.DELEGATE:
            step.asked_for[new[0]] = who
            step.added_by[new[0]] = who
        elif act.where is Where.BESIDE:
            step.people.update(new)
            step.added_by.update(dict.fromkeys(new, who))
        else:
            added = Asked(_added_key(self, act, actor), act.mode, 1, tuple(new))
            added.added_by.update(dict.fromkeys(new, who))
            self.steps.insert(place + (act.where is Where.AFTER), added)

    def _remove(self, entry: Entry) -> None:
        who = UserID(entry.act.on_behalf) or entry.user
        for step in self.steps:
            for one in map(UserID, entry.act.people):
                is_mine = step.added_by.get(one) == who and entry.act.step in ("", step.key)
                if is_mine and one in step.asked_for:
                    del step.asked_for[one]
                elif is_mine and one in step.people - step.yes - step.no:
                    step.people.remove(one)
                    step.asked_for = {d: o for d, o in step.asked_for.items() if o != one}


def _added_key(ledger: Ledger, act: Act, actor: UserID) -> str:
    from app.domain.approvals.machine import added_key

    return added_key(actor, act)


# Properties ---------------------------------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(RANDOMS, LIVES)
def test_one_state_whatever_the_order_of_arrival(rng: Random, life: Life) -> None:
    room = lived(rng, life)
    expected = room.state()
    for _ in range(3):
        shuffled = [*room.events, *rng.sample(room.events, len(room.events) // 2)]
        rng.shuffle(shuffled)
        assert room.state(shuffled) == expected


@settings(max_examples=200, deadline=None)
@given(RANDOMS, LIVES)
def test_never_approved_without_the_decisions_and_always_with_them(rng: Random, life: Life) -> None:
    room = lived(rng, life)
    state = room.state()
    ledger = Ledger(room.content, room.requester)
    ledger.read(state.entries)
    if state.status is RequestStatus.APPROVED:
        assert ledger.is_decided()
    elif state.status in FINAL:
        assert ledger.has_ended
    else:
        assert not ledger.has_ended
        assert not ledger.is_decided()
        assert ledger.is_returned == (state.status is RequestStatus.RETURNED)
        assert state.waiting, "waits for nobody"


@settings(max_examples=100, deadline=None)
@given(RANDOMS, TRUE_CLOCKS)
def test_what_counted_once_counts_for_ever(rng: Random, life: Life) -> None:
    """Whatever anybody writes later, as long as their servers' clocks tell the truth."""
    room = lived(rng, life)
    record: list[tuple[Any, ...]] = []
    is_over = False
    for count in range(len(room.events) + 1):
        state = room.state(room.events[:count])
        now = list(_taken(state))
        assert now[: len(record)] == record
        assert state.status in FINAL or not is_over
        record, is_over = now, state.status in FINAL


def _taken(state: RequestState) -> Iterator[tuple[Any, ...]]:
    """Give the record without what may still change: claims not met yet, and what was taken back since."""
    for entry in state.entries:
        if entry.refusal not in UNDECIDED:
            yield entry.user, entry.act, entry.event_id, entry.refusal


@settings(max_examples=100, deadline=None)
@given(RANDOMS, TRUE_CLOCKS)
def test_one_by_one_in_any_order_is_the_same_as_all_at_once(rng: Random, life: Life) -> None:
    room = lived(rng, life)
    arriving = list(room.events)
    rng.shuffle(arriving)
    states = [room.state(arriving[:count]) for count in range(len(arriving) + 1)]
    assert states[-1] == room.state()
    for state in states:
        waits = state.status in (RequestStatus.PENDING, RequestStatus.RETURNED)
        assert waits == bool(state.waiting)


@settings(max_examples=100, deadline=None)
@given(RANDOMS, LIVES)
def test_every_button_does_something(rng: Random, life: Life) -> None:
    room = lived(rng, life)
    state = room.state()
    for name in NAMES:
        for right in rights_of(room.content, state, user(name), room.now_ms):
            if right.kind in (ActKind.REMOVE_SIGN, ActKind.RESUBMIT):
                continue
            act = room.make(
                name,
                right.kind,
                right.step,
                "fresh",
                round=right.round,
                id="fresh",
                where=Where.BESIDE,
                on_behalf=right.on_behalf[1:-2] if right.on_behalf else "",
            )
            assert refusal_of(room.content, state, user(name), act, room.now_ms) is None, right


@settings(max_examples=60, deadline=None)
@given(RANDOMS)
def test_people_outside_the_route_decide_nothing(rng: Random) -> None:
    """Ten strangers write whatever they like; the request stands as if they were not there."""
    room = lived(rng, Life(10))
    before = room.state()
    for _ in range(10):
        room.now_ms += MINUTE_MS
        act = _any_act(rng, room, "stranger")
        room.put("stranger", (*room.list_of("stranger"), act))
    after = room.state()
    assert after._replace(entries=(), away=()) == before._replace(entries=(), away=())
    assert users("stranger")[0] not in after.duties_at(room.now_ms)
