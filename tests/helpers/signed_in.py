"""The whole window over a real cache with the invented company in it, without a network."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from app.account import Account
from app.domain.account import Session
from app.domain.ids import DeviceID
from app.paths import Paths
from app.settings import SettingsFile
from app.store.cache import CacheKey
from tests.helpers.company import ME, Company
from ui.appearance import Appearance
from ui.garbage import GarbageCollector
from ui.main_window import MainWindow
from ui.screens.main_window.places import known_places
from ui.signed_in import SignedIn
from ui.tray import Tray

T = TypeVar("T")


class Desktop:
    """What a test drives."""

    def __init__(
        self,
        company: Company,
        account: Account,
        window: MainWindow,
        signed_in: SignedIn,
        settings: SettingsFile,
    ) -> None:
        self.company = company
        self.account = account
        self.window = window
        self.signed_in = signed_in
        self.settings = settings
        self.page = signed_in.page
        self.chat = signed_in.page.chat

    def open(self, key: str) -> None:
        """Open a conversation of the company."""
        self.page.open_room(self.company.rooms[key].room_id)

    async def pause(self, seconds: float = 0.15) -> None:
        """Let timers fire and paints happen."""
        await asyncio.sleep(seconds)

    async def until(self, condition: Callable[[], object], seconds: float = 30.0) -> None:
        """Wait for something to become true."""
        await until(condition, seconds)


async def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"did not happen within {seconds} s")
        await asyncio.sleep(0.01)


@asynccontextmanager
async def desktop(folder: Path, *, language: str = "en", theme: str = "light") -> AsyncIterator[Desktop]:
    """Sign 李娜 in offline, with the company's first sync in the cache, and show the window."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    paths = Paths.for_profile("test", folder)
    paths.create()
    settings = SettingsFile(paths.settings_file)
    settings.change(language=language, theme=theme)
    account = await Account.open(paths, CacheKey.random(), settings.current, offline=True)
    await account.cache.save_session(Session("http://127.0.0.1:9", ME, DeviceID("TEST"), "token"))
    company = Company()
    await account.cache.apply_sync(company.first_batch())
    garbage = GarbageCollector()
    garbage.start()
    appearance = Appearance(app, settings.current)
    window = MainWindow(appearance.style)
    tray = Tray(appearance.style)
    signed_in = SignedIn(account, window, appearance, settings, known_places(("chats", "people")))
    window.show_page(signed_in.page)
    window.show()
    signed_in.complete(tray)
    await account.start()
    await asyncio.sleep(0.1)  # the window manager makes the window active, or not, once
    try:
        yield Desktop(company, account, window, signed_in, settings)
    finally:
        await signed_in.save()
        await signed_in.close()
        window.allow_close()
        window.close()
        await account.stop()
        window.deleteLater()
        tray.deleteLater()
        appearance.deleteLater()
        await asyncio.sleep(0)
        garbage.stop()


def run(qapp: QApplication, work: Coroutine[Any, Any, T]) -> T:
    """Run a test's coroutine as the program runs: asyncio on Qt's loop."""
    qapp.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: QEventLoop(qapp)) as runner:
        return runner.run(work)
