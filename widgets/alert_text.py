"""A few lines of text that are a button: cut after the last line, with a word that there is more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QTextLayout, QTextOption
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from resources.translations import tr
from widgets.painting import KEYBOARD_FOCUS, paint_focus_ring

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from widgets.style import StyleSource

MOST_LINES = 4
_MOST_CHARACTERS = 600


class AlertText(QAbstractButton):
    """Click, Enter or Space opens it. At most `MOST_LINES` lines."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._has_ring = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        style.changed.connect(self.updateGeometry)

    def set_words(self, text: str) -> None:
        """Show a text; a screen reader gets all of it."""
        self.setAccessibleName(text)
        self.setText(" ".join(text[:_MOST_CHARACTERS].split(" ")))
        self.updateGeometry()
        self.update()

    def lines(self, width: int) -> tuple[list[str], bool]:
        """Give the lines as they are shown at a width, and whether anything is cut."""
        layout = QTextLayout(self.text().replace("\n", "\u2028"), self._style.current.body)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        starts: list[tuple[int, int]] = []
        while len(starts) <= MOST_LINES:
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(width)
            starts.append((line.textStart(), line.textLength()))
        layout.endLayout()
        text = layout.text()
        lines = [text[start : start + length].replace("\u2028", "") for start, length in starts[:MOST_LINES]]
        is_cut = len(starts) > MOST_LINES
        if is_cut:
            lines[-1] = self._cut(text[starts[MOST_LINES - 1][0] :].replace("\u2028", " "), width)
        return lines, is_cut

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(self._line_height() * max(1, len(self.lines(width)[0])))

    def sizeHint(self) -> QSize:
        width = self._style.current.px(320)
        return QSize(width, self.heightForWidth(width))

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        lines, is_cut = self.lines(self.width())
        height = self._line_height()
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(style.body)
        painter.setPen(style.colors.text1)
        for number, line in enumerate(lines):
            painter.drawText(QRectF(0, number * height, self.width() + 2, height), flags, line)
        if is_cut:
            at = QPointF(self._width_of(lines[-1]) + style.px(6), (len(lines) - 1) * height)
            painter.setPen(style.colors.accent_text)
            painter.drawText(QRectF(at.x(), at.y(), self.width() - at.x() + 2, height), flags, tr("more"))
        if self._has_ring:
            paint_focus_ring(painter, self.rect(), style, style.sizes.radius_small)
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._has_ring = event.reason() in KEYBOARD_FOCUS
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._has_ring = False
        super().focusOutEvent(event)

    def _cut(self, rest: str, width: int) -> str:
        taken = self._width_of(tr("more")) + self._style.current.px(6)
        return QFontMetricsF(self._style.current.body).elidedText(
            rest, Qt.TextElideMode.ElideRight, max(1.0, width - taken)
        )

    def _width_of(self, text: str) -> float:
        return QFontMetricsF(self._style.current.body).horizontalAdvance(text)

    def _line_height(self) -> float:
        return float(self._style.current.px(20))
