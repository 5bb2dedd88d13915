"""The DING inbox: pages, filters, search, one ding in full, what is still on its way, and files of the first version."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from app.domain.dings import DingBox, DingFilter, DingSummary, RecipientState
from app.domain.events import Event
from app.domain.ids import ContentURI, EventID, RoomID, TxnID, UserID
from app.domain.sending import RequestKind, new_room_id
from app.domain.sync import Membership, Receipt
from app.domain.timeline import ItemKind, SendState
from app.store import schema
from app.store.cache import Cache
from app.store.connection import DB_NAME, open_writer, transaction
from app.store.keys import resolve_key
from app.store.values import NewRequest
from tests.helpers.store_dings import (
    comment,
    confirm,
    content,
    ding,
    edited,
    nudge,
    summary,
    sync,
    waiting_confirmation,
    with_ding,
)
from tests.helpers.store_history import (
    ANNA,
    BOB,
    KEY,
    ME,
    ROOM,
    START_MS,
    OpenCache,
    batch,
    event,
    everything,
    member,
    message,
    redaction,
    state,
    text,
    update,
)

RECEIVED, SENT = DingBox.RECEIVED, DingBox.SENT
NOW = START_MS + 10_000_000


def names(found: list[DingSummary]) -> list[str]:
    return [row.uid for row in found]


def all_pages(cache: Cache, box: DingBox, filter: DingFilter, limit: int, term: str = "") -> list[str]:
    found: list[DingSummary] = []
    while page := cache.read.dings.page(
        box, filter, limit=limit, term=term, before=found[-1] if found else None
    ):
        assert len(page) <= limit
        found += page
    return names(found)


async def many(cache: Cache) -> None:
    events = [member(user) for user in (ME, ANNA, BOB)]
    for n in range(6):
        said = {"due_ts": START_MS + 100 - n % 3} if n % 2 else {}
        events.append(ding(f"in{n}", [ME, BOB], ts=START_MS + n // 2, said=said))
        events.append(ding(f"out{n}", [ANNA, BOB], sender=ME, ts=START_MS + n // 2, said=said))
    await sync(
        cache,
        *events,
        confirm("y1", target="$in1"),
        confirm("y2", ANNA, "$out3"),
        confirm("y3", BOB, "$out3"),
    )
    await sync(
        cache,
        comment("c", target="$in2"),
        comment("c2", target="$out2"),
        redaction("r", "$in5"),
        redaction("r2", "$out0"),
    )


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
async def test_pages_follow_one_another_without_holes(cache: Cache, limit: int) -> None:
    await many(cache)
    found = {
        (box, choice): all_pages(cache, box, choice, limit)
        for box in (RECEIVED, SENT)
        for choice in DingFilter
    }
    assert found == {
        (RECEIVED, DingFilter.ALL): ["$in5", "$in4", "$in3", "$in2", "$in1", "$in0"],
        (RECEIVED, DingFilter.UNCONFIRMED): ["$in4", "$in3", "$in2", "$in0"],
        (RECEIVED, DingFilter.DUE): ["$in3"],
        (RECEIVED, DingFilter.COMMENTED): ["$in2"],
        (SENT, DingFilter.ALL): ["$out5", "$out4", "$out3", "$out2", "$out1", "$out0"],
        (SENT, DingFilter.UNCONFIRMED): ["$out5", "$out4", "$out2", "$out1"],
        (SENT, DingFilter.DUE): ["$out5", "$out1"],
        (SENT, DingFilter.COMMENTED): ["$out2"],
    }


async def test_the_chips_count_what_waits_for_me(cache: Cache) -> None:
    await many(cache)
    counts = cache.read.dings.counts()
    assert (counts[DingFilter.UNCONFIRMED], counts[DingFilter.DUE]) == (4, 1)
    assert names(cache.read.dings.open()) == ["$in4", "$in3", "$in2", "$in0"]
    assert names(cache.read.dings.open(1)) == ["$in4"]


async def test_rows_are_given_in_the_order_asked(cache: Cache) -> None:
    await many(cache)
    await cache.enqueue(message("x", content=content()))
    assert names(cache.read.dings.summaries(["$in1", "$nowhere", "t:x", "$out1", "t:no"])) == [
        "$in1",
        "t:x",
        "$out1",
    ]
    assert cache.read.dings.page(DingBox.SCHEDULED, DingFilter.ALL) == []


async def test_a_row_says_who_what_and_where(cache: Cache) -> None:
    people = (member(ME), member(BOB, "Bob", sender=BOB), state("t", "m.room.name", {"name": "Launch"}))
    picture = ContentURI("mxc://other/1")
    face = state(
        "m-b",
        "m.room.member",
        {"membership": "join", "displayname": "Bob", "avatar_url": picture},
        BOB,
        sender=BOB,
    )
    await sync(
        cache, *people, face, ding("d", [ME], sender=BOB, said={"start_ts": START_MS + 9, "kind": "meeting"})
    )
    found = summary(cache)
    assert (found.sender, found.sender_name, found.sender_avatar, found.is_external) == (
        BOB,
        "Bob",
        picture,
        True,
    )
    assert (found.room_name, found.is_ding_room, found.text) == ("Launch", False, "sign it")
    item = cache.read.item(ROOM, "$d")
    assert item is not None and item.ding is not None
    assert (item.ding.kind, item.ding.due_ms, item.ding.is_open) == ("meeting", START_MS + 9, True)


async def test_a_room_made_for_dings_is_told_from_others(cache: Cache) -> None:
    created = state("c", "m.room.create", {"type": "im.tack.ding"})
    await sync(cache, created, ding())
    assert summary(cache).is_ding_room


@pytest.mark.parametrize(
    ("term", "hits"),
    [
        ("盖章", ["$a"]),
        ("合同", ["$a"]),
        ("明天", ["$b"]),
        ("anna", ["$b", "$a"]),
        ("LAUNCH 盖章", ["$a"]),
        ("launch 明天 anna", ["$b"]),
        ("DING", []),
        ("%", ["$b"]),
        ("100%", ["$b"]),
        ("recalled", []),
        ("", ["$b", "$a"]),
    ],
)
async def test_search_finds_words_names_rooms_and_comments(cache: Cache, term: str, hits: list[str]) -> None:
    room = state("t", "m.room.name", {"name": "Launch 发布"})
    await sync(
        cache, room, member(ANNA, "Anna Li"), ding("a", words="请在合同上盖章"), ding("b", words="100% ok")
    )
    await sync(
        cache, comment("c", "好的，明天", "$b"), comment("c2", "recalled", "$a"), redaction("r", "$c2")
    )
    assert all_pages(cache, RECEIVED, DingFilter.ALL, 1, term) == hits


# On its way -----------------------------------------------------------------------------------------------------


async def test_my_ding_is_listed_from_the_first_moment_and_keeps_its_identity(cache: Cache) -> None:
    await sync(cache, member(ME, "Me"), ding("old", [BOB], sender=ME))
    await cache.enqueue(message("x", content=content("new", [BOB], due_ts=NOW)))
    first, second = cache.read.dings.page(SENT, DingFilter.ALL)
    assert (first.uid, first.send_state, first.text, first.total, first.is_own) == (
        "t:x",
        SendState.QUEUED,
        "new",
        1,
        True,
    )
    assert second.uid == "$old"
    echo = cache.read.item(ROOM, "t:x")
    assert echo is not None and echo.ding is not None and (echo.ding.text, echo.ding.total) == ("new", 1)
    await cache.queue_mark_sent(TxnID("x"), EventID("$n"))
    assert summary(cache, "$n").uid == "t:x" and summary(cache, "$n").send_state == SendState.SENT
    await sync(cache, event("n", sender=ME, content=content("new", [BOB], due_ts=NOW), ts=NOW))
    assert names(cache.read.dings.page(SENT, DingFilter.ALL)) == ["t:x", "$old"]
    assert summary(cache, "t:x").send_state is None and summary(cache, "$n").event_id == "$n"
    assert names(cache.read.dings.page(SENT, DingFilter.DUE)) == ["t:x"]


async def test_a_ding_for_a_room_that_is_still_to_be_made(cache: Cache) -> None:
    room = new_room_id(TxnID("r"))
    making = {"name": "Report", "creation_content": {"type": "im.tack.ding"}}
    await cache.enqueue(NewRequest(room, RequestKind.CREATE_ROOM, TxnID("r"), making, room))
    changes = (await cache.run(lambda w: None))[1]
    await cache.enqueue(message("x", content=content("go", [ANNA]), room=room, depends_on=TxnID("r")))
    found = summary(cache, "t:x")
    assert not changes and (found.room_id, found.room_name, found.is_ding_room) == (room, "Report", True)
    detail = cache.read.dings.detail("t:x")
    assert detail is not None
    assert [(r.name, r.state) for r in detail.recipients] == [("anna", RecipientState.WAITING)]
    assert detail.comments == ()


async def test_a_ding_on_its_way_can_be_commented_and_searched(cache: Cache) -> None:
    await sync(cache, member(ME), member(ANNA, "Anna"))
    await cache.enqueue(message("x", content=content("go", [ANNA])))
    said = text("more", **{"m.relates_to": {"rel_type": "m.thread", "event_id": "t:x"}})
    await cache.enqueue(message("c", content=said, depends_on=TxnID("x")))
    detail = cache.read.dings.detail("t:x")
    assert detail is not None and [item.body for item in detail.comments] == ["more"]
    assert [r.name for r in detail.recipients] == ["Anna"]
    assert names(cache.read.dings.page(SENT, DingFilter.ALL, term="GO")) == ["t:x"]
    assert names(cache.read.dings.page(SENT, DingFilter.ALL, term="no")) == []


async def test_echoes_and_stored_dings_page_together(cache: Cache) -> None:
    await many(cache)
    for n in range(3):
        await cache.enqueue(message(f"x{n}", content=content("new", [BOB], due_ts=START_MS + 99)))
    assert all_pages(cache, SENT, DingFilter.ALL, 2)[:4] == ["t:x2", "t:x1", "t:x0", "$out5"]
    assert all_pages(cache, SENT, DingFilter.DUE, 2) == ["$out5", "t:x2", "t:x1", "t:x0", "$out1"]


async def test_an_edit_of_mine_on_its_way_shows(cache: Cache) -> None:
    await sync(cache, ding("d", [BOB], sender=ME))
    await cache.enqueue(message("e", content=edited("e", content("better", [ANNA], due_ts=NOW)).content))
    found = summary(cache)
    assert (found.text, found.content.due_ms, found.content.recipients, found.is_edited) == (
        "better",
        NOW,
        (BOB,),
        True,
    )


# One ding in full -----------------------------------------------------------------------------------------------


async def test_detail_says_who_confirmed_when_and_who_has_not(cache: Cache) -> None:
    others = [UserID(f"@{name}:acme.example") for name in ("zoe", "carl", "gone", "reader")]
    people = [member(ME), member(BOB, "Bob", sender=BOB), *(member(user) for user in others)]
    note = {
        "m.relates_to": {"rel_type": "m.annotation", "event_id": "$d", "key": "✅"},
        "im.tack.note": " by Friday ",
    }
    await sync(cache, *people, ding("d", [ME, BOB, *others]))
    await sync(
        cache,
        event("y1", type="m.reaction", content=note, sender=BOB, ts=START_MS + 9),
        confirm("y2", ME, ts=START_MS + 3),
        member(others[2], membership="leave", n=1),
        receipts=(Receipt(others[3], EventID("$d"), "m.read", 1),),
    )
    detail = cache.read.dings.detail("$d")
    assert detail is not None
    assert [
        (r.name, r.state.value, r.at_ms, r.note, r.has_read, r.is_external) for r in detail.recipients
    ] == [
        ("me", "confirmed", START_MS + 3, "", True, False),
        ("Bob", "confirmed", START_MS + 9, "by Friday", True, True),
        ("carl", "waiting", None, "", False, False),
        ("reader", "waiting", None, "", True, False),
        ("zoe", "waiting", None, "", False, False),
        ("gone", "left", None, "", True, False),
    ]


async def test_files_in_the_thread_are_among_the_comments(cache: Cache) -> None:
    file = {
        "msgtype": "m.file",
        "body": "plan.pdf",
        "url": "mxc://acme/1",
        "m.relates_to": {"rel_type": "m.thread", "event_id": "$d"},
    }
    await with_ding(cache, event("f", content=file), comment("c"), nudge("n"))
    detail = cache.read.dings.detail("$d")
    assert detail is not None and [item.kind for item in detail.comments] == [ItemKind.FILE, ItemKind.TEXT]
    assert [item.row for item in detail.comments] == [
        cache.read.row_of(ROOM, "$f"),
        cache.read.row_of(ROOM, "$c"),
    ]
    assert cache.read.dings.detail("$nowhere") is None


# Rebuilding and older files -------------------------------------------------------------------------------------


async def test_a_rebuilt_inbox_is_the_same(cache: Cache) -> None:
    await many(cache)
    await sync(cache, nudge("n", target="$in0"), nudge("n2", BOB, target="$in0"))
    await cache.enqueue(waiting_confirmation(target="$in0"))
    before, rows = everything(cache), cache.read.dings.page(RECEIVED, DingFilter.ALL)
    await cache.rebuild()
    assert everything(cache) == before and cache.read.dings.page(RECEIVED, DingFilter.ALL) == rows


def _first_version(source: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a file with the steps of the first version and put into it what is in another cache."""
    with monkeypatch.context() as patch:
        patch.setattr(schema, "_STEPS", schema._STEPS[:1])
        patch.setattr(schema, "SCHEMA_VERSION", 1)
        new: Any = open_writer(folder, resolve_key(folder / DB_NAME, KEY))
        schema.ensure_schema(new)
    old: Any = open_writer(source, resolve_key(source / DB_NAME, KEY))
    for table in ("room", "event", "item", "state", "member", "reaction", "last_sent", "kv", "account_data"):
        rows = old.execute(f"SELECT * FROM {table}").fetchall()
        with transaction(new):
            for row in rows:
                new.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", row)
    assert new.execute("PRAGMA user_version").fetchone()[0] == 1
    new.close()
    old.close()


def _without_index(cache: Cache) -> dict[str, Any]:
    return {name: value for name, value in everything(cache).items() if name != "search"}


async def test_dings_that_the_first_version_stored_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = OpenCache()
    with holder as cache:
        await many(cache)
        await sync(
            cache,
            nudge("n", target="$in0", ts=START_MS * 2),
            event("odd", content=text("x") | {"im.tack.ding": 7}),
        )
        expected = _without_index(cache)
        cache.close()
        _first_version(cache.folder, tmp_path, monkeypatch)
    for _ in range(2):
        opened = Cache.open(tmp_path, KEY, clock=holder.clock)
        try:
            assert _without_index(opened) == expected
            assert len(opened.read.dings.open()) == 4 and opened.read.kv("cache", "unprojected_dings") is None
        finally:
            opened.close()


async def test_a_new_file_has_nothing_to_look_through(cache: Cache) -> None:
    assert cache.read.kv("cache", "unprojected_dings") is None


async def test_a_write_without_dings_asks_the_tables_of_dings_once(opened: OpenCache) -> None:
    cache, asked = opened.cache, []

    def watch(conn: Any) -> None:
        conn.set_trace_callback(lambda sql: asked.append(sql) if "ding" in sql or "nudge" in sql else None)

    await cache._writer.run(watch)
    events = [event(f"a{n}", content=text(f"{n}")) for n in range(500)]
    await sync(cache, *events, *(member(f"@u{n}:acme.example") for n in range(50)))
    assert len(asked) <= 3
    assert cache.read.extent(RoomID(ROOM)).row_count == 550
    await cache.apply_sync(batch(update(*(comment(f"c{n}", target=f"$a{n}") for n in range(300)))))
    assert len(asked) <= 6


async def test_meetings_to_come_are_those_i_attend_the_first_ones_first(cache: Cache) -> None:
    start = START_MS + 1_000

    def meeting(name: str, after: int, recipients: Sequence[str] = (ME, BOB), **said: Any) -> Event:
        about = {"kind": "meeting", "start_ts": start + after, "remind_min": 15, "due_ts": START_MS}
        return ding(name, recipients, said=about | said)

    await with_ding(
        cache,
        meeting("late", 9),
        meeting("soon", 5),
        meeting("open", 1),
        meeting("copy", 7, [BOB], cc=[ME]),
        meeting("theirs", 2, [BOB]),
        ding("mine", [BOB], said={"kind": "meeting", "start_ts": start + 6, "remind_min": 5}, sender=ME),
        meeting("silent", 3, remind_min=None),
        meeting("recalled", 4),
        meeting("past", 0),
        *(
            confirm(f"y{name}", target=f"${name}")
            for name in ("late", "soon", "silent", "recalled", "past", "d")
        ),
        redaction("r", "$recalled"),
    )
    reads = cache.read.dings
    assert names(reads.coming(start)) == ["$soon", "$mine", "$copy", "$late"]
    assert names(reads.coming(start, 1)) == ["$soon"]
    again = content("moved", kind="meeting", start_ts=start + 20, remind_min=5)
    await sync(cache, edited("e", again, target="$soon"), redaction("r2", "$ylate"))
    assert names(reads.coming(start)) == ["$mine", "$copy", "$soon"]
    conn: Any = reads._conn
    plan = conn.execute(
        "EXPLAIN QUERY PLAN SELECT id FROM ding d WHERE d.coming_ts > 5 ORDER BY d.coming_ts, d.id"
    )
    assert (
        "USING" in (steps := " ".join(row[3] for row in plan))
        and "ding_coming" in steps
        and "TEMP" not in steps
    )
    await cache.rebuild()
    assert names(reads.coming(start)) == ["$mine", "$copy", "$soon"]
    await sync(cache, member(ME, membership="leave"), membership=Membership.LEAVE)
    assert names(reads.coming(start)) == []


async def test_why_a_number_is_there_says_the_text_of_a_ding_alone(cache: Cache) -> None:
    await with_ding(cache)
    assert {source.text for source in cache.read.attention.sources()} == {"sign it", "[DING] sign it"}
