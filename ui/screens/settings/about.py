"""Settings: the keys, and what this program is."""

import platform
import sys
from pathlib import Path

import PySide6
from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QGridLayout, QWidget

from resources.formats import format_size
from resources.translations import tr
from ui.desk import Desk
from ui.screens.settings.section import Section
from ui.shortcuts import KEYS, command_words, key_words
from widgets.words import Words

VERSION = "0.1.0"


def about_section(desk: Desk) -> list[Section]:
    """The list of keys, and versions with the memory in use."""
    return [_keys(desk), _about(desk)]


def _keys(desk: Desk) -> Section:
    section = Section(desk.style, lambda: tr("Keyboard"))
    table = QWidget()
    grid = QGridLayout(table)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(desk.style.current.px(24))
    grid.setVerticalSpacing(desk.style.current.px(8))
    for row, key in enumerate(KEYS):
        words = Words(desk.style)
        sequence = Words(desk.style, key_words(key), role="text2")
        section.worded(lambda key=key: command_words(key.command), words.setText)  # type: ignore[misc]
        grid.addWidget(words, row, 0)
        grid.addWidget(sequence, row, 1)
    grid.setColumnStretch(0, 1)
    section.add(table)
    section.finish()
    return section


def _about(desk: Desk) -> Section:
    section = Section(desk.style, lambda: tr("About"))
    section.add_note(about_words)
    section.finish()
    return section


def about_words() -> str:
    """Versions and memory, for a report to the administrator."""
    return tr(
        "Tack {version} · Python {python} · Qt {qt} (PySide {pyside}) · {system} · memory {memory}",
        version=VERSION,
        python=platform.python_version(),
        qt=qVersion(),
        pyside=PySide6.__version__,
        system=f"{platform.system()} {platform.release()}",
        memory=format_size(memory_bytes()) if memory_bytes() else tr("unknown"),
    )


def memory_bytes() -> int:
    """Resident memory of this process; 0 where the system does not tell cheaply."""
    if not sys.platform.startswith("linux"):
        return 0
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * 4096
