"""Signing in through the system's browser: the homeserver sends the browser back to a port on this computer.

A local HTTP server on a random port takes one request on a random path, answers with a plain page and ends.
Source: Matrix client-server API, "SSO client login/authentication".
"""

import asyncio
import secrets
from urllib.parse import parse_qs, urlsplit

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from app.errors import InputError
from app.sign_in import sso_address
from resources.translations import tr

TIMEOUT_S = 300.0
MAX_REQUEST_BYTES = 16_384


class BrowserSignIn:
    """One attempt."""

    def __init__(self) -> None:
        self._path = f"/{secrets.token_urlsafe(16)}"
        self._token: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._server: asyncio.Server | None = None

    async def token(self, homeserver_url: str) -> str:
        """Open the browser and wait for it to come back. Raises `InputError` (`sso_failed`)."""
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0, limit=MAX_REQUEST_BYTES)
        port = self._server.sockets[0].getsockname()[1]
        address = sso_address(homeserver_url, f"http://127.0.0.1:{port}{self._path}")
        if not QDesktopServices.openUrl(QUrl(address)):
            raise InputError(code="sso_failed")
        try:
            async with asyncio.timeout(TIMEOUT_S):
                return await self._token
        except TimeoutError as error:
            raise InputError(code="sso_failed") from error

    async def aclose(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            token = self._token_in(await reader.readline())
            status = "200 OK" if token else "404 Not Found"
            body = tr("You are signed in. You can close this page and go back to Tack.") if token else ""
            page = f"<!doctype html><meta charset=utf-8><title>Tack</title><p>{body}</p>".encode()
            head = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\nConnection: close\r\n\r\n"
            writer.write(head.encode("ascii") + page)
            await writer.drain()
        except (OSError, ValueError):
            token = ""
        finally:
            writer.close()
        if token and not self._token.done():
            self._token.set_result(token)

    def _token_in(self, line: bytes) -> str:
        parts = line.decode("ascii", "replace").split(" ")
        if len(parts) < 2 or parts[0] != "GET":
            return ""
        target = urlsplit(parts[1])
        if target.path != self._path:
            return ""
        return parse_qs(target.query).get("loginToken", [""])[0]
