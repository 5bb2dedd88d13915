"""One playlist as it is edited: title, order of the videos, whether it is compulsory and by when."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.channels.values import CourseEdit
from app.domain.ids import EventID
from app.domain.visible import one_line
from resources.formats import format_list_time
from resources.translations import tr, tr_n
from ui.screens.channel_owner.posts_dialog import PostsDialog
from widgets.buttons import Button, ButtonKind
from widgets.date_time_field import DateTimeField
from widgets.designer_list import DesignerList, DesignerRow
from widgets.designer_parts import ColumnScroll, EdgeLine, NarrowSwitch
from widgets.form_fields import TextField
from widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.channels.rows import CourseRow, PostFigures
    from ui.desk import Desk

MAX_TITLE = 120
_ROW, _MOST_ROWS = 60, 12


def edit_of(row: CourseRow) -> CourseEdit:
    """Take a playlist as it is published."""
    return CourseEdit(row.id, row.title, row.about, row.posts, row.is_compulsory, row.due_ms)


class CourseEditor(QWidget):
    """Shows one; tells each change by the person."""

    changed = Signal(object)
    """CourseEdit."""
    save_wanted = Signal()
    remove_wanted = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._edit = CourseEdit("", "")
        self._posts: dict[EventID, PostFigures] = {}
        self._can_edit = True
        style = desk.style
        self.title = TextField(style, tr("Title"))
        self.title.edit.setMaxLength(MAX_TITLE)
        self.about = TextField(style, tr("What it is about"))
        self.must = NarrowSwitch(
            style,
            tr("Compulsory training"),
            tr("The watch page and every card say so; you see who has finished, and can DING who has not."),
        )
        self.has_due = NarrowSwitch(style, tr("To be finished by a certain time"))
        self.due = DateTimeField(style, tr("By when"))
        self.head = Words(style, pixels=14, is_bold=True)
        self.list = DesignerList(style, tr("Videos in this order"), is_movable=True)
        self.hint = Words(style, role="text2", pixels=12)
        self.add = Button(style, tr("Add videos…"), ButtonKind.OUTLINE, icon="plus")
        self.take_out = Button(style, tr("Take out"), ButtonKind.QUIET)
        self.save = Button(style, tr("Save"), ButtonKind.PRIMARY)
        self.remove = Button(style, tr("Delete"), ButtonKind.OUTLINE, icon="trash")
        self._lay_out()
        self._connect()

    @property
    def edit(self) -> CourseEdit:
        """As it stands here."""
        return self._edit

    def show_course(
        self, edit: CourseEdit, posts: Sequence[PostFigures], *, is_changed: bool, can_edit: bool
    ) -> None:
        """Show it; a cursor in a field stays where it is."""
        self._edit, self._posts = edit, {post.event_id: post for post in posts}
        self._can_edit = can_edit
        if self.title.text() != edit.title.strip():
            self.title.set_text(edit.title)
        if self.about.text() != edit.about.strip():
            self.about.set_text(edit.about)
        for switch, is_on in ((self.must, edit.is_compulsory), (self.has_due, bool(edit.due_ms))):
            switch.blockSignals(True)
            switch.setChecked(is_on)
            switch.blockSignals(False)
        if edit.due_ms:
            self.due.set_value(datetime.fromtimestamp(edit.due_ms / 1000))
        self.has_due.setVisible(edit.is_compulsory)
        self.due.setVisible(edit.is_compulsory and bool(edit.due_ms))
        self._show_posts()
        for part in (self.title, self.about, self.must, self.has_due, self.due, self.add, self.take_out):
            part.setEnabled(can_edit)
        self.remove.setVisible(can_edit)
        self.save.setVisible(can_edit)
        self.save.setEnabled(is_changed and bool(edit.title.strip()) and not self.save.is_busy())

    def focus_title(self) -> None:
        """Put the cursor in."""
        self.title.focus_field()

    def _show_posts(self) -> None:
        now_ms = time.time_ns() // 1_000_000
        rows = []
        for number, key in enumerate(self._edit.posts, 1):
            post = self._posts.get(key)
            title = (
                tr("A video that is not here any more")
                if post is None
                else one_line(post.title) or tr("Untitled")
            )
            when = "" if post is None else format_list_time(post.ts_ms, now_ms)
            rows.append(DesignerRow(key, f"{number}. {title}", when, "film-strip", is_dim=post is None))
        self.list.set_rows(rows)
        count = len(rows)
        self.head.setText(tr_n("{n} video in this order", "{n} videos in this order", count))
        if not rows:
            self.head.setText(tr("No videos yet"))
        self.hint.setText(
            tr("Drag to change the order, or press Alt and an arrow key; Delete takes one out.")
            if rows
            else tr("Add videos of this channel; they play one after the other.")
        )
        self.list.setVisible(bool(rows))
        self.list.setFixedHeight(self._desk.style.current.px(_ROW) * min(_MOST_ROWS, max(1, count)))
        self.take_out.setVisible(bool(rows) and self._can_edit)

    def _change(self, **changes: Any) -> None:
        if self._can_edit:
            self._edit = replace(self._edit, **changes)
            self.changed.emit(self._edit)

    def _set_compulsory(self, is_on: bool) -> None:
        self._change(is_compulsory=is_on, due_ms=self._edit.due_ms if is_on else 0)

    def _set_has_due(self, is_on: bool) -> None:
        evening = datetime.now().replace(hour=18, minute=0, second=0, microsecond=0) + timedelta(days=7)
        self._change(due_ms=round(evening.timestamp() * 1000) if is_on else 0)

    def _set_due(self, moment: datetime) -> None:
        self._change(due_ms=round(moment.timestamp() * 1000))

    def _step(self, key: str, step: int) -> None:
        at = self._edit.posts.index(EventID(key))
        self._move(key, at + step + (1 if step > 0 else 0))

    def _move(self, key: str, before: int) -> None:
        """Put a video before the one that stands at a number now; the count: behind all."""
        posts, moved = list(self._edit.posts), EventID(key)
        at = posts.index(moved)
        if not 0 <= before <= len(posts) or before in (at, at + 1):
            return
        posts.pop(at)
        posts.insert(before - (1 if before > at else 0), moved)
        self._change(posts=tuple(posts))

    def _take_out(self, key: str) -> None:
        self._change(posts=tuple(post for post in self._edit.posts if post != key))

    def _add(self) -> None:
        dialog = PostsDialog(self._desk.style, self.window(), list(self._posts.values()), self._edit.posts)
        dialog.posts_chosen.connect(lambda posts: self._change(posts=(*self._edit.posts, *posts)))
        dialog.open()
        dialog.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _connect(self) -> None:
        self.title.edit.textEdited.connect(lambda text: self._change(title=text))
        self.about.edit.textEdited.connect(lambda text: self._change(about=text))
        self.must.toggled.connect(self._set_compulsory)
        self.has_due.toggled.connect(self._set_has_due)
        self.due.changed.connect(self._set_due)
        self.list.step_wanted.connect(self._step)
        self.list.dropped.connect(self._move)
        self.list.remove_wanted.connect(self._take_out)
        self.list.opened.connect(lambda key: self._desk.channels.watch(EventID(key)))
        self.take_out.clicked.connect(lambda: self._take_out(self.list.current_key()))
        self.add.clicked.connect(self._add)
        self.save.clicked.connect(self.save_wanted)
        self.remove.clicked.connect(self.remove_wanted)

    def _lay_out(self) -> None:
        style = self._desk.style
        px = style.current.px
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.head, 1)
        head.addWidget(self.take_out)
        head.addWidget(self.add)
        scroll = ColumnScroll(style, 24)
        scroll.add(self.title, self.about, self.must, self.has_due, self.due)
        scroll.column.addLayout(head)
        scroll.add(self.list, self.hint)
        scroll.column.addStretch(1)
        foot.setContentsMargins(px(24), px(10), px(24), px(12))
        foot.addWidget(self.remove)
        foot.addStretch(1)
        foot.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(scroll, 1)
        column.addWidget(EdgeLine(style))
        column.addLayout(foot)
