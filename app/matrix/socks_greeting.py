"""Watches the talk with a SOCKS proxy before a connection stands.

The library waits for the proxy without a limit, and forgets to close the connection when the proxy refuses. It does
tell of its steps (httpcore's `trace` extension), which is enough to do both here.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

PROXY_TIMEOUT_S = 15.0
SETUP = "setup_socks5_connection"


class SocksGreeting:
    """One request's. `async with greeting.limit:` around the request; `extensions` go into it."""

    def __init__(self, proxy: str | None) -> None:
        self.limit = asyncio.timeout(None)
        is_socks = proxy is not None and proxy.startswith("socks")
        self.extensions: dict[str, Any] = {"trace": self._trace} if is_socks else {}
        self._stream: Any = None

    async def _trace(self, name: str, info: Mapping[str, Any]) -> None:
        if SETUP not in name:
            return
        if name.endswith(".started"):
            self._stream = info["stream"]
            self.limit.reschedule(asyncio.get_running_loop().time() + PROXY_TIMEOUT_S)
            return
        stream, self._stream = self._stream, None
        if name.endswith(".failed"):
            await stream.aclose()
        else:
            self.limit.reschedule(None)
