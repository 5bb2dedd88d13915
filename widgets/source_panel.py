"""What a number is made of, as a card: groups of places, each one click or Enter away."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from resources.translations import tr
from widgets.avatar import ImageSource
from widgets.floating import FloatingPanel
from widgets.floating_list import FloatingList, FloatingRow
from widgets.style import StyleSource
from widgets.words import Line, Words

_WIDTH, _MOST_HEIGHT = 360, 420
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -6, Qt.Key.Key_PageDown: 6}


class SourcePanel(FloatingPanel):
    """Arrows choose, Enter opens, Escape closes."""

    chosen = Signal(str)
    """Key of a row."""

    def __init__(self, style: StyleSource, images: ImageSource | None, parent: QWidget) -> None:
        super().__init__(style, parent)
        self._title = Line(style, pixels=15, is_bold=True)
        self._sum = Words(style, role="text2", pixels=12)
        self._list = FloatingList(style, images, self)
        self._list.chosen.connect(self._choose)
        self._column = QVBoxLayout(self)
        for widget in (self._title, self._sum, self._list):
            self._column.addWidget(widget)
        style.changed.connect(self._fit)
        self._retranslate()
        self._fit()

    def show_sources(self, summary: str, rows: Sequence[FloatingRow]) -> None:
        """Show the groups; `summary` says what counts."""
        self._sum.setText(summary)
        self._list.set_rows(rows)
        self.setAccessibleDescription(summary)
        self._fit()

    @property
    def rows(self) -> FloatingList:
        """The list."""
        return self._list

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None:
            self._list.move_by(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._list.choose()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """See Qt."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _choose(self, key: str) -> None:
        self.close_panel()
        self.chosen.emit(key)

    def _fit(self) -> None:
        style = self._style.current
        edge, inset = style.px(4), style.px(12)
        self._column.setContentsMargins(edge, style.px(16), edge, style.px(8))
        self._column.setSpacing(style.px(4))
        self._title.setContentsMargins(inset, 0, inset, 0)
        self._sum.setContentsMargins(inset, 0, inset, 0)
        self.setFixedWidth(style.px(_WIDTH) + 2 * self.SHADOW)
        inside = style.px(_WIDTH) - 2 * edge
        self._sum.setFixedHeight(max(0, self._sum.heightForWidth(inside)))
        window = self.parentWidget()
        most = style.px(_MOST_HEIGHT) if window is None else min(style.px(_MOST_HEIGHT), window.height() // 2)
        self._list.resize(inside, 0)
        self._list.setFixedHeight(min(self._list.content_height(), most))
        self.adjustSize()

    def _retranslate(self) -> None:
        self._title.setText(tr("Why this number"))
        self.setAccessibleName(tr("Why this number"))
