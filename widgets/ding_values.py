"""What the DING page shows, worded: cards of the list and the detail beside it. No behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from widgets.painting import TagKind

if TYPE_CHECKING:
    from widgets.file_card import FileRow
    from widgets.timeline.values import TextSpan

DING_CARD_ROLE = Qt.ItemDataRole.UserRole + 1
"""The model answers this role with a `DingCard`."""


class DingAct(StrEnum):
    """What a button, a key or a menu entry asks for."""

    CONFIRM = "confirm"
    NOTE = "note"
    """Confirm with a note."""
    SNOOZE = "snooze"
    REPLY = "reply"
    NUDGE = "nudge"
    RETRY = "retry"
    DISCARD = "discard"
    EDIT_TIME = "edit_time"
    CANCEL = "cancel"
    ACCEPT = "accept"
    DECLINE = "decline"
    GO = "go"
    """To the message."""
    COPY = "copy"
    RECALL = "recall"
    DELETE = "delete"
    """The key: whatever takes this away, asked first."""
    MUTE = "mute"
    UNMUTE = "unmute"
    WHY = "why"


class CardTone(StrEnum):
    """How loud a card is."""

    NORMAL = "normal"
    DONE = "done"
    """Nothing is asked of me any more."""
    FADED = "faded"
    """Recalled, muted: only for the record."""


@dataclass(frozen=True, slots=True)
class ActButton:
    """A button, worded."""

    act: DingAct
    text: str
    is_primary: bool = False
    is_enabled: bool = True
    short_text: str = ""
    """Where there is no room for all of it."""


@dataclass(frozen=True, slots=True)
class DingCard:
    """One card of the list."""

    uid: str
    name: str
    color_key: str
    when: str
    """Time and where from."""
    text: str
    avatar_key: str | None = None
    external: str = ""
    """Amber tag behind the name."""
    tag: str = ""
    tag_kind: TagKind = TagKind.AMBER
    done: str = ""
    """Green words with a check, in place of the tag."""
    note: str = ""
    """A line under the text: where it stands with the server."""
    note_role: str = "waiting_text"
    buttons: tuple[ActButton, ...] = ()
    tail: str = ""
    """At the right of the buttons: how many confirmed, comments."""
    short_tail: str = ""
    """What of it stands there where there is no room for all."""
    tone: CardTone = CardTone.NORMAL
    is_ticking: bool = False
    """Its words change with the seconds."""
    spoken: str = ""
    """All of it for a screen reader."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A recipient in the detail."""

    user_id: str
    name: str
    detail: str = ""
    """Behind the name: when, whether read."""
    note: str = ""
    avatar_key: str | None = None
    tag: str = ""
    """Amber: External."""
    is_faded: bool = False


@dataclass(frozen=True, slots=True)
class CommentRow:
    """A comment in the detail."""

    uid: str
    sender_id: str
    head: str
    """Name and time."""
    name: str
    text: str = ""
    spans: tuple[TextSpan, ...] = ()
    avatar_key: str | None = None
    file: FileRow | None = None
    note: str = ""
    """Waits, or was not sent and why."""
    is_failed: bool = False


@dataclass(frozen=True, slots=True)
class DingPage:
    """The detail of one ding."""

    uid: str
    sender_id: str
    name: str
    line: str
    """When, to how many, how it reminds."""
    text: str
    department: str = ""
    external: str = ""
    avatar_key: str | None = None
    spans: tuple[TextSpan, ...] = ()
    is_faded: bool = False
    tag: str = ""
    tag_kind: TagKind = TagKind.AMBER
    facts: tuple[tuple[str, str], ...] = ()
    """Icon and words: due, place, reason …"""
    files: tuple[FileRow, ...] = ()
    state: str = ""
    """A line over the buttons: You confirmed 10:41; Waiting for the server."""
    state_role: str = "text2"
    buttons: tuple[ActButton, ...] = ()
    share: float | None = None
    """How much is confirmed; None: nobody is asked, no bar."""
    confirmed_title: str = ""
    confirmed: tuple[PersonRow, ...] = ()
    waiting_title: str = ""
    waiting: tuple[PersonRow, ...] = ()
    left: str = ""
    """Who left, in one sentence."""
    is_loading: bool = False
    """People and comments are still being read."""
    comments_title: str = ""
    comments: tuple[CommentRow, ...] = ()
    can_comment: bool = True
    comment_hint: str = ""
    can_go: bool = True
    is_ticking: bool = False
