"""A form to be filled in.

The truth is `_typed`: what was handed over, with what stands in each input that is made. Inputs are made in slices, so
that two hundred of them hold up nobody; a field that is hidden keeps what it held, in case it is shown again.
"""

from __future__ import annotations

import mimetypes
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.domain.approvals.conditions import holds, look_in
from app.domain.approvals.dependencies import by_key
from app.domain.approvals.form_values import computed
from app.domain.approvals.template import FieldKind
from ui.approval_words import problem_words, words_of
from ui.forms.field_input import FormPlace
from ui.forms.fields import make_input
from ui.forms.fields_files import FilesInput
from ui.forms.fields_people import PickedInput
from ui.forms.fields_table import TableInput
from ui.forms.form_defaults import default_values
from ui.forms.slices import Slices
from ui.operations import Operations
from widgets.announce import announce
from widgets.composer_text import local_files
from widgets.form_row import FormRow
from widgets.tab_place import TabPlace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from PySide6.QtGui import QDragEnterEvent, QDropEvent

    from app.domain.approvals.planning import ProblemAt
    from app.domain.approvals.request import Values
    from app.domain.approvals.template import Field, Template
    from ui.desk import Desk
    from ui.forms.field_input import FieldInput

_NARROW = 380
_GAP = 18
_LAID_OUT_TOGETHER = 10
"""Each time costs as much as the form has rows by then."""


class FormEditor(QWidget):
    """One input per field; hidden fields come and go, formulas compute as one types. As tall as it needs to be."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._template: Template | None = None
        self._fields: dict[str, Field] = {}
        self._typed: Values = {}
        self._values: Values = {}
        self._rows: dict[str, FormRow] = {}
        self._inputs: dict[str, FieldInput] = {}
        self._problems: dict[str, list[ProblemAt]] = {}
        self.setAcceptDrops(True)
        self._wants_focus = False
        self._told: set[str] = set()
        """Fields whose default came later, or that the person has emptied since."""
        self._slices = Slices(self)
        self._tabs = TabPlace(self)
        self._last_stop: QWidget = self._tabs
        self._place = FormPlace(desk, Operations(desk.operations.loop))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(desk.style.current.px(_GAP))

    def set_form(self, template: Template, values: Values) -> None:
        """Show a template with these values; `{}`: with its defaults."""
        self._clear()
        self._template = template
        self._fields = by_key(template.fields)
        self._typed = dict(values) or default_values(template, self._desk.account.user_id, datetime.now())
        self._values = computed(template, self._typed)
        self._slices.start(self._build())

    def values(self) -> Values:
        """What stands in it now, computed; half-typed inputs as typed. Files not uploaded have a `path`."""
        if self._template is None:
            return {}
        return computed(self._template, self.typed())

    def typed(self) -> Values:
        """What stands in it as it is, hidden fields too: what a draft keeps."""
        for key, one in self._inputs.items():
            value = one.value()
            if value is not None:
                self._typed[key] = value
            elif self._fields[key].kind not in (FieldKind.FORMULA, FieldKind.NOTE):
                self._typed.pop(key, None)
        return dict(self._typed)

    def show_problems(self, problems: Sequence[ProblemAt]) -> None:
        """Mark what keeps it from being sent; go to the first."""
        self._slices.finish()
        with self._still():
            for key in tuple(self._problems):
                self._unmark(key)
            for problem in problems:
                self._problems.setdefault(problem.key, []).append(problem)
            for key in self._problems:
                self._mark(key)
        if problems:
            self._go_to(problems[0])

    def mark_field(self, key: str, sentence: str) -> None:
        """Say something below a field that is no problem: that it was changed, from what."""
        self._slices.finish()
        if key in self._rows:
            self._rows[key].set_note(sentence)

    def focus_first(self) -> None:
        """Put the cursor into the first field that is to be filled, as soon as it is there."""
        self._wants_focus = False
        for key, row in self._rows.items():
            if not row.isHidden() and self._fields[key].kind not in (FieldKind.NOTE, FieldKind.FORMULA):
                self._inputs[key].focus_input()
                return
        self._wants_focus = not self.is_built

    def close_lists(self) -> None:
        """Take suggestions away: the form is scrolled under them."""
        for one in self._inputs.values():
            if isinstance(one, PickedInput):
                one.picker.close_suggestions()

    def use_department(self, room_id: str, name: str) -> bool:
        """Now it is known which department is mine: fill it in where the template wants that; whether it did."""
        before = len(self._told)
        for key, one in self._inputs.items():
            field = self._fields[key]
            is_wanted = field.kind is FieldKind.DEPARTMENT and field.default == "me"
            if is_wanted and key not in self._told and not one.value():
                one.set_value([{"id": room_id, "name": name}])
                self._told.add(key)
        if len(self._told) == before:
            return False
        self._values = self.values()
        self._show_computed()
        return True

    def row(self, key: str) -> FormRow:
        """The row of a field."""
        return self._rows[key]

    def input(self, key: str) -> FieldInput:
        """The input of a field."""
        return self._inputs[key]

    @property
    def is_built(self) -> bool:
        """Whether all inputs are there."""
        return self._slices.is_done

    def stop(self) -> None:
        """The form goes: end what runs for it."""
        self._slices.drop()
        self._place.operations.cancel_all()

    def give_files(self, paths: Sequence[Path]) -> bool:
        """Attach files that were dropped anywhere: to the first field that takes them; whether there is one."""
        are_pictures = all((mimetypes.guess_type(path.name)[0] or "").startswith("image/") for path in paths)
        kinds = (FieldKind.IMAGE, FieldKind.FILE) if are_pictures else (FieldKind.FILE,)
        for kind in kinds:
            for key, one in self._inputs.items():
                is_there = self._fields[key].kind is kind and not self._rows[key].isHidden()
                if is_there and isinstance(one, FilesInput):
                    one.add_files(paths)
                    self._scroll_to(one)
                    return True
        return False

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.give_files(local_files(event.mimeData())):
            event.acceptProposedAction()

    # Inside -------------------------------------------------------------------------------------------------

    def _clear(self) -> None:
        self.stop()
        self._place = FormPlace(self._desk, Operations(self._desk.operations.loop))
        with self._still():
            for row in self._rows.values():
                self._column.removeWidget(row)
                row.hide()
                row.deleteLater()
        self._rows, self._inputs, self._problems = {}, {}, {}
        self._told = set()
        self._last_stop = self._tabs

    @contextmanager
    def _still(self) -> Iterator[None]:
        """Lay out once at the end, not after each of many changes."""
        self._column.setEnabled(False)
        try:
            yield
        finally:
            self._column.setEnabled(True)
            self._column.invalidate()
            self._column.activate()

    def _build(self) -> Iterator[None]:
        fields = tuple(self._fields.items())
        for start in range(0, len(fields), _LAID_OUT_TOGETHER):
            together = fields[start : start + _LAID_OUT_TOGETHER]
            with self._still():
                for key, field in together:
                    self._add(key, field)
                    yield
                for key, field in together:
                    self._rows[key].setVisible(self._is_shown(field))
            if self._wants_focus:
                self.focus_first()
        self._show_computed()

    def _add(self, key: str, field: Field) -> None:
        made = make_input(self._place, field)
        is_note = field.kind is FieldKind.NOTE
        row = FormRow(
            self._desk.style, "" if is_note else words_of(field.name), is_required=field.is_required
        )
        row.set_name_visible(not is_note)
        row.set_input(made)
        if not made.is_wide:
            made.setMaximumWidth(self._desk.style.current.px(_NARROW))
        made.set_value(self._typed.get(key))
        made.show_computed(self._values.get(key))
        row.set_hint(made.hint())
        made.changed.connect(lambda: self._changed(key))
        made.files_given.connect(self.give_files)
        self._rows[key], self._inputs[key] = row, made
        row.hide()  # until it has its place
        self._column.addWidget(row)
        for stop in made.stops():
            QWidget.setTabOrder(self._last_stop, stop)
            self._last_stop = stop

    def _changed(self, key: str) -> None:
        """Sender first: its problem is being mended."""
        self._unmark(key)
        self._values = self.values()
        self._show_computed()
        self.changed.emit()

    def _show_computed(self) -> None:
        for key, one in self._inputs.items():
            field = self._fields[key]
            if field.visible_if:
                self._rows[key].setVisible(self._is_shown(field))
            one.show_computed(self._values.get(key))
            self._rows[key].set_hint(one.hint())

    def _is_shown(self, field: Field) -> bool:
        if not field.visible_if:
            return True
        return holds(field.visible_if, self._fields, look_in(self._fields, self._values))

    def _mark(self, key: str) -> None:
        if self._template is None or key not in self._rows:
            return
        problems = self._problems[key]
        words = [problem_words(self._template, problem) for problem in problems]
        one = self._inputs[key]
        one.mark(words[0])
        if isinstance(one, TableInput):
            for problem, sentence in zip(problems, words, strict=True):
                one.mark(sentence, problem)
            words = [w for p, w in zip(problems, words, strict=True) if p.row is None]
        self._rows[key].set_problem(words[0] if words else "")

    def _unmark(self, key: str) -> None:
        if self._problems.pop(key, None) is not None and key in self._rows:
            self._inputs[key].mark("")
            self._rows[key].set_problem("")

    def _go_to(self, problem: ProblemAt) -> None:
        one = self._inputs.get(problem.key)
        if one is None or self._template is None:
            return
        target: QWidget = one
        if isinstance(one, TableInput):
            target = one.focus_cell(problem)
        else:
            one.focus_input()
        announce(one, problem_words(self._template, problem))
        QTimer.singleShot(0, self, lambda: self._scroll_to(target))  # once the words have their room

    def _scroll_to(self, target: QWidget) -> None:
        area: QWidget | None = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if isinstance(area, QScrollArea):
            area.ensureWidgetVisible(target, 0, self._desk.style.current.px(48))
