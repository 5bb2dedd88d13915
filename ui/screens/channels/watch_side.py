"""Beside the video: comments, chapters, transcript, playlist; one of them at a time."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.domain.channels.rows import FeedQuery, TranscriptLine
from resources.translations import language, tr
from ui.player_likes import likes_of
from ui.player_subjects import fitting_track
from ui.screens.channels.watch_talk import WatchTalk
from ui.screens.channels.watch_words import chapter_rows, course_row, transcript_rows
from widgets.chips import Chip, FilterChips
from widgets.empty_state import EmptyState
from widgets.moment_list import MomentList
from widgets.painting import fill_plain
from widgets.search_field import SearchField

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from app.domain.channels.rows import PostDetail, PostRow
    from app.domain.ids import EventID
    from app.store.reader import Reader
    from ui.desk import Desk
    from widgets.player.source import Line
    from widgets.watch_values import MomentRow

COMMENTS, CHAPTERS, TRANSCRIPT, PLAYLIST = "comments", "chapters", "transcript", "playlist"
_MOST_NEXT = 30


class WatchSide(QWidget):
    """Tabs above, one panel below."""

    moment_chosen = Signal(int)
    post_chosen = Signal(str)
    left = Signal()

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__()
        self._desk = desk
        self._detail: PostDetail | None = None
        self._course, self._count = "", 0
        self._has_playlist = self._is_below = False
        self._lines: list[TranscriptLine] = []
        self.tabs = FilterChips(desk.style)
        self.talk = WatchTalk(desk, window)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.talk)
        self._lay_out()
        self.tabs.chosen.connect(self._show_tab)
        self.talk.moment_chosen.connect(self.moment_chosen)
        self.talk.left.connect(self.left)
        self.talk.count_changed.connect(self._counted)
        desk.images.ready.connect(self._image_ready)
        desk.style.changed.connect(self._restyle)
        self._restyle()

    @cached_property
    def chapters(self) -> MomentList:
        """The parts of the video."""
        view = MomentList(self._desk.style, tr("Chapters"))
        view.chosen.connect(lambda key: self.moment_chosen.emit(int(key)))
        self._stack.addWidget(view)
        return view

    @cached_property
    def transcript(self) -> _Transcript:
        """What is said, with a search."""
        panel = _Transcript(self._desk)
        panel.view.chosen.connect(lambda key: self.moment_chosen.emit(int(key)))
        panel.field.term_changed.connect(lambda _term: self._show_lines())
        panel.field.submitted.connect(lambda _term: panel.view.setFocus())
        self._stack.addWidget(panel)
        return panel

    @cached_property
    def playlist(self) -> MomentList:
        """The videos of the course, or those that follow."""
        view = MomentList(self._desk.style, tr("Playlist"), self._desk.images)
        view.chosen.connect(self.post_chosen)
        self._stack.addWidget(view)
        return view

    def show_post(self, detail: PostDetail, course: str) -> None:
        """Show what belongs to a post."""
        is_other = self._detail is None or self._detail.row.event_id != detail.row.event_id
        self._detail, self._course = detail, course
        if is_other:
            self._lines, self._count, self._has_playlist = [], detail.row.comments, False
        self.talk.show_post(detail)
        if detail.post.chapters:
            self.chapters.set_rows(chapter_rows(detail.post.chapters))
        if not self._lines:
            self._read_transcript(detail)
        self._read_playlist(detail, course)
        self._word()

    def clear(self) -> None:
        """Nothing is shown any more."""
        self._detail = None
        self.talk.clear()

    def set_position(self, at_ms: int, *, has_moments: bool) -> None:
        """Where the video is."""
        self.talk.set_now(at_ms if has_moments else None)
        current = self._stack.currentWidget()
        if "chapters" in self.__dict__ and current is self.chapters:
            self.chapters.set_now(_row_at(self.chapters.rows, at_ms), is_followed=True)
        elif "transcript" in self.__dict__ and current is self.transcript:
            view = self.transcript.view
            view.set_now(_row_at(view.rows, at_ms), is_followed=not self.transcript.field.term())

    def set_below(self, is_below: bool) -> None:
        """It stands under the video: no edge at its left."""
        if is_below != self._is_below:
            self._is_below = is_below
            self._restyle()

    def open_tab(self, key: str) -> None:
        """Show a panel."""
        self.tabs.set_current(key)
        self._show_tab(key)

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        painter = QPainter(self)
        fill_plain(painter, self.rect(), self._desk.style.current.colors.window)
        if not self._is_below:
            line = self.rect()
            line.setWidth(1)
            fill_plain(painter, line, self._desk.style.current.colors.line)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        """See Qt."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange and self._detail is not None:
            self.show_post(self._detail, self._course)

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.tabs)
        self._column.addWidget(self._stack, 1)

    def _restyle(self) -> None:
        px = self._desk.style.current.px
        side = 0 if self._is_below else px(16)
        self._column.setContentsMargins(side and side + 1, px(16), side, px(16))
        self._column.setSpacing(px(12))
        self.update()

    def _word(self) -> None:
        detail = self._detail
        if detail is None:
            return
        chips = [Chip(COMMENTS, tr("Comments"), self._count)]
        if detail.post.chapters:
            chips.append(Chip(CHAPTERS, tr("Chapters")))
        if detail.post.subtitles:
            chips.append(Chip(TRANSCRIPT, tr("Transcript")))
        if self._has_playlist:
            chips.append(Chip(PLAYLIST, tr("Playlist")))
        self.tabs.set_chips(chips)
        self._show_tab(self.tabs.current())

    def _counted(self, count: int) -> None:
        self._count = count
        self._word()

    def _show_tab(self, key: str) -> None:
        panel: QWidget = self.talk
        if key == CHAPTERS:
            panel = self.chapters
        elif key == TRANSCRIPT:
            panel = self.transcript
        elif key == PLAYLIST:
            panel = self.playlist
        self._stack.setCurrentWidget(panel)

    # Transcript

    def _read_transcript(self, detail: PostDetail) -> None:
        tracks, event_id = detail.post.subtitles, detail.row.event_id
        if not tracks:
            return
        likes = likes_of(self._desk.settings.current.player)
        wanted = "" if likes.subtitle == "off" else likes.subtitle
        number = fitting_track(tracks, wanted, language())
        code = tracks[number or 0].language
        self._desk.operations.start(
            self._desk.account.cache.read_in_worker(lambda read: read.channels.transcript(event_id, code)),
            lambda lines: self._take_lines(event_id, lines),
        )

    def _take_lines(self, event_id: EventID, lines: list[TranscriptLine]) -> None:
        if self._detail is not None and event_id == self._detail.row.event_id:
            self._lines = lines or self._lines
            self._show_lines()

    def take_spoken(self, lines: tuple[Line, ...]) -> None:
        """The subtitles that are shown: what is said, where the cache has it not yet."""
        if not self._lines:
            self._lines = [TranscriptLine(line.from_ms, line.until_ms, line.text) for line in lines]
            self._show_lines()

    def _show_lines(self) -> None:
        panel = self.transcript
        term = panel.field.term()
        rows = transcript_rows(self._lines, term)
        panel.view.set_rows(rows)
        panel.show_state(has_rows=bool(rows), is_searching=bool(term.strip()))

    # Playlist

    def _read_playlist(self, detail: PostDetail, course: str) -> None:
        """The course one is in, else the newest videos of the channel."""
        room_id, event_id = detail.row.room_id, detail.row.event_id
        wanted, now_ms = course or detail.row.course, self._desk.account.channels.now_ms()

        def read_rows(read: Reader) -> list[PostRow]:
            if wanted:
                return read.channels.course_posts(room_id, wanted)
            return list(read.channels.feed(FeedQuery(channel=room_id), now_ms, _MOST_NEXT).rows)

        self._desk.operations.start(
            self._desk.account.cache.read_in_worker(read_rows),
            lambda rows: self._take_playlist(event_id, rows),
        )

    def _take_playlist(self, event_id: EventID, rows: list[PostRow]) -> None:
        detail = self._detail
        if detail is None or detail.row.event_id != event_id:
            return
        had_one, self._has_playlist = self._has_playlist, len(rows) > 1
        if self._has_playlist:
            self.playlist.set_rows([course_row(row, number) for number, row in enumerate(rows, start=1)])
            here = [row.event_id for row in rows]
            self.playlist.set_now(here.index(event_id) if event_id in here else -1, is_followed=True)
        if had_one != self._has_playlist:
            self._word()

    def _image_ready(self, _key: str) -> None:
        if "playlist" in self.__dict__ and self.playlist.isVisible():
            self.playlist.image_ready()


class _Transcript(QWidget):
    """A field that searches, lines under it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.field = SearchField(desk.style, tr("Search what is said"))
        self.view = MomentList(desk.style, tr("Transcript"))
        self.nothing = EmptyState(desk.style)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (self.field, self.view, self.nothing):
            self._column.addWidget(part)
        self.show_state(has_rows=False, is_searching=False)

    def show_state(self, *, has_rows: bool, is_searching: bool) -> None:
        """Show the lines, or why there are none."""
        self.view.setVisible(has_rows)
        self.nothing.setVisible(not has_rows)
        if is_searching:
            self.nothing.set_state(
                "magnifying-glass", tr("Nothing found"), tr("Nobody says that in this video.")
            )
        else:
            words = tr("They come when the subtitles are fetched.")
            self.nothing.set_state("subtitles", tr("No lines yet"), words)


def _row_at(rows: tuple[MomentRow, ...], at_ms: int) -> int:
    """The last row that began by then; -1: none."""
    low, high = 0, len(rows)
    while low < high:
        middle = (low + high) // 2
        if rows[middle].at_ms <= at_ms:
            low = middle + 1
        else:
            high = middle
    return low - 1
