"""Videos published to a real server: once, whatever dies when, and playable by anybody."""

import asyncio
import base64
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import av

from app.channels.values import (
    CourseEdit,
    NewLive,
    NewSubtitle,
    PostEdit,
    PublishForm,
    PublishJob,
    PublishStep,
)
from app.domain.channels.channel import Audience, Visibility, channel_room
from app.domain.channels.post import Chapter, post_of
from app.domain.channels.rows import FeedQuery, PostRow
from app.domain.ids import EventID, RoomID
from tests.helpers.desk import Desk, signed_in
from tests.helpers.homeserver import Homeserver, ServerUser
from tests.helpers.videos import frame_number, make_video
from tests.live.conftest import Run

PATIENCE_S = 60.0
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def new_channel(homeserver: Homeserver, owner: ServerUser, name: str = "Training") -> RoomID:
    """Make a channel of this company."""
    audience = Audience(Visibility.INTERNAL)
    body = channel_room("txn", owner.user_id, name, "", audience, homeserver.server_name, is_open=True)
    made = homeserver.api("POST", "/_matrix/client/v3/createRoom", body, user=owner)
    return RoomID(made["room_id"])


def posts(homeserver: Homeserver, user: ServerUser, room_id: RoomID) -> list[dict[str, Any]]:
    """Give the videos of a channel as the server has them, newest first."""
    where = f"/_matrix/client/v3/rooms/{room_id}/messages?dir=b&limit=100"
    events = homeserver.api("GET", where, None, user=user)["chunk"]
    return [event for event in events if event["content"].get("msgtype") == "m.video"]


def job_of(desk: Desk, job_id: str) -> PublishJob:
    """Give a job as people see it."""
    return next(job for job in desk.account.channels.publishing.jobs if job.id == job_id)


async def until_step(desk: Desk, job_id: str, step: PublishStep) -> PublishJob:
    """Wait for a step."""
    await desk.until(lambda: job_of(desk, job_id).step in (step, PublishStep.FAILED), PATIENCE_S)
    job = job_of(desk, job_id)
    assert job.step is step, job.error_code
    return job


def test_a_video_is_published_with_all_its_parts(homeserver: Homeserver, tmp_path: Path, run: Run) -> None:
    li = homeserver.new_user("li")
    channel = new_channel(homeserver, li)
    film = make_video(tmp_path / "film.mov", seconds=3, codec="libx265", rotation=90, size=(320, 180))
    words = tmp_path / "zh.srt"
    words.write_text("1\n00:00:01,000 --> 00:00:02,000\n你好\n")

    async def work() -> None:
        async with signed_in(tmp_path / "li", li, homeserver.base_url) as desk:
            await desk.online()
            await desk.until(lambda: desk.account.cache.read.channels.channel(channel))
            publishing = desk.account.channels.publishing
            job_id = await publishing.add(film)
            job = await until_step(desk, job_id, PublishStep.READY)
            assert job.covers and job.files and job.form.title == "film"
            assert (await publishing.cover_bytes(job_id, 0)).startswith(b"\xff\xd8")
            form = PublishForm(
                channel,
                "Welcome",
                "First day",
                ("new",),
                (Chapter(0, "Start"),),
                (NewSubtitle(await desk.account.channels.save_file(words), "zh-Hans", "中文"),),
            )
            await publishing.fill(job_id, form)
            await publishing.publish(job_id)
            await until_step(desk, job_id, PublishStep.POSTED)
            await desk.drained(PATIENCE_S)
            (event,) = await asyncio.to_thread(posts, homeserver, li, channel)
            post = post_of(event["content"])
            assert post is not None and post.title == "Welcome" and post.cover and post.storyboard
            assert post.subtitles[0].language == "zh-Hans" and post.chapters == form.chapters
            sink = bytearray()
            await desk.account.homeserver.client.media.download(post.renditions[0].uri, sink.extend)
            with av.open(io.BytesIO(bytes(sink)), "r") as video:
                assert [frame_number(frame) for frame in video.decode(video=0)] == list(range(45))
            assert await desk.account.cache.channels.jobs() == {}
            assert list((tmp_path / "li" / "outbox").glob("*")) == []
            await edit_and_take_down(desk, homeserver, li, channel, EventID(event["event_id"]))

    run(work())


async def edit_and_take_down(
    desk: Desk, homeserver: Homeserver, li: ServerUser, channel: RoomID, event_id: EventID
) -> None:
    """Change its title, then take it down."""
    reads = desk.account.cache.read.channels
    detail = await desk.until(lambda: reads.detail(event_id))
    await desk.account.channels.edit_post(event_id, PostEdit(replace(detail.post, title="Welcome all")))
    await desk.drained(PATIENCE_S)
    await desk.until(lambda: (d := reads.detail(event_id)) and d.post.title == "Welcome all" and d.is_edited)
    await desk.account.channels.take_down(event_id)
    await desk.drained(PATIENCE_S)
    await desk.until(lambda: reads.detail(event_id) is None)
    assert await asyncio.to_thread(posts, homeserver, li, channel) == []


def test_a_recording_joins_its_playlist_and_its_stream(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li = homeserver.new_user("li")
    channel = new_channel(homeserver, li)
    film = make_video(tmp_path / "film.mp4", seconds=1)
    picture = tmp_path / "cover.png"
    picture.write_bytes(PNG)

    async def work() -> None:
        async with signed_in(tmp_path / "li", li, homeserver.base_url) as desk:
            await desk.online()
            service, reads = desk.account.channels, desk.account.cache.read.channels
            await desk.until(lambda: reads.channel(channel))
            course = await service.save_course(channel, CourseEdit("", "First week"))
            live = NewLive(channel, "Launch", "", "https://a.example/live.m3u8", service.now_ms() - 1000)
            await service.announce_live(replace(live, cover_path=str(picture)))
            stream = await desk.until(lambda: _live_row(desk, channel), PATIENCE_S)
            assert stream.cover and not stream.live_ends_ms
            await service.end_live(stream.event_id)
            await desk.until(lambda: _live_row(desk, channel, service.now_ms()))
            job_id = await service.publishing.add(film, channel)
            form = job_of(desk, job_id).form
            await service.publishing.fill(job_id, replace(form, course=course, recording_of=stream.event_id))
            await service.publishing.publish(job_id)
            await until_step(desk, job_id, PublishStep.POSTED)
            await desk.until(lambda: len(reads.courses(channel)[0].posts) == 1, PATIENCE_S)
            await desk.until(lambda: (row := _live_row(desk, channel)) and row.recording)
            await desk.drained(PATIENCE_S)
            assert await desk.account.cache.channels.jobs() == {}

    run(work())


def test_the_file_may_go_when_everything_is_made_and_come_back_when_it_is_missed(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li = homeserver.new_user("li")
    channel = new_channel(homeserver, li)
    film = make_video(tmp_path / "film.mp4", seconds=1)

    async def work() -> None:
        async with signed_in(tmp_path / "li", li, homeserver.base_url) as desk:
            await desk.online()
            publishing = desk.account.channels.publishing
            await desk.until(lambda: desk.account.cache.read.channels.channel(channel))
            lost = await publishing.add(film, channel)
            aside = film.rename(tmp_path / "aside.mp4")
            await desk.until(lambda: job_of(desk, lost).step in (PublishStep.FAILED, PublishStep.READY))
            if job_of(desk, lost).step is PublishStep.FAILED:
                assert job_of(desk, lost).error_code == "file_gone"
            aside.rename(film)
            await publishing.retry(lost)
            await until_step(desk, lost, PublishStep.READY)
            film.unlink()
            await publishing.publish(lost)
            await until_step(desk, lost, PublishStep.POSTED)
            await desk.drained(PATIENCE_S)
            assert len(await asyncio.to_thread(posts, homeserver, li, channel)) == 1

    run(work())


def _live_row(desk: Desk, channel: RoomID, ended_by_ms: int = 0) -> PostRow | None:
    page = desk.account.cache.read.channels.feed(FeedQuery(channel=channel), 0)
    rows = [row for row in page.rows if row.is_live and row.event_id.startswith("$")]
    return next((row for row in rows if not ended_by_ms or 0 < row.live_ends_ms <= ended_by_ms), None)
