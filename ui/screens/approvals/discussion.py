"""What people said about a request: the messages of its room without those that repeat form and acts for other clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from app.domain.approvals.wire import TEXT_FIELD
from app.domain.timeline import ItemKind, SendState
from resources.formats import format_clock, format_moment, format_size
from resources.translations import tr
from ui.images import avatar_key
from ui.item_words import short_words
from ui.rich import spans_of
from ui.sentences import sentence_for
from widgets.ding_values import CommentRow
from widgets.file_card import FileRow

if TYPE_CHECKING:
    from app.domain.ids import EventID, RoomID, TxnID
    from app.domain.timeline import TimelineItem
    from app.store.reader import Reader
    from ui.screens.approvals.approvals_state import WordContext

PAGE, MOST_ROWS, MOST_COMMENTS = 200, 2000, 300
_TALK = (
    ItemKind.TEXT,
    ItemKind.NOTICE,
    ItemKind.EMOTE,
    ItemKind.IMAGE,
    ItemKind.FILE,
    ItemKind.VIDEO,
    ItemKind.AUDIO,
)
_DAY_MS = 24 * 60 * 60 * 1000


class Discussion(NamedTuple):
    """What was said, oldest first."""

    items: tuple[TimelineItem, ...] = ()
    newest: EventID | None = None
    """The newest event of the room: up to here it is read when it is seen."""


def read_discussion(read: Reader, room_id: RoomID) -> Discussion:
    """Read the newest messages. *Slow*: looks into each."""
    extent = read.extent(room_id)
    repeats = {row.txn_id for row in read.queue(room_id=room_id) if TEXT_FIELD in row.content}
    found: list[TimelineItem] = []
    newest: EventID | None = None
    end = extent.row_count
    while end > 0 and len(found) < MOST_COMMENTS and extent.row_count - end < MOST_ROWS:
        start = max(0, end - PAGE)
        items = read.items(room_id, start, end - start)
        newest = newest or next((item.event_id for item in reversed(items) if item.event_id), None)
        talk = (item for item in items if item.kind in _TALK and item.ding is None)  # urging is an act
        found[:0] = [item for item in talk if not _is_repeat(read, item, repeats)]
        end = start
    return Discussion(tuple(found[-MOST_COMMENTS:]), newest)


def comment_of(item: TimelineItem, context: WordContext) -> CommentRow:
    """Word one message."""
    now = context.now_ms()
    if item.is_redacted or (item.media is None and not item.body):
        text, spans = short_words(item), ()
    else:
        text, spans = spans_of(item.body, item.formatted, context.me)  # type: ignore[assignment]
    is_failed = item.send_state is SendState.WEDGED
    note = tr("Not sent. {reason}", reason=sentence_for(item.error_code)) if is_failed else ""
    if item.send_state in {SendState.QUEUED, SendState.SENDING}:
        note = tr("Sending…") if context.is_online() else tr("Waits for the line")
    return CommentRow(
        uid=item.uid,
        sender_id=item.sender,
        name=item.sender_name,
        head=f"{item.sender_name} {_when(item.ts_ms, now)}",
        text=text,
        spans=spans,
        avatar_key=avatar_key(item.sender_avatar),
        file=_file(item),
        note=note,
        is_failed=is_failed,
    )


def _is_repeat(read: Reader, item: TimelineItem, repeats: set[TxnID]) -> bool:
    """Whether a message only says in words what Tack shows better."""
    if item.event_id is None:
        return item.txn_id in repeats
    event = read.event(item.event_id)
    return event is not None and TEXT_FIELD in event.content


def _when(ts_ms: int, now_ms: int) -> str:
    return format_clock(ts_ms) if abs(now_ms - ts_ms) < _DAY_MS / 2 else format_moment(ts_ms, now_ms)


def _file(item: TimelineItem) -> FileRow | None:
    media = item.media
    if media is None or item.is_redacted:
        return None
    size = format_size(media.size_bytes) if media.size_bytes is not None else ""
    return FileRow(item.uid, media.filename or tr("Unnamed file"), size, media.mimetype)
