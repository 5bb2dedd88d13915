"""The large company for measurements: the demo's people in 500 rooms with 200,000 messages.

Takes about twenty minutes the first time and goes on where it was interrupted: finished rooms are remembered in
`large.json` beside the server's data. The same sentences as in the demo, drawn by a fixed seed.
"""

import asyncio
import json
import random
import time
from pathlib import Path
from typing import Any

from app.clock import SystemClock
from app.domain.ids import RoomID
from app.local_server import LocalServer, ServerSettings
from app.local_server.config import write_private
from app.local_server.demo.company import Company
from app.local_server.demo.people import EMPLOYEES, SIGNED_IN
from app.local_server.demo.script import load_scripts
from app.local_server.demo.series import series
from app.matrix.auth import StaticToken
from app.matrix.client import MatrixClient
from app.matrix.transport import Transport
from app.matrix.trust import NetworkSettings

MODULE_FOLDER = Path(__file__).resolve().parent / "synapse_module"
BULK = "/_synapse/client/tack_bulk"
BATCH = 200
DAY_MS = 86_400_000
TEAMS = (
    "研发",
    "产品",
    "设计",
    "市场",
    "销售",
    "财务",
    "人事",
    "运营",
    "客服",
    "供应链",
    "Infra",
    "Growth",
    "QA",
    "法务",
)
TOPICS = (
    "周会",
    "项目群",
    "值班",
    "发布",
    "客户支持",
    "需求评审",
    "排期",
    "复盘",
    "Design review",
    "预算",
    "招聘",
    "Hotfix",
)


async def ensure_large(
    server: LocalServer, company: Company, rooms: int = 500, messages: int = 200_000
) -> None:
    """Fill the server up to that many rooms and messages; `server` runs before and after."""
    stamp = server.folder / "large.json"
    done: set[int] = set(json.loads(stamp.read_text("utf-8"))) if stamp.exists() else set()
    plan = _plan(rooms - 30, messages)
    if len(done) == len(plan):
        return
    await server.stop()
    extra = {"modules": [{"module": "tack_bulk.BulkModule", "config": {}}]}
    settings = ServerSettings(is_unlimited=True, module_folder=MODULE_FOLDER, extra=extra)
    filling = LocalServer(server.folder, settings=settings)
    await filling.start()
    transport = Transport(NetworkSettings(proxy_mode="none"), user_agent="Tack demo builder")
    token = StaticToken(filling.secrets.as_token)
    client = MatrixClient(transport, filling.base_url, clock=SystemClock(), token_source=token)
    try:
        await _Filler(client, company, plan, stamp, done).fill()
    finally:
        await transport.aclose()
        await filling.stop()
    await server.start()


def _plan(rooms: int, messages: int) -> list[int]:
    """How many messages each room gets: a few busy rooms, many quiet ones."""
    rng = random.Random("large/sizes")
    weights = [rng.lognormvariate(0, 1.2) for _ in range(rooms)]
    return [max(1, round(messages * weight / sum(weights))) for weight in weights]


class _Filler:
    """Writes the rooms of a plan one after another (the server is the slow side)."""

    def __init__(
        self, client: MatrixClient, company: Company, plan: list[int], stamp: Path, done: set[int]
    ) -> None:
        self._client = client
        self._company = company
        self._plan = plan
        self._stamp = stamp
        self._done = done
        self._now_ms = SystemClock().now_ms()
        scripts = load_scripts(series)
        self._sentences = [line.text for script in scripts for line in script.lines if line.text]
        self._others = [person.key for person in EMPLOYEES if person.key != SIGNED_IN]

    async def fill(self) -> None:
        started, written = time.monotonic(), 0
        for number, count in enumerate(self._plan):
            if number in self._done:
                continue
            await self._room(number, count)
            written += count
            self._done.add(number)
            await asyncio.to_thread(write_private, self._stamp, json.dumps(sorted(self._done)))
            rate = written / (time.monotonic() - started)
            print(
                f"\r{len(self._done)} of {len(self._plan)} rooms, {rate:.0f} messages a second ",
                end="",
                flush=True,
            )
        print()

    async def _room(self, number: int, count: int) -> None:
        rng = random.Random(f"large/{number}")
        members = rng.sample(self._others, rng.randint(2, 8))
        owner = self._client.as_user(self._company.user(members[0]))
        open_door = {"type": "m.room.join_rules", "state_key": "", "content": {"join_rule": "public"}}
        name = f"{rng.choice(TEAMS)}{rng.choice(TOPICS)} {number:03d}"
        room_id = await owner.rooms.create_room(
            {"preset": "private_chat", "name": name, "initial_state": [open_door]}
        )
        for key in [SIGNED_IN, *members[1:]]:
            await self._client.as_user(self._company.user(key)).rooms.join(room_id)
        last = await self._talk(rng, room_id, [SIGNED_IN, *members], count)
        if rng.random() < 0.7:
            reader = self._client.as_user(self._company.user(SIGNED_IN))
            await reader.receipts.read_markers(room_id, fully_read=last, read=last)

    async def _talk(self, rng: random.Random, room_id: RoomID, members: list[str], count: int) -> Any:
        first = self._now_ms - int(180 * DAY_MS * rng.random())
        step = (self._now_ms - first) // (count + 1)
        events = [
            {
                "sender": self._company.user(rng.choice(members)),
                "ts": first + step * (n + 1),
                "content": {"msgtype": "m.text", "body": rng.choice(self._sentences), "m.mentions": {}},
            }
            for n in range(count)
        ]
        last = None
        for start in range(0, count, BATCH):
            body = {"room_id": room_id, "events": events[start : start + BATCH]}
            answer = await self._client.call("POST", BULK, body=body, timeout_s=120)
            last = answer["event_ids"][-1]
        return last
