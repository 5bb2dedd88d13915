"""Choices that all stand side by side: one of them (round marks) or several (square ones)."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from widgets.icons import icon_pixmap
from widgets.painting import KEYBOARD_FOCUS, fill_rounded, paint_elided, paint_focus_ring, stroke_rounded
from widgets.style import StyleSource
from widgets.tab_place import TabPlace

_GAP, _MARK, _PAD = 8, 16, 10
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice, worded."""

    key: str
    text: str


class ChoiceFlow(QWidget):
    """One stop of the Tab key; arrows go from choice to choice, Space takes and gives back, in lines as wide as it is."""

    changed = Signal()

    def __init__(
        self,
        style: StyleSource,
        choices: Sequence[Choice],
        *,
        is_many: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._style, self._is_many, self._name = style, is_many, ""
        self._tabs = TabPlace(self)
        self._buttons = [_ChoiceButton(style, choice, is_many, self) for choice in choices]
        for button in self._buttons:
            button.clicked.connect(lambda _=False, b=button: self._toggle(b))
        self._tabs.set_widgets(self._buttons)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        style.changed.connect(self._place)
        self._one_stop()

    def chosen(self) -> tuple[str, ...]:
        """Keys of what is chosen, in the order of the choices."""
        return tuple(button.choice.key for button in self._buttons if button.isChecked())

    def set_chosen(self, keys: Sequence[str]) -> None:
        """Show what is chosen without emitting."""
        for button in self._buttons:
            button.setChecked(button.choice.key in keys)
        self._one_stop()

    def set_name(self, name: str) -> None:
        """What is chosen here: goes with each choice to a screen reader."""
        self._name = name
        self.setAccessibleName(name)
        for button in self._buttons:
            button.setAccessibleDescription(name)

    def set_wrong(self, is_wrong: bool) -> None:
        """Draw red edges."""
        for button in self._buttons:
            button.is_wrong = is_wrong
            button.update()

    def focus_first(self) -> None:
        """Go to the chosen one, else to the first."""
        if self._buttons:
            self._stop().setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        focused = [at for at, button in enumerate(self._buttons) if button.hasFocus()]
        if step is None or not focused:
            super().keyPressEvent(event)
            return
        target = self._buttons[(focused[0] + step) % len(self._buttons)]
        target.setFocus(Qt.FocusReason.TabFocusReason)
        if not self._is_many:
            self._choose(target)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def showEvent(self, event: QEvent) -> None:
        self._place()

    def sizeHint(self) -> QSize:
        return QSize(self._style.current.px(240), self.minimumHeight())

    def _toggle(self, button: "_ChoiceButton") -> None:
        """A second click gives a single choice back: a form may be optional."""
        if self._is_many:
            button.setChecked(not button.isChecked())
            self._one_stop()
            self.changed.emit()
        elif button.isChecked():
            button.setChecked(False)
            self.changed.emit()
        else:
            self._choose(button)

    def _choose(self, button: "_ChoiceButton") -> None:
        self.set_chosen((button.choice.key,))
        self.changed.emit()

    def _stop(self) -> "_ChoiceButton":
        return next((button for button in self._buttons if button.isChecked()), self._buttons[0])

    def _one_stop(self) -> None:
        for button in self._buttons:
            is_stop = button is self._stop()
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if is_stop else Qt.FocusPolicy.ClickFocus)

    def _place(self) -> None:
        style = self._style.current
        gap, line, x, y = style.px(_GAP), style.sizes.button, 0, 0
        for button in self._buttons:
            width = min(button.sizeHint().width(), max(self.width(), line))
            if x and x + width > self.width():
                x, y = 0, y + line + style.px(6)
            button.setGeometry(x, y, width, line)
            x += width + gap
        if self.minimumHeight() != y + line:
            self.setFixedHeight(y + line)


class _ChoiceButton(QAbstractButton):
    """One choice in a thin frame."""

    def __init__(self, style: StyleSource, choice: Choice, is_many: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._style, self.choice, self._is_many = style, choice, is_many
        self._has_ring = self.is_wrong = False
        self.setCheckable(True)
        self.setText(choice.text.replace("&", "&&"))
        self.setAccessibleName(choice.text)
        self.setToolTip("")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        style.changed.connect(self.update)

    def nextCheckState(self) -> None:
        """The group decides what is on."""

    def sizeHint(self) -> QSize:
        style = self._style.current
        words = QFontMetricsF(style.font(13)).horizontalAdvance(self.choice.text)
        return QSize(round(words) + style.px(_MARK + 2 * _PAD + 8), style.sizes.button)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _STEPS:
            event.ignore()  # the group's
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._has_ring = event.reason() in KEYBOARD_FOCUS
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._has_ring = False
        super().focusOutEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        colors, is_on = style.colors, self.isChecked()
        if is_on:
            fill_rounded(painter, self.rect(), style.sizes.radius, colors.accent_soft)
        elif self.underMouse() and self.isEnabled():
            fill_rounded(painter, self.rect(), style.sizes.radius, colors.hover)
        edge = colors.attention if self.is_wrong else colors.accent if is_on else colors.line
        stroke_rounded(painter, self.rect(), style.sizes.radius, edge)
        self._paint_mark(painter)
        left = style.px(_PAD + _MARK + 6)
        box = QRectF(left, 0, self.width() - left - style.px(4), self.height())
        words = colors.accent_text if is_on else colors.text1
        paint_elided(painter, box, self.choice.text, style.font(13), words)
        if self._has_ring:
            paint_focus_ring(painter, self.rect(), style, style.sizes.radius)
        painter.end()

    def _paint_mark(self, painter: QPainter) -> None:
        style = self._style.current
        colors, side = style.colors, style.px(_MARK)
        box = QRectF(style.px(_PAD), (self.height() - side) / 2, side, side)
        if self.isChecked():
            glyph = "check-square" if self._is_many else "check-circle"
            picture = icon_pixmap(glyph, colors.accent, side, filled=True, dpr=self.devicePixelRatioF())
            painter.drawPixmap(box.topLeft(), picture)
            return
        painter.setPen(QPen(colors.text3, 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inside = box.adjusted(1.5, 1.5, -1.5, -1.5)
        radius = 3 if self._is_many else inside.width() / 2
        painter.drawRoundedRect(inside, radius, radius)
