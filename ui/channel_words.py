"""Channels and posts in words: who may see it, how long, how far watched, where a search found it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.channels.channel import Role, Visibility
from app.domain.visible import one_line
from resources.formats import format_due, format_duration
from resources.translations import tr, tr_n
from widgets.painting import TagKind

if TYPE_CHECKING:
    from app.domain.channels.channel import Audience
    from app.domain.channels.rows import ChannelRow, PostRow

_MOST_SERVERS = 3
_KINDS = {
    Visibility.INTERNAL: TagKind.ACCENT,
    Visibility.PARTNERS: TagKind.AMBER,
    Visibility.PUBLIC: TagKind.GREY,
}


def audience_words(audience: Audience) -> str:
    """The label of a card: who may see it."""
    return {
        Visibility.INTERNAL: tr("Internal"),
        Visibility.PARTNERS: tr("Partners"),
        Visibility.PUBLIC: tr("Public"),
    }[audience.visibility]


def audience_kind(audience: Audience) -> TagKind:
    """The colour of that label."""
    return _KINDS[audience.visibility]


def audience_sentence(audience: Audience) -> str:
    """Say in full who may see what is published there."""
    if audience.visibility is Visibility.INTERNAL:
        return tr("Only people of your company can see this.")
    if audience.visibility is Visibility.PUBLIC:
        return tr("Everybody can see this.")
    servers = server_words(audience.servers)
    if not servers:
        return tr("Your company and named partners can see this.")
    return tr("Your company and these partners can see this: {servers}.", servers=servers)


def server_words(servers: tuple[str, ...]) -> str:
    """Name servers; of many the first ones and how many more."""
    shown = [one_line(server) for server in servers[:_MOST_SERVERS]]
    rest = len(servers) - len(shown)
    words = tr(", ").join(shown)
    return tr("{servers} and {n} more", servers=words, n=rest) if rest else words


def role_words(role: Role) -> str:
    """What I may do in a channel; nothing is said of viewers."""
    return {Role.OWNER: tr("You own this channel"), Role.EDITOR: tr("You are an editor")}.get(role, "")


def length_words(row: PostRow, now_ms: int) -> str:
    """The badge at the lower right of a cover."""
    if row.is_live:
        return (
            "" if is_on_air(row, now_ms) or is_over(row, now_ms) else format_due(row.live_starts_ms, now_ms)
        )
    return format_duration(row.duration_ms / 1000) if row.duration_ms else ""


def is_on_air(row: PostRow, now_ms: int) -> bool:
    """Whether a live stream runs now, as far as was announced."""
    return row.is_live and row.live_starts_ms <= now_ms and not is_over(row, now_ms)


def is_over(row: PostRow, now_ms: int) -> bool:
    """Whether a live stream has ended."""
    return row.is_live and 0 < row.live_ends_ms <= now_ms


def followers_words(channel: ChannelRow) -> str:
    """How many follow, how many posts there are."""
    parts = []
    if channel.followers:
        parts.append(tr_n("{n} follower", "{n} followers", channel.followers))
    if channel.posts:
        parts.append(tr_n("{n} video", "{n} videos", channel.posts))
    return " · ".join(parts)


def hit_words(row: PostRow) -> str:
    """Where the words of a search were found."""
    place = {
        "description": tr("In the description"),
        "tag": tr("Tag"),
        "subtitle": tr("Said"),
        "comment": tr("Comment"),
    }.get(row.hit, "")
    if not place:
        return ""
    if row.hit_at_ms is not None:
        place = tr("{place} at {moment}", place=place, moment=format_duration(row.hit_at_ms / 1000))
    words = one_line(row.hit_text)
    return tr("{place}: {words}", place=place, words=words) if words else place
