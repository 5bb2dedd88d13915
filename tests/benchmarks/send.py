"""From Enter to the local echo on screen, and to the other person's cache, through a real Synapse.

Floor of the echo: repainting the window. Floor of the way: a raw HTTP send until a raw long poll of the other person answers.
"""

import asyncio
import json
import statistics
import tempfile
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import quote

from PySide6.QtWidgets import QApplication

from app.account import Account
from app.domain.ids import RoomID
from app.paths import Paths
from app.settings import Settings
from app.store.cache import CacheKey
from tests.benchmarks.desk import account_of, play, tack, until
from tests.benchmarks.measure import Figure, emit, percentile
from tests.helpers.homeserver import TEST_SETTINGS, Homeserver, ServerUser
from ui.options import Connect

MESSAGES = 40
API = "/_matrix/client/v3"


def http(server: Homeserver, user: ServerUser, method: str, path: str, body: Any = None) -> Any:
    """One raw request."""
    request = urllib.request.Request(
        server.base_url + API + path,
        None if body is None else json.dumps(body).encode(),
        {"Authorization": f"Bearer {user.access_token}", "Content-Type": "application/json"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def make_room(server: Homeserver) -> str:
    """A room of the first two users."""
    one, two = server.users[:2]
    room = http(server, one, "POST", "/createRoom", {"preset": "public_chat", "name": "bench"})["room_id"]
    http(server, two, "POST", f"/join/{quote(room)}", {})
    return str(room)


def floor_ms(server: Homeserver, room: str) -> list[float]:
    """Raw send to raw long poll."""
    one, two = server.users[:2]
    narrow = quote(
        json.dumps(
            {"room": {"timeline": {"limit": 1}, "state": {"types": []}, "account_data": {"types": []}}}
        )
    )
    since = http(server, two, "GET", f"/sync?timeout=0&filter={narrow}")["next_batch"]
    times = []
    for n in range(MESSAGES):
        arrived: list[tuple[float, str]] = []

        def poll(at: str = since, into: list[tuple[float, str]] = arrived) -> None:
            answer = http(server, two, "GET", f"/sync?timeout=30000&since={at}&filter={narrow}")
            into.append((time.perf_counter(), answer["next_batch"]))

        thread = threading.Thread(target=poll)
        thread.start()
        time.sleep(0.1)
        started = time.perf_counter()
        http(
            server,
            one,
            "PUT",
            f"/rooms/{quote(room)}/send/m.room.message/f{n}",
            {"msgtype": "m.text", "body": f"floor {n}"},
        )
        thread.join()
        times.append((arrived[0][0] - started) * 1000)
        since = arrived[0][1]
    return times


async def scene(
    app: QApplication, server: Homeserver, room: RoomID, folder: Path
) -> tuple[list[float], list[float], list[float]]:
    """Send from the window of one person; the other person's account runs beside it, without a window."""
    one, two = server.users[:2]
    paths = Paths.for_profile("two", folder)
    paths.create()
    other = await Account.sign_in(
        paths, CacheKey.random(), Settings(), server.base_url, two.user_id, two.password
    )
    await other.start()
    connect = Connect(server.base_url, one.user_id, one.password)
    echoes, ways, paints = [], [], []
    async with tack(app, folder, offline=False, connect=connect) as application:
        me = account_of(application)
        await until(lambda: room in me.cache.read.room_order() and room in other.cache.read.room_order())
        assert application.signed_in is not None
        page = application.signed_in.page
        page.open_room(room)
        await other.rooms.open_room(room)
        await asyncio.sleep(2)
        for n in range(MESSAGES):
            before = me.cache.read.extent(room).row_count
            heard = other.cache.read.extent(room).item_count
            started = time.perf_counter()
            await me.sending.send_text(room, f"message {n}")
            await until(lambda was=before: me.cache.read.extent(room).row_count > was)  # type: ignore[misc]
            application.window.grab()
            echoes.append((time.perf_counter() - started) * 1000)
            await until(lambda was=heard: other.cache.read.extent(room).item_count > was)  # type: ignore[misc]
            ways.append((time.perf_counter() - started) * 1000)
            painted = time.perf_counter()
            application.window.grab()
            paints.append((time.perf_counter() - painted) * 1000)
            await asyncio.sleep(0.1)
    await other.stop()
    return echoes, ways, paints


def main() -> None:
    """Measure."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = Homeserver(folder / "server", TEST_SETTINGS)
        server.open(2)
        try:
            room = make_room(server)
            floor = floor_ms(server, room)
            echoes, ways, paints = play(lambda app: scene(app, server, RoomID(room), folder / "data"))
        finally:
            server.close()
    echo, paint = statistics.median(echoes), statistics.median(paints)
    way, low = statistics.median(ways), statistics.median(floor)
    emit(
        [
            Figure(
                "send to painted local echo",
                echo,
                "ms",
                "one frame (≤ 16 ms + a paint)",
                paint,
                "repaint the window",
                echo <= 16 + paint,
                f"p95 {percentile(echoes, 0.95):.0f} ms",
            ),
            Figure(
                "send to the other person's screen",
                way,
                "ms",
                "–",
                low,
                "raw HTTP send + long poll",
                None,
                f"p95 {percentile(ways, 0.95):.0f} ms (floor {percentile(floor, 0.95):.0f})",
            ),
        ]
    )


if __name__ == "__main__":
    main()
