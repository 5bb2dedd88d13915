"""What a person asks for around rooms and people: a new group, joining, leaving, somebody's card."""

from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.ids import RoomID, UserID, localpart_of
from app.errors import TackError
from resources.translations import tr
from ui.desk import Desk
from ui.sentences import sentence
from widgets.avatar import Avatar
from widgets.buttons import Button, ButtonKind
from widgets.dialogs import TextDialog, ask_text, confirm
from widgets.floating import FloatingPanel
from widgets.words import Line

Work = Coroutine[Any, Any, RoomID]
CARD_WIDTH = 300


class RoomActs(QObject):
    """Dialogs never block; each act is one operation."""

    direct_requested = Signal(str)
    room_made = Signal(str)

    def __init__(self, desk: Desk, window: QWidget, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._window = window
        self._card: PersonCard | None = None

    def ask_room(self) -> None:
        """Make a new group."""
        dialog = ask_text(
            self._desk.style,
            self._window,
            tr("New group"),
            tr("Name"),
            tr("Create"),
            hint=tr("You can invite colleagues afterwards."),
        )
        dialog.text_accepted.connect(
            lambda name: self._run(dialog, self._desk.account.rooms.create_room(name.strip()))
        )

    def ask_join(self) -> None:
        """Join a room by its address."""
        dialog = ask_text(
            self._desk.style,
            self._window,
            tr("Join by address"),
            tr("Address"),
            tr("Join"),
            hint="#name:company.com",
        )
        dialog.text_accepted.connect(
            lambda address: self._run(dialog, self._desk.account.rooms.join(address.strip()))
        )

    def invite(self, room_id: str, user_id: str) -> None:
        """Invite somebody and say so."""
        self._desk.operations.start(
            self._desk.account.rooms.invite(RoomID(room_id), UserID(user_id)),
            lambda _none: self._desk.tell(tr("{name} is invited.", name=self._name(UserID(user_id)))),
        )

    def ask_leave(self, room_id: str) -> None:
        """Leave a room, or decline an invitation, after a question."""
        room = self._desk.account.cache.read.room(RoomID(room_id))
        if room is None:
            return
        dialog = confirm(
            self._desk.style,
            self._window,
            tr("Leave “{room}”?", room=room.name),
            tr("You will not get new messages. To come back somebody may have to invite you."),
            tr("Leave"),
            is_danger=True,
        )
        dialog.accepted.connect(
            lambda: self._desk.operations.start(self._desk.account.rooms.leave(RoomID(room_id)))
        )

    def open_profile(self, user_id: str) -> None:
        """Show somebody's card beside the pointer."""
        user = UserID(user_id)
        name = self._name(user)
        if self._card is not None:
            self._card.deleteLater()
        self._card = PersonCard(self._desk, user, name, self._window)
        self._card.direct_requested.connect(self.direct_requested)
        self._card.float_at(QCursor.pos(), self._window)

    def _name(self, user_id: UserID) -> str:
        people = self._desk.account.cache.read.search_people(user_id, 1)
        return people[0].name if people else localpart_of(user_id)

    def _run(self, dialog: TextDialog, work: Work) -> None:
        dialog.set_busy(True)
        self._desk.operations.start(
            work, lambda room: self._done(dialog, room), lambda error: self._refuse(dialog, error)
        )

    def _done(self, dialog: TextDialog, room_id: RoomID) -> None:
        dialog.accept()
        self.room_made.emit(room_id)

    def _refuse(self, dialog: TextDialog, error: TackError) -> None:
        dialog.set_busy(False)
        dialog.set_error(sentence(error))


class PersonCard(FloatingPanel):
    """Who this is, and the way to write to them."""

    direct_requested = Signal(str)

    def __init__(self, desk: Desk, user_id: UserID, name: str, parent: QWidget) -> None:
        super().__init__(desk.style, parent)
        self.setAccessibleName(name)
        self._user = user_id
        style = desk.style.current
        avatar = Avatar(desk.style, 48)
        avatar.set_person(user_id, name)
        words = QVBoxLayout()
        words.setSpacing(style.px(2))
        words.addWidget(Line(desk.style, name, pixels=15, is_bold=True))
        for line in (desk.people.detail_of(user_id), user_id):
            if line:
                words.addWidget(Line(desk.style, line, role="text2", pixels=12))
        top = QHBoxLayout()
        top.setSpacing(style.px(12))
        top.addWidget(avatar)
        top.addLayout(words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(*([style.px(16)] * 4))
        column.setSpacing(style.px(16))
        column.addLayout(top)
        if user_id != desk.account.user_id:
            button = Button(desk.style, tr("Send a message"), ButtonKind.PRIMARY)
            button.clicked.connect(self._ask_direct)
            column.addWidget(button)
        self.setFixedWidth(style.px(CARD_WIDTH))

    def _ask_direct(self) -> None:
        self.close_panel()
        self.direct_requested.emit(self._user)
