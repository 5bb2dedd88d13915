"""Inputs that one types: texts, numbers, money, phone; and what is only read: formulas, notes."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent

from app.domain.approvals.money_words import capital_words
from app.domain.approvals.wire import MAX_EVENT_BYTES
from resources.translations import tr
from ui.approval_words import money_words, value_words, words_of
from ui.forms.field_input import FieldInput
from ui.forms.typed import typed_number
from widgets.form_line import FormLine
from widgets.painting import fill_rounded
from widgets.text_area import TextArea
from widgets.words import Words

if TYPE_CHECKING:
    from app.domain.approvals.planning import ProblemAt
    from app.domain.approvals.template import Field
    from ui.forms.field_input import FormPlace

_SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "JP¥", "HKD": "HK$"}
_SAY_LENGTH_FROM = 0.8
"""Of what a text may have; before that nobody wants to know."""


class LineInput(FieldInput):
    """One line."""

    def __init__(self, place: FormPlace, field: Field, *, is_cell: bool = False) -> None:
        super().__init__(place, field, is_cell=is_cell)
        self.line = FormLine(self.style_source)
        self.line.setAccessibleName(self.name)
        self.line.textEdited.connect(lambda _: self.changed.emit())
        self.column.addWidget(self.line)
        self.setFocusProxy(self.line)
        if is_cell:
            self.line.setPlaceholderText(words_of(field.hint))

    def value(self) -> Any:
        return self.line.text().strip() or None

    def set_value(self, value: Any) -> None:
        self.line.set_text(value if isinstance(value, str) else "")

    def hint(self) -> str:
        return _length_words(self.field, self.line.text()) or super().hint()

    def mark(self, sentence: str, problem: ProblemAt | None = None) -> None:
        self.line.set_wrong(sentence)


class NumberInput(LineInput):
    """A number; commas, full width and blanks are understood."""

    is_wide = False

    def __init__(self, place: FormPlace, field: Field, *, is_cell: bool = False) -> None:
        super().__init__(place, field, is_cell=is_cell)
        self.line.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)

    def value(self) -> Any:
        return typed_number(self.line.text()) or None


class MoneyInput(NumberInput):
    """An amount behind its currency; yuan are said in capitals too."""

    def __init__(self, place: FormPlace, field: Field, *, is_cell: bool = False) -> None:
        super().__init__(place, field, is_cell=is_cell)
        if not is_cell:
            self.line.set_affixes(_SIGNS.get(field.currency, field.currency), "")

    def value(self) -> Any:
        amount = super().value()
        return None if amount is None else {"amount": amount, "currency": self.field.currency}

    def set_value(self, value: Any) -> None:
        super().set_value(value.get("amount") if isinstance(value, dict) else value)

    def hint(self) -> str:
        amount = typed_number(self.line.text())
        words = capital_words(amount) if self.field.currency == "CNY" and not self.is_cell else ""
        if not words:
            return super().hint()
        return f"{money_words(self.value())} · {words}"


class PhoneInput(LineInput):
    """A phone number."""

    is_wide = False

    def __init__(self, place: FormPlace, field: Field, *, is_cell: bool = False) -> None:
        super().__init__(place, field, is_cell=is_cell)
        self.line.setInputMethodHints(Qt.InputMethodHint.ImhDialableCharactersOnly)

    def value(self) -> Any:
        return unicodedata.normalize("NFKC", self.line.text()).strip() or None


class LongTextInput(FieldInput):
    """Several lines."""

    def __init__(self, place: FormPlace, field: Field, *, is_cell: bool = False) -> None:
        super().__init__(place, field, is_cell=is_cell)
        self.area = TextArea(self.style_source, "")
        self.area.editor.setAccessibleName(self.name)
        self.area.edited.connect(self.changed)
        self.area.files_given.connect(self.files_given)
        self.area.cancelled.connect(lambda: self.pass_on(Qt.Key.Key_Escape))
        self.area.submitted.connect(
            lambda: self.pass_on(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        )
        self.column.addWidget(self.area)
        self.setFocusProxy(self.area)

    def value(self) -> Any:
        return self.area.text().strip() or None

    def set_value(self, value: Any) -> None:
        text = value if isinstance(value, str) else ""
        if text != self.area.text():
            self.area.set_text(text)

    def hint(self) -> str:
        return _length_words(self.field, self.area.text()) or super().hint()

    def mark(self, sentence: str, problem: ProblemAt | None = None) -> None:
        self.area.set_wrong(sentence)


class FormulaInput(FieldInput):
    """What follows from other fields; it cannot be typed."""

    is_wide = False

    def __init__(self, place: FormPlace, field: Field, *, is_cell: bool = False) -> None:
        super().__init__(place, field, is_cell=is_cell)
        self._value: Any = None
        self.shown = _Result(self)
        self.column.addWidget(self.shown)
        self.set_value(None)

    def value(self) -> Any:
        return None

    def set_value(self, value: Any) -> None:
        self._value = value
        words = value_words(self.field, value, str) if value is not None else ""
        self.shown.setText(words or "—")
        self.shown.setAccessibleName(f"{self.name}: {words or tr('not known yet')}")

    def show_computed(self, value: Any) -> None:
        if value != self._value:
            self.set_value(value)

    def hint(self) -> str:
        """An amount of yuan is said in capitals too."""
        is_yuan = isinstance(self._value, dict) and self._value.get("currency") == "CNY"
        words = capital_words(self._value.get("amount")) if is_yuan and not self.is_cell else ""
        return words or super().hint()


class NoteInput(FieldInput):
    """A text for the reader."""

    def __init__(self, place: FormPlace, field: Field, *, is_cell: bool = False) -> None:
        super().__init__(place, field, is_cell=is_cell)
        side = self.style_source.current.px(12)
        self.column.setContentsMargins(side, side - 2, side, side - 2)
        text = Words(self.style_source, words_of(field.text), role="text2", pixels=13)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.column.addWidget(text)

    def value(self) -> Any:
        return None

    def set_value(self, value: Any) -> None:
        return

    def hint(self) -> str:
        return ""

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self.style_source.current, QPainter(self)
        fill_rounded(painter, self.rect(), style.sizes.radius, style.colors.accent_soft)
        painter.end()


class _Result(Words):
    """The result of a formula, on a ground of its own: nobody tries to type there."""

    def __init__(self, owner: FieldInput) -> None:
        super().__init__(owner.style_source, is_bold=True)
        style = owner.style_source.current
        self._source = owner.style_source
        self.setContentsMargins(style.px(10), 0, style.px(10), 0)
        self.setMinimumHeight(style.sizes.button)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, style = QPainter(self), self._source.current
        fill_rounded(painter, self.rect(), style.sizes.radius, style.colors.list)
        painter.end()
        super().paintEvent(event)


def _length_words(field: Field, text: str) -> str:
    """Say how long it is where that is near what may be."""
    most = field.max_length
    if most and len(text.strip()) > most * _SAY_LENGTH_FROM:
        return tr("{n} of {most} characters", n=len(text.strip()), most=most)
    if not most and len(text.encode("utf-8", "replace")) > MAX_EVENT_BYTES * _SAY_LENGTH_FROM:
        return tr("This is too long for one request. Shorten it, or attach it as a file.")
    return ""
