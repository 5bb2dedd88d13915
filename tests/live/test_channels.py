"""Channels between real people on a real homeserver: made, found, followed, talked in, offline too."""

import secrets
from pathlib import Path
from typing import Any

import pytest

from app.channels.listing import Listing
from app.channels.values import NewChannel
from app.domain.channels.channel import Audience, Role, Visibility
from app.domain.channels.rows import FeedTab
from app.domain.channels.wire import AT_FIELD, CHANNEL_TYPE, COMMENT_TYPE, LIKE, VIDEO_FIELD
from app.domain.ids import EventID, RoomID
from app.domain.timeline import SendState
from app.errors import Forbidden, InputError, LocalServerError
from app.local_server import ServerSettings
from tests.helpers.channel_studio import VIDEO, Studio, Viewer, studio_at
from tests.helpers.fault_proxy import FaultProxy, Forward, ProxiedRequest, answer
from tests.helpers.homeserver import Homeserver
from tests.live.conftest import Run

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c63606060600000000500017a5eab3f0000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def studio(homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory) -> Studio:
    return studio_at(homeserver, tmp_path_factory.mktemp("studio"))


def _name(word: str) -> str:
    return f"{word} {secrets.token_hex(3)}"


def test_an_internal_channel_is_made_found_looked_into_and_followed(
    studio: Studio, run: Run, tmp_path: Path
) -> None:
    async def go() -> None:
        async with studio.open("li", "wang") as (li, wang):
            name, picture = _name("产品讲堂"), tmp_path / "logo.png"
            picture.write_bytes(PNG)
            room = await li.made(NewChannel(name, "Every Friday", str(picture), wants_reports=True))
            row = await li.sees(room, name=name, about="Every Friday", my_role=Role.OWNER, wants_reports=True)
            assert row.audience == Audience(Visibility.INTERNAL) and row.is_open
            await li.desk.until(lambda: (now := li.channel(room)) and now.avatar)
            row = await li.sees(room)
            assert studio.state("li", room, "m.room.create")["m.federate"] is False
            assert studio.state("li", room, "m.room.avatar")["url"] == row.avatar
            await li.desk.until(lambda: li.channels.listing(room) is Listing.LISTED)
            post = studio.post("li", room, "Launch")
            # Found by part of its Chinese name, kept for reading offline, looked into without following.
            found = await wang.channels.find(name[1:])
            assert [one.room_id for one in found.channels] == [room] and not found.is_stale
            assert found.channels[0].audience == Audience(Visibility.INTERNAL)
            assert room in [one.room_id for one in wang.read.channels.channels(followed=False)]
            peek = await wang.channels.peek(room)
            assert (peek.channel.name, peek.channel.about, peek.channel.avatar) == (
                name,
                "Every Friday",
                row.avatar,
            )
            assert [(one.event_id, one.title, one.sender_name) for one in peek.posts] == [
                (post, "Launch", "Li")
            ]
            assert [one.event_id for one in wang.feed(room, FeedTab.COMPANY)] == [post]
            for act in (wang.channels.like(post, True), wang.channels.comment(post, "nice")):
                with pytest.raises(InputError) as refused:
                    await act
                assert refused.value.code == "follow_first"
            # Followed: what was there before is not new, what comes is.
            await wang.channels.follow(room)
            assert (await wang.sees(room, is_followed=True, my_role=Role.VIEWER)).unread == 0
            studio.post("li", room, "Second")
            await wang.sees(room, unread=1, posts=2)
            await wang.channels.mark_seen(room)
            await wang.sees(room, unread=0)
            assert room not in [one.room_id for one in wang.read.channels.channels(followed=False)]
            await wang.channels.unfollow(room)
            await wang.sees(room, is_followed=False)
            assert room in [one.room_id for one in wang.read.channels.channels(followed=False)]

    run(go())


def test_in_an_open_channel_phones_write_and_read_comments(studio: Studio, run: Run) -> None:
    async def go() -> None:
        async with studio.open("li", "wang") as (li, wang):
            room = await li.made(NewChannel(_name("Open")))
            await wang.channels.follow(room)
            post = studio.post("li", room)
            await wang.sees_post(post)
            await wang.channels.comment(post, "the second slide", at_ms=192_000, mentions=[li.id])
            await wang.desk.drained()
            (said,) = [one for one in studio.messages("li", room) if one["sender"] == wang.id]
            assert said["content"]["msgtype"] == "m.text"
            assert said["content"]["body"] == "03:12 the second slide"
            assert said["content"]["m.mentions"] == {"user_ids": [li.id]}
            assert said["content"]["m.relates_to"]["event_id"] == post
            studio.comment("wang", room, post, "1:05 from my phone")
            first, second = await li.sees_comments(post, "the second slide", "from my phone")
            assert (first.at_ms, second.at_ms) == (192_000, 65_000)
            # An answer names whom it answers; the owner takes it away; likes of a phone carry another sign.
            assert first.event_id
            await li.channels.comment(post, "which one?", reply_to=first.event_id)
            answer = (await wang.sees_comments(post, "the second slide", "from my phone", "which one?"))[2]
            assert (answer.reply_to, answer.reply_body) == (first.event_id, "the second slide")
            studio.like("wang", room, post, f"{LIKE}\ufe0f")
            await li.channels.like(post, True)
            await li.desk.until(lambda: (row := li.read.channels.post(post)) and row.likes == 2)
            await li.channels.remove_comment(second.uid)
            await wang.sees_comments(post, "the second slide", "which one?")

    run(go())


def test_in_a_closed_channel_followers_comment_by_our_own_events(studio: Studio, run: Run) -> None:
    async def go() -> None:
        async with studio.open("li", "wang") as (li, wang):
            room = await li.made(NewChannel(_name("Closed"), is_open=False))
            await wang.channels.follow(room)
            post = studio.post("li", room)
            await wang.sees_post(post)
            with pytest.raises(LocalServerError):
                studio.comment("wang", room, post, "by a phone")
            with pytest.raises(LocalServerError):
                studio.post("wang", room, "not mine to publish")
            await wang.channels.comment(post, "by Tack", at_ms=5_000)
            (comment,) = await li.sees_comments(post, "by Tack")
            assert comment.at_ms == 5_000
            (event,) = studio.messages("li", room, COMMENT_TYPE)
            assert event["content"][AT_FIELD] == 5_000 and event["content"]["v"] == 1
            # Opened: the same person's next comment is one that phones show.
            await li.channels.set_open(room, True)
            await wang.sees(room, is_open=True)
            await wang.channels.comment(post, "plainly")
            await li.sees_comments(post, "by Tack", "plainly")
            assert studio.messages("li", room)[-1]["content"]["body"] == "plainly"

    run(go())


def test_only_editors_publish_and_what_they_published_stays_theirs(studio: Studio, run: Run) -> None:
    async def go() -> None:
        async with studio.open("li", "wang") as (li, wang):
            room = await li.made(NewChannel(_name("Roles")))
            await wang.channels.follow(room)
            studio.post("wang", room, "A video of a viewer")
            await li.channels.set_role(room, wang.id, Role.EDITOR)
            await wang.sees(room, my_role=Role.EDITOR)
            with pytest.raises(InputError) as refused:
                await wang.channels.set_role(room, li.id, Role.VIEWER)
            assert refused.value.code == "no_permission"
            later = studio.post("wang", room, "Of an editor")
            await li.sees_post(later)
            await li.channels.set_role(room, wang.id, Role.VIEWER)
            await wang.sees(room, my_role=Role.VIEWER)
            # Who was an editor once stays the author of what was published: as everywhere with history of power.
            assert later in [row.event_id for row in li.feed(room)]
            for act in (li.channels.set_role(room, li.id, Role.EDITOR), li.channels.unfollow(room)):
                with pytest.raises(InputError) as alone:
                    await act
                assert alone.value.code == "last_owner"
            await li.channels.set_role(room, wang.id, Role.OWNER)
            await wang.sees(room, my_role=Role.OWNER)
            await li.desk.until(lambda: li.read.power_level(room, "ban")[0] == 100)
            await li.desk.until(lambda: wang.id in str(li.read.state_event(room, "m.room.power_levels")))
            await li.channels.unfollow(room)
            await wang.channels.describe(room, name="Taken over", about="By Wang")
            await wang.sees(room, name="Taken over", about="By Wang", followers=1)
            await wang.desk.drained()
            assert studio.state("wang", room, CHANNEL_TYPE)["about"] == "By Wang"

    run(go())


def test_what_is_done_offline_arrives_once(studio: Studio, run: Run) -> None:
    async def go() -> None:
        async with studio.open("li", "wang") as (li, wang):
            room = await li.made(NewChannel(_name("Offline")))
            await wang.channels.follow(room)
            post, other = studio.post("li", room), studio.post("li", room, "Other")
            await wang.sees_post(post)
            await wang.sees_post(other)
            wang.desk.account.pause()
            await wang.channels.like(post, True)
            await wang.channels.like(post, True)
            await wang.channels.like(other, True)
            await wang.channels.like(other, False)
            await wang.channels.comment(post, "from the train")
            dropped = await wang.channels.comment(post, "never mind")
            await wang.channels.remove_comment(f"~{dropped}")
            assert [one.body for one in wang.comments(post)] == ["from the train"]
            card = wang.read.channels.post(post)
            assert card is not None and card.is_liked and card.likes == 1
            stale = await wang.channels.find()
            assert stale.is_stale and room in [one.room_id for one in stale.channels]
            wang.desk.account.resume()
            await li.sees_comments(post, "from the train")
            await wang.desk.drained()
            reactions = [
                one["content"]["m.relates_to"]["event_id"]
                for one in studio.messages("li", room, "m.reaction")
            ]
            assert reactions == [post]
            assert len([one for one in studio.messages("li", room) if one["sender"] == wang.id]) == 1
            await wang.channels.like(post, False)
            await li.desk.until(lambda: (row := li.read.channels.post(post)) and row.likes == 0)

    run(go())


def test_a_channel_made_offline_stands_when_the_line_is_back(studio: Studio, run: Run) -> None:
    async def go() -> None:
        async with studio.open("li") as (li,):
            li.desk.account.pause()
            dropped = await li.channels.create(NewChannel(_name("Never")))
            await li.channels.unfollow(dropped)
            assert not li.read.rooms_to_be_made()
            stand_in = await li.channels.create(NewChannel(_name("Later"), "First words"))
            await li.channels.describe(stand_in, about="Second words")
            await li.channels.set_reports(stand_in, True)
            li.desk.account.resume()
            room = RoomID(await li.desk.until(lambda: li.read.kv("new_room", stand_in)))
            await li.sees(room, about="Second words", wants_reports=True)
            assert studio.state("li", room, CHANNEL_TYPE) == {
                "v": 1,
                "about": "Second words",
                "reports": "finished",
            }

    run(go())


def test_a_channel_that_is_refused_says_why_and_can_be_tried_again(studio: Studio, run: Run) -> None:
    async def refuse(request: ProxiedRequest, forward: Forward) -> bytes:
        return answer(403, {"errcode": "M_FORBIDDEN", "error": "no rooms for you"})

    async def go() -> None:
        async with FaultProxy(studio.server.base_url) as proxy:
            proxy.fault(lambda request: "/createRoom" in request.path, refuse, times=2)
            async with studio.open("zhang", url=proxy.base_url) as (zhang,):
                name = _name("Refused")
                first = await zhang.channels.create(NewChannel(name))
                row = await zhang.sees(first, error_code="forbidden")
                assert row.name == name and not zhang.read.totals().failed_sends
                await zhang.channels.unfollow(first)
                assert zhang.channel(first) is None
                second = await zhang.channels.create(NewChannel(name))
                await zhang.sees(second, error_code="forbidden")
                await zhang.channels.retry_channel(second)
                room = RoomID(await zhang.desk.until(lambda: zhang.read.kv("new_room", second)))
                await zhang.sees(room, name=name, my_role=Role.OWNER, error_code="")
                # So can a like that was refused: by liking again.
                post = studio.post("zhang", room)
                await zhang.sees_post(post)
                proxy.fault(lambda request: "/m.reaction/" in request.path, refuse)
                await zhang.channels.like(post, True)
                await zhang.desk.until(lambda: zhang.read.queue(SendState.WEDGED, room))
                await zhang.channels.like(post, True)
                await zhang.desk.drained()
                assert len(studio.messages("zhang", room, "m.reaction")) == 1

    run(go())


def test_the_audience_is_told_by_what_the_server_enforces(studio: Studio, run: Run) -> None:
    async def go() -> None:
        async with studio.open("li", "wang") as (li, wang):
            partners = Audience(Visibility.PARTNERS, ("hualong.example",))
            room = await li.made(NewChannel(_name("Partners"), audience=partners))
            await li.sees(room, audience=partners)
            acl = studio.state("li", room, "m.room.server_acl")
            assert sorted(acl["allow"]) == ["hualong.example", "test.localhost"]
            await li.desk.until(lambda: li.channels.listing(room) is Listing.UNLISTED)
            assert not (await wang.channels.find("Partners")).channels
            assert (await wang.channels.peek(room)).channel.audience == partners
            with pytest.raises(InputError) as fixed:
                await li.channels.set_audience(room, Audience(Visibility.INTERNAL))
            assert fixed.value.code == "audience_fixed"
            await li.channels.set_audience(room, Audience(Visibility.PUBLIC))
            await li.sees(room, audience=Audience(Visibility.PUBLIC))
            await li.desk.until(lambda: li.channels.listing(room) is Listing.LISTED)
            found = (await wang.channels.find("Partners")).channels
            assert [one.audience for one in found if one.room_id == room] == [Audience(Visibility.PUBLIC)]
            # Rules as other clients make them.
            readable = {
                "type": "m.room.history_visibility",
                "content": {"history_visibility": "world_readable"},
            }
            public = studio.raw_channel("li", initial_state=[readable | {"state_key": ""}])
            await li.sees(public, audience=Audience(Visibility.PUBLIC))
            video = studio.post("li", public, "By who made a room of the newest version")
            assert [one.event_id for one in (await wang.channels.peek(public)).posts] == [video]
            await wang.channels.follow(public)
            await wang.sees_post(video)
            invited = studio.raw_channel("li", preset="private_chat")
            await li.sees(invited, audience=Audience(Visibility.INTERNAL))
            with pytest.raises(Forbidden) as closed:
                await wang.channels.peek(invited)
            assert closed.value.code == "channel_closed"
            with pytest.raises(Forbidden) as shut:
                await wang.channels.follow(invited)
            assert shut.value.code == "channel_closed"
            chat = RoomID(studio.api("li", "POST", "v3/createRoom", {"preset": "public_chat"})["room_id"])
            with pytest.raises(InputError) as other:
                await wang.channels.resolve(chat)
            assert other.value.code == "not_a_channel"

    run(go())


def test_a_server_that_lists_no_rooms_makes_the_channel_all_the_same(
    start_homeserver: Any, run: Run, tmp_path: Path
) -> None:
    rules = {"room_list_publication_rules": [{"action": "deny"}]}
    server = start_homeserver(ServerSettings(is_unlimited=True, restarts_after_crash=False, extra=rules))
    studio = studio_at(server, tmp_path / "people", ("li", "wang"))

    async def go() -> None:
        async with studio.open("li", "wang") as (li, wang):
            room = await li.made(NewChannel("Unlisted"))
            await li.desk.until(lambda: li.channels.listing(room) is Listing.REFUSED)
            assert not (await wang.channels.find()).channels
            await wang.channels.follow(await wang.channels.resolve(room))
            await wang.sees(room, name="Unlisted", is_followed=True)

    run(go())


HOSTILE: list[dict[str, Any]] = [
    {"body": "", "filename": []},
    {"info": "x", "url": VIDEO, VIDEO_FIELD: [1]},
    {
        "info": {"duration": -1, "w": "9", "thumbnail_url": {"a": 1}},
        VIDEO_FIELD: {"title": ["x"], "tags": "a"},
    },
    {
        VIDEO_FIELD: {
            "chapters": [{"at": "x"}, 7, {"at": 1, "title": "\u202e" * 500}],
            "renditions": [{"uri": "file:///etc"}],
        }
    },
    {VIDEO_FIELD: {"subtitles": [{"uri": VIDEO, "format": "exe", "size": 1}], "recording_of": "no id"}},
    {"body": "x" * 40_000},
]


def test_hostile_posts_are_shown_as_far_as_they_can_be(studio: Studio, run: Run) -> None:
    async def go() -> None:
        async with studio.open("li", "wang") as (li, wang):
            room = await li.made(NewChannel(_name("Hostile")))
            await wang.channels.follow(room)
            posts = [studio.post("li", room, **content) for content in HOSTILE]
            studio.send("li", room, {"msgtype": "m.video", "body": "no file"})
            studio.send(
                "li",
                room,
                {
                    "msgtype": "m.text",
                    "body": "live",
                    "im.tack.live": {"url": "file:///etc/passwd", "starts_ts": 1},
                },
            )
            replaced = {"rel_type": "m.replace", "event_id": posts[0]}
            content = {"msgtype": "m.video", "body": "* stolen", "url": VIDEO}
            studio.send("wang", room, content | {"m.new_content": content, "m.relates_to": replaced})
            last = studio.post("li", room, "Last")
            await wang.sees_post(last)
            shown = wang.feed(room)
            assert [row.event_id for row in shown] == [last, *reversed(posts)]
            assert all(len(row.title) <= 120 and "\u202e" not in row.title for row in shown)
            assert "stolen" not in [row.title for row in shown]
            for post in posts:
                detail = wang.read.channels.detail(post)
                assert detail is not None and [one.uri for one in detail.post.renditions] == [VIDEO]
            await wang.channels.unfollow(room)
            assert len((await wang.channels.peek(room)).posts) == len(posts) + 1

    run(go())


def test_history_of_a_channel_is_fetched_whole_and_edits_are_seen_from_outside(
    studio: Studio, run: Run
) -> None:
    async def go() -> None:
        async with studio.open("li", "wang") as (li, wang):
            room = await li.made(NewChannel(_name("Long")))
            first = studio.post("li", room, "First")
            for number in range(110):
                studio.comment("li", room, first, f"comment {number}")
            edited: dict[str, Any] = {
                "msgtype": "m.video",
                "body": "First, better",
                "filename": "a.mp4",
                "url": VIDEO,
            }
            relation = {"m.new_content": edited, "m.relates_to": {"rel_type": "m.replace", "event_id": first}}
            studio.send("li", room, edited | relation)
            peek = await wang.channels.peek(room)
            assert [(one.title, one.comments) for one in peek.posts] == [("First, better", 110)]
            await wang.channels.follow(room)
            await wang.sees(room, is_reached=True, posts=1)
            assert len(wang.comments(first)) == 110
            await _recalled(studio, li, wang, room, first)

    run(go())


async def _recalled(studio: Studio, li: Viewer, wang: Viewer, room: RoomID, post: EventID) -> None:
    studio.api("li", "PUT", f"v3/rooms/{room}/redact/{post}/x{secrets.token_hex(4)}", {})
    await wang.desk.until(lambda: wang.read.channels.post(post) is None)
    assert not wang.feed(room)
