"""Quiet hours, "do not disturb" from two places, and muted senders, over a real cache."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTime
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.domain.dings import MUTED_TYPE
from app.settings import Settings
from resources.translations import set_language
from tests.helpers.company import user
from tests.helpers.signed_in import Desktop, desktop, run
from ui import dnd
from ui.dnd import MORNING, OFF, DoNotDisturb, dnd_until_ms
from ui.screens.settings.quiet import MutedSenders, QuietSection
from widgets.buttons import Button

MINUTE_MS = 60_000


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    yield
    set_language("en")


def section_of(desk: Desktop) -> QuietSection:
    desk.signed_in.open_settings()
    section = desk.window.findChild(QuietSection)
    assert section is not None
    return section


def entry_of(desk: Desktop) -> DoNotDisturb:
    entry = desk.signed_in.findChild(DoNotDisturb)
    assert entry is not None
    return entry


def stored(desk: Desktop) -> Settings:
    return desk.settings.current


def test_quiet_hours_are_set_and_kept(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            section = section_of(desk)
            assert not section._from.isEnabled()
            section._quiet.click()
            assert stored(desk).is_quiet_on and section._from.isEnabled()
            assert (section._from.value(), section._to.value()) == ("21:00", "08:30")
            section._from.edit.setTime(QTime(22, 15))
            section._to.edit.setTime(QTime(7, 0))
            assert (stored(desk).quiet_from, stored(desk).quiet_to) == ("22:15", "07:00")
            section._glass.click()
            section._sound.click()
            assert not stored(desk).is_breaking_glass_allowed and not stored(desk).is_ding_sound_on

    run(qapp, scenario())


def test_a_time_is_typed_by_keyboard(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            section = section_of(desk)
            section._quiet.click()
            await desk.pause(0.05)
            edit = section._from.edit
            assert edit.lineEdit().width() > 100 and edit.lineEdit().text() == "21:00"
            edit.setFocus()
            edit.setSelectedSection(edit.Section.HourSection)
            QTest.keyClicks(edit, "1945")
            QTest.keyClick(edit, Qt.Key.Key_Return)
            assert stored(desk).quiet_from == "19:45"

    run(qapp, scenario())


def test_the_limit_of_repeats(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.settings.change(ding_repeats=7)
            box = section_of(desk)._repeats.box
            words = [box.itemText(at) for at in range(box.count())]
            assert words[:3] == ["Never", "1 time at most", "3 times at most"] and "7 times at most" in words
            box.setCurrentIndex(0)
            box.activated.emit(0)
            assert stored(desk).ding_repeats == 0

    run(qapp, scenario())


def test_do_not_disturb_from_the_tray_is_shown_in_both_places(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            entry, section = entry_of(desk), section_of(desk)
            actions = entry.menu.actions()
            assert [action.text() for action in actions] == [
                "For 30 minutes",
                "For 1 hour",
                "Until tomorrow 9:00",
                "Turn off",
            ]
            assert entry.menu.title() == "Do not disturb" and not actions[3].isEnabled()
            assert section._dnd.current() == OFF
            before = dnd.now_ms()
            actions[0].trigger()
            assert 0 <= stored(desk).dnd_until_ms - before - 30 * MINUTE_MS < MINUTE_MS
            assert entry.menu.title().startswith("Do not disturb until ") and actions[3].isEnabled()
            assert section._dnd.current() == "on" and section._dnd.box.currentText().startswith("On until ")
            await desk.until(lambda: desk.account.ding_alerts._settings.dnd_until_ms > 0)
            actions[3].trigger()
            assert stored(desk).dnd_until_ms == 0 and section._dnd.current() == OFF

    run(qapp, scenario())


def test_do_not_disturb_from_the_settings(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            section = section_of(desk)
            section._dnd.set_current("60")
            section._dnd.chosen.emit("60")
            assert stored(desk).dnd_until_ms > dnd.now_ms() + 59 * MINUTE_MS
            until = stored(desk).dnd_until_ms
            section._dnd.chosen.emit("on")
            assert stored(desk).dnd_until_ms == until, "chosen again, it stays"

    run(qapp, scenario())


def test_when_it_is_over_the_entry_says_so(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            entry = entry_of(desk)
            entry.choose(MORNING)
            assert entry.menu.title() != "Do not disturb" and entry._over.isActive()
            later = stored(desk).dnd_until_ms + 1
            monkeypatch.setattr(dnd, "now_ms", lambda: later)
            entry._over.timeout.emit()
            assert entry.menu.title() == "Do not disturb" and not entry._over.isActive()

    run(qapp, scenario())


def test_choices_mean_what_they_say() -> None:
    assert dnd_until_ms(OFF, 5) == 0
    assert dnd_until_ms("30", 5) == 5 + 30 * MINUTE_MS
    assert dnd_until_ms(MORNING, 1_767_009_600_000) > 1_767_009_600_000


def test_muted_senders_are_listed_by_name_and_can_be_unmuted(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            section = section_of(desk)
            muted = section.findChild(MutedSenders)
            assert muted is not None
            assert muted.names == []
            data = {"users": [user("wangmin"), "@stranger:else.example", 7]}
            await desk.account.cache.apply_sync(desk.company.batch(account_data=((MUTED_TYPE, data),)))
            await desk.until(lambda: muted.names == ["王敏", "stranger"])
            buttons = [each for each in muted.findChildren(Button) if each.text() == "Unmute"]
            assert [each.accessibleDescription() for each in buttons] == ["王敏", "stranger"]
            buttons[0].click()
            await desk.until(lambda: muted.names == ["stranger"])

    run(qapp, scenario())


@pytest.mark.parametrize("data", [{}, {"users": None}, {"users": {"a": 1}}, {"users": [1, None, []]}])
def test_nonsense_in_the_list_of_muted_senders_is_nobody(
    qapp: QApplication, tmp_path: Path, data: dict[str, object]
) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            await desk.account.cache.apply_sync(desk.company.batch(account_data=((MUTED_TYPE, data),)))
            muted = section_of(desk).findChild(MutedSenders)
            assert muted is not None
            await desk.pause(0.05)
            assert muted.names == []

    run(qapp, scenario())


def test_another_language_words_everything_again(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            section, entry = section_of(desk), entry_of(desk)
            desk.settings.change(language="zh")
            await desk.pause(0.05)
            assert section.title == "DING 与免打扰时段" and entry.menu.title() == "勿扰"
            assert section._dnd.box.currentText() == "未开启"

    run(qapp, scenario())
