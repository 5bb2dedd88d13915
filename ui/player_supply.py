"""The bytes behind what plays: opened per quality, watched, tried again, and another quality where one cannot be played."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.domain.connection import ConnectionKind
from resources.translations import tr
from ui.player_subjects import quality_label
from ui.video_bytes import LateBytes
from widgets.player.values import PlayError

if TYPE_CHECKING:
    from app.domain.channels.post import Rendition
    from ui.desk import Desk
    from ui.player_subjects import Subject
    from widgets.player.player import Player

SHOW_MS = 200
_OF_THE_FILE = (
    PlayError.GONE,
    PlayError.CUT_SHORT,
    PlayError.EMPTY_FILE,
    PlayError.NOT_A_VIDEO,
    PlayError.BROKEN,
)
"""Errors that another rendition need not have."""


class PlayerSupply(QObject):
    """Of one player."""

    def __init__(self, desk: Desk, player: Player, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._player = desk, player
        self._subject: Subject | None = None
        self._bytes: LateBytes | None = None
        self._broken: set[int] = set()
        self._current = 0
        self._timer = QTimer(self, interval=SHOW_MS, singleShot=True)
        self._timer.timeout.connect(self._show)

    @property
    def quality(self) -> int:
        """The number of the rendition that plays."""
        return self._current

    @property
    def error_code(self) -> str:
        """Of the bytes."""
        return self._bytes.error_code if self._bytes is not None else ""

    def use(self, subject: Subject | None) -> None:
        """Another video, or none: what was open is closed."""
        self._close()
        self._subject, self._current = subject, 0
        self._broken.clear()

    def renditions(self) -> list[Rendition]:
        """Those worth trying: not found broken here; without a network only what is whole on this disk, if any is."""
        if self._subject is None:
            return []
        good = [one for n, one in enumerate(self._subject.renditions) if n not in self._broken]
        if self._desk.account.connection.state.kind is ConnectionKind.OFFLINE:
            whole = [one for one in good if self._desk.account.videos.is_whole(one.uri)]
            return whole or good
        return good

    def open(self, quality: str) -> LateBytes:
        """Give the bytes of a quality (`Playable.open`)."""
        self._close()
        subject, usable = self._subject, self.renditions()
        if subject is None or not usable:
            raise LookupError("nothing to open")
        number = int(quality) if quality.isdecimal() else subject.renditions.index(usable[0])
        self._current = number if 0 <= number < len(subject.renditions) else 0
        chosen = subject.renditions[self._current]
        account = self._desk.account
        self._bytes = LateBytes(
            account.videos, self._desk.operations, chosen.uri, chosen.size_bytes, self._moved
        )
        return self._bytes

    def retry(self) -> None:
        """Fetch on after an error."""
        if self._bytes is not None:
            self._bytes.retry()

    def fall_back(self) -> bool:
        """What plays now cannot be played: leave it out; whether another quality is left to try."""
        subject = self._subject
        if subject is None or self._player.error not in _OF_THE_FILE:
            return False
        self._broken.add(self._current)
        left = self.renditions()
        if not left:
            self._broken.clear()  # `retry` may try each again
            return False
        failed = quality_label(subject.renditions[self._current], self._current + 1)
        other = quality_label(left[0], subject.renditions.index(left[0]) + 1)
        self._desk.tell(tr("{quality} cannot be played; showing {other}.", quality=failed, other=other))
        return True

    def _close(self) -> None:
        self._timer.stop()
        if self._bytes is not None:
            self._bytes.close()
            self._bytes = None

    def _moved(self, moved: LateBytes) -> None:
        if moved is self._bytes and not self._timer.isActive():
            self._timer.start()

    def _show(self) -> None:
        if self._bytes is not None:
            self._player.set_buffered(self._bytes.buffered())
