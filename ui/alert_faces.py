"""What a card says of a ding: as a duty, as a reminder of a meeting, or while a reply to it is still being written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.domain.dings import DingKind, DingSummary
from resources.formats import format_clock, format_due, format_moment
from resources.translations import tr
from ui.ding_words import due_words
from ui.images import avatar_key
from ui.sentences import span_words
from widgets.alert_card import AlertFace, AlertMode

if TYPE_CHECKING:
    from app.domain.dings import DingContent
    from ui.people import People

MINUTE_MS = 60_000
_PLACE_WORDS = 120


def face_of(
    ding: DingSummary, mode: AlertMode, people: People, now_ms: int, server_ms: int, *, is_hidden: bool
) -> AlertFace:
    """Word a card. How long it is until a meeting is counted by the server's clock."""
    if is_hidden:
        return AlertFace(ding.uid, mode)
    content = ding.content
    department = people.detail_of(ding.sender)
    face = AlertFace(
        uid=ding.uid,
        mode=mode,
        sender_id=ding.sender,
        sender_name=ding.sender_name,
        avatar_key=avatar_key(ding.sender_avatar),
        place=department if ding.is_ding_room else ding.room_name or department,
        when=format_moment(ding.ts_ms, now_ms),
        tag=tag_words(ding, now_ms),
        is_overdue=ding.is_open
        and content.kind is not DingKind.MEETING
        and (content.due_ms or now_ms) < now_ms,
        text=ding.text,
        reason=content.break_glass,
        state=state_words(ding) if mode is AlertMode.DONE else "",
    )
    if mode is not AlertMode.REMINDER:
        return face
    return replace(
        face,
        title=near_words(ding, server_ms),
        when=span_of(content, now_ms),
        place=ding.sender_name,
        where=content.place
        if len(content.place) <= _PLACE_WORDS
        else content.place[: _PLACE_WORDS - 1] + "…",
        tag="",
        reason="",
    )


def tag_words(ding: DingSummary, now_ms: int) -> str:
    """Kind and time: "Task · Due Fri 18:00"."""
    content = ding.content
    is_meeting = content.kind is DingKind.MEETING
    at_ms = content.start_ms if is_meeting else content.due_ms
    when = "" if at_ms is None else due_words(content.kind.value, at_ms, now_ms)
    kind = {DingKind.TASK: tr("Task"), DingKind.MEETING: tr("Meeting")}.get(content.kind, "")
    words = " · ".join(part for part in (kind, when) if part)
    return _begun(words)


def near_words(ding: DingSummary, server_ms: int) -> str:
    """How long it is until a meeting."""
    left_ms = (ding.content.start_ms or 0) - server_ms
    if left_ms <= 0:
        return tr("Meeting has begun")
    return tr("Meeting in {span}", span=span_words(left_ms + MINUTE_MS - 1))


def next_words_ms(ding: DingSummary, server_ms: int) -> int | None:
    """Give after how long that is worded anew."""
    left_ms = (ding.content.start_ms or 0) - server_ms
    return None if left_ms <= 0 else (left_ms - 1) % MINUTE_MS + 1


def span_of(content: DingContent, now_ms: int) -> str:
    """From when until when: "Today 14:00 – 15:00"."""
    start, end = content.start_ms or 0, content.end_ms
    first = format_due(start, now_ms)
    if end is not None and end > start:
        last = format_due(end, now_ms)
        is_same_day = first.rpartition(" ")[0] == last.rpartition(" ")[0]
        return f"{_begun(first)} – {format_clock(end) if is_same_day else last}"
    return _begun(first)


def state_words(ding: DingSummary) -> str:
    """Why nothing is asked of me any more."""
    if ding.is_redacted:
        return tr("This DING was recalled")
    if ding.confirmed_at_ms is not None:
        return tr("You have confirmed this DING. Your reply is not sent yet.")
    return tr("Nothing is asked of you any more. Your reply is not sent yet.")


def _begun(words: str) -> str:
    """Begin with a capital letter."""
    return words[:1].upper() + words[1:]
