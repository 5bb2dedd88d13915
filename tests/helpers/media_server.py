"""A media repository on raw sockets: gives parts or not, slowly or cut short, on the loop that started it.

async with MediaServer(data, gives_parts=True) as server:
    videos = server.videos(tmp_path)
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Self, cast

from app.clock import SystemClock
from app.domain.ids import ContentURI
from app.homeserver import Homeserver
from app.matrix.client import MatrixClient
from app.matrix.transport import NetworkSettings, Transport
from app.media.vault import Vault
from app.media.videos import Videos
from app.settings import Settings

URI = ContentURI("mxc://acme.com/film")
PIECE = 16 * 1024
NETWORK = NetworkSettings(proxy_mode="none", use_os_trust=False)


class Tokens:
    """Access tokens that the test lets expire."""

    def __init__(self) -> None:
        self.current = "one"
        self.refreshes = 0

    async def access_token(self) -> str:
        return self.current

    async def refreshed(self, old_token: str) -> str:
        self.refreshes += 1
        self.current = f"{old_token}+"
        return self.current


class QuickClock(SystemClock):
    """Waits between attempts are short."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.02))


class Line:
    """Stands for `Homeserver`: a client of the media server."""

    def __init__(self, client: MatrixClient) -> None:
        self.client = client


class MediaServer:
    """Change its attributes while it runs."""

    def __init__(self, data: bytes, *, gives_parts: bool = True) -> None:
        self.data = data
        self.gives_parts = gives_parts
        self.is_size_told = True
        self.announced: int | None = None
        """A length it claims in the place of the true one."""
        self.cut_after: int | None = None
        """Close without a word after so many bytes of each answer."""
        self.pause_s = 0.0
        """Between pieces."""
        self.status = 200
        self.content_type = "video/mp4"
        self.good_token: str | None = None
        self.gate: asyncio.Event | None = None
        """While it is not set, an answer stops after its first piece."""
        self.asked: list[int] = []
        """Where each request began."""
        self.sent = 0
        self.port = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; on the same port after `stop`."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Be dead at once."""
        if self._server is not None:
            self._server.close()
        for writer in tuple(self._open):
            writer.transport.abort()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._open.add(writer)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                await self._answer(head.decode(), writer)
        self._open.discard(writer)
        writer.close()

    async def _answer(self, head: str, writer: asyncio.StreamWriter) -> None:
        if self.good_token is not None and f"bearer {self.good_token}" not in head.lower():
            return _refuse(writer, 401, "M_UNKNOWN_TOKEN")
        if self.status != 200:
            return _refuse(writer, self.status, "M_NOT_FOUND")
        start, until = self._wanted(head)
        self.asked.append(start)
        if start > len(self.data) or (start == len(self.data) and start > 0):
            return _refuse(writer, 416, "M_UNKNOWN")
        writer.write(self._head(start, until))
        await self._send(self.data[start:until], writer)

    def _wanted(self, head: str) -> tuple[int, int]:
        found = re.search(r"(?im)^range: bytes=(\d+)-(\d*)\s*$", head)
        if not self.gives_parts or found is None:
            return 0, len(self.data)
        return int(found[1]), min(int(found[2]) + 1 if found[2] else len(self.data), len(self.data))

    def _head(self, start: int, until: int) -> bytes:
        total = len(self.data) if self.announced is None else self.announced
        lines = [f"HTTP/1.1 {206 if self.gives_parts else 200} OK", f"Content-Type: {self.content_type}"]
        if self.gives_parts:
            lines.append(f"Content-Range: bytes {start}-{until - 1}/{total if self.is_size_told else '*'}")
        if self.is_size_told:
            lines.append(f"Content-Length: {until - start if self.gives_parts else total}")
        else:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    async def _send(self, body: bytes, writer: asyncio.StreamWriter) -> None:
        for at in range(0, len(body), PIECE):
            if self.cut_after is not None and at >= self.cut_after:
                raise ConnectionResetError
            writer.write(body[at : at + PIECE])
            self.sent += len(body[at : at + PIECE])
            await writer.drain()
            if self.gate is not None:
                await self.gate.wait()
            if self.pause_s:
                await asyncio.sleep(self.pause_s)
        if not self.is_size_told or (self.announced is not None and not self.gives_parts):
            raise ConnectionResetError


@asynccontextmanager
async def videos_of(
    server: MediaServer, folder: Path, *, limit_mb: int = 4096, tokens: Tokens | None = None
) -> AsyncIterator[Videos]:
    """Videos over a real line to the server."""
    transport = Transport(NETWORK, user_agent="test")
    client = MatrixClient(
        transport, f"http://127.0.0.1:{server.port}", clock=SystemClock(), token_source=tokens or Tokens()
    )
    vault = Vault(folder / "videos", bytes(32))
    line = cast(Homeserver, Line(client))
    videos = Videos(line, Settings(video_limit_mb=limit_mb), lambda: vault, QuickClock())
    try:
        yield videos
    finally:
        await videos.stop()
        await transport.aclose()


def _refuse(writer: asyncio.StreamWriter, status: int, errcode: str) -> None:
    body = f'{{"errcode": "{errcode}", "error": "no"}}'.encode()
    writer.write(
        f"HTTP/1.1 {status} No\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    )
    writer.write(body)
