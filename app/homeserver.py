"""The line to the homeserver as the services see it: a client while there is one, an error otherwise.

Nothing of the network is imported before `open`, so that the first window need not wait for it.
"""

import asyncio
import logging
from typing import TYPE_CHECKING

from app.clock import Clock
from app.domain.account import ServerOffers, Session
from app.errors import NetworkError
from app.settings import Settings
from app.store.cache import Cache

if TYPE_CHECKING:
    from app.matrix.client import MatrixClient
    from app.matrix.transport import NetworkSettings, Transport

log = logging.getLogger("tack.homeserver")

USER_AGENT = "Tack/0.1"
CHECK_TIMEOUT_S = 10.0
PROBE_TIMEOUT_S = 3.0


class Homeserver:
    """Owns transport, client and tokens of one session."""

    def __init__(self, cache: Cache, settings: Settings, clock: Clock) -> None:
        self._cache = cache
        self._settings = settings
        self._clock = clock
        self._transport: Transport | None = None
        self._client: MatrixClient | None = None
        self._offers: ServerOffers | None = None

    @property
    def client(self) -> "MatrixClient":
        """The client. Raises `NetworkError` (`not_connected`) while the line is down by choice or not yet up."""
        if self._client is None:
            raise NetworkError("no line", code="not_connected")
        return self._client

    @property
    def is_open(self) -> bool:
        """Whether there is a client."""
        return self._client is not None

    @property
    def clock_skew_ms(self) -> int:
        """Server time minus ours."""
        return self._client.clock_skew_ms if self._client else 0

    async def open(self) -> "MatrixClient":
        """Make the client for the saved session if there is none yet. No request is sent."""
        if self._client is not None:
            return self._client
        session = self._cache.read.session()
        if session is None:
            raise NetworkError("nobody is signed in", code="not_connected")
        await asyncio.to_thread(_import_network)
        if self.is_open:  # another caller was faster: two clients would refresh one token twice
            return self.client
        from app.matrix.auth import SessionTokens

        self._transport = new_transport(self._settings)
        plain = self._new_client(self._transport, session)
        self._client = self._new_client(self._transport, session)
        self._client.token_source = SessionTokens(session, plain, self._keep)
        return self._client

    @property
    def known_offers(self) -> ServerOffers | None:
        """What the server offers, as far as it has been asked on this line."""
        return self._offers

    async def offers(self) -> ServerOffers:
        """Ask once per line what the server offers; this is also the cheap test of the line."""
        client = await self.open()
        if self._offers is None:
            self._offers = await client.account.offers()
        return self._offers

    async def check(self, *, is_patient: bool = True) -> None:
        """Ask the cheapest question there is. Raises `NetworkError`, `ServerError`.

        A line that swallows everything holds a patient check for ten seconds, another for three.
        """
        client = await self.open()
        timeout_s = CHECK_TIMEOUT_S if is_patient else PROBE_TIMEOUT_S
        await client.call("GET", "/_matrix/client/versions", is_public=True, timeout_s=timeout_s)

    def reset_connections(self) -> None:
        """Drop pooled connections: they are dead after a sleep or on another network."""
        if self._transport is not None:
            self._transport.reset_connections()

    async def close(self) -> None:
        """Close connections; `open` may be called again."""
        transport, self._transport = self._transport, None
        self._client, self._offers = None, None
        if transport is not None:
            await transport.aclose()

    async def use_settings(self, settings: Settings) -> bool:
        """Take changed settings; whether the line had to be closed for them."""
        is_same = network_settings(settings) == network_settings(self._settings) if self.is_open else True
        self._settings = settings
        if not is_same:
            await self.close()
        return not is_same

    def _new_client(self, transport: "Transport", session: Session) -> "MatrixClient":
        from app.matrix.client import MatrixClient

        return MatrixClient(transport, session.homeserver_url, clock=self._clock)

    async def _keep(self, session: Session) -> None:
        await self._cache.save_session(session)


def network_settings(settings: Settings) -> "NetworkSettings":
    """Give the part of the settings that the transport takes."""
    from app.matrix.transport import NetworkSettings

    return NetworkSettings(
        proxy_mode=settings.proxy_mode,  # type: ignore[arg-type]
        proxy_url=settings.proxy_url,
        use_os_trust=settings.use_os_trust,
        extra_ca_path=settings.extra_ca_path or None,
    )


def new_transport(settings: Settings) -> "Transport":
    """Make a transport with these settings."""
    from app.matrix.transport import Transport

    return Transport(network_settings(settings), user_agent=USER_AGENT)


def _import_network() -> None:
    """Import on a thread what would hold up the interface."""
    import app.matrix.client
    import app.matrix.sync  # noqa: F401
