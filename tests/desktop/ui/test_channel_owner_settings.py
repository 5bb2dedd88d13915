"""Settings of videos: the player, disk, what is kept, the company's consent."""

import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from app.domain.channels.rows import KeptVideo
from app.domain.ids import ContentURI, EventID
from app.errors import Forbidden
from resources.translations import set_language
from tests.helpers.channel_stage import CHANNEL, ChannelStage, channel_stage
from tests.helpers.signed_in import run
from ui.channel_consent import Consent
from ui.player_likes import keeps_playing, likes_of
from ui.screens.settings import videos
from ui.screens.settings.videos import VideosSection, kept_words
from widgets.dialogs import Dialog

NOW_MS = time.time_ns() // 1_000_000
Work = Callable[[ChannelStage, VideosSection], Coroutine[Any, Any, None]]
Scene = Callable[[Work], None]


def kept(name: str, done: int = 5 << 20, error: str = "") -> KeptVideo:
    uri = ContentURI(f"mxc://acme.example/{name}")
    later = NOW_MS + 30 * 86_400_000
    return KeptVideo(uri, CHANNEL, EventID(f"${name}"), name, 5 << 20, done, NOW_MS, later, error)


@pytest.fixture
def scene(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    def play(work: Work) -> None:
        async def scenario() -> None:
            async with channel_stage(tmp_path, monkeypatch) as it:
                monkeypatch.setattr(videos, "consent_of", lambda _read: it.answers.get("consent", Consent()))
                it.answers["used_by_kept"] = (5 << 20, 1 << 20)
                it.desktop.signed_in.open_settings()
                section = it.window.findChild(VideosSection)
                assert section is not None
                await work(it, section)

        run(qapp, scenario())

    yield play
    set_language("en")


def test_the_player_begins_as_one_likes(scene: Scene) -> None:
    async def work(it: ChannelStage, section: VideosSection) -> None:
        settings = it.desktop.settings
        section.autoplay.click()
        section.keeps.click()
        section.danmaku.click()
        section.rate.chosen.emit("1.5")
        section.subtitles.chosen.emit("off")
        section.limit.chosen.emit("1024")
        likes = likes_of(settings.current.player)
        assert (likes.is_autoplay_on, likes.rate, likes.subtitle) == (False, 1.5, "off")
        assert likes.danmaku.is_on and not keeps_playing(settings)
        assert settings.current.video_limit_mb == 1024
        settings.change(player=settings.current.player | {"rate": 1.75, "subtitle": "de"})
        assert section.rate.current() == "1.75" and section.subtitles.current() == "de", "set in the player"

    scene(work)


def test_what_is_kept_is_listed_and_deleted(scene: Scene) -> None:
    async def work(it: ChannelStage, section: VideosSection) -> None:
        await it.until(lambda: "5.0 MB of kept videos, 1.0 MB of streamed" in section._note.text())
        assert section.kept._title.text().startswith("Nothing is kept")
        it.kept = [kept("Lesson"), kept("Launch", done=1 << 20)]
        it.desk.bridge.kept_videos_changed.emit()
        rows = section.kept.rows
        assert [row.title.text() for row in rows] == ["Lesson", "Launch"]
        assert rows[1].detail.text() == "5.0 MB · 20 % is here"
        it.kept[1] = kept("Launch")
        it.desk.bridge.kept_videos_changed.emit()
        assert section.kept.rows == rows and rows[1].detail.text().startswith("5.0 MB · kept until ")
        it.kept = it.kept[1:]
        rows[0].remove.click()
        await it.until(lambda: [row.title.text() for row in section.kept.rows] == ["Launch"])
        assert it.calls("forget_offline") == [("mxc://acme.example/Lesson",)]

    scene(work)


def test_the_consent_is_for_who_runs_the_space(scene: Scene) -> None:
    async def work(it: ChannelStage, section: VideosSection) -> None:
        moved = it.desk.bridge.channels_changed
        assert section.consent.isHidden(), "there is no company space"
        it.answers["consent"] = Consent(True, False, False)
        moved.emit(frozenset())
        await it.until(lambda: not section.consent.isHidden())
        assert "Only who runs its space" in section.consent._hint and not section.consent.isEnabled()
        it.answers["consent"] = Consent(True, False, True)
        moved.emit(frozenset())
        await it.until(section.consent.isEnabled)
        section.consent.click()
        assert not section.consent.isChecked(), "asked first"
        question = it.find(Dialog)
        assert "Each viewer is told" in question._text.text()
        question.press("accept")
        await it.until(lambda: section.consent.isChecked())
        moved.emit(frozenset())
        await it.desktop.pause()
        assert section.consent.isChecked(), "said, though sync has not brought it back"
        it.answers["consent"] = Consent(True, True, True)
        moved.emit(frozenset())
        it.answers["set_policy"] = Forbidden("no")
        section.consent.click()
        await it.until(lambda: len(it.calls("set_policy")) == 2)
        await it.until(lambda: section.consent.isEnabled() and section.consent.isChecked())
        assert it.calls("set_policy") == [(True,), (False,)]

    scene(work)


def test_another_language_words_it_again(scene: Scene) -> None:
    async def work(it: ChannelStage, section: VideosSection) -> None:
        it.kept = [kept("Lesson")]
        section.kept.refresh()
        it.desktop.settings.change(language="zh")
        await it.until(lambda: section.title == "视频" and section.kept._title.text() == "离线保存")
        assert "保存至" in section.kept.rows[0].detail.text()
        section.subtitles.set_current("off")
        assert section.subtitles.box.currentText() == "不显示字幕"

    scene(work)


def test_a_kept_video_that_failed_says_why() -> None:
    assert kept_words(kept("x", 0, "disk_full"), NOW_MS).startswith("The disk is full")
