"""Signing in and out, and tokens that renew themselves.

Source: Matrix client-server API, "Login", "Refreshing access tokens", "Soft logout".
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from app.domain.account import Session
from app.domain.events import JSONObject, int_of, text_of
from app.domain.ids import DeviceID, UserID
from app.errors import Forbidden, ServerError, Unauthorized
from app.matrix.client import MatrixClient
from app.matrix.json_answers import objects_of, require_text

LOGIN = "/_matrix/client/v3/login"
REFRESH = "/_matrix/client/v3/refresh"
LOGOUT = "/_matrix/client/v3/logout"
WHOAMI = "/_matrix/client/v3/account/whoami"
RENEW_BEFORE_MS = 20_000
"""A token this close to its end is renewed before it is used."""


@dataclass(frozen=True, slots=True, repr=False)
class Tokens:
    """One pair as the server hands it out."""

    access: str
    refresh: str | None
    expires_at_ms: int | None


class StaticToken:
    """A token that never changes: application services and tools."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def access_token(self) -> str:
        """See `TokenSource`."""
        return self._token

    async def refreshed(self, old_token: str) -> str:
        """There is no other."""
        raise Unauthorized("the token was refused")


class SessionTokens:
    """The token source of a signed-in session.

    A refresh runs once however many requests wait for it, and is not cut short by the cancellation of
    one of them: the server may already have handed out the new pair. `persist` has stored the pair
    before anyone uses it, because the old refresh token dies with the first use of the new one.
    """

    def __init__(
        self, session: Session, client: MatrixClient, persist: Callable[[Session], Awaitable[None]]
    ) -> None:
        self.session = session
        self._client = client
        self._persist = persist
        self._renewal: asyncio.Task[str] | None = None

    @property
    def user_id(self) -> UserID:
        """Whose session it is."""
        return self.session.user_id

    async def access_token(self) -> str:
        """Give the current token; renewed first when it is about to end."""
        ends = self.session.expires_at_ms
        if ends is None or self.session.refresh_token is None:
            return self.session.access_token
        if ends - self._client.clock.now_ms() > RENEW_BEFORE_MS:
            return self.session.access_token
        with suppress(ServerError):  # the token may still do; its refusal will tell
            return await self._renewed()
        return self.session.access_token

    async def refreshed(self, old_token: str) -> str:
        """Give a token other than the refused one. Raises Unauthorized when the session cannot be renewed."""
        if old_token != self.session.access_token:
            return self.session.access_token
        if self.session.refresh_token is None:
            raise Unauthorized("no refresh token")
        return await self._renewed()

    def replace(self, session: Session) -> None:
        """Use another session of the same account and device (signed in again)."""
        self.session = session

    async def _renewed(self) -> str:
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.get_running_loop().create_task(self._renew())
            self._renewal.add_done_callback(_consume)
        return await asyncio.shield(self._renewal)

    async def _renew(self) -> str:
        tokens = await refresh(self._client, self.session)
        session = self.session.with_tokens(tokens.access, tokens.refresh, tokens.expires_at_ms)
        await self._persist(session)
        self.session = session
        return session.access_token


def _consume(task: asyncio.Task[str]) -> None:
    if not task.cancelled():
        task.exception()  # everyone who waited has had it


async def login_flows(client: MatrixClient) -> tuple[str, ...]:
    """The ways to sign in: m.login.password, m.login.sso, …"""
    answer = await client.call("GET", LOGIN, is_public=True)
    return tuple(kind for flow in objects_of(answer.get("flows")) if (kind := text_of(flow, "type")))


async def login_password(
    client: MatrixClient, user: str, password: str, device_name: str, device_id: DeviceID | None = None
) -> Session:
    """Sign in with a password. `user` is a user id or its localpart.

    Raises Forbidden(code="wrong_password" or "user_deactivated"), LimitExceeded.
    """
    identifier = {"type": "m.id.user", "user": user}
    proof: JSONObject = {"type": "m.login.password", "identifier": identifier, "password": password}
    return await _login(client, proof, device_name, device_id)


async def login_token(
    client: MatrixClient, token: str, device_name: str, device_id: DeviceID | None = None
) -> Session:
    """Sign in with the token single sign-on brought back."""
    return await _login(client, {"type": "m.login.token", "token": token}, device_name, device_id)


async def login_appservice(client: MatrixClient, user: str, device_name: str) -> Session:
    """Sign in as a user of an application service's namespace; the client carries the service's token."""
    proof: JSONObject = {
        "type": "m.login.application_service",
        "identifier": {"type": "m.id.user", "user": user},
    }
    return await _login(client, proof, device_name, None, is_public=False)


async def _login(
    client: MatrixClient,
    proof: JSONObject,
    device_name: str,
    device_id: DeviceID | None,
    *,
    is_public: bool = True,
) -> Session:
    body: JSONObject = {**proof, "refresh_token": True, "initial_device_display_name": device_name}
    if device_id is not None:
        body["device_id"] = device_id
    try:
        answer = await client.call("POST", LOGIN, body=body, is_public=is_public)
    except Forbidden as refused:
        raise _login_refusal(refused) from None
    tokens = _tokens(answer, client.clock.now_ms())
    return Session(
        homeserver_url=client.homeserver_url,
        user_id=UserID(require_text(answer, "user_id")),
        device_id=DeviceID(require_text(answer, "device_id")),
        access_token=tokens.access,
        refresh_token=tokens.refresh,
        expires_at_ms=tokens.expires_at_ms,
    )


def _login_refusal(refused: Forbidden) -> Forbidden:
    code = "user_deactivated" if refused.errcode == "M_USER_DEACTIVATED" else "wrong_password"
    return Forbidden("login refused", status=refused.status, errcode=refused.errcode, code=code)


async def refresh(client: MatrixClient, session: Session) -> Tokens:
    """Trade the refresh token for a new pair. Raises Unauthorized when the server does not take it."""
    body: JSONObject = {"refresh_token": session.refresh_token or ""}
    try:
        answer = await client.call("POST", REFRESH, body=body, is_public=True)
    except Forbidden as refused:
        raise Unauthorized("refresh refused", status=refused.status, errcode=refused.errcode) from None
    tokens = _tokens(answer, client.clock.now_ms())
    # A server that sends no new refresh token means: go on with the old one.
    return tokens if tokens.refresh else Tokens(tokens.access, session.refresh_token, tokens.expires_at_ms)


async def logout(client: MatrixClient) -> None:
    """Sign this device out. A session that is already gone is fine."""
    with suppress(Unauthorized):
        await client.call("POST", LOGOUT, body={}, timeout_s=15)


async def whoami(client: MatrixClient) -> tuple[UserID, DeviceID | None]:
    """Who the token belongs to."""
    answer = await client.call("GET", WHOAMI)
    device_id = text_of(answer, "device_id")
    return UserID(require_text(answer, "user_id")), DeviceID(device_id) if device_id else None


def _tokens(answer: JSONObject, now_ms: int) -> Tokens:
    lifetime = int_of(answer, "expires_in_ms")
    ends = now_ms + lifetime if lifetime is not None else None
    return Tokens(require_text(answer, "access_token"), text_of(answer, "refresh_token"), ends)
