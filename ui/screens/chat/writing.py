"""What a person writes in the open room: messages, replies, edits, reactions, drafts, typing.

The composer's text is a draft until the send queue has it: a text is cleared only after the queue took it,
and comes back with the reason when it could not.
"""

from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, Signal
from PySide6.QtGui import QImage, QImageWriter

from app.domain.dings import reworded
from app.domain.events import JSONObject
from app.domain.ids import RoomID, UserID
from app.domain.richtext import of_message
from app.domain.timeline import ItemKind, SendState, TimelineItem
from app.errors import TackError
from app.store.values import Draft
from resources.translations import tr
from ui.desk import Desk
from ui.images import avatar_key
from ui.item_words import short_words
from widgets.composer import Composer, MentionChoice
from widgets.composer_staged import Staged

MENTION_CHOICES = 8
EVERYONE = "@room"
REPLY_TO, MENTIONS = "reply_to", "mentions"
"""What a draft holds beside its text."""
T = TypeVar("T")


class Writing(QObject):
    """Joins the composer to the send queue for one room at a time."""

    sent = Signal()
    """Something of mine is on its way: the timeline goes to its end."""

    def __init__(self, desk: Desk, composer: Composer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._composer = composer
        self._room: RoomID | None = None
        self._reply_to: str | None = None
        self._edit_of: str | None = None
        self._ding_body: str | None = None
        """What is edited is a ding: its body as others have it."""
        self._is_typing = False
        self._staged: dict[RoomID, tuple[Staged, ...]] = {}
        self._connect()

    @property
    def edit_of(self) -> str | None:
        """The message that is being edited."""
        return self._edit_of

    def set_room(self, room_id: RoomID | None) -> None:
        """Keep the draft of the last room and bring that of the next."""
        self._leave_room()
        self._room = room_id
        self._composer.clear()
        self._composer.set_staged(self._staged.pop(room_id, ()) if room_id else ())
        if room_id is not None:
            self._take_up(room_id, self._desk.account.cache.read.draft(room_id))

    def _take_up(self, room_id: RoomID, draft: Draft) -> None:
        """Go on with what was written here: the text, whom it names, what it answers."""
        self._composer.set_text(draft.text, draft_mentions(draft))
        reply_to = draft.extra.get(REPLY_TO)
        item = self._desk.account.cache.read.item(room_id, reply_to) if isinstance(reply_to, str) else None
        if item is not None and not item.is_redacted:
            self._reply_to = item.uid
            self._composer.show_reply(item.sender_name, short_words(item), take_focus=False)

    def reply(self, item: TimelineItem) -> None:
        """Answer an item with the next message."""
        self._edit_of = None
        self._reply_to = item.uid
        self._composer.show_reply(item.sender_name, short_words(item))
        self._composer.focus_text()
        self._keep_draft()

    def edit(self, item: TimelineItem) -> None:
        """Change an own message."""
        self._reply_to = None
        self._edit_of = item.uid
        self._ding_body = item.body if item.ding is not None else None
        self._composer.show_edit(own_words(item), mentions_in(item))
        self._composer.focus_text()

    def edit_last(self) -> None:
        """Edit my newest text message of this room."""
        if self._room is None:
            return
        reads = self._desk.account.cache.read
        count = reads.extent(self._room).row_count
        for item in reversed(reads.items(self._room, max(0, count - 50), 50)):
            if is_editable(item):
                self.edit(item)
                return

    def react(self, uid: str, key: str) -> None:
        """Add my reaction or take it back."""
        if self._room is not None:
            self._put(self._desk.account.sending.react(self._room, uid, key))

    def recall(self, uid: str) -> None:
        """Take a message back, if one may; what I wrote myself can be written again."""
        room_id = self._room
        item = self._desk.account.cache.read.item(room_id, uid) if room_id is not None else None
        if room_id is None or item is None or not is_recallable(item, self.can_recall_others()):
            return
        self._put(self._desk.account.sending.redact(room_id, uid))
        if is_editable(item):
            self._desk.offer(
                tr("The message is recalled."), tr("Edit again"), lambda: self._write_again(room_id, item)
            )

    def can_recall_others(self) -> bool:
        """Whether I may take back what others wrote in this room."""
        if self._room is None:
            return False
        mine, needed = self._desk.account.cache.read.power_level(self._room, "redact")
        return mine >= needed

    def _write_again(self, room_id: RoomID, item: TimelineItem) -> None:
        if room_id != self._room:
            return
        already, mentions = self._composer.text(), self._composer.mentions()
        text = f"{already}\n{own_words(item)}" if already.strip() else own_words(item)
        self._composer.set_text(text, (*mentions, *mentions_in(item)))
        self._composer.focus_text()
        self._keep_draft()

    def retry(self, item: TimelineItem) -> None:
        """Send a failed message again."""
        if item.txn_id is not None:
            self._put(self._desk.account.sending.retry(item.txn_id))

    def discard(self, item: TimelineItem) -> None:
        """Give up a message that could not be sent."""
        if item.txn_id is not None:
            self._put(self._desk.account.sending.discard(item.txn_id))

    async def save(self) -> None:
        """Keep the draft now (the window closes)."""
        if self._room is not None and self._edit_of is None:
            await self._desk.account.sending.save_draft(self._room, self._composer.text(), self._extra())

    def _put(
        self,
        work: Coroutine[Any, Any, T],
        on_done: Callable[[T], None] | None = None,
        on_error: Callable[[TackError], None] | None = None,
    ) -> None:
        """Hand over what a person wrote; the end of the program waits for it."""
        self._desk.operations.start(work, on_done, on_error, is_vital=True)

    def _connect(self) -> None:
        composer = self._composer
        composer.send_requested.connect(self._send)
        composer.draft_changed.connect(lambda _text: self._keep_draft())
        composer.typing_changed.connect(self._tell_typing)
        composer.image_sent.connect(self._send_image)
        composer.files_chosen.connect(self._send_files)
        composer.edit_last_requested.connect(self.edit_last)
        composer.context_cancelled.connect(self._cancelled)
        composer.set_mention_source(self._mention_choices, self._desk.images)

    def _leave_room(self) -> None:
        if self._room is None:
            return
        if self._edit_of is None:
            self._keep_draft()
        if self._composer.staged():
            self._staged[self._room] = self._composer.staged()
        self._tell_typing(False)
        self._forget_context()

    def _send(self, text: str, mentions: Sequence[str]) -> None:
        if self._room is None or not text.strip():
            return
        room_id, reply_to, edit_of = self._room, self._reply_to, self._edit_of
        said = text if edit_of is None or self._ding_body is None else reworded(self._ding_body, text.strip())
        people = tuple(UserID(user) for user in mentions if user != EVERYONE)
        kept = Draft(text, self._extra())
        self._composer.clear()
        self._forget_context()
        self._put(
            self._desk.account.sending.send_text(
                room_id,
                said,
                reply_to=reply_to,
                mentions=people,
                mentions_room=EVERYONE in mentions,
                edit_of=edit_of,
            ),
            lambda _txn: self._queued(room_id),
            lambda error: self._refused(room_id, kept, error),
        )

    def _queued(self, room_id: RoomID) -> None:
        if room_id == self._room:  # who went on kept the draft when leaving
            self._keep_draft()
            self.sent.emit()

    def _refused(self, room_id: RoomID, kept: Draft, error: TackError) -> None:
        """Give the text back, before what was written since: into the composer, and as the room's draft."""
        is_here = room_id == self._room and self._edit_of is None
        since = (
            Draft(self._composer.text(), self._extra())
            if is_here
            else self._desk.account.cache.read.draft(room_id)
        )
        back = joined_drafts(kept, since)
        if is_here:
            self._take_up(room_id, back)
        self._put(self._desk.account.sending.save_draft(room_id, back.text, back.extra))
        self._desk.tell_error(error)

    def _send_files(self, paths: Sequence[Path]) -> None:
        if self._room is None:
            return
        for path in paths:
            self._put(
                self._desk.account.sending.send_file(self._room, path),
                lambda _txn: self.sent.emit(),
            )

    def _send_image(self, image: QImage) -> None:
        if self._room is not None:
            self._put(
                self._desk.account.sending.send_image_bytes(self._room, png_of(image)),
                lambda _txn: self.sent.emit(),
            )

    def _keep_draft(self) -> None:
        if self._room is not None and self._edit_of is None:
            self._put(self._desk.account.sending.save_draft(self._room, self._composer.text(), self._extra()))

    def _extra(self) -> JSONObject:
        """What a draft holds beside its text."""
        mentions = [list(mention) for mention in self._composer.mentions()]
        extra: JSONObject = {MENTIONS: mentions} if mentions else {}
        return {**extra, REPLY_TO: self._reply_to} if self._reply_to else extra

    def _cancelled(self) -> None:
        self._forget_context()
        self._keep_draft()

    def _tell_typing(self, is_typing: bool) -> None:
        if self._room is None or (not is_typing and not self._is_typing):
            return
        self._is_typing = is_typing
        if self._desk.settings.current.is_typing_sent:
            self._desk.operations.start(
                self._desk.account.sending.set_typing(self._room, is_typing), None, lambda _error: None
            )

    def _forget_context(self) -> None:
        self._reply_to = None
        self._edit_of = None
        self._ding_body = None

    def _mention_choices(self, term: str) -> list[MentionChoice]:
        if self._room is None:
            return []
        members = self._desk.account.cache.read.members(self._room, term, MENTION_CHOICES + 1)
        me = self._desk.account.user_id
        return [
            MentionChoice(
                member.user_id,
                member.name,
                self._desk.people.detail_of(member.user_id),
                avatar_key(member.avatar),
            )
            for member in members
            if member.user_id != me
        ][:MENTION_CHOICES]


def joined_drafts(first: Draft, since: Draft) -> Draft:
    """Put one text before another, each with whom it names; what `since` answers goes before what `first` did.

    A `since` that `first` begins with is an older state of the same text.
    """
    if first.text.startswith(since.text.strip()):
        return first
    mentions = [*draft_mentions(first), *draft_mentions(since)]
    named = {MENTIONS: [list(mention) for mention in dict.fromkeys(mentions)]} if mentions else {}
    return Draft(f"{first.text}\n{since.text}", {**first.extra, **since.extra, **named})


def draft_mentions(draft: Draft) -> list[tuple[str, str]]:
    """(user id, name) of the people a draft names; what is not that is skipped."""
    kept = draft.extra.get(MENTIONS)
    pairs = (
        [pair for pair in kept if isinstance(pair, list) and len(pair) == 2] if isinstance(kept, list) else []
    )
    return [(user, name) for user, name in pairs if isinstance(user, str) and isinstance(name, str)]


def mentions_in(item: TimelineItem) -> list[tuple[str, str]]:
    """(user id, name) of the people a message names, so that an edit goes on naming them."""
    rich = of_message(item.body, item.formatted)
    return [
        (span.user_id, rich.text[span.start : span.end].removeprefix("@"))
        for span in rich.spans
        if span.user_id
    ]


def own_words(item: TimelineItem) -> str:
    """What was written; of a ding without what its body says to other clients."""
    return item.body if item.ding is None else item.ding.text


def is_editable(item: TimelineItem) -> bool:
    """Only own texts that are not recalled or parked can be edited."""
    return (
        item.is_own
        and item.kind in {ItemKind.TEXT, ItemKind.EMOTE}
        and not item.is_redacted
        and item.send_state is not SendState.WEDGED
    )


def is_message(item: TimelineItem) -> bool:
    """A message that others have or will have; not a line about the room, not a gap."""
    return (
        item.kind not in {ItemKind.STATE, ItemKind.GAP}
        and not item.is_redacted
        and item.send_state is not SendState.WEDGED
    )


def is_recallable(item: TimelineItem, can_recall_others: bool) -> bool:
    """My own messages; those of others for who may moderate."""
    return (item.is_own or can_recall_others) and is_message(item)


def png_of(image: QImage) -> bytes:
    """Encode a pasted picture."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(data.data())
