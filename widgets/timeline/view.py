"""The timeline view: the widget itself."""

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from widgets.style import Style
from widgets.timeline.values import Density, ImageSource, RowSource, TimelineTexts


class TimelineView(QAbstractScrollArea):
    """Shows the rows of a `RowSource`; never asks for more than the pages in sight."""

    near_top_reached = Signal()
    """Less than two screens are left above; emitted once per row count."""
    visible_range_changed = Signal(int, int)
    at_bottom_changed = Signal(bool)
    link_activated = Signal(str)
    user_activated = Signal(str)
    """A sender's avatar or name, or a mention: the user id."""
    reply_quote_activated = Signal(str)
    """The uid of the quoted message."""
    reaction_toggled = Signal(str, str)
    """uid, key."""
    media_activated = Signal(str)
    media_save_requested = Signal(str)
    read_list_requested = Signal(str)
    retry_requested = Signal(str)
    discard_requested = Signal(str)
    gap_activated = Signal(str)
    context_requested = Signal(str, QPoint)
    """uid, global position."""
    reply_requested = Signal(str)
    edit_requested = Signal(str)
    delete_requested = Signal(str)
    react_requested = Signal(str, QPoint)
    """uid, global position where a picker may open."""
    thread_activated = Signal(str)
    text_copied = Signal(str)
    jumped_to_bottom = Signal()
    """The jump button was used: unread marks below may be cleared."""
    typing_started = Signal(str)
    """A printable key was pressed here: belongs into the composer."""

    def __init__(
        self,
        style: Style,
        images: ImageSource | None = None,
        texts: TimelineTexts | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)

    def set_source(
        self, source: RowSource | None, *, anchor_uid: str | None = None, at_bottom: bool = True
    ) -> None:
        """Show another conversation, at `anchor_uid` if given, else at its end, or at its unread divider."""

    def rows_reset(self) -> None:
        """Take over any change of the rows; the place is kept by the uid at the top of the view."""

    def rows_prepended(self, count: int) -> None:
        """Take over `count` new rows above row 0."""

    def rows_changed_from(self, row: int) -> None:
        """Take over that rows from `row` to the end changed, came or went (new messages, echoes)."""

    def rows_touched(self, uids: frozenset[str]) -> None:
        """Take over that these rows look different (edit, reaction, receipt); no row came or went."""

    def image_ready(self, key: str) -> None:
        """Paint again where this picture shows."""

    def set_style(self, style: Style) -> None:
        """Use other colours, fonts and sizes."""

    def set_texts(self, texts: TimelineTexts) -> None:
        """Use other words (language changed, or a new day began)."""

    def set_images(self, images: ImageSource | None) -> None:
        """Take pictures from here."""

    def set_density(self, density: Density) -> None:
        """Bubbles or lines."""

    def scroll_to(self, uid: str, *, flash: bool = True) -> bool:
        """Bring a row into the middle and light it up for a moment; False when it is not among the rows."""
        return False

    def scroll_to_bottom(self) -> None:
        """Go to the newest row and stay there as rows come."""

    @property
    def is_at_bottom(self) -> bool:
        """Whether the newest row is wholly in sight."""
        return True

    def anchor(self) -> tuple[str, int] | None:
        """Return the uid of the topmost row in sight and its offset; for coming back later (`restore`)."""
        return None

    def restore(self, anchor: tuple[str, int]) -> bool:
        """Go back to an earlier `anchor()`."""
        return False

    def current_uid(self) -> str | None:
        """Return the row under the keyboard cursor."""
        return None

    def selected_text(self) -> str:
        """Return the text the mouse selected, or an empty string."""
        return ""
