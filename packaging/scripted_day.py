"""A day of 李娜's with the real program: sign in, read, send, go offline, read, search and write there, come back, confirm a
ding, ding others, clear all red dots, decide and ask for approvals, watch a video and publish one.

Drives the window with Qt events, against the demo company on a real Synapse, and looks from other people's side whether
what was done arrived. Leaves numbered screenshots, summary.json and summary.md in build/day/. Exit code 0 only if all of
it happened and nothing warned.
"""

import argparse
import asyncio
import json
import logging
import shutil
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from approval_steps import ApprovalSteps
from at_the_desk import AtTheDesk
from channel_steps import ChannelSteps
from company import server_folder
from ding_steps import DingSteps
from film_maker import made_films
from PySide6.QtCore import QMessageLogContext, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QLineEdit
from qasync import QEventLoop
from server_thread import ServerThread

from app.domain.connection import ConnectionKind
from app.local_server.demo.company import Company
from app.paths import Paths
from app.settings import SettingsFile
from resources.translations import tr
from ui.application import Application
from ui.options import Options
from ui.screens.sign_in.sign_in_page import SignInPage
from ui.screens.sign_in.welcome_page import WelcomePage
from widgets.search_panel import SearchPanel

PICTURES = ROOT / "build" / "day"
WORD = "合同"
GREETING = "早，彩排材料我看完了，没有问题。"
ANSWER = "收到，三点前给你新版。"
OFFLINE_TEXTS = ("我在高铁上，没有网络，这条先写着。", "预算表最后一版我回来就发你。")


@dataclass(slots=True)
class Step:
    """What happened in one step."""

    number: int
    name: str
    is_ok: bool
    seconds: float
    detail: str
    screenshot: str


class Day(AtTheDesk):
    """The steps, in order. Each returns a sentence about what was seen; a step that fails ends the day."""

    def __init__(
        self, application: Application, server: ServerThread, company: Company, person_key: str
    ) -> None:
        super().__init__(application, company, person_key)
        self._server = server
        self.steps: list[Step] = []

    async def play(self) -> bool:
        """Play all steps; whether all of them happened."""
        for name, step in self._plan():
            if not await self._perform(name, step):
                return False
        return True

    def _plan(self) -> tuple[tuple[str, Callable[[], Awaitable[str]]], ...]:
        return (
            ("welcome", self._welcome),
            ("sign-in form", self._fill_in_form),
            ("sign in", self._sign_in),
            ("read", self._read),
            ("a group", self._open_group),
            ("send", self._send),
            ("an answer arrives", self._receive),
            ("go offline", self._go_offline),
            ("read offline", self._read_offline),
            ("search offline", self._search_offline),
            ("open a hit offline", self._open_hit),
            ("write offline", self._write_offline),
            ("come back", self._come_back),
            *DingSteps(self).plan(),
            *ApprovalSteps(self).plan(),
            *ChannelSteps(self, self._server.films).plan(),
            ("quick switcher", self._switch),
            ("dark and English", self._change_look),
        )

    async def _perform(self, name: str, step: Callable[[], Awaitable[str]]) -> bool:
        number = len(self.steps) + 1
        picture = f"{number:02d}-{name.replace(' ', '-')}.png"
        started = time.monotonic()
        try:
            detail, is_ok = await step(), True
        except Exception as error:  # outermost frame of a step: the day ends and says why
            logging.getLogger("tack.day").exception("step %s failed", name)
            detail, is_ok = f"{type(error).__name__}: {error}", False
        seconds = time.monotonic() - started
        await self.person.breathe(0.4)
        self.person.photograph(PICTURES / picture)
        self.steps.append(Step(number, name, is_ok, round(seconds, 2), detail, picture))
        print(f"{number:2d} {'ok ' if is_ok else 'NOT'} {name}: {detail} ({seconds:.1f} s)", flush=True)
        return is_ok

    # The steps

    async def _welcome(self) -> str:
        await self.person.see(WelcomePage)
        window = self.application.window
        window.activateWindow()
        await self.person.wait_for("the window does not come to the front", window.isActiveWindow)
        return "the first page offers the ways in"

    async def _fill_in_form(self) -> str:
        await self.person.click_button(tr("My company has a server"))
        page = await self.person.see(SignInPage)
        server, user, password = page.findChildren(QLineEdit)[:3]
        server.clear()
        await self.person.write(server, self.company.base_url)
        await self.person.write(user, self.key)
        await self.person.write(password, self.company.password)
        return f"server and name typed: {page.server.text()}, {page.user.text()}"

    async def _sign_in(self) -> str:
        await self.person.click_button(tr("Sign in"))
        took = await self.person.wait_for("sign-in", lambda: self.application.signed_in is not None, 30)
        model = self.page.conversations.model
        took += await self.person.wait_for("the first rooms", lambda: model.rowCount() >= 15, 30)
        await self.person.wait_for("all rooms", lambda: model.rowCount() >= 30, 60)
        await self.person.wait_for("the line", lambda: self.line() is ConnectionKind.ONLINE, 30)
        await self.person.breathe(1.0)
        return f"the list was usable after {took:.1f} s, {model.rowCount()} conversations"

    async def _read(self) -> str:
        before = self.unread("02-hualong")
        assert before > 0, "nothing is unread at the start of the day"
        await self.open("02-hualong")
        await self.person.wait_for("the unread number stays", lambda: self.unread("02-hualong") == 0)
        me = await self.colleague(self.key)
        deadline = time.monotonic() + 20
        while await asyncio.to_thread(me.unread, self.room("02-hualong")):
            assert time.monotonic() < deadline, "the server was not told that the room is read"
            await self.person.breathe(0.3)
        return f"{before} unread messages read, the server knows"

    async def _open_group(self) -> str:
        await self.open("01-launch")
        await self.person.wait_for(
            "the picture of the cover", lambda: "封面图已更新，请看第三版" in self.texts()
        )
        await self.person.breathe(1.5)
        return "a group with replies, reactions, pictures and files"

    async def _send(self) -> str:
        await self.type_and_send(GREETING)
        await self.arrived("wangmin", "01-launch", [GREETING])
        return "王敏 has the message, once"

    async def _receive(self) -> str:
        other = await self.colleague("wangmin")
        await asyncio.to_thread(other.say, self.room("01-launch"), ANSWER)
        took = await self.person.wait_for("the answer", lambda: ANSWER in self.texts())
        return f"the answer of 王敏 was on the screen within {took:.2f} s"

    async def _go_offline(self) -> str:
        await asyncio.to_thread(self._server.stop)
        took = await self.person.wait_for(
            "offline is not noticed", lambda: self.line() is ConnectionKind.OFFLINE, 90
        )
        await self.person.wait_for("the line says nothing", self.page.banner.isVisible)
        return f"the server is gone; the window says so after {took:.1f} s"

    async def _read_offline(self) -> str:
        await self.open("10-design")
        await self.open("17-overseas")
        assert len(self.texts(30)) > 8, "little to read offline"
        return "other rooms open and read without a network"

    async def _search_offline(self) -> str:
        self.press_shortcut("Ctrl+Shift+F")
        panel = await self.person.see(SearchPanel)
        await self.person.write(panel.field, WORD)
        hits = panel.view.model()
        await self.person.wait_for("hits", lambda: hits.rowCount() >= 3)
        return f"{hits.rowCount()} messages with the two-character word {WORD}"

    async def _open_hit(self) -> str:
        panel = await self.person.see(SearchPanel)
        before = self.page.chat.room_id
        model = panel.view.model()
        await self.person.click_row(panel.view, model.index(model.rowCount() - 1, 0))
        await self.person.wait_for("the hit's room", lambda: self.page.chat.room_id != before)
        await self.person.breathe(0.5)
        return "a click on a hit leads to its message"

    async def _write_offline(self) -> str:
        await self.open("31-dm-zhangwei")
        for text in OFFLINE_TEXTS:
            await self.type_and_send(text)
        waiting = self.desk.account.cache.read.waiting_count()
        assert waiting >= len(OFFLINE_TEXTS), f"{waiting} messages wait, expected {len(OFFLINE_TEXTS)}"
        return f"{waiting} messages wait for the line, visible as such"

    async def _come_back(self) -> str:
        await asyncio.to_thread(self._server.start)
        took = await self.person.wait_for("online again", lambda: self.line() is ConnectionKind.ONLINE, 90)
        await self.arrived("zhangwei", "31-dm-zhangwei", list(OFFLINE_TEXTS))
        await self.person.wait_for(
            "the queue is not empty", lambda: self.desk.account.cache.read.waiting_count() == 0
        )
        return f"online {took:.1f} s after the server; 张伟 has both messages, once each, in order"

    async def _switch(self) -> str:
        self.press_shortcut("Ctrl+K")
        field = QApplication.focusWidget()
        await self.person.breathe(0.5)
        field = QApplication.focusWidget() or field
        assert isinstance(field, QLineEdit), "the switcher has no field in focus"
        await self.person.write(field, "王敏")
        await self.person.breathe(0.5)
        return "a name typed into the switcher"

    async def _change_look(self) -> str:
        field = QApplication.focusWidget()
        if field is not None:
            await self.person.press(field, Qt.Key.Key_Escape)
        self.desk.settings.change(theme="dark", language="en")
        await self.open("01-launch")
        await self.person.breathe(1.0)
        return "the same window, dark, in English"


class Warnings:
    """Collects what Qt, Python and our own log complain about; anything is a failure."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        qInstallMessageHandler(self._from_qt)
        logging.captureWarnings(True)
        handler = logging.Handler(logging.WARNING)
        handler.emit = self._from_log  # type: ignore[method-assign]
        logging.getLogger().addHandler(handler)

    def _from_qt(self, kind: QtMsgType, context: QMessageLogContext, text: str | None) -> None:
        if kind is not QtMsgType.QtDebugMsg and kind is not QtMsgType.QtInfoMsg:
            self.lines.append(f"Qt: {text}")

    def _from_log(self, record: logging.LogRecord) -> None:
        is_ours = record.name.startswith("tack.")
        if record.levelno >= logging.ERROR or not is_ours:  # our warnings tell of the outage the day plays
            self.lines.append(f"{record.name}: {record.getMessage()}")


def write_summary(steps: list[Step], warnings: list[str], exit_code: int) -> None:
    """Write summary.json and summary.md."""
    is_ok = exit_code == 0
    found = {"ok": is_ok, "steps": [asdict(step) for step in steps], "warnings": warnings}
    (PICTURES / "summary.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), "utf-8")
    lines = [f"# The scripted day: {'all of it happened' if is_ok else 'it did not all happen'}", ""]
    lines += ["| | step | what was seen | s | picture |", "|---|---|---|---|---|"]
    lines += [
        f"| {'✓' if s.is_ok else '✗'} | {s.name} | {s.detail} | {s.seconds} | [{s.screenshot}]({s.screenshot}) |"
        for s in steps
    ]
    lines += ["", *(f"- warning: {line}" for line in warnings)]
    (PICTURES / "summary.md").write_text("\n".join(lines) + "\n", "utf-8")


def prepare(state: Path, size: str, films: Path) -> Path:
    """Make sure that the company is built, and give the day a copy of its own: it writes into it."""
    prepared = server_folder(state, size)
    if not (prepared / "demo.json").exists():
        print("Writing the company's conversations (about a minute, once)", flush=True)
    builder = ServerThread(prepared, films)
    try:
        builder.open_company()
    finally:
        builder.close()
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    copy = PICTURES / "state" / "server"
    shutil.copytree(prepared, copy, ignore=shutil.ignore_patterns("lock", "*.log*"))
    return copy


def play(server: ServerThread, company: Company, person_key: str) -> int:
    """Run the program and the person in front of it."""
    warnings = Warnings()
    options = Options(profile="day", data_dir=PICTURES / "state" / "data", has_throwaway_keyring=True)
    paths = Paths.for_profile(options.profile, options.data_dir)
    paths.create()
    settings = SettingsFile(paths.settings_file)
    settings.load()
    settings.change(language="zh", theme="light", is_closing_to_tray=False)
    app = QApplication(["tack"])
    app.setApplicationName("Tack")
    app.setDesktopFileName("im.tack.Tack")
    app.setQuitOnLastWindowClosed(False)
    days: list[Day] = []

    async def day() -> int:
        application = Application(app, options)
        days.append(Day(application, server, company, person_key))
        running = asyncio.create_task(application.run())
        is_ok = await days[0].play()
        application.quit()
        return max(await running, 0 if is_ok else 1)

    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        exit_code = runner.run(day())
    exit_code = 1 if warnings.lines else exit_code
    write_summary(days[0].steps, warnings.lines, exit_code)
    for line in warnings.lines:
        print(f"warning: {line}", flush=True)
    return exit_code


def main() -> int:
    """Prepare, play, tell."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--state", type=Path, default=ROOT / ".tack")
    parser.add_argument("--size", choices=("small", "large"), default="small")
    parser.add_argument("--person", default="lina")
    options = parser.parse_args()
    started = time.monotonic()
    films = made_films(options.state)
    server = ServerThread(prepare(options.state, options.size, films), films)
    try:
        exit_code = play(server, server.open_company(), options.person)
    finally:
        server.close()
    verdict = "all of it happened" if exit_code == 0 else "it did NOT all happen"
    where = PICTURES.relative_to(ROOT)
    print(f"The scripted day: {verdict} ({time.monotonic() - started:.0f} s). Pictures and summary: {where}/")
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
