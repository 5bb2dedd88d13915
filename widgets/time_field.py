"""A time of the day: label above, hours and minutes below."""

from PySide6.QtCore import QEvent, Qt, QTime, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractSpinBox, QTimeEdit, QVBoxLayout, QWidget

from widgets.style import StyleSource
from widgets.words import Words

_FORMAT = "HH:mm"


class TimeField(QWidget):
    """Typing changes the part under the cursor, arrows step it. The value is "HH:MM"."""

    chosen = Signal(str)
    """By the person, once it is complete."""

    def __init__(self, style: StyleSource, label: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = Words(style, label, role="text2", pixels=12)
        self._edit = _Time(style)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self._label, self._edit):
            column.addWidget(part)
        self.setFocusProxy(self._edit)
        self._edit.timeChanged.connect(lambda time: self.chosen.emit(time.toString(_FORMAT)))
        self.set_label(label)

    def value(self) -> str:
        """What stands in it."""
        return str(self._edit.time().toString(_FORMAT))

    def set_value(self, clock: str) -> None:
        """Fill it without emitting."""
        self._edit.blockSignals(True)
        self._edit.setTime(QTime.fromString(clock, _FORMAT))
        self._edit.blockSignals(False)

    def set_label(self, label: str) -> None:
        """Word it again."""
        self._label.setText(label)
        self._edit.setAccessibleName(label)

    @property
    def edit(self) -> QTimeEdit:
        """The line inside."""
        return self._edit


class _Time(QTimeEdit):
    """The wheel scrolls the page, not the time; a half-typed hour counts only when it is left."""

    def __init__(self, style: StyleSource) -> None:
        super().__init__()
        self._style = style
        self.setDisplayFormat(_FORMAT)
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.setKeyboardTracking(False)
        self.setWrapping(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.lineEdit().setStyleSheet("background: transparent; border: 0; padding: 0; min-height: 0;")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A dressed spin box without buttons leaves its line no room of its own."""
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        """Qt lays the line out anew when style or font change."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._place()

    def _place(self) -> None:
        pad = self._style.current.px(10)
        self.lineEdit().setGeometry(pad, 1, self.width() - 2 * pad, self.height() - 2)

    def wheelEvent(self, event: QEvent) -> None:
        event.ignore()
