"""Inputs for days, moments and ranges of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from resources.translations import tr
from ui.approval_value_words import length_words
from ui.forms.field_input import FieldInput
from ui.forms.typed import moment_text, shown_moment, typed_clock, typed_day
from widgets.day_line import DayLine
from widgets.form_fields import ChoiceField
from widgets.form_line import FormLine
from widgets.words import Line

if TYPE_CHECKING:
    from app.domain.approvals.planning import ProblemAt
    from app.domain.approvals.template import Field
    from ui.forms.field_input import FormPlace
    from widgets.style import StyleSource

_CLOCK, _HALF, _ENDS = 76, 116, ("from", "to")


class Moment(QWidget):
    """A day, with a time behind it where that is asked for. Its value is as forms write it, or as it was typed."""

    edited = Signal()

    def __init__(self, style: StyleSource, name: str, *, has_time: bool) -> None:
        super().__init__()
        self.day = DayLine(style, lambda text: typed_day(text, date.today()))
        self.clock = _Clock(style) if has_time else None
        self._given, self._given_shown = "", ("", "")
        self.day.setAccessibleName(name)
        self.day.edited.connect(self._day_edited)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.current.px(6))
        row.addWidget(self.day, 1)
        if self.clock is not None:
            self.clock.setAccessibleName(tr("{name}: time", name=name))
            self.clock.textEdited.connect(lambda _: self.edited.emit())
            row.addWidget(self.clock)
        self.setFocusProxy(self.day)

    def value(self) -> str:
        """Empty, written, or as typed."""
        day, shown = self.day.day(), self.day.value()
        if self._given and self._given_shown == (self.day.text(), self.clock.text() if self.clock else ""):
            return self._given  # nobody touched it: it stays in the zone it was written in
        if self.clock is None or (not shown and not self.clock.text().strip()):
            return shown
        clock = typed_clock(self.clock.text())
        if day is None or clock is None:
            return f"{shown} {self.clock.text().strip()}".strip()
        return moment_text(day, clock)

    def set_value(self, value: Any) -> None:
        """Show it without emitting."""
        text = value if isinstance(value, str) else ""
        day, clock = shown_moment(text) if text and self.clock is not None else (text, "")
        self.day.set_value(day)
        if self.clock is not None:
            self.clock.set_text(clock)
        self._given, self._given_shown = text, (day, clock)

    def set_wrong(self, sentence: str) -> None:
        """Mark it."""
        self.day.set_wrong(sentence)
        if self.clock is not None:
            self.clock.set_wrong(sentence)

    def _day_edited(self) -> None:
        """A day alone is not a moment: it begins when work begins, until somebody says otherwise."""
        if self.clock is not None and self.day.day() is not None and not self.clock.text():
            self.clock.set_text("09:00")
        self.edited.emit()


class _Clock(FormLine):
    """Hours and minutes; 930 and 9点 are understood and written anew when it is left."""

    def __init__(self, style: StyleSource) -> None:
        super().__init__(style)
        self.setPlaceholderText("09:00")
        self.setFixedWidth(style.current.px(_CLOCK))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.editingFinished.connect(lambda: self.set_text(typed_clock(self.text()) or self.text()))


class DateInput(FieldInput):
    """A day."""

    is_wide = False
    has_time = False

    def __init__(self, place: FormPlace, field: Field, *, is_cell: bool = False) -> None:
        super().__init__(place, field, is_cell=is_cell)
        self.moment = Moment(self.style_source, self.name, has_time=self.has_time)
        self.moment.edited.connect(self.changed)
        self.column.addWidget(self.moment)
        self.setFocusProxy(self.moment.day)

    def value(self) -> Any:
        return self.moment.value() or None

    def set_value(self, value: Any) -> None:
        self.moment.set_value(value)

    def mark(self, sentence: str, problem: ProblemAt | None = None) -> None:
        self.moment.set_wrong(sentence)


class DateTimeInput(DateInput):
    """A day and a time."""

    has_time = True


class RangeInput(FieldInput):
    """From and to, with half days or hours, and how long that is."""

    is_wide = False

    def __init__(self, place: FormPlace, field: Field, *, is_cell: bool = False) -> None:
        super().__init__(place, field, is_cell=is_cell)
        names = (tr("{name}: first day", name=self.name), tr("{name}: last day", name=self.name))
        self.ends = {
            key: Moment(self.style_source, name, has_time=field.has_time)
            for key, name in zip(_ENDS, names, strict=True)
        }
        self.halves = dict(zip(_ENDS, map(self._half, names), strict=True)) if field.has_half_days else {}
        self.days = Line(self.style_source, role="accent_text", pixels=13, is_bold=True)
        for key in _ENDS:
            self.column.addWidget(self._end(key))
            self.ends[key].edited.connect(self.changed)
        self.column.addWidget(self.days)
        self.days.hide()
        self.ends["from"].day.editingFinished.connect(self._follow)
        self.setFocusProxy(self.ends["from"].day)

    def value(self) -> Any:
        ends = {key: moment.value() for key, moment in self.ends.items()}
        if not any(ends.values()):
            return None
        halves = {f"{key}_half": box.current() for key, box in self.halves.items()}
        return ends | halves

    def set_value(self, value: Any) -> None:
        parts = value if isinstance(value, dict) else {}
        for key, moment in self.ends.items():
            moment.set_value(parts.get(key))
        for key, box in self.halves.items():
            half = parts.get(f"{key}_half")
            box.set_current(half if half in ("am", "pm") else {"from": "am", "to": "pm"}[key])
        self.show_computed(value)

    def show_computed(self, value: Any) -> None:
        words = length_words(value) if isinstance(value, dict) else ""
        self.days.setText(tr("{length} in all", length=words) if words else "")
        self.days.setVisible(bool(words))

    def mark(self, sentence: str, problem: ProblemAt | None = None) -> None:
        for moment in self.ends.values():
            moment.set_wrong(sentence)

    def _end(self, key: str) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(self.style_source.current.px(6))
        word = Line(self.style_source, tr("From") if key == "from" else tr("Until"), role="text2", pixels=13)
        word.setFixedWidth(self.style_source.current.px(36))
        word.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(word)
        line.addWidget(self.ends[key], 1)
        if key in self.halves:
            line.addWidget(self.halves[key])
        return row

    def _half(self, name: str) -> ChoiceField:
        box = ChoiceField(self.style_source, "", [("am", tr("Morning")), ("pm", tr("Afternoon"))])
        box.box.setAccessibleName(tr("{name}: half of the day", name=name))
        box.setFixedWidth(self.style_source.current.px(_HALF))
        box.chosen.connect(lambda _: self.changed.emit())
        return box

    def _follow(self) -> None:
        """The end follows a start behind it, once that is written: nobody comes back before they leave."""
        first, last = (self.ends[key].day for key in _ENDS)
        start, end = first.day(), last.day()
        is_empty = not last.text().strip()
        if start is not None and (is_empty or (end is not None and end < start)):
            last.set_value(start.isoformat())
            self.changed.emit()
