"""What a person and who looks over their shoulder need in every step: the window, the cache behind it, the colleagues."""

import asyncio
import time

from person import Person
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QTextEdit
from server_thread import Colleague

from app.domain.connection import ConnectionKind
from app.domain.ids import RoomID
from app.local_server.demo.company import Company
from ui.application import Application
from ui.desk import Desk
from ui.screens.main_window.main_page import MainPage


class AtTheDesk:
    """The program under observation, and the person in front of it."""

    def __init__(self, application: Application, company: Company, key: str) -> None:
        self.application = application
        self.company = company
        self.key = key
        self.person = Person(application.window)

    # What the person looks at

    @property
    def page(self) -> MainPage:
        signed_in = self.application.signed_in
        assert signed_in is not None, "nobody is signed in"
        return signed_in.page

    @property
    def desk(self) -> Desk:
        """What the screens were given: the day looks into the cache behind them, not only at pixels."""
        return self.page._desk

    def room(self, key: str) -> RoomID:
        return self.company.rooms[key]

    def line(self) -> ConnectionKind:
        return self.desk.account.connection.state.kind

    def texts(self, count: int = 12) -> list[str]:
        """The last texts of the open room, as the cache gives them to the screen."""
        room = self.page.chat.room_id
        if room is None:
            return []
        read = self.desk.account.cache.read
        rows = read.extent(room).row_count
        return [item.body for item in read.items(room, max(0, rows - count), count)]

    def unread(self, key: str) -> int:
        room = self.desk.account.cache.read.room(self.room(key))
        return room.unread if room else -1

    async def open(self, key: str) -> None:
        room_id, screen = self.room(key), self.page.conversations
        await self.person.wait_for("the room is not in the list", lambda: screen.model.row_of(room_id) >= 0)
        await self.person.click_row(screen.list, screen.model.index(screen.model.row_of(room_id)))
        await self.person.wait_for("the room does not open", lambda: self.page.chat.room_id == room_id)
        await self.person.wait_for("the room is empty", lambda: len(self.texts()) > 0)

    async def type_and_send(self, text: str) -> None:
        field = self.page.chat.composer.findChild(QTextEdit)
        assert field is not None
        await self.person.write(field, text)
        await self.person.press(field, Qt.Key.Key_Return)
        await self.person.wait_for("the message does not show", lambda: text in self.texts(), 5)

    async def colleague(self, key: str) -> Colleague:
        return await asyncio.to_thread(Colleague, self.company, key)

    async def arrived(self, key: str, room: str, texts: list[str]) -> None:
        """Look as somebody else whether the texts are there once each and in order."""
        other = await self.colleague(key)
        deadline = time.monotonic() + 40
        while True:
            seen = await asyncio.to_thread(other.bodies, self.room(room))
            if [text for text in seen if text in texts] == texts:
                return
            assert time.monotonic() < deadline, f"{key} sees {seen[-4:]}"
            await self.person.breathe(0.3)

    def press_shortcut(self, *keys: str) -> None:
        """Fire the window's own shortcut of these keys (a virtual display has no window manager to focus it)."""
        for shortcut in self.application.window.findChildren(QShortcut):
            sequences = [sequence.toString() for sequence in shortcut.keys()]  # noqa: SIM118 - Qt, not a dict
            if set(sequences) & set(keys):
                shortcut.activated.emit()
                return
        raise AssertionError(f"no shortcut {keys}")
