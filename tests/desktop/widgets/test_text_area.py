"""A text of several lines in a form."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from tests.desktop.widgets.conftest import Put
from ui import theme
from widgets.composer_text import SendKey
from widgets.style import StyleSource
from widgets.text_area import TextArea


def test_ctrl_enter_submits_and_enter_makes_a_line(style: StyleSource, put: Put) -> None:
    area = TextArea(style, "Text")
    put(area)
    heard: list[str] = []
    area.submitted.connect(lambda: heard.append(area.text()))
    area.cancelled.connect(lambda: heard.append("cancelled"))
    QTest.keyClicks(area.editor, "one")
    QTest.keyClick(area.editor, Qt.Key.Key_Return)
    QTest.keyClicks(area.editor, "two")
    QTest.keyClick(area.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(area.editor, Qt.Key.Key_Escape)
    assert heard == ["one\ntwo", "cancelled"]


def test_ctrl_enter_submits_also_where_enter_does(style: StyleSource, put: Put) -> None:
    area = TextArea(style, "Text")
    area.editor.set_send_key(SendKey.ENTER)
    put(area)
    heard: list[str] = []
    area.submitted.connect(lambda: heard.append(area.text()))
    QTest.keyClicks(area.editor, "one")
    QTest.keyClick(area.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(area.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(area.editor, Qt.Key.Key_Return)
    assert heard == ["one", "one\n"]


def test_files_are_handed_on_and_bare_pictures_refused(style: StyleSource, put: Put, tmp_path: Path) -> None:
    area = TextArea(style, "Text")
    put(area)
    file = tmp_path / "a.txt"
    file.write_text("x")
    files: list[object] = []
    refused: list[bool] = []
    area.files_given.connect(files.append)
    area.picture_given.connect(lambda: refused.append(True))
    pasted = QMimeData()
    pasted.setUrls([QUrl.fromLocalFile(str(file))])
    area.editor.insertFromMimeData(pasted)
    picture = QMimeData()
    picture.setImageData(QImage(4, 4, QImage.Format.Format_RGB32))
    area.editor.insertFromMimeData(picture)
    assert (files, refused, area.text()) == ([(file,)], [True], "")


def test_an_error_is_shown_and_said(style: StyleSource, put: Put) -> None:
    area = TextArea(style, "Text")
    put(area)
    area.set_error("Too long.")
    assert area.editor.accessibleName() == "Text"
    assert area.editor.accessibleDescription() == "Too long."
    area.set_error("")
    assert area.editor.accessibleDescription() == ""


def test_the_text_stands_on_the_frames_ground_in_every_theme(style: StyleSource, put: Put) -> None:
    area = TextArea(style, "Text")
    put(area)
    area.editor.clearFocus()

    def ground() -> object:
        return area.editor.viewport().palette().base().color()

    assert ground() == style.current.colors.field
    style.set_style(theme.dark(has_motion=False))
    assert ground() == style.current.colors.field
    area.editor.setFocus()
    assert ground() == style.current.colors.window


def test_a_click_beside_the_text_is_a_click_in_it(style: StyleSource, put: Put) -> None:
    area = TextArea(style, "Text")
    put(area)
    area.editor.clearFocus()
    corner = area.editor.mapTo(area, QPoint(-3, -3))
    under = area.childAt(corner)
    assert under is not None and under is not area.editor.viewport()
    QTest.mouseClick(under, Qt.MouseButton.LeftButton, pos=under.mapFrom(area, corner))
    assert area.editor.hasFocus()
