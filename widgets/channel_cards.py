"""Choices that need a sentence each: cards one under the other, of which one is on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.buttons import PaintedButton
from widgets.icons import icon_pixmap
from widgets.painting import fill_rounded, paint_focus_ring, stroke_rounded
from widgets.style import Weight
from widgets.tab_place import TabPlace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent

    from widgets.style import StyleSource

_SIDE, _ICON, _MARK, _GAP, _AIR = 14, 20, 16, 8, 11
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1}
_WRAP = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)


@dataclass(frozen=True, slots=True)
class ChoiceCard:
    """One choice: a word and the sentence that explains it."""

    key: str
    title: str
    text: str
    icon: str
    is_enabled: bool = True


class ChoiceCards(QWidget):
    """One stop of the Tab key; arrows go from card to card and choose."""

    chosen = Signal(str)

    def __init__(self, style: StyleSource, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._cards: list[_CardButton] = []
        self._tabs = TabPlace(self)
        self._current = ""
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        style.changed.connect(self._place)

    def set_cards(self, cards: Sequence[ChoiceCard]) -> None:
        """Offer these; the current one stays, else the first that can be chosen is on."""
        if [button.card.key for button in self._cards] != [card.key for card in cards]:
            self._rebuild(cards)
        for button, card in zip(self._cards, cards, strict=True):
            button.show_card(card)
        if self._current not in {card.key for card in cards}:
            self._current = next((card.key for card in cards if card.is_enabled), "")
        self.set_current(self._current)

    def current(self) -> str:
        """The key that is on."""
        return self._current

    def set_current(self, key: str) -> None:
        """Turn one on without `chosen`."""
        self._current = key
        for button in self._cards:
            is_on = button.card.key == key
            button.setChecked(is_on)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if is_on else Qt.FocusPolicy.ClickFocus)
        self._place()

    def cards(self) -> dict[str, PaintedButton]:
        """The cards by key."""
        return {button.card.key: button for button in self._cards}

    def focus_first(self) -> None:
        """Go to the chosen one."""
        for button in self._cards:
            if button.isChecked():
                button.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        able = [button for button in self._cards if button.isEnabled()]
        at = next((n for n, button in enumerate(able) if button.hasFocus()), -1)
        if step is None or at < 0:
            super().keyPressEvent(event)
            return
        target = able[(at + step) % len(able)]
        target.setFocus(Qt.FocusReason.TabFocusReason)
        self._choose(target.card.key)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def sizeHint(self) -> QSize:
        return QSize(self._style.current.px(320), self.minimumHeight())

    def _rebuild(self, cards: Sequence[ChoiceCard]) -> None:
        for button in self._cards:
            button.setParent(None)
            button.deleteLater()
        self._cards = [_CardButton(self._style, card, self) for card in cards]
        for button in self._cards:
            button.clicked.connect(lambda _=False, b=button: self._choose(b.card.key))
            button.show()
        self._tabs.set_widgets(self._cards)

    def _choose(self, key: str) -> None:
        is_new = key != self._current
        self.set_current(key)
        if is_new:
            self.chosen.emit(key)

    def _place(self) -> None:
        gap, y = self._style.current.px(_GAP), 0
        for button in self._cards:
            height = button.heightForWidth(self.width())
            button.setGeometry(0, y, self.width(), height)
            y += height + gap
        wanted = max(1, y - gap)
        if self.minimumHeight() != wanted:
            self.setFixedHeight(wanted)


class _CardButton(PaintedButton):
    """One card."""

    def __init__(self, style: StyleSource, card: ChoiceCard, parent: QWidget) -> None:
        super().__init__(style, parent)
        self.card = card
        self.setCheckable(True)
        self.show_card(card)

    def show_card(self, card: ChoiceCard) -> None:
        """Word it again."""
        self.card = card
        self.setText(card.title)
        self.setAccessibleName(card.title)
        self.setAccessibleDescription(card.text)
        self.setEnabled(card.is_enabled)
        self.update()

    def nextCheckState(self) -> None:
        """The row of cards decides which one is on."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if Qt.Key(event.key()) in _STEPS:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def heightForWidth(self, width: int) -> int:
        style = self._style.current
        room = QRect(0, 0, max(40, width - self._text_left() - style.px(_SIDE)), 10_000)
        text = QFontMetrics(style.small).boundingRect(room, _WRAP, self.card.text).height()
        return text + style.px(20) + 2 * style.px(_AIR)

    def sizeHint(self) -> QSize:
        width = self.width() or self._style.current.px(320)
        return QSize(width, self.heightForWidth(width))

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        colors, radius, is_on = style.colors, style.sizes.radius, self.isChecked()
        ground = colors.accent_soft if is_on else (colors.hover if self._is_hot() else None)
        if ground is not None:
            fill_rounded(painter, self.rect(), radius, ground)
        stroke_rounded(painter, self.rect(), radius, colors.accent if is_on else colors.line)
        self._paint_mark(painter)
        self._paint_words(painter)
        if self._has_ring:
            paint_focus_ring(painter, self.rect(), style, radius)
        painter.end()

    def _paint_mark(self, painter: QPainter) -> None:
        style = self._style.current
        side, colors = style.px(_MARK), style.colors
        box = QRectF(style.px(_SIDE), style.px(_AIR + 2), side, side)
        painter.setPen(QPen(colors.accent if self.isChecked() else colors.text3, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(box.adjusted(1, 1, -1, -1))
        if self.isChecked():
            inner = side / 2 - style.px(3.5)
            dot = QRectF(box.center().x() - inner, box.center().y() - inner, 2 * inner, 2 * inner)
            fill_rounded(painter, dot, inner, colors.accent)

    def _paint_words(self, painter: QPainter) -> None:
        style, colors = self._style.current, self._style.current.colors
        left, top = self._text_left(), style.px(_AIR)
        side = style.px(_ICON)
        role = colors.accent_text if self.isChecked() else colors.text2
        picture = icon_pixmap(self.card.icon, role, side, dpr=self.devicePixelRatioF())
        painter.drawPixmap(QPointF(left - side - style.px(8), top), picture)
        painter.setFont(style.font(14, Weight.BOLD))
        painter.setPen(colors.text1 if self.isEnabled() else colors.text2)
        title = QRect(left, top - 1, self.width() - left - style.px(_SIDE), style.px(20))
        painter.drawText(title, int(Qt.AlignmentFlag.AlignVCenter), self.card.title)
        painter.setFont(style.small)
        painter.setPen(colors.text1 if self.isChecked() else colors.text2)
        text = QRect(left, title.bottom() + 1, title.width(), self.height())
        painter.drawText(text, _WRAP, self.card.text)

    def _text_left(self) -> int:
        return self._style.current.px(_SIDE + _MARK + 12 + _ICON + 8)

    def _is_hot(self) -> bool:
        return self.isEnabled() and self.underMouse()
