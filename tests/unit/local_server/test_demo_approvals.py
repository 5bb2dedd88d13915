"""What the demo company has asked for: every request follows its template, and stands where the script wants it."""

from collections import Counter
from datetime import date

import pytest

from app.domain.approvals.acts import ActKind
from app.domain.approvals.planning import check_request, check_template
from app.domain.approvals.state import RequestState, RequestStatus
from app.domain.approvals.wire import MAX_EVENT_BYTES, canonical, to_content
from app.domain.ids import EventID, RoomID, UserID
from app.local_server.demo.approvals import (
    Played,
    Published,
    act_words,
    content_of,
    own_roles,
    own_templates,
    people_in,
    request_words,
)
from app.local_server.demo.asked import Asked, asked
from app.local_server.demo.people import BY_KEY, DEPARTMENTS, EMPLOYEES, TEAMS
from resources.templates import template_texts

TODAY = date(2026, 11, 22)
LIBRARY = RoomID("!library:x")
ROOMS = {key: RoomID(f"!{key}:x") for key in ("company", *DEPARTMENTS, *TEAMS)}
ALL = asked(TODAY)


def user(key: str) -> UserID:
    return UserID(f"@{key}:x")


TEMPLATES = {
    template.id: Published(template, LIBRARY, EventID(f"${template.id}"))
    for template in own_templates(template_texts(), user)
}


def play(one: Asked) -> Played:
    """Do what the writer does, without a server."""
    values = dict(one.form)
    for name, file, _ in one.files:
        values[name] = [{"name": file, "uri": "mxc://x/y", "size": 1}]
    content = content_of(one, values, TEMPLATES[one.template], ROOMS, user, TODAY.year)
    played = Played(content, user(one.who), 1000, EventID("$seal"))
    for number, done in enumerate(one.done):
        played.keep(user(done.who), played.next(done, number, user), EventID(f"$act{number}"), 1001 + number)
    return played


STATES: dict[str, RequestState] = {one.code: play(one).state() for one in ALL}


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.code)
def test_each_request_is_valid_and_each_act_counts(one: Asked) -> None:
    played = play(one)
    assert check_request(played.content, user(one.who)) == ()
    assert [entry.refusal for entry in played.state().entries] == [None] * len(one.done)
    assert len(canonical(to_content(played.content))) < MAX_EVENT_BYTES
    assert one.who in BY_KEY
    assert all(words for words in (request_words(played.content), *map(act_words, one.done)))


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.code)
def test_who_acts_waits_or_writes_is_in_the_room(one: Asked) -> None:
    played = play(one)
    inside = {*people_in(played.content, one.done, user), user(one.who)}
    state = played.state()
    assert {user(done.who) for done in one.done} <= inside
    assert {user(who) for who, _ in one.said} <= inside
    assert set(state.waiting) <= inside
    assert set(state.cc) <= inside


def test_every_state_occurs_and_lina_has_something_on_each_page() -> None:
    assert len(ALL) >= 12
    assert len({one.code for one in ALL}) == len(ALL)
    statuses = Counter(state.status for state in STATES.values())
    assert set(statuses) == {
        RequestStatus.PENDING,
        RequestStatus.RETURNED,
        RequestStatus.APPROVED,
        RequestStatus.REJECTED,
        RequestStatus.WITHDRAWN,
    }
    lina = user("lina")
    waiting = [code for code, state in STATES.items() if lina in state.waiting]
    assert len(waiting) == 5
    assert [code for code in waiting if STATES[code].status is RequestStatus.RETURNED] == ["F3JMT"]
    decided = [
        one
        for one in ALL
        if any(done.who == "lina" and done.kind is not ActKind.WITHDRAW for done in one.done)
    ]
    assert len(decided) >= 3
    assert sum(one.who == "lina" for one in ALL) == 4
    assert sum(lina in state.cc for state in STATES.values()) >= 2


def test_the_expense_of_the_picture_waits_for_her() -> None:
    state = STATES["7K3QF"]
    assert state.waiting == (user("lina"),)
    assert state.values["amount"] == {"amount": "1280.5", "currency": "CNY"}
    assert [len(step.tasks) for step in state.steps] == [1, 1, 2]


def test_templates_and_roles_of_the_company_have_no_flaw() -> None:
    keys = frozenset(role.key for role in own_roles(user).roles)
    for published in TEMPLATES.values():
        assert check_template(published.template, keys) == ()
    employed = {user(person.key) for person in EMPLOYEES}
    assert {one for role in own_roles(user).roles for one in role.people} <= employed


def test_a_team_lies_in_the_department_of_its_people() -> None:
    for team in TEAMS.values():
        assert all(BY_KEY[member].department == team.department for member in team.members)
