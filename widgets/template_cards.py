"""Cards to choose from, under headings, as many side by side as there is room for: icon, name, what it is for."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from resources.translations import tr
from widgets.buttons import IconButton, PaintedButton
from widgets.icons import icon_pixmap
from widgets.painting import fill_rounded, paint_elided, paint_focus_ring, stroke_rounded
from widgets.style import StyleSource, Weight
from widgets.tab_place import TabPlace
from widgets.tips import plain_tip
from widgets.words import Line

_WIDTH, _HEIGHT, _GAP, _HEADING, _TILE = 236, 76, 12, 34, 40
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -10_000, Qt.Key.Key_End: 10_000}
_LINES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


@dataclass(frozen=True, slots=True)
class Card:
    """One card, worded."""

    key: str
    name: str
    about: str
    icon: str
    section: str = ""
    is_removable: bool = False


class TemplateCards(QWidget):
    """Arrows go from card to card in both directions, Enter takes one, Delete removes one that can be removed."""

    chosen = Signal(str)
    removed = Signal(str)
    left_above = Signal()
    """Arrow up from the first line: the search field is meant."""
    typed = Signal(str)
    """A letter on a card: the search field is meant too."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._cards: list[_CardButton] = []
        self._headings: list[tuple[int, Line]] = []
        self._per_line = 1
        self._tabs = TabPlace(self)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        style.changed.connect(self._place)

    def set_cards(self, cards: Sequence[Card]) -> None:
        """Show these; a heading stands where the section changes."""
        focused = next((button.card.key for button in self._cards if button.hasFocus()), "")
        for old in (*self._cards, *(line for _, line in self._headings)):
            old.setParent(None)
            old.deleteLater()
        self._cards = [_CardButton(self._style, card, self) for card in cards]
        self._headings = []
        for at, button in enumerate(self._cards):
            button.clicked.connect(lambda _=False, key=button.card.key: self.chosen.emit(key))
            button.cross.clicked.connect(lambda _=False, key=button.card.key: self.removed.emit(key))
            section = button.card.section
            if section and (at == 0 or cards[at - 1].section != section):
                self._headings.append(
                    (at, Line(self._style, section, role="text2", pixels=13, is_bold=True, parent=self))
                )
        self._tabs.set_widgets(self._cards)
        for made in (*self._cards, *(line for _, line in self._headings)):
            made.show()
        self._stop_at(focused)
        self._place()

    def keys(self) -> list[str]:
        """What is shown, in order."""
        return [button.card.key for button in self._cards]

    def card(self, key: str) -> QWidget:
        """One of the cards."""
        return next(button for button in self._cards if button.card.key == key)

    def focus_first(self) -> None:
        """Go to the first card."""
        if self._cards:
            self._go_to(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        at = next((n for n, button in enumerate(self._cards) if button.hasFocus()), -1)
        key, text = Qt.Key(event.key()), event.text()
        if at < 0:
            super().keyPressEvent(event)
        elif key in _STEPS:
            self._go_to(max(0, min(at + _STEPS[key], len(self._cards) - 1)))
        elif key in _LINES:
            self._go_line(at, _LINES[key])
        elif key == Qt.Key.Key_Delete and self._cards[at].card.is_removable:
            self.removed.emit(self._cards[at].card.key)
        elif text and text.isprintable() and not text.isspace():
            self.typed.emit(text)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def sizeHint(self) -> QSize:
        return QSize(self._style.current.px(_WIDTH), self.minimumHeight())

    def _go_to(self, at: int) -> None:
        button = self._cards[at]
        self._stop_at(button.card.key)
        button.setFocus(Qt.FocusReason.TabFocusReason)

    def _go_line(self, at: int, step: int) -> None:
        """The card below or above that lies nearest."""
        here = self._cards[at].geometry()
        there = [
            (abs(button.y() - here.y()), abs(button.x() - here.x()), number)
            for number, button in enumerate(self._cards)
            if (button.y() - here.y()) * step > 0
        ]
        if there:
            self._go_to(min(there)[2])
        elif step < 0:
            self.left_above.emit()

    def _stop_at(self, key: str) -> None:
        """One stop of the Tab key."""
        keys = self.keys()
        stop = key if key in keys else next(iter(keys), "")
        for button in self._cards:
            is_stop = button.card.key == stop
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if is_stop else Qt.FocusPolicy.ClickFocus)

    def _place(self) -> None:
        style = self._style.current
        gap, height = style.px(_GAP), style.px(_HEIGHT)
        self._per_line = max(1, (self.width() + gap) // (style.px(_WIDTH) + gap))
        width = (self.width() + gap) // self._per_line - gap
        headings = dict(self._headings)
        y, column = 0, 0
        for at, button in enumerate(self._cards):
            if at in headings:
                y += (height + style.px(20)) if at and column else style.px(8) if at else 0
                headings[at].setGeometry(0, y, self.width(), style.px(20))
                y, column = y + style.px(_HEADING - 6), 0
            elif column == self._per_line:
                y, column = y + height + gap, 0
            button.setGeometry(column * (width + gap), y, width, height)
            column += 1
        total = y + height + 2 if self._cards else 0
        if self.minimumHeight() != total:
            self.setFixedHeight(total)


class _CardButton(PaintedButton):
    """One card."""

    def __init__(self, style: StyleSource, card: Card, parent: QWidget) -> None:
        super().__init__(style, parent)
        self.card = card
        self.cross = IconButton(style, "x", tr("Throw away this draft"), size=24, icon_size=14, parent=self)
        self.cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.cross.setVisible(card.is_removable)
        self.setText(card.name.replace("&", "&&"))
        self.setAccessibleName(card.name)
        self.setAccessibleDescription(card.about)
        self.setToolTip(plain_tip(card.about))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = self.cross.sizeHint().width()
        self.cross.setGeometry(self.width() - side - 6, 6, side, side)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            super().keyPressEvent(event)
        else:
            event.ignore()  # the cards'

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        area: QWidget | None = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if isinstance(area, QScrollArea):
            area.ensureWidgetVisible(self, 0, self._style.current.px(40))

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        colors, radius = style.colors, style.sizes.radius_large
        fill_rounded(painter, self.rect(), radius, colors.hover if self.underMouse() else colors.window)
        stroke_rounded(painter, self.rect(), radius, colors.line)
        side, pad = style.px(_TILE), style.px(14)
        tile = QRectF(pad, (self.height() - side) / 2, side, side)
        fill_rounded(painter, tile, style.sizes.radius, colors.accent_soft)
        glyph = style.px(22)
        picture = icon_pixmap(self.card.icon, colors.accent_text, glyph, dpr=self.devicePixelRatioF())
        inset = (side - glyph) // 2
        painter.drawPixmap(tile.topLeft() + QRectF(inset, inset, 0, 0).topLeft(), picture)
        self._paint_words(painter, tile.right() + style.px(12))
        if self._has_ring:
            paint_focus_ring(painter, self.rect(), style, radius)
        painter.end()

    def _paint_words(self, painter: QPainter, left: float) -> None:
        style = self._style.current
        right = style.px(30 if self.card.is_removable else 12)
        width = self.width() - left - right
        lines = self._about_lines(width)
        name_height, line_height = style.px(20), style.px(17)
        top = (self.height() - name_height - line_height * len(lines)) / 2
        box = QRectF(left, top, width, name_height)
        paint_elided(painter, box, self.card.name, style.font(14, Weight.BOLD), style.colors.text1)
        for number, line in enumerate(lines):
            box = QRectF(left, top + name_height + number * line_height, width, line_height)
            paint_elided(painter, box, line, style.small, style.colors.text2)

    def _about_lines(self, width: float) -> list[str]:
        """At most two lines; the second holds all that is left and is cut where it is drawn."""
        if not self.card.about:
            return []
        layout = QTextLayout(self.card.about, self._style.current.small)
        layout.setTextOption(_wrapping())
        layout.beginLayout()
        first = layout.createLine()
        first.setLineWidth(max(1.0, width))
        layout.endLayout()
        cut = first.textLength()
        rest = self.card.about[cut:].strip()
        return [self.card.about[:cut].strip(), rest] if rest else [self.card.about]

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.cross.set_tip(tr("Throw away this draft"))


def _wrapping() -> QTextOption:
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    return option
