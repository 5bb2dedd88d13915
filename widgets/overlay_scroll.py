"""A scroll bar that floats over its view and shows only while the mouse is there: rows keep their full width."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QScrollBar

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtWidgets import QAbstractScrollArea

WIDTH = 10


class OverlayScrollBar(QScrollBar):
    """Mirrors the view's own (hidden) vertical bar."""

    def __init__(self, view: QAbstractScrollArea) -> None:
        super().__init__(Qt.Orientation.Vertical, view)
        self._view, self._is_over = view, False
        view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._own = view.verticalScrollBar()
        self._own.rangeChanged.connect(self._follow)
        self._own.valueChanged.connect(self.setValue)
        self.valueChanged.connect(self._own.setValue)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.Enter, QEvent.Type.Leave):
            self._is_over = kind == QEvent.Type.Enter
            self._follow()
        elif kind == QEvent.Type.Resize:
            self._follow()
        return False

    def _follow(self) -> None:
        own, view = self._own, self._view
        self.setRange(own.minimum(), own.maximum())
        self.setPageStep(own.pageStep())
        self.setSingleStep(own.singleStep())
        self.setValue(own.value())
        self.setGeometry(view.width() - WIDTH, 0, WIDTH, view.height())
        self.setVisible((self._is_over or self.isSliderDown()) and own.maximum() > own.minimum())
        self.raise_()
