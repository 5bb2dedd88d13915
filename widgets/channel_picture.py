"""Choosing a picture for something: what it is now, a button, a file dropped on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from resources.translations import tr
from widgets.avatar import paint_avatar
from widgets.buttons import Button, ButtonKind
from widgets.composer_text import local_files
from widgets.file_dialogs import pick_files
from widgets.icons import icon_pixmap
from widgets.painting import fill_rounded
from widgets.words import Words

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPaintEvent, QPixmap

    from widgets.style import StyleSource

PICTURES = ("png", "jpg", "jpeg", "gif", "bmp", "webp")
_SQUARE = QSize(56, 56)
_WIDE = QSize(160, 90)


class PictureField(QWidget):
    """`is_wide`: a cover, 16:9; else the picture of a channel. Who uses it shows what was chosen (`set_picture`)."""

    file_chosen = Signal(object)
    """Path."""
    cleared = Signal()

    def __init__(self, style: StyleSource, label: str, *, is_wide: bool = False) -> None:
        super().__init__()
        self._style = style
        self._dialog: QWidget | None = None
        self.preview = _Preview(style, is_wide)
        self.choose = Button(style, tr("Choose picture…"), ButtonKind.OUTLINE, icon="image")
        self.clear = Button(style, tr("Remove picture"), ButtonKind.QUIET)
        self._label = Words(style, label, role="text2", pixels=12)
        self._note = Words(style, tr("Or drop a picture here."), role="text2", pixels=12)
        self.choose.setAccessibleDescription(label)
        self.setAcceptDrops(True)
        self.setFocusProxy(self.choose)
        self.clear.hide()
        self._lay_out()
        self.choose.clicked.connect(self._ask)
        self.clear.clicked.connect(self.cleared)

    def set_subject(self, key: str, name: str) -> None:
        """Whose picture it is: without one, initials on the colour of the key."""
        self.preview.key, self.preview.name = key, name
        self.preview.update()

    def set_picture(self, picture: QPixmap | None, *, can_clear: bool = False) -> None:
        """Show what is chosen."""
        self.preview.picture = picture
        self.preview.update()
        self.clear.setVisible(can_clear)

    def set_error(self, sentence: str) -> None:
        """Say why a file cannot be taken; empty takes it away."""
        self._note.setText(sentence or tr("Or drop a picture here."))
        self._note.set_role("attention_text" if sentence else "text2")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _first_picture(local_files(event.mimeData())) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _first_picture(local_files(event.mimeData()))
        if path is not None:
            event.acceptProposedAction()
            self.file_chosen.emit(path)

    def _ask(self) -> None:
        names = " ".join(f"*.{end}" for end in PICTURES)
        kinds = tr("Pictures ({names})", names=names)
        self._dialog = pick_files(self, tr("Choose a picture"), kinds, self._picked)

    def _picked(self, paths: tuple[Path, ...]) -> None:
        if paths:
            self.file_chosen.emit(paths[0])

    def _lay_out(self) -> None:
        px = self._style.current.px
        buttons = QHBoxLayout()
        buttons.setSpacing(px(4))
        buttons.addWidget(self.choose)
        buttons.addWidget(self.clear)
        buttons.addStretch(1)
        side = QVBoxLayout()
        side.setSpacing(px(4))
        side.addLayout(buttons)
        side.addWidget(self._note)
        side.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(px(14))
        row.addWidget(self.preview, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(side, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(4))
        column.addWidget(self._label)
        column.addLayout(row)
        self._label.setVisible(bool(self._label.text()))


class _Preview(QWidget):
    """What is chosen now."""

    def __init__(self, style: StyleSource, is_wide: bool) -> None:
        super().__init__()
        self._style, self._is_wide = style, is_wide
        self.key = self.name = ""
        self.picture: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        style.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        size, px = _WIDE if self._is_wide else _SQUARE, self._style.current.px
        return QSize(px(size.width()), px(size.height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._is_wide:
            self._paint_cover(painter)
        else:
            style = self._style.current
            paint_avatar(painter, self.rect(), style, self.key, self.name, self.picture)
        painter.end()

    def _paint_cover(self, painter: QPainter) -> None:
        style = self._style.current
        fill_rounded(painter, self.rect(), style.sizes.radius, style.colors.hover)
        if self.picture is None or self.picture.isNull():
            side = style.px(28)
            glyph = icon_pixmap("film-strip", style.colors.text2, side, dpr=self.devicePixelRatioF())
            painter.drawPixmap((self.width() - side) // 2, (self.height() - side) // 2, glyph)
            return
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), style.sizes.radius, style.sizes.radius)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.setClipPath(shape)
        painter.drawPixmap(
            _covering(self.picture, QRectF(self.rect())), self.picture, QRectF(self.picture.rect())
        )


def _covering(picture: QPixmap, box: QRectF) -> QRectF:
    """Where a picture goes that fills a box without being squeezed."""
    scale = max(box.width() / picture.width(), box.height() / picture.height())
    width, height = picture.width() * scale, picture.height() * scale
    return QRectF(box.center().x() - width / 2, box.center().y() - height / 2, width, height)


def _first_picture(paths: tuple[Path, ...]) -> Path | None:
    return next((path for path in paths if path.suffix.lower().removeprefix(".") in PICTURES), None)
