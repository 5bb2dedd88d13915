"""First sign-in of an account with 1,500 rooms on a real Synapse: password to painted list, beside one raw sync request."""

import json
import statistics
import tempfile
import time
import urllib.request
from pathlib import Path

from PySide6.QtWidgets import QApplication

from tests.benchmarks.desk import account_of, play, tack, until
from tests.benchmarks.measure import Figure, emit
from tests.benchmarks.prepared_server import big_account
from tests.helpers.homeserver import Homeserver
from ui.options import Connect

SYNC = "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync?timeout=0"
LIST = {
    "ranges": [[0, 19]],
    "timeline_limit": 20,
    "required_state": [
        ["m.room.create", ""],
        ["m.room.name", ""],
        ["m.room.avatar", ""],
        ["m.room.topic", ""],
        ["m.room.power_levels", ""],
        ["m.room.member", "$LAZY"],
        ["m.room.member", "$ME"],
    ],
}
RUNS = 4


def raw_sync_ms(server: Homeserver, number: int) -> float:
    """Time the bare request for the same rooms on a fresh connection."""
    body = {
        "conn_id": f"floor{number}",
        "lists": {"all": LIST},
        "extensions": {"account_data": {"enabled": True}},
    }
    request = urllib.request.Request(
        server.base_url + SYNC,
        json.dumps(body).encode(),
        {"Authorization": f"Bearer {server.users[0].access_token}", "Content-Type": "application/json"},
    )
    started = time.perf_counter()
    with urllib.request.urlopen(request, timeout=60) as answer:
        json.load(answer)
    return (time.perf_counter() - started) * 1000


async def scene(app: QApplication, server: Homeserver, data: Path) -> tuple[float, float, float]:
    """Sign in through the program; times to the opened account, to the painted list, to all 1,500 rooms."""
    user = server.users[0]
    connect = Connect(server.base_url, user.user_id, user.password)
    started = time.perf_counter()

    def now() -> float:
        return (time.perf_counter() - started) * 1000

    async with tack(app, data, offline=False, connect=connect, settle_s=0) as application:
        signed_in = now()
        read = account_of(application).cache.read
        await until(lambda: len(read.room_order(limit=15)) == 15)
        application.window.grab()
        listed = now()
        await until(lambda: len(read.room_order()) >= 1_500, 300)
        return signed_in, listed, now()


def main() -> None:
    """Measure; a new device each time."""
    listed, floor, signed, whole = [], [], [], []
    with big_account() as server:
        for number in range(RUNS):
            floor.append(raw_sync_ms(server, number))
            with tempfile.TemporaryDirectory() as name:
                first, second, third = play(lambda app, data=Path(name): scene(app, server, data))  # type: ignore[misc]
            signed.append(first)
            listed.append(second)
            whole.append(third)
    value, low = statistics.median(listed[1:]), statistics.median(floor[1:])
    note = (
        f"of which until the server took the password {statistics.median(signed[1:]):.0f} ms; cold server {listed[0]:.0f} ms "
        f"(floor {floor[0]:.0f}); all 1,500 rooms after {statistics.median(whole[1:]) / 1000:.1f} s in the background"
    )
    emit(
        [
            Figure(
                "first sign-in, 1,500 rooms, to painted list",
                value,
                "ms",
                "≤ 1500 ms",
                low,
                "raw sync request",
                value <= 1500,
                note,
            )
        ]
    )


if __name__ == "__main__":
    main()
