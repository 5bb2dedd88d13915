"""The program from its start to its end."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from app.account import Account
from app.domain.account import Session
from app.domain.ids import DeviceID
from app.paths import Paths
from app.secrets import ThrowAwayKeyStore, profile_key
from app.settings import Settings, SettingsFile
from app.store.cache import CacheKey
from tests.helpers.company import ME, Company
from tests.helpers.signed_in import run, until
from ui.application import Application
from ui.options import Options, parse_options
from ui.screens.sign_in.passphrase_page import PassphrasePage
from ui.screens.sign_in.sign_in_page import SignInPage
from ui.screens.sign_in.welcome_page import WelcomePage
from ui.single_instance import ring


def options(folder: Path, *, has_keyring: bool = True) -> Options:
    return Options(data_dir=folder, is_offline=True, has_throwaway_keyring=has_keyring)


async def sign_in_before(folder: Path, key: CacheKey | None = None) -> Company:
    """Leave the profile as a program that was signed in leaves it."""
    paths = Paths.for_profile("default", folder)
    paths.create()
    key = key or CacheKey(raw=await profile_key(ThrowAwayKeyStore(paths.folder / "keys"), "default"))
    account = await Account.open(paths, key, Settings(), offline=True)
    await account.cache.save_session(Session("http://127.0.0.1:9", ME, DeviceID("TEST"), "token"))
    company = Company()
    await account.cache.apply_sync(company.first_batch())
    await account.stop()
    return company


@asynccontextmanager
async def running(
    qapp: QApplication, given: Options
) -> AsyncIterator[tuple[Application, "asyncio.Task[int]"]]:
    application = Application(qapp, given)
    task = asyncio.create_task(application.run())
    await until(application.window.isVisible)
    try:
        yield application, task
    finally:
        application.quit()
        assert await task == 0
        application.window.deleteLater()
        application.deleteLater()
        await asyncio.sleep(0)


def test_the_first_run_asks_where_one_works(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(qapp, options(tmp_path)) as (application, _task):
            assert application.window.findChild(WelcomePage) is not None
            page = application.window.findChild(WelcomePage)
            assert page is not None
            page.company_chosen.emit()
            await until(lambda: application.window.findChild(SignInPage))

    run(qapp, scenario())


def test_a_known_account_is_on_screen_without_a_network(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        await sign_in_before(tmp_path)
        async with running(qapp, options(tmp_path)) as (application, _task):
            signed_in = application.signed_in
            assert signed_in is not None
            assert signed_in.page.conversations.model.rowCount() == 10
            assert application.window.windowTitle().startswith("(15)")

    run(qapp, scenario())


def test_the_room_and_the_columns_are_there_again_after_a_restart(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        company = await sign_in_before(tmp_path)
        async with running(qapp, options(tmp_path)) as (application, _task):
            assert application.signed_in is not None
            application.signed_in.page.open_room(company.rooms["finance"].room_id)
            application.signed_in.page.set_side_open(False)
        async with running(qapp, options(tmp_path)) as (application, _task):
            signed_in = application.signed_in
            assert signed_in is not None
            await until(lambda: signed_in.page.chat.room_id == company.rooms["finance"].room_id)
            assert not signed_in.page.is_side_open()

    run(qapp, scenario())


def test_a_second_start_rings_and_ends(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        await sign_in_before(tmp_path)
        async with running(qapp, options(tmp_path)) as (application, _task):
            await until(lambda: ring(Paths.for_profile("default", tmp_path).folder))
            application.window.hide()
            second = Application(qapp, options(tmp_path))
            assert await second.run() == 0
            assert not second.window.isVisible()
            await until(application.window.isVisible)
            second.window.deleteLater()

    run(qapp, scenario())


def test_without_a_safe_keyring_a_passphrase_protects_the_data(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")

    async def scenario() -> None:
        await sign_in_before(tmp_path, CacheKey(passphrase="correct horse"))
        async with running(qapp, options(tmp_path, has_keyring=False)) as (application, _task):
            page = application.window.findChild(PassphrasePage)
            assert page is not None
            assert "passphrase" in page.heading.lower()
            page.given.emit("wrong horse")
            await until(lambda: any("does not fit" in label.text() for label in page.findChildren(QLabel)))
            page.given.emit("correct horse")
            await until(lambda: application.signed_in is not None)

    run(qapp, scenario())


def test_broken_settings_do_not_keep_the_window_from_opening(
    qapp: QApplication, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    paths = Paths.for_profile("default", tmp_path)
    paths.create()
    SettingsFile(paths.settings_file).change(window={"geometry": "nonsense", "columns": ["a"], "room": 7})

    async def scenario() -> None:
        await sign_in_before(tmp_path)
        async with running(qapp, options(tmp_path)) as (application, _task):
            assert application.signed_in is not None

    with caplog.at_level(logging.ERROR):
        run(qapp, scenario())
    assert not caplog.records


def test_the_command_line() -> None:
    given = parse_options(["--profile", "second", "--offline", "--log-level", "DEBUG"])
    assert (given.profile, given.is_offline, given.log_level, given.connect) == (
        "second",
        True,
        "DEBUG",
        None,
    )
    connect = parse_options(["--connect", "http://x", "--user", "u", "--password-env", "NOPE"]).connect
    assert connect is not None and (connect.server, connect.user, connect.password) == ("http://x", "u", "")


@pytest.mark.parametrize(("is_wiping", "page"), [(False, SignInPage), (True, WelcomePage)])
def test_signing_out_keeps_or_deletes_the_data(
    qapp: QApplication, tmp_path: Path, is_wiping: bool, page: type[QWidget]
) -> None:
    async def scenario() -> None:
        await sign_in_before(tmp_path)
        async with running(qapp, options(tmp_path)) as (application, _task):
            assert application.signed_in is not None
            key_file = Paths.for_profile("default", tmp_path).folder / "keys" / "default.key"
            key = key_file.read_bytes()
            application.signed_in.sign_out_requested.emit(is_wiping)
            await until(lambda: application.window.findChild(page), 20)
            assert Paths.for_profile("default", tmp_path).cache.exists() is not is_wiping
            assert (key_file.read_bytes() == key) is not is_wiping  # what was wiped cannot be opened again

    run(qapp, scenario())


def test_what_was_sent_in_the_last_moment_is_kept(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        company = await sign_in_before(tmp_path)
        room = company.rooms["zhangwei"].room_id
        async with running(qapp, options(tmp_path)) as (application, _task):
            assert application.signed_in is not None
            application.signed_in.page.open_room(room)
            application.signed_in.page.chat.composer.send_requested.emit("最后一句", ())
            application.quit()
        async with running(qapp, options(tmp_path)) as (application, _task):
            assert application.signed_in is not None
            waiting = application.signed_in.account.cache.read.queue(room_id=room)
            assert [row.content["body"] for row in waiting] == ["最后一句"]

    run(qapp, scenario())
