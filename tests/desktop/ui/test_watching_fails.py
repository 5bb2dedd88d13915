"""What happens to the bytes in the middle of a video is told on the watch page in the words of the program, and watching goes on."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication

from app.domain.ids import ContentURI
from app.media.videos import VideoSource
from tests.helpers.playing import FPS, shown
from tests.helpers.signed_in import run
from tests.helpers.videos import make_video
from tests.helpers.watch_stage import FileBytes, Shelf, stage
from ui.sentences import sentence_for
from widgets.player.values import PlayState

SECONDS, PATIENCE_S = 40, 30.0


class FailingBytes(FileBytes):
    """Half of a film. Who wants more waits, until it fails; after `retry` the rest is there."""

    def __init__(self, path: Path, *, is_half: bool) -> None:
        super().__init__(path)
        self._is_half = is_half
        self._gate = threading.Condition()
        self._listeners: list[Callable[[], None]] = []

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def read_at(self, offset: int, count: int) -> bytes | None:
        half = len(self._data) // 2
        with self._gate:
            self._gate.wait_for(
                lambda: offset < half or not self._is_half or self.is_aborted or self.error_code
            )
        return super().read_at(
            offset, min(count, half - offset) if self._is_half and offset < half else count
        )

    def abort(self) -> None:
        with self._gate:
            super().abort()
            self._gate.notify_all()

    def fail(self, code: str) -> None:
        """It does not go on."""
        self._move(code)

    def retry(self) -> None:
        self._is_half, self.error_code = False, ""
        self._move("")

    def _move(self, code: str) -> None:
        with self._gate:
            self.error_code = code or self.error_code
            self._gate.notify_all()
        for listener in tuple(self._listeners):
            listener()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    yield make_video(path, seconds=SECONDS, size=(320, 180), fps=FPS)


@pytest.mark.parametrize("code", ["disk_full", "network", "video_short", "unauthorized", "file_damaged"])
def test_it_fails_in_words_and_goes_on_where_it_was(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    async def main() -> None:
        sources = list[FailingBytes]()

        async def opened(_shelf: Shelf, _uri: ContentURI, _size: int | None = None) -> VideoSource:
            sources.append(FailingBytes(film, is_half=not sources))
            return cast("VideoSource", sources[-1])

        monkeypatch.setattr(Shelf, "open", opened)
        async with stage(tmp_path, film, monkeypatch) as made:
            await made.news(made.room.post("four", "Long", duration=SECONDS * 1000))
            made.watch("four")
            await made.playing("four")
            player = made.session.player
            player.seek(36_000)
            await made.desk.pause(0.3)
            sources[0].fail(code)
            await made.desk.until(lambda: player.state is PlayState.FAILED, PATIENCE_S)
            notice = player._overlay.notice
            await made.desk.until(lambda: notice.sentence == sentence_for(code))
            assert not notice.isHidden()
            notice.retry_clicked.emit()
            await made.desk.until(lambda: 36 * FPS - 2 <= shown(player) < SECONDS * FPS, PATIENCE_S)
            assert notice.isHidden()

    run(qapp, main())
