"""Media: one download for all who want it, cancelled with the last of them, remembered when it is not there."""

import asyncio
import hashlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from app.clock import SystemClock
from app.domain.ids import ContentURI
from app.errors import InputError, NetworkError, NotFound, ServerError
from app.homeserver import Homeserver
from app.media.service import MediaService
from app.media.vault import Vault
from app.settings import Settings

URI = ContentURI("mxc://acme.com/one")


class FakeLine:
    """A homeserver with one media repository that the test controls."""

    def __init__(self) -> None:
        self.client = self
        self.media = self
        self.calls = 0
        self.cancelled = 0
        self.gate = asyncio.Event()
        self.error: Exception | None = None
        self.pieces = [b"one", b"two"]

    async def download(self, uri: str, sink: Callable[[bytes], None], on_start: Callable[..., None]) -> None:
        self.calls += 1
        on_start(6)
        sink(self.pieces[0])
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.error is not None:
            raise self.error
        sink(self.pieces[1])

    async def thumbnail(self, uri: str, width: int, height: int, method: str) -> bytes:
        raise ServerError("not an image", status=400)


def _service(folder: Path, line: FakeLine) -> MediaService:
    vault = Vault(folder / "media", bytes(32))

    async def read_local(path: str) -> bytes:
        return path.encode()

    return MediaService(cast(Homeserver, line), Settings(), lambda: vault, read_local, SystemClock())


def test_many_callers_share_one_download(tmp_path: Path, run: Any) -> None:
    async def ask() -> None:
        line = FakeLine()
        service = _service(tmp_path, line)
        told: list[tuple[int, int | None]] = []
        first = asyncio.create_task(service.file(URI, lambda done, total: told.append((done, total))))
        others = [asyncio.create_task(service.file(URI)) for _ in range(5)]
        await asyncio.sleep(0.01)
        others[0].cancel()
        line.gate.set()
        assert await first == b"onetwo"
        assert await asyncio.gather(*others[1:]) == [b"onetwo"] * 4
        assert line.calls == 1 and told[-1] == (6, 6)
        assert await service.file(URI) == b"onetwo" and line.calls == 1

    run(ask())


def test_a_download_ends_with_its_last_caller_and_leaves_nothing(tmp_path: Path, run: Any) -> None:
    async def give_up() -> None:
        line = FakeLine()
        service = _service(tmp_path, line)
        tasks = [asyncio.create_task(service.file(URI)) for _ in range(2)]
        await asyncio.sleep(0.01)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.01)
        assert line.cancelled == 1 and not service.is_cached(URI)
        assert not await asyncio.to_thread(_files, tmp_path)
        line.gate.set()
        assert await service.file(URI) == b"onetwo"

    run(give_up())


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_not_there_is_asked_for_once(tmp_path: Path, run: Any) -> None:
    async def ask() -> None:
        line = FakeLine()
        line.gate.set()
        line.error = NotFound("gone", status=404, errcode="M_NOT_FOUND")
        service = _service(tmp_path, line)
        for _ in range(3):
            with pytest.raises(NotFound):
                await service.file(URI)
        assert line.calls == 1

    run(ask())


def test_a_dead_line_is_tried_again(tmp_path: Path, run: Any) -> None:
    async def ask() -> None:
        line = FakeLine()
        line.gate.set()
        line.error = NetworkError()
        service = _service(tmp_path, line)
        for _ in range(2):
            with pytest.raises(NetworkError):
                await service.file(URI)
        line.error = None
        assert await service.file(URI) == b"onetwo"

    run(ask())


def test_where_the_server_makes_no_thumbnail_the_picture_itself_comes(tmp_path: Path, run: Any) -> None:
    async def ask() -> None:
        line = FakeLine()
        line.gate.set()
        assert await _service(tmp_path, line).thumbnail(URI, 100, 100) == b"onetwo"

    run(ask())


def test_a_damaged_file_is_an_error_once_and_then_fetched_anew(tmp_path: Path, run: Any) -> None:
    async def ask() -> None:
        line = FakeLine()
        line.gate.set()
        service = _service(tmp_path, line)
        await service.file(URI)
        path = (await asyncio.to_thread(_files, tmp_path))[0]
        await asyncio.to_thread(path.write_bytes, b"rubbish")
        with pytest.raises(InputError):
            await service.file(URI)
        assert await service.file(URI) == b"onetwo" and line.calls == 2

    run(ask())


def test_a_picture_larger_than_can_be_shown_is_not_fetched_to_its_end(tmp_path: Path, run: Any) -> None:
    async def ask() -> None:
        line = FakeLine()
        line.pieces = [bytes(40 << 20), bytes(40 << 20)]
        line.gate.set()
        service = _service(tmp_path, line)
        with pytest.raises(InputError, match="too large"):
            await service.file(URI)
        assert not list((tmp_path / "media").rglob("*.part")) and not service.is_cached(URI)
        await service.save_as(URI, tmp_path / "saved")
        assert (tmp_path / "saved").stat().st_size == 80 << 20

    run(ask())


def test_an_announced_size_is_believed_where_it_is_too_large(tmp_path: Path, run: Any) -> None:
    class Announcing(FakeLine):
        async def download(self, uri: str, sink: Any, on_start: Any) -> None:
            on_start(1 << 40)
            raise AssertionError("it went on")

    async def ask() -> None:
        with pytest.raises(InputError, match="too large"):
            await _service(tmp_path, Announcing()).file(URI)

    run(ask())


def test_a_stopped_save_leaves_no_file(tmp_path: Path, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    reached, go_on = threading.Event(), threading.Event()
    chunks = Vault.chunks

    def slow(self: Vault, path: Path) -> Iterator[bytes]:
        for piece in chunks(self, path):
            yield piece
            reached.set()
            go_on.wait(5)
            yield b"more"

    async def ask() -> None:
        line = FakeLine()
        line.gate.set()
        service = _service(tmp_path, line)
        await service.file(URI)
        monkeypatch.setattr(Vault, "chunks", slow)
        saving = asyncio.create_task(service.save_as(URI, tmp_path / "saved.pdf"))
        await asyncio.to_thread(reached.wait, 5)
        saving.cancel()
        await asyncio.gather(saving, return_exceptions=True)
        go_on.set()

    run(ask())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["media"]


def test_saving_follows_no_link_that_lies_in_the_way_and_takes_long_names(tmp_path: Path, run: Any) -> None:
    async def ask() -> None:
        line = FakeLine()
        line.gate.set()
        service, folder = _service(tmp_path, line), tmp_path / "shared"
        folder.mkdir()
        mine = tmp_path / "mine"
        mine.write_bytes(b"precious")
        for name in (".a.pdf.part", "a.pdf"):
            (folder / name).symlink_to(mine)
        await service.save_as(URI, folder / "a.pdf")
        assert mine.read_bytes() == b"precious" and (folder / "a.pdf").read_bytes() == b"onetwo"
        await service.save_as(URI, folder / ("n" * 250))
        assert sorted(path.name for path in folder.iterdir()) == [".a.pdf.part", "a.pdf", "n" * 250]

    run(ask())


def test_a_file_that_is_not_the_one_that_was_sealed_is_neither_shown_nor_saved(
    tmp_path: Path, run: Any
) -> None:
    right, other = hashlib.sha256(b"onetwo").hexdigest(), hashlib.sha256(b"forged").hexdigest()

    async def ask() -> None:
        line = FakeLine()
        line.gate.set()
        service = _service(tmp_path, line)
        assert await service.file(URI, sha256=right) == b"onetwo"
        with pytest.raises(InputError) as refused:
            await service.file(URI, sha256=other)
        assert refused.value.code == "file_changed" and not service.is_cached(URI)
        with pytest.raises(InputError) as refused:
            await service.save_as(URI, tmp_path / "saved", sha256=other)
        assert refused.value.code == "file_changed" and not (tmp_path / "saved").exists()
        await service.save_as(URI, tmp_path / "saved", sha256=right)
        assert (tmp_path / "saved").read_bytes() == b"onetwo" and line.calls == 3

    run(ask())
