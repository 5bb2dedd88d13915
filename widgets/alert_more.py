"""The slim card below the others: how many more dings ring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout

from resources.translations import tr_n
from widgets.alert_window import WIDTH, AlertWindow
from widgets.painting import paint_elided

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent

    from widgets.style import StyleSource

MORE_HEIGHT = 36


class MoreCard(AlertWindow):
    """ "and 4 more": opens the page of all."""

    opened = Signal()

    def __init__(self, style: StyleSource) -> None:
        super().__init__(style)
        self._button = _Slim(style)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._button)
        self._button.clicked.connect(self.opened)
        style.changed.connect(self.fit)

    def set_count(self, count: int) -> None:
        """Say how many more there are."""
        self._button.setText(tr_n("and {n} more", "and {n} more", count))
        self._button.setAccessibleName(self._button.text())
        self.setWindowTitle(self._button.text())
        self._button.update()
        self.fit()

    def text(self) -> str:
        """What it says."""
        return self._button.text()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()


class _Slim(QAbstractButton):
    """A line of words that can be clicked."""

    def __init__(self, style: StyleSource) -> None:
        super().__init__()
        self._style = style
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self._style.current.px(WIDTH), self._style.current.px(MORE_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        color = style.colors.accent_text
        paint_elided(painter, self.rect(), self.text(), style.font(13), color, Qt.AlignmentFlag.AlignHCenter)
        painter.end()
