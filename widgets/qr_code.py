"""QR codes, painted as squares: sharp on paper at any resolution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QColor

QUIET = 4
"""Modules that stay light around it. Source: ISO/IEC 18004."""


def paint_qr(
    painter: QPainter, rect: QRectF, matrix: Sequence[Sequence[bool]], dark: QColor, light: QColor
) -> None:
    """Draw a code with its quiet zone into a square; runs of dark modules are one rectangle, so that no hairlines show."""
    side = rect.width() / (len(matrix) + 2 * QUIET)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(light)
    painter.drawRect(rect)
    painter.setBrush(dark)
    for row, modules in enumerate(matrix):
        top = rect.top() + (row + QUIET) * side
        for first, length in _runs(modules):
            left = rect.left() + (first + QUIET) * side
            painter.drawRect(QRectF(left, top, length * side, side))
    painter.restore()


def _runs(modules: Sequence[bool]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for column, is_dark in enumerate(modules):
        if not is_dark:
            continue
        if runs and sum(runs[-1]) == column:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((column, 1))
    return runs
