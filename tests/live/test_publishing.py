"""Videos published to a real server: once, whatever dies when, and playable by anybody."""

import asyncio
import io
from pathlib import Path
from typing import Any

import av

from app.channels.values import NewSubtitle, PostEdit, PublishForm, PublishJob, PublishStep
from app.domain.channels.channel import Audience, Visibility, channel_room
from app.domain.channels.post import Chapter, post_of
from app.domain.ids import EventID, RoomID
from tests.helpers.desk import Desk, signed_in
from tests.helpers.homeserver import Homeserver, ServerUser
from tests.helpers.videos import frame_number, make_video
from tests.live.conftest import Run

PATIENCE_S = 60.0


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
    from dataclasses import replace

    await desk.account.channels.edit_post(event_id, PostEdit(replace(detail.post, title="Welcome all")))
    await desk.drained(PATIENCE_S)
    await desk.until(lambda: (d := reads.detail(event_id)) and d.post.title == "Welcome all" and d.is_edited)
    await desk.account.channels.take_down(event_id)
    await desk.drained(PATIENCE_S)
    await desk.until(lambda: reads.detail(event_id) is None)
    assert await asyncio.to_thread(posts, homeserver, li, channel) == []
