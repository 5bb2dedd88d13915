"""A row of figures, each with its name: as many beside each other as there is room for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.painting import fill_rounded, paint_elided
from widgets.style import Weight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from widgets.style import StyleSource

_LEAST, _HEIGHT, _GAP = 128, 68, 12


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure; `role` is the colour role of its text."""

    name: str
    text: str
    role: str = "text1"


class FigureTiles(QWidget):
    """Painted; as tall as it needs to be."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._tiles: tuple[Tile, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        style.changed.connect(self._fit)

    def set_tiles(self, tiles: Sequence[Tile]) -> None:
        """Show these."""
        self._tiles = tuple(tiles)
        self.setAccessibleName("; ".join(f"{tile.name}: {tile.text}" for tile in tiles))
        self._fit()

    def tiles(self) -> tuple[Tile, ...]:
        """What is shown."""
        return self._tiles

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        for tile, rect in zip(self._tiles, self._rects(), strict=True):
            fill_rounded(painter, rect, style.sizes.radius, style.colors.list)
            inner = rect.adjusted(style.px(12), style.px(10), -style.px(12), -style.px(10))
            name = QRect(inner.left(), inner.top(), inner.width(), style.px(18))
            paint_elided(painter, name, tile.name, style.small, style.colors.text2)
            figure = QRect(inner.left(), name.bottom() + style.px(4), inner.width(), style.px(26))
            color = getattr(style.colors, tile.role)
            paint_elided(painter, figure, tile.text, style.font(18, Weight.BOLD), color)
        painter.end()

    def _fit(self) -> None:
        style, rows = self._style.current, -(-len(self._tiles) // self._columns())
        self.setFixedHeight(max(1, rows * style.px(_HEIGHT) + max(0, rows - 1) * style.px(_GAP)))
        self.update()

    def _columns(self) -> int:
        style = self._style.current
        fitting = (self.width() + style.px(_GAP)) // (style.px(_LEAST) + style.px(_GAP))
        return max(1, min(len(self._tiles) or 1, fitting))

    def _rects(self) -> list[QRect]:
        style, columns = self._style.current, self._columns()
        gap, height = style.px(_GAP), style.px(_HEIGHT)
        width = (self.width() - gap * (columns - 1)) // columns
        return [
            QRect((n % columns) * (width + gap), (n // columns) * (height + gap), width, height)
            for n in range(len(self._tiles))
        ]
