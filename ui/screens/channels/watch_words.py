"""The watch page in words: what stands below the picture, comments, chapters, transcript, playlist."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from app.domain.channels.links import clock_words
from app.domain.timeline import SendState
from app.domain.visible import one_line
from resources.formats import format_due, format_duration, format_list_time, format_size
from resources.translations import tr, tr_n
from ui.channel_words import audience_kind, audience_sentence, audience_words, is_on_air, is_over
from ui.comment_rows import time_words
from ui.images import avatar_key
from ui.rich import spans_of
from ui.sentences import sentence_for
from widgets.watch_values import MomentRow, WatchComment, WatchHeadline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.channels.post import Chapter, Rendition
    from app.domain.channels.rows import CommentRow, KeptVideo, PostDetail, PostRow, TranscriptLine
    from app.domain.ids import UserID
    from widgets.timeline.values import TextSpan

MAX_QUOTE = 80


def headline_of(
    detail: PostDetail, now_ms: int, kept: Sequence[KeptVideo], *, notice: str = ""
) -> WatchHeadline:
    """Word what stands below the picture."""
    row = detail.row
    words, is_kept = keep_words(row, kept, now_ms)
    return WatchHeadline(
        title=one_line(row.title) or tr("Video"),
        channel=one_line(row.channel_name) or tr("Channel"),
        channel_key=row.room_id,
        avatar_key=avatar_key(row.channel_avatar),
        audience=audience_words(row.audience),
        audience_kind=audience_kind(row.audience),
        audience_tip=audience_sentence(row.audience),
        facts=facts_of(row, now_ms, is_edited=detail.is_edited),
        like=str(row.likes) if row.likes else "",
        is_liked=row.is_liked,
        keep=words if detail.post.renditions else "",
        is_kept=is_kept,
        is_saved=bool(row.watch.saved_ms),
        form=one_line(detail.post.form.label, 40) if detail.post.form is not None else "",
        live=live_button(row, now_ms),
        is_reserved=row.is_reserved,
        follow="" if row.is_followed else tr("Follow"),
        notice=notice,
    )


def facts_of(row: PostRow, now_ms: int, *, is_edited: bool = False) -> str:
    """When, how many watched, whether it is compulsory."""
    parts = [_when(row, now_ms)]
    if row.watched:
        parts.append(tr_n("{n} watched", "{n} watched", row.watched))
    if row.finished:
        parts.append(tr_n("{n} finished", "{n} finished", row.finished))
    if row.is_compulsory:
        due = format_due(row.due_ms, now_ms) if row.due_ms else ""
        parts.append(tr("compulsory, by {due}", due=due) if due else tr("compulsory"))
    if is_edited:
        parts.append(tr("edited"))
    if row.send_state is not None:
        is_stuck = row.send_state is SendState.WEDGED
        parts = [sentence_for(row.error_code) if is_stuck else tr("Will be published")]
    return " · ".join(filter(None, parts))


def _when(row: PostRow, now_ms: int) -> str:
    if not row.is_live:
        return format_list_time(row.ts_ms, now_ms)
    if is_on_air(row, now_ms):
        return tr("Live since {time}", time=format_due(row.live_starts_ms, now_ms))
    if is_over(row, now_ms):
        return tr("Was live {time}", time=format_list_time(row.live_starts_ms, now_ms))
    return tr("Live {time}", time=format_due(row.live_starts_ms, now_ms))


def live_button(row: PostRow, now_ms: int) -> str:
    """What one can do with a live post besides playing it."""
    if not row.is_live or is_on_air(row, now_ms):
        return ""
    if is_over(row, now_ms):
        return tr("Watch the recording") if row.recording is not None else ""
    return tr("Will remind you") if row.is_reserved else tr("Remind me")


def cover_note(row: PostRow, now_ms: int) -> str:
    """What the cover says of a live post."""
    if not row.is_live:
        return ""
    if is_on_air(row, now_ms):
        return tr("Live")
    if is_over(row, now_ms):
        return tr("It is over.") if row.recording is None else tr("It is over; there is a recording.")
    return tr("Begins {time}", time=format_due(row.live_starts_ms, now_ms))


def keep_words(row: PostRow, kept: Sequence[KeptVideo], now_ms: int) -> tuple[str, bool]:
    """The button that keeps a video offline, and whether it is kept (or on its way)."""
    mine = next((one for one in kept if one.event_id == row.event_id), None)
    if mine is None:
        return (tr("Kept"), True) if row.kept_until_ms > now_ms else (tr("Offline"), False)
    if mine.error_code:
        return tr("Not kept"), True
    if mine.size_bytes and mine.done_bytes < mine.size_bytes:
        return tr("Offline {share} %", share=mine.done_bytes * 100 // mine.size_bytes), True
    return tr("Kept"), True


def rendition_words(label: str, rendition: Rendition) -> str:
    """A quality to keep, and what it takes."""
    if rendition.size_bytes is None:
        return label
    return f"{label} · {format_size(rendition.size_bytes)}"


def comment_of(
    row: CommentRow, now_ms: int, me: UserID, *, can_answer: bool, is_online: bool
) -> WatchComment:
    """Word one comment."""
    name = one_line(row.sender_name)
    moment = "" if row.at_ms is None else clock_words(row.at_ms)
    age = time_words(row.ts_ms, now_ms)
    is_failed = row.send_state is SendState.WEDGED
    note = tr("Not sent. {reason}", reason=sentence_for(row.error_code)) if is_failed else ""
    if row.send_state in {SendState.QUEUED, SendState.SENDING}:
        note = tr("Sending…") if is_online else tr("Waits for the line")
    quote = ""
    if row.reply_to is not None:
        quote = tr(
            "Answers {name}: {words}",
            name=one_line(row.reply_name),
            words=one_line(row.reply_body, MAX_QUOTE),
        )
    spoken = tr(", ").join(filter(None, (name, moment, age, quote, row.body, note)))
    text, spans = _worded(row.body, me)
    return WatchComment(
        uid=row.uid,
        sender_id=row.sender,
        name=name,
        text=text,
        spans=spans,
        avatar_key=avatar_key(row.sender_avatar),
        tag=tr("External") if row.is_external else "",
        at_ms=row.at_ms,
        moment=moment,
        age=age,
        quote=quote,
        likes=row.likes,
        is_liked=row.is_liked,
        can_answer=can_answer and row.event_id is not None,
        can_remove=row.can_remove,
        note=note,
        is_failed=is_failed,
        is_waiting=row.event_id is None,
        spoken=spoken,
    )


@lru_cache(maxsize=1000)
def _worded(body: str, me: UserID) -> tuple[str, tuple[TextSpan, ...]]:
    """Find links and the like; the same comments are worded again with each news and as they grow older."""
    return spans_of(body, None, me)


def chapter_rows(chapters: Sequence[Chapter]) -> list[MomentRow]:
    """Word the chapters."""
    return [
        MomentRow(str(part.at_ms), one_line(part.title), part.at_ms, clock_words(part.at_ms))
        for part in chapters
    ]


def transcript_rows(lines: Sequence[TranscriptLine], term: str = "") -> list[MomentRow]:
    """Word the lines of a transcript that hold a term."""
    sought = term.strip().casefold()
    return [
        MomentRow(
            str(line.from_ms),
            one_line(line.text, 300),
            line.from_ms,
            clock_words(line.from_ms),
            hit=term.strip(),
        )
        for line in lines
        if sought in line.text.casefold()
    ]


def course_row(row: PostRow, number: int) -> MomentRow:
    """Word a video of a playlist."""
    length = format_duration(row.duration_ms / 1000) if row.duration_ms else ""
    is_done = bool(row.watch.finished_ms)
    state = tr("Finished") if is_done else ""
    return MomentRow(
        key=row.event_id,
        text=tr("{n}. {title}", n=number, title=one_line(row.title)),
        facts=" · ".join(filter(None, (state, length))),
        cover_key=row.cover or "",
        has_cover=True,
        share=row.watch.share,
        is_done=is_done,
    )
