"""The demo company as a whole: build it once, know it again.

`demo.json` in the server's folder says that the building has begun, and later what was built. A folder with a
half-built company (the building was interrupted) is emptied and built anew; a server that was never meant for the
demo is refused, so that nobody's real company is touched.
"""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.clock import SystemClock
from app.domain.ids import RoomID, UserID
from app.errors import LocalServerError
from app.local_server.config import write_private
from app.local_server.demo.approval_writer import LIBRARY
from app.local_server.demo.builder import CompanyBuilder
from app.local_server.demo.calendar import Calendar
from app.local_server.demo.channel_writer import CHANNELS
from app.local_server.demo.people import PASSWORD, SIGNED_IN
from app.local_server.demo.script import SCRIPTS, load_scripts
from app.local_server.demo.series import series
from app.local_server.folder import DATABASE
from app.local_server.server import LocalServer
from app.local_server.settings import ServerSettings

DEMO_SETTINGS = ServerSettings(is_unlimited=True)


@dataclass(frozen=True, slots=True)
class Company:
    """A built company."""

    base_url: str
    server_name: str
    rooms: dict[str, RoomID]
    """Script or department → room or space."""

    def user(self, key: str = SIGNED_IN) -> UserID:
        """Give a person's id."""
        return UserID(f"@{key}:{self.server_name}")

    @property
    def password(self) -> str:
        """Everybody's."""
        return PASSWORD


Progress = Callable[[int, int], None]


async def ensure_company(
    server: LocalServer,
    on_progress: Progress | None = None,
    templates: Sequence[str] = (),
    films: Path | None = None,
) -> Company:
    """Start the server and make sure that the company lives on it; `on_progress(done, total)` counts rooms.
    `templates` are those of approvals, as JSON; `films` a folder with the videos of its channels."""
    stamp = server.folder / "demo.json"
    known = await asyncio.to_thread(_load, stamp)
    if known is not None and not known:
        await server.uninstall_data()
    elif known is None and (server.folder / DATABASE).exists():
        raise LocalServerError("this folder holds a company that is not the demo", code="server_not_empty")
    base_url = await server.start()
    if not known:
        await asyncio.to_thread(_save, stamp, {})
    if not known or (templates and LIBRARY not in known):
        known = await _build(server, known or {}, on_progress or (lambda done, total: None), templates)
        await asyncio.to_thread(_save, stamp, known)
    if films is not None and CHANNELS not in known:
        known = await _build_channels(server, known, films)
        await asyncio.to_thread(_save, stamp, known)
    return Company(base_url, server.server_name, known)


async def _build(
    server: LocalServer, known: dict[str, RoomID], on_progress: Progress, templates: Sequence[str]
) -> dict[str, RoomID]:
    """Build all of it; where there are rooms already, from before there were approvals, only these."""
    async with _builder(server) as builder:
        if known:
            await builder.add_approvals(known, templates)
        else:
            await builder.build(load_scripts(series), on_progress, templates)
        return builder.rooms


async def _build_channels(server: LocalServer, known: dict[str, RoomID], films: Path) -> dict[str, RoomID]:
    async with _builder(server) as builder:
        await builder.add_channels(known, films)
        return builder.rooms


@asynccontextmanager
async def _builder(server: LocalServer) -> AsyncIterator[CompanyBuilder]:
    from app.matrix.auth import StaticToken  # late: a server that has its company needs none of these
    from app.matrix.client import MatrixClient
    from app.matrix.transport import Transport
    from app.matrix.trust import NetworkSettings

    transport = Transport(NetworkSettings(proxy_mode="none"), user_agent="Tack demo builder")
    try:
        client = MatrixClient(
            transport, server.base_url, clock=SystemClock(), token_source=StaticToken(server.secrets.as_token)
        )
        yield CompanyBuilder(server, client, Calendar(datetime.now().astimezone()))
    finally:
        await transport.aclose()


def _load(stamp: Path) -> dict[str, RoomID] | None:
    """Rooms of a built company; empty for one that was begun, None where there is none."""
    try:
        return {key: RoomID(room) for key, room in json.loads(stamp.read_text("utf-8"))["rooms"].items()}
    except FileNotFoundError:
        return None
    except (ValueError, KeyError):
        return {}


def _save(stamp: Path, rooms: dict[str, RoomID]) -> None:
    write_private(stamp, json.dumps({"scripts": scripts_digest(), "rooms": rooms}, indent=1))


def scripts_digest() -> str:
    """A fingerprint of the scripts, to see whether a prepared company is of today's text."""
    digest = hashlib.sha256()
    for path in sorted(SCRIPTS.glob("*.txt")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
