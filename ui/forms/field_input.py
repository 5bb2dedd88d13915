"""What every input of a form can do, whatever it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from resources.translations import tr
from ui.approval_words import words_of
from widgets.tab_place import TabPlace

if TYPE_CHECKING:
    from app.domain.approvals.planning import ProblemAt
    from app.domain.approvals.template import Field
    from ui.desk import Desk
    from ui.operations import Operations


class FormPlace(NamedTuple):
    """Where a form stands: the account, and the tasks that end with the form."""

    desk: Desk
    operations: Operations


class FieldInput(QWidget):
    """The input of one field. Values are as `app.domain.approvals.request` writes them; None: empty."""

    changed = Signal()
    """By the person."""
    files_given = Signal(object)
    """tuple[Path, ...]: dropped or pasted here, where no files are kept."""
    is_wide = True
    """A half of the form's width is not enough for it."""

    def __init__(self, place: FormPlace, field: Field, *, is_cell: bool = False) -> None:
        """`is_cell`: it stands in a row of a table, where there is little room."""
        super().__init__()
        self.desk, self.operations, self.style_source = place.desk, place.operations, place.desk.style
        self.field, self.is_cell = field, is_cell
        self.name = words_of(field.name)
        """For who cannot see the form: with the mark of what must be filled."""
        if field.is_required:
            self.name = tr("{name} (must be filled in)", name=self.name)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(place.desk.style.current.px(6))

    def value(self) -> Any:
        """What stands in it; half-typed things as they were typed."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show a value without emitting; what is of a wrong type is left out."""
        raise NotImplementedError

    def show_computed(self, value: Any) -> None:
        """The form was computed anew: the value with what follows from it (days, sums)."""

    def hint(self) -> str:
        """What is said below the input now."""
        return words_of(self.field.hint)

    def mark(self, sentence: str, problem: ProblemAt | None = None) -> None:
        """Show that something is wrong, and say it to a screen reader; empty: nothing is."""

    def stops(self) -> list[QWidget]:
        """Give where the Tab key comes to, in order."""
        return [
            one
            for one in self.findChildren(QWidget)
            if one.focusPolicy() & Qt.FocusPolicy.TabFocus
            and one.focusProxy() is None
            and not isinstance(one, TabPlace)
            and one.window() is self.window()  # a list that opens is a window of its own
        ]

    def pass_on(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Let whoever is around the form hear a key that an input took for itself: Escape, Ctrl+Enter."""
        QApplication.sendEvent(self, QKeyEvent(QKeyEvent.Type.KeyPress, key, modifiers))

    def focus_input(self) -> None:
        """Put the cursor in."""
        (self.focusProxy() or self).setFocus(Qt.FocusReason.OtherFocusReason)
