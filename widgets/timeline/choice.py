"""What a person has chosen: the row under the keyboard cursor, or selected text."""

from widgets.timeline.arrange import RowLayout
from widgets.timeline.frame import Marks
from widgets.timeline.place import Slot
from widgets.timeline.selection import TextSelection
from widgets.timeline.stage import Stage


class Choice:
    """Finds the chosen row and its text among the rows as they are now."""

    def __init__(self, stage: Stage, marks: Marks, selection: TextSelection) -> None:
        self._stage, self._marks, self._selection = stage, marks, selection

    def cursor_slot(self) -> tuple[Slot, RowLayout] | None:
        """The row under the keyboard cursor, if it is in sight."""
        return self._slot_of(self._marks.cursor_uid)

    def selected_slot(self) -> tuple[Slot, RowLayout] | None:
        """The row with selected text, if it is in sight."""
        return self._slot_of(self._selection.uid)

    def _slot_of(self, uid: str) -> tuple[Slot, RowLayout] | None:
        if not uid:
            return None
        return next((pair for pair in self._stage.rows_in_sight() if pair[1].row.uid == uid), None)

    def put_cursor(self, row: int) -> bool:
        """Choose a row and bring it into sight; False where there is none."""
        found = self._stage.row(row)
        if found is None:
            return False
        self._marks.cursor_uid, self._marks.has_cursor = found.uid, True
        self._stage.reveal(row)
        return True

    def forget_vanished_selection(self) -> None:
        """Clear a selection whose row is gone."""
        if self._selection.uid and self._stage.row_of(self._selection.uid) is None:
            self._selection.clear()

    def selected_text(self) -> str:
        """The selected text, or an empty string."""
        row = self._stage.row_of(self._selection.uid) if self._selection.uid else None
        block = self._stage.shelf.layout(row).block if row is not None else None
        return self._selection.text_in(block.text) if block is not None else ""

    def text_to_copy(self) -> str:
        """The selected text, or the whole message under the keyboard cursor."""
        text = self.selected_text()
        found = self.cursor_slot()
        if text or found is None or found[1].block is None:
            return text
        return found[1].row.text or found[1].block.text
