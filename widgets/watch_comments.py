"""Comments beside a video: each says to which moment it belongs (a click goes there) and is liked, answered, recalled."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QScrollArea, QWidget

from resources.translations import tr
from widgets.comment_line import CommentLine
from widgets.comment_places import CommentPlaces
from widgets.overlay_scroll import OverlayScrollBar
from widgets.painting import fill_rounded
from widgets.tab_place import TabPlace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent, QShowEvent

    from widgets.avatar import ImageSource
    from widgets.style import StyleSource
    from widgets.watch_values import WatchComment

_TURN_S = 0.004
"""So long rows are made in one turn of the loop; at least one is."""
_BEYOND, _NEAR_END, _MOST_SPARE = 160, 40, 24
_LEFT, _ABOVE, _GUESS, _GAP = 42, 22, 59, 12


class WatchComments(QScrollArea):
    """Only those in sight, and the next ones, are widgets, however many there are; the newest are in sight at first.

    Rows are kept by their uid, so that news repaint only what is new; those out of sight are worded anew for others. As high
    as its rows, if there is room.
    """

    moment_chosen = Signal(int)
    like_requested = Signal(str, bool)
    reply_requested = Signal(str)
    menu_requested = Signal(str, object)
    """Uid and QPoint."""
    retry_requested = Signal(str)
    person_activated = Signal(str)
    link_activated = Signal(str)
    grown = Signal()
    """Rows came or went: it may take another height."""

    def __init__(
        self, style: StyleSource, images: ImageSource | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style, self._images = style, images
        self._word: Callable[[str], WatchComment] = _nothing
        self._places = CommentPlaces()
        self._rows: dict[str, CommentLine] = {}
        self._spare: list[CommentLine] = []
        self._is_at_end, self._is_arranging = True, False
        self._hold: tuple[str, int] | None = None
        self._told = 0
        self._maker = QTimer(self, interval=0, singleShot=True)
        self._maker.timeout.connect(self._arrange)
        self._inside = _Ground(style)
        self._tabs = TabPlace(self._inside)
        self._tabber = QTimer(self, interval=0, singleShot=True)
        self._tabber.timeout.connect(self._order_tabs)
        self.setWidget(self._inside)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._bar = OverlayScrollBar(self)
        self.setAccessibleName(tr("Comments"))
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self._inside.asked.connect(self._measure)
        style.changed.connect(self._restyle)
        self._restyle()

    @property
    def comments(self) -> tuple[WatchComment, ...]:
        """All of them, oldest first, worded for this."""
        return tuple(self._word(uid) for uid in self._places.uids)

    @property
    def uids(self) -> tuple[str, ...]:
        """Which there are, oldest first."""
        return self._places.uids

    @property
    def is_whole(self) -> bool:
        """Whether all rows in sight are made."""
        return all(self._places.uids[place] in self._rows for place in self._in_sight())

    def line(self, uid: str) -> CommentLine | None:
        """The row of a comment, if it is made."""
        return self._rows.get(uid)

    def clear(self) -> None:
        """Another video."""
        self.set_rows((), _nothing)
        self._is_at_end, self._hold = True, None

    def set_comments(self, comments: Sequence[WatchComment]) -> None:
        """Show these, oldest first."""
        known = {comment.uid: comment for comment in comments}
        self.set_rows(tuple(known), known.__getitem__)

    def set_rows(self, uids: Sequence[str], word: Callable[[str], WatchComment]) -> None:
        """Show these, oldest first, each worded when it comes into sight; who reads the newest stays with the newest."""
        before, bar = self._places.uids, self.verticalScrollBar()
        self._word = word
        if before and uids and uids[-1] != before[-1]:
            is_near = bar.value() >= bar.maximum() - self._style.current.px(_NEAR_END)
            self._is_at_end = self._is_at_end or is_near or word(uids[-1]).is_waiting
        if before != tuple(uids):
            self._places.set_uids(uids)
            self._let_go_of_lost(before)
        for uid, row in self._rows.items():
            row.show_comment(word(uid))
            self._places.note(uid, row.height())
        self._arrange()

    def show_comment(self, uid: str) -> None:
        """Bring one into sight, with the keyboard on it."""
        place = self._places.place(uid)
        if place is None:
            return
        if uid not in self._rows:
            self._make(uid)
        top, high = self._places.top(place), self._places.height(place)
        room = max(0, self.viewport().height() - high)
        value = min(top, max(self._value(), top - room))
        self._is_at_end, self._hold = False, (uid, value - top)
        self._arrange(is_whole=True)
        self._rows[uid].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def image_ready(self, key: str = "") -> None:
        """A face came."""
        for row in self._rows.values():
            if not key or (row.value is not None and row.value.avatar_key == key):
                row.show_face()

    def content_height(self) -> int:
        """What all rows take at the width of now."""
        return self._places.total

    # What Qt tells

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.viewport().width()
        if wide != self._inside.width():
            self._inside.resize(wide, self._inside.height())
            for row in self._rows.values():
                row.resize(wide, row.height())
            self._guess_anew()
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """From comment to comment, where the keyboard is on one."""
        uids, here = self.uids, self._uid_with_focus()
        place = None if here is None else self._places.place(here)
        steps = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Home: -len(uids),
            Qt.Key.Key_End: len(uids),
        }
        step = steps.get(Qt.Key(event.key()))
        if place is None or step is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
            return
        self.show_comment(uids[min(len(uids) - 1, max(0, place + step))])

    # Which rows are made

    def _arrange(self, *, is_whole: bool = False) -> None:
        """Make the rows in sight that are missing (all, or as many as a turn has time for), and put them where they belong."""
        if self._is_arranging or not self.isVisible():
            return
        if is_whole or not self._maker.isActive():  # else this turn had its share
            self._make_missing(is_whole=is_whole)
        self._let_go()
        self._place()
        if self._told != self._places.total:
            self._told = self._places.total
            self.updateGeometry()
            self.grown.emit()

    def _make_missing(self, *, is_whole: bool) -> None:
        until, made = perf_counter() + _TURN_S, 0
        while (uid := self._missing()) is not None:
            if made and perf_counter() > until and not (is_whole and not self.is_whole):
                self._maker.start()
                return
            self._make(uid)
            made += 1

    def _value(self) -> int:
        """How far it is to be scrolled, so that what is read stays where it is while heights become known."""
        most = max(0, self._places.total - self.viewport().height())
        if self._is_at_end:
            return most
        place = None if self._hold is None else self._places.place(self._hold[0])
        if place is None or self._hold is None:
            return min(most, self.verticalScrollBar().value())
        at = self._places.top(place) + min(self._hold[1], self._places.height(place))
        return min(most, max(0, at))

    def _in_sight(self, beyond: int = 0) -> range:
        value = self._value()
        return self._places.between(value - beyond, value + self.viewport().height() + beyond)

    def _missing(self) -> str | None:
        """The next row to make: in sight, else what comes into sight next."""
        beyond = self._style.current.px(_BEYOND)
        uids = self._places.uids
        wanted = (uids[place] for place in (*self._in_sight(), *self._in_sight(beyond)))
        return next((uid for uid in wanted if uid not in self._rows), None)

    def _make(self, uid: str) -> None:
        row = self._spare.pop() if self._spare else self._made()
        self._rows[uid] = row
        row.resize(self.viewport().width(), row.height())
        row.show_comment(self._word(uid))
        self._places.note(uid, row.height())

    def _let_go(self) -> None:
        """Rows far out of sight wait to be used again, except where the keyboard or a selection is."""
        near = self._in_sight(2 * self._style.current.px(_BEYOND))
        focus = self._uid_with_focus()
        for uid, row in list(self._rows.items()):
            place = self._places.place(uid)
            if place not in near and uid != focus and not row.text.selected_text():
                self._put_aside(self._rows.pop(uid))

    def _let_go_of_lost(self, before: tuple[str, ...]) -> None:
        """Rows of comments that are gone; the keyboard goes to what stands there now."""
        focus = self._uid_with_focus()
        lost = [uid for uid in self._rows if self._places.place(uid) is None]
        if focus in lost and self.uids:
            self.show_comment(self.uids[min(before.index(focus), len(self.uids) - 1)])
        for uid in lost:
            if uid in self._rows:
                self._put_aside(self._rows.pop(uid))

    def _put_aside(self, row: CommentLine) -> None:
        row.hide()
        if len(self._spare) < _MOST_SPARE and not row.text.selected_text():
            self._spare.append(row)
        else:
            row.deleteLater()

    # Where they stand

    def _place(self) -> None:
        """Put rows where they belong, without moving what is read."""
        self._is_arranging = True
        value, wide, places = self._value(), self.viewport().width(), self._places
        self._inside.resize(wide, places.total)
        for uid, row in self._rows.items():
            row.move(0, places.top(places.place(uid) or 0))
            if row.isHidden():
                row.show()
                self._tabber.start()
        self._inside.set_holes(list(self._holes()))
        self.verticalScrollBar().setValue(value)
        self._is_arranging = False
        self._note_hold()

    def _holes(self) -> Iterator[QRect]:
        """Where bubbles are still to come."""
        left, above = self._style.current.px(_LEFT), self._style.current.px(_ABOVE)
        for place in self._in_sight(self.viewport().height()):
            if self._places.uids[place] not in self._rows:
                high = self._places.height(place) - above
                yield QRect(
                    left, self._places.top(place) + above, (self.viewport().width() - left) // 2, high
                )

    def _scrolled(self) -> None:
        if not self._is_arranging:
            bar = self.verticalScrollBar()
            self._is_at_end = bar.value() >= bar.maximum()
            self._note_hold()
            self._arrange()

    def _note_hold(self) -> None:
        """What stands at the upper edge stays there; at the very top nothing is held, what comes above is seen."""
        value, self._hold = self.verticalScrollBar().value(), None
        for place in self._places.between(value, value + 1) if value else ():
            self._hold = (self._places.uids[place], value - self._places.top(place))

    def _measure(self) -> None:
        """Rows took another height by themselves."""
        for uid, row in self._rows.items():
            self._places.note(uid, row.height())
        self._arrange()

    def _guess_anew(self) -> None:
        px = self._style.current.px
        self._places.forget(px(_GUESS), px(_GAP))
        for uid, row in self._rows.items():
            self._places.note(uid, row.height())

    # Parts

    def _uid_with_focus(self) -> str | None:
        focus: QWidget | None = self.focusWidget()
        if focus is None:  # it keeps its place also while another window is the active one
            return None
        return next((uid for uid, row in self._rows.items() if row is focus or row.isAncestorOf(focus)), None)

    def _order_tabs(self) -> None:
        rows = [self._rows[uid] for uid in sorted(self._rows, key=lambda uid: self._places.place(uid) or 0)]
        self._tabs.set_widgets([part for row in rows for part in row.focusable()])

    def _made(self) -> CommentLine:
        row = CommentLine(self._style, self._images, self._inside)
        row.hide()
        row.moment_chosen.connect(self.moment_chosen)
        row.like_requested.connect(self.like_requested)
        row.reply_requested.connect(self.reply_requested)
        row.menu_requested.connect(self.menu_requested)
        row.retry_requested.connect(self.retry_requested)
        row.person_activated.connect(self.person_activated)
        row.text.user_activated.connect(self.person_activated)
        row.text.link_activated.connect(self.link_activated)
        return row

    def _restyle(self) -> None:
        while self._spare:
            self._spare.pop().deleteLater()
        self._guess_anew()
        palette = self.palette()
        palette.setColor(palette.ColorRole.Window, self._style.current.colors.window)
        self.setPalette(palette)
        self._arrange()


class _Ground(QWidget):
    """What rows stand on; where one is still to come, its bubble is empty."""

    asked = Signal()
    """A row wants another height."""

    def __init__(self, style: StyleSource) -> None:
        super().__init__()
        self._style = style
        self._holes: list[QRect] = []

    def set_holes(self, holes: list[QRect]) -> None:
        """Rows are missing here."""
        if holes != self._holes:
            self._holes = holes
            self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self.asked.emit()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._holes:
            return
        painter, style = QPainter(self), self._style.current
        for hole in self._holes:
            if hole.intersects(event.rect()):
                fill_rounded(painter, hole, style.sizes.radius_large, style.colors.bubble_other)
        painter.end()


def _nothing(uid: str) -> WatchComment:
    raise KeyError(uid)
