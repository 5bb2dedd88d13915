"""What a row is made of: pieces that paint themselves and say what lies under the pointer.

A row is a stack of pieces in the row's own coordinates. Each subject (sender, bubble, card, chips, foot, lines) has its
module; `arrange` puts them together.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPixmap

from widgets.timeline.look import Look
from widgets.timeline.values import ImageSource, Row


class TargetKind(StrEnum):
    """What a click does."""

    LINK = "link"
    USER = "user"
    QUOTE = "quote"
    REACTION = "reaction"
    MEDIA = "media"
    SAVE = "save"
    STOP = "stop"
    """End what moves: an upload or a download."""
    READ_LIST = "read_list"
    RETRY = "retry"
    DISCARD = "discard"
    GAP = "gap"
    THREAD = "thread"
    FOLD = "fold"
    """Show all of a long message, or less of it."""
    DING = "ding"
    """Show a ding in the inbox."""
    CONFIRM = "confirm"
    """Confirm a ding."""
    REQUEST = "request"
    """Open the request that a card shows."""
    TIP = "tip"
    """Only tells something when pointed at."""


@dataclass(frozen=True, slots=True)
class Target:
    """A place that reacts to the pointer."""

    kind: TargetKind
    value: str
    tooltip: str = ""

    @property
    def is_clickable(self) -> bool:
        """The pointer becomes a hand."""
        return self.kind is not TargetKind.TIP


@dataclass(slots=True)
class PaintContext:
    """What pieces need while they paint; one per frame."""

    look: Look
    images: ImageSource | None
    dpr: float
    avatars: "AvatarShelf"
    clip: QRectF = field(default_factory=QRectF)
    """The part of the row to paint, in its coordinates."""
    selection: tuple[int, int] | None = None
    hovered: Target | None = None
    is_hovered: bool = False
    """The pointer is over the row, or the keyboard cursor on it."""

    def picture(self, key: str | None, width: float, height: float) -> QPixmap | None:
        """Ask for a picture; None where it is not there yet."""
        if key is None or self.images is None:
            return None
        found = self.images.pixmap(key, QSize(round(width), round(height)), self.dpr)
        return None if found is None or found.isNull() else found


class AvatarShelf(Protocol):
    """Paints avatars fast."""

    def paint(self, painter: QPainter, ctx: PaintContext, rect: QRectF, row: Row) -> None:
        """Draw the avatar of the row's sender."""
        ...


class Piece(Protocol):
    """A part of a row."""

    rect: QRectF

    def paint(self, painter: QPainter, ctx: PaintContext) -> None:
        """Draw into `rect`; the painter stands at the row's top left corner."""
        ...

    def target_at(self, point: QPointF) -> Target | None:
        """What a click at this point of the row means."""
        ...
