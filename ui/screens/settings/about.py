"""Settings: the keys, and what this program is."""

import platform
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import PySide6
from PySide6.QtCore import Qt, QUrl, qVersion
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from resources.formats import format_size
from resources.translations import tr
from ui.desk import Desk
from ui.screens.settings.section import Section
from ui.shortcuts import KEYS, command_words, key_words
from widgets.buttons import Button, ButtonKind
from widgets.words import Words

Worder = Callable[[], str]
VERSION = "0.1.0"


def about_section(desk: Desk) -> list[Section]:
    """The list of keys, and versions with the memory in use."""
    return [_keys(desk), _player_keys(desk), AboutSection(desk)]


def _keys(desk: Desk) -> Section:
    rows: list[tuple[Worder, Worder]] = [
        (partial(command_words, key.command), partial(key_words, key)) for key in KEYS
    ]
    return _table(desk, lambda: tr("Keyboard"), rows)


def _player_keys(desk: Desk) -> Section:
    from widgets.player.key_map import help_rows

    def part(row: int, column: int) -> str:
        return help_rows()[row][column]

    rows: list[tuple[Worder, Worder]] = [
        (partial(part, row, 1), partial(part, row, 0)) for row in range(len(help_rows()))
    ]
    return _table(desk, lambda: tr("Keyboard: while a video has the focus"), rows)


def _table(desk: Desk, title: Worder, rows: list[tuple[Worder, Worder]]) -> Section:
    """What a key does, and the key as it is written."""
    section = Section(desk.style, title)
    table = QWidget()
    grid = QGridLayout(table)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(desk.style.current.px(24))
    grid.setVerticalSpacing(desk.style.current.px(8))
    for row, (act, key) in enumerate(rows):
        words, sequence = Words(desk.style), Words(desk.style, role="text2")
        section.worded(act, words.setText)
        section.worded(key, sequence.setText)
        grid.addWidget(words, row, 0)
        grid.addWidget(sequence, row, 1)
    grid.setColumnStretch(0, 1)
    section.add(table)
    section.finish()
    return section


class AboutSection(Section):
    """What this program is, how much memory it takes now, where its data lies."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.style, lambda: tr("About"))
        folder = desk.settings.folder
        self._open = Button(desk.style, "", ButtonKind.OUTLINE)
        self._open.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))))
        notes = (
            self.add_note(version_words),
            self.add_note(memory_words),
            self.add_note(lambda: tr("Data folder: {path}", path=str(folder))),
        )
        for note in notes:
            note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.add_left(self._open)
        self.worded(lambda: tr("Open the data folder"), self._open.setText)
        self.finish()

    def showEvent(self, event: QShowEvent) -> None:
        """See Qt. The memory of now, not of the first look."""
        super().showEvent(event)
        self.word()


def version_words() -> str:
    """Versions, for a report to the administrator."""
    return tr(
        "Tack {version} · Python {python} · Qt {qt} (PySide {pyside}) · {system}",
        version=VERSION,
        python=platform.python_version(),
        qt=qVersion(),
        pyside=PySide6.__version__,
        system=f"{platform.system()} {platform.release()}",
    )


def memory_words() -> str:
    """How much memory the program takes."""
    used = memory_bytes()
    return tr("Memory in use: {memory}", memory=format_size(used) if used else tr("unknown"))


def memory_bytes() -> int:
    """Resident memory of this process; 0 where the system does not tell cheaply."""
    if not sys.platform.startswith("linux"):
        return 0
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * 4096
