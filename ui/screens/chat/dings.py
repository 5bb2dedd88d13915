"""Dings in a conversation: confirming one, finding it in the inbox, making one of a message or for those who have not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.domain.dings import is_confirmation
from ui.ding_desk import DingStart
from ui.item_words import short_words
from ui.screens.chat.writing import is_message

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.domain.ids import RoomID
    from app.domain.rooms import Member
    from app.domain.timeline import TimelineItem
    from ui.desk import Desk
    from ui.screens.chat.writing import Writing
    from widgets.timeline.intents import TimelineIntents


class ChatDings(QObject):
    """Joins the open conversation to `desk.dings`."""

    def __init__(
        self,
        desk: Desk,
        writing: Writing,
        item_of: Callable[[str], TimelineItem | None],
        room_to_write: Callable[[], RoomID | None],
        parent: QObject,
    ) -> None:
        """`room_to_write` is the open room; None where I cannot write in it."""
        super().__init__(parent)
        self._desk = desk
        self._writing = writing
        self._item_of = item_of
        self._room_to_write = room_to_write

    def follow(self, view: TimelineIntents) -> None:
        """Do what a person wants of dings in the timeline."""
        view.reaction_toggled.connect(self.react)
        view.ding_confirmed.connect(self.confirm)
        view.ding_activated.connect(lambda uid: self._desk.dings.open_inbox(uid))
        view.thread_activated.connect(self._show_comments)
        view.ding_requested.connect(self._make_of_uid)

    def confirm(self, uid: str) -> None:
        """Confirm the ding of a row, if it waits for me."""
        item = self._item_of(uid)
        if item is not None and item.ding is not None and item.ding.is_open and item.event_id is not None:
            self._desk.dings.confirm(item.event_id)

    def react(self, uid: str, key: str) -> None:
        """Add my reaction or take it back; a ✅ on a ding to me confirms it, once."""
        item = self._item_of(uid)
        if item is not None and item.ding is not None and item.ding.is_to_me and is_confirmation(key):
            self.confirm(uid)
        else:
            self._writing.react(uid, key)

    def make_of(self, item: TimelineItem, people: Sequence[Member] = ()) -> None:
        """Make a ding of a message, for these people if given."""
        if not can_become_ding(item):
            return
        self._desk.dings.compose(
            DingStart(
                self._room_to_write(),
                item.event_id,
                _words_of(item),
                tuple(member.user_id for member in people),
            )
        )

    def make_here(self) -> None:
        """Make a ding in the open conversation."""
        self._desk.dings.compose(DingStart(self._room_to_write()))

    def _show_comments(self, uid: str) -> None:
        """The thread of a ding is its comments."""
        item = self._item_of(uid)
        if item is not None and item.ding is not None:
            self._desk.dings.open_inbox(uid)

    def _make_of_uid(self, uid: str) -> None:
        item = self._item_of(uid)
        if item is not None:
            self.make_of(item)


def _words_of(item: TimelineItem) -> str:
    if item.ding is not None:
        return item.ding.text
    return item.body or short_words(item)


def can_become_ding(item: TimelineItem) -> bool:
    """A message that the server has, so that the ding can lead back to it."""
    return is_message(item) and item.event_id is not None
