"""The company's video channels: who is in them is known, what is said of the films fits them, and a film is a film."""

import sys
from pathlib import Path

import av
import msgspec
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from app.domain.channels.channel import Visibility
from app.domain.channels.subtitles import parse_subtitles
from app.local_server.demo.films import BOARD_COLUMNS, BOARD_WIDTH, HEIGHT, WIDTH, channels, subtitle_text
from app.local_server.demo.people import BY_KEY, EMPLOYEES, SIGNED_IN

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "packaging"))

FILMS = [film for channel in channels() for film in channel.films]


def test_there_is_something_of_everything() -> None:
    all_channels = channels()
    assert len(all_channels) >= 4 and len(FILMS) >= 8
    assert {channel.audience for channel in all_channels} == {kind.value for kind in Visibility}
    assert sum(film.is_in_course for film in FILMS) == 3
    assert any(channel.live for channel in all_channels)
    assert sum(1 for film in FILMS if film.zh and film.en) >= 3
    assert any(SIGNED_IN not in (*channel.followers, *channel.editors) for channel in all_channels)


def test_people_and_moments_fit() -> None:
    for channel in channels():
        publishers = {channel.owner, *channel.editors}
        followers = publishers | set(channel.followers)
        assert followers <= set(BY_KEY)
        if channel.audience == "internal":
            assert followers <= {person.key for person in EMPLOYEES}
        for film in channel.films:
            assert film.who in publishers
            assert {*film.likes, *film.finished, *(comment[0] for comment in film.comments)} <= followers, (
                film.key
            )
            moments = [at for at, _ in film.chapters] + [c[1] for c in film.comments if c[1] is not None]
            assert all(0 <= at < film.seconds for at in moments), film.key
            for number, comment in enumerate(film.comments):
                assert comment[3] is None or comment[3] < number


def test_subtitles_are_read_as_they_are_meant() -> None:
    film = next(film for film in FILMS if film.zh)
    cues = parse_subtitles(subtitle_text(film, film.zh).encode(), "vtt")
    assert tuple(cue.text for cue in cues) == film.zh
    assert all(cue.from_ms < cue.until_ms <= film.seconds * 1000 for cue in cues)


@pytest.mark.usefixtures("qapp")
def test_a_film_is_drawn_with_cover_and_small_pictures(tmp_path: Path, qapp: QApplication) -> None:
    from film_maker import FPS, _film

    _film(tmp_path, msgspec.structs.replace(FILMS[0], seconds=2), "channel")
    with av.open(str(tmp_path / "security.mp4")) as made:
        frames = list(made.decode(video=0))
        assert len(frames) == 2 * FPS and (frames[0].width, frames[0].height) == (WIDTH, HEIGHT)
        assert made.streams.audio
    data = (tmp_path / "security.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")  # the index first
    assert QImage(str(tmp_path / "security.jpg")).width() == WIDTH
    assert QImage(str(tmp_path / "security.board.jpg")).width() == BOARD_COLUMNS * BOARD_WIDTH
