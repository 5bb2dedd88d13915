"""Posts with their filters, or why there are none: the lower part of the feed and of a channel's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.domain.channels.rows import FeedLength
from app.domain.connection import ConnectionKind
from resources.translations import tr
from ui.screens.channels.feed_state import Nothing, empty_words, is_filtered, length_of
from ui.screens.channels.looking import Looking
from ui.sentences import sentence
from widgets.empty_state import EmptyState
from widgets.feed_filters import FeedFilters
from widgets.feed_grid import FeedGrid

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QHideEvent, QShowEvent

    from ui.desk import Desk
    from ui.screens.channels.feed_presenter import FeedPresenter

_WORDS_MS = 30_000


class FeedPane(QWidget):
    """Shows what the presenter has; tells what is asked for."""

    opened = Signal(str)
    channel_opened = Signal(str)
    context_requested = Signal(str, QPoint)
    action_requested = Signal()
    """The next step that an empty page offers."""
    search_requested = Signal()
    left_above = Signal()

    def __init__(self, desk: Desk, presenter: FeedPresenter) -> None:
        super().__init__()
        self._desk, self._presenter = desk, presenter
        self.filters = FeedFilters(desk.style)
        self.grid = FeedGrid(desk.style, desk.images)
        self.nothing = EmptyState(desk.style)
        self.follows_any = True
        """Whether there is a channel whose posts could be here."""
        self.has_channels = False
        """Whether channels stand above."""
        self.is_asking = False
        """The network is asked for what could be here."""
        self._stack = QStackedWidget()
        self._looking = Looking(desk, presenter.model, self.grid, self)
        self._clock = self.startTimer(_WORDS_MS)
        self._lay_out()
        self._connect()

    def focus_cards(self, reason: Qt.FocusReason = Qt.FocusReason.ShortcutFocusReason) -> None:
        """The keyboard goes on to the cards."""
        target = self.grid if self._stack.currentWidget() is self.grid else self.nothing
        target.setFocus(reason)

    def refresh(self) -> None:
        """Show the state of the presenter."""
        presenter, query = self._presenter, self._presenter.query
        length = "" if query.length is FeedLength.ANY else query.length.value
        self.filters.show_state(
            is_unwatched=query.is_unwatched, is_saved=query.is_saved, length=length, tag=query.tag
        )
        is_needed = bool(presenter.model.rowCount()) or is_filtered(query) or bool(query.term)
        self.filters.setVisible(is_needed and not presenter.course)
        self.grid.setAccessibleName(tr("Videos"))
        self.grid.set_has_hits(bool(query.term))
        if presenter.model.rowCount() and presenter.error is None:
            self._turn_to(self.grid)
        else:
            self._show_nothing()
            self._turn_to(self.nothing)

    def showEvent(self, event: QShowEvent) -> None:
        """See Qt."""
        super().showEvent(event)
        self._presenter.set_seen(True)
        self._presenter.refresh_words()

    def hideEvent(self, event: QHideEvent) -> None:
        """See Qt."""
        super().hideEvent(event)
        self._presenter.set_seen(False)

    def changeEvent(self, event: QEvent) -> None:
        """See Qt."""
        super().changeEvent(event)
        if event.type() == event.Type.LanguageChange:
            self._presenter.refresh_words()
            self.refresh()

    def timerEvent(self, _event: object) -> None:
        """Age moves on; streams begin."""
        if self.isVisible():
            self._presenter.refresh_words()

    def stop(self) -> None:
        """The account goes."""
        self.killTimer(self._clock)
        self._looking.stop()
        self._presenter.set_seen(False)

    def _lay_out(self) -> None:
        self._stack.addWidget(self.grid)
        self._stack.addWidget(self.nothing)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.filters)
        column.addWidget(self._stack, 1)

    def _connect(self) -> None:
        presenter, grid, filters = self._presenter, self.grid, self.filters
        grid.setModel(presenter.model)
        presenter.changed.connect(self.refresh)
        presenter.tags_changed.connect(lambda: filters.set_tags(presenter.tags))
        grid.opened.connect(self.opened)
        grid.channel_opened.connect(self.channel_opened)
        grid.context_requested.connect(self.context_requested)
        grid.search_requested.connect(self.search_requested)
        grid.left_above.connect(self.left_above)
        grid.near_end_reached.connect(presenter.load_more)
        grid.sight_changed.connect(self._note_sight)
        filters.unwatched_chosen.connect(lambda is_on: self._filter(is_unwatched=is_on))
        filters.saved_chosen.connect(lambda is_on: self._filter(is_saved=is_on))
        filters.length_chosen.connect(lambda key: self._filter(length=length_of(key)))
        filters.tag_chosen.connect(lambda tag: self._filter(tag=tag))
        self.nothing.action_triggered.connect(self._act_on_nothing)
        self._desk.images.ready.connect(lambda _key: grid.viewport().update())
        self._desk.bridge.connection_changed.connect(lambda _state: self.refresh())

    def _filter(self, **changed: object) -> None:
        query = self._presenter.query._replace(**changed)  # type: ignore[arg-type]
        self._presenter.show_query(query)
        self.grid.scrollToTop()

    def _note_sight(self) -> None:
        self._presenter.seen_rows = self.grid.last_visible_row() + 1

    def _is_busy(self) -> bool:
        line = self._desk.account.connection.state.kind
        return self._presenter.is_loading or self.is_asking or line is ConnectionKind.SYNCING_FIRST

    def _turn_to(self, part: QWidget) -> None:
        """Show one of the two; the keyboard stays here where it is here."""
        last = self._stack.currentWidget()
        has_focus = last is not None and (last.hasFocus() or last.isAncestorOf(self.window().focusWidget()))
        self._stack.setCurrentWidget(part)
        if has_focus and part is not last:
            part.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_nothing(self) -> None:
        presenter, nothing = self._presenter, self.nothing
        if presenter.error is not None:
            words = sentence(presenter.error)
            nothing.set_state("warning-circle", tr("The videos cannot be read"), words, tr("Try again"))
        elif self._is_busy():
            words = tr("Searching…") if presenter.query.term else tr("Fetching videos…")
            nothing.set_state("", words, is_busy=True)
        else:
            nothing.set_state(*self._why())

    def _why(self) -> Nothing:
        """Why the page is empty, in words; without a line that may be the reason."""
        why = empty_words(self._presenter.query, follows_any=self.follows_any, has_channels=self.has_channels)
        query = self._presenter.query
        if not self._desk.account.connection.is_online and not query.term and not is_filtered(query):
            text = tr("There is no connection. What was seen before would be here.")
            return why._replace(icon="wifi-slash", text=text, action="")
        return why

    def _act_on_nothing(self) -> None:
        presenter = self._presenter
        if presenter.error is not None:
            presenter.show_query(presenter.query, presenter.course)
        elif is_filtered(presenter.query):
            presenter.clear_filter()
        else:
            self.action_requested.emit()
