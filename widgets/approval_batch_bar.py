"""The bar under the list while requests are ticked: how many, one note for all, approve or reject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from resources.translations import tr, tr_n
from widgets.approval_act_bar import ActButton
from widgets.buttons import ButtonKind, IconButton
from widgets.line_edit import LineEdit
from widgets.painting import fill_plain
from widgets.words import Line

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent, QPaintEvent

    from widgets.style import StyleSource

MAX_NOTE = 2000


class ApprovalBatchBar(QWidget):
    """Hidden while nothing is ticked."""

    approved = Signal(str)
    """With the note."""
    rejected = Signal(str)
    cleared = Signal()

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style, self._count = style, 0
        self.words = Line(style, pixels=13, is_bold=True)
        self._clear = IconButton(style, "x", "", size=28, icon_size=16)
        self.note = LineEdit()
        self.note.keeps_enter = True
        self.note.setMaxLength(MAX_NOTE)
        self.approve = ActButton(style, "", ButtonKind.PRIMARY)
        self.reject = ActButton(style, "", ButtonKind.DANGER)
        self._column = QVBoxLayout(self)
        self._lay_out()
        self.approve.clicked.connect(lambda: self.approved.emit(self.text()))
        self.reject.clicked.connect(lambda: self.rejected.emit(self.text()))
        self._clear.clicked.connect(self.cleared)
        self.note.returnPressed.connect(lambda: self.approve.setFocus(Qt.FocusReason.TabFocusReason))
        style.changed.connect(self._restyle)
        self._word()
        self._restyle()
        self.hide()

    def text(self) -> str:
        """The note."""
        return self.note.text().strip()

    def set_count(self, count: int) -> None:
        """How many are ticked; 0 hides it."""
        if not count:
            self.note.clear()
        self._count = count
        self._word()
        self.setVisible(bool(count))

    def set_busy(self, is_busy: bool) -> None:
        """They are on their way to the send queue."""
        self.approve.set_busy(is_busy)
        self.reject.setEnabled(not is_busy)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == event.Type.LanguageChange:
            self._word()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cleared.emit()
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, painter = self._style.current.colors, QPainter(self)
        fill_plain(painter, self.rect(), colors.window)
        line = self.rect()
        line.setHeight(1)
        fill_plain(painter, line, colors.line)
        painter.end()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.words, 1)
        head.addWidget(self._clear)
        buttons = QHBoxLayout()
        buttons.setSpacing(self._style.current.px(8))
        buttons.addWidget(self.approve)
        buttons.addWidget(self.reject)
        buttons.addStretch(1)
        self._column.addLayout(head)
        self._column.addWidget(self.note)
        self._column.addLayout(buttons)

    def _word(self) -> None:
        count = self._count
        self.words.setText(tr_n("{n} selected", "{n} selected", count))
        self.note.setPlaceholderText(tr("One note for all (optional)"))
        self.note.setAccessibleName(tr("Note"))
        self._clear.set_tip(tr("Select none (Esc)"))
        self.approve.setText(tr("Approve {n}", n=count))
        self.reject.setText(tr("Reject {n}", n=count))

    def _restyle(self) -> None:
        style = self._style.current
        self._column.setContentsMargins(style.px(12), style.px(10), style.px(12), style.px(12))
        self._column.setSpacing(style.px(8))
        self.note.setFont(style.body)
        self.update()
