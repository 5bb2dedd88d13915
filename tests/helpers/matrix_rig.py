"""A client wired to a fault server, with time in the test's hand."""

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from app.domain.account import ServerOffers, Session
from app.domain.ids import DeviceID, UserID
from app.matrix.auth import SessionTokens
from app.matrix.client import MatrixClient
from app.matrix.transport import NetworkSettings, Transport
from tests.helpers.fault_server import FaultServer

T = TypeVar("T")
ME = UserID("@me:test")


class HandClock:
    """A clock that moves when the test says so."""

    def __init__(self, now_ms: int = 1_700_000_000_000) -> None:
        self.wall_ms = now_ms
        self.passed_s = 0.0

    def now_ms(self) -> int:
        """Wall time."""
        return self.wall_ms

    def monotonic(self) -> float:
        """Steady time."""
        return self.passed_s

    async def sleep(self, seconds: float) -> None:
        """Pass the time at once."""
        self.passed_s += seconds
        self.wall_ms += int(seconds * 1000)
        await asyncio.sleep(0)


class Rig:
    """Server, transport, client, and the sessions that were persisted."""

    def __init__(self, server: FaultServer, transport: Transport) -> None:
        self.server = server
        self.transport = transport
        self.clock = HandClock()
        self.persisted: list[Session] = []
        self.client = MatrixClient(transport, server.base_url, clock=self.clock)
        session = Session(server.base_url, ME, DeviceID("DEV"), "token1", "refresh1", None)
        self.tokens = SessionTokens(session, self.client, self._persist)
        self.client.token_source = self.tokens

    async def _persist(self, session: Session) -> None:
        await asyncio.sleep(0)
        self.persisted.append(session)


@asynccontextmanager
async def rig(network: NetworkSettings | None = None, **options: Any) -> AsyncIterator[Rig]:
    """Start both ends; stop them after."""
    transport = Transport(network or NetworkSettings(), user_agent="Tack/test", **options)
    try:
        async with FaultServer() as server:
            yield Rig(server, transport)
    finally:
        await transport.aclose()


def run(test: Coroutine[Any, Any, T]) -> T:
    """Run a test's coroutine on a loop of its own."""
    return asyncio.run(asyncio.wait_for(test, 60))


def offers(*, sliding: bool) -> ServerOffers:
    """What a server could offer."""
    return ServerOffers(("v1.11",), sliding, False, None, True, True, "12")


def event(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A text message as a server sends it."""
    made: dict[str, Any] = {
        "event_id": f"$e{number}",
        "type": "m.room.message",
        "sender": "@li:test",
        "origin_server_ts": 1_700_000_000_000 + number,
        "content": {"msgtype": "m.text", "body": f"text {number}"},
    }
    return made | changes


def member(user_id: str, membership: str, number: int = 900) -> dict[str, Any]:
    """A member event."""
    content = {"membership": membership}
    return event(number, type="m.room.member", state_key=user_id, sender=user_id, content=content)


def encoded(value: object) -> bytes:
    """JSON bytes."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
