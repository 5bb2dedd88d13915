"""One month as a calendar: choose a day with the mouse or the arrow keys."""

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from resources.formats import format_date, format_month, short_weekdays
from resources.translations import tr
from widgets.announce import announce
from widgets.buttons import IconButton
from widgets.painting import KEYBOARD_FOCUS, fill_rounded, paint_focus_ring, stroke_rounded
from widgets.quick_times import WEEKS, month_days, shift_month
from widgets.style import StyleSource, Weight
from widgets.words import Line

_CELL, _LEAST_CELL = 32, 20
_FIRST, _LAST = date(1, 2, 1), date(9998, 11, 30)
"""Where the leaves end."""
_DAY_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}
_MONTH_STEPS = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}


class MonthView(QWidget):
    """Title with arrows above the days. Days before today can be seen but not chosen."""

    day_chosen = Signal(object)
    """date, by click or Enter."""

    def __init__(
        self,
        style: StyleSource,
        today: Callable[[], date],
        parent: QWidget | None = None,
        *,
        has_past: bool = False,
    ) -> None:
        """With `has_past` any day can be chosen."""
        super().__init__(parent)
        self._style = style
        self._title = Line(style, pixels=13, is_bold=True)
        self._back = IconButton(style, "caret-left", "", size=28, icon_size=16)
        self._on = IconButton(style, "caret-right", "", size=28, icon_size=16)
        self._days = _Days(style, today, has_past)
        self._back.clicked.connect(lambda: self._days.move_month(-1))
        self._on.clicked.connect(lambda: self._days.move_month(1))
        self._days.day_chosen.connect(self.day_chosen)
        self._days.moved.connect(self._word)
        head = QHBoxLayout()
        head.setContentsMargins(style.current.px(6), 0, 0, 0)
        head.addWidget(self._title, 1)
        head.addWidget(self._back)
        head.addWidget(self._on)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.current.px(4))
        column.addLayout(head)
        column.addWidget(self._days)
        self.setFocusProxy(self._days)
        self._word()

    @property
    def days(self) -> QWidget:
        """The grid, which takes the keys."""
        return self._days

    def day(self) -> date:
        """The day the cursor is on."""
        return self._days.day

    def show_day(self, day: date) -> None:
        """Put the cursor on a day."""
        self._days.go_to(day)

    def set_most_height(self, height: int) -> None:
        """Draw smaller days where there is little room."""
        cell = (height - self._back.sizeHint().height()) // (WEEKS + 1) - 1
        self._days.set_cell(cell)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._word()

    def _word(self) -> None:
        self._title.setText(format_month(self._days.day))
        self._back.set_tip(tr("Previous month"))
        self._on.set_tip(tr("Next month"))


class _Days(QWidget):
    """Seven columns from Monday on; the head row names them."""

    day_chosen = Signal(object)
    moved = Signal()

    def __init__(self, style: StyleSource, today: Callable[[], date], has_past: bool) -> None:
        super().__init__()
        self._style, self._today = style, today
        self._least: Callable[[], date] = _first if has_past else today
        self._cell = style.current.px(_CELL)
        self._has_ring = False
        self._hovered: date | None = None
        self.day = today()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Calendar"))
        style.changed.connect(self.update)

    def set_cell(self, most: int) -> None:
        """Size of a day, as far as `most` allows."""
        style = self._style.current
        self._cell = max(style.px(_LEAST_CELL), min(style.px(_CELL), most))
        self.updateGeometry()
        self.update()

    def go_to(self, day: date) -> None:
        """Put the cursor there."""
        self.day = day
        self.setAccessibleDescription(format_date(day))
        self.moved.emit()
        self.update()

    def move_month(self, months: int) -> None:
        """Turn the leaf."""
        self.go_to(shift_month(self.day, months))

    def sizeHint(self) -> QSize:
        width = max(self._cell, self._style.current.px(_CELL))
        return QSize(7 * width, (WEEKS + 1) * self._cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _DAY_STEPS:
            self._move_to(self.day + timedelta(days=_DAY_STEPS[key]))
        elif key in _MONTH_STEPS:
            self._move_to(shift_month(self.day, _MONTH_STEPS[key]))
        elif key == Qt.Key.Key_Home:
            self._move_to(self._today())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose(self.day)
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hovered = self._day_at(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hovered = None
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        day = self._day_at(event)
        if day is not None and event.button() is Qt.MouseButton.LeftButton:
            self._choose(day)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._has_ring = event.reason() in KEYBOARD_FOCUS
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        painter.setFont(style.small)
        painter.setPen(style.colors.text2)
        for column, name in enumerate(short_weekdays()):
            painter.drawText(self._box(column), Qt.AlignmentFlag.AlignCenter, name)
        for number, day in enumerate(month_days(self.day)):
            self._paint_day(painter, self._box(number + 7), day)
        painter.end()

    def _paint_day(self, painter: QPainter, box: QRectF, day: date) -> None:
        style, colors = self._style.current, self._style.current.colors
        inside = box.adjusted(2, 1, -2, -1)
        is_past = day < self._least()
        words = colors.text1 if day.month == self.day.month and not is_past else colors.text3
        if day == self.day:
            fill_rounded(painter, inside, style.sizes.radius_small, colors.accent)
            words = colors.on_accent
        elif day == self._hovered and not is_past:
            fill_rounded(painter, inside, style.sizes.radius_small, colors.hover)
        if day == self._today() and day != self.day:
            stroke_rounded(painter, inside, style.sizes.radius_small, colors.accent)
            words = colors.accent_text
        if day == self.day and self.hasFocus() and self._has_ring:
            paint_focus_ring(painter, box, style, style.sizes.radius_small)
        painter.setFont(style.font(13, Weight.BOLD if day == self.day else Weight.REGULAR))
        painter.setPen(words)
        painter.drawText(inside, Qt.AlignmentFlag.AlignCenter, str(day.day))

    def _box(self, number: int) -> QRectF:
        width = self.width() / 7
        return QRectF(number % 7 * width, number // 7 * self._cell, width, self._cell)

    def _day_at(self, event: QMouseEvent) -> date | None:
        number = next((n for n in range(7, 7 * (WEEKS + 1)) if self._box(n).contains(event.position())), None)
        return None if number is None else month_days(self.day)[number - 7]

    def _move_to(self, day: date) -> None:
        self._has_ring = True
        self.go_to(min(max(self._least(), day), _LAST))
        announce(self, format_date(self.day))

    def _choose(self, day: date) -> None:
        if day >= self._least():
            self.go_to(day)
            self.day_chosen.emit(day)


def _first() -> date:
    return _FIRST
