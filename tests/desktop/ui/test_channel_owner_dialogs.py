"""Link and code, announcing a live stream, editing a post."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog

from app.channels.values import NewLive, PostEdit
from app.domain.approvals.shipped import shipped_templates
from app.domain.channels.channel import Audience, Role, Visibility
from app.domain.channels.post import Chapter, FormLink, LiveStream, Post, SubtitleTrack
from app.domain.channels.rows import PostDetail
from app.domain.ids import ContentURI, EventID
from app.errors import Forbidden, InputError
from resources.templates import template_texts
from tests.helpers.channel_stage import CHANNEL, ChannelStage, channel_row, channel_stage, post_row, user_id
from tests.helpers.signed_in import run
from ui.screens.channel_owner.code_dialog import open_code
from ui.screens.channel_owner.live_dialog import LiveDialog, address_problem, open_live
from ui.screens.publish.chapter_lines import chapter_text, read_chapters
from ui.screens.publish.edit_dialog import EditDialog, open_edit
from ui.screens.publish.subtitle_rows import guess_language
from ui.tag_words import read_tags, tag_text
from widgets.dialogs import Dialog

Work = Callable[[ChannelStage], Coroutine[Any, Any, None]]
Scene = Callable[[Work], None]
POST = EventID("$post1")
ENGLISH = SubtitleTrack("en", "English", "vtt", ContentURI("mxc://acme.example/en"), 900)


@pytest.fixture
def scene(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    def play(work: Work) -> None:
        async def scenario() -> None:
            async with channel_stage(tmp_path, monkeypatch) as it:
                await work(it)
                for dialog in it.window.findChildren(Dialog):
                    dialog.done(0)
                await asyncio.sleep(0.02)

        run(qapp, scenario())

    return play


# Code ---------------------------------------------------------------------------------------------------------


def test_the_link_of_a_channel_is_copied_and_its_code_saved(scene: Scene, tmp_path: Path) -> None:
    async def work(it: ChannelStage) -> None:
        it.reads["channel"] = channel_row(
            alias="#training:acme.example", audience=Audience(Visibility.PUBLIC)
        )
        dialog = open_code(it.desk, it.window, CHANNEL)
        await it.until(lambda: dialog.link.text())
        assert "training:acme.example" in dialog.link.text()
        assert dialog.who.text() == "Everybody can see this."
        dialog.copy.click()
        assert QGuiApplication.clipboard().text() == dialog.link.text()
        dialog.press("save")
        (chooser,) = dialog.findChildren(QFileDialog)
        target = tmp_path / "code.png"
        chooser.fileSelected.emit(str(target))
        chooser.reject()
        await it.until(lambda: "Saved." in it.told())
        saved = QImage(str(target))
        dark = sum(saved.pixelColor(x, saved.height() // 2).value() < 128 for x in range(saved.width()))
        assert saved.width() == saved.height() > 200 and 0 < dark < saved.width()
        dialog._save(tmp_path / "nowhere" / "code.png")
        await it.until(lambda: dialog._error.text().startswith("The picture cannot be saved"))

    scene(work)


def test_a_channel_that_is_not_here_has_no_code(scene: Scene) -> None:
    async def work(it: ChannelStage) -> None:
        it.reads["channel"] = None
        dialog = open_code(it.desk, it.window, CHANNEL)
        await it.until(lambda: dialog._error.text())
        assert not dialog.button("save").isEnabled()

    scene(work)


# Live ---------------------------------------------------------------------------------------------------------


def live(it: ChannelStage) -> LiveDialog:
    dialog = open_live(it.desk, it.window, CHANNEL)
    dialog.title.set_text("Launch")
    dialog.url.set_text("https://stream.acme.example/live.m3u8")
    return dialog


def test_a_live_stream_is_announced(scene: Scene) -> None:
    async def work(it: ChannelStage) -> None:
        dialog = live(it)
        await it.until(lambda: dialog.who.text() == "Only people of your company can see this.")
        begin = datetime.now().replace(second=0, microsecond=0) + timedelta(days=1)
        dialog.starts.set_value(begin)
        dialog.tags.set_text("#launch，2027, launch")
        dialog.has_end.click()
        assert dialog.ends.value() == begin + timedelta(hours=1)
        dialog.press("accept")
        await it.until(lambda: it.calls("announce_live"))
        start_ms = round(begin.timestamp() * 1000)
        end_ms = start_ms + 3_600_000
        url = "https://stream.acme.example/live.m3u8"
        expected = NewLive(CHANNEL, "Launch", "", url, start_ms, end_ms, "", ("launch", "2027"))
        assert it.calls("announce_live") == [(expected,)]

    scene(work)


def test_what_cannot_be_announced_is_said(scene: Scene) -> None:
    async def work(it: ChannelStage) -> None:
        dialog = live(it)
        dialog.title.set_text("")
        dialog.press("accept")
        assert dialog.title.error() == "The live stream needs a title."
        dialog.title.set_text("Launch")
        dialog.url.set_text("file:///etc/passwd")
        dialog.press("accept")
        assert dialog.url.error().startswith("This is no address")
        dialog.url.set_text("srt://stream.acme.example:9000")
        dialog.has_end.click()
        dialog.ends.set_value(dialog.starts.value())
        dialog.press("accept")
        assert dialog._error.text() == "The end is before the beginning."
        dialog.has_end.click()
        dialog.starts.set_value(datetime.now() - timedelta(days=1))
        dialog.press("accept")
        assert "has passed" in dialog._error.text() and not it.calls("announce_live")
        dialog.starts.set_value(datetime.now() + timedelta(hours=1))
        it.answers["announce_live"] = InputError(code="stream_address")
        dialog.press("accept")
        await it.until(lambda: dialog.url.error())

    scene(work)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "live",
        "file:///etc/passwd",
        "https://",
        "javascript:alert(1)",
        "rtmp://[::1",
        "https://a:99999999/x",
        "https://me:secret@a.example/x",
        "https://a b/x",
    ],
)
def test_addresses_that_are_no_stream(url: str) -> None:
    assert address_problem(url)


@pytest.mark.parametrize(
    "url", ["rtmp://a.example/live/key", "SRT://a.example:9000?mode=caller", "rtsp://10.0.0.1/x"]
)
def test_addresses_of_streams(url: str) -> None:
    assert not address_problem(url)


# Editing ------------------------------------------------------------------------------------------------------


def post() -> Post:
    return Post(
        title="第二课 安全规范",
        description="Goggles on.",
        tags=("safety", "week 1"),
        duration_ms=494_000,
        chapters=(Chapter(0, "Welcome"), Chapter(72_345, "Goggles")),
        subtitles=(ENGLISH,),
        form=FormLink("signup", "Sign up"),
    )


async def edited(it: ChannelStage, what: Post | None = None) -> EditDialog:
    it.reads["detail"] = PostDetail(post_row(1, "第二课"), what or post(), Role.OWNER, True, False)
    it.reads["channel"] = channel_row()
    dialog = open_edit(it.desk, it.window, POST)
    await it.until(lambda: dialog._detail is not None)
    return dialog


def test_nothing_changed_sends_nothing(scene: Scene) -> None:
    async def work(it: ChannelStage) -> None:
        dialog = await edited(it)
        assert dialog.wanted() == PostEdit(post()), "milliseconds of chapters too"
        dialog.press("accept")
        await it.until(lambda: not it.window.findChildren(EditDialog))
        assert not it.calls("edit_post")

    scene(work)


def test_words_chapters_subtitles_and_form_are_changed(scene: Scene, tmp_path: Path) -> None:
    async def work(it: ChannelStage) -> None:
        it.desk.account.approvals.use_shipped(shipped_templates(template_texts()))
        dialog = await edited(it)
        dialog.title.set_text("Lesson 2")
        dialog.tags.set_text("safety")
        dialog.chapters.set_text("00:00 Welcome\nnonsense")
        dialog.press("accept")
        assert "Line 2" in dialog.chapters._below.text() and not it.calls("edit_post")
        dialog.chapters.set_text("1:30 Goggles\n00:00 Welcome")
        bad, good = tmp_path / "bad.srt", tmp_path / "lesson.zh.srt"
        bad.write_text("no cues here")
        good.write_text("1\n00:00:01,000 --> 00:00:02,000\n请戴护目镜\n", "utf-8")
        dialog.subtitles.take(bad)
        await it.until(lambda: dialog.subtitles.error.text())
        dialog.subtitles.take(good)
        await it.until(lambda: dialog.subtitles.files())
        dialog.subtitles._drop_track(ENGLISH)
        await it.until(lambda: dialog.form.template.box.count() > 2)
        dialog.form.template.set_current("")
        dialog.press("accept")
        await it.until(lambda: it.calls("edit_post"))
        ((event_id, edit),) = it.calls("edit_post")
        assert event_id == POST and (edit.post.title, edit.post.tags) == ("Lesson 2", ("safety",))
        assert edit.post.chapters == (Chapter(0, "Welcome"), Chapter(90_000, "Goggles"))
        assert edit.post.subtitles == () and edit.post.form is None
        assert edit.subtitle_paths == ((str(good), "zh-Hans", "简体中文"),)
        assert edit.post.duration_ms == 494_000, "what is not shown stays"

    scene(work)


def test_a_live_stream_is_moved_with_its_end(scene: Scene) -> None:
    async def work(it: ChannelStage) -> None:
        begins = datetime(2030, 5, 6, 9, 30, 15)
        starts_ms = round(begins.timestamp() * 1000)
        what = Post(
            "Launch", live=LiveStream("https://a.example/live.m3u8", starts_ms, starts_ms + 3_600_000)
        )
        dialog = await edited(it, what)
        assert dialog.url.isVisible() and dialog.starts.isVisible() and not dialog.chapters.isVisible()
        assert dialog.wanted() == PostEdit(what), "seconds of the beginning too"
        dialog.url.set_text("file:///etc/passwd")
        assert dialog.wanted() is None and "address" in dialog.url.error()
        dialog.url.set_text("srt://b.example:9000")
        dialog.starts.set_value(datetime(2030, 5, 7, 10, 0))
        dialog.press("accept")
        await it.until(lambda: it.calls("edit_post"))
        ((_, edit),) = it.calls("edit_post")
        moved_ms = round(datetime(2030, 5, 7, 10, 0).timestamp() * 1000)
        assert edit.post.live == LiveStream("srt://b.example:9000", moved_ms, moved_ms + 3_600_000)

    scene(work)


def test_a_video_has_no_stream_to_move(scene: Scene) -> None:
    async def work(it: ChannelStage) -> None:
        dialog = await edited(it)
        assert dialog.url.isHidden() and dialog.starts.isHidden() and dialog.chapters.isVisible()

    scene(work)


def test_a_video_is_taken_down_after_the_question(scene: Scene) -> None:
    async def work(it: ChannelStage) -> None:
        dialog = await edited(it)
        dialog.press("down")
        question = next(one for one in dialog.findChildren(Dialog) if one.isVisible())
        assert "cannot be put back" in question._text.text()
        it.answers["take_down"] = Forbidden("no")
        question.press("accept")
        await it.until(lambda: dialog._error.text())
        assert it.calls("take_down") == [(POST,)] and dialog.isVisible()

    scene(work)


def test_what_another_published_can_only_be_taken_down(scene: Scene) -> None:
    async def work(it: ChannelStage) -> None:
        theirs = post_row(1, "第二课", sender=user_id("tom"))
        it.reads["detail"] = PostDetail(theirs, post(), Role.OWNER, True, False)
        dialog = open_edit(it.desk, it.window, POST)
        await it.until(lambda: "Only who published" in dialog._error.text())
        assert not dialog.button("accept").isEnabled() and dialog.button("down").isEnabled()

    scene(work)


def test_a_post_that_is_gone_cannot_be_edited(scene: Scene) -> None:
    async def work(it: ChannelStage) -> None:
        it.reads["detail"] = None
        dialog = open_edit(it.desk, it.window, POST)
        await it.until(lambda: dialog._error.text())
        assert not dialog.button("accept").isEnabled()
        assert dialog.button("cancel").isEnabled() and not dialog.button("down").isEnabled()

    scene(work)


# Words --------------------------------------------------------------------------------------------------------


def test_chapters_are_read_as_people_write_them() -> None:
    text = "0:00 Start\n\n1:02:03 - End\n02：10　中间"
    chapters, problem = read_chapters(text, None)
    assert problem == ""
    assert chapters == (Chapter(0, "Start"), Chapter(130_000, "中间"), Chapter(3_723_000, "End"))
    assert read_chapters(chapter_text(chapters), None) == (chapters, "")
    assert "behind the end" in read_chapters("09:00 x", 60_000)[1]
    assert read_chapters("00:75 x", None)[1] and read_chapters("00:10", None)[1]


def test_tags_are_read_once_each() -> None:
    assert read_tags("a, #b；A\n c d ,,") == ("a", "b", "c d")
    assert read_tags(tag_text(("x y", "z"))) == ("x y", "z")
    assert len(read_tags(",".join(str(n) for n in range(99)))) == 20


def test_the_language_of_subtitles_is_guessed() -> None:
    assert [guess_language(name) for name in ("a.en.srt", "a.zh_TW.vtt", "a.srt")] == [
        "en",
        "zh-Hant",
        "zh-Hans",
    ]
