"""Choices that can be on and off, side by side in rows: which templates, which options."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.buttons import PaintedButton
from widgets.icons import icon_pixmap
from widgets.painting import fill_rounded, paint_elided, paint_focus_ring, stroke_rounded
from widgets.style import StyleSource

_GAP = 6


class CheckRow(QWidget):
    """Space or a click turns one on or off; the order is that of the choices."""

    changed = Signal(object)
    """tuple[str, ...]: the keys that are on."""

    def __init__(self, style: StyleSource, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._chips: dict[str, _Check] = {}
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        style.changed.connect(self._place)

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer these."""
        if [(key, chip.text()) for key, chip in self._chips.items()] == list(choices):
            return
        on = self.checked()
        for chip in self._chips.values():
            chip.setParent(None)
            chip.deleteLater()
        self._chips = {key: _Check(self._style, text, self) for key, text in choices}
        for chip in self._chips.values():
            chip.clicked.connect(lambda: self.changed.emit(self.checked()))
            chip.show()
        self.set_checked(on)
        self._place()

    def set_checked(self, keys: Sequence[str]) -> None:
        """Turn these on without `changed`."""
        for key, chip in self._chips.items():
            chip.setChecked(key in keys)

    def checked(self) -> tuple[str, ...]:
        """The keys that are on."""
        return tuple(key for key, chip in self._chips.items() if chip.isChecked())

    def chips(self) -> dict[str, PaintedButton]:
        """The buttons inside."""
        return dict(self._chips)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(
            Qt.Key(event.key()), 0
        )
        chips = list(self._chips.values())
        at = next((n for n, chip in enumerate(chips) if chip.hasFocus()), -1)
        if step and at >= 0:
            chips[(at + step) % len(chips)].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)

    def _place(self) -> None:
        style = self._style.current
        gap, height = style.px(_GAP), style.sizes.chip
        x = y = 0
        for chip in self._chips.values():
            width = min(chip.sizeHint().width(), max(1, self.width()))
            if x and x + width > self.width():
                x, y = 0, y + height + gap
            chip.setGeometry(x, y, width, height)
            x += width + gap
        wanted = y + height if self._chips else 0
        if self.minimumHeight() != wanted or self.maximumHeight() != wanted:
            self.setFixedHeight(wanted)


class _Check(PaintedButton):
    """One choice."""

    def __init__(self, style: StyleSource, text: str, parent: QWidget) -> None:
        super().__init__(style, parent)
        self.setText(text)
        self.setCheckable(True)
        self.setAccessibleName(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        style = self._style.current
        width = QFontMetricsF(style.small).horizontalAdvance(self.text())
        return QSize(round(width) + style.px(40), style.sizes.chip)

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        colors, radius = style.colors, self.height() / 2
        is_on = self.isChecked()
        ground = colors.accent_soft if is_on else (colors.hover if self.underMouse() else None)
        if ground is not None:
            fill_rounded(painter, self.rect(), radius, ground)
        stroke_rounded(painter, self.rect(), radius, colors.accent if is_on else colors.line)
        color = colors.accent_text if is_on else colors.text1
        side = style.px(12)
        glyph = "check" if is_on else "plus"
        picture = icon_pixmap(glyph, color if is_on else colors.text2, side, dpr=self.devicePixelRatioF())
        painter.drawPixmap(style.px(10), (self.height() - side) // 2, picture)
        left = style.px(10) + side + style.px(5)
        line = QRectF(left, 0, self.width() - left - style.px(8), self.height())
        paint_elided(painter, line, self.text(), style.small, color)
        if self._has_ring:
            paint_focus_ring(painter, self.rect(), style, radius)
        painter.end()
