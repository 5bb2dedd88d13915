"""What a request becomes in the send queue: its room, the seal, the text for other clients, cards in direct chats."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

from app.approvals.files import FILES_KEY, listed_files
from app.domain.approvals.seal import power_levels
from app.domain.approvals.wire import (
    CARD_FIELD,
    REQUEST_FIELD,
    REQUEST_ROOM_TYPE,
    ROOM_VERSION,
    TEXT_FIELD,
    VERSION,
    canonical,
    to_content,
)
from app.domain.ids import RoomID, TxnID, UserID
from app.domain.sending import RequestKind, new_room_id
from app.sending.contents import Relations, text_content
from app.store.values import NewRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from app.domain.approvals.planning import Plan
    from app.domain.approvals.request import Deputy, RequestContent
    from app.domain.approvals.template import Template
    from app.domain.content import JSONObject

DRAFT_KEY = "im.tack.draft"
"""Own key of a queued request: the draft it was, so that it can become one again. Never on the wire."""
MAX_TEXT_BYTES = 40_000
MAX_NAME = 120
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without what is mixed up when read aloud or copied by hand."""
_NUMBER_LENGTH = 5
_FALLBACK_PREFIX = "REQ"


def new_number(template: Template, now_ms: int) -> str:
    """Make the number of a request: EXP-2026-7K3QF."""
    year = time.localtime(now_ms / 1000).tm_year
    rest = "".join(secrets.choice(_LETTERS) for _ in range(_NUMBER_LENGTH))
    return f"{template.prefix or _FALLBACK_PREFIX}-{year}-{rest}"


def people_of(plan: Plan, cc: Iterable[UserID], deputies: Iterable[Deputy], me: UserID) -> list[UserID]:
    """Give whom a request concerns: who decides, who gets a copy, who stands in; each once, without me."""
    found: list[str] = []
    for step in plan.steps:
        found += [approver.user for approver in step.people]
        found += step.cc
    found += [*plan.cc_start, *cc, *plan.cc_end, *(one.deputy for one in deputies)]
    return [UserID(user) for user in dict.fromkeys(found) if user != me]


def room_row(
    content: RequestContent, people: Sequence[UserID], me: UserID, txn_id: TxnID, draft: JSONObject
) -> NewRequest:
    """Give the row that makes the room."""
    request = to_content(content)
    body: JSONObject = {
        "room_version": ROOM_VERSION,
        "preset": "private_chat",
        "name": f"{content.title[:MAX_NAME]} {content.number}",
        "invite": list(people),
        "creation_content": {
            "type": REQUEST_ROOM_TYPE,
            "im.tack.txn": txn_id,
            REQUEST_FIELD: request,
        },
        "power_level_content_override": power_levels(me),
        FILES_KEY: listed_files(request),
        DRAFT_KEY: draft,
    }
    room_id = new_room_id(txn_id)
    return NewRequest(room_id, RequestKind.CREATE_ROOM, txn_id, body, room_id)


def seal_row(room_id: RoomID, txn_id: TxnID) -> NewRequest:
    """Give the row that seals the room."""
    return NewRequest(
        room_id,
        RequestKind.STATE,
        txn_id,
        power_levels(None),
        room_id,
        event_type="m.room.power_levels",
        state_key="",
    )


def text_row(room_id: RoomID, txn_id: TxnID, text: str, first: Sequence[UserID]) -> NewRequest:
    """Give the row that says the form in words; names those whose turn it is, so that their phones ring."""
    content = text_content(bounded(text), None, first, Relations()) | {TEXT_FIELD: text_mark()}
    return NewRequest(room_id, RequestKind.EVENT, txn_id, content, room_id, "m.room.message")


def card_row(
    lane: RoomID, depends_on: TxnID | None, request: RoomID, to: RoomID, title: str, text: str, txn_id: TxnID
) -> NewRequest:
    """Give the row of a card in a conversation; `request` may still be a stand-in."""
    content = text_content(bounded(text), None, (), Relations())
    content[CARD_FIELD] = {"v": VERSION, "room_id": request, "title": title}
    return NewRequest(lane, RequestKind.EVENT, txn_id, content, to, "m.room.message", depends_on=depends_on)


def text_mark(act: str = "") -> JSONObject:
    """Give the field that marks a text as the repetition of a form or an act."""
    return {"v": VERSION, "act": act}


def bounded(text: str) -> str:
    """Cut a text that would not fit into an event."""
    text = text.encode("utf-8", "replace").decode()
    while (size := len(canonical(text))) > MAX_TEXT_BYTES:
        text = text[: len(text) * MAX_TEXT_BYTES // (size + 100)] + "…"
    return text
