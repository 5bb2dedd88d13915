"""Setting up the organisation's library of templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.ids import RoomID
from app.domain.visible import one_line
from resources.translations import tr
from ui.sentences import sentence
from widgets.buttons import ButtonKind
from widgets.dialogs import Dialog
from widgets.form_fields import ChoiceField

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.directory.service import Department
    from app.errors import TackError
    from ui.desk import Desk


class SetUpDialog(Dialog):
    """Says what will be there; asks for whom where there is a choice."""

    def __init__(self, desk: Desk, tops: tuple[Department, ...], window: QWidget) -> None:
        super().__init__(desk.style, tr("Set up the library of templates"), window)
        self._desk = desk
        self._is_open = True
        self.set_text(
            tr(
                "Tack makes a room for templates and roles, with those that come with Tack in it. Everybody of the "
                "organisation can read them; who may edit them is set by the power levels of that room. "
                "At first that is you."
            )
        )
        choices = [(str(unit.room_id), one_line(unit.name)) for unit in tops]
        self.space = ChoiceField(
            desk.style,
            tr("For whom"),
            [*choices, ("", tr("Only for people I invite"))],
        )
        self.body.addWidget(self.space)
        self.add_button("cancel", tr("Cancel"))
        self.add_button("accept", tr("Set up"), ButtonKind.PRIMARY, is_default=True)
        self.finished.connect(self._end)

    def press(self, key: str) -> None:
        if key != "accept":
            super().press(key)
            return
        self.set_error("")
        self.set_busy(True)
        space = RoomID(self.space.current()) if self.space.current() else None
        work = self._desk.account.approvals.set_up_library(space)
        self._desk.operations.start(work, lambda _: self._done(), self._refused)

    def _done(self) -> None:
        if self._is_open:
            self.accept()

    def _refused(self, error: TackError) -> None:
        if self._is_open:
            self.set_busy(False)
            self.set_error(sentence(error))

    def _end(self) -> None:
        self._is_open = False
