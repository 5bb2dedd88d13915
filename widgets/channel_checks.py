"""A list in which some are ticked: Space, Enter or a click ticks one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from widgets.icons import icon_pixmap
from widgets.overlay_scroll import OverlayScrollBar
from widgets.painting import KEYBOARD_FOCUS, fill_rounded, paint_elided, paint_focus_ring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent

    from widgets.style import StyleSource

_ROW = Qt.ItemDataRole.UserRole
_HEIGHT = 44
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class Tick:
    """One row."""

    key: str
    title: str
    detail: str = ""
    is_on: bool = False


class TickModel(QAbstractListModel):
    """The rows that a term lets through."""

    def __init__(self) -> None:
        super().__init__()
        self._all: tuple[Tick, ...] = ()
        self._rows: tuple[Tick, ...] = ()
        self._term = ""

    def rows(self) -> tuple[Tick, ...]:
        """What is shown."""
        return self._rows

    def ticked(self) -> tuple[str, ...]:
        """The keys that are on, shown or not."""
        return tuple(row.key for row in self._all if row.is_on)

    def set_rows(self, rows: Sequence[Tick]) -> None:
        """Show these."""
        self._all = tuple(rows)
        self._filter()

    def set_term(self, term: str) -> None:
        """Show those whose title holds the term."""
        self._term = term.casefold()
        self._filter()

    def toggle(self, at: int) -> None:
        """Tick a shown row, or take that back."""
        row = self._rows[at]
        turned = replace(row, is_on=not row.is_on)
        self._all = tuple(turned if one.key == row.key else one for one in self._all)
        self._rows = tuple(turned if one.key == row.key else one for one in self._rows)
        self.dataChanged.emit(self.index(at), self.index(at))

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | (
            Qt.ItemFlag.ItemIsUserCheckable if index.isValid() else super().flags(index)
        )

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (row.title, row.detail) if part)
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if row.is_on else Qt.CheckState.Unchecked
        return row if role == _ROW else None

    def _filter(self) -> None:
        self.beginResetModel()
        self._rows = tuple(row for row in self._all if self._term in row.title.casefold())
        self.endResetModel()


class TickList(QListView):
    """Uniform rows; `changed` after each tick."""

    changed = Signal()

    def __init__(self, style: StyleSource, name: str) -> None:
        super().__init__()
        self.ticks = TickModel()
        self.setModel(self.ticks)
        self._delegate = _Delegate(style, self)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("background: transparent;")
        self.setAccessibleName(name)
        OverlayScrollBar(self)
        self.clicked.connect(self._toggle)
        style.changed.connect(self.scheduleDelayedItemsLayout)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._toggle(self.currentIndex())
            return
        self._delegate.has_keyboard = True
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._delegate.has_keyboard = event.reason() in KEYBOARD_FOCUS
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.ticks.rowCount():
            self.setCurrentIndex(self.ticks.index(0))

    def _toggle(self, index: QModelIndex) -> None:
        if index.isValid():
            self.ticks.toggle(index.row())
            self.changed.emit()


class _Delegate(QStyledItemDelegate):
    """Paints a row."""

    def __init__(self, style: StyleSource, view: TickList) -> None:
        super().__init__(view)
        self._style = style
        self.has_keyboard = False

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._style.current.px(120), self._style.current.px(_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(_ROW)
        if not isinstance(row, Tick):
            return
        style, box = self._style.current, QRect(option.rect)
        painter.save()
        ground = box.adjusted(0, 1, -style.px(8), -1)
        if option.state & QStyle.StateFlag.State_MouseOver:
            fill_rounded(painter, ground, style.sizes.radius, style.colors.hover)
        if self.has_keyboard and option.state & QStyle.StateFlag.State_HasFocus:
            paint_focus_ring(painter, ground, style, style.sizes.radius)
        side = style.px(20)
        color = style.colors.accent if row.is_on else style.colors.text2
        glyph = "check-square" if row.is_on else "square"
        dpr = painter.device().devicePixelRatioF()
        picture = icon_pixmap(glyph, color, side, filled=row.is_on, dpr=dpr)
        painter.drawPixmap(box.left() + style.px(8), box.center().y() + 1 - side // 2, picture)
        left = box.left() + style.px(8) + side + style.px(10)
        top = box.top() + style.px(4 if row.detail else 12)
        line = QRect(left, top, ground.right() - left - style.px(8), style.px(20))
        paint_elided(painter, line, row.title, style.body, style.colors.text1)
        low = QRect(left, line.bottom(), line.width(), style.px(17))
        paint_elided(painter, low, row.detail, style.small, style.colors.text2)
        painter.restore()
