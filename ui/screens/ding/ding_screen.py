"""The DING page: what must be confirmed, what I asked others to confirm, what goes out later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.domain.connection import ConnectionKind
from app.domain.dings import DingBox, DingFilter, DingSummary
from resources.translations import tr
from ui.screens.ding.ding_acts import DingActs
from ui.screens.ding.ding_boxes import box_chips, chip_of, empty_words, filter_chips
from ui.screens.ding.ding_presenter import DingPresenter
from ui.screens.ding.ding_state import InboxView
from ui.sentences import sentence
from widgets.ding_detail import DingDetail
from widgets.ding_head import DingHead
from widgets.ding_list import DING_KEYS, DingListView
from widgets.ding_values import DingAct
from widgets.empty_state import EmptyState
from widgets.painting import fill_plain

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QHideEvent, QKeyEvent, QPaintEvent, QResizeEvent, QShowEvent

    from app.domain.timeline import TimelineItem
    from ui.desk import Desk
    from ui.screens.ding.ding_state import Entry

LIST_WIDTH, LEAST_LIST, MOST_LIST = 400, 260, 520
LEAST_DETAIL = 360
SECOND_MS, SLOW_MS = 1000, 30_000


class Opener(Protocol):
    """Who opens attachments."""

    def open(self, item: TimelineItem) -> None:
        """Look at a picture, save anything else."""


class DingScreen(QWidget):
    """Composes head, list and detail; the presenter knows what is in them."""

    room_requested = Signal(str, str)
    person_activated = Signal(str)
    link_activated = Signal(str)
    new_requested = Signal()

    def __init__(self, desk: Desk, attachments: Opener, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._attachments = attachments
        self._list_width = 0
        self.presenter = DingPresenter(desk, self)
        self.head = DingHead(desk.style)
        self.list = DingListView(desk.style, desk.images)
        self.detail = DingDetail(desk.style, desk.images)
        self.acts = DingActs(desk, self)
        self._nothing = EmptyState(desk.style)
        self._unchosen = EmptyState(desk.style)
        self._rows, self._pages = QStackedWidget(), QStackedWidget()
        self._column = _Column(desk)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._lay_out()
        self._connect()
        self._restyle()

    @property
    def view(self) -> InboxView:
        """Which box, filter and search."""
        return self.presenter.view

    @property
    def list_width(self) -> int:
        """How wide the person made the list, at 100 %; 0 for never."""
        return self._list_width

    def start(self, box: DingBox, list_width: int = 0) -> None:
        """Show what the last time showed."""
        self._list_width = list_width
        self._fit()
        self.presenter.set_box(box)
        self._show_page()

    def stop(self) -> None:
        """The account goes: nothing of it is read any more."""
        self._timer.stop()
        self.presenter.set_seen(False)

    def open_ding(self, uid: str) -> None:
        """Show one ding, wherever it lies."""
        self.head.close_search()
        if not self.presenter.open(uid):
            self._desk.tell(tr("This DING is not on this computer yet."))
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    # What Qt tells

    def showEvent(self, event: QShowEvent) -> None:
        """See Qt."""
        super().showEvent(event)
        self.presenter.set_seen(True)
        self.presenter.refresh_words()
        self._time()
        (self.focusWidget() or self.list).setFocus(Qt.FocusReason.OtherFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        """See Qt."""
        super().hideEvent(event)
        self.presenter.set_seen(False)
        self._timer.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt."""
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of the list work everywhere on the page where nothing is written; Enter is the focus's own."""
        key = Qt.Key(event.key())
        has_modifier = bool(event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier)
        if has_modifier or event.isAutoRepeat():
            super().keyPressEvent(event)
        elif key in DING_KEYS and key not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._act(DING_KEYS[key])
        elif key == Qt.Key.Key_N:
            self.new_requested.emit()
        elif key == Qt.Key.Key_Slash:
            self.head.open_search()
        elif key == Qt.Key.Key_Escape:
            self.head.close_search()
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """See Qt."""
        if event.type() is QEvent.Type.LanguageChange:
            self._show_list()
            self.presenter.refresh_words()
        super().changeEvent(event)

    # Building

    def _lay_out(self) -> None:
        self._rows.addWidget(self.list)
        self._rows.addWidget(self._nothing)
        self._pages.addWidget(self._unchosen)
        self._pages.addWidget(self.detail)
        self._column.layout_of(self.head, self._rows)
        self._splitter.addWidget(self._column)
        self._splitter.addWidget(self._pages)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setStretchFactor(1, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._splitter)

    def _connect(self) -> None:
        presenter, acts = self.presenter, self.acts
        self.list.setModel(presenter.model)
        presenter.list_changed.connect(self._show_list)
        presenter.page_changed.connect(self._show_page)
        self.list.ding_chosen.connect(presenter.choose)
        self.list.act_requested.connect(self._act_on)
        self.list.context_requested.connect(self._open_menu)
        self.list.new_requested.connect(self.new_requested)
        self.list.search_requested.connect(self.head.open_search)
        self.list.near_end_reached.connect(presenter.load_more)
        self.list.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.head.box_chosen.connect(lambda box: presenter.set_box(DingBox(box)))
        self.head.filter_chosen.connect(
            lambda key: presenter.set_filter(DingFilter(key) if key else DingFilter.ALL)
        )
        self.head.term_changed.connect(presenter.search)
        self.head.new_requested.connect(self.new_requested)
        self.head.list_requested.connect(self._go_to_list)
        self._nothing.action_triggered.connect(self._act_on_nothing)
        self._splitter.splitterMoved.connect(self._splitter_moved)
        acts.room_requested.connect(self.room_requested)
        acts.reply_requested.connect(self.detail.focus_comment)
        acts.note_requested.connect(self.detail.open_note)
        self._connect_detail()
        self._desk.images.ready.connect(self._image_ready)
        self._desk.style.changed.connect(self._restyle)

    def _connect_detail(self) -> None:
        detail = self.detail
        detail.act_requested.connect(lambda act: self._act(DingAct(act), is_detail=True))
        detail.note_entered.connect(lambda note: self._with_ding(lambda d: self.acts.confirm(d, note)))
        detail.comment_entered.connect(lambda text: self._with_ding(lambda d: self.acts.comment(d, text)))
        detail.menu_requested.connect(
            lambda at: self.acts.open_menu(self.presenter.entry, at, ends_there=True)
        )
        detail.link_activated.connect(self.link_activated)
        detail.person_activated.connect(self.person_activated)
        detail.file_activated.connect(self._open_file)

    def _restyle(self) -> None:
        self._column.setMaximumWidth(self._desk.style.current.px(MOST_LIST))
        self._fit()

    def _fit(self) -> None:
        """The list keeps its width as far as the detail keeps its least; where both are too wide they share."""
        px = self._desk.style.current.px
        least = max(1, min(px(LEAST_LIST), self.width() // 2 - 1))
        for side in (self._column, self._pages):
            side.setMinimumWidth(least)
        wanted = px(self._list_width or LIST_WIDTH)
        width = max(least, min(wanted, self.width() - px(LEAST_DETAIL), px(MOST_LIST)))
        if self._splitter.sizes()[:1] != [width]:
            self._splitter.setSizes([width, max(1, self.width() - width)])

    def _splitter_moved(self) -> None:
        self._list_width = round(self._splitter.sizes()[0] / self._desk.style.current.zoom)

    # What is shown

    def _show_list(self) -> None:
        presenter = self.presenter
        view = presenter.view
        filters = filter_chips(view.box, presenter.counts)
        self.head.set_chips(box_chips(), view.box, filters, chip_of(view.filter))
        self.list.set_current(presenter.model.row_of(presenter.uid), is_shown=False)
        self.list.setAccessibleName(tr("DINGs"))
        if presenter.model.rowCount() and presenter.error is None:
            self._rows.setCurrentWidget(self.list)
        else:
            self._show_nothing()
            self._rows.setCurrentWidget(self._nothing)
        self._time()

    def _show_nothing(self) -> None:
        presenter, nothing = self.presenter, self._nothing
        view = presenter.view
        kind = self._desk.account.connection.state.kind
        if presenter.error is not None:
            words = sentence(presenter.error)
            nothing.set_state("warning-circle", tr("DINGs cannot be read"), words, tr("Try again"))
        elif presenter.is_loading or kind is ConnectionKind.SYNCING_FIRST:
            nothing.set_state("", tr("Fetching your DINGs…"), is_busy=True)
        elif view.term:
            text = tr("No DING here contains “{term}”.", term=view.term)
            nothing.set_state("magnifying-glass", tr("Nothing found"), text)
        elif view.filter is DingFilter.UNCONFIRMED and view.box is DingBox.RECEIVED:
            nothing.set_state("check-circle", tr("All confirmed"), tr("Nothing waits for you."))
        elif view.filter is not DingFilter.ALL:
            nothing.set_state("check-circle", tr("Nothing here"), tr("No DING fits this filter."))
        else:
            nothing.set_state(*empty_words(view.box))

    def _show_page(self) -> None:
        page = self.presenter.page
        if page is None:
            self._show_unchosen()
            self._pages.setCurrentWidget(self._unchosen)
        else:
            self.detail.show_page(page)
            self._pages.setCurrentWidget(self.detail)
        self._time()

    def _show_unchosen(self) -> None:
        entry = self.presenter.entry
        if entry is not None:
            self._unchosen.set_state(
                "user-circle-plus",
                tr("Somebody wants to send you DINGs"),
                tr("Accept only if you know the sender. You can mute a sender at any time."),
            )
        else:
            self._unchosen.set_state(
                "push-pin", tr("Choose a DING"), tr("Who has confirmed it, and who has not, is shown here.")
            )

    def _image_ready(self, _key: str) -> None:
        if self.isVisible():
            self.list.viewport().update()
            self.detail.image_ready()

    def _scrolled(self) -> None:
        self.presenter.seen_rows = self.list.last_visible_row() + 1

    def _go_to_list(self) -> None:
        self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)
        model = self.presenter.model
        if model.row_of(self.presenter.uid) < 0 and model.rowCount():
            self.list.set_current(0)
            self.presenter.choose(model.uids[0])

    # Time

    def _time(self) -> None:
        """Seconds where something counts them, else now and then; nothing while the page is not seen."""
        if not self.isVisible():
            return
        page = self.detail.page if self._pages.currentWidget() is self.detail else None
        is_ticking = self.presenter.model.is_ticking() or (page is not None and page.is_ticking)
        interval = SECOND_MS if is_ticking else SLOW_MS
        if not self._timer.isActive() or self._timer.interval() != interval:
            self._timer.start(interval)

    def _tick(self) -> None:
        if self._timer.interval() == SECOND_MS:
            self.presenter.tick()
        else:
            last = self.list.last_visible_row()
            self.presenter.model.refresh_words(0, max(0, last))
            self._show_page()
        self._time()

    # Acts

    def _act_on(self, uid: str, act: str) -> None:
        entry = self.presenter.model.entry(uid)
        if DingAct(act) in {DingAct.REPLY, DingAct.NOTE} and uid != self.presenter.uid:
            self.list.set_current(self.presenter.model.row_of(uid))
            self.presenter.choose(uid)
        self.acts.do(entry, DingAct(act))

    def _act(self, act: DingAct, *, is_detail: bool = False) -> None:
        entry = self.presenter.entry
        if act is DingAct.SNOOZE and is_detail and isinstance(entry, DingSummary):
            self.acts.open_snooze_menu(entry, self.detail.anchor_of(act))
        else:
            self.acts.do(entry, act)

    def _act_on_nothing(self) -> None:
        if self.presenter.error is not None:
            self.presenter.show_view(self.presenter.view)
        else:
            self.new_requested.emit()

    def _with_ding(self, act: object) -> None:
        entry = self.presenter.entry
        if isinstance(entry, DingSummary) and callable(act):
            act(entry)

    def _open_menu(self, uid: str, position: QPoint) -> None:
        entry: Entry | None = self.presenter.model.entry(uid)
        self.acts.open_menu(entry, position)

    def _open_file(self, uid: str) -> None:
        item = self.presenter.item(uid)
        if item is not None:
            self._attachments.open(item)


class _Column(QWidget):
    """The left part, in the colour of lists."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def layout_of(self, head: QWidget, rows: QWidget) -> None:
        """Put the head over the rows."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(rows, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        painter = QPainter(self)
        fill_plain(painter, self.rect(), self._desk.style.current.colors.list)
        painter.end()
