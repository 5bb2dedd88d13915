"""What a person can want from the timeline, as signals: the owner of the view acts on them."""

from PySide6.QtCore import QPoint, Signal, SignalInstance
from PySide6.QtWidgets import QAbstractScrollArea

from widgets.timeline.pieces import Target, TargetKind


class TimelineIntents(QAbstractScrollArea):
    """The signals of the timeline view, and which click emits which."""

    near_top_reached = Signal()
    """Less than two screens are left above; again after rows came or the reader went away and back."""
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
    media_stop_requested = Signal(str)
    """The attachment moves, and shall not any more."""
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
    ding_activated = Signal(str)
    """Show the ding of this row in the inbox."""
    ding_confirmed = Signal(str)
    """The person confirms the ding of this row."""
    ding_requested = Signal(str)
    """Make a ding of this message."""
    request_activated = Signal(str)
    """Open the request that the card of this row shows."""
    text_copied = Signal(str)
    jumped_to_bottom = Signal()
    """The jump button was used: unread marks below may be cleared."""
    settled = Signal()
    """Rows stand where they are shown now: after each scroll, change and resize."""
    paste_requested = Signal()
    """Something is pasted here: it belongs into the composer."""
    typing_started = Signal(str)
    """A printable key was pressed here: belongs into the composer."""

    def activate(self, target: Target, uid: str) -> None:
        """Do what a click on `target` in the row `uid` means."""
        if target.kind is TargetKind.REACTION:
            row_uid, _newline, key = target.value.partition("\n")
            self.reaction_toggled.emit(row_uid, key)
        elif target.kind is TargetKind.FOLD:
            self.toggle_fold(uid)
        else:
            signal = self._signals().get(target.kind)
            if signal is not None:
                signal.emit(target.value)

    def toggle_fold(self, uid: str) -> None:
        """Show all of a long message, or its beginning."""
        raise NotImplementedError

    def _signals(self) -> dict[TargetKind, SignalInstance]:
        return {
            TargetKind.LINK: self.link_activated,
            TargetKind.USER: self.user_activated,
            TargetKind.QUOTE: self.reply_quote_activated,
            TargetKind.MEDIA: self.media_activated,
            TargetKind.SAVE: self.media_save_requested,
            TargetKind.STOP: self.media_stop_requested,
            TargetKind.READ_LIST: self.read_list_requested,
            TargetKind.RETRY: self.retry_requested,
            TargetKind.DISCARD: self.discard_requested,
            TargetKind.GAP: self.gap_activated,
            TargetKind.THREAD: self.thread_activated,
            TargetKind.DING: self.ding_activated,
            TargetKind.CONFIRM: self.ding_confirmed,
            TargetKind.REQUEST: self.request_activated,
        }
