"""One homeserver as one user: authorised requests, errors with names, and the API by subject.

`client.rooms`, `client.receipts`, `client.account`, `client.push_rules`, `client.directory`, `client.media`,
`client.delayed` hold the endpoints.
A 401 is answered by one refresh of the token and one retry. Everything else is raised: the services decide
about retries by `error.retry`. Bodies of more than a few kilobytes are decoded off the caller's loop.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor
from typing import Protocol, TypeVar

import msgspec

from app.clock import Clock
from app.domain.events import JSONObject
from app.domain.ids import UserID
from app.errors import StrangeAnswer, Unauthorized
from app.matrix.account import AccountAPI
from app.matrix.delayed import DelayedAPI
from app.matrix.directory import DirectoryAPI
from app.matrix.error_answers import error_of, http_date_ms
from app.matrix.json_answers import decode_object
from app.matrix.media import MediaAPI
from app.matrix.push_rules import PushRulesAPI
from app.matrix.receipts import ReceiptsAPI
from app.matrix.rooms import RoomsAPI
from app.matrix.transport import Answer, Transport

T = TypeVar("T")

INLINE_BODY_BYTES = 16_384
"""A body up to this size is decoded where it arrives (well under a millisecond)."""


class TokenSource(Protocol):
    """Where access tokens come from."""

    async def access_token(self) -> str:
        """Give the current token."""

    async def refreshed(self, old_token: str) -> str:
        """Give a token other than the refused one. Single flight. Raises Unauthorized when there is none."""


class MatrixClient:
    """See the module text. Safe to use from any one loop; holds no connection of its own."""

    def __init__(
        self,
        transport: Transport,
        homeserver_url: str,
        *,
        clock: Clock,
        token_source: TokenSource | None = None,
        appservice_user: UserID | None = None,
        decode_executor: Executor | None = None,
    ) -> None:
        self.transport = transport
        self.homeserver_url = homeserver_url.rstrip("/")
        self.clock = clock
        self.token_source = token_source
        self.appservice_user = appservice_user
        self.clock_skew_ms = 0
        """Server time minus ours by the last answer; good to a second or so."""
        self._decode_executor = decode_executor
        self._own_user_id = appservice_user
        self.rooms = RoomsAPI(self)
        self.receipts = ReceiptsAPI(self)
        self.account = AccountAPI(self)
        self.push_rules = PushRulesAPI(self)
        self.directory = DirectoryAPI(self)
        self.media = MediaAPI(self)
        self.delayed = DelayedAPI(self)

    def as_user(self, user_id: UserID) -> "MatrixClient":
        """Give a client that acts as another user of the application service's namespace."""
        return MatrixClient(
            self.transport,
            self.homeserver_url,
            clock=self.clock,
            token_source=self.token_source,
            appservice_user=user_id,
            decode_executor=self._decode_executor,
        )

    async def own_user_id(self) -> UserID:
        """Who the token belongs to; asked once (`/account/whoami`) where nobody told."""
        if self._own_user_id is None:
            self._own_user_id = getattr(self.token_source, "user_id", None)
        if self._own_user_id is None:
            answer = await self.call("GET", "/_matrix/client/v3/account/whoami")
            user_id = answer.get("user_id")
            if not isinstance(user_id, str):
                raise StrangeAnswer("whoami without user_id", status=200)
            self._own_user_id = UserID(user_id)
        return self._own_user_id

    async def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: JSONObject | None = None,
        timeout_s: float = 30,
        is_public: bool = False,
    ) -> JSONObject:
        """Ask and decode a JSON object. Raises the errors of `app.errors`; `is_public` sends no token."""
        answer = await self.exchange(
            method, path, params=params, body=body, timeout_s=timeout_s, is_public=is_public
        )
        return await self.decode(decode_object, answer.body)

    async def exchange(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: JSONObject | None = None,
        timeout_s: float = 30,
        is_long_poll: bool = False,
        is_public: bool = False,
    ) -> Answer:
        """Ask and give the answer of a success undecoded."""
        payload = encode_object(body) if body is not None else None
        content_type = {"Content-Type": "application/json"} if payload is not None else {}

        async def send(headers: dict[str, str]) -> Answer:
            return await self.transport.request(
                method,
                self.homeserver_url + path,
                headers=headers | content_type,
                params=self.with_user(params),
                body=payload,
                timeout_s=timeout_s,
                is_long_poll=is_long_poll,
            )

        if is_public:
            return self.checked(await send({}))
        return await self.authorised(send)

    async def authorised(self, send: Callable[[dict[str, str]], Awaitable[Answer]]) -> Answer:
        """Run one exchange with the token; after a 401 once more with a refreshed one. Raises on errors."""
        if self.token_source is None:
            raise Unauthorized("not signed in", errcode="M_MISSING_TOKEN")
        token = await self.token_source.access_token()
        try:
            return self.checked(await send({"Authorization": f"Bearer {token}"}))
        except Unauthorized as refused:
            try:
                token = await self.token_source.refreshed(token)
            except Unauthorized:
                # The first refusal knows whether this is a soft logout; the refresh's own does not.
                raise refused from None
        return self.checked(await send({"Authorization": f"Bearer {token}"}))

    def checked(self, answer: Answer) -> Answer:
        """Note the server's clock; raise when the answer is an error."""
        now_ms = self.clock.now_ms()
        date_ms = http_date_ms(answer.headers.get("date", ""))
        if date_ms is not None:
            # The header has whole seconds, cut off: half a second more is the best guess.
            self.clock_skew_ms = date_ms + 500 - now_ms
        if not 200 <= answer.status < 300:
            raise error_of(answer, now_ms=now_ms)
        return answer

    async def decode(self, function: Callable[[bytes], T], body: bytes) -> T:
        """Run a decoding function on a body: here when it is small, else on the decoding pool."""
        if len(body) <= INLINE_BODY_BYTES:
            return function(body)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._decode_executor, function, body)

    def with_user(self, params: Mapping[str, str] | None) -> dict[str, str]:
        """Add the user an application service acts as."""
        merged = dict(params or {})
        if self.appservice_user is not None:
            merged["user_id"] = self.appservice_user
        return merged


def encode_object(body: JSONObject) -> bytes:
    """Encode JSON. A lone surrogate (half an emoji, as toolkits can deliver) becomes a question mark."""
    try:
        return msgspec.json.encode(body)
    except UnicodeEncodeError:
        return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
