"""What was edited, to be undone and done again. Values only; typing in one field counts as one edit."""

from typing import Generic, TypeVar

T = TypeVar("T")
TYPED = (
    "name",
    "hint",
    "text",
    "about",
    "group",
    "prefix",
    "timeout",
    "formula",
    "default",
    "at_least",
    "at_most",
    "max_length",
    "decimals",
    "need",
)
"""What is typed letter by letter: a word of it, not a letter, is undone."""

MOST = 200


def typing_tag(where: str, changes: dict[str, object]) -> str:
    """Give the tag of an edit: that of the field one types in, none for what is chosen."""
    return f"{where}:{','.join(changes)}" if all(name in TYPED for name in changes) else ""


class EditHistory(Generic[T]):
    """The states of one thing that never changes in place."""

    def __init__(self, start: T) -> None:
        self._past: list[T] = []
        self._future: list[T] = []
        self._current = start
        self._tag = ""

    @property
    def current(self) -> T:
        """How it stands now."""
        return self._current

    @property
    def can_undo(self) -> bool:
        """Whether there is an earlier state."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether something was undone."""
        return bool(self._future)

    def push(self, state: T, tag: str = "") -> bool:
        """Take an edit; one with the same `tag` as the last joins it. Whether anything changed."""
        if state == self._current:
            return False
        if not tag or tag != self._tag or not self._past:
            self._past = [*self._past[-MOST + 1 :], self._current]
        self._current, self._future, self._tag = state, [], tag
        return True

    def pause(self) -> None:
        """The next edit stands for itself, whatever its tag."""
        self._tag = ""

    def undo(self) -> bool:
        """Go back one edit."""
        if not self._past:
            return False
        self._future.append(self._current)
        self._current, self._tag = self._past.pop(), ""
        return True

    def redo(self) -> bool:
        """Do again what was undone."""
        if not self._future:
            return False
        self._past.append(self._current)
        self._current, self._tag = self._future.pop(), ""
        return True
