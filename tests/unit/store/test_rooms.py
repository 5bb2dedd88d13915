"""The conversation list, members, spaces, account data, the small things; what is published."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from app.domain.account import Session
from app.domain.events import parse_stripped
from app.domain.ids import ContentURI, DeviceID, RoomID, UserID
from app.domain.rooms import AttentionTotals, PreviewKind, RoomFilter
from app.domain.sync import Membership, RoomHints, RoomUpdate
from app.errors import AlreadyOpen, TooNew, WrongKey
from app.store.cache import Cache
from app.store.connection import CacheKey
from app.store.values import Draft, MediaFile
from tests.helpers.store_history import (
    ANNA,
    BOB,
    KEY,
    ME,
    ROOM,
    START_MS,
    Collector,
    OpenCache,
    batch,
    event,
    member,
    message,
    redaction,
    state,
    update,
)


async def test_a_row_shows_name_avatar_topic_and_last_line(cache: Cache) -> None:
    told = (
        state("n", "m.room.name", {"name": " Launch "}),
        state("v", "m.room.avatar", {"url": "mxc://acme/1"}),
        state("t", "m.room.topic", {"topic": "Everything about it"}),
        member(ANNA, "Anna"),
        member(BOB, "Bob"),
    )
    await cache.apply_sync(batch(update(event("hello\nworld"), state=told, hints=RoomHints(joined_count=9))))
    room = cache.read.room(ROOM)
    assert room is not None
    assert (room.name, room.avatar, room.topic) == ("Launch", "mxc://acme/1", "Everything about it")
    assert (room.preview_kind, room.preview_sender_name, room.preview_text) == (
        PreviewKind.TEXT,
        "Anna",
        "hello world",
    )
    assert (room.joined_count, room.is_external, room.membership) == (9, True, Membership.JOIN)


async def test_a_redacted_name_is_no_name(cache: Cache) -> None:
    told = (state("n", "m.room.name", {"name": "Secret"}), member(ME, "Me"), member(ANNA, "Anna"))
    await cache.apply_sync(batch(update(event("a"), state=told)))
    await cache.apply_sync(batch(update(redaction("r", "$n"), redaction("q", "$member-anna:acme.example-0"))))
    room = cache.read.room(ROOM)
    assert room is not None and room.name == "anna"


async def test_a_room_without_a_name_is_named_after_its_people(cache: Cache) -> None:
    people = (member(ME, "Me"), member(ANNA, "Anna"), member(BOB, "Bob"))
    await cache.apply_sync(batch(update(event("a"), state=people)))
    room = cache.read.room(ROOM)
    assert room is not None and room.name == "Anna, Bob"
    await cache.apply_sync(batch(RoomUpdate(ROOM, hints=RoomHints(heroes=(BOB,)))))
    room = cache.read.room(ROOM)
    assert room is not None and room.name == "Bob"


async def test_direct_chats_take_name_and_face_of_the_other(cache: Cache) -> None:
    anna = state(
        "x", "m.room.member", {"membership": "join", "displayname": "Anna", "avatar_url": "mxc://a/1"}, ANNA
    )
    await cache.apply_sync(batch(update(event("a"), state=(member(ME), anna))))
    await cache.apply_sync(batch(account_data=(("m.direct", {ANNA: [ROOM, 7], BOB: "nonsense"}),)))
    room = cache.read.room(ROOM)
    assert room is not None
    assert (room.is_direct, room.direct_user, room.name, room.avatar) == (True, ANNA, "Anna", "mxc://a/1")
    assert cache.read.room_order(RoomFilter.DIRECT) == [ROOM]
    assert [found.room_id for found in cache.read.search_rooms("ann")] == [ROOM]
    assert cache.read.search_rooms("a%a") == []
    assert [found.user_id for found in cache.read.search_people("ANN")] == [ANNA]


async def test_invitations_come_first_and_left_rooms_not_at_all(cache: Cache) -> None:
    invited, left = RoomID("!inv:other.example"), RoomID("!left:acme.example")
    stripped: dict[str, Any] = {"type": "m.room.member", "sender": BOB, "state_key": ME}
    stripped |= {"content": {"membership": "invite", "is_direct": True}}
    mine = parse_stripped(json.dumps(stripped).encode(), invited)
    await cache.apply_sync(batch(update(event("a")), update(event("l", room=left), room=left), complete=True))
    changes = await cache.apply_sync(
        batch(
            RoomUpdate(invited, membership=Membership.INVITE, state=(mine,)),
            RoomUpdate(left, timeline=(member(ME, "", "leave", n=2, room=left),)),
        )
    )
    assert changes.is_order_changed and changes.notifying == ((invited, mine.event_id),)
    assert cache.read.room_order() == [invited, ROOM]
    room = cache.read.room(invited)
    assert room is not None and (room.inviter, room.preview_kind, room.is_direct) == (
        BOB,
        PreviewKind.INVITE,
        True,
    )
    assert cache.read.totals() == AttentionTotals(0, 0, 1, 0, 0, 0)
    gone = cache.read.room(left)
    assert gone is not None and gone.membership == Membership.LEAVE


async def test_a_direct_chat_is_named_after_the_one_who_never_spoke(cache: Cache) -> None:
    face = ContentURI("mxc://acme/li")
    hints = RoomHints(heroes=(ANNA,), hero_names=("Anna Li",), hero_avatars=(face,), is_direct=True)
    await cache.apply_sync(batch(RoomUpdate(ROOM, membership=Membership.JOIN, hints=hints)))
    room = cache.read.room(ROOM)
    assert room is not None
    assert (room.name, room.avatar, room.direct_user) == ("Anna Li", face, ANNA)
    await cache.apply_sync(batch(update(event("a"), state=(member(ANNA, "Anna"),))))
    room = cache.read.room(ROOM)
    assert room is not None and room.name == "Anna", "her own event is the truth"


async def test_a_room_that_a_complete_list_lacks_is_left_and_what_was_written_there_stays(
    cache: Cache,
) -> None:
    gone, invited = RoomID("!gone:acme.example"), RoomID("!inv:other.example")
    await cache.apply_sync(batch(update(event("a")), update(event("g", room=gone), room=gone)))
    await cache.apply_sync(batch(RoomUpdate(invited, membership=Membership.INVITE)))
    await cache.set_draft(gone, Draft("half a thought"))
    await cache.enqueue(message("t1", "never sent", room=gone))
    changes = await cache.apply_sync(batch(extra={"present_rooms": [ROOM, 7]}))
    assert changes.is_order_changed and {gone, invited} <= changes.rooms
    assert cache.read.room_order() == [ROOM]
    room = cache.read.room(gone)
    assert room is not None and (room.membership, room.draft) == (Membership.LEAVE, "half a thought")
    assert [row.txn_id for row in cache.read.queue()] == ["t1"]
    assert not await cache.apply_sync(batch(extra={"present_rooms": [ROOM]}))
    assert not await cache.apply_sync(batch(extra={"present_rooms": "nonsense"}))
    back = update(event("h", room=gone), room=gone, membership=Membership.JOIN)
    await cache.apply_sync(batch(back, extra={"present_rooms": [ROOM, gone]}))
    assert set(cache.read.room_order()) == {ROOM, gone}


async def test_favourites_come_before_newer_rooms(cache: Cache) -> None:
    other = RoomID("!other:acme.example")
    await cache.apply_sync(
        batch(update(event("a", ts=START_MS + 9)), update(event("b", room=other), room=other))
    )
    assert cache.read.room_order() == [ROOM, other]
    tag = ("m.tag", {"tags": {"m.favourite": {"order": 0.5}}})
    await cache.apply_sync(batch(RoomUpdate(other, account_data=(tag,))))
    assert cache.read.room_order() == [other, ROOM]
    assert cache.read.room_account_data(other, "m.tag") == tag[1]


async def test_spaces_and_rooms_of_our_own_types_are_not_listed(cache: Cache) -> None:
    space, sealed = RoomID("!space:acme.example"), RoomID("!sealed:acme.example")
    child = state("c", "m.space.child", {"via": ["acme.example"]}, ROOM, room=space)
    gone = state("g", "m.space.child", {}, "!gone:acme.example", room=space)
    kinds = {space: "m.space", sealed: "im.tack.approval"}
    created = [
        RoomUpdate(room, state=(state(f"create{room}", "m.room.create", {"type": kind}, room=room), *extra))
        for (room, kind), extra in zip(kinds.items(), ((child, gone), ()), strict=True)
    ]
    await cache.apply_sync(batch(update(event("a")), *created))
    assert cache.read.room_order() == [ROOM]
    assert [(s.room_id, s.children) for s in cache.read.spaces()] == [(space, (ROOM,))]


async def test_a_complete_member_list_ends_whoever_it_does_not_name(cache: Cache) -> None:
    await cache.apply_sync(batch(update(event("a"), state=(member(ANNA, "Anna"), member(BOB, "Bob")))))
    levels = state("p", "m.room.power_levels", {"users": {ME: 100}, "events": {"m.room.name": 60}})
    await cache.apply_sync(batch(RoomUpdate(ROOM, state=(levels,))))
    assert not cache.read.members_complete(ROOM)
    changes = await cache.add_members(ROOM, [member(ME, "Me"), member(ANNA, "Anna")])
    assert ROOM in changes.members and cache.read.members_complete(ROOM)
    found = [(m.user_id, m.power) for m in cache.read.members(ROOM)]
    assert found == [(ME, 100), (ANNA, 0)]
    assert [m.user_id for m in cache.read.members(ROOM, "nn")] == [ANNA]
    assert cache.read.power_level(ROOM, "m.room.name") == (100, 60)
    assert cache.read.power_level(ROOM, "invite") == (100, 0)
    assert cache.read.state_event(ROOM, "m.room.power_levels") == levels.content


async def test_creators_of_new_rooms_have_all_power(cache: Cache) -> None:
    create = state("c", "m.room.create", {"room_version": "12", "additional_creators": [BOB]}, sender=ME)
    levels = state("p", "m.room.power_levels", {"users": {ANNA: "50", "x": True}})
    await cache.apply_sync(
        batch(update(event("a"), state=(create, levels, member(ME), member(ANNA), member(BOB))))
    )
    powers = {m.user_id: m.power for m in cache.read.members(ROOM)}
    assert powers[ANNA] == 50 and powers[ME] == powers[BOB] > 1000


async def test_typing_is_published_and_without_me(cache: Cache) -> None:
    await cache.apply_sync(batch(update(event("a"), state=(member(ANNA, "Anna"),))))
    changes = await cache.apply_sync(batch(RoomUpdate(ROOM, typing=(ANNA, ME, BOB))))
    assert changes.typing == {ROOM}
    assert [m.name for m in cache.read.typing(ROOM)] == ["Anna", "bob"]
    assert not await cache.apply_sync(batch(RoomUpdate(ROOM, typing=(ANNA, BOB))))
    await cache.apply_sync(batch(RoomUpdate(ROOM, typing=())))
    assert cache.read.typing(ROOM) == []


async def test_session_values_positions_and_media_are_kept(opened: OpenCache) -> None:
    cache = opened.cache
    session = Session("https://acme.example", ME, DeviceID("D"), "token", "refresh", 5)
    await cache.save_session(session)
    await cache.set_kv("ui", "width", "7")
    await cache.set_positions({"sliding.pos": "p", "gone": None})
    files = [MediaFile(ContentURI(f"mxc://a/{n}"), "", f"/m/{n}", 100, "image/png", 0) for n in range(3)]
    for file in files:
        opened.clock.now += 1
        await cache.remember_media(file)
    opened.clock.now += 1
    await cache.touch_media(files[0].uri)
    cache = opened.reopen()
    assert cache.read.session() == session and cache.user_id == ME
    assert (cache.read.kv("ui", "width"), cache.read.kv("ui", "height")) == ("7", None)
    assert cache.read.positions() == {"sliding.pos": "p"}
    evicted = cache.read.media_to_evict(150)
    assert [file.path for file in evicted] == ["/m/1", "/m/2"]
    await cache.forget_media(evicted)
    assert cache.read.sizes().media_files == 1
    await cache.save_session(None)
    assert cache.read.session() is None and cache.read.kv("cache", "user_id") == ME


async def test_changes_are_published_in_the_order_of_commits_on_the_loop(cache: Cache) -> None:
    collected = Collector(cache)
    await asyncio.gather(*(cache.apply_sync(batch(update(event(f"e{n}")))) for n in range(20)))
    await asyncio.sleep(0)
    tails = [change.timelines[0].tail_from for change in collected.changes]
    assert tails == list(range(20))


async def test_a_failing_write_leaves_nothing_behind(cache: Cache) -> None:
    def job(w: object) -> None:
        w.add_room(ROOM, "join")  # type: ignore[attr-defined]
        raise ValueError("ours")

    with pytest.raises(ValueError, match="ours"):
        await cache.run(job)
    assert cache.read.room(ROOM) is None


async def test_an_event_repeated_in_two_rooms_does_not_stop_the_sync(cache: Cache) -> None:
    other = RoomID("!other:acme.example")
    await cache.apply_sync(batch(update(event("a"))))
    await cache.apply_sync(batch(update(event("a", room=other), event("b", room=other), room=other)))
    assert cache.read.extent(ROOM).item_count == 1 and cache.read.extent(other).item_count == 1


async def test_search_finds_what_large_syncs_bring(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.store import settle
    from app.store.search_read import SearchQuery

    monkeypatch.setattr(settle, "MOST_INDEXED_AT_ONCE", 2)
    await cache.apply_sync(batch(update(*(event(f"合同 {n}") for n in range(1000)))))
    await cache.finish_index()
    page = await cache.search(SearchQuery("合同"), 2000)
    assert len(page.hits) == 1000


def test_opening_says_what_is_wrong(opened: OpenCache, tmp_path: Path) -> None:
    folder = opened.cache.folder
    with pytest.raises(AlreadyOpen):
        Cache.open(folder, KEY)
    opened.cache.close()
    with pytest.raises(WrongKey):
        Cache.open(folder, CacheKey(raw=bytes(32)))
    opened.cache = opened.open()
    opened.cache._writer.call(lambda conn: conn.execute("PRAGMA user_version = 999"))
    opened.cache.close()
    with pytest.raises(TooNew):
        Cache.open(folder, KEY)
    opened.cache = Cache.open(tmp_path / "new", CacheKey(passphrase="long enough"), user_id=UserID("@x:y"))
    assert opened.cache.user_id == "@x:y"
