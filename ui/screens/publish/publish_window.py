"""The window in which videos are made ready and published."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.channels.values import PublishStep
from resources.translations import tr
from ui.operations import Operations
from ui.screens.publish.publish_fields import PublishFields
from ui.screens.publish.publish_presenter import PublishPresenter
from ui.screens.publish.publish_words import facts_of, publish_words, share_of, step_words, title_of
from ui.sentences import sentence
from widgets.buttons import Button, ButtonKind
from widgets.composer_text import local_files
from widgets.designer_parts import ColumnScroll, EdgeLine
from widgets.dialogs import confirm
from widgets.empty_state import EmptyState
from widgets.file_dialogs import pick_files
from widgets.publish_drop import DropZone
from widgets.publish_jobs import JobColumn, JobLine
from widgets.toast import ToastHost, ToastKind
from widgets.window_place import stand_over
from widgets.words import Line, Words

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QPaintEvent

    from app.channels.values import PublishForm, PublishJob
    from app.domain.channels.rows import ChannelRow, CourseRow, PostRow
    from app.domain.ids import RoomID
    from app.errors import TackError
    from ui.desk import Desk

_SIZE, _LEAST, _SIDE = QSize(960, 720), QSize(720, 480), 280
VIDEOS = ("mp4", "m4v", "mov", "mkv", "webm", "avi", "wmv", "flv", "ts", "mpg", "mpeg", "3gp")


def open_publish(
    desk: Desk, window: QWidget, room_id: RoomID | None, paths: tuple[str, ...]
) -> PublishWindow:
    """Show it, with new files if given. There is one; what is on its way stands in it."""
    known = next((page for page in window.findChildren(PublishWindow) if page.isVisible()), None)
    page = known or PublishWindow(desk, window)
    page.room_id = room_id or page.room_id
    page.show()
    page.raise_()
    page.activateWindow()
    if known is None:
        page.begin()
    if paths:
        page.take(tuple(Path(path) for path in paths))
    return page


class PublishWindow(QWidget):
    """A window of its own: one goes on chatting beside it. Closing it stops nothing. Deletes itself when closed."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window, Qt.WindowType.Window)
        self._desk, self._style = desk, desk.style
        self.room_id: RoomID | None = None
        """Channel of new ones."""
        self._current, self._is_closed = "", False
        self.operations = Operations(desk.operations.loop, self)
        self.presenter = PublishPresenter(desk, self.operations, self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Publish videos"))
        self.setAcceptDrops(True)
        style = desk.style
        self.drop = DropZone(style)
        self.list = JobColumn(style, tr("Videos on their way"))
        self.fields = PublishFields(desk, self.operations)
        self.facts = Line(style, role="text2", pixels=13)
        self.state = Words(style, role="text2", pixels=13)
        self.publish = Button(style, tr("Publish"), ButtonKind.PRIMARY)
        self.retry = Button(style, tr("Try again"), ButtonKind.SECONDARY)
        self.give_up = Button(style, tr("Give up…"), ButtonKind.QUIET)
        self.empty = EmptyState(style)
        self.toasts = ToastHost(style, self)
        self._stack, self._form_page = QStackedWidget(), QWidget()
        self._lay_out()
        self._connect()
        self._fit(window)

    def begin(self) -> None:
        """Read the channels; show what is on its way."""
        self.presenter.read_channels()
        self.fields.form.load()
        self._show_jobs()
        if not self._current:
            self.drop.setFocus()

    def take(self, paths: tuple[Path, ...]) -> None:
        """Take new files."""
        self.presenter.add(paths, self.room_id)

    # Windows ----------------------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        self.close_now()
        event.accept()

    def close_now(self) -> None:
        """Keep what is typed; the jobs go on."""
        if not self._is_closed:
            self._is_closed = True
            self._keep_typed()
            self.presenter.stop()
            self.operations.cancel_all()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = local_files(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.take(paths)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._style.current.colors.window)
        painter.end()

    # Showing ----------------------------------------------------------------------------------------------------

    def show_job(self, job_id: str) -> None:
        """Show one in the form."""
        if job_id == self._current:
            return
        self._keep_typed()
        job = self.presenter.job(job_id)
        self._current = job_id if job is not None else ""
        self.list.set_current(self._current)
        if job is None:
            self._show_jobs()
            return
        self.fields.show_job(job)
        self.presenter.read_courses(job.form.room_id)
        self.presenter.read_streams(job.form.room_id)
        if job.form.own_cover:
            self.presenter.read_own_cover(job, self.fields.chosen_picture.show_current)
        else:
            self.fields.chosen_picture.show_current(None)
        self._show_state(job)
        self.fields.title.focus_field()

    def _show_jobs(self) -> None:
        if self._is_closed:
            return
        jobs, now_ms = self.presenter.jobs(), self.presenter.now_ms()
        self.list.set_lines([self._line(job, now_ms) for job in jobs])
        known = {job.id: job for job in jobs}
        if self._current not in known:
            self._current = ""
            if jobs:
                self.show_job(jobs[0].id)
                return
        if self._current:
            self._show_state(known[self._current])
        else:
            self._show_empty()

    def _line(self, job: PublishJob, now_ms: int) -> JobLine:
        covers = self.presenter.covers(job)
        chosen = covers[min(max(0, job.form.cover), len(covers) - 1)] if covers else None
        is_wrong = job.step is PublishStep.FAILED
        is_done = job.step is PublishStep.POSTED
        words = step_words(job, now_ms)
        return JobLine(job.id, title_of(job), words, share_of(job), is_wrong, is_done, chosen)

    def _show_state(self, job: PublishJob) -> None:
        """What moves while one fills in the form."""
        self._stack.setCurrentWidget(self._form_page)
        is_over, is_failed = job.step is PublishStep.POSTED, job.step is PublishStep.FAILED
        self.facts.setText(facts_of(job))
        words = step_words(job, self.presenter.now_ms())
        self.state.setText(words)
        self.state.set_role("attention_text" if is_failed else "text2")
        if job.source is not None:
            self.fields.set_duration(job.source.duration_ms)
        self.fields.set_covers(self.presenter.covers(job), can_add=not is_over)
        self.fields.setEnabled(not is_over)
        self.publish.setText(publish_words(job, self.fields.is_later.isChecked()))
        self.publish.setVisible(not is_over)
        self.retry.setVisible(is_failed)
        self.give_up.setText(tr("Take off the list") if is_over else tr("Give up…"))

    def _show_empty(self) -> None:
        self.empty.set_state(
            "film-strip",
            tr("Nothing is on its way"),
            tr("Drop videos here. Tack makes them play everywhere, then you publish them."),
        )
        self._stack.setCurrentWidget(self.empty)

    # Doing ------------------------------------------------------------------------------------------------------

    def _keep_typed(self) -> None:
        self.presenter.save_now()

    def _touched(self) -> None:
        job = self.presenter.job(self._current)
        if job is not None and job.step is not PublishStep.POSTED:
            self.presenter.touch(job.id, *self._filled())
            self._show_state(job)

    def _filled(self) -> tuple[PublishForm, tuple[tuple[str, str, str], ...], str]:
        fields = self.fields
        return fields.value(), fields.subtitles.files(), fields.chosen_picture.path

    def _publish(self) -> None:
        if self._current and self.publish.isEnabled() and self.fields.check():
            self.publish.set_busy(True)
            self.presenter.publish(self._current, *self._filled())

    def _published(self, _: str) -> None:
        self.publish.set_busy(False)
        self._show_jobs()

    def _ask_give_up(self) -> None:
        job = self.presenter.job(self._current)
        if job is None:
            return
        if job.step is PublishStep.POSTED:
            self.presenter.give_up(job.id)
            return
        question = confirm(
            self._style,
            self,
            tr("Give up this video?"),
            tr("What was prepared and uploaded is thrown away. Your own file stays where it is."),
            tr("Give up"),
            is_danger=True,
        )
        question.accepted.connect(partial(self.presenter.give_up, job.id))

    def _retry(self) -> None:
        self.presenter.retry(self._current)

    def _cover_wanted(self, at_ms: int) -> None:
        button, job_id = self.fields.moment.take, self._current
        button.set_busy(True)

        def done(number: int) -> None:
            button.set_busy(False)
            self._show_jobs()
            if job_id == self._current:
                self.fields.covers.set_current(number)
                self._touched()

        self.presenter.cover_at(job_id, at_ms, done)

    def _refuse(self, error: TackError) -> None:
        self.publish.set_busy(False)
        self.fields.moment.take.set_busy(False)
        self.toasts.show_toast(sentence(error), ToastKind.ERROR)
        self._show_jobs()

    def _kept(self, job_id: str, form: PublishForm) -> None:
        if job_id == self._current:
            self.fields.taken(form)

    def _channels(self, rows: tuple[ChannelRow, ...]) -> None:
        self.fields.set_channels(rows)

    def _courses(self, rows: tuple[CourseRow, ...]) -> None:
        self.fields.set_courses(rows)

    def _streams(self, rows: tuple[PostRow, ...]) -> None:
        self.fields.set_streams(rows, self.presenter.now_ms())

    def _channel_chosen(self, key: str) -> None:
        room_id = self.fields.value().room_id if key else None
        self.presenter.read_courses(room_id)
        self.presenter.read_streams(room_id)

    def _ask_files(self) -> None:
        kinds = tr("Videos ({names})", names=" ".join(f"*.{end}" for end in VIDEOS))
        pick_files(self, tr("Choose videos"), f"{kinds};;{tr('All files')} (*)", self.take)

    def _connect(self) -> None:
        presenter, desk = self.presenter, self._desk
        presenter.jobs_changed.connect(self._show_jobs)
        presenter.covers_changed.connect(lambda _: self._show_jobs())
        presenter.job_added.connect(self.show_job)
        presenter.kept.connect(self._kept)
        presenter.failed.connect(self._refuse)
        presenter.publishing_done.connect(self._published)
        presenter.channels_read.connect(self._channels)
        presenter.courses_read.connect(self._courses)
        presenter.streams_read.connect(self._streams)
        desk.bridge.channels_changed.connect(lambda _: presenter.read_channels())
        desk.channels.destroyed.connect(self.close)  # the account goes
        self.drop.files_given.connect(self.take)
        self.drop.clicked.connect(self._ask_files)
        self.list.chosen.connect(self.show_job)
        self.fields.changed.connect(self._touched)
        self.fields.submitted.connect(self._publish)
        self.fields.channel_chosen.connect(self._channel_chosen)
        self.fields.moment.wanted.connect(self._cover_wanted)
        self.publish.clicked.connect(self._publish)
        self.retry.clicked.connect(self._retry)
        self.give_up.clicked.connect(self._ask_give_up)
        self.operations.failed.connect(self._refuse)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._side())
        row.addWidget(EdgeLine(self._style, is_upright=True))
        self._lay_out_form()
        for page in (self.empty, self._form_page):
            self._stack.addWidget(page)
        row.addWidget(self._stack, 1)

    def _side(self) -> QWidget:
        style, px = self._style, self._style.current.px
        side = QWidget()
        side.setFixedWidth(px(_SIDE))
        column = QVBoxLayout(side)
        column.setContentsMargins(px(16), px(16), px(8), px(16))
        column.setSpacing(px(12))
        column.addWidget(self.drop)
        scroll = ColumnScroll(style, side=0, spacing=0)
        scroll.column.addWidget(self.list)
        scroll.column.addStretch(1)
        column.addWidget(scroll, 1)
        return side

    def _lay_out_form(self) -> None:
        style, px = self._style, self._style.current.px
        scroll = ColumnScroll(style, side=24)
        for part in (self.facts, self.fields):
            scroll.column.addWidget(part)
        foot = QHBoxLayout()
        foot.setContentsMargins(px(24), px(12), px(24), px(14))
        foot.setSpacing(px(10))
        foot.addWidget(self.state, 1)
        for button in (self.give_up, self.retry, self.publish):
            foot.addWidget(button)
        column = QVBoxLayout(self._form_page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(scroll, 1)
        column.addWidget(EdgeLine(style))
        column.addLayout(foot)

    def _fit(self, window: QWidget) -> None:
        px, screen = self._style.current.px, window.screen().availableGeometry()
        least, size = _LEAST, _SIZE
        self.setMinimumSize(min(px(least.width()), screen.width()), min(px(least.height()), screen.height()))
        self.resize(min(px(size.width()), screen.width() - 40), min(px(size.height()), screen.height() - 60))
        stand_over(self, window)
