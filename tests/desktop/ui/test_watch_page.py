"""The watch page over a real cache, with libVLC playing a small video."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.helpers.signed_in import run
from tests.helpers.videos import make_video
from tests.helpers.watch_stage import stage


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Three seconds."""
    yield make_video(tmp_path_factory.mktemp("film") / "film.mp4", seconds=3)


def test_a_post_plays_and_shows_what_belongs_to_it(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with stage(tmp_path, film, monkeypatch) as made:
            made.watch("two")
            await made.playing("two")
            page = made.page
            assert page.dock.player is made.session.player
            await made.desk.until(lambda: len(page.side.talk.comments.comments) == 2)
            said = page.side.talk.comments.comments
            assert [(one.text, one.moment) for one in said] == [
                ("Where are the goggles?", "00:01"),
                ("Thanks!", ""),
            ]
            assert page.head.like.text() == "1"
            assert [row.text for row in page.side.chapters.rows] == ["Welcome", "Goggles"]
            await made.desk.until(lambda: len(page.side.playlist.rows) == 2)

    run(qapp, main())
