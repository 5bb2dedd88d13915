"""Videos in a chat play where they stand; out of sight they go on in the mini window, or stop."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.domain.channels.wire import VIDEO_CARD_FIELD
from app.domain.connection import ConnectionKind
from tests.helpers.signed_in import run
from tests.helpers.videos import make_video
from tests.helpers.watch_stage import Stage, stage
from ui.player_likes import set_keeps_playing
from ui.screens.main_window.places import Place
from widgets.player.values import PlayState
from widgets.timeline.values import Row


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Long enough to play through a test."""
    yield make_video(tmp_path_factory.mktemp("film") / "film.mp4", seconds=30, fps=5)


def card(stage: Stage, name: str, **more: Any) -> dict[str, Any]:
    """What shows a post in a chat."""
    room_id = stage.room.room_id
    said = {
        "v": 1,
        "room_id": room_id,
        "event_id": f"${name}",
        "title": "Claimed",
        "via": ["acme.example"],
    } | more
    return {VIDEO_CARD_FIELD: said}


def last(stage: Stage) -> Row:
    source = stage.desk.chat.source
    assert source is not None
    return source.rows(source.row_count() - 1, 1)[0]


async def say(stage: Stage, body: str, **content: Any) -> str:
    """Somebody sends something into the chat that is open; its uid."""
    count = stage.desk.chat.source.row_count() if stage.desk.chat.source is not None else 0
    await stage.account.cache.apply_sync(stage.desk.company.say("weekly", "tom", body, **content))
    source = stage.desk.chat.source
    assert source is not None
    await stage.desk.until(lambda: source.row_count() > count)
    await stage.desk.until(lambda: last(stage).media is not None)
    return last(stage).uid


async def playing(stage: Stage, subject: str) -> None:
    session = stage.session
    await stage.desk.until(
        lambda: session.subject_id == subject and session.player.state is PlayState.PLAYING, 20
    )


def open_last(stage: Stage) -> None:
    """The keyboard opens the newest row."""
    view = stage.desk.chat.view
    view.put_cursor(view.stage.count - 1)
    QTest.keyClick(view, Qt.Key.Key_Space)


def test_a_card_plays_in_its_row_at_its_moment(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with stage(tmp_path, film, monkeypatch) as made:
            made.desk.open("weekly")
            body = "Look\nClaimed\nhttps://matrix.to/#/!school:acme.example/$two"
            await say(made, body, **card(made, "two", at=9_000))
            row = last(made)
            assert row.media is not None
            assert (row.text, row.media.filename) == ("Look", "Lesson two")
            assert made.shelf.opened == [], "nothing is fetched before the person acts"
            open_last(made)
            await playing(made, "$two")
            session, view = made.session, made.desk.chat.view
            assert session.place is not None
            assert session.place.parent() is view.viewport()
            assert session.player.isVisible()
            await made.desk.until(lambda: session.player.position_ms >= 9_000)
            assert not made.desk.page.has_page(Place.CHANNELS)

    run(qapp, main())


def test_a_plain_video_plays_in_its_row_and_leaves_no_trace_in_the_account(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with stage(tmp_path, film, monkeypatch) as made:
            noted: list[object] = []
            monkeypatch.setattr(made.account.channels, "note_position", lambda *say: noted.append(say))
            made.desk.open("weekly")
            uid = await say(
                made,
                "clip.mp4",
                msgtype="m.video",
                filename="clip.mp4",
                url="mxc://acme.example/clip",
                info={"mimetype": "video/mp4", "w": 160, "h": 90},
            )
            open_last(made)
            await playing(made, uid)
            assert [address for address, _source in made.shelf.opened] == ["mxc://acme.example/clip"]
            made.session.stop()
            assert noted == []

    run(qapp, main())


def test_scrolled_away_it_goes_on_in_the_mini_window_and_leads_back(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with stage(tmp_path, film, monkeypatch) as made:
            made.desk.open("weekly")
            uid = await say(made, "x", **card(made, "two"))
            open_last(made)
            await playing(made, "$two")
            session, page = made.session, made.desk.page
            page.open_room(made.desk.company.rooms["launch"].room_id)
            await made.desk.until(lambda: session.mini.window is not None and session.mini.window.isVisible())
            mini = session.mini.window
            assert mini is not None
            assert session.place is mini.dock
            assert session.is_running
            assert not mini.windowTitle().count("Lesson"), "others may look at this screen"
            page.open_room(made.desk.company.rooms["weekly"].room_id)
            assert session.place is mini.dock, "it stays there until it is wanted back"
            mini.back_requested.emit()
            await made.desk.until(lambda: made.page.dock.player is session.player)
            assert not mini.isVisible()
            assert uid

    run(qapp, main())


def test_who_does_not_want_that_hears_nothing_any_more(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with stage(tmp_path, film, monkeypatch) as made:
            set_keeps_playing(made.desk.settings, False)
            made.desk.open("weekly")
            await say(made, "x", **card(made, "two"))
            open_last(made)
            await playing(made, "$two")
            made.desk.page.open_room(made.desk.company.rooms["launch"].room_id)
            await made.desk.until(lambda: made.session.subject_id == "")
            await made.desk.until(lambda: made.session.player.state is PlayState.EMPTY, 10)
            assert all(source.is_closed for _uri, source in made.shelf.opened)

    run(qapp, main())


def test_a_card_of_a_post_that_is_not_known_here_asks_before_it_looks(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with stage(tmp_path, film, monkeypatch) as made:
            followed: list[str] = []
            channels = made.desk.signed_in._desk.channels
            monkeypatch.setattr(channels, "follow_link", followed.append)
            made.desk.open("weekly")
            await say(made, "x", **card(made, "elsewhere", room_id="!far:hualong.example"))
            open_last(made)
            assert len(followed) == 1
            assert "!far:hualong.example" in followed[0]
            assert made.shelf.opened == []
            assert made.account.connection.state.kind is not ConnectionKind.ONLINE

    run(qapp, main())
