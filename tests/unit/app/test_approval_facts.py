"""What the organisation answers: departments in trees of any shape, managers up the line, names, files in any value."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.approvals.checking import read_doubts
from app.approvals.facts import department_of, facts_of, managers_of, names_of, read_organisation
from app.approvals.files import as_if_uploaded, files_of, listed_files, paths_in, with_addresses, with_upload
from app.domain.approvals.planning import Needs
from app.domain.approvals.request import Facts
from app.domain.approvals.template import Pick, PickKind, Role, Roles, StepMode, StepRule, Template
from app.domain.ids import ContentURI, RoomID, UserID
from app.domain.sync import Membership
from app.store.approval_reads import ApprovalReads
from app.store.cache import Cache
from tests.helpers.approval_store import RequestRoom, request, rule, template
from tests.helpers.store_history import ANNA, BOB, ME, batch, member, run_with_cache, state, update

BOSS, HEAD = UserID("@boss:acme.example"), UserID("@head:acme.example")
TOP, LAB, GROUP = (RoomID(f"!{name}:acme.example") for name in ("top", "lab", "group"))


async def organisation(cache: Cache, units: list[Any], people: dict[RoomID, list[UserID]]) -> None:
    """Keep a tree as the server told it; `units` are (room, children, manager)."""
    told = [
        [room, str(room)[1:4], children, manager is not None, manager] for room, children, manager in units
    ]
    kept = {"v": 1, "read_ms": 1, "units": told, "libraries": []}
    await cache.set_kv("organisation", "tree", json.dumps(kept))
    for room, users in people.items():
        names = [[user, user[1:5].title(), None] for user in users]
        await cache.set_kv("organisation", room, json.dumps(names))


def test_the_lowest_department_counts_and_managers_go_up_from_there() -> None:
    async def go(cache: Cache) -> None:
        units = [(TOP, [LAB], BOSS), (LAB, [GROUP], HEAD), (GROUP, [], ANNA)]
        await organisation(cache, units, {TOP: [ANNA, BOB, ME], LAB: [ANNA, BOB], GROUP: [ANNA]})
        read = cache.read
        assert managers_of(read, BOB) == (HEAD, BOSS) and department_of(read, BOB) == LAB
        assert managers_of(read, ANNA) == (HEAD, BOSS), "who leads the own department asks the next one up"
        assert managers_of(read, ME) == (BOSS,)
        assert managers_of(read, UserID("@stranger:x")) == ()
        facts = facts_of(read, ANNA, Needs(levels=1, departments=(TOP,), roles=("none",)))
        assert facts.departments == (GROUP, LAB, TOP) and facts.managers == (HEAD,)
        assert facts.heads == {TOP: BOSS, GROUP: ANNA} and facts.roles == {}
        assert names_of(read, [ANNA, "@stranger:x"]) == {ANNA: "Anna", "@stranger:x": "stranger"}

    run_with_cache(go)


def test_one_manager_of_several_units_is_one_level() -> None:
    async def go(cache: Cache) -> None:
        await organisation(
            cache, [(TOP, [LAB], BOSS), (LAB, [GROUP], HEAD), (GROUP, [], HEAD)], {GROUP: [BOB]}
        )
        assert managers_of(cache.read, BOB) == (HEAD, BOSS)

    run_with_cache(go)


def test_spaces_in_a_circle_and_without_a_manager_end() -> None:
    async def go(cache: Cache) -> None:
        await organisation(
            cache, [(TOP, [LAB], None), (LAB, [GROUP], HEAD), (GROUP, [TOP, LAB], BOSS)], {LAB: [BOB]}
        )
        assert set(managers_of(cache.read, BOB)) == {HEAD, BOSS}
        assert len(read_organisation(cache.read).chain(LAB)) == 3

    run_with_cache(go)


def ruled(*picks: Pick) -> Template:
    steps = [
        StepRule(key=f"s{n}", name={"en": "step"}, mode=StepMode.ALL, who=(pick,))
        for n, pick in enumerate(picks)
    ]
    return template(*steps)


@pytest.mark.parametrize(
    ("pick", "claimed", "kind"),
    [
        (Pick(kind=PickKind.MANAGER, level=1), Facts(department=LAB, heads={LAB: HEAD}), "manager"),
        (
            Pick(kind=PickKind.MANAGER, level=2),
            Facts(department=LAB, managers=(HEAD,), heads={LAB: HEAD}),
            "manager",
        ),
        (Pick(kind=PickKind.HEAD), Facts(department=LAB), "head"),
        (Pick(kind=PickKind.HEAD), Facts(), "head"),
        (Pick(kind=PickKind.ROLE, role="cfo"), Facts(department=LAB, heads={LAB: HEAD}), "role"),
        (
            Pick(kind=PickKind.MANAGER, level=2),
            Facts(department=LAB, managers=(HEAD, BOSS), heads={LAB: HEAD}),
            "",
        ),
        (Pick(kind=PickKind.HEAD), Facts(department=LAB, heads={LAB: HEAD}), ""),
        (
            Pick(kind=PickKind.ROLE, role="cfo"),
            Facts(department=LAB, heads={LAB: HEAD}, roles={"cfo": (BOSS,)}),
            "",
        ),
    ],
)
def test_who_leaves_out_what_the_route_asks_for_is_doubted(
    pick: Pick, claimed: Facts, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step for which nobody is found may be passed at once: so nobody may be claimed where there is somebody."""

    async def go(cache: Cache) -> None:
        await organisation(cache, [(TOP, [LAB], BOSS), (LAB, [], HEAD)], {LAB: [ANNA], TOP: [ANNA]})
        room = RequestRoom(request(template(rule("s1", ME)))).sealed()
        await cache.apply_sync(batch(room.update()))
        found = cache.read.approvals.detail(room.room_id, 0)
        assert found is not None
        roles = Roles((Role(key="cfo", name={"en": "CFO"}, people=(BOSS,)),))
        monkeypatch.setattr(ApprovalReads, "roles", lambda _: roles)
        content = msgspec.structs.replace(found.content, template=ruled(pick), facts=claimed)
        kinds = [doubt.kind for doubt in read_doubts(cache.read, found._replace(content=content), 0)]
        assert kinds == ([kind] if kind else [])

    run_with_cache(go)


def test_a_space_i_am_in_says_itself_who_leads_it() -> None:
    async def go(cache: Cache) -> None:
        await organisation(cache, [(LAB, [], HEAD)], {LAB: [BOB]})
        told = [
            state("create", "m.room.create", {"type": "m.space"}, sender=ME, room=LAB),
            state("unit", "im.tack.org.unit", {"v": 1, "manager": BOSS}, sender=ME, room=LAB),
            member(ME, room=LAB),
            member(ANNA, room=LAB, n=2),
        ]
        await cache.apply_sync(batch(update(room=LAB, membership=Membership.JOIN, state=tuple(told))))
        assert managers_of(cache.read, ANNA) == (BOSS,), "not what the server told before"
        assert managers_of(cache.read, BOB) == (), "who is not a member is not in it"

    run_with_cache(go)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
REF = st.builds(
    lambda n, uri: (
        {"name": f"f{n}", "path": f"/outbox/{n}", "mimetype": "text/plain"} | ({"uri": uri} if uri else {})
    ),
    st.integers(0, 5),
    st.sampled_from(["", "mxc://old/one"]),
)


@given(
    st.recursive(
        JSON | REF,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    )
)
def test_every_file_of_any_value_gets_its_address_and_nothing_else_changes(value: Any) -> None:
    content: dict[str, Any] = {"act": value, "im.tack.files": listed_files(value)}
    for number, file in enumerate(files_of(content)):
        content = with_upload(content, file.path, ContentURI(f"mxc://new/{number}"))
    assert all(file.uri for file in files_of(content))
    sent = with_addresses(content)
    assert not paths_in(sent) and "im.tack.files" not in sent
    if not paths_in(value):
        assert sent["act"] == value == as_if_uploaded(value)
    assert not paths_in(as_if_uploaded(value))


@pytest.mark.parametrize("listed", [None, 3, "x", [3, None, {"path": 4}, {"path": ""}]])
def test_a_row_with_nonsense_for_files_has_none(listed: Any, tmp_path: Path) -> None:
    assert files_of({"im.tack.files": listed}) == []
