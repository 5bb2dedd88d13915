"""Everything of approvals on the screen of one account: the pages, the form, the designers, the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from ui.screens.main_window.places import Place

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.domain.approvals.rows import ApprovalDetail, ApprovalQuery
    from app.domain.approvals.template import Template
    from app.domain.ids import RoomID
    from ui.desk import Desk
    from ui.screens.approvals.approvals_screen import ApprovalsScreen
    from ui.screens.chat.attachments import Attachments
    from ui.screens.chat.writing import Writing as Writing
    from ui.screens.main_window.main_page import MainPage
    from widgets.composer import Composer


class ApprovalDesk(QObject):
    """`desk.approvals`. Screens call it; it makes pages and dialogs when first wanted."""

    def __init__(self, desk: Desk, page: MainPage, window: QWidget) -> None:
        super().__init__(page)
        self._desk = desk
        self._page = page
        self._window = window
        self._screen: ApprovalsScreen | None = None

    def start(self) -> None:
        """After the first paint: hand over the templates that come with Tack."""
        self._desk.operations.start(self._hand_over(), lambda _none: None)

    async def _hand_over(self) -> None:
        import asyncio

        templates = await asyncio.to_thread(_shipped)
        self._desk.account.approvals.use_shipped(templates)

    def close(self) -> None:
        """The account goes."""
        if self._screen is not None:
            self._screen.stop()

    def open(self, room_id: RoomID | None = None) -> None:
        """Show the approvals page, at one request if given."""
        screen = self._screen_made()
        self._page.show_place(Place.APPROVALS)
        if room_id is not None:
            screen.open_request(room_id)

    def place(self) -> dict[str, object]:
        """What to remember of the page for the next start."""
        return {"approvals": self._kept() if self._screen is None else self._screen.place()}

    def open_new(self, template_id: str = "", copy_of: ApprovalDetail | None = None) -> None:
        """Ask for something: choose a template, or begin with one, or with a copy of a request."""
        from ui.screens.new_approval.new_approval_dialog import open_new_approval

        open_new_approval(self._desk, self._window, template_id, copy_of)

    def correct(self, detail: ApprovalDetail) -> None:
        """Correct a request that was returned to me, and hand it in again."""
        from ui.screens.new_approval.resubmit import open_resubmit

        open_resubmit(self._desk, self._window, detail)

    def open_templates(self) -> None:
        """Design forms and routes; roles."""
        from ui.screens.approval_designer.designer_window import open_designer

        open_designer(self._desk, self._window)

    def open_away(self) -> None:
        """Let somebody decide for me while I am away."""
        from ui.screens.approval_designer.away_dialog import open_away

        open_away(self._desk, self._window)

    def open_statistics(self) -> None:
        """Show the figures."""
        from ui.screens.approval_record.statistics_page import open_statistics

        open_statistics(self._desk, self._window)

    def print(self, detail: ApprovalDetail) -> None:
        """Print a request, or save it as PDF."""
        from ui.screens.approval_record.record import open_record

        open_record(self._desk, self._window, detail)

    def verify(self) -> None:
        """Check the code of a printed record."""
        from ui.screens.approval_record.verify_dialog import open_verify

        open_verify(self._desk, self._window)

    def export(self, query: ApprovalQuery) -> None:
        """Write what a list shows into a file."""
        from ui.screens.approval_record.export import export_list

        export_list(self._desk, self._window, query)

    def writer(self, composer: Composer, parent: QObject) -> Writing:
        """Join a composer to the send queue, as in a conversation."""
        from ui.screens.chat.writing import Writing as Writing

        return Writing(self._desk, composer, parent)

    def opener(self, parent: QObject) -> Attachments:
        """Look at pictures and documents, save files."""
        from ui.screens.chat.attachments import Attachments

        return Attachments(self._desk, self._window, None, parent, opens_documents=True)

    def open_person(self, user: str) -> None:
        """Show somebody's profile."""
        self._page.profile_requested.emit(user)

    def follow(self, address: str) -> None:
        """Follow a link in a comment."""
        from ui.links import follow_link

        user = follow_link(address, self._desk)
        if user is not None:
            self.open_person(user)

    def _screen_made(self) -> ApprovalsScreen:
        if self._screen is None:
            from ui.screens.approvals.approvals_screen import ApprovalsScreen

            self._screen = ApprovalsScreen(self._desk, self._window, self._kept())
            self._page.add_page(Place.APPROVALS, self._screen)
        return self._screen

    def _kept(self) -> dict[str, Any]:
        kept = self._desk.settings.current.window.get("approvals")
        return kept if isinstance(kept, dict) else {}


def _shipped() -> tuple[Template, ...]:
    from app.domain.approvals.shipped import shipped_templates
    from resources.templates import template_texts

    return shipped_templates(template_texts())
