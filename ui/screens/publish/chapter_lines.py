"""Chapters as a person types them: a line each, the moment before the title."""

import re
from collections.abc import Iterable

from app.domain.channels.links import clock_words
from app.domain.channels.post import Chapter
from app.domain.channels.wire import MAX_CHAPTERS, MAX_TITLE
from app.domain.visible import one_line
from resources.translations import tr

_LINE = re.compile(r"\s*(?:(\d{1,3})[:：])?(\d{1,3})[:：](\d{2})\b[\s.·–—-]*(.*)", re.ASCII)


def chapter_text(chapters: Iterable[Chapter]) -> str:
    """Write them for the field."""
    return "\n".join(f"{clock_words(chapter.at_ms)} {chapter.title}" for chapter in chapters)


def read_chapters(text: str, duration_ms: int | None) -> tuple[tuple[Chapter, ...], str]:
    """Give the chapters in the order of time, and what is wrong with the text; empty: nothing."""
    found: dict[int, Chapter] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        match = _LINE.match(line)
        title = one_line(match.group(4), MAX_TITLE) if match else ""
        if match is None or int(match.group(3)) > 59 or not title:
            return (), tr("Line {n} is no chapter. Write the moment, then the title: 03:12 Goggles", n=number)
        at_ms = 1000 * (int(match.group(1) or 0) * 3600 + int(match.group(2)) * 60 + int(match.group(3)))
        if duration_ms and at_ms >= duration_ms:
            return (), tr(
                "Line {n} is behind the end of the video ({end}).", n=number, end=clock_words(duration_ms)
            )
        found.setdefault(at_ms, Chapter(at_ms, title))
    if len(found) > MAX_CHAPTERS:
        return (), tr("At most {n} chapters.", n=MAX_CHAPTERS)
    return tuple(found[at_ms] for at_ms in sorted(found)), ""
