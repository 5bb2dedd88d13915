"""A message's text, laid out: styled spans, CJK-aware wrapping, code blocks, quotes, selection and hit testing.

One `QTextLayout` holds the whole text, so that selection runs across paragraphs, quotes and code alike. Qt counts
UTF-16 units, our values count characters; every offset that leaves this module counts characters.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QTextCharFormat, QTextLayout, QTextLine, QTextOption

from widgets.timeline.look import Face, Look
from widgets.timeline.values import SpanStyle, TextSpan

FOLD_CHARACTERS = 2400
FOLD_LINES = 24
_LINE_BREAK = "\u2028"
_SHOWN: dict[int, str] = {code: " " for code in (*range(32), 127) if code != 9}
_SHOWN |= {10: _LINE_BREAK, 0x2029: _LINE_BREAK}


@dataclass(frozen=True, slots=True)
class TextPlan:
    """What to lay out."""

    text: str
    spans: tuple[TextSpan, ...] = ()
    suffix: str = ""
    """Drawn behind the text, small and grey; never selected."""
    is_whole: bool = False
    """Lay out all of it, however long."""


class TextBlock:
    """Laid-out text of one message."""

    def __init__(self, plan: TextPlan, look: Look, face: Face, width: float) -> None:
        self.text, self.is_folded = _folded(plan)
        self._spans = tuple(span for span in plan.spans if span.start < len(self.text))
        self._is_wide_free = self.text.isascii() or max(self.text) <= "\uffff"
        self._look, self._face = look, face
        suffix = "" if self.is_folded else plan.suffix
        shown = (self.text + suffix).translate(_SHOWN)
        self._units = self._to_units(len(self.text))
        self._layout = QTextLayout(shown, face.font)
        self._layout.setCacheEnabled(True)
        self._layout.setTextOption(_wrapping())
        formats = self._formats(len(suffix))
        if formats:
            self._layout.setFormats(formats)
        self._decorations: list[tuple[QRectF, SpanStyle]] = []
        self.width = 0
        self.height = 0
        self._lay_out(width, 1_000_000 if plan.is_whole else FOLD_LINES)

    def _lay_out(self, width: float, max_lines: int) -> None:
        y = 0.0
        widest = 0.0
        blocks = self._block_ranges()
        layout = self._layout
        layout.beginLayout()
        for _number in range(max_lines):
            line = layout.createLine()
            if not line.isValid():
                break
            style = _block_at(blocks, line.textStart()) if blocks else SpanStyle.PLAIN
            indent = self._look.px(10) if style else 0
            line.setLineWidth(max(1.0, width - 2 * indent))
            tall = line.height()
            step = self._face.line_height if tall <= self._face.line_height + 4 else math.ceil(tall)
            line.setPosition(QPointF(indent, y + (step - tall) / 2))
            if style:
                self._decorate(style, y, step)
            widest = max(widest, line.naturalTextWidth() + 2 * indent)
            y += step
        else:
            last = layout.lineAt(layout.lineCount() - 1)
            self.is_folded = self.is_folded or last.textStart() + last.textLength() < self._units
        layout.endLayout()
        self.width = math.ceil(min(widest, width))
        self.height = math.ceil(y)

    def _decorate(self, style: SpanStyle, y: float, step: float) -> None:
        if self._decorations and self._decorations[-1][1] == style:
            rect = self._decorations[-1][0]
            if abs(rect.bottom() - y) < 1:
                rect.setBottom(y + step)
                return
        self._decorations.append((QRectF(0, y, 0, step), style))

    def _block_ranges(self) -> list[tuple[int, int, SpanStyle]]:
        blocks = SpanStyle.CODE_BLOCK | SpanStyle.QUOTE
        return [
            (self._to_units(span.start), self._to_units(span.end), span.style & blocks)
            for span in self._spans
            if span.style & blocks
        ]

    def _formats(self, suffix_length: int) -> list[QTextLayout.FormatRange]:
        formats = [
            _range(self._to_units(span.start), self._to_units(span.end), self._format(span.style))
            for span in self._spans
            if span.style
        ]
        if suffix_length:
            small = QTextCharFormat()
            small.setProperty(QTextCharFormat.Property.FontPixelSize, self._look.tiny.font.pixelSize())
            small.setForeground(self._look.colors.text2)
            formats.append(_range(self._units, self._units + suffix_length, small))
        return formats

    def _format(self, style: SpanStyle) -> QTextCharFormat:
        made = QTextCharFormat()
        if style & (SpanStyle.BOLD | SpanStyle.HEADING | SpanStyle.MENTION_ME):
            made.setFontWeight(QFont.Weight.DemiBold)
        made.setFontItalic(bool(style & SpanStyle.ITALIC))
        made.setFontStrikeOut(bool(style & SpanStyle.STRIKE))
        made.setFontUnderline(bool(style & SpanStyle.UNDERLINE))
        if style & SpanStyle.HEADING:
            made.setProperty(QTextCharFormat.Property.FontPixelSize, self._look.heading_pixels)
        if style & (SpanStyle.CODE | SpanStyle.CODE_BLOCK):
            made.setFontFamilies(self._look.code_families)
        self._color(made, style)
        return made

    def _color(self, made: QTextCharFormat, style: SpanStyle) -> None:
        colors = self._look.colors
        if style & (SpanStyle.LINK | SpanStyle.MENTION | SpanStyle.MENTION_ME):
            made.setForeground(colors.accent_text)
        elif style & SpanStyle.QUOTE:
            made.setForeground(colors.text2)
        if style & SpanStyle.CODE:
            made.setBackground(self._look.faded(colors.text1, 0.07))
        if style & SpanStyle.MENTION_ME:
            made.setBackground(self._look.faded(colors.accent, 0.18))
        if style & SpanStyle.HIT:
            made.setBackground(colors.highlight)

    # -- painting

    def paint(
        self,
        painter: QPainter,
        origin: QPointF,
        color: QColor,
        selection: tuple[int, int] | None,
        clip: QRectF,
    ) -> None:
        """Draw with the top left corner at `origin`; only lines inside `clip` cost anything."""
        for rect, style in self._decorations:
            self._paint_decoration(painter, rect.translated(origin), style)
        painter.setPen(color)
        self._layout.draw(painter, origin, self._selections(selection), clip)

    def _paint_decoration(self, painter: QPainter, rect: QRectF, style: SpanStyle) -> None:
        colors = self._look.colors
        if style & SpanStyle.CODE_BLOCK:
            rect.setWidth(self.width)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.faded(colors.text1, 0.06))
            painter.drawRoundedRect(rect, self._look.px(4), self._look.px(4))
        else:
            rect.setWidth(self._look.px(2))
            painter.fillRect(rect, colors.accent)

    def _selections(self, selection: tuple[int, int] | None) -> list[QTextLayout.FormatRange]:
        if selection is None or selection[0] == selection[1]:
            return []
        chosen = QTextCharFormat()
        chosen.setBackground(self._look.faded(self._look.colors.accent, 0.30))
        start, end = sorted(selection)
        return [_range(self._to_units(start), self._to_units(end), chosen)]

    # -- asking

    def offset_at(self, point: QPointF) -> int:
        """The gap between characters nearest to a point."""
        line = self._line_at(point.y())
        if line is None:
            return 0
        return self._to_chars(min(line.xToCursor(point.x()), self._units))

    def span_at(self, point: QPointF) -> TextSpan | None:
        """The link or mention under a point."""
        if not self._spans:
            return None
        line = self._line_at(point.y())
        if line is None or not QRectF(line.naturalTextRect()).adjusted(0, -4, 0, 4).contains(point):
            return None
        wanted = SpanStyle.LINK | SpanStyle.MENTION | SpanStyle.MENTION_ME
        at = self._to_chars(line.xToCursor(point.x(), QTextLine.CursorPosition.CursorOnCharacter))
        for span in self._spans:
            if span.style & wanted and span.start <= at < span.end:
                return span
        return None

    def word_at(self, offset: int) -> tuple[int, int]:
        """The word around an offset."""
        layout = self._layout
        units = self._to_units(offset)
        end = min(layout.nextCursorPosition(units, QTextLayout.CursorMode.SkipWords), self._units)
        start = layout.previousCursorPosition(end, QTextLayout.CursorMode.SkipWords)
        first, last = self._to_chars(min(start, units)), self._to_chars(end)
        word = self.text[first:last]
        return first, last - (len(word) - len(word.rstrip()))

    def _line_at(self, y: float) -> QTextLine | None:
        count = self._layout.lineCount()
        for number in range(count):
            line = self._layout.lineAt(number)
            if y < line.y() + line.height() + 2 or number == count - 1:
                return line
        return None

    def _to_units(self, offset: int) -> int:
        if self._is_wide_free:
            return offset
        return offset + sum(1 for char in self.text[:offset] if char > "\uffff")

    def _to_chars(self, units: int) -> int:
        if self._is_wide_free:
            return min(units, len(self.text))
        return len(self.text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "ignore"))


def _folded(plan: TextPlan) -> tuple[str, bool]:
    if plan.is_whole or len(plan.text) <= FOLD_CHARACTERS:
        return plan.text, False
    return plan.text[:FOLD_CHARACTERS], True


def _wrapping() -> QTextOption:
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    return option


def _range(start: int, end: int, how: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start = start
    made.length = max(0, end - start)
    made.format = how
    return made


def _block_at(blocks: Sequence[tuple[int, int, SpanStyle]], at: int) -> SpanStyle:
    for start, end, style in blocks:
        if start <= at < end:
            return style
    return SpanStyle.PLAIN
