"""Who may see a channel: three choices with a sentence each, the partners by server, and what stays so for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.channels.channel import Audience, Visibility
from app.domain.ids import server_name_of
from resources.translations import tr
from ui.screens.channel_owner.owner_words import (
    ICONS,
    fixed_words,
    lasting_words,
    visibility_name,
    visibility_sentence,
)
from ui.screens.channel_owner.servers_field import ServersField
from widgets.channel_cards import ChoiceCard, ChoiceCards
from widgets.words import Words

if TYPE_CHECKING:
    from ui.desk import Desk
    from ui.operations import Operations


class AudienceField(QWidget):
    """`was` is the audience of a channel that is there: what Matrix cannot change is not offered."""

    changed = Signal()

    def __init__(self, desk: Desk, operations: Operations, was: Audience | None = None) -> None:
        super().__init__()
        self._was = was
        self._server = server_name_of(desk.account.user_id)
        style = desk.style
        self.cards = ChoiceCards(style, tr("Who can watch"))
        self.servers = ServersField(desk, operations)
        self.lasting = Words(style, role="waiting_text", pixels=12)
        self.error = Words(style, role="attention_text", pixels=12)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.current.px(8))
        column.addWidget(Words(style, tr("Who can watch"), role="text2", pixels=12))
        for part in (self.cards, self.servers, self.error, self.lasting):
            column.addWidget(part)
        self.error.hide()
        self.setFocusProxy(self.cards)
        self.cards.set_cards([self._card(one) for one in Visibility if self._is_possible(one)])
        if was is not None:
            self.cards.set_current(was.visibility)
            self.servers.set_servers(was.servers)
        self.cards.chosen.connect(lambda _key: self._moved())
        self.servers.changed.connect(self._moved)
        self._show()

    def audience(self) -> Audience:
        """What is chosen."""
        visibility = Visibility(self.cards.current())
        servers = self.servers.servers() if visibility is Visibility.PARTNERS else ()
        return Audience(visibility, servers)

    def check(self) -> QWidget | None:
        """Say what is missing; where the person mends it. None: all is well."""
        if self.audience().visibility is not Visibility.PARTNERS:
            return None
        self.servers.take_typed()
        if self.servers.picker.field.term():
            return self.servers
        if not self.servers.servers():
            self._complain(tr("Name at least one server of a partner, or choose “Internal”."))
            return self.servers
        return None

    def _card(self, visibility: Visibility) -> ChoiceCard:
        sentence = visibility_sentence(visibility, self._server)
        return ChoiceCard(visibility, visibility_name(visibility), sentence, ICONS[visibility])

    def _is_possible(self, visibility: Visibility) -> bool:
        if self._was is None:
            return True
        return (self._was.visibility is Visibility.INTERNAL) == (visibility is Visibility.INTERNAL)

    def _moved(self) -> None:
        self._complain("")
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        visibility = Visibility(self.cards.current())
        self.servers.setVisible(visibility is Visibility.PARTNERS)
        self.lasting.setText(lasting_words(visibility) if self._was is None else fixed_words(visibility))

    def _complain(self, words: str) -> None:
        self.error.setText(words)
        self.error.setVisible(bool(words))
