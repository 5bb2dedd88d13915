"""Videos on their way up, one under the other: picture, title, how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from widgets.buttons import PaintedButton
from widgets.icons import icon_pixmap
from widgets.painting import fill_rounded, paint_elided, paint_focus_ring
from widgets.tab_place import TabPlace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QPaintEvent

    from widgets.style import StyleSource

_HEIGHT, _AIR, _BAR = 66, 10, 3
_PICTURE = QSize(72, 41)
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


@dataclass(frozen=True, slots=True)
class JobLine:
    """What one shows. `share` None: nothing moves."""

    key: str
    title: str
    words: str
    share: float | None = None
    is_wrong: bool = False
    is_done: bool = False
    picture: QPixmap | None = None


class JobColumn(QWidget):
    """One stop of the Tab key; the arrows go from one to the next."""

    chosen = Signal(str)

    def __init__(self, style: StyleSource, name: str) -> None:
        super().__init__()
        self._style = style
        self._rows: dict[str, _JobRow] = {}
        self._current = ""
        self._tabs = TabPlace(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(style.current.px(4))
        self._column.addStretch(1)
        self.setAccessibleName(name)

    def set_lines(self, lines: Sequence[JobLine]) -> None:
        """Show these; rows that stay are only worded again."""
        if [*self._rows] != [line.key for line in lines]:
            self._rebuild(lines)
        for line in lines:
            self._rows[line.key].show_line(line)

    def set_current(self, key: str) -> None:
        """Mark one without `chosen`."""
        self._current = key
        for name, row in self._rows.items():
            row.setChecked(name == key)
            row.setFocusPolicy(Qt.FocusPolicy.StrongFocus if name == key else Qt.FocusPolicy.ClickFocus)

    def rows(self) -> dict[str, PaintedButton]:
        """The rows by key."""
        return dict(self._rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        keys = [*self._rows]
        if step is None or self._current not in keys:
            super().keyPressEvent(event)
            return
        key = keys[max(0, min(len(keys) - 1, keys.index(self._current) + step))]
        self._rows[key].setFocus(Qt.FocusReason.TabFocusReason)
        self._choose(key)

    def _rebuild(self, lines: Sequence[JobLine]) -> None:
        for row in self._rows.values():
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = {}
        for number, line in enumerate(lines):
            row = self._rows[line.key] = _JobRow(self._style, line, self)
            row.clicked.connect(lambda _=False, key=line.key: self._choose(key))
            self._column.insertWidget(number, row)
        self._tabs.set_widgets([*self._rows.values()])
        self.set_current(self._current)

    def _choose(self, key: str) -> None:
        is_new = key != self._current
        self.set_current(key)
        if is_new:
            self.chosen.emit(key)


class _JobRow(PaintedButton):
    """One video."""

    def __init__(self, style: StyleSource, line: JobLine, parent: QWidget) -> None:
        super().__init__(style, parent)
        self._line = line
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_line(self, line: JobLine) -> None:
        """Word it again."""
        if line != self._line or not self.text():
            self._line = line
            self.setText(line.title)
            self.setAccessibleName(line.title)
            self.setAccessibleDescription(line.words)
            self.setToolTip("" if not line.is_wrong else line.words)
            self.update()

    def sizeHint(self) -> QSize:
        px = self._style.current.px
        return QSize(px(220), px(_HEIGHT))

    def nextCheckState(self) -> None:
        """The column decides which one is on."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if Qt.Key(event.key()) in _STEPS:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        colors, radius = style.colors, style.sizes.radius
        if self.isChecked() or (self.underMouse() or self.isDown()):
            fill_rounded(painter, self.rect(), radius, colors.selected if self.isChecked() else colors.hover)
        px = style.px
        size = QSize(px(_PICTURE.width()), px(_PICTURE.height()))
        box = QRectF(px(_AIR), (self.height() - size.height()) / 2, size.width(), size.height())
        self._paint_picture(painter, box)
        left = box.right() + px(_AIR)
        width = self.width() - left - px(_AIR)
        title = QRectF(left, box.top() - px(1), width, px(20))
        paint_elided(painter, title, self._line.title, style.font(14), colors.text1)
        words = colors.attention_text if self._line.is_wrong else colors.text2
        paint_elided(painter, title.translated(0, px(19)), self._line.words, style.font(12), words)
        self._paint_bar(painter, QRectF(left, box.bottom() + px(2), width, px(_BAR)))
        if self._has_ring:
            paint_focus_ring(painter, self.rect(), style, radius)
        painter.end()

    def _paint_picture(self, painter: QPainter, box: QRectF) -> None:
        style, picture = self._style.current, self._line.picture
        fill_rounded(painter, box, style.px(4), style.colors.field)
        if picture is not None and not picture.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(box, picture, cropped(picture, box.width() / box.height()))
            return
        side = style.px(20)
        name = "warning-circle" if self._line.is_wrong else "film-strip"
        glyph = icon_pixmap(name, style.colors.text3, side, dpr=self.devicePixelRatioF())
        painter.drawPixmap(round(box.center().x() - side / 2), round(box.center().y() - side / 2), glyph)

    def _paint_bar(self, painter: QPainter, box: QRectF) -> None:
        share, colors = self._line.share, self._style.current.colors
        if share is None:
            return
        radius = box.height() / 2
        fill_rounded(painter, box, radius, colors.line)
        done = QRectF(box)
        done.setWidth(max(box.height(), box.width() * share))
        fill_rounded(painter, done, radius, colors.accent)


def cropped(picture: QPixmap, shape: float) -> QRectF:
    """Give the middle part of a picture that has a shape (width by height)."""
    width, height = float(picture.width()), float(picture.height())
    if width / height > shape:
        part = height * shape
        return QRectF((width - part) / 2, 0, part, height)
    part = width / shape
    return QRectF(0, (height - part) / 2, width, part)
