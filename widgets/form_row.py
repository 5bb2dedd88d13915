"""One field of a form: its name with the mark of what must be filled, the input, the hint, what is wrong."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from resources.translations import tr
from widgets.style import StyleSource
from widgets.words import Line, Words

_SHORT_NAME = 24


class FormRow(QWidget):
    """Name above, hint and problem below. Lines without words take no room."""

    def __init__(
        self,
        style: StyleSource,
        name: str,
        *,
        is_required: bool = False,
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(style.current.px(5))
        self._head = QHBoxLayout()
        self._head.setSpacing(style.current.px(3))
        kind = Words if len(name) > _SHORT_NAME else Line  # what never wraps is laid out ten times as fast
        self._name = kind(style, name, role="text2", pixels=13)
        self._name.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._mark: Words | None = None
        self._hint: Words | None = None
        self._problem: Words | None = None
        self._note: Words | None = None
        self._head.addWidget(self._name, 1)
        self._column.addLayout(self._head)
        self._input: QWidget | None = None
        if is_required:
            self._show_mark()
        if hint:
            self.set_hint(hint)

    def set_input(self, widget: QWidget) -> None:
        """Put the input under the name."""
        self._input = widget
        self._column.insertWidget(1, widget)

    def set_name_visible(self, is_visible: bool) -> None:
        """Cells of a table are named once, above the first row."""
        self._name.setVisible(is_visible)
        if self._mark is not None:
            self._mark.setVisible(is_visible)

    def set_hint(self, text: str) -> None:
        """The grey line below; it may say something else with each key."""
        if self._hint is None and text:
            self._hint = Words(self._style, role="text2", pixels=12)
            self._hint.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._hint.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._column.insertWidget(self._column.count() - (self._problem is not None), self._hint)
        if self._hint is not None and self._hint.text() != text:
            self._hint.setText(text)
            self._hint.setVisible(bool(text))

    def hint(self) -> str:
        """The grey line."""
        return self._hint.text() if self._hint is not None else ""

    def set_problem(self, sentence: str) -> None:
        """The red line below; empty takes it away."""
        if self._problem is None and sentence:
            self._problem = Words(self._style, role="attention_text", pixels=12)
            self._column.addWidget(self._problem)
        if self._problem is not None and self._problem.text() != sentence:
            self._problem.setText(sentence)
            self._problem.setVisible(bool(sentence))

    def set_note(self, sentence: str) -> None:
        """An amber line below: something to look at that is not wrong."""
        if self._note is None and sentence:
            self._note = Words(self._style, role="waiting_text", pixels=12)
            self._column.insertWidget(2, self._note)
        if self._note is not None and self._note.text() != sentence:
            self._note.setText(sentence)
            self._note.setVisible(bool(sentence))

    def note(self) -> str:
        """The amber line."""
        return self._note.text() if self._note is not None else ""

    def problem(self) -> str:
        """The red line."""
        return self._problem.text() if self._problem is not None else ""

    def _show_mark(self) -> None:
        self._mark = Line(self._style, "*", role="accent_text", pixels=13, is_bold=True)
        self._mark.setToolTip(tr("Must be filled in"))
        self._head.setStretch(0, 0)
        self._head.addWidget(self._mark)
        self._head.addStretch(1)
