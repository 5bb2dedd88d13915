"""What the approvals page shows, worded: rows of the lists, and the head, notices and buttons of one request."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt

from widgets.painting import TagKind

APPROVAL_CARD_ROLE = Qt.ItemDataRole.UserRole + 1
"""The model answers this role with an `ApprovalCard`."""


class ApprovalAct(StrEnum):
    """What a button, a key or a menu entry asks for. The first ones are the acts of a request."""

    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"
    TRANSFER = "transfer"
    DELEGATE = "delegate"
    ADD_SIGN = "add_sign"
    REMOVE_SIGN = "remove_sign"
    TAKE_BACK = "take_back"
    WITHDRAW = "withdraw"
    RESUBMIT = "resubmit"
    CC = "cc"
    URGE = "urge"
    JOIN = "join"
    """Enter the room of somebody outside."""
    RETRY = "retry"
    DISCARD = "discard"
    """Drop what could not be sent."""
    ANEW = "anew"
    """Decide again what the server's news made void; the note is kept."""
    UNDO = "undo"
    """Take back what has not gone out."""
    AGAIN = "again"
    """A new request with the same form."""
    PRINT = "print"
    COPY_NUMBER = "copy_number"
    SEND_CARD = "send_card"
    VERIFY = "verify"


class ApprovalTask(StrEnum):
    """What the menu over the list offers."""

    TEMPLATES = "templates"
    STATISTICS = "statistics"
    AWAY = "away"
    EXPORT = "export"
    VERIFY = "verify"


@dataclass(frozen=True, slots=True)
class ApprovalCard:
    """One row of a list."""

    uid: str
    title: str
    facts: str
    """The two or three values people decide by."""
    color_key: str
    name: str
    """Of who asks; the initials are made of it."""
    avatar_key: str | None = None
    when: str = ""
    """Waiting since, or the day."""
    is_urgent: bool = False
    """Waits for me."""
    external: str = ""
    tag: str = ""
    tag_kind: TagKind = TagKind.GREY
    has_news: bool = False
    can_check: bool = False
    is_faded: bool = False
    spoken: str = ""
    """All of it for a screen reader."""


class NoticeKind(StrEnum):
    """How loud a notice is."""

    ATTENTION = "attention"
    WAITING = "waiting"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Notice:
    """A box over the form: what is to be known before deciding."""

    key: str
    kind: NoticeKind
    title: str
    text: str = ""
    act: str = ""
    """An `ApprovalAct` to offer."""
    act_text: str = ""
    second_act: str = ""
    second_text: str = ""


@dataclass(frozen=True, slots=True)
class ActChoice:
    """A button of the bar, or an entry of its menu."""

    act: ApprovalAct
    text: str
    icon: str = ""
    tip: str = ""
    is_primary: bool = False
    is_danger: bool = False
    is_enabled: bool = True


@dataclass(frozen=True, slots=True)
class ApprovalHeadline:
    """The head of a request."""

    title: str
    number: str
    status: str
    status_kind: TagKind
    seal: str = ""
    """"Sealed, nobody can change it"; empty: not sealed."""
    seal_tip: str = ""
    is_sealed: bool = True


@dataclass(frozen=True, slots=True)
class ApprovalPage:
    """Head, notices and buttons of one request; form, flow and discussion are shown beside."""

    uid: str
    head: ApprovalHeadline
    notices: tuple[Notice, ...] = ()
    acts: tuple[ActChoice, ...] = ()
    """In the bar; those without room are in its menu."""
    more: tuple[ActChoice, ...] = ()
    """Always in the menu."""
    hint: str = ""
    """At the right of the bar: keys, or why there are no buttons."""
    can_comment: bool = True
    no_comment_reason: str = ""
