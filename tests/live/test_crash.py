"""Nothing a person wrote is lost or said twice, whatever dies when: the app, the server, the line."""

import asyncio
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.domain.ids import RoomID
from tests.helpers.desk import new_room, opened, server_texts, signed_in
from tests.helpers.homeserver import Homeserver
from tests.live.conftest import Run

ROOT = Path(__file__).parents[2]


def _writer(folder: Path, room: RoomID, first: int, count: int, *more: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-X", "dev", "-m", "tests.live.child_writer"]
    return subprocess.Popen(
        [*command, str(folder), room, str(first), str(count), *more],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _kill_after(child: "subprocess.Popen[str]", lines: int, then_s: float) -> list[str]:
    """Read some lines, wait a moment, kill -9; every line it printed."""
    assert child.stdout is not None
    seen = [child.stdout.readline().strip() for _ in range(lines)]
    time.sleep(then_s)
    child.send_signal(signal.SIGKILL)
    rest, _ = child.communicate()
    return [line for line in seen + rest.split("\n") if line]


def test_kill_9_at_any_moment_loses_and_repeats_nothing(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li = homeserver.new_user("li")
    room = new_room(homeserver, li)
    folder = tmp_path / "li"

    async def first_time() -> None:
        async with signed_in(folder, li, homeserver.base_url) as desk:
            await desk.online()

    run(first_time())
    chance = random.Random(20)
    written: list[str] = []
    for turn in range(6):
        child = _writer(folder, room, turn * 1000, 200)
        written += _kill_after(child, chance.randint(1, 40), chance.choice((0.0, 0.01, 0.05, 0.3, 1.0)))

    async def afterwards() -> None:
        async with opened(folder) as desk:
            await desk.drained(60)
            truth = server_texts(homeserver, li, room)
            assert len(truth) == len(set(truth)), "said twice"
            assert set(written) <= set(truth), "lost"
            numbers = [int(text.removeprefix("text ")) for text in truth]
            assert numbers == sorted(numbers), "out of order"
            await desk.until(lambda: desk.said(room)[-20:] == truth[-20:])

    run(afterwards())


def test_the_server_dies_in_mid_send_and_comes_back(homeserver: Homeserver, tmp_path: Path, run: Run) -> None:
    li, zhang = homeserver.new_user("li"), homeserver.new_user("zhang")
    room, other = new_room(homeserver, li, zhang), new_room(homeserver, li, zhang)
    texts = [f"{number}" for number in range(60)]

    async def write() -> None:
        async with signed_in(tmp_path / "li", li, homeserver.base_url) as desk:
            await desk.online()
            for text in texts:
                await desk.account.sending.send_text(room, text)
                await desk.account.sending.send_text(other, text)
            await desk.until(lambda: desk.waiting() < 100)
            await asyncio.to_thread(homeserver.kill)
            assert desk.said(room) == texts
            await desk.account.sending.send_text(room, "while it was dead")
            await asyncio.sleep(0.5)
            await asyncio.to_thread(homeserver.start)
            await desk.drained(60)
            await desk.online()
            assert desk.said(room) == [*texts, "while it was dead"]
            assert server_texts(homeserver, li, room) == [*texts, "while it was dead"]
            assert server_texts(homeserver, li, other) == texts

    run(write())


@pytest.mark.timeout(600)  # 45 ms each for a Synapse that has a core of its own
def test_a_thousand_messages_written_offline_go_out_once_each_in_order(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li = homeserver.new_user("li")
    room = new_room(homeserver, li)
    texts = [f"offline {number}" for number in range(1000)]

    async def fly() -> None:
        async with signed_in(tmp_path / "li", li, homeserver.base_url) as desk:
            await desk.online()
        async with opened(tmp_path / "li", offline=True) as desk:
            for text in texts:
                await desk.account.sending.send_text(room, text)
            assert desk.said(room) == texts
            assert desk.account.connection.state.waiting == 1000
        async with opened(tmp_path / "li") as desk:
            await desk.drained()
            assert desk.account.connection.state.waiting == 0
            assert server_texts(homeserver, li, room) == texts
            assert desk.said(room)[-1000:] == texts

    run(fly())


def test_a_proper_end_says_nothing_on_the_terminal(homeserver: Homeserver, tmp_path: Path, run: Run) -> None:
    """Python's development mode shows every unawaited coroutine, unclosed socket and forgotten task."""
    li = homeserver.new_user("li")
    room = new_room(homeserver, li)

    async def first_time() -> None:
        async with signed_in(tmp_path / "li", li, homeserver.base_url) as desk:
            await desk.online()

    run(first_time())
    child = _writer(tmp_path / "li", room, 0, 5, "--stop")
    out, err = child.communicate(timeout=60)
    assert (child.returncode, err) == (0, "")
    assert out.split("\n")[:5] == [f"text {number}" for number in range(5)]
