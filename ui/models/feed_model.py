"""The cards of a feed, and the channels of the strip above it, in the order the cache gave them.

Rows are worded when they are first painted, and again when what they show has changed. A new list is told to the views
in few steps (`list_diff`), so that place and keyboard survive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from ui.models import list_diff
from ui.models.row_steps import take_step, tell_changed
from widgets.tips import plain_tip
from widgets.video_values import CHANNEL_TILE_ROLE, VIDEO_CARD_ROLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from PySide6.QtCore import QObject

    from app.domain.channels.rows import ChannelRow, PostRow
    from widgets.video_values import ChannelTile, VideoCard

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class FeedModel(QAbstractListModel):
    """Answers `VIDEO_CARD_ROLE` with a `VideoCard`."""

    def __init__(self, word: Callable[[PostRow], VideoCard], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._word = word
        self._uids: list[str] = []
        self._rows: dict[str, PostRow] = {}
        self._cards: dict[str, VideoCard] = {}

    @property
    def uids(self) -> Sequence[str]:
        """The posts, from the top."""
        return self._uids

    def row(self, uid: str) -> PostRow | None:
        """What a card is made of."""
        return self._rows.get(uid)

    def row_at(self, number: int) -> PostRow:
        """What the card at a place is made of."""
        return self._rows[self._uids[number]]

    def row_of(self, uid: str) -> int:
        """Where a card stands; -1 when it is not in the grid."""
        return self._uids.index(uid) if uid in self._rows else -1

    def set_rows(self, rows: Iterable[PostRow]) -> None:
        """Show these; those that are there already move and change in place."""
        wanted: dict[str, PostRow] = {row.event_id: row for row in rows}
        changed = [uid for uid, row in wanted.items() if uid in self._rows and self._rows[uid] != row]
        uids = list(wanted)
        steps = None if uids == self._uids else list_diff.steps_between(self._uids, uids)
        if steps is None and uids != self._uids:
            self._reset(uids, wanted)
            return
        self._rows |= wanted
        for step in steps or ():
            take_step(self, self._uids, step, uids)
        self._rows = wanted
        self._cards = {uid: card for uid, card in self._cards.items() if uid in wanted}
        self._reword(changed)

    def append(self, rows: Iterable[PostRow]) -> None:
        """Show another page below; a card that is there already keeps its place."""
        fresh: dict[str, PostRow] = {row.event_id: row for row in rows if row.event_id not in self._rows}
        if not fresh:
            return
        self.beginInsertRows(_ROOT, len(self._uids), len(self._uids) + len(fresh) - 1)
        self._rows |= fresh
        self._uids += fresh
        self.endInsertRows()

    def set_row(self, row: PostRow) -> None:
        """Show one card as it is now, where it stands."""
        if row.event_id in self._rows and self._rows[row.event_id] != row:
            self._rows[row.event_id] = row
            self._reword([row.event_id])

    def refresh_words(self) -> None:
        """Word all again (language, age)."""
        self._reword(self._uids)

    def rowCount(self, parent: Index = _ROOT) -> int:
        """See Qt."""
        return 0 if parent.isValid() else len(self._uids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt."""
        if not index.isValid() or not 0 <= index.row() < len(self._uids):
            return None
        card = self._card(self._uids[index.row()])
        if role == VIDEO_CARD_ROLE:
            return card
        if role == Qt.ItemDataRole.DisplayRole:
            return card.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(card.tip)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return card.spoken
        return None

    def _card(self, uid: str) -> VideoCard:
        card = self._cards.get(uid)
        if card is None:
            card = self._cards[uid] = self._word(self._rows[uid])
        return card

    def _reword(self, uids: Iterable[str]) -> None:
        """Word these again; only those whose words are other ones now are told."""
        changed = set()
        for uid in uids:
            last = self._cards.pop(uid, None)
            if last is not None and self._card(uid) != last:
                changed.add(uid)
        tell_changed(self, [row for row, uid in enumerate(self._uids) if uid in changed])

    def _reset(self, uids: list[str], rows: dict[str, PostRow]) -> None:
        self.beginResetModel()
        self._uids, self._rows = uids, rows
        self._cards.clear()
        self.endResetModel()


class ChannelTileModel(QAbstractListModel):
    """Answers `CHANNEL_TILE_ROLE` with a `ChannelTile`."""

    def __init__(self, word: Callable[[ChannelRow], ChannelTile], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._word = word
        self._uids: list[str] = []
        self._tiles: dict[str, ChannelTile] = {}

    @property
    def uids(self) -> Sequence[str]:
        """The channels, from the left."""
        return self._uids

    def set_rows(self, rows: Iterable[ChannelRow]) -> None:
        """Show these; those that are there already move and change in place."""
        tiles: dict[str, ChannelTile] = {row.room_id: self._word(row) for row in rows}
        changed = {uid for uid, tile in tiles.items() if uid in self._tiles and self._tiles[uid] != tile}
        uids = list(tiles)
        steps = None if uids == self._uids else list_diff.steps_between(self._uids, uids)
        if steps is None and uids != self._uids:
            self.beginResetModel()
            self._uids, self._tiles = uids, tiles
            self.endResetModel()
            return
        self._tiles |= tiles
        for step in steps or ():
            take_step(self, self._uids, step, uids)
        self._tiles = tiles
        tell_changed(self, [row for row, uid in enumerate(self._uids) if uid in changed])

    def rowCount(self, parent: Index = _ROOT) -> int:
        """See Qt."""
        return 0 if parent.isValid() else len(self._uids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt."""
        if not index.isValid() or not 0 <= index.row() < len(self._uids):
            return None
        tile = self._tiles[self._uids[index.row()]]
        if role == CHANNEL_TILE_ROLE:
            return tile
        if role == Qt.ItemDataRole.DisplayRole:
            return tile.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(tile.tip)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return tile.spoken
        return None
