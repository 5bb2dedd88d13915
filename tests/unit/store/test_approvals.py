"""Requests in the cache: which page each stands on, what counts as an act, whatever way it came."""

from typing import Any

import pytest

from app.domain.approvals.acts import ActKind, ActList
from app.domain.approvals.request import Deputy
from app.domain.approvals.rows import ApprovalBox, PageKey
from app.domain.approvals.state import RequestStatus
from app.domain.approvals.template import Field, FieldKind, Option, StepMode
from app.domain.approvals.wire import ACTS_TYPE, TEXT_FIELD, to_content
from app.domain.events import Event, parse_stripped
from app.domain.ids import RoomID, UserID
from app.domain.membership import Membership
from app.domain.sync import Receipt
from app.store.cache import Cache
from tests.helpers.approval_store import (
    CAROL,
    DAVE,
    RequestRoom,
    detail,
    page,
    request,
    rule,
    template,
    titles,
)
from tests.helpers.store_history import (
    ANNA,
    BOB,
    ME,
    START_MS,
    OpenCache,
    batch,
    event,
    redaction,
    shown,
    state,
    update,
)

TODO, DONE, MINE, COPIES = ApprovalBox.TODO, ApprovalBox.DONE, ApprovalBox.MINE, ApprovalBox.COPIES
APPROVE = ActKind.APPROVE


async def give(cache: Cache, *rooms: RequestRoom) -> None:
    """Let rooms come as a first sync brings them."""
    await cache.apply_sync(batch(*(room.update() for room in rooms)))


async def come(cache: Cache, room: RequestRoom, *events: Event, **more: Any) -> Any:
    """Let events come live."""
    return await cache.apply_sync(batch(update(*events, room=room.room_id, **more)))


def boxes(cache: Cache) -> dict[str, list[str]]:
    return {box.value: titles(cache, box) for box in ApprovalBox}


def status(cache: Cache, room: RequestRoom) -> RequestStatus:
    row = cache.read.approvals.row(room.room_id, START_MS)
    assert row is not None
    return row.status


# Pages ----------------------------------------------------------------------------------------------------------


async def test_a_request_goes_from_what_waits_for_me_to_what_i_did(cache: Cache) -> None:
    room = RequestRoom().sealed()
    await give(cache, room)
    assert boxes(cache) == {"todo": ["r"], "done": [], "mine": [], "copies": []}
    assert cache.read.approvals.counts(START_MS).todo == cache.read.totals().approvals == 1
    changes = await come(cache, room, room.act(ME, APPROVE, "s1"))
    assert changes.approvals == {room.room_id}
    assert boxes(cache) == {"todo": [], "done": ["r"], "mine": [], "copies": []}
    assert cache.read.totals().approvals == 0
    assert page(cache, DONE).rows[0].waiting == ("Carol",)


async def test_a_row_says_what_people_decide_by(cache: Cache) -> None:
    room = RequestRoom().sealed()
    room.say("why so much?")
    await give(cache, room)
    (row,) = page(cache, TODO).rows
    assert (row.title, row.number, row.requester_name, row.waiting) == (
        "安娜的报销",
        "EXP-1",
        "anna",
        ("me",),
    )
    assert row.facts == (
        ("amount", "number", '"1280.5"'),
        ("kind", "single", '{"zh":"差旅","en":"Travel"}'),
    )
    assert (row.comments, row.unread, row.is_whole, row.is_external) == (1, 1, True, False)
    assert row.since_ms == row.made_ms == room.create.origin_server_ts


async def test_mine_copies_and_a_finished_one(cache: Cache) -> None:
    mine = RequestRoom(request(requester=ME), room="mine", requester=ME).sealed(CAROL)
    form = template(rule("s1", CAROL, cc=(ME,)))
    copied = RequestRoom(request(form), room="copy").sealed()
    await give(cache, mine, copied)
    assert boxes(cache) == {"todo": ["mine"], "done": [], "mine": ["mine"], "copies": []}
    await come(cache, copied, copied.act(CAROL, APPROVE, "s1"))
    assert boxes(cache)["copies"] == ["copy"] and status(cache, copied) is RequestStatus.APPROVED
    counts = cache.read.approvals.counts(START_MS)
    assert (counts.todo, counts.copies_unread, counts.mine_open) == (1, 1, 1)
    assert page(cache, COPIES).rows[0].unread == 1


async def test_a_copy_is_news_until_i_looked_at_it(cache: Cache) -> None:
    form = template(rule("s1", CAROL, cc=(ME,)))
    room = RequestRoom(request(form)).sealed()
    room.act(CAROL, APPROVE, "s1")
    await give(cache, room)
    assert cache.read.approvals.counts(START_MS).copies_unread == 1
    last = cache.read.approvals.last_event(room.room_id)
    assert last is not None and last == room.timeline[-1].event_id
    changes = await cache.set_read(room.room_id, last)
    assert room.room_id in changes.approvals
    assert cache.read.approvals.counts(START_MS).copies_unread == page(cache, COPIES).rows[0].unread == 0
    changes = await come(cache, room, room.say("a comment"))
    assert room.room_id in changes.approvals
    assert cache.read.approvals.counts(START_MS).copies_unread == page(cache, COPIES).rows[0].unread == 1


async def test_pages_go_on_where_they_ended(cache: Cache) -> None:
    rooms = [RequestRoom(room=f"r{n}", ts=START_MS + n * 1000).sealed() for n in range(7)]
    await give(cache, *rooms)
    names, after = [], None
    for _ in range(4):
        from app.domain.approvals.rows import ApprovalQuery

        found = cache.read.approvals.page(ApprovalQuery(TODO), START_MS, 2, after)
        names += [row.room_id[1:3] for row in found.rows]
        after = found.next
    assert names == [f"r{n}" for n in range(7)] and after is None
    assert isinstance(cache.read.approvals.page(ApprovalQuery(TODO), START_MS, 2).next, PageKey)


async def test_filters(cache: Cache) -> None:
    other = template(rule("s1", ME), rule("s2", DAVE), id="leave")
    rooms = [
        RequestRoom(room="a", ts=START_MS + 1000).sealed(),
        RequestRoom(request(other), room="b", ts=START_MS + 2000).sealed(ME, DAVE),
        RequestRoom(room="c", ts=START_MS + 3000).sealed(),
    ]
    await give(cache, *rooms)
    assert titles(cache, TODO, template_id="leave") == ["b"]
    assert titles(cache, TODO, person=DAVE) == ["b"] and titles(cache, TODO, person=ANNA) == ["a", "b", "c"]
    assert titles(cache, TODO, from_ms=START_MS + 2000) == ["b", "c"]
    assert titles(cache, TODO, until_ms=START_MS + 2001) == ["a"]
    assert titles(cache, TODO, status=RequestStatus.PENDING) == ["a", "b", "c"]
    assert titles(cache, TODO, status=RequestStatus.APPROVED) == []


@pytest.mark.parametrize(
    "term",
    [
        "上海",
        "海出",
        "EXP-1",
        "1280",
        "1280.50",
        "1,280.50",
        "1,280.5",
        "差旅",
        "travel",
        "carol",
        "安娜",
        "贵",
        "“贵",
        "note",
        "上海 carol",
        "差",
    ],
)
async def test_every_word_of_a_request_is_found(cache: Cache, term: str) -> None:
    room = RequestRoom().sealed()
    room.say("太“贵”了")
    room.act(ME, APPROVE, "s1", note="a Note")
    await give(cache, room)
    assert titles(cache, DONE, term=term) == ["r"]
    assert titles(cache, DONE, term=f"{term} 没有") == []
    assert [row.room_id for row in cache.read.approvals.find(term, START_MS)] == [room.room_id]
    assert (
        cache.read.approvals.find(f"{term} 没有", START_MS) == cache.read.approvals.find(" ", START_MS) == []
    )


@pytest.mark.parametrize("term", ["高铁", "88.00", "1,234", "发票.pdf", "交通"])
async def test_what_stands_in_a_table_is_found(cache: Cache, term: str) -> None:
    columns = (
        Field(key="what", kind=FieldKind.TEXT, name={"zh": "项目"}),
        Field(key="price", kind=FieldKind.MONEY, name={"zh": "金额"}, currency="CNY"),
        Field(key="sort", kind=FieldKind.SINGLE, name={}, options=(Option(key="t", name={"zh": "交通"}),)),
        Field(key="paper", kind=FieldKind.FILE, name={}),
    )
    form = template(
        rule("s1", ME), fields=(Field(key="items", kind=FieldKind.TABLE, name={}, columns=columns),)
    )
    paper = {"name": "发票.pdf", "size": 9, "mimetype": "application/pdf", "uri": "mxc://a/b"}
    rows = [
        {"what": "高铁", "price": {"amount": "88", "currency": "CNY"}, "sort": "t"},
        {"what": "酒店", "price": {"amount": "1234", "currency": "CNY"}, "paper": [paper]},
    ]
    await give(cache, RequestRoom(request(form, values={"items": rows})).sealed())
    assert titles(cache, TODO, term=term) == ["r"]
    assert titles(cache, TODO, term=f"{term} 没有") == []


async def test_what_is_taken_back_is_found_no_more(cache: Cache) -> None:
    room = RequestRoom().sealed()
    said = room.say("独角兽")
    await give(cache, room)
    assert titles(cache, TODO, term="独角兽") == ["r"]
    await come(cache, room, redaction("red", said.event_id, room=room.room_id))
    assert titles(cache, TODO, term="独角兽") == [] and page(cache, TODO).rows[0].comments == 0


# What counts ----------------------------------------------------------------------------------------------------


def foreign(room: RequestRoom, sender: UserID, key: str, kind: ActKind = APPROVE) -> Event:
    """Write a list under somebody's key."""
    made = to_content(ActList(room.seal, (room.make(UserID(key), kind, "s1"),)))
    return room.put(ACTS_TYPE, made, sender, key)


async def test_lists_under_a_foreign_key_or_of_another_seal_change_nothing(cache: Cache) -> None:
    room = RequestRoom().sealed()
    act = room.make(ME, APPROVE, "s1")
    foreign(room, ANNA, ME)
    foreign(room, ANNA, "")
    room.put(ACTS_TYPE, to_content(ActList("$other", (act,))), ME, ME)
    room.put(ACTS_TYPE, {"seal": room.seal, "acts": [7]}, ME, ME)
    room.put(ACTS_TYPE, {"seal": room.seal, "acts": "x" * 1000}, ME, ME)
    room.put(ACTS_TYPE, to_content(ActList(room.seal, (act,))), ME, None)
    await give(cache, room)
    assert titles(cache, TODO) == ["r"] and detail(cache, room).state.entries == ()


async def test_a_list_that_came_redacted_is_left_out_and_what_is_known_stands(cache: Cache) -> None:
    room = RequestRoom().sealed()
    mine = room.act(ME, APPROVE, "s1")
    await give(cache, room)
    await come(cache, room, redaction("red", mine.event_id, sender=ANNA, room=room.room_id))
    assert titles(cache, DONE) == ["r"]
    bare = RequestRoom(room="bare").sealed()
    bare.put(ACTS_TYPE, {}, ME, ME)
    await give(cache, bare)
    assert titles(cache, TODO) == ["bare"]


async def test_without_a_seal_nothing_can_be_decided(cache: Cache) -> None:
    room = RequestRoom()
    room.put("m.room.member", {"membership": "join"}, ME, ME)
    await give(cache, room)
    assert status(cache, room) is RequestStatus.UNSEALED and titles(cache, TODO) == []
    await come(cache, room, *room.sealed().timeline[4:])
    assert status(cache, room) is RequestStatus.PENDING and titles(cache, TODO) == ["r"]


async def test_another_room_version_cannot_be_sealed(cache: Cache) -> None:
    room = RequestRoom(version="12").sealed()
    await give(cache, room)
    assert status(cache, room) is RequestStatus.UNSEALED


async def test_a_fold_that_fails_keeps_nothing_else_from_being_stored(
    cache: Cache, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    good, bad = RequestRoom(room="good").sealed(), RequestRoom(room="bad").sealed()
    await give(cache, bad)

    def failing(content: Any, *args: Any, **more: Any) -> Any:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr("app.store.approval_room.fold_request", failing)
        await come(cache, bad, bad.say("one more"))
    assert status_of(cache, bad) is None and "cannot be folded" in caplog.text
    await give(cache, good)
    assert titles(cache, TODO) == ["good"]
    await come(cache, bad, bad.act(CAROL, APPROVE, "s1"))
    assert set(titles(cache, TODO)) == {"good", "bad"}


def status_of(cache: Cache, room: RequestRoom) -> RequestStatus | None:
    row = cache.read.approvals.row(room.room_id, START_MS)
    return None if row is None else row.status


async def test_a_request_that_is_none_makes_no_row(cache: Cache) -> None:
    made = {"type": "im.tack.approval", "im.tack.approval": {"steps": 7}, "room_version": "11"}
    room = RoomID("!odd:acme.example")
    create = state("c", "m.room.create", made, sender=ANNA, room=room)
    await cache.apply_sync(batch(update(create, room=room, is_initial=True)))
    assert cache.read.approvals.row(room, START_MS) is None
    assert cache.read.approvals.detail(room, START_MS) is None
    assert cache.read.approvals.to_fetch() == []


# Ways in --------------------------------------------------------------------------------------------------------


def acted() -> RequestRoom:
    """A request with four versions of two lists."""
    room = RequestRoom(request(template(rule("s1", CAROL), rule("s2", ME), rule("s3", DAVE)))).sealed(
        ME, CAROL, DAVE
    )
    room.act(CAROL, APPROVE, "s1")
    room.act(ANNA, ActKind.URGE, minutes=6)
    room.act(ME, APPROVE, "s2")
    room.act(ANNA, ActKind.URGE, minutes=6)
    return room


async def test_acts_count_whether_they_come_as_state_or_in_the_timeline(cache: Cache) -> None:
    room = acted()
    current = {(one.type, one.state_key): one for one in room.timeline if one.state_key is not None}
    await cache.apply_sync(
        batch(
            update(
                room.timeline[-1],
                room=room.room_id,
                is_initial=True,
                limited=True,
                prev_batch="p",
                state=tuple(current.values()),
            )
        )
    )
    assert status(cache, room) is RequestStatus.PENDING and titles(cache, DONE) == ["r"]
    assert not page(cache, DONE).rows[0].is_whole
    assert cache.read.approvals.to_fetch() == [room.room_id]
    older = room.timeline[:-1]
    await cache.add_messages(room.room_id, older[:2:-1], "p", "q")
    await cache.add_messages(room.room_id, older[2::-1], "q", None)
    assert page(cache, DONE).rows[0].is_whole and cache.read.approvals.to_fetch() == []
    assert detail(cache, room).state == room.fold()


async def test_acts_in_a_gap_and_fetched_ones_count(cache: Cache) -> None:
    room = acted()
    start, end = room.timeline[:8], room.timeline[8:]
    await cache.apply_sync(batch(update(*start, room=room.room_id, is_initial=True)))
    await cache.apply_sync(batch(update(end[-1], room=room.room_id, limited=True, prev_batch="gap")))
    assert not page(cache, TODO).rows or not page(cache, TODO).rows[0].is_whole
    assert cache.read.approvals.to_fetch() == [room.room_id]
    await cache.add_events([end[0]])
    await cache.add_messages(room.room_id, end[-2::-1], "gap", None)
    assert detail(cache, room).state == room.fold() and cache.read.approvals.to_fetch() == []


async def test_what_waits_for_me_is_fetched_first(cache: Cache) -> None:
    rooms = [
        RequestRoom(request(template(rule("s1", CAROL))), room="other", ts=START_MS * 2).sealed(),
        RequestRoom(room="todo").sealed(),
    ]
    for room in rooms:
        first, last = tuple(room.timeline[:-1]), room.timeline[-1]
        await cache.apply_sync(
            batch(update(last, room=room.room_id, is_initial=True, limited=True, prev_batch="p", state=first))
        )
    assert cache.read.approvals.to_fetch() == [rooms[1].room_id, rooms[0].room_id]
    assert cache.read.approvals.to_fetch(1) == [rooms[1].room_id]


def stripped(room: RequestRoom) -> tuple[Event, ...]:
    """What an invitation shows of a room."""
    import json

    found = [room.create, event("x", room=room.room_id)]
    raws = [
        {"type": "m.room.create", "sender": room.requester, "state_key": "", "content": found[0].content},
        {
            "type": "m.room.member",
            "sender": room.requester,
            "state_key": ME,
            "content": {"membership": "invite"},
        },
    ]
    return tuple(parse_stripped(json.dumps(raw).encode(), room.room_id) for raw in raws)


async def invite(cache: Cache, room: RequestRoom) -> None:
    await cache.apply_sync(
        batch(update(room=room.room_id, state=stripped(room), membership=Membership.INVITE))
    )


async def test_an_invitation_shows_the_request_before_one_enters(cache: Cache) -> None:
    room = RequestRoom(request(made_ms=START_MS))
    await invite(cache, room)
    (row,) = page(cache, TODO).rows
    assert row.is_invited and row.made_ms == START_MS and row.title == "安娜的报销"
    assert cache.read.approvals.to_join() == [(room.room_id, ANNA)]
    assert detail(cache, room).create_event is None and detail(cache, room).seal is None
    await cache.apply_sync(batch(room.sealed().update(membership=Membership.JOIN)))
    (row,) = page(cache, TODO).rows
    assert not row.is_invited and cache.read.approvals.to_join() == []
    assert detail(cache, room).create_event == room.create.event_id


async def test_an_invitation_from_outside_is_a_duty_a_copy_from_inside_is_none(cache: Cache) -> None:
    form = template(rule("s1", CAROL, cc=(ME,)))
    outside = RequestRoom(request(form, requester=BOB), room="outside", requester=BOB)
    inside = RequestRoom(request(form), room="inside")
    await invite(cache, outside)
    await invite(cache, inside)
    assert titles(cache, TODO) == ["outside"] and page(cache, TODO).rows[0].is_external
    assert set(cache.read.approvals.to_join()) == {(outside.room_id, BOB), (inside.room_id, ANNA)}


async def test_what_somebody_left_behind_waits_for_the_administrator(cache: Cache) -> None:
    room = RequestRoom(request(template(rule("s1", CAROL), rule("s2", ME), admins=(ME,)))).sealed()
    await cache.apply_sync(batch(room.update()))
    assert titles(cache, TODO) == [], "it waits for Carol"
    left = room.put("m.room.member", {"membership": "leave"}, CAROL, CAROL)
    await cache.apply_sync(batch(update(left, room=room.room_id)))
    assert titles(cache, TODO) == ["r"]
    passed = room.act(ME, ActKind.TRANSFER, "s1", people=(DAVE,), on_behalf=CAROL)
    await cache.apply_sync(batch(update(passed, room=room.room_id)))
    assert titles(cache, TODO) == []


async def test_an_administrator_without_a_part_was_let_in_to_help(cache: Cache) -> None:
    """That Carol's account is closed is not known here."""
    asked = RequestRoom(request(template(rule("s1", CAROL), admins=(ME,)), title="a"), room="a").sealed()
    copied = template(rule("s1", CAROL, cc=(ME,)), admins=(ME,))
    other = RequestRoom(request(copied, title="b"), room="b").sealed()
    mine = RequestRoom(request(template(rule("s1", CAROL)), title="c"), room="c").sealed()
    await cache.apply_sync(batch(asked.update(), other.update(), mine.update()))
    assert titles(cache, TODO) == ["a"]
    passed = asked.act(ME, ActKind.TRANSFER, "s1", people=(DAVE,), on_behalf=CAROL)
    await cache.apply_sync(batch(update(passed, room=asked.room_id)))
    assert titles(cache, TODO) == []


async def test_who_left_the_room_has_nothing_to_do_there(cache: Cache) -> None:
    room = RequestRoom().sealed()
    await give(cache, room)
    await cache.apply_sync(batch(update(room=room.room_id, membership=Membership.LEAVE)))
    assert titles(cache, TODO) == [] and cache.read.totals().approvals == 0
    assert status(cache, room) is RequestStatus.PENDING


# Deputies -------------------------------------------------------------------------------------------------------


async def test_a_deputys_duty_comes_and_goes_with_time_alone(cache: Cache) -> None:
    spans = ((CAROL, START_MS + 1000, START_MS + 3000), (DAVE, START_MS + 2000, START_MS + 4000))
    deputies = tuple(Deputy(user=u, deputy=ME, from_ms=a, until_ms=b) for u, a, b in spans)
    form = template(rule("s1", CAROL, DAVE, mode=StepMode.ANY))
    room = RequestRoom(request(form, deputies=deputies)).sealed()
    await give(cache, room)
    read = cache.read.approvals
    for now in (START_MS, START_MS + 999, START_MS + 1000, START_MS + 3000, START_MS + 3001, START_MS + 4001):
        expected = ME in detail(cache, room).state.duties_at(now)
        assert bool(page(cache, TODO, now).rows) is expected
        assert read.counts(now).todo == cache.read.totals(now).approvals == int(expected)
    assert [row.is_away_for for row in page(cache, TODO, START_MS + 2500).rows] == [CAROL]
    assert [row.is_away_for for row in page(cache, TODO, START_MS + 3500).rows] == [DAVE]
    turns = [START_MS]
    while (turn := read.next_turn_ms(turns[-1])) is not None:
        turns.append(turn)
    assert turns[1:] == [START_MS + 1000, START_MS + 3001, START_MS + 4001]


# The room around it ---------------------------------------------------------------------------------------------


async def test_what_repeats_an_act_in_words_is_no_row_of_the_discussion(cache: Cache) -> None:
    room = RequestRoom().sealed()
    room.say("form in words", more={TEXT_FIELD: {"v": 1, "act": ""}})
    room.say("a real comment")
    await give(cache, room)
    assert [line for line in shown(cache, room.room_id) if line not in ("state",)] == ["a real comment"]
    assert page(cache, TODO).rows[0].comments == page(cache, TODO).rows[0].unread == 1
    hidden = {"msgtype": "m.text", "body": "not hidden elsewhere", TEXT_FIELD: {"v": 1, "act": ""}}
    await cache.apply_sync(batch(update(event("plain", content=hidden), is_initial=True)))
    assert shown(cache) == ["not hidden elsewhere"]


async def test_a_receipt_of_mine_tells_the_page(cache: Cache) -> None:
    room = RequestRoom().sealed()
    said = room.say("news")
    await give(cache, room)
    receipt = Receipt(ME, said.event_id, "m.read", START_MS)
    changes = await cache.apply_sync(batch(update(room=room.room_id, receipts=(receipt,))))
    assert room.room_id in changes.approvals and page(cache, TODO).rows[0].unread == 0


async def test_chat_moves_no_request(cache: Cache) -> None:
    await give(cache, RequestRoom().sealed())
    changes = await cache.apply_sync(batch(update(event("chat"), is_initial=True)))
    assert not changes.approvals and not changes.approval_library


async def test_a_write_without_approvals_asks_their_tables_hardly_anything(opened: OpenCache) -> None:
    cache, asked = opened.cache, []

    def watch(conn: Any) -> None:
        conn.set_trace_callback(lambda sql: asked.append(sql) if "approval" in sql else None)

    await cache._writer.run(watch)
    await cache.apply_sync(batch(update(*(event(f"a{n}") for n in range(500)), is_initial=True)))
    assert len(asked) <= 3
    await give(cache, RequestRoom().sealed())
    asked.clear()
    await cache.apply_sync(batch(update(*(event(f"b{n}") for n in range(500)))))
    assert len(asked) <= 5, asked


async def test_all_rows_are_the_same_when_computed_anew(opened: OpenCache) -> None:
    cache = opened.cache
    room = acted()
    room.say("a comment")
    await give(cache, room, RequestRoom(room="x"), RequestRoom(room="y").sealed())
    before = {box: page(cache, box) for box in ApprovalBox}
    await cache.rebuild()
    assert {box: page(cache, box) for box in ApprovalBox} == before
    assert titles(cache, DONE, term="comment") == ["r"]
