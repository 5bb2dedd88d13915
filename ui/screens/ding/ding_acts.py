"""What a person does with a ding: from a painted button, a key, the detail, the menus."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QGuiApplication, QIcon

from app.domain.dings import DingSummary
from app.domain.ids import EventID, TxnID
from app.domain.scheduled import ScheduledDing
from resources.formats import format_due
from resources.translations import tr
from ui.screens.ding.ding_cards import SNOOZE_MIN
from ui.screens.ding.ding_state import can_edit_time, is_overdue
from widgets.ding_values import DingAct
from widgets.icons import icon
from widgets.toast import ToastKind

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from PySide6.QtWidgets import QMenu, QWidget

    from app.store.ding_work import DingInvitation
    from ui.desk import Desk
    from ui.screens.ding.ding_state import Entry

_MINUTE_MS = 60_000
_SNOOZES = (5, 15, 60)
_ECHO = "t:"


class DingActs(QObject):
    """Acts need no selection: each is told what it is about."""

    reply_requested = Signal()
    note_requested = Signal()
    room_requested = Signal(str, str)
    """Room and event: go to the message."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._account = desk.account
        self._parent = parent

    def do(self, entry: Entry | None, act: DingAct) -> None:
        """Do one thing; what does not fit is left."""
        if isinstance(entry, ScheduledDing):
            self._do_scheduled(entry, act)
        elif isinstance(entry, DingSummary):
            self._do_ding(entry, act)
        elif entry is not None:
            self._do_invitation(entry, act)

    def confirm(self, ding: DingSummary, note: str = "") -> None:
        """Confirm, with a note if there is one."""
        if ding.is_open and ding.event_id is not None:
            self._desk.dings.confirm(ding.event_id, note)

    def comment(self, ding: DingSummary, text: str) -> None:
        """Write into its thread."""
        if ding.event_id is not None:
            work = self._account.dings.comment(ding.event_id, text)
            self._desk.operations.start(work, is_vital=True)

    def snooze(self, ding: DingSummary, until_ms: int) -> None:
        """Let its alert rest until then; the duty stays."""
        if ding.event_id is None or not ding.is_open:
            return
        words = tr("It rings again {time}", time=format_due(until_ms, _now_ms()))
        self._start(self._account.ding_alerts.snooze(ding.event_id, until_ms), words)

    def open_snooze_menu(self, ding: DingSummary, position: QPoint) -> QMenu:
        """5, 15, 60 minutes or tomorrow 9:00."""
        menu = self._menu()
        now = _now_ms()
        for minutes in _SNOOZES:
            words = tr("In {n} minutes", n=minutes) if minutes < 60 else tr("In an hour")
            self._add(menu, "clock", words, partial(self.snooze, ding, now + minutes * _MINUTE_MS))
        self._add(menu, "sun", tr("Tomorrow 9:00"), partial(self.snooze, ding, tomorrow_ms(now)))
        menu.popup(position)
        return menu

    def open_menu(self, entry: Entry | None, position: QPoint, *, ends_there: bool = False) -> QMenu | None:
        """Everything that can be done with one; `position` is the menu's left corner, or its right one."""
        menu = self._menu()
        for glyph, words, act in self._entries(entry):
            self._add(menu, glyph, words, partial(self.do, entry, act))
        if menu.isEmpty():
            menu.deleteLater()
            return None
        menu.popup(position - QPoint(menu.sizeHint().width() if ends_there else 0, 0))
        return menu

    # Menus

    def _menu(self) -> QMenu:
        from PySide6.QtWidgets import QMenu

        menu = QMenu(self._parent)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _add(self, menu: QMenu, glyph: str, words: str, act: Callable[[], None]) -> None:
        style = self._desk.style.current
        picture: QIcon = icon(glyph, style.colors.text2, style.sizes.icon_small)
        menu.addAction(picture, words).triggered.connect(lambda _checked=False: act())

    def _entries(self, entry: Entry | None) -> list[tuple[str, str, DingAct]]:
        if isinstance(entry, ScheduledDing):
            return self._scheduled_entries(entry)
        if entry is None:
            return []
        if not isinstance(entry, DingSummary):
            return [("check", tr("Accept"), DingAct.ACCEPT), ("x", tr("Decline"), DingAct.DECLINE)]
        is_foreign, has_event = not entry.is_own, entry.event_id is not None
        muting = (
            ("bell", tr("Let this sender's DINGs ring again"), DingAct.UNMUTE)
            if entry.is_muted
            else ("bell-slash", tr("Mute this sender's DINGs"), DingAct.MUTE)
        )
        choices = [
            ("copy", tr("Copy the text"), DingAct.COPY, not entry.is_redacted),
            ("check", tr("Confirm"), DingAct.CONFIRM, entry.is_open and has_event),
            ("clock", tr("Snooze 15 min"), DingAct.SNOOZE, entry.is_open and has_event),
            ("arrow-bend-up-left", tr("Comment"), DingAct.REPLY, has_event),
            (*muting, is_foreign),
            ("question", tr("Why is this red?"), DingAct.WHY, entry.is_open),
            ("arrow-counter-clockwise", tr("Recall"), DingAct.RECALL, can_recall(entry)),
        ]
        return [(glyph, words, act) for glyph, words, act, is_possible in choices if is_possible]

    def _scheduled_entries(self, ding: ScheduledDing) -> list[tuple[str, str, DingAct]]:
        own = [("clock", tr("Edit time"), DingAct.EDIT_TIME)] if can_edit_time(ding) else []
        return [
            ("copy", tr("Copy the text"), DingAct.COPY),
            *own,
            ("trash", tr("Cancel it"), DingAct.CANCEL),
        ]

    # Acts

    def _do_ding(self, ding: DingSummary, act: DingAct) -> None:
        acts: dict[DingAct, Callable[[], None]] = {
            DingAct.CONFIRM: lambda: self.confirm(ding),
            DingAct.NOTE: self.note_requested.emit,
            DingAct.SNOOZE: lambda: self.snooze(ding, _now_ms() + SNOOZE_MIN * _MINUTE_MS),
            DingAct.REPLY: self.reply_requested.emit,
            DingAct.NUDGE: lambda: self._nudge(ding),
            DingAct.RETRY: lambda: self._retry(ding),
            DingAct.DISCARD: lambda: self._discard(ding),
            DingAct.GO: lambda: self._go(ding),
            DingAct.COPY: lambda: self._copy(ding.text),
            DingAct.RECALL: lambda: self._ask_recall(ding),
            DingAct.DELETE: lambda: self._ask_recall(ding),
            DingAct.MUTE: lambda: self._mute(ding, True),
            DingAct.UNMUTE: lambda: self._mute(ding, False),
            DingAct.WHY: lambda: self._tell_why(ding),
        }
        if act in acts:
            acts[act]()

    def _do_scheduled(self, ding: ScheduledDing, act: DingAct) -> None:
        if act is DingAct.COPY:
            self._copy(ding.text)
        elif act in {DingAct.CANCEL, DingAct.DELETE}:
            self._ask_cancel(ding)
        elif act is DingAct.RETRY:
            self._start(self._account.dings.retry_scheduled(ding.series, ding.round))
        elif act is DingAct.EDIT_TIME and can_edit_time(ding):
            self._ask_time(ding)
        elif act is DingAct.GO and ding.content.source is not None:
            self.room_requested.emit(ding.content.source.room_id, ding.content.source.event_id)

    def _do_invitation(self, invitation: DingInvitation, act: DingAct) -> None:
        if act is DingAct.ACCEPT:  # never by a key that confirms: a stranger is let in knowingly
            self._start(self._account.dings.accept(invitation.room_id))
        elif act in {DingAct.DECLINE, DingAct.DELETE}:
            self._start(self._account.dings.decline(invitation.room_id))

    def _nudge(self, ding: DingSummary) -> None:
        if ding.event_id is not None:
            self._desk.dings.nudge(ding.event_id)

    def _retry(self, ding: DingSummary) -> None:
        self._start(self._account.sending.retry(TxnID(ding.uid.removeprefix(_ECHO))))

    def _discard(self, ding: DingSummary) -> None:
        self._start(self._account.sending.discard(TxnID(ding.uid.removeprefix(_ECHO))))

    def _go(self, ding: DingSummary) -> None:
        source = ding.content.source
        if source is not None:
            self.room_requested.emit(source.room_id, source.event_id)
        else:
            self.room_requested.emit(ding.room_id, ding.event_id or EventID(ding.uid))

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._desk.tell(tr("Copied"))

    def _mute(self, ding: DingSummary, is_muted: bool) -> None:
        words = (
            tr("DINGs of {name} do not ring any more", name=ding.sender_name)
            if is_muted
            else tr("DINGs of {name} ring again", name=ding.sender_name)
        )
        self._start(self._account.dings.set_sender_muted(ding.sender, is_muted), words)

    def _tell_why(self, ding: DingSummary) -> None:
        due = ding.content.due_ms
        if due is not None and is_overdue(ding, self._account.dings.now_ms()):
            words = tr("It asks for your confirmation, and its time has passed. It ends when you confirm.")
        else:
            words = tr("It asks for your confirmation. It counts as one duty until you confirm.")
        self._desk.tell(words)

    def _ask_recall(self, ding: DingSummary) -> None:
        if not can_recall(ding):
            return
        from widgets.dialogs import confirm

        question = confirm(
            self._desk.style,
            self._parent.window(),
            tr("Recall this DING?"),
            tr("Nobody is asked to confirm any more, and its text goes. This cannot be undone."),
            tr("Recall"),
            is_danger=True,
        )
        question.accepted.connect(partial(self._recall, ding))

    def _recall(self, ding: DingSummary) -> None:
        self._start(self._account.sending.redact(ding.room_id, ding.event_id or ding.uid))

    def _ask_cancel(self, ding: ScheduledDing) -> None:
        from widgets.dialogs import confirm

        is_series = bool(ding.later_ms) or ding.content.repeat.value != "none"
        question = confirm(
            self._desk.style,
            self._parent.window(),
            tr("Cancel this DING?"),
            tr("It repeats: cancel only the next one, or all of them?") if is_series else ding.text,
            tr("Cancel all") if is_series else tr("Do not send"),
            is_danger=True,
            choices=[("one", tr("Only the next one"))] if is_series else (),
        )
        question.chosen.connect(partial(self._cancel, ding))

    def _cancel(self, ding: ScheduledDing, key: str) -> None:
        if key in {"accept", "one"}:
            is_one = key == "one"
            self._start(self._account.dings.cancel_scheduled(ding.series, ding.round if is_one else None))

    def _ask_time(self, ding: ScheduledDing) -> None:
        from ui.screens.ding.time_dialog import ask_time

        dialog = ask_time(self._desk.style, self._parent.window(), ding.due_ms)
        dialog.time_chosen.connect(partial(self._desk.dings.reschedule, ding))

    def _start(self, work: Coroutine[Any, Any, Any], words: str = "") -> None:
        def tell(_result: object) -> None:
            if words:
                self._desk.tell(words, ToastKind.DONE)

        self._desk.operations.start(work, tell)


def can_recall(ding: DingSummary) -> bool:
    """Only what I sent, and not twice."""
    return ding.is_own and not ding.is_redacted


def tomorrow_ms(now_ms: int) -> int:
    """Tomorrow 9:00 by the clock on the wall."""
    day = datetime.fromtimestamp(now_ms / 1000) + timedelta(days=1)
    return round(day.replace(hour=9, minute=0, second=0, microsecond=0).timestamp() * 1000)


def _now_ms() -> int:
    """By this computer's clock."""
    return round(datetime.now().timestamp() * 1000)
