"""A process of its own on a real X display: dings come while somebody types. Prints what it saw as JSON.

`python -m tests.helpers.focus_scene`, with DISPLAY set and a window manager on it.
"""

import asyncio
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from app.domain.dings import DING_FIELD
from tests.helpers.company import ME
from tests.helpers.signed_in import Desktop, desktop, run
from ui.alerts import Alerts
from widgets.alert_card import AlertCard
from widgets.buttons import Button
from widgets.line_edit import LineEdit

TEXT = "the quick brown fox"


async def xdotool(*arguments: str) -> str:
    """Act as the person at the keyboard, or ask the window system."""
    process = await asyncio.create_subprocess_exec("xdotool", *arguments, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    return out.decode().strip()


async def focus() -> tuple[str, str]:
    """Which window is active, and which has the keyboard."""
    return await xdotool("getactivewindow"), await xdotool("getwindowfocus")


async def click(widget: QWidget) -> None:
    """Click with the real pointer."""
    at = widget.mapToGlobal(widget.rect().center())
    await xdotool("mousemove", str(at.x()), str(at.y()), "click", "1")


def button(card: AlertCard, words: str) -> Button:
    """A button of a card."""
    return next(each for each in card.findChildren(Button) if each.text() == words)


async def ding(desk: Desktop, text: str) -> None:
    """A ding for me comes."""
    content = {DING_FIELD: {"v": 1, "kind": "notice", "recipients": [ME]}, "m.mentions": {"user_ids": [ME]}}
    await desk.account.cache.apply_sync(desk.company.say("launch", "wangmin", f"[DING] {text}", **content))


async def scene(desk: Desktop, alerts: Alerts) -> dict[str, Any]:
    """Type while two dings come, then click what takes no keyboard and what does."""
    other = QLineEdit()
    other.setWindowTitle("somebody's text")
    other.setGeometry(40, 680, 400, 40)
    other.show()
    desk.window.setGeometry(20, 20, 760, 500)
    await desk.until(lambda: other.isActiveWindow() or desk.window.isActiveWindow())
    await click(other)
    await desk.until(other.hasFocus)
    before = await focus()
    typing = asyncio.create_task(xdotool("type", "--delay", "30", TEXT))
    for text in ("one", "two"):
        await ding(desk, text)
    await desk.until(lambda: len(alerts.cards) == 2 and all(card.isVisible() for card in alerts.cards))
    await typing
    await desk.until(lambda: len(other.text()) >= len(TEXT))
    card = alerts.cards[0]
    seen: dict[str, Any] = {"typed": other.text(), "kept": await focus() == before}
    await desk.until(lambda: not card.is_guarded())
    await click(button(card, "Later"))
    await desk.until(lambda: QApplication.activePopupWidget() is not None)
    await xdotool("key", "Escape")
    await desk.until(lambda: QApplication.activePopupWidget() is None)
    seen["kept after a click"] = await focus() == before and not card.isActiveWindow()
    await click(button(card, "Reply…"))
    field = card.findChild(LineEdit)
    assert field is not None
    await desk.until(card.isActiveWindow)
    await xdotool("type", "--delay", "30", "by Friday")
    await desk.until(lambda: field.text() == "by Friday")
    await xdotool("key", "Escape", "Escape")
    await desk.until(other.isActiveWindow)
    seen["given back"] = True
    await xdotool("type", "--delay", "30", "!")
    await desk.until(lambda: other.text().endswith("!"))
    other.close()
    return seen


def main() -> None:
    """Run the scene."""
    qapp = QApplication(sys.argv)

    async def scenario() -> None:
        with TemporaryDirectory() as folder:
            async with desktop(Path(folder)) as desk:
                desk.settings.change(is_ding_sound_on=False)
                alerts = desk.window.findChild(Alerts)
                assert alerts is not None
                desk.signed_in._desk.dings.open_inbox = lambda uid="": None  # type: ignore[method-assign]
                await desk.until(lambda: desk.account.cache.read.ding_alerts.has_begun())
                sys.stdout.write(json.dumps(await scene(desk, alerts)) + "\n")

    run(qapp, scenario())


if __name__ == "__main__":
    main()
