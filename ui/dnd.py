""" "Do not disturb": the choices, and the entry of the tray's menu that makes and shows them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QMenu

from app.domain.quiet import next_morning_ms
from resources.formats import format_due
from resources.translations import language_changed, tr

if TYPE_CHECKING:
    from app.settings import Settings, SettingsFile
    from ui.tray import Tray

OFF, MORNING = "off", "morning"
_MINUTE_MS = 60_000
_LONGEST_TIMER_MS = 24 * 60 * _MINUTE_MS


def dnd_choices() -> list[tuple[str, str]]:
    """Key and words of each."""
    return [
        ("30", tr("For 30 minutes")),
        ("60", tr("For 1 hour")),
        (MORNING, tr("Until tomorrow 9:00")),
        (OFF, tr("Not set")),
    ]


def dnd_until_ms(key: str, now_ms: int) -> int:
    """What a choice made now means; 0 is off."""
    if key == OFF:
        return 0
    return next_morning_ms(now_ms) if key == MORNING else now_ms + int(key) * _MINUTE_MS


def now_ms() -> int:
    """The clock on the wall: what "until" is said in."""
    return time.time_ns() // 1_000_000


class DoNotDisturb(QObject):
    """A submenu of the tray; its title says until when."""

    def __init__(self, settings: SettingsFile, tray: Tray, parent: QObject) -> None:
        super().__init__(parent)
        self._settings = settings
        self._menu = menu = QMenu()
        self._actions = {key: menu.addAction("") for key, _ in dnd_choices()}
        for key, action in self._actions.items():
            action.triggered.connect(lambda _checked=False, chosen=key: self.choose(chosen))
        self._over = QTimer(self, singleShot=True)
        self._over.timeout.connect(self.word)
        unsubscribe = settings.subscribe(self._settings_changed)
        self._last = settings.current.dnd_until_ms
        language_changed.connect(self.word)
        menu.aboutToShow.connect(self.word)
        self.destroyed.connect(lambda: unsubscribe())
        self.destroyed.connect(menu.deleteLater)
        tray.add_menu(menu)
        self.word()

    @property
    def menu(self) -> QMenu:
        """The submenu."""
        return self._menu

    def choose(self, key: str) -> None:
        """Do what an entry says."""
        self._settings.change(dnd_until_ms=dnd_until_ms(key, now_ms()))

    def word(self) -> None:
        """Say what holds now."""
        until, now = self._settings.current.dnd_until_ms, now_ms()
        is_on = until > now
        for key, words in dnd_choices():
            self._actions[key].setText(tr("Turn off") if key == OFF else words)
        self._actions[OFF].setEnabled(is_on)
        self._menu.setTitle(
            tr("Do not disturb until {time}", time=format_due(until, now)) if is_on else tr("Do not disturb")
        )
        if is_on:
            self._over.start(min(until - now + 500, _LONGEST_TIMER_MS))
        else:
            self._over.stop()

    def _settings_changed(self, settings: Settings) -> None:
        if settings.dnd_until_ms != self._last:
            self._last = settings.dnd_until_ms
            self.word()
