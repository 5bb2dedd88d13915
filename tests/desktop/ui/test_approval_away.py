"""Letting somebody decide for me: what is asked, refused, queued, ended."""

import time
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from shiboken6 import isValid

from app.domain.approvals.template import Away
from app.domain.approvals.wire import DEPUTY_TYPE, to_content
from tests.helpers.company import ME, user
from tests.helpers.designer_stage import LIBRARY, DesignerStage, designer_stage, expense
from tests.helpers.signed_in import run
from tests.helpers.store_history import batch, state, update
from ui.screens.approval_designer.away_dialog import SOME, AwayDialog, open_away

HOUR_MS = 3_600_000
Work = Callable[[DesignerStage], Coroutine[Any, Any, None]]


def scene(qapp: QApplication, folder: Path, work: Work, language: str = "en") -> None:
    async def scenario() -> None:
        async with designer_stage(folder, language) as it:
            await it.library(expense())
            await work(it)
            for dialog in it.desktop.window.findChildren(AwayDialog):
                dialog.reject()

    run(qapp, scenario())


async def opened(it: DesignerStage) -> AwayDialog:
    open_away(it.desk, it.desktop.window)
    found: list[AwayDialog] = it.desktop.window.findChildren(AwayDialog)
    dialog = found[-1]
    await it.until(lambda: dialog.templates.chips())
    return dialog


def test_somebody_decides_for_me_for_some_templates(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        dialog = await opened(it)
        tomorrow = datetime.now() + timedelta(days=1)
        dialog.who._add(user("wangmin"))
        dialog.begin.set_value(tomorrow)
        dialog.end.set_value(tomorrow + timedelta(days=2))
        dialog.scope._choose(SOME)
        dialog.templates.chips()["expense"].click()
        dialog.press("accept")
        await it.until(lambda: it.queued(DEPUTY_TYPE))
        content = it.queued(DEPUTY_TYPE)[0].content
        assert (content["deputy"], content["templates"]) == (user("wangmin"), ["expense"])
        assert content["until_ms"] - content["from_ms"] == 48 * HOUR_MS
        await it.until(lambda: not isValid(dialog) or not dialog.isVisible())

    scene(qapp, tmp_path, work)


def test_escape_closes_it_wherever_the_focus_is(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        for number in range(3):
            dialog = await opened(it)
            field = (dialog.who.picker.field, *dialog.begin.findChildren(QLineEdit), dialog.button("accept"))
            field[number].setFocus()
            QTest.keyClick(field[number], Qt.Key.Key_Escape)
            await it.until(lambda: it.desktop.window.findChildren(AwayDialog) == [])

    scene(qapp, tmp_path, work)


def test_what_cannot_be_is_said(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        dialog = await opened(it)
        dialog.press("accept")
        assert dialog._error.text() == "Choose who decides for you."
        dialog.who._add(ME)
        dialog.press("accept")
        assert dialog._error.text() == "Choose somebody else than yourself."
        dialog.who._add(user("tom"))
        dialog.end.set_value(dialog.begin.value())
        dialog.press("accept")
        assert dialog._error.text() == "The end is before the beginning."
        dialog.begin.set_value(datetime(2020, 1, 1))
        dialog.end.set_value(datetime(2020, 1, 2))
        dialog.press("accept")
        assert dialog._error.text() == "This time is already over."
        dialog.end.set_value(datetime.now() + timedelta(days=1))
        dialog.scope._choose(SOME)
        dialog.press("accept")
        assert dialog._error.text() == "Choose at least one template."
        QTest.keyClick(dialog.who.picker.field, Qt.Key.Key_Return)
        assert dialog.isVisible() and it.queued(DEPUTY_TYPE) == []

    scene(qapp, tmp_path, work)


def test_who_is_away_sees_it_and_comes_back(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        now_ms = time.time_ns() // 1_000_000
        away = Away(user("wangmin"), now_ms - HOUR_MS, now_ms + HOUR_MS, ("expense",))
        event = state("away", DEPUTY_TYPE, to_content(away), ME, sender=ME, room=LIBRARY)
        await it.cache.apply_sync(batch(update(event, room=LIBRARY)))
        dialog = await opened(it)
        await it.until(lambda: dialog.now.text().startswith("王敏 decides for you until"))
        assert dialog.who.keys() == (user("wangmin"),) and dialog.scope.current() == SOME
        assert dialog.templates.checked() == ("expense",)
        dialog.now.action_triggered.emit()
        await it.until(lambda: it.queued(DEPUTY_TYPE))
        assert it.queued(DEPUTY_TYPE)[0].content == {}
        await it.until(lambda: not isValid(dialog) or not dialog.isVisible())

    scene(qapp, tmp_path, work)
