"""Attachments that move: how far they are is seen, they can be stopped, and a failure says why."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from app.domain.ids import ContentURI, UserID
from app.domain.timeline import ItemKind, MediaInfo, TimelineItem
from app.errors import DiskFull
from tests.helpers.signed_in import Desktop, desktop, run
from ui.screens.chat.attachments import Attachments
from widgets.timeline.values import Row
from widgets.toast import ToastHost

URI = ContentURI("mxc://acme.example/plan")


class SlowMedia:
    """A download that goes on when the test says so."""

    def __init__(self) -> None:
        self.go_on, self.is_cancelled, self.error = asyncio.Event(), False, None
        self.written, self.asked_for = b"", ""

    async def save_as(self, uri: ContentURI, path: Path, on_progress: Any, *, sha256: str = "") -> None:
        self.asked_for = sha256
        on_progress(25, 100)
        try:
            await self.go_on.wait()
        except asyncio.CancelledError:
            self.is_cancelled = True
            on_progress(30, 100)  # was on its way
            raise
        if self.error is not None:
            raise self.error
        await asyncio.to_thread(path.write_bytes, self.written)


async def file_row(desk: Desktop) -> TimelineItem:
    """Open a room and have a colleague send a file."""
    desk.open("quality")
    content = {"msgtype": "m.file", "url": URI, "filename": "plan.pdf", "info": {"size": 100}}
    await desk.account.cache.apply_sync(desk.company.say("quality", "tom", "plan.pdf", **content))
    assert desk.chat.room_id is not None
    return desk.account.cache.read.items(desk.chat.room_id, 1, 1)[0]


def row(desk: Desktop, number: int) -> Row:
    assert desk.chat.source is not None
    return desk.chat.source.rows(number, 1)[0]


def progress(desk: Desktop, number: int) -> float | None:
    box = row(desk, number).media
    assert box is not None
    return box.progress


def test_a_download_is_seen_and_stopped(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            item = await file_row(desk)
            media = SlowMedia()
            monkeypatch.setattr(desk.account.media, "save_as", media.save_as)
            attachments = desk.chat._attachments
            attachments._save_to(item.uid, URI, tmp_path / "plan.pdf")
            await desk.until(lambda: progress(desk, 1) == 0.25)
            desk.chat.view.media_stop_requested.emit(item.uid)
            assert progress(desk, 1) is None
            await desk.until(lambda: media.is_cancelled)
            await desk.pause(0.05)
            assert progress(desk, 1) is None, "a late word of progress brings nothing back"

    run(qapp, scenario())


def test_a_failed_download_says_which_and_why(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            item = await file_row(desk)
            media = SlowMedia()
            media.error = DiskFull()  # type: ignore[assignment]
            media.go_on.set()
            monkeypatch.setattr(desk.account.media, "save_as", media.save_as)
            told: list[str] = []
            monkeypatch.setattr(ToastHost, "show_toast", lambda _host, text, *_, **__: told.append(text))
            desk.chat._attachments._save_to(item.uid, URI, tmp_path / "plan.pdf")
            await desk.until(lambda: told)
            assert told[0].startswith("plan.pdf was not saved. The disk is full.")
            assert progress(desk, 1) is None

    run(qapp, scenario())


def test_an_upload_is_seen_and_given_up(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.open("quality")
            room = desk.chat.room_id
            assert room is not None
            file = tmp_path / "budget.xlsx"
            file.write_bytes(b"numbers")
            txn = await desk.account.sending.send_file(room, file)
            share: list[float | None] = [0.4]
            monkeypatch.setattr(desk.account.sending, "upload_share", lambda _uid: share[0])
            assert progress(desk, 1) == 0.4
            desk.chat.view.media_stop_requested.emit(f"t:{txn}")
            await desk.until(lambda: desk.account.cache.read.extent(room).row_count == 1)
            assert desk.account.cache.read.queue() == []

    run(qapp, scenario())


# Pages whose rows show no progress ----------------------------------------------------------------------------------

REPORT = MediaInfo(URI, "report.pdf", "application/pdf", 100, sha256="ab" * 32)


def a_file(media: MediaInfo = REPORT) -> TimelineItem:
    return TimelineItem(0, "report", ItemKind.FILE, UserID(""), "", None, 0, "", media=media)


def test_what_takes_long_says_how_far_it_is_and_can_be_stopped(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            media = SlowMedia()
            monkeypatch.setattr(desk.account.media, "save_as", media.save_as)
            attachments = Attachments(desk.signed_in._desk, desk.window, None, desk.window)
            attachments._save("report", REPORT, tmp_path / "report.pdf")
            toasts = desk.signed_in._desk.toasts
            await desk.until(lambda: "Fetching report.pdf…" in toasts.texts())
            assert attachments.progress_of("report") == 0.25 and media.asked_for == REPORT.sha256
            attachments.stop("report")
            await desk.until(lambda: media.is_cancelled)
            assert toasts.texts() == ()

    run(qapp, scenario())


def test_a_file_that_was_not_sent_yet_says_so(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            attachments = Attachments(desk.signed_in._desk, desk.window, None, desk.window)
            attachments.open(a_file(MediaInfo(None, "a.pdf", "application/pdf", 1, local_path="/x/a")))
            assert desk.signed_in._desk.toasts.texts() == ("It has not left this computer yet.",)

    run(qapp, scenario())


@pytest.mark.parametrize(("written", "is_opened"), [(b"%PDF-1.7 ...", True), (b"MZ a program", False)])
def test_a_document_is_looked_at_with_what_shows_it(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: bytes, *, is_opened: bool
) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            media = SlowMedia()
            media.written = written
            media.go_on.set()
            opened: list[str] = []
            saved: list[TimelineItem] = []

            def show(url: QUrl) -> bool:
                opened.append(Path(url.toLocalFile()).name)
                return True

            monkeypatch.setattr(desk.account.media, "save_as", media.save_as)
            monkeypatch.setattr(QDesktopServices, "openUrl", show)
            attachments = Attachments(
                desk.signed_in._desk, desk.window, None, desk.window, opens_documents=True
            )
            monkeypatch.setattr(attachments, "save", saved.append)
            attachments.open(a_file())
            await desk.until(lambda: opened or saved)
            assert (opened, len(saved)) == ((["report.pdf"], 0) if is_opened else ([], 1))

    run(qapp, scenario())


@pytest.mark.parametrize(("name", "kind"), [("run.exe", "application/pdf"), ("a.pdf", "text/html")])
def test_what_only_half_says_to_be_a_document_is_saved(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, kind: str
) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            attachments = Attachments(
                desk.signed_in._desk, desk.window, None, desk.window, opens_documents=True
            )
            saved: list[TimelineItem] = []
            monkeypatch.setattr(attachments, "save", saved.append)
            attachments.open(a_file(MediaInfo(URI, name, kind, 1)))
            assert len(saved) == 1

    run(qapp, scenario())
