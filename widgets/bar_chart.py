"""Charts of bars, painted: lying ones with a name and a figure each, and standing ones for months.

What is drawn can be heard too: each bar has its words, and arrow keys go from bar to bar.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from widgets.painting import KEYBOARD_FOCUS, fill_plain, fill_rounded, paint_elided, paint_focus_ring
from widgets.tips import plain_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent

    from widgets.style import StyleSource

_ROW = 32
_BAR = 12
_COLUMN_HEIGHT = 168
_WIDEST_COLUMN = 40
_LEAST_STEP = 44
_NAME_SHARE = 0.32
_LEAST_NAME = 88


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar: how much, in which colour role."""

    value: float
    role: str = "accent"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. `text` is its figure, worded; `key` what pressing it opens, empty: nothing."""

    name: str
    parts: tuple[Part, ...]
    text: str
    key: str = ""
    spoken: str = ""
    """For who listens or points at it; empty: name and figure."""

    @property
    def value(self) -> float:
        """Its length."""
        return sum(part.value for part in self.parts)

    @property
    def words(self) -> str:
        """Give it as a sentence."""
        return self.spoken or f"{self.name}: {self.text}"


class _Place(NamedTuple):
    rect: QRect
    bar: Bar


class _Chart(QWidget):
    """What both kinds share: bars, places, keyboard, words."""

    bar_activated = Signal(str)
    """The key of a bar."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._bars: tuple[Bar, ...] = ()
        self._name = ""
        self._current, self._has_ring = 0, False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        style.changed.connect(self._restyle)

    def set_bars(self, name: str, bars: Sequence[Bar]) -> None:
        """Show these under a name."""
        self._name, self._bars, self._current = name, tuple(bars), 0
        self.setAccessibleName(name)
        self.setAccessibleDescription("; ".join(bar.words for bar in bars))
        self._restyle()

    def bars(self) -> tuple[Bar, ...]:
        """What is shown."""
        return self._bars

    def places(self) -> list[_Place]:
        """Where each bar is, its name included."""
        raise NotImplementedError

    def minimumSizeHint(self) -> QSize:
        return QSize(self._style.current.px(160), self.sizeHint().height())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._has_ring = event.reason() in KEYBOARD_FOCUS
        self._go(self._current)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._has_ring = False
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Left: -1,
        }.get(Qt.Key(event.key()))
        if step is not None and 0 <= self._current + step < len(self._bars):
            self._has_ring = True
            self._go(self._current + step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._bars:
            self._press(self._bars[self._current])
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        bar = self._bar_at(event.position())
        is_link = bar is not None and bool(bar.key)
        self.setCursor(Qt.CursorShape.PointingHandCursor if is_link else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        bar = self._bar_at(event.position())
        if bar is not None and event.button() is Qt.MouseButton.LeftButton:
            self._press(bar)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            self._tell(event)  # type: ignore[arg-type]
            return True
        return super().event(event)

    def _tell(self, event: QHelpEvent) -> None:
        bar = self._bar_at(QPointF(event.pos()))
        QToolTip.showText(event.globalPos(), plain_tip(bar.words if bar is not None else ""), self)

    def _press(self, bar: Bar) -> None:
        if bar.key:
            self.bar_activated.emit(bar.key)

    def _go(self, bar: int) -> None:
        self._current = bar
        if self._bars:
            self.setAccessibleName(f"{self._name}: {self._bars[bar].words}")
        self.update()

    def _bar_at(self, at: QPointF) -> Bar | None:
        point = at.toPoint()
        return next((place.bar for place in self.places() if place.rect.contains(point)), None)

    def _paint_ring(self, painter: QPainter, places: Sequence[_Place]) -> None:
        if self._has_ring and places:
            style = self._style.current
            paint_focus_ring(painter, places[self._current].rect, style, style.sizes.radius_small)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


class BarChart(_Chart):
    """Lying bars: name, bar, figure."""

    def sizeHint(self) -> QSize:
        style = self._style.current
        return QSize(style.px(320), max(1, style.px(_ROW) * len(self._bars)))

    def places(self) -> list[_Place]:
        row = self._style.current.px(_ROW)
        return [_Place(QRect(0, n * row, self.width(), row), bar) for n, bar in enumerate(self._bars)]

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        places = self.places()
        metrics = QFontMetrics(style.small)
        widest = max((metrics.horizontalAdvance(bar.name) for bar in self._bars), default=0) + style.px(8)
        names = min(round(self.width() * _NAME_SHARE), max(widest, style.px(_LEAST_NAME)))
        figures = max((metrics.horizontalAdvance(bar.text) for bar in self._bars), default=0) + style.px(4)
        gap = style.px(12)
        room = max(1, self.width() - names - figures - 2 * gap)
        most = max((bar.value for bar in self._bars), default=0) or 1
        for rect, bar in places:
            if not rect.intersects(event.rect()):
                continue
            name = QRect(rect.left() + style.px(4), rect.top(), names - style.px(4), rect.height())
            paint_elided(painter, name, bar.name, style.small, style.colors.text1)
            long = room * bar.value / most
            self._paint_bar(painter, QRectF(names + gap, rect.top(), room, rect.height()), bar, long)
            figure = QRectF(names + gap + long + style.px(8), rect.top(), figures, rect.height())
            paint_elided(painter, figure, bar.text, style.small, style.colors.text2)
        self._paint_ring(painter, places)
        painter.end()

    def _paint_bar(self, painter: QPainter, area: QRectF, bar: Bar, long: float) -> None:
        style = self._style.current
        thick = style.px(_BAR)
        top = area.top() + (area.height() - thick) / 2
        left, total = area.left(), bar.value or 1
        for part in bar.parts:
            width = long * part.value / total
            if width > 0:
                piece = QRectF(left, top, max(1.0, width - (1 if len(bar.parts) > 1 else 0)), thick)
                fill_rounded(painter, piece, style.px(2), getattr(style.colors, part.role))
            left += width


class ColumnChart(_Chart):
    """Standing bars in the order of time; where there is no room for all, the newest are shown."""

    def sizeHint(self) -> QSize:
        style = self._style.current
        return QSize(style.px(320), style.px(_COLUMN_HEIGHT) if self._bars else 1)

    def set_bars(self, name: str, bars: Sequence[Bar]) -> None:
        super().set_bars(name, bars)
        self._current = max(0, len(self._bars) - 1)

    def places(self) -> list[_Place]:
        style = self._style.current
        room = max(1, self.width() // style.px(_LEAST_STEP))
        hidden = max(0, len(self._bars) - room)
        shown = self._bars[hidden:]
        step = min(style.px(2 * _LEAST_STEP), self.width() // max(1, len(shown)))
        nowhere = [_Place(QRect(), bar) for bar in self._bars[:hidden]]
        return nowhere + [_Place(QRect(n * step, 0, step, self.height()), bar) for n, bar in enumerate(shown)]

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        places = [place for place in self.places() if not place.rect.isEmpty()]
        line = style.px(20)
        most = max((place.bar.value for place in places), default=0) or 1
        ground = self.height() - line
        for rect, bar in places:
            center = Qt.AlignmentFlag.AlignHCenter
            name = QRect(rect.left(), ground, rect.width(), line)
            paint_elided(painter, name, bar.name, style.font(11), style.colors.text2, center)
            high = (ground - line - style.px(4)) * bar.value / most
            wide = min(style.px(_WIDEST_COLUMN), rect.width() - style.px(12))
            column = QRectF(rect.center().x() + 1 - wide / 2, ground - high, wide, high)
            if high > 0:
                fill_rounded(painter, column, style.px(2), getattr(style.colors, bar.parts[0].role))
            figure = QRectF(rect.left(), ground - high - line, rect.width(), line)
            paint_elided(painter, figure, bar.text, style.small, style.colors.text1, center)
        fill_plain(painter, QRect(0, ground, self.width(), 1), style.colors.line)
        self._paint_ring(painter, self.places())
        painter.end()
