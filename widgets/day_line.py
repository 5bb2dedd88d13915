"""A day, typed or chosen from a calendar; it may be empty, and it keeps what cannot be read as a day."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QDate, QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from resources.formats import format_date, short_weekday
from resources.translations import tr
from widgets.buttons import IconButton
from widgets.floating import FloatingPanel
from widgets.form_line import FormLine
from widgets.month_view import MonthView
from widgets.style import StyleSource

Read = Callable[[str], date | None]
_LEAST, _MOST = date(1, 2, 1), date(9998, 11, 30)
"""As far as the calendar turns its leaves; others can be typed."""


class DayLine(FormLine):
    """`read` makes a day of what was typed; when the field is left the day is written as 2026-11-17."""

    edited = Signal()

    def __init__(self, style: StyleSource, read: Read, parent: QWidget | None = None) -> None:
        super().__init__(style, parent=parent)
        self._read = read
        self._panel: DayPanel | None = None
        self._button = IconButton(style, "calendar-blank", "", size=26, icon_size=16, parent=self)
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._button.clicked.connect(self.open_panel)
        self.set_air(22)
        self.textEdited.connect(lambda _: self.edited.emit())
        self.textChanged.connect(lambda _: self._word())
        self._retranslate()

    def day(self) -> date | None:
        """What stands in it, where it is a day."""
        return self._read(self.text()) if self.text().strip() else None

    def value(self) -> str:
        """The day as 2026-11-17, else what was typed."""
        day = self.day()
        return self.text().strip() if day is None else day.isoformat()

    def set_value(self, text: str) -> None:
        """Fill it without emitting."""
        self.set_text(text)
        self._word()

    def open_panel(self) -> None:
        """Show the calendar."""
        if self._panel is None or self._panel.parentWidget() is not self.window():
            self._panel = DayPanel(self._style, self.window())
            self._panel.day_chosen.connect(self._take)
        self._panel.open_for(self.day(), self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_alt_down = event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier
        day = self.day()
        if self.is_composing:
            super().keyPressEvent(event)
        elif is_alt_down or event.key() == Qt.Key.Key_F4:
            self.open_panel()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and day is not None:
            self._take(_moved(day, 1 if event.key() == Qt.Key.Key_Up else -1))
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.set_text(self.value())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = self._button.sizeHint().width()
        self._button.setGeometry(self.width() - side - 3, (self.height() - side) // 2, side, side)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
            self._word()

    def _take(self, day: date) -> None:
        self.set_value(day.isoformat())
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit()

    def _word(self) -> None:
        """Say the weekday behind it, as far as it is a day."""
        day = self.day()
        self.setToolTip("" if day is None else format_date(day))
        self.set_affixes("", "" if day is None else short_weekday(day))

    def _retranslate(self) -> None:
        self._button.set_tip(tr("Calendar"))
        self.setPlaceholderText(tr("Year-month-day"))


class DayPanel(FloatingPanel):
    """A month to choose from."""

    day_chosen = Signal(object)
    """date."""

    def __init__(self, style: StyleSource, window: QWidget) -> None:
        super().__init__(style, window)
        self._month = MonthView(style, date.today, has_past=True)
        self._month.day_chosen.connect(self._choose)
        side = style.current.px(12)
        column = QVBoxLayout(self)
        column.setContentsMargins(side, side, side, side)
        column.addWidget(self._month)
        self.setAccessibleName(tr("Calendar"))

    @property
    def month(self) -> MonthView:
        """The calendar inside."""
        return self._month

    def open_for(self, day: date | None, field: QWidget) -> None:
        """Show it under a field, or over it where there is more room."""
        window = field.window()
        self._month.set_most_height(window.height() - 2 * self.SHADOW - self._style.current.px(40))
        self._month.show_day(min(max(day or date.today(), _LEAST), _MOST))
        self.layout().activate()  # type: ignore[union-attr]
        foot = field.mapToGlobal(QPoint(0, field.height() + self.SHADOW // 2))
        height = self.sizeHint().height()
        is_below = window.mapFromGlobal(foot).y() + height <= window.height() + self.SHADOW
        top = field.mapToGlobal(QPoint(0, self.SHADOW // 2))
        self.float_at(foot + QPoint(0, height - self.SHADOW) if is_below else top, window)
        self._month.setFocus(Qt.FocusReason.TabFocusReason)

    def _choose(self, day: date) -> None:
        self.close_panel()
        self.day_chosen.emit(day)


def _moved(day: date, days: int) -> date:
    moved = QDate(day.year, day.month, day.day).addDays(days)
    return date(moved.year(), moved.month(), moved.day()) if 1 <= moved.year() <= 9999 else day
