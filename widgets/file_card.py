"""A file as a card: icon by kind, name, detail."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from widgets.icons import icon_pixmap
from widgets.painting import KEYBOARD_FOCUS, fill_rounded, paint_elided, paint_focus_ring, stroke_rounded
from widgets.style import Style, StyleSource
from widgets.tips import plain_tip

_ICONS = (
    ("pdf", "file-pdf", "attention"),
    ("xls", "file-xls", "done"),
    ("csv", "file-csv", "done"),
    ("doc", "file-doc", "accent"),
    ("ppt", "file-ppt", "waiting"),
    ("zip", "file-zip", "waiting"),
    ("rar", "file-zip", "waiting"),
    ("7z", "file-zip", "waiting"),
    ("txt", "file-text", "text2"),
    ("md", "file-text", "text2"),
)
_FAMILIES = (
    ("image/", "file-image", "accent"),
    ("video/", "file-video", "accent"),
    ("audio/", "file-audio", "accent"),
)


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file of the room, worded."""

    uid: str
    name: str
    detail: str
    mime: str = ""


def file_icon(style: Style, name: str, mime: str) -> tuple[str, QColor]:
    """Choose icon and colour by the name's ending, else by the kind."""
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    for start, glyph, role in _ICONS:
        if ending.startswith(start):
            return glyph, getattr(style.colors, role)
    for family, glyph, role in _FAMILIES:
        if mime.startswith(family):
            return glyph, getattr(style.colors, role)
    return "file", style.colors.text2


class FileCard(QAbstractButton):
    """`clicked` opens it."""

    def __init__(self, style: StyleSource, row: FileRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style, self.row = style, row
        self._has_ring = False
        self.setAccessibleName(f"{row.name}, {row.detail}")
        self.setToolTip(plain_tip(row.name))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        style.changed.connect(self.updateGeometry)
        style.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(self._style.current.px(200), self._style.current.px(56))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._style.current.px(80), self.sizeHint().height())

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._has_ring = event.reason() in KEYBOARD_FOCUS
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._has_ring = False
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        radius = style.sizes.radius_large
        fill_rounded(
            painter, self.rect(), radius, style.colors.hover if self.underMouse() else style.colors.window
        )
        stroke_rounded(painter, self.rect(), radius, style.colors.line)
        glyph, color = file_icon(style, self.row.name, self.row.mime)
        side = style.px(24)
        picture = icon_pixmap(glyph, color, side, dpr=self.devicePixelRatioF())
        painter.drawPixmap(style.px(12), (self.height() - side) // 2, picture)
        left = style.px(46)
        width, middle = self.width() - left - style.px(12), self.height() / 2
        name = QRectF(left, middle - style.px(20), width, style.px(20))
        paint_elided(painter, name, self.row.name, style.body, style.colors.text1)
        detail = QRectF(left, middle + style.px(1), width, style.px(17))
        paint_elided(painter, detail, self.row.detail, style.small, style.colors.text2)
        if self._has_ring:
            paint_focus_ring(painter, self.rect(), style, radius)
        painter.end()
