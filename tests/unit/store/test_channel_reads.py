"""What pages of channels read: filters, search, found channels, courses, figures, my own acts on their way."""

import json
from typing import Any

from app.domain.attention import ClearKind, ClearScope, SourceKind
from app.domain.channels.channel import Audience, Role, Visibility
from app.domain.channels.post import post_of
from app.domain.channels.rows import (
    ChannelRow,
    FeedLength,
    FeedQuery,
    FeedTab,
    KeptVideo,
    PostRow,
    TranscriptLine,
    Watch,
)
from app.domain.channels.wire import COMMENT_TYPE, POLICY_TYPE, WATCH_TYPE
from app.domain.events import parse_stripped
from app.domain.ids import ContentURI, EventID, RoomID, TxnID, UserID
from app.domain.rooms import NotifyLevel
from app.domain.sending import RequestKind
from app.domain.sync import Membership
from app.domain.timeline import SendState
from app.store.cache import Cache
from app.store.values import NewRequest
from tests.helpers.channel_store import CAROL, ChannelRoom, feed, power, queued, stream, threaded, video
from tests.helpers.store_history import ANNA, BOB, ME, START_MS, batch, state, update

A, B, C = EventID("$a"), EventID("$b"), EventID("$c")
FAR = RoomID("!far:other.example")


def card(cache: Cache, name: str = "$a") -> PostRow:
    found = cache.read.channels.post(EventID(name))
    assert found is not None
    return found


async def three(cache: Cache, **more: Any) -> ChannelRoom:
    room = ChannelRoom(**more)
    room.post("a", "Pump 泵", duration=20 * 60_000, tags=["维护", "Safety"], description="How to change it")
    room.post("b", "Valve", tags=["safety"])
    room.put("m.room.message", stream("Launch"), ANNA, name="c")
    await cache.apply_sync(batch(room.update(), complete=True))
    return room


async def watch(cache: Cache, room: ChannelRoom, event_id: EventID, ts: int, **more: int) -> None:
    said = {"at": 1000, "duration": 2000, "ts": ts, **more}
    await cache.channels.set_watch(room.room_id, event_id, said)


# Filters --------------------------------------------------------------------------------------------------------


async def test_filters_leave_out_what_they_say(cache: Cache) -> None:
    room = await three(cache)
    await watch(cache, room, A, 1, finished=5)
    await watch(cache, room, B, 1, saved=7)
    assert feed(cache) == ["Launch", "Valve", "Pump 泵"]
    assert feed(cache, is_unwatched=True) == ["Launch", "Valve"]
    assert feed(cache, is_saved=True) == ["Valve"] == feed(cache, FeedTab.COMPANY, is_saved=True)
    assert feed(cache, length=FeedLength.LONG) == ["Pump 泵"]
    assert feed(cache, length=FeedLength.SHORT) == ["Valve"], "how long a stream is nobody knows"
    assert feed(cache, tag="SAFETY") == ["Valve", "Pump 泵"] and feed(cache, tag="other") == []
    assert feed(cache, channel=room.room_id, is_saved=True) == ["Valve"]
    assert feed(cache, channel=RoomID("!nowhere:acme.example")) == []
    assert [tag.lower() for tag in cache.read.channels.tags(FeedQuery())] == ["safety", "维护"]


async def test_pages_follow_each_other_without_a_seam(cache: Cache) -> None:
    room = ChannelRoom()
    for n in range(7):
        room.post(f"p{n}")
    await cache.apply_sync(batch(room.update()))
    first = cache.read.channels.feed(FeedQuery(), START_MS, 3)
    second = cache.read.channels.feed(FeedQuery(), START_MS, 3, first.next)
    third = cache.read.channels.feed(FeedQuery(), START_MS, 3, second.next)
    assert [row.title for page in (first, second, third) for row in page.rows] == [
        f"p{n}" for n in range(6, -1, -1)
    ]
    assert third.next is None


# Search ---------------------------------------------------------------------------------------------------------


async def test_words_are_found_wherever_they_stand(cache: Cache) -> None:
    room = await three(cache)
    said = room.say("x", "b", "鹿特丹港 is where", more={"im.tack.at": 4000})
    tracked = room.edit("a", video("Pump 泵", subtitles=[_track()], description="How to change it"))
    await cache.apply_sync(batch(room.news(said, tracked)))
    assert cache.read.channels.wanted_subtitles() == [(A, 0)]
    lines = [TranscriptLine(1000, 2000, "hello"), TranscriptLine(61_000, 62_000, "the impeller spins")]
    await cache.channels.set_subtitle(A, 0, lines)
    assert cache.read.channels.wanted_subtitles() == [] and cache.read.channels.transcript(A, "en") == lines
    assert cache.read.channels.transcript(A) == lines and cache.read.channels.transcript(A, "zh") == []
    hits = {
        term: [(row.event_id, row.hit, row.hit_at_ms) for row in cache.read.channels.find(term, START_MS)]
        for term in ("泵", "change", "impell", "特丹港", "pump impeller", "pump 特丹港")
    }
    assert hits["泵"] == [(A, "title", None)] == hits["pump impeller"]
    assert hits["change"] == [(A, "description", None)]
    assert hits["impell"] == [(A, "subtitle", 61_000)]
    assert hits["特丹港"] == [(B, "comment", 4000)] and hits["pump 特丹港"] == []
    assert feed(cache, term="valve") == ["Valve"] and feed(cache, term="valve", is_saved=True) == []
    assert feed(cache, FeedTab.PARTNERS, term="valve") == [] and feed(cache, term='"') == []
    await cache.apply_sync(batch(room.news(room.recall("x"), room.edit("a", video("Other")))))
    assert feed(cache, term="特丹港") == [] and feed(cache, term="泵") == []
    await cache.rebuild()
    assert [row.event_id for row in cache.read.channels.find("valve", START_MS)] == [B]


def _track(uri: str = "mxc://acme.example/subs") -> dict[str, Any]:
    return {"uri": uri, "language": "en", "label": "English", "format": "vtt", "size": 99}


async def test_an_index_made_of_other_tokens_is_made_anew(cache: Cache) -> None:
    room = await three(cache)

    def spoil(w: Any) -> None:
        w.conn.execute("INSERT INTO channel_index(channel_index) VALUES ('delete-all')")
        w.conn.execute("UPDATE search_state SET value = 'old' WHERE name = 'channels_version'")

    await cache.run(spoil)
    assert feed(cache, term="valve") == []
    await cache.apply_sync(batch(room.news(room.say("x", "a", "more words"))))
    assert feed(cache, term="valve") == ["Valve"] and feed(cache, term="more words") == ["Pump 泵"]
    await cache.apply_sync(batch(room.news(room.edit("b", video("Other")))))
    assert feed(cache, term="valve") == []


async def test_a_subtitle_of_another_file_is_asked_for_again(cache: Cache) -> None:
    room = ChannelRoom()
    room.post("a", subtitles=[_track()])
    await cache.apply_sync(batch(room.update()))
    await cache.channels.set_subtitle(A, 0, None)
    assert cache.read.channels.wanted_subtitles() == [] == cache.read.channels.transcript(A)
    await cache.apply_sync(
        batch(room.news(room.edit("a", video("a", subtitles=[_track("mxc://acme.example/new")]))))
    )
    assert cache.read.channels.wanted_subtitles() == [(A, 0)]


# Channels one does not follow -------------------------------------------------------------------------------------


def found_row(room_id: RoomID = FAR, visibility: Visibility = Visibility.PUBLIC, **more: Any) -> ChannelRow:
    servers = ("other.example",) if visibility is Visibility.PARTNERS else ()
    fields: dict[str, Any] = {"about": "", "avatar": None, "followers": 8, "posts": 0, "unread": 0} | more
    return ChannelRow(
        room_id=room_id,
        name="Far",
        audience=Audience(visibility, servers),
        my_role=Role.VIEWER,
        is_followed=False,
        is_muted=False,
        last_post_ms=0,
        via=("other.example",),
        **fields,
    )


def peeked(name: str, ts_ms: int, **said: Any) -> tuple[PostRow, dict[str, Any]]:
    content = video(name, **said)
    post = post_of(content)
    assert post is not None
    row = PostRow(
        event_id=EventID(f"${name}"),
        room_id=FAR,
        channel_name="Far",
        channel_avatar=None,
        audience=Audience(Visibility.PUBLIC),
        is_followed=False,
        sender=BOB,
        sender_name="Bob",
        ts_ms=ts_ms,
        title=post.title,
        description="",
        tags=(),
        duration_ms=None,
        cover=None,
        blurhash="",
        is_live=False,
        live_starts_ms=0,
        live_ends_ms=0,
        recording=None,
        likes=4,
        is_liked=False,
        comments=2,
        watch=Watch(),
        is_new=False,
    )
    return row, content


async def test_found_channels_stand_among_the_others_until_they_are_followed(cache: Cache) -> None:
    room = await three(cache)
    await cache.channels.set_found([found_row(visibility=Visibility.PARTNERS)], START_MS)
    changes = (await cache.run(lambda w: None))[1]
    assert not changes
    posts = [peeked("far1", START_MS, tags=["Safety"]), peeked("far2", START_MS + 10**9)]
    await cache.channels.set_peeked(FAR, posts, START_MS)
    assert feed(cache, FeedTab.DISCOVER) == ["far2", "far1"] == feed(cache, FeedTab.PARTNERS)
    assert feed(cache) == ["Launch", "Valve", "Pump 泵"] and feed(cache, channel=FAR) == ["far2", "far1"]
    assert feed(cache, FeedTab.DISCOVER, term="far2") == ["far2"]
    (row,) = cache.read.channels.channels(followed=False)
    assert (row.name, row.followers, row.via, row.is_followed) == ("Far", 8, ("other.example",), False)
    detail = cache.read.channels.detail(EventID("$far1"))
    assert detail is not None and not detail.can_comment and detail.row.likes == 4
    await cache.channels.set_watch(FAR, EventID("$far1"), {"at": 5, "ts": 9, "saved": 3})
    assert feed(cache, FeedTab.DISCOVER, is_saved=True) == ["far1"] and card(cache, "$far1").watch.at_ms == 5
    assert cache.read.room_order() == [] and room.room_id != FAR
    await cache.rebuild()
    assert feed(cache, FeedTab.DISCOVER, term="far") == ["far2", "far1"]
    far = ChannelRoom("far", is_followed=True)
    far.room_id = FAR
    events = [event for event in far.timeline if event.state_key is not None]
    await cache.apply_sync(batch(update(*_in(FAR, events), room=FAR, is_initial=True)))
    assert feed(cache, FeedTab.DISCOVER) == [] and cache.read.channels.channels(followed=False) == []
    await cache.channels.forget_found([FAR])
    channel = cache.read.channels.channel(FAR)
    assert channel is not None and channel.is_followed


def _in(room_id: RoomID, events: list[Any]) -> list[Any]:
    return [
        state(f"far-{n}", one.type, one.content, one.state_key, sender=one.sender, room=room_id)
        for n, one in enumerate(events)
    ]


async def test_an_invitation_is_told_and_stands_in_no_chat_list(cache: Cache) -> None:
    said = [
        ("m.room.create", {"type": "im.tack.channel"}, ""),
        ("m.room.name", {"name": "Come"}, ""),
        ("m.room.member", {"membership": "invite"}, ME),
    ]
    stripped = [
        parse_stripped(json.dumps({"type": one[0], "content": one[1], "state_key": one[2]}).encode(), FAR)
        for one in said
    ]
    await cache.apply_sync(batch(update(room=FAR, state=tuple(stripped), membership=Membership.INVITE)))
    (row,) = cache.read.channels.channels(followed=False)
    assert row.is_invited and row.name == "Come" and cache.read.room_order() == []
    assert cache.read.totals().invites == 0


async def test_a_channel_one_leaves_is_gone_from_the_feed_and_back_when_one_follows_again(
    cache: Cache,
) -> None:
    room = await three(cache)
    await cache.apply_sync(batch(update(room=room.room_id, membership=Membership.LEAVE)))
    assert feed(cache) == [] and cache.read.channels.channels() == []
    assert cache.read.totals().new_posts == 0
    await cache.apply_sync(batch(update(room=room.room_id, membership=Membership.JOIN)))
    assert len(feed(cache)) == 3


# Mine, on its way -------------------------------------------------------------------------------------------------


async def test_my_likes_comments_and_edits_show_at_once_and_not_when_they_failed(cache: Cache) -> None:
    room = await three(cache, editors=(ME,))
    relation = {"rel_type": "m.annotation", "event_id": "$a", "key": "👍"}
    await cache.enqueue(queued(room, "l", "m.reaction", {"m.relates_to": relation}))
    await cache.enqueue(queued(room, "s", "m.room.message", threaded("mine", "$a", **{"im.tack.at": 9})))
    await cache.enqueue(queued(room, "t", COMMENT_TYPE, threaded("also", "$a")))
    assert (card(cache).likes, card(cache).is_liked, card(cache).comments) == (1, True, 2)
    said = cache.read.channels.comments(A)
    assert [(one.uid, one.body, one.at_ms) for one in said] == [("~s", "mine", 9), ("~t", "also", None)]
    await cache.queue_failed(TxnID("l"), "M_FORBIDDEN", None)
    await cache.queue_failed(TxnID("s"), "M_FORBIDDEN", None)
    assert (card(cache).likes, card(cache).comments) == (0, 1)
    first = cache.read.channels.comments(A)[0]
    assert (first.send_state, first.error_code) == (SendState.WEDGED, "M_FORBIDDEN")
    take_down = NewRequest(room.room_id, RequestKind.REDACTION, TxnID("r"), {}, room.room_id, target=B)
    await cache.enqueue(take_down)
    assert feed(cache) == ["Launch", "Pump 泵"] and cache.read.totals().new_posts == 2
    await cache.queue_discard(TxnID("r"))
    assert feed(cache) == ["Launch", "Valve", "Pump 泵"] and cache.read.totals().new_posts == 3


async def test_a_post_of_mine_stands_on_top_until_its_copy_comes(cache: Cache) -> None:
    room = await three(cache, editors=(ME,))
    await cache.enqueue(queued(room, "p", "m.room.message", video("Mine", tags=["safety"])))
    rows = cache.read.channels.feed(FeedQuery(), START_MS).rows
    assert [row.title for row in rows][:2] == ["Mine", "Launch"] and rows[0].event_id == "~p"
    assert rows[0].send_state is SendState.QUEUED and feed(cache, FeedTab.PARTNERS) == []
    detail = cache.read.channels.detail(EventID("~p"))
    assert detail is not None and detail.post.title == "Mine"
    await cache.queue_failed(TxnID("p"), "M_FORBIDDEN", None)
    assert cache.read.channels.feed(FeedQuery(), START_MS).rows[0].error_code == "M_FORBIDDEN"
    copy = room.put("m.room.message", video("Mine"), ME, name="m", unsigned={"transaction_id": "p"})
    await cache.apply_sync(batch(room.news(copy)))
    assert feed(cache) == ["Mine", "Launch", "Valve", "Pump 泵"]
    edit = {"rel_type": "m.replace", "event_id": "$m"}
    new = {**video("Changed"), "m.new_content": video("Changed"), "m.relates_to": edit}
    await cache.enqueue(queued(room, "e", "m.room.message", new))
    detail = cache.read.channels.detail(EventID("$m"))
    assert detail is not None and detail.is_edited and detail.post.title == "Changed" == detail.row.title


async def test_a_channel_still_to_be_made_is_there(cache: Cache) -> None:
    content = {"name": "New", "creation_content": {"type": "im.tack.channel", "m.federate": False}}
    stand_in = RoomID("~new:make")
    await cache.enqueue(NewRequest(stand_in, RequestKind.CREATE_ROOM, TxnID("make"), content, stand_in))
    (row,) = cache.read.channels.channels()
    assert (row.name, row.room_id, row.my_role) == ("New", stand_in, Role.OWNER)
    assert row.audience.visibility is Visibility.INTERNAL
    made = ChannelRoom("made", "New")
    await cache.queue_room_made(TxnID("make"), made.room_id)
    (row,) = cache.read.channels.channels()
    assert (row.room_id, row.name) == (made.room_id, "New"), "until sync brings it"
    await cache.apply_sync(batch(made.update()))
    assert cache.read.channels.channels() == [cache.read.channels.channel(made.room_id)]


# Where I am -------------------------------------------------------------------------------------------------------


async def test_the_last_word_of_any_device_counts_and_none_is_lost(cache: Cache) -> None:
    room = await three(cache)
    await watch(cache, room, A, 10)
    await watch(cache, room, A, 9, finished=9)
    assert card(cache).watch.finished_ms == 0, "older than what is known"
    there = {"posts": {"$a": {"at": 7, "ts": 20, "finished": 20}, "$b": {"at": 1, "ts": 3}, "$x": 5}}
    await cache.apply_sync(batch(update(room=room.room_id, account_data=((WATCH_TYPE, there),))))
    assert card(cache).watch == Watch(7, 2000, 20, 0, 20) and card(cache, "$b").watch.at_ms == 1
    (waiting,) = cache.read.queue()
    assert set(waiting.content["posts"]) == {"$a", "$b"}, "what waits carries what the other device noted"
    await watch(cache, room, B, 30, saved=4)
    assert len(cache.read.queue()) == 1 and card(cache, "$b").watch.saved_ms == 4
    await watch(cache, room, B, 31)
    assert card(cache, "$b").watch.saved_ms == 0, "taken off the list"
    await watch(cache, room, A, 32)
    assert card(cache).watch.finished_ms == 20, "who has finished has finished"


# Courses and reports ----------------------------------------------------------------------------------------------


async def test_courses_and_who_finished_them(cache: Cache) -> None:
    room = await three(cache, reports=True)
    events = [
        room.put("m.room.member", {"membership": "join", "displayname": "Carol"}, CAROL, CAROL),
        room.course("k", "b", "a", "nowhere", title="Start", compulsory=True, due_ts=99),
        room.course("z", "a", title="All"),
        room.watched(CAROL, a={"started": 1, "finished": 2}, b={"started": 1}),
        room.watched(ANNA, a={"started": 1, "finished": 2}, b={"started": 1, "finished": 5}),
    ]
    events.append(room.put("im.tack.watched", {"posts": {"$a": {"finished": 1}}}, ANNA, ME))
    await cache.apply_sync(batch(room.news(*events)))
    first, second = cache.read.channels.courses(room.room_id)
    assert (first.id, first.title, first.posts, first.is_compulsory, first.due_ms) == (
        "k",
        "Start",
        (B, A),
        True,
        99,
    )
    assert (second.id, second.posts) == ("z", (A,))
    assert (card(cache).course, card(cache).is_compulsory, card(cache).due_ms) == ("k", True, 99)
    assert [row.event_id for row in cache.read.channels.course_posts(room.room_id, "k")] == [B, A]
    after = cache.read.channels.next_post(B, "k")
    assert after is not None and after.event_id == A and cache.read.channels.next_post(A, "k") is None
    newer = cache.read.channels.next_post(A)
    assert newer is not None and newer.event_id == B
    assert cache.read.channels.progress(room.room_id, "k") == [] and card(cache).finished == 0
    await cache.apply_sync(batch(*_company()))
    assert cache.read.channels.reports_wanted(room.room_id)
    assert (card(cache).watched, card(cache).finished) == (2, 2)
    people = cache.read.channels.progress(room.room_id, "k")
    assert [(one.name, one.finished, one.total) for one in people] == [
        ("Me", 0, 2),
        ("Carol", 1, 2),
        ("Anna", 2, 2),
    ]
    figures = cache.read.channels.figures(room.room_id)
    assert [(one.title, one.watched, one.finished) for one in figures.posts] == [
        ("Launch", 0, 0),
        ("Valve", 2, 1),
        ("Pump 泵", 2, 2),
    ]
    await watch(cache, room, A, 1, finished=5)
    assert cache.read.channels.courses(room.room_id)[0].finished == 1
    await cache.apply_sync(batch(room.news(room.put("im.tack.course", {}, ANNA, "k"))))
    assert card(cache).course == "z" and card(cache, "$b").course == ""
    content = {"v": 1, "title": "Mine", "posts": ["$b"]}
    lane, kind = room.room_id, RequestKind.STATE
    request = NewRequest(lane, kind, TxnID("k"), content, room.room_id, "im.tack.course", "m")
    await cache.enqueue(request)
    assert [one.title for one in cache.read.channels.courses(room.room_id)] == ["All", "Mine"], "at once"
    assert [one.title for one in cache.read.channels.course_posts(room.room_id, "m")] == ["Valve"]
    await cache.queue_failed(TxnID("k"), "M_FORBIDDEN", None)
    assert [one.title for one in cache.read.channels.courses(room.room_id)] == ["All"]


def _company(creator: UserID = ANNA) -> list[Any]:
    space = RoomID("!space:acme.example")
    events = [
        state("s1", "m.room.create", {"type": "m.space"}, sender=creator, room=space),
        state("s2", "m.room.member", {"membership": "join"}, ME, sender=ME, room=space),
        state("s3", POLICY_TYPE, {"v": 1, "watched_reports": True}, sender=creator, room=space),
    ]
    return [update(*events, room=space, is_initial=True)]


async def test_what_another_company_says_of_reports_is_no_consent_of_mine(cache: Cache) -> None:
    room = await three(cache, reports=True)
    await cache.apply_sync(batch(*_company(BOB)))
    assert not cache.read.channels.reports_wanted(room.room_id)


async def test_consent_that_is_given_or_taken_back_moves_every_channel(cache: Cache) -> None:
    room = await three(cache, reports=True)
    changes = await cache.apply_sync(batch(*_company()))
    assert room.room_id in changes.channels and cache.read.channels.reports_wanted(room.room_id)
    space = RoomID("!space:acme.example")
    no_more = state("s4", POLICY_TYPE, {"v": 1, "watched_reports": False}, sender=ANNA, room=space)
    changes = await cache.apply_sync(batch(update(no_more, room=space)))
    assert room.room_id in changes.channels and not cache.read.channels.reports_wanted(room.room_id)


# Red dots ---------------------------------------------------------------------------------------------------------


async def test_the_broom_clears_new_posts_and_takes_it_back(cache: Cache) -> None:
    room = await three(cache)
    naming = room.say("n", "a", "you?", more={"m.mentions": {"user_ids": [ME]}})
    await cache.apply_sync(batch(room.news(naming)))
    sources = cache.read.attention.sources()
    assert [(one.kind, one.name, one.count, one.event_id) for one in sources] == [
        (SourceKind.COMMENT, "Training", 1, A),
        (SourceKind.POST, "Training", 3, C),
    ]
    cleared = await cache.clearing.clear(ClearScope(ClearKind.EVERYTHING), START_MS * 2)
    assert cleared is not None and cache.read.totals().new_posts == 0 == cache.read.totals().comments
    assert not any(row.is_new for row in cache.read.channels.feed(FeedQuery(), START_MS).rows)
    await cache.clearing.undo(cleared)
    assert (cache.read.totals().new_posts, cache.read.totals().comments) == (3, 1)
    assert all(row.is_new for row in cache.read.channels.feed(FeedQuery(), START_MS).rows)


async def test_a_muted_channel_shows_no_dot(cache: Cache) -> None:
    room = await three(cache)
    changes = await cache.set_level(room.room_id, NotifyLevel.NONE)
    (row,) = cache.read.channels.channels()
    assert (
        row.is_muted and row.unread == 0 == cache.read.totals().new_posts and room.room_id in changes.channels
    )
    assert not any(one.is_new for one in cache.read.channels.feed(FeedQuery(), START_MS).rows)
    changes = await cache.apply_sync(batch(room.news(room.post("d"))))
    assert not changes.new_posts and not changes.notifying


async def test_history_does_not_make_news(cache: Cache) -> None:
    room = ChannelRoom()
    for n in range(5):
        room.post(f"p{n}")
    joined = room.timeline.pop(7)
    events = [*room.timeline, joined]
    window = update(*events[-2:], room=room.room_id, state=tuple(events[:7]), prev_batch="t", is_initial=True)
    await cache.apply_sync(batch(window, complete=True))
    assert cache.read.channels.wanted_history() == [room.room_id]
    assert feed(cache) == ["p4"] and cache.read.totals().new_posts == 0
    await cache.add_messages(room.room_id, events[:-2][::-1], "t", None)
    assert len(feed(cache)) == 5 and cache.read.totals().new_posts == 0
    assert cache.read.channels.wanted_history() == [] and cache.read.channels.channels()[0].is_reached


# Kept on this device ----------------------------------------------------------------------------------------------


async def test_a_video_kept_whole_says_until_when(cache: Cache) -> None:
    await three(cache)
    video_ = KeptVideo(ContentURI("mxc://a/b"), RoomID("!ch:acme.example"), A, "Pump", 100, 50, 1, 999)
    await cache.channels.set_kept(video_)
    assert card(cache).kept_until_ms == 0 and cache.read.channels.kept() == [video_]
    await cache.channels.set_kept(video_._replace(done_bytes=100))
    assert card(cache).kept_until_ms == 999
    await cache.channels.forget_kept([video_.uri])
    assert card(cache).kept_until_ms == 0 and cache.read.channels.kept() == []


async def test_publish_jobs_are_kept_until_dropped(cache: Cache) -> None:
    await cache.channels.save_job("j", {"step": "draft"})
    await cache.channels.save_job("k", {"step": "ready"})
    await cache.channels.save_job("j", None)
    assert await cache.channels.jobs() == {"k": {"step": "ready"}}


# Rights -----------------------------------------------------------------------------------------------------------


async def test_a_closed_channel_takes_comments_of_our_own_type(cache: Cache) -> None:
    room = await three(cache)
    await cache.apply_sync(batch(room.news(room.put("m.room.power_levels", power(closed=True), ANNA, ""))))
    (row,) = cache.read.channels.channels()
    detail = cache.read.channels.detail(A)
    assert not row.is_open and detail is not None and detail.can_comment and detail.my_role is Role.VIEWER
    assert cache.read.channels.my_channels() == []
    await cache.apply_sync(batch(room.news(room.put("m.room.power_levels", power((ME,)), ANNA, ""))))
    assert [one.room_id for one in cache.read.channels.my_channels()] == [room.room_id]
