"""The entries of the rail and their red dots."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from resources.translations import tr, tr_n
from ui.unread import figure_words
from widgets.badge import NO_BADGE, Badge, BadgeKind
from widgets.rail import RailEntry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.rooms import AttentionTotals


class Place(StrEnum):
    """What one can go to from the rail. What is not built yet has no entry."""

    CHATS = "chats"
    DING = "ding"
    APPROVALS = "approvals"
    CHANNELS = "channels"
    PEOPLE = "people"
    SETTINGS = "settings"


def badges_of(totals: AttentionTotals) -> dict[Place, Badge]:
    """Unread is a filled number; only invitations and failed sends left: a hollow one."""
    duties = totals.invites + totals.failed_sends
    if totals.unread or totals.mentions:
        badge = Badge(BadgeKind.NUMBER, max(totals.unread, totals.mentions))
    elif duties:
        badge = Badge(BadgeKind.DUTY, duties)
    else:
        badge = Badge(BadgeKind.MUTED) if totals.muted_rooms else NO_BADGE
    ding = Badge(BadgeKind.DUTY, totals.dings) if totals.dings else NO_BADGE
    approvals = Badge(BadgeKind.DUTY, totals.approvals) if totals.approvals else NO_BADGE
    comments, news = totals.comments - totals.post_comments, totals.new_posts + totals.post_comments
    if comments and not totals.approvals:
        approvals = Badge(BadgeKind.NUMBER, comments)
    channels = Badge(BadgeKind.NUMBER, news) if news else NO_BADGE
    return {Place.CHATS: badge, Place.DING: ding, Place.APPROVALS: approvals, Place.CHANNELS: channels}


def badge_words_of(totals: AttentionTotals) -> dict[Place, str]:
    """What these badges stand for: a filled one also hides duties, and a screen reader sees no fill."""
    muted = tr_n("{n} muted chat with news", "{n} muted chats with news", totals.muted_rooms)
    chats = totals._replace(dings=0, approvals=0, comments=0)
    parts = [figure_words(chats), muted if totals.muted_rooms else ""]
    return {
        Place.CHATS: tr(", ").join(part for part in parts if part),
        Place.DING: tr_n("{n} DING to confirm", "{n} DINGs to confirm", totals.dings) if totals.dings else "",
        Place.APPROVALS: _approval_words(totals),
        Place.CHANNELS: _channel_words(totals),
    }


def _approval_words(totals: AttentionTotals) -> str:
    duties = tr_n("{n} approval waits for you", "{n} approvals wait for you", totals.approvals)
    count = totals.comments - totals.post_comments
    comments = tr_n("{n} comment for you", "{n} comments for you", count)
    parts = (duties if totals.approvals else "", comments if count else "")
    return tr(", ").join(part for part in parts if part)


def _channel_words(totals: AttentionTotals) -> str:
    posts = tr_n("{n} new video", "{n} new videos", totals.new_posts)
    comments = tr_n("{n} comment for you", "{n} comments for you", totals.post_comments)
    parts = (posts if totals.new_posts else "", comments if totals.post_comments else "")
    return tr(", ").join(part for part in parts if part)


def known_places(names: Sequence[str]) -> tuple[Place, ...]:
    """What a brand wants on the rail, as far as it is built."""
    wanted = tuple(Place(name) for name in names if name in set(Place) - {Place.SETTINGS})
    return wanted or (Place.CHATS, Place.DING, Place.APPROVALS, Place.CHANNELS, Place.PEOPLE)


def place_entries(
    places: Sequence[Place], totals: AttentionTotals
) -> tuple[list[RailEntry], list[RailEntry]]:
    """The entries at the top and at the bottom."""
    badges, words = badges_of(totals), badge_words_of(totals)
    icons = {
        Place.CHATS: ("chat-circle-dots", tr("Chats")),
        Place.DING: ("push-pin", tr("DING")),
        Place.APPROVALS: ("stamp", tr("Approvals")),
        Place.CHANNELS: ("monitor-play", tr("Channels")),
    }
    entries = {
        **{place: RailEntry(place, *icon, badges[place], words[place]) for place, icon in icons.items()},
        Place.PEOPLE: RailEntry(Place.PEOPLE, "users", tr("People")),
    }
    top = [entries[place] for place in places]
    return top, [RailEntry(Place.SETTINGS, "gear-six", tr("Settings"))]
