"""A ding in words, where it stands among other messages: its head, its foot, a reminder of it, a quote of it."""

from app.domain.dings import DingKind, is_confirmation, words_of
from app.domain.timeline import DingMark, Reaction, TimelineItem
from resources.formats import format_clock, format_day, format_due
from resources.translations import tr
from widgets.timeline.values import DingCard

_NUDGE_WORDS = 160
"""A reminder is one line: the whole text stands in the ding."""


def ding_card(ding: DingMark, now_ms: int) -> DingCard:
    """Word what stands around the text of a ding."""
    is_overdue = ding.is_open and ding.kind != DingKind.MEETING and (ding.due_ms or now_ms) < now_ms
    return DingCard(
        title=kind_title(ding.kind),
        due_text="" if ding.due_ms is None else due_words(ding.kind, ding.due_ms, now_ms),
        is_overdue=is_overdue,
        count_text=count_words(ding.confirmed, ding.total),
        is_open=ding.is_open,
        done_text=done_words(ding.confirmed_at_ms, now_ms),
    )


def kind_title(kind: str) -> str:
    """What the ding is, behind the word every language keeps."""
    return {DingKind.TASK.value: tr("DING · Task"), DingKind.MEETING.value: tr("DING · Meeting")}.get(
        kind, tr("DING · Notice")
    )


def due_words(kind: str, due_ms: int, now_ms: int) -> str:
    """By when, or from when on."""
    when = format_due(due_ms, now_ms)
    return tr("starts {time}", time=when) if kind == DingKind.MEETING else tr("due {time}", time=when)


def count_words(confirmed: int, total: int) -> str:
    """How many have confirmed; empty where nobody is asked any more."""
    return tr("{n} / {total} confirmed", n=confirmed, total=total) if total > 0 else ""


def done_words(confirmed_at_ms: int | None, now_ms: int) -> str:
    """When I confirmed: the time alone if it was today."""
    if confirmed_at_ms is None:
        return ""
    is_today = format_day(confirmed_at_ms, now_ms) == tr("Today")
    when = format_clock(confirmed_at_ms) if is_today else format_due(confirmed_at_ms, now_ms)
    return tr("You confirmed {time}", time=when)


def nudge_words(item: TimelineItem) -> str:
    """One line: "Reminder: the text of the ding"."""
    body = item.reply.body if item.reply is not None and item.reply.body else item.body
    text = " ".join(words_of(body).split())
    return tr(
        "Reminder: {words}", words=text if len(text) <= _NUDGE_WORDS else text[: _NUDGE_WORDS - 1] + "…"
    )


def shown_reactions(item: TimelineItem) -> tuple[Reaction, ...]:
    """The chips of a message; confirmations of a ding are counted in its foot."""
    if item.ding is None or item.is_redacted:
        return item.reactions
    return tuple(reaction for reaction in item.reactions if not is_confirmation(reaction.key))
