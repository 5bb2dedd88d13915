"""Publishing from the window: a dropped file is made ready by the real encoder, what is typed is kept, problems are said."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.channels.values import PublishJob, PublishStep
from app.domain.channels.channel import Audience, Visibility
from app.domain.channels.post import Chapter
from app.domain.ids import RoomID
from tests.helpers.channel_stage import (
    CHANNEL,
    ChannelStage,
    channel_row,
    channel_stage,
    course_row,
    post_row,
)
from tests.helpers.signed_in import run
from tests.helpers.videos import make_video
from ui.screens.publish.moment_cover import moment_of
from ui.screens.publish.publish_window import PublishWindow, open_publish

Work = Callable[[ChannelStage], Coroutine[Any, Any, None]]
PARTNERS = RoomID("!partners:acme.example")


@pytest.fixture
def scene(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Work], None]:
    def play(work: Work) -> None:
        async def scenario() -> None:
            async with channel_stage(tmp_path / "profile", monkeypatch) as it:
                audience = Audience(Visibility.PARTNERS, ("hualong.example",))
                it.reads["my_channels"] = [
                    channel_row(),
                    channel_row(room_id=PARTNERS, name="Partners", audience=audience),
                ]
                it.reads["courses"] = [course_row("week", "First week", 1)]
                await work(it)
                for page in it.window.findChildren(PublishWindow):
                    page.close()
                publishing = it.desk.account.channels.publishing
                for job in publishing.jobs:
                    await publishing.cancel(job.id)

        run(qapp, scenario())

    return play


def job(it: ChannelStage) -> PublishJob:
    return it.desk.account.channels.publishing.jobs[0]


async def ready(it: ChannelStage, film: Path) -> PublishWindow:
    """Open the window with a film and wait until it can be published."""
    page = open_publish(it.desk, it.window, CHANNEL, (str(film),))
    jobs = it.desk.account.channels.publishing
    await it.desktop.until(lambda: jobs.jobs and jobs.jobs[0].step is PublishStep.READY, 60)
    await it.until(lambda: page.facts.text().startswith("0:02"))
    return page


def test_a_dropped_film_is_filled_in_and_goes_out(scene: Callable[[Work], None], tmp_path: Path) -> None:
    film = make_video(tmp_path / "day_one.mp4", seconds=2)
    words = tmp_path / "day.en.srt"
    words.write_text("00:00:00,0 --> 00:00:01,0\nHello\n")

    async def work(it: ChannelStage) -> None:
        page = await ready(it, film)
        fields = page.fields
        assert fields.title.text() == "day one" and fields.channel.current() == CHANNEL
        await it.until(lambda: all(fields.covers._pictures) and len(fields.covers._pictures) >= 2)
        QTest.keyClick(fields.covers, Qt.Key.Key_Right)
        fields.title.set_text("Day one")
        fields.tags.set_text("new, safety")
        fields.chapters.set_text("00:00 Start\n00:01 End")
        fields.channel.set_current(PARTNERS)
        fields.channel.chosen.emit(PARTNERS)
        assert "hualong.example" in fields.who.text()
        fields.subtitles.take(words)
        await it.until(lambda: fields.subtitles.files())
        page.publish.click()
        await it.until(lambda: job(it).is_wanted)
        form = job(it).form
        assert (form.title, form.tags, form.room_id, form.cover) == (
            "Day one",
            ("new", "safety"),
            PARTNERS,
            1,
        )
        assert form.chapters == (Chapter(0, "Start"), Chapter(1000, "End"))
        assert [item.language for item in form.subtitles] == ["en"]
        await it.until(lambda: not fields.subtitles.files() and len(fields.subtitles.tracks()) == 1)
        await it.until(lambda: page.state.text() == "Waits for the network")

    scene(work)


def test_a_recording_is_tied_to_its_stream(scene: Callable[[Work], None], tmp_path: Path) -> None:
    film = make_video(tmp_path / "film.mp4", seconds=2)

    async def work(it: ChannelStage) -> None:
        stream = post_row(7, "Launch day", is_live=True, live_starts_ms=1, live_ends_ms=2)
        it.reads["streams"] = lambda room_id, *_: [stream] if room_id == CHANNEL else []
        page = await ready(it, film)
        field = page.fields.recording
        await it.until(field.isVisible)
        assert field.box.itemText(1).startswith("Launch day · ")
        field.set_current(stream.event_id)
        field.chosen.emit(stream.event_id)
        page.close()
        await it.until(lambda: job(it).form.recording_of == stream.event_id)
        again = open_publish(it.desk, it.window, None, ())
        await it.until(lambda: again.fields.recording.box.itemText(1).startswith("Launch day · "))  # read
        assert again.fields.recording.isVisible()
        assert again.fields.recording.current() == stream.event_id
        again.fields.channel.set_current(PARTNERS)
        assert again.fields.channel.current() == PARTNERS
        again.fields.channel.chosen.emit(PARTNERS)
        again.presenter.save_now()
        await it.until(lambda: job(it).form.recording_of is None)
        await it.until(again.fields.recording.isHidden)

    scene(work)


def test_what_is_typed_is_kept_when_the_window_closes(scene: Callable[[Work], None], tmp_path: Path) -> None:
    film = make_video(tmp_path / "film.mp4", seconds=2)

    async def work(it: ChannelStage) -> None:
        page = await ready(it, film)
        page.fields.title.edit.setText("film two")
        page.fields.is_later.setChecked(True)
        QTest.keyClick(page, Qt.Key.Key_Escape)
        await it.until(lambda: job(it).form.title == "film two" and job(it).form.publish_at_ms)
        again = open_publish(it.desk, it.window, None, ())
        assert again is not page
        await it.until(lambda: again.fields.title.text() == "film two")
        assert again.fields.when.isVisible() and again.publish.text() == "Schedule"

    scene(work)


def test_what_is_missing_is_said_in_its_place(scene: Callable[[Work], None], tmp_path: Path) -> None:
    film = make_video(tmp_path / "film.mp4", seconds=2)

    async def work(it: ChannelStage) -> None:
        page = await ready(it, film)
        page.fields.title.set_text("")
        page.publish.click()
        assert page.fields.title.error() == "The video needs a title."
        page.fields.title.set_text("Film")
        page.fields.chapters.set_text("09:00 too late")
        page.publish.click()
        assert "behind the end" in page.fields.chapters._below.text()
        assert not job(it).is_wanted
        QTest.keyClick(page.fields.title.edit, Qt.Key.Key_Return)
        await asyncio.sleep(0.05)
        assert not job(it).is_wanted, "Enter in a field publishes nothing"

    scene(work)


def test_another_moment_or_an_own_picture_is_the_cover(scene: Callable[[Work], None], tmp_path: Path) -> None:
    film = make_video(tmp_path / "film.mp4", seconds=2)
    picture = tmp_path / "own.png"
    image = QImage(64, 36, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    image.save(str(picture))

    async def work(it: ChannelStage) -> None:
        page = await ready(it, film)
        count = len(job(it).covers)
        page.fields.moment.field.set_text("0:01")
        page.fields.moment.take.click()
        await it.until(lambda: len(job(it).covers) == count + 1 and page.fields.covers.current == count)
        page.fields.picture.file_chosen.emit(picture)
        await it.until(lambda: page.fields.chosen_picture.path)
        page.presenter.save_now()
        await it.until(lambda: job(it).form.cover == -1 and job(it).form.own_cover)
        QTest.keyClick(page.fields.covers, Qt.Key.Key_Right)
        page.presenter.save_now()
        await it.until(lambda: job(it).form.cover == 1)

    scene(work)


def test_no_video_is_said_and_can_be_given_up(scene: Callable[[Work], None], tmp_path: Path) -> None:
    odd = tmp_path / "odd.mp4"
    odd.write_text("no video")

    async def work(it: ChannelStage) -> None:
        page = open_publish(it.desk, it.window, CHANNEL, (str(odd),))
        await it.until(lambda: page.retry.isVisible())
        assert "no video that can be read" in page.state.text()
        page.presenter.give_up(job(it).id)
        await it.until(lambda: page.empty.isVisible() and not it.desk.account.channels.publishing.jobs)
        page.take((tmp_path / "gone.mp4",))
        await it.until(lambda: page.toasts.texts())

    scene(work)


def test_how_it_ended_is_told_in_the_main_window(scene: Callable[[Work], None], tmp_path: Path) -> None:
    film = make_video(tmp_path / "film.mp4", seconds=2)

    async def work(it: ChannelStage) -> None:
        page = await ready(it, film)
        page.close()
        it.desk.channels._follow_jobs()
        book = it.desk.account.channels.publishing._book
        job_id = job(it).id
        book.show(job_id, lambda now: now.with_job(step=PublishStep.FAILED, error_code="upload_too_large"))
        assert not it.told(), "nobody said that it was to be published"
        for step in (PublishStep.UPLOADING, PublishStep.FAILED, PublishStep.UPLOADING, PublishStep.POSTED):
            book.show(job_id, lambda now, step=step: now.with_job(is_wanted=True, step=step))  # type: ignore[misc]
        first, second = it.told()
        assert first.startswith("“film” is not published. ") and second == "“film” is published."

    scene(work)


@pytest.mark.parametrize(
    ("text", "ms"), [("03:12", 192_000), ("1:02:03", 3_723_000), ("7", 7000), ("x", None), ("", None)]
)
def test_moments_are_read(text: str, ms: int | None) -> None:
    assert moment_of(text) == ms
