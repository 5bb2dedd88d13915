"""Conversations as rows of the list: everything worded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.membership import Membership
from app.domain.rooms import ListSendState, NotifyLevel, PreviewKind, RoomSummary
from resources.formats import format_list_time
from resources.translations import tr
from ui.images import avatar_key
from ui.item_words import preview_words
from widgets.badge import NO_BADGE, Badge, BadgeKind
from widgets.room_list import LeadKind, RoomRow

if TYPE_CHECKING:
    from app.domain.ids import UserID


def room_row(room: RoomSummary, me: UserID, now_ms: int) -> RoomRow:
    """Word one conversation."""
    lead, lead_kind = _lead_of(room)
    return RoomRow(
        room_id=room.room_id,
        name=room_name(room),
        time_text=format_list_time(room.last_ts, now_ms),
        preview=_preview_of(room, me),
        avatar_key=avatar_key(room.avatar),
        tag=tr("External") if room.is_external else "",
        lead=lead,
        lead_kind=lead_kind,
        badge=room_badge(room),
        is_unread=bool(room.unread or room.mentions or room.is_marked_unread),
        is_muted=room.level is NotifyLevel.NONE,
        is_favourite=room.is_favourite,
        is_encrypted=room.is_encrypted,
        color_key=color_key(room),
    )


def without_news(room: RoomSummary) -> RoomSummary:
    """The same room with everything in it read."""
    if not (room.unread or room.mentions or room.is_marked_unread):
        return room
    return room._replace(unread=0, mentions=0, is_marked_unread=False)


def room_name(room: RoomSummary) -> str:
    """The name a person reads; a room without any is an empty room."""
    return room.name or tr("Empty room")


def color_key(room: RoomSummary) -> str:
    """A direct chat has its person's colour."""
    return room.direct_user or room.room_id


def room_badge(room: RoomSummary) -> Badge:
    """The red dot of a row: an invitation is a duty, a muted room shows a grey dot."""
    if room.membership is Membership.INVITE:
        return Badge(BadgeKind.DUTY, 1)
    if room.level is NotifyLevel.NONE or (room.level is NotifyLevel.MENTIONS and not room.mentions):
        return Badge(BadgeKind.MUTED) if room.unread or room.is_marked_unread else NO_BADGE
    count = max(room.unread, room.mentions)
    if count:
        return Badge(BadgeKind.NUMBER, count)
    return Badge(BadgeKind.MARK) if room.is_marked_unread else NO_BADGE


def _lead_of(room: RoomSummary) -> tuple[str, LeadKind]:
    if room.send_state is ListSendState.FAILED:
        return tr("[Not sent]"), LeadKind.FAILED
    if room.has_ding:
        return tr("[DING]"), LeadKind.MENTION
    if room.mentions:
        return tr("[@you]"), LeadKind.MENTION
    if room.draft:
        return tr("[Draft]"), LeadKind.DRAFT
    if room.send_state is ListSendState.SENDING:
        return "", LeadKind.SENDING
    return "", LeadKind.NONE


def _preview_of(room: RoomSummary, me: UserID) -> str:
    is_called = room.mentions or room.has_ding
    if room.draft and not is_called and room.send_state is not ListSendState.FAILED:
        return " ".join(room.draft.split())
    words = preview_words(room)
    if room.has_ding:  # said in front of it
        words = words.removeprefix("[DING] ")
    if not words or room.preview_kind in {PreviewKind.STATE, PreviewKind.INVITE, PreviewKind.NONE}:
        return words
    if room.preview_sender == me:
        return tr("You: {preview}", preview=words)
    if room.is_direct or not room.preview_sender_name:
        return words
    return tr("{name}: {preview}", name=room.preview_sender_name, preview=words)
