"""What is wrong with the thing one is looking at, above its properties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QWidget

from widgets.icons import icon_pixmap
from widgets.painting import fill_rounded
from widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QPaintEvent

    from widgets.style import StyleSource


class FlawNote(QWidget):
    """Red sentences on a soft ground; hidden where there is none."""

    def __init__(self, style: StyleSource) -> None:
        super().__init__()
        self._style = style
        self._words = Words(style, role="attention_text", pixels=13)
        row = QHBoxLayout(self)
        row.setContentsMargins(
            style.current.px(36), style.current.px(8), style.current.px(12), style.current.px(8)
        )
        row.addWidget(self._words)
        self.hide()

    def show_sentences(self, sentences: Iterable[str]) -> None:
        """Show these, one under the other."""
        text = "\n".join(dict.fromkeys(sentences))
        self._words.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))

    def text(self) -> str:
        """What it says."""
        return self._words.text()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        fill_rounded(painter, self.rect(), style.sizes.radius, style.colors.attention_soft)
        side = style.px(16)
        picture = icon_pixmap(
            "warning-circle", style.colors.attention_text, side, dpr=self.devicePixelRatioF()
        )
        painter.drawPixmap(QPointF(style.px(12), style.px(9)), picture)
        painter.end()
