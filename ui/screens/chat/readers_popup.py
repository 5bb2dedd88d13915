"""Who has read a message and who has not: two columns in a floating panel."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.rooms import Member
from resources.translations import tr
from widgets.avatar import Avatar
from widgets.floating import FloatingPanel
from widgets.style import StyleSource
from widgets.words import Line, Words

_COLUMN_WIDTH = 168
_ROW = 32
_MAX_ROWS = 9
_MAX_SHOWN = 200
"""Rows are widgets here; nobody reads on after so many names."""


class ReadersPopup(FloatingPanel):
    """Closes with Escape or a click elsewhere."""

    def __init__(
        self, style: StyleSource, read: Sequence[Member], unread: Sequence[Member], parent: QWidget
    ) -> None:
        super().__init__(style, parent)
        row = QHBoxLayout(self)
        margin = style.current.px(16)
        row.setContentsMargins(margin, margin, margin, margin)
        row.setSpacing(style.current.px(16))
        row.addWidget(_column(style, tr("Read by {n}", n=len(read)), read))
        row.addWidget(_column(style, tr("Not read by {n}", n=len(unread)), unread))
        self.setAccessibleName(tr("Who has read this"))


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
