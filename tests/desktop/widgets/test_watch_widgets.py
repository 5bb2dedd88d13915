"""Parts of watching: the place of the player, what plays next, the mini window, lists of moments, comments, the field."""

from dataclasses import replace

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QWidget

from widgets.moment_field import MomentField
from widgets.moment_list import MomentList, MomentModel
from widgets.painting import TagKind
from widgets.player.dock import PlayerDock
from widgets.player.mini_window import MiniWindow
from widgets.player.next_up import WAIT_S, NextUp
from widgets.player.player import Player
from widgets.style import StyleSource
from widgets.watch_comments import WatchComments
from widgets.watch_head import WatchHead
from widgets.watch_values import MOMENT_ROLE, MomentRow, WatchComment, WatchHeadline

HEAD = WatchHeadline(
    "Lesson two",
    "New colleagues",
    "!a:b",
    None,
    "Internal",
    TagKind.ACCENT,
    "Only people of your company can see this.",
    "yesterday",
    "24",
    False,
    "Offline",
    False,
    False,
)


def comment(uid: str, **more: object) -> WatchComment:
    value = WatchComment(uid, "@a:b", "Anna", f"text of {uid}", spoken=f"Anna, {uid}")
    return replace(value, **more)  # type: ignore[arg-type]


def test_the_place_asks_by_mouse_and_keys_and_gives_the_player_all_its_room(style: StyleSource) -> None:
    dock = PlayerDock(style)
    dock.resize(320, 180)
    dock.set_video("Lesson", tag="3:12")
    dock.show()
    asked = QSignalSpy(dock.play_requested)
    QTest.mouseClick(dock, Qt.MouseButton.LeftButton)
    QTest.keyClick(dock, Qt.Key.Key_Space)
    assert asked.count() == 2
    assert "Lesson" in dock.accessibleName()
    player = Player(style)
    dock.take(player)
    assert player.geometry() == QRect(0, 0, 320, 180)
    dock.resize(400, 225)
    assert player.size() == dock.size()
    QTest.mouseClick(dock, Qt.MouseButton.LeftButton)
    assert asked.count() == 2, "the player has the mouse now"
    dock.release()
    player.setParent(None)
    player.deleteLater()
    dock.deleteLater()


def test_a_live_stream_that_has_not_begun_cannot_be_asked_for(style: StyleSource) -> None:
    dock = PlayerDock(style)
    dock.set_video("Launch", note="Begins today 15:00", can_play=False)
    dock.show()
    asked = QSignalSpy(dock.play_requested)
    QTest.mouseClick(dock, Qt.MouseButton.LeftButton)
    QTest.keyClick(dock, Qt.Key.Key_Return)
    assert asked.count() == 0
    assert dock.accessibleDescription() == "Begins today 15:00"
    dock.deleteLater()


def test_the_seconds_run_down_and_escape_stays(style: StyleSource) -> None:
    place = QWidget()
    place.resize(600, 300)
    card = NextUp(style, "Lesson three", place)
    accepted, cancelled = QSignalSpy(card.accepted), QSignalSpy(card.cancelled)
    for left in range(WAIT_S - 1, 0, -1):
        card._tick()
        assert card.seconds_left == left
        assert accepted.count() == 0
    QTest.keyClick(card, Qt.Key.Key_Escape)
    assert (accepted.count(), cancelled.count()) == (0, 1)
    other = NextUp(style, "Lesson three", place)
    accepted = QSignalSpy(other.accepted)
    for _turn in range(WAIT_S):
        other._tick()
    assert accepted.count() == 1
    place.deleteLater()


def test_the_mini_window_is_dragged_by_the_picture_and_says_nothing_of_the_video(
    qapp: QApplication, style: StyleSource
) -> None:
    mini, player = MiniWindow(style), Player(style)
    mini.take(player)
    mini.open_at(QRect(100, 80, 384, 216))
    moved, back = QSignalSpy(mini.moved), QSignalSpy(mini.back_requested)
    before = mini.pos()
    QTest.mousePress(player, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    QTest.mouseMove(player, QPoint(70, 60))
    QTest.mouseMove(player, QPoint(90, 80))
    QTest.mouseRelease(player, Qt.MouseButton.LeftButton, pos=QPoint(90, 80))
    assert mini.pos() != before
    assert moved.count() == 1
    QTest.keyClick(mini, Qt.Key.Key_I)
    assert back.count() == 1
    closed = QSignalSpy(mini.closed)
    QTest.keyClick(mini, Qt.Key.Key_Escape)
    assert closed.count() == 1
    mini.release()
    player.setParent(None)
    player.deleteLater()
    mini.deleteLater()


def test_the_mini_window_never_opens_off_the_screen(qapp: QApplication, style: StyleSource) -> None:
    mini = MiniWindow(style)
    for place in (QRect(90_000, 90_000, 384, 216), QRect(0, 0, 3, 3), QRect(-5, -5, 100_000, 100_000), None):
        mini.open_at(place)
        assert qapp.primaryScreen().availableGeometry().contains(mini.geometry())
    mini.deleteLater()


def test_a_list_of_moments_keeps_to_the_rules_of_models(style: StyleSource) -> None:
    model = MomentModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    rows = [MomentRow(str(n), f"part {n}", n * 1000, "00:01") for n in range(5)]
    model.set_rows(rows)
    model.set_rows([replace(row, text="other") for row in rows])
    assert model.index(2).data(MOMENT_ROLE).text == "other"
    assert model.index(2).data() == "00:01 other"
    model.set_rows(rows[:2])
    model.set_rows([])
    assert model.rowCount() == 0
    tester.deleteLater()


def test_a_moment_is_chosen_by_click_and_enter(style: StyleSource) -> None:
    view = MomentList(style, "Chapters")
    view.resize(280, 300)
    view.set_rows([MomentRow(str(n), f"part {n}", n * 1000, "00:01") for n in range(3)])
    view.show()
    chosen = QSignalSpy(view.chosen)
    QTest.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(view.model().index(1, 0)).center()
    )
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert [chosen.at(n)[0] for n in range(chosen.count())] == ["1", "2"]
    view.set_now(2)
    assert not view.grab().isNull()
    view.deleteLater()


def test_a_comment_is_answered_liked_and_followed_to_its_moment_by_keys(style: StyleSource) -> None:
    comments = WatchComments(style)
    comments.resize(300, 400)
    comments.set_comments([comment("a", at_ms=3000, moment="00:03"), comment("b", can_answer=False)])
    comments.show()
    went, liked = QSignalSpy(comments.moment_chosen), QSignalSpy(comments.like_requested)
    answered, menu = QSignalSpy(comments.reply_requested), QSignalSpy(comments.menu_requested)
    first, second = comments.line("a"), comments.line("b")
    assert first is not None
    assert second is not None
    for key in (Qt.Key.Key_Return, Qt.Key.Key_L, Qt.Key.Key_R, Qt.Key.Key_Menu):
        QTest.keyClick(first, key)
        QTest.keyClick(second, key)
    assert (went.count(), liked.count(), answered.count(), menu.count()) == (1, 1, 1, 2)
    assert first.accessibleName() == "Anna, a"
    comments.deleteLater()


def test_enter_of_the_input_method_sends_nothing(style: StyleSource) -> None:
    from tests.helpers.input_method import compose

    field = MomentField(style)
    field.set_now(5000, "00:05")
    field.show()
    sent = QSignalSpy(field.submitted)
    compose(field.editor, "ni hao")
    QTest.keyClick(field.editor, Qt.Key.Key_Return)
    assert sent.count() == 0
    compose(field.editor, "")
    QTest.keyClicks(field.editor, "hello")
    field.clock.setChecked(False)
    QTest.keyClick(field.editor, Qt.Key.Key_Return)
    assert (sent.at(0)[0], sent.at(0)[2]) == ("hello", None)
    field.deleteLater()


def test_who_may_not_comment_reads_why(style: StyleSource) -> None:
    field = MomentField(style)
    field.resize(300, 40)
    field.set_state(False, "Follow the channel to comment.")
    assert not field.editor.isEnabled()
    assert field.editor.accessibleName() == "Follow the channel to comment."
    field.deleteLater()


def test_the_head_fits_every_width(style: StyleSource) -> None:
    head = WatchHead(style)
    for width in (900, 520, 300, 180):
        head.resize(width, head.heightForWidth(width))
        head.set_value(replace(HEAD, form="Sign up for the training on site", follow="Follow"))
        head.set_moment("1:03:12")
        head.resize(width, head.heightForWidth(width))
        parts = head._shown()
        assert all(head.rect().contains(part.geometry()) for part in parts), width
        for number, one in enumerate(parts):
            assert not any(one.geometry().intersects(other.geometry()) for other in parts[number + 1 :]), (
                width
            )
    head.deleteLater()


def test_a_cover_is_drawn_when_it_comes(style: StyleSource) -> None:
    class Images:
        picture: QPixmap | None = None

        def pixmap(self, *_args: object) -> QPixmap | None:
            return self.picture

    images = Images()
    dock = PlayerDock(style, images)
    dock.resize(160, 90)
    dock.set_video("x", "mxc://a/b", can_play=False)
    before = dock.grab().toImage().pixelColor(20, 45)
    images.picture = QPixmap(160, 90)
    images.picture.fill(style.current.colors.accent)
    dock.image_ready("mxc://a/b")
    assert dock.grab().toImage().pixelColor(20, 45) == style.current.colors.accent != before
    dock.deleteLater()


def test_a_like_that_was_given_is_seen(style: StyleSource) -> None:
    head = WatchHead(style)
    head.set_value(HEAD)
    head.like.resize(head.like.sizeHint())
    colors = style.current.colors
    looks = {False: colors.hover, True: colors.accent_soft}
    for is_liked, ground in looks.items():
        head.set_value(replace(HEAD, is_liked=is_liked))
        seen = head.like.grab().toImage()
        assert seen.pixelColor(seen.width() // 2, 3) == ground
        assert head.like.is_lit is is_liked
