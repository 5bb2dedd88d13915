"""Dings as cards of the list: everything worded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.domain.dings import DingBox, DingKind, DingSummary
from app.domain.ids import localpart_of
from app.domain.scheduled import ScheduledDing, ScheduledState, ScheduleMode
from app.domain.visible import unturned
from resources.formats import format_due, format_list_time
from resources.translations import tr, tr_n
from ui.ding_words import count_words, due_words
from ui.images import avatar_key
from ui.screens.ding.ding_state import (
    PATIENCE_MS,
    can_edit_time,
    can_nudge,
    has_left,
    is_failed,
    is_overdue,
    is_waiting,
    nudge_wait_ms,
    time_of,
    uid_of,
)
from ui.sentences import sentence_for, span_words
from widgets.ding_values import ActButton, CardTone, DingAct, DingCard
from widgets.painting import TagKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.dings import DingRepeat
    from app.domain.ids import RoomID, UserID
    from app.store.ding_work import DingInvitation
    from ui.screens.ding.ding_state import Entry, WordContext

NAMES = 2
SNOOZE_MIN = 15
_SECONDS_ONLY = 120


def card_of(entry: Entry, box: DingBox, context: WordContext) -> DingCard:
    """Word one row of a box."""
    if isinstance(entry, ScheduledDing):
        card = _scheduled(entry, context)
    elif not isinstance(entry, DingSummary):
        card = _invitation(entry)
    elif box is DingBox.SENT:
        card = _sent(entry, context)
    else:
        card = _received(entry, context)
    return replace(card, spoken=_spoken(card))


def _received(ding: DingSummary, context: WordContext) -> DingCard:
    now = context.now_ms()
    tag, kind = _state_tag(ding) or _time_tag(ding, now)
    done = tr("You confirmed") if ding.confirmed_at_ms is not None and not ding.is_redacted else ""
    is_calm = done or (ding.is_cc and not ding.is_to_me)
    is_faded = ding.is_redacted or ding.is_muted or has_left(ding)
    origin = _origin(ding, context)
    time = format_list_time(ding.ts_ms, now)
    return DingCard(
        uid=ding.uid,
        name=ding.sender_name,
        color_key=ding.sender,
        avatar_key=avatar_key(ding.sender_avatar),
        when=tr("{time} · {place}", time=time, place=origin) if origin else time,
        external=tr("External") if ding.is_external else "",
        text=text_of(ding),
        tag="" if done else tag,
        tag_kind=kind,
        done=done,
        note=_sending_note(ding, now),
        note_role="attention_text" if is_failed(ding) else "waiting_text",
        buttons=_received_buttons(ding),
        tail=_tail(ding, is_counted=not done),
        short_tail=_counts(ding),
        tone=CardTone.FADED if is_faded else CardTone.DONE if is_calm else CardTone.NORMAL,
        is_ticking=is_waiting(ding),
    )


def _received_buttons(ding: DingSummary) -> tuple[ActButton, ...]:
    if is_failed(ding):
        return _failed_buttons()
    if not ding.is_open:
        return ()
    confirm = ActButton(DingAct.CONFIRM, tr("Confirm"), is_primary=True)
    if ding.content.kind is DingKind.TASK:
        return confirm, ActButton(DingAct.REPLY, tr("Reply"))
    return confirm, ActButton(DingAct.SNOOZE, tr("Snooze 15 min"))


def _sent(ding: DingSummary, context: WordContext) -> DingCard:
    now = context.now_ms()
    tag, kind = _state_tag(ding) or _time_tag(ding, now)
    is_done = 0 < ding.total <= ding.confirmed and not ding.is_redacted
    people = tr_n("to {n} person", "to {n} people", len(ding.content.recipients))
    is_named = ding.is_ding_room or not ding.room_name
    names = names_of(ding.content.recipients, ding.room_id, context)
    return DingCard(
        uid=ding.uid,
        name=names if is_named else ding.room_name,
        color_key=ding.content.recipients[0]
        if is_named or len(ding.content.recipients) == 1
        else ding.room_id,
        when=tr("{time} · {place}", time=format_list_time(ding.ts_ms, now), place=people),
        text=text_of(ding),
        tag="" if is_done else tag,
        tag_kind=kind,
        done=tr("All confirmed") if is_done else "",
        note=_sending_note(ding, now),
        note_role="attention_text" if is_failed(ding) else "waiting_text",
        buttons=_failed_buttons() if is_failed(ding) else _nudge_buttons(ding, now),
        tail=_tail(ding, is_counted=not is_done),
        short_tail=_counts(ding),
        tone=CardTone.FADED if ding.is_redacted else CardTone.DONE if is_done else CardTone.NORMAL,
        is_ticking=is_waiting(ding) or (can_nudge(ding) and nudge_wait_ms(ding, now) > 0),
    )


def _nudge_buttons(ding: DingSummary, now_ms: int) -> tuple[ActButton, ...]:
    if not can_nudge(ding):
        return ()
    return (nudge_button(ding, tr("Remind {n}", n=ding.total - ding.confirmed), now_ms),)


def nudge_button(ding: DingSummary, words: str, now_ms: int) -> ActButton:
    """The button that reminds; it counts down until it may."""
    wait_s = -(-nudge_wait_ms(ding, now_ms) // 1000)
    short = tr("Remind {n}", n=ding.total - ding.confirmed)
    if wait_s:
        time = f"{wait_s // 60:02}:{wait_s % 60:02}"
        words, short = (tr("{words} · {time}", words=text, time=time) for text in (words, short))
    return ActButton(DingAct.NUDGE, words, is_enabled=not wait_s, short_text=short)


def _failed_buttons() -> tuple[ActButton, ...]:
    return (
        ActButton(DingAct.RETRY, tr("Send again"), is_primary=True),
        ActButton(DingAct.DISCARD, tr("Discard")),
    )


def _scheduled(ding: ScheduledDing, context: WordContext) -> DingCard:
    now = context.now_ms()
    is_going = ding.state is ScheduledState.CANCELLING
    is_failed_one = ding.state is ScheduledState.FAILED
    is_named = ding.is_ding_room or not ding.room_name
    people = tr_n("to {n} person", "to {n} people", len(ding.content.recipients))
    repeat = repeat_words(ding.content.repeat)
    return DingCard(
        uid=ding.uid,
        name=names_of(ding.people or ding.content.recipients, ding.room_id, context)
        if is_named
        else ding.room_name,
        color_key=ding.content.recipients[0]
        if is_named or len(ding.content.recipients) == 1
        else ding.room_id,
        when=tr("{time} · {place}", time=repeat, place=people) if repeat else people,
        text=_line(ding.text),
        tag=format_due(ding.due_ms, now),
        tag_kind=TagKind.GREY if is_going else TagKind.ACCENT,
        note=schedule_words(ding),
        note_role="attention_text" if is_failed_one else _mode_role(ding),
        buttons=scheduled_buttons(ding),
        tail=tr_n("{n} file", "{n} files", ding.file_count) if ding.file_count else "",
        tone=CardTone.FADED if is_going else CardTone.NORMAL,
    )


def _scheduled_first(ding: ScheduledDing) -> tuple[ActButton, ...]:
    if ding.state is ScheduledState.FAILED:
        return (ActButton(DingAct.RETRY, tr("Send again"), is_primary=True),)
    return (ActButton(DingAct.EDIT_TIME, tr("Edit time")),) if can_edit_time(ding) else ()


def scheduled_buttons(ding: ScheduledDing) -> tuple[ActButton, ...]:
    """What can be done with one that goes out later."""
    if ding.state is ScheduledState.CANCELLING:
        return ()
    return (*_scheduled_first(ding), ActButton(DingAct.CANCEL, tr("Cancel it")))


def schedule_words(ding: ScheduledDing) -> str:
    """Who sends it, or why it was not sent."""
    if ding.state is ScheduledState.CANCELLING:
        return tr("Being cancelled")
    if ding.state is ScheduledState.FAILED:
        return tr("Not sent. {reason}", reason=sentence_for(ding.error_code))
    sender = {
        ScheduleMode.SERVER: tr("Sent by the server, also while Tack is off"),
        ScheduleMode.LOCAL: tr("Sent when Tack is running"),
    }[ding.mode]
    return tr("{words} · planned on another device", words=sender) if ding.is_elsewhere else sender


def _mode_role(ding: ScheduledDing) -> str:
    return "text2" if ding.mode is ScheduleMode.SERVER else "waiting_text"


def _invitation(invitation: DingInvitation) -> DingCard:
    user = invitation.inviter
    name = localpart_of(user) if user is not None else tr("Somebody")
    return DingCard(
        uid=uid_of(invitation),
        name=name,
        color_key=user or invitation.room_id,
        when=user or "",
        external="" if invitation.is_known else tr("Not known"),
        text=tr("Wants to send you DINGs: {name}", name=invitation.name)
        if invitation.name
        else tr("Wants to send you DINGs."),
        tag=tr("Invitation"),
        buttons=(
            ActButton(DingAct.ACCEPT, tr("Accept"), is_primary=True),
            ActButton(DingAct.DECLINE, tr("Decline")),
        ),
    )


def text_of(ding: DingSummary) -> str:
    """The words of a ding in one stretch."""
    return tr("This DING was recalled") if ding.is_redacted else _line(ding.text)


def _line(text: str) -> str:
    return unturned(" ".join(text.split()))


def _state_tag(ding: DingSummary) -> tuple[str, TagKind] | None:
    """What outweighs its time."""
    if ding.is_redacted:
        return tr("Recalled"), TagKind.GREY
    if ding.is_muted:
        return tr("Sender muted"), TagKind.GREY
    if has_left(ding):
        return tr("No longer there"), TagKind.GREY
    if ding.is_cc and not ding.is_to_me:
        return tr("cc"), TagKind.GREY
    return None


def _time_tag(ding: DingSummary, now_ms: int) -> tuple[str, TagKind]:
    """By when; red belongs to what is asked of me."""
    when = time_of(ding)
    kind = ding.content.kind
    if when is not None and is_overdue(ding, now_ms):
        words = tr("Overdue · {time}", time=format_due(when, now_ms))
        return words, TagKind.RED if ding.is_open else TagKind.AMBER
    if kind is DingKind.NOTICE:
        return (_capital(due_words(kind, when, now_ms)) if when is not None else ""), TagKind.AMBER
    if when is None:
        return (tr("Task") if kind is DingKind.TASK else tr("Meeting")), TagKind.AMBER
    time = format_due(when, now_ms)
    is_past = kind is DingKind.MEETING and (ding.content.end_ms or when) < now_ms
    words = tr("Task · {time}", time=time) if kind is DingKind.TASK else tr("Meeting · {time}", time=time)
    return words, TagKind.GREY if is_past else TagKind.AMBER


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _origin(ding: DingSummary, context: WordContext) -> str:
    """Where it came from: the conversation, or the sender's department."""
    if ding.is_ding_room or not ding.room_name or ding.room_name == ding.sender_name:
        return context.detail_of(ding.sender)
    return tr("from {room}", room=ding.room_name)


def _counts(ding: DingSummary) -> str:
    return count_words(ding.confirmed, ding.total) if ding.total > 1 and not ding.is_redacted else ""


def _tail(ding: DingSummary, *, is_counted: bool) -> str:
    if ding.is_redacted:
        return ""
    parts = [_counts(ding)] if is_counted else []
    if ding.comments:
        parts.append(tr_n("{n} comment", "{n} comments", ding.comments))
    return " · ".join(part for part in parts if part)


def _sending_note(ding: DingSummary, now_ms: int) -> str:
    return sending_words(ding, now_ms) if is_waiting(ding) or is_failed(ding) else ""


def sending_words(ding: DingSummary, now_ms: int) -> str:
    """Where a ding of mine stands with the server; empty when it has it."""
    if is_failed(ding):
        return tr("Not sent. {reason}", reason=sentence_for(ding.error_code))
    if not is_waiting(ding):
        return ""
    age_ms = max(0, now_ms - ding.ts_ms)
    if age_ms < PATIENCE_MS:
        return tr("Sending…")
    seconds = age_ms // 1000
    span = tr("{n} s", n=seconds) if seconds < _SECONDS_ONLY else span_words(age_ms)
    return tr("Waiting for the server · {span}", span=span)


def names_of(users: Sequence[UserID], room_id: RoomID, context: WordContext) -> str:
    """The first few names, and how many more."""
    names = tr(", ").join(context.name_of(room_id, user) for user in users[:NAMES])
    rest = len(users) - NAMES
    return tr_n("{names} and {n} other", "{names} and {n} others", rest, names=names) if rest > 0 else names


def repeat_words(repeat: DingRepeat) -> str:
    """How often it comes again; empty for once."""
    return {
        "daily": tr("daily"),
        "workdays": tr("on workdays"),
        "weekly": tr("weekly"),
    }.get(repeat.value, "")


def _spoken(card: DingCard) -> str:
    acts = ", ".join(button.text for button in card.buttons)
    parts = (card.name, card.external, card.when, card.tag, card.done, card.text, card.note, card.tail, acts)
    return ", ".join(part for part in parts if part)
