"""The head of the channels page: way back, title, the tabs as chips, search, menu, the button to publish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from resources.translations import tr
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.chips import FilterChips
from widgets.painting import fill_plain
from widgets.search_field import SearchField
from widgets.words import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from widgets.chips import Chip
    from widgets.style import StyleSource

_FIELD, _LEAST_FIELD = 248, 130
_SIDE, _GAP = 20, 8


class FeedHead(QWidget):
    """Shows what it is told; remembers nothing."""

    back_requested = Signal()
    tab_chosen = Signal(str)
    term_changed = Signal(str)
    publish_requested = Signal()
    menu_requested = Signal(QPoint)
    """Where the menu ends at the right."""
    list_requested = Signal()
    """The keyboard goes on to the cards."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.back = IconButton(style, "arrow-left", "", parent=self)
        self.title = Line(style, pixels=16, is_bold=True, parent=self)
        self.tabs = FilterChips(style, self)
        self.field = SearchField(style, parent=self)
        self.more = IconButton(style, "dots-three", "", parent=self)
        self.publish = Button(style, "", ButtonKind.PRIMARY, icon="upload-simple", parent=self)
        self._is_in_channel = False
        self.back.hide()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._connect()
        self.word()

    def set_tabs(self, tabs: Sequence[Chip], tab: str) -> None:
        """Word the tabs and say which one is on; empty: none (the page of a channel, a post)."""
        self.tabs.set_chips(tabs)
        self.tabs.set_current(tab)
        self._place()

    def set_place(self, *, has_back: bool, is_in_channel: bool) -> None:
        """Whether there is a way back, and what is searched."""
        self.back.setVisible(has_back)
        self._is_in_channel = is_in_channel
        self._word_field()
        self._place()

    def open_search(self) -> None:
        """Let the person type what to look for."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def set_term(self, term: str) -> None:
        """Show another search than was typed."""
        if term != self.field.term():
            self.field.setText(term)

    def word(self) -> None:
        """Word it again."""
        self.back.set_tip(tr("Back"))
        self.title.setText(tr("Channels"))
        self.more.set_tip(tr("More"))
        self.publish.setText(tr("Publish"))
        self.publish.setAccessibleName(tr("Publish a video"))
        self._word_field()
        self._place()

    def sizeHint(self) -> QSize:
        return QSize(self._style.current.px(480), self.height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == event.Type.LanguageChange:
            self.word()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, painter = self._style.current.colors, QPainter(self)
        fill_plain(painter, self.rect(), colors.window)
        fill_plain(painter, QRect(0, self.height() - 1, self.width(), 1), colors.line)
        painter.end()

    def _connect(self) -> None:
        self.back.clicked.connect(self.back_requested)
        self.tabs.chosen.connect(self.tab_chosen)
        self.field.term_changed.connect(self.term_changed)
        self.field.submitted.connect(lambda _term: self.list_requested.emit())
        self.field.moved.connect(lambda _step: self.list_requested.emit())
        self.field.cancelled.connect(self.list_requested)
        self.publish.clicked.connect(self.publish_requested)
        self.more.clicked.connect(
            lambda: self.menu_requested.emit(self.more.mapToGlobal(self.more.rect().bottomRight()))
        )
        self._style.changed.connect(self._place)

    def _word_field(self) -> None:
        if self._is_in_channel:
            self.field.set_placeholder(tr("Search in this channel"))
        else:
            self.field.set_placeholder(tr("Titles, subtitles, comments"))

    def _place(self) -> None:
        """Everything in one line; the tabs come below where there is no room."""
        px = self._style.current.px
        side, gap, header = px(_SIDE), px(_GAP), self._style.current.sizes.header
        right = self.width() - side
        for part, width in self._right_parts(right - self._left_width()):
            right -= width
            self._put(part, QRect(right, 0, width, header))
            right -= gap
        x = side
        if not self.back.isHidden():
            self._put(self.back, QRect(side - px(4), 0, self.back.sizeHint().width(), header))
            x += self.back.sizeHint().width() + px(2)
        title = min(self.title.sizeHint().width(), max(0, right - x))
        self._put(self.title, QRect(x, 0, title, header))
        x += title + px(12)
        wanted = self.tabs.natural_width()
        height = header
        if x + wanted <= right:
            self.tabs.fit(wanted)
            self.tabs.move(x, (header - self.tabs.height()) // 2)
        else:
            self.tabs.move(side - px(6), header)
            height += self.tabs.fit(max(1, self.width() - 2 * side)) + px(10)
        if self.height() != height:
            self.setFixedHeight(height)

    def _left_width(self) -> int:
        px = self._style.current.px
        back = 0 if self.back.isHidden() else self.back.sizeHint().width()
        return px(_SIDE) + back + self.title.sizeHint().width() + px(14)

    def _right_parts(self, room: int) -> list[tuple[QWidget, int]]:
        """The parts at the right, from the edge, with their widths; the field takes what is left, within limits."""
        px = self._style.current.px
        publish, more = self.publish.sizeHint().width(), self.more.sizeHint().width()
        left = room - publish - more - 3 * px(_GAP)
        with_tabs = left - self.tabs.natural_width() - px(_GAP)
        field = with_tabs if with_tabs >= px(_LEAST_FIELD) else left
        return [
            (self.publish, publish),
            (self.more, more),
            (self.field, max(px(_LEAST_FIELD) // 2, min(px(_FIELD), field))),
        ]

    @staticmethod
    def _put(part: QWidget, line: QRect) -> None:
        height = part.sizeHint().height()
        part.setGeometry(line.left(), line.top() + (line.height() - height) // 2, line.width(), height)
