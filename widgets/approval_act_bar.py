"""The bar under a request: the acts one may do now, as far as there is room; the rest in a menu at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from resources.translations import tr
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.painting import fill_plain
from widgets.tab_place import TabPlace
from widgets.words import Line

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QColor, QPaintEvent, QResizeEvent

    from widgets.approval_values import ActChoice, ApprovalAct
    from widgets.style import StyleSource

_MARGIN, _HEIGHT, _GAP = 24, 56, 8


class ActButton(Button):
    """Its words are read also while it may not be pressed: they say when it may."""

    def _colors(self) -> tuple[QColor | None, QColor | None, QColor]:
        if self.isEnabled() or self.is_busy():
            return super()._colors()
        colors = self._style.current.colors
        return colors.hover, None, colors.text2


class ApprovalActBar(QWidget):
    """Buttons that only change their words stay, and keep the focus."""

    act_requested = Signal(str)
    """An `ApprovalAct`."""
    more_requested = Signal(object, QPoint)
    """The choices without room, and where their menu begins (its lower left corner)."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._choices: tuple[ActChoice, ...] = ()
        self._made: list[ActButton] = []
        self._shown = 0
        self._tabs = TabPlace(self)
        self.more = IconButton(style, "dots-three", "", parent=self)
        self.hint = Line(style, role="text2", pixels=12, parent=self)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.more.clicked.connect(self._ask_more)
        style.changed.connect(self._restyle)
        self._word()
        self._restyle()

    def set_acts(self, choices: tuple[ActChoice, ...], hint: str) -> None:
        """Show these."""
        self.hint.setText(hint)
        if choices != self._choices:
            if [c.act for c in choices] != [c.act for c in self._choices]:
                self._make(choices)
            self._choices = choices
            for choice, button in zip(choices, self._made, strict=True):
                self._dress(button, choice)
        self._place()

    def button(self, act: ApprovalAct) -> ActButton | None:
        """One of them."""
        return next((b for b, c in zip(self._made, self._choices, strict=True) if c.act is act), None)

    def hidden_choices(self) -> tuple[ActChoice, ...]:
        """What is in the menu."""
        return self._choices[self._shown :]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == event.Type.LanguageChange:
            self._word()

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, painter = self._style.current.colors, QPainter(self)
        fill_plain(painter, self.rect(), colors.window)
        line = self.rect()
        line.setHeight(1)
        fill_plain(painter, line, colors.line)
        painter.end()

    def _make(self, choices: tuple[ActChoice, ...]) -> None:
        for button in self._made:
            button.setParent(None)
            button.deleteLater()
        self._made = []
        for choice in choices:
            button = ActButton(self._style, choice.text, parent=self)
            button.clicked.connect(lambda _=False, act=choice.act: self.act_requested.emit(act))
            self._made.append(button)
        self._tabs.set_widgets([*self._made, self.more])

    def _dress(self, button: ActButton, choice: ActChoice) -> None:
        button.setText(choice.text)
        button.setToolTip(choice.tip)
        button.setEnabled(choice.is_enabled)
        plain = ButtonKind.DANGER if choice.is_danger else ButtonKind.SECONDARY
        button.set_kind(ButtonKind.PRIMARY if choice.is_primary else plain)

    def _place(self) -> None:
        style = self._style.current
        gap, margin = style.px(_GAP), self._margin()
        widths = [button.sizeHint().width() for button in self._made]
        room = self.width() - 2 * margin
        if sum(widths) + gap * max(0, len(widths) - 1) > room:
            room -= self.more.sizeHint().width() + gap
        x, self._shown = margin, 0
        top = (self.height() - style.sizes.button) // 2
        for button, width in zip(self._made, widths, strict=True):
            is_there = self._shown >= 0 and x - margin + width <= room
            if not is_there:
                break
            button.setGeometry(x, top, width, style.sizes.button)
            x += width + gap
            self._shown += 1
        for number, button in enumerate(self._made):
            button.setVisible(number < self._shown)
        self._place_rest(x, top)

    def _place_rest(self, x: int, top: int) -> None:
        is_folded = self._shown < len(self._made)
        self.more.setVisible(is_folded)
        if is_folded:
            size = self.more.sizeHint()
            self.more.setGeometry(x, top, size.width(), size.height())
            x += size.width() + self._style.current.px(_GAP)
        left = self.width() - self._margin() - x
        wanted = QFontMetricsF(self.hint.font()).horizontalAdvance(self.hint.text()) + 2
        is_wanted = bool(self.hint.text()) and (wanted <= left or not self._made)
        self.hint.setVisible(is_wanted)
        self.hint.setAlignment(
            (Qt.AlignmentFlag.AlignRight if self._made else Qt.AlignmentFlag.AlignLeft)
            | Qt.AlignmentFlag.AlignVCenter
        )
        self.hint.setGeometry(x, 0, max(1, left), self.height())

    def _margin(self) -> int:
        px = self._style.current.px
        return px(_MARGIN) if self.width() > px(480) else px(12)

    def _ask_more(self) -> None:
        self.more_requested.emit(self.hidden_choices(), self.more.mapToGlobal(QPoint(0, 0)))

    def _word(self) -> None:
        self.more.set_tip(tr("More acts"))

    def _restyle(self) -> None:
        self.setFixedHeight(self._style.current.px(_HEIGHT))
        self._place()
        self.update()
