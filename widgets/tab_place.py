"""Where the Tab key comes to widgets that are made late: where their parent stands, not behind everything else."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


class TabPlace(QWidget):
    """A stop that is never seen; Qt puts widgets only behind one that takes the Tab key itself."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.hide()

    def set_widgets(self, widgets: Iterable[QWidget]) -> None:
        """Let the Tab key come to these here, in this order."""
        before: QWidget = self
        for widget in widgets:
            QWidget.setTabOrder(before, widget)
            before = widget
