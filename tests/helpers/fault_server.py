"""An HTTP/1.1 server on raw sockets that misbehaves on demand: delays, cuts, lies, limits, loses replies.

Alone it answers from rules; with `upstream` it passes requests on to a real homeserver and spoils what the
rules say. It runs on the loop that started it.

    async with FaultServer() as server:
        server.on("PUT", "/send/", Reply({"event_id": "$a"}), fault=Fault.LOSE_REPLY, times=1)
"""

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


class Fault(StrEnum):
    """What goes wrong."""

    NONE = "none"
    DROP = "drop"
    """Close without a word; the request was never handled."""
    LOSE_REPLY = "lose_reply"
    """Handle the request, then close without a word."""
    CUT = "cut"
    """Announce the whole body, send half, close."""
    TRUNCATE = "truncate"
    """A complete answer with half a body."""
    HTML = "html"
    """200 with a portal's page."""
    LIMIT = "limit"
    """429 M_LIMIT_EXCEEDED (see `FaultServer.retry_after_ms`)."""
    BAD_GATEWAY = "bad_gateway"
    """502 with a page."""
    HANG = "hang"
    """Never answer."""


@dataclass(frozen=True)
class Request:
    """What came in."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path without the query, still percent-encoded."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The first value of each query parameter."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.target).query).items()}

    def json(self) -> Any:
        """The decoded body."""
        return json.loads(self.body or b"null")


@dataclass(frozen=True)
class Reply:
    """What goes out. A body that is not bytes is sent as JSON."""

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def payload(self) -> bytes:
        """The body's bytes."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Answerer = Reply | Callable[[Request], Reply | Awaitable[Reply]] | None


@dataclass
class _Rule:
    method: str
    part: str
    answer: Answerer
    fault: Fault
    delay_s: float
    times: int | None

    def matches(self, request: Request) -> bool:
        """Whether the rule speaks of the request and is not used up."""
        is_wanted = self.method in {"*", request.method} and self.part in request.target
        return is_wanted and self.times != 0


class FaultServer:
    """See the module text. Later rules come first; rules with `times` end after so many requests."""

    def __init__(self, *, upstream: str | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Request] = []
        self.retry_after_ms = 10
        self._upstream = upstream
        self._tls = tls
        self._rules: list[_Rule] = []
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._port = 0
        self._arrival = asyncio.Condition()

    @property
    def base_url(self) -> str:
        """Where it listens; the same port again after `stop` and `start`."""
        scheme, host = ("https", "localhost") if self._tls else ("http", "127.0.0.1")
        return f"{scheme}://{host}:{self._port}"

    def on(
        self,
        method: str,
        part: str,
        answer: Answerer = None,
        *,
        fault: Fault = Fault.NONE,
        delay_s: float = 0,
        times: int | None = None,
    ) -> None:
        """Answer (or spoil) requests of a method ("*" for any) whose target contains `part`."""
        self._rules.insert(0, _Rule(method, part, answer, fault, delay_s, times))

    def seen(self, method: str, part: str) -> list[Request]:
        """The requests that came in so far and match."""
        return [request for request in self.requests if request.method == method and part in request.target]

    async def received(self, count: int) -> None:
        """Wait until so many requests have come in."""
        async with self._arrival:
            await self._arrival.wait_for(lambda: len(self.requests) >= count)

    def forget_rules(self) -> None:
        """Behave from now on."""
        self._rules.clear()

    async def start(self) -> None:
        """Listen on loopback."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self._port, ssl=self._tls)
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close everything, connections in use included."""
        if self._server is not None:
            await stop_listening(self._server)
            self._server = None
        await self.drop_connections()

    async def drop_connections(self) -> None:
        """Close the open connections and go on listening."""
        tasks = list(self._connections)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await settle()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        task.add_done_callback(
            lambda _: writer.close()
        )  # a task cancelled before its first step closes nothing

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._serve_one(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError):
            pass  # the other side left
        except asyncio.CancelledError:
            writer.transport.abort()  # the test ends: a TLS goodbye would wait half a minute for an answer
        finally:
            writer.close()
            with suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Serve one request; False when the connection is to be closed."""
        request = await _read_request(reader)
        if request is None:
            return False
        self.requests.append(request)
        async with self._arrival:
            self._arrival.notify_all()
        rule = self._rule_for(request)
        if rule.delay_s:
            await asyncio.sleep(rule.delay_s)
        if rule.fault is Fault.DROP:
            return False
        if rule.fault is Fault.HANG:
            await asyncio.sleep(3600)
        made = self._made_up(rule.fault)
        reply = made if made is not None else await self._answer(rule, request)
        if rule.fault is Fault.LOSE_REPLY:
            return False
        await _write(writer, reply, rule.fault)
        return rule.fault is not Fault.CUT

    def _rule_for(self, request: Request) -> _Rule:
        for rule in self._rules:
            if rule.matches(request):
                if rule.times is not None:
                    rule.times -= 1
                return rule
        return _Rule("*", "", None, Fault.NONE, 0, None)

    def _made_up(self, fault: Fault) -> Reply | None:
        if fault is Fault.HTML:
            return Reply(b"<html>Please accept the terms</html>", headers={"Content-Type": "text/html"})
        if fault is Fault.BAD_GATEWAY:
            return Reply(b"<html>502</html>", 502, {"Content-Type": "text/html"})
        if fault is Fault.LIMIT:
            return Reply({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": self.retry_after_ms}, 429)
        return None

    async def _answer(self, rule: _Rule, request: Request) -> Reply:
        if isinstance(rule.answer, Reply):
            return rule.answer
        if rule.answer is not None:
            made = rule.answer(request)
            return made if isinstance(made, Reply) else await made
        if self._upstream is not None:
            return await _forward(self._upstream, request)
        return Reply({"errcode": "M_UNRECOGNIZED", "error": "no rule"}, 404)


async def stop_listening(server: asyncio.Server) -> None:
    """Close a server between two connections, never within one.

    A server that is closed after a socket was accepted and before it has its transport leaves the socket open, with
    a warning when it is collected.
    """
    for listener in server.sockets:
        with suppress(NotImplementedError):  # Windows has no readers to remove
            asyncio.get_running_loop().remove_reader(listener.fileno())
    await settle()
    server.close()
    await server.wait_closed()


async def settle() -> None:
    """Let the loop take the few steps from an accepted socket to its task, or from a close to a closed socket."""
    for _ in range(4):
        await asyncio.sleep(0)


async def _read_request(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    lines = head.decode("latin-1").split("\r\n")
    method, target, _ = lines[0].split(" ", 2)
    headers = _headers(lines[1:])
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, target, headers, body)


def _headers(lines: list[str]) -> dict[str, str]:
    pairs = (line.split(":", 1) for line in lines if ":" in line)
    return {name.strip().lower(): value.strip() for name, value in pairs}


async def _write(writer: asyncio.StreamWriter, reply: Reply, fault: Fault) -> None:
    body = reply.payload
    if fault is Fault.TRUNCATE:
        body = body[: len(body) // 2]
    headers = {"Content-Type": "application/json", **reply.headers, "Content-Length": str(len(body))}
    head = f"HTTP/1.1 {reply.status} X\r\n" + "".join(
        f"{name}: {value}\r\n" for name, value in headers.items()
    )
    if fault is Fault.CUT:
        body = body[: len(body) // 2]
    writer.write(head.encode("latin-1") + b"\r\n" + body)
    await writer.drain()


async def _forward(upstream: str, request: Request) -> Reply:
    """Pass a request on. HTTP/1.0 keeps the answer unchunked and ended by the end of the connection."""
    place = urlsplit(upstream)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    try:
        skipped = {"connection", "accept-encoding", "host", "transfer-encoding"}
        kept = {name: value for name, value in request.headers.items() if name not in skipped}
        head = f"{request.method} {request.target} HTTP/1.0\r\nHost: {place.netloc}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in kept.items())
        writer.write(head.encode("latin-1") + b"\r\n" + request.body)
        await writer.drain()
        top, _, body = (await reader.read(-1)).partition(b"\r\n\r\n")
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
    lines = top.decode("latin-1").split("\r\n")
    skipped = {"content-length", "connection", "transfer-encoding"}
    headers = {name: value for name, value in _headers(lines[1:]).items() if name not in skipped}
    return Reply(body, int(lines[0].split(" ")[1]), headers)
