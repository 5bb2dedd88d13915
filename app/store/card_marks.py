"""Cards in a chat: which request, or which post of a video channel, a message shows. Where that stands is asked when it is shown."""

from app.domain.approvals.wire import CARD_FIELD
from app.domain.channels.wire import MAX_DURATION_MS, VIDEO_CARD_FIELD
from app.domain.content import JSONObject, dict_of, int_of, strings_of, text_of
from app.domain.ids import EventID, RoomID
from app.domain.timeline import CardMark, VideoMark

_MAX_TITLE = 200
_MAX_ROOM = 255
_MAX_VIA = 5


def card_of(content: JSONObject) -> CardMark | None:
    """Read the card in a message; None where it is none. The title is the sender's claim."""
    if CARD_FIELD not in content:
        return None
    card = dict_of(content, CARD_FIELD)
    room_id, title = text_of(card, "room_id") or "", text_of(card, "title") or ""
    if room_id[:1] not in ("!", "~") or len(room_id) > _MAX_ROOM:
        return None
    return CardMark(RoomID(room_id), " ".join(title[:_MAX_TITLE].split()))


def video_of(content: JSONObject) -> VideoMark | None:
    """Read the card of a post; None where it is none. All of it is the sender's claim."""
    if VIDEO_CARD_FIELD not in content:
        return None
    card = dict_of(content, VIDEO_CARD_FIELD)
    room_id, event_id = text_of(card, "room_id") or "", text_of(card, "event_id") or ""
    if room_id[:1] != "!" or event_id[:1] != "$" or max(len(room_id), len(event_id)) > _MAX_ROOM:
        return None
    at_ms, title = int_of(card, "at"), text_of(card, "title") or ""
    is_moment = at_ms is not None and 0 <= at_ms <= MAX_DURATION_MS
    via = [name for name in strings_of(card, "via")[:_MAX_VIA] if len(name) <= _MAX_ROOM]
    return VideoMark(
        RoomID(room_id),
        EventID(event_id),
        at_ms if is_moment else None,
        " ".join(title[:_MAX_TITLE].split()),
        tuple(via),
    )
