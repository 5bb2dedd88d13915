"""What the timeline view shows and where it gets it: plain values and two protocols, no behaviour.

The view knows nothing of events or services. Whoever owns it turns timeline items into `Row` values, words every
sentence beforehand and answers page requests through a `RowSource`. Offsets of `TextSpan` count Python characters.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntFlag, StrEnum
from typing import Protocol

from PySide6.QtCore import QSize
from PySide6.QtGui import QPixmap


class RowKind(StrEnum):
    """What a row is; decides how it is drawn."""

    MESSAGE = "message"
    """Text and/or media in a bubble."""
    NOTICE = "notice"
    """A robot's message: as MESSAGE, in a calmer colour."""
    EMOTE = "emote"
    """`/me`: the sender's name leads the text, in italics."""
    STATE = "state"
    """One centred grey line."""
    GAP = "gap"
    """Messages are missing here; `text` says so, a click asks for them."""
    ENCRYPTED = "encrypted"
    """Cannot be read on this device; `text` says why."""
    UNKNOWN = "unknown"
    """An event this version does not know; `text` says so."""


class SpanStyle(IntFlag):
    """How a stretch of text is set; styles add up."""

    PLAIN = 0
    BOLD = 1
    ITALIC = 2
    STRIKE = 4
    UNDERLINE = 8
    CODE = 16
    CODE_BLOCK = 32
    QUOTE = 64
    HEADING = 128
    LINK = 256
    MENTION = 512
    MENTION_ME = 1024
    HIT = 2048
    """A search hit."""


class SendMark(StrEnum):
    """The small sign beside an own message."""

    WAITING = "waiting"
    """In the send queue (a clock)."""
    SENDING = "sending"
    """On its way (a clock)."""
    SENT = "sent"
    """The server has it (nothing is drawn)."""
    FAILED = "failed"
    """Needs the person: a red sign, the reason, Retry and Discard."""


class MediaKind(StrEnum):
    """What an attachment is."""

    IMAGE = "image"
    STICKER = "sticker"
    VIDEO = "video"
    AUDIO = "audio"
    FILE = "file"


class Density(StrEnum):
    """How messages are set."""

    BUBBLES = "bubbles"
    LINES = "lines"
    """Compact: no bubbles, everything at the left, the time on each first line."""


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A styled stretch `[start, end)` of a row's text."""

    start: int
    end: int
    style: SpanStyle
    href: str = ""
    """The true URL of a link."""
    user_id: str = ""
    """Whom a mention names."""


@dataclass(frozen=True, slots=True)
class ReplyQuote:
    """The quoted line above a reply, already worded (also when the original is missing or recalled)."""

    uid: str
    sender_name: str
    text: str


@dataclass(frozen=True, slots=True)
class MediaBox:
    """An attachment's card. Sizes are the sender's claims: the view bounds them."""

    kind: MediaKind
    filename: str
    size_text: str = ""
    image_key: str | None = None
    """What to ask the `ImageSource` for; None where there is no picture."""
    width: int = 0
    height: int = 0
    mime: str = ""
    duration_text: str = ""
    progress: float | None = None
    """0..1 while it moves, else None."""


@dataclass(frozen=True, slots=True)
class ReactionChip:
    """All reactions of one key."""

    key: str
    count: int
    is_mine: bool = False
    tooltip: str = ""


@dataclass(frozen=True, slots=True)
class DingCard:
    """What a ding shows around its text, worded."""

    title: str
    """"DING · Task"."""
    due_text: str = ""
    """"Due today 18:00"; empty without a time."""
    is_overdue: bool = False
    count_text: str = ""
    """"11 / 18 confirmed": opens it in the inbox."""
    is_open: bool = False
    """Waits for my confirmation: a button."""
    done_text: str = ""
    """"You confirmed 10:41"; empty where I did not."""


class CardTone(StrEnum):
    """The colour of a tag on a card."""

    WAITING = "waiting"
    DONE = "done"
    ATTENTION = "attention"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class RequestCard:
    """What the card of a request shows around its text, worded."""

    title: str
    status: str = ""
    """As a tag; empty where the request is not known here."""
    tone: CardTone = CardTone.PLAIN
    waits_for: str = ""
    """"Waits for Li Na", or why it cannot be opened."""
    button: str = ""
    """Opens the request; empty where it is not known here."""
    is_mine: bool = False
    """Waits for my decision."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row, ready to draw."""

    uid: str
    kind: RowKind
    sender_id: str
    sender_name: str
    ts_ms: int
    text: str = ""
    spans: tuple[TextSpan, ...] = ()
    sender_detail: str = ""
    """Behind the name: a department, or the home of an external person."""
    is_external: bool = False
    avatar_key: str | None = None
    is_own: bool = False
    is_edited: bool = False
    is_redacted: bool = False
    mentions_me: bool = False
    reply: ReplyQuote | None = None
    media: MediaBox | None = None
    reactions: tuple[ReactionChip, ...] = ()
    thread_count: int = 0
    send_mark: SendMark | None = None
    error_text: str = ""
    """Why it failed, one sentence with the next step."""
    read_text: str = ""
    """Already worded: "16 read · 1 unread"."""
    is_read_link: bool = False
    """The read text opens the list of readers."""
    ding: DingCard | None = None
    request: RequestCard | None = None
    nudges: str = ""
    """The uid of the ding that this message reminds of: one slim line that leads there; `text` words it."""

    @property
    def is_encrypted(self) -> bool:
        """Whether this device cannot read it."""
        return self.kind is RowKind.ENCRYPTED


class RowSource(Protocol):
    """Where rows come from. Called on the GUI thread inside a frame: every call answers within 2 ms."""

    def row_count(self) -> int:
        """All rows, the oldest is 0."""
        ...

    def rows(self, first: int, count: int) -> Sequence[Row]:
        """One page; fewer where the rows end."""
        ...

    def row_of(self, uid: str) -> int | None:
        """Where a row stands now, by its uid (or an event id); None when it is not here."""
        ...

    def unread_row(self) -> int | None:
        """The first row below the "new messages" divider; None without a divider."""
        ...


class ImageSource(Protocol):
    """Where pictures come from. Never blocks."""

    def pixmap(self, key: str, size: QSize, dpr: float) -> QPixmap | None:
        """A picture of at least `size` × `dpr` pixels if it lies ready; None starts loading it.

        Later the owner calls `TimelineView.image_ready(key)`.
        """
        ...


def _plain_count(count: int) -> str:
    return str(count)


def _no_label(_ts_ms: int) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class TimelineTexts:
    """Every word the view itself draws or speaks. `widgets.timeline.texts` makes a translated one."""

    day: Callable[[int], str] = _no_label
    """Label of a day divider: "Today 10:15"."""
    pause: Callable[[int], str] = _no_label
    """Label of a divider after a long pause on the same day."""
    time: Callable[[int], str] = _no_label
    """The time of one message: "10:15"."""
    full_time: Callable[[int], str] = _no_label
    """Date and time in full, for the tooltip and screen readers."""
    thread: Callable[[int], str] = _plain_count
    """Link to a thread: "3 replies"."""
    new_below: Callable[[int], str] = _plain_count
    """Jump button while messages wait below: "3 new messages"."""
    new_messages: str = ""
    jump_to_latest: str = ""
    external: str = ""
    edited: str = ""
    recalled: str = ""
    """In place of a recalled message."""
    encrypted: str = ""
    """In place of an encrypted message whose `text` is empty."""
    unknown: str = ""
    gap: str = ""
    waiting: str = ""
    """Tooltip of the clock."""
    retry: str = ""
    discard: str = ""
    reply: str = ""
    react: str = ""
    more: str = ""
    save: str = ""
    show_more: str = ""
    """Opens a folded long message."""
    show_less: str = ""
    you: str = ""
    """How a screen reader names me."""
    list_name: str = ""
    """Accessible name of the whole list."""
    file: str = ""
    """How a screen reader names an attachment."""
    image: str = ""
    empty: str = ""
    """In the middle of a conversation without rows."""
    confirm: str = ""
    """The button of a ding that waits for me."""
    waits_for_me: str = ""
    """How a screen reader tells that a ding waits, and the key that confirms."""
