"""Who has read a message and who has not: two columns in a popup."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QListWidget, QVBoxLayout, QWidget

from app.domain.rooms import Member
from resources.translations import tr
from widgets.style import Style

_COLUMN_WIDTH = 160
_MAX_ROWS = 10


class ReadersPopup(QFrame):
    """Closes with Escape or a click elsewhere."""

    def __init__(
        self, style: Style, read: Sequence[Member], unread: Sequence[Member], parent: QWidget
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("popup")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        row = QHBoxLayout(self)
        row.setContentsMargins(*([style.px(12)] * 4))
        row.setSpacing(style.px(12))
        row.addLayout(_column(style, tr("Read by {n}", n=len(read)), read))
        row.addLayout(_column(style, tr("Not read by {n}", n=len(unread)), unread))
        self.setAccessibleName(tr("Who has read this"))

    def open_at(self, corner: QPoint) -> None:
        """Show it near a global point, inside the screen."""
        self.adjustSize()
        screen = self.screen().availableGeometry()
        x = max(screen.left(), min(corner.x(), screen.right() - self.width()))
        y = corner.y() if corner.y() + self.height() < screen.bottom() else corner.y() - self.height()
        self.move(x, max(screen.top(), y))
        self.show()


def _column(style: Style, title: str, members: Sequence[Member]) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(style.px(4))
    label = QLabel(title)
    label.setFont(style.small_bold)
    names = QListWidget()
    names.setAccessibleName(title)
    names.setFrameShape(QFrame.Shape.NoFrame)
    names.setFixedWidth(style.px(_COLUMN_WIDTH))
    names.addItems([member.name for member in members])
    names.setFixedHeight(style.px(26) * max(1, min(_MAX_ROWS, len(members))) + style.px(4))
    column.addWidget(label)
    column.addWidget(names)
    column.addStretch(1)
    return column
