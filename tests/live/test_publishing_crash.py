"""No finished upload is lost and no video is posted twice, whatever dies when: the app, the line, the server."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.channels.values import PublishForm, PublishStep
from app.domain.ids import RoomID
from tests.helpers.desk import Desk, opened, signed_in
from tests.helpers.fault_proxy import FaultProxy, ProxiedRequest, answer, lose_reply
from tests.helpers.homeserver import Homeserver, ServerUser
from tests.helpers.videos import make_video
from tests.live.conftest import Run
from tests.live.test_publishing import PATIENCE_S, job_of, new_channel, posts, until_step

ROOT = Path(__file__).parents[2]
MOMENTS = (
    "wanted",
    "made cover",
    "made main",
    "made small",
    "made board",
    "uris 1",
    "uris 2",
    "uris 3",
    "posting",
)
"""The app is killed when it first says one after the other; each child goes on where the last one died."""


def _killed_at(moment: str, *arguments: str) -> list[str]:
    """Let a child work until it kills itself there; what it said."""
    command = [sys.executable, "-m", "tests.live.child_publisher", moment, *arguments]
    child = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=90, check=False)
    assert child.returncode == -signal.SIGKILL, child.stdout
    return child.stdout.split("\n")


def test_killed_at_every_step_it_goes_on_and_posts_once(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li = homeserver.new_user("li")
    channel = new_channel(homeserver, li)
    film = make_video(tmp_path / "film.mp4", seconds=3, size=(1280, 720), codec="libx265")
    folder = tmp_path / "li"

    async def first_time() -> None:
        async with signed_in(folder, li, homeserver.base_url) as desk:
            await desk.online()
            await desk.until(lambda: desk.account.cache.read.channels.channel(channel))

    run(first_time())
    given: set[str] = set()
    new: tuple[str, ...] = (str(film), channel, "Film")
    for moment in MOMENTS:
        said = _killed_at(moment, str(folder), *new)
        new = ()
        given |= {line.removeprefix("uri ") for line in said if line.startswith("uri ")}

    async def afterwards() -> None:
        async with opened(folder) as desk:
            await desk.online()
            await _idle(desk)
            await desk.drained(PATIENCE_S)

    run(afterwards())
    (event,) = posts(homeserver, li, channel)
    assert len(given) >= 3
    assert all(uri in json.dumps(event["content"]) for uri in given), "an upload was lost"
    left = [path.read_bytes()[:4] for path in (folder / "outbox").glob("*")]
    assert set(left) <= {b"", b"TKV1"}, "nothing lies there in the clear"

    async def an_hour_later() -> None:
        for path in (folder / "outbox").glob("*"):
            os.utime(path, (0, 0))
        async with opened(folder, offline=True) as desk:
            await desk.until(lambda: not list((folder / "outbox").glob("*")), PATIENCE_S)

    run(an_hour_later())


async def _idle(desk: Desk) -> None:
    """Wait until no job is on its way."""
    jobs = desk.account.channels.publishing
    await desk.until(lambda: all(job.step is PublishStep.POSTED for job in jobs.jobs), PATIENCE_S)
    await desk.until(lambda: all(task.done() for task in jobs._tasks.values()), PATIENCE_S)


def _is_upload(request: ProxiedRequest) -> bool:
    return "/media/v3/upload" in request.path


async def _begun(desk: Desk, film: Path, channel: RoomID) -> str:
    await desk.online()
    await desk.until(lambda: desk.account.cache.read.channels.channel(channel))
    job_id = await desk.account.channels.publishing.add(film)
    await until_step(desk, job_id, PublishStep.READY)
    await desk.account.channels.publishing.fill(job_id, PublishForm(channel, "Film"))
    return job_id


def test_lost_replies_and_a_line_that_goes_make_one_post(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li = homeserver.new_user("li")
    channel = new_channel(homeserver, li)
    film = make_video(tmp_path / "film.mp4", seconds=1)

    async def write() -> None:
        async with (
            FaultProxy(homeserver.base_url) as proxy,
            signed_in(tmp_path / "li", li, proxy.base_url) as desk,
        ):
            job_id = await _begun(desk, film, channel)
            proxy.fault(_is_upload, lose_reply, times=2)
            proxy.fault(lambda request: request.is_send, lose_reply, times=2)
            await desk.account.channels.publishing.publish(job_id)
            await desk.until(lambda: job_of(desk, job_id).error_code == "network", PATIENCE_S)
            proxy.is_down = True
            await proxy.cut_all()
            await desk.account.sending.send_text(channel, "chat goes on")
            proxy.heal()
            await until_step(desk, job_id, PublishStep.POSTED)
            assert job_of(desk, job_id).error_code == ""
            await desk.drained(PATIENCE_S)
            assert len(await asyncio.to_thread(posts, homeserver, li, channel)) == 1
            sent = [request.path.partition("?")[0] for request in proxy.requests if _is_upload(request)]
            assert len(sent) == len(set(sent)) == 2, "what was up went up again"

    run(write())


def test_a_file_the_server_would_refuse_is_said_before_it_goes_up(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li = homeserver.new_user("li")
    film = make_video(tmp_path / "film.mp4", seconds=1)

    async def small(request: ProxiedRequest, forward: object) -> bytes:
        return answer(200, {"m.upload.size": 5_000})

    async def write() -> None:
        async with (
            FaultProxy(homeserver.base_url) as proxy,
            signed_in(tmp_path / "li", li, proxy.base_url) as desk,
        ):
            proxy.fault(lambda request: request.path.endswith("/media/config"), small, times=9)
            await desk.online()
            job_id = await desk.account.channels.publishing.add(film)
            await desk.until(lambda: job_of(desk, job_id).step is PublishStep.FAILED, PATIENCE_S)
            assert job_of(desk, job_id).error_code == "upload_too_large"
            assert not [request for request in proxy.requests if _is_upload(request)]
            await desk.account.channels.publishing.cancel(job_id)
            assert desk.account.channels.publishing.jobs == []
            assert list((tmp_path / "li" / "outbox").glob("*")) == []

    run(write())


@pytest.mark.parametrize("is_off", [True, False])
def test_a_scheduled_video_comes_at_its_time_once(
    homeserver: Homeserver, tmp_path: Path, run: Run, is_off: bool
) -> None:
    li = homeserver.new_user("li")
    channel = new_channel(homeserver, li)
    film = make_video(tmp_path / "film.mp4", seconds=1)
    folder = tmp_path / "li"

    async def plan() -> None:
        async with signed_in(folder, li, homeserver.base_url) as desk:
            job_id = await _begun(desk, film, channel)
            publishing = desk.account.channels.publishing
            due_ms = desk.account.channels.now_ms() + 7_000
            await publishing.fill(job_id, PublishForm(channel, "Film", publish_at_ms=due_ms))
            await publishing.publish(job_id)
            await until_step(desk, job_id, PublishStep.WAITING)
            await desk.until(lambda: publishing._book.get(job_id).delay_id not in ("", "?"), PATIENCE_S)
            assert await asyncio.to_thread(posts, homeserver, li, channel) == []
            if not is_off:
                await until_step(desk, job_id, PublishStep.POSTED)

    async def later() -> None:
        async with opened(folder) as desk:
            await desk.online()
            await _idle(desk)
            await desk.drained(PATIENCE_S)
            assert len(await asyncio.to_thread(posts, homeserver, li, channel)) == 1

    run(plan())
    if is_off:
        run(until_out(homeserver, li, channel))
    run(later())


async def until_out(homeserver: Homeserver, li: ServerUser, channel: RoomID) -> None:
    """Wait until the server has it, with Tack off."""
    for _ in range(200):
        await asyncio.sleep(0.3)
        if await asyncio.to_thread(posts, homeserver, li, channel):
            return
    raise AssertionError("the server never sent it")
