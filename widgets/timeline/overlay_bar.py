"""A scroll bar that lies over the right edge, so that the rows keep their width whether it shows or not."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QScrollBar, QWidget


class OverlayBar(QScrollBar):
    """Shows only where there is something to scroll."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.hide()

    def follow(self, other: QScrollBar) -> None:
        """Show the same as `other`."""
        self.blockSignals(True)
        self.setRange(other.minimum(), other.maximum())
        self.setPageStep(other.pageStep())
        self.setSingleStep(other.singleStep())
        self.setValue(other.value())
        self.blockSignals(False)
        self.setVisible(other.maximum() > other.minimum())

    def stand_in(self, area: QRect) -> None:
        """Stand at the right edge of `area`."""
        width = self.sizeHint().width()
        self.setGeometry(area.right() - width + 1, area.top(), width, area.height())
