"""The window at a channel: posts with chapters, comments and a course in a real cache, the bytes of a small video behind each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from app.account import Account
from app.domain.events import Event
from app.domain.ids import ContentURI, EventID
from app.media.videos import SourceState, VideoSource
from tests.helpers.channel_store import CAROL, ChannelRoom
from tests.helpers.company import ME
from tests.helpers.signed_in import Desktop, desktop
from ui.player_session import PlayerSession
from ui.screens.channels.watch_page import WatchPage
from widgets.player.values import PlayState


class FileBytes:
    """A file of this computer as `VideoSource` gives a fetched one."""

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes()
        self.is_aborted = self.is_closed = False
        self.error_code = ""

    @property
    def state(self) -> SourceState:
        size = len(self._data)
        return SourceState(size, ((0, size),), True, None, 0.0, self.error_code, not self.error_code)

    def subscribe(self, _listener: Callable[[], None]) -> Callable[[], None]:
        return lambda: None

    def size(self) -> int | None:
        return None if self.is_aborted or self.error_code else len(self._data)

    def read_at(self, offset: int, count: int) -> bytes | None:
        return None if self.is_aborted or self.error_code else self._data[offset : offset + count]

    def abort(self) -> None:
        self.is_aborted = True

    def resume(self) -> None:
        self.is_aborted = False

    def retry(self) -> None:
        self.error_code = ""

    async def close(self) -> None:
        self.is_closed = True


class Shelf:
    """Stands for `account.videos`: which file an address gives, and what was opened."""

    def __init__(self, film: Path) -> None:
        self.film = film
        self.files: dict[str, Path] = {}
        self.opened: list[tuple[str, FileBytes]] = []

    async def open(self, uri: ContentURI, size_hint: int | None = None) -> VideoSource:
        source = FileBytes(self.files.get(uri, self.film))
        self.opened.append((uri, source))
        return cast("VideoSource", source)

    def is_whole(self, _uri: ContentURI) -> bool:
        return True

    async def use_settings(self, _settings: object) -> None:
        """There is no budget."""

    async def stop(self) -> None:
        """Nothing runs."""


class Stage:
    """What a test drives."""

    def __init__(self, desk: Desktop, room: ChannelRoom, shelf: Shelf) -> None:
        self.desk, self.room, self.shelf = desk, room, shelf

    @property
    def account(self) -> Account:
        return self.desk.account

    @property
    def session(self) -> PlayerSession:
        return self.desk.signed_in._desk.channels.session

    @property
    def page(self) -> WatchPage:
        screen: Any = self.desk.signed_in._desk.channels._screen
        page = screen.watch_page
        assert isinstance(page, WatchPage)
        return page

    def watch(self, name: str, at_ms: int | None = None, course: str = "") -> None:
        """Go to a post, by its name."""
        self.desk.signed_in._desk.channels.watch(EventID(f"${name}"), at_ms, course)

    async def playing(self, name: str) -> None:
        """Wait until a post plays."""
        await self.desk.until(
            lambda: self.session.event_id == f"${name}" and self.session.player.state is PlayState.PLAYING, 20
        )

    async def news(self, *events: Event) -> None:
        """The server tells of these."""
        await self.account.cache.apply_sync(self.desk.company.batch(self.room.news(*events)))


def training(now_ms: int) -> ChannelRoom:
    """A channel with three posts, two of them a course, and what was said about the second."""
    room = ChannelRoom("school", "新员工培训", ts=now_ms - 60 * 60_000)
    room.put("m.room.member", {"membership": "join", "displayname": "李娜"}, ME, ME)
    room.put("m.room.member", {"membership": "join", "displayname": "Carol"}, CAROL, CAROL)
    chapters = [{"at": 0, "title": "Welcome"}, {"at": 1500, "title": "Goggles"}]
    room.post("one", "Lesson one", duration=3000)
    room.post(
        "two", "Lesson two", duration=3000, chapters=chapters, description="Read https://acme.example first."
    )
    room.post("three", "Lesson three", duration=3000)
    room.course("safety", "one", "two", title="Safety", compulsory=True)
    room.say("c1", "two", "Where are the goggles?", more={"im.tack.at": 1200})
    room.say("c2", "two", "Thanks!")
    room.like("two")
    return room


@asynccontextmanager
async def stage(
    folder: Path, film: Path, monkeypatch: pytest.MonkeyPatch, *, language: str = "en", theme: str = "light"
) -> AsyncIterator[Stage]:
    """The window, signed in, the channel in the cache."""
    async with desktop(folder, language=language, theme=theme) as desk:
        shelf = Shelf(film)
        monkeypatch.setitem(desk.account.__dict__, "videos", shelf)
        monkeypatch.setattr(desk.account.channels, "kept_now", list)
        room = training(desk.company.now_ms)
        await desk.account.cache.apply_sync(desk.company.batch(room.update()))
        yield Stage(desk, room, shelf)
