"""What the watch page shows, worded."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt

from widgets.painting import TagKind
from widgets.timeline.values import TextSpan

MOMENT_ROLE = Qt.ItemDataRole.UserRole + 1
"""The model of a list of moments answers this role with a `MomentRow`."""


@dataclass(frozen=True, slots=True)
class WatchComment:
    """A comment beside the video."""

    uid: str
    sender_id: str
    name: str
    text: str
    spans: tuple[TextSpan, ...] = ()
    avatar_key: str | None = None
    tag: str = ""
    """"External"."""
    at_ms: int | None = None
    moment: str = ""
    """03:05; empty: the comment belongs to no moment."""
    age: str = ""
    quote: str = ""
    """Whom and what it answers, on one line."""
    likes: int = 0
    is_liked: bool = False
    can_answer: bool = True
    can_remove: bool = False
    note: str = ""
    """Waits, or was not sent and why."""
    is_failed: bool = False
    is_waiting: bool = False
    """Mine, just written."""
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class MomentRow:
    """A chapter, a line of the transcript, a video of a playlist."""

    key: str
    text: str
    at_ms: int = 0
    lead: str = ""
    """The moment, or the number in the list."""
    facts: str = ""
    """Below the text."""
    cover_key: str = ""
    has_cover: bool = False
    share: float = 0.0
    """How much was watched."""
    is_done: bool = False
    hit: str = ""
    """What of the text was looked for."""


@dataclass(frozen=True, slots=True)
class WatchHeadline:
    """What stands below the picture."""

    title: str
    channel: str
    channel_key: str
    """Decides the colour of the picture."""
    avatar_key: str | None
    audience: str
    audience_kind: TagKind
    audience_tip: str
    facts: str
    like: str
    """How many like it."""
    is_liked: bool
    keep: str
    """The button that keeps it offline; empty: there is nothing to keep."""
    is_kept: bool
    is_saved: bool
    form: str = ""
    """The button of the form below the video."""
    live: str = ""
    """The button of a live post: be reminded, watch the recording."""
    is_reserved: bool = False
    follow: str = ""
    """The button that follows the channel; empty: I do already."""
    notice: str = ""
    """What I should know: who sees that I have finished this."""
