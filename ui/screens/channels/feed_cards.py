"""Posts as cards, channels as tiles and heads: everything worded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.channels.channel import Role
from app.domain.sending import is_new_room
from app.domain.timeline import SendState
from app.domain.visible import one_line
from resources.formats import format_count, format_due, format_list_time
from resources.translations import tr, tr_n
from ui.channel_words import (
    audience_kind,
    audience_sentence,
    audience_words,
    followers_words,
    hit_words,
    is_on_air,
    is_over,
    length_words,
    role_words,
)
from ui.images import avatar_key
from ui.sentences import sentence_for
from widgets.video_values import BadgeTone, ChannelHeadline, ChannelTile, VideoCard

if TYPE_CHECKING:
    from app.domain.channels.rows import ChannelRow, PostRow

MIN_SHARE = 0.01
"""Less is a glance, not a place to go on from."""


def card_of(row: PostRow, now_ms: int) -> VideoCard:
    """Word one post."""
    title = one_line(row.title) or tr("Video")
    channel = one_line(row.channel_name) or tr("Channel")
    badge, tone = _badge(row, now_ms)
    note, is_failed = _note(row)
    facts, length = _facts(row, now_ms), length_words(row, now_ms)
    audience = audience_words(row.audience)
    return VideoCard(
        uid=row.event_id,
        title=title,
        color_key=row.room_id,
        channel=channel,
        avatar_key=avatar_key(row.channel_avatar),
        cover_key=row.cover,
        length=length,
        audience=audience,
        audience_kind=audience_kind(row.audience),
        facts=facts,
        likes=_figure(row.likes),
        comments=_figure(row.comments),
        is_liked=row.is_liked,
        share=row.watch.share if row.watch.share >= MIN_SHARE else 0.0,
        is_new=row.is_new,
        badge=badge,
        badge_tone=tone,
        is_saved=bool(row.watch.saved_ms),
        is_kept=row.kept_until_ms > now_ms,
        note=note,
        is_failed=is_failed,
        hit=hit_words(row),
        tip=_tip(row, title),
        spoken=tr(", ").join(
            filter(None, (title, _news(row), channel, audience, badge, length, _watched(row), note or facts))
        ),
    )


def tile_of(channel: ChannelRow) -> ChannelTile:
    """Word one channel of the strip."""
    name = one_line(channel.name) or tr("Channel")
    news = tr_n("{n} new video", "{n} new videos", channel.unread) if channel.unread else ""
    audience = audience_words(channel.audience)
    if channel.is_invited:
        news = tr("You are invited to follow it")
    return ChannelTile(
        uid=channel.room_id,
        name=name,
        avatar_key=avatar_key(channel.avatar),
        unread=channel.unread,
        is_muted=channel.is_muted,
        is_invited=channel.is_invited,
        tip="\n".join(filter(None, (name, tr(" · ").join(filter(None, (audience, news)))))),
        spoken=tr(", ").join(filter(None, (name, audience, news))),
    )


def _waiting_words(channel: ChannelRow) -> str:
    if channel.error_code:
        return tr("It could not be made: {reason}", reason=sentence_for(channel.error_code))
    return tr("It has not left this computer yet.")


def head_of(channel: ChannelRow) -> ChannelHeadline:
    """Word the head of a channel's page."""
    is_waiting = is_new_room(channel.room_id)
    invited = tr("You are invited to follow it") if channel.is_invited else ""
    facts = (invited, role_words(channel.my_role), followers_words(channel))
    return ChannelHeadline(
        uid=channel.room_id,
        name=one_line(channel.name) or tr("Channel"),
        about=channel.about.strip(),
        avatar_key=avatar_key(channel.avatar),
        audience=audience_words(channel.audience),
        audience_kind=audience_kind(channel.audience),
        audience_tip=audience_sentence(channel.audience),
        facts=_waiting_words(channel) if is_waiting else " · ".join(filter(None, facts)),
        is_followed=channel.is_followed,
        is_muted=channel.is_muted,
        can_publish=channel.is_followed and channel.my_role is not Role.VIEWER,
        can_manage=channel.is_followed and channel.my_role is not Role.VIEWER,
        is_waiting=is_waiting,
    )


def _badge(row: PostRow, now_ms: int) -> tuple[str, BadgeTone]:
    if is_on_air(row, now_ms):
        return tr("Live"), BadgeTone.LIVE
    if row.is_live:
        if not is_over(row, now_ms):
            return tr("Announced"), BadgeTone.PLAIN
        return (tr("Recording"), BadgeTone.PLAIN) if row.recording else (tr("Over"), BadgeTone.PLAIN)
    if row.is_compulsory and not row.watch.finished_ms:
        return tr("Compulsory"), BadgeTone.DUTY
    return "", BadgeTone.PLAIN


def _note(row: PostRow) -> tuple[str, bool]:
    if row.send_state is SendState.WEDGED:
        return tr("Not published: {reason}", reason=sentence_for(row.error_code)), True
    return (tr("Will be published"), False) if row.send_state is not None else ("", False)


def _facts(row: PostRow, now_ms: int) -> str:
    parts = [format_list_time(row.ts_ms, now_ms)]
    if row.is_compulsory and row.due_ms and not row.watch.finished_ms:
        parts.append(tr("by {when}", when=format_due(row.due_ms, now_ms)))
    elif not row.is_followed:
        parts.append(tr("not followed"))
    elif row.is_reserved and row.live_starts_ms > now_ms:
        parts.append(tr("I will be reminded"))
    return " · ".join(parts)


def _figure(number: int) -> str:
    return format_count(number) if number else ""


def _news(row: PostRow) -> str:
    return tr("new") if row.is_new else ""


def _watched(row: PostRow) -> str:
    if row.watch.finished_ms:
        return tr("finished")
    percent = round(row.watch.share * 100)
    return tr("{n} % watched", n=percent) if percent else ""


def _tip(row: PostRow, title: str) -> str:
    about = one_line(row.description, 200)
    return "\n".join(filter(None, (title, about, audience_sentence(row.audience))))
