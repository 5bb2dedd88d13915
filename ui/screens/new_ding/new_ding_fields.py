"""The parts of the dialog that sends a ding. Each shows what was chosen and tells the presenter what the person does."""

from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.dings import MAX_RECIPIENTS, MAX_WORDS, DingKind
from resources.translations import tr
from ui.desk import Desk
from ui.person import Person
from ui.screens.new_ding import new_ding_words as words
from ui.screens.new_ding.new_ding_presenter import CC, PICKED, NewDingPresenter, moment_of, ms_of
from ui.screens.new_ding.new_ding_state import (
    MAX_TEXT,
    NUDGE_MINUTES,
    NUDGE_TIMES,
    REMIND_MINUTES,
    Problem,
    To,
    When,
    clean_text,
)
from widgets.buttons import Button
from widgets.chips import Chip, FilterChips
from widgets.composer_bars import ContextBar
from widgets.composer_staged import StagedBar
from widgets.date_time_field import DateTimeField
from widgets.file_dialogs import pick_files
from widgets.form_fields import ChoiceField, SwitchField, TextField
from widgets.people_picker import PeoplePicker, PersonChip
from widgets.style import StyleSource
from widgets.text_area import TextArea
from widgets.words import Line, Words


class _Part(QWidget):
    """A column of fields."""

    def __init__(self, desk: Desk, presenter: NewDingPresenter) -> None:
        super().__init__()
        self._desk, self._style, self._presenter = desk, desk.style, presenter
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(desk.style.current.px(8))

    def picker(self, name: str, label: str) -> PeoplePicker:
        """Make a picker whose people the presenter keeps."""
        picker = PeoplePicker(self._style, label, self._desk.images)
        act = self._presenter
        picker.term_changed.connect(lambda term: act.look_for(name, term))
        picker.chosen.connect(lambda key: act.add(name, key))
        picker.names_given.connect(lambda names: act.add_named(name, names))
        picker.removed.connect(lambda key: act.remove(name, key))
        act.suggested.connect(
            lambda which, term, rows: picker.set_suggestions(term, rows) if which == name else None
        )
        act.people_refused.connect(lambda which, text: picker.set_note(text) if which == name else None)
        return picker


class WhoPart(_Part):
    """Whom it goes to: everyone of the conversation, who has not read, or people one picks."""

    def __init__(self, desk: Desk, presenter: NewDingPresenter) -> None:
        super().__init__(desk, presenter)
        self._label, self.modes = _labelled_chips(self._style, self.column, tr("To"))
        self.names = Line(self._style, role="text2", pixels=13)
        self.people = self.picker(PICKED, "")
        self.column.addWidget(self.names)
        self.column.addWidget(self.people)
        self.modes.chosen.connect(self._choose)

    def show_choices(self) -> None:
        """Show what was chosen."""
        writing, audience = self._presenter.writing, self._presenter.audience
        chips = [Chip(To.PICKED, tr("Choose people"))]
        if audience.unread and audience.room_id is not None:
            chips.insert(0, Chip(To.UNREAD, tr("Not read yet ({n})", n=len(audience.unread))))
        if audience.room_id is not None and len(audience.everyone) <= MAX_RECIPIENTS:
            chips.insert(0, Chip(To.EVERYONE, tr("Everyone ({n})", n=len(audience.everyone))))
        self.modes.set_chips(chips)
        self.modes.set_current(writing.to)
        has_modes = len(chips) > 1 and not audience.is_direct
        self.modes.setVisible(has_modes)
        self._label.setVisible(has_modes or writing.to is not To.PICKED)
        self.people.set_label("" if has_modes else tr("To"))
        people = {To.EVERYONE: audience.everyone, To.UNREAD: audience.unread}.get(writing.to)
        self.names.setVisible(people is not None)
        self.names.setText(words.list_names([*map(_tagged, people or ())], 8))
        self.people.setVisible(people is None)
        self.people.set_people(_chips(writing.picked))

    def focus_field(self) -> None:
        """Put the cursor where people are chosen."""
        if self._presenter.writing.to is To.PICKED:
            self.people.focus_field()

    def _choose(self, key: str) -> None:
        self._presenter.set(to=To(key))
        self.focus_field()


class WhatPart(_Part):
    """What it says: kind, source, text, files."""

    def __init__(self, desk: Desk, presenter: NewDingPresenter) -> None:
        super().__init__(desk, presenter)
        _, self.kinds = _labelled_chips(self._style, self.column, tr("Kind"))
        self.kinds.set_chips(words.kind_chips())
        self.source = ContextBar(self._style)
        self.text = TextArea(self._style, tr("Text"), tr("What must they know? Ctrl+Enter sends."))
        self.files = StagedBar(self._style)
        self.attach = Button(self._style, tr("Attach files"), icon="paperclip")
        for part in (self.source, self.text, self.files):
            self.column.addWidget(part)
        self.column.addWidget(self.attach)
        self._connect()

    def show_choices(self) -> None:
        """Show what was chosen."""
        writing, audience = self._presenter.writing, self._presenter.audience
        self.kinds.set_current(writing.kind)
        self.source.setVisible(writing.has_source and audience.source is not None)
        if not self.source.isHidden():
            self.source.show_source(words.source_words(audience), audience.source_text)
        if self.text.text() != writing.text:
            self.text.set_text(writing.text)
        if len(clean_text(writing.text)) > MAX_TEXT:
            self.text.set_error(words.problem_words(Problem.TEXT_TOO_LONG))
        if self.files.items() != writing.files:
            self.files.blockSignals(True)
            self.files.set_items(writing.files)
            self.files.blockSignals(False)

    def _connect(self) -> None:
        act = self._presenter
        self.kinds.chosen.connect(lambda key: act.set(kind=DingKind(key)))
        self.source.cancelled.connect(lambda: act.set(has_source=False))
        self.text.edited.connect(self._edited)
        self.text.files_given.connect(act.add_files)
        self.text.picture_given.connect(
            lambda: self.text.set_error(
                tr("A picture without a file cannot go along. Save it and attach the file.")
            )
        )
        self.files.changed.connect(self._files_changed)
        self.attach.clicked.connect(self._pick)

    def _edited(self) -> None:
        self.text.set_error("")
        self._presenter.set(text=self.text.text())

    def _files_changed(self) -> None:
        self._presenter.set(files=tuple(item for item in self.files.items() if isinstance(item, Path)))

    def _pick(self) -> None:
        pick_files(self.window(), tr("Attach files"), "", self._presenter.add_files)


class KindPart(_Part):
    """What only tasks and meetings have."""

    def __init__(self, desk: Desk, presenter: NewDingPresenter) -> None:
        super().__init__(desk, presenter)
        self.due = DateTimeField(self._style, tr("Due"))
        self.cc = self.picker(CC, tr("Copy to (need not confirm)"))
        self.start = DateTimeField(self._style, tr("Starts"))
        self.end = DateTimeField(self._style, tr("Ends"))
        self.place = TextField(self._style, tr("Place"), placeholder=tr("Room, address or link"))
        self.remind = ChoiceField(self._style, tr("Remind them"), words.remind_choices(REMIND_MINUTES))
        self.place.edit.setMaxLength(MAX_WORDS)
        self._task = _column(self._style, self.due, self.cc)
        self._meeting = _column(
            self._style, _row(self._style, self.start, self.end), _row(self._style, self.place, self.remind)
        )
        self.column.addWidget(self._task)
        self.column.addWidget(self._meeting)
        act = presenter
        self.due.changed.connect(lambda moment: act.set(due_ms=ms_of(moment)))
        self.start.changed.connect(self._start_changed)
        self.end.changed.connect(lambda moment: act.set(end_ms=ms_of(moment)))
        self.place.text_changed.connect(lambda text: act.set(place=text))
        self.remind.chosen.connect(lambda key: act.set(remind_min=int(key) if key else None))

    def show_choices(self) -> None:
        """Show what was chosen."""
        writing = self._presenter.writing
        self._task.setVisible(writing.kind is DingKind.TASK)
        self._meeting.setVisible(writing.kind is DingKind.MEETING)
        self.setVisible(writing.kind is not DingKind.NOTICE)
        self.cc.set_people(_chips(writing.cc))
        for field, ts_ms in (
            (self.due, writing.due_ms),
            (self.start, writing.start_ms),
            (self.end, writing.end_ms),
        ):
            _show_moment(field, ts_ms)
        _show_text(self.place, writing.place)
        self.remind.set_current("" if writing.remind_min is None else str(writing.remind_min))

    def _start_changed(self, moment: datetime) -> None:
        """The end moves along, so that the meeting stays as long as it was."""
        writing, start_ms = self._presenter.writing, ms_of(moment)
        length = max(0, writing.end_ms - writing.start_ms)
        self._presenter.set(start_ms=start_ms, end_ms=start_ms + length)


class WhenPart(_Part):
    """When it goes out, and who sends it then."""

    def __init__(self, desk: Desk, presenter: NewDingPresenter) -> None:
        super().__init__(desk, presenter)
        _, self.modes = _labelled_chips(self._style, self.column, tr("When"))
        self.modes.set_chips(words.when_chips())
        self.at = DateTimeField(self._style, tr("Send at"))
        self.repeat = ChoiceField(self._style, tr("Again"), words.repeat_choices())
        self._row = _row(self._style, self.at, self.repeat)
        self.who = Words(self._style, role="text2", pixels=12)
        self.column.addWidget(self._row)
        self.column.addWidget(self.who)
        self.modes.chosen.connect(lambda key: presenter.set(when=When(key)))
        self.at.changed.connect(lambda moment: presenter.set(at_ms=ms_of(moment)))
        self.repeat.chosen.connect(lambda key: presenter.set(repeat=key))

    def show_choices(self) -> None:
        """Show what was chosen."""
        writing = self._presenter.writing
        self.modes.set_current(writing.when)
        self.at.set_label(tr("First time") if writing.when is When.REPEAT else tr("Send at"))
        self._row.setVisible(writing.when is not When.NOW)
        self.repeat.setVisible(writing.when is When.REPEAT)
        self.repeat.set_current(writing.repeat)
        _show_moment(self.at, writing.at_ms)
        self.who.setText(self._presenter.schedule_words)
        self.who.setVisible(bool(self.who.text()))


class LoudPart(_Part):
    """How it insists: again and again, and in quiet hours."""

    def __init__(self, desk: Desk, presenter: NewDingPresenter) -> None:
        super().__init__(desk, presenter)
        self.every = ChoiceField(
            self._style, tr("Remind those who have not confirmed"), words.nudge_choices(NUDGE_MINUTES)
        )
        self.times = ChoiceField(self._style, tr("How often"), words.times_choices(NUDGE_TIMES))
        self.glass = SwitchField(
            self._style,
            tr("Break their quiet hours"),
            tr("Rings even where somebody wants quiet. Only with a reason."),
        )
        self.reason = TextField(self._style, tr("Reason, shown to them"))
        self.reason.edit.setMaxLength(MAX_WORDS)
        self.column.addWidget(_row(self._style, self.every, self.times))
        self.column.addWidget(self.glass)
        self.column.addWidget(self.reason)
        self.every.chosen.connect(lambda key: presenter.set(nudge_every_min=int(key) if key else None))
        self.times.chosen.connect(lambda key: presenter.set(nudge_times=int(key)))
        self.glass.clicked.connect(self._glass_clicked)
        self.reason.text_changed.connect(lambda text: presenter.set(reason=text))

    def show_choices(self) -> None:
        """Show what was chosen."""
        writing = self._presenter.writing
        self.every.set_current("" if writing.nudge_every_min is None else str(writing.nudge_every_min))
        self.times.set_current(str(writing.nudge_times))
        self.times.setVisible(writing.nudge_every_min is not None)
        self.glass.setChecked(writing.is_breaking_glass)
        self.reason.setVisible(writing.is_breaking_glass)
        _show_text(self.reason, writing.reason)

    def _glass_clicked(self, is_on: bool) -> None:
        self._presenter.set(is_breaking_glass=is_on)
        if is_on:
            self.reason.focus_field()


def _labelled_chips(style: StyleSource, column: QVBoxLayout, label: str) -> tuple[Words, FilterChips]:
    """A row of choices under its name."""
    name, chips = Words(style, label, role="text2", pixels=12), FilterChips(style)
    chips.setAccessibleName(label)
    column.addWidget(name)
    column.addWidget(chips)
    return name, chips


def _row(style: StyleSource, *fields: QWidget) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(style.current.px(12))
    for field in fields:
        layout.addWidget(field, 1)
    return row


def _column(style: StyleSource, *fields: QWidget) -> QWidget:
    column = QWidget()
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(style.current.px(10))
    for field in fields:
        layout.addWidget(field)
    return column


def _chips(people: tuple[Person, ...]) -> list[PersonChip]:
    return [PersonChip(one.user_id, one.name, tr("External") if one.is_external else "") for one in people]


def _tagged(person: Person) -> Person:
    """A name in a line says by itself that it is of another company."""
    if not person.is_external:
        return person
    return Person(person.user_id, f"{person.name} ({tr('External')})", True)


def _show_moment(field: DateTimeField, ts_ms: int) -> None:
    if ms_of(field.value()) != ts_ms:
        field.set_value(moment_of(ts_ms))


def _show_text(field: TextField, text: str) -> None:
    if field.edit.text() != text and field.text() != text:
        field.set_text(text)
