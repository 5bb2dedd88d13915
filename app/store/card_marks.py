"""The card of a request in a chat: which request a message shows. Where that stands is asked when it is shown."""

from app.domain.approvals.wire import CARD_FIELD
from app.domain.content import JSONObject, dict_of, text_of
from app.domain.ids import RoomID
from app.domain.timeline import CardMark

_MAX_TITLE = 200
_MAX_ROOM = 255


def card_of(content: JSONObject) -> CardMark | None:
    """Read the card in a message; None where it is none. The title is the sender's claim."""
    if CARD_FIELD not in content:
        return None
    card = dict_of(content, CARD_FIELD)
    room_id, title = text_of(card, "room_id") or "", text_of(card, "title") or ""
    if room_id[:1] not in ("!", "~") or len(room_id) > _MAX_ROOM:
        return None
    return CardMark(RoomID(room_id), " ".join(title[:_MAX_TITLE].split()))
