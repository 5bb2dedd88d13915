"""A filled form, for reading."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.approvals.money_words import capital_words
from app.domain.approvals.template import Field, FieldKind
from app.domain.approvals.wire import FileRef
from app.domain.ids import UserID, localpart_of
from app.domain.visible import one_line, unturned
from resources.formats import format_size
from resources.translations import tr
from ui.approval_words import sum_words, value_words, words_of
from widgets.approval_chips import ChipFlow, PictureChip, ValueChip
from widgets.approval_record import TextLink
from widgets.approval_table import ApprovalTable, TableColumn, TableValue
from widgets.buttons import PaintedButton
from widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent

    from app.domain.approvals.request import Values
    from app.domain.approvals.template import Template
    from ui.desk import Desk

    Name = Callable[[str], str]

_NAME_WIDTH, _NARROW_NAME, _NARROW = 96, 72, 380
_FOLDED_CHARS, _FOLDED_LINES = 420, 10
_AROUND = 150
"""Of a window's height is never form: head, bar of acts, margins."""
_LEAST_ROW, _SECTION, _PAUSE_MS = 28, 10, 10
"""No row is lower; so many fields of a long form are made at a time, and so long frames have in between."""
_NUMBERS = (FieldKind.NUMBER, FieldKind.MONEY, FieldKind.FORMULA)
_EMPTY: tuple[Any, ...] = (None, "", [], {}, ())


class FormView(QWidget):
    """Names on the left, values on the right, tables as tables; as tall as it needs to be.

    Of a long form what can be in sight is made at once, the rest a few fields at a time behind it.
    """

    file_activated = Signal(object)
    """A `FileRef` was clicked."""
    request_activated = Signal(str)
    """The room of a linked request."""
    person_activated = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._style = desk, desk.style
        self._names: dict[str, str] = {}
        self._labels: list[Words] = []
        self._pictures: list[PictureChip] = []
        self._shown: tuple[object, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._body = QWidget()
        self._column.addWidget(self._body)
        self._waiting: list[Field] = []
        self._more = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._more.timeout.connect(lambda: self._add_section(_SECTION))
        self._left: list[QWidget] = []
        self._sweep = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._sweep.timeout.connect(self._sweep_part)
        self._style.changed.connect(self._again)

    def show_form(
        self,
        template: Template,
        values: Values,
        former: Values | None = None,
        names: dict[str, str] | None = None,
        *,
        is_at_once: bool = True,
    ) -> None:
        """Show a form; what differs from `former` is marked "was …"."""
        shown = (template, values, former, dict(names or {}))
        if shown == self._shown:
            if self._waiting:
                self._more.start()
            return
        self._shown, self._names = shown, shown[3]
        self._column.removeWidget(self._body)
        self._body.hide()
        self._left.append(self._body)
        self._sweep.start()
        self._labels, self._pictures = [], []
        self._body = QWidget()
        QVBoxLayout(self._body).setContentsMargins(0, 0, 0, 0)
        self._waiting = list(template.fields)
        px = self._style.current.px
        in_sight = max(8, (self.window().height() - px(_AROUND)) // px(_LEAST_ROW) + 1)
        self._add_section(len(self._waiting) if is_at_once else in_sight)
        self._column.addWidget(self._body)
        self._body.show()  # not after a frame without it

    def rest(self) -> None:
        """Another is about to be shown: this one need not be made to its end."""
        self._more.stop()

    def image_ready(self) -> None:
        """A picture came."""
        for picture in self._pictures:
            picture.update()

    def refresh_words(self) -> None:
        """Word it again (another language)."""
        self._again()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    # Inside

    def _again(self) -> None:
        if self._shown:
            template, values, former, names = self._shown
            self._shown = ()
            self.show_form(template, values, former, names)  # type: ignore[arg-type]

    def _fit(self) -> None:
        px = self._style.current.px
        width = px(_NARROW_NAME if self.width() < px(_NARROW) else _NAME_WIDTH)
        for label in self._labels:
            label.setFixedWidth(width - px(12))
        column = self._body.layout()
        if column is not None:
            column.setSpacing(px(10))
        for grid in self._body.findChildren(QGridLayout):
            grid.setColumnMinimumWidth(0, width)
            grid.setVerticalSpacing(px(10))
            grid.setHorizontalSpacing(0)

    def _add_section(self, count: int) -> None:
        """Make the next fields, in a part of their own so that what is there already keeps its place unasked."""
        _template, values, former, _names = self._shown
        now, self._waiting = self._waiting[:count], self._waiting[count:]
        section = QWidget()
        grid = QGridLayout(section)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(1, 1)
        for field in now:
            self._add(grid, field, values, former)  # type: ignore[arg-type]
        column = self._body.layout()
        if grid.count() and column is not None:
            column.addWidget(section)
        self._fit()
        if self._waiting:
            self._more.start()
        else:
            self._more.stop()

    def _sweep_part(self) -> None:
        """Delete what is hidden a part at a time: hundreds of labels take as long as a frame."""
        body = self._left[0]
        layout = body.layout()
        item = None if layout is None else layout.takeAt(0)
        part = None if item is None else item.widget()
        if part is None:
            part = self._left.pop(0)
        part.deleteLater()
        if self._left:
            self._sweep.start()

    def _add(self, grid: QGridLayout, field: Field, values: Values, former: Values | None) -> None:
        row = grid.rowCount()
        if field.kind is FieldKind.NOTE:
            if not field.visible_if:
                grid.addWidget(
                    Words(self._style, words_of(field.text), role="text2", pixels=13), row, 0, 1, 2
                )
            return
        value = values.get(field.key)
        was = None if former is None else former.get(field.key)
        is_changed = former is not None and was != value
        if value in _EMPTY and not is_changed:
            return
        label = Words(self._style, words_of(field.name), role="text2")
        label.setAlignment(
            Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
        )  # as the value's first line
        self._labels.append(label)
        grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(
            self._with_former(field, value, was) if is_changed else self._value(field, value), row, 1
        )

    def _with_former(self, field: Field, value: Any, was: Any) -> QWidget:
        """The value, and under it what it was before it was corrected."""
        both = QWidget()
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self._style.current.px(2))
        column.addWidget(self._plain("—") if value in _EMPTY else self._value(field, value, was))
        old = value_words(field, was, self._name) or tr("empty")
        column.addWidget(Words(self._style, tr("was: {value}", value=old), role="waiting_text", pixels=12))
        return both

    def _value(self, field: Field, value: Any, was: Any = None) -> QWidget:
        if field.kind is FieldKind.MONEY or field.is_money:
            return self._money(field, value)
        if field.kind is FieldKind.TABLE and isinstance(value, list):
            return self._table(field, value, was)
        chips = self._chips(field, value)
        if chips:
            return ChipFlow(self._style, chips)
        return self._text(
            value_words(field, value, self._name) if field.kind not in _TEXTS else unturned(str(value))
        )

    def _chips(self, field: Field, value: Any) -> list[PaintedButton]:
        items = value if isinstance(value, list) else []
        if field.kind in (FieldKind.FILE, FieldKind.IMAGE):
            files = [file for file in map(_file_of, items) if file is not None]
            return [self._file(file, is_picture=field.kind is FieldKind.IMAGE) for file in files]
        if field.kind is FieldKind.PERSON:
            return [self._person(user) for user in items if isinstance(user, str)]
        if field.kind is FieldKind.LINKED:
            return [self._request(item) for item in items if isinstance(item, dict)]
        return []

    def _file(self, file: FileRef, *, is_picture: bool) -> PaintedButton:
        chip: PaintedButton
        name = one_line(file.name)
        if is_picture:
            waiting = f"local:{file.path}" if file.path else ""
            key = file.uri if file.uri.startswith("mxc://") else waiting  # others write what they like there
            chip = PictureChip(self._style, name, key, self._desk.images)
            self._pictures.append(chip)
        else:
            chip = ValueChip(
                self._style, name, format_size(file.size) if file.size else "", mime=file.mimetype
            )
        chip.clicked.connect(partial(self.file_activated.emit, file))
        return chip

    def _person(self, user: str) -> PaintedButton:
        chip = ValueChip(self._style, self._name(user), person=user)
        chip.clicked.connect(partial(self.person_activated.emit, user))
        return chip

    def _request(self, item: dict[str, Any]) -> PaintedButton:
        chip = ValueChip(
            self._style,
            one_line(str(item.get("title", ""))),
            one_line(str(item.get("number", ""))),
            icon="stamp",
        )
        chip.clicked.connect(partial(self.request_activated.emit, str(item.get("room_id", ""))))
        return chip

    def _money(self, field: Field, value: Any) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self._style.current.px(6))
        amount = Words(self._style, value_words(field, value, self._name), is_bold=True)
        amount.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        currency = value.get("currency", field.currency) if isinstance(value, dict) else field.currency
        capitals = capital_words(value.get("amount")) if currency == "CNY" and isinstance(value, dict) else ""
        top = Qt.AlignmentFlag.AlignTop
        amount.setWordWrap(not capitals)
        row.addWidget(amount, 0 if capitals else 1, top)
        if capitals:
            words = Words(self._style, capitals, role="text2", pixels=12)
            words.setContentsMargins(0, self._style.current.px(2), 0, 0)
            row.addWidget(words, 1, top)
        return line

    def _table(self, field: Field, rows: list[Any], was: Any) -> QWidget:
        cells = [row if isinstance(row, dict) else {} for row in rows]
        columns = [c for c in field.columns if any(row.get(c.key) not in _EMPTY for row in cells)]
        names = tuple(TableColumn(words_of(c.name), c.kind in _NUMBERS) for c in columns)
        worded = tuple(tuple(value_words(c, row.get(c.key), self._name) for c in columns) for row in cells)
        sums = tuple(sum_words(column, rows) for column in columns)
        value = TableValue(names, worded, _with_total(sums) if any(sums) else (), _changed(rows, was))
        table = ApprovalTable(self._style, value)
        files = [chip for row in cells for c in columns for chip in self._chips(c, row.get(c.key))]
        if not files:
            return table
        both = QWidget()
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(table)
        column.addWidget(ChipFlow(self._style, files))
        return both

    def _text(self, text: str) -> QWidget:
        lines = text.splitlines()
        if len(text) <= _FOLDED_CHARS + 200 and len(lines) <= _FOLDED_LINES + 3:
            return self._plain(text)
        return _Folded(self._desk, text, "\n".join(lines[:_FOLDED_LINES])[:_FOLDED_CHARS].rstrip() + " …")

    def _plain(self, text: str) -> Words:
        words = Words(self._style, text)
        words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return words

    def _name(self, user: str) -> str:
        return self._names.get(user) or localpart_of(UserID(user))


class _Folded(QWidget):
    """A long text: its beginning, and all of it when asked for."""

    def __init__(self, desk: Desk, text: str, beginning: str) -> None:
        super().__init__()
        self._text = text
        self._words = Words(desk.style, beginning)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._all = TextLink(desk.style, tr("Show all"))
        self._all.clicked.connect(self._unfold)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._words)
        column.addWidget(self._all)

    def _unfold(self) -> None:
        self._words.setText(self._text)
        self._all.hide()


_TEXTS = (FieldKind.TEXT, FieldKind.LONG_TEXT, FieldKind.PHONE)


def _changed(rows: list[Any], was: Any) -> frozenset[int]:
    """Which rows a correction changed or added."""
    if not isinstance(was, list):
        return frozenset()
    return frozenset(n for n, row in enumerate(rows) if n >= len(was) or was[n] != row)


def _with_total(sums: tuple[str, ...]) -> tuple[str, ...]:
    """Name the line of sums in its first cell, where there is room."""
    return sums if sums[0] else (tr("Total"), *sums[1:])


def _file_of(value: Any) -> FileRef | None:
    """Read a file of a form; None where it is none."""
    if isinstance(value, FileRef):
        return value
    try:
        return msgspec.convert(value, FileRef)
    except (ValueError, RecursionError):  # half a surrogate is a ValueError, too
        return None
