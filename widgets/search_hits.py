"""The hits of a message search: who, where, when, and two lines with the found words marked."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QBrush,
    QFont,
    QFontMetricsF,
    QPainter,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from widgets.avatar import ImageSource, paint_avatar
from widgets.painting import fill_rounded, paint_elided
from widgets.style import StyleSource

HIT_ROLE = Qt.ItemDataRole.UserRole + 1
ROW_HEIGHT = 84
_LINES = 2


@dataclass(frozen=True, slots=True)
class HitRow:
    """One hit, worded. `ranges` are (start, length) of found words in `snippet`."""

    key: str
    room_name: str
    sender_name: str
    time_text: str
    snippet: str
    ranges: tuple[tuple[int, int], ...] = ()
    color_key: str = ""
    avatar_key: str | None = None


class HitModel(QAbstractListModel):
    """Pages of hits, appended."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hits: list[HitRow] = []

    def set_hits(self, hits: Sequence[HitRow]) -> None:
        """Replace all."""
        self.beginResetModel()
        self._hits = list(hits)
        self.endResetModel()

    def add_hits(self, hits: Sequence[HitRow]) -> None:
        """Append a page."""
        if hits:
            first = len(self._hits)
            self.beginInsertRows(QModelIndex(), first, first + len(hits) - 1)
            self._hits += hits
            self.endInsertRows()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._hits)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if not index.isValid() or index.row() >= len(self._hits):
            return None
        hit = self._hits[index.row()]
        if role == HIT_ROLE:
            return hit
        if role == Qt.ItemDataRole.DisplayRole:
            return hit.snippet
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{hit.sender_name}, {hit.room_name}, {hit.time_text}: {hit.snippet}"
        return None


class HitDelegate(QStyledItemDelegate):
    """Paints one hit."""

    def __init__(self, style: StyleSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.images: ImageSource | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(self._style.current.px(160), self._style.current.px(ROW_HEIGHT))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        hit = index.data(HIT_ROLE)
        if not isinstance(hit, HitRow):
            return
        style, rect, state = self._style.current, QRect(option.rect), option.state
        painter.save()
        ground = rect.adjusted(style.px(4), 1, -style.px(4), -1)
        if state & QStyle.StateFlag.State_Selected:
            fill_rounded(painter, ground, style.sizes.radius, style.colors.selected)
        elif state & QStyle.StateFlag.State_MouseOver:
            fill_rounded(painter, ground, style.sizes.radius, style.colors.hover)
        self._paint_avatar(painter, rect, hit)
        self._paint_words(painter, rect, hit)
        painter.restore()

    def _paint_avatar(self, painter: QPainter, rect: QRect, hit: HitRow) -> None:
        style = self._style.current
        side = style.sizes.avatar
        box = QRect(rect.left() + style.px(12), rect.top() + style.px(10), side, side)
        picture = None
        if hit.avatar_key and self.images is not None:
            picture = self.images.pixmap(hit.avatar_key, box.size(), painter.device().devicePixelRatioF())
        paint_avatar(painter, box, style, hit.color_key or hit.sender_name, hit.sender_name, picture)

    def _paint_words(self, painter: QPainter, rect: QRect, hit: HitRow) -> None:
        style = self._style.current
        colors, left, right = style.colors, rect.left() + style.px(54), rect.right() - style.px(14)
        time_width = QFontMetricsF(style.small).horizontalAdvance(hit.time_text)
        line = QRectF(left, rect.top() + style.px(8), right - left, style.px(18))
        paint_elided(painter, line, hit.time_text, style.small, colors.text2, Qt.AlignmentFlag.AlignRight)
        rest = line.adjusted(0, 0, -time_width - style.px(8), 0)
        taken = paint_elided(painter, rest, hit.sender_name, style.small_bold, colors.text1)
        if hit.room_name:
            place = rest.adjusted(taken + style.px(6), 0, 0, 0)
            paint_elided(painter, place, hit.room_name, style.small, colors.text2)
        box = QRectF(left, rect.top() + style.px(28), right - left, style.px(44))
        self._paint_snippet(painter, box, hit)

    def _paint_snippet(self, painter: QPainter, box: QRectF, hit: HitRow) -> None:
        text, shift = _around_first_hit(hit)
        marks = [self._mark(start - shift, length) for start, length in hit.ranges if start >= shift]
        layout, shown = self._lay_out(text, marks, box.width())
        if shown < len(text):
            layout, _ = self._lay_out(text[: max(1, shown - 2)].rstrip() + "…", marks, box.width())
        painter.setPen(self._style.current.colors.text1)
        layout.draw(painter, box.topLeft())

    def _lay_out(
        self, text: str, marks: list[QTextLayout.FormatRange], width: float
    ) -> tuple[QTextLayout, int]:
        """Break into two lines; answers how many characters they hold."""
        style, shown = self._style.current, 0
        layout = QTextLayout(text, style.body)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setFormats(marks)
        layout.beginLayout()
        for number in range(_LINES):
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(width)
            line.setPosition(QPointF(0, number * style.px(20)))
            shown = line.textStart() + line.textLength()
        layout.endLayout()
        return layout, shown

    def _mark(self, start: int, length: int) -> QTextLayout.FormatRange:
        style = QTextCharFormat()
        style.setBackground(QBrush(self._style.current.colors.highlight))
        style.setFontWeight(QFont.Weight.DemiBold)
        mark = QTextLayout.FormatRange()
        mark.start, mark.length, mark.format = start, length, style
        return mark


def _around_first_hit(hit: HitRow) -> tuple[str, int]:
    """Begin so late that the first found word is in view; answers the text and how much was cut."""
    first = hit.ranges[0][0] if hit.ranges else 0
    shift = max(0, first - 16)
    text = hit.snippet.replace("\n", " ")
    return ("…" + text[shift + 1 :], shift) if shift else (text, 0)
