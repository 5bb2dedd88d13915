"""The keys of a player, over its picture; any key or click closes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from resources.translations import tr
from widgets.painting import fill_rounded, paint_elided
from widgets.player.key_map import help_rows

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent

    from widgets.style import StyleSource

_ROW, _PAD, _GAP = 22, 16, 20


class HelpPanel(QWidget):
    """Covers the picture; hidden until it is asked for."""

    def __init__(self, style: StyleSource, parent: QWidget) -> None:
        super().__init__(parent)
        self._style, self._host = style, parent
        self.hide()

    def toggle(self) -> None:
        """Show or hide."""
        self.setGeometry(self._host.rect())
        self.setAccessibleName(
            tr("Keys") + "\n" + "\n".join(f"{keys}: {words}" for keys, words in help_rows())
        )
        self.setVisible(self.isHidden())
        self.raise_()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        rows, pad, gap = help_rows(), style.px(_PAD), style.px(_GAP)
        columns = 2 if self.height() < style.px(_ROW) * len(rows) + 3 * pad else 1
        per_column = -(-len(rows) // columns)
        row = min(style.px(_ROW), (self.height() - 3 * pad) // (per_column + 1))
        keys_wide = self._widest(column=0)
        wide = min(
            keys_wide + gap + self._widest(column=1) + 4,
            (self.width() - 4 * pad - (columns - 1) * gap) / columns,
        )
        whole_wide = columns * wide + (columns - 1) * gap
        high = row * (per_column + 1) + 2 * pad
        box = QRectF(
            (self.width() - whole_wide) / 2 - pad, (self.height() - high) / 2, whole_wide + 2 * pad, high
        )
        fill_rounded(painter, self.rect(), style.sizes.radius_large, style.colors.scrim)
        fill_rounded(painter, box, style.sizes.radius_large, style.colors.video_shade)
        head = QRectF(box.left() + pad, box.top() + pad, whole_wide, row)
        paint_elided(painter, head, tr("Keys"), style.body_bold, style.colors.on_scrim)
        for number, (keys, words) in enumerate(rows):
            left = head.left() + number // per_column * (wide + gap)
            line = QRectF(left, head.bottom() + number % per_column * row, wide, row)
            paint_elided(painter, line, keys, style.small_bold, style.colors.on_scrim)
            paint_elided(
                painter, line.adjusted(keys_wide + gap, 0, 0, 0), words, style.small, style.colors.on_scrim
            )
        painter.end()

    def _widest(self, *, column: int) -> float:
        style = self._style.current
        metrics = QFontMetricsF(style.small_bold if column == 0 else style.small)
        return max(metrics.horizontalAdvance(row[column]) for row in help_rows())
