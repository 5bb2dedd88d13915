""" "Why this number": what it is made of, and the way to each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal

from app.domain.attention import AttentionSource, SourceKind
from ui.screens.red_dots.clear_words import source_rows, sum_words
from widgets.source_panel import SourcePanel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.desk import Desk


class Sources(QObject):
    """One card, made once; its lines are read in the worker when it opens."""

    room_chosen = Signal(str, str)
    """Room, and the event in it; empty: wherever the room opens."""

    def __init__(self, desk: Desk, window: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._window = desk, window
        self._sources: list[AttentionSource] = []
        self.panel = SourcePanel(desk.style, desk.images, window)
        self.panel.chosen.connect(self._open)

    def open_at(self, corner: QPoint) -> None:
        """Show it once its lines are read."""
        self._desk.operations.start(
            self._desk.account.attention.sources(), lambda sources: self._show(corner, sources)
        )

    def close(self) -> None:
        """The account goes."""
        self.panel.close_panel()
        self.panel.deleteLater()

    def _show(self, corner: QPoint, sources: list[AttentionSource]) -> None:
        self._sources = sources
        self.panel.show_sources(sum_words(self._desk.account.attention.totals()), source_rows(sources))
        self.panel.float_at(corner, self._window)
        self.panel.setFocus()

    def _open(self, key: str) -> None:
        source = self._sources[int(key)]
        if source.kind is SourceKind.DING:
            self._desk.dings.open_inbox(source.event_id or "")
        elif source.kind is SourceKind.COMMENT and source.event_id is not None:
            self._desk.channels.watch(source.event_id)
        elif source.kind is SourceKind.POST and source.room_id is not None:
            self._desk.channels.open_channel(source.room_id)
        elif source.kind in (SourceKind.APPROVAL, SourceKind.COMMENT):
            self._desk.approvals.open(source.room_id)
        elif source.room_id is not None:
            is_at_news = source.kind in (SourceKind.UNREAD, SourceKind.MENTION, SourceKind.MUTED)
            self.room_chosen.emit(source.room_id, (source.event_id if is_at_news else None) or "")
