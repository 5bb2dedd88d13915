"""Facts about dings that only this device knows: what it has alerted, what it is to send later."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any


class DingStore:
    """`cache.dings`. Every call is one transaction."""

    def __init__(self, run: Callable[..., Awaitable[Any]]) -> None:
        """`run` is `Cache.run`."""
        self._run = run
