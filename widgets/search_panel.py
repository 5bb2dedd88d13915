"""Search in messages: field, filters, hits with the found words marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from widgets.avatar import ImageSource
from widgets.style import StyleSource


class SearchKind(StrEnum):
    """What kind of item."""

    ALL = "all"
    TEXT = "text"
    IMAGES = "images"
    FILES = "files"


class SearchTime(StrEnum):
    """How far back."""

    ANY = "any"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """What the person asks for."""

    text: str
    kind: SearchKind = SearchKind.ALL
    time: SearchTime = SearchTime.ANY
    is_this_room: bool = False


@dataclass(frozen=True, slots=True)
class HitRow:
    """One hit, worded. `ranges` are (start, length) of found words in `snippet`."""

    key: str
    room_name: str
    sender_name: str
    time_text: str
    snippet: str
    ranges: tuple[tuple[int, int], ...] = ()
    color_key: str = ""
    avatar_key: str | None = None


class SearchPanel(QWidget):
    """Emits terms after a pause; the screen answers with `set_hits`, `add_hits`, `set_status`."""

    terms_changed = Signal(object)
    """SearchTerms; empty text means: show nothing."""
    hit_activated = Signal(str)
    more_requested = Signal()
    closed = Signal()

    def __init__(
        self, style: StyleSource, images: ImageSource | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)

    def open_with(self, text: str = "", room_name: str = "") -> None:
        """Focus the field; with `room_name` the scope chip "this chat" is offered and on."""

    def set_hits(self, hits: Sequence[HitRow], *, has_more: bool = False) -> None:
        """Replace the hits."""

    def add_hits(self, hits: Sequence[HitRow], *, has_more: bool = False) -> None:
        """Append a page."""

    def set_status(self, text: str, *, is_busy: bool = False) -> None:
        """A line under the filters: how many, how far back the cache reaches."""

    def terms(self) -> SearchTerms:
        """What is asked for now."""
        return SearchTerms("")
