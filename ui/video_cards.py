"""The card of a post in a chat, worded by how it stands now; what the sender claims counts only where nothing is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.channels.links import clock_words, read_link
from app.domain.visible import one_line
from resources.translations import tr
from ui.channel_words import audience_words, is_on_air, is_over, length_words
from widgets.timeline.values import MediaBox, MediaKind

if TYPE_CHECKING:
    from app.domain.channels.rows import PostRow
    from app.domain.timeline import VideoMark


def video_box(mark: VideoMark, row: PostRow | None, now_ms: int) -> MediaBox:
    """Word the card: cover, title, channel, who may see it, length."""
    moment = "" if mark.at_ms is None else clock_words(mark.at_ms)
    if row is None:
        title = one_line(mark.title) or tr("Video")
        return MediaBox(MediaKind.VIDEO, title, tr("Click to see its channel"), duration_text=moment)
    facts = [one_line(row.channel_name), audience_words(row.audience)]
    return MediaBox(
        kind=MediaKind.VIDEO,
        filename=one_line(row.title) or tr("Video"),
        size_text=" · ".join(filter(None, (*facts, _live_words(row, now_ms)))),
        image_key=row.cover,
        duration_text=" / ".join(filter(None, (moment, _length(row, now_ms)))),
    )


def said_with(mark: VideoMark, body: str) -> str:
    """What the sender said beside title and link, which the card shows better."""
    lines = body.rstrip().split("\n")
    if lines and read_link(lines[-1].strip()) is not None:
        lines.pop()
        title = " ".join(lines[-1].split()) if lines else ""
        if title and mark.title and title.startswith(mark.title[:80]):
            lines.pop()
    return "\n".join(lines).strip()


def _length(row: PostRow, now_ms: int) -> str:
    return tr("Live") if is_on_air(row, now_ms) else length_words(row, now_ms)


def _live_words(row: PostRow, now_ms: int) -> str:
    """What one can do with a live post."""
    if not row.is_live or is_on_air(row, now_ms):
        return ""
    if is_over(row, now_ms):
        return tr("Watch the recording") if row.recording is not None else tr("It is over.")
    return tr("Will remind you") if row.is_reserved else tr("Remind me")
