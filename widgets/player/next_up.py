"""What plays next, over the end of a video: the seconds run down, and one can go at once or stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from resources.translations import tr, tr_n
from widgets.buttons import Button, ButtonKind
from widgets.painting import fill_rounded, stroke_rounded
from widgets.words import Line

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent

    from widgets.style import StyleSource

WAIT_S = 5
_WIDTH, _MARGIN = 300, 12


class NextUp(QWidget):
    """A card in the lower right corner of `place`. Ends with one of its two signals, or when it is closed."""

    accepted = Signal()
    cancelled = Signal()

    def __init__(self, style: StyleSource, title: str, place: QWidget) -> None:
        super().__init__(place)
        self._style, self._left_s = style, WAIT_S
        self._head = Line(style, role="text2", pixels=12)
        self._title = Line(style, title, pixels=14)
        self._title.setVisible(bool(title))
        self.go = Button(style, tr("Play now"), ButtonKind.PRIMARY)
        self.stay = Button(style, tr("Cancel"))
        self._timer = QTimer(self, interval=1000)
        self._timer.timeout.connect(self._tick)
        self.go.clicked.connect(self._accept)
        self.stay.clicked.connect(self._cancel)
        self._lay_out()
        self._word()
        place.installEventFilter(self)
        self._place()
        self.show()
        self.raise_()
        self._timer.start()

    @property
    def seconds_left(self) -> int:
        """Until it plays by itself."""
        return self._left_s

    def eventFilter(self, watched: object, event: object) -> bool:
        """See Qt: the picture under it has another size."""
        from PySide6.QtCore import QEvent

        if isinstance(event, QEvent) and event.type() is QEvent.Type.Resize:
            self._place()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._cancel()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        fill_rounded(painter, self.rect(), style.sizes.radius_large, style.colors.panel)
        stroke_rounded(painter, self.rect(), style.sizes.radius_large, style.colors.line)
        painter.end()

    def close_card(self) -> None:
        """Take it away without an answer."""
        self._timer.stop()
        self.hide()
        self.deleteLater()

    def _lay_out(self) -> None:
        px = self._style.current.px
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(px(12), px(10), px(12), px(10))
        column.setSpacing(px(6))
        row.setSpacing(px(8))
        row.addStretch(1)
        row.addWidget(self.stay)
        row.addWidget(self.go)
        column.addWidget(self._head)
        column.addWidget(self._title)
        column.addLayout(row)

    def _word(self) -> None:
        text = tr_n("Next in {n} second", "Next in {n} seconds", self._left_s)
        self._head.setText(text)
        self.setAccessibleName(f"{text}: {self._title.text()}" if self._title.text() else text)

    def _place(self) -> None:
        place, margin = self.parentWidget(), self._style.current.px(_MARGIN)
        if place is None:
            return
        wide = min(self._style.current.px(_WIDTH), place.width() - 2 * margin)
        high = self.sizeHint().height()
        self.setGeometry(
            place.width() - wide - margin, max(0, place.height() - high - 5 * margin), wide, high
        )

    def _tick(self) -> None:
        self._left_s -= 1
        self._word()
        if self._left_s <= 0:
            self._accept()

    def _accept(self) -> None:
        self.close_card()
        self.accepted.emit()

    def _cancel(self) -> None:
        self.close_card()
        self.cancelled.emit()
