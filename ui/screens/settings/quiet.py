"""Settings of DINGs: when they may ring, how often, how loud, and whose are plain messages."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.dings import MUTED_TYPE
from app.domain.ids import UserID, localpart_of
from app.settings import Settings
from app.store.reader import Reader
from resources.formats import format_due
from resources.translations import tr, tr_n
from ui.desk import Desk
from ui.dnd import OFF, dnd_choices, dnd_until_ms, now_ms
from ui.screens.settings.section import Section
from widgets.buttons import Button, ButtonKind
from widgets.form_fields import ChoiceField, SwitchField
from widgets.time_field import TimeField
from widgets.words import Line

REPEATS = (0, 1, 3, 5, 10, 20)
MOST_MUTED = 200
_ON = "on"


class QuietSection(Section):
    """Follows the settings: "do not disturb" is also set from the tray."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.style, lambda: tr("DING and quiet hours"))
        self._desk = desk
        self._quiet = self._switch("is_quiet_on", lambda: tr("Quiet hours"))
        self.worded(
            lambda: tr("Cards and notifications wait for the end. The DING page shows everything at once."),
            self._quiet.set_hint,
        )
        self._from, self._to = TimeField(desk.style), TimeField(desk.style)
        self._dnd = ChoiceField(desk.style, "")
        self._glass = self._switch(
            "is_breaking_glass_allowed", lambda: tr("Let urgent DINGs ring all the same")
        )
        self._repeats = ChoiceField(desk.style, "")
        self._sound = self._switch("is_ding_sound_on", lambda: tr("Play a sound for DINGs"))
        self._muted = MutedSenders(desk, self)
        self._lay_out()
        self._connect()
        self.finish()
        self._show(desk.settings.current)

    def _switch(self, name: str, words: Callable[[], str]) -> SwitchField:
        field = SwitchField(self.style_source, words())
        field.toggled.connect(lambda is_on: self._desk.settings.change(**{name: is_on}))
        self.worded(words, field.setText)
        return field

    def _lay_out(self) -> None:
        self.add(self._quiet)
        row = QHBoxLayout()
        row.setSpacing(self.style_source.current.px(12))
        for field in (self._from, self._to):
            row.addWidget(field, 1)
        self.add_row(row)
        for widget in (self._dnd, self._glass, self._repeats, self._sound, self._muted):
            self.add(widget)

    def _connect(self) -> None:
        settings = self._desk.settings
        self.worded(lambda: tr("Quiet from"), self._from.set_label)
        self.worded(lambda: tr("Quiet until"), self._to.set_label)
        self.worded(lambda: tr("Do not disturb"), self._dnd.set_label)
        self.worded(lambda: tr("Their sender has to give a reason, and you see it."), self._glass.set_hint)
        self.worded(
            lambda: tr("If its sender wishes, an unconfirmed DING rings again"), self._repeats.set_label
        )
        self.worded(lambda: "", lambda _text: self._show(settings.current))
        self.worded(lambda: "", lambda _text: self._muted.word())
        self._from.chosen.connect(lambda clock: settings.change(quiet_from=clock))
        self._to.chosen.connect(lambda clock: settings.change(quiet_to=clock))
        self._repeats.chosen.connect(lambda key: settings.change(ding_repeats=int(key)))
        self._dnd.chosen.connect(self._choose_dnd)
        unsubscribe = settings.subscribe(self._show)
        self.destroyed.connect(lambda: unsubscribe())

    def _choose_dnd(self, key: str) -> None:
        if key != _ON:
            self._desk.settings.change(dnd_until_ms=dnd_until_ms(key, now_ms()))

    def _show(self, settings: Settings) -> None:
        """Show what holds, without changing it."""
        switches = {
            self._quiet: settings.is_quiet_on,
            self._glass: settings.is_breaking_glass_allowed,
            self._sound: settings.is_ding_sound_on,
        }
        for switch, is_on in switches.items():
            switch.blockSignals(True)
            switch.setChecked(is_on)
            switch.blockSignals(False)
        for field, clock in ((self._from, settings.quiet_from), (self._to, settings.quiet_to)):
            field.set_value(clock)
            field.setEnabled(settings.is_quiet_on)
        self._show_dnd(settings.dnd_until_ms)
        self._repeats.set_choices(_repeats(settings.ding_repeats))
        self._repeats.set_current(str(settings.ding_repeats))

    def _show_dnd(self, until_ms: int) -> None:
        now = now_ms()
        is_on = until_ms > now
        on = [(_ON, tr("On until {time}", time=format_due(until_ms, now)))] if is_on else []
        self._dnd.set_choices([*on, *dnd_choices()])
        self._dnd.set_current(_ON if is_on else OFF)


class MutedSenders(QWidget):
    """Whose DINGs are plain messages, each with the way back."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._people: list[tuple[UserID, str]] = []
        self._rows: list[QWidget] = []
        self._title = Line(desk.style, role="text2", pixels=12)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(desk.style.current.px(8))
        self._column.addWidget(self._title)
        desk.bridge.account_data_changed.connect(self._data_changed)
        self.refresh()

    @property
    def names(self) -> list[str]:
        """Who is listed."""
        return [name for _, name in self._people]

    def refresh(self) -> None:
        """Read the list again."""
        self._desk.operations.start(self._desk.account.cache.read_in_worker(_muted), self._show)

    def word(self) -> None:
        """Word it again."""
        self._title.setText(
            tr("DINGs of these people are plain messages")
            if self._people
            else tr("DINGs of everybody ring. To mute a sender, use the menu of a DING.")
        )
        for button in self.findChildren(Button):
            button.setText(tr("Unmute"))

    def _data_changed(self, types: frozenset[str]) -> None:
        if MUTED_TYPE in types:
            self.refresh()

    def _show(self, people: Sequence[tuple[UserID, str]]) -> None:
        self._people = list(people)
        for old in self._rows:
            old.setParent(None)
            old.deleteLater()
        self._rows = [self._row(user_id, name) for user_id, name in self._people]
        for row in self._rows:
            self._column.addWidget(row)
        self.word()

    def _row(self, user_id: UserID, name: str) -> QWidget:
        row = QWidget(self)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        button = Button(self._desk.style, tr("Unmute"), ButtonKind.OUTLINE)
        button.setAccessibleDescription(name)
        button.clicked.connect(lambda: self._unmute(user_id, button))
        line.addWidget(Line(self._desk.style, name), 1)
        line.addWidget(button)
        return row

    def _unmute(self, user_id: UserID, button: Button) -> None:
        button.setEnabled(False)
        self._desk.operations.start(
            self._desk.account.dings.set_sender_muted(user_id, False), lambda _none: self.refresh()
        )


def _muted(read: Reader) -> list[tuple[UserID, str]]:
    """Read who is muted, and their names. On the reading thread: it looks through all rooms."""
    users = (read.account_data(MUTED_TYPE) or {}).get("users")
    wanted = [UserID(user) for user in users if isinstance(user, str)] if isinstance(users, list) else []
    return [(user, _name(read, user)) for user in list(dict.fromkeys(wanted))[:MOST_MUTED]]


def _name(read: Reader, user: UserID) -> str:
    found = [member.name for member in read.search_people(user, 1) if member.user_id == user]
    return found[0] if found else localpart_of(user)


def _repeats(current: int) -> list[tuple[str, str]]:
    counts = sorted({*REPEATS, current})
    return [(str(n), tr_n("{n} time at most", "{n} times at most", n) if n else tr("Never")) for n in counts]
