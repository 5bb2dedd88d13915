"""The pages before the first chat: language, proxy, what is asked of the server and when."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.settings import SettingsFile
from resources.translations import language, set_language
from ui import theme
from ui.proxy_fields import ProxyFields
from ui.screens.sign_in.sign_in_page import SignInPage
from ui.screens.sign_in.welcome_page import WelcomePage
from widgets.buttons import Button
from widgets.style import StyleSource


@pytest.fixture
def style(qapp: QApplication) -> Iterator[StyleSource]:
    before = language()
    set_language("en")
    yield StyleSource(theme.light(has_motion=False))
    set_language(before)


@pytest.fixture
def settings(tmp_path: Path) -> SettingsFile:
    return SettingsFile(tmp_path / "settings.toml")


@pytest.fixture
def page(qtbot: QtBot, style: StyleSource, settings: SettingsFile) -> SignInPage:
    page = SignInPage(style, QPixmap(8, 8), ProxyFields(style, settings))
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    return page


def test_the_server_is_asked_once_when_its_field_is_left(page: SignInPage) -> None:
    asked: list[str] = []
    page.server_typed.connect(asked.append)
    page.server.focus_field()
    QTest.keyClicks(page.server.edit, "acme.example")
    QTest.keyClick(page.server.edit, Qt.Key.Key_Tab)
    assert asked == ["acme.example"]
    page.server.focus_field()
    QTest.keyClick(page.server.edit, Qt.Key.Key_Return)
    assert asked == ["acme.example"]
    assert page.user.edit.hasFocus()


def test_a_proxy_can_be_set_before_signing_in(page: SignInPage, settings: SettingsFile) -> None:
    opener = next(button for button in page.findChildren(Button) if button.text() == "Proxy…")
    fields = page.findChild(ProxyFields)
    assert fields is not None and fields.isHidden()
    opener.click()
    assert fields.isVisible() and fields.address.isHidden()
    fields.mode.set_current("manual")
    fields.mode.chosen.emit("manual")
    fields.address.focus_field()
    QTest.keyClicks(fields.address.edit, "http://proxy:8080")
    QTest.keyClick(fields.address.edit, Qt.Key.Key_Tab)
    assert (settings.current.proxy_mode, settings.current.proxy_url) == ("manual", "http://proxy:8080")


def test_the_first_page_offers_both_languages_in_their_own_words(qtbot: QtBot, style: StyleSource) -> None:
    page = WelcomePage(style, QPixmap(8, 8), "")
    qtbot.addWidget(page)
    chosen: list[str] = []
    page.language_chosen.connect(chosen.append)
    for words in ("中文", "English"):
        next(button for button in page.findChildren(Button) if button.text() == words).click()
    assert chosen == ["zh", "en"]
