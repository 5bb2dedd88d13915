"""HTTP requests. The only module that knows httpx, so that a successor is a change in one place.

Everything (TLS, HTTP/2, decompression) runs on one daemon thread with a plain asyncio loop; callers on any
loop await results. httpx itself is imported on that thread, because its import is slow enough to be felt.

A request that an HTTP server answered is an `Answer` whatever its status. Everything else is a NetworkError;
its `reason` parameter says dns, refused, timeout, reset, closed or protocol. A request that may be repeated
is sent once more when a pooled connection turned out dead or the server said GOAWAY.
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.errors import NetworkError, ProxyError, StrangeAnswer, TLSError
from app.matrix.exchange import Answer, Call
from app.matrix.network_thread import NetworkThread
from app.matrix.paths import with_query
from app.matrix.socks_greeting import SocksGreeting
from app.matrix.trust import NetworkSettings, proxy_for, tls_context
from app.matrix.upload_body import PIECE_BYTES, Progress, Source, pieces_of, size_of

if TYPE_CHECKING:
    import httpx

__all__ = ["Answer", "NetworkSettings", "Transport"]

MAX_BODY_BYTES = 200_000_000
MAX_ERROR_BODY_BYTES = 1_000_000
CONNECT_TIMEOUT_S = 15.0
SLOW_BODY_ALLOWANCE_S = 900.0
"""How long beyond its timeout a request may last in all, as long as bytes keep coming."""
POOL_CONNECTIONS = 32
IDLE_CONNECTION_S = 60.0
REPEATABLE_METHODS = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
FOLLOWING = "tack.following"
BEHIND_PROXY = tuple(
    f"could not connect: {what}"
    for what in ("Network unreachable", "Host unreachable", "Connection refused", "TTL expired")
)
"""What the library says when a SOCKS proxy works and the server behind it does not."""
REPEATABLE_REASONS = frozenset({"reset", "protocol"})

Sink = Callable[[bytes], None]


class Transport:
    """One pool of connections for everything a signed-in account asks. See the module text."""

    def __init__(
        self,
        network: NetworkSettings,
        *,
        user_agent: str,
        max_in_flight: int = 8,
        max_body_bytes: int = MAX_BODY_BYTES,
    ) -> None:
        self._network = network
        self._user_agent = user_agent
        self._max_body_bytes = max_body_bytes
        self._thread = NetworkThread("tack-network")
        # The rest is touched by the network thread only.
        self._slots = asyncio.Semaphore(max_in_flight)
        self._tls: ssl.SSLContext | None = None
        self._pools: dict[str | None, httpx.AsyncClient] = {}
        self._deadlines: set[asyncio.Timeout] = set()
        self._is_closing = False
        self._closing: set[asyncio.Task[None]] = set()

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout_s: float = 30,
        is_long_poll: bool = False,
        follow_redirects: bool = False,
    ) -> Answer:
        """Send and read the whole answer.

        `timeout_s` is how long the server may stay silent. Long polls do not count against the requests
        in flight. Raises NetworkError; StrangeAnswer for a body too large or wrongly compressed.
        """
        call = Call(
            method,
            with_query(url, params),
            dict(headers or {}),
            timeout_s,
            is_long_poll,
            follow_redirects,
        )
        return await self._thread.run(lambda: self._request(call, body))

    async def download(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        sink: Sink,
        on_start: Callable[[int | None], None] | None = None,
        on_head: Callable[[Answer], None] | None = None,
        timeout_s: float = 60,
        lasting_s: float | None = None,
    ) -> Answer:
        """GET into `sink`, piece by piece; `on_start` hears the announced size first, `on_head` status and headers.

        All run on the network thread: be short. What they raise ends the download and is raised here.
        The answer's body is empty for a 2xx and the error body otherwise (then the sink saw nothing).
        With `lasting_s` it may last so long in all, and does not count against the requests in flight.
        """
        call = Call(
            "GET",
            with_query(url, params),
            dict(headers or {}),
            timeout_s,
            follow_redirects=True,
            lasting_s=lasting_s,
        )
        return await self._thread.run(lambda: self._download(call, sink, on_start, on_head))

    async def upload(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        source: Source,
        on_progress: Progress | None = None,
        timeout_s: float = 120,
        lasting_s: float | None = None,
    ) -> Answer:
        """Send a file, bytes or pieces, always with Content-Length (chunked uploads are refused by Synapse).

        `on_progress` (sent, total) runs on the network thread. Raises InputError when the file is gone,
        unreadable, or changes its size on the way. `lasting_s` as in `download`.
        """
        call = Call(method, with_query(url, params), dict(headers or {}), timeout_s, lasting_s=lasting_s)
        return await self._thread.run(lambda: self._upload(call, source, on_progress))

    def reset_connections(self) -> None:
        """Drop every connection (after sleep, or when the network changed). Any thread.

        Requests in flight fail with NetworkError(reason="reset"); those that may be repeated are, once.
        """
        self._thread.post(self._drop_pools)

    async def aclose(self) -> None:
        """End everything in flight and the thread. Further calls raise NetworkError."""
        with suppress(NetworkError):
            await self._thread.run(self._close_pools)
        await asyncio.get_running_loop().run_in_executor(None, self._thread.stop)

    # Everything below runs on the network thread.

    async def _request(self, call: Call, body: bytes | None) -> Answer:
        try:
            return await self._attempt(call, body)
        except NetworkError as error:
            if call.is_long_poll or call.method not in REPEATABLE_METHODS or self._is_closing:
                raise
            if error.params.get("reason") not in REPEATABLE_REASONS:
                raise
        return await self._attempt(call, body)

    async def _attempt(self, call: Call, body: bytes | None) -> Answer:
        async with self._stream(call, body) as response:
            return _answer(response, await _read(response, self._max_body_bytes))

    async def _download(
        self,
        call: Call,
        sink: Sink,
        on_start: Callable[[int | None], None] | None,
        on_head: Callable[[Answer], None] | None,
    ) -> Answer:
        async with self._stream(call, None) as response:
            if not response.is_success:
                return _answer(response, await _read(response, MAX_ERROR_BODY_BYTES))
            if on_head is not None:
                on_head(_answer(response, b""))
            if on_start is not None:
                on_start(_content_length(response))
            # What lasts is waited for: it is given as it comes.
            async for piece in response.aiter_bytes(PIECE_BYTES if call.lasting_s is None else None):
                sink(piece)
            return _answer(response, b"")

    async def _upload(self, call: Call, source: Source, on_progress: Progress | None) -> Answer:
        total = size_of(source)
        call.headers["Content-Length"] = str(total)
        async with self._stream(call, pieces_of(source, total, on_progress)) as response:
            return _answer(response, await _read(response, MAX_ERROR_BODY_BYTES))

    @asynccontextmanager
    async def _stream(
        self, call: Call, content: bytes | AsyncIterator[bytes] | None
    ) -> AsyncIterator["httpx.Response"]:
        """Hold a place in the queue and one exchange; translate every failure of the line."""
        is_free = call.is_long_poll or call.lasting_s is not None
        place: AbstractAsyncContextManager[object] = nullcontext() if is_free else self._slots
        async with place:
            deadline = asyncio.timeout(call.lasting_s or call.timeout_s + SLOW_BODY_ALLOWANCE_S)
            try:
                async with deadline:
                    self._deadlines.add(deadline)
                    async with self._exchange(call, content) as response:
                        yield response
            except TimeoutError as error:
                if not deadline.expired():
                    raise
                raise NetworkError("the request was ended", reason="reset", host=call.host) from error
            finally:
                self._deadlines.discard(deadline)

    @asynccontextmanager
    async def _exchange(
        self, call: Call, content: bytes | AsyncIterator[bytes] | None
    ) -> AsyncIterator["httpx.Response"]:
        import httpx
        import socksio

        proxy = proxy_for(call.url, self._network)
        proxy_host = urlsplit(proxy).hostname if proxy else None
        greeting = SocksGreeting(proxy)
        wait = httpx.Timeout(call.timeout_s, connect=min(CONNECT_TIMEOUT_S, call.timeout_s), pool=None)
        try:
            async with (
                greeting.limit,
                self._pool(proxy).stream(
                    call.method,
                    call.url,
                    headers=call.headers,
                    content=content,
                    timeout=wait,
                    follow_redirects=call.follow_redirects,
                    extensions={FOLLOWING: call.follow_redirects, **greeting.extensions},
                ) as response,
            ):
                yield response
        except httpx.DecodingError as error:
            raise StrangeAnswer("wrongly compressed", host=call.host) from error
        except socksio.SOCKSError as error:
            raise ProxyError("this is no SOCKS proxy", host=proxy_host) from error
        except TimeoutError as error:
            if not greeting.limit.expired():
                raise
            raise ProxyError("the proxy says nothing", host=proxy_host) from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ssl.SSLError, UnicodeError) as error:
            raise network_error(error, call.host, proxy_host) from error

    def _pool(self, proxy: str | None) -> "httpx.AsyncClient":
        pool = self._pools.get(proxy)
        if pool is None:
            pool = self._pools[proxy] = self._new_pool(proxy)
        return pool

    def _new_pool(self, proxy: str | None) -> "httpx.AsyncClient":
        import httpx

        for name in ("httpx", "httpcore", "hpack"):
            logging.getLogger(name).setLevel(logging.WARNING)
        if self._tls is None:
            self._tls = tls_context(self._network)
        return httpx.AsyncClient(
            http2=True,
            verify=self._tls,
            proxy=proxy,
            trust_env=False,
            headers={"User-Agent": self._user_agent},
            limits=httpx.Limits(max_connections=POOL_CONNECTIONS, keepalive_expiry=IDLE_CONNECTION_S),
            event_hooks={"response": [_refuse_downgrade]},
        )

    def _drop_pools(self) -> None:
        now = asyncio.get_running_loop().time()
        for deadline in self._deadlines:
            with suppress(RuntimeError):  # already ending
                deadline.reschedule(now)
        pools, self._pools = list(self._pools.values()), {}
        for pool in pools:
            task = asyncio.get_running_loop().create_task(_close(pool))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def _close_pools(self) -> None:
        self._is_closing = True
        self._drop_pools()
        await asyncio.sleep(0)
        if self._closing:
            await asyncio.wait(self._closing, timeout=2)


async def _close(pool: "httpx.AsyncClient") -> None:
    await asyncio.sleep(0)  # requests in flight leave first
    try:
        await pool.aclose()
    except Exception:  # outermost frame of a task: a broken connection has nothing left to lose
        logging.getLogger("tack.transport").debug("closing a pool failed", exc_info=True)


async def _refuse_downgrade(response: "httpx.Response") -> None:
    """End a chain of redirects that would leave TLS: anybody on the way could then answer. Raises StrangeAnswer."""
    request = response.request
    if not (request.extensions.get(FOLLOWING) and response.has_redirect_location):
        return
    if request.url.scheme == "https" and request.url.join(response.headers["location"]).scheme != "https":
        raise StrangeAnswer("redirected away from TLS", status=response.status_code, host=request.url.host)


def _answer(response: "httpx.Response", body: bytes) -> Answer:
    return Answer(response.status_code, dict(response.headers.items()), body)


async def _read(response: "httpx.Response", limit: int) -> bytes:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > limit:
            raise StrangeAnswer("the answer is too large", status=response.status_code)
    return bytes(body)


def _content_length(response: "httpx.Response") -> int | None:
    value = response.headers.get("content-length", "")
    return int(value) if value.isascii() and value.isdigit() else None


def network_error(error: Exception, host: str, proxy_host: str | None = None) -> NetworkError:
    """Name a failure of the line: TLSError and ProxyError where it is theirs, else by `reason`.

    With a proxy it is the proxy that one connects to.
    """
    import httpx

    no_connection = httpx.ConnectError | httpx.ConnectTimeout
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            reason = getattr(cause, "verify_message", "") or cause.reason or "handshake"
            return TLSError("TLS failed", host=host, reason=reason)
    if isinstance(error, httpx.ProxyError) or (proxy_host and isinstance(error, no_connection)):
        return _proxy_error(str(error), host, proxy_host or host)
    if isinstance(error, httpx.TimeoutException):
        return NetworkError("timed out", host=host, reason="timeout")
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol | UnicodeError):
        return NetworkError("not an address", host=host, reason="address")
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return NetworkError("name not found", host=host, reason="dns")
    if isinstance(error, httpx.ConnectError):
        return NetworkError("cannot connect", host=host, reason="refused")
    if isinstance(error, httpx.ProtocolError):
        return NetworkError("protocol error", host=host, reason="protocol")
    return NetworkError("connection lost", host=host, reason="reset")


def _proxy_error(words: str, host: str, proxy_host: str) -> NetworkError:
    if any(known in words for known in BEHIND_PROXY):
        return NetworkError("the proxy cannot reach it", host=host, reason="refused")
    return ProxyError("the proxy failed", host=proxy_host)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    for _ in range(10):
        if seen is None:
            return
        yield seen
        seen = seen.__cause__ or seen.__context__
