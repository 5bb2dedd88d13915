"""A real Synapse for tests, started through the product's own `LocalServer`.

The server lives on a loop in its own thread, so every method here is plain and blocking and works from tests of any
kind; inside a coroutine that must go on meanwhile, use `await asyncio.to_thread(homeserver.kill)`.

    def test_x(homeserver):                    # one server for the whole run; make your own rooms
        me = homeserver.new_user("li")         # fresh account: nobody else's rooms
        homeserver.kill(); homeserver.start()  # crash and come back, same address, same data

    def test_y(start_homeserver):              # a server of this test's own, with its own settings
        server = start_homeserver(ServerSettings(is_unlimited=True, access_token_lifetime_ms=2_000))
"""

import asyncio
import itertools
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from app.local_server import LocalServer, ServerSettings
from app.local_server.loopback import call

JSONObject = dict[str, Any]
T = TypeVar("T")

USERS = 6
TEST_SETTINGS = ServerSettings(is_unlimited=True, restarts_after_crash=False)
CALL_TIMEOUT_S = 90.0


@dataclass(frozen=True, slots=True)
class ServerUser:
    """An account on the test server, signed in once (that token belongs to the test, not to the app)."""

    user_id: str
    password: str
    access_token: str
    device_id: str

    @property
    def localpart(self) -> str:
        return self.user_id[1:].partition(":")[0]


class Homeserver:
    """A running test server. `users` are there from the start, `admin` is a server administrator."""

    def __init__(self, folder: Path, settings: ServerSettings = TEST_SETTINGS) -> None:
        self.folder = folder
        self.users: list[ServerUser] = []
        self.admin: ServerUser
        self._numbers = itertools.count(1)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="test-homeserver", daemon=True)
        self._thread.start()
        self._server = LocalServer(folder, server_name="test.localhost", settings=settings)

    @property
    def base_url(self) -> str:
        return self._server.base_url

    @property
    def server_name(self) -> str:
        return self._server.server_name

    @property
    def pid(self) -> int | None:
        return self._server.pid

    def open(self, users: int = USERS) -> None:
        """First start: the server and its accounts."""
        self.start()
        self.admin = self._register("admin", is_admin=True)
        self.users = [self._register(f"u{number}") for number in range(users)]

    def start(self) -> str:
        """Start (again): same port, same data."""
        return self._run(self._server.start())

    def stop(self) -> None:
        """End it cleanly (about two seconds)."""
        self._run(self._server.stop())

    def kill(self) -> None:
        """SIGKILL; it stays dead until `start`."""
        self._run(self._server.kill())

    def close(self) -> None:
        """End the server, its loop and its thread."""
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def new_user(self, prefix: str = "p", displayname: str | None = None) -> ServerUser:
        """Make a fresh account."""
        return self._register(f"{prefix}{next(self._numbers)}", displayname=displayname)

    def api(
        self, method: str, path: str, body: JSONObject | None = None, *, user: ServerUser | None = None
    ) -> JSONObject:
        """Call the server as `user` (default: admin), without any of the product's client code."""
        return call(self.base_url, method, path, body, token=(user or self.admin).access_token)

    def admin_post(self, path: str, body: JSONObject | None = None) -> JSONObject:
        """POST to the admin API, for example `/_synapse/admin/v1/…`."""
        return self.api("POST", path, body or {})

    def sign_in_elsewhere(self, user: ServerUser) -> ServerUser:
        """Sign the same person in on another device."""
        body = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": user.localpart},
            "password": user.password,
        }
        got = call(self.base_url, "POST", "/_matrix/client/v3/login", body)
        return replace(user, access_token=got["access_token"], device_id=got["device_id"])

    def register_known(self, name: str, displayname: str | None = None) -> ServerUser:
        """Make an account of a given name."""
        return self._register(name, displayname=displayname)

    def sign_in_known(self, name: str, password: str) -> ServerUser:
        """Sign in an account that an earlier run made in this folder."""
        return self.sign_in_elsewhere(ServerUser(f"@{name}:{self.server_name}", password, "", ""))

    def _register(self, name: str, *, is_admin: bool = False, displayname: str | None = None) -> ServerUser:
        password = f"pw-{name}"
        made = self._run(self._server.create_user(name, password, is_admin=is_admin, displayname=displayname))
        return ServerUser(made.user_id, password, made.access_token, made.device_id)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(CALL_TIMEOUT_S)


def _require_server() -> None:
    support = LocalServer.supported()
    if support.reason == "server_unsupported":
        pytest.skip("Synapse does not run on this system")
    assert support, "install requirements/server.txt"


@pytest.fixture(scope="session")
def homeserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Homeserver]:
    """One Synapse for the whole run."""
    _require_server()
    server = Homeserver(tmp_path_factory.mktemp("homeserver"))
    try:
        server.open()
        yield server
    finally:
        server.close()


@pytest.fixture
def start_homeserver(tmp_path: Path) -> Iterator[Callable[..., Homeserver]]:
    """Start servers of this test's own: `start_homeserver(settings, users=1)`."""
    _require_server()
    running: list[Homeserver] = []

    def start(settings: ServerSettings = TEST_SETTINGS, users: int = 1) -> Homeserver:
        server = Homeserver(tmp_path / f"server-{len(running)}", settings)
        running.append(server)
        server.open(users)
        return server

    try:
        yield start
    finally:
        for server in running:
            server.close()
