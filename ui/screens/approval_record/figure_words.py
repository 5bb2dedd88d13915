"""Statistics as tiles and bars, worded."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from resources.formats import format_month
from resources.translations import language, tr, tr_n
from ui.approval_words import words_of
from ui.sentences import span_words
from widgets.bar_chart import Bar, Part
from widgets.figure_tiles import Tile

if TYPE_CHECKING:
    from app.domain.approvals.rows import Statistics

_MINUTE_MS = 60_000
_MOST_STEPS = 12


def figure_tiles(figures: Statistics) -> list[Tile]:
    """Give the sums."""
    asked, approved, rejected, going = (sum(row[n] for row in figures.by_template) for n in (2, 3, 4, 5))  # type: ignore[misc]
    return [
        Tile(tr("Requests"), f"{asked:,}"),
        Tile(tr("Approved"), f"{approved:,}", "done_text"),
        Tile(tr("Rejected"), f"{rejected:,}", "attention_text"),
        Tile(tr("Still open"), f"{going:,}", "waiting_text"),
        Tile(tr("Median time"), time_words(figures.median_ms)),
    ]


def template_bars(figures: Statistics) -> list[Bar]:
    """Give a bar for each template: approved, rejected, open, and the rest (withdrawn)."""
    bars = []
    for template_id, name, asked, approved, rejected, going in figures.by_template:
        title = stored_words(name) or template_id
        rest = max(0, asked - approved - rejected - going)
        parts = (
            Part(approved, "done"),
            Part(rejected, "attention"),
            Part(going, "waiting"),
            Part(rest, "muted_dot"),
        )
        spoken = tr(
            "{name}: {asked} asked, {approved} approved, {rejected} rejected, {open} open",
            name=title,
            asked=asked,
            approved=approved,
            rejected=rejected,
            open=going,
        )
        bars.append(Bar(title, parts, f"{asked:,}", spoken=spoken))
    return bars


def month_bars(figures: Statistics) -> list[Bar]:
    """Give a bar for each month; those without a request too."""
    counted = dict(figures.by_month)
    return [
        Bar(_month(month), (Part(counted.get(month, 0)),), str(counted.get(month, 0)))
        for month in _months(sorted(counted))
    ]


def step_bars(figures: Statistics) -> list[Bar]:
    """Give the slowest steps; pressing one opens its slowest request."""
    bars = []
    names = {template_id: stored_words(name) for template_id, name, *_ in figures.by_template}
    for step in figures.steps[:_MOST_STEPS]:
        title = " · ".join(filter(None, (names.get(step.template_id, ""), stored_words(step.step))))
        text = time_words(step.median_ms)
        count = tr_n("{n} request", "{n} requests", step.requests)
        spoken = tr(
            "{name}: {time} in the middle, {slowest} at most, {count}",
            name=title,
            time=text,
            slowest=time_words(step.slowest_ms),
            count=count,
        )
        bars.append(Bar(title, (Part(max(1, step.median_ms)),), text, str(step.slowest_room), spoken))
    return bars


def slow_bars(figures: Statistics, now_ms: int) -> list[Bar]:
    """Give what has been waiting longest."""
    bars = []
    for row in figures.slowest:
        waited = max(1, now_ms - row.since_ms)
        who = tr(", ").join(row.waiting)
        text = time_words(waited)
        spoken = tr("{title}: waits for {who}, {time}", title=row.title, who=who, time=text)
        shown = f"{text} · {who}" if who else text
        bars.append(Bar(row.title, (Part(waited, "waiting"),), shown, str(row.room_id), spoken))
    return bars


def time_words(span_ms: int) -> str:
    """Word a length of time; what is shorter than a minute too."""
    if span_ms <= 0:
        return "–"
    return span_words(span_ms) if span_ms >= _MINUTE_MS else tr("less than a minute")


def stored_words(text: str) -> str:
    """Give words by language that were stored as JSON; a plain text as it is."""
    try:
        words = json.loads(text)
    except ValueError:
        return text
    if not isinstance(words, dict):
        return text
    return words_of({key: value for key, value in words.items() if isinstance(value, str)})


def _months(counted: list[str]) -> list[str]:
    """Fill in the months between the first and the last."""
    if not counted:
        return []
    (year, month), last = (int(part) for part in counted[0].split("-")), counted[-1]
    found = [counted[0]]
    while found[-1] < last and len(found) < 600:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        found.append(f"{year:04}-{month:02}")
    return found


def _month(month: str) -> str:
    """Write the year only where it begins."""
    year, number = (int(part) for part in month.split("-"))
    if language() == "zh":
        return f"{year % 100:02}年1月" if number == 1 else f"{number}月"
    name = format_month(date(year, number, 1))[:3]
    return f"{name} {year % 100:02}" if number == 1 else name
