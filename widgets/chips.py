"""Filter chips above a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QPainter,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from resources.formats import format_count
from widgets.painting import KEYBOARD_FOCUS, fill_rounded, paint_focus_ring
from widgets.tab_place import TabPlace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QEvent
    from PySide6.QtGui import (
        QEnterEvent,
        QFocusEvent,
        QKeyEvent,
        QPaintEvent,
        QResizeEvent,
    )

    from widgets.style import Style, StyleSource

_GAP, _LINE_GAP = 4, 4
_PADDING, _LEAST_PADDING = 20, 12


@dataclass(frozen=True, slots=True)
class Chip:
    """One choice; `count` 0 is not shown."""

    key: str
    text: str
    count: int = 0


class FilterChips(QWidget):
    """Choices of which one is on; in a narrow column first the air between them goes, then they take two lines."""

    chosen = Signal(str)
    """The key that is on now; empty where an optional one was turned off."""

    def __init__(
        self, style: StyleSource, parent: QWidget | None = None, *, is_optional: bool = False
    ) -> None:
        """Where it `is_optional` none need be on: a second click turns a chip off."""
        super().__init__(parent)
        self._style = style
        self._is_optional = is_optional
        self._buttons: list[_ChipButton] = []
        self._tabs = TabPlace(self)
        self._current = ""
        self._gap = style.current.px(_GAP)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        style.changed.connect(self._place)

    def set_chips(self, chips: Sequence[Chip]) -> None:
        """Show these choices; the current one stays if it is among them, else the first one is on."""
        if [button.chip.key for button in self._buttons] != [chip.key for chip in chips]:
            self._rebuild(chips)
        for button, chip in zip(self._buttons, chips, strict=True):
            button.set_chip(chip)
        if chips and self._current not in {chip.key for chip in chips}:
            self._current = "" if self._is_optional else chips[0].key
        self.set_current(self._current)

    def set_current(self, key: str) -> None:
        """Turn one on without emitting."""
        self._current = key
        for button in self._buttons:
            button.setChecked(button.chip.key == key)
        self._place()

    def current(self) -> str:
        """The key that is on."""
        return self._current

    def sizeHint(self) -> QSize:
        return QSize(self._total_width(), self._style.current.sizes.chip)

    def natural_width(self) -> int:
        """What all take in one line with all the air between them."""
        style = self._style.current
        air = sum(style.px(_PADDING) - button.padding for button in self._buttons)
        gaps = max(0, len(self._buttons) - 1) * style.px(_GAP)
        return self._total_width() - len(self._buttons) * self._gap + air + gaps

    def fit(self, width: int) -> int:
        """Take a width at once, also while hidden; the height it then has."""
        self.resize(width, self.height())
        self._place()
        return self.height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        focused = [n for n, button in enumerate(self._buttons) if button.hasFocus()]
        if not step or not focused:
            super().keyPressEvent(event)
            return
        target = self._buttons[(focused[0] + step) % len(self._buttons)]
        target.setFocus(Qt.FocusReason.TabFocusReason)
        self._choose(target.chip.key)

    def _rebuild(self, chips: Sequence[Chip]) -> None:
        for button in self._buttons:
            button.setParent(None)
            button.deleteLater()
        self._buttons = [_ChipButton(self._style, chip, self) for chip in chips]
        for button in self._buttons:
            button.clicked.connect(lambda _=False, b=button: self._choose(b.chip.key))
            button.show()
        self._tabs.set_widgets(self._buttons)
        self.updateGeometry()

    def _choose(self, key: str) -> None:
        is_new = key != self._current
        if is_new or self._is_optional:
            self.set_current(key if is_new else "")
            self.chosen.emit(self._current)

    def _total_width(self) -> int:
        return sum(button.sizeHint().width() + self._gap for button in self._buttons)

    def _squeeze(self) -> None:
        """Where there is little room, the air goes, as far as that helps."""
        style = self._style.current
        self._gap = style.px(_GAP)
        for button in self._buttons:
            button.padding = style.px(_PADDING)
        missing = self._total_width() - self._gap - self.width()
        if missing > 0 and self._buttons:
            count = len(self._buttons)
            self._gap = style.px(1)
            missing -= (count - 1) * (style.px(_GAP) - self._gap)
            padding = style.px(_PADDING) - max(0, -(-missing // count))
            for button in self._buttons:
                button.padding = max(style.px(_LEAST_PADDING), padding)

    def _place(self) -> None:
        self._squeeze()
        side, gap = self._style.current.sizes.chip, self._style.current.px(_LINE_GAP)
        x = y = 0
        for button in self._buttons:
            width = button.sizeHint().width()
            if x and x + width > self.width():
                x, y = 0, y + side + gap
            button.setGeometry(x, y, width, side)
            x += width + self._gap
        if self.minimumHeight() != y + side:
            self.setFixedHeight(y + side)


class _ChipButton(QAbstractButton):
    """One chip."""

    def __init__(self, style: StyleSource, chip: Chip, parent: QWidget) -> None:
        super().__init__(parent)
        self._style, self.chip = style, chip
        self.padding = style.current.px(_PADDING)
        self._has_ring = False
        self._words: tuple[str, Style] | None = None
        self._words_width = 0
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        style.changed.connect(self.update)
        self.set_chip(chip)

    def set_chip(self, chip: Chip) -> None:
        """Word it again."""
        self.chip = chip
        self.setText(f"{chip.text} {format_count(chip.count)}" if chip.count else chip.text)
        self.setAccessibleName(self.text())
        self.update()

    def nextCheckState(self) -> None:
        """The row decides which one is on."""

    def sizeHint(self) -> QSize:
        style, text = self._style.current, self.text()
        if self._words is None or self._words[0] != text or self._words[1] is not style:  # a row asks often
            self._words = (text, style)
            self._words_width = round(QFontMetricsF(style.small_bold).horizontalAdvance(text))
        return QSize(self._words_width + self.padding, style.sizes.chip)

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        colors, radius = style.colors, self.height() / 2
        if self.isChecked():
            fill_rounded(painter, self.rect(), radius, colors.accent_soft)
        elif self.underMouse():
            fill_rounded(painter, self.rect(), radius, colors.hover)
        painter.setFont(style.small_bold if self.isChecked() else style.small)
        painter.setPen(colors.accent_text if self.isChecked() else colors.text2)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        if self._has_ring:
            paint_focus_ring(painter, self.rect(), style, radius)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()
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
