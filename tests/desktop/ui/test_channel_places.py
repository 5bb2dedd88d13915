"""Channels over a real cache: on the rail, in "why this number", in the search, the switcher, links and notices."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QApplication

from app.domain.attention import SourceKind
from app.domain.channels.links import channel_link, post_link
from app.domain.channels.rows import FeedQuery
from app.domain.ids import EventID
from app.domain.sync import Receipt
from app.notifications.posts import PostNotice
from resources.translations import set_language
from tests.helpers.channel_store import ChannelRoom
from tests.helpers.company import ME
from tests.helpers.signed_in import Desktop, desktop, run
from ui.notices import Notices
from ui.screens.channels import looking
from ui.screens.channels.channels_screen import ChannelsScreen
from ui.screens.main_window.places import Place, badge_words_of, badges_of
from ui.shortcuts import Command, keys_of
from widgets.badge import Badge, BadgeKind
from widgets.quick_switcher import QuickSwitcher, SwitcherRow
from widgets.search_panel import SearchPanel


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def training() -> ChannelRoom:
    """A channel with two posts of an hour ago."""
    room = ChannelRoom("training", "Training", ts=now_ms() - 3_600_000)
    room.put("m.room.member", {"membership": "join", "displayname": "李娜"}, ME, ME)
    room.post("first", "Welcome", tags=["start"])
    room.post("second", "Safety rules")
    return room


class Scene:
    """The window with the channel in it."""

    def __init__(self, desk: Desktop, room: ChannelRoom) -> None:
        self.desk, self.room, self.account = desk, room, desk.account
        self.reads = desk.account.cache.read.channels

    @property
    def screen(self) -> ChannelsScreen:
        screen = self.desk.page._pages[Place.CHANNELS]
        assert isinstance(screen, ChannelsScreen)
        return screen

    def titles(self) -> list[str]:
        model = self.screen.feed.presenter.model
        return [model.row_at(number).title for number in range(model.rowCount())]

    async def arrive(self, *events: Any) -> None:
        await self.account.cache.apply_sync(self.desk.company.batch(self.room.news(*events)))

    async def announce(self, title: str = "New pump") -> EventID:
        made = self.room.post(title.replace(" ", ""), title)
        await self.arrive(made)
        await self.desk.until(lambda: self.account.attention.totals().new_posts)
        return made.event_id

    def watched(self) -> list[tuple[object, ...]]:
        """What the desk was asked to play from now on, in place of playing it."""
        asked: list[tuple[object, ...]] = []
        self.desk.signed_in._desk.channels.watch = lambda *wanted: asked.append(wanted)  # type: ignore[method-assign]
        return asked


@asynccontextmanager
async def scene(folder: Path) -> AsyncIterator[Scene]:
    set_language("en")
    async with desktop(folder) as desk:
        room = training()
        read = Receipt(ME, room.timeline[-1].event_id, kind="m.read.private", ts_ms=now_ms())
        await desk.account.cache.apply_sync(desk.company.batch(room.update(receipts=(read,))))
        yield Scene(desk, room)


def test_a_new_video_counts_on_the_rail_and_in_why_and_looking_at_it_takes_the_dot_away(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "LOOK_MS", 20)

    async def scenario() -> None:
        async with scene(tmp_path) as there:
            before = there.account.attention.totals()
            await there.announce()
            totals = there.account.attention.totals()
            assert totals.new_posts == before.new_posts + 1
            assert badges_of(totals)[Place.CHANNELS] == Badge(BadgeKind.NUMBER, 1)
            sources = await there.account.attention.sources()
            found = [one for one in sources if one.kind is SourceKind.POST]
            assert [(one.name, one.count) for one in found] == [("Training", 1)]
            panel = there.desk.signed_in._desk.red_dots
            panel.open_sources(QPoint(100, 100))
            await there.desk.until(lambda: panel._sources is not None and panel._sources._sources)
            assert panel._sources is not None
            panel._sources._open(str([one.kind for one in panel._sources._sources].index(SourceKind.POST)))
            assert there.desk.page.place is Place.CHANNELS
            assert there.screen.channel.room_id == there.room.room_id
            there.desk.window.activateWindow()
            await there.desk.until(lambda: not there.account.attention.totals().new_posts)
            assert not there.reads.channels()[0].unread

    run(qapp, scenario())


def test_the_keys_for_search_and_for_one_dot_mean_the_channels_while_they_are_open(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with scene(tmp_path) as there:
            await there.announce()
            desk = there.desk.signed_in._desk
            desk.channels.open_channel(there.room.room_id)
            there.desk.signed_in._acts()[Command.SEARCH_HERE]()
            assert there.desk.window.focusWidget() is there.screen.head.field
            there.desk.signed_in._acts()[Command.CLEAR_DOT]()
            await there.desk.until(lambda: not there.account.attention.totals().new_posts)
            assert keys_of(Command.CHANNELS) == ("Ctrl+4",) and keys_of(Command.PUBLISH) == ("Ctrl+Shift+U",)

    run(qapp, scenario())


def test_the_broom_clears_new_videos_and_undo_brings_them_back(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with scene(tmp_path) as there:
            await there.announce()
            dots = there.desk.signed_in._desk.red_dots
            dots.clear()
            await there.desk.until(lambda: not there.account.attention.totals().new_posts)
            await there.desk.until(lambda: dots._offers)
            dots.undo()
            await there.desk.until(lambda: there.account.attention.totals().new_posts == 1)

    run(qapp, scenario())


def test_a_comment_that_names_me_counts_there_and_opens_its_video(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with scene(tmp_path) as there:
            watched = there.watched()
            there.desk.signed_in._desk.channels.open()
            named = {"m.mentions": {"user_ids": [ME]}}
            said = there.room.say("asked", "second", "李娜?", more=named)
            await there.arrive(said)
            await there.desk.until(lambda: there.account.attention.totals().post_comments)
            totals = there.account.attention.totals()
            assert (
                badges_of(totals)[Place.CHANNELS].count == 1 and not badges_of(totals)[Place.APPROVALS].count
            )
            assert badge_words_of(totals)[Place.CHANNELS] == "1 comment for you"
            there.desk.page.open_room(there.room.room_id, event_id=said.event_id)  # as a notice does
            assert watched == [(EventID("$second"),)]

    run(qapp, scenario())


def test_the_feed_takes_what_arrives_and_what_is_taken_down(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with scene(tmp_path) as there:
            there.desk.signed_in._desk.channels.open()
            assert there.titles() == ["Safety rules", "Welcome"]
            await there.announce("New pump")
            await there.desk.until(lambda: there.titles() == ["New pump", "Safety rules", "Welcome"])
            await there.arrive(there.room.recall("first"))
            await there.desk.until(lambda: there.titles() == ["New pump", "Safety rules"])
            there.screen.feed.presenter.show_query(FeedQuery(term="safety"))
            await there.desk.until(lambda: there.titles() == ["Safety rules"])
            assert there.screen.feed.presenter.tags in ((), ("start",))

    run(qapp, scenario())


def test_search_over_everything_shows_videos_first_and_opens_them(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with scene(tmp_path) as there:
            watched, shown = there.watched(), []
            there.desk.page.search(None, "")
            panel = there.desk.page.side.findChild(SearchPanel)
            assert panel is not None
            monkey: Any = panel
            monkey.set_hits = lambda hits, *, has_more=False: shown.append(list(hits))
            there.desk.page.search(None, "Safety")
            await there.desk.until(lambda: shown and shown[-1])
            assert [hit.sender_name for hit in shown[-1]] == ["Safety rules"]
            assert shown[-1][0].room_name == "Training · video"
            panel.hit_activated.emit(shown[-1][0].key)
            assert watched == [(EventID("$second"), None)]

    run(qapp, scenario())


def test_the_switcher_knows_channels_and_videos(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with scene(tmp_path) as there:
            watched = there.watched()
            there.desk.signed_in.open_switcher()
            panel = there.desk.window.findChild(QuickSwitcher)
            assert panel is not None
            rows: list[SwitcherRow] = []
            given: Any = panel
            given.set_rows = lambda new: rows.__setitem__(slice(None), new)
            panel.term_changed.emit("train")
            await there.desk.until(lambda: any(row.key == f"channel {there.room.room_id}" for row in rows))
            panel.chosen.emit(f"channel {there.room.room_id}")
            assert there.screen.channel.room_id == there.room.room_id
            panel.term_changed.emit("welcome")
            await there.desk.until(lambda: any(row.key == "video $first" for row in rows))
            panel.chosen.emit("video $first")
            assert watched == [(EventID("$first"),)]

    run(qapp, scenario())


def test_links_in_chats_open_videos_channels_and_rooms_here(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with scene(tmp_path) as there:
            watched = there.watched()
            room_id = there.room.room_id
            there.desk.open("launch")
            there.desk.chat.link_activated.emit(post_link(room_id, EventID("$second"), 61_000))
            assert watched == [(EventID("$second"), 61_000)]
            there.desk.chat.link_activated.emit(channel_link(room_id))
            assert there.screen.channel.room_id == room_id
            finance = there.desk.company.rooms["finance"].room_id
            there.desk.chat.link_activated.emit(channel_link(finance))
            assert there.desk.chat.room_id == finance and there.desk.page.place is Place.CHATS
            there.desk.chat.link_activated.emit(post_link(room_id, EventID("$gone")))
            assert there.screen.channel.room_id == room_id and len(watched) == 1

    run(qapp, scenario())


def test_no_chat_list_holds_a_channel(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with scene(tmp_path) as there:
            await there.announce()
            assert there.room.room_id not in there.account.cache.read.room_order(limit=1000)
            there.desk.page.open_room(there.room.room_id)
            assert there.desk.chat.room_id is None
            assert there.screen.channel.room_id == there.room.room_id

    run(qapp, scenario())


class _Tray(QObject):
    notice_activated = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, str]] = []

    def notify(self, title: str, text: str) -> None:
        self.told.append((title, text))


def test_a_notice_of_a_video_is_worded_and_a_click_leads_there(qapp: QApplication) -> None:
    set_language("en")
    tray = _Tray()
    listeners: list[Any] = []
    service = SimpleNamespace(subscribe=listeners.append)
    notices = Notices(cast(Any, service), cast(Any, tray))
    opened: list[tuple[str, str]] = []
    notices.post_activated.connect(lambda *where: opened.append(where))
    room_id = training().room_id
    for notice in (
        PostNotice(room_id, EventID("$a"), "Training\nX", "Pump"),
        PostNotice(room_id, None, "Training", "", 4),
        PostNotice(None, None, "", "", 9),
    ):
        listeners[0](notice)
        tray.notice_activated.emit()
    assert tray.told == [("Training X", "Pump"), ("Training", "4 new videos"), ("Channels", "9 new videos")]
    assert opened == [(room_id, "$a"), (room_id, ""), ("", "")]
