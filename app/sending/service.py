"""What a person writes: every call is one insert into the send queue and returns at once."""

from collections.abc import Sequence
from pathlib import Path

from app.domain.ids import EventID, RoomID, TxnID, UserID


class SendingService:
    """Fills the send queue. `target` is an item's `uid` or an event id: an echo can be edited, answered, recalled too."""

    async def send_text(
        self,
        room_id: RoomID,
        body: str,
        *,
        reply_to: str | None = None,
        mentions: Sequence[UserID] = (),
        mentions_room: bool = False,
        edit_of: str | None = None,
        thread_root: EventID | None = None,
    ) -> TxnID:
        """Queue a text. Raises `InputError`: `room_encrypted`, `text_empty`, `text_too_long`."""
        raise NotImplementedError

    async def send_file(self, room_id: RoomID, path: Path, caption: str = "") -> TxnID:
        """Queue a file (an image, video or sound where its type says so). Raises `InputError` as `file_gone`, `file_empty`…"""
        raise NotImplementedError

    async def send_image_bytes(self, room_id: RoomID, png: bytes, filename: str = "image.png") -> TxnID:
        """Queue a pasted picture."""
        raise NotImplementedError

    async def react(self, room_id: RoomID, target: str, key: str) -> None:
        """Add my reaction, or take it back when it is there."""
        raise NotImplementedError

    async def redact(self, room_id: RoomID, target: str, reason: str = "") -> None:
        """Recall a message; one that is still in the queue is taken out of it."""
        raise NotImplementedError

    async def retry(self, txn_id: TxnID) -> None:
        """Try a wedged row again."""
        raise NotImplementedError

    async def discard(self, txn_id: TxnID) -> None:
        """Give up a row that was not sent, and what depends on it."""
        raise NotImplementedError

    async def set_typing(self, room_id: RoomID, is_typing: bool) -> None:
        """Tell the room that I type. Lost without harm when the line is down; throttled here."""
        raise NotImplementedError

    async def save_draft(self, room_id: RoomID, text: str) -> None:
        """Keep what stands in the composer."""
        raise NotImplementedError
