"""Watching on a real homeserver: where I stopped on any device, reports with consent only, courses, reminders, subtitles."""

import json
import secrets
import time
import urllib.request
from typing import Any

import pytest

from app.channels.values import CourseEdit, NewChannel
from app.channels.watching import REPORT_EVERY_MS
from app.domain.channels.links import post_link
from app.domain.channels.wire import (
    COURSE_TYPE,
    LIVE_FIELD,
    RESERVE,
    VIDEO_CARD_FIELD,
    VIDEO_FIELD,
    WATCHED_TYPE,
)
from app.domain.dings import DingBox, DingFilter, DingKind
from app.domain.ids import EventID, RoomID
from app.errors import Forbidden, InputError
from tests.helpers.channel_studio import Studio, Viewer, studio_at
from tests.helpers.desk import new_room
from tests.helpers.homeserver import Homeserver
from tests.live.conftest import Run

MINUTE = 60_000
VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nWelcome to the hall\n"


@pytest.fixture(scope="module")
def studio(homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory) -> Studio:
    return studio_at(homeserver, tmp_path_factory.mktemp("studio"))


def _name(word: str) -> str:
    return f"{word} {secrets.token_hex(3)}"


async def _channel(li: Viewer, wang: Viewer, **more: Any) -> RoomID:
    room = await li.made(NewChannel(_name("Training"), **more))
    await wang.channels.follow(room)
    return room


def test_i_go_on_where_i_stopped_on_another_device(studio: Studio, run: Run) -> None:
    async def go() -> None:
        async with (
            studio.open("li", "wang") as (li, wang),
            studio.open("wang", url=studio.server.base_url) as (phone,),
        ):
            room = await _channel(li, wang)
            post, other = studio.post("li", room), studio.post("li", room, "Other")
            await wang.sees_post(post)
            await wang.sees_post(other)
            await wang.channels.note_position(post, 20_000, 60_000)
            await wang.channels.note_position(post, 25_000, 60_000)
            await wang.channels.set_saved(other, True)
            await phone.desk.until(lambda: phone.read.channels.watch(other).saved_ms)
            assert phone.read.channels.watch(post).at_ms in (20_000, 25_000)
            await wang.channels.flush_positions()
            await phone.desk.until(lambda: phone.read.channels.watch(post).at_ms == 25_000)
            # The phone goes on and comes to the end; saving and position do not undo each other.
            await phone.channels.set_saved(post, True)
            await phone.channels.note_position(post, 58_000, 60_000)
            await wang.desk.until(lambda: wang.read.channels.watch(post).finished_ms)
            watch = wang.read.channels.watch(post)
            assert watch.saved_ms and watch.share == 1.0
            await wang.channels.set_saved(other, False)
            await phone.desk.until(lambda: not phone.read.channels.watch(other).saved_ms)
            # Nobody was asked to report: nothing of it stands in the room.
            await wang.desk.drained()
            assert not studio.messages("li", room, WATCHED_TYPE)

    run(go())


def test_reports_need_both_consents_and_go_out_in_batches(studio: Studio, run: Run) -> None:
    async def go() -> None:
        async with studio.open("li", "wang") as (li, wang):
            room = await _channel(li, wang, wants_reports=True)
            first, second, third = (studio.post("li", room, title) for title in ("One", "Two", "Three"))
            await wang.sees_post(third)
            await wang.channels.note_position(first, 59_000, 60_000)
            await wang.desk.drained()
            assert not studio.messages(
                "li", room, WATCHED_TYPE
            )  # the channel asks, the company has not agreed
            with pytest.raises(InputError) as nobody:
                await wang.channels.set_policy(True)
            assert nobody.value.code == "no_organisation"
            space = studio.new_space("li", "wang")
            await wang.desk.until(lambda: space in [one.room_id for one in wang.read.spaces()])
            with pytest.raises(Forbidden):
                await wang.channels.set_policy(True)
            await li.desk.until(lambda: space in [one.room_id for one in li.read.spaces()])
            await li.channels.set_policy(True)
            await wang.desk.until(lambda: wang.read.channels.reports_wanted(room))
            # The first goes out at once, what follows within ten minutes waits and is gathered.
            await wang.channels.note_position(second, 59_000, 60_000)
            await li.desk.until(lambda: _reported(studio, room))
            await wang.channels.note_position(first, 59_500, 60_000)
            await wang.channels.note_position(third, 1_000, 60_000)
            await wang.channels.note_position(third, 59_000, 60_000)
            (row,) = await wang.desk.until(lambda: len(found := _reports(wang, room)) == 1 and found)
            assert row.not_before_ms > wang.channels.now_ms() + REPORT_EVERY_MS // 2
            assert set(row.content["posts"]) == {second, third} and len(_reported(studio, room)) == 1
            await li.desk.until(lambda: _figures(li, room, second) == (1, 1))
            # The company changes its mind before the second one goes out.
            await li.channels.set_policy(False)
            await wang.desk.until(lambda: not wang.read.channels.reports_wanted(room))
            await wang.desk.account.cache.queue_hold(row.txn_id, 0)
            wang.desk.account.wake()
            await wang.desk.online()
            await wang.desk.until(lambda: not [r for r in wang.read.queue(room_id=room) if r.kind == "state"])
            assert len(_reported(studio, room)) == 1
            studio.api("li", "POST", f"v3/rooms/{space}/leave", {})
            studio.api("wang", "POST", f"v3/rooms/{space}/leave", {})

    run(go())


def _figures(viewer: Viewer, room: RoomID, post: EventID) -> tuple[int | None, int | None]:
    posts = viewer.read.channels.figures(room).posts
    return next((one.watched, one.finished) for one in posts if one.event_id == post)


def _reports(viewer: Viewer, room: RoomID) -> list[Any]:
    return [row for row in viewer.read.queue(room_id=room) if row.event_type == WATCHED_TYPE]


def _reported(studio: Studio, room: RoomID) -> list[Any]:
    return studio.messages("li", room, WATCHED_TYPE)


def test_who_has_not_finished_a_course_is_reminded(studio: Studio, run: Run) -> None:
    async def go() -> None:
        async with studio.open("li", "wang", "zhang") as (li, wang, zhang):
            space = studio.new_space("li", "wang", "zhang", policy=True)
            room = await _channel(li, wang)
            await zhang.channels.follow(room)
            post = studio.post("li", room, "Safety")
            for viewer in (li, wang, zhang):
                await viewer.sees_post(post)
                await viewer.desk.until(lambda viewer=viewer: space in str(viewer.read.spaces()))  # type: ignore[misc]
            edit = CourseEdit("", "Safety first", posts=(post,), is_compulsory=True, due_ms=_soon(60))
            course = await li.channels.save_course(room, edit)
            await li.desk.until(lambda: [one.id for one in li.read.channels.courses(room)] == [course])
            await li.desk.drained()
            assert studio.state("wang", room, COURSE_TYPE, course)["posts"] == [post]
            with pytest.raises(InputError) as off:
                await li.channels.ding_unfinished(room, course, "Please watch")
            assert off.value.code == "reports_off"
            await li.channels.set_reports(room, True)
            for viewer in (li, zhang):
                await viewer.desk.until(lambda viewer=viewer: viewer.read.channels.reports_wanted(room))  # type: ignore[misc]
            await zhang.channels.note_position(post, 59_000, 60_000)
            await li.desk.until(lambda: _left(li, room, course) == {wang.id, li.id})
            assert await li.channels.ding_unfinished(room, course, "Please watch") == 1
            found = await wang.desk.until(lambda: wang.read.dings.page(DingBox.RECEIVED, DingFilter.ALL))
            assert found[0].content.kind is DingKind.TASK and "Please watch" in found[0].text
            assert not zhang.read.dings.page(DingBox.RECEIVED, DingFilter.ALL)
            with pytest.raises(InputError) as soon:
                await li.channels.ding_unfinished(room, course, "Again")
            assert soon.value.code == "too_soon" and soon.value.params["seconds"] > 200
            await li.channels.remove_course(room, course)
            await wang.desk.until(lambda: not wang.read.channels.courses(room))
            with pytest.raises(InputError) as refused:
                await wang.channels.save_course(room, edit)
            assert refused.value.code == "no_permission"

    run(go())


def _left(viewer: Viewer, room: RoomID, course: str) -> set[str]:
    return {one.user_id for one in viewer.read.channels.progress(room, course) if one.finished < one.total}


def _soon(minutes: int) -> int:
    return int(time.time() * 1000) + minutes * MINUTE


def _live(starts_ms: int) -> dict[str, Any]:
    live = {"v": 1, "url": "https://live.test/hall.m3u8", "starts_ts": starts_ms}
    return {
        "msgtype": "m.text",
        "body": "All hands",
        LIVE_FIELD: live,
        VIDEO_FIELD: {"v": 1, "title": "All hands"},
    }


def test_a_live_stream_is_remembered_and_moves_with_its_time(studio: Studio, run: Run) -> None:
    async def go() -> None:
        async with studio.open("li", "wang") as (li, wang):
            room = await _channel(li, wang)
            starts = _soon(60)
            post = studio.send("li", room, _live(starts))
            assert (await wang.sees_post(post)).is_live
            await wang.channels.reserve(post, True)
            (ding,) = wang.desk.account.dings.scheduled()
            assert ding.due_ms == starts - 5 * MINUTE and ding.people == (wang.id,)
            assert post_link(room, post) in ding.text and "All hands" in ding.text
            await li.desk.until(lambda: li.read.channels.reserved(post) == [wang.id])
            later = _live(starts + 30 * MINUTE)
            edit = {"m.new_content": later, "m.relates_to": {"rel_type": "m.replace", "event_id": post}}
            studio.send("li", room, later | edit)
            await wang.desk.until(lambda: _dues(wang) == [starts + 25 * MINUTE])
            await wang.channels.reserve(post, False)
            assert not _dues(wang)
            await li.desk.until(lambda: not li.read.channels.reserved(post))
            reactions = studio.messages("li", room, "m.reaction")
            assert [one["content"] for one in reactions] == [{}] or RESERVE not in str(reactions[-1:])
            begun = studio.send("li", room, _live(_soon(-1)))
            await wang.sees_post(begun)
            with pytest.raises(InputError) as over:
                await wang.channels.reserve(begun, True)
            assert over.value.code == "live_over"

    run(go())


def _dues(viewer: Viewer) -> list[int]:
    return [ding.due_ms for ding in viewer.desk.account.dings.scheduled()]


def test_a_card_is_shared_at_a_moment_and_read_by_phones(studio: Studio, run: Run) -> None:
    async def go() -> None:
        async with studio.open("li", "wang") as (li, wang):
            room = await _channel(li, wang)
            chat = new_room(studio.server, studio.users["li"], studio.users["wang"])
            post = studio.post("li", room, "Tour & more")
            await li.sees_post(post)
            await li.desk.until(lambda: li.read.room(chat))
            await li.channels.share(post, chat, at_ms=192_000, text="Look")
            await li.desk.drained()
            (message,) = studio.messages("wang", chat)
            card = message["content"][VIDEO_CARD_FIELD]
            assert (card["room_id"], card["event_id"], card["at"], card["title"]) == (
                room,
                post,
                192_000,
                "Tour & more",
            )
            link = post_link(room, post, 192_000, tuple(card["via"]))
            assert message["content"]["body"] == f"Look\nTour & more (03:12)\n{link}"
            assert "Tour &amp; more" in message["content"]["formatted_body"]
            for target, code in ((EventID("$gone"), "not_found"), (post, "room_left")):
                with pytest.raises(InputError) as refused:
                    await li.channels.share(target, RoomID("!elsewhere:test.localhost"))
                assert refused.value.code == code

    run(go())


def test_subtitles_are_fetched_for_transcript_and_search(studio: Studio, run: Run) -> None:
    async def go() -> None:
        async with studio.open("li", "wang") as (li, wang):
            room = await _channel(li, wang)
            good, bad = _uploaded(studio, VTT), _uploaded(studio, "no subtitles at all")
            tracks = [
                {"uri": uri, "language": "en", "label": "English", "format": "vtt", "size": 90}
                for uri in (good, bad, "mxc://test.localhost/thisisnotthere")
            ]
            said: dict[str, Any] = {VIDEO_FIELD: {"v": 1, "title": "Hall", "subtitles": tracks}}
            post = studio.post("li", room, "Hall", **said)
            await wang.sees_post(post)
            await wang.desk.until(lambda: wang.read.channels.transcript(post))
            assert [line.text for line in wang.read.channels.transcript(post)] == ["Welcome to the hall"]
            await wang.desk.until(lambda: not wang.read.channels.wanted_subtitles())
            hits = wang.read.channels.find("welcome", wang.channels.now_ms())
            assert [(hit.event_id, hit.hit_at_ms) for hit in hits] == [(post, 1_000)]

    run(go())


def _uploaded(studio: Studio, text: str) -> str:
    request = urllib.request.Request(
        f"{studio.server.base_url}/_matrix/media/v3/upload",
        text.encode(),
        {"Authorization": f"Bearer {studio.users['li'].access_token}", "Content-Type": "text/vtt"},
    )
    with urllib.request.urlopen(request) as reply:
        return str(json.load(reply)["content_uri"])
