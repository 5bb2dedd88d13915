"""The homeserver on a thread of its own, so that the program under observation keeps its loop for itself."""

import asyncio
import json
import threading
import time
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from app.errors import LocalServerError
from app.local_server import LocalServer
from app.local_server.demo.company import DEMO_SETTINGS, Company, ensure_company
from app.local_server.loopback import call
from resources.templates import template_texts

T = TypeVar("T")

TIMEOUT_S = 600.0


class ServerThread:
    """All methods block; from a coroutine call them through `asyncio.to_thread`."""

    def __init__(self, folder: Path, films: Path) -> None:
        self.films = films
        """Where the company's videos lie (`film_maker`)."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="day-homeserver", daemon=True)
        self._thread.start()
        self._server = LocalServer(folder, settings=DEMO_SETTINGS)

    def open_company(self) -> Company:
        """Start the server with the company in it."""
        return self._run(ensure_company(self._server, templates=template_texts(), films=self.films))

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
        answer = call(self._base_url, "POST", "/_matrix/client/v3/login", login)
        self._token = str(answer["access_token"])
        self.user_id = str(answer["user_id"])
        self._sent = 0
        self._asked = 0

    def bodies(self, room_id: str, count: int = 30) -> list[str]:
        """Give the last texts of a room, oldest first, as the server has them."""
        path = f"/_matrix/client/v3/rooms/{quote(room_id)}/messages?dir=b&limit={count}"
        chunk = call(self._base_url, "GET", path, token=self._token)["chunk"]
        return [
            event["content"].get("body", "") for event in reversed(chunk) if event["type"] == "m.room.message"
        ]

    def sent(self, room_id: str, count: int = 100) -> list[tuple[str, dict[str, Any]]]:
        """Give who sent what to a room last, newest first."""
        path = f"/_matrix/client/v3/rooms/{quote(room_id)}/messages?dir=b&limit={count}"
        chunk = call(self._base_url, "GET", path, token=self._token)["chunk"]
        return [(event["sender"], event["content"]) for event in chunk]

    def contents(self, room_id: str) -> list[dict[str, Any]]:
        """Give what was sent to a room last, newest first."""
        return [content for _, content in self.sent(room_id)]

    def say(self, room_id: str, text: str) -> None:
        """Send a text."""
        self._send(room_id, "m.room.message", {"msgtype": "m.text", "body": text})

    def ding(self, room_id: str, text: str, people: Sequence[str]) -> str:
        """Send a ding as any client of the format does; its event id."""
        content = {
            "msgtype": "m.text",
            "body": f"[DING] {text}",
            "m.mentions": {"user_ids": list(people)},
            "im.tack.ding": {"v": 1, "kind": "notice", "recipients": list(people)},
        }
        return self._send(room_id, "m.room.message", content)

    def confirmations(self, room_id: str, event_id: str) -> list[tuple[str, str]]:
        """Give who confirmed a ding, and the note, as the server has it."""
        path = f"/_matrix/client/v1/rooms/{quote(room_id)}/relations/{quote(event_id)}/m.annotation"
        chunk = call(self._base_url, "GET", path, token=self._token)["chunk"]
        checks = [event for event in chunk if event["content"]["m.relates_to"]["key"] == "✅"]
        return [(event["sender"], event["content"].get("im.tack.note", "")) for event in checks]

    def dings(self, room_id: str, count: int = 30) -> list[tuple[str, list[str]]]:
        """Give the dings among the last events of a room, newest first: body, and whom it mentions."""
        path = f"/_matrix/client/v3/rooms/{quote(room_id)}/messages?dir=b&limit={count}"
        contents = [
            event["content"] for event in call(self._base_url, "GET", path, token=self._token)["chunk"]
        ]
        return [
            (content["body"], content.get("m.mentions", {}).get("user_ids", []))
            for content in contents
            if "im.tack.ding" in content
        ]

    def acts(self, room_id: str, user: str) -> list[dict[str, Any]]:
        """Give somebody's acts in a request, as the server has them."""
        found = self._state(room_id, "im.tack.approval.acts", user)
        return list(found["acts"]) if found else []

    def sealed_levels(self, room_id: str) -> dict[str, Any] | None:
        """Enter a request one is invited to, and give its power levels once nobody has power."""
        try:
            call(self._base_url, "POST", f"/_matrix/client/v3/join/{quote(room_id)}", {}, token=self._token)
        except LocalServerError:
            return None  # not invited yet
        levels = self._state(room_id, "m.room.power_levels", "")
        return levels if levels and not levels.get("users") else None

    def approve(self, room_id: str, seal: str, step: str, note: str) -> None:
        """Approve a request as any client of the format does."""
        act = {"id": f"day-{time.time_ns()}", "kind": "approve", "step": step, "note": note}
        path = f"/_matrix/client/v3/rooms/{quote(room_id)}/state/im.tack.approval.acts/{quote(self.user_id)}"
        call(self._base_url, "PUT", path, {"v": 1, "seal": seal, "acts": [act]}, token=self._token)

    def _state(self, room_id: str, kind: str, key: str) -> dict[str, Any] | None:
        path = f"/_matrix/client/v3/rooms/{quote(room_id)}/state/{kind}/{quote(key)}"
        try:
            return call(self._base_url, "GET", path, token=self._token)
        except LocalServerError as error:
            if error.params.get("status") == 404:
                return None
            raise

    def unread(self, room_id: str) -> int:
        """Give the server's own count of unread messages of this person in a room."""
        return self._counts()[room_id]

    def all_unread(self) -> int:
        """Give the sum of the server's counts over all rooms."""
        return sum(self._counts().values())

    def _counts(self) -> dict[str, int]:
        self._asked += 1  # the server keeps an answer for two minutes: each question differs
        room = {"timeline": {"limit": self._asked}, "state": {"lazy_load_members": True}}
        filter = json.dumps({"room": room, "presence": {"types": []}})
        path = f"/_matrix/client/v3/sync?timeout=0&filter={quote(filter)}"
        rooms = call(self._base_url, "GET", path, token=self._token)["rooms"]["join"]
        return {
            room_id: int(room.get("unread_notifications", {}).get("notification_count", 0))
            for room_id, room in rooms.items()
        }

    def _send(self, room_id: str, kind: str, content: dict[str, Any]) -> str:
        self._sent += 1
        path = f"/_matrix/client/v3/rooms/{quote(room_id)}/send/{kind}/day-{self._sent}"
        return str(call(self._base_url, "PUT", path, content, token=self._token)["event_id"])
