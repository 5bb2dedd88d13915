"""Channels in the cache: which posts count, what cards and comments say, what is new."""

from app.domain.channels.channel import Role, Visibility
from app.domain.channels.rows import FeedQuery, FeedTab
from app.domain.ids import EventID
from app.store.cache import Cache
from tests.helpers.channel_store import CAROL, ChannelRoom, feed, power, stream
from tests.helpers.store_history import ANNA, ME, batch


async def test_posts_of_editors_stand_in_the_feed_newest_first(cache: Cache) -> None:
    room = ChannelRoom(editors=(CAROL,))
    room.post("a", "First")
    room.post("b", "Second", CAROL)
    room.post("c", "Stranger", "@eve:acme.example")
    await cache.apply_sync(batch(room.update()))
    assert feed(cache) == ["Second", "First"] == feed(cache, FeedTab.COMPANY)
    assert feed(cache, FeedTab.PARTNERS) == [] == feed(cache, FeedTab.DISCOVER)
    assert cache.read.room_order() == []
    (row,) = cache.read.channels.channels()
    assert (row.name, row.about, row.posts, row.my_role) == ("Training", "About Training", 2, Role.VIEWER)
    assert row.audience.visibility is Visibility.INTERNAL and row.is_followed and row.is_open


async def test_who_becomes_editor_later_has_posted_all_the_time(cache: Cache) -> None:
    room = ChannelRoom()
    room.post("c", "Early", CAROL)
    await cache.apply_sync(batch(room.update()))
    assert feed(cache) == []
    await cache.apply_sync(batch(room.news(room.put("m.room.power_levels", power((CAROL,)), ANNA, ""))))
    assert feed(cache) == ["Early"]
    await cache.apply_sync(batch(room.news(room.put("m.room.power_levels", power(), ANNA, ""))))
    assert feed(cache) == ["Early"], "who was an editor once counts"


async def test_power_is_what_the_state_of_the_room_says(cache: Cache) -> None:
    room, eve = ChannelRoom(), "@eve:acme.example"
    room.put("m.room.power_levels", {"users": {eve: 100}}, eve, name="message")
    room.put("m.room.power_levels", {"users": {eve: 100}}, eve, "elsewhere", name="other")
    room.post("c", "Forged", eve)
    await cache.apply_sync(batch(room.update()))
    assert feed(cache) == []


async def test_a_comment_of_another_channel_is_no_word_of_a_post(cache: Cache) -> None:
    one, two = ChannelRoom("one"), ChannelRoom("two")
    one.post("a", "First")
    one.say("fair", "a", "lion")
    two.post("b", "Second")
    two.say("foreign", "a", "zebra")
    await cache.apply_sync(batch(one.update(), two.update()))
    assert feed(cache, term="lion") == ["First"]
    assert feed(cache, term="zebra") == [] == cache.read.channels.find("zebra", 0)
    row = cache.read.channels.post(EventID("$a"))
    assert row is not None and row.comments == 1


async def test_what_a_channel_says_of_itself_is_cleaned(cache: Cache) -> None:
    room = ChannelRoom()
    room.post("a")
    room.put("im.tack.channel", {"about": "a\u202eb\x07c"}, ANNA, "")
    room.course("k", "a", title="t\u202eu", about="x\u202ey", due_ts=(1 << 53) - 2)
    await cache.apply_sync(batch(room.update()))
    (row,) = cache.read.channels.channels()
    (course,) = cache.read.channels.courses(room.room_id)
    assert (row.about, course.title, course.about, course.due_ms) == ("abc", "tu", "xy", 0)


async def test_a_card_counts_likes_and_comments(cache: Cache) -> None:
    room = ChannelRoom()
    room.post("a", "First")
    room.like("a"), room.like("a", ME, "👍️"), room.like("a", key="🎉"), room.like("a", CAROL, "👍️")
    room.say("x", "a", "why?", more={"im.tack.at": 5000})
    room.put("im.tack.comment", {**room.timeline[-1].content, "body": "how?"}, CAROL, name="y")
    answer = {
        "msgtype": "m.text",
        "body": "> <@a> q\n\nplain",
        "m.relates_to": {"m.in_reply_to": {"event_id": "$a"}},
    }
    room.put("m.room.message", answer, CAROL, name="z")
    await cache.apply_sync(batch(room.update()))
    row = cache.read.channels.post(EventID("$a"))
    assert row is not None and (row.likes, row.is_liked, row.comments) == (2, True, 3)
    said = cache.read.channels.comments(EventID("$a"))
    assert [(one.body, one.at_ms) for one in said] == [("why?", 5000), ("how?", 5000), ("plain", None)]
    await cache.apply_sync(batch(room.news(room.recall("x"), room.recall("ch-9"))))
    row = cache.read.channels.post(EventID("$a"))
    assert row is not None and (row.likes, row.comments) == (2, 2)


async def test_only_posts_by_others_are_new(cache: Cache) -> None:
    room = ChannelRoom(editors=(ME,))
    room.post("old")
    await cache.apply_sync(batch(room.update(), complete=True))
    assert cache.read.totals().new_posts == 1, "it came behind my joining"
    await cache.set_read(room.room_id, EventID("$old"), is_private=True)
    assert cache.read.totals().new_posts == 0
    changes = await cache.apply_sync(
        batch(
            room.news(
                room.post("new"),
                room.say("x", "new"),
                room.post("mine", sender=ME),
                room.edit("new", {"a": 1}),
            )
        )
    )
    assert [name for _, name in changes.new_posts] == ["$new"] and not changes.notifying
    assert changes.channels == {room.room_id} and {"$new", "$mine"} <= changes.posts
    assert cache.read.totals().new_posts == 1 == cache.read.channels.channels()[0].unread
    assert [row.title for row in cache.read.channels.feed(FeedQuery(), 0).rows if row.is_new] == ["new"]
    naming = room.say("n", "new", more={"m.mentions": {"user_ids": [ME]}})
    changes = await cache.apply_sync(batch(room.news(naming)))
    assert changes.notifying == ((room.room_id, "$n"),) and not changes.new_posts
    totals = cache.read.totals()
    assert (totals.new_posts, totals.comments, totals.unread, totals.mentions) == (1, 1, 0, 0)


async def test_who_answers_a_comment_without_threads_is_heard_below_the_post(cache: Cache) -> None:
    room = ChannelRoom()
    room.post("a", "First")
    await cache.apply_sync(batch(room.update()))
    comment = room.say("x", "a", "why?")
    answer = {
        "msgtype": "m.text",
        "body": "because",
        "m.relates_to": {"m.in_reply_to": {"event_id": "$x"}},
    }
    plain = room.put("m.room.message", answer, ANNA, name="y")
    await cache.apply_sync(batch(room.news(plain)))
    assert cache.read.channels.comments(EventID("$a")) == []
    await cache.apply_sync(batch(room.news(comment)))
    said = cache.read.channels.comments(EventID("$a"))
    assert [(one.body, one.reply_to, one.reply_body) for one in said] == [
        ("why?", None, ""),
        ("because", "$x", "why?"),
    ]
    row = cache.read.channels.post(EventID("$a"))
    assert row is not None and row.comments == 2


async def test_streams_that_have_begun_can_have_a_recording(cache: Cache) -> None:
    room, other = ChannelRoom(), ChannelRoom("other")
    for name, starts in (("old", 1000), ("over", 2000), ("later", 9000)):
        room.put("m.room.message", stream(name, starts), ANNA, name=name)
    room.put("m.room.message", stream("gone", 1500), ANNA, name="gone")
    other.put("m.room.message", stream("elsewhere", 1000), ANNA, name="elsewhere")
    room.post("film", recording_of="$old")
    await cache.apply_sync(batch(room.update(), other.update()))
    await cache.apply_sync(batch(room.news(room.recall("gone"))))
    found = cache.read.channels.streams(room.room_id, 5000)
    assert [(row.title, row.recording) for row in found] == [("over", None), ("old", "$film")]
