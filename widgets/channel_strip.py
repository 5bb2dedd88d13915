"""Channels side by side above a grid: picture, name, a dot where there is something new. One line that can be moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyle, QStyledItemDelegate

from resources.translations import tr
from widgets.avatar import paint_avatar
from widgets.badge import NO_BADGE, Badge, BadgeKind, badge_width, paint_badge
from widgets.buttons import IconButton
from widgets.painting import KEYBOARD_FOCUS, fill_plain, fill_rounded, paint_elided, paint_focus_ring
from widgets.video_values import CHANNEL_TILE_ROLE, ChannelTile

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent, QObject, QPersistentModelIndex
    from PySide6.QtGui import (
        QContextMenuEvent,
        QFocusEvent,
        QKeyEvent,
        QMouseEvent,
        QPaintEvent,
        QResizeEvent,
        QWheelEvent,
    )
    from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

    from widgets.avatar import ImageSource
    from widgets.style import StyleSource

_TILE, _HEIGHT, _FACE = 84, 76, 40
_SIDE = 12
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -10_000, Qt.Key.Key_End: 10_000}


class ChannelStrip(QListView):
    """A view over a model that answers `CHANNEL_TILE_ROLE`. Left and right go along, Enter opens."""

    opened = Signal(str)
    context_requested = Signal(str, QPoint)
    near_end_reached = Signal()
    left_below = Signal()
    """Arrow down: into the grid."""

    def __init__(
        self, style: StyleSource, images: ImageSource | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._delegate = _TileDelegate(style, self)
        self._delegate.images = images
        self._pressed = QModelIndex()
        self._ends = [
            IconButton(style, name, "", size=28, parent=self) for name in ("caret-left", "caret-right")
        ]
        self.setItemDelegate(self._delegate)
        self._configure()
        bar = self.horizontalScrollBar()
        bar.valueChanged.connect(lambda _value: self._scrolled())
        bar.rangeChanged.connect(lambda *_: self._scrolled())
        style.changed.connect(self._restyle)
        self._retranslate()
        self._restyle()

    def sizeHint(self) -> QSize:
        px = self._style.current.px
        return QSize(px(_TILE) * 4, px(_HEIGHT))

    # What Qt tells

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            event.ignore()
        elif key in _STEPS:
            self._step(_STEPS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._tell(self.currentIndex())
        elif key == Qt.Key.Key_Down:
            self.left_below.emit()
        elif key == Qt.Key.Key_Menu:
            self._menu(self.currentIndex(), self.visualRect(self.currentIndex()).center())
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._delegate.has_ring = False
        is_left = event.button() is Qt.MouseButton.LeftButton
        self._pressed = self.indexAt(event.position().toPoint()) if is_left else QModelIndex()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index, pressed = self.indexAt(event.position().toPoint()), self._pressed
        self._pressed = QModelIndex()
        if event.button() is Qt.MouseButton.LeftButton and index.isValid() and index == pressed:
            self.setCurrentIndex(index)
            self._tell(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The first click opened it."""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        is_over = self.indexAt(event.position().toPoint()).isValid()
        shape = Qt.CursorShape.PointingHandCursor if is_over else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)
        if not event.buttons():  # else Qt would begin to choose by drawing a frame
            super().mouseMoveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel that turns up and down moves it too."""
        bar, turned = self.horizontalScrollBar(), event.angleDelta()
        amount = turned.x() or turned.y()
        if not bar.maximum() or not amount:
            event.ignore()
            return
        bar.setValue(bar.value() - round(amount / 120 * self._style.current.px(_TILE)))
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._menu(self.indexAt(event.pos()), event.pos())

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._delegate.has_ring = event.reason() in KEYBOARD_FOCUS
        if not self.currentIndex().isValid() and self.model() is not None:
            self.setCurrentIndex(self.model().index(0, 0))
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._delegate.has_ring = False
        super().focusOutEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._scrolled()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        fill_plain(painter, event.rect(), self._style.current.colors.window)
        painter.end()
        super().paintEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == event.Type.LanguageChange:
            self._retranslate()

    # Inside

    def _step(self, step: int) -> None:
        model = self.model()
        if model is None or not model.rowCount():
            return
        self._delegate.has_ring = True
        row = max(0, min(self.currentIndex().row() + step, model.rowCount() - 1))
        self.setCurrentIndex(model.index(row, 0))
        self.viewport().update()

    def _tell(self, index: QModelIndex) -> None:
        tile = _tile(index)
        if tile is not None:
            self.opened.emit(tile.uid)

    def _menu(self, index: QModelIndex, point: QPoint) -> None:
        tile = _tile(index)
        if tile is not None:
            self.context_requested.emit(tile.uid, self.viewport().mapToGlobal(point))

    def _scrolled(self) -> None:
        bar, px = self.horizontalScrollBar(), self._style.current.px
        is_there = (bar.value() > 0, bar.value() < bar.maximum())
        side = self._ends[0].sizeHint().width()
        top = (px(_FACE) - side) // 2 + px(6)
        for button, is_shown, x in zip(self._ends, is_there, (0, self.width() - side), strict=True):
            button.setVisible(is_shown)
            button.move(x, top)
            button.raise_()
        if bar.maximum() and bar.maximum() - bar.value() < bar.pageStep():
            self.near_end_reached.emit()

    def _page(self, direction: int) -> None:
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() + direction * max(1, bar.pageStep() - self._style.current.px(_TILE)))

    def _configure(self) -> None:
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for button, direction in zip(self._ends, (-1, 1), strict=True):
            button.set_ground_role("list")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _=False, step=direction: self._page(step))

    def _retranslate(self) -> None:
        self.setAccessibleName(tr("Channels"))
        for button, words in zip(self._ends, (tr("Back"), tr("Further")), strict=True):
            button.set_tip(words)

    def _restyle(self) -> None:
        px = self._style.current.px
        self.setFixedHeight(px(_HEIGHT))
        self.setViewportMargins(px(_SIDE), 0, px(_SIDE), 0)
        self.scheduleDelayedItemsLayout()
        self.viewport().update()


class _TileDelegate(QStyledItemDelegate):
    """Draws `ChannelTile` values."""

    def __init__(self, style: StyleSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.images: ImageSource | None = None
        self.has_ring = False

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        px = self._style.current.px
        return QSize(px(_TILE), px(_HEIGHT))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        tile = index.data(CHANNEL_TILE_ROLE)
        if not isinstance(tile, ChannelTile):
            return
        style, rect = self._style.current, QRect(option.rect)
        painter.save()
        ground = rect.adjusted(1, 1, -1, -1)
        if option.state & QStyle.StateFlag.State_MouseOver:
            fill_rounded(painter, ground, style.sizes.radius_large, style.colors.hover)
        side = style.px(_FACE)
        face = QRect(rect.center().x() - side // 2, rect.top() + style.px(6), side, side)
        picture = None
        if tile.avatar_key and self.images is not None:
            picture = self.images.pixmap(tile.avatar_key, face.size(), painter.device().devicePixelRatioF())
        paint_avatar(painter, face, style, tile.uid, tile.name, picture)
        badge = _badge(tile)
        if badge is not NO_BADGE:
            right = face.right() + min(style.px(12), badge_width(style, badge) / 2)
            paint_badge(painter, style, badge, QPointF(right, face.top() + style.px(3)))
        line = QRectF(
            rect.left() + style.px(4), face.bottom() + style.px(5), rect.width() - style.px(8), style.px(18)
        )
        color = style.colors.text2 if badge is NO_BADGE else style.colors.text1
        paint_elided(painter, line, tile.name, style.small, color, Qt.AlignmentFlag.AlignHCenter)
        if self.has_ring and option.state & QStyle.StateFlag.State_HasFocus:
            paint_focus_ring(painter, ground, style, style.sizes.radius_large)
        painter.restore()


def _badge(tile: ChannelTile) -> Badge:
    if tile.is_invited:
        return Badge(BadgeKind.DUTY, 1)
    kind = BadgeKind.MUTED if tile.is_muted else BadgeKind.NUMBER
    return Badge(kind, tile.unread) if tile.unread else NO_BADGE


def _tile(index: QModelIndex) -> ChannelTile | None:
    tile = index.data(CHANNEL_TILE_ROLE) if index.isValid() else None
    return tile if isinstance(tile, ChannelTile) else None
