"""One click, and the server agrees: receipts that are private, unhurried, undone in time, and never lost to a kill."""

import asyncio
import itertools
import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest

from app.attention import clearing
from app.domain.attention import ClearScope, ClearState
from app.domain.ids import RoomID
from app.domain.rooms import NotifyLevel
from app.rooms.levels import DING_RULE
from tests.helpers.desk import Desk, new_room, opened, server_texts, signed_in
from tests.helpers.fault_proxy import FaultProxy, Forward, ProxiedRequest, answer
from tests.helpers.homeserver import Homeserver, ServerUser
from tests.live.conftest import Run

ROOT = Path(__file__).parents[2]
ROOMS = 30
EVERYTHING = ClearScope()
API = "/_matrix/client/v3"
_numbers = itertools.count(1)


@dataclass
class Crowd:
    """Somebody in many rooms where others talk."""

    server: Homeserver
    me: ServerUser
    other: ServerUser
    rooms: list[RoomID] = field(default_factory=list)

    def talk(self) -> None:
        """Make every room unread; one has a mention, one an answer in a thread."""
        with ThreadPoolExecutor(4) as pool:
            roots = list(pool.map(self._say, self.rooms))
        self._say(self.rooms[0], {"m.mentions": {"user_ids": [self.me.user_id]}})
        thread = {"rel_type": "m.thread", "event_id": roots[1]}
        self._say(self.rooms[1], {"m.relates_to": thread})

    def _say(self, room_id: RoomID, more: dict[str, Any] | None = None) -> str:
        n = next(_numbers)
        content = {"msgtype": "m.text", "body": f"text {n}", "m.mentions": {}, **(more or {})}
        path = f"{API}/rooms/{quote(room_id)}/send/m.room.message/talk{n}"
        return str(self.server.api("PUT", path, content, user=self.other)["event_id"])

    def first_sync(self) -> dict[str, Any]:
        """Give what the server tells a new device. The filter differs each time: answers are kept for two minutes."""
        only = {
            "room": {
                "timeline": {"limit": 1 + next(_numbers), "unread_thread_notifications": True},
                "ephemeral": {"types": ["m.receipt"]},
            }
        }
        answer = self.server.api("GET", f"{API}/sync?filter={quote(json.dumps(only))}", user=self.me)
        rooms: dict[str, Any] = answer["rooms"]["join"]
        return rooms

    def unread(self) -> dict[str, int]:
        """Give the rooms the server counts something in, threads included."""
        found: dict[str, int] = {}
        for room_id, room in self.first_sync().items():
            threads = room.get("unread_thread_notifications", {}).values()
            count = sum(counts["notification_count"] for counts in (room["unread_notifications"], *threads))
            if count:
                found[room_id] = count
        return found

    def receipts(self) -> dict[str, set[str]]:
        """Give the kinds of my receipts on the newest event of each room, as my own devices see them."""
        found: dict[str, set[str]] = {}
        for room_id, room in self.first_sync().items():
            newest = room["timeline"]["events"][-1]["event_id"]
            for event in room["ephemeral"]["events"]:
                kinds = event["content"].get(newest, {})
                found.setdefault(room_id, set()).update(
                    k for k, users in kinds.items() if self.me.user_id in users
                )
        return {room_id: kinds for room_id, kinds in found.items() if kinds}


@pytest.fixture(scope="module")
def crowd(homeserver: Homeserver) -> Iterator[Crowd]:
    me, other = homeserver.new_user("li"), homeserver.new_user("zhang")
    made = Crowd(homeserver, me, other)
    with ThreadPoolExecutor(4) as pool:
        made.rooms = list(pool.map(lambda n: new_room(homeserver, other, me, name=f"room {n}"), range(ROOMS)))
    yield made


@pytest.fixture
def no_undo_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clearing, "UNDO_MS", 0)


async def ready(desk: Desk, crowd: Crowd) -> None:
    """Wait until this device counts what the server counts."""
    await desk.online()
    await desk.until(lambda: desk.account.cache.read.totals().unread_rooms == len(crowd.rooms))


async def gone_out(desk: Desk) -> None:
    """Wait until the server has everything of the last clear."""
    await desk.until(lambda: desk.account.clearing.history()[0].state is ClearState.DONE, 60)
    await desk.drained(60)


def test_a_clear_reaches_the_server_as_private_receipts_threads_and_marks_included(
    crowd: Crowd, tmp_path: Path, run: Run, no_undo_time: None
) -> None:
    crowd.talk()
    assert len(crowd.unread()) == ROOMS

    async def clear() -> None:
        async with (
            signed_in(tmp_path / "office", crowd.me, crowd.server.base_url) as desk,
            signed_in(tmp_path / "phone", crowd.me, crowd.server.base_url) as phone,
        ):
            await ready(desk, crowd)
            await ready(phone, crowd)
            await desk.account.rooms.mark_unread(crowd.rooms[2], True)
            await phone.until(lambda: phone.account.cache.read.room(crowd.rooms[2]).is_marked_unread)  # type: ignore[union-attr]
            assert await desk.account.clearing.clear(EVERYTHING)
            assert desk.account.cache.read.totals()[:2] == (0, 0)
            await gone_out(desk)
            assert not await asyncio.to_thread(crowd.unread)
            await phone.until(lambda: phone.account.cache.read.totals()[:2] == (0, 0))
            (record,) = desk.account.clearing.history()
            assert (record.rooms, record.sent, record.mentions) == (ROOMS, ROOMS, 1)
            await asyncio.sleep(0.5)  # the copies of the receipts come by sync: nothing jumps
            assert desk.account.cache.read.totals()[:2] == (0, 0)

    run(clear())
    assert crowd.receipts() == {room: {"m.read.private"} for room in crowd.rooms}
    seen_by_other = Crowd(crowd.server, crowd.other, crowd.me, crowd.rooms).first_sync()
    assert crowd.me.user_id not in json.dumps([room["ephemeral"] for room in seen_by_other.values()])


def test_what_is_undone_in_time_the_server_never_hears_of(
    crowd: Crowd, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd.talk()
    before = crowd.unread(), crowd.receipts()
    assert len(before[0]) == ROOMS
    monkeypatch.setattr(clearing, "UNDO_MS", 1500)

    async def clear_and_undo() -> None:
        async with (
            FaultProxy(crowd.server.base_url) as proxy,
            signed_in(tmp_path / "li", crowd.me, proxy.base_url) as desk,
        ):
            await ready(desk, crowd)
            rows = desk.account.cache.read.room_page(crowd.rooms)
            clear_id = await desk.account.clearing.clear(EVERYTHING)
            await asyncio.sleep(0.5)
            assert clear_id is not None
            assert await desk.account.clearing.undo(clear_id)
            assert desk.account.cache.read.room_page(crowd.rooms) == rows
            await asyncio.sleep(1.5)
            assert not [r for r in proxy.requests if "/receipt/" in r.path or "/account_data/" in r.path]
            assert desk.waiting() == 0

    run(clear_and_undo())
    assert (crowd.unread(), crowd.receipts()) == before


def test_the_servers_limit_is_kept_and_chat_goes_on_meanwhile(
    crowd: Crowd, tmp_path: Path, run: Run, no_undo_time: None
) -> None:
    """The server limits messages, not receipts; the proxy does it in its name: eight, then 429 for half a second."""
    crowd.talk()
    passed: Counter[str] = Counter()
    refused, left, open_at = 0, 8, 0.0

    async def limited(request: ProxiedRequest, forward: Forward) -> bytes | None:
        nonlocal refused, left, open_at
        now = time.monotonic()
        if left == 0 and now >= open_at:
            left = 8
        if left == 0:
            refused += 1
            return answer(
                429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": round((open_at - now) * 1000)}
            )
        left, open_at = left - 1, now + 0.5
        passed[unquote(request.path.split("/rooms/")[1].split("/")[0])] += 1
        return await forward()

    async def clear() -> None:
        async with (
            FaultProxy(crowd.server.base_url) as proxy,
            signed_in(tmp_path / "li", crowd.me, proxy.base_url) as desk,
        ):
            await ready(desk, crowd)
            proxy.fault(lambda request: "/receipt/" in request.path, limited, 10_000)
            await desk.account.clearing.clear(EVERYTHING)
            await desk.until(lambda: refused)
            await desk.account.sending.send_text(crowd.rooms[5], "meanwhile")
            await desk.until(lambda: (item := desk.find(crowd.rooms[5], "meanwhile")) and item.event_id)
            assert desk.account.clearing.history()[0].state is ClearState.SENDING
            await gone_out(desk)

    run(clear())
    assert not crowd.unread()
    assert set(passed) == set(crowd.rooms)
    assert max(passed.values()) == 1, "sent twice"
    assert refused <= 4 * (ROOMS // 8 + 1), "those on their way meet the limit, nobody else"


def test_kill_9_while_the_receipts_go_out(crowd: Crowd, tmp_path: Path, run: Run) -> None:
    crowd.talk()
    folder = tmp_path / "li"

    async def first_time() -> None:
        async with signed_in(folder, crowd.me, crowd.server.base_url) as desk:
            await ready(desk, crowd)

    run(first_time())
    chance = random.Random(7)
    noted: list[str] = []
    for turn in range(4):
        command = [sys.executable, "-X", "dev", "-m", "tests.live.child_clearer", str(folder)]
        child = subprocess.Popen(
            [*command, *(["--clear"] if turn == 0 else [])],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "cleared\n"
        if turn:  # the first dies before anything goes out
            noted.append(child.stdout.readline())
        time.sleep(chance.uniform(0.0, 0.03))
        child.send_signal(signal.SIGKILL)
        child.communicate()

    async def afterwards() -> None:
        async with opened(folder) as desk:
            assert desk.account.cache.read.totals()[:2] == (0, 0)
            assert desk.account.clearing.history()[0].state is ClearState.SENDING, (
                "killed too late to show anything"
            )
            await desk.online()
            await gone_out(desk)
            (record,) = desk.account.clearing.history()
            assert (record.rooms, record.sent) == (ROOMS, ROOMS)
            assert desk.account.cache.read.totals()[:2] == (0, 0)

    run(afterwards())
    assert [int(line) for line in noted] == sorted({int(line) for line in noted}), (
        "each goes on where one ended"
    )
    assert not crowd.unread()
    assert crowd.receipts() == {room: {"m.read.private"} for room in crowd.rooms}


def test_restored_rooms_are_unread_on_every_device(
    crowd: Crowd, tmp_path: Path, run: Run, no_undo_time: None
) -> None:
    crowd.talk()

    async def restore() -> None:
        async with (
            signed_in(tmp_path / "office", crowd.me, crowd.server.base_url) as desk,
            signed_in(tmp_path / "phone", crowd.me, crowd.server.base_url) as phone,
        ):
            await ready(desk, crowd)
            await phone.online()
            clear_id = await desk.account.clearing.clear(EVERYTHING)
            assert clear_id is not None
            await gone_out(desk)
            assert not await desk.account.clearing.undo(clear_id)
            assert await desk.account.clearing.restore(clear_id) == ROOMS
            assert desk.account.cache.read.totals().unread_rooms == ROOMS
            await desk.drained(60)
            await phone.until(
                lambda: all(room.is_marked_unread for room in phone.account.cache.read.room_page(crowd.rooms))
            )
            await desk.account.clearing.clear(EVERYTHING)
            await gone_out(desk)
            await phone.until(lambda: phone.account.cache.read.totals().unread_rooms == 0)

    run(restore())


def test_a_room_left_meanwhile_holds_nothing_up(crowd: Crowd, tmp_path: Path, run: Run) -> None:
    """The server refuses its receipt; the others go out."""
    me, other = crowd.server.new_user("wang"), crowd.other
    rooms = [new_room(crowd.server, other, me, name=f"few {n}") for n in range(3)]
    few = Crowd(crowd.server, me, other, rooms)
    few.talk()

    async def prepare() -> None:
        async with signed_in(tmp_path / "wang", me, crowd.server.base_url) as desk:
            await ready(desk, few)
            desk.account.pause()
            assert await desk.account.cache.clearing.clear(EVERYTHING, 0)

    run(prepare())
    crowd.server.api("POST", f"{API}/rooms/{quote(rooms[0])}/leave", {}, user=me)

    async def go_on() -> None:
        async with opened(tmp_path / "wang") as desk:
            await desk.online()
            await gone_out(desk)

    run(go_on())
    assert not few.unread()


def test_a_room_muted_offline_stays_loud_for_dings(crowd: Crowd, tmp_path: Path, run: Run) -> None:
    """The mute stands behind the rule of dings, so that a ding rings on every device."""
    li = crowd.server.new_user("li")
    room = new_room(crowd.server, crowd.other, li)
    ding = {
        "conditions": [{"kind": "event_property_is", "key": "content.im\\.tack\\.ding.v", "value": 1}],
        "actions": ["notify"],
    }
    crowd.server.api("PUT", f"{API}/pushrules/global/override/{DING_RULE}", ding, user=li)

    async def mute() -> None:
        async with signed_in(tmp_path / "li", li, crowd.server.base_url) as desk:
            await desk.online()
            await desk.until(lambda: desk.account.cache.read.room(room))
            desk.account.pause()
            await desk.account.rooms.set_level(room, NotifyLevel.MENTIONS)
            await desk.account.rooms.set_level(room, NotifyLevel.NONE)
            assert desk.account.cache.read.room(room).level is NotifyLevel.NONE  # type: ignore[union-attr]
            desk.account.resume()
            await desk.online()
            await desk.drained()

    run(mute())
    rules = crowd.server.api("GET", f"{API}/pushrules/", user=li)["global"]
    ids = [rule["rule_id"] for rule in rules["override"]]
    assert ids.index(room) == ids.index(DING_RULE) + 1
    assert room not in [rule["rule_id"] for rule in rules["room"]]
    assert server_texts(crowd.server, li, room) == []
