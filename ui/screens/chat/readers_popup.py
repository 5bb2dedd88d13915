"""Who has read a message and who has not: two columns in a floating panel."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.ids import RoomID
from app.domain.rooms import Member
from app.domain.timeline import TimelineItem
from resources.translations import tr, tr_n
from ui.desk import Desk
from widgets.avatar import Avatar
from widgets.buttons import Button, ButtonKind
from widgets.floating import FloatingPanel
from widgets.style import StyleSource
from widgets.words import Line, Words

_COLUMN_WIDTH = 168
_ROW = 32
_MAX_ROWS = 9
_MAX_SHOWN = 200
"""Rows are widgets here; nobody reads on after so many names."""


class Readers(QObject):
    """One popup for the whole screen, made anew for each message."""

    def __init__(
        self, desk: Desk, make_ding: Callable[[TimelineItem, Sequence[Member]], None], home: QWidget
    ) -> None:
        super().__init__(home)
        self._desk = desk
        self._make_ding = make_ding
        self._home = home
        self._popup: ReadersPopup | None = None

    def show(self, room_id: RoomID, item: TimelineItem) -> None:
        """Show who has read an item, at the pointer."""
        if item.event_id is None:
            return
        read, unread = self._desk.account.cache.read.readers(room_id, item.event_id)
        if self._popup is not None:
            self._popup.deleteLater()
        window = self._home.window()
        self._popup = ReadersPopup(self._desk.style, read, unread, window)
        self._popup.ding_requested.connect(lambda: self._make_ding(item, unread))
        self._popup.float_at(self._home.cursor().pos(), window)
        self._popup.setFocus(Qt.FocusReason.PopupFocusReason)  # Escape and Tab are for it now


class ReadersPopup(FloatingPanel):
    """Closes with Escape or a click elsewhere, and when those who have not read are to be dinged."""

    ding_requested = Signal()

    def __init__(
        self, style: StyleSource, read: Sequence[Member], unread: Sequence[Member], parent: QWidget
    ) -> None:
        super().__init__(style, parent)
        column = QVBoxLayout(self)
        margin = style.current.px(16)
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(style.current.px(12))
        row = QHBoxLayout()
        column.addLayout(row)
        row.setSpacing(style.current.px(16))
        row.addWidget(_column(style, tr("Read by {n}", n=len(read)), read))
        row.addWidget(_column(style, tr("Not read by {n}", n=len(unread)), unread))
        self.setAccessibleName(tr("Who has read this"))
        if unread:
            words = tr_n("DING the one who has not read", "DING the {n} who have not read", len(unread))
            button = Button(style, words, ButtonKind.SECONDARY, icon="push-pin")
            button.clicked.connect(self._ding)
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignRight)

    def _ding(self) -> None:
        self.close_panel()
        self.ding_requested.emit()


def _column(style: StyleSource, title: str, members: Sequence[Member]) -> QWidget:
    column = QWidget()
    column.setFixedWidth(style.current.px(_COLUMN_WIDTH))
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(style.current.px(8))
    layout.addWidget(Words(style, title, role="text2", pixels=12, is_bold=True))
    names = QWidget()
    rows = QVBoxLayout(names)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(0)
    for member in members[:_MAX_SHOWN]:
        rows.addWidget(_row(style, member))
    if len(members) > _MAX_SHOWN:
        rows.addWidget(Words(style, "…", role="text2"))
    scroll = QScrollArea()
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setFrameShape(QScrollArea.Shape.NoFrame)
    scroll.setWidgetResizable(True)
    scroll.setWidget(names)
    scroll.setFixedHeight(style.current.px(_ROW) * max(1, min(_MAX_ROWS, len(members))))
    layout.addWidget(scroll)
    layout.addStretch(1)
    return column


def _row(style: StyleSource, member: Member) -> QWidget:
    row = QWidget()
    row.setFixedHeight(style.current.px(_ROW))
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(style.current.px(8))
    avatar = Avatar(style, 24)
    avatar.set_person(member.user_id, member.name)
    layout.addWidget(avatar)
    layout.addWidget(Line(style, member.name), 1)
    return row
