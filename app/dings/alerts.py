"""Decides which dings ring now: the cards on top of everything."""

from app.changes import ChangeFeed
from app.clock import Clock
from app.settings import Settings
from app.store.cache import Cache
from app.sync.connection import ConnectionMonitor


class DingAlerts:
    """`account.ding_alerts`."""

    def __init__(
        self, cache: Cache, changes: ChangeFeed, monitor: ConnectionMonitor, settings: Settings, clock: Clock
    ) -> None:
        self._cache = cache
        self._changes = changes
        self._monitor = monitor
        self._settings = settings
        self._clock = clock

    def start(self) -> None:
        """Begin."""

    async def stop(self) -> None:
        """End."""

    def use_settings(self, settings: Settings) -> None:
        """Take changed settings."""
        self._settings = settings
