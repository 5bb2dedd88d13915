"""The channels page in the gallery: the feed, one channel, a search, a narrow window, nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.channels.rows import FeedTab
from app.domain.ids import RoomID
from resources.translations import language
from tests.helpers import feed_samples as samples
from tests.helpers.feed_samples import SampleDesk, SampleReads
from ui.screens.channels.channels_screen import ChannelsScreen
from widgets.style import StyleSource


def word(zh: str, en: str) -> str:
    """The invented content in the language of the gallery."""
    return zh if language() == "zh" else en


def sample_desk(style: StyleSource, *, is_online: bool = True, is_empty: bool = False) -> Any:
    """A desk with everything of the samples, or with nothing."""
    rows = [] if is_empty else samples.posts(word)
    channels = [] if is_empty else samples.channels(word)
    return SampleDesk(style, SampleReads(rows, channels, samples.courses(word)), is_online=is_online)


def screen(style: StyleSource, width: int, height: int, desk: Any = None) -> ChannelsScreen:
    """The page in a window of its own."""
    window = QWidget()
    made = ChannelsScreen(desk or sample_desk(style), window, {})
    made.resize(width, height)
    made.setProperty("kept", window)
    return made


def feed(style: StyleSource) -> QWidget:
    """The tab with everything one follows."""
    return screen(style, 1220, 800)


def narrow(style: StyleSource) -> QWidget:
    """The smallest window."""
    return screen(style, 840, 600)


def one_channel(style: StyleSource) -> QWidget:
    """A channel of one's own, a playlist chosen."""
    made = screen(style, 1220, 800)
    made.open_channel(RoomID(samples.room("training")))
    made.channel.playlists.chosen.emit("c1")
    return made


def other_channel(style: StyleSource) -> QWidget:
    """A channel one does not follow, in a narrow window."""
    made = screen(style, 840, 600)
    made.open_channel(RoomID(samples.room("city")))
    return made


def searched(style: StyleSource) -> QWidget:
    """What a search found."""
    desk = sample_desk(style)
    desk.account.cache.read.channels.rows = [
        row._replace(hit=hit, hit_at_ms=at, hit_text=text)
        for row, hit, at, text in zip(
            samples.posts(word)[1:4],
            ("subtitle", "comment", "title"),
            (192_000, 40_000, None),
            (
                word("进入车间前，请先确认防护用品齐全", "before you go in, see that you have everything"),
                "👍 " * 40,
                "",
            ),
            strict=True,
        )
    ]
    made = screen(style, 1220, 560, desk)
    made.feed.presenter.show_query(made.feed.presenter.query._replace(term=word("课", "l")))
    made.head.set_term(word("课", "l"))
    return made


def nothing(style: StyleSource) -> QWidget:
    """Nothing followed; no line; nothing found."""
    page = QWidget()
    page.resize(900, 1500)
    column = QVBoxLayout(page)
    for desk, tab in (
        (sample_desk(style, is_empty=True), FeedTab.FOLLOWING),
        (sample_desk(style, is_empty=True, is_online=False), FeedTab.DISCOVER),
        (sample_desk(style, is_empty=True), FeedTab.COMPANY),
    ):
        made = screen(style, 900, 480, desk)
        made.open_tab(tab)
        column.addWidget(made)
    return page


PAGES: dict[str, Callable[[StyleSource], QWidget]] = {
    "channels_feed": feed,
    "channels_narrow": narrow,
    "channels_one": one_channel,
    "channels_other": other_channel,
    "channels_search": searched,
    "channels_nothing": nothing,
}
