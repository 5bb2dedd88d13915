"""Making a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.channels.values import NewChannel
from app.domain.channels.channel import Visibility
from app.domain.connection import ConnectionKind
from app.domain.ids import TxnID
from app.domain.sending import NEW_ROOM_PREFIX
from resources.translations import tr
from ui.channel_consent import Consent, consent_of
from ui.operations import Operations
from ui.picture_choice import PictureChoice
from ui.screens.channel_owner.audience_field import AudienceField
from ui.screens.channel_owner.talk_fields import OpenSwitch, ReportsSwitch
from ui.sentences import sentence
from widgets.buttons import ButtonKind
from widgets.channel_form import FormDialog
from widgets.channel_picture import PictureField
from widgets.form_fields import TextField
from widgets.text_area import TextArea

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.domain.ids import RoomID
    from app.errors import TackError
    from ui.desk import Desk

MAX_NAME = 120
MAX_ABOUT = 2_000


def open_new_channel(desk: Desk, window: QWidget) -> NewChannelDialog:
    """Show it."""
    dialog = NewChannelDialog(desk, window)
    dialog.open()
    dialog.begin()
    return dialog


class NewChannelDialog(FormDialog):
    """Name, picture, who can watch, how people talk there."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(desk.style, tr("New channel"), window, height=760)
        self._desk, self._is_open = desk, True
        self.operations = Operations(desk.operations.loop, self)
        style = desk.style
        self.name = TextField(style, tr("Name"), placeholder=tr("Such as: Training for new colleagues"))
        self.name.edit.setMaxLength(MAX_NAME)
        self.about = TextArea(style, tr("What it is about"), tr("One or two sentences; can be left empty"))
        self.picture = PictureField(style, tr("Picture"))
        self.chosen_picture = PictureChoice(desk, self.picture, self.operations)
        self.audience = AudienceField(desk, self.operations)
        self.is_open_switch = OpenSwitch(style)
        self.reports = ReportsSwitch(style)
        self.is_open_switch.setChecked(True)
        self.add(self.name, self.about, self.picture, self.audience, self.is_open_switch, self.reports)
        self.add_button("cancel", tr("Cancel"))
        self.add_button("accept", tr("Make channel"), ButtonKind.PRIMARY, is_default=True)
        self.name.text_changed.connect(self._name_changed)
        self.audience.cards.chosen.connect(self._visibility_chosen)
        self.about.cancelled.connect(self.reject)
        self.about.edited.connect(lambda: self.about.set_error(""))
        self.about.submitted.connect(lambda: self.press("accept"))
        self.audience.servers.picker.cancelled.connect(self.reject)
        self.scrolled.connect(self.audience.servers.picker.close_suggestions)
        self.finished.connect(self._end)
        self._name_changed("")

    def begin(self) -> None:
        """Read whether the company agreed to reports; the cursor waits in the name."""
        self.name.focus_field()
        reading = self._desk.account.cache.read_in_worker(consent_of)
        self.operations.start(reading, self._show_consent, lambda _error: None)

    def press(self, key: str) -> None:
        if key != "accept":
            super().press(key)
        elif self._has_all():
            self.set_error("")
            self.set_busy(True)
            work = self._desk.account.channels.create(self.wanted())
            self._desk.operations.start(work, self._made, self._refused, is_vital=True)

    def wanted(self) -> NewChannel:
        """What is filled in."""
        return NewChannel(
            name=self.name.text(),
            about=self.about.text().strip(),
            avatar_path=self.chosen_picture.path,
            audience=self.audience.audience(),
            is_open=self.is_open_switch.isChecked(),
            wants_reports=self.reports.isEnabled() and self.reports.isChecked(),
        )

    def _has_all(self) -> bool:
        if not self.name.text():
            self.name.set_error(tr("The channel needs a name."))
            self.show_part(self.name)
            return False
        if len(self.about.text()) > MAX_ABOUT:
            self.about.set_error(tr("At most {n} characters.", n=MAX_ABOUT))
            self.show_part(self.about)
            return False
        missing = self.audience.check()
        if missing is not None:
            self.show_part(missing)
        return missing is None

    def _name_changed(self, _: str) -> None:
        self.picture.set_subject(self.name.text() or "#", self.name.text() or "#")

    def _visibility_chosen(self, key: str) -> None:
        """Public ones are closed unless one wants otherwise; in the company everybody may write."""
        self.is_open_switch.setChecked(Visibility(key) is not Visibility.PUBLIC)
        if Visibility(key) is Visibility.PARTNERS:
            self.reveal(self.audience.lasting)

    def _show_consent(self, consent: Consent) -> None:
        self.reports.show_consent(consent)

    def _made(self, room_id: RoomID) -> None:
        desk = self._desk
        if desk.account.connection.state.kind is ConnectionKind.ONLINE:
            desk.offer(tr("The channel is made."), tr("Publish a video"), lambda: _publish(desk, room_id))
        else:
            desk.tell(tr("The channel is made as soon as the server can be reached."))
        if self._is_open:
            self.accept()

    def _refused(self, error: TackError) -> None:
        if not self._is_open:
            self._desk.tell_error(error)
            return
        self.set_busy(False)
        self.set_error(sentence(error))

    def _end(self) -> None:
        self._is_open = False
        self.operations.cancel_all()


def _publish(desk: Desk, room_id: RoomID) -> None:
    """Go on in the room that was made meanwhile; where it was not, the channel is chosen later."""
    txn_id = TxnID(room_id.removeprefix(NEW_ROOM_PREFIX))
    reading = desk.account.cache.read_in_worker(lambda read: read.room_made_by(txn_id))
    desk.operations.start(reading, lambda made: desk.channels.publish(made))
