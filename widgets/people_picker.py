"""Chooses people: chips of who is chosen, a field that searches, suggestions under it.

It owns no list of people: who uses it answers `term_changed` with `set_suggestions` and keeps who is chosen. Several names or
ids pasted at once come as `names_given`. Enter never chooses a suggestion that belongs to an earlier term.
"""

import re
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from resources.translations import tr, tr_n
from widgets.avatar import ImageSource
from widgets.floating import paint_floating
from widgets.floating_list import FloatingList, FloatingRow
from widgets.person_chips import PersonChip, PersonChips
from widgets.search_field import SearchField
from widgets.style import StyleSource
from widgets.words import Line, Words

__all__ = ["FloatingRow", "PeoplePicker", "PersonChip", "split_names"]

_SEPARATORS = re.compile(r"[,，;；、\n\r\t\u2028\u2029|]+")
_SHADOW, _MOST_HEIGHT = 10, 264


def split_names(text: str) -> tuple[str, ...]:
    """Read several names or ids out of what was pasted; one name alone gives none."""
    if _SEPARATORS.search(text):
        return tuple(dict.fromkeys(name for part in _SEPARATORS.split(text) if (name := part.strip())))
    words = tuple(dict.fromkeys(text.split()))
    is_ids = len(words) > 1 and all(word.startswith("@") and ":" in word for word in words)
    return words if is_ids else ()


class PeoplePicker(QWidget):
    """Keyboard: arrows and Enter in the suggestions, Backspace in the empty field goes to the chips."""

    term_changed = Signal(str)
    names_given = Signal(object)
    """tuple[str, ...]: pasted, or typed without a suggestion."""
    chosen = Signal(str)
    """Key of a suggestion."""
    removed = Signal(str)
    cancelled = Signal()
    """Escape with nothing to close here."""

    def __init__(
        self,
        style: StyleSource,
        label: str,
        images: ImageSource | None = None,
        parent: QWidget | None = None,
        *,
        has_count: bool = True,
    ) -> None:
        """Without `has_count` it does not say how many people these are: they may be something else."""
        super().__init__(parent)
        self._style, self._has_count = style, has_count
        self._label = Words(style, label, role="text2", pixels=12)
        self._count = Line(style, role="text2", pixels=12)
        self._chips = PersonChips(style)
        self._field = _NameField(style)
        self._note = Words(style, role="attention_text", pixels=12)
        self._popup: Suggestions | None = None
        self._images = images
        self._answered: str | None = None
        self._is_choice_wanted = False
        self._is_list_wanted = False
        self._lay_out()
        self._connect()
        self.set_label(label)
        self.set_people(())
        self.set_note("")

    @property
    def field(self) -> SearchField:
        """Where names are typed."""
        return self._field

    @property
    def chips(self) -> PersonChips:
        """Who is chosen."""
        return self._chips

    def set_label(self, label: str) -> None:
        """Word it again."""
        self._label.setText(label)
        self._label.setVisible(bool(label))
        self._chips.set_name(label)
        self._field.set_placeholder(tr("Add people or departments"))

    def set_placeholder(self, text: str) -> None:
        """Word the field's hint."""
        self._field.set_placeholder(text)

    def set_people(self, people: Sequence[PersonChip]) -> None:
        """Show who is chosen."""
        self._chips.set_chips(people)
        self._count.setText(tr_n("{n} person", "{n} people", len(people)))
        self._count.setVisible(self._has_count and bool(people))

    def set_note(self, sentence: str) -> None:
        """Say what could not be added; empty hides it."""
        self._note.setText(sentence)
        self._note.setVisible(bool(sentence))

    def set_suggestions(self, term: str, rows: Sequence[FloatingRow]) -> None:
        """Answer a term; an answer to an earlier one is dropped."""
        if term != self._field.term():
            return
        self._answered = term
        wants, self._is_choice_wanted = self._is_choice_wanted, False
        is_wanted = bool(term) or self._is_list_wanted  # an empty field opens nothing by itself
        if not rows or not is_wanted or not self._field.hasFocus():
            self.close_suggestions()
            if wants and term:
                self._give((term,))
            return
        self._popup_made().show_rows(rows, self._field)
        if wants:
            self._popup_made().rows.choose()

    def suggestions(self) -> tuple[FloatingRow, ...]:
        """What is offered now."""
        return self._popup.rows.rows() if self._popup is not None and self._popup.isVisible() else ()

    def close_suggestions(self) -> None:
        """Take the list away."""
        if self._popup is not None:
            self._popup.hide()

    def focus_field(self) -> None:
        """Put the cursor in."""
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def hideEvent(self, event: QEvent) -> None:
        self.close_suggestions()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._label)
        head.addStretch(1)
        head.addWidget(self._count)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self._style.current.px(6))
        column.addLayout(head)
        for part in (self._chips, self._field, self._note):
            column.addWidget(part)
        self.setFocusProxy(self._field)

    def _connect(self) -> None:
        self._field.term_changed.connect(self._term_changed)
        self._field.textEdited.connect(self._split)
        self._field.moved.connect(self._move)
        self._field.submitted.connect(self._submit)
        self._field.cancelled.connect(self._escape)
        self._field.chips_wanted.connect(self._chips.focus_last)
        self._field.focus_left.connect(self.close_suggestions)
        self._chips.removed.connect(self._remove)
        self._chips.left_at_end.connect(self.focus_field)

    def _term_changed(self, term: str) -> None:
        self.set_note("")
        self._answered, self._is_choice_wanted, self._is_list_wanted = None, False, False
        if not term:
            self.close_suggestions()
        self.term_changed.emit(term)

    def _split(self, text: str) -> None:
        names = () if self._field.is_composing else split_names(text)
        if names:
            self._give(names)

    def _give(self, names: tuple[str, ...]) -> None:
        self._field.clear()
        self.names_given.emit(names)

    def _submit(self, term: str) -> None:
        if self.suggestions() and self._answered == term:
            self._popup_made().rows.choose()
        elif term and self._answered == term:
            self._give((term,))
        elif term:
            self._is_choice_wanted = True  # the answer is on its way

    def _move(self, step: int) -> None:
        if self.suggestions():
            self._popup_made().rows.move_by(step)
        elif step > 0:
            self._is_list_wanted = True
            self.term_changed.emit(self._field.term())

    def _escape(self) -> None:
        if self.suggestions():
            self.close_suggestions()
        else:
            self.cancelled.emit()

    def _choose(self, key: str) -> None:
        self.close_suggestions()
        self._field.clear()
        self.chosen.emit(key)

    def _remove(self, key: str) -> None:
        self.removed.emit(key)
        if not self._chips.chips():
            self.focus_field()

    def _popup_made(self) -> "Suggestions":
        if self._popup is None or self._popup.parentWidget() is not self.window():
            self._popup = Suggestions(self._style, self.window(), self._images)
            self._popup.rows.chosen.connect(self._choose)
        return self._popup


_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _NameField(SearchField):
    """Tells when the chips are meant, and when the cursor is elsewhere."""

    chips_wanted = Signal()
    focus_left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_back = event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Left)
        if is_back and not self.text() and not self.is_composing and not event.isAutoRepeat():
            self.chips_wanted.emit()
        elif event.key() in _ENTER and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()  # the whole form is meant
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_left.emit()


class Suggestions(QWidget):
    """The list under a field: a child of the window, so that it takes no focus from the input method."""

    def __init__(self, style: StyleSource, window: QWidget, images: ImageSource | None) -> None:
        super().__init__(window)
        self._style = style
        self._list = FloatingList(style, images)
        margin = _SHADOW + 4
        column = QVBoxLayout(self)
        column.setContentsMargins(margin, margin, margin, margin)
        column.addWidget(self._list)
        self.hide()

    @property
    def rows(self) -> FloatingList:
        """The list inside."""
        return self._list

    def show_rows(self, rows: Sequence[FloatingRow], field: QWidget) -> None:
        """Show them under the field, or over it where there is more room."""
        window, margin = field.window(), _SHADOW + 4
        self._list.set_rows(rows)
        top = field.mapTo(window, QPoint(0, 0)).y()
        foot = top + field.height()
        below, above = window.height() - foot, top
        room = max(below, above) - margin
        height = min(self._list.content_height(), self._style.current.px(_MOST_HEIGHT), room - margin)
        is_below = below >= height + margin or below >= above
        y = foot - margin + 6 if is_below else top - height - margin - 6
        left = field.mapTo(window, QPoint(0, 0)).x() - _SHADOW
        self.setGeometry(left, y, field.width() + 2 * _SHADOW, height + 2 * margin)
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect()).adjusted(_SHADOW, _SHADOW, -_SHADOW, -_SHADOW)
        paint_floating(painter, box, self._style.current, _SHADOW)
        painter.end()
