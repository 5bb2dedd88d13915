"""The desktop with a channel service that writes down what it is asked, and reads that give what a test says."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtWidgets import QWidget

from app.channels.service import ChannelService
from app.domain.channels.channel import Audience, Role, Visibility
from app.domain.channels.rows import ChannelRow, CourseRow, KeptVideo, PostRow, Watch
from app.domain.ids import EventID, RoomID, UserID
from app.errors import TackError
from app.store.channel_reads import ChannelReads
from tests.helpers.company import ME
from tests.helpers.signed_in import Desktop, desktop
from ui.desk import Desk

CHANNEL = RoomID("!videos:acme.example")
NOW_MS = 1_763_800_000_000
W = TypeVar("W", bound=QWidget)

ASKED = (
    "create",
    "describe",
    "set_audience",
    "set_open",
    "set_reports",
    "set_role",
    "invite",
    "save_course",
    "remove_course",
    "ding_unfinished",
    "set_policy",
    "edit_post",
    "take_down",
    "announce_live",
    "used_by_kept",
    "forget_offline",
)
READ = (
    "channel",
    "my_channels",
    "figures",
    "courses",
    "streams",
    "course_posts",
    "progress",
    "detail",
    "kept",
    "feed",
    "reports_wanted",
    "transcript",
)


def channel_row(**more: Any) -> ChannelRow:
    """A channel of mine."""
    made: dict[str, Any] = {
        "room_id": CHANNEL,
        "name": "新员工培训",
        "about": "入职第一周要看的视频",
        "avatar": None,
        "audience": Audience(Visibility.INTERNAL),
        "my_role": Role.OWNER,
        "is_followed": True,
        "is_muted": False,
        "followers": 42,
        "posts": 3,
        "unread": 0,
        "last_post_ms": NOW_MS,
    }
    return ChannelRow(**(made | more))


def post_row(number: int, title: str, **more: Any) -> PostRow:
    """A post of that channel."""
    made: dict[str, Any] = {
        "event_id": EventID(f"$post{number}"),
        "room_id": CHANNEL,
        "channel_name": "新员工培训",
        "channel_avatar": None,
        "audience": Audience(Visibility.INTERNAL),
        "is_followed": True,
        "sender": ME,
        "sender_name": "李娜",
        "ts_ms": NOW_MS - number * 86_400_000,
        "title": title,
        "description": "",
        "tags": (),
        "duration_ms": 494_000,
        "cover": None,
        "blurhash": "",
        "is_live": False,
        "live_starts_ms": 0,
        "live_ends_ms": 0,
        "recording": None,
        "likes": 3,
        "is_liked": False,
        "comments": 2,
        "watch": Watch(),
        "is_new": False,
    }
    return PostRow(**(made | more))


def course_row(key: str, title: str, *posts: int, **more: Any) -> CourseRow:
    """A playlist of that channel."""
    made: dict[str, Any] = {
        "room_id": CHANNEL,
        "id": key,
        "title": title,
        "about": "",
        "posts": tuple(EventID(f"$post{number}") for number in posts),
        "is_compulsory": False,
        "due_ms": 0,
        "finished": 0,
    }
    return CourseRow(**(made | more))


class ChannelStage:
    """What a test drives."""

    def __init__(self, desk: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
        self.desktop = desk
        self.desk: Desk = desk.chat._desk
        self.window = desk.window
        self.asked: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
        self.answers: dict[str, Any] = {}
        """What the service answers; a `TackError` is raised."""
        self.reads: dict[str, Any] = {"channel": channel_row()}
        """What the cache answers; a function is called."""
        self.kept: list[KeptVideo] = []
        for name in ASKED:
            monkeypatch.setattr(ChannelService, name, self._service(name))
        monkeypatch.setattr(ChannelService, "kept_now", lambda _service: list(self.kept))
        for name in READ:
            monkeypatch.setattr(ChannelReads, name, self._read(name))

    def calls(self, name: str) -> list[tuple[Any, ...]]:
        """The arguments of each call of a method."""
        return [(*given, *named.values()) for called, given, named in self.asked if called == name]

    def find(self, kind: type[W]) -> W:
        """The newest visible window or dialog of a kind."""
        found = [one for one in self.window.findChildren(kind) if one.isVisible()]
        assert found, f"no {kind.__name__} is open"
        return found[-1]

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for something to become true."""
        await self.desktop.until(condition)

    def told(self) -> tuple[str, ...]:
        """The notes that are shown."""
        return self.desk.toasts.texts()

    def _service(self, name: str) -> Callable[..., Any]:
        async def method(_service: object, *given: Any, **named: Any) -> Any:
            self.asked.append((name, given, named))
            answer = self.answers.get(name)
            if isinstance(answer, TackError):
                raise answer
            return answer

        return method

    def _read(self, name: str) -> Callable[..., Any]:
        def method(_reads: object, *given: Any, **named: Any) -> Any:
            answer = self.reads.get(name, [])
            return answer(*given, **named) if callable(answer) else answer

        return method


@asynccontextmanager
async def channel_stage(
    folder: Path, monkeypatch: pytest.MonkeyPatch, language: str = "en"
) -> AsyncIterator[ChannelStage]:
    """Sign 李娜 in, offline."""
    async with desktop(folder, language=language) as desk:
        yield ChannelStage(desk, monkeypatch)


def user_id(name: str) -> UserID:
    """Somebody of the company."""
    return UserID(f"@{name}:acme.example")
