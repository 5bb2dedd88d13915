"""Many comments beside a video: only those in sight are widgets; news, sizes and keys move nothing that is read."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from ui import theme
from widgets.comment_line import CommentLine
from widgets.style import StyleSource
from widgets.watch_comments import WatchComments
from widgets.watch_values import WatchComment

MANY = 500


def comment(n: int, **more: object) -> WatchComment:
    text = f"text of {n}. " + "More words than fit on one line. " * (n % 5)
    value = WatchComment(str(n), f"@u{n % 7}:b", "Anna", text, spoken=f"Anna, {n}", at_ms=n, moment="00:03")
    return replace(value, **more)  # type: ignore[arg-type]


@pytest.fixture
def comments(style: StyleSource) -> Iterator[WatchComments]:
    view = WatchComments(style)
    view.resize(300, 400)
    view.show()
    yield view
    view.deleteLater()


def settle(qapp: QApplication, view: WatchComments) -> None:
    """Let turns pass until nothing more is to be made."""
    for _turn in range(200):
        qapp.processEvents()
        if view.is_whole and not view._maker.isActive():
            return
    raise AssertionError("rows never came")


def press(qapp: QApplication, key: Qt.Key) -> None:
    focus = qapp.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key)


def seen(view: WatchComments) -> list[tuple[int, int, int]]:
    """Number, top and height of the rows in sight, from above."""
    rows = [(uid, view.line(uid)) for uid in view.uids]
    found = [(int(uid), row.mapTo(view, QPoint()).y(), row.height()) for uid, row in rows if row is not None]
    return [one for one in found if one[1] + one[2] > 0 and one[1] < view.height()]


def assert_gapless(view: WatchComments) -> None:
    """Rows in sight stand under each other, and fill the view."""
    rows, gap = seen(view), view._style.current.px(12)
    for (n, top, high), (after, below, _high) in pairwise(rows):
        assert after == n + 1
        assert below == top + high + gap
    assert rows[0][1] <= gap
    assert rows[-1][1] + rows[-1][2] >= view.height() - gap


def test_of_many_comments_those_in_sight_are_made_and_the_newest_are(
    qapp: QApplication, comments: WatchComments
) -> None:
    comments.set_comments([comment(n) for n in range(MANY)])
    settle(qapp, comments)
    assert seen(comments)[-1][0] == MANY - 1
    assert_gapless(comments)
    bar = comments.verticalScrollBar()
    for at in (0, bar.maximum() // 3, 17, bar.maximum() - 900):
        bar.setValue(at)
        settle(qapp, comments)
        assert_gapless(comments)
    assert len(comments.findChildren(CommentLine)) < 60


def test_only_what_comes_into_sight_is_worded(qapp: QApplication, comments: WatchComments) -> None:
    worded = set[str]()

    def word(uid: str) -> WatchComment:
        worded.add(uid)
        return comment(int(uid))

    comments.set_rows([str(n) for n in range(MANY)], word)
    settle(qapp, comments)
    assert worded
    assert len(worded) < 30
    assert str(MANY - 1) in worded


def test_scrolling_up_row_by_row_shows_every_comment_once(
    qapp: QApplication, comments: WatchComments
) -> None:
    comments.set_comments([comment(n) for n in range(60)])
    settle(qapp, comments)
    met, bar = set[int](), comments.verticalScrollBar()
    for _step in range(400):
        met |= {n for n, _top, _high in seen(comments)}
        if bar.value() == 0:
            break
        bar.setValue(bar.value() - 53)
        settle(qapp, comments)
    assert met == set(range(60))


def test_what_is_read_stays_where_it_is_when_others_come_and_go(
    qapp: QApplication, comments: WatchComments
) -> None:
    comments.set_comments([comment(n) for n in range(MANY)])
    settle(qapp, comments)
    comments.verticalScrollBar().setValue(5000)
    settle(qapp, comments)
    before = seen(comments)
    comments.set_comments([comment(n) for n in range(40, MANY + 3)])
    settle(qapp, comments)
    assert seen(comments) == before
    mine = comment(MANY + 3, is_waiting=True)
    comments.set_comments([*(comment(n) for n in range(40, MANY + 3)), mine])
    settle(qapp, comments)
    assert seen(comments)[-1][0] == MANY + 3


def test_who_reads_the_newest_stays_with_the_newest(qapp: QApplication, comments: WatchComments) -> None:
    comments.set_comments([comment(n) for n in range(90)])
    settle(qapp, comments)
    comments.set_comments([comment(n) for n in range(91)])
    settle(qapp, comments)
    assert seen(comments)[-1][0] == 90
    comments.resize(300, 250)
    settle(qapp, comments)
    assert seen(comments)[-1][0] == 90


def test_acts_reach_the_comment_that_stands_there(qapp: QApplication, comments: WatchComments) -> None:
    comments.set_comments([comment(n) for n in range(MANY)])
    settle(qapp, comments)
    comments.verticalScrollBar().setValue(9000)
    settle(qapp, comments)
    uid = str(seen(comments)[1][0])
    line = comments.line(uid)
    assert line is not None
    went, answered = QSignalSpy(comments.moment_chosen), QSignalSpy(comments.reply_requested)
    QTest.keyClick(line, Qt.Key.Key_Return)
    QTest.keyClick(line, Qt.Key.Key_R)
    assert (went.at(0)[0], answered.at(0)[0]) == (int(uid), uid)
    assert line.accessibleName() == f"Anna, {uid}"
    comments.set_comments([comment(n, is_liked=True, likes=3) for n in range(MANY)])
    assert line.value is not None
    assert line.value.likes == 3


def test_arrows_go_from_comment_to_comment_and_to_both_ends(
    qapp: QApplication, comments: WatchComments
) -> None:
    comments.set_comments([comment(n) for n in range(MANY)])
    comments.activateWindow()
    comments.show_comment("250")
    qapp.processEvents()
    for key, expected in (
        *[(Qt.Key.Key_Up, 250 - n) for n in range(1, 12)],
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_Down, 1),
        (Qt.Key.Key_End, MANY - 1),
    ):
        press(qapp, key)
        line = qapp.focusWidget()
        assert isinstance(line, CommentLine)
        assert line.value is not None
        assert line.value.uid == str(expected)
        place = seen(comments)
        assert expected in [n for n, top, high in place if top >= 0 and top + high <= comments.height()]
        assert_gapless(comments)


def test_tab_goes_on_where_rows_were_not_made(qapp: QApplication, comments: WatchComments) -> None:
    comments.set_comments([comment(n) for n in range(MANY)])
    comments.activateWindow()
    comments.show_comment("100")
    came = list[str]()
    for _step in range(60):
        settle(qapp, comments)
        focus = qapp.focusWidget()
        if isinstance(focus, CommentLine) and focus.value is not None:
            came.append(focus.value.uid)
        press(qapp, Qt.Key.Key_Tab)
    assert len(came) > 15
    assert came == [str(100 + n) for n in range(len(came))]


def test_the_keyboard_and_a_selection_keep_their_row(qapp: QApplication, comments: WatchComments) -> None:
    comments.set_comments([comment(n) for n in range(MANY)])
    comments.activateWindow()
    comments.show_comment("300")
    comments.show_comment("310")
    marked = comments.line("300")
    assert marked is not None
    QTest.keyClick(marked.text, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    comments.verticalScrollBar().setValue(0)
    settle(qapp, comments)
    assert comments.line("300") is marked
    assert marked.text.selected_text() == comment(300).text
    kept = comments.line("310")
    assert kept is not None
    assert kept.hasFocus()
    assert comments.line("305") is None


@pytest.mark.parametrize(("recalled", "then"), [(20, 21), (49, 48)])
def test_where_the_recalled_comment_stood_the_keyboard_stays(
    qapp: QApplication, style: StyleSource, recalled: int, then: int
) -> None:
    window = QWidget()
    window.resize(300, 400)
    comments, column = WatchComments(style), QVBoxLayout(window)
    column.addWidget(comments)
    column.addWidget(QPushButton("behind"))
    window.show()
    window.activateWindow()
    comments.set_comments([comment(n) for n in range(50)])
    comments.show_comment(str(recalled))
    comments.set_comments([comment(n) for n in range(50) if n != recalled])
    settle(qapp, comments)
    line = qapp.focusWidget()
    assert isinstance(line, CommentLine)
    assert line.value is not None
    assert line.value.uid == str(then)
    assert comments.line(str(recalled)) is None
    window.deleteLater()


def test_another_width_and_another_size_of_type_leave_no_gaps(
    qapp: QApplication, comments: WatchComments
) -> None:
    comments.set_comments([comment(n) for n in range(MANY)])
    settle(qapp, comments)
    comments.verticalScrollBar().setValue(8000)
    settle(qapp, comments)
    first = seen(comments)[0][0]
    comments.resize(210, 400)
    settle(qapp, comments)
    assert_gapless(comments)
    assert seen(comments)[0][0] == first
    comments._style.set_style(theme.light(zoom=1.5, has_motion=False))
    settle(qapp, comments)
    assert_gapless(comments)


def test_another_video_begins_with_its_newest_and_leaves_nothing_of_the_first(
    qapp: QApplication, comments: WatchComments
) -> None:
    comments.set_comments([comment(n) for n in range(MANY)])
    settle(qapp, comments)
    comments.verticalScrollBar().setValue(100)
    settle(qapp, comments)
    comments.clear()
    comments.set_comments([comment(n) for n in range(1000, 1100)])
    settle(qapp, comments)
    assert seen(comments)[-1][0] == 1099
    visible = [row for row in comments.findChildren(CommentLine) if row.isVisible()]
    assert all(row.value is not None and int(row.value.uid) >= 1000 for row in visible)


def test_few_comments_take_their_height_and_grow_it(qapp: QApplication, comments: WatchComments) -> None:
    grown = QSignalSpy(comments.grown)
    comments.set_comments([comment(0), comment(5)])
    settle(qapp, comments)
    rows = [comments.line("0"), comments.line("5")]
    assert comments.content_height() == sum(row.height() for row in rows if row) + 12
    assert grown.count()
    count = grown.count()
    comments.set_comments([comment(0), comment(5), comment(10)])
    settle(qapp, comments)
    assert grown.count() > count


def test_a_face_that_comes_is_drawn_where_it_belongs(qapp: QApplication, style: StyleSource) -> None:
    class Images:
        asked: list[str]
        pixmap: Callable[..., QPixmap | None]

        def __init__(self) -> None:
            self.asked = []
            self.pixmap = self._none

        def _none(self, key: str, *_size: object) -> None:
            self.asked.append(key)

    images = Images()
    view = WatchComments(style, images)
    view.resize(300, 400)
    view.show()
    view.set_comments([comment(n, avatar_key=f"avatar:{n}") for n in range(MANY)])
    settle(qapp, view)
    assert len(set(images.asked)) < 30, "faces out of sight are not fetched"
    images.asked.clear()
    view.image_ready(f"avatar:{MANY - 1}")
    assert images.asked == [f"avatar:{MANY - 1}"]
    view.deleteLater()
