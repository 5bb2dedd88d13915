"""Search in messages: field, filters, hits with the found words marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QListView, QVBoxLayout, QWidget

from resources.translations import tr
from widgets.avatar import ImageSource
from widgets.buttons import IconButton
from widgets.chips import Chip, FilterChips
from widgets.overlay_scroll import OverlayScrollBar
from widgets.search_field import SearchField
from widgets.search_hits import HIT_ROLE, ROW_HEIGHT, HitDelegate, HitModel, HitRow
from widgets.style import StyleSource
from widgets.words import Line, Words

__all__ = ["HitRow", "SearchKind", "SearchPanel", "SearchTerms", "SearchTime"]


class SearchKind(StrEnum):
    """What kind of item."""

    ALL = "all"
    TEXT = "text"
    IMAGES = "images"
    FILES = "files"
    VIDEOS = "videos"
    """Posts of channels."""


class SearchTime(StrEnum):
    """How far back."""

    ANY = "any"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """What the person asks for."""

    text: str
    kind: SearchKind = SearchKind.ALL
    time: SearchTime = SearchTime.ANY
    is_this_room: bool = False


class SearchPanel(QWidget):
    """Emits terms after a pause; the screen answers with `set_hits`, `add_hits`, `set_status`."""

    terms_changed = Signal(object)
    """SearchTerms; empty text means: show nothing."""
    hit_activated = Signal(str)
    more_requested = Signal()
    closed = Signal()

    def __init__(
        self, style: StyleSource, images: ImageSource | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._room_name = ""
        self._has_more = False
        self._title = Line(style, pixels=14, is_bold=True)
        self._close = IconButton(style, "x", "", size=28, icon_size=16)
        self._field = SearchField(style)
        self._scope, self._kind, self._time = (FilterChips(style) for _ in range(3))
        self._status = Words(style, role="text2", pixels=12)
        self._model = HitModel(self)
        self._list = QListView()
        self._delegate = HitDelegate(style, self)
        self._delegate.images = images
        self._prepare_list()
        self._lay_out()
        self._connect()
        self._retranslate()
        self._restyle()

    def open_with(self, text: str = "", room_name: str = "") -> None:
        """Focus the field; with `room_name` the scope chip "this chat" is offered and on."""
        self._room_name = room_name
        self._retranslate()
        self._scope.set_current("room" if room_name else "all")
        self._scope.setVisible(bool(room_name))
        if text:
            self._field.setText(text)
        self._field.selectAll()
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_hits(self, hits: Sequence[HitRow], *, has_more: bool = False) -> None:
        """Replace the hits."""
        self._has_more = has_more
        self._model.set_hits(hits)
        if hits:
            self._list.setCurrentIndex(self._model.index(0))

    def add_hits(self, hits: Sequence[HitRow], *, has_more: bool = False) -> None:
        """Append a page."""
        self._has_more = has_more
        self._model.add_hits(hits)

    def set_status(self, text: str, *, is_busy: bool = False) -> None:
        """A line under the filters: how many, how far back the cache reaches."""
        self._status.setText(text or (tr("Searching…") if is_busy else ""))
        self._status.setVisible(bool(self._status.text()))

    def terms(self) -> SearchTerms:
        """What is asked for now."""
        is_here = bool(self._room_name) and self._scope.current() == "room"
        return SearchTerms(
            self._field.term(), SearchKind(self._kind.current()), SearchTime(self._time.current()), is_here
        )

    def set_images(self, images: ImageSource) -> None:
        """Where avatars come from."""
        self._delegate.images = images
        self._list.viewport().update()

    def image_ready(self, key: str) -> None:
        """A picture came."""
        self._list.viewport().update()

    @property
    def field(self) -> SearchField:
        """Where the text is typed."""
        return self._field

    @property
    def view(self) -> QListView:
        """The hits."""
        return self._list

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, painter = self._style.current.colors, QPainter(self)
        painter.fillRect(self.rect(), colors.panel)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _prepare_list(self) -> None:
        view = self._list
        view.setModel(self._model)
        view.setItemDelegate(self._delegate)
        view.setUniformItemSizes(True)
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setMouseTracking(True)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setStyleSheet("background: transparent;")
        OverlayScrollBar(view)
        view.viewport().setCursor(Qt.CursorShape.PointingHandCursor)

    def _lay_out(self) -> None:
        self._head, self._column = QHBoxLayout(), QVBoxLayout()
        self._head.addWidget(self._title, 1)
        self._head.addWidget(self._close)
        for part in (self._field, self._scope, self._kind, self._time, self._status):
            self._column.addWidget(part)
        whole = QVBoxLayout(self)
        whole.setSpacing(0)
        whole.addLayout(self._head)
        whole.addLayout(self._column)
        whole.addWidget(self._list, 1)
        self._scope.hide()
        self._status.hide()

    def _connect(self) -> None:
        self._field.term_changed.connect(self._ask)
        self._field.moved.connect(self._move)
        self._field.submitted.connect(lambda _: self._activate(self._list.currentIndex()))
        self._field.cancelled.connect(self.closed)
        self._close.clicked.connect(self.closed)
        for chips in (self._scope, self._kind, self._time):
            chips.chosen.connect(self._ask)
        self._list.clicked.connect(self._activate)
        self._list.activated.connect(self._activate)
        self._list.verticalScrollBar().valueChanged.connect(self._scrolled)
        self._style.changed.connect(self._restyle)

    def _ask(self, _: str = "") -> None:
        self.terms_changed.emit(self.terms())

    def _move(self, step: int) -> None:
        count = self._model.rowCount()
        if count:
            row = max(0, min(self._list.currentIndex().row() + step, count - 1))
            self._list.setCurrentIndex(self._model.index(row))

    def _activate(self, index: QModelIndex) -> None:
        hit = index.data(HIT_ROLE) if index.isValid() else None
        if isinstance(hit, HitRow):
            self.hit_activated.emit(hit.key)

    def _scrolled(self, value: int) -> None:
        near = self._list.verticalScrollBar().maximum() - 4 * self._style.current.px(ROW_HEIGHT)
        if self._has_more and value >= near:
            self._has_more = False
            self.more_requested.emit()

    def _retranslate(self) -> None:
        self._title.setText(tr("Search messages"))
        self._field.set_placeholder(tr("Words, names, files"))
        self._close.set_tip(tr("Close"))
        self._list.setAccessibleName(tr("Search results"))
        self._scope.set_chips([Chip("room", tr("This chat")), Chip("all", tr("All chats"))])
        self._kind.set_chips(
            [
                Chip(SearchKind.ALL, tr("Everything")),
                Chip(SearchKind.TEXT, tr("Text")),
                Chip(SearchKind.IMAGES, tr("Images")),
                Chip(SearchKind.FILES, tr("Files")),
                Chip(SearchKind.VIDEOS, tr("Videos")),
            ]
        )
        self._time.set_chips(
            [
                Chip(SearchTime.ANY, tr("Any time")),
                Chip(SearchTime.WEEK, tr("7 days")),
                Chip(SearchTime.MONTH, tr("30 days")),
                Chip(SearchTime.YEAR, tr("1 year")),
            ]
        )

    def _restyle(self) -> None:
        style = self._style.current
        self._head.setContentsMargins(style.px(16), style.px(12), style.px(12), style.px(6))
        self._column.setContentsMargins(style.px(16), 0, style.px(16), style.px(8))
        self._column.setSpacing(style.px(8))
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(0, 0, 0, 0)
        self._list.scheduleDelayedItemsLayout()
        self.update()
