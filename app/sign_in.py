"""Signing in: what a typed server name leads to, and how a password or a browser's token becomes a session."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from app.clock import Clock, SystemClock
from app.domain.account import Session
from app.domain.ids import localpart_of
from app.errors import StrangeAnswer
from app.homeserver import new_transport
from app.settings import Settings

if TYPE_CHECKING:
    from app.matrix.transport import Transport


@dataclass(frozen=True, slots=True)
class ServerFound:
    """What the sign-in page needs to know of a server."""

    homeserver_url: str
    has_password: bool
    has_sso: bool
    user_localpart: str
    """Filled when a whole user id was typed."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What proves who signs in: a password, or the token single sign-on brought back."""

    user: str = ""
    password: str = ""
    login_token: str = ""

    def __repr__(self) -> str:
        return f"Credentials({self.user})"


async def look_up_server(typed: str, settings: Settings) -> ServerFound:
    """Find the homeserver behind `acme.com`, `https://…`, `@li:acme.com`.

    Raises `NetworkError`, `StrangeAnswer` (`not_a_homeserver`), `InputError` (`server_address`).
    """
    transport = await _transport(settings)
    try:
        from app.matrix.discovery import discover

        found = await discover(transport, typed)
    finally:
        await transport.aclose()
    return ServerFound(
        homeserver_url=found.homeserver_url,
        has_password="m.login.password" in found.login_flows,
        has_sso="m.login.sso" in found.login_flows and "m.login.token" in found.login_flows,
        user_localpart=localpart_of(found.user_id) if found.user_id else "",
    )


def sso_address(homeserver_url: str, redirect_url: str) -> str:
    """Give the address the system browser opens; it comes back to `redirect_url` with `loginToken`."""
    return f"{homeserver_url}/_matrix/client/v3/login/sso/redirect?redirectUrl={quote(redirect_url, safe='')}"


async def test_line(typed: str, settings: Settings) -> int:
    """Find the server with these proxy settings; the time it took in milliseconds. Raises as `look_up_server`."""
    clock = SystemClock()
    begun = clock.monotonic()
    await look_up_server(typed, settings)
    return round((clock.monotonic() - begun) * 1000)


async def new_session(
    homeserver_url: str,
    credentials: Credentials,
    settings: Settings,
    *,
    device_name: str,
    clock: Clock,
    earlier: Session | None = None,
) -> Session:
    """Sign in at a known address. With `earlier` the device stays the same.

    Raises `NetworkError`, `Forbidden` (`wrong_password`, `user_deactivated`), `LimitExceeded`.
    """
    transport = await _transport(settings)
    try:
        from app.matrix.auth import login_password, login_token
        from app.matrix.client import MatrixClient

        client = MatrixClient(transport, homeserver_url, clock=clock)
        device = earlier.device_id if earlier else None
        if credentials.login_token:
            session = await login_token(client, credentials.login_token, device_name, device)
        else:
            user = credentials.user.strip()
            session = await login_password(client, user, credentials.password, device_name, device)
    finally:
        await transport.aclose()
    _check(session, earlier)
    return session


def _check(session: Session, earlier: Session | None) -> None:
    if earlier is not None and session.user_id != earlier.user_id:
        raise StrangeAnswer("another user was signed in", code="other_user")


async def _transport(settings: Settings) -> "Transport":
    await asyncio.to_thread(_import_sign_in)
    return new_transport(settings)


def _import_sign_in() -> None:
    """Import on a thread what would hold up the interface."""
    import app.matrix.auth
    import app.matrix.discovery  # noqa: F401
