"""Text selected with the mouse, inside one row at a time."""

from dataclasses import dataclass

from widgets.timeline.text_block import TextBlock


@dataclass(slots=True)
class TextSelection:
    """A stretch of one row's text, counted in characters; `uid` empty: nothing is selected."""

    uid: str = ""
    anchor: int = 0
    end: int = 0
    is_dragging: bool = False
    _whole_from: tuple[int, int] | None = None
    """The word a double click chose: dragging on extends around it."""

    def press(self, uid: str, offset: int) -> None:
        """Begin a drag."""
        self.uid, self.anchor, self.end = uid, offset, offset
        self.is_dragging, self._whole_from = True, None

    def press_word(self, uid: str, block: TextBlock, offset: int) -> None:
        """A double click: choose the word."""
        start, end = block.word_at(offset)
        self.uid, self.anchor, self.end = uid, start, end
        self.is_dragging, self._whole_from = True, (start, end)

    def choose_all(self, uid: str, block: TextBlock) -> None:
        """Choose a row's whole text."""
        self.uid, self.anchor, self.end = uid, 0, len(block.text)
        self.is_dragging, self._whole_from = False, None

    def drag(self, offset: int) -> bool:
        """Extend to `offset`; whether anything changed."""
        before = (self.anchor, self.end)
        if self._whole_from is None:
            self.end = offset
        else:
            start, end = self._whole_from
            self.anchor, self.end = (end, offset) if offset < start else (start, max(end, offset))
        return before != (self.anchor, self.end)

    def release(self) -> None:
        """End the drag; an empty selection is dropped."""
        self.is_dragging, self._whole_from = False, None
        if self.anchor == self.end:
            self.clear()

    def clear(self) -> None:
        """Select nothing."""
        self.uid, self.anchor, self.end = "", 0, 0
        self.is_dragging, self._whole_from = False, None

    def range_of(self, uid: str) -> tuple[int, int] | None:
        """The stretch to paint in this row."""
        if not self.uid or uid != self.uid or self.anchor == self.end:
            return None
        return min(self.anchor, self.end), max(self.anchor, self.end)

    def text_in(self, text: str) -> str:
        """The selected part of the row's text."""
        start, end = sorted((self.anchor, self.end))
        return text[start:end]
