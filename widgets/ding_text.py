"""A text that can be selected, with links: they show where they lead before they are followed. Nothing is ever HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QPainter
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from widgets.painting import KEYBOARD_FOCUS, paint_focus_ring
from widgets.timeline.look import Face, Look
from widgets.timeline.text_block import TextBlock, TextPlan
from widgets.timeline.values import Density
from widgets.tips import plain_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent

    from widgets.style import StyleSource
    from widgets.timeline.values import TextSpan

_LINE = 1.5
"""A line's height in terms of the font's."""


class DingText(QWidget):
    """As high as its text is at the width it has."""

    link_activated = Signal(str)
    user_activated = Signal(str)

    def __init__(self, style: StyleSource, pixels: int = 14, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style, self._pixels = style, pixels
        self._text, self._role = "", "text1"
        self._spans: tuple[TextSpan, ...] = ()
        self._block: TextBlock | None = None
        self._fitted = -1
        self._selection: tuple[int, int] | None = None
        self._pressed: TextSpan | None = None
        self._has_ring = False
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        style.changed.connect(self._restyle)
        self._restyle()

    def set_text(self, text: str, spans: Sequence[TextSpan] = (), role: str = "text1") -> None:
        """Show another text; the selection stays where the text does."""
        if (text, tuple(spans), role) == (self._text, self._spans, self._role):
            return
        if text != self._text:
            self._selection = None
        self._text, self._spans, self._role = text, tuple(spans), role
        self.setAccessibleName(text)
        self.setFocusPolicy(
            Qt.FocusPolicy.StrongFocus if self._first_link() is not None else Qt.FocusPolicy.ClickFocus
        )
        self._block = None
        self.fit(self.width())

    def fit(self, width: int) -> QSize:
        """Lay the text out for a width; what it takes of it."""
        if self._block is None or self._fitted != width:
            plan = TextPlan(self._text, self._spans, is_whole=True)
            self._fitted = width
            self._block = TextBlock(plan, self._look, self._face, max(1, width))
            self.setFixedHeight(max(1, self._block.height))
            self.update()
        return QSize(self._block.width, self._block.height)

    def selected_text(self) -> str:
        """What is selected."""
        if self._selection is None:
            return ""
        start, end = sorted(self._selection)
        return self._text[start:end]

    # What Qt tells

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit(event.size().width())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._block is not None:
            color = getattr(self._style.current.colors, self._role)
            self._block.paint(painter, QPointF(0, 0), color, self._selection, QRectF(event.rect()))
        if self._has_ring:
            paint_focus_ring(painter, self.rect(), self._style.current, 4)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or self._block is None:
            event.ignore()
            return
        self._pressed = self._block.span_at(event.position())
        offset = self._block.offset_at(event.position())
        self._selection = (offset, offset)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        block = self._block
        if block is None:
            return
        if event.buttons() & Qt.MouseButton.LeftButton and self._selection is not None:
            self._selection = (self._selection[0], block.offset_at(event.position()))
            self.update()
            return
        is_link = block.span_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if is_link else Qt.CursorShape.IBeamCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        block, span = self._block, self._pressed
        self._pressed = None
        if block is None or self.selected_text():
            self._offer_selection()
        elif span is not None and block.span_at(event.position()) == span:
            self._follow(span)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._block is not None:
            self._selection = self._block.word_at(self._block.offset_at(event.position()))
            self._offer_selection()
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        link = self._first_link()
        if event.matches(QKeySequence.StandardKey.Copy) and self._text:
            QGuiApplication.clipboard().setText(self.selected_text() or self._text)
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self._selection = (0, len(self._text))
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and link is not None and self._has_ring:
            self._follow(link)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._has_ring = event.reason() in KEYBOARD_FOCUS
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._has_ring = False
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            self._tell_target(event)  # type: ignore[arg-type]
            return True
        return super().event(event)

    def _tell_target(self, event: QHelpEvent) -> None:
        span = self._block.span_at(QPointF(event.pos())) if self._block is not None else None
        target = (span.href or span.user_id) if span is not None else ""
        QToolTip.showText(event.globalPos(), plain_tip(target), self)

    def _first_link(self) -> TextSpan | None:
        return next((span for span in self._spans if span.href or span.user_id), None)

    def _follow(self, span: TextSpan) -> None:
        if span.user_id:
            self.user_activated.emit(span.user_id)
        elif span.href:
            self.link_activated.emit(span.href)

    def _offer_selection(self) -> None:
        """On X11 selected text is what the middle button pastes."""
        clipboard, text = QGuiApplication.clipboard(), self.selected_text()
        if text and clipboard.supportsSelection():
            clipboard.setText(text, clipboard.Mode.Selection)

    def _restyle(self) -> None:
        style = self._style.current
        self._look = Look(style, Density.BUBBLES)
        self._face = Face(style.font(self._pixels), style.px(round(self._pixels * _LINE)))
        self._block, self._fitted = None, -1
        self.fit(self.width())
