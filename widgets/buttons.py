"""Buttons: words and icons. They paint themselves from the style's roles."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QFontMetricsF,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from widgets.icons import icon_pixmap
from widgets.painting import KEYBOARD_FOCUS, fill_rounded, paint_focus_ring, stroke_rounded
from widgets.style import Weight

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import (
        QColor,
        QEnterEvent,
        QFocusEvent,
        QKeyEvent,
        QPaintEvent,
    )
    from PySide6.QtWidgets import QWidget

    from widgets.style import StyleSource

_SPIN_MS = 40


class ButtonKind(StrEnum):
    """How loud a button is."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    OUTLINE = "outline"
    QUIET = "quiet"
    DANGER = "danger"


class PaintedButton(QAbstractButton):
    """What all buttons we paint share: repaint on hover and focus, Enter presses, the ring for the keyboard."""

    def __init__(self, style: StyleSource, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._style = style
        self._has_ring = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        style.changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def show_ring(self) -> None:
        """Draw the ring: the keyboard comes here as soon as its window is active."""
        self._has_ring = True
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() is not Qt.FocusReason.ActiveWindowFocusReason:  # it comes back to where it was
            self._has_ring = event.reason() in KEYBOARD_FOCUS
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() is not Qt.FocusReason.ActiveWindowFocusReason:
            self._has_ring = False
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)


class Button(PaintedButton):
    """A button with words, and an icon if wanted."""

    def __init__(
        self,
        style: StyleSource,
        text: str,
        kind: ButtonKind = ButtonKind.SECONDARY,
        *,
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(style, parent)
        self._kind, self._glyph = kind, icon
        self._is_lit = False
        self._spinner: QTimer | None = None
        self._angle = 0
        self.setText(text)

    @property
    def kind(self) -> ButtonKind:
        """How loud it is."""
        return self._kind

    def set_kind(self, kind: ButtonKind) -> None:
        """Change how loud it is."""
        self._kind = kind
        self.update()

    @property
    def is_lit(self) -> bool:
        """Whether it shows that what it does is done."""
        return self._is_lit

    def set_lit(self, is_lit: bool) -> None:
        """Show that what it does is done, as a like that was given: the accent, and the filled form of the icon."""
        self._is_lit = is_lit
        self.update()

    def set_busy(self, is_busy: bool) -> None:
        """Show that its work runs; no clicks meanwhile."""
        self.setEnabled(not is_busy)
        if is_busy and self._spinner is None:
            self._spinner = QTimer(self)
            self._spinner.timeout.connect(self._turn)
            self._spinner.start(_SPIN_MS)
        elif not is_busy and self._spinner is not None:
            self._spinner.stop()
            self._spinner.deleteLater()
            self._spinner = None
        self.updateGeometry()
        self.update()

    def is_busy(self) -> bool:
        """Whether its work runs."""
        return self._spinner is not None

    def sizeHint(self) -> QSize:
        style = self._style.current
        metrics = QFontMetricsF(style.font(13, Weight.BOLD))
        words = metrics.horizontalAdvance(self.text().replace("&", ""))
        glyph = style.px(22) if self._glyph or self.is_busy() else 0
        return QSize(round(words) + glyph + style.px(28), style.sizes.button)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        style = self._style.current
        painter = QPainter(self)
        ground, edge, words = self._colors()
        if ground is not None:
            fill_rounded(painter, self.rect(), style.sizes.radius, ground)
        if edge is not None:
            stroke_rounded(painter, self.rect(), style.sizes.radius, edge)
        self._paint_content(painter, words)
        if self._has_ring:
            paint_focus_ring(painter, self.rect(), style, style.sizes.radius)
            if self._kind is ButtonKind.PRIMARY and self.isEnabled():  # it has the ring's own colour
                inside = self.rect().adjusted(2, 2, -2, -2)
                stroke_rounded(painter, inside, style.sizes.radius - 2, style.colors.window, 1.5)
        painter.end()

    def _colors(self) -> tuple[QColor | None, QColor | None, QColor]:
        colors = self._style.current.colors
        is_hot = self.underMouse() and self.isEnabled()
        if not self.isEnabled() and not self.is_busy():
            is_bare = self._kind is ButtonKind.QUIET
            return (None if is_bare else colors.hover), None, colors.text3
        if self._is_lit:
            return colors.accent_soft, colors.accent if is_hot else None, colors.accent_text
        if self._kind is ButtonKind.PRIMARY:
            resting = colors.accent_hover if is_hot else colors.accent
            return (colors.accent_pressed if self.isDown() else resting), None, colors.on_accent
        if self._kind is ButtonKind.SECONDARY:
            return (colors.line if is_hot else colors.hover), None, colors.text1
        hot = colors.hover if is_hot else None
        if self._kind is ButtonKind.QUIET:
            return hot, None, colors.accent_text
        words = colors.attention_text if self._kind is ButtonKind.DANGER else colors.text1
        return hot, colors.line, words

    def _paint_content(self, painter: QPainter, words: QColor) -> None:
        style = self._style.current
        font = style.font(13, Weight.BOLD)
        width = QFontMetricsF(font).horizontalAdvance(self.text().replace("&", ""))
        has_picture = bool(self._glyph) or self.is_busy()
        side, gap = style.px(16), style.px(6)
        left = (self.width() - width - (side + gap if has_picture else 0)) / 2
        if self.is_busy():
            self._paint_spinner(painter, QRectF(left, (self.height() - side) / 2, side, side), words)
        elif self._glyph:
            picture = icon_pixmap(self._glyph, words, side, filled=self._is_lit, dpr=self.devicePixelRatioF())
            painter.drawPixmap(QPointF(round(left), round((self.height() - side) / 2)), picture)
        left += side + gap if has_picture else 0
        painter.setFont(font)
        painter.setPen(words)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextHideMnemonic
        painter.drawText(QRectF(left, 0, width + 2, self.height()), int(flags), self.text())

    def _paint_spinner(self, painter: QPainter, box: QRectF, color: QColor) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawArc(box.adjusted(2, 2, -2, -2), -self._angle * 16, 270 * 16)

    def _turn(self) -> None:
        self._angle = (self._angle + 24) % 360
        self.update()


class IconButton(PaintedButton):
    """A square button with an icon; `tip` is tooltip and accessible name. Checkable ones are filled while checked."""

    def __init__(
        self,
        style: StyleSource,
        icon: str,
        tip: str,
        *,
        size: int = 32,
        icon_size: int = 20,
        is_checkable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(style, parent)
        self._glyph, self._side, self._icon_side = icon, size, icon_size
        self._color_role = "text2"
        self._ground_role = ""
        self._is_filled = False
        self.setCheckable(is_checkable)
        self.set_tip(tip)

    def set_glyph(self, icon: str) -> None:
        """Change the icon."""
        self._glyph = icon
        self.update()

    def set_tip(self, tip: str) -> None:
        """Change tooltip and accessible name."""
        self.setToolTip(tip)
        self.setAccessibleName(tip)

    def set_color_role(self, role: str) -> None:
        """Draw the icon in another role than text2 (on a scrim: "on_scrim")."""
        self._color_role = role
        self.update()

    def set_filled(self, is_filled: bool) -> None:
        """Draw the filled form of the icon."""
        self._is_filled = is_filled
        self.update()

    def set_ground_role(self, role: str) -> None:
        """Always draw a ground (over pictures)."""
        self._ground_role = role
        self.update()

    def sizeHint(self) -> QSize:
        side = self._style.current.px(self._side)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        style = self._style.current
        colors, painter = style.colors, QPainter(self)
        is_on = self.isChecked()
        if self._ground_role:
            fill_rounded(painter, self.rect(), self.width() / 2, getattr(colors, self._ground_role))
        if is_on:
            fill_rounded(painter, self.rect(), style.sizes.radius, colors.accent_soft)
        elif self.isEnabled() and (self.underMouse() or self.isDown()):
            fill_rounded(painter, self.rect(), style.sizes.radius, self._hot_color())
        color = colors.accent if is_on else getattr(colors, self._color_role)
        if not self.isEnabled():
            color = colors.text3
        side = style.px(self._icon_side)
        picture = icon_pixmap(
            self._glyph, color, side, filled=is_on or self._is_filled, dpr=self.devicePixelRatioF()
        )
        painter.drawPixmap(QPointF((self.width() - side) // 2, (self.height() - side) // 2), picture)
        if self._has_ring:
            paint_focus_ring(painter, self.rect(), style, style.sizes.radius)
        painter.end()

    def _hot_color(self) -> QColor:
        colors = self._style.current.colors
        if self._color_role == "on_scrim":
            return colors.scrim
        return colors.line if self.isDown() else colors.hover
