"""A person in front of the window: looks, waits, clicks, types. Real Qt events on real widgets."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QLineEdit, QWidget

W = TypeVar("W", bound=QWidget)

LOOK_EVERY_S = 0.03


class NotSeen(AssertionError):
    """Something that should have shown did not."""


class Person:
    """Works on one top-level window."""

    def __init__(self, window: QWidget) -> None:
        self.window = window

    async def wait_for(self, what: str, condition: Callable[[], object], timeout_s: float = 20.0) -> float:
        """Look until `condition` is true; give the seconds it took. Raises `NotSeen`."""
        started = time.monotonic()
        while not condition():
            if time.monotonic() - started > timeout_s:
                raise NotSeen(f"{what} (waited {timeout_s:.0f} s)")
            await asyncio.sleep(LOOK_EVERY_S)
        return time.monotonic() - started

    async def see(self, kind: type[W], timeout_s: float = 20.0) -> W:
        """Wait for a visible widget of a class."""
        found: list[W] = []

        def look() -> bool:
            found[:] = [widget for widget in self.window.findChildren(kind) if widget.isVisible()]
            return bool(found)

        await self.wait_for(f"no {kind.__name__} to be seen", look, timeout_s)
        return found[0]

    async def click_button(self, text: str) -> None:
        """Click the button with this text (or this tooltip)."""

        def look() -> QAbstractButton | None:
            for button in self.window.findChildren(QAbstractButton):
                if button.isVisible() and button.isEnabled() and text in (button.text(), button.toolTip()):
                    return button
            return None

        await self.wait_for(f"no button “{text}”", look)
        button = look()
        assert button is not None
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        await self.breathe()

    async def click_row(self, view: QAbstractItemView, index: QModelIndex) -> None:
        """Click a row of a list, scrolling it into sight first."""
        view.scrollTo(index)
        await self.breathe()
        place = view.visualRect(index).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        await self.breathe()

    async def write(self, widget: QWidget, text: str) -> None:
        """Type; what is not on a plain keyboard comes as an input method commits it."""
        if not isinstance(widget, QLineEdit):
            QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(20, 8))
        widget.setFocus(Qt.FocusReason.MouseFocusReason)
        if text.isascii():
            QTest.keyClicks(widget, text)
        else:
            event = QInputMethodEvent()
            event.setCommitString(text)
            QApplication.sendEvent(widget, event)
        await self.breathe()

    async def press(self, widget: QWidget, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        """Press a key."""
        held = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            held |= modifier
        QTest.keyClick(widget, key, held)
        await self.breathe()

    async def breathe(self, seconds: float = 0.15) -> None:
        """Let the window paint and the network speak."""
        await asyncio.sleep(seconds)

    def photograph(self, path: Path) -> None:
        """Save what the window shows."""
        if not self.window.grab().save(str(path)):
            raise OSError(f"no screenshot at {path}")
