"""The form of one video: words, channel and who sees it, cover, chapters, subtitles, form, course, time."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.channels.values import NewSubtitle, PublishForm
from app.domain.channels.post import SubtitleTrack
from app.domain.channels.wire import MAX_DESCRIPTION, MAX_TITLE
from app.domain.ids import ContentURI, EventID, RoomID
from app.domain.visible import one_line
from resources.translations import tr
from ui.channel_words import audience_sentence
from ui.picture_choice import PictureChoice
from ui.screens.publish.chapter_lines import chapter_text, read_chapters
from ui.screens.publish.form_choice import FormChoice
from ui.screens.publish.moment_cover import MomentCover
from ui.screens.publish.publish_words import stream_words
from ui.screens.publish.subtitle_rows import SubtitleRows
from ui.tag_words import read_tags, tag_text
from widgets.channel_picture import PictureField
from widgets.date_time_field import DateTimeField
from widgets.designer_parts import NarrowSwitch
from widgets.form_fields import ChoiceField, TextField
from widgets.publish_covers import CoverStrip
from widgets.text_area import TextArea
from widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPixmap

    from app.channels.values import PublishJob
    from app.domain.channels.rows import ChannelRow, CourseRow, PostRow
    from ui.desk import Desk
    from ui.operations import Operations

_NONE = ""


class PublishFields(QWidget):
    """Shows a job's form and gives it back. `changed`: the person touched something."""

    changed = Signal()
    channel_chosen = Signal(str)
    submitted = Signal()

    def __init__(self, desk: Desk, operations: Operations) -> None:
        super().__init__()
        self._desk, self._job_id = desk, ""
        self._form, self._duration_ms = PublishForm(), 0
        self._is_filling = False
        self._channels: dict[str, ChannelRow] = {}
        style = desk.style
        self.channel = ChoiceField(style, tr("Channel"))
        self.who = Words(style, role="text2", pixels=13)
        self.title = TextField(style, tr("Title"))
        self.title.edit.setMaxLength(MAX_TITLE)
        self.about = TextArea(style, tr("Description"))
        self.tags = TextField(style, tr("Tags"), hint=tr("Separated by commas."))
        self._cover_words = Words(style, tr("Cover"), role="text2", pixels=12)
        self.covers = CoverStrip(style)
        self.moment = MomentCover(style)
        self.picture = PictureField(style, tr("Or a picture of your own"), is_wide=True)
        self.chosen_picture = PictureChoice(desk, self.picture, operations)
        self.chapters = TextArea(style, tr("Chapters"), tr("A line each: 00:00 Welcome"))
        self.subtitles = SubtitleRows(desk, operations)
        self.form = FormChoice(desk, operations)
        self.course = ChoiceField(style, tr("Playlist"), [(_NONE, tr("In no playlist"))])
        self.recording = ChoiceField(style, tr("Recording of a live stream"), [(_NONE, tr("Of none"))])
        self.is_later = NarrowSwitch(
            style,
            tr("Publish later"),
            tr("It appears at its time, also while Tack is closed where the server can do that."),
        )
        self.when = DateTimeField(style, tr("Appears"))
        self._lay_out()
        self._connect()

    # Showing ----------------------------------------------------------------------------------------------------

    def show_job(self, job: PublishJob) -> None:
        """Fill the fields."""
        self._is_filling = True
        try:
            self._fill(job)
        finally:
            self._is_filling = False

    def _fill(self, job: PublishJob) -> None:
        form, self._job_id = job.form, job.id
        self._form, self._duration_ms = form, job.source.duration_ms if job.source is not None else 0
        self.title.set_text(form.title)
        self.about.set_text(form.description)
        self.tags.set_text(tag_text(form.tags))
        self.chapters.set_text(chapter_text(form.chapters))
        self.subtitles.clear_files()
        self.subtitles.set_tracks([_stand_in(item) for item in form.subtitles])
        self.form.set_form(form.form)
        self.covers.set_current(form.cover)
        self.chosen_picture.clear()
        if form.room_id is not None:
            self.channel.set_current(form.room_id)
        self._show_recording(form)
        self.is_later.setChecked(form.publish_at_ms > 0)
        when = datetime.fromtimestamp(form.publish_at_ms / 1000) if form.publish_at_ms else self._next_hour()
        self.when.set_value(when)
        self._clear_errors()
        self._show_who()
        self._show_time()

    def set_duration(self, duration_ms: int) -> None:
        """It is known only when the file was read."""
        self._duration_ms = duration_ms

    def set_covers(self, pictures: Sequence[QPixmap | None], *, can_add: bool) -> None:
        """Offer these pictures; nothing of it is shown before there is one."""
        self.covers.set_pictures(pictures)
        for part in (self._cover_words, self.covers):
            part.setVisible(bool(pictures))
        self.moment.setVisible(bool(pictures) and can_add)

    def set_channels(self, channels: Sequence[ChannelRow]) -> None:
        """Offer those I may publish in."""
        self._channels = {row.room_id: row for row in channels}
        choices = [(str(row.room_id), one_line(row.name) or row.room_id) for row in channels]
        self.channel.set_choices(choices or [(_NONE, tr("You can publish in no channel"))])
        if self._form.room_id is not None:
            self.channel.set_current(self._form.room_id)
        self._show_who()

    def set_courses(self, courses: Sequence[CourseRow]) -> None:
        """Offer the playlists of the channel."""
        self.course.set_choices(
            [(_NONE, tr("In no playlist")), *((c.id, one_line(c.title)) for c in courses)]
        )
        self.course.set_current(self._form.course)
        self.course.setVisible(bool(courses))

    def set_streams(self, streams: Sequence[PostRow], now_ms: int) -> None:
        """Offer the live streams of the channel: viewers find the recording at the stream."""
        choices = [(str(row.event_id), stream_words(row, now_ms)) for row in streams]
        self.recording.set_choices([(_NONE, tr("Of none")), *choices])
        self.recording.set_current(self._form.recording_of or _NONE)
        self.recording.setVisible(bool(streams))

    def _show_recording(self, form: PublishForm) -> None:
        """What was chosen stands there until the streams are read."""
        chosen = form.recording_of
        self.recording.set_choices(
            [(_NONE, tr("Of none")), *([(str(chosen), tr("A live stream"))] if chosen else [])]
        )
        self.recording.set_current(chosen or _NONE)
        self.recording.setVisible(bool(chosen))

    # Asking -----------------------------------------------------------------------------------------------------

    def value(self) -> PublishForm:
        """What is filled in, as far as it is in order; files that were chosen are not in it (`files`)."""
        chapters, problem = read_chapters(self.chapters.text(), self._duration_ms or None)
        room = self.channel.current()
        kept = {track.uri for track in self.subtitles.tracks()}
        return replace(
            self._form,
            room_id=RoomID(room) if room else None,
            title=self.title.text(),
            description=self.about.text().strip()[:MAX_DESCRIPTION],
            tags=read_tags(self.tags.text()),
            chapters=self._form.chapters if problem else chapters,
            subtitles=tuple(item for item in self._form.subtitles if item.path in kept),
            cover=self.covers.current,
            form=self.form.form(),
            course=self.course.current(),
            recording_of=EventID(stream) if (stream := self.recording.current()) else None,
            publish_at_ms=int(self.when.value().timestamp() * 1000) if self.is_later.isChecked() else 0,
        )

    def check(self) -> bool:
        """Whether it can be published; what is wrong is said in its place."""
        self._clear_errors()
        problem = read_chapters(self.chapters.text(), self._duration_ms or None)[1]
        if not self.title.text():
            self.title.set_error(tr("The video needs a title."))
            self.title.focus_field()
            return False
        if len(self.about.text()) > MAX_DESCRIPTION:
            self.about.set_error(tr("At most {n} characters.", n=MAX_DESCRIPTION))
            self.about.editor.setFocus()
            return False
        if problem:
            self.chapters.set_error(problem)
            self.chapters.editor.setFocus()
            return False
        return True

    def taken(self, form: PublishForm) -> None:
        """The form was kept, with the files in it: they are not taken a second time."""
        if form.subtitles != self._form.subtitles or self.subtitles.files():
            self.subtitles.clear_files()
            self.subtitles.set_tracks([_stand_in(item) for item in form.subtitles])
        self._form = form

    # Inside -----------------------------------------------------------------------------------------------------

    def _touch(self) -> None:
        if not self._is_filling:
            self.changed.emit()

    def _next_hour(self) -> datetime:
        return datetime.fromtimestamp(time.time()).replace(minute=0, second=0) + timedelta(hours=1)

    def _show_who(self) -> None:
        row = self._channels.get(self.channel.current())
        self.who.setText(audience_sentence(row.audience) if row is not None else "")
        self.who.setVisible(row is not None)

    def _show_time(self) -> None:
        self.when.setVisible(self.is_later.isChecked())

    def _later_toggled(self, _: bool) -> None:
        self._show_time()
        self._touch()

    def _channel_chosen(self, key: str) -> None:
        self._show_who()
        self.recording.set_current(_NONE)  # a stream of another channel
        self.channel_chosen.emit(key)
        self._touch()

    def _own_picture(self) -> None:
        """A picture of one's own is the cover as long as it is there."""
        self.covers.set_current(-1 if self.chosen_picture.path or self._form.own_cover else 0)
        self._touch()

    def _cover_chosen(self, _: int) -> None:
        self.chosen_picture.clear()
        self._touch()

    def _clear_errors(self) -> None:
        self.title.set_error("")
        for area in (self.about, self.chapters):
            area.set_error("")

    def _connect(self) -> None:
        self.channel.chosen.connect(self._channel_chosen)
        for field in (self.title, self.tags):
            field.text_changed.connect(lambda _: self._touch())
        for area in (self.about, self.chapters):
            area.edited.connect(self._touch)
            area.submitted.connect(self.submitted)
        self.covers.chosen.connect(self._cover_chosen)
        self.picture.file_chosen.connect(lambda _: self.covers.set_current(-1))
        self.picture.cleared.connect(self._own_picture)
        self.chosen_picture.changed.connect(self._touch)
        self.subtitles.changed.connect(self._touch)
        self.form.changed.connect(self._touch)
        for choice in (self.course, self.recording):
            choice.chosen.connect(lambda _: self._touch())
        self.is_later.toggled.connect(self._later_toggled)
        self.when.changed.connect(lambda _: self._touch())

    def _lay_out(self) -> None:
        px = self._desk.style.current.px
        cover = QVBoxLayout()
        cover.setSpacing(px(6))
        cover.addWidget(self._cover_words)
        for part in (self.covers, self.moment):
            cover.addWidget(part)
        place = QVBoxLayout()
        place.setSpacing(px(6))
        for line in (self.channel, self.who):
            place.addWidget(line)
        later = QHBoxLayout()
        later.addWidget(self.when, 1)
        later.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(14))
        column.addWidget(self.title)
        column.addLayout(place)
        column.addWidget(self.about)
        column.addLayout(cover)
        for widget in (
            self.picture,
            self.tags,
            self.chapters,
            self.subtitles,
            self.course,
            self.recording,
            self.form,
            self.is_later,
        ):
            column.addWidget(widget)
        column.addLayout(later)
        column.addStretch(1)


def _stand_in(item: NewSubtitle) -> SubtitleTrack:
    """Show a subtitle file of the outbox as a track that is there."""
    return SubtitleTrack(item.language, item.label, "vtt", ContentURI(item.path), 0)
