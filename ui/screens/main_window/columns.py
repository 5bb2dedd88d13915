"""How wide the columns of the chat page are: list and side panel keep what the person gave them, the middle gives way.

A splitter alone would shrink all columns with the window and leave them small when it grows again.
"""

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QSplitter

from widgets.style import StyleSource

COUNT = 3
LEAST_MIDDLE = 320


class Columns(QObject):
    """Remembers what was wanted; `fit` after anything changed."""

    def __init__(self, style: StyleSource, splitter: QSplitter) -> None:
        super().__init__(splitter)
        self._style, self._splitter = style, splitter
        self._zoom = style.current.zoom
        self._list, self._panel = style.current.sizes.list, style.current.sizes.panel
        splitter.splitterMoved.connect(self._moved)
        style.changed.connect(self._restyle)

    def kept(self) -> list[int]:
        """Widths for the next start."""
        return [self._list, LEAST_MIDDLE, self._panel]

    def take(self, kept: list[int]) -> None:
        """Use the widths of the last time; what makes no sense is left."""
        if len(kept) == COUNT and all(isinstance(size, int) and size > 0 for size in kept):
            self._list, self._panel = kept[0], kept[2]
            self.fit()

    def fit(self) -> None:
        """Give list and panel what is wanted as far as the middle keeps its least width."""
        sizes = self._splitter.sizes()
        side = self._splitter.widget(2)
        panel = self._panel if side is not None and not side.isHidden() else 0
        total = sum(sizes) or self._list + LEAST_MIDDLE + panel
        middle = max(total - self._list - panel, self._style.current.px(LEAST_MIDDLE))
        wanted = [self._list, middle, panel][: len(sizes)]
        if wanted != sizes:
            self._splitter.setSizes(wanted)

    def _moved(self) -> None:
        sizes = self._splitter.sizes()
        self._list = sizes[0]
        if len(sizes) == COUNT and sizes[2]:
            self._panel = sizes[2]

    def _restyle(self) -> None:
        """Columns grow and shrink with the zoom."""
        ratio, self._zoom = self._style.current.zoom / self._zoom, self._style.current.zoom
        if ratio != 1:
            self._list, self._panel = round(self._list * ratio), round(self._panel * ratio)
            QTimer.singleShot(0, self, self.fit)  # list and panel hear of the new style after this
