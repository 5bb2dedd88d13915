"""Which message is a ding, what its edits make of it, and who of its people is there: pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.content import JSONObject, strings_of
from app.domain.dings import DING_FIELD, DingContent, DingKind, parse_ding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.domain.events import Event

GONE = ("leave", "ban")


def ding_of(event: Event) -> DingContent | None:
    """Give the ding that a message is."""
    if event.type != "m.room.message" or event.state_key is not None:
        return None
    return ding_of_content(event.content)


def ding_of_content(content: JSONObject) -> DingContent | None:
    """Give the ding that the content of a message makes of it."""
    if DING_FIELD not in content or content.get("msgtype") != "m.text":
        return None
    return parse_ding(content)


def ding_of_json(ding: JSONObject) -> DingContent:
    """Read what `ding_json` wrote."""
    found = parse_ding({"body": "", DING_FIELD: ding})
    assert found is not None
    return found


def folded(ding: DingContent, edits: Iterable[JSONObject]) -> DingContent:
    """Lay the first edit that is a ding over a ding; whom it is for, and which one it is, never changes."""
    edited = next((new for content in edits if (new := ding_of_content(content)) is not None), None)
    if edited is None:
        return ding
    return edited._replace(
        recipients=ding.recipients, cc=ding.cc, series=ding.series, round=ding.round, source=ding.source
    )


def recalled(ding: DingContent) -> DingContent:
    """Give what is left of a ding when it is redacted: whom it was for."""
    return DingContent(
        DingKind.NOTICE, ding.recipients, ding.cc, series=ding.series, round=ding.round, repeat=ding.repeat
    )


def due_of(ding: DingContent) -> int | None:
    """Give when a ding is due, or the meeting begins."""
    return ding.start_ms if ding.due_ms is None else ding.due_ms


def coming_of(ding: DingContent) -> int | None:
    """Give when a meeting begins that is to remind its people."""
    is_reminding = ding.kind is DingKind.MEETING and ding.remind_min is not None
    return ding.start_ms if is_reminding else None


def muted_of(content: JSONObject) -> set[str]:
    """Read the account data that names muted senders."""
    return set(strings_of(content, "users"))


def is_gone(membership: str | None, is_complete: bool) -> bool:
    """Whether somebody is not in a room any more. Who is in no member list counts as present until that is complete."""
    return is_complete if membership is None else membership in GONE


def uid_of(event_id: str, txn_id: str | None) -> str:
    """Give the identity of a row on the screen."""
    return f"t:{txn_id}" if txn_id else event_id
