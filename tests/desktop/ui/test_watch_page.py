"""The watch page over a real cache, with libVLC playing a small video."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from app.domain.channels.rows import KeptVideo
from app.domain.channels.wire import VIDEO_CARD_FIELD
from app.domain.ids import ContentURI, EventID
from tests.helpers.channel_store import stream, video
from tests.helpers.signed_in import run
from tests.helpers.videos import make_video
from tests.helpers.watch_stage import stage
from ui.player_likes import keep_likes, likes_of
from ui.screens.channels.share_dialog import ShareDialog
from widgets.dialogs import Dialog
from widgets.player.source import Playable
from widgets.player.values import PlayState


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


def test_a_comment_belongs_to_the_moment_at_which_typing_began(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with stage(tmp_path, film, monkeypatch) as made:
            made.watch("two", 1000)
            await made.playing("two")
            player, field = made.session.player, made.page.side.talk.field
            player.toggle()
            await made.desk.until(lambda: player.state is PlayState.PAUSED)
            QTest.keyClick(player, Qt.Key.Key_C)
            await made.desk.until(lambda: field.editor.hasFocus())
            began = field.moment()
            assert began is not None
            assert began >= 1000
            QTest.keyClicks(field.editor, "Why?")
            player.seek(2000)
            await made.desk.until(lambda: player.position_ms >= 1900)
            assert field.moment() == began
            QTest.keyClick(field.editor, Qt.Key.Key_Return)
            await made.desk.until(lambda: len(made.page.side.talk.comments.comments) == 3)
            mine = made.page.side.talk.comments.comments[-1]
            assert (mine.text, mine.at_ms, mine.note) == ("Why?", began, "Waits for the line")
            assert field.content() == ("", ())
            QTest.keyClick(field.editor, Qt.Key.Key_Escape)
            await made.desk.until(lambda: player.hasFocus())

    run(qapp, main())


def test_moments_of_comments_and_chapters_lead_there(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with stage(tmp_path, film, monkeypatch) as made:
            made.watch("two", 0)
            await made.playing("two")
            player, side = made.session.player, made.page.side
            player.toggle()
            await made.desk.until(lambda: player.state is PlayState.PAUSED)
            await made.desk.until(lambda: side.talk.comments.line("$c1") is not None)
            line = side.talk.comments.line("$c1")
            assert line is not None
            QTest.keyClick(line, Qt.Key.Key_Return)
            await made.desk.until(lambda: 1100 <= player.position_ms < 2900)
            side.open_tab("chapters")
            side.chapters.chosen.emit("0")
            await made.desk.until(lambda: player.position_ms < 1000 and side.chapters.now == 0)

    run(qapp, main())


def test_an_answer_and_a_like_wait_for_the_line(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with stage(tmp_path, film, monkeypatch) as made:
            made.watch("two")
            talk = made.page.side.talk
            await made.desk.until(lambda: len(talk.comments.comments) == 2)
            line = talk.comments.line("$c1")
            assert line is not None
            QTest.keyClick(line, Qt.Key.Key_L)
            await made.desk.until(lambda: talk.comments.comments[0].is_liked)
            QTest.keyClick(line, Qt.Key.Key_R)
            talk.field.editor.set_content("On the ground floor")
            QTest.keyClick(talk.field.editor, Qt.Key.Key_Return)
            await made.desk.until(lambda: len(talk.comments.comments) == 3)
            assert talk.comments.comments[-1].quote == "Answers Carol: Where are the goggles?"
            made.page.head.like.click()
            await made.desk.until(lambda: made.page.head.like.text() == "2")

    run(qapp, main())


def test_it_goes_on_where_one_stopped(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with stage(tmp_path, film, monkeypatch) as made:
            long = make_video(tmp_path / "long.mp4", seconds=60, fps=2, key_every=2)
            monkeypatch.setattr(made.shelf, "film", long)
            made.watch("one")
            await made.playing("one")
            made.session.player.seek(30_000)
            await made.desk.until(lambda: made.session.player.position_ms >= 30_000)
            await made.playing("one")
            made.session.stop()
            reads = made.account.cache.read.channels
            await made.desk.until(lambda: reads.watch(EventID("$one")).at_ms >= 30_000)
            made.watch("one")
            await made.playing("one")
            assert made.session.player.position_ms >= 29_000

    run(qapp, main())


def test_the_end_offers_the_next_one_and_can_be_stayed_at(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with stage(tmp_path, film, monkeypatch) as made:
            made.watch("one", 2500, "safety")
            session = made.session
            await made.desk.until(lambda: session.player.state is PlayState.ENDED, 20)
            card = session._next_up
            assert card is not None
            assert card.isVisible()
            assert made.page.head.share.text() == "Share"  # the end is no moment to share
            card.stay.click()
            assert session.event_id == "$one"
            session.player.seek(2500)
            await made.desk.until(lambda: session.player.state is PlayState.PLAYING, 20)
            await made.desk.until(lambda: session.player.state is PlayState.ENDED, 20)
            assert session._next_up is not None
            session._next_up.go.click()
            await made.playing("two")
            assert made.page.event_id == "$two"
            reads = made.account.cache.read.channels
            await made.desk.until(lambda: reads.watch(EventID("$one")).finished_ms > 0)

    run(qapp, main())


def test_a_quality_that_is_broken_gives_way_to_another(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with stage(tmp_path, film, monkeypatch) as made:
            broken = tmp_path / "broken.mp4"
            broken.write_bytes(b"nothing of a video" * 4000)
            made.shelf.files["mxc://acme.example/big"] = broken
            files = [
                {"uri": f"mxc://acme.example/{name}", "mimetype": "video/mp4", "size": 1, "w": w, "h": h}
                for name, w, h in (("big", 1280, 720), ("small", 640, 360))
            ]
            content = video("Two sizes", duration=3000, renditions=files) | {"url": "mxc://acme.example/big"}
            await made.news(made.room.put("m.room.message", content, name="four"))
            made.watch("four")
            await made.playing("four")
            tried = [uri for uri, _source in made.shelf.opened]
            assert tried[0] == "mxc://acme.example/big"
            assert tried[-1] == "mxc://acme.example/small"
            assert any("720p" in text for text in made.desk.signed_in._desk.toasts.texts())

    run(qapp, main())


def test_subtitles_are_shown_and_searched(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with stage(tmp_path, film, monkeypatch) as made:
            said = b"WEBVTT\n\n00:00.000 --> 00:01.000\nPut on the goggles\n\n00:01.000 --> 00:03.000\nThen go in\n"

            async def file(_uri: ContentURI, *_more: object, **_named: object) -> bytes:
                return said

            monkeypatch.setattr(made.account.media, "file", file)
            tracks = [
                {
                    "uri": "mxc://acme.example/s",
                    "size": 80,
                    "language": "en",
                    "label": "English",
                    "format": "vtt",
                }
            ]
            await made.news(made.room.post("four", "Spoken", duration=3000, subtitles=tracks))
            made.watch("four")
            await made.playing("four")
            side = made.page.side
            await made.desk.until(lambda: len(side.transcript.view.rows) == 2)
            side.open_tab("transcript")
            side.transcript.field.setText("goggles")
            await made.desk.until(
                lambda: [row.text for row in side.transcript.view.rows] == ["Put on the goggles"]
            )
            layer = made.session.player._stage.subtitles
            assert layer.texts_at(1500) == ("Then go in",)

    run(qapp, main())


def test_going_to_the_chats_it_plays_on_small_and_signing_out_gives_everything_back(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with stage(tmp_path, film, monkeypatch) as made:
            made.watch("two", 0)
            await made.playing("two")
            session = made.session
            made.desk.open("weekly")
            await made.desk.until(lambda: session.mini.window is not None and session.mini.window.isVisible())
            assert session.is_running
            made.watch("two")
            await made.desk.until(lambda: made.page.dock.player is session.player)
            assert len(made.shelf.opened) == 1, "it only moved"
            session.close()
            await made.desk.until(lambda: all(source.is_closed for _uri, source in made.shelf.opened))
            made.watch("one")
            assert len(made.shelf.opened) == 1

    run(qapp, main())


def test_a_live_stream_is_not_opened_before_it_begins(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with stage(tmp_path, film, monkeypatch) as made:
            asked: list[bool] = []

            async def reserve(_event_id: EventID, is_reserved: bool) -> None:
                asked.append(is_reserved)

            monkeypatch.setattr(made.account.channels, "reserve", reserve)
            starts = made.account.channels.now_ms() + 3_600_000
            content = stream("Launch", starts)
            await made.news(made.room.put("m.room.message", content, name="live"))
            made.watch("two", 1500)
            await made.desk.until(lambda: made.page.head.share.text() == "Share 00:01", 20)
            made.session.stop()
            made.watch("live")
            await made.desk.until(lambda: made.page.event_id == "$live")
            assert made.session.subject_id == ""
            assert made.page.head.share.text() == "Share"
            assert made.page.head.live.text() == "Remind me"
            made.page.dock.play_requested.emit()
            assert made.session.subject_id == ""
            made.page.head.live.click()
            await made.desk.until(lambda: asked == [True])

    run(qapp, main())


def test_taken_down_while_one_watches(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with stage(tmp_path, film, monkeypatch) as made:
            made.watch("two")
            await made.playing("two")
            await made.news(made.room.recall("two"))
            await made.desk.until(lambda: made.page.nothing.isVisible())
            assert made.session.subject_id == ""

    run(qapp, main())


def test_sharing_asks_where_and_from_which_moment(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with stage(tmp_path, film, monkeypatch) as made:
            made.watch("two", 1500)
            await made.playing("two")
            made.session.player.toggle()
            await made.desk.until(lambda: made.session.player.state is PlayState.PAUSED)
            made.page.head.share.click()
            dialog = made.desk.window.findChild(ShareDialog)
            assert dialog is not None
            assert dialog.at_ms() is not None
            dialog.words.edit.setText("Look")
            room = made.desk.company.rooms["weekly"].room_id
            dialog._choose(room)
            reads = made.account.cache.read
            await made.desk.until(lambda: reads.queue(room_id=room))
            (request,) = reads.queue(room_id=room)
            card = request.content[VIDEO_CARD_FIELD]
            assert (card["event_id"], card["at"] >= 1500) == ("$two", True)
            assert str(request.content["body"]).startswith("Look\nLesson two")

    run(qapp, main())


def test_sharing_with_others_asks_twice(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with stage(tmp_path, film, monkeypatch) as made:
            made.desk.signed_in._desk.channels.share(EventID("$two"))
            dialog = made.desk.window.findChild(ShareDialog)
            assert dialog is not None
            assert dialog.at_ms() is None
            room = made.desk.company.rooms["supply"].room_id
            dialog._choose(room)
            reads = made.account.cache.read

            def question() -> Dialog | None:
                found = made.desk.window.findChildren(Dialog)
                return next((one for one in found if not isinstance(one, ShareDialog)), None)

            await made.desk.until(lambda: question() is not None)
            assert reads.queue(room_id=room) == []
            asked = question()
            assert asked is not None
            asked.press("share")
            await made.desk.until(lambda: reads.queue(room_id=room))

    run(qapp, main())


def test_in_the_tray_nothing_plays_on_unseen(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with stage(tmp_path, film, monkeypatch) as made:
            made.watch("two", 0)
            await made.playing("two")
            made.desk.window.hide()
            await made.desk.until(lambda: made.session.player.state is PlayState.PAUSED)
            made.desk.window.show()

    run(qapp, main())


def test_the_player_follows_the_settings_and_keeps_what_is_changed_in_it(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with stage(tmp_path, film, monkeypatch) as made:
            player, settings = made.session.player, made.desk.settings
            keep_likes(settings, replace(player.likes, volume=12))
            assert player.likes.volume == 12
            player.change_likes(replace(player.likes, rate=1.5))
            assert likes_of(settings.current.player).rate == 1.5

    run(qapp, main())


def test_a_quality_is_chosen_to_be_kept_and_can_be_let_go(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with stage(tmp_path, film, monkeypatch) as made:
            made.watch("two")
            await made.playing("two")
            service, asked = made.account.channels, list[tuple[str, ...]]()

            async def keep(event_id: EventID, uri: ContentURI, days: int = 30) -> None:
                asked.append(("keep", event_id, uri))

            async def forget(uri: ContentURI) -> None:
                asked.append(("forget", uri))

            monkeypatch.setattr(service, "keep_offline", keep)
            monkeypatch.setattr(service, "forget_offline", forget)

            def chosen(word: str) -> QAction:
                menus = [one for one in made.desk.window.findChildren(QMenu) if one.isVisible()]
                found = next(one for one in menus[-1].actions() if one.text().startswith(word))
                menus[-1].close()
                return found

            made.page.head.keep.click()
            chosen("Keep 720p").trigger()
            await made.desk.until(lambda: asked)
            uri = ContentURI(asked[0][2])
            now_ms = service.now_ms()
            kept = KeptVideo(
                uri, made.room.room_id, EventID("$two"), "x", 100, 40, now_ms, now_ms + 86_400_000
            )
            monkeypatch.setattr(service, "kept_now", lambda: [kept])
            made.page._kept_changed()
            assert made.page.head.keep.text() == "Offline 40 %"
            made.page.head.keep.click()
            chosen("Do not keep").trigger()
            await made.desk.until(lambda: asked[-1] == ("forget", uri))

    run(qapp, main())


def test_who_is_told_of_what_i_finish_is_said(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with stage(tmp_path, film, monkeypatch) as made:
            made.watch("two")
            await made.playing("two")
            said = "Your company sees who has finished this."
            notice = made.page.head._notice
            assert notice.isHidden()
            monkeypatch.setattr(type(made.account.cache.read.channels), "reports_wanted", lambda *_: True)
            made.page._word()
            assert (notice.text(), notice.isVisible()) == (said, True)

    run(qapp, main())


def test_a_tag_is_clicked_and_keeps_the_keyboard(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with stage(tmp_path, film, monkeypatch) as made:
            await made.news(made.room.post("four", "Tagged", duration=3000, tags=["安全", "New here"]))
            made.watch("four")
            links, asked = made.page.tags, list[tuple[str, bool]]()
            made.page.tag_requested.connect(lambda tag, is_followed: asked.append((tag, is_followed)))
            assert [link.text() for link in links.links] == ["安全", "New here"]
            assert all(link.width() > 20 and links.rect().contains(link.geometry()) for link in links.links)
            links.links[1].setFocus()
            made.page._word()
            assert links.links[1].hasFocus()
            QTest.keyClick(links.links[1], Qt.Key.Key_Space)
            QTest.mouseClick(links.links[0], Qt.MouseButton.LeftButton)
            assert asked == [("New here", True), ("安全", True)]
            made.watch("one")
            assert links.isHidden()

    run(qapp, main())


@pytest.mark.parametrize("url", ["file:///etc/passwd", "concat:/etc/passwd", ""])
def test_a_stream_that_leads_into_this_computer_is_never_opened(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    async def main() -> None:
        async with stage(tmp_path, film, monkeypatch) as made:
            content = stream("Launch", made.account.channels.now_ms() - 60_000, url=url)
            await made.news(made.room.put("m.room.message", content, name="live"))
            made.watch("live")
            await made.desk.pause()
            assert made.session.subject_id == ""
            assert made.session.player.state is PlayState.EMPTY

    run(qapp, main())


def test_words_change_with_the_language(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with stage(tmp_path, film, monkeypatch) as made:
            made.watch("two")
            await made.playing("two")
            assert made.page.side.talk.field.editor.accessibleName().startswith("Comment")
            made.desk.signed_in._appearance.apply(made.desk.settings.change(language="zh"))
            await made.desk.until(lambda: made.page.head.share.text().startswith("分享"))
            await made.desk.until(lambda: made.page.side.tabs._buttons[0].chip.text == "评论")
            assert "处评论" in made.page.side.talk.field.editor.accessibleName()

    run(qapp, main())


def test_small_pictures_come_for_the_seek_bar(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with stage(tmp_path, film, monkeypatch) as made:
            tiles = QImage(32, 18, QImage.Format.Format_RGB32)
            tiles.fill(Qt.GlobalColor.red)
            path = tmp_path / "tiles.png"
            assert tiles.save(str(path))

            async def file(_uri: ContentURI, *_more: object, **_named: object) -> bytes:
                return path.read_bytes()

            monkeypatch.setattr(made.account.media, "file", file)
            board = {"uri": "mxc://acme.example/b", "every": 1000, "columns": 2, "rows": 2, "w": 16, "h": 9}
            await made.news(made.room.post("four", "Tiles", duration=3000, storyboard=board))
            made.watch("four")
            card = made.session.player._overlay.card
            await made.desk.until(lambda: card.storyboard is not None)
            made.watch("one")
            assert card.storyboard is None

    run(qapp, main())


def test_a_live_stream_that_runs_is_played_from_its_address(
    qapp: QApplication, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with stage(tmp_path, film, monkeypatch) as made:
            played: list[Playable] = []
            monkeypatch.setattr(made.session.player, "play", lambda what, **_how: played.append(what))
            content = stream("Launch", made.account.channels.now_ms() - 60_000)
            await made.news(made.room.put("m.room.message", content, name="live"))
            made.watch("live", 5000)
            (playable,) = played
            assert (playable.url, playable.is_live, playable.open) == (
                "https://live.example/a.m3u8",
                True,
                None,
            )
            assert playable.start_ms == 0
            assert made.page.side.talk.field.moment() is None

    run(qapp, main())
