"""One ding in full as a page: everything worded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.dings import DingKind, DingRecipient, DingRepeat, RecipientState
from resources.formats import format_clock, format_due, format_moment
from resources.translations import tr, tr_n
from ui.comment_rows import comment_row, file_row, time_words
from ui.ding_words import due_words
from ui.images import avatar_key
from ui.rich import spans_of
from ui.screens.ding.ding_cards import (
    nudge_button,
    repeat_words,
    schedule_words,
    scheduled_buttons,
    sending_words,
)
from ui.screens.ding.ding_state import (
    can_nudge,
    has_left,
    is_failed,
    is_overdue,
    is_waiting,
    nudge_wait_ms,
)
from ui.sentences import span_words
from widgets.ding_values import ActButton, CommentRow, DingAct, DingPage, PersonRow
from widgets.file_card import FileRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.dings import DingContent, DingDetail, DingSummary
    from app.domain.scheduled import ScheduledDing
    from app.domain.timeline import TimelineItem
    from ui.screens.ding.ding_state import WordContext

Facts = tuple[tuple[str, str], ...]
_CC_NAMES = 20


def page_of(
    ding: DingSummary, detail: DingDetail | None, context: WordContext, *, is_here: bool = True
) -> DingPage:
    """Word a ding; without its `detail` people and comments are still being read. `is_here`: I am in its room."""
    now = context.now_ms()
    text, spans = ("", ()) if ding.is_redacted else spans_of(ding.text, None, context.me)
    people = detail.recipients if detail is not None and not ding.is_redacted else ()
    confirmed = [person for person in people if person.state is RecipientState.CONFIRMED]
    waiting = [person for person in people if person.state is RecipientState.WAITING]
    waiting.sort(key=lambda person: not person.is_me)
    comments = _comments(detail, context)
    state, role = _state(ding, now, _own_note(confirmed))
    has_bar = bool(ding.total) and not ding.is_redacted
    return DingPage(
        uid=ding.uid,
        sender_id=ding.sender,
        name=tr("{name} (you)", name=ding.sender_name) if ding.is_own else ding.sender_name,
        department=context.detail_of(ding.sender),
        external=tr("External") if ding.is_external else "",
        avatar_key=avatar_key(ding.sender_avatar),
        line=_line(ding, now),
        text=text or tr("This DING was recalled"),
        spans=spans,
        is_faded=ding.is_redacted or ding.is_muted,
        facts=_facts(ding, now, context),
        files=_files(detail),
        state=state,
        state_role=role,
        buttons=_buttons(ding, now),
        share=ding.confirmed / ding.total if has_bar else None,
        confirmed_title=tr("Confirmed {n}", n=ding.confirmed) if has_bar else "",
        confirmed=tuple(_person(person, now) for person in confirmed),
        waiting_title=tr("Unconfirmed {n}", n=max(0, ding.total - ding.confirmed)) if has_bar else "",
        waiting=tuple(_person(person, now) for person in waiting),
        left=_left(people),
        is_loading=detail is None,
        comments_title=tr("Comments {n}", n=len(comments)) if comments else "",
        comments=comments,
        can_comment=is_here and ding.event_id is not None,
        comment_hint=_comment_hint(ding, is_here),
        can_go=bool(ding.content.source) or not ding.is_ding_room,
        is_ticking=is_waiting(ding) or (can_nudge(ding) and nudge_wait_ms(ding, now) > 0),
    )


def scheduled_page(ding: ScheduledDing, context: WordContext) -> DingPage:
    """Word a ding that goes out later."""
    now = context.now_ms()
    text, spans = spans_of(ding.text, None, context.me)
    when = format_due(ding.due_ms, now)
    people = tr_n("{n} person", "{n} people", len(ding.content.recipients))
    rows = tuple(
        PersonRow(user, context.name_of(ding.room_id, user), context.detail_of(user), is_faded=True)
        for user in ding.content.recipients
    )
    later = [
        ("repeat", tr("Then: {times}", times=tr(", ").join(format_due(ms, now) for ms in ding.later_ms)))
    ]
    files = [("paperclip", tr_n("{n} file", "{n} files", ding.file_count))]
    return DingPage(
        uid=ding.uid,
        sender_id=context.me,
        name=context.name_of(ding.room_id, context.me),
        line=tr("Goes out {time} to {people}", time=when, people=people),
        text=text,
        spans=spans,
        facts=(
            *_content_facts(ding.content, ding.due_ms, now),
            *(later if ding.later_ms else []),
            *(files if ding.file_count else []),
        ),
        state=schedule_words(ding),
        buttons=scheduled_buttons(ding),
        waiting_title=tr("Goes to {n}", n=len(rows)),
        waiting=rows,
        can_comment=False,
        comment_hint=tr("Comments can be written when it is sent"),
        can_go=ding.content.source is not None,
    )


def _line(ding: DingSummary, now_ms: int) -> str:
    """When, to how many, and how it reminds."""
    people = tr_n("{n} person", "{n} people", len(ding.content.recipients))
    parts = [tr("{time} to {people}", time=format_moment(ding.ts_ms, now_ms), people=people)]
    every, times = ding.content.nudge_every_min, ding.content.nudge_times
    if every and times:
        span = span_words(every * 60_000)
        parts.append(
            tr_n("reminds every {span}, once", "reminds every {span}, at most {n} times", times, span=span)
        )
    if ding.nudges and ding.last_nudge_ms is not None:
        parts.append(tr("last reminded {time}", time=format_clock(ding.last_nudge_ms)))
    if ding.is_edited:
        parts.append(tr("edited"))
    return " · ".join(parts)


def _facts(ding: DingSummary, now_ms: int, context: WordContext) -> Facts:
    if ding.is_redacted:
        return ()
    facts = list(_content_facts(ding.content, ding.ts_ms, now_ms))
    if ding.content.cc:
        names = [context.name_of(ding.room_id, user) for user in ding.content.cc[:_CC_NAMES]]
        rest = len(ding.content.cc) - len(names)
        words = tr(", ").join(names)
        if rest > 0:
            words = tr_n("{names} and {n} other", "{names} and {n} others", rest, names=words)
        facts.append(("users", tr("cc: {names}", names=words)))
    return tuple(facts)


def _content_facts(content: DingContent, sent_ms: int, now_ms: int) -> Facts:
    facts: list[tuple[str, str]] = []
    if content.due_ms is not None:
        kind = DingKind.TASK if content.kind is DingKind.MEETING else content.kind
        words = due_words(kind, content.due_ms, now_ms)
        facts.append(("clock", words[:1].upper() + words[1:]))
    if content.start_ms is not None:
        facts.append(("calendar", _span(content, now_ms)))
    if content.place:
        facts.append(("map-pin", content.place))
    if content.remind_min is not None and content.start_ms is not None:
        words = span_words(content.remind_min * 60_000)
        facts.append(("bell", tr("Reminds {span} before", span=words)))
    if content.repeat is not DingRepeat.NONE:
        times = repeat_words(content.repeat)
        words = tr("Repeats {times}, round {n}", times=times, n=content.round) if content.round else ""
        facts.append(("repeat", words or tr("Repeats {times}", times=times)))
    if content.break_glass:
        facts.append(("bell-ringing", tr("Rings in quiet hours: {reason}", reason=content.break_glass)))
    return tuple(facts)


def _span(content: DingContent, now_ms: int) -> str:
    start, end = content.start_ms or 0, content.end_ms
    if end is None:
        return format_due(start, now_ms)
    first, last = format_due(start, now_ms), format_due(end, now_ms)
    is_same_day = first.rpartition(" ")[0] == last.rpartition(" ")[0]
    return f"{first} – {format_clock(end) if is_same_day else last}"


def _state(ding: DingSummary, now_ms: int, note: str) -> tuple[str, str]:
    """One line about where it stands for me, and its colour."""
    if ding.is_redacted:
        return tr("The sender recalled it. Nothing is asked of you."), "text2"
    if is_waiting(ding) or is_failed(ding):
        return sending_words(ding, now_ms), "attention_text" if is_failed(ding) else "waiting_text"
    if ding.confirmed_at_ms is not None:
        time = format_due(ding.confirmed_at_ms, now_ms)
        words = tr("You confirmed {time}", time=time)
        return (tr("{words}: {note}", words=words, note=note) if note else words), "done_text"
    if ding.is_muted:
        return tr("You muted this sender's DINGs: nothing rings, nothing is asked of you."), "text2"
    if has_left(ding):
        return tr("You are no longer in this conversation. Nothing is asked of you."), "text2"
    due = ding.content.due_ms
    if due is not None and is_overdue(ding, now_ms):
        late = tr("Overdue by {span}", span=span_words(now_ms - due))
        return late, "attention_text" if ding.is_open else "waiting_text"
    return "", "text2"


def _own_note(confirmed: Sequence[DingRecipient]) -> str:
    return next((person.note for person in confirmed if person.is_me), "")


def _buttons(ding: DingSummary, now_ms: int) -> tuple[ActButton, ...]:
    if is_failed(ding):
        return (
            ActButton(DingAct.RETRY, tr("Send again"), is_primary=True),
            ActButton(DingAct.DISCARD, tr("Discard")),
        )
    buttons: list[ActButton] = []
    if ding.is_open and ding.event_id is not None:
        buttons += [
            ActButton(DingAct.CONFIRM, tr("Confirm"), is_primary=True),
            ActButton(DingAct.NOTE, tr("Confirm with a note…")),
            ActButton(DingAct.SNOOZE, tr("Later")),
        ]
    if can_nudge(ding):
        words = tr_n(
            "Remind the one who has not confirmed",
            "Remind the {n} who have not confirmed",
            ding.total - ding.confirmed,
        )
        buttons.append(nudge_button(ding, words, now_ms))
    elif ding.is_own and ding.total and not ding.is_redacted and ding.event_id is not None:
        buttons.append(ActButton(DingAct.NUDGE, tr("All have confirmed"), is_enabled=False))
    return tuple(buttons)


def _person(person: DingRecipient, now_ms: int) -> PersonRow:
    is_confirmed = person.state is RecipientState.CONFIRMED
    if is_confirmed:
        detail = time_words(person.at_ms, now_ms)
        if person.is_before_edit:
            detail = tr("{time} before the edit", time=detail)
    else:
        detail = "" if person.is_me else tr("read") if person.has_read else tr("not read")
    return PersonRow(
        user_id=person.user_id,
        name=tr("{name} (you)", name=person.name) if person.is_me else person.name,
        detail=detail,
        note=" ".join(person.note.split()),
        avatar_key=avatar_key(person.avatar),
        tag=tr("External") if person.is_external else "",
        is_faded=not is_confirmed,
    )


def _left(people: Sequence[DingRecipient]) -> str:
    names = [person.name for person in people if person.state is RecipientState.LEFT]
    return tr("Left without confirming: {names}", names=tr(", ").join(names)) if names else ""


def _is_file(item: TimelineItem, detail: DingDetail) -> bool:
    """A file of the sender in the thread is an attachment of the ding."""
    return item.media is not None and not item.is_redacted and item.sender == detail.summary.sender


def _files(detail: DingDetail | None) -> tuple[FileRow, ...]:
    if detail is None or detail.summary.is_redacted:
        return ()
    return tuple(file_row(item) for item in detail.comments if _is_file(item, detail))


def _comments(detail: DingDetail | None, context: WordContext) -> tuple[CommentRow, ...]:
    if detail is None:
        return ()
    now, is_online = context.now_ms(), context.is_online()
    return tuple(
        comment_row(item, context.me, now, is_online=is_online)
        for item in detail.comments
        if not _is_file(item, detail)
    )


def _comment_hint(ding: DingSummary, is_here: bool) -> str:
    if not is_here:
        return tr("You are no longer in this conversation.")
    if ding.event_id is None:
        return tr("Comments can be written when it is sent")
    return tr("Write a comment…")
