"""Timeline items as rows of the timeline view: everything worded, nothing left to decide while painting."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.ids import server_name_of
from app.domain.timeline import ItemKind, MediaInfo, Reaction, ReplyPreview, SendState, TimelineItem
from resources.formats import format_duration, format_size
from resources.translations import tr, tr_n
from ui.ding_words import ding_card, nudge_words, shown_reactions
from ui.images import avatar_key
from ui.item_words import kind_words, state_words
from ui.rich import spans_of, with_own_mention
from ui.sentences import sentence_for
from widgets.timeline.values import (
    MediaBox,
    MediaKind,
    ReactionChip,
    ReplyQuote,
    Row,
    RowKind,
    SendMark,
    TextSpan,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.approvals.rows import ApprovalRow
    from app.domain.channels.rows import PostRow
    from app.domain.ids import EventID, RoomID, UserID
    from app.domain.timeline import CardMark, VideoMark
    from widgets.timeline.values import RequestCard

_ROW_KINDS = {
    ItemKind.NOTICE: RowKind.NOTICE,
    ItemKind.EMOTE: RowKind.EMOTE,
    ItemKind.STATE: RowKind.STATE,
    ItemKind.GAP: RowKind.GAP,
    ItemKind.ENCRYPTED: RowKind.ENCRYPTED,
    ItemKind.UNKNOWN: RowKind.UNKNOWN,
}
_MEDIA_KINDS = {
    ItemKind.IMAGE: MediaKind.IMAGE,
    ItemKind.VIDEO: MediaKind.VIDEO,
    ItemKind.AUDIO: MediaKind.AUDIO,
    ItemKind.FILE: MediaKind.FILE,
}
_MARKS = {
    SendState.QUEUED: SendMark.WAITING,
    SendState.SENDING: SendMark.SENDING,
    SendState.SENT: SendMark.SENT,
    SendState.WEDGED: SendMark.FAILED,
}
NAMES_IN_TOOLTIP = 8


@dataclass(frozen=True, slots=True)
class RowContext:
    """What wording a row needs to know beside the item."""

    room_id: RoomID
    me: UserID
    my_name: str
    name_of: Callable[[UserID], str]
    detail_of: Callable[[UserID], str]
    """Department of a colleague; empty where unknown."""
    progress_of: Callable[[str], float | None]
    """Upload or download under way for a uid, 0..1."""
    now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    request_of: Callable[[RoomID], ApprovalRow | None] = lambda _room_id: None
    """How the request of a card stands (bounded read)."""
    post_of: Callable[[EventID], PostRow | None] = lambda _event_id: None
    """How the post of a card stands (bounded read)."""


def row_of(item: TimelineItem, context: RowContext) -> Row:
    """Word one item."""
    text, spans = _text_of(item, context)
    request, media = None, _media_of(item, context)
    if item.card is not None and not item.is_redacted:
        text, request = _request_of(item, item.card, context)
        spans = ()
    if item.video is not None and not item.is_redacted:
        text, spans, media = _video_of(item, item.video, context)
    is_nudge = item.nudges is not None and not item.is_redacted
    return Row(
        uid=item.uid,
        kind=_ROW_KINDS.get(item.kind, RowKind.MESSAGE),
        sender_id=item.sender,
        sender_name=item.sender_name,
        ts_ms=item.ts_ms,
        text=text,
        spans=spans,
        sender_detail=_detail_of(item, context),
        is_external=item.is_external,
        avatar_key=avatar_key(item.sender_avatar),
        is_own=item.is_own,
        is_edited=item.is_edited,
        is_redacted=item.is_redacted,
        mentions_me=item.mentions_me,
        reply=None if is_nudge else _quote_of(item.reply),
        media=media,
        reactions=tuple(_chip_of(reaction, context) for reaction in shown_reactions(item)),
        thread_count=item.thread_count,
        send_mark=_MARKS.get(item.send_state) if item.send_state else None,
        error_text=sentence_for(item.error_code) if item.send_state is SendState.WEDGED else "",
        read_text=read_words(item),
        is_read_link=bool(item.is_own and item.read_count is not None),
        ding=None if item.ding is None or item.is_redacted else ding_card(item.ding, context.now_ms()),
        request=request,
        nudges=item.nudges if is_nudge and item.nudges else "",
    )


def _request_of(item: TimelineItem, card: CardMark, context: RowContext) -> tuple[str, RequestCard]:
    from ui.request_cards import request_card, request_text  # most chats hold none

    row = context.request_of(card.room_id)
    return request_text(card, row, item.body), request_card(card, row)


def _video_of(
    item: TimelineItem, mark: VideoMark, context: RowContext
) -> tuple[str, tuple[TextSpan, ...], MediaBox]:
    from ui.video_cards import said_with, video_box  # most chats hold none

    text, spans = spans_of(said_with(mark, item.body), None, context.me)
    return text, spans, video_box(mark, context.post_of(mark.event_id), context.now_ms())


def _text_of(item: TimelineItem, context: RowContext) -> tuple[str, tuple[TextSpan, ...]]:
    if item.is_redacted:
        return "", ()
    if item.kind is ItemKind.STATE:
        return (state_words(item.state, item.sender_name) if item.state else item.body), ()
    if item.kind is ItemKind.GAP:
        return tr("Messages are missing here. Click to fetch them."), ()
    if item.kind is ItemKind.ENCRYPTED:
        return tr("Encrypted message. Tack cannot read it yet."), ()
    if item.kind is ItemKind.UNKNOWN:
        return item.body or tr("This message needs a newer Tack."), ()
    if item.nudges is not None:
        return nudge_words(item), ()
    if item.ding is not None:
        text, spans = spans_of(item.ding.text, None, context.me)
    else:
        text, spans = spans_of(item.body, item.formatted, context.me)
    return text, with_own_mention(text, spans, context.my_name) if item.mentions_me else spans


def _detail_of(item: TimelineItem, context: RowContext) -> str:
    return server_name_of(item.sender) if item.is_external else context.detail_of(item.sender)


def _quote_of(reply: ReplyPreview | None) -> ReplyQuote | None:
    if reply is None:
        return None
    if reply.is_redacted:
        return ReplyQuote(reply.event_id, reply.sender_name, tr("Message recalled"))
    if reply.sender is None:
        return ReplyQuote(reply.event_id, "", tr("Show the original message"))
    return ReplyQuote(reply.event_id, reply.sender_name, kind_words(reply.kind, reply.body))


def _media_of(item: TimelineItem, context: RowContext) -> MediaBox | None:
    media = item.media
    kind = _MEDIA_KINDS.get(item.kind)
    if media is None or kind is None or item.is_redacted:
        return None
    return MediaBox(
        kind=kind,
        filename=media.filename or tr("Unnamed file"),
        size_text=format_size(media.size_bytes) if media.size_bytes is not None else "",
        image_key=_image_key(kind, media),
        width=media.width or 0,
        height=media.height or 0,
        mime=media.mimetype,
        duration_text=format_duration(media.duration_ms / 1000) if media.duration_ms else "",
        progress=context.progress_of(item.uid),
    )


def _image_key(kind: MediaKind, media: MediaInfo) -> str | None:
    if kind is MediaKind.IMAGE:
        if media.uri is not None:
            return media.uri
        return f"local:{media.local_path}" if media.local_path else media.thumbnail
    return media.thumbnail if kind is MediaKind.VIDEO else None


def _chip_of(reaction: Reaction, context: RowContext) -> ReactionChip:
    names = [context.name_of(user) for user in reaction.senders[:NAMES_IN_TOOLTIP]]
    rest = reaction.count - len(names)
    tooltip = tr(", ").join(names)
    if rest > 0 and names:
        tooltip = tr_n("{names} and {n} other", "{names} and {n} others", rest, names=tooltip)
    return ReactionChip(reaction.key, reaction.count, reaction.is_mine, tooltip)


def read_words(item: TimelineItem) -> str:
    """The line under an own message: who has read it, as far as the cache knows."""
    if not item.is_own or item.read_count is None or item.send_state not in {None, SendState.SENT}:
        return ""
    unread = item.unread_count or 0
    if unread == 0 and item.read_count:
        return tr("Read") if item.read_count == 1 else tr("Read by all")
    if unread == 1 and item.read_count == 0:
        return tr("Unread")
    return tr("{read} read · {unread} unread", read=item.read_count, unread=unread)
