"""A list of things one edits: icon, title, detail, tags, headings; put in order by dragging and by Alt and the arrows."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from widgets.icons import icon_pixmap
from widgets.overlay_scroll import OverlayScrollBar
from widgets.painting import (
    KEYBOARD_FOCUS,
    TagKind,
    fill_plain,
    fill_rounded,
    paint_elided,
    paint_focus_ring,
    paint_tag,
    tag_width,
)
from widgets.style import StyleSource

ROW = Qt.ItemDataRole.UserRole
_LOW, _HIGH, _HEADING, _INDENT = 36, 60, 32, 20
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class DesignerRow:
    """One row; `detail` makes it two lines high."""

    key: str
    title: str
    detail: str = ""
    icon: str = ""
    tags: tuple[tuple[str, TagKind], ...] = ()
    section: str = ""
    indent: int = 0
    is_wrong: bool = False
    is_dim: bool = False

    @property
    def words(self) -> str:
        """For a screen reader."""
        return ", ".join(part for part in (self.title, self.detail, *(tag for tag, _ in self.tags)) if part)


class DesignerModel(QAbstractListModel):
    """The rows."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[DesignerRow, ...] = ()

    def rows(self) -> tuple[DesignerRow, ...]:
        """All of them."""
        return self._rows

    def set_rows(self, rows: Sequence[DesignerRow]) -> None:
        """Show these; where only words changed the view keeps its place."""
        now = tuple(rows)
        if [row.key for row in now] == [row.key for row in self._rows]:
            self._rows = now
            if now:
                self.dataChanged.emit(self.index(0), self.index(len(now) - 1))
            return
        self.beginResetModel()
        self._rows = now
        self.endResetModel()

    def heading(self, at: int) -> str:
        """The heading over a row."""
        section = self._rows[at].section
        return section if at == 0 or self._rows[at - 1].section != section else ""

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.words
        return row if role == ROW else None


class DesignerList(QListView):
    """Emits what the person wants; who uses it changes the rows."""

    chosen = Signal(str)
    """The row the person went to."""
    opened = Signal(str)
    """Enter or double click."""
    step_wanted = Signal(str, int)
    """Alt and an arrow: up (-1) or down."""
    dropped = Signal(str, int)
    """Dragged before the row of this number (as they stand; the count: behind all)."""
    remove_wanted = Signal(str)
    menu_wanted = Signal(str, QPoint)

    def __init__(
        self, style: StyleSource, name: str, *, is_movable: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style, self._is_movable = style, is_movable
        self._pressed = QPoint(-1, -1)
        self._drop_at = -1
        self._has_ring = False
        self._rows = DesignerModel()
        self.setModel(self._rows)
        self.setItemDelegate(_Delegate(style, self))
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setStyleSheet("background: transparent;")
        self.setAccessibleName(name)
        self._bar = OverlayScrollBar(self)
        style.changed.connect(self.scheduleDelayedItemsLayout)

    @property
    def has_ring(self) -> bool:
        """Whether the keyboard's place is drawn."""
        return self._has_ring and self.hasFocus()

    def set_rows(self, rows: Sequence[DesignerRow]) -> None:
        """Show these; the current one stays by its key."""
        key = self.current_key()
        self._rows.set_rows(rows)
        self.set_current(key)

    def rows(self) -> tuple[DesignerRow, ...]:
        """What is shown."""
        return self._rows.rows()

    def current_key(self) -> str:
        """Of the current row."""
        row = self.currentIndex().row()
        return self.rows()[row].key if 0 <= row < len(self.rows()) else ""

    def set_current(self, key: str) -> None:
        """Go to a row without `chosen`."""
        at = next((n for n, row in enumerate(self.rows()) if row.key == key), -1)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.blockSignals(True)
        self.selectionModel().setCurrentIndex(self._rows.index(at) if at >= 0 else QModelIndex(), flags)
        self.blockSignals(False)
        if at >= 0:
            self.scrollTo(self._rows.index(at))
        self.viewport().update()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and not self.signalsBlocked():
            self.chosen.emit(self.rows()[current.row()].key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, current = Qt.Key(event.key()), self.current_key()
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(key, 0)
        if current and step and self._is_movable and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.step_wanted.emit(current, step)
        elif current and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(current)
        elif current and key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_wanted.emit(current)
        else:
            self._has_ring = True
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._has_ring = False
        super().mousePressEvent(event)
        is_left = event.button() is Qt.MouseButton.LeftButton
        at = event.position().toPoint()
        self._pressed = at if is_left and self.indexAt(at).isValid() else QPoint(-1, -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        is_far = (point - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        is_held = bool(event.buttons() & Qt.MouseButton.LeftButton) and self._pressed.x() >= 0
        if self._is_movable and is_held and (is_far or self._drop_at >= 0):
            self._drop_at = self._row_before(point)
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        elif not is_held:
            super().mouseMoveEvent(event)
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at, self._drop_at, self._pressed = self._drop_at, -1, QPoint(-1, -1)
        self.viewport().unsetCursor()
        if at >= 0:
            self.dropped.emit(self.current_key(), at)
            self.viewport().update()
        else:
            super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.current_key():
            self.opened.emit(self.current_key())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        is_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if is_key else self.indexAt(event.pos())
        if index.isValid():
            point = self.visualRect(index).center() if is_key else event.pos()
            self.menu_wanted.emit(self.rows()[index.row()].key, self.viewport().mapToGlobal(point))

    def leaveEvent(self, event: object) -> None:
        super().leaveEvent(event)  # type: ignore[arg-type]
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._has_ring = event.reason() in KEYBOARD_FOCUS
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.rows() and self._has_ring:
            self.setCurrentIndex(self._rows.index(0))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._drop_at >= 0:
            painter = QPainter(self.viewport())
            style = self._style.current
            fill_plain(
                painter,
                QRect(style.px(8), self._edge(self._drop_at) - 1, self.width(), 2),
                style.colors.accent,
            )
            painter.end()

    def _row_before(self, point: QPoint) -> int:
        for at in range(len(self.rows())):
            if point.y() < self.visualRect(self._rows.index(at)).center().y():
                return at
        return len(self.rows())

    def _edge(self, at: int) -> int:
        if at < len(self.rows()):
            return self.visualRect(self._rows.index(at)).top()
        return self.visualRect(self._rows.index(at - 1)).bottom() if at else 0


class _Delegate(QStyledItemDelegate):
    """Paints a row."""

    def __init__(self, style: StyleSource, view: DesignerList) -> None:
        super().__init__(view)
        self._style, self._view = style, view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        style, model = self._style.current, self._model()
        row = model.rows()[index.row()]
        height = style.px(_HIGH if row.detail else _LOW)
        return QSize(style.px(120), height + (style.px(_HEADING) if model.heading(index.row()) else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        style, model = self._style.current, self._model()
        row, box = model.rows()[index.row()], QRect(option.rect)
        heading = model.heading(index.row())
        if heading:
            line = QRectF(box.left() + style.px(16), box.top(), box.width(), style.px(_HEADING))
            paint_elided(painter, line, heading, style.small_bold, style.colors.text2)
            box.setTop(box.top() + style.px(_HEADING))
        self._paint_ground(painter, box, index)
        self._paint_row(painter, box, row)
        painter.restore()

    def _paint_ground(self, painter: QPainter, box: QRect, index: Index) -> None:
        style = self._style.current
        inner = box.adjusted(style.px(6), 1, -style.px(6), -1)
        is_current = index.row() == self._view.currentIndex().row()
        point = self._view.viewport().mapFromGlobal(self._view.cursor().pos())
        if is_current:
            fill_rounded(painter, inner, style.sizes.radius, style.colors.selected)
        elif self._view.viewport().underMouse() and box.contains(point):
            fill_rounded(painter, inner, style.sizes.radius, style.colors.hover)
        if is_current and self._view.has_ring:
            paint_focus_ring(painter, inner, style, style.sizes.radius)

    def _paint_row(self, painter: QPainter, box: QRect, row: DesignerRow) -> None:
        style = self._style.current
        colors = style.colors
        left = box.left() + style.px(16 + _INDENT * row.indent)
        right = box.right() - style.px(14)
        if row.icon:
            side = style.px(20 if row.detail else 16)
            role = colors.attention_text if row.is_wrong else colors.text2
            picture = icon_pixmap(row.icon, role, side, dpr=self._view.devicePixelRatioF())
            painter.drawPixmap(QPointF(left, box.center().y() + 1 - side // 2), picture)
            left += side + style.px(12 if row.detail else 10)
        if row.is_wrong:
            side = style.px(16)
            picture = icon_pixmap(
                "warning-circle", colors.attention_text, side, dpr=self._view.devicePixelRatioF()
            )
            painter.drawPixmap(QPointF(right - side, box.center().y() + 1 - side // 2), picture)
            right -= side + style.px(8)
        for text, kind in reversed(row.tags):
            width = tag_width(style, text)
            paint_tag(painter, style, QPointF(right - width, box.center().y() + 1), text, kind)
            right -= round(width) + style.px(8)
        self._paint_words(painter, QRect(left, box.top(), right - left, box.height()), row)

    def _paint_words(self, painter: QPainter, box: QRect, row: DesignerRow) -> None:
        style = self._style.current
        color = style.colors.text2 if row.is_dim else style.colors.text1
        if not row.detail:
            paint_elided(painter, box, row.title, style.font(13), color)
            return
        top = QRect(box.left(), box.top() + style.px(9), box.width(), style.px(21))
        low = QRect(box.left(), top.bottom(), box.width(), style.px(20))
        paint_elided(painter, top, row.title, style.body_bold, color)
        paint_elided(painter, low, row.detail, style.small, style.colors.text2)

    def _model(self) -> DesignerModel:
        model = self._view.model()
        assert isinstance(model, DesignerModel)
        return model
