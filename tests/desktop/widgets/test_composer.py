"""The composer: input method, sending, mentions, paste, drop, drafts, reply and edit."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QKeyEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from resources.translations import set_language
from tests.desktop.widgets.conftest import Put
from tests.helpers.input_method import commit, compose
from ui import theme
from widgets import composer as composer_module
from widgets.composer import Composer, MentionChoice, SendKey
from widgets.composer_staged import StagedBar
from widgets.composer_text import MAX_LINES, ComposerText
from widgets.mention_popup import typed_mention
from widgets.style import StyleSource

PEOPLE = [MentionChoice("@wm:a", "王敏", "设计部"), MentionChoice("@tom:a", "Tom Lee", "R&D")]
Sent = list[tuple[str, tuple[str, ...]]]


def find(term: str) -> Sequence[MentionChoice]:
    return [person for person in PEOPLE if term.lower() in person.name.lower()]


@pytest.fixture
def composer(style: StyleSource, put: Put) -> Composer:
    made = Composer(style)
    made.set_mention_source(find)
    put(made)
    made.focus_text()
    return made


@pytest.fixture
def text(composer: Composer, qtbot: QtBot) -> ComposerText:
    qtbot.waitUntil(composer.editor.hasFocus)
    return composer.editor


@pytest.fixture
def sent(composer: Composer) -> Sent:
    heard: Sent = []
    composer.send_requested.connect(lambda words, users: heard.append((words, users)))
    return heard


def test_enter_sends_and_shift_enter_makes_a_line(qtbot: QtBot, text: ComposerText, sent: Sent) -> None:
    QTest.keyClicks(text, "one")
    QTest.keyClick(text, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(text, "two")
    QTest.keyClick(text, Qt.Key.Key_Return)
    assert sent == [("one\ntwo", ())]


def test_the_keypad_sends_too(qtbot: QtBot, text: ComposerText, sent: Sent) -> None:
    QTest.keyClicks(text, "one")
    QTest.keyClick(text, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert sent == [("one", ())]


def test_ctrl_enter_sends_where_it_is_chosen(
    qtbot: QtBot, composer: Composer, text: ComposerText, sent: Sent
) -> None:
    composer.set_send_key(SendKey.CTRL_ENTER)
    QTest.keyClicks(text, "one")
    QTest.keyClick(text, Qt.Key.Key_Return)
    assert sent == []
    QTest.keyClicks(text, "two")
    QTest.keyClick(text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert sent == [("one\ntwo", ())]


def test_a_held_enter_sends_once(qtbot: QtBot, text: ComposerText, sent: Sent) -> None:
    QTest.keyClicks(text, "one")
    held = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True)
    QApplication.sendEvent(text, held)
    assert sent == []


def test_nothing_but_blanks_is_not_sent(qtbot: QtBot, text: ComposerText, sent: Sent) -> None:
    QTest.keyClicks(text, "   ")
    QTest.keyClick(text, Qt.Key.Key_Return)
    assert sent == []


def test_enter_while_composing_belongs_to_the_input_method(
    qtbot: QtBot, text: ComposerText, sent: Sent
) -> None:
    QTest.keyClicks(text, "ok ")
    compose(text, "ni hao")
    QTest.keyClick(text, Qt.Key.Key_Return)
    assert sent == []
    assert text.toPlainText() == "ok "
    commit(text, "你好")
    assert text.toPlainText() == "ok 你好"
    QTest.keyClick(text, Qt.Key.Key_Return)
    assert sent == [("ok 你好", ())]


def test_a_cancelled_composition_leaves_nothing_behind(qtbot: QtBot, text: ComposerText, sent: Sent) -> None:
    compose(text, "zhong")
    compose(text, "")
    assert not text.is_composing
    assert text.toPlainText() == ""
    QTest.keyClicks(text, "x")
    QTest.keyClick(text, Qt.Key.Key_Return)
    assert sent == [("x", ())]


def test_arrow_up_while_composing_chooses_a_candidate_not_the_last_message(
    qtbot: QtBot, composer: Composer, text: ComposerText
) -> None:
    asked: list[bool] = []
    composer.edit_last_requested.connect(lambda: asked.append(True))
    compose(text, "zhong")
    QTest.keyClick(text, Qt.Key.Key_Up)
    assert asked == []
    compose(text, "")
    QTest.keyClick(text, Qt.Key.Key_Up)
    assert asked == [True]


def test_the_send_button_waits_for_words(
    qtbot: QtBot, composer: Composer, text: ComposerText, sent: Sent
) -> None:
    assert not composer._send.isEnabled()
    QTest.keyClicks(text, "hi")
    QTest.mouseClick(composer._send, Qt.MouseButton.LeftButton)
    assert sent == [("hi", ())]


@pytest.mark.parametrize(
    ("before", "term"),
    [
        ("@", ""),
        ("hello @wa", "wa"),
        ("请@王", "王"),
        ("（@王敏", "王敏"),
        ("mail a@b", None),
        ("@王敏，", None),
        ("@two words", None),
        ("none", None),
    ],
)
def test_when_an_at_begins_a_mention(before: str, term: str | None) -> None:
    assert typed_mention(before) == term


def test_a_mention_is_chosen_by_keyboard_and_sent_with_its_user(
    qtbot: QtBot, composer: Composer, text: ComposerText, sent: Sent
) -> None:
    QTest.keyClicks(text, "hi @")
    assert composer._offer.popup().isVisible()
    QTest.keyClick(text, Qt.Key.Key_Down)
    QTest.keyClick(text, Qt.Key.Key_Return)
    assert sent == []
    assert composer.text() == "hi @Tom Lee "
    assert composer.mentions() == (("@tom:a", "Tom Lee"),)
    QTest.keyClicks(text, "ok")
    QTest.keyClick(text, Qt.Key.Key_Return)
    assert sent == [("hi @Tom Lee ok", ("@tom:a",))]


def test_a_mention_typed_with_the_input_method(qtbot: QtBot, composer: Composer, text: ComposerText) -> None:
    commit(text, "请@")
    compose(text, "wang")
    commit(text, "王")
    assert composer._offer.popup().isVisible()
    QTest.keyClick(text, Qt.Key.Key_Tab)
    assert composer.text() == "请@王敏 "
    assert composer.mentions() == (("@wm:a", "王敏"),)


def test_escape_closes_the_list_and_keeps_the_text(
    qtbot: QtBot, composer: Composer, text: ComposerText
) -> None:
    QTest.keyClicks(text, "@t")
    QTest.keyClick(text, Qt.Key.Key_Escape)
    assert not composer._offer.popup().isVisible()
    assert composer.text() == "@t"


def test_a_mention_clicked(qtbot: QtBot, composer: Composer, text: ComposerText) -> None:
    QTest.keyClicks(text, "@")
    rows = composer._offer.popup().rows
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(40, 20))
    assert composer.mentions() == (("@wm:a", "王敏"),)
    assert text.hasFocus()


def test_backspace_takes_a_mention_as_a_whole(qtbot: QtBot, composer: Composer, text: ComposerText) -> None:
    composer.set_text("hi @Tom Lee", [("@tom:a", "Tom Lee")])
    QTest.keyClick(text, Qt.Key.Key_Backspace)
    assert composer.text() == "hi "
    assert composer.mentions() == ()


def test_a_broken_mention_is_plain_text(qtbot: QtBot, composer: Composer, text: ComposerText) -> None:
    composer.set_text("@Tom Lee!", [("@tom:a", "Tom Lee")])
    cursor = text.textCursor()
    cursor.setPosition(3)
    text.setTextCursor(cursor)
    QTest.keyClicks(text, "x")
    assert composer.text() == "@Toxm Lee!"
    assert composer.mentions() == ()


def test_words_right_behind_a_mention_are_not_part_of_it(
    qtbot: QtBot, composer: Composer, text: ComposerText
) -> None:
    composer.set_text("@Tom Lee", [("@tom:a", "Tom Lee")])
    QTest.keyClicks(text, "!!")
    assert composer.text() == "@Tom Lee!!"
    assert composer.mentions() == (("@tom:a", "Tom Lee"),)


def test_undo_brings_a_mention_back(qtbot: QtBot, composer: Composer, text: ComposerText) -> None:
    QTest.keyClicks(text, "@")
    QTest.keyClick(text, Qt.Key.Key_Return)
    text.undo()
    text.redo()
    assert composer.mentions() == (("@wm:a", "王敏"),)


def test_a_pasted_picture_waits_beside_the_text_until_it_is_sent(
    composer: Composer, text: ComposerText
) -> None:
    heard: list[object] = []
    composer.image_sent.connect(heard.append)
    composer.send_requested.connect(lambda words, _mentions: heard.append(words))
    picture = QImage(8, 8, QImage.Format.Format_RGB32)
    data = QMimeData()
    data.setImageData(picture)
    text.insertFromMimeData(data)
    assert heard == [] and composer.text() == "" and len(composer.staged()) == 1
    composer.set_text("see above")
    QTest.keyClick(text, Qt.Key.Key_Return)
    assert isinstance(heard[0], QImage) and heard[1:] == ["see above"]
    assert composer.staged() == ()


def test_what_is_staged_can_be_taken_away(tmp_path: Path, composer: Composer, text: ComposerText) -> None:
    heard: list[object] = []
    composer.files_chosen.connect(heard.append)
    files = [tmp_path / f"{n}.pdf" for n in range(6)]
    for file in files:
        file.write_bytes(b"x")
    composer.stage(*files)
    bar = composer.findChild(StagedBar)
    assert bar is not None and bar.names() == ["0.pdf", "1.pdf", "2.pdf", "3.pdf"]
    bar.take_away(files[0])
    QTest.keyClick(text, Qt.Key.Key_Return)
    assert heard == [(file,) for file in files[1:]]
    composer.stage(files[0])
    QTest.keyClick(text, Qt.Key.Key_Escape)
    assert composer.staged() == () and bar.isHidden()


def test_cells_copied_with_a_picture_are_pasted_as_text(composer: Composer, text: ComposerText) -> None:
    heard: list[object] = []
    composer.image_sent.connect(heard.append)
    data = QMimeData()
    data.setImageData(QImage(8, 8, QImage.Format.Format_RGB32))
    data.setText("A1\tB1")
    data.setHtml("<b>A1</b>")
    text.insertFromMimeData(data)
    assert composer.staged() == ()
    assert composer.text() == "A1\tB1"


def test_pasted_files_are_staged(tmp_path: Path, composer: Composer, text: ComposerText) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(b"x")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)), QUrl("https://example.org/b")])
    text.insertFromMimeData(data)
    assert composer.staged() == (file,)


def test_a_file_dropped_on_the_composer_or_above_it(tmp_path: Path, composer: Composer, qtbot: QtBot) -> None:
    file = tmp_path / "报告.docx"
    file.write_bytes(b"x")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    above = QWidget()
    qtbot.addWidget(above)
    composer.take_drops_on(above)
    copy, left, bare = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for target in (composer, above):
        QApplication.sendEvent(target, QDragEnterEvent(QPoint(5, 5), copy, data, left, bare))
        QApplication.sendEvent(target, QDropEvent(QPointF(5, 5), copy, data, left, bare))
    assert composer.staged() == (file, file)


def test_it_grows_with_its_lines_up_to_eight(qtbot: QtBot, composer: Composer, text: ComposerText) -> None:
    low = text.height()
    composer.set_text("\n".join("12345"))
    middle = text.height()
    composer.set_text("\n".join("1234567890" * 3))
    high = text.height()
    assert low < middle < high
    line = text.fontMetrics().lineSpacing()
    assert high <= MAX_LINES * (line + 2) + 2
    composer.set_text("")
    assert text.height() == low


def test_the_draft_is_told_after_a_pause_and_at_once_when_empty(
    qtbot: QtBot, composer: Composer, text: ComposerText
) -> None:
    heard: list[str] = []
    composer.draft_changed.connect(heard.append)
    QTest.keyClicks(text, "ab")
    assert heard == []
    qtbot.waitUntil(lambda: heard == ["ab"], timeout=3000)
    text.selectAll()
    QTest.keyClick(text, Qt.Key.Key_Delete)
    assert heard == ["ab", ""]


def test_setting_the_text_is_silent(qtbot: QtBot, composer: Composer) -> None:
    heard: list[object] = []
    composer.draft_changed.connect(heard.append)
    composer.typing_changed.connect(heard.append)
    composer.set_text("@Tom Lee hello", [("@tom:a", "Tom Lee")])
    composer.clear()
    qtbot.wait(composer_module.DRAFT_PAUSE_MS + 100)
    assert heard == []


def test_typing_is_told_once_and_ended(qtbot: QtBot, composer: Composer, text: ComposerText) -> None:
    heard: list[bool] = []
    composer.typing_changed.connect(heard.append)
    QTest.keyClicks(text, "abc")
    assert heard == [True]
    composer.clear()
    assert heard == [True, False]


def test_typing_ends_by_itself(
    qtbot: QtBot, composer: Composer, text: ComposerText, monkeypatch: pytest.MonkeyPatch
) -> None:
    composer._typing_timer.setInterval(30)
    heard: list[bool] = []
    composer.typing_changed.connect(heard.append)
    QTest.keyClicks(text, "a")
    qtbot.waitUntil(lambda: heard == [True, False], timeout=3000)


def test_a_reply_shows_whom_and_escape_takes_it_back(
    qtbot: QtBot, composer: Composer, text: ComposerText
) -> None:
    heard: list[bool] = []
    composer.context_cancelled.connect(lambda: heard.append(True))
    composer.show_reply("王敏", "第二版\n标题")
    assert composer._bar.title() == "Reply to 王敏"
    assert composer._bar.isVisible()
    QTest.keyClick(text, Qt.Key.Key_Escape)
    assert not composer._bar.isVisible()
    assert heard == [True]


def test_what_was_being_written_comes_back_after_an_edit(
    qtbot: QtBot, composer: Composer, text: ComposerText, sent: Sent
) -> None:
    drafts: list[str] = []
    composer.draft_changed.connect(drafts.append)
    composer.set_text("half a thought @Tom Lee", [("@tom:a", "Tom Lee")])
    composer.show_edit("old message")
    assert composer.is_editing()
    QTest.keyClicks(text, "!")
    QTest.keyClick(text, Qt.Key.Key_Return)
    assert sent == [("old message!", ())]
    composer.clear()
    assert composer.text() == "half a thought @Tom Lee"
    assert composer.mentions() == (("@tom:a", "Tom Lee"),)
    assert not composer.is_editing()
    assert drafts == []


def test_a_cancelled_edit_brings_it_back_too(composer: Composer, text: ComposerText) -> None:
    composer.set_text("half")
    composer.show_edit("first")
    composer.show_edit("second")
    composer.hide_context()
    assert composer.text() == "half"


def test_it_says_why_nothing_can_be_written(composer: Composer) -> None:
    done: list[bool] = []
    composer.set_disabled_reason("This chat is encrypted.", "Learn more", lambda: done.append(True))
    assert composer._reason.isVisible()
    assert not composer.editor.isVisible()
    assert composer._reason.accessibleName() == "This chat is encrypted."
    composer._reason.action_triggered.emit()
    assert done == [True]
    composer.set_disabled_reason("")
    assert composer.editor.isVisible()


def test_language_and_style_change_while_it_holds_text(
    qtbot: QtBot, composer: Composer, text: ComposerText, style: StyleSource
) -> None:
    composer.set_placeholder("财务")
    composer.set_text("hi @Tom Lee", [("@tom:a", "Tom Lee")])
    set_language("zh")
    qtbot.waitUntil(lambda: text.placeholderText() == "发消息到 财务… Enter 发送，Shift+Enter 换行")
    style.set_style(theme.dark(zoom=2.0, has_motion=False))
    assert composer.mentions() == (("@tom:a", "Tom Lee"),)
    assert text.font().pixelSize() == 28


def test_a_long_paste_shows_its_end(composer: Composer, text: ComposerText) -> None:
    data = QMimeData()
    data.setText("\n".join(str(n) for n in range(60)))
    text.insertFromMimeData(data)
    assert text.textCursor().atEnd()
    assert text.verticalScrollBar().value() == text.verticalScrollBar().maximum()


def test_the_tab_key_leaves_the_text(qtbot: QtBot, text: ComposerText) -> None:
    QTest.keyClicks(text, "a")
    QTest.keyClick(text, Qt.Key.Key_Tab)
    assert text.toPlainText() == "a"
    assert not text.hasFocus()


def test_emoji_goes_to_the_cursor(composer: Composer, text: ComposerText) -> None:
    composer.set_text("ab")
    cursor = text.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.Left)
    text.setTextCursor(cursor)
    composer.insert_text("👍")
    assert composer.text() == "a👍b"


def test_the_hint_leaves_the_keys_out_where_they_would_be_cut(composer: Composer, text: ComposerText) -> None:
    composer.set_placeholder("R&D weekly")
    composer.window().resize(900, 300)
    QApplication.processEvents()
    assert text.placeholderText() == "Message R&D weekly… Enter sends, Shift+Enter makes a new line"
    composer.window().resize(320, 300)
    QApplication.processEvents()
    assert text.placeholderText() == "Message R&D weekly…"
