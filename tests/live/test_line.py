"""Bad lines and bad answers: lost replies, early echoes, 429 storms, 5xx, nonsense, sleep, another network."""

import asyncio
import json
import random
import time
from pathlib import Path
from typing import Any

import pytest

from app.clock import SystemClock
from app.domain.connection import ConnectionKind
from app.domain.timeline import SendState
from tests.helpers.desk import new_room, opened, say, server_texts, signed_in
from tests.helpers.fault_proxy import (
    FaultProxy,
    Forward,
    ProxiedRequest,
    answer,
    body_of,
    cut_reply,
    lose_reply,
    refuse,
)
from tests.helpers.homeserver import Homeserver
from tests.live.conftest import Run

HTML = b"<html><body>Please sign in to the guest Wi-Fi</body></html>"


def _is_send(request: ProxiedRequest) -> bool:
    return request.is_send


def _is_sync(request: ProxiedRequest) -> bool:
    return request.is_sync


def test_the_reply_to_a_send_is_lost(homeserver: Homeserver, tmp_path: Path, run: Run) -> None:
    li = homeserver.new_user("li")
    room = new_room(homeserver, li)

    async def write() -> None:
        async with (
            FaultProxy(homeserver.base_url) as proxy,
            signed_in(tmp_path / "li", li, proxy.base_url) as desk,
        ):
            await desk.online()
            proxy.fault(_is_send, lose_reply, times=2)
            await desk.account.sending.send_text(room, "once")
            await desk.account.sending.send_text(room, "and once more")
            await desk.drained()
            assert desk.said(room) == ["once", "and once more"]
            assert server_texts(homeserver, li, room) == ["once", "and once more"]

    run(write())


def test_the_copy_comes_before_the_reply(homeserver: Homeserver, tmp_path: Path, run: Run) -> None:
    li = homeserver.new_user("li")
    room = new_room(homeserver, li)
    let_go = asyncio.Event()

    async def hold(request: ProxiedRequest, forward: Forward) -> bytes:
        raw = await forward()
        await let_go.wait()
        return raw

    async def write() -> None:
        async with (
            FaultProxy(homeserver.base_url) as proxy,
            signed_in(tmp_path / "li", li, proxy.base_url) as desk,
        ):
            await desk.online()
            proxy.fault(_is_send, hold)
            txn = await desk.account.sending.send_text(room, "early")
            copy = await desk.until(lambda: (i := desk.find(room, "early")) and i.event_id and i)
            assert copy.uid == f"t:{txn}" and desk.said(room) == ["early"]
            assert desk.waiting() == 0
            let_go.set()
            await desk.account.sending.send_text(room, "next")
            await desk.drained()
            assert desk.said(room) == ["early", "next"]
            assert [item.uid for item in desk.items(room)].count(f"t:{txn}") == 1

    run(write())


def test_a_storm_of_429_delays_and_loses_nothing(homeserver: Homeserver, tmp_path: Path, run: Run) -> None:
    li = homeserver.new_user("li")
    room = new_room(homeserver, li)
    texts = [str(number) for number in range(10)]
    limited = {"errcode": "M_LIMIT_EXCEEDED", "error": "slow", "retry_after_ms": 150}
    turn = iter(range(10_000))

    async def storm(request: ProxiedRequest, forward: Forward) -> bytes:
        number = next(turn)
        if number % 3 == 2:
            return await forward()
        if number % 6 == 1:
            return answer(429, {"errcode": "M_LIMIT_EXCEEDED"}, "Retry-After: 1\r\n")
        return answer(429, limited)

    async def write() -> None:
        async with (
            FaultProxy(homeserver.base_url) as proxy,
            signed_in(tmp_path / "li", li, proxy.base_url) as desk,
        ):
            await desk.online()
            proxy.fault(_is_send, storm, times=18)
            proxy.fault(_is_sync, storm, times=6)
            for text in texts:
                await desk.account.sending.send_text(room, text)
            await desk.drained(60)
            assert server_texts(homeserver, li, room) == texts
            assert desk.said(room) == texts

    run(write())


def test_errors_html_and_cut_answers_pass(homeserver: Homeserver, tmp_path: Path, run: Run) -> None:
    li, zhang = homeserver.new_user("li"), homeserver.new_user("zhang")
    room = new_room(homeserver, li, zhang)

    async def bad_gateway(request: ProxiedRequest, forward: Forward) -> bytes:
        return answer(502, HTML, content_type="text/html")

    async def portal(request: ProxiedRequest, forward: Forward) -> bytes:
        return answer(200, HTML, content_type="text/html")

    async def live_on() -> None:
        async with (
            FaultProxy(homeserver.base_url) as proxy,
            signed_in(tmp_path / "li", li, proxy.base_url) as desk,
        ):
            await desk.online()
            for number, fault in enumerate((bad_gateway, portal, cut_reply, refuse, lose_reply)):
                proxy.fault(_is_send, fault)
                proxy.fault(_is_sync, fault)
                await desk.account.sending.send_text(room, f"mine {number}")
                say(homeserver, zhang, room, f"theirs {number}")
                await desk.until(lambda n=number: desk.find(room, f"theirs {n}"))  # type: ignore[misc]
                await desk.drained()
            await desk.online()
            mine = [text for text in server_texts(homeserver, li, room) if text.startswith("mine")]
            assert mine == [f"mine {number}" for number in range(5)]
            assert sorted(desk.said(room)) == sorted(server_texts(homeserver, li, room))

    run(live_on())


NONSENSE: list[Any] = [
    None,
    0,
    -1,
    1e308,
    True,
    "",
    "\ud83d",
    "x" * 300,
    [],
    [None],
    {},
    {"": 0},
    [[[]]],
    2**70,
]


def _spoil(value: Any, chance: random.Random, share: float) -> Any:
    """Replace some parts of a JSON value by nonsense."""
    if chance.random() < share:
        return chance.choice(NONSENSE)
    if isinstance(value, dict):
        return {key: _spoil(inner, chance, share) for key, inner in value.items()}
    if isinstance(value, list):
        return [_spoil(inner, chance, share) for inner in value]
    return value


@pytest.mark.parametrize("seed", range(3))
def test_a_sync_of_nonsense_stops_nothing(
    homeserver: Homeserver, tmp_path: Path, run: Run, seed: int
) -> None:
    li, zhang = homeserver.new_user("li"), homeserver.new_user("zhang")
    room = new_room(homeserver, li, zhang)
    chance = random.Random(seed)

    async def spoil(request: ProxiedRequest, forward: Forward) -> bytes:
        data = json.loads(body_of(await forward()) or b"{}")
        kept = {key: data[key] for key in ("pos", "next_batch") if key in data}
        spoiled = _spoil(data, chance, chance.choice((0.003, 0.02, 0.1)))
        return answer(200, spoiled | kept if isinstance(spoiled, dict) else spoiled)

    async def endure() -> None:
        for number in range(15):
            say(homeserver, zhang, room, f"before {number}")
        async with (
            FaultProxy(homeserver.base_url) as proxy,
            signed_in(tmp_path / "li", li, proxy.base_url, is_started=False) as desk,
        ):
            proxy.fault(_is_sync, spoil, times=12)
            await desk.account.start()
            for number in range(12):
                say(homeserver, zhang, room, f"during {number}")
                await asyncio.sleep(0.05)
            await desk.account.sending.send_text(room, "mine")
            proxy.heal()
            desk.account.wake()
            say(homeserver, zhang, room, "after")
            await desk.until(lambda: desk.find(room, "after"), 30)
            await desk.drained()
            await desk.online()
            assert desk.said(room).count("after") == 1
            assert server_texts(homeserver, li, room).count("mine") == 1

    run(endure())


def test_the_line_is_dead_and_says_so_and_everything_waits(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li = homeserver.new_user("li")
    room = new_room(homeserver, li)

    async def wait() -> None:
        async with (
            FaultProxy(homeserver.base_url) as proxy,
            signed_in(tmp_path / "li", li, proxy.base_url) as desk,
        ):
            await desk.online()
            proxy.is_down = True
            await proxy.cut_all()
            await desk.account.sending.send_text(room, "one")
            await desk.account.sending.send_text(room, "two")
            line = desk.account.connection
            await desk.until(lambda: line.state.kind is ConnectionKind.OFFLINE)
            assert (line.state.error_code, line.state.waiting) == ("network", 2)
            states = {item.send_state for item in desk.items(room) if item.send_state}
            assert states <= {SendState.QUEUED, SendState.SENDING}
            proxy.heal()
            await desk.drained()
            assert server_texts(homeserver, li, room) == ["one", "two"]

    run(wait())


def test_the_line_is_back_within_three_seconds(
    homeserver: Homeserver, tmp_path: Path, run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    li = homeserver.new_user("li")
    room = new_room(homeserver, li)

    async def come_back() -> None:
        async with (
            FaultProxy(homeserver.base_url) as proxy,
            signed_in(tmp_path / "li", li, proxy.base_url) as desk,
        ):
            await desk.online()
            line = desk.account.connection
            proxy.is_down = True
            await proxy.cut_all()
            await desk.until(lambda: line.state.kind is ConnectionKind.OFFLINE)
            await asyncio.sleep(9)
            await desk.account.sending.send_text(room, "written in the tunnel")
            await asyncio.sleep(2)
            proxy.heal()
            began, heard = time.monotonic(), len(proxy.requests)
            await desk.until(lambda: len(proxy.requests) > heard)
            took_s = time.monotonic() - began
            assert took_s < 4.0, f"{took_s:.1f} s"
            await desk.online()
            await desk.drained()
            assert server_texts(homeserver, li, room) == ["written in the tunnel"]

    run(come_back())
    warned = [
        record for record in caplog.records if record.name == "tack.sync" and record.levelname == "WARNING"
    ]
    assert len(warned) == 1


class JumpingClock(SystemClock):
    """The computer's clock with a wall time that a test sets."""

    def __init__(self, ahead_ms: int = 0) -> None:
        self.ahead_ms = ahead_ms

    def now_ms(self) -> int:
        return super().now_ms() + self.ahead_ms


def test_after_sleep_the_dead_line_is_dropped_at_once(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li, zhang = homeserver.new_user("li"), homeserver.new_user("zhang")
    room = new_room(homeserver, li, zhang)
    clock = JumpingClock()

    async def sleep() -> None:
        async with (
            FaultProxy(homeserver.base_url) as proxy,
            signed_in(tmp_path / "li", li, proxy.base_url, clock=clock) as desk,
        ):
            await desk.online()
            await desk.account.rooms.open_room(room)
            proxy.is_black_hole = True  # nothing is said any more, and nobody is told
            await asyncio.sleep(1.0)
            proxy.heal()
            await desk.account.sending.send_text(room, "good morning")
            clock.ahead_ms += 8 * 3_600_000
            say(homeserver, zhang, room, "said overnight")
            await desk.until(lambda: desk.find(room, "said overnight"), 10)
            await desk.drained(10)

    run(sleep())


def test_another_network_brings_new_connections(
    homeserver: Homeserver, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    li, zhang = homeserver.new_user("li"), homeserver.new_user("zhang")
    room = new_room(homeserver, li, zhang)
    addresses = ("10.0.0.2",)
    monkeypatch.setattr("app.sync.wake.local_addresses", lambda: addresses)

    async def switch() -> None:
        nonlocal addresses
        async with (
            FaultProxy(homeserver.base_url) as proxy,
            signed_in(tmp_path / "li", li, proxy.base_url) as desk,
        ):
            await desk.online()
            before = len(proxy.requests)
            proxy.is_black_hole = True
            await desk.account.sending.send_text(room, "on the move")
            await desk.until(lambda: len(proxy.requests) > before)
            proxy.heal()
            addresses = ("192.168.1.7",)
            say(homeserver, zhang, room, "where are you?")
            await desk.until(lambda: desk.find(room, "where are you?"), 10)
            await desk.drained(10)
            assert sorted(server_texts(homeserver, li, room)) == ["on the move", "where are you?"]

    run(switch())


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_is_a_day_off_changes_nothing_but_a_hint(
    homeserver: Homeserver, tmp_path: Path, run: Run, days: int
) -> None:
    li, zhang = homeserver.new_user("li"), homeserver.new_user("zhang")
    room = new_room(homeserver, li, zhang)
    clock = JumpingClock(days * 86_400_000)

    async def live() -> None:
        async with FaultProxy(homeserver.base_url) as proxy:
            async with signed_in(tmp_path / "li", li, proxy.base_url, clock=clock) as desk:
                await desk.online()
                proxy.fault(_is_send, refuse)
                await desk.account.sending.send_text(room, "one")
                event = say(homeserver, zhang, room, "two")
                await desk.until(lambda: desk.find(room, "two"))
                await desk.drained()
                assert sorted(desk.said(room)) == ["one", "two"]
                skew = desk.account.connection.state.clock_skew_ms
                assert abs(skew + days * 86_400_000) < 60_000
                assert desk.account.cache.read.row_of(room, event) is not None
            clock.ahead_ms = 0  # set right while the app was closed
            async with opened(tmp_path / "li", clock=clock) as desk:
                await desk.account.sending.send_text(room, "three")
                await desk.drained()
                assert desk.said(room)[-1] == "three"

    run(live())
