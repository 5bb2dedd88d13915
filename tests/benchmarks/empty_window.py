"""The floor of every start: a process that shows an empty Qt window and says when it was painted."""

import sys

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from ui.start_trace import trace


class Empty(QWidget):
    """Ends the program after its first paint."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Say so and end."""
        QTimer.singleShot(0, self._painted)

    def _painted(self) -> None:
        trace("painted")
        QApplication.quit()


app = QApplication(sys.argv)
window = Empty()
window.resize(1280, 800)
window.show()
app.exec()
