"""What Tack leaves on the disk: for its owner alone, sealed, and gone after a sign-out that deletes."""

import asyncio
import logging
import os
import shutil
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from app.account import Account
from app.domain.account import Session
from app.domain.ids import DeviceID, RoomID, UserID
from app.domain.sync import Membership
from app.errors import DiskFull, StorageError
from app.log import write_log_to
from app.opening import wipe_profile
from app.paths import Paths
from app.settings import Settings, SettingsFile
from app.store.cache import CacheKey
from tests.helpers.store_history import batch, event, text, update

KEY = CacheKey(raw=bytes(range(32)))
ROOM = RoomID("!r:acme.com")
SECRET = "xyzzy-plugh-4711"
SESSION = Session(
    "http://127.0.0.1:1", UserID("@li:acme.com"), DeviceID("D"), f"token-{SECRET}", f"fresh-{SECRET}"
)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A profile in a world-readable place, under a careless umask."""
    return Paths.for_profile("p", tmp_path / "data")


async def _live(paths: Paths, picture: Path) -> Account:
    account = await Account.open(paths, KEY, Settings(), offline=True)
    await account.cache.save_session(SESSION)
    one = event("one", content=text(SECRET), room=ROOM)
    await account.cache.apply_sync(batch(update(one, room=ROOM, membership=Membership.JOIN)))
    await account.sending.send_text(ROOM, f"hello {SECRET}")
    await account.sending.send_file(ROOM, picture, caption=SECRET)
    await account.sending.send_image_bytes(ROOM, SECRET.encode() * 100)
    await account.sending.save_draft(ROOM, f"draft {SECRET}")
    await account.cache.finish_index()
    return account


def _everything(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.exists()]


@pytest.mark.skipif(sys.platform == "win32", reason="modes are the system's there")
def test_every_file_is_the_owners_alone_and_none_is_in_clear(paths: Paths, tmp_path: Path, run: Any) -> None:
    picture = tmp_path / f"{SECRET}.png"
    picture.write_bytes(SECRET.encode() * 1000)
    before = os.umask(0)
    root = logging.getLogger()
    handlers = list(root.handlers)
    try:
        write_log_to(paths.log_file)  # may come first, and makes the folder then
        SettingsFile(paths.settings_file).change(proxy_url=f"http://me:{SECRET}@proxy:1")

        async def work() -> list[tuple[Path, int]]:
            account = await _live(paths, picture)
            try:
                found = _everything(paths.folder)
                clear = [path for path in found if path.is_file() and SECRET.encode() in path.read_bytes()]
                assert [path.name for path in clear] == ["settings.json"]
                assert SECRET not in "".join(str(path) for path in found)
                return [(path, stat.S_IMODE(path.stat().st_mode)) for path in [paths.folder, *found]]
            finally:
                await account.stop()

        modes = run(work())
    finally:
        os.umask(before)
        for handler in set(root.handlers) - set(handlers):
            root.removeHandler(handler)
            handler.close()
    assert stat.S_IMODE(paths.folder.stat().st_mode) == 0o700
    open_files = {path.name: oct(mode) for path, mode in modes if path.is_file() and mode & 0o077}
    assert open_files == {}
    assert any(path.name == "tack.log" for path, _ in modes) and any(
        "outbox" in str(path) for path, _ in modes
    )


def test_a_proxys_password_is_not_printed() -> None:
    assert SECRET not in repr(Settings(proxy_url=f"http://me:{SECRET}@proxy:1"))


def test_signing_out_with_deletion_leaves_nothing(paths: Paths, tmp_path: Path, run: Any) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(b"x" * 1000)

    async def leave() -> None:
        account = await _live(paths, picture)
        paths.damage_mark.touch()
        paths.videos.mkdir(exist_ok=True)
        (paths.videos / "streamed").write_bytes(b"x")
        await account.sign_out(wipe=True)

    run(leave())
    assert _everything(paths.folder) == []


def test_a_full_disk_does_not_keep_what_is_to_be_deleted(
    paths: Paths, tmp_path: Path, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(b"x" * 1000)

    async def full(_session: object) -> None:
        raise DiskFull

    async def leave(*, wipe: bool) -> None:
        account = await _live(paths, picture)
        monkeypatch.setattr(account.cache, "save_session", full)
        if not wipe:
            with pytest.raises(DiskFull):
                await account.sign_out(wipe=False)
        else:
            await account.sign_out(wipe=True)
        with pytest.raises(StorageError):  # it was stopped either way
            await account.cache.set_kv("a", "b", "c")

    run(leave(wipe=False))
    assert paths.cache.exists()
    run(leave(wipe=True))
    assert _everything(paths.folder) == []


def test_what_cannot_be_deleted_is_said(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in (paths.cache, paths.media):
        folder.mkdir(parents=True)
    real = shutil.rmtree

    def busy(path: Path, ignore_errors: bool = False) -> None:
        if path != paths.cache:
            real(path, ignore_errors=ignore_errors)

    monkeypatch.setattr(shutil, "rmtree", busy)
    with pytest.raises(StorageError) as caught:
        wipe_profile(paths)
    assert caught.value.code == "wipe_incomplete"
    assert not paths.media.exists()


def test_signing_out_without_deletion_keeps_what_was_not_sent(paths: Paths, tmp_path: Path, run: Any) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(b"x" * 1000)

    async def leave_and_come_back() -> None:
        account = await _live(paths, picture)
        await account.sign_out(wipe=False)
        again = await Account.open(paths, KEY, Settings(), offline=True)
        try:
            assert again.session is None
            rows = again.cache.read.queue()
            assert [row.attachment_path is not None for row in rows] == [False, True, True]
            assert await again.media.local_file(str(rows[1].attachment_path)) == b"x" * 1000
            assert again.cache.read.draft(ROOM).text == f"draft {SECRET}"
            await again.cache.forget_room(ROOM)
            assert len(again.cache.read.queue()) == 3
        finally:
            await again.stop()

    run(leave_and_come_back())


def test_two_callers_get_one_line(paths: Paths, run: Any) -> None:
    async def ask() -> None:
        account = await Account.open(paths, KEY, Settings(), offline=True)
        try:
            await account.cache.save_session(SESSION)
            first, second = await asyncio.gather(account.homeserver.open(), account.homeserver.open())
            assert first is second
        finally:
            await account.stop()

    run(ask())
