"""The first run with a server on this computer, and the next start, which brings that server again."""

import asyncio
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.domain.connection import ConnectionKind
from tests.helpers.signed_in import run, until
from ui.application import Application
from ui.options import Options
from ui.screens.sign_in.local_page import LocalPage
from ui.screens.sign_in.welcome_page import WelcomePage


def is_online(application: Application) -> bool:
    signed_in = application.signed_in
    return signed_in is not None and signed_in.account.connection.state.kind is ConnectionKind.ONLINE


@pytest.mark.live
def test_a_company_starts_on_this_computer_and_is_there_next_time(qapp: QApplication, tmp_path: Path) -> None:
    given = Options(data_dir=tmp_path, has_throwaway_keyring=True)

    async def first_run() -> None:
        application = Application(qapp, given)
        task = asyncio.create_task(application.run())
        await until(lambda: application.window.findChild(WelcomePage))
        application.window.findChild(WelcomePage).local_chosen.emit()  # type: ignore[union-attr]
        await until(lambda: application.window.findChild(LocalPage))
        application.window.findChild(LocalPage).submitted.emit("lina", "李娜", "a good pass")  # type: ignore[union-attr]
        await until(lambda: is_online(application), 60)
        application.quit()
        assert await task == 0
        application.window.deleteLater()

    async def second_run() -> None:
        application = Application(qapp, given)
        task = asyncio.create_task(application.run())
        await until(lambda: is_online(application), 60)
        application.quit()
        assert await task == 0
        application.window.deleteLater()

    run(qapp, first_run())
    run(qapp, second_run())
