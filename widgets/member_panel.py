"""The side panel: members with search, and the files of the room."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QAbstractItemModel, QPoint, Qt, Signal
from PySide6.QtWidgets import QWidget

from widgets.avatar import ImageSource
from widgets.style import StyleSource

MEMBER_ROW_ROLE = Qt.ItemDataRole.UserRole + 1
"""The model answers this role with a `MemberRow`."""


class TagKind(StrEnum):
    """Colour of a tag."""

    AMBER = "amber"
    ACCENT = "accent"
    GREY = "grey"


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One member, worded."""

    user_id: str
    name: str
    detail: str = ""
    avatar_key: str | None = None
    tag: str = ""
    tag_kind: TagKind = TagKind.AMBER


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file of the room, worded."""

    uid: str
    name: str
    detail: str
    mime: str = ""


class MemberPanel(QWidget):
    """Title with count, search, list, files."""

    search_changed = Signal(str)
    member_activated = Signal(str)
    member_context_requested = Signal(str, QPoint)
    file_activated = Signal(str)
    near_end_reached = Signal()
    invite_requested = Signal()

    def __init__(
        self, style: StyleSource, images: ImageSource | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)

    def set_model(self, model: QAbstractItemModel) -> None:
        """Rows by MEMBER_ROW_ROLE."""

    def set_count(self, count: int) -> None:
        """The number beside the title."""

    def set_files(self, files: Sequence[FileRow]) -> None:
        """Newest first; the section hides when there are none."""

    def set_can_invite(self, can: bool) -> None:
        """Show the button that adds people."""

    def set_images(self, images: ImageSource) -> None:
        """Where avatars come from."""

    def image_ready(self, key: str) -> None:
        """A picture came."""
