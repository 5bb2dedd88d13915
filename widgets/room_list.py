"""The conversation list: a view whose delegate paints 64 px rows from `RoomRow` values."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QListView, QWidget

from widgets.avatar import ImageSource
from widgets.badge import NO_BADGE, Badge
from widgets.style import StyleSource

ROOM_ROW_ROLE = Qt.ItemDataRole.UserRole + 1
"""The model answers this role with a `RoomRow`."""


class LeadKind(StrEnum):
    """What stands before the preview, and in which colour."""

    NONE = "none"
    MENTION = "mention"
    """Red, bold: [Someone @ you]."""
    DRAFT = "draft"
    """Amber, bold: [Draft]."""
    FAILED = "failed"
    """Red with an icon: [Not sent]."""
    SENDING = "sending"
    """Grey clock icon, no words needed."""


@dataclass(frozen=True, slots=True)
class RoomRow:
    """One row, worded."""

    room_id: str
    name: str
    time_text: str = ""
    preview: str = ""
    avatar_key: str | None = None
    """Key for the ImageSource; None shows initials."""
    tag: str = ""
    """Amber tag before the preview: External."""
    lead: str = ""
    lead_kind: LeadKind = LeadKind.NONE
    badge: Badge = NO_BADGE
    is_unread: bool = False
    is_muted: bool = False
    is_favourite: bool = False
    is_encrypted: bool = False
    color_key: str = ""
    """Id the avatar's colour derives from; empty: room_id (direct chats give the person's id)."""


class RoomListView(QListView):
    """Uniform rows, one click opens, keyboard moves and opens. `setModel` as usual."""

    room_activated = Signal(str)
    """Click, Enter, or moving with Alt+arrow: open it."""
    context_requested = Signal(str, QPoint)
    """Room and global position."""
    visible_range_changed = Signal(int, int)

    def __init__(
        self, style: StyleSource, images: ImageSource | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)

    def set_current_room(self, room_id: str, row: int) -> None:
        """Mark the open room at `row` (-1: none) without emitting."""

    def set_images(self, images: ImageSource) -> None:
        """Where avatars come from."""

    def image_ready(self, key: str) -> None:
        """A picture came; repaint who shows it."""
