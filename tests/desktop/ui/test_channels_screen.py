"""The channels page over invented posts: tabs, filters, search, the way back, what is looked at, what is asked for."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.domain.channels.channel import Role
from app.domain.channels.links import VideoLink
from app.domain.channels.rows import FeedLength, FeedTab, PostRow, Watch
from app.domain.ids import EventID, RoomID, UserID
from app.domain.sending import NEW_ROOM_PREFIX
from app.errors import Damaged
from resources.formats import format_list_time
from resources.translations import language, set_language
from tests.helpers import feed_samples as samples
from tests.helpers.feed_samples import SampleDesk, SampleReads
from ui import theme
from ui.screens.channels import looking
from ui.screens.channels.channels_screen import ChannelsScreen
from widgets.dialogs import Dialog
from widgets.style import StyleSource
from widgets.video_values import VIDEO_CARD_ROLE, VideoCard

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal
TRAINING, CITY = samples.room("training"), samples.room("city")


def english(_zh: str, en: str) -> str:
    return en


class _Watching(QWidget):
    """In place of the watch page."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[tuple[object, ...]] = []
        self.left = 0
        self.event_id: EventID | None = None

    def show_post(self, *wanted: object) -> None:
        self.shown.append(wanted)

    def leave(self) -> None:
        self.left += 1

    def stop(self) -> None:
        """Nothing plays."""


class Page:
    """The page and what a test asks of it."""

    def __init__(self, qtbot: QtBot, rows: list[PostRow], **other: Any) -> None:
        style = StyleSource(theme.light(has_motion=False))
        self.reads = SampleReads(rows, samples.channels(english), samples.courses(english))
        desk: Any = SampleDesk(style, self.reads, **other)
        self.desk = desk
        self.window = QWidget()
        self.window.resize(1100, 800)
        self.screen = ChannelsScreen(self.desk, self.window, {})
        self.screen.setParent(self.window)
        self.screen.resize(1100, 800)
        self.watching = _Watching()
        self.screen.__dict__["watch_page"] = self.watching
        self.screen._stack.addWidget(self.watching)
        self.tester = QAbstractItemModelTester(self.screen.feed.presenter.model, FATAL)
        qtbot.addWidget(self.window)
        self.window.show()
        qtbot.waitExposed(self.window).__enter__()
        QApplication.processEvents()

    def titles(self, presenter: Any = None) -> list[str]:
        model = (presenter or self.screen.feed.presenter).model
        return [card(model, number).title for number in range(model.rowCount())]

    def click(self, title: str, at: Callable[[Any], QPointF] | None = None) -> None:
        """Click on a card, on its cover or at another place of it."""
        grid = self.screen.feed.pane.grid
        row = self.titles().index(title)
        grid.scrollTo(grid.model().index(row, 0))
        rect = grid.visualRect(grid.model().index(row, 0))
        point = QPoint(rect.left() + 40, rect.top() + 40)
        if at is not None:
            point = at(rect).toPoint()
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=point)

    def acts(self) -> list[object]:
        return [name for name, *_ in self.desk.done]

    def menu(self) -> dict[str, Any]:
        """The menu that is open, by its words."""
        menus = [menu for menu in self.window.findChildren(QMenu) if menu.isVisible()]
        assert len(menus) == 1
        return {action.text(): action for action in menus[0].actions() if action.text()}

    def dialog(self) -> Dialog:
        return next(one for one in self.window.findChildren(Dialog) if one.isVisible())


def card(model: Any, number: int) -> VideoCard:
    made = model.data(model.index(number), VIDEO_CARD_ROLE)
    assert isinstance(made, VideoCard)
    return made


@pytest.fixture(autouse=True)
def _english(qapp: QApplication) -> Iterator[None]:
    before = language()
    set_language("en")
    yield
    set_language(before)


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[Page]:
    made = Page(qtbot, samples.posts(english))
    yield made
    made.screen.stop()


def test_it_opens_with_what_the_cache_has_in_the_same_turn(page: Page) -> None:
    assert page.titles()[:2] == ["Autumn launch, live", "Lesson 2: working safely"]
    tiles = page.screen.feed.tiles.uids
    assert list(tiles[:2]) == [samples.room("club"), samples.room("hualong")]  # asked first, then with news
    assert CITY not in page.screen.feed.tiles.uids


def test_tabs_show_their_posts_and_channels_and_ask_the_directory(page: Page) -> None:
    QTest.mouseClick(page.screen.head.tabs._buttons[2], Qt.MouseButton.LeftButton)
    assert page.titles() == [samples.posts(english)[3].title]
    assert list(page.screen.feed.tiles.uids) == [samples.room("hualong")]
    page.screen.open_tab(FeedTab.DISCOVER)
    assert page.titles() == ["A walk through the showroom"]
    assert ("find", "", "", None) in page.desk.done
    assert page.screen.place() == {"tab": "discover"}


def test_filters_change_the_question_and_can_be_taken_back(page: Page) -> None:
    filters = page.screen.feed.pane.filters
    QTest.mouseClick(filters.unwatched._buttons[0], Qt.MouseButton.LeftButton)
    QTest.mouseClick(filters.length._buttons[1], Qt.MouseButton.LeftButton)
    asked = page.reads.asked[-1]
    assert asked.is_unwatched and asked.length is FeedLength.LONG
    assert "Lesson 1: welcome" not in page.titles()
    page.reads.rows.clear()
    page.desk.bridge.channels_changed.emit(frozenset())
    nothing = page.screen.feed.pane.nothing
    assert nothing.isVisible() and nothing.accessibleName() == "Nothing here"
    nothing.action_triggered.emit()
    assert not page.reads.asked[-1].is_unwatched


def test_tags_are_offered_and_the_chosen_one_filters(qtbot: QtBot) -> None:
    rows = [
        row._replace(tags=("safety",)) if row.event_id == "$l2" else row for row in samples.posts(english)
    ]
    page = Page(qtbot, rows)
    filters = page.screen.feed.pane.filters
    QTest.mouseClick(filters.tags._buttons[0], Qt.MouseButton.LeftButton)
    menu = filters.findChild(QMenu)
    assert menu is not None and [action.text() for action in menu.actions()] == ["safety"]
    menu.actions()[0].trigger()
    menu.close()
    assert page.titles() == ["Lesson 2: working safely"]
    assert filters.tags._buttons[0].text() == "Tag: safety"
    QTest.mouseClick(filters.tags._buttons[0], Qt.MouseButton.LeftButton)
    assert len(page.titles()) > 1


def test_a_tag_of_a_video_leads_to_all_that_have_it_and_back(qtbot: QtBot) -> None:
    rows = [
        row._replace(tags=("Safety",)) if row.event_id in ("$l1", "$l2") else row
        for row in samples.posts(english)
    ]
    page = Page(qtbot, rows)
    page.screen.head.field.setText("soup")
    page.watching.event_id = EventID("$l2")
    page.screen.watch(EventID("$l2"))
    page.screen.open_tag("Safety", True)
    query = page.screen.feed.presenter.query
    assert (query.tab, query.tag, query.term) == (FeedTab.FOLLOWING, "Safety", "")
    assert page.screen._stack.currentWidget() is page.screen.feed and page.watching.left
    assert len(page.titles()) == 2 and page.screen.head.field.text() == ""
    page.screen.go_back()
    assert page.watching.shown[-1][0] == "$l2" and page.screen._stack.currentWidget() is page.watching
    page.screen.open_tag("Safety", False)
    assert page.screen.feed.presenter.query.tab is FeedTab.DISCOVER


def test_what_is_typed_is_searched_and_a_hit_opens_where_it_was_said(qtbot: QtBot, page: Page) -> None:
    page.reads.rows = [
        row._replace(hit="subtitle", hit_at_ms=192_000, hit_text="wear your goggles")
        for row in page.reads.rows
    ]
    QTest.keyClick(page.screen.feed.pane.grid, Qt.Key.Key_Slash)
    assert page.screen.head.field.hasFocus()
    QTest.keyClicks(page.screen.head.field, "safely")
    qtbot.waitUntil(lambda: page.titles() == ["Lesson 2: working safely"])
    assert card(page.screen.feed.presenter.model, 0).hit == "Said at 3:12: wear your goggles"
    page.click("Lesson 2: working safely")
    assert page.watching.shown == [(EventID("$l2"), 192_000, "")]


def test_a_search_from_the_watch_page_goes_to_the_feed(qtbot: QtBot, page: Page) -> None:
    page.screen.watch(EventID("$l2"))
    QTest.keyClicks(page.screen.head.field, "soup")
    qtbot.waitUntil(lambda: page.titles() == ["How to make a good soup"])
    assert page.screen._stack.currentWidget() is page.screen.feed and page.watching.left
    assert page.screen.head.field.text() == "soup" and page.screen.head.field.hasFocus()


def test_a_click_plays_and_the_way_back_leads_where_one_was(page: Page) -> None:
    page.screen.open_channel(TRAINING)
    assert page.titles(page.screen.channel.presenter) == ["Lesson 2: working safely", "Lesson 1: welcome"]
    page.screen.watch(EventID("$l2"))
    page.screen.watch(EventID("$l1"), 5000)  # what plays next takes its place
    assert page.watching.shown[-1] == (EventID("$l1"), 5000, "")
    assert page.screen.head.back.isVisible()
    QTest.keyClick(page.screen, Qt.Key.Key_Escape)
    assert page.screen._stack.currentWidget() is page.screen.channel and page.watching.left == 1
    QTest.keyClick(page.screen, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert page.screen._stack.currentWidget() is page.screen.feed
    assert not page.screen.head.back.isVisible()


def test_the_way_back_leads_to_what_plays_by_now(page: Page) -> None:
    page.screen.watch(EventID("$l1"), 9000)
    page.watching.event_id = EventID("$l2")  # the next one of the course
    page.screen.open_channel(TRAINING)
    page.screen.go_back()
    assert page.watching.shown[-1] == (EventID("$l2"), None, "")


def test_the_channel_one_is_at_is_known_for_the_key_that_clears_its_dot(page: Page) -> None:
    page.screen.feed.pane.grid.set_current(page.screen.feed.presenter.model.row_of("$gear"))
    assert page.screen.current_room() == samples.room("hualong")
    page.screen.feed.strip.setFocus()
    page.screen.feed.strip.setCurrentIndex(page.screen.feed.tiles.index(0))
    assert page.screen.current_room() == samples.room("club")
    page.screen.open_channel(TRAINING)
    assert page.screen.current_room() == TRAINING


def test_a_click_on_the_channel_of_a_card_opens_the_channel(page: Page) -> None:
    grid = page.screen.feed.pane.grid
    first = card(page.screen.feed.presenter.model, 1)

    def at(rect: Any) -> QPointF:
        return grid._delegate._channel_rect(rect, first).center()

    page.click("Lesson 2: working safely", at)
    assert page.screen.channel.room_id == TRAINING


def test_arrows_go_in_both_directions_and_enter_plays(page: Page) -> None:
    grid = page.screen.feed.pane.grid
    grid.setFocus()
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(grid, key)
    columns = grid.viewport().width() // grid._delegate.cell.width()
    assert grid.currentIndex().row() == 1 + columns
    wanted = page.screen.feed.presenter.model.uids[1 + columns]
    QTest.keyClick(grid, Qt.Key.Key_Return)
    assert page.watching.shown == [(wanted, None, "")]


def test_arrow_up_from_the_first_line_reaches_the_channels_and_enter_opens_one(page: Page) -> None:
    grid, strip = page.screen.feed.pane.grid, page.screen.feed.strip
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Home)
    QTest.keyClick(grid, Qt.Key.Key_Up)
    assert strip.hasFocus()
    QTest.keyClick(strip, Qt.Key.Key_Right)
    QTest.keyClick(strip, Qt.Key.Key_Return)
    assert page.screen.channel.room_id == page.screen.feed.tiles.uids[1]


def test_a_post_of_mine_that_waits_shows_what_is_on_its_way(page: Page) -> None:
    page.click("Third quarter in review")
    assert page.acts()[-1] == "publish" and not page.watching.shown


def test_what_was_in_sight_for_a_moment_is_seen_and_no_other_channel(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "LOOK_MS", 20)
    page = Page(qtbot, samples.posts(english))  # of training two are new, one of them is not here
    page.window.activateWindow()
    qtbot.waitUntil(lambda: ("mark_seen", samples.room("talks")) in page.desk.done)
    assert ("mark_seen", samples.room("hualong")) in page.desk.done
    assert ("mark_seen", TRAINING) not in page.desk.done


def test_news_come_in_place_and_the_keyboard_stays_on_its_card(page: Page) -> None:
    grid = page.screen.feed.pane.grid
    grid.set_current(page.screen.feed.presenter.model.row_of("$soup"))
    talks = samples.channels(english)[1]
    page.reads.rows.insert(0, samples.post("fresh", talks, "Fresh"))
    page.desk.bridge.channels_changed.emit(frozenset({talks.room_id}))
    assert page.titles()[0] == "Fresh" and grid.current_uid() == "$soup"


def test_more_cards_come_before_the_end_is_reached(qtbot: QtBot) -> None:
    lunch = samples.channels(english)[2]
    rows = [samples.post(f"{n}", lunch, f"Talk {n}", n * samples.HOUR) for n in range(90)]
    page = Page(qtbot, rows)
    grid = page.screen.feed.pane.grid
    assert 30 <= len(page.titles()) < 90
    for _ in range(6):
        grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum())
        QApplication.processEvents()
    assert page.titles() == [f"Talk {n}" for n in range(90)]


def test_a_screen_that_has_room_for_more_than_a_page_is_filled(qtbot: QtBot) -> None:
    lunch = samples.channels(english)[2]
    rows = [samples.post(f"{n}", lunch, f"Talk {n}", n * samples.HOUR) for n in range(400)]
    page = Page(qtbot, rows)
    page.window.resize(3800, 2100)
    page.screen.resize(3800, 2100)
    grid = page.screen.feed.pane.grid
    qtbot.waitUntil(lambda: grid.verticalScrollBar().maximum() > 2 * grid.viewport().height())
    assert len(page.titles()) < 400


def test_following_passes_the_servers_and_unfollowing_asks_first(page: Page) -> None:
    page.screen.open_channel(CITY)
    assert ("peek", CITY, ()) in page.desk.done
    QTest.mouseClick(page.screen.channel.head.follow, Qt.MouseButton.LeftButton)
    assert ("follow", CITY, ()) in page.desk.done
    page.screen.open_channel(TRAINING)
    page.screen.channel.head.following.click()
    page.menu()["Unfollow"].trigger()
    assert "unfollow" not in page.acts()
    page.dialog().press("unfollow")
    assert ("unfollow", TRAINING) in page.desk.done


def test_a_playlist_shows_its_posts_in_order_and_goes_on_with_the_first_unfinished(page: Page) -> None:
    page.screen.open_channel(TRAINING)
    channel = page.screen.channel
    QTest.mouseClick(channel.playlists.chips._buttons[1], Qt.MouseButton.LeftButton)
    assert page.titles(channel.presenter) == ["Lesson 1: welcome", "Lesson 2: working safely"]
    assert channel.playlists.facts.text().endswith("1 of 2 finished")
    channel.playlists.play.click()
    assert ("watch", EventID("$l2"), None, "c1") in page.desk.done


def test_the_menu_of_a_card_offers_what_may_be_done(page: Page) -> None:
    page.screen.feed.pane.grid.context_requested.emit("$l2", QPoint(10, 10))
    entries = page.menu()
    assert "Take down" in entries and "Edit" not in entries  # its owner, but somebody else made it
    entries["Save"].trigger()
    assert ("set_saved", EventID("$l2"), True) in page.desk.done
    for menu in page.window.findChildren(QMenu):
        menu.close()
    page.screen.feed.pane.grid.context_requested.emit("$gear", QPoint(10, 10))
    assert "Take down" not in page.menu()


def test_a_stream_to_come_can_be_reserved_from_its_menu(page: Page) -> None:
    page.screen.feed.pane.grid.context_requested.emit("$next", QPoint(10, 10))
    entries = page.menu()
    assert "Play" not in entries and "Keep offline" not in entries
    entries["Do not remind me"].trigger()  # it was reserved
    assert ("reserve", EventID("$next"), False) in page.desk.done


def test_a_stream_that_runs_is_ended_by_who_announced_it_and_its_recording_published(qtbot: QtBot) -> None:
    past = samples.NOW_MS - 60_000
    ends = {"$gear": 0, "$live": 0, "$l2": past}
    rows = [
        row._replace(
            is_live=True, live_starts_ms=past - 1000, live_ends_ms=ends[row.event_id], room_id=TRAINING
        )
        if row.event_id in ends
        else row
        for row in samples.posts(english)
    ]
    rows = [
        row._replace(sender=UserID("@lina:example.org")) if row.event_id == "$gear" else row for row in rows
    ]
    page = Page(qtbot, rows)

    def menu_of(uid: str) -> dict[str, Any]:
        for menu in page.window.findChildren(QMenu):
            menu.close()
        page.screen.feed.pane.grid.context_requested.emit(uid, QPoint(10, 10))
        return page.menu()

    assert "End the live stream" not in menu_of("$live"), "somebody else's"
    menu_of("$gear")["End the live stream"].trigger()
    assert "end_live" not in page.acts()
    page.dialog().press("end")
    assert ("end_live", EventID("$gear")) in page.desk.done
    menu_of("$l2")["Publish its recording"].trigger()
    assert ("publish", TRAINING) in [done[:2] for done in page.desk.done]


def test_a_link_to_what_is_known_opens_it_and_a_strangers_is_asked_about_first(page: Page) -> None:
    page.screen.open_link(VideoLink(TRAINING, EventID("$l2"), 192_000))
    assert ("watch", EventID("$l2"), 192_000) in page.desk.done
    page.screen.open_link(VideoLink("!new:far.example", None, None, ("far.example",)))
    assert "resolve" not in page.acts()
    page.dialog().press("cancel")
    assert "resolve" not in page.acts()
    page.screen.open_link(VideoLink("!new:far.example", None, None, ("far.example",)))
    page.dialog().press("look")
    assert ("resolve", "!new:far.example", ("far.example",)) in page.desk.done


def test_a_cache_that_cannot_be_read_is_told_and_tried_again(qtbot: QtBot, page: Page) -> None:
    page.reads.error = Damaged()
    page.screen.open_tab(FeedTab.PARTNERS)
    nothing = page.screen.feed.pane.nothing
    assert nothing.isVisible() and nothing.accessibleName() == "The videos cannot be read"
    page.reads.error = None
    nothing.action_triggered.emit()
    assert len(page.titles()) == 1 and not nothing.isVisible()


def test_nothing_followed_leads_to_what_there_is(qtbot: QtBot) -> None:
    page = Page(qtbot, [])
    page.reads.all_channels = []
    page.desk.bridge.channels_changed.emit(frozenset())
    nothing = page.screen.feed.pane.nothing
    assert nothing.accessibleName() == "You do not follow any channel yet"
    nothing.action_triggered.emit()
    assert page.screen.feed.presenter.query.tab is FeedTab.DISCOVER


def test_while_nobody_looks_nothing_is_read(page: Page) -> None:
    page.window.hide()
    asked = len(page.reads.asked)
    page.desk.bridge.channels_changed.emit(frozenset())
    assert len(page.reads.asked) == asked
    page.window.show()
    assert len(page.reads.asked) > asked


def test_publish_in_a_channel_of_ones_own_means_this_channel(page: Page) -> None:
    page.screen.open_channel(TRAINING)
    page.screen.head.publish.click()
    assert page.desk.done[-1] == ("publish", TRAINING, ())
    page.screen.open_channel(CITY)
    page.screen.head.publish.click()
    assert page.desk.done[-1] == ("publish", None, ())


def test_files_dropped_on_the_page_are_published_there(page: Page) -> None:
    page.screen.open_channel(TRAINING)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/videos/a.mp4"), QUrl("https://far.example/b.mp4")])
    buttons, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    drop = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, buttons, none)
    page.screen.dropEvent(drop)
    assert page.desk.done[-1] == ("publish", TRAINING, ("/videos/a.mp4",))


def test_the_mouses_own_button_goes_back_from_over_the_cards(page: Page) -> None:
    page.screen.open_channel(TRAINING)
    QTest.mouseClick(page.screen.channel.pane.grid.viewport(), Qt.MouseButton.BackButton)
    assert page.screen._stack.currentWidget() is page.screen.feed


def test_a_channel_that_is_still_made_becomes_the_real_one_in_place(page: Page) -> None:
    waiting = RoomID(f"{NEW_ROOM_PREFIX}txn")
    page.reads.all_channels.append(samples.channel("x", "Brand new")._replace(room_id=waiting))
    page.screen.open_channel(waiting)
    head = page.screen.channel.head
    assert head.facts.text() == "It has not left this computer yet." and not head.following.isVisible()
    made = samples.channel("made", "Brand new", my_role=Role.OWNER)
    page.reads.all_channels[-1] = made
    page.reads.rows.append(samples.post("m", made, "First"))
    page.desk.account.cache.read.room_made_by = lambda txn: made.room_id if txn == "txn" else None
    page.desk.bridge.channels_changed.emit(frozenset({made.room_id}))
    assert page.screen.channel.room_id == made.room_id and head.following.isVisible()
    assert page.titles(page.screen.channel.presenter) == ["First"]
    page.screen.open_channel(waiting)  # by a step back to it
    assert page.screen.channel.room_id == made.room_id


def test_a_channel_that_was_left_can_be_followed_again_there(page: Page) -> None:
    page.screen.open_channel(TRAINING)
    page.reads.all_channels = [one for one in page.reads.all_channels if one.room_id != TRAINING]
    page.desk.bridge.channels_changed.emit(frozenset({TRAINING}))
    head = page.screen.channel.head
    assert head.follow.isVisible() and not head.manage.isVisible()


def test_a_search_where_one_discovers_asks_the_directory_and_shows_channels_of_that_name(
    qtbot: QtBot, page: Page
) -> None:
    page.screen.open_tab(FeedTab.DISCOVER)
    page.screen.open_tab(FeedTab.DISCOVER)
    assert page.acts().count("find") == 1  # not again so soon
    QTest.keyClicks(page.screen.head.field, "photo")
    qtbot.waitUntil(lambda: ("find", "photo", "", None) in page.desk.done)
    assert list(page.screen.feed.tiles.uids) == [samples.room("club")]


def test_the_keyboard_stays_on_the_page_when_what_had_it_goes(page: Page) -> None:
    page.screen.feed.strip.setFocus()
    page.screen.feed.strip.opened.emit(CITY)
    assert page.window.focusWidget() is page.screen.channel.pane.grid
    page.reads.rows.clear()
    page.desk.bridge.channels_changed.emit(frozenset())
    assert page.window.focusWidget() is page.screen.channel.pane.nothing


def test_channels_that_were_found_are_looked_into_once(qtbot: QtBot) -> None:
    page = Page(qtbot, [])
    city = page.reads.channel(CITY)
    assert city is not None
    page.desk.account.channels.found = (city,)
    page.screen.open_tab(FeedTab.DISCOVER)
    assert page.acts().count("peek") == 1
    page.screen.feed._look_up()
    assert page.acts().count("peek") == 1
    assert page.screen.feed.pane._why().text == "Open a channel above to look into it."


def test_an_invitation_can_be_declined(page: Page) -> None:
    page.screen.feed.strip.context_requested.emit(samples.room("club"), QPoint(10, 10))
    page.menu()["Decline the invitation"].trigger()
    assert ("unfollow", samples.room("club")) in page.desk.done


def test_a_card_says_all_of_it_to_a_screen_reader_and_nothing_of_a_name_becomes_markup(qtbot: QtBot) -> None:
    talks = samples.channels(english)[1]._replace(my_role=Role.VIEWER, name="<b>Talks</b>\u202e")
    row = samples.post(
        "x", talks, "<img src=x>\nTitle", description="<a href=y>", watch=Watch(247_000, 494_000)
    )
    page = Page(qtbot, [row])
    model = page.screen.feed.presenter.model
    spoken = model.data(model.index(0), Qt.ItemDataRole.AccessibleTextRole)
    age = format_list_time(row.ts_ms, samples.NOW_MS)
    assert spoken == f"<img src=x> Title, <b>Talks</b>, Internal, 8:14, 50 % watched, {age}"
    assert "<img" not in model.data(model.index(0), Qt.ItemDataRole.ToolTipRole)
    assert card(model, 0).share == 0.5


def test_the_language_changes_on_the_open_page(qtbot: QtBot, page: Page) -> None:
    set_language("zh")
    qtbot.waitUntil(lambda: page.screen.head.tabs._buttons[0].text() == "关注")
    assert card(page.screen.feed.presenter.model, 1).audience == "内部"
