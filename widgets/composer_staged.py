"""What will go out with the next message: pasted pictures and dropped files, each can be taken away again.

Nothing that was pasted or dropped leaves this computer before the person sends: a slip of the hand in a room of
many people must cost nothing.
"""

from pathlib import Path

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from resources.formats import format_size
from resources.translations import tr
from widgets.buttons import IconButton
from widgets.file_card import file_icon
from widgets.icons import icon_pixmap
from widgets.painting import fill_rounded
from widgets.style import StyleSource
from widgets.words import Line

Staged = Path | QImage
MOST_ROWS = 4
_SIDE = 32


class StagedBar(QWidget):
    """Rows of what is staged; hidden while there is nothing."""

    changed = Signal()

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._items: tuple[Staged, ...] = ()
        self._rows: list[_Row] = []
        self._more = Line(style, role="text2", pixels=12)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self._more)
        self._more.hide()
        self.hide()

    def items(self) -> tuple[Staged, ...]:
        """What is staged, in the order in which it came."""
        return self._items

    def set_items(self, items: tuple[Staged, ...]) -> None:
        """Stage these and nothing else."""
        self._items = items
        self._show()
        self.changed.emit()

    def names(self) -> list[str]:
        """The rows as worded."""
        return [row.text() for row in self._rows]

    def take_away(self, item: Staged) -> None:
        """Do not send this one."""
        self.set_items(tuple(other for other in self._items if other is not item))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._show()

    def _show(self) -> None:
        for row in self._rows:
            row.setParent(None)
            row.deleteLater()
        self._rows = [_Row(self._style, item, self) for item in self._items[:MOST_ROWS]]
        for at, row in enumerate(self._rows):
            row.removed.connect(lambda item=row.item: self.take_away(item))
            self._column.insertWidget(at, row)
        hidden = len(self._items) - len(self._rows)
        self._more.setText(tr("and {n} more", n=hidden))
        self._more.setVisible(hidden > 0)
        self.setVisible(bool(self._items))


class _Row(QWidget):
    """One picture or file: how it looks, its name and size, a cross."""

    removed = Signal()

    def __init__(self, style: StyleSource, item: Staged, parent: QWidget) -> None:
        super().__init__(parent)
        self._style, self.item = style, item
        self._picture = _thumbnail(item, style.current.px(_SIDE) * 2)
        self._name = Line(style, _name_of(item), pixels=13)
        self._detail = Line(style, _detail_of(item), role="text2", pixels=12)
        self._cross = IconButton(style, "x", tr("Do not send"), size=28, icon_size=16)
        self._cross.clicked.connect(self.removed)
        row = QHBoxLayout(self)
        row.setContentsMargins(style.current.px(_SIDE + 14), 4, 4, 4)
        row.addWidget(self._name)
        row.addWidget(self._detail, 1)
        row.addWidget(self._cross)
        self.setMinimumHeight(style.current.px(_SIDE + 8))

    def text(self) -> str:
        """Its name."""
        return self._name.text()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        fill_rounded(painter, self.rect(), style.sizes.radius_small, style.colors.bubble_other)
        side = style.px(_SIDE)
        box = QRectF(style.px(6), (self.height() - side) / 2, side, side)
        if isinstance(self.item, QImage):
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            least = min(self._picture.width(), self._picture.height())
            source = QRectF(
                (self._picture.width() - least) / 2, (self._picture.height() - least) / 2, least, least
            )
            painter.drawPixmap(box, self._picture, source)
        else:
            glyph, color = file_icon(style, self.item.name, "")
            icon = icon_pixmap(glyph, color, style.sizes.icon_large, dpr=self.devicePixelRatioF())
            painter.drawPixmap(box.center().toPoint() - icon.rect().center() / icon.devicePixelRatio(), icon)
        painter.end()


def _thumbnail(item: Staged, side: int) -> QPixmap:
    if not isinstance(item, QImage):
        return QPixmap()
    expanding = Qt.AspectRatioMode.KeepAspectRatioByExpanding
    return QPixmap.fromImage(item.scaled(side, side, expanding, Qt.TransformationMode.SmoothTransformation))


def _name_of(item: Staged) -> str:
    return tr("Pasted picture") if isinstance(item, QImage) else item.name


def _detail_of(item: Staged) -> str:
    if isinstance(item, QImage):
        return f"{item.width()} × {item.height()}"
    try:
        return format_size(item.stat().st_size)
    except OSError:
        return ""
