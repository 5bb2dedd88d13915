"""The playlists of a channel: which there are, one of them to be edited, and who has finished a compulsory one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.channels.values import CourseEdit
from app.domain.visible import one_line
from resources.translations import tr, tr_n
from ui.screens.channel_owner.course_editor import CourseEditor, edit_of
from ui.screens.channel_owner.course_people import CoursePeople
from widgets.buttons import Button, ButtonKind
from widgets.chips import Chip, FilterChips
from widgets.designer_list import DesignerList, DesignerRow
from widgets.designer_parts import EdgeLine
from widgets.dialogs import confirm
from widgets.empty_state import EmptyState
from widgets.painting import TagKind

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from app.domain.channels.rows import CourseRow
    from app.errors import TackError
    from ui.desk import Desk
    from ui.operations import Operations
    from ui.screens.channel_owner.owner_facts import OwnerFacts

_LEFT = 240
_VIDEOS, _PEOPLE = "videos", "people"


class _Sent(NamedTuple):
    """What was saved here and sync has not brought back yet."""

    edit: CourseEdit | None
    """None: deleted."""
    was: CourseEdit | None
    """What the channel said then; as soon as it says something else, that counts."""


class CoursesPage(QWidget):
    """What is changed here waits until it is saved; going from one to another loses nothing."""

    settings_wanted = Signal()
    failed = Signal(object)
    """TackError."""

    def __init__(self, desk: Desk, operations: Operations) -> None:
        super().__init__()
        self._desk = desk
        self._facts: OwnerFacts | None = None
        self._drafts: dict[str, CourseEdit] = {}
        self._sent: dict[str, _Sent] = {}
        self._key, self._new_count = "", 0
        style = desk.style
        self.list = DesignerList(style, tr("Playlists"))
        self.add = Button(style, tr("New playlist"), ButtonKind.QUIET, icon="plus")
        self.parts = FilterChips(style)
        self.editor = CourseEditor(desk)
        self.people = CoursePeople(desk, operations)
        self.empty = EmptyState(style)
        self._stack, self._people_page, self._left = QStackedWidget(), QWidget(), QWidget()
        self._lay_out()
        self._connect()

    @property
    def is_changed(self) -> bool:
        """Whether something waits to be saved."""
        return bool(self._drafts)

    def follow(self, facts: OwnerFacts) -> None:
        """The channel says so now; what is being edited here stays."""
        self._facts = facts
        there = {row.id: edit_of(row) for row in facts.courses}
        self._sent = {key: sent for key, sent in self._sent.items() if there.get(key) == sent.was}
        if not self._key:
            self._key = next(iter(self._courses()), "")
        self._show()

    def open_course(self, key: str) -> None:
        """Go to one."""
        self._choose(key)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._left.setFixedWidth(min(self._desk.style.current.px(_LEFT), self.width() * 2 // 5))

    # Doing

    def _courses(self) -> dict[str, CourseEdit]:
        """All of them as they stand here."""
        rows = self._facts.courses if self._facts is not None else ()
        found: dict[str, CourseEdit | None] = {row.id: edit_of(row) for row in rows}
        found |= {key: sent.edit for key, sent in self._sent.items()}
        found |= self._drafts
        return {key: edit for key, edit in found.items() if edit is not None}

    def _row(self, key: str) -> CourseRow | None:
        rows = self._facts.courses if self._facts is not None else ()
        return next((row for row in rows if row.id == key), None)

    def _published(self, key: str) -> CourseEdit | None:
        row = self._row(key)
        return edit_of(row) if row is not None else None

    def _add(self) -> None:
        self._new_count += 1
        self._key = f"new:{self._new_count}"
        self._drafts[self._key] = CourseEdit("", "")
        self.parts.set_current(_VIDEOS)
        self._show()
        self.editor.focus_title()

    def _choose(self, key: str) -> None:
        self._key = key
        self._show()

    def _changed(self, edit: CourseEdit) -> None:
        sent = self._sent.get(self._key)
        if edit == (self._published(self._key) if sent is None else sent.edit):
            self._drafts.pop(self._key, None)
        else:
            self._drafts[self._key] = edit
        self._show()

    def _save(self) -> None:
        key, edit = self._key, self._drafts.get(self._key)
        if edit is None or self._facts is None:
            return
        self.editor.save.set_busy(True)
        work = self._desk.account.channels.save_course(self._facts.channel.room_id, edit)
        self._desk.operations.start(
            work, lambda made: self._saved(key, edit, made), self._not_done, is_vital=True
        )

    def _saved(self, key: str, edit: CourseEdit, made: str) -> None:
        if self._drafts.get(key) == edit:
            del self._drafts[key]
        self._sent[made] = _Sent(replace(edit, id=made), self._published(made))
        if key in self._drafts and key != made:  # typed on meanwhile
            self._drafts[made] = replace(self._drafts.pop(key), id=made)
        self._key = made if self._key == key else self._key
        self.editor.save.set_busy(False)
        self._show()

    def _ask_remove(self) -> None:
        title = one_line(self.editor.edit.title) or tr("Untitled")
        question = confirm(
            self._desk.style,
            self.window(),
            tr("Delete “{title}”?", title=title),
            tr("Its videos stay in the channel. Who has finished what is no longer shown together."),
            tr("Delete"),
            is_danger=True,
        )
        key = self._key
        question.accepted.connect(lambda: self._remove(key))

    def _remove(self, key: str) -> None:
        self._drafts.pop(key, None)
        is_there = self._row(key) is not None or key in self._sent
        self._key = "" if self._key == key else self._key
        if is_there and self._facts is not None:
            self._sent[key] = _Sent(None, self._published(key))
            work = self._desk.account.channels.remove_course(self._facts.channel.room_id, key)
            self._desk.operations.start(work, lambda _none: None, self._not_done, is_vital=True)
        self._key = self._key or next(iter(self._courses()), "")
        self._show()

    def _not_done(self, error: TackError) -> None:
        self.editor.save.set_busy(False)
        self._show()
        self.failed.emit(error)

    # Showing

    def _show(self) -> None:
        facts = self._facts
        if facts is None:
            return
        courses = self._courses()
        self.list.set_rows([self._list_row(key, edit) for key, edit in courses.items()])
        self.list.set_current(self._key)
        self.add.setVisible(facts.is_editor)
        edit = courses.get(self._key)
        self.parts.setVisible(edit is not None and edit.is_compulsory)
        if edit is None:
            self._say_empty(facts)
        elif edit.is_compulsory and self.parts.current() == _PEOPLE:
            self.people.show_course(facts, self._row(self._key))
            self._stack.setCurrentWidget(self._people_page)
        else:
            is_changed = self._key in self._drafts
            self.editor.show_course(
                edit, facts.figures.posts, is_changed=is_changed, can_edit=facts.is_editor
            )
            self._stack.setCurrentWidget(self.editor)

    def _say_empty(self, facts: OwnerFacts) -> None:
        words = tr("A playlist puts videos in order; a compulsory one is a training with a date.")
        self.empty.set_state(
            "playlist" if facts.is_editor else "queue",
            tr("No playlists yet"),
            words,
            tr("New playlist") if facts.is_editor else "",
        )
        self._stack.setCurrentWidget(self.empty)

    def _list_row(self, key: str, edit: CourseEdit) -> DesignerRow:
        tags: tuple[tuple[str, TagKind], ...] = ()
        if key in self._drafts:
            tags = ((tr("Not saved"), TagKind.GREY),)
        elif edit.is_compulsory:
            tags = ((tr("Compulsory"), TagKind.AMBER),)
        detail = tr_n("{n} video", "{n} videos", len(edit.posts))
        return DesignerRow(key, one_line(edit.title) or tr("Untitled"), detail, "", tags)

    def _connect(self) -> None:
        self.add.clicked.connect(self._add)
        self.empty.action_triggered.connect(self._add)
        self.list.chosen.connect(self._choose)
        self.list.opened.connect(lambda _: self.editor.focus_title())
        self.parts.set_chips([Chip(_VIDEOS, tr("Videos")), Chip(_PEOPLE, tr("Who has finished"))])
        self.parts.chosen.connect(lambda _: self._show())
        self.editor.changed.connect(self._changed)
        self.editor.save_wanted.connect(self._save)
        self.editor.remove_wanted.connect(self._ask_remove)
        self.people.settings_wanted.connect(self.settings_wanted)

    def _lay_out(self) -> None:
        style = self._desk.style
        px = style.current.px
        side = QVBoxLayout(self._left)
        side.setContentsMargins(0, px(8), 0, px(8))
        side.addWidget(self.list, 1)
        side.addWidget(self.add, 0, Qt.AlignmentFlag.AlignHCenter)
        inside = QVBoxLayout(self._people_page)
        inside.setContentsMargins(px(24), px(14), px(24), px(14))
        inside.addWidget(self.people)
        for page in (self.editor, self._people_page, self.empty):
            self._stack.addWidget(page)
        head = QVBoxLayout()
        head.setContentsMargins(px(24), px(12), px(24), 0)
        head.addWidget(self.parts)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addLayout(head)
        right.addWidget(self._stack, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left)
        row.addWidget(EdgeLine(style, is_upright=True))
        row.addLayout(right, 1)
