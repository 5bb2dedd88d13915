"""A tiny SOCKS5 proxy. Every name leads to one upstream, so that tests need no name server.

Source: RFC 1928 (the protocol) and RFC 1929 (name and password).
"""

import asyncio
import contextlib
from dataclasses import dataclass, field

NO_AUTH, PASSWORD, NOTHING = 0, 2, 0xFF
CONNECT, DOMAIN = 1, 3
SUCCEEDED, REFUSED = 0, 5


@dataclass
class SocksProxy:
    """`async with SocksProxy(("127.0.0.1", port)) as proxy`. Keeps which names were asked for."""

    upstream: tuple[str, int]
    user: str = ""
    password: str = ""
    reply: int = SUCCEEDED
    is_silent: bool = False
    nonsense: bytes | None = None
    """Said instead of the first answer."""
    asked: list[tuple[str, int]] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> "SocksProxy":
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def url(self, who: str = "") -> str:
        """The address to set; `who` is "name:password@"."""
        return f"socks5://{who}127.0.0.1:{self.port}"

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                if await self._greeted(reader, writer):
                    await self._connect(reader, writer)
        finally:
            writer.close()

    async def _greeted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        _, count = await reader.readexactly(2)
        offered = await reader.readexactly(count)
        if self.is_silent:
            await asyncio.Event().wait()
        if self.nonsense is not None:
            writer.write(self.nonsense)
            await writer.drain()
            return False
        wanted = PASSWORD if self.user else NO_AUTH
        writer.write(bytes([5, wanted if wanted in offered else NOTHING]))
        await writer.drain()
        if wanted not in offered:
            return False
        return not self.user or await self._is_known(reader, writer)

    async def _is_known(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        said = []
        await reader.readexactly(1)
        for _ in range(2):
            (length,) = await reader.readexactly(1)
            said.append((await reader.readexactly(length)).decode())
        is_right = said == [self.user, self.password]
        writer.write(bytes([1, 0 if is_right else 1]))
        await writer.drain()
        return is_right

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, command, _, kind = await reader.readexactly(4)
        assert (command, kind) == (CONNECT, DOMAIN), "names are looked up by the proxy"
        (length,) = await reader.readexactly(1)
        name = (await reader.readexactly(length)).decode()
        self.asked.append((name, int.from_bytes(await reader.readexactly(2), "big")))
        writer.write(bytes([5, self.reply, 0, 1, 0, 0, 0, 0, 0, 0]))
        await writer.drain()
        if self.reply == SUCCEEDED:
            there_reader, there_writer = await asyncio.open_connection(*self.upstream)
            try:
                await asyncio.gather(_copy(reader, there_writer), _copy(there_reader, writer))
            finally:
                there_writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    with contextlib.suppress(OSError):
        writer.write_eof()
