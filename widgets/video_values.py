"""What the channels page shows, worded: cards of posts, tiles of channels, the head of one channel."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt

from widgets.painting import TagKind

VIDEO_CARD_ROLE = Qt.ItemDataRole.UserRole + 1
"""The model of the grid answers this role with a `VideoCard`."""
CHANNEL_TILE_ROLE = Qt.ItemDataRole.UserRole + 2
"""The model of the strip answers this role with a `ChannelTile`."""


class BadgeTone(StrEnum):
    """Ground of a badge over a cover."""

    PLAIN = "plain"
    LIVE = "live"
    """On air now."""
    DUTY = "duty"
    """Compulsory and not finished."""


@dataclass(frozen=True, slots=True)
class VideoCard:
    """A post in the grid."""

    uid: str
    title: str
    color_key: str
    """Of the channel."""
    channel: str
    avatar_key: str | None = None
    cover_key: str | None = None
    length: str = ""
    """8:14; of a live stream when it begins."""
    audience: str = ""
    """Who may see it: internal, partners, public."""
    audience_kind: TagKind = TagKind.GREY
    facts: str = ""
    """Age, and what else is to be said in words."""
    likes: str = ""
    comments: str = ""
    """Figures; empty: none."""
    is_liked: bool = False
    share: float = 0.0
    """How much was watched, 0 to 1."""
    is_new: bool = False
    badge: str = ""
    badge_tone: BadgeTone = BadgeTone.PLAIN
    is_saved: bool = False
    is_kept: bool = False
    """Kept for offline."""
    note: str = ""
    """Why it is not there yet, in place of the facts."""
    is_failed: bool = False
    hit: str = ""
    """Search: where the words were found."""
    tip: str = ""
    spoken: str = ""
    """All of it for a screen reader."""


@dataclass(frozen=True, slots=True)
class ChannelTile:
    """A channel in the strip above the grid."""

    uid: str
    name: str
    avatar_key: str | None = None
    unread: int = 0
    is_muted: bool = False
    is_invited: bool = False
    """Waits for my answer."""
    tip: str = ""
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class ChannelHeadline:
    """The head of a channel's page."""

    uid: str
    name: str
    about: str = ""
    avatar_key: str | None = None
    audience: str = ""
    audience_kind: TagKind = TagKind.GREY
    audience_tip: str = ""
    """Who that is, in a sentence."""
    facts: str = ""
    """Followers, posts, my role."""
    is_followed: bool = False
    is_muted: bool = False
    can_publish: bool = False
    can_manage: bool = False
    is_waiting: bool = False
    """It is still being made."""
