"""The composer: tools, a text that grows with its lines, reply and edit bar, mentions, files by paste and drop."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QWidget

from widgets.avatar import ImageSource
from widgets.style import StyleSource


class SendKey(StrEnum):
    """Which key sends; the other one makes a new line."""

    ENTER = "enter"
    CTRL_ENTER = "ctrl_enter"


@dataclass(frozen=True, slots=True)
class MentionChoice:
    """One person the completer offers; user_id "@room" is everyone."""

    user_id: str
    name: str
    detail: str = ""
    avatar_key: str | None = None


class Composer(QWidget):
    """Writes one message. Knows no room: the screen sets text, names and what is allowed."""

    send_requested = Signal(str, object)
    """Text and tuple of mentioned user ids. The screen calls `clear()` once it is queued."""
    draft_changed = Signal(str)
    """After a pause in typing, and at once when the text gets empty."""
    typing_changed = Signal(bool)
    image_pasted = Signal(object)
    """QImage."""
    files_chosen = Signal(object)
    """tuple[Path, ...]: dropped, pasted or picked through the file dialog."""
    edit_last_requested = Signal()
    """Arrow up in an empty composer."""
    context_cancelled = Signal()
    """The reply or edit bar was closed."""
    emoji_requested = Signal(QPoint)
    """Only if `has_own_emoji_picker` is off."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)

    def set_mention_source(
        self, find: Callable[[str], Sequence[MentionChoice]], images: ImageSource | None = None
    ) -> None:
        """`find(term)` answers at once (a bounded read) with at most 8 people."""

    def set_send_key(self, key: SendKey) -> None:
        """Which key sends."""

    def set_placeholder(self, room_name: str) -> None:
        """Name the room in the hint."""

    def text(self) -> str:
        """What is written, mentions as @name."""
        return ""

    def set_text(self, text: str, mentions: Sequence[tuple[str, str]] = ()) -> None:
        """Replace the text without signals; `mentions` are (user id, name) marked again where @name stands."""

    def mentions(self) -> tuple[tuple[str, str], ...]:
        """(user id, name) of the mentions in the text; for the draft."""
        return ()

    def clear(self) -> None:
        """Empty it and close the reply or edit bar."""

    def insert_mention(self, user_id: str, name: str) -> None:
        """Put a mention at the cursor."""

    def show_reply(self, sender_name: str, excerpt: str) -> None:
        """Show whom the next message answers."""

    def show_edit(self, text: str, mentions: Sequence[tuple[str, str]] = ()) -> None:
        """Edit an own message; what was being written comes back after it."""

    def hide_context(self) -> None:
        """Close the reply or edit bar without emitting."""

    def set_disabled_reason(
        self, sentence: str, action_text: str = "", on_action: Callable[[], None] | None = None
    ) -> None:
        """Say why nothing can be written here (empty: it can)."""

    def set_note(self, sentence: str) -> None:
        """A line under the text: "offline: it will be sent later"; empty hides it."""

    def focus_text(self) -> None:
        """Put the cursor into the text."""
