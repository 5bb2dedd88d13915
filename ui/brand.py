"""The brand pack: name, logo, accent and default server of the company whose program this is."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

import resources
from ui.theme import Accent

DEFAULT = "tack"


class Brand(NamedTuple):
    """What a company may change without code."""

    folder: Path
    name: str
    accent: Accent
    default_server: str = ""
    rail: tuple[str, ...] = ()
    """Places the rail shows, in order."""

    def logo(self, side: int) -> QPixmap:
        """Paint the logo."""
        from PySide6.QtSvg import QSvgRenderer

        picture = QPixmap(side, side)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        QSvgRenderer(str(self.folder / "logo.svg")).render(painter, QRectF(0, 0, side, side))
        painter.end()
        return picture


def load_brand(name: str = DEFAULT) -> Brand:
    """Read a brand pack that ships with the program."""
    folder = Path(resources.__file__ or "").parent / "brands" / name
    table = tomllib.loads((folder / "brand.toml").read_text("utf-8"))
    accent = table.get("accent", {})
    return Brand(
        folder=folder,
        name=str(table.get("name", "Tack")),
        accent=Accent(str(accent.get("light", "")), str(accent.get("dark", ""))),
        default_server=str(table.get("default_homeserver", "")),
        rail=tuple(str(name) for name in table.get("rail", ())),
    )
