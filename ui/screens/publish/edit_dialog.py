"""Changing an own post."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize

from app.channels.values import PostEdit
from app.domain.channels.post import LiveStream, Post, content_of, post_of
from app.domain.channels.wire import MAX_DESCRIPTION, MAX_TITLE
from resources.translations import tr
from ui.channel_words import audience_sentence
from ui.operations import Operations
from ui.picture_choice import PictureChoice
from ui.screens.publish.chapter_lines import chapter_text, read_chapters
from ui.screens.publish.form_choice import FormChoice
from ui.screens.publish.subtitle_rows import SubtitleRows
from ui.sentences import sentence, sentence_for
from ui.tag_words import read_tags, tag_text
from widgets.buttons import ButtonKind
from widgets.channel_form import FormDialog
from widgets.channel_picture import PictureField
from widgets.date_time_field import DateTimeField
from widgets.dialogs import confirm
from widgets.form_fields import TextField
from widgets.quick_times import whole_minute
from widgets.text_area import TextArea
from widgets.words import Words

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.domain.channels.rows import PostDetail
    from app.domain.ids import EventID
    from app.errors import TackError
    from ui.desk import Desk


def open_edit(desk: Desk, window: QWidget, event_id: EventID) -> EditDialog:
    """Show it."""
    dialog = EditDialog(desk, window, event_id)
    dialog.open()
    dialog.begin()
    return dialog


class EditDialog(FormDialog):
    """Title, words, cover, chapters, subtitles, form; of a live stream its address and time; taking it down. The video itself stays."""

    def __init__(self, desk: Desk, window: QWidget, event_id: EventID) -> None:
        super().__init__(desk.style, tr("Edit video"), window, height=780)
        self._desk, self._event_id, self._is_open = desk, event_id, True
        self._detail: PostDetail | None = None
        self._question: object = None
        self.operations = Operations(desk.operations.loop, self)
        style = desk.style
        self.who = Words(style, role="text2", pixels=13)
        self.title = TextField(style, tr("Title"))
        self.title.edit.setMaxLength(MAX_TITLE)
        self.about = TextArea(style, tr("Description"))
        self.tags = TextField(style, tr("Tags"), hint=tr("Separated by commas."))
        self.url = TextField(style, tr("Address of the stream"))
        self.starts = DateTimeField(style, tr("Begins"))
        self.picture = PictureField(style, tr("Cover"), is_wide=True)
        self.chosen_picture = PictureChoice(desk, self.picture, self.operations)
        self.chapters = TextArea(style, tr("Chapters"), tr("A line each: 00:00 Welcome"))
        self.subtitles = SubtitleRows(desk, self.operations)
        self.form = FormChoice(desk, self.operations)
        self.add(
            self.who,
            self.title,
            self.url,
            self.starts,
            self.about,
            self.tags,
            self.picture,
            self.chapters,
            self.subtitles,
            self.form,
        )
        self.add_button("down", tr("Take down…"), ButtonKind.DANGER)
        self.add_button("cancel", tr("Cancel"))
        self.add_button("accept", tr("Save"), ButtonKind.PRIMARY, is_default=True)
        self._allow(False)
        for area in (self.about, self.chapters):
            area.cancelled.connect(self.reject)
            area.submitted.connect(lambda: self.press("accept"))
            area.edited.connect(lambda: self._clear_errors())
        desk.images.ready.connect(self._show_cover)
        self.finished.connect(self._end)

    def begin(self) -> None:
        """Read the post and the templates."""
        event_id = self._event_id
        reading = self._desk.account.cache.read_in_worker(lambda read: read.channels.detail(event_id))
        self.operations.start(reading, self.show_detail, lambda error: self.set_error(sentence(error)))

    def show_detail(self, detail: PostDetail | None) -> None:
        """Fill the fields."""
        if detail is None:
            self.set_error(sentence_for("not_found"))
            return
        self._detail, post = detail, detail.post
        self._allow(True)
        self.who.setText(audience_sentence(detail.row.audience))
        self.title.set_text(post.title)
        self.about.set_text(post.description)
        self.tags.set_text(tag_text(post.tags))
        self.chapters.set_text(chapter_text(post.chapters))
        self.subtitles.set_tracks(post.subtitles)
        self.form.set_form(post.form)
        self.form.load()
        for part in (self.chapters, self.subtitles):
            part.setVisible(post.live is None)
        self._show_stream(post.live)
        self._show_cover("")
        self.title.focus_field()
        if detail.row.sender != self._desk.account.user_id:  # an editor may take down what another published
            self.button("accept").setEnabled(False)
            self.set_error(sentence_for("not_yours"))

    def press(self, key: str) -> None:
        if key == "accept":
            self._save()
        elif key == "down":
            self._ask_down()
        else:
            super().press(key)

    def wanted(self) -> PostEdit | None:
        """What is filled in; None where something is wrong, which is said then."""
        detail = self._detail
        if detail is None or not self._has_words():
            return None
        was = detail.post
        chapters, problem = was.chapters, ""
        if self.chapters.text() != chapter_text(was.chapters):  # what nobody touched keeps its milliseconds
            chapters, problem = read_chapters(self.chapters.text(), was.duration_ms)
        if problem:
            self.chapters.set_error(problem)
            self.show_part(self.chapters)
            return None
        live = was.live
        if live is not None:
            live = self._stream(live)
            if live is None:
                return None
        is_same = self.about.text() == was.description
        post = replace(
            was,
            title=self.title.text(),
            description=was.description if is_same else self.about.text().strip(),
            tags=was.tags if self.tags.text() == tag_text(was.tags) else read_tags(self.tags.text()),
            chapters=chapters,
            subtitles=self.subtitles.tracks(),
            form=self.form.form(),
            live=live,
        )
        return PostEdit(post, self.chosen_picture.path, self.subtitles.files())

    def _show_stream(self, live: LiveStream | None) -> None:
        for part in (self.url, self.starts):
            part.setVisible(live is not None)
        if live is not None:
            self.url.set_text(live.url)
            self.starts.set_value(datetime.fromtimestamp(live.starts_ms / 1000))

    def _stream(self, was: LiveStream) -> LiveStream | None:
        """Where and when the stream is, as filled in; its end moves with its beginning. None where it is no address."""
        starts_ms = was.starts_ms
        if self.starts.value() != whole_minute(datetime.fromtimestamp(was.starts_ms / 1000)):
            starts_ms = round(self.starts.value().timestamp() * 1000)
        ends_ms = None if was.ends_ms is None else was.ends_ms + starts_ms - was.starts_ms
        live = LiveStream(self.url.text(), starts_ms, ends_ms)
        read = post_of(content_of(Post("stream", live=live))) if live.url else None
        if read is not None and read.live == live:
            return live
        self.url.set_error(sentence_for("stream_address"))
        self.show_part(self.url)
        return None

    def _allow(self, is_there: bool) -> None:
        """Before the post was read nothing can be done with it."""
        for key in ("accept", "down"):
            self.button(key).setEnabled(is_there)

    def _has_words(self) -> bool:
        if not self.title.text():
            self.title.set_error(tr("The video needs a title."))
            self.show_part(self.title)
            return False
        if len(self.about.text()) > MAX_DESCRIPTION:
            self.about.set_error(tr("At most {n} characters.", n=MAX_DESCRIPTION))
            self.show_part(self.about)
            return False
        return True

    def _save(self) -> None:
        edit = self.wanted()
        if edit is None or self._detail is None:
            return
        if edit == PostEdit(self._detail.post):
            super().press("cancel")
            return
        self.set_error("")
        self.set_busy(True)
        work = self._desk.account.channels.edit_post(self._event_id, edit)
        self._desk.operations.start(
            work, lambda _none: self._done(tr("Saved.")), self._refused, is_vital=True
        )

    def _ask_down(self) -> None:
        """What cannot be undone is said before."""
        question = confirm(
            self._style,
            self,
            tr("Take this video down?"),
            tr(
                "It disappears for everybody, with its likes and comments, and cannot be put back. "
                "Copies on other servers or computers may remain."
            ),
            tr("Take down"),
            is_danger=True,
        )
        question.accepted.connect(self._take_down)
        self._question = question

    def _take_down(self) -> None:
        self.set_busy(True)
        work = self._desk.account.channels.take_down(self._event_id)
        told = tr("The video is taken down.")
        self._desk.operations.start(work, lambda _none: self._done(told), self._refused, is_vital=True)

    def _done(self, told: str) -> None:
        self._desk.tell(told)
        if self._is_open:
            self.accept()

    def _refused(self, error: TackError) -> None:
        if not self._is_open:
            self._desk.tell_error(error)
            return
        self.set_busy(False)
        self.set_error(sentence(error))

    def _clear_errors(self) -> None:
        for area in (self.about, self.chapters):
            area.set_error("")

    def _show_cover(self, ready: str) -> None:
        cover = self._detail.post.cover if self._detail is not None else None
        if cover and ready in ("", cover):
            size = QSize(self._style.current.px(160), self._style.current.px(90))
            self.chosen_picture.show_current(self._desk.images.pixmap(cover, size, self.devicePixelRatioF()))

    def _end(self) -> None:
        self._is_open = False
        self.operations.cancel_all()
