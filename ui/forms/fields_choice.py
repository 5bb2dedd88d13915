"""Inputs for one or several of given options, and for a rating."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.domain.approvals.amounts import decimal_of
from resources.translations import tr
from ui.approval_words import words_of
from ui.forms.field_input import FieldInput
from widgets.form_choice import Choice, ChoiceFlow
from widgets.form_fields import ChoiceField
from widgets.form_rating import Stars

if TYPE_CHECKING:
    from app.domain.approvals.planning import ProblemAt
    from app.domain.approvals.template import Field
    from ui.forms.field_input import FormPlace

_MOST_SIDE_BY_SIDE, _MOST_WORDS = 7, 60
_STARS, _MOST_STARS = 5, 10


def single_input(place: FormPlace, field: Field, *, is_cell: bool = False) -> FieldInput:
    """Few options stand side by side, many fold into a list."""
    words = sum(len(words_of(option.name)) for option in field.options)
    is_few = len(field.options) <= _MOST_SIDE_BY_SIDE and words <= _MOST_WORDS
    return FlowInput(place, field) if is_few and not is_cell else BoxInput(place, field, is_cell=is_cell)


class BoxInput(FieldInput):
    """One of many, from a list that opens."""

    is_wide = False

    def __init__(self, place: FormPlace, field: Field, *, is_cell: bool = False) -> None:
        super().__init__(place, field, is_cell=is_cell)
        options = [(option.key, words_of(option.name)) for option in field.options]
        self.box = ChoiceField(self.style_source, "", [("", tr("Choose…")), *options])
        self.box.box.setAccessibleName(self.name)
        self.box.box.setMinimumContentsLength(4)
        self.box.chosen.connect(lambda _: self.changed.emit())
        self.column.addWidget(self.box)
        self.setFocusProxy(self.box)

    def value(self) -> Any:
        return self.box.current() or None

    def set_value(self, value: Any) -> None:
        self.box.set_current("")
        if isinstance(value, str):
            self.box.set_current(value)

    def mark(self, sentence: str, problem: ProblemAt | None = None) -> None:
        box = self.box.box
        box.setAccessibleDescription(sentence)
        box.setProperty("error", bool(sentence))
        box.style().unpolish(box)
        box.style().polish(box)


class FlowInput(FieldInput):
    """One of a few, or several, that all stand side by side."""

    def __init__(self, place: FormPlace, field: Field, *, is_many: bool = False) -> None:
        super().__init__(place, field)
        self._is_many = is_many
        choices = [Choice(option.key, words_of(option.name)) for option in field.options]
        self.flow = ChoiceFlow(self.style_source, choices, is_many=is_many)
        self.flow.set_name(self.name)
        self.flow.changed.connect(self.changed)
        self.column.addWidget(self.flow)

    def value(self) -> Any:
        chosen = self.flow.chosen()
        if self._is_many:
            return list(chosen) or None
        return chosen[0] if chosen else None

    def set_value(self, value: Any) -> None:
        keys = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        self.flow.set_chosen([key for key in keys if isinstance(key, str)])

    def mark(self, sentence: str, problem: ProblemAt | None = None) -> None:
        self.flow.set_wrong(bool(sentence))

    def focus_input(self) -> None:
        self.flow.focus_first()


class RatingInput(FieldInput):
    """Stars."""

    is_wide = False

    def __init__(self, place: FormPlace, field: Field, *, is_cell: bool = False) -> None:
        super().__init__(place, field, is_cell=is_cell)
        most = decimal_of(field.at_most)
        self.stars = Stars(self.style_source, _STARS if most is None else max(1, min(int(most), _MOST_STARS)))
        self.stars.set_name(self.name)
        self.stars.changed.connect(lambda _: self.changed.emit())
        self.column.addWidget(self.stars)
        self.setFocusProxy(self.stars)

    def value(self) -> Any:
        return str(self.stars.value()) if self.stars.value() else None

    def set_value(self, value: Any) -> None:
        number = decimal_of(value)
        self.stars.set_value(0 if number is None else int(number))

    def mark(self, sentence: str, problem: ProblemAt | None = None) -> None:
        self.stars.setAccessibleDescription(sentence or self.stars.toolTip())
