"""Files of a form: added by a button, dropped, or pasted; each with its picture, name and size, and a cross."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QMimeData, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from resources.translations import tr
from widgets.avatar import ImageSource
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.composer_text import local_files
from widgets.file_card import file_icon
from widgets.icons import icon_pixmap
from widgets.painting import fill_rounded, stroke_rounded
from widgets.style import StyleSource
from widgets.words import Line

_SIDE = 32


@dataclass(frozen=True, slots=True)
class FormFile:
    """One file, worded."""

    name: str
    detail: str
    mimetype: str = ""
    picture: str = ""
    """Key of its thumbnail; empty: an icon stands for it."""
    is_lost: bool = False


class FormFiles(QWidget):
    """It keeps no files: who uses it answers what was given with `set_files`."""

    pick_requested = Signal()
    files_given = Signal(object)
    """tuple[Path, ...], dropped or pasted."""
    picture_given = Signal(object)
    """QImage: pasted."""
    removed = Signal(int)

    def __init__(
        self,
        style: StyleSource,
        add_text: str,
        images: ImageSource | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._style, self._images = style, images
        self._rows: list[_FileLine] = []
        self._is_wrong = self._is_over = False
        self.add = Button(style, add_text, ButtonKind.OUTLINE, icon="paperclip")
        self.add.clicked.connect(self.pick_requested)
        self._tail = Line(style, tr("or drop them here, or paste"), role="text2", pixels=12)
        foot = QHBoxLayout()
        foot.setSpacing(style.current.px(8))
        foot.addWidget(self.add)
        foot.addWidget(self._tail, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(style.current.px(4))
        self._column.addLayout(foot)
        self.setAcceptDrops(True)
        self.setFocusProxy(self.add)

    def set_name(self, name: str) -> None:
        """What the files are."""
        self.setAccessibleName(name)
        self.add.setAccessibleName(f"{name}: {self.add.text()}")

    def set_hint_visible(self, is_visible: bool) -> None:
        """Where there is little room the words beside the button go."""
        self._tail.setVisible(is_visible)

    def set_files(self, files: Sequence[FormFile]) -> None:
        """Show these."""
        for row in self._rows:
            row.setParent(None)
            row.deleteLater()
        self._rows = [_FileLine(self._style, one, self._images) for one in files]
        for at, row in enumerate(self._rows):
            row.cross.clicked.connect(lambda _=False, at=at: self._remove(at))
            self._column.insertWidget(at, row)

    def show_picture(self, key: str) -> None:
        """A thumbnail has come."""
        for row in self._rows:
            if row.file.picture == key:
                row.update()

    def names(self) -> list[str]:
        """What is shown."""
        return [row.file.name for row in self._rows]

    def set_wrong(self, sentence: str) -> None:
        """Mark it; empty takes the mark away."""
        self._is_wrong = bool(sentence)
        self.add.setAccessibleDescription(sentence)
        self.update()

    def give(self, data: QMimeData) -> bool:
        """Take what was dropped or pasted; whether there was anything in it."""
        files = local_files(data)
        picture = data.imageData() if data.hasImage() else None
        if files:
            self.files_given.emit(files)
        elif isinstance(picture, QImage) and not picture.isNull():
            self.picture_given.emit(picture)
        else:
            return False
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.give(QGuiApplication.clipboard().mimeData())
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event.mimeData()) or event.mimeData().hasImage():
            event.acceptProposedAction()
            self._show_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._show_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._show_over(False)
        if self.give(event.mimeData()):
            event.acceptProposedAction()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colors = QPainter(self), self._style.current.colors
        radius = self._style.current.sizes.radius
        if self._is_over:
            fill_rounded(painter, self.rect(), radius, colors.accent_soft)
            stroke_rounded(painter, self.rect(), radius, colors.accent)
        elif self._is_wrong:
            stroke_rounded(painter, self.add.geometry(), radius, colors.attention, 2)
        painter.end()

    def _show_over(self, is_over: bool) -> None:
        self._is_over = is_over
        self.update()

    def _remove(self, at: int) -> None:
        self.removed.emit(at)
        self.add.setFocus(Qt.FocusReason.OtherFocusReason)


class _FileLine(QWidget):
    """One file."""

    def __init__(self, style: StyleSource, file: FormFile, images: ImageSource | None) -> None:
        super().__init__()
        self._style, self.file, self._images = style, file, images
        role = "attention_text" if file.is_lost else "text2"
        self._name = Line(style, file.name, pixels=13)
        self._detail = Line(style, file.detail, role=role, pixels=12)
        self.cross = IconButton(style, "x", tr("Remove {name}", name=file.name), size=28, icon_size=16)
        row = QHBoxLayout(self)
        row.setContentsMargins(style.current.px(_SIDE + 16), 4, 4, 4)
        row.setSpacing(style.current.px(8))
        row.addWidget(self._name)
        row.addWidget(self._detail, 1)
        row.addWidget(self.cross)
        self.setMinimumHeight(style.current.px(_SIDE + 12))

    def sizeHint(self) -> QSize:
        return QSize(self._style.current.px(240), self._style.current.px(_SIDE + 12))

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        fill_rounded(painter, self.rect(), style.sizes.radius, style.colors.list)
        stroke_rounded(painter, self.rect(), style.sizes.radius, style.colors.line)
        side = style.px(_SIDE)
        box = QRectF(style.px(6), (self.height() - side) / 2, side, side)
        picture = self._picture()
        if picture is None:
            glyph, color = file_icon(style, self.file.name, self.file.mimetype)
            icon = icon_pixmap(glyph, color, style.sizes.icon_large, dpr=self.devicePixelRatioF())
            painter.drawPixmap(box.center().toPoint() - icon.rect().center() / icon.devicePixelRatio(), icon)
        else:
            least = min(picture.width(), picture.height())
            source = QRectF((picture.width() - least) / 2, (picture.height() - least) / 2, least, least)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(box, picture, source)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.cross.set_tip(tr("Remove {name}", name=self.file.name))

    def _picture(self) -> QPixmap | None:
        if self._images is None or not self.file.picture or self.file.is_lost:
            return None
        side = self._style.current.px(_SIDE)
        return self._images.pixmap(self.file.picture, QSize(side, side), self.devicePixelRatioF())
