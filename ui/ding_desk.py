"""Everything of dings on the screen of one account: the inbox page, the dialog that sends one, the alerts."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject

from ui.screens.main_window.places import Place

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from PySide6.QtWidgets import QWidget

    from app.domain.dings import DingContent
    from app.domain.ids import EventID, RoomID, UserID
    from app.domain.scheduled import ScheduledDing
    from app.errors import TackError
    from ui.alerts import Alerts
    from ui.desk import Desk
    from ui.screens.ding.ding_screen import DingScreen
    from ui.screens.main_window.main_page import MainPage


class DingStart(NamedTuple):
    """What a new ding begins with."""

    room_id: RoomID | None = None
    """The conversation it is sent in; None: to people, in a room made for them."""
    source_event: EventID | None = None
    """The message it is made of."""
    text: str = ""
    people: tuple[UserID, ...] = ()
    """Already chosen recipients; empty: the person chooses."""


class DingDesk(QObject):
    """`desk.dings`. Screens call it; it makes pages and dialogs when first wanted."""

    def __init__(self, desk: Desk, page: MainPage, window: QWidget) -> None:
        super().__init__(page)
        self._desk = desk
        self._page = page
        self._window = window
        self._alerts: Alerts | None = None
        self._screen: DingScreen | None = None
        self._under_way: set[str] = set()

    def start(self) -> None:
        """After the first paint: begin to listen for alerts."""
        from ui.alerts import Alerts

        self._alerts = Alerts(self._desk, self._window)
        self._desk.account.dings.scheduler.rest_of = _rest_of

    def close(self) -> None:
        """The account goes: take alerts off the screen."""
        if self._screen is not None:
            self._screen.stop()
        if self._alerts is not None:
            self._alerts.close()

    def reach_alert(self) -> None:
        """Go by keyboard to the newest card."""
        if self._alerts is not None:
            self._alerts.reach()

    def open_inbox(self, uid: str = "") -> None:
        """Show the DING page, at one ding if given."""
        screen = self._screen_made()
        self._page.show_place(Place.DING)
        if uid:
            screen.open_ding(uid)

    def place(self) -> dict[str, object]:
        """What to remember of the page for the next start."""
        if self._screen is None:
            return {"ding": self._kept()}
        return {"ding": {"box": self._screen.view.box.value, "width": self._screen.list_width}}

    def compose(self, start: DingStart) -> None:
        """Open the dialog that sends a ding."""
        from ui.screens.new_ding.new_ding_dialog import open_new_ding

        open_new_ding(self._desk, self._window, start)

    def reschedule(self, ding: ScheduledDing, due_ms: int) -> None:
        """Let a ding to come go out at another time."""
        from app.dings.service import NewDing
        from resources.formats import format_due
        from resources.translations import tr
        from ui.screens.new_ding.new_ding_words import fallback_words

        room = None if ding.is_ding_room else ding.room_id
        fallback = fallback_words(ding.content)
        new = NewDing(ding.text, ding.content, room, send_at_ms=due_ms, fallback=fallback)
        words = tr("It goes out {time}", time=format_due(due_ms, time.time_ns() // 1_000_000))
        self._desk.operations.start(
            self._desk.account.dings.edit_scheduled(ding.series, new), lambda _uid: self._desk.tell(words)
        )

    def confirm(self, event_id: EventID, note: str = "") -> None:
        """Confirm a ding; an error is told."""
        self._once(f"confirm {event_id}", self._desk.account.dings.confirm(event_id, note))

    def nudge(self, event_id: EventID) -> None:
        """Remind those who have not confirmed; an error (too soon, nobody left) is told."""
        self._once(f"nudge {event_id}", self._desk.account.dings.nudge(event_id))

    def _once(self, what: str, work: Coroutine[Any, Any, None]) -> None:
        """A second click while the first is on its way to the send queue does nothing."""
        if what in self._under_way:
            work.close()
            return
        self._under_way.add(what)

        def end(error: TackError | None = None) -> None:
            self._under_way.discard(what)
            if error is not None:
                self._desk.tell_error(error)

        self._desk.operations.start(work, lambda _none: end(), end, is_vital=True)

    # The page

    def _screen_made(self) -> DingScreen:
        if self._screen is None:
            from app.domain.dings import DingBox
            from ui.screens.chat.attachments import Attachments
            from ui.screens.ding.ding_screen import DingScreen

            attachments = Attachments(self._desk, self._window, None, self)
            self._screen = screen = DingScreen(self._desk, attachments)
            screen.room_requested.connect(lambda room, event: self._page.open_room(room, event_id=event))
            screen.person_activated.connect(self._page.profile_requested)
            screen.link_activated.connect(self._follow)
            screen.new_requested.connect(lambda: self.compose(DingStart()))
            kept = self._kept()
            boxes = {box.value: box for box in DingBox}
            screen.start(boxes.get(str(kept.get("box")), DingBox.RECEIVED), _number(kept.get("width")))
            self._page.add_page(Place.DING, screen)
        return self._screen

    def _kept(self) -> dict[str, Any]:
        kept = self._desk.settings.current.window.get("ding")
        return kept if isinstance(kept, dict) else {}

    def _follow(self, address: str) -> None:
        from ui.links import follow_link

        user = follow_link(address, self._desk)
        if user is not None:
            self._page.profile_requested.emit(user)


def _rest_of(ding: DingContent) -> str:
    """Word times and place of a later round for clients that do not know dings."""
    from ui.screens.new_ding.new_ding_words import fallback_words

    return fallback_words(ding)


def _number(value: object) -> int:
    return value if isinstance(value, int) and 0 < value < 10_000 else 0
