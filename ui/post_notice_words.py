"""Notices of new videos in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.visible import one_line
from resources.translations import tr, tr_n

if TYPE_CHECKING:
    from app.notifications.posts import PostNotice


def post_notice_title(notice: PostNotice) -> str:
    """Which channel; not while the screen is shared."""
    return one_line(notice.channel) or tr("Channels")


def post_notice_text(notice: PostNotice) -> str:
    """Which video, or how many."""
    return one_line(notice.title) or tr_n("{n} new video", "{n} new videos", notice.count)
