"""The one place where the core's news become Qt signals.

The core publishes `Changes` (ids only) after every commit, on the loop's thread, which is the GUI thread.
The bridge hands each part on as its own signal; receivers read the cache. It keeps no state but the
subscriptions, so that one bridge serves one account from sign-in to sign-out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.changes import ChangeFeed, Changes
    from app.domain.connection import ConnectionState
    from app.domain.rooms import AttentionTotals


class ConnectionSource(Protocol):
    """What the bridge needs of the connection monitor."""

    @property
    def state(self) -> ConnectionState:
        """Where the line stands now."""

    def subscribe(self, listener: Callable[[ConnectionState], None]) -> Callable[[], None]:
        """Tell `listener` of every change; the result ends it."""


class AttentionSource(Protocol):
    """What the bridge needs of the service that keeps the figures."""

    def subscribe(self, listener: Callable[[AttentionTotals], None]) -> Callable[[], None]:
        """Tell `listener` of every change of the figures; the result ends it."""


class Bridge(QObject):
    """Signals of one account."""

    rooms_changed = Signal(object)
    """frozenset[RoomID]: rows of the conversation list to read again."""
    order_changed = Signal()
    timeline_changed = Signal(object)
    """TimelineChange."""
    members_changed = Signal(object)
    """frozenset[RoomID]."""
    typing_changed = Signal(object)
    """frozenset[RoomID]."""
    receipts_changed = Signal(object)
    """frozenset[RoomID]."""
    queue_changed = Signal()
    account_data_changed = Signal(object)
    """frozenset[str]: event types."""
    media_changed = Signal(object)
    """frozenset[ContentURI]."""
    profiles_changed = Signal()
    dings_changed = Signal()
    clears_changed = Signal()
    approvals_changed = Signal(object)
    """frozenset[RoomID]: requests whose rows or details moved; empty where all may have."""
    approval_library_changed = Signal()
    channels_changed = Signal(object)
    """frozenset[RoomID]: channels whose rows or feed moved; empty where all may have."""
    posts_changed = Signal(object)
    """frozenset[EventID]: posts whose card, comments or watch moved; empty where all may have."""
    kept_videos_changed = Signal()
    attention_changed = Signal()
    """The figures are others: rail, tray and title take them from the service."""
    rebuilt = Signal()
    connection_changed = Signal(object)
    """ConnectionState."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._unsubscribe: list[Callable[[], None]] = []

    def attach(self, feed: ChangeFeed, connection: ConnectionSource, attention: AttentionSource) -> None:
        """Start to hand on the news of one account."""
        self.detach()
        self._unsubscribe = [
            feed.subscribe(self.hand_on),
            connection.subscribe(self.connection_changed.emit),
            attention.subscribe(lambda _totals: self.attention_changed.emit()),
        ]

    def detach(self) -> None:
        """Stop handing on; the account may be closed afterwards."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe = []

    def hand_on(self, changes: Changes) -> None:
        """Emit one signal for each part of `changes` that says something."""
        if changes.is_rebuilt:
            self.rebuilt.emit()
        self._hand_on_rooms(changes)
        self._hand_on_inside(changes)
        self._hand_on_account(changes)
        self._hand_on_channels(changes)

    def _hand_on_rooms(self, changes: Changes) -> None:
        if changes.is_order_changed or changes.is_rebuilt:
            self.order_changed.emit()
        if changes.rooms:
            self.rooms_changed.emit(changes.rooms)

    def _hand_on_inside(self, changes: Changes) -> None:
        for change in changes.timelines:
            self.timeline_changed.emit(change)
        if changes.members:
            self.members_changed.emit(changes.members)
        if changes.typing:
            self.typing_changed.emit(changes.typing)
        if changes.receipts:
            self.receipts_changed.emit(changes.receipts)

    def _hand_on_account(self, changes: Changes) -> None:
        if changes.is_queue_changed:
            self.queue_changed.emit()
        if changes.account_data:
            self.account_data_changed.emit(changes.account_data)
        if changes.media:
            self.media_changed.emit(changes.media)
        if changes.profiles:
            self.profiles_changed.emit()
        if changes.dings or changes.is_rebuilt:
            self.dings_changed.emit()
        if changes.clears:
            self.clears_changed.emit()
        if changes.approvals or changes.is_rebuilt:
            self.approvals_changed.emit(changes.approvals)
        if changes.approval_library or changes.is_rebuilt:
            self.approval_library_changed.emit()

    def _hand_on_channels(self, changes: Changes) -> None:
        if changes.channels or changes.is_rebuilt:
            self.channels_changed.emit(changes.channels)
        if changes.posts or changes.is_rebuilt:
            self.posts_changed.emit(changes.posts)
        if changes.kept_videos or changes.is_rebuilt:
            self.kept_videos_changed.emit()
