"""Other people's words where the system would read them as its own: file names, tooltips, notices."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.domain.ids import RoomID
from app.domain.timeline import ItemKind, MediaInfo
from ui import theme
from ui.item_words import kind_words
from ui.screens.chat.attachments import safe_name
from ui.screens.chat.chat_header import ChatTitle
from ui.screens.chat.chat_state import HeaderState
from ui.tray import notice_body
from widgets.style import StyleSource
from widgets.tips import plain_tip
from widgets.words import Line

TRAP = '<img src="file:////evil.example/share/x.png">'


def named(filename: str) -> str:
    return safe_name(MediaInfo(None, filename, "", None))


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        ("报价单.pdf", "报价单.pdf"),
        ("../../.bashrc", "_.._.bashrc"),
        ("..", "file"),
        ("/etc/passwd", "_etc_passwd"),
        ("C:\\Windows\\x.dll", "C__Windows_x.dll"),
        ("a\x00b\nc.txt", "a b c.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("x.pdf\u200b.exe", "x.pdf.exe"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("LPT\u00b9.txt", "_LPT\u00b9.txt"),
        ("console.txt", "console.txt"),
        ("name. . .", "name"),
        ("", "file"),
        ("\u202e\u200b", "file"),
        ('a<b>c:"d|e?f*', "a_b_c__d_e_f_"),
        (".part", "part"),
    ],
)
def test_a_strangers_file_name_is_tame(filename: str, expected: str) -> None:
    assert named(filename) == expected


def test_a_long_name_fits_the_file_system_and_keeps_its_ending(tmp_path: Path) -> None:
    for name in ("图" * 500 + ".xlsx", "x" * 5000 + ".pdf", "😀" * 300 + ".tar.gz", "." + "y" * 900):
        made = named(name)
        assert len(made.encode()) <= 200
        (tmp_path / made).write_bytes(b"")
    assert named("图" * 500 + ".xlsx").endswith("图.xlsx")


def test_what_looks_like_html_is_shown_as_characters(qtbot: QtBot) -> None:
    assert plain_tip("a < b & c") == "a < b & c"
    assert (
        plain_tip(TRAP)
        == f"<span>{TRAP.replace('<', '&lt;').replace('>', '&gt;').replace(chr(34), '&quot;')}</span>"
    )
    title = ChatTitle(StyleSource(theme.light(has_motion=False)))
    qtbot.addWidget(title)
    title.set_state(HeaderState(RoomID("!r"), "Room", "", TRAP, False, False, "k"))
    assert "<img" not in title.toolTip() and "&lt;img" in title.toolTip()
    line = Line(StyleSource(theme.light(has_motion=False)), TRAP)
    qtbot.addWidget(line)
    line.setFixedWidth(20)
    line.grab()
    assert "<img" not in line.toolTip() and line.toolTip()


def test_a_notice_is_bounded_and_not_marked_up() -> None:
    assert notice_body(f"{TRAP} & co", "linux") == f"{TRAP} & co".replace("&", "&amp;").replace(
        "<", "&lt;"
    ).replace(">", "&gt;")
    assert notice_body("<b>1 & 2</b>", "win32") == "<b>1 & 2</b>"
    assert len(notice_body("x" * 1_000_000, "darwin")) == 400
    assert notice_body("a\u202eb", "win32") == "ab"


def test_a_preview_cannot_turn_the_line_it_stands_in() -> None:
    assert kind_words(ItemKind.TEXT, "a\u202eb\nc") == "ab c"
