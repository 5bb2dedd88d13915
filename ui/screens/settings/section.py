"""One part of the settings page: a heading and its fields, worded again when the language changes."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from widgets.style import StyleSource
from widgets.words import Words

Wording = Callable[[], str]


class Section(QWidget):
    """A heading over a column."""

    def __init__(self, style: StyleSource, title: Wording, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.style_source = style
        self._words: list[tuple[Wording, Callable[[str], None]]] = []
        self._title = Words(style, pixels=15, is_bold=True)
        self._line = QFrame()
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._title)
        self._column.addWidget(self._line)
        self.worded(title, self._title.setText)
        style.changed.connect(self._restyle)

    @property
    def title(self) -> str:
        """The heading as worded now."""
        return self._title.text()

    def add(self, widget: QWidget) -> None:
        """Put a field below the others."""
        self._column.addWidget(widget)

    def add_row(self, row: QHBoxLayout) -> None:
        """Put several fields beside each other."""
        self._column.addLayout(row)

    def add_rows(self, rows: QVBoxLayout) -> None:
        """Put a list whose rows come and go."""
        self._column.addLayout(rows)

    def add_left(self, widget: QWidget) -> None:
        """Put a field that is no wider than it needs."""
        row = QHBoxLayout()
        row.addWidget(widget)
        row.addStretch(1)
        self._column.addLayout(row)

    def add_note(self, words: Wording) -> Words:
        """Put a grey sentence below the others."""
        note = Words(self.style_source, role="text2", pixels=12)
        self._column.addWidget(note)
        self.worded(words, note.setText)
        return note

    def worded(self, words: Wording, put: Callable[[str], None]) -> None:
        """Word something now and whenever the language changes."""
        self._words.append((words, put))
        put(words())

    def word(self) -> None:
        """Word everything again."""
        for words, put in self._words:
            put(words())

    def finish(self) -> None:
        """All fields are in."""
        self._restyle()

    def _restyle(self) -> None:
        style = self.style_source.current
        self._column.setContentsMargins(0, 0, 0, style.px(20))
        self._column.setSpacing(style.px(12))
        self._line.setFixedHeight(1)
        self._line.setStyleSheet(f"background: {style.colors.line.name()};")
