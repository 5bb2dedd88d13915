"""Write one room's script into a room, each line as its person and at its time, through the ordinary API."""

from dataclasses import dataclass, field

from app.domain.events import JSONObject
from app.domain.ids import EventID, RoomID, TxnID, UserID
from app.local_server.demo.calendar import Calendar
from app.local_server.demo.dings import confirmation, with_ding, with_nudge
from app.local_server.demo.media import MadeFile, make_file, make_image
from app.local_server.demo.people import SIGNED_IN
from app.local_server.demo.script import Line, RoomScript
from app.local_server.demo.words import (
    as_reply,
    edit_content,
    file_content,
    in_thread,
    reaction_content,
    text_content,
)
from app.matrix.client import MatrixClient

REACTION_AFTER_MS = 17_000
CONFIRMED_AFTER_MS = 60_000
EDIT_AFTER_MS = 40_000
LAGGING_BY = 6
"""How many messages the slowest reader of a group is behind."""
SPOKE_LATELY = 10


@dataclass(slots=True)
class RoomWriter:
    """Writes one script; `client` is the application service's, `server_name` the right half of all ids."""

    client: MatrixClient
    server_name: str
    calendar: Calendar
    room_id: RoomID
    script: RoomScript
    _events: dict[int, EventID] = field(default_factory=dict)
    """Line (by identity) → its event."""
    _thread_ends: dict[int, EventID] = field(default_factory=dict)
    _written: int = 0

    def user(self, key: str) -> UserID:
        """Give a person's id."""
        return UserID(f"@{key}:{self.server_name}")

    async def write(self) -> None:
        """Write every line with its reactions, edit and recall, then everybody's receipts."""
        for line in self.script.lines:
            await self._say(line)
        await self._read()

    async def _say(self, line: Line) -> None:
        when = self.calendar.at_ms(line.when)
        event = await self._send(line.sender, "m.room.message", await self._content(line), when)
        self._events[id(line)] = event
        if line.thread:
            self._thread_ends[id(line.thread)] = event
        for key, people in line.reactions:
            for person in people:
                when += REACTION_AFTER_MS
                await self._send(person, "m.reaction", reaction_content(key, event), self._past(when))
        for person, note in line.ding.confirmed if line.ding else ():
            when += CONFIRMED_AFTER_MS
            await self._send(person, "m.reaction", confirmation(event, note), self._past(when))
        if line.edited_text:
            content = edit_content(line.edited_text, event, self.server_name)
            await self._send(line.sender, "m.room.message", content, self._past(when + EDIT_AFTER_MS))
        if line.is_recalled:
            author = self.client.as_user(self.user(line.sender))
            await author.rooms.redact(
                self.room_id, event, self._txn(), ts_ms=self._past(when + EDIT_AFTER_MS)
            )

    async def _content(self, line: Line) -> JSONObject:
        if line.attachment:
            made = _made(line)
            author = self.client.as_user(self.user(line.sender))
            uri = await author.media.upload(made.data, line.filename, made.mimetype)
            content = file_content(line.attachment, line.filename, made, uri)
        else:
            content = self._worded(line)
        if line.thread:
            root = self._events[id(line.thread)]
            return in_thread(content, root, self._thread_ends.get(id(line.thread), root))
        if line.reply_to:
            return as_reply(content, self._events[id(line.reply_to)], self.user(line.reply_to.sender))
        return content

    def _worded(self, line: Line) -> JSONObject:
        content = text_content(line.text, self.server_name)
        if line.ding is not None:
            return with_ding(content, line.ding, self.calendar.ahead_ms, self.user)
        if line.nudges is not None and line.nudges.ding is not None:
            waiting = [self.user(key) for key in line.nudges.ding.waiting()]
            return with_nudge(content, self._events[id(line.nudges)], waiting)
        return content

    async def _send(self, who: str, kind: str, content: JSONObject, when: int) -> EventID:
        author = self.client.as_user(self.user(who))
        return await author.rooms.send_event(self.room_id, kind, self._txn(), content, ts_ms=when)

    def _txn(self) -> TxnID:
        self._written += 1
        return TxnID(f"demo.{self.script.key}.{self._written}")

    def _past(self, when: int) -> int:
        return min(when, self.calendar.now_ms)

    async def _read(self) -> None:
        """李娜 has read up to where the script says; of the others all but one have read everything."""
        events = [self._events[id(line)] for line in self.script.lines]
        others = [key for key in self.script.members if key != SIGNED_IN]
        spoke = {line.sender for line in self.script.lines[-SPOKE_LATELY:]}
        quiet = [key for key in others if key not in spoke]
        slow = quiet[-1] if len(others) > 2 and quiet else None
        for key in others:
            read = events[max(0, len(events) - 1 - (LAGGING_BY if key == slow else 0))]
            await self.client.as_user(self.user(key)).receipts.send_receipt(self.room_id, read, "m.read")
        mine = events[len(events) - 1 - self.script.unread]
        reader = self.client.as_user(self.user(SIGNED_IN))
        await reader.receipts.read_markers(self.room_id, fully_read=mine, read=mine)


def _made(line: Line) -> MadeFile:
    if line.attachment == "image":
        size, first, second = line.arguments
        return make_image(size, first, second)
    return make_file(line.filename, int(line.arguments[0]))
