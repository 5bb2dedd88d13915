"""A day and a minute: typed in, or chosen from a calendar with the moments people choose most.

The value is a local time without a zone; who uses it knows which zone is meant.
"""

from collections.abc import Callable
from datetime import date, datetime

from PySide6.QtCore import QDate, QDateTime, QEvent, QObject, QPoint, QRect, Qt, QTime, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractSpinBox, QDateTimeEdit, QHBoxLayout, QVBoxLayout, QWidget

from resources.formats import format_date, short_weekday
from resources.translations import tr
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.floating import FloatingPanel
from widgets.month_view import MonthView
from widgets.quick_times import QuickTime, quick_choices, whole_minute
from widgets.style import StyleSource
from widgets.words import Words

_FORMAT = "yyyy-MM-dd  HH:mm"
_SIDES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_UNMODIFIED = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
Now = Callable[[], datetime]


class DateTimeField(QWidget):
    """Label, the moment, a calendar button. Typing changes the part under the cursor; arrows step it."""

    changed = Signal(object)
    """datetime, by the person."""

    def __init__(
        self, style: StyleSource, label: str, now: Now = datetime.now, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style, self._now = style, now
        self._label = Words(style, label, role="text2", pixels=12)
        self._edit = _Moment(style)
        self._panel: MomentPanel | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self._label, self._edit):
            column.addWidget(part)
        self.setFocusProxy(self._edit)
        self._edit.panel_wanted.connect(self.open_panel)
        self._edit.dateTimeChanged.connect(lambda _: self._tell())
        self.set_label(label)
        self.set_value(now())

    @property
    def edit(self) -> QDateTimeEdit:
        """The line inside."""
        return self._edit

    def value(self) -> datetime:
        """What stands in it, to the minute."""
        moment, day = self._edit.time(), self._edit.date()
        return datetime(day.year(), day.month(), day.day(), moment.hour(), moment.minute())

    def set_value(self, moment: datetime) -> None:
        """Fill it without emitting."""
        self._edit.blockSignals(True)
        self._edit.setDateTime(_qt(whole_minute(moment)))
        self._edit.blockSignals(False)
        self._word()

    def set_label(self, label: str) -> None:
        """Word it again."""
        self._label.setText(label)
        self._edit.setAccessibleName(label)

    def open_panel(self) -> None:
        """Show the calendar."""
        panel = self._panel_made()
        panel.open_for(self.value(), self._edit)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._word()

    def _panel_made(self) -> "MomentPanel":
        if self._panel is None or self._panel.parentWidget() is not self.window():
            self._panel = MomentPanel(self._style, self._now, self.window())
            self._panel.moment_chosen.connect(self._take)
        return self._panel

    def _take(self, moment: datetime) -> None:
        self._edit.setDateTime(_qt(moment))
        self._edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell(self) -> None:
        self._word()
        self.changed.emit(self.value())

    def _word(self) -> None:
        self._edit.setAccessibleDescription(format_date(self.value().date()))


class _Moment(QDateTimeEdit):
    """Sections by keyboard, a calendar button at its right; the wheel scrolls the page, not the minute."""

    panel_wanted = Signal()

    def __init__(self, style: StyleSource) -> None:
        super().__init__()
        self._style = style
        self._button = IconButton(style, "calendar-blank", "", size=26, icon_size=16, parent=self)
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._button.clicked.connect(self.panel_wanted)
        self.setDisplayFormat(_FORMAT)
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.setCorrectionMode(QAbstractSpinBox.CorrectionMode.CorrectToNearestValue)
        self.setDateRange(QDate(1970, 1, 2), QDate(9998, 12, 31))
        self.lineEdit().setStyleSheet("background: transparent; border: 0; padding: 0; min-height: 0;")
        self.lineEdit().installEventFilter(self)
        style.changed.connect(self._restyle)
        self._restyle()

    def wheelEvent(self, event: QEvent) -> None:
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_alt_down = event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier
        if is_alt_down or event.key() == Qt.Key.Key_F4:
            self.panel_wanted.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.interpretText()
            event.ignore()
        elif event.key() in _SIDES and event.modifiers() in _UNMODIFIED:
            self._go_by(_SIDES[Qt.Key(event.key())])
        else:
            if event.text().isdigit() and self._is_whole():
                self._select_part()
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        done = super().eventFilter(watched, event)
        if event.type() == QEvent.Type.MouseButtonRelease and not self.lineEdit().hasSelectedText():
            self._select_part()
        return done

    def _is_whole(self) -> bool:
        """Whether the cursor is in a part that has all its digits: it would take no more."""
        section = self.currentSection()
        most = 4 if section is QDateTimeEdit.Section.YearSection else 2
        return not self.lineEdit().hasSelectedText() and len(self.sectionText(section)) == most

    def _go_by(self, step: int) -> None:
        at = self.currentSectionIndex() + step
        self.setSelectedSection(self.sectionAt(max(0, min(at, self.sectionCount() - 1))))

    def _select_part(self) -> None:
        self.setSelectedSection(self.currentSection())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        side, pad = self._button.sizeHint().width(), self._style.current.px(10)
        self._button.setGeometry(self.width() - side - 3, (self.height() - side) // 2, side, side)
        self.lineEdit().setGeometry(pad, 1, self.width() - side - pad - 3, self.height() - 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        style, painter = self._style.current, QPainter(self)
        painter.setFont(style.small)
        painter.setPen(style.colors.text2)
        right = self._button.x() - style.px(4)
        day = short_weekday(self.date().toPython())  # type: ignore[arg-type]
        painter.drawText(
            QRect(0, 0, right, self.height()),
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            day,
        )
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._button.set_tip(tr("Calendar"))
        elif event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._place()  # Qt has laid the line out anew

    def _restyle(self) -> None:
        self.setFont(self._style.current.body)
        self._button.set_tip(tr("Calendar"))


class MomentPanel(FloatingPanel):
    """Quick choices and a month. Choosing a day keeps the minute."""

    moment_chosen = Signal(object)
    """datetime."""

    def __init__(self, style: StyleSource, now: Now, window: QWidget) -> None:
        super().__init__(style, window)
        self._now = now
        self._moment = now()
        self._month = MonthView(style, lambda: now().date())
        self._month.day_chosen.connect(self._day_chosen)
        self._quick: list[Button] = []
        self._quick_column = QVBoxLayout()
        self._quick_column.setSpacing(style.current.px(2))
        row = QHBoxLayout(self)
        side = style.current.px(12)
        row.setContentsMargins(side, side, side, side)
        row.setSpacing(side)
        row.addLayout(self._quick_column)
        row.addWidget(self._month, 0, Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName(tr("Calendar"))

    @property
    def month(self) -> MonthView:
        """The calendar inside."""
        return self._month

    @property
    def quick(self) -> tuple[Button, ...]:
        """The quick choices that still lie ahead."""
        return tuple(self._quick)

    def open_for(self, moment: datetime, field: QWidget) -> None:
        """Show it at a field that holds this moment."""
        self._moment = moment
        self._fill_quick()
        window = field.window()
        self._month.set_most_height(window.height() - 2 * self.SHADOW - self._style.current.px(40))
        self._month.show_day(max(moment.date(), self._now().date()))
        self.layout().activate()  # type: ignore[union-attr]
        foot = field.mapToGlobal(QPoint(0, field.height() + self.SHADOW // 2))
        height = self.sizeHint().height()
        below = window.mapFromGlobal(foot).y() + height <= window.height() + self.SHADOW
        top = field.mapToGlobal(QPoint(0, self.SHADOW // 2))
        self.float_at(foot + QPoint(0, height - self.SHADOW) if below else top, window)
        self._month.setFocus(Qt.FocusReason.TabFocusReason)

    def _fill_quick(self) -> None:
        for button in self._quick:
            button.setParent(None)
            button.deleteLater()
        while self._quick_column.count():
            self._quick_column.takeAt(0)
        self._quick = []
        for choice in quick_choices(self._now()):
            button = Button(self._style, quick_words(choice.key), ButtonKind.QUIET)
            button.clicked.connect(lambda _=False, at=choice.at: self._choose(at))
            self._quick.append(button)
            self._quick_column.addWidget(button)
        self._quick_column.addStretch(1)

    def _day_chosen(self, day: date) -> None:
        self._choose(datetime.combine(day, self._moment.time()))

    def _choose(self, moment: datetime) -> None:
        self.close_panel()
        self.moment_chosen.emit(whole_minute(moment))


def quick_words(key: QuickTime) -> str:
    """Name a quick choice."""
    return {
        QuickTime.IN_AN_HOUR: tr("In 1 hour"),
        QuickTime.TODAY_EVENING: tr("Today 18:00"),
        QuickTime.TOMORROW_MORNING: tr("Tomorrow 9:00"),
        QuickTime.NEXT_MONDAY: tr("Next Monday 9:00"),
    }[key]


def _qt(moment: datetime) -> QDateTime:
    return QDateTime(QDate(moment.year, moment.month, moment.day), QTime(moment.hour, moment.minute))
