"""What lies over and beside the picture: subtitles, the small pictures of the seek bar, flying comments. Fetched when a video plays."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.domain.channels.wire import MAX_SUBTITLE_BYTES
from app.errors import InputError
from resources.translations import language, tr
from ui.images import decode
from ui.player_likes import likes_of
from ui.player_subjects import fitting_track
from ui.sentences import sentence
from widgets.player.source import Flying, Line

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from app.domain.channels.post import Storyboard, SubtitleTrack
    from app.domain.channels.rows import CommentRow
    from app.domain.ids import EventID
    from app.errors import TackError
    from ui.desk import Desk
    from ui.player_subjects import Subject
    from widgets.player.player import Player

log = logging.getLogger("tack.ui.player")

MAX_STORYBOARD_BYTES = 8_000_000
STORYBOARD_SIDE = 4096


class PlayerExtras(QObject):
    """Of one player; each `load` forgets what came before."""

    lines_loaded = Signal(str, object)
    """Event id and the lines (tuple of `Line`) of the subtitles that are shown."""

    def __init__(self, desk: Desk, player: Player, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._player = desk, player
        self._subject: Subject | None = None
        self._turn = 0
        player.track_chosen.connect(self.choose_track)
        desk.bridge.posts_changed.connect(self._posts_changed)

    def load(self, subject: Subject | None) -> None:
        """Another video plays, or none."""
        self._subject = subject
        self._turn += 1
        self._player.set_flying(())
        self._player.set_lines("", ())
        self._player.set_storyboard(None, 0, 0, 0)
        if subject is None or subject.post is None:
            return
        likes = likes_of(self._desk.settings.current.player)
        number = fitting_track(subject.subtitles, likes.subtitle, language())
        if number is not None:
            self.choose_track(str(number))
        if subject.storyboard is not None:
            self._load_storyboard(subject.storyboard)
        self._load_flying(subject)

    def choose_track(self, track: str) -> None:
        """Show a subtitle track; empty: none."""
        subject = self._subject
        number = int(track) if track.isdecimal() else -1
        if subject is None or not 0 <= number < len(subject.subtitles):
            self._player.set_lines("", ())
            return
        turn = self._turn
        self._desk.operations.start(
            self._lines(subject.subtitles[number]),
            lambda lines: self._take_lines(track, lines) if turn == self._turn else None,
            self._no_lines,
        )

    def _take_lines(self, track: str, lines: tuple[Line, ...]) -> None:
        self._player.set_lines(track, lines)
        if self._subject is not None:
            self.lines_loaded.emit(self._subject.id, lines)

    async def _lines(self, track: SubtitleTrack) -> tuple[Line, ...]:
        from app.domain.channels.subtitles import parse_subtitles

        data = await self._desk.account.media.file(track.uri)
        if len(data) > MAX_SUBTITLE_BYTES:
            raise InputError(code="subtitle_unreadable")
        cues = await asyncio.to_thread(parse_subtitles, data, track.format)
        return tuple(Line(cue.from_ms, cue.until_ms, cue.text) for cue in cues)

    def _no_lines(self, error: TackError) -> None:
        self._desk.tell(tr("The subtitles cannot be shown. {reason}", reason=sentence(error)))

    def _load_storyboard(self, board: Storyboard) -> None:
        turn = self._turn
        self._desk.operations.start(
            self._board(board),
            lambda image: self._show_board(image, board) if turn == self._turn else None,
            lambda error: log.info("no small pictures: %s", error.code),
        )

    async def _board(self, board: Storyboard) -> QImage:
        data = await self._desk.account.media.file(board.uri)
        if len(data) > MAX_STORYBOARD_BYTES:
            raise InputError(code="image_unreadable")
        return await self._desk.images.in_worker(lambda: decode(data, STORYBOARD_SIDE))

    def _show_board(self, image: QImage, board: Storyboard) -> None:
        self._player.set_storyboard(image, board.columns, board.rows, board.every_ms)

    def _load_flying(self, subject: Subject) -> None:
        event_id, turn = subject.event_id, self._turn
        if event_id is None:
            return
        self._desk.operations.start(
            self._desk.account.cache.read_in_worker(lambda read: read.channels.comments(event_id)),
            lambda rows: self._player.set_flying(flying_of(rows)) if turn == self._turn else None,
        )

    def _posts_changed(self, posts: frozenset[EventID]) -> None:
        subject = self._subject
        if subject is not None and subject.event_id is not None and (not posts or subject.event_id in posts):
            self._load_flying(subject)


def flying_of(rows: list[CommentRow]) -> tuple[Flying, ...]:
    """Take the comments that belong to a moment."""
    return tuple(Flying(row.uid, row.at_ms, row.body, row.is_mine) for row in rows if row.at_ms is not None)
