"""Channels in files of an earlier version, in damaged ones, and in hostile events."""

import asyncio
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from app.domain.channels.rows import FeedQuery, KeptVideo
from app.domain.channels.wire import WATCH_TYPE
from app.domain.ids import ContentURI, EventID, RoomID
from app.store import schema
from app.store.cache import Cache
from app.store.connection import DB_NAME, open_writer, transaction
from app.store.keys import resolve_key
from app.store.pages import PAGE_BYTES
from tests.helpers.channel_store import CAROL, ChannelRoom, feed, queued, threaded, video
from tests.helpers.store_history import ANNA, KEY, ME, START_MS, OpenCache, batch, event, state, update

A = EventID("$a")
_TABLES = ("room", "event", "item", "state", "member", "reaction", "last_sent", "kv", "account_data")


def channel() -> ChannelRoom:
    room = ChannelRoom()
    room.post("a", "Pump", tags=["Safety"])
    room.like("a")
    room.say("x", "a", "独角兽")
    room.course("k", "a")
    return room


# Earlier versions -------------------------------------------------------------------------------------------------


def _third_version(source: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(schema, "_STEPS", schema._STEPS[:3])
        patch.setattr(schema, "SCHEMA_VERSION", 3)
        new: Any = open_writer(folder, resolve_key(folder / DB_NAME, KEY))
        schema.ensure_schema(new)
    old: Any = open_writer(source, resolve_key(source / DB_NAME, KEY))
    for table in _TABLES:
        rows = old.execute(f"SELECT * FROM {table}").fetchall()
        with transaction(new):
            for row in rows:
                new.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", row)
    new.execute("UPDATE item SET weight = 1")
    assert new.execute("PRAGMA user_version").fetchone()[0] == 3
    new.close()
    old.close()


async def _projected(cache: Cache) -> None:
    """Wait for what runs behind the opening."""
    until = time.monotonic() + 20
    while cache.read.kv("cache", "unprojected_channels") is not None:
        assert time.monotonic() < until
        await asyncio.sleep(0.01)


async def test_channels_that_an_earlier_version_stored_are_found_behind_the_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = OpenCache()
    with holder as cache:
        room = channel()
        watched = ((WATCH_TYPE, {"posts": {"$a": {"at": 5, "ts": 9}}}),)
        await cache.apply_sync(batch(room.update(account_data=watched), complete=True))
        page, totals = cache.read.channels.feed(FeedQuery(), START_MS), cache.read.totals()
        assert len(page.rows) == 1 and totals.new_posts == 1 and page.rows[0].watch.at_ms == 5
        cache.close()
        _third_version(cache.folder, tmp_path, monkeypatch)
    for _ in range(2):
        opened = Cache.open(tmp_path, KEY, clock=holder.clock)
        try:
            await _projected(opened)
            assert opened.read.channels.feed(FeedQuery(), START_MS) == page
            assert opened.read.totals() == totals and feed(opened, term="独角兽") == ["Pump"]
        finally:
            opened.close()


# Damaged files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_garbled", [False, True])
def test_a_damaged_cache_gives_jobs_kept_videos_and_what_waits_back(tmp_path: Path, is_garbled: bool) -> None:
    room = channel()
    kept = KeptVideo(ContentURI("mxc://a/b"), room.room_id, A, "Pump", 9, 9, 1, 99)
    with OpenCache() as cache:

        async def fill() -> None:
            await cache.apply_sync(batch(room.update()))
            await cache.channels.save_job("job", {"step": "uploading", "uri": "mxc://a/half"})
            await cache.channels.set_kept(kept)
            await cache.enqueue(queued(room, "c", "m.room.message", threaded("my words", "$a")))
            await cache.enqueue(queued(room, "p", "m.room.message", video("Mine")))

        asyncio.run(fill())
        folder = cache.folder
        cache.close()
        profile = Path(shutil.copytree(folder, tmp_path / "p"))
    if is_garbled:
        with (profile / DB_NAME).open("r+b") as file:
            file.write(os.urandom(PAGE_BYTES))
    saved = Cache.salvage(profile, KEY)
    opened = Cache.open(profile, KEY, user_id=ME)

    async def take_in() -> None:
        await opened.apply_sync(batch(room.update()))
        await opened.restore(saved)
        assert await opened.channels.jobs() == {"job": {"step": "uploading", "uri": "mxc://a/half"}}

    asyncio.run(take_in())
    try:
        assert opened.read.channels.kept() == [kept]
        assert feed(opened) == ["Mine", "Pump"]
        assert [one.body for one in opened.read.channels.comments(A)] == ["独角兽", "my words"]
        row = opened.read.channels.post(A)
        assert row is not None and row.comments == (1 if is_garbled else 2), (
            "what may be old waits for a decision"
        )
    finally:
        opened.close()


# Hostile and odd --------------------------------------------------------------------------------------------------


async def test_nonsense_in_a_channel_harms_nothing(cache: Cache) -> None:
    room = channel()
    values: tuple[Any, ...] = (None, 7, [], "x", {"a": {}}, True, {"$a": {"started": "x", "finished": -1}})
    for n, value in enumerate(values):
        room.put("im.tack.watched", {"v": 1, "posts": value}, CAROL, CAROL)
        room.put(
            "im.tack.course", {"title": value, "posts": [value, 7, "$a"], "due_ts": value}, ANNA, f"k{n}"
        )
        room.put("im.tack.channel", {"about": value, "reports": value}, ANNA, "")
        room.put("m.room.message", threaded("ok", "$a", **{"im.tack.at": value}), CAROL, name=f"ok{n}")
        room.put("im.tack.comment", {"body": value, "m.relates_to": value}, CAROL)
        room.put("m.room.message", video(f"v{n}") | {"im.tack.video": value, "info": value}, ANNA)
        room.put("m.room.power_levels", {"users": value, "events": value, "redact": value}, ANNA, "")
    room.post("last", "title \u0000 \u202e")
    await cache.apply_sync(batch(room.update()))
    assert len(feed(cache)) == 9
    said = cache.read.channels.comments(A)
    assert [one.body for one in said] == ["独角兽", *["ok"] * 7]
    before = cache.read.channels.feed(FeedQuery(), START_MS)
    await cache.rebuild()
    assert cache.read.channels.feed(FeedQuery(), START_MS) == before


async def test_what_another_room_says_of_a_post_counts_for_nothing(cache: Cache) -> None:
    room = channel()
    other = RoomID("!other:acme.example")
    relation = {"rel_type": "m.annotation", "event_id": "$a", "key": "👍"}
    said = [
        state("c", "m.room.create", {"room_version": "11"}, room=other),
        event("o1", type="m.reaction", content={"m.relates_to": relation}, room=other),
        event("o2", content=threaded("elsewhere", "$a"), room=other),
        event("o3", type="m.room.redaction", content={"redacts": "$a"}, redacts="$a", room=other),
    ]
    second = ChannelRoom("second")
    second.say("o4", "a")
    second.course("k", "a")
    await cache.apply_sync(batch(room.update(), update(*said, room=other), second.update()))
    row = cache.read.channels.post(A)
    assert row is not None and (row.likes, row.comments) == (1, 1)
    assert [one.event_id for one in cache.read.channels.comments(A)] == ["$x"]
    assert cache.read.channels.courses(second.room_id)[0].posts == ()


async def test_a_room_that_is_no_channel_has_no_posts(cache: Cache) -> None:
    plain = ChannelRoom(create={"type": None})
    plain.post("a")
    await cache.apply_sync(batch(plain.update()))
    assert feed(cache) == [] and cache.read.channels.channels() == []
    assert cache.read.channels.post(A) is None and len(cache.read.room_order()) == 1
