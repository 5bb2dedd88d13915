"""Events that a member or a server made to harm: bounded, harmless in our lines, never someone else's words."""

import json
from typing import Any

import pytest

from app.domain.events import MALFORMED, Event, parse_event, parse_stripped
from app.domain.ids import UserID
from app.domain.sync import Membership
from app.domain.timeline import ItemKind
from app.store.cache import Cache
from tests.helpers.store_history import (
    ANNA,
    ME,
    ROOM,
    batch,
    edit,
    event,
    everything,
    member,
    reaction,
    redaction,
    shown,
    state,
    text,
    update,
)

EVE = UserID("@eve:evil.example")


async def _put(cache: Cache, *timeline: Event, **more: Any) -> None:
    await cache.apply_sync(batch(update(*timeline, membership=Membership.JOIN, **more)))


async def test_an_edit_by_somebody_else_changes_nothing_even_when_the_server_bundles_it(cache: Cache) -> None:
    forged = edit("forged", "$one", "mine now", sender=EVE)
    bundle = {"m.relations": {"m.replace": json.loads(forged.raw)}}
    await _put(
        cache, event("one", content=text("true")), forged, event("two", content=text("b"), unsigned=bundle)
    )
    assert shown(cache)[0] == "true"
    assert not cache.read.items(ROOM, 0, 1)[0].is_edited


async def test_an_edit_of_an_edit_changes_nothing(cache: Cache) -> None:
    await _put(
        cache, event("one", content=text("a")), edit("e1", "$one", "b", ts=2), edit("e2", "$e1", "c", ts=3)
    )
    assert shown(cache) == ["b"]


async def test_state_that_looks_like_a_redaction_redacts_nothing(cache: Cache) -> None:
    forged = state("forged", "m.room.redaction", {"redacts": "$one"}, sender=EVE, redacts="$one")
    await _put(cache, event("one", content=text("stays")), state=(forged,))
    await _put(cache, state("again", "m.room.redaction", {"redacts": "$one"}, sender=EVE))
    assert shown(cache)[0] == "stays"
    await _put(cache, redaction("real", "$one"))
    assert cache.read.items(ROOM, 0, 1)[0].is_redacted


async def test_names_topics_and_files_are_one_harmless_line(cache: Cache) -> None:
    trick = "Boss\u202e\n joined\u200b"
    picture = {"msgtype": "m.file", "body": "invoice\u202efdp.exe", "info": {"mimetype": "a/b\n" * 9000}}
    await _put(
        cache,
        event("one", sender=EVE, content=picture),
        state=(
            member(EVE, trick),
            state("n", "m.room.name", {"name": trick * 100_000}),
            state("t", "m.room.topic", {"topic": trick * 100_000}),
        ),
    )
    item, room = cache.read.items(ROOM, 0, 1)[0], cache.read.room(ROOM)
    assert item.sender_name == "Boss joined"
    assert (
        item.media is not None and item.media.filename == "invoicefdp.exe" and len(item.media.mimetype) <= 256
    )
    assert room is not None and len(room.name) <= 1024 and len(room.topic) <= 1024
    for value in (room.name, room.topic):
        assert not {"\u202e", "\n", "\u200b"} & set(value)


async def test_a_name_that_shows_nothing_is_no_name(cache: Cache) -> None:
    await _put(cache, event("one", sender=EVE), state=(member(EVE, "\u200b\u3164 \u2800"),))
    assert cache.read.items(ROOM, 0, 1)[0].sender_name == "eve"


async def test_a_state_change_is_told_in_bounded_words(cache: Cache) -> None:
    await _put(
        cache,
        state("n", "m.room.name", {"name": "x" * 1_000_000 + "\n"}),
        state(
            "m", "m.room.member", {"membership": "join", "displayname": "y\u202e" * 500_000}, EVE, sender=EVE
        ),
    )
    first, second = (item.state for item in cache.read.items(ROOM, 0, 2))
    assert first is not None and len(first.value) <= 1024
    assert second is not None and len(second.target_name) <= 256 and "\u202e" not in second.target_name


async def test_a_flood_of_reactions_is_bounded_and_mine_is_among_them(cache: Cache) -> None:
    flood = [reaction(f"r{n}", "$one", f"k{n}" * 5000, sender=EVE) for n in range(300)]
    mine = reaction("mine", "$one", "👍", sender=ME)
    await _put(cache, event("one"), *flood, mine)
    reactions = cache.read.items(ROOM, 0, 1)[0].reactions
    assert len(reactions) == 41 and reactions[-1].is_mine
    assert max(len(one.key) for one in reactions) <= 64


@pytest.mark.parametrize("depth", [90, 120, 480, 900, 960, 970, 980, 990, 5_000, 100_000])
async def test_deep_json_costs_at_most_its_own_event(cache: Cache, depth: int) -> None:
    deep = "[" * depth + "]" * depth
    nested = f'{{"msgtype":"m.text","body":"deep","x":{deep}}}'
    raw = f'{{"event_id":"$deep","type":"m.room.message","sender":"{EVE}","origin_server_ts":1,"content":{nested}}}'
    bundled = (
        f'{{"event_id":"$host","type":"m.room.message","sender":"{ANNA}","origin_server_ts":1,'
        f'"content":{{"msgtype":"m.text","body":"host"}},"unsigned":{{"m.relations":{{"m.replace":{raw}}}}}}}'
    )
    events = [parse_event(one.encode(), ROOM) for one in (raw, bundled)]
    await _put(cache, event("before"), *events, event("after"))
    assert {"before", "after"} <= set(shown(cache))
    if depth > 100:
        assert [one.type for one in events] == [MALFORMED] * 2
    assert parse_stripped(f'{{"type":"m.room.name","content":{nested}}}'.encode(), ROOM).raw
    before = everything(cache)
    await cache.rebuild()
    assert everything(cache) == before


def test_brackets_in_a_text_are_not_depth() -> None:
    assert event("a", content=text('[{"' * 500)).type == "m.room.message"
    wide = event("a", content={"msgtype": "m.text", "body": "x", "list": [[n] for n in range(500)]})
    assert wide.type == "m.room.message"


@pytest.mark.parametrize(
    "relation",
    [
        [],
        "x",
        7,
        {"rel_type": 7, "event_id": "$one"},
        {"rel_type": "m.replace", "event_id": 7},
        {"rel_type": "m.replace", "event_id": "$itself"},
        {"rel_type": "m.thread", "event_id": "$nowhere", "is_falling_back": "x"},
        {"rel_type": "m.annotation", "event_id": "$one", "key": {"a": 1}},
        {"m.in_reply_to": "x"},
        {"m.in_reply_to": {"event_id": ["$one"]}},
        {"m.in_reply_to": {"event_id": "$itself"}},
        {"m.in_reply_to": {"event_id": "$" + "x" * 60_000}},
    ],
)
async def test_relations_of_wrong_types_leave_a_row_or_nothing(cache: Cache, relation: Any) -> None:
    odd = event("itself", content=text("odd", **{"m.relates_to": relation}))
    await _put(cache, event("one"), odd, event("last"))
    assert shown(cache)[0] == "one" and shown(cache)[-1] == "last"
    before = everything(cache)
    await cache.rebuild()
    assert everything(cache) == before


async def test_replies_in_a_circle_show_one_line_each(cache: Cache) -> None:
    one = event("one", content=text("a", **{"m.relates_to": {"m.in_reply_to": {"event_id": "$two"}}}))
    two = event("two", content=text("b", **{"m.relates_to": {"m.in_reply_to": {"event_id": "$one"}}}))
    await _put(cache, one, two)
    quotes = [item.reply.body for item in cache.read.items(ROOM, 0, 2) if item.reply]
    assert quotes == ["b", "a"]


@pytest.mark.parametrize(
    "uri", ["local:/etc/passwd", "avatar:x", "file:///etc/passwd", "https://a/b", 7, None]
)
async def test_a_picture_is_only_ever_an_mxc_address(cache: Cache, uri: Any) -> None:
    content = {"msgtype": "m.image", "body": "a.png", "url": uri, "info": {"thumbnail_url": uri}}
    who = state("m", "m.room.member", {"membership": "join", "avatar_url": uri}, EVE, sender=EVE)
    await _put(
        cache,
        who,
        event("one", sender=EVE, content=content),
        state=(state("a", "m.room.avatar", {"url": uri}),),
    )
    item, room = cache.read.items(ROOM, 1, 1)[0], cache.read.room(ROOM)
    assert item.kind is ItemKind.IMAGE and item.media is not None
    assert (item.media.uri, item.media.thumbnail, item.media.local_path, item.sender_avatar) == (None,) * 4
    assert room is not None and room.avatar is None


async def test_a_crowd_that_types_is_bounded(cache: Cache) -> None:
    crowd = tuple(UserID(f"@u{n}:evil.example") for n in range(10_000))
    await _put(cache, event("one"), typing=crowd)
    assert len(cache.read.typing(ROOM)) == 100


@pytest.mark.parametrize("level", ["100", 2**60, -(2**60), None, [], {}, "x" * 5000, True, 1.5, "١٠٠"])
async def test_power_levels_of_any_type_do_no_harm(cache: Cache, level: Any) -> None:
    levels = {"users": {EVE: level, ME: level}, "users_default": level, "redact": level, "events": level}
    await _put(cache, event("one"), state=(member(EVE), state("p", "m.room.power_levels", levels)))
    await _put(cache, event("two", content=text("x", **{"m.mentions": {"room": True}}), sender=EVE))
    assert shown(cache)[-1] == "x"
    assert cache.read.members(ROOM)
    before = everything(cache)
    await cache.rebuild()
    assert everything(cache) == before
