"""Subtitles over the picture, drawn from parsed cues: what is said at a moment, at the bottom, with a dark edge."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from widgets.player.outlined import edge_color, outlined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QRect
    from PySide6.QtGui import QPainter, QPixmap

    from widgets.player.source import Line
    from widgets.style import StyleSource

MAX_SHOWN = 4
"""Cues at once; a hostile file may hold thousands for one moment."""
MAX_LOOK_BACK = 64
MAX_TEXT = 400
_KEPT = 8
_SHARE = 0.043
"""Height of a line of the picture's."""
_LEAST, _MOST = 14.0, 64.0


class SubtitleLayer:
    """Give it lines, and let it paint into each frame."""

    def __init__(self, style: StyleSource) -> None:
        self._style = style
        self._lines: tuple[Line, ...] = ()
        self._starts: list[int] = []
        self._scale = 1.0
        self._kept: OrderedDict[tuple[str, int, int, float], QPixmap] = OrderedDict()
        style.changed.connect(self._kept.clear)

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Show these; empty: nothing."""
        self._lines = tuple(sorted(lines, key=lambda line: line.from_ms))
        self._starts = [line.from_ms for line in self._lines]
        self._kept.clear()

    def set_scale(self, scale: float) -> None:
        """Larger or smaller letters (1: as designed)."""
        self._scale = max(0.5, min(scale, 3.0))

    def texts_at(self, position_ms: int) -> tuple[str, ...]:
        """Say what is shown at a moment, the earlier one first."""
        end = bisect_right(self._starts, position_ms)
        near = self._lines[max(0, end - MAX_LOOK_BACK) : end]
        shown = [line.text.strip() for line in near if line.until_ms > position_ms and line.text.strip()]
        return tuple(shown[-MAX_SHOWN:])

    def paint(
        self, painter: QPainter, rect: QRect | QRectF, position_ms: int, *, raised: float = 0.0
    ) -> None:
        """Draw over the picture in `rect`; `raised` keeps free what the controls cover at the bottom."""
        box = QRectF(rect)
        texts = self.texts_at(position_ms)
        if not texts or box.isEmpty():
            return
        bottom = box.bottom() - max(raised, box.height() * 0.05)
        dpr = painter.device().devicePixelRatio()
        for text in reversed(texts):
            pixmap = self._pixmap(text, box, dpr)
            size = pixmap.deviceIndependentSize()
            bottom -= size.height()
            if bottom < box.top():
                return
            left = box.left() + (box.width() - size.width()) / 2
            painter.drawPixmap(QPointF(round(left), round(bottom)), pixmap)

    def _pixmap(self, text: str, box: QRectF, dpr: float) -> QPixmap:
        style = self._style.current
        pixels = max(_LEAST * style.zoom, min(box.height() * _SHARE, _MOST * style.zoom)) * self._scale
        key = (text, round(pixels), round(box.width()), dpr)
        found = self._kept.get(key)
        if found is None:
            font = style.font(14)
            font.setPixelSize(max(1, round(pixels)))
            found = outlined(
                text[:MAX_TEXT],
                font,
                style.colors.on_scrim,
                edge_color(style.colors),
                dpr,
                width=box.width() * 0.9,
                thickness=max(1.0, pixels / 14),
            )
            self._kept[key] = found
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found
