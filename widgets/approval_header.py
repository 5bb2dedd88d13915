"""The head of one request: title, number, state, the seal, print, the menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from resources.translations import tr
from widgets.buttons import IconButton, PaintedButton
from widgets.icons import icon_pixmap
from widgets.painting import (
    fill_plain,
    fill_rounded,
    paint_elided,
    paint_focus_ring,
    paint_tag,
    tag_width,
)
from widgets.style import Weight
from widgets.tips import plain_tip

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from widgets.approval_values import ApprovalHeadline
    from widgets.style import StyleSource

_LEAST_TITLE = 220


class ApprovalHeader(QWidget):
    """56 px high, a line under it."""

    seal_activated = Signal()
    print_requested = Signal()
    menu_requested = Signal(QPoint)
    """Where the menu ends at the right."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.title = _Title(style)
        self.seal = SealMark(style)
        self.printer = IconButton(style, "printer", "")
        self.more = IconButton(style, "dots-three", "")
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.title, 1)
        for part in (self.seal, self.printer, self.more):
            self._row.addWidget(part)
        self.seal.clicked.connect(self.seal_activated)
        self.printer.clicked.connect(self.print_requested)
        self.more.clicked.connect(
            lambda: self.menu_requested.emit(self.more.mapToGlobal(self.more.rect().bottomRight()))
        )
        style.changed.connect(self._restyle)
        self._word()
        self._restyle()

    def show_headline(self, headline: ApprovalHeadline) -> None:
        """Show another request, or its news."""
        self.title.show_headline(headline)
        self.seal.show_seal(headline.seal, headline.seal_tip, is_sealed=headline.is_sealed)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == event.Type.LanguageChange:
            self._word()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        fill_plain(painter, self.rect(), style.colors.window)
        line = self.rect()
        line.setTop(line.bottom())
        fill_plain(painter, line, style.colors.line)
        painter.end()

    def _fit(self) -> None:
        """Where there is little room the seal says nothing; its tooltip does."""
        rest = self.printer.sizeHint().width() + self.more.sizeHint().width() + self._style.current.px(64)
        wanted = min(self.title.natural_width(), self._style.current.px(2 * _LEAST_TITLE))
        self.seal.set_short(self.width() - rest - wanted < self.seal.natural_width())

    def _word(self) -> None:
        self.printer.set_tip(tr("Print or save as PDF"))
        self.more.set_tip(tr("More"))

    def _restyle(self) -> None:
        style = self._style.current
        self.setFixedHeight(style.sizes.header)
        self._row.setContentsMargins(style.px(16), 0, style.px(16), 0)
        self._row.setSpacing(style.px(8))
        self._fit()


class _Title(QWidget):
    """Title, number, tag: painted, so that each takes only what it needs."""

    def __init__(self, style: StyleSource) -> None:
        super().__init__()
        self._style = style
        self._value: ApprovalHeadline | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        style.changed.connect(self.update)

    def show_headline(self, value: ApprovalHeadline) -> None:
        self._value = value
        words = f"{value.title} {value.number}, {value.status}"
        self.setAccessibleName(words)
        self.setToolTip(plain_tip(words))
        self.update()

    def natural_width(self) -> int:
        """What all of it takes."""
        style, value = self._style.current, self._value
        if value is None:
            return 0
        title = QFontMetricsF(style.font(16, Weight.BOLD)).horizontalAdvance(value.title)
        number = QFontMetricsF(style.font(13)).horizontalAdvance(value.number)
        return round(title + number + tag_width(style, value.status)) + style.px(24)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._style.current.px(80), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        style, value, painter = self._style.current, self._value, QPainter(self)
        if value is not None:
            tag = tag_width(style, value.status)
            number = QFontMetricsF(style.font(13)).horizontalAdvance(value.number) + 1
            gap, room = style.px(6), self.width() - tag - style.px(12)
            box = QRectF(0, 0, room, self.height())
            has_number = room - number - gap > style.px(_LEAST_TITLE) / 2
            box.setWidth(room - (number + gap if has_number else 0))
            x = paint_elided(painter, box, value.title, style.font(16, Weight.BOLD), style.colors.text1)
            if has_number:
                box = QRectF(x + gap, 1, number, self.height())
                x += gap + paint_elided(painter, box, value.number, style.font(13), style.colors.text2)
            paint_tag(
                painter, style, QPointF(x + style.px(10), self.height() / 2), value.status, value.status_kind
            )
        painter.end()


class SealMark(PaintedButton):
    """Whether anybody could still change the form; a click explains it."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._is_sealed, self._is_short = True, False
        self.hide()

    def show_seal(self, words: str, tip: str, *, is_sealed: bool) -> None:
        """Word it."""
        self._is_sealed = is_sealed
        self.setText(words)
        self.setToolTip(plain_tip(tip))
        self.setAccessibleName(words)
        self.setAccessibleDescription(tip)
        self.setVisible(bool(words))
        self._restyle()

    def set_short(self, is_short: bool) -> None:
        """Only the sign."""
        if is_short != self._is_short:
            self._is_short = is_short
            self._restyle()

    def natural_width(self) -> int:
        """With words."""
        style = self._style.current
        return round(QFontMetricsF(style.small).horizontalAdvance(self.text())) + style.px(32)

    def sizeHint(self) -> QSize:
        style = self._style.current
        return QSize(style.sizes.button if self._is_short else self.natural_width(), style.sizes.button)

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        colors = style.colors
        if self.underMouse() or self.isDown():
            fill_rounded(painter, self.rect(), style.sizes.radius, colors.hover)
        side = style.sizes.icon_small
        glyph, color = ("seal-check", colors.done) if self._is_sealed else ("seal-warning", colors.attention)
        left = (self.width() - side) / 2 if self._is_short else style.px(8)
        picture = icon_pixmap(glyph, color, side, filled=True, dpr=self.devicePixelRatioF())
        painter.drawPixmap(QPointF(left, round((self.height() - side) / 2)), picture)
        if not self._is_short:
            box = QRectF(self.rect()).adjusted(style.px(8) + side + style.px(3), 0, 0, 0)
            role = colors.text2 if self._is_sealed else colors.attention_text
            paint_elided(painter, box, self.text(), style.small, role, Qt.AlignmentFlag.AlignLeft)
        if self._has_ring:
            paint_focus_ring(painter, self.rect(), style, style.sizes.radius)
        painter.end()
