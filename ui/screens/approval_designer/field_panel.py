"""The properties of one field of a form. Which of them show follows from its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from app.domain.approvals.template import FieldKind as Kind
from resources.translations import tr
from ui.approval_value_words import words_of
from ui.screens.approval_designer import field_edits as edits
from ui.screens.approval_designer.condition_rows import ConditionRows
from ui.screens.approval_designer.designer_words import CURRENCIES, can_be_default
from ui.screens.approval_designer.edit_history import typing_tag
from ui.screens.approval_designer.flaw_note import FlawNote
from ui.template_words import flaw_words, kind_words, name_of_field
from widgets.buttons import Button, ButtonKind
from widgets.designer_parts import ChoiceRows, ColumnScroll, NarrowSwitch, TwoLanguages
from widgets.form_fields import ChoiceField, SwitchField, TextField
from widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.approvals.template import Field, Template
    from ui.desk import Desk
    from ui.screens.approval_designer.editing import TemplateEditing
    from ui.screens.approval_designer.field_edits import Path
    from ui.screens.approval_designer.names import Names

_TEXTS = (Kind.TEXT, Kind.LONG_TEXT)
_MANY = (Kind.PERSON, Kind.DEPARTMENT)
_COUNTED = (Kind.MULTIPLE, Kind.TABLE, Kind.LINKED, Kind.IMAGE, Kind.FILE)
_LIMITED = (Kind.NUMBER, Kind.MONEY, Kind.DATE, Kind.DATE_TIME, *_COUNTED)
_DATES = (Kind.DATE, Kind.DATE_TIME)
_SILENT = (Kind.NOTE,)
_NOT_REQUIRED = (Kind.NOTE, Kind.FORMULA)


class _Part(NamedTuple):
    """A widget, when it shows, and how it takes what stands in the field."""

    widget: QWidget
    shows: Callable[[Field, bool], bool]
    fill: Callable[[Template, Field], None]


class FieldPanel(ColumnScroll):
    """Follows the editing; nothing is chosen: it says so."""

    def __init__(self, desk: Desk, names: Names) -> None:
        super().__init__(desk.style, 16)
        self._desk, self._names = desk, names
        self._editing: TemplateEditing | None = None
        self._path: Path = ()
        self._parts: list[_Part] = []
        self.empty = Words(desk.style, tr("Choose a field, or add one."), role="text2", pixels=13)
        self.heading = Words(desk.style, pixels=15, is_bold=True)
        self.note = FlawNote(desk.style)
        self.add(self.empty, self.heading, self.note)
        self._make_general()
        self._make_texts()
        self._make_choices()
        self._make_numbers()
        self._make_ranges()
        self._make_formula()
        self._make_last()
        self.column.addStretch(1)
        self.show_field((), None)

    def use(self, editing: TemplateEditing) -> None:
        """Edit this template from now on."""
        self._editing, self._path = editing, ()

    def path(self) -> Path:
        """The field that is shown."""
        return self._path

    def show_field(self, path: Path, field: Field | None) -> None:
        """Show a field's properties."""
        self._path = path
        is_column = len(path) > 1
        self.empty.setVisible(field is None)
        self.heading.setVisible(field is not None)
        if field is not None:
            self.heading.setText(kind_words(field.kind))
        for part in self._parts:
            part.widget.setVisible(field is not None and part.shows(field, is_column))
            if field is not None and self._editing is not None:
                part.fill(self._editing.template, field)
        self.show_flaws()
        if self._editing is not None:
            self.set_editable(self._editing.can_edit)

    def show_flaws(self) -> None:
        """Say what is wrong with it."""
        editing, path = self._editing, self._path
        if editing is None or not path:
            self.note.show_sentences(())
            return
        flaws = editing.flaws_at(".".join(path))
        self.note.show_sentences(flaw_words(editing.template, flaw) for flaw in flaws)

    # Parts --------------------------------------------------------------------------------------------------

    def _part(
        self,
        widget: QWidget,
        shows: Callable[[Field, bool], bool],
        fill: Callable[[Template, Field], None],
    ) -> None:
        self._parts.append(_Part(widget, shows, fill))
        self.add(widget)

    def _edit(self, **changes: Any) -> None:
        if self._editing is not None and self._path:
            changed = edits.change_field(self._editing.template, self._path, **changes)
            self._editing.edit(changed, typing_tag(".".join(self._path), changes))

    def _words(self, label: str, attribute: str, shows: Callable[[Field, bool], bool]) -> TwoLanguages:
        widget = TwoLanguages(self._style, label, most=2000)
        widget.changed.connect(lambda words: self._edit(**{attribute: words}))
        self._part(widget, shows, lambda _, field: widget.set_words(getattr(field, attribute)))
        return widget

    def _line(
        self,
        label: str,
        attribute: str,
        shows: Callable[[Field, bool], bool],
        *,
        hint: str = "",
        is_number: bool = False,
    ) -> TextField:
        widget = TextField(self._style, label, hint=hint)

        def take(text: str) -> None:
            if is_number:
                self._edit(**{attribute: int(text) if text.isdecimal() else 0})
            else:
                self._edit(**{attribute: text.strip()})

        def fill(_: Template, field: Field) -> None:
            value = getattr(field, attribute)
            shown = str(value or "") if is_number and attribute != "decimals" else str(value)
            typed = widget.text()
            if typed != shown and not (is_number and not typed and shown == "0"):
                widget.set_text(shown)

        if is_number:
            widget.edit.setMaxLength(6)
        widget.edit.textEdited.connect(take)
        self._part(widget, shows, fill)
        return widget

    def _switch(
        self, label: str, attribute: str, shows: Callable[[Field, bool], bool], hint: str = ""
    ) -> SwitchField:
        widget = NarrowSwitch(self._style, label, hint)
        widget.clicked.connect(lambda: self._edit(**{attribute: widget.isChecked()}))
        self._part(widget, shows, lambda _, field: widget.setChecked(getattr(field, attribute)))
        return widget

    def _choice(
        self,
        label: str,
        attribute: str,
        shows: Callable[[Field, bool], bool],
        choices: Callable[[Field], list[tuple[str, str]]],
    ) -> ChoiceField:
        widget = ChoiceField(self._style, label)
        widget.chosen.connect(lambda key: self._edit(**{attribute: key}))

        def fill(_: Template, field: Field) -> None:
            offered, value = choices(field), getattr(field, attribute)
            if value not in [key for key, _ in offered]:
                offered = [*offered, (value, value)]
            widget.set_choices(offered)
            widget.set_current(value)

        self._part(widget, shows, fill)
        return widget

    # What there is ------------------------------------------------------------------------------------------

    def _make_general(self) -> None:
        self.name = self._words(tr("Name"), "name", lambda field, _: True)
        self.hint = self._words(tr("Hint"), "hint", lambda field, _: field.kind not in _SILENT)
        self.text = self._words(tr("Text"), "text", lambda field, _: field.kind is Kind.NOTE)
        self.required = self._switch(
            tr("Required"), "is_required", lambda field, _: field.kind not in _NOT_REQUIRED
        )
        self.key = self._switch(
            tr("Key field"),
            "is_key",
            lambda field, is_column: not is_column and field.kind not in _SILENT,
            tr("Shown in lists, beside the name of who asks."),
        )

    def _make_texts(self) -> None:
        self.max_length = self._line(
            tr("At most so many characters"),
            "max_length",
            lambda field, _: field.kind in _TEXTS,
            hint=tr("Empty: no limit"),
            is_number=True,
        )

    def _make_choices(self) -> None:
        self.options = ChoiceRows(self._style, tr("Choices"))
        act = self.options
        act.add_wanted.connect(self._add_option)
        act.edited.connect(lambda key, words: self._options(edits.change_option, key, words))
        act.removed.connect(lambda key: self._options(edits.remove_option, key))
        act.step_wanted.connect(lambda key, step: self._options(edits.move_option, key, step))
        self._part(
            act,
            lambda field, _: field.kind in edits.HAS_OPTIONS,
            lambda _, field: act.set_choices([(option.key, option.name) for option in field.options]),
        )

    def _make_numbers(self) -> None:
        self.is_money = self._switch(
            tr("The result is an amount of money"), "is_money", lambda field, _: field.kind is Kind.FORMULA
        )
        self.currency = self._choice(
            tr("Currency"),
            "currency",
            lambda field, _: field.kind is Kind.MONEY or field.is_money,
            lambda _: [(code, code) for code in CURRENCIES],
        )
        self.decimals = self._line(
            tr("Digits behind the point"),
            "decimals",
            lambda field, _: field.kind in (Kind.NUMBER, Kind.FORMULA),
            is_number=True,
        )
        self.at_least = self._line(tr("At least"), "at_least", lambda field, _: _is_limited(field))
        self.at_most = self._line(
            tr("At most"), "at_most", lambda field, _: _is_limited(field) or field.kind is Kind.RATING
        )
        self._part(QWidget(), lambda field, _: False, self._word_limits)
        self.has_sum = self._switch(
            tr("Sum under the table"),
            "has_sum",
            lambda field, is_column: is_column and field.kind in edits.SUMMED,
        )

    def _make_ranges(self) -> None:
        def shows(field: Field, _: bool) -> bool:
            return field.kind is Kind.RANGE

        self.half_days = self._switch(tr("Half days can be chosen"), "has_half_days", shows)
        self.workdays = self._switch(tr("Only workdays count"), "counts_workdays", shows)
        self.has_time = self._switch(tr("With hours and minutes"), "has_time", shows)
        self.many = self._switch(
            tr("Several can be chosen"),
            "is_many",
            lambda field, _: field.kind in _MANY,
        )

    def _make_formula(self) -> None:
        self.formula = self._line(
            tr("Formula"),
            "formula",
            lambda field, _: field.kind is Kind.FORMULA,
            hint=tr("+ - * / ( ), sum(table.column), days(range), hours(range), min, max, round"),
        )
        self.insert = Button(self._style, tr("Insert field"), ButtonKind.QUIET, icon="plus")
        self.insert.clicked.connect(self._offer_fields)
        self.meaning = Words(self._desk.style, role="text2", pixels=12)
        self._part(self.meaning, lambda field, _: field.kind is Kind.FORMULA, self._word_formula)
        self._part(self.insert, lambda field, _: field.kind is Kind.FORMULA, lambda _, field: None)

    def _make_last(self) -> None:
        self.default = self._line(
            tr("Filled in beforehand"),
            "default",
            lambda field, _: can_be_default(field) and not _default_choices(field),
        )
        self.default_choice = self._choice(
            tr("Filled in beforehand"),
            "default",
            lambda field, _: bool(_default_choices(field)),
            _default_choices,
        )
        self.conditions = ConditionRows(self._desk, self._names, tr("Shown only if"))
        self.conditions.changed.connect(lambda conditions: self._edit(visible_if=conditions))
        self._part(
            self.conditions,
            lambda _, is_column: not is_column,
            lambda template, field: self.conditions.show_conditions(template, field.visible_if, field.key),
        )

    # Doing --------------------------------------------------------------------------------------------------

    def _add_option(self) -> None:
        self._options(edits.insert_option, {})
        self.options.focus_last()

    def _options(self, edit: Callable[..., Template], *rest: object) -> None:
        if self._editing is not None and self._path:
            tag = f"{self._path}:{rest[0]}" if edit is edits.change_option else ""
            self._editing.edit(edit(self._editing.template, self._path, *rest), tag)

    def _word_limits(self, _: Template, field: Field) -> None:
        is_date, is_rating = field.kind in _DATES, field.kind is Kind.RATING
        is_count = field.kind in _COUNTED or field.kind in _MANY
        least = tr("At least so many") if is_count else tr("At least")
        most = tr("At most so many") if is_count else tr("Number of stars") if is_rating else tr("At most")
        self.at_least.set_label(tr("Not before") if is_date else least)
        self.at_most.set_label(tr("Not after") if is_date else most)
        for line in (self.at_least, self.at_most):
            line.set_placeholder("2026-12-31" if is_date else "5" if is_rating else "")

    def _word_formula(self, template: Template, field: Field) -> None:
        """The keys of a formula by their names."""
        words = field.formula
        for path in sorted(edits.paths_of(template), key=lambda one: -len(one[-1])):
            found = edits.field_at(template, path)
            if found is not None:
                words = words.replace(".".join(path), f"“{name_of_field(found)}”")
        self.meaning.setText(f"= {words}" if words else "")

    def _offer_fields(self) -> None:
        if self._editing is None:
            return
        menu = QMenu(self)
        for text, name in _formula_parts(self._editing.template, self._path):
            action = menu.addAction(name)
            action.setData(text)
        menu.triggered.connect(lambda action: self._insert(str(action.data())))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.insert.mapToGlobal(QPoint(0, self.insert.height())))

    def _insert(self, text: str) -> None:
        self.formula.edit.insert(text)
        self.formula.edit.setFocus()
        self._edit(formula=self.formula.text())


def _is_limited(field: Field) -> bool:
    return field.kind in _LIMITED or (field.kind in _MANY and field.is_many)


def _default_choices(field: Field) -> list[tuple[str, str]]:
    """What a field can be filled in with where that is not typed."""
    nothing = ("", tr("Nothing"))
    if field.kind in (Kind.DATE, Kind.RANGE):
        return [nothing, ("today", tr("Today"))]
    if field.kind is Kind.DATE_TIME:
        return [nothing, ("now", tr("Now"))]
    if field.kind is Kind.PERSON:
        return [nothing, ("me", tr("Who asks"))]
    if field.kind is Kind.DEPARTMENT:
        return [nothing, ("me", tr("Requester's department"))]
    if field.kind in edits.HAS_OPTIONS:
        return [nothing, *((one.key, words_of(one.name) or one.key) for one in field.options)]
    return []


def _formula_parts(template: Template, path: Path) -> list[tuple[str, str]]:
    """What a formula can be made of: its own row's columns, or the form's fields and sums."""
    numbers = (Kind.NUMBER, Kind.MONEY, Kind.RATING, Kind.FORMULA)
    if len(path) > 1:
        table = edits.field_at(template, path[:1])
        columns = () if table is None else table.columns
        return [
            (one.key, name_of_field(one)) for one in columns if one.kind in numbers and one.key != path[1]
        ]
    parts = []
    for field in template.fields:
        if field.kind in numbers and field.key != path[-1]:
            parts.append((field.key, name_of_field(field)))
        elif field.kind is Kind.RANGE:
            parts.append((f"days({field.key})", tr("Days of {field}", field=name_of_field(field))))
        for column in field.columns:
            if column.kind in numbers:
                words = f"{name_of_field(field)} › {name_of_field(column)}"
                parts.append((f"sum({field.key}.{column.key})", tr("Sum of {field}", field=words)))
    return parts
