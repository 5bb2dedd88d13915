"""Dings for the tests of alerts, as the inbox gives them."""

from typing import Any

from app.domain.dings import DingContent, DingKind, DingSummary
from app.domain.ids import EventID, RoomID, UserID

ME = UserID("@me:acme.example")
BOSS = UserID("@boss:acme.example")
NOON_MS = 1_767_009_600_000
"""2025-12-29 12:00 UTC, a Monday."""


def ding(name: str = "a", **values: Any) -> DingSummary:
    """Make an open ding to me; what belongs to its content goes there."""
    inside = {key: values.pop(key) for key in list(values) if key in DingContent._fields}
    content = DingContent(inside.pop("kind", DingKind.NOTICE), (ME,), **inside)
    row = DingSummary(
        uid=f"${name}",
        event_id=EventID(f"${name}"),
        room_id=RoomID("!room:acme.example"),
        room_name="产品发布小组",
        is_ding_room=False,
        sender=BOSS,
        sender_name="王敏",
        sender_avatar=None,
        is_own=False,
        is_external=False,
        ts_ms=NOON_MS,
        text="请各部门今天 18:00 前确认发布会参会名单，逾期按不参加处理。",
        content=content,
        is_to_me=True,
        is_cc=False,
        is_open=True,
        confirmed_at_ms=None,
        confirmed=3,
        total=18,
        comments=0,
        nudges=0,
        last_nudge_ms=None,
    )
    return row._replace(**values)
