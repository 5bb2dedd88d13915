"""A list of people or places inside something that floats: avatar or icon, name, detail, badge, headings."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from widgets.announce import announce
from widgets.avatar import ImageSource, paint_avatar
from widgets.badge import NO_BADGE, Badge, badge_width, badge_words, paint_badge
from widgets.icons import icon_pixmap
from widgets.painting import fill_rounded, paint_elided
from widgets.style import StyleSource

_ROW, _HEADING = 44, 28


@dataclass(frozen=True, slots=True)
class FloatingRow:
    """One row."""

    key: str
    name: str
    detail: str = ""
    color_key: str = ""
    avatar_key: str | None = None
    icon: str = ""
    """An icon instead of an avatar."""
    section: str = ""
    """Worded heading, shown where it changes."""
    badge: Badge = NO_BADGE


class FloatingList(QAbstractScrollArea):
    """At most some dozens of rows; the keyboard stays in the field above and moves it with `move_by`."""

    chosen = Signal(str)

    def __init__(
        self, style: StyleSource, images: ImageSource | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style, self._images = style, images
        self._rows: tuple[FloatingRow, ...] = ()
        self._boxes: list[QRect] = []
        self._at = 0
        self._mouse = QPoint(-1, -1)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setStyleSheet("background: transparent;")
        style.changed.connect(self._place)

    def set_images(self, images: ImageSource | None) -> None:
        """Where avatars come from."""
        self._images = images

    def set_rows(self, rows: Sequence[FloatingRow]) -> None:
        """Show these, the first one selected."""
        self._rows, self._at = tuple(rows), 0
        self.verticalScrollBar().setValue(0)
        self._place()

    def rows(self) -> tuple[FloatingRow, ...]:
        """What is shown."""
        return self._rows

    def current(self) -> FloatingRow | None:
        """The selected row."""
        return self._rows[self._at] if self._rows else None

    def move_by(self, step: int) -> None:
        """Select another row; around the ends by single steps."""
        if not self._rows:
            return
        last, target = len(self._rows) - 1, self._at + step
        self._at = target % (last + 1) if abs(step) == 1 else max(0, min(target, last))
        self._show_current()
        self._say()
        self.viewport().update()

    def choose(self) -> None:
        """Emit the selected row."""
        row = self.current()
        if row is not None:
            self.chosen.emit(row.key)

    def content_height(self) -> int:
        """Height of all rows."""
        return self._boxes[-1].bottom() + 1 if self._boxes else 0

    def sizeHint(self) -> QSize:
        return QSize(self._style.current.px(280), self.content_height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        offset = self.verticalScrollBar().value()
        section = ""
        for number, (row, box) in enumerate(zip(self._rows, self._boxes, strict=True)):
            shown = box.translated(0, -offset)
            if row.section and row.section != section:
                self._paint_heading(painter, shown, row.section)
            section = row.section
            if shown.intersects(event.rect()):
                self._paint_row(painter, shown, row, number == self._at)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        position = event.position().toPoint()
        at = self._row_at(position)
        if at >= 0 and position != self._mouse and at != self._at:
            self._at = at
            self.viewport().update()
        self._mouse = position

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = self._row_at(event.position().toPoint())
        if at >= 0 and event.button() is Qt.MouseButton.LeftButton:
            self._at = at
            self.choose()

    def resizeEvent(self, event: object) -> None:
        self._place()

    def _paint_heading(self, painter: QPainter, box: QRect, text: str) -> None:
        style = self._style.current
        line = QRectF(
            box.left() + style.px(12), box.top() - style.px(_HEADING), box.width(), style.px(_HEADING)
        )
        paint_elided(painter, line, text, style.small_bold, style.colors.text2)

    def _paint_row(self, painter: QPainter, box: QRect, row: FloatingRow, is_current: bool) -> None:
        style, dpr = self._style.current, self.devicePixelRatioF()
        if is_current:
            fill_rounded(painter, box.adjusted(4, 1, -4, -1), style.sizes.radius, style.colors.selected)
        side = style.px(28)
        picture_box = QRect(box.left() + style.px(12), box.center().y() - side // 2 + 1, side, side)
        if row.icon:
            glyph = icon_pixmap(row.icon, style.colors.text2, style.sizes.icon, dpr=dpr)
            inset = (side - style.sizes.icon) // 2
            painter.drawPixmap(picture_box.topLeft() + QPoint(inset, inset), glyph)
        else:
            picture = None
            if row.avatar_key and self._images is not None:
                picture = self._images.pixmap(row.avatar_key, picture_box.size(), dpr)
            paint_avatar(painter, picture_box, style, row.color_key or row.key, row.name, picture)
        self._paint_words(painter, box, row)

    def _paint_words(self, painter: QPainter, box: QRect, row: FloatingRow) -> None:
        style = self._style.current
        left, right = box.left() + style.px(50), box.right() - style.px(14)
        width = badge_width(style, row.badge)
        paint_badge(painter, style, row.badge, QPointF(right, box.center().y() + 1))
        right -= width + style.px(8) if width else 0
        line = QRectF(left, box.top(), right - left, box.height())
        taken = paint_elided(painter, line, row.name, style.body, style.colors.text1)
        rest = QRectF(left + taken + style.px(8), box.top(), line.width() - taken - style.px(8), box.height())
        paint_elided(painter, rest, row.detail, style.small, style.colors.text2)

    def _say(self) -> None:
        """The keyboard focus stays in the field above, so that the choice must be said."""
        row = self.current()
        if row is not None:
            announce(self, ", ".join(part for part in (row.name, row.detail, badge_words(row.badge)) if part))

    def _row_at(self, position: QPoint) -> int:
        point = position + QPoint(0, self.verticalScrollBar().value())
        return next((n for n, box in enumerate(self._boxes) if box.contains(point)), -1)

    def _place(self) -> None:
        style, y, section = self._style.current, 0, ""
        self._boxes = []
        for row in self._rows:
            if row.section and row.section != section:
                y += style.px(_HEADING)
            section = row.section
            self._boxes.append(QRect(0, y, self.viewport().width(), style.px(_ROW)))
            y += style.px(_ROW)
        self.verticalScrollBar().setRange(0, max(0, y - self.viewport().height()))
        self.verticalScrollBar().setPageStep(self.viewport().height())
        self.verticalScrollBar().setSingleStep(style.px(_ROW) // 2)
        self.viewport().update()

    def _show_current(self) -> None:
        box, bar = self._boxes[self._at], self.verticalScrollBar()
        top = 0 if self._at == 0 else box.top()
        if top < bar.value():
            bar.setValue(top)
        elif box.bottom() + 1 > bar.value() + self.viewport().height():
            bar.setValue(box.bottom() + 1 - self.viewport().height())
