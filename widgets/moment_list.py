"""A list beside the video: chapters, lines of the transcript, videos of a playlist. One row is where the video is now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPalette, QTextLayout
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from widgets.icons import icon_pixmap
from widgets.overlay_scroll import OverlayScrollBar
from widgets.painting import fill_plain, fill_rounded, paint_elided, paint_focus_ring
from widgets.watch_values import MOMENT_ROLE, MomentRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent
    from PySide6.QtWidgets import QWidget

    from widgets.avatar import ImageSource
    from widgets.style import StyleSource

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_SHORT = 14
"""Characters that surely fit on one line."""
_LEAD, _LINE, _COVER = 52, 20, (112, 63)


class MomentModel(QAbstractListModel):
    """Rows as they are given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[MomentRow, ...] = ()

    @property
    def rows(self) -> tuple[MomentRow, ...]:
        """All of them."""
        return self._rows

    def set_rows(self, rows: Sequence[MomentRow]) -> None:
        """Replace them; the same number of the same rows keep their places."""
        new = tuple(rows)
        if [row.key for row in new] == [row.key for row in self._rows]:
            self._rows = new
            if new:
                self.dataChanged.emit(self.index(0), self.index(len(new) - 1))
            return
        self.beginResetModel()
        self._rows = new
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == MOMENT_ROLE:
            return row
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.text if len(row.text) > 40 else None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return " ".join(part for part in (row.lead, row.text, row.facts) if part)
        return None


class MomentList(QListView):
    """Rows of one height; the keyboard moves, Enter goes there."""

    chosen = Signal(str)
    """Key of a row."""

    def __init__(
        self,
        style: StyleSource,
        name: str,
        images: ImageSource | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._model = MomentModel(self)
        self._lines = 2
        self.now = -1
        """The row where the video is."""
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(style, images, self))
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(name)
        self._bar = OverlayScrollBar(self)
        self.clicked.connect(self._choose)
        style.changed.connect(self._restyle)
        self._restyle()

    @property
    def lines(self) -> int:
        """Lines of text in a row."""
        return self._lines

    @property
    def rows(self) -> tuple[MomentRow, ...]:
        """What it shows."""
        return self._model.rows

    def set_rows(self, rows: Sequence[MomentRow]) -> None:
        """Show these; as high as the longest of them needs."""
        lines = 2 if any(len(row.text) > _SHORT for row in rows) else 1
        if lines != self._lines:
            self._lines = lines
            self.doItemsLayout()
        self._model.set_rows(rows)
        self.now = min(self.now, len(rows) - 1)

    def set_now(self, row: int, *, is_followed: bool = False) -> None:
        """Mark where the video is; `is_followed` scrolls there unless the person reads elsewhere."""
        if row == self.now:
            return
        old, self.now = self.now, row
        for moved in (old, row):
            self.viewport().update(self.visualRect(self._model.index(moved)))
        if is_followed and row >= 0 and not self.underMouse() and not self.hasFocus():
            self.scrollTo(self._model.index(row), QListView.ScrollHint.PositionAtCenter)

    def image_ready(self) -> None:
        """A cover came."""
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self._model.rows:
            self.setCurrentIndex(self._model.index(max(0, self.now)))

    def _choose(self, index: Index) -> None:
        if index.isValid():
            self.chosen.emit(self._model.rows[index.row()].key)

    def _restyle(self) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, self._style.current.colors.window)
        self.setPalette(palette)
        self.doItemsLayout()


class _Delegate(QStyledItemDelegate):
    """Paints one row: moment or cover, text in a few lines, facts."""

    def __init__(self, style: StyleSource, images: ImageSource | None, view: MomentList) -> None:
        super().__init__(view)
        self._style, self._images, self._view = style, images, view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        style, row = self._style.current, self._row(index)
        if row is not None and row.has_cover:
            return QSize(style.px(120), style.px(_COVER[1] + 16))
        lines = self._view.lines
        return QSize(style.px(120), style.px(_LINE * lines + 12))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, style = self._row(index), self._style.current
        if row is None:
            return
        box: QRect = option.rect
        state = option.state
        is_now = index.row() == self._view.now
        painter.save()
        if is_now or state & QStyle.StateFlag.State_MouseOver:
            ground = style.colors.accent_soft if is_now else style.colors.hover
            fill_rounded(painter, box.adjusted(0, 1, 0, -1), style.sizes.radius, ground)
        inner = QRectF(box).adjusted(style.px(8), style.px(6), -style.px(8), -style.px(6))
        left = (
            self._paint_cover(painter, inner, row) if row.has_cover else self._paint_lead(painter, inner, row)
        )
        self._paint_words(painter, inner.adjusted(left, 0, 0, 0), row, is_now=is_now)
        if state & QStyle.StateFlag.State_HasFocus:
            paint_focus_ring(painter, box.adjusted(1, 1, -1, -1), style, style.sizes.radius)
        painter.restore()

    def _row(self, index: Index) -> MomentRow | None:
        row = index.data(MOMENT_ROLE)
        return row if isinstance(row, MomentRow) else None

    def _paint_lead(self, painter: QPainter, box: QRectF, row: MomentRow) -> int:
        style = self._style.current
        line = QRectF(box.left(), box.top(), style.px(_LEAD) - style.px(6), style.px(_LINE))
        paint_elided(painter, line, row.lead, style.small, style.colors.accent_text)
        return style.px(_LEAD)

    def _paint_cover(self, painter: QPainter, box: QRectF, row: MomentRow) -> int:
        style = self._style.current
        cover = QRectF(box.left(), box.top() + style.px(2), style.px(_COVER[0]), style.px(_COVER[1]))
        fill_rounded(painter, cover, style.sizes.radius, style.colors.field)
        shape = QPainterPath()
        shape.addRoundedRect(cover, style.sizes.radius, style.sizes.radius)
        painter.save()
        painter.setClipPath(shape)
        self._paint_picture(painter, cover, row)
        if row.share:
            bar = QRectF(cover.left(), cover.bottom() - style.px(3), cover.width(), style.px(3))
            fill_plain(painter, bar, style.colors.scrim)
            bar.setWidth(bar.width() * row.share)
            fill_plain(painter, bar, style.colors.accent)
        painter.restore()
        return round(cover.width()) + style.px(10)

    def _paint_picture(self, painter: QPainter, box: QRectF, row: MomentRow) -> None:
        style = self._style.current
        picture = None
        if row.cover_key and self._images is not None:
            picture = self._images.pixmap(row.cover_key, box.size().toSize(), self._view.devicePixelRatioF())
        if picture is not None and not picture.isNull():
            size = picture.size().scaled(box.size().toSize(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
            whole = QRectF(0, 0, size.width(), size.height())
            whole.moveCenter(box.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(whole, picture, QRectF(picture.rect()))
            return
        side = style.px(20)
        glyph = icon_pixmap("play", style.colors.text3, side, dpr=self._view.devicePixelRatioF())
        painter.drawPixmap(QPointF(box.center().x() - side / 2, box.center().y() - side / 2), glyph)

    def _paint_words(self, painter: QPainter, box: QRectF, row: MomentRow, *, is_now: bool) -> None:
        style = self._style.current
        color = style.colors.accent_text if is_now else style.colors.text1
        lines = 2 if row.has_cover else self._view.lines
        high = self._paint_text(painter, box, row, lines, color)
        if not row.facts and not row.is_done:
            return
        line = QRectF(box.left(), box.top() + high, box.width(), style.px(18))
        if row.is_done:
            side = style.px(14)
            mark = icon_pixmap(
                "check-circle", style.colors.done, side, filled=True, dpr=self._view.devicePixelRatioF()
            )
            painter.drawPixmap(QPointF(line.left(), line.top() + style.px(2)), mark)
            line.adjust(side + style.px(4), 0, 0, 0)
        paint_elided(painter, line, row.facts, style.small, style.colors.text2)

    def _paint_text(self, painter: QPainter, box: QRectF, row: MomentRow, lines: int, color: QColor) -> int:
        """Draw up to so many lines, the last one cut; their height."""
        style = self._style.current
        line_height, taken = style.px(_LINE), 0
        layout = QTextLayout(" ".join(row.text.split()), style.body)
        layout.beginLayout()
        for number in range(lines):
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(box.width())
            start = line.textStart()
            rest = (
                layout.text()[start:]
                if number == lines - 1
                else layout.text()[start : start + line.textLength()]
            )
            place = QRectF(box.left(), box.top() + taken, box.width(), line_height)
            self._paint_hit(painter, place, rest, row.hit)
            paint_elided(painter, place, rest, style.body, color)
            taken += line_height
        layout.endLayout()
        return taken

    def _paint_hit(self, painter: QPainter, place: QRectF, text: str, hit: str) -> None:
        at = text.casefold().find(hit.casefold()) if hit else -1
        if at < 0:
            return
        from PySide6.QtGui import QFontMetricsF

        metrics = QFontMetricsF(self._style.current.body)
        left = place.left() + metrics.horizontalAdvance(text[:at])
        wide = min(metrics.horizontalAdvance(text[at : at + len(hit)]), place.right() - left)
        if wide > 0:
            fill_plain(
                painter, QRectF(left, place.top(), wide, place.height()), self._style.current.colors.highlight
            )
