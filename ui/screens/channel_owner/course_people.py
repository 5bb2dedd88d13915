"""Who has finished a compulsory training, and the DING to those who have not."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.visible import one_line
from resources.formats import format_due, format_list_time
from resources.translations import tr, tr_n
from ui.models.person_rows_model import PersonRowsModel
from ui.screens.channel_owner.figures_page import reports_words
from ui.sentences import sentence
from widgets.buttons import Button, ButtonKind
from widgets.channel_form import FormDialog
from widgets.empty_state import EmptyState
from widgets.figure_tiles import FigureTiles, Tile
from widgets.member_panel import MemberListView, MemberRow, TagKind
from widgets.search_field import SearchField
from widgets.text_area import TextArea
from widgets.words import Words

if TYPE_CHECKING:
    from app.domain.channels.rows import CourseRow, PersonProgress
    from app.errors import TackError
    from ui.desk import Desk
    from ui.operations import Operations
    from ui.screens.channel_owner.owner_facts import OwnerFacts


class CoursePeople(QWidget):
    """Read again whenever the channel moved."""

    settings_wanted = Signal()

    def __init__(self, desk: Desk, operations: Operations) -> None:
        super().__init__()
        self._desk, self._operations = desk, operations
        self._course: CourseRow | None = None
        self._people: tuple[PersonProgress, ...] = ()
        self._wanted = 0
        style = desk.style
        self.tiles = FigureTiles(style)
        self.ding = Button(style, "", ButtonKind.PRIMARY, icon="push-pin")
        self.search = SearchField(style, tr("Search people"))
        self.model = PersonRowsModel(self)
        self.list = MemberListView(style, desk.images)
        self.list.setAccessibleName(tr("Who has finished"))
        self.empty = EmptyState(style)
        self._all = QWidget()
        self.list.setModel(self.model)
        self._lay_out()
        self.search.term_changed.connect(self.model.set_term)
        self.search.moved.connect(lambda _: self.list.setFocus(Qt.FocusReason.TabFocusReason))
        self.search.cancelled.connect(lambda: self.window().close())
        self.list.member_activated.connect(desk.approvals.open_person)
        self.ding.clicked.connect(self._ask_ding)
        self.empty.action_triggered.connect(self.settings_wanted)

    def show_course(self, facts: OwnerFacts, course: CourseRow | None) -> None:
        """Show a training; None: it was not published yet."""
        self._wanted += 1
        wanted, self._course = self._wanted, course
        if course is None:
            self._say("playlist", tr("Save the playlist first"))
        elif not facts.has_reports:
            action = tr("Settings of the channel") if facts.consent.is_given and facts.is_owner else ""
            self._say("eye-slash", tr("Nobody knows who has finished"), reports_words(facts), action)
        else:
            room_id, key = course.room_id, course.id
            reading = self._desk.account.cache.read_in_worker(
                lambda read: read.channels.progress(room_id, key)
            )
            self._operations.start(
                reading,
                lambda people: self.show_people(tuple(people)) if wanted == self._wanted else None,
                lambda error: self._say("warning-circle", tr("This cannot be read"), sentence(error)),
            )

    def show_people(self, people: tuple[PersonProgress, ...]) -> None:
        """Draw them."""
        self._people = people
        now_ms = time.time_ns() // 1_000_000
        if not people:
            self._say("users", tr("Nobody follows the channel yet"))
            return
        self.empty.hide()
        self._all.show()
        ended, late = self._ended(), self._course is not None and 0 < self._course.due_ms < now_ms
        self.tiles.set_tiles(
            [
                Tile(tr("Finished"), tr("{n} of {total}", n=ended, total=len(people)), "done_text"),
                Tile(tr("Under way"), str(sum(0 < one.finished < one.total for one in people))),
                Tile(tr("By when"), self._due_words(now_ms), "attention_text" if late else "text1"),
            ]
        )
        self.model.set_rows([progress_row(one, now_ms) for one in people])
        left = self._left()
        self.ding.setText(tr_n("DING {n} person", "DING {n} people", left))
        self.ding.setVisible(left > 0)

    def _ended(self) -> int:
        return sum(has_finished(one) for one in self._people)

    def _left(self) -> int:
        """How many would get a DING: not I, and nobody while there is nothing to watch."""
        me = self._desk.account.user_id
        return sum(one.finished < one.total and one.user_id != me for one in self._people)

    def _due_words(self, now_ms: int) -> str:
        due_ms = self._course.due_ms if self._course is not None else 0
        return format_due(due_ms, now_ms) if due_ms else tr("at any time")

    def _say(self, icon: str, title: str, text: str = "", action: str = "") -> None:
        self._all.hide()
        self.empty.set_state(icon, title, text, action)
        self.empty.show()

    def _ask_ding(self) -> None:
        if self._course is not None:
            dialog = UnfinishedDialog(self._desk, self.window(), self._course, self._left())
            dialog.open()
            dialog.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        px = self._desk.style.current.px
        head = QHBoxLayout()
        head.setSpacing(px(8))
        head.addWidget(self.search, 1)
        head.addWidget(self.ding)
        inside = QVBoxLayout(self._all)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(px(12))
        inside.addWidget(self.tiles)
        inside.addLayout(head)
        inside.addWidget(self.list, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._all, 1)
        column.addWidget(self.empty, 1)
        self._all.hide()


class UnfinishedDialog(FormDialog):
    """The DING before it goes out."""

    def __init__(self, desk: Desk, window: QWidget, course: CourseRow, left: int) -> None:
        super().__init__(desk.style, tr("Remind who has not finished"), window, height=300)
        self._desk, self._course, self._is_open = desk, course, True
        words = tr_n("{n} person gets a DING and confirms it.", "{n} people get a DING and confirm it.", left)
        self.add(Words(desk.style, words, role="text2", pixels=13))
        self.text = TextArea(desk.style, tr("What it says"))
        self.text.set_text(ding_text(course, time.time_ns() // 1_000_000))
        self.add(self.text)
        self.add_button("cancel", tr("Cancel"))
        self.add_button("accept", tr("Send DING"), ButtonKind.PRIMARY, is_default=True)
        self.text.submitted.connect(lambda: self.press("accept"))
        self.text.cancelled.connect(self.reject)
        self.text.edited.connect(lambda: self.text.set_error(""))
        self.finished.connect(self._end)

    def press(self, key: str) -> None:
        if key != "accept":
            super().press(key)
            return
        text = self.text.text().strip()
        if not text:
            self.text.set_error(tr("Write what they are asked to do."))
            return
        self.set_error("")
        self.set_busy(True)
        work = self._desk.account.channels.ding_unfinished(self._course.room_id, self._course.id, text)
        self._desk.operations.start(work, self._sent, self._refused, is_vital=True)

    def _sent(self, count: int) -> None:
        self._desk.tell(tr_n("{n} person gets your DING.", "{n} people get your DING.", count))
        if self._is_open:
            self.accept()

    def _refused(self, error: TackError) -> None:
        if not self._is_open:
            self._desk.tell_error(error)
            return
        self.set_busy(False)
        self.set_error(sentence(error))

    def _end(self) -> None:
        self._is_open = False


def ding_text(course: CourseRow, now_ms: int) -> str:
    """What the DING says unless one writes something else."""
    title = one_line(course.title)
    if course.due_ms > now_ms:
        return tr("Please finish “{title}” by {due}.", title=title, due=format_due(course.due_ms, now_ms))
    return tr("Please finish “{title}”.", title=title)


def has_finished(one: PersonProgress) -> bool:
    """Whether somebody has seen all of it."""
    return one.total > 0 and one.finished >= one.total


def progress_row(one: PersonProgress, now_ms: int) -> MemberRow:
    """Word how far somebody is."""
    name = one_line(one.name) or one.user_id
    detail = tr("{finished} of {total} videos", finished=one.finished, total=one.total)
    if one.last_ms:
        detail = tr("{done}, last {time}", done=detail, time=format_list_time(one.last_ms, now_ms))
    if has_finished(one):
        return MemberRow(one.user_id, name, detail, None, tr("Finished"), TagKind.GREEN)
    if one.finished or one.last_ms:
        return MemberRow(one.user_id, name, detail, None, tr("Under way"), TagKind.AMBER)
    return MemberRow(one.user_id, name, detail, None, tr("Not begun"), TagKind.GREY)
