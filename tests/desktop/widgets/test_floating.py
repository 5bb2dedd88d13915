"""What floats: switcher, emoji, toasts, banner, search, viewer."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from resources.emoji import all_emoji, find_emoji
from resources.translations import set_language
from tests.desktop.widgets.conftest import Put
from tests.helpers.input_method import commit, compose
from ui import theme
from widgets.banner import Banner, BannerKind
from widgets.emoji_picker import QUICK_REACTIONS, EmojiPicker
from widgets.empty_state import EmptyState
from widgets.image_viewer import ImageViewer
from widgets.quick_switcher import QuickSwitcher, SwitcherRow
from widgets.search_panel import HitRow, SearchKind, SearchPanel, SearchTerms, SearchTime
from widgets.style import StyleSource
from widgets.toast import ToastHost, ToastKind, reading_time_ms


def shown(qtbot: QtBot, window: QWidget) -> QLineEdit:
    line = QLineEdit(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    return line


def test_the_switcher_is_typed_moved_and_chosen(qtbot: QtBot, style: StyleSource, window: QWidget) -> None:
    line = shown(qtbot, window)
    switcher = QuickSwitcher(style, window)
    terms: list[str] = []
    chosen: list[str] = []
    switcher.term_changed.connect(terms.append)
    switcher.chosen.connect(chosen.append)
    switcher.open_empty()
    assert terms == [""]
    switcher.set_rows([SwitcherRow("!a", "A", section="Chats"), SwitcherRow("!b", "B", section="Chats")])
    qtbot.waitUntil(switcher.field.hasFocus)
    QTest.keyClick(switcher.field, Qt.Key.Key_Down)
    compose(switcher.field, "zhang")
    QTest.keyClick(switcher.field, Qt.Key.Key_Return)
    assert chosen == []
    compose(switcher.field, "")
    QTest.keyClick(switcher.field, Qt.Key.Key_Return)
    assert chosen == ["!b"]
    assert not switcher.isVisible()
    assert line.hasFocus()


def test_the_switcher_closes_by_escape_and_click_outside(
    qtbot: QtBot, style: StyleSource, window: QWidget
) -> None:
    shown(qtbot, window)
    switcher = QuickSwitcher(style, window)
    closed: list[bool] = []
    switcher.closed.connect(lambda: closed.append(True))
    switcher.open_empty()
    QTest.keyClicks(switcher.field, "abc")
    QTest.keyClick(switcher.field, Qt.Key.Key_Escape)
    assert closed == [True]
    switcher.open_empty()
    assert switcher.field.text() == ""
    QTest.mouseClick(switcher, Qt.MouseButton.LeftButton, pos=switcher._card.center())
    assert switcher.isVisible()
    QTest.mouseClick(switcher, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert closed == [True, True]


def test_the_switcher_follows_the_window(qtbot: QtBot, style: StyleSource, window: QWidget) -> None:
    shown(qtbot, window)
    switcher = QuickSwitcher(style, window)
    switcher.open_empty()
    window.resize(500, 300)
    assert switcher.size() == window.size()
    assert window.rect().contains(switcher._card)


def test_emoji_have_words_in_both_languages() -> None:
    assert len({emoji.text for emoji in all_emoji()}) == len(all_emoji())
    assert find_emoji("收到")[0].text in ("👍", "✅", "🫡")
    assert "👍" in [emoji.text for emoji in find_emoji("thumbs up")]
    assert set(QUICK_REACTIONS) <= {emoji.text for emoji in all_emoji()}
    assert find_emoji("no such thing at all") == []


def test_an_emoji_is_searched_and_chosen_by_keyboard(
    qtbot: QtBot, style: StyleSource, window: QWidget
) -> None:
    line = shown(qtbot, window)
    picker = EmojiPicker(style, window)
    chosen: list[str] = []
    picker.emoji_chosen.connect(chosen.append)
    picker.open_at(window.mapToGlobal(QPoint(20, 620)))
    qtbot.waitUntil(picker._field.hasFocus)
    commit(picker._field, "庆祝")
    QTest.keyClick(picker._field, Qt.Key.Key_Return)
    assert chosen == [find_emoji("庆祝")[0].text]
    assert not picker.isVisible()
    assert line.hasFocus()


def test_the_picker_stays_in_the_window_and_closes_on_a_click_outside(
    qtbot: QtBot, style: StyleSource, window: QWidget
) -> None:
    shown(qtbot, window)
    picker = EmojiPicker(style, window)
    for corner in (QPoint(0, 0), QPoint(890, 630), QPoint(890, 0), QPoint(0, 630)):
        picker.open_at(window.mapToGlobal(corner))
        assert window.rect().contains(picker.card().translated(picker.pos()))
    QTest.mouseClick(window, Qt.MouseButton.LeftButton, pos=QPoint(890, 5))
    assert not picker.isVisible()


def test_a_clicked_emoji_becomes_recent(qtbot: QtBot, style: StyleSource, window: QWidget) -> None:
    shown(qtbot, window)
    picker = EmojiPicker(style, window)
    chosen: list[str] = []
    picker.emoji_chosen.connect(chosen.append)
    picker.set_recent(["🙏", "👀"])
    picker.open_at(QPoint(0, 0))
    QTest.mouseClick(picker._grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(54, 46))
    assert chosen == ["👀"]
    assert picker._recent[:2] == ("👀", "🙏")


def test_toasts_stack_and_undo(qtbot: QtBot, style: StyleSource, window: QWidget) -> None:
    window.show()
    host = ToastHost(style, window)
    undone: list[bool] = []
    for n in range(4):
        host.show_toast(f"note {n}")
    assert host.texts() == ("note 1", "note 2", "note 3")
    host.show_toast("Cleared", ToastKind.DONE, action_text="Undo", on_action=lambda: undone.append(True))
    toast = host._toasts[-1]
    window.resize(700, 500)
    assert window.rect().contains(toast.geometry().adjusted(12, 12, -12, -12))
    toast._act()
    assert undone == [True]
    assert "Cleared" not in host.texts()
    host.clear()
    assert host.texts() == ()


def test_a_toast_stands_over_a_bar_of_buttons_while_there_is_one(
    qtbot: QtBot, style: StyleSource, window: QWidget
) -> None:
    window.show()
    host, bar = ToastHost(style, window), QWidget(window)
    host.keep_clear(bar)
    bar.setGeometry(200, window.height() - 56, window.width() - 200, 56)
    host.show_toast("note")
    toast = host._toasts[0]
    before = toast.y()
    bar.show()
    assert toast.geometry().adjusted(0, 0, 0, -12).bottom() < bar.y()
    bar.hide()
    assert toast.y() == before
    bar.show()
    bar.setParent(None)
    bar.deleteLater()
    qtbot.waitUntil(lambda: host._bars == [])


def test_a_toast_goes_by_itself_and_the_same_one_is_not_doubled(
    qtbot: QtBot, style: StyleSource, window: QWidget
) -> None:
    window.show()
    host = ToastHost(style, window)
    host.show_toast("same", duration_ms=60)
    host.show_toast("same", duration_ms=60)
    assert host.texts() == ("same",)
    qtbot.waitUntil(lambda: host.texts() == ())


def test_errors_and_undo_stay_longer() -> None:
    assert reading_time_ms("x", ToastKind.INFO) < reading_time_ms("x", ToastKind.ERROR)
    assert reading_time_ms("x", ToastKind.INFO, has_action=True) == 10_000


def test_the_banner_says_and_hides(qtbot: QtBot, style: StyleSource, put: Put) -> None:
    banner = Banner(style)
    put(banner)
    banner.hide()
    acted: list[bool] = []
    banner.action_triggered.connect(lambda: acted.append(True))
    banner.show_line("Offline since 10:32", action_text="Try now")
    assert (banner.text(), banner.accessibleName()) == ("Offline since 10:32", "Offline since 10:32")
    QTest.mouseClick(banner._action, Qt.MouseButton.LeftButton)
    assert acted == [True]
    banner.show_line("Certificate", BannerKind.ATTENTION, is_dismissable=True)
    QTest.mouseClick(banner._close, Qt.MouseButton.LeftButton)
    assert banner.text() == ""


def test_the_banner_slides_and_a_change_of_mind_wins(qtbot: QtBot, style: StyleSource, put: Put) -> None:
    banner = Banner(style)
    put(banner)
    style.set_style(theme.light())
    banner.hide_line()
    banner.show_line("Offline")
    banner.hide_line()
    banner.show_line("Offline again")
    qtbot.wait(400)
    assert (banner.text(), banner.height()) == ("Offline again", 36)
    banner.hide_line()
    qtbot.waitUntil(lambda: banner.text() == "")


def test_the_search_asks_with_its_filters(qtbot: QtBot, style: StyleSource, put: Put) -> None:
    panel = SearchPanel(style)
    put(panel)
    asked: list[SearchTerms] = []
    panel.terms_changed.connect(asked.append)
    panel.open_with("", "财务")
    commit(panel.field, "合同")
    QTest.keyClick(panel.field, Qt.Key.Key_Return)
    assert asked == [SearchTerms("合同", is_this_room=True)]
    panel._kind._choose("files")
    panel._time._choose("week")
    panel._scope._choose("all")
    assert asked[-1] == SearchTerms("合同", SearchKind.FILES, SearchTime.WEEK, is_this_room=False)
    set_language("zh")
    qtbot.waitUntil(lambda: panel._title.text() == "搜索消息")
    assert panel.terms() == asked[-1]


def test_hits_are_opened_by_key_and_click_and_paged(qtbot: QtBot, style: StyleSource, put: Put) -> None:
    panel = SearchPanel(style)
    put(panel)
    opened: list[str] = []
    more: list[bool] = []
    panel.hit_activated.connect(opened.append)
    panel.more_requested.connect(lambda: more.append(True))
    hits = [HitRow(str(n), "room", "Tom", "10:00", "the budget is here", ((4, 6),)) for n in range(50)]
    panel.set_hits(hits, has_more=True)
    panel.set_status("50 results")
    QTest.keyClick(panel.field, Qt.Key.Key_Down)
    QTest.keyClick(panel.field, Qt.Key.Key_Return)
    assert opened == ["1"]
    bar = panel.view.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert more == [True]
    panel.add_hits(hits, has_more=False)
    bar.setValue(bar.maximum())
    assert more == [True]
    panel.set_hits([])
    QTest.keyClick(panel.field, Qt.Key.Key_Down)


def test_strange_hits_are_painted(style: StyleSource, put: Put) -> None:
    panel = SearchPanel(style)
    put(panel)
    panel.set_hits(
        [
            HitRow("1", "", "", "", ""),
            HitRow("2", "r", "s", "t", "x" * 4000, ((3990, 10),)),
            HitRow("3", "r", "s", "t", "short", ((90, 4),)),
            HitRow("4", "r", "s", "t", "👨‍👩‍👧 fam" * 80, ((0, 2),)),
        ]
    )
    assert not panel.grab().isNull()


def picture(width: int = 1600, height: int = 900) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    return image


def test_the_viewer_fits_zooms_and_closes(qtbot: QtBot, style: StyleSource, window: QWidget) -> None:
    line = shown(qtbot, window)
    viewer = ImageViewer(style, window)
    closed: list[bool] = []
    viewer.closed.connect(lambda: closed.append(True))
    viewer.open_loading("a.png", picture(16, 9))
    viewer.grab()
    viewer.set_image(picture())
    fitted = viewer.zoom()
    assert fitted < 1
    spot = QPointF(300, 300)
    before = (spot - viewer._shown().topLeft()) / viewer.zoom()
    viewer.zoom_by(2.0, spot)
    after = (spot - viewer._shown().topLeft()) / viewer.zoom()
    assert (before - after).manhattanLength() < 0.01
    for _ in range(50):
        viewer.zoom_by(2.0)
    assert viewer.zoom() == 8.0
    viewer.toggle_full_size()
    assert viewer.zoom() == fitted
    QTest.keyClick(viewer, Qt.Key.Key_Escape)
    assert (closed, viewer.isVisible(), line.hasFocus()) == ([True], False, True)


def test_a_small_picture_is_not_blown_up(qtbot: QtBot, style: StyleSource, window: QWidget) -> None:
    shown(qtbot, window)
    viewer = ImageViewer(style, window)
    viewer.open_loading("a.png")
    viewer.set_image(picture(40, 30))
    assert viewer.zoom() == 1.0
    viewer.set_error("The picture is gone.")
    viewer.set_neighbours(False, True)
    asked: list[bool] = []
    viewer.next_requested.connect(lambda: asked.append(True))
    QTest.keyClick(viewer, Qt.Key.Key_Left)
    QTest.keyClick(viewer, Qt.Key.Key_Right)
    assert asked == [True]


def test_empty_states_change_and_their_words_fit(qtbot: QtBot, style: StyleSource, put: Put) -> None:
    state = EmptyState(style, "chats-circle", "Choose a chat", "From the list, " * 20, "Start one")
    put(state)
    for width in (200, 500, 1200):
        state.window().resize(width, 500)
        assert state._text.height() >= state._text.heightForWidth(state._text.width())
    pressed: list[bool] = []
    state.action_triggered.connect(lambda: pressed.append(True))
    QTest.mouseClick(state._action, Qt.MouseButton.LeftButton)
    assert pressed == [True]
    state.set_state("", "Loading", is_busy=True)
    assert not state._action.isVisible()
