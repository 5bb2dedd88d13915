"""The tags of a post, side by side in as many lines as they need; a click on one looks for more of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from resources.translations import tr
from widgets.buttons import PaintedButton
from widgets.painting import fill_rounded, paint_elided, paint_focus_ring
from widgets.tab_place import TabPlace
from widgets.tips import plain_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from widgets.style import StyleSource

_AIR, _GAP, _PIXELS = 8, 4, 13


class TagLink(PaintedButton):
    """One tag."""

    def __init__(self, style: StyleSource, tag: str, words: str, parent: QWidget) -> None:
        super().__init__(style, parent)
        self.tag = tag
        self.setText(words)
        self.setAccessibleName(tr("Videos with the tag {name}", name=words))
        self.setToolTip(plain_tip(self.accessibleName()))
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        style = self._style.current
        wide = QFontMetricsF(style.font(_PIXELS)).horizontalAdvance(f"#{self.text()}")
        return QSize(round(wide) + 1 + 2 * style.px(_AIR), style.sizes.chip)

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        colors = style.colors
        ground = colors.accent_soft if self.underMouse() or self.isDown() else colors.hover
        fill_rounded(painter, self.rect(), self.height() / 2, ground)
        box = QRectF(self.rect()).adjusted(style.px(_AIR), 0, -style.px(_AIR) + 1, 0)
        paint_elided(painter, box, f"#{self.text()}", style.font(_PIXELS), colors.accent_text)
        if self._has_ring:
            paint_focus_ring(painter, self.rect(), style, self.height() / 2)
        painter.end()


class TagLinks(QWidget):
    """Hidden while there are none."""

    chosen = Signal(str)
    """The tag as it stands in the post."""

    def __init__(self, style: StyleSource) -> None:
        super().__init__()
        self._style = style
        self._shown: tuple[tuple[str, str], ...] = ()
        self.links: list[TagLink] = []
        self._tabs = TabPlace(self)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        style.changed.connect(self._place)
        self.hide()

    def set_tags(self, tags: Sequence[tuple[str, str]]) -> None:
        """Show these (tag, as it is shown); what is the same keeps the keyboard."""
        if tuple(tags) != self._shown:
            self._shown = tuple(tags)
            for link in self.links:
                link.setParent(None)
                link.deleteLater()
            self.links = [TagLink(self._style, tag, words, self) for tag, words in tags]
            for link in self.links:
                link.clicked.connect(lambda _=False, tag=link.tag: self.chosen.emit(tag))
                link.show()
            self._tabs.set_widgets(self.links)
            self._place()
        self.setVisible(bool(tags))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        gap, line = self._style.current.px(_GAP), self._style.current.sizes.chip
        x = y = 0
        for link in self.links:
            wide = min(link.sizeHint().width(), max(1, self.width()))
            if x and x + wide > self.width():
                x, y = 0, y + line + gap
            link.setGeometry(x, y, wide, line)
            x += wide + gap
        if self.height() != y + line:
            self.setFixedHeight(y + line)
