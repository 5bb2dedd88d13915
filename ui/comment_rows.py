"""Comments (on a ding, on a request) as rows of their list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.timeline import SendState
from resources.formats import format_clock, format_due, format_list_time, format_size
from resources.translations import tr
from ui.images import avatar_key
from ui.item_words import short_words
from ui.rich import spans_of
from ui.sentences import sentence_for
from widgets.ding_values import CommentRow
from widgets.file_card import FileRow

if TYPE_CHECKING:
    from app.domain.ids import UserID
    from app.domain.timeline import TimelineItem


def comment_row(item: TimelineItem, me: UserID, now_ms: int, *, is_online: bool) -> CommentRow:
    """Word one message."""
    if item.is_redacted or (item.media is None and not item.body):
        text, spans = short_words(item), ()
    else:
        text, spans = spans_of(item.body, item.formatted, me)  # type: ignore[assignment]
    is_failed = item.send_state is SendState.WEDGED
    note = tr("Not sent. {reason}", reason=sentence_for(item.error_code)) if is_failed else ""
    if item.send_state in {SendState.QUEUED, SendState.SENDING}:
        note = tr("Sending…") if is_online else tr("Waits for the line")
    return CommentRow(
        uid=item.uid,
        sender_id=item.sender,
        name=item.sender_name,
        head=f"{item.sender_name} {time_words(item.ts_ms, now_ms)}",
        text=text,
        spans=spans,
        avatar_key=avatar_key(item.sender_avatar),
        file=file_row(item) if item.media is not None and not item.is_redacted else None,
        note=note,
        is_failed=is_failed,
    )


def file_row(item: TimelineItem) -> FileRow:
    """Word the file of a message."""
    media = item.media
    if media is None:
        return FileRow(item.uid, tr("Unnamed file"), "")
    size = format_size(media.size_bytes) if media.size_bytes is not None else ""
    return FileRow(item.uid, media.filename or tr("Unnamed file"), size, media.mimetype)


def time_words(ts_ms: int | None, now_ms: int) -> str:
    """The time alone if it was today."""
    if ts_ms is None:
        return ""
    is_today = format_list_time(ts_ms, now_ms) == format_clock(ts_ms)
    return format_clock(ts_ms) if is_today else format_due(ts_ms, now_ms)
