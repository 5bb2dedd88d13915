"""Who follows a channel and what each may do there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.domain.channels.channel import Role
from app.domain.channels.wire import EDITOR, OWNER
from app.domain.ids import UserID
from app.domain.membership import Membership
from app.domain.visible import one_line
from resources.translations import tr, tr_n
from ui.images import avatar_key
from ui.models.person_rows_model import PersonRowsModel
from ui.people_field import PeopleField
from ui.screens.channel_owner.owner_words import role_name, role_sentence
from ui.sentences import sentence
from widgets.buttons import Button, ButtonKind
from widgets.channel_form import FormDialog
from widgets.dialogs import confirm
from widgets.member_panel import MemberListView, MemberRow, TagKind
from widgets.search_field import SearchField
from widgets.words import Words

if TYPE_CHECKING:
    from app.domain.rooms import Member
    from app.errors import TackError
    from ui.desk import Desk
    from ui.operations import Operations
    from ui.screens.channel_owner.owner_facts import OwnerFacts

MOST = 2_000


class PeoplePage(QWidget):
    """Owners first, then editors, then viewers by name."""

    failed = Signal(object)
    """TackError."""

    def __init__(self, desk: Desk, operations: Operations) -> None:
        super().__init__()
        self._desk, self._operations = desk, operations
        self._facts: OwnerFacts | None = None
        self._members: dict[str, Member] = {}
        self._has_asked = False
        style = desk.style
        self.search = SearchField(style, tr("Search people"))
        self.invite = Button(style, tr("Add people…"), ButtonKind.SECONDARY, icon="user-plus")
        self.code = Button(style, tr("Link and code…"), ButtonKind.OUTLINE, icon="qr-code")
        self.model = PersonRowsModel(self)
        self.list = MemberListView(style, desk.images)
        self.list.setAccessibleName(tr("People of the channel"))
        self.list.setModel(self.model)
        self.note = Words(style, role="text2", pixels=12)
        self._lay_out()
        self.search.term_changed.connect(self.model.set_term)
        self.search.moved.connect(lambda _: self.list.setFocus(Qt.FocusReason.TabFocusReason))
        self.search.cancelled.connect(lambda: self.window().close())
        self.list.member_activated.connect(lambda user: self._open_menu(user, None))
        self.list.member_context_requested.connect(self._open_menu)
        self.invite.clicked.connect(self._ask_invite)
        self.code.clicked.connect(self._show_code)
        desk.images.ready.connect(self._paint_faces)

    def _paint_faces(self, _key: object) -> None:
        """A picture arrived. A method of its own: it is let go with the window."""
        self.list.viewport().update()

    def follow(self, facts: OwnerFacts) -> None:
        """Read who is there now."""
        self._facts = facts
        room_id = facts.channel.room_id
        self.invite.setVisible(facts.is_editor)
        self._operations.start(
            self._desk.account.cache.read_in_worker(lambda read: read.members(room_id, "", MOST)),
            self.show_members,
        )
        if not self._has_asked:  # the server sends members only when somebody wants them
            self._has_asked = True
            self._operations.start(
                self._desk.account.rooms.load_members(room_id), None, lambda _offline: None
            )

    def show_members(self, members: list[Member]) -> None:
        """Draw them."""
        self._members = {one.user_id: one for one in members}
        self.model.set_rows([self._row(one) for one in members])
        words = tr("Press somebody to see the profile or to change the role.")
        if len(members) >= MOST:
            words = tr_n("The first {n} person is shown.", "The first {n} people are shown.", MOST)
        elif self._facts is not None and not self._facts.is_owner:
            words = tr("Only owners change roles.")
        self.note.setText(words)

    def _row(self, one: Member) -> MemberRow:
        name = one_line(one.name) or one.user_id
        tag, kind = _tag_of(one)
        detail = one.user_id if one.is_external else self._desk.people.detail_of(one.user_id)
        if one.is_external:
            detail = f"{tr('External')} · {detail}"
        return MemberRow(one.user_id, name, detail, avatar_key(one.avatar), tag, kind)

    # Roles

    def menu_of(self, user: str) -> QMenu:
        """What can be done with somebody."""
        menu = QMenu(self)
        menu.addAction(tr("Profile"), lambda: self._desk.approvals.open_person(user))
        member, facts = self._members.get(user), self._facts
        if member is None or facts is None or not facts.is_owner or member.membership is not Membership.JOIN:
            return menu
        menu.addSeparator()
        is_me, role = user == self._desk.account.user_id, role_at(member.power)
        for one in Role:
            action = menu.addAction(f"{role_name(one)} – {role_sentence(one)}")
            action.setCheckable(True)
            action.setChecked(one is role)
            action.setEnabled(is_me or role is not Role.OWNER)  # nobody takes power from an equal
            action.triggered.connect(lambda _=False, one=one: self._ask_role(user, one))
        if role is Role.OWNER and not is_me:
            menu.addAction(tr("Only they themselves can give this up")).setEnabled(False)
        return menu

    def _open_menu(self, user: str, at: QPoint | None) -> None:
        menu = self.menu_of(user)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        current = self.list.visualRect(self.list.currentIndex())
        place = self.list.viewport().mapToGlobal(current.center())
        has_mouse = self.list.viewport().rect().contains(self.list.viewport().mapFromGlobal(QCursor.pos()))
        menu.popup(at or (QCursor.pos() if has_mouse else place))

    def _ask_role(self, user: str, role: Role) -> None:
        """What cannot be taken back is said before."""
        member = self._members.get(user)
        if member is None or role_at(member.power) is role:
            return
        name, is_me = one_line(member.name) or user, user == self._desk.account.user_id
        if is_me:
            words = tr("You cannot give it back to yourself; another owner has to.")
            title = tr("Give up being an owner?")
        elif role is Role.OWNER:
            words = tr("{name} could then do all that you can. You cannot take it back.", name=name)
            title = tr("Make {name} an owner?", name=name)
        else:
            self._set_role(user, role)
            return
        question = confirm(self._desk.style, self.window(), title, words, tr("Change role"), is_danger=is_me)
        question.accepted.connect(lambda: self._set_role(user, role))

    def _set_role(self, user: str, role: Role) -> None:
        if self._facts is None:
            return
        name = one_line(self._members[user].name) if user in self._members else user
        work = self._desk.account.channels.set_role(self._facts.channel.room_id, UserID(user), role)
        told = tr("{name} is now: {role}.", name=name, role=role_name(role))
        self._desk.operations.start(work, lambda _none: self._desk.tell(told), self.failed.emit)

    # People

    def _ask_invite(self) -> None:
        if self._facts is not None:
            taken = tuple(UserID(user) for user in self._members)
            dialog = InviteDialog(self._desk, self.window(), self._facts, taken)
            dialog.open()
            dialog.people.setFocus()

    def _show_code(self) -> None:
        if self._facts is not None:
            self._desk.channels.show_code(self._facts.channel.room_id)

    def _lay_out(self) -> None:
        px = self._desk.style.current.px
        head = QHBoxLayout()
        head.setSpacing(px(8))
        head.addWidget(self.search, 1)
        head.addWidget(self.invite)
        head.addWidget(self.code)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(14), px(24), px(14))
        column.setSpacing(px(8))
        column.addLayout(head)
        column.addWidget(self.list, 1)
        column.addWidget(self.note)


class InviteDialog(FormDialog):
    """People who are to follow."""

    def __init__(self, desk: Desk, window: QWidget, facts: OwnerFacts, taken: tuple[UserID, ...]) -> None:
        super().__init__(desk.style, tr("Add people to the channel"), window, height=420)
        self._desk, self._room_id, self._is_open = desk, facts.channel.room_id, True
        words = tr("They get an invitation and follow when they accept. Who may watch does not change by it.")
        self.add(Words(desk.style, words, role="text2", pixels=13))
        self.people = PeopleField(desk, tr("Who"), most=200, without=taken)
        self.add(self.people)
        self.add_button("cancel", tr("Cancel"))
        self.add_button("accept", tr("Invite"), ButtonKind.PRIMARY, is_default=True)
        self.people.changed.connect(self._count)
        self.people.cancelled.connect(self.reject)
        self.scrolled.connect(self.people.picker.close_suggestions)
        self.finished.connect(self._end)
        self._count()

    def press(self, key: str) -> None:
        if key != "accept":
            super().press(key)
            return
        self.set_busy(True)
        work = self._desk.account.channels.invite(self._room_id, self.people.people())
        self._desk.operations.start(work, self._sent, self._refused, is_vital=True)

    def _count(self) -> None:
        self.button("accept").setEnabled(bool(self.people.people()))

    def _sent(self, _none: None) -> None:
        self._desk.tell(tr("The invitations are on their way."))
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


def role_at(power: int) -> Role:
    """The role of a power level."""
    if power >= OWNER:
        return Role.OWNER
    return Role.EDITOR if power >= EDITOR else Role.VIEWER


def _tag_of(one: Member) -> tuple[str, TagKind]:
    if one.membership is Membership.INVITE:
        return tr("Invited"), TagKind.GREY
    role = role_at(one.power)
    if role is Role.VIEWER:
        return "", TagKind.GREY
    return role_name(role), TagKind.AMBER if role is Role.OWNER else TagKind.ACCENT
