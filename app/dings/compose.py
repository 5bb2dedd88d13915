"""What a ding, a confirmation and a re-ding are as events. Pure functions."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.domain.content import JSONObject, dict_of, text_of
from app.domain.dings import (
    BODY_PREFIX,
    BODY_REST,
    CONFIRM_KEY,
    DING_FIELD,
    MAX_NOTE,
    MAX_RECIPIENTS,
    NOTE_FIELD,
    NUDGE_FIELD,
    DingContent,
    DingRepeat,
    ding_json,
    is_confirmation,
    parse_ding,
    words_of,
)
from app.domain.ids import EventID, RoomID, TxnID, UserID
from app.domain.sending import RequestKind
from app.domain.visible import one_line
from app.errors import InputError
from app.sending.attachments import Prepared
from app.sending.contents import (
    MAX_CONTENT_BYTES,
    Relations,
    attachment_content,
    echo_reference,
    text_content,
)
from app.store.values import NewRequest

RestOf = Callable[[DingContent], str]
"""Gives what `NewDing.fallback` says, for another round."""
MAX_ROOM_NAME = 40
_UNBROKEN = "\n—\u00a0"
"""A line of the person's own that begins like `BODY_REST`, made to differ from it."""


@dataclass(frozen=True, slots=True)
class NewDing:
    """What the dialog gives."""

    text: str
    ding: DingContent
    room_id: RoomID | None = None
    """The shared conversation; None: a direct chat for one person, else a room of type `im.tack.ding`."""
    files: tuple[Path, ...] = ()
    send_at_ms: int | None = None
    """None: now."""
    fallback: str = ""
    """Time and place in words for clients that do not know dings: what stands behind `BODY_REST`."""

    @property
    def is_scheduled(self) -> bool:
        """Whether (some of) it goes out later."""
        return self.send_at_ms is not None or self.ding.repeat is not DingRepeat.NONE


def people_of(ding: DingContent) -> tuple[UserID, ...]:
    """Give everyone a ding is for, each once: recipients, then cc."""
    return tuple(dict.fromkeys((*ding.recipients, *ding.cc)))


def ding_message(new: NewDing, ding: DingContent) -> JSONObject:
    """Write the event of a ding.

    Raises `InputError`: `text_empty`, `text_too_long`, `nobody_chosen`, `too_many_people` (limit), `ding_refused`.
    """
    text = new.text.strip()
    if not text:
        raise InputError("a ding says something", code="text_empty")
    people = people_of(ding)
    if not ding.recipients:
        raise InputError("nobody to ding", code="nobody_chosen")
    if len(people) > MAX_RECIPIENTS:
        raise InputError("too many people", code="too_many_people", limit=MAX_RECIPIENTS)
    content = text_content(_body(text, new.fallback), None, people, Relations())
    content[DING_FIELD] = ding_json(ding)
    if _size(content) > MAX_CONTENT_BYTES:
        raise InputError("does not fit into one event", code="text_too_long", limit=MAX_CONTENT_BYTES)
    if parse_ding(content) is None:  # nobody's client would take it for one
        raise InputError("not a ding by its own rules", code="ding_refused")
    return content


def _body(text: str, rest: str) -> str:
    body, rest = BODY_PREFIX + text.replace(BODY_REST, _UNBROKEN), rest.removeprefix(BODY_REST).strip()
    return f"{body}{BODY_REST}{rest}" if rest else body


def with_ding(content: JSONObject, ding: DingContent, rest_of: RestOf | None) -> JSONObject:
    """Write the event of another round; what its body says of its times is worded anew where they moved."""
    before, body = parse_ding(content), text_of(content, "body") or ""
    if before is None or _times(before) != _times(ding):
        body = _body(words_of(body), rest_of(ding) if rest_of is not None else "")
    return content | {"body": body, DING_FIELD: ding_json(ding)}


def _times(ding: DingContent) -> tuple[int | None, ...]:
    return ding.due_ms, ding.start_ms, ding.end_ms


def confirmation(event_id: EventID, note: str) -> JSONObject:
    """Write the confirmation of a ding."""
    relation = {"rel_type": "m.annotation", "event_id": event_id, "key": CONFIRM_KEY}
    content: JSONObject = {"m.relates_to": relation}
    note = note.strip()[:MAX_NOTE]
    return content | {NOTE_FIELD: note} if note else content


def confirms(content: JSONObject) -> EventID | None:
    """Give the ding that a reaction's content confirms."""
    relation = dict_of(content, "m.relates_to")
    target = text_of(relation, "event_id")
    is_one = relation.get("rel_type") == "m.annotation" and is_confirmation(relation.get("key"))
    return EventID(target) if is_one and target else None


def nudge_message(event_id: EventID, text: str, unconfirmed: Sequence[UserID]) -> JSONObject:
    """Write the re-ding of those who have not confirmed."""
    content = text_content(BODY_PREFIX + text, None, unconfirmed, Relations(reply_to=event_id))
    content[NUDGE_FIELD] = {"v": 1, "event_id": event_id}
    return content


def room_content(
    txn_id: TxnID,
    people: Sequence[UserID],
    name: str,
    *,
    room_type: str | None = None,
    is_direct: bool = False,
) -> JSONObject:
    """Write the request that makes a room of people, known again by `im.tack.txn`."""
    made: JSONObject = {"im.tack.txn": txn_id} | ({"type": room_type} if room_type else {})
    return {
        "preset": "trusted_private_chat" if is_direct else "private_chat",
        "creation_content": made,
        "invite": list(people),
        "name": name,
    }


def room_name(text: str) -> str:
    """Name a room after the first words of what is said in it."""
    line = one_line(text.strip().partition("\n")[0], MAX_ROOM_NAME * 4).strip()
    return line if len(line) <= MAX_ROOM_NAME else line[: MAX_ROOM_NAME - 1].rstrip() + "…"


def round_txn_id(series: str, round: int) -> TxnID:
    """Give the transaction id of one round: always the same, so that it is sent once."""
    return TxnID("ding" + hashlib.sha256(f"{series}\n{round}".encode()).hexdigest()[:24])


def _size(content: JSONObject) -> int:
    return len(json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def file_message(room_id: RoomID, ding_txn: TxnID, txn_id: TxnID, file: Prepared) -> NewRequest:
    """Give the row of a file in the thread of a ding that is still on its way."""
    content = attachment_content(file.attachment, "")
    root = echo_reference(ding_txn)
    relation: JSONObject = {"rel_type": "m.thread", "event_id": root, "is_falling_back": True}
    return NewRequest(
        lane=room_id,
        kind=RequestKind.EVENT,
        txn_id=txn_id,
        content=content | {"m.relates_to": relation | {"m.in_reply_to": {"event_id": root}}},
        room_id=room_id,
        event_type="m.room.message",
        depends_on=ding_txn,
        attachment_path=file.path,
    )
