"""Draws every widget with invented content into PNG files, to be looked at.

    python -m tests.helpers.gallery FOLDER [--theme light|dark] [--language zh|en] [--scale 1|2] [--zoom 1.0] [--only NAME]

Without a choice it makes all combinations; each scale needs a process of its own (Qt reads it at start).
"""

import argparse
import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

THEMES, LANGUAGES, SCALES = ("light", "dark"), ("zh", "en"), ("1", "2")


def main() -> int:
    """Draw what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--theme", choices=THEMES)
    parser.add_argument("--language", choices=LANGUAGES)
    parser.add_argument("--scale", choices=SCALES)
    parser.add_argument("--zoom", type=float, default=1.0)
    parser.add_argument("--only", default="")
    wish = parser.parse_args()
    wish.folder.mkdir(parents=True, exist_ok=True)
    if wish.theme and wish.language and wish.scale:
        _draw_all(wish)
        return 0
    wanted = itertools.product(
        [wish.theme] if wish.theme else THEMES,
        [wish.language] if wish.language else LANGUAGES,
        [wish.scale] if wish.scale else SCALES,
    )
    for theme, language, scale in wanted:
        options = ["--theme", theme, "--language", language, "--scale", scale, "--zoom", str(wish.zoom)]
        command = [
            sys.executable,
            "-m",
            "tests.helpers.gallery",
            str(wish.folder),
            *options,
            "--only",
            wish.only,
        ]
        subprocess.run(command, check=True)
    return 0


def _draw_all(wish: argparse.Namespace) -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = wish.scale
    from PySide6.QtWidgets import QApplication, QWidget

    from resources.translations import set_language
    from tests.helpers import (
        gallery_approval_record,
        gallery_approvals,
        gallery_channels,
        gallery_pages,
        gallery_red_dots,
    )
    from ui import theme
    from widgets.style import StyleSource

    app = QApplication([])
    set_language(wish.language)
    style = (theme.dark if wish.theme == "dark" else theme.light)(zoom=wish.zoom, has_motion=False)
    app.setPalette(theme.qt_palette(style))
    app.setFont(style.body)
    app.setStyleSheet(theme.style_sheet(style))
    source = StyleSource(style)
    pages: dict[str, Callable[[StyleSource], QWidget]] = gallery_pages.PAGES | gallery_red_dots.PAGES
    pages |= gallery_approval_record.PAGES | gallery_approvals.PAGES | gallery_channels.PAGES
    for name, make in pages.items():
        if wish.only in ("", name):
            page = make(source)
            page.show()
            for _ in range(5):
                app.processEvents()
            zoom = "" if wish.zoom == 1.0 else f"-z{wish.zoom:g}"
            page.grab().save(
                str(wish.folder / f"{name}-{wish.theme}-{wish.language}-{wish.scale}x{zoom}.png")
            )
            page.close()
            page.deleteLater()
    app.processEvents()


if __name__ == "__main__":
    sys.exit(main())
