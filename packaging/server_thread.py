"""The homeserver on a thread of its own, so that the program under observation keeps its loop for itself."""

import asyncio
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from app.local_server import LocalServer
from app.local_server.demo.company import DEMO_SETTINGS, Company, ensure_company
from app.local_server.loopback import call

T = TypeVar("T")

TIMEOUT_S = 600.0


class ServerThread:
    """All methods block; from a coroutine call them through `asyncio.to_thread`."""

    def __init__(self, folder: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="day-homeserver", daemon=True)
        self._thread.start()
        self._server = LocalServer(folder, settings=DEMO_SETTINGS)

    def open_company(self) -> Company:
        """Start the server with the company in it."""
        return self._run(ensure_company(self._server))

    def start(self) -> str:
        """Start the server again."""
        return self._run(self._server.start())

    def stop(self) -> None:
        """Stop the server."""
        self._run(self._server.stop())

    def close(self) -> None:
        """Stop the server and end the thread."""
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(TIMEOUT_S)


class Colleague:
    """Somebody else at another desk: looks at the server with a few plain calls, none of them the product's client."""

    def __init__(self, company: Company, key: str) -> None:
        self._base_url = company.base_url
        login = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": key},
            "password": company.password,
            "initial_device_display_name": "another desk",
        }
        self._token = str(call(self._base_url, "POST", "/_matrix/client/v3/login", login)["access_token"])
        self._sent = 0

    def bodies(self, room_id: str, count: int = 30) -> list[str]:
        """Give the last texts of a room, oldest first, as the server has them."""
        path = f"/_matrix/client/v3/rooms/{quote(room_id)}/messages?dir=b&limit={count}"
        chunk = call(self._base_url, "GET", path, token=self._token)["chunk"]
        return [
            event["content"].get("body", "") for event in reversed(chunk) if event["type"] == "m.room.message"
        ]

    def say(self, room_id: str, text: str) -> None:
        """Send a text."""
        self._sent += 1
        path = f"/_matrix/client/v3/rooms/{quote(room_id)}/send/m.room.message/day-{self._sent}"
        call(self._base_url, "PUT", path, {"msgtype": "m.text", "body": text}, token=self._token)

    def unread(self, room_id: str) -> int:
        """Give the server's own count of unread messages of this person in a room."""
        path = "/_matrix/client/v3/sync?timeout=0&filter=" + quote(
            '{"room":{"timeline":{"limit":1},"state":{"lazy_load_members":true}},"presence":{"types":[]}}'
        )
        rooms = call(self._base_url, "GET", path, token=self._token)["rooms"]["join"]
        return int(rooms[room_id]["unread_notifications"]["notification_count"])
