"""A small HTTP/2 server that says GOAWAY after so many requests of a connection, as proxies do.

The request that comes after is refused in the way of a graceful shutdown: GOAWAY without an error, with a last
stream before it.
"""

import asyncio
import ssl
from typing import Self

import h2.config
import h2.connection
import h2.events

from tests.helpers.fault_server import settle, stop_listening


class GoAwayServer:
    """See the module text. `requests` counts what was answered, `connections` how often somebody connected."""

    def __init__(self, tls: ssl.SSLContext, *, after: int) -> None:
        self.requests = 0
        self.connections = 0
        self.after = after
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._protocols: list[_Connection] = []

    @property
    def base_url(self) -> str:
        """Where it listens."""
        assert self._server is not None
        return f"https://localhost:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0, ssl=self._tls)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        await stop_listening(self._server)
        for protocol in self._protocols:
            if protocol.transport is not None:
                protocol.transport.abort()
        await settle()

    def opened(self, connection: "_Connection") -> None:
        """A connection was made."""
        self.connections += 1
        self._protocols.append(connection)


class _Connection(asyncio.Protocol):
    def __init__(self, server: GoAwayServer) -> None:
        self._server = server
        self._answered = 0
        self._http = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._server.opened(self)
        self._http.initiate_connection()
        transport.write(self._http.data_to_send())

    def data_received(self, data: bytes) -> None:
        assert self.transport is not None
        for happened in self._http.receive_data(data):
            if isinstance(happened, h2.events.StreamEnded) and happened.stream_id is not None:
                self._answer(happened.stream_id)
        if not self.transport.is_closing():
            self.transport.write(self._http.data_to_send())

    def _answer(self, stream_id: int) -> None:
        assert self.transport is not None
        if self._answered >= self._server.after:
            self._http.close_connection(error_code=0, last_stream_id=stream_id - 2)
            self.transport.write(self._http.data_to_send())
            self.transport.close()
            return
        self._answered += 1
        self._server.requests += 1
        self._http.send_headers(stream_id, [(":status", "200"), ("content-type", "application/json")])
        self._http.send_data(stream_id, b"{}", end_stream=True)
