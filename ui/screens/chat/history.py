"""Bringing older rows of the open room: above the first row, into gaps in sight, originals of replies."""

from PySide6.QtCore import QObject, Signal

from app.domain.ids import EventID
from app.domain.timeline import ItemKind
from app.errors import TackError
from ui.desk import Desk
from ui.models.timeline_source import TimelineSource
from ui.operations import Operations

PAGE = 50


class History(QObject):
    """One load above and one per gap at a time; what failed is tried again when the person comes back to it."""

    loading_changed = Signal(bool)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._source: TimelineSource | None = None
        self._operations = Operations(desk.operations.loop)
        self._is_loading = False
        self._gaps: set[str] = set()
        self._asked: set[EventID] = set()

    def set_source(self, source: TimelineSource | None) -> None:
        """Another room is open: what still loads for the last one ends."""
        self._operations.cancel_all()
        self._operations = Operations(self._desk.operations.loop)
        self._source = source
        self._gaps.clear()
        self._set_loading(False)
        if source is not None and source.row_count() < PAGE:
            self.load_above()

    def load_above(self) -> None:
        """Fetch a page of older events."""
        source = self._source
        if source is None or self._is_loading or source.extent.reached_start:
            return
        self._set_loading(True)
        self._operations.start(
            self._desk.account.timelines.paginate_backwards(source.room_id, PAGE),
            lambda _reached: self._set_loading(False),
            lambda _error: self._set_loading(False),
        )

    def fill_gap(self, uid: str, *, is_asked: bool = False) -> None:
        """Fetch a page into a gap; only who asked for it hears of a failure."""
        item = self._source.item(uid) if self._source else None
        if self._source is None or item is None or not item.prev_batch or uid in self._gaps:
            return
        self._gaps.add(uid)
        self._operations.start(
            self._desk.account.timelines.fill_gap(self._source.room_id, item.prev_batch),
            lambda _none: self._gaps.discard(uid),
            lambda error: self._gap_failed(uid, error, is_asked),
        )

    def seen(self, first: int, last: int) -> None:
        """Rows came into sight: fill gaps among them, fetch originals of their replies."""
        source = self._source
        if source is None or last < first:
            return
        reads = self._desk.account.cache.read
        for item in reads.items(source.room_id, first, min(last - first + 1, 80)):
            if item.kind is ItemKind.GAP:
                self.fill_gap(item.uid)
            elif item.reply is not None and item.reply.sender is None:
                self._fetch_original(item.reply.event_id)

    def _fetch_original(self, event_id: EventID) -> None:
        if self._source is None or event_id in self._asked:
            return
        self._asked.add(event_id)
        self._operations.start(
            self._desk.account.timelines.fetch_reply_target(self._source.room_id, event_id),
            None,
            lambda _error: self._asked.discard(event_id),
        )

    def _gap_failed(self, uid: str, error: TackError, is_asked: bool) -> None:
        self._gaps.discard(uid)
        if is_asked:
            self._desk.tell_error(error)

    def _set_loading(self, is_loading: bool) -> None:
        if is_loading != self._is_loading:
            self._is_loading = is_loading
            self.loading_changed.emit(is_loading)
