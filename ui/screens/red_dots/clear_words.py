"""Clears in words: what was cleared, where it stands, what waits, what a number is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.attention import ClearKind, ClearRecord, ClearState, SourceKind
from resources.formats import format_clock
from resources.translations import tr, tr_n
from ui.unread import figure_words
from widgets.badge import NO_BADGE, Badge, BadgeKind
from widgets.clear_history import ClearRow
from widgets.floating_list import FloatingRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.attention import AttentionSource
    from app.domain.rooms import AttentionTotals

UNDO_MS = 10_000


def cleared_words(record: ClearRecord) -> str:
    """The toast."""
    return tr_n("{n} chat cleared", "{n:,} chats cleared", record.rooms)


def nothing_words(totals: AttentionTotals) -> str:
    """There was nothing to clear; what the broom never takes is named."""
    if not totals.duties:
        return tr("Nothing to clear.")
    waiting = tr_n("{n} thing waits for you", "{n} things wait for you", totals.duties)
    return tr("Nothing to clear. {waiting}: {things}", waiting=waiting, things=duty_words(totals))


def duty_words(totals: AttentionTotals) -> str:
    """What waits for my act, by kind."""
    parts = (
        (totals.dings, tr_n("{n} DING to confirm", "{n} DINGs to confirm", totals.dings)),
        (
            totals.approvals,
            tr_n("{n} approval waits for you", "{n} approvals wait for you", totals.approvals),
        ),
        (totals.invites, tr_n("{n} invitation", "{n} invitations", totals.invites)),
        (totals.failed_sends, tr_n("{n} message not sent", "{n} messages not sent", totals.failed_sends)),
    )
    return tr(", ").join(words for count, words in parts if count)


def is_reversible(record: ClearRecord) -> bool:
    """Whether the history still offers a way back."""
    return record.state is not ClearState.UNDONE


def clear_row(record: ClearRecord, now_ms: int) -> ClearRow:
    """One line of the history."""
    action = tr("Undo") if record.state is ClearState.HELD else tr("Mark unread again")
    return ClearRow(
        record.id,
        format_clock(record.at_ms),
        _amount(record),
        _state(record, now_ms),
        action if is_reversible(record) else "",
    )


def _amount(record: ClearRecord) -> str:
    rooms = tr_n("{n} chat", "{n:,} chats", record.rooms)
    messages = tr_n("{n} message", "{n:,} messages", record.unread)
    words = tr("{rooms}, {messages}", rooms=rooms, messages=messages)
    return tr("{what}: {amount}", what=kind_words(record.kind), amount=words)


def kind_words(kind: ClearKind) -> str:
    """What was swept."""
    return {
        ClearKind.EVERYTHING: tr("Everything"),
        ClearKind.LIST: tr("A list"),
        ClearKind.SPACE: tr("A space"),
        ClearKind.MUTED: tr("Muted chats"),
        ClearKind.OLDER: tr("Older ones"),
        ClearKind.ROOMS: tr("One chat"),
    }[kind]


def _state(record: ClearRecord, now_ms: int) -> str:
    if record.state is ClearState.UNDONE:
        return tr("Brought back")
    if record.state is ClearState.DONE:
        return tr("Done, on your other devices too")
    left_s = min(UNDO_MS // 1000, -(-(record.at_ms + UNDO_MS - now_ms) // 1000))
    if record.state is ClearState.HELD and left_s > 0:
        return tr_n("Can be undone for {n} s", "Can be undone for {n} s", left_s)
    if record.sent:
        return tr("Sent {sent:,} of {rooms:,}", sent=record.sent, rooms=record.rooms)
    return tr("Cleared here; waits to be sent")


_SECTIONS = {
    SourceKind.DING: 0,
    SourceKind.APPROVAL: 0,
    SourceKind.FAILED_SEND: 0,
    SourceKind.INVITE: 0,
    SourceKind.MENTION: 1,
    SourceKind.COMMENT: 1,
    SourceKind.UNREAD: 2,
    SourceKind.POST: 2,
    SourceKind.MARKED: 2,
    SourceKind.MUTED: 3,
}
_ICONS = {
    SourceKind.DING: "push-pin",
    SourceKind.APPROVAL: "stamp",
    SourceKind.COMMENT: "stamp",
    SourceKind.POST: "monitor-play",
    SourceKind.FAILED_SEND: "warning-circle",
}
_DUTIES = (SourceKind.DING, SourceKind.APPROVAL, SourceKind.INVITE, SourceKind.FAILED_SEND)
_BADGES = {
    SourceKind.MENTION: BadgeKind.NUMBER,
    SourceKind.COMMENT: BadgeKind.NUMBER,
    SourceKind.UNREAD: BadgeKind.NUMBER,
    SourceKind.POST: BadgeKind.NUMBER,
    SourceKind.MARKED: BadgeKind.MARK,
    SourceKind.MUTED: BadgeKind.MUTED,
}


def source_rows(sources: Sequence[AttentionSource]) -> list[FloatingRow]:
    """The lines of "why this number"; the key is the place in `sources`."""
    sections = (tr("For you to do"), tr("Mentions"), tr("Unread"), tr("Muted, in no number"))
    rows = [
        FloatingRow(
            key=str(place),
            name=source.name or tr("Empty room"),
            detail=_detail(source),
            color_key=source.room_id or "",
            icon=_icon(source),
            section=sections[_SECTIONS[source.kind]],
            badge=_badge(source),
        )
        for place, source in enumerate(sources)
    ]
    return sorted(rows, key=lambda row: sections.index(row.section))


def _icon(source: AttentionSource) -> str:
    if source.kind is SourceKind.COMMENT and source.event_id is not None:
        return _ICONS[SourceKind.POST]
    return _ICONS.get(source.kind, "")


def _badge(source: AttentionSource) -> Badge:
    if source.kind in _DUTIES:
        return Badge(BadgeKind.DUTY, source.count)
    kind = _BADGES.get(source.kind)
    return NO_BADGE if kind is None else Badge(kind, source.count)


def _detail(source: AttentionSource) -> str:
    if source.kind is SourceKind.INVITE:
        return tr("Invitation")
    if source.kind is SourceKind.FAILED_SEND:
        return tr("Not sent")
    if source.kind is SourceKind.MARKED:
        return tr("Marked unread")
    return source.text


def sum_words(totals: AttentionTotals) -> str:
    """What stands above those lines."""
    words = figure_words(totals)
    return words or tr("Nothing is unread, and nothing waits for you.")
