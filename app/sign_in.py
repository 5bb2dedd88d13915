"""Before anyone is signed in: what a typed server name or user id leads to."""

from dataclasses import dataclass

from app.settings import Settings


@dataclass(frozen=True, slots=True)
class ServerFound:
    """What the sign-in page needs to know of a server."""

    homeserver_url: str
    has_password: bool
    has_sso: bool
    user_localpart: str
    """Filled when a whole user id was typed."""


async def look_up_server(typed: str, settings: Settings) -> ServerFound:
    """Find the homeserver behind `acme.com`, `https://…`, `@li:acme.com`. Raises `NetworkError`, `ServerError`, `InputError`."""
    raise NotImplementedError


def sso_address(homeserver_url: str, redirect_url: str) -> str:
    """Give the address the system browser opens; it comes back to `redirect_url` with `loginToken`."""
    raise NotImplementedError


async def test_line(typed: str, settings: Settings) -> int:
    """Ask the server for its versions with these proxy settings; the time it took in milliseconds."""
    raise NotImplementedError
