"""LocalServer's life with a real Synapse: start, crash, restart, port conflict, upgrade, second owner, removal."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import app.local_server.server as server_module
from app.errors import LocalServerError
from app.local_server import LocalServer, ServerSettings, ServerState, StartStep
from app.local_server.folder import pick_port
from app.local_server.listening import is_listening
from app.local_server.loopback import call, is_healthy

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(not LocalServer.supported(), reason="Synapse does not run here"),
]

QUICK = ServerSettings(is_unlimited=True)


async def _until(condition: Callable[[], bool], timeout_s: float = 20.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.05)


def test_starts_from_nothing_keeps_port_and_accounts_and_stops_cleanly(tmp_path: Path) -> None:
    async def live() -> None:
        server = LocalServer(tmp_path / "s", settings=QUICK)
        steps: list[StartStep] = []
        url = await server.start(steps.append)
        assert steps == [StartStep.PREPARING, StartStep.STARTING, StartStep.READY]
        assert server.is_owner
        user = await server.create_user("lina", "secret", displayname="李娜")
        assert user.user_id == "@lina:tack.localhost"
        assert user.access_token not in repr(user)
        with pytest.raises(LocalServerError) as taken:
            await server.create_user("lina", "secret")
        assert taken.value.params["errcode"] == "M_USER_IN_USE"
        await server.stop()
        assert not is_healthy(url)
        assert server.state is ServerState.STOPPED
        assert await server.start() == url
        who = call(url, "GET", "/_matrix/client/v3/account/whoami", token=user.access_token)
        assert who["user_id"] == user.user_id
        await server.uninstall_data()
        assert not (tmp_path / "s").exists()

    asyncio.run(live())


def test_restarts_after_a_crash_on_the_same_port(tmp_path: Path) -> None:
    async def live() -> None:
        states: list[ServerState] = []
        server = LocalServer(tmp_path, settings=QUICK, on_state=states.append)
        url = await server.start()
        first = server.pid
        await server.kill()
        await _until(lambda: ServerState.RESTARTING in states and server.state is ServerState.RUNNING)
        assert server.pid != first
        assert server.base_url == url
        assert is_healthy(url)
        await server.stop()
        assert states[-1] is ServerState.STOPPED

    asyncio.run(live())


def test_another_port_is_taken_and_told_when_ours_is_occupied(tmp_path: Path) -> None:
    with socket.socket() as occupier:
        occupier.bind(("127.0.0.1", 0))
        occupier.listen()
        taken = occupier.getsockname()[1]
        (tmp_path / "server.json").write_text(json.dumps({"port": taken}))

        async def live() -> None:
            server = LocalServer(tmp_path, settings=QUICK)
            steps: list[StartStep] = []
            url = await server.start(steps.append)
            assert StartStep.PORT_MOVED in steps
            assert not url.endswith(f":{taken}")
            await server.stop()

        asyncio.run(live())


class _Thief(BaseHTTPRequestHandler):
    """Another server that took the port a moment earlier, and says it is healthy."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.mark.parametrize("has_memory", [False, True])
def test_a_port_that_somebody_takes_in_the_last_moment_is_left_to_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_memory: bool
) -> None:
    thief = ThreadingHTTPServer(("127.0.0.1", 0), _Thief)
    threading.Thread(target=thief.serve_forever, daemon=True).start()
    picks = iter([thief.server_port])
    monkeypatch.setattr(server_module, "pick_port", lambda wanted: next(picks, 0) or pick_port(wanted))
    if has_memory:
        (tmp_path / "server.json").write_text(json.dumps({"port": thief.server_port}))

    async def live() -> None:
        server = LocalServer(tmp_path, settings=QUICK)
        steps: list[StartStep] = []
        url = await server.start(steps.append)
        try:
            assert (StartStep.PORT_MOVED in steps) is has_memory
            assert server.pid is not None and not url.endswith(f":{thief.server_port}")
            assert is_listening(server.pid, int(url.rpartition(":")[2]))
            assert not is_listening(server.pid, thief.server_port)
            assert is_listening(os.getpid(), thief.server_port)
            await server.create_user("lina", "secret")
        finally:
            await server.stop()

    try:
        asyncio.run(live())
    finally:
        thief.shutdown()
        thief.server_close()


def test_another_version_of_synapse_finds_a_copy_of_the_database(tmp_path: Path) -> None:
    async def live() -> None:
        server = LocalServer(tmp_path, settings=QUICK)
        await server.start()
        await server.stop()
        memory = json.loads((tmp_path / "server.json").read_text())
        (tmp_path / "server.json").write_text(json.dumps(memory | {"synapse_version": "1.100.0"}))
        steps: list[StartStep] = []
        await server.start(steps.append)
        assert StartStep.BACKING_UP in steps
        copy = tmp_path / "homeserver.db.before-1.100.0"
        assert copy.stat().st_size > 100_000
        await server.stop()

    asyncio.run(live())


def test_a_failing_start_says_why_and_leaves_nothing_behind(tmp_path: Path) -> None:
    async def live() -> None:
        broken = ServerSettings(extra={"database": {"name": "no-such-engine"}})
        server = LocalServer(tmp_path, settings=broken)
        with pytest.raises(LocalServerError) as failed:
            await server.start()
        assert failed.value.code == "server_crashed"
        assert "no-such-engine" in str(failed.value)
        assert server.pid is None
        assert server.state is ServerState.STOPPED

    asyncio.run(live())


OWNER = """
import asyncio, sys
from pathlib import Path
from app.local_server import LocalServer, ServerSettings
async def main():
    server = LocalServer(Path(sys.argv[1]), settings=ServerSettings(is_unlimited=True))
    print(await server.start(), flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


def test_a_second_process_shares_the_server_and_a_killed_owner_leaves_none(tmp_path: Path) -> None:
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout
    try:
        url = owner.stdout.readline().strip()

        async def live() -> None:
            guest = LocalServer(tmp_path, settings=QUICK)
            assert await guest.start() == url
            pid_as_guest = guest.pid
            assert pid_as_guest is None, "a guest owns no process"
            with pytest.raises(LocalServerError, match="another process"):
                await guest.uninstall_data()
            await guest.stop()
            assert is_healthy(url), "a guest's stop must not end the owner's server"
            os.kill(owner.pid, signal.SIGKILL)
            await _until(lambda: not is_healthy(url))
            assert await guest.start() == url  # waits for the database to be closed, then owns it
            assert guest.pid is not None
            await guest.stop()

        asyncio.run(live())
    finally:
        owner.kill()
        owner.wait()
        owner.stdout.close()


def test_secrets_are_private_and_never_printed(tmp_path: Path) -> None:
    server = LocalServer(tmp_path)
    token = server.secrets.as_token
    assert token not in repr(server.secrets)
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0
    assert LocalServer(tmp_path).secrets == server.secrets
