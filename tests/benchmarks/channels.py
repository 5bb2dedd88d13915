"""Channels in a cache with 2,000 posts and 20,000 comments: feed, filters, search, one post, its comments, beside raw SQLite.

Work of one thread is measured, not waiting. The floor is the same rows by the same index, without making values of them.
"""

import asyncio
import random
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from app.domain.channels.rows import FeedLength, FeedQuery, FeedTab
from app.domain.channels.wire import CHANNEL_ROOM_TYPE, LIKE, VIDEO_FIELD, WATCH_TYPE
from app.domain.events import Event, parse_event
from app.domain.ids import EventID, RoomID
from app.domain.sync import Membership, RoomUpdate, SyncBatch
from app.store.connection import open_reader
from tests.benchmarks.approvals import work_ms
from tests.benchmarks.measure import Figure, emit
from tests.benchmarks.prepared_cache import key_of, open_prepared, paths_of, prepared
from tests.benchmarks.synthetic import ME, NAMES, PEOPLE, START_MS, WORDS, ZH, dump

CHANNELS, POSTS, COMMENTS = 8, 250, 10
NOW = START_MS + POSTS * 3_600_000
GOAL_MS, SEARCH_MS = 2, 100
MANY = 400
"""Comments of the post that has most."""
TERMS = ("供应链", "release", "张伟", "上海 review", "zzz", "票")
_FEED = "SELECT p.* FROM post p INDEXED BY post_by_time WHERE p.is_shown = 1 ORDER BY p.ts DESC, p.event_id DESC LIMIT 30"
_SAID = "SELECT c.* FROM comment c INDEXED BY comment_by_post WHERE c.post = ? AND c.room = ? ORDER BY c.ts DESC LIMIT 500"
_ONE = "SELECT p.*, e.raw FROM post p JOIN event e ON e.id = p.id WHERE p.event_id = ?"


# The account ----------------------------------------------------------------------------------------------------


def all_channels() -> Path:
    """Give a data folder with channels among ordinary rooms; made on first use."""
    folder = prepared("channels", 60, 6_000)
    if not (folder / "channels").exists():
        asyncio.run(_fill(folder))
        (folder / "channels").touch()
    return folder


async def _fill(folder: Path) -> None:
    cache = open_prepared(folder)
    started = time.monotonic()
    for n in range(CHANNELS):
        events = _channel(n)
        room = events[0].room_id
        for first in range(0, len(events), 1000):
            part = RoomUpdate(
                room,
                membership=Membership.JOIN,
                timeline=tuple(events[first : first + 1000]),
                is_initial=first == 0,
            )
            await cache.apply_sync(SyncBatch(positions=(), rooms=(part,)))
        posts = {f"$v{n}-{k}": {"at": 5000, "duration": 60_000, "ts": k, "finished": 9} for k in range(200)}
        watched = RoomUpdate(room, account_data=((WATCH_TYPE, {"posts": posts}),))
        await cache.apply_sync(SyncBatch(positions=(), rooms=(watched,)))
        done = (n + 1) * len(events)
        sys.stderr.write(f"\r{done} events of channels, {done / (time.monotonic() - started):.0f} a second ")
    cache.close()


def _channel(n: int) -> list[Event]:
    """Make a channel: who is in it, and posts with their likes and comments."""
    rng, room = random.Random(f"channel {n}"), RoomID(f"!channel{n}:bench.example")
    owner, people = PEOPLE[n], PEOPLE[:40]
    create = {"type": CHANNEL_ROOM_TYPE, "room_version": "11", "m.federate": n % 2 == 1}
    events = [
        _event(room, f"c{n}", "m.room.create", owner, create, 0, ""),
        _event(
            room, f"p{n}", "m.room.power_levels", owner, {"users": {owner: 100}, "users_default": 0}, 1, ""
        ),
        _event(room, f"n{n}", "m.room.name", owner, {"name": f"{rng.choice(ZH)} {n}"}, 2, ""),
        _event(room, f"j{n}", "m.room.join_rules", owner, {"join_rule": "public"}, 3, ""),
        *(
            _event(
                room, f"m{n}-{k}", "m.room.member", user, {"membership": "join", "displayname": name}, 4, user
            )
            for k, (user, name) in enumerate(zip((ME, *people), ("Me", *NAMES * 4), strict=False))
        ),
    ]
    for k in range(POSTS):
        events += _post(room, n, k, owner, rng)
    return events


def _post(room: RoomID, n: int, k: int, owner: str, rng: random.Random) -> list[Event]:
    name, ts = f"v{n}-{k}", k * 3_600_000 + n * 60_000
    title = f"{rng.choice(ZH)} {rng.choice(WORDS)} {k}"
    content = {
        "msgtype": "m.video",
        "body": title,
        "filename": "video.mp4",
        "url": f"mxc://bench.example/{name}",
        "info": {"duration": rng.choice((60_000, 900_000)), "thumbnail_url": f"mxc://bench.example/c{name}"},
        VIDEO_FIELD: {
            "v": 1,
            "title": title,
            "description": " ".join(rng.choices(WORDS, k=40)),
            "tags": rng.sample(WORDS, 3),
            "chapters": [{"at": at * 60_000, "title": rng.choice(WORDS)} for at in range(8)],
        },
    }
    found = [_event(room, name, "m.room.message", owner, content, ts)]
    like = {"rel_type": "m.annotation", "event_id": f"${name}", "key": LIKE}
    likers = PEOPLE[: rng.randrange(12)]
    found += [
        _event(room, f"l{name}{user}", "m.reaction", user, {"m.relates_to": like}, ts + 1) for user in likers
    ]
    count = MANY if (n, k) == (0, POSTS - 1) else COMMENTS
    for c in range(count):
        said = {
            "msgtype": "m.text",
            "body": f"{rng.choice(ZH)} {rng.choice(WORDS)} {rng.choice(('上海', 'Berlin'))}",
            "m.mentions": {},
            "m.relates_to": {"rel_type": "m.thread", "event_id": f"${name}"},
            "im.tack.at": c * 1000,
        }
        found.append(
            _event(room, f"s{name}-{c}", "m.room.message", PEOPLE[rng.randrange(40)], said, ts + 2 + c)
        )
    return found


def _event(
    room: RoomID, name: str, type: str, sender: str, content: dict[str, Any], ts: int, key: str | None = None
) -> Event:
    value: dict[str, Any] = {
        "event_id": f"${name}",
        "type": type,
        "sender": sender,
        "origin_server_ts": START_MS + ts,
        "content": content,
    }
    return parse_event(dump(value if key is None else value | {"state_key": key}), room)


# Measuring ------------------------------------------------------------------------------------------------------


def _figure(
    name: str, took: float, floor: float, floor_name: str, goal: int = GOAL_MS, note: str = ""
) -> Figure:
    return Figure(name, took, "ms", f"≤ {goal} ms", floor, floor_name, took <= goal, note)


def _worst(found: Mapping[str, Callable[[], object]]) -> tuple[float, str]:
    took = {name: work_ms(action) for name, action in found.items()}
    return max(took.values()), ", ".join(f"{name} {ms:.2f}" for name, ms in took.items())


def main() -> None:
    """Measure on the prepared account."""
    folder = all_channels()
    cache = open_prepared(folder)
    conn: Any = open_reader(paths_of(folder).cache, key_of(folder))
    reads, event_id = cache.read.channels, EventID("$v3-77")
    feed_floor = work_ms(lambda: conn.execute(_FEED).fetchall())
    assert len(reads.feed(FeedQuery(), NOW).rows) == 30
    size = f"channels, {CHANNELS * POSTS:,} posts, {CHANNELS * POSTS * COMMENTS:,} comments"
    figures = [
        _figure(
            f"{size}: open the feed",
            work_ms(lambda: reads.feed(FeedQuery(), NOW)),
            feed_floor,
            "30 rows of it",
        )
    ]
    queries = {
        "company": FeedQuery(FeedTab.COMPANY),
        "unwatched": FeedQuery(is_unwatched=True),
        "saved": FeedQuery(is_saved=True),
        "long": FeedQuery(length=FeedLength.LONG, is_unwatched=True),
        "tag": FeedQuery(tag=WORDS[3]),
        "channel": FeedQuery(channel=RoomID("!channel3:bench.example")),
        "discover": FeedQuery(FeedTab.DISCOVER),
    }
    took, note = _worst({name: (lambda q=query: reads.feed(q, NOW)) for name, query in queries.items()})  # type: ignore[misc]
    figures.append(_figure("… tabs and filters, worst", took, feed_floor, "30 rows of the feed", note=note))
    room = conn.execute("SELECT room FROM post WHERE event_id = ?", (event_id,)).fetchone()[0]
    one = work_ms(lambda: conn.execute(_ONE, (event_id,)).fetchone())
    figures.append(
        _figure("… one post, all of it", work_ms(lambda: reads.detail(event_id)), one, "row and event")
    )
    ten = work_ms(lambda: conn.execute(_SAID, (event_id, room)).fetchall())
    figures.append(_figure("… its comments", work_ms(lambda: reads.comments(event_id)), ten, "their rows"))
    most = EventID(f"$v0-{POSTS - 1}")
    assert len(reads.comments(most)) == MANY
    room = conn.execute("SELECT room FROM post WHERE event_id = ?", (most,)).fetchone()[0]
    all_of = work_ms(lambda: conn.execute(_SAID, (most, room)).fetchall())
    figures.append(
        _figure(f"… {MANY} comments of one post", work_ms(lambda: reads.comments(most)), all_of, "their rows")
    )
    floor = work_ms(
        lambda: conn.execute("SELECT c.*, r.* FROM channel c JOIN room r ON r.id = c.id").fetchall()
    )
    figures.append(_figure("… channels", work_ms(reads.channels), floor, "their rows"))
    searches = {term: (lambda t=term: reads.find(t, NOW)) for term in TERMS}
    took, note = _worst(searches)
    bare = "SELECT count(*) FROM channel_index WHERE channel_index MATCH '供应 应链'"
    figures.append(
        _figure(
            "… search, worst",
            took,
            work_ms(lambda: conn.execute(bare).fetchall()),
            "bare MATCH",
            SEARCH_MS,
            note,
        )
    )
    conn.close()
    cache.close()
    emit(figures)


if __name__ == "__main__":
    main()
