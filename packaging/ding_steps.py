"""The part of the scripted day about dings and red dots: dinged, confirmed with a note, a ding of one's own, all cleared."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from at_the_desk import AtTheDesk
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from app.domain.dings import DingSummary, words_of
from app.domain.rooms import AttentionTotals
from resources.translations import tr, tr_n
from ui.screens.chat.readers_popup import ReadersPopup
from ui.screens.ding.ding_screen import DingScreen
from ui.screens.new_ding.new_ding_dialog import NewDingDialog
from widgets.alert_card import AlertCard
from widgets.buttons import Button
from widgets.ding_values import DingAct
from widgets.timeline.pieces import TargetKind

T = TypeVar("T")
Step = Callable[[], Awaitable[str]]
ROOM = "01-launch"
DING = "请在下班前确认周五彩排的到场时间。"
NOTE = "两点半到，先去调灯光。"
UNDO_S = 10.0


class DingSteps:
    """Steps for `Day`; each looks from the other side whether what was done arrived."""

    def __init__(self, at: AtTheDesk) -> None:
        self._at = at
        self._person = at.person
        self._uid = ""
        self._said = ""
        self._before: AttentionTotals | None = None

    def plan(self) -> tuple[tuple[str, Step], ...]:
        """The steps in order."""
        return (
            ("a ding arrives", self._be_dinged),
            ("the inbox", self._open_inbox),
            ("confirm with a note", self._confirm),
            ("ding the unread", self._ding_unread),
            ("clear all", self._clear),
            ("undo the clear", self._undo),
            ("clear for good", self._clear_for_good),
        )

    # Being dinged

    async def _be_dinged(self) -> str:
        other = await self._at.colleague("wangmin")
        people = [self._at.company.user(self._at.key), self._at.company.user("zhangwei")]
        self._uid = await asyncio.to_thread(other.ding, self._at.room(ROOM), DING, people)
        took = await self._person.wait_for("the ding is not open", lambda: self._open_ding() is not None)
        await self._person.wait_for("no card on the screen", lambda: self._card() is not None)
        return f"王敏's ding is a duty after {took:.2f} s and a card on top of everything"

    def _open_ding(self) -> DingSummary | None:
        found = self._at.desk.account.cache.read.dings.open()
        return next((ding for ding in found if ding.event_id == self._uid), None)

    def _card(self) -> AlertCard | None:
        shown = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, AlertCard)]
        return next((card for card in shown if card.isVisible() and card.face.text == DING), None)

    async def _open_inbox(self) -> str:
        self._at.press_shortcut("Ctrl+2")
        screen = await self._person.see(DingScreen)
        model = screen.list.model()
        await self._person.wait_for("the inbox is empty", lambda: model.rowCount() >= 4)
        await self._person.click_row(screen.list, model.index(0, 0))
        await self._person.wait_for("the ding is not shown", lambda: self._shown(screen) == DING)
        return f"{model.rowCount()} dings, the newest is 王敏's"

    @staticmethod
    def _shown(screen: DingScreen) -> str:
        page = screen.detail.page
        return page.text if page is not None else ""

    async def _confirm(self) -> str:
        screen = await self._person.see(DingScreen)
        button = screen.detail.buttons.button(DingAct.NOTE)
        assert button is not None, "no button for a note"
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        field = screen.detail.note.edit
        await self._person.write(field, NOTE)
        await self._person.press(field, Qt.Key.Key_Return)
        await self._person.wait_for("the ding stays open", lambda: self._open_ding() is None)
        await self._person.wait_for("the card stays", lambda: self._card() is None)
        other = await self._at.colleague("wangmin")
        me = self._at.company.user(self._at.key)
        found = await self._eventually(
            lambda: other.confirmations(self._at.room(ROOM), self._uid), lambda seen: (me, NOTE) in seen
        )
        assert len(found) == 1, f"confirmed {len(found)} times"
        return "confirmed once with a note; 王敏 sees ✅ and the note"

    # Dinging others

    async def _ding_unread(self) -> str:
        await self._at.open(ROOM)
        source = self._at.page.chat.source
        assert source is not None
        rows = source.rows(0, source.row_count())
        mine = next(row for row in reversed(rows) if row.is_own and row.is_read_link and row.ding is None)
        self._said = mine.text
        self._at.page.chat.view.scroll_to(mine.uid, flash=False)
        await self._person.breathe()
        self._click(mine.uid, TargetKind.READ_LIST)
        popup = await self._person.see(ReadersPopup)
        item = source.item(mine.uid)
        assert item is not None and item.event_id is not None
        _read, unread = self._at.desk.account.cache.read.readers(source.room_id, item.event_id)
        words = tr_n("DING the one who has not read", "DING the {n} who have not read", len(unread))
        button = next(one for one in popup.findChildren(Button) if one.text() == words)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        dialog = await self._person.see(NewDingDialog)
        await self._person.breathe(0.5)
        QTest.mouseClick(dialog.button("send"), Qt.MouseButton.LeftButton)
        await self._person.wait_for("the dialog stays", lambda: not (isValid(dialog) and dialog.isVisible()))
        window = self._at.application.window
        window.activateWindow()  # a virtual display has no window manager to do it
        await self._person.wait_for("the window does not come back to the front", window.isActiveWindow)
        somebody = unread[0].user_id
        other = await self._at.colleague(somebody[1:].partition(":")[0])
        await self._eventually(
            lambda: other.dings(self._at.room(ROOM)),
            lambda seen: any(words_of(body) == self._said and somebody in people for body, people in seen),
        )
        return f"{len(unread)} people who had not read are dinged; {unread[0].name} has it, with a mention"

    def _click(self, uid: str, kind: TargetKind) -> None:
        """Click in the timeline what reacts as `kind`."""
        view = self._at.page.chat.view
        for slot, layout in view.stage.rows_in_sight():
            area = view.viewport().rect()
            for y in range(max(0, slot.y), min(slot.bottom, area.bottom()), 3):
                for x in range(0, area.width(), 5):
                    target = layout.target_at(QPointF(x, y - slot.y)) if layout.row.uid == uid else None
                    if target is not None and target.kind is kind:
                        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, y))
                        return
        raise AssertionError(f"nothing of {uid} reacts as {kind}")

    # Red dots

    def _totals(self) -> AttentionTotals:
        return self._at.desk.account.attention.totals()

    def _is_clear(self) -> bool:
        return not (self._totals().unread or self._totals().mentions)

    async def _clear(self) -> str:
        self._before = self._totals()
        assert self._before.unread > 0 and self._before.dings > 0, f"nothing to clear: {self._before}"
        self._at.press_shortcut("Shift+Esc")
        took = await self._person.wait_for("the dots stay", self._is_clear, 5)
        assert self._totals().dings == self._before.dings, "a duty was cleared"
        return f"{self._before.unread} unread gone within {took:.2f} s, {self._before.dings} dings still wait for her"

    async def _undo(self) -> str:
        await self._person.click_button(tr("Undo"))
        await self._person.wait_for("the counts do not come back", lambda: self._totals() == self._before, 5)
        me = await self._at.colleague(self._at.key)
        on_server = await asyncio.to_thread(me.all_unread)
        assert on_server > 0, "the server was told before the undo time was over"
        return f"every count is back; the server never knew ({on_server} unread there)"

    async def _clear_for_good(self) -> str:
        self._at.press_shortcut("Shift+Esc")
        await self._person.wait_for("the dots stay", self._is_clear, 5)
        me = await self._at.colleague(self._at.key)
        started = time.monotonic()
        await self._eventually(me.all_unread, lambda count: count == 0, UNDO_S + 40)
        took = time.monotonic() - started
        assert took > UNDO_S / 2, f"the server knew after {took:.1f} s already"
        assert self._is_clear(), f"counts came back: {self._totals()}"
        return f"all counts of the server are zero {took:.0f} s later, and here"

    async def _eventually(
        self, ask: Callable[[], T], is_good: Callable[[T], bool], timeout_s: float = 40
    ) -> T:
        """Ask somebody else's desk until the answer is good."""
        deadline = time.monotonic() + timeout_s
        while True:
            found = await asyncio.to_thread(ask)
            if is_good(found):
                return found
            assert time.monotonic() < deadline, f"still {found!r}"
            await self._person.breathe(0.3)
