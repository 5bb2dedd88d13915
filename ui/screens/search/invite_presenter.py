"""Inviting somebody into the open room: the panel of the quick switcher, fed by the directory."""

from PySide6.QtCore import QObject, Signal

from app.domain.ids import RoomID, UserID
from app.domain.rooms import Profile
from resources.translations import tr
from ui.desk import Desk
from ui.images import avatar_key
from ui.operations import Operations
from widgets.quick_switcher import QuickSwitcher, SwitcherRow

PEOPLE = 20


class InvitePresenter(QObject):
    """Offers colleagues who are not in the room yet."""

    person_chosen = Signal(str, str)
    """Room id, user id."""

    def __init__(self, desk: Desk, panel: QuickSwitcher, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._panel = panel
        self._room: RoomID | None = None
        self._operations = Operations(desk.operations.loop, self)
        panel.term_changed.connect(self._answer)
        panel.chosen.connect(self._choose)

    def open(self, room_id: RoomID) -> None:
        """Ask whom to invite."""
        self._room = room_id
        self._panel.open_empty()

    def _answer(self, term: str) -> None:
        self._operations.cancel_all()
        self._operations = Operations(self._desk.operations.loop, self)
        if self._room is not None:
            self._operations.start(self._find(self._room, term.strip()), self._panel.set_rows)

    async def _find(self, room_id: RoomID, term: str) -> list[SwitcherRow]:
        cache = self._desk.account.cache
        if term:
            found = await self._desk.account.directory.users(term, PEOPLE)
        else:
            known = await cache.read_in_worker(lambda read: read.search_people("", PEOPLE))
            found = [Profile(member.user_id, member.name, member.avatar) for member in known]
        return [self._row(profile) for profile in found if not self._is_inside(room_id, profile.user_id)]

    def _is_inside(self, room_id: RoomID, user_id: UserID) -> bool:
        member = self._desk.account.cache.read.member(room_id, user_id)
        return member is not None and member.membership in {"join", "invite"}

    def _row(self, profile: Profile) -> SwitcherRow:
        return SwitcherRow(
            key=profile.user_id,
            name=profile.name,
            detail=self._desk.people.detail_of(profile.user_id) or profile.user_id,
            color_key=profile.user_id,
            avatar_key=avatar_key(profile.avatar),
            section=tr("Invite to this chat"),
        )

    def _choose(self, key: str) -> None:
        if self._room is not None:
            self.person_chosen.emit(self._room, key)
