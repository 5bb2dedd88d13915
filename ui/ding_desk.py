"""Everything of dings on the screen of one account: the inbox page, the dialog that sends one, the alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject

from ui.screens.main_window.places import Place

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.domain.ids import EventID, RoomID, UserID
    from ui.alerts import Alerts
    from ui.desk import Desk
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

    def start(self) -> None:
        """After the first paint: begin to listen for alerts."""
        from ui.alerts import Alerts

        self._alerts = Alerts(self._desk, self._window)

    def close(self) -> None:
        """The account goes: take alerts off the screen."""
        if self._alerts is not None:
            self._alerts.close()

    def reach_alert(self) -> None:
        """Go by keyboard to the newest card."""
        if self._alerts is not None:
            self._alerts.reach()

    def open_inbox(self, uid: str = "") -> None:
        """Show the DING page, at one ding if given."""
        self._page.show_place(Place.CHATS)

    def compose(self, start: DingStart) -> None:
        """Open the dialog that sends a ding."""

    def confirm(self, event_id: EventID, note: str = "") -> None:
        """Confirm a ding; an error is told."""
        self._desk.operations.start(self._desk.account.dings.confirm(event_id, note))

    def nudge(self, event_id: EventID) -> None:
        """Remind those who have not confirmed; an error (too soon, nobody left) is told."""
        self._desk.operations.start(self._desk.account.dings.nudge(event_id))
