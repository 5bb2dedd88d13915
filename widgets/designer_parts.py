"""Small parts of designers: a text in two languages, the palette of kinds, rows of choices, a column that scrolls."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from resources.translations import tr
from widgets.buttons import Button, ButtonKind, IconButton, PaintedButton
from widgets.form_fields import SwitchField, TextField
from widgets.icons import icon_pixmap
from widgets.painting import (
    TagKind,
    fill_rounded,
    paint_elided,
    paint_focus_ring,
    paint_tag,
    stroke_rounded,
    tag_width,
)
from widgets.person_chips import PersonChips
from widgets.style import StyleSource
from widgets.words import Words

LANGUAGES = ("zh", "en")


def language_name(code: str) -> str:
    """Name a language in itself."""
    return {"zh": "中文", "en": "English"}[code]


class ColumnScroll(QScrollArea):
    """A column of fields that scrolls; takes no focus of its own."""

    def __init__(self, style: StyleSource, side: int = 20, spacing: int = 14) -> None:
        super().__init__()
        self._style, self._side, self._is_locked = style, side, False
        self._inside = QWidget()
        self.column = QVBoxLayout(self._inside)
        self.column.setSpacing(style.current.px(spacing))
        self.setWidget(self._inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inside.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        style.changed.connect(self._restyle)
        self._restyle()

    def add(self, *parts: QWidget) -> None:
        """Put parts under those that are there."""
        for part in parts:
            self.column.addWidget(part)

    def set_editable(self, can_edit: bool) -> None:
        """Let what is in it be changed, or only be read: texts stay legible then."""
        if can_edit and not self._is_locked:
            return
        self._is_locked = not can_edit
        for line in self._inside.findChildren(QLineEdit):
            line.setReadOnly(not can_edit)
        for kind in (QAbstractButton, QComboBox, PersonChips):
            for one in self._inside.findChildren(kind):
                one.setEnabled(can_edit)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._style.current.px(120), self._style.current.px(80))

    def _restyle(self) -> None:
        side = self._style.current.px(self._side)
        self.column.setContentsMargins(side, self._style.current.px(14), side, self._style.current.px(14))


class TwoLanguages(QWidget):
    """A text in Chinese and in English: two lines under one label."""

    changed = Signal(object)
    """dict[str, str], by the person; a language left empty is absent."""

    def __init__(
        self, style: StyleSource, label: str, *, most: int = 0, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._label = Words(style, label, role="text2", pixels=12)
        self._others: dict[str, str] = {}
        self.fields: dict[str, TextField] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.current.px(4))
        column.addWidget(self._label)
        self._label.setVisible(bool(label))
        for code in LANGUAGES:
            field = TextField(style, "", placeholder=language_name(code))
            field.edit.setAccessibleName(f"{label} ({language_name(code)})")
            field.edit.textEdited.connect(lambda _: self._tell())
            if most:
                field.edit.setMaxLength(most)
            self.fields[code] = field
            column.addWidget(field)
        self.setFocusProxy(self.fields[LANGUAGES[0]])

    def words(self) -> dict[str, str]:
        """What stands in it."""
        typed = {code: field.text() for code, field in self.fields.items() if field.text()}
        return self._others | typed

    def set_words(self, words: dict[str, str]) -> None:
        """Fill it without `changed`; a cursor in it stays where it is."""
        self._others = {code: text for code, text in words.items() if code not in self.fields}
        for code, field in self.fields.items():
            if field.text() != words.get(code, ""):
                field.set_text(words.get(code, ""))

    def set_label(self, label: str) -> None:
        """Word it again."""
        self._label.setText(label)
        for code, field in self.fields.items():
            field.edit.setAccessibleName(f"{label} ({language_name(code)})")

    def _tell(self) -> None:
        self.changed.emit(self.words())


@dataclass(frozen=True, slots=True)
class PaletteItem:
    """A kind of thing to be added."""

    key: str
    text: str
    icon: str


class Palette(QWidget):
    """All kinds in two or more columns; a click or Enter adds one. Arrows go round."""

    picked = Signal(str)

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._tiles: list[_Tile] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        style.changed.connect(self._place)

    def set_items(self, items: Sequence[PaletteItem]) -> None:
        """Offer these."""
        for tile in self._tiles:
            tile.setParent(None)
            tile.deleteLater()
        self._tiles = [_Tile(self._style, item, self) for item in items]
        for tile in self._tiles:
            tile.clicked.connect(lambda _=False, key=tile.item.key: self.picked.emit(key))
            tile.show()
        self._place()

    def tiles(self) -> tuple[PaintedButton, ...]:
        """The buttons inside."""
        return tuple(self._tiles)

    def set_allowed(self, keys: Sequence[str]) -> None:
        """Only these can be added now."""
        for tile in self._tiles:
            tile.setEnabled(tile.item.key in keys)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns = self._columns()
        step = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
        }.get(Qt.Key(event.key()), 0)
        at = next((n for n, tile in enumerate(self._tiles) if tile.hasFocus()), -1)
        if step and 0 <= at + step < len(self._tiles) and at >= 0:
            self._tiles[at + step].setFocus(Qt.FocusReason.TabFocusReason)
        elif not step:
            super().keyPressEvent(event)

    def _columns(self) -> int:
        return max(1, min(3, self.width() // self._style.current.px(96)))

    def _place(self) -> None:
        style, columns = self._style.current, self._columns()
        gap, height = style.px(4), style.px(30)
        width = (self.width() - gap * (columns - 1)) // columns
        for number, tile in enumerate(self._tiles):
            row, column = divmod(number, columns)
            tile.setGeometry(column * (width + gap), row * (height + gap), width, height)
        rows = -(-len(self._tiles) // columns)
        self.setFixedHeight(max(1, rows * (height + gap) - gap))


class _Tile(PaintedButton):
    """One kind."""

    def __init__(self, style: StyleSource, item: PaletteItem, parent: QWidget) -> None:
        super().__init__(style, parent)
        self.item = item
        self.setAccessibleName(tr("Add: {name}", name=item.text))
        self.setToolTip(tr("Add: {name}", name=item.text))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(self._style.current.font(12)).horizontalAdvance(self.item.text)
        return QSize(round(width) + self._style.current.px(36), self._style.current.px(30))

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        colors, radius = style.colors, style.sizes.radius
        is_hot = self.underMouse() and self.isEnabled()
        if is_hot:
            fill_rounded(painter, self.rect(), radius, colors.hover)
        stroke_rounded(painter, self.rect(), radius, colors.line)
        side = style.px(16)
        role = colors.text2 if self.isEnabled() else colors.text3
        picture = icon_pixmap(self.item.icon, role, side, dpr=self.devicePixelRatioF())
        painter.drawPixmap(QPointF(style.px(8), (self.height() - side) // 2), picture)
        left = style.px(8) + side + style.px(6)
        line = QRectF(left, 0, self.width() - left - style.px(4), self.height())
        words = colors.text1 if self.isEnabled() else colors.text3
        paint_elided(painter, line, self.item.text, style.small, words)
        if self._has_ring:
            paint_focus_ring(painter, self.rect(), style, radius)
        painter.end()


class ChoiceRows(QWidget):
    """The choices of a field, each in two languages; Enter in one adds another."""

    edited = Signal(str, object)
    """key, dict[str, str]."""
    removed = Signal(str)
    step_wanted = Signal(str, int)
    add_wanted = Signal()

    def __init__(self, style: StyleSource, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._rows: dict[str, _ChoiceRow] = {}
        self._column = QVBoxLayout()
        self._column.setSpacing(style.current.px(6))
        self.add = Button(style, tr("Add choice"), ButtonKind.QUIET, icon="plus")
        self.add.clicked.connect(self.add_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.current.px(4))
        column.addWidget(Words(style, label, role="text2", pixels=12))
        column.addLayout(self._column)
        column.addWidget(self.add)

    def set_choices(self, choices: Sequence[tuple[str, dict[str, str]]]) -> None:
        """Show these; a cursor in one stays."""
        if list(self._rows) != [key for key, _ in choices]:
            self._rebuild([key for key, _ in choices])
        for key, words in choices:
            self._rows[key].show_words(words)

    def rows(self) -> dict[str, "_ChoiceRow"]:
        """The rows by key."""
        return self._rows

    def focus_last(self) -> None:
        """Put the cursor into the newest."""
        if self._rows:
            list(self._rows.values())[-1].fields["zh"].focus_field()

    def _rebuild(self, keys: Sequence[str]) -> None:
        before = self._rows
        self._rows = {key: before.pop(key) if key in before else self._made(key) for key in keys}
        for row in before.values():
            self._column.removeWidget(row)
            row.setParent(None)
            row.deleteLater()
        for at, row in enumerate(self._rows.values()):
            self._column.insertWidget(at, row)

    def _made(self, key: str) -> "_ChoiceRow":
        row = _ChoiceRow(self._style)
        row.edited.connect(lambda words: self.edited.emit(key, words))
        row.remove.clicked.connect(lambda: self.removed.emit(key))
        row.up.clicked.connect(lambda: self.step_wanted.emit(key, -1))
        row.down.clicked.connect(lambda: self.step_wanted.emit(key, 1))
        row.submitted.connect(self.add_wanted)
        return row


class _ChoiceRow(QWidget):
    """One choice."""

    edited = Signal(object)
    submitted = Signal()

    def __init__(self, style: StyleSource) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.current.px(4))
        self.fields: dict[str, TextField] = {}
        for code in LANGUAGES:
            field = TextField(style, "", placeholder=language_name(code))
            field.edit.setAccessibleName(f"{tr('Choice')} ({language_name(code)})")
            field.edit.textEdited.connect(lambda _: self.edited.emit(self._words()))
            field.edit.keeps_enter = True
            field.submitted.connect(self.submitted)
            self.fields[code] = field
            row.addWidget(field, 1)
        self.up = IconButton(style, "arrow-up", tr("Move up"), size=24, icon_size=14)
        self.down = IconButton(style, "arrow-down", tr("Move down"), size=24, icon_size=14)
        self.remove = IconButton(style, "x", tr("Remove"), size=24, icon_size=14)
        for button in (self.up, self.down, self.remove):
            row.addWidget(button)

    def show_words(self, words: dict[str, str]) -> None:
        """Fill it."""
        for code, field in self.fields.items():
            if field.text() != words.get(code, ""):
                field.set_text(words.get(code, ""))

    def _words(self) -> dict[str, str]:
        return {code: field.text() for code, field in self.fields.items() if field.text()}


class EdgeLine(QWidget):
    """A thin line between two parts of a page."""

    def __init__(self, style: StyleSource, *, is_upright: bool = False) -> None:
        super().__init__()
        self._style = style
        if is_upright:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)
        style.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._style.current.colors.line)
        painter.end()


class Tag(QWidget):
    """A small tag beside a title."""

    def __init__(self, style: StyleSource, kind: TagKind = TagKind.GREY) -> None:
        super().__init__()
        self._style, self._kind, self._text = style, kind, ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        style.changed.connect(self.updateGeometry)
        self.hide()

    def text(self) -> str:
        """What it says."""
        return self._text

    def set_tag(self, text: str, kind: TagKind) -> None:
        """Word it again; empty hides it."""
        self._text, self._kind = text, kind
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        style = self._style.current
        return QSize(round(tag_width(style, self._text)) + 1, style.px(19))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_tag(painter, self._style.current, QPointF(0, self.height() / 2), self._text, self._kind)
        painter.end()


class NarrowSwitch(SwitchField):
    """A switch in a narrow column: as high as its words need there."""

    def __init__(self, style: StyleSource, text: str, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(style, text, hint, parent)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
