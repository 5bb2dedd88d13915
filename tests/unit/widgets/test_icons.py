"""Icons: every name the program asks for is in the font; large ones are drawn too."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from widgets.icons import has_icon, icon_pixmap

ROOT = Path(__file__).parents[3]
CALLS = {
    "icon",
    "icon_pixmap",
    "paint_icon",
    "IconButton",
    "EmptyState",
    "set_glyph",
    "set_state",
    "_glyph",
    "RailEntry",
}
NAMES_PROGRAMS = {"sounds.py"}
"""Files whose tuples name programs of the system."""


def asked_for() -> Iterator[str]:
    """Give the names written as literals where an icon is asked for."""
    for folder in ("ui", "widgets"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.name in NAMES_PROGRAMS:
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and getattr(node.func, "id", getattr(node.func, "attr", "")) in CALLS
                ):
                    yield from literals(node)
                elif isinstance(node, ast.Tuple):
                    yield from (name for name in literals(node) if "-" in name)


def literals(node: ast.Call | ast.Tuple) -> Iterator[str]:
    """Give the plain strings directly in a call or a tuple that read like a name of an icon."""
    for part in node.args if isinstance(node, ast.Call) else node.elts:
        text = part.value if isinstance(part, ast.Constant) else None
        if isinstance(text, str) and text.replace("-", "").isalpha() and text.islower() and text[0] != "-":
            yield text


@pytest.mark.parametrize("name", sorted(set(asked_for())))
def test_the_font_has_every_icon(name: str) -> None:
    assert has_icon(name)


@pytest.mark.parametrize("side", [24, 60, 61, 64, 65, 120])
def test_an_icon_of_any_size_has_the_same_ink(qapp: QApplication, side: int) -> None:
    image = icon_pixmap("monitor-play", QColor(0, 0, 0), side, filled=True, dpr=1.0).toImage()
    ink = sum(image.pixelColor(x, y).alpha() > 127 for x in range(side) for y in range(side))
    assert 0.42 < ink / side**2 < 0.54
