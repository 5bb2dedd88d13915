"""The part of the scripted day about video channels: watched, commented at a moment, liked, one published."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from at_the_desk import AtTheDesk
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from shiboken6 import isValid

from app.domain.channels.rows import FeedTab, PostRow
from app.domain.channels.wire import AT_FIELD, LIKE, VIDEO_FIELD
from app.domain.ids import EventID, RoomID
from ui.screens.channels.channels_screen import ChannelsScreen
from ui.screens.channels.watch_page import WatchPage
from ui.screens.main_window.places import Place
from ui.screens.publish.publish_window import PublishWindow
from widgets.player.player import Player
from widgets.player.values import PlayState
from widgets.rail import Rail

Step = Callable[[], Awaitable[str]]
WATCHED = "D2 为什么没有风扇"
MOMENT_S = 15
COMMENT = "四十一度，这一段剪进发布会。"
TITLE = "展会现场 · 第一天"


class ChannelSteps:
    """Steps for `Day`; each looks from the other side whether what was done arrived."""

    def __init__(self, at: AtTheDesk, films: Path) -> None:
        self._at = at
        self._films = films
        self._person = at.person

    def plan(self) -> tuple[tuple[str, Step], ...]:
        """The steps in order."""
        return (
            ("video channels", self._open_page),
            ("watch a video", self._watch),
            ("seek in it", self._seek),
            ("comment at a moment", self._comment),
            ("like it", self._like),
            ("publish a video", self._publish),
        )

    # What is there

    def _post(self, title: str) -> PostRow | None:
        read = self._at.desk.account.cache.read.channels
        found = read.find(title, int(time.time() * 1000))
        return next((row for row in found if row.title == title), None)

    @property
    def _page(self) -> WatchPage:
        return self._screen.watch_page

    @property
    def _player(self) -> Player:
        return self._at.desk.channels.session.player

    async def _eventually(self, ask: Callable[[], Any], what: str, timeout_s: float = 60) -> Any:
        """Ask somebody else's desk until there is an answer."""
        deadline = time.monotonic() + timeout_s
        while True:
            found = await asyncio.to_thread(ask)
            if found:
                return found
            assert time.monotonic() < deadline, what
            await self._person.breathe(0.3)

    # The steps

    async def _open_page(self) -> str:
        rail = await self._person.see(Rail)
        rail.entry_activated.emit(Place.CHANNELS)
        self._screen = await self._person.see(ChannelsScreen)
        model = self._screen.feed.presenter.model
        await self._person.wait_for("the videos are not there", lambda: model.rowCount() >= 9, 90)
        await self._person.breathe(1.5)  # covers
        return f"{model.rowCount()} videos of the channels she follows"

    async def _watch(self) -> str:
        post = self._post(WATCHED)
        assert post is not None, "the video is not there"
        self._id: EventID = post.event_id
        self._room: RoomID = post.room_id
        self._screen.watch(post.event_id, 0)
        player = self._player
        took = await self._person.wait_for("it does not play", lambda: player.state is PlayState.PLAYING, 30)
        await self._person.wait_for("it stands still", lambda: player.position_ms >= 2_000, 20)
        assert not player.picture().isNull(), "nothing is drawn"
        await self._person.wait_for(
            "the comments are not there", lambda: len(self._page.side.talk.comments.comments) >= 3
        )
        return (
            f"it plays, {took:.1f} s after the click; {len(self._page.side.talk.comments.comments)} comments"
        )

    async def _seek(self) -> str:
        player = self._player
        player.seek(MOMENT_S * 1000)
        took = await self._person.wait_for(
            "it does not get there",
            lambda: MOMENT_S * 1000 + 400 <= player.position_ms < (MOMENT_S + 4) * 1000,
        )
        player.toggle()
        await self._person.wait_for("it plays on", lambda: player.state is PlayState.PAUSED)
        return f"at {player.position_ms / 1000:.1f} s of {player.duration_ms / 1000:.0f} within {took:.1f} s"

    async def _comment(self) -> str:
        field = self._page.side.talk.field
        QTest.keyClick(self._player, Qt.Key.Key_C)
        await self._person.write(field.editor, COMMENT)
        at_ms = field.moment()
        await self._person.press(field.editor, Qt.Key.Key_Return)
        other = await self._at.colleague("helin")
        said = await self._eventually(
            lambda: [one for one in other.contents(self._room) if COMMENT in one.get("body", "")],
            "the comment does not arrive",
        )
        assert len(said) == 1 and said[0][AT_FIELD] == at_ms, f"said {said}"
        return f"何琳 has the comment, at {(at_ms or 0) / 1000:.1f} s, once"

    async def _like(self) -> str:
        before = self._page.head.like.text()
        QTest.mouseClick(self._page.head.like, Qt.MouseButton.LeftButton)
        other = await self._at.colleague("helin")
        me = self._at.company.user(self._at.key)

        def likes() -> list[str]:
            relation = {"event_id": self._id, "key": LIKE, "rel_type": "m.annotation"}
            return [who for who, content in other.sent(self._room) if content.get("m.relates_to") == relation]

        await self._eventually(lambda: me in likes(), "the like does not arrive")
        return f"from {before} to {self._page.head.like.text()} likes"

    async def _publish(self) -> str:
        film = str(self._films / "canteen.mp4")
        self._at.desk.channels.publish(RoomID(self._at.room("channel-talks")), (film,))
        window = await self._person.see(PublishWindow)
        fields = window.fields
        jobs = self._at.desk.account.channels.publishing
        await self._person.wait_for("the file is not read", lambda: any(job.covers for job in jobs.jobs), 90)
        fields.title.edit.clear()
        await self._person.write(fields.title.edit, TITLE)
        await self._person.wait_for("it cannot be published", window.publish.isEnabled, 90)
        QTest.mouseClick(window.publish, Qt.MouseButton.LeftButton)
        other = await self._at.colleague("wangmin")
        posts = await self._eventually(
            lambda: [one for one in other.contents(self._room) if self._is_it(one)], "it is not posted", 120
        )
        assert len(posts) == 1 and posts[0]["msgtype"] == "m.video", f"posted {len(posts)} times"
        if isValid(window):
            window.close()
        main = self._screen.window()  # nobody gives the keyboard back where no window manager runs
        main.activateWindow()
        await self._person.wait_for("the window does not come to the front", main.isActiveWindow)
        self._screen.open_tab(FeedTab.FOLLOWING)
        model = self._screen.feed.presenter.model
        await self._person.wait_for(
            "it is not in the feed", lambda: self._post(TITLE) and model.rowCount() >= 10
        )
        size = posts[0]["info"]["size"]
        return f"王敏 sees the post once, {size / 1000:.0f} kB, {len(posts[0][VIDEO_FIELD]['renditions'])} renditions"

    @staticmethod
    def _is_it(content: dict[str, Any]) -> bool:
        return bool(content.get(VIDEO_FIELD, {}).get("title") == TITLE)
