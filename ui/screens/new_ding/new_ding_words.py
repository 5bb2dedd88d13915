"""The sentences of the dialog that sends a ding, and what a phone is told of one."""

from collections.abc import Sequence
from datetime import datetime

from app.dings.rounds import ROUNDS_AHEAD
from app.domain.dings import MAX_RECIPIENTS, MAX_WORDS, DingContent, DingKind, DingRepeat
from resources.formats import format_clock, format_due
from resources.translations import language, tr, tr_n
from ui.person import Person
from ui.screens.new_ding.new_ding_state import (
    MAX_FILES,
    MAX_TEXT,
    Audience,
    Problem,
    When,
    Writing,
    recipients,
)
from widgets.chips import Chip


def problem_words(problem: Problem) -> str:
    """Say what stands in the way and what to do."""
    return {
        Problem.NO_PEOPLE: tr("Choose who gets it."),
        Problem.TOO_MANY_PEOPLE: tr("A DING goes to {n} people at most. Choose fewer.", n=MAX_RECIPIENTS),
        Problem.NO_TEXT: tr("Write what it is about."),
        Problem.TEXT_TOO_LONG: tr(
            "The text is too long: {n} characters at most. Shorten it, or attach a file.", n=MAX_TEXT
        ),
        Problem.TOO_LARGE: tr("Too much for one DING: shorten the text, or choose fewer people."),
        Problem.DUE_PAST: tr("The due time is over already. Choose a later one."),
        Problem.START_PAST: tr("The meeting would have begun already. Choose a later start."),
        Problem.END_BEFORE_START: tr("The meeting must end after it starts."),
        Problem.SEND_PAST: tr("This time is over already. Choose a later one, or send it now."),
        Problem.SENT_AFTER_DUE: tr(
            "It would be sent after it is due. Send it earlier, or make it due later."
        ),
        Problem.SENT_AFTER_START: tr("It would be sent after the meeting starts. Send it earlier."),
        Problem.NO_REASON: tr("Say why quiet hours must be broken; it is shown to them."),
        Problem.FILE_GONE: tr("A file is no longer there. Take it away, or choose it again."),
        Problem.TOO_MANY_FILES: tr("{n} files at most go with one DING.", n=MAX_FILES),
    }[problem]


# Choices ------------------------------------------------------------------------------------------------------


def kind_chips() -> tuple[Chip, ...]:
    """The three kinds."""
    return (
        Chip(DingKind.NOTICE, tr("Notice")),
        Chip(DingKind.TASK, tr("Task")),
        Chip(DingKind.MEETING, tr("Meeting")),
    )


def when_chips() -> tuple[Chip, ...]:
    """When it goes out."""
    return (Chip(When.NOW, tr("Now")), Chip(When.LATER, tr("At a time")), Chip(When.REPEAT, tr("Repeatedly")))


def repeat_choices() -> tuple[tuple[str, str], ...]:
    """How often it comes again."""
    return (
        (DingRepeat.DAILY, tr("Every day")),
        (DingRepeat.WORKDAYS, tr("Every workday (Mon to Fri)")),
        (DingRepeat.WEEKLY, tr("Every week")),
    )


def span_words(minutes: int) -> str:
    """Word a length of time as choices say it."""
    if minutes % 1440 == 0:
        return tr_n("{n} day", "{n} days", minutes // 1440)
    if minutes % 60 == 0:
        return tr_n("{n} hour", "{n} hours", minutes // 60)
    return tr_n("{n} minute", "{n} minutes", minutes)


def nudge_choices(minutes: Sequence[int]) -> list[tuple[str, str]]:
    """How often those who have not confirmed are reminded."""
    every = [(str(n), tr("Every {span}", span=span_words(n))) for n in minutes]
    return [("", tr("Off")), *every]


def times_choices(times: Sequence[int]) -> list[tuple[str, str]]:
    """At most how many times."""
    return [(str(n), tr_n("Once at most", "{n} times at most", n)) for n in times]


def remind_choices(minutes: Sequence[int]) -> list[tuple[str, str]]:
    """How long before a meeting."""
    before = [(str(n), tr("{span} before", span=span_words(n))) for n in minutes]
    return [("", tr("Off")), *before]


# Lines --------------------------------------------------------------------------------------------------------


def list_names(people: Sequence[Person], most: int = 3) -> str:
    """A few names and how many more there are."""
    glue = "、" if language() == "zh" else ", "
    names = glue.join(person.name for person in people[:most])
    rest = len(people) - most
    return tr_n("{names} and {n} more", "{names} and {n} more", rest, names=names) if rest > 0 else names


def preview_words(writing: Writing, audience: Audience) -> str:
    """Who gets it, where."""
    people = recipients(writing, audience)
    if not people:
        return ""
    who = people[0].name if len(people) == 1 else tr_n("{n} person", "{n} people", len(people))
    if audience.room_id is None:
        if len(people) == 1 and not writing.cc:
            return tr("To {who}, in your direct chat", who=who)
        return tr("To {who}, in a conversation made for this", who=who)
    if audience.is_direct:
        return tr("To {who}", who=who)
    return tr("To {who} in {room}", who=who, room=audience.room_name)


def busy_words(busy: Sequence[Person], most: int) -> str:
    """Tell who has more than enough to confirm."""
    if not busy:
        return ""
    if len(busy) == 1:
        return tr("{name} already has {n} DINGs to confirm.", name=busy[0].name, n=most)
    return tr("{names} already have {n} DINGs to confirm each.", names=list_names(busy), n=most)


def schedule_words(when: When, *, is_by_server: bool) -> str:
    """Who sends it when its time comes."""
    if not is_by_server:
        return tr("Sent when Tack is running.")
    if when is When.REPEAT:
        return tr("The server sends the next {n} rounds, even when Tack is closed.", n=ROUNDS_AHEAD)
    return tr("The server sends it, even when Tack is closed.")


def offline_words() -> str:
    """What happens to a ding that is sent without the line."""
    return tr("You are offline: it will be sent when you are online.")


def source_words(audience: Audience) -> str:
    """Where the text comes from."""
    return tr("From {name}, {time}", name=audience.source_sender, time=format_clock(audience.source_ts_ms))


def sent_words(writing: Writing, audience: Audience, now_ms: int, *, is_online: bool) -> str:
    """What the note says when it is on its way."""
    people = recipients(writing, audience)
    who = people[0].name if len(people) == 1 else tr_n("{n} person", "{n} people", len(people))
    if writing.when is not When.NOW:
        return tr("DING to {who} goes out {time}", who=who, time=format_due(writing.at_ms, now_ms))
    if not is_online:
        return tr("DING to {who} goes out when you are online", who=who)
    return tr("DING sent to {who}", who=who)


def department_too_large(name: str, count: int) -> str:
    """Why a department was not added."""
    return tr(
        "{name} has {count} people; a DING goes to {n} at most.", name=name, count=count, n=MAX_RECIPIENTS
    )


def unknown_words(names: Sequence[str]) -> str:
    """Who was typed or pasted and is not known, or more than one."""
    shown = ", ".join(name[:MAX_WORDS] for name in names[:5])
    return tr("Not found, or more than one has this name: {names}", names=shown)


def fallback_words(ding: DingContent) -> str:
    """What a client that does not know dings says behind the text: times, place, reason, how to confirm."""
    said = []
    if ding.due_ms is not None:
        said.append(tr("Due {time}", time=_stamp(ding.due_ms)))
    if ding.start_ms is not None:
        end = "" if ding.end_ms is None else _end(ding.start_ms, ding.end_ms)
        said.append(tr("Time: {span}", span=_stamp(ding.start_ms) + end))
    if ding.place:
        said.append(tr("Place: {place}", place=" ".join(ding.place.split())))
    if ding.break_glass:
        said.append(tr("Urgent: {reason}", reason=" ".join(ding.break_glass.split())))
    said.append(tr("React with ✅ to confirm"))
    return " · ".join(said)


def _end(start_ms: int, end_ms: int) -> str:
    start, end = _stamp(start_ms), _stamp(end_ms)
    return f"–{end[-5:]}" if start[:-5] == end[:-5] else f" – {end}"


def _stamp(ts_ms: int) -> str:
    return datetime.fromtimestamp(ts_ms / 1000).strftime("%Y-%m-%d %H:%M")
