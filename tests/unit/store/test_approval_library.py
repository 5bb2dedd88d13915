"""Templates, roles and deputies as the library rooms hold them, whom of them to trust; the figures of requests."""

import json
from typing import Any

import msgspec

from app.domain.approvals.acts import ActKind
from app.domain.approvals.request import Deputy
from app.domain.approvals.request_checks import template_digest
from app.domain.approvals.rows import ApprovalBox, ApprovalQuery, Trust
from app.domain.approvals.template import Away, Role, Roles, Template
from app.domain.approvals.wire import (
    DEPUTY_TYPE,
    LIBRARY_ROOM_TYPE,
    ROLES_TYPE,
    TEMPLATE_TYPE,
    to_content,
)
from app.domain.events import Event
from app.domain.ids import EventID, RoomID, TxnID, UserID
from app.domain.membership import Membership
from app.domain.sending import RequestKind
from app.store.cache import Cache
from app.store.kept import SHIPPED_TEMPLATES
from app.store.values import NewRequest
from tests.helpers.approval_store import CAROL, DAVE, RequestRoom, detail, request, rule, template
from tests.helpers.store_history import ANNA, BOB, ME, START_MS, batch, member, state, update

LIBRARY = RoomID("!library:acme.example")
FORM = template(rule("s1", ME))
DAY_MS = 24 * 3600 * 1000


def library(
    *events: Event, room: RoomID = LIBRARY, maker: UserID = ANNA, power: dict[str, int] | None = None
) -> Any:
    """A library as a first sync brings it."""
    levels = {"users": power or {maker: 100}, "state_default": 50, "events": {DEPUTY_TYPE: 0}}
    name = room[1:4]
    return update(
        state(f"c{name}", "m.room.create", {"type": LIBRARY_ROOM_TYPE}, sender=maker, room=room),
        state(f"p{name}", "m.room.power_levels", levels, sender=maker, room=room),
        member(ME, n=hash(room) % 1000, room=room),
        *events,
        room=room,
        is_initial=True,
    )


def published(name: str, form: Template, *, room: RoomID = LIBRARY, key: str | None = None) -> Event:
    return state(name, TEMPLATE_TYPE, to_content(form), form.id if key is None else key, room=room)


def away(user: UserID, deputy: str, *, sender: UserID | None = None, **more: Any) -> Event:
    content = to_content(Away(deputy=deputy, **({"from_ms": 0, "until_ms": START_MS * 2} | more)))
    return state(f"away-{user}-{sender}", DEPUTY_TYPE, content, user, sender=sender or user, room=LIBRARY)


def ids(cache: Cache) -> list[tuple[str, int, bool]]:
    return [(one.template.id, one.template.version, one.can_edit) for one in cache.read.approvals.templates()]


async def test_templates_come_by_sync_and_go(cache: Cache) -> None:
    newer = msgspec.structs.replace(FORM, version=2)
    off = template(rule("s1", ME), id="off", is_off=True)
    changes = await cache.apply_sync(
        batch(library(published("t1", FORM), published("t2", off), published("t3", FORM, key="other")))
    )
    assert changes.approval_library
    assert ids(cache) == [("expense", 1, False)]
    assert cache.read.approvals.libraries() == ((LIBRARY, False),)
    changes = await cache.apply_sync(batch(update(published("t4", newer), room=LIBRARY)))
    assert changes.approval_library and ids(cache) == [("expense", 2, False)]
    withdrawn = state("t5", TEMPLATE_TYPE, {}, "expense", room=LIBRARY)
    await cache.apply_sync(batch(update(withdrawn, room=LIBRARY)))
    assert ids(cache) == []


async def test_who_may_edit_sees_what_is_off_and_what_waits(cache: Cache) -> None:
    off = template(rule("s1", ME), id="off", is_off=True)
    await cache.apply_sync(
        batch(library(published("t1", FORM), published("t2", off), power={ANNA: 100, ME: 50}))
    )
    assert ids(cache) == [("expense", 1, True), ("off", 1, True)]
    newer = to_content(msgspec.structs.replace(FORM, version=2))
    row = NewRequest(LIBRARY, RequestKind.STATE, TxnID("p"), newer, LIBRARY, TEMPLATE_TYPE, "expense")
    await cache.enqueue(row)
    assert ids(cache)[0] == ("expense", 2, True)
    assert [one.pending for one in cache.read.approvals.templates()] == [True, False]
    changes = await cache.queue_failed(TxnID("p"), "forbidden", None)
    assert changes.approval_library and ids(cache)[0] == ("expense", 1, True)


async def test_what_is_not_a_template_or_not_a_library_is_left_out(cache: Cache) -> None:
    broken = state("t1", TEMPLATE_TYPE, {"id": "x", "version": "one"}, "x", room=LIBRARY)
    elsewhere = update(
        published("t2", FORM, room=RoomID("!chat:acme.example")), room=RoomID("!chat:acme.example")
    )
    await cache.apply_sync(batch(library(broken), elsewhere))
    assert ids(cache) == []
    assert cache.read.approvals.template_digest(RoomID("!chat:acme.example"), EventID("$t2")) is None


async def test_the_library_of_the_organisation_comes_before_those_anybody_makes(cache: Cache) -> None:
    rooms = [RoomID("!foreign:x"), RoomID("!anybodys:acme.example"), LIBRARY]
    makers = [BOB, DAVE, ANNA]
    for n, (room, maker) in enumerate(zip(rooms, makers, strict=True)):
        form = msgspec.structs.replace(FORM, version=n + 1)
        await cache.apply_sync(batch(library(published(f"t{n}", form, room=room), room=room, maker=maker)))
    read = cache.read.approvals
    assert [room for room, _ in read.libraries()] == [rooms[1], LIBRARY, rooms[0]]
    space = RoomID("!space:acme.example")
    child = state("child", "m.space.child", {"via": ["acme.example"]}, LIBRARY, room=space)
    create = state("space", "m.room.create", {"type": "m.space"}, room=space)
    await cache.apply_sync(batch(update(create, child, room=space, is_initial=True)))
    assert [room for room, _ in read.libraries()] == [LIBRARY, rooms[1], rooms[0]]
    assert ids(cache) == [("expense", 3, False)]
    await cache.apply_sync(batch(update(room=LIBRARY, membership=Membership.LEAVE)))
    assert [room for room, _ in read.libraries()] == [rooms[1], rooms[0]]


async def test_a_request_is_verified_only_by_the_organisations_own_library(cache: Cache) -> None:
    other = RoomID("!foreign:x")
    await cache.apply_sync(
        batch(
            library(published("t1", FORM)), library(published("t2", FORM, room=other), room=other, maker=BOB)
        )
    )
    cases = {
        ("", ""): Trust.UNKNOWN,
        (LIBRARY, "$t1"): Trust.VERIFIED,
        (LIBRARY, "$gone"): Trust.UNKNOWN,
        (other, "$t2"): Trust.UNKNOWN,
    }
    for n, ((room, name), expected) in enumerate(cases.items()):
        made = RequestRoom(request(FORM, library=room, template_event=name), room=f"q{n}").sealed()
        await cache.apply_sync(batch(made.update()))
        assert detail(cache, made).trust is expected, (room, name)
    forged = template(rule("s1", DAVE))
    made = RequestRoom(request(forged, library=LIBRARY, template_event="$t1"), room="forged").sealed()
    await cache.apply_sync(batch(made.update()))
    assert detail(cache, made).trust is Trust.DIFFERS
    await cache.set_kv(*SHIPPED_TEMPLATES, json.dumps([template_digest(forged)]))
    assert detail(cache, made).trust is Trust.VERIFIED


async def test_a_template_that_was_replaced_still_verifies(cache: Cache) -> None:
    await cache.apply_sync(
        batch(library(published("t1", FORM), published("t2", msgspec.structs.replace(FORM, version=2))))
    )
    assert cache.read.approvals.template_digest(LIBRARY, EventID("$t1")) == template_digest(FORM)
    made = RequestRoom(request(FORM, library=LIBRARY, template_event="$t1")).sealed()
    await cache.apply_sync(batch(made.update()))
    assert detail(cache, made).trust is Trust.VERIFIED


async def test_roles_and_who_is_away(cache: Cache) -> None:
    roles = Roles((Role(key="finance", name={"en": "Finance"}, people=(CAROL,)),))
    await cache.apply_sync(
        batch(
            library(
                state("r", ROLES_TYPE, to_content(roles), room=LIBRARY),
                away(CAROL, DAVE),
                away(ANNA, ME, from_ms=START_MS + 31 * DAY_MS),
                away(DAVE, ME, templates=("leave",)),
                away(BOB, ME, sender=ANNA),
                away(ME, ME),
            )
        )
    )
    read = cache.read.approvals
    assert read.roles() == roles
    assert set(read.away()) == {CAROL, ANNA, DAVE}
    people = (CAROL, ANNA, DAVE, BOB, ME, CAROL)
    assert read.deputies_for(people, "expense", START_MS) == (Deputy(CAROL, DAVE, 0, START_MS * 2),)
    assert [one.user for one in read.deputies_for(people, "leave", START_MS + 2 * DAY_MS)] == [
        CAROL,
        ANNA,
        DAVE,
    ]
    assert read.deputies_for(people, "leave", START_MS * 2 + 1) == ()
    back = state("back", DEPUTY_TYPE, {}, CAROL, sender=CAROL, room=LIBRARY)
    await cache.apply_sync(batch(update(back, room=LIBRARY)))
    assert set(read.away()) == {ANNA, DAVE}


# Figures --------------------------------------------------------------------------------------------------------


async def test_statistics(cache: Cache) -> None:
    form = template(rule("s1", ME), rule("s2", CAROL))
    rooms = []
    for n, minutes in enumerate((10, 20, 60)):
        room = RequestRoom(request(form), room=f"r{n}", ts=START_MS + n).sealed()
        room.act(ME, ActKind.APPROVE, "s1", minutes=minutes)
        if n < 2:
            room.act(CAROL, ActKind.APPROVE if n else ActKind.REJECT, "s2", minutes=minutes)
        rooms.append(room)
    rooms.append(RequestRoom(request(form), room="later", ts=START_MS + DAY_MS).sealed())
    rooms.append(RequestRoom(request(form), room="open"))
    await cache.apply_sync(batch(*(room.update() for room in rooms)))
    found = cache.read.approvals.statistics(START_MS, START_MS + DAY_MS, START_MS)
    assert [row[0] for row in found.by_template] == ["expense"] and found.by_template[0][2:] == (3, 1, 1, 1)
    assert json.loads(found.by_template[0][1]) == {"zh": "报销", "en": "Expense"}
    assert [count for _, count in found.by_month] == [3]
    assert found.median_ms // 60_000 == 30
    assert [
        (json.loads(step.step)["en"], step.requests, step.median_ms // 60_000) for step in found.steps
    ] == [
        ("s1", 3, 20),
        ("s2", 2, 15),
    ]
    assert found.steps[0].slowest_room == rooms[2].room_id
    assert [row.room_id for row in found.slowest] == [rooms[2].room_id]


async def test_everything_of_a_query_for_export(cache: Cache) -> None:
    rooms = [RequestRoom(room=f"r{n}").sealed() for n in range(3)]
    await cache.apply_sync(batch(*(room.update() for room in rooms)))
    query = ApprovalQuery(ApprovalBox.TODO)
    found = list(cache.read.approvals.everything(query, START_MS))
    assert [one.row.room_id for one in found] == [room.room_id for room in rooms]
    assert found[0] == detail(cache, rooms[0])


async def test_the_record_grows_with_what_counts(cache: Cache) -> None:
    room = RequestRoom().sealed()
    await cache.apply_sync(batch(room.update()))
    first = detail(cache, room).record
    assert cache.read.approvals.records(room.room_id) == (first,)
    forged = room.act(CAROL, ActKind.APPROVE, "s1")
    await cache.apply_sync(batch(update(forged, room=room.room_id)))
    assert cache.read.approvals.records(room.room_id)[0] == first
    assert cache.read.approvals.records(room.room_id)[-1] == detail(cache, room).record != first
    assert cache.read.approvals.records(RoomID("!no:x")) == ()
