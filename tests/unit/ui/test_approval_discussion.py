"""What people said about a request is told from what only repeats form and acts for other clients."""

import asyncio
from dataclasses import replace
from datetime import datetime

from app.domain.approvals.wire import TEXT_FIELD
from app.domain.ids import RoomID
from app.store.cache import Cache
from tests.helpers.approval_store import RequestRoom
from tests.helpers.store_dings import content
from tests.helpers.store_history import ANNA, ME, START_MS, OpenCache, batch, message
from ui.comment_rows import comment_row
from ui.screens.approvals.discussion import MOST_COMMENTS, Discussion, read_discussion

HOUR_MS = 3_600_000


def read(cache: Cache, room_id: RoomID) -> Discussion:
    return asyncio.run(cache.read_in_worker(lambda reader: read_discussion(reader, room_id)))


def said(found: Discussion) -> list[str]:
    return [item.body for item in found.items]


def test_only_what_people_wrote_is_discussion() -> None:
    with OpenCache() as cache:
        room = RequestRoom().sealed()
        room.say("the form in words", ANNA, {TEXT_FIELD: {"v": 1, "act": ""}})
        room.say("first")
        room.put("m.room.message", content("please", (ME,)), ANNA, None)
        newest = room.say("second", ME)
        asyncio.run(cache.apply_sync(batch(room.update())))
        found = read(cache, room.room_id)
        assert said(found) == ["first", "second"]
        assert found.newest == newest.event_id


def test_a_comment_of_mine_waits_in_it_and_an_act_in_words_does_not() -> None:
    with OpenCache() as cache:
        room = RequestRoom().sealed()
        asyncio.run(cache.apply_sync(batch(room.update())))
        mine = message("t1", "mine", room=room.room_id)
        words = message(
            "t2", room=room.room_id, content={"msgtype": "m.text", "body": "approved", TEXT_FIELD: {"v": 1}}
        )
        asyncio.run(cache.enqueue_all([mine, words]))
        found = read(cache, room.room_id)
        assert said(found) == ["mine"]
        assert comment_row(found.items[0], ME, START_MS, is_online=False).note == "Waits for the line"


def test_what_was_said_last_evening_has_a_date_this_morning() -> None:
    with OpenCache() as cache:
        room = RequestRoom().sealed()
        evening = int(datetime(2026, 11, 21, 23, 0).timestamp() * 1000)
        asyncio.run(cache.apply_sync(batch(room.update())))
        asyncio.run(cache.enqueue(message("t1", "mine", room=room.room_id)))
        item = replace(read(cache, room.room_id).items[0], ts_ms=evening)
        assert comment_row(item, ME, evening + HOUR_MS // 2, is_online=True).head.endswith(" 23:00")
        morning = comment_row(item, ME, evening + 9 * HOUR_MS, is_online=True).head
        assert morning.endswith("23:00") and not morning.endswith(f"{item.sender_name} 23:00")


def test_of_a_long_discussion_the_newest_is_read() -> None:
    with OpenCache() as cache:
        room = RequestRoom().sealed()
        for number in range(MOST_COMMENTS + 20):
            room.say(f"c{number}")
            room.say("again", ANNA, {TEXT_FIELD: {"v": 1, "act": ""}})
        asyncio.run(cache.apply_sync(batch(room.update())))
        assert said(read(cache, room.room_id))[0] == "c20"
