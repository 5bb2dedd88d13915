"""A bad line between the app and a real homeserver: an HTTP proxy that does what a test tells it.

It runs on the test's own loop. Every request goes to the server on a connection of its own. A fault decides what
becomes of it: `lose_reply` (the server acts, the app hears nothing), `hold_reply` (until the test lets go), any
ready answer (429, 503, HTML), a damaged one. `is_down` refuses everything; `is_black_hole` swallows everything, as
a line does that died without a word.
"""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.helpers.fault_server import settle, stop_listening

Forward = Callable[[], Awaitable[bytes]]


@dataclass(frozen=True)
class ProxiedRequest:
    """One request of the app."""

    method: str
    path: str
    raw: bytes

    @property
    def is_send(self) -> bool:
        """A message or reaction on its way out."""
        return self.method == "PUT" and "/send/" in self.path

    @property
    def is_sync(self) -> bool:
        """A poll of either kind."""
        return self.path.partition("?")[0].endswith("/sync")


Fault = Callable[[ProxiedRequest, Forward], Awaitable[bytes | None]]
"""Gives the bytes of the whole answer; None cuts the connection."""


def answer(status: int, body: object, headers: str = "", *, content_type: str = "application/json") -> bytes:
    """Write an HTTP answer."""
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {len(payload)}\r\n"
    return f"{head}{headers}Connection: close\r\n\r\n".encode() + payload


def body_of(raw: bytes) -> bytes:
    """Give the body of an answer with a Content-Length or one that ends with its connection."""
    head, _, body = raw.partition(b"\r\n\r\n")
    if b"transfer-encoding: chunked" in head.lower():
        pieces = []
        while body:
            size, _, body = body.partition(b"\r\n")
            length = int(size, 16)
            pieces.append(body[:length])
            body = body[length + 2 :]
        return b"".join(pieces)
    return body


async def lose_reply(request: ProxiedRequest, forward: Forward) -> None:
    """Let the server act and cut the line before its reply."""
    await forward()


async def refuse(request: ProxiedRequest, forward: Forward) -> None:
    """Cut the line before the server hears anything."""


async def cut_reply(request: ProxiedRequest, forward: Forward) -> bytes:
    """Send half of the reply."""
    raw = await forward()
    return raw[: max(20, len(raw) * 2 // 3)]


class FaultProxy:
    """See the module text. `async with FaultProxy(url) as proxy: …  proxy.base_url`."""

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self._upstream = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._faults: list[tuple[Callable[[ProxiedRequest], bool], Fault, int]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.requests: list[ProxiedRequest] = []
        self.is_down = False
        self.is_black_hole = False

    async def __aenter__(self) -> "FaultProxy":
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.base_url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await stop_listening(self._server)
        await self.cut_all()

    def fault(self, matches: Callable[[ProxiedRequest], bool], fault: Fault, times: int = 1) -> None:
        """Do this to the next `times` requests that match."""
        self._faults.append((matches, fault, times))

    def heal(self) -> None:
        """Be a good line again."""
        self._faults.clear()
        self.is_down = self.is_black_hole = False

    async def cut_all(self) -> None:
        """Cut every connection there is."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await settle()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(
            lambda _: writer.close()
        )  # a task cancelled before its first step closes nothing

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._serve_one(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_down:
            return
        request = await _read_request(reader)
        self.requests.append(request)
        if self.is_black_hole:
            await asyncio.Event().wait()
        fault = self._fault_for(request)
        work = asyncio.ensure_future(fault(request, lambda: self._forward(request)))
        gone = asyncio.ensure_future(reader.read())
        try:
            await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                raw = work.result()
                if raw is not None:
                    writer.write(raw)
                    await writer.drain()
        finally:
            for task in (work, gone):
                task.cancel()
            await asyncio.gather(work, gone, return_exceptions=True)

    def _fault_for(self, request: ProxiedRequest) -> Fault:
        for index, (matches, fault, times) in enumerate(self._faults):
            if matches(request):
                if times > 1:
                    self._faults[index] = (matches, fault, times - 1)
                else:
                    del self._faults[index]
                return fault
        return _pass_on

    async def _forward(self, request: ProxiedRequest) -> bytes:
        """Give the server's whole answer; an empty one when the server is down."""
        try:
            reader, writer = await asyncio.open_connection(*self._upstream, limit=1 << 20)
        except OSError:
            return b""
        try:
            writer.write(request.raw)
            await writer.drain()
            return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


async def _pass_on(request: ProxiedRequest, forward: Forward) -> bytes | None:
    return await forward() or None


async def _read_request(reader: asyncio.StreamReader) -> ProxiedRequest:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    method, path, _ = lines[0].split(" ", 2)
    kept = [
        line
        for line in lines[1:]
        if line and not line.lower().startswith(("connection:", "accept-encoding:"))
    ]
    length = next((int(line.split(":")[1]) for line in kept if line.lower().startswith("content-length:")), 0)
    body = await reader.readexactly(length)
    raw = "\r\n".join([lines[0], *kept, "Connection: close", "", ""]).encode("latin-1") + body
    return ProxiedRequest(method, path, raw)
