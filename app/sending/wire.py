"""One row of the send queue on the wire: which request it becomes. Errors are raised as they come."""

from dataclasses import replace

from app.clock import Clock
from app.domain.approvals.wire import CARD_FIELD, TEXT_FIELD
from app.domain.channels.wire import WATCHED_TYPE
from app.domain.dings import DING_ROOM_TYPE
from app.domain.events import JSONObject, dict_of, int_of, text_of
from app.domain.ids import ContentURI, EventID, RoomID
from app.domain.membership import Membership
from app.domain.rooms import NotifyLevel
from app.domain.sending import QueuedRequest, RequestKind, is_new_room
from app.errors import Forbidden, InputError, NotFound, RetryKind, ServerError
from app.homeserver import Homeserver
from app.media.service import MediaService
from app.sending.attachments import DEFAULT_MIMETYPE, Outbox
from app.sending.contents import with_upload
from app.sending.uploads import Note, Uploads
from app.store.cache import Cache


class Wire:
    """Sends single rows."""

    def __init__(
        self,
        cache: Cache,
        homeserver: Homeserver,
        outbox: Outbox,
        media: MediaService,
        uploads: Uploads,
        clock: Clock,
    ) -> None:
        self._cache = cache
        self._homeserver = homeserver
        self._outbox = outbox
        self._media = media
        self._uploads = uploads
        self._clock = clock

    def _now_ms(self) -> int:
        """Give the time as the server has it."""
        return self._clock.now_ms() + self._homeserver.clock_skew_ms

    async def send(self, row: QueuedRequest) -> EventID | None:
        """Send one row, idempotently; the event id where there is one. Raises `TackError`, `UploadDropped`."""
        client = self._homeserver.client
        match row.kind:
            case RequestKind.EVENT:
                return await self._send_event(row)
            case RequestKind.REDACTION:
                return await self._redact(row)
            case RequestKind.STATE:
                return await self._send_state(row)
            case RequestKind.RECEIPT:
                await self._send_receipt(row)
            case RequestKind.ACCOUNT_DATA:
                await client.account.set_account_data(row.event_type, row.content)
            case RequestKind.ROOM_ACCOUNT_DATA:
                await client.account.set_room_account_data(_room_of(row), row.event_type, row.content)
            case RequestKind.TYPING:
                pass  # stale by the time a stored row goes out
            case _:
                await self._send_other(row)
        return None

    async def _send_other(self, row: QueuedRequest) -> None:
        """What is more than one request."""
        if row.kind in (RequestKind.CREATE_ROOM, RequestKind.INVITE):
            from app.sending import room_making

            if row.kind is RequestKind.CREATE_ROOM:
                ready = replace(row, content=await self._with_files(row))
                await room_making.make_room(self._cache, self._homeserver, ready)
            else:
                await room_making.invite(self._homeserver, _room_of(row), row.content)
        elif row.kind is RequestKind.ACT:
            from app.approvals.sending import ActSender

            sender = ActSender(self._cache, self._homeserver)
            await sender.send(row, await self._with_files(row), self._now_ms())
        elif row.kind is RequestKind.CLEAR:
            from app.attention.receipts import send_clear

            await send_clear(self._cache, self._homeserver, int_of(row.content, "clear") or 0)
        elif row.kind is RequestKind.LEVEL:
            from app.rooms.levels import put_level

            level = NotifyLevel(text_of(row.content, "level") or NotifyLevel.ALL)
            await put_level(self._homeserver, _room_of(row), level)

    async def _send_state(self, row: QueuedRequest) -> EventID | None:
        """Set room state. Who gave their power away with it may not do so twice: it is enough that it stands."""
        rooms, key = self._homeserver.client.rooms, row.state_key or ""
        content = row.content
        if row.event_type == WATCHED_TYPE:
            return await self._report(row)
        if row.attachment_path is not None:
            content = with_upload(content, row.attachment_uri or await self._upload(row, row.attachment_path))
        try:
            return await rooms.send_state(_room_of(row), row.event_type, key, content)
        except Forbidden:
            if not await self._stands(row, key):
                raise
            return None

    async def _report(self, row: QueuedRequest) -> EventID | None:
        """Say who has finished a video, if company and channel still want to know. Nobody waits for it: refused is refused."""
        room_id = _room_of(row)
        if not await self._cache.read_in_worker(lambda read: read.channels.reports_wanted(room_id)):
            return None
        try:
            rooms = self._homeserver.client.rooms
            return await rooms.send_state(room_id, row.event_type, row.state_key or "", row.content)
        except ServerError as error:
            if error.retry is not RetryKind.PERMANENT:
                raise
            return None

    async def _stands(self, row: QueuedRequest, key: str) -> bool:
        rooms = self._homeserver.client.rooms
        try:
            return await rooms.state_content(_room_of(row), row.event_type, key) == row.content
        except (Forbidden, NotFound):
            return False

    async def _send_event(self, row: QueuedRequest) -> EventID | None:
        room_id = _room_of(row)
        try:
            await self._refuse_encrypted(row, room_id)
        except InputError:
            if TEXT_FIELD in row.content:
                return None  # it only repeats in words what stands as state
            raise
        content = self._with_real_room(row.content)
        if row.attachment_path is not None:
            content = with_upload(content, row.attachment_uri or await self._upload(row, row.attachment_path))
            await self._refuse_encrypted(row, room_id)  # an upload takes long enough for that to change
        try:
            return await self._homeserver.client.rooms.send_event(
                room_id, row.event_type, row.txn_id, content
            )
        except ServerError as error:
            if error.errcode == "M_DUPLICATE_ANNOTATION":
                return None  # it is there already: what the person wanted
            raise

    def _with_real_room(self, content: JSONObject) -> JSONObject:
        """Let the card of a request that was still to be made name the room it became."""
        card = dict_of(content, CARD_FIELD)
        room_id = text_of(card, "room_id") or ""
        if not is_new_room(room_id):
            return content
        made = self._cache.read.kv("new_room", room_id)
        if made is None:
            raise InputError("its request was never made", code="parent_gone")
        return content | {CARD_FIELD: card | {"room_id": made}}

    async def _refuse_encrypted(self, row: QueuedRequest, room_id: RoomID) -> None:
        """Let no plain text into an encrypted room. Reactions are never encrypted (Matrix, "m.reaction").

        A cache that was built anew may not know the room yet, and then not whether it is encrypted: the server is
        asked. Raises `InputError` (`room_encrypted`), or what the question raises.
        """
        if row.event_type == "m.reaction":
            return
        room = self._cache.read.room(room_id)
        is_encrypted = room is not None and room.is_encrypted
        if not is_encrypted and (room is None or room.membership is not Membership.JOIN):
            is_encrypted = await self._is_encrypted_by_server(room_id)
        if is_encrypted:
            is_new = (
                room.room_type == DING_ROOM_TYPE if room is not None else await self._is_for_dings(room_id)
            )
            code = "ding_room_encrypted" if is_new else "room_encrypted"
            raise InputError("no plain text into an encrypted room", code=code)

    async def _is_for_dings(self, room_id: RoomID) -> bool:
        """Whether a room was made for a ding, a moment ago: then the server encrypted it of its own accord."""
        try:
            create = await self._homeserver.client.rooms.state_content(room_id, "m.room.create")
        except NotFound:
            return False
        return text_of(create, "type") == DING_ROOM_TYPE

    async def _is_encrypted_by_server(self, room_id: RoomID) -> bool:
        try:
            await self._homeserver.client.rooms.state_content(room_id, "m.room.encryption")
        except NotFound:
            return False
        return True

    async def _redact(self, row: QueuedRequest) -> EventID:
        if row.target is None:
            raise InputError("nothing to recall", code="not_found")
        reason = text_of(row.content, "reason")
        return await self._homeserver.client.rooms.redact(_room_of(row), row.target, row.txn_id, reason)

    async def _send_receipt(self, row: QueuedRequest) -> None:
        markers = {key: _event_id(row.content, key) for key in ("m.fully_read", "m.read", "m.read.private")}
        if not any(markers.values()) and row.target is not None:
            markers[row.event_type or "m.read"] = row.target
        await self._homeserver.client.receipts.read_markers(
            _room_of(row),
            fully_read=markers["m.fully_read"],
            read=markers["m.read"],
            private=markers["m.read.private"],
        )

    async def _with_files(self, row: QueuedRequest) -> JSONObject:
        """Give the content of a row whose files all have addresses, uploading those that have none."""
        from app.approvals.sending import files_of, with_addresses

        if any(file.uri is None for file in files_of(row.content)):
            return with_addresses(await self._uploads.run(row, lambda note: self._upload_files(row, note)))
        return with_addresses(row.content)

    async def _upload_files(self, row: QueuedRequest, note: Note) -> JSONObject:
        """Upload one file after another; each address is kept at once, so that no file goes up twice."""
        from app.approvals.sending import files_of, with_upload

        content, files = row.content, files_of(row.content)
        for number, file in enumerate(files):
            if file.uri is None:
                source = await self._outbox.source(file.path)
                part = _part(note, number, len(files))
                uri = await self._homeserver.client.media.upload(source, file.name, file.mimetype, part)
                content = with_upload(content, file.path, uri)
                await self._cache.queue_update_content(row.txn_id, content)
                if isinstance(source, bytes):
                    await self._media.keep(uri, source)
        return content

    async def _upload(self, row: QueuedRequest, path: str) -> ContentURI:
        filename = text_of(row.content, "filename") or text_of(row.content, "body") or ""
        mimetype = text_of(dict_of(row.content, "info"), "mimetype") or DEFAULT_MIMETYPE

        async def move(note: Note) -> ContentURI:
            source = await self._outbox.source(path)
            uri = await self._homeserver.client.media.upload(source, filename, mimetype, note)
            await self._cache.queue_attachment_uploaded(row.txn_id, uri)
            if isinstance(source, bytes):
                await self._media.keep(uri, source)
            return uri

        return await self._uploads.run(row, move)


def _part(note: Note, number: int, count: int) -> Note:
    """Tell of one file's progress as that of all."""
    return lambda sent, total: note(round(1000 * (number + sent / max(total, 1))), 1000 * count)


def _room_of(row: QueuedRequest) -> RoomID:
    if row.room_id is None:
        raise InputError("a row without a room", code="not_found")
    if is_new_room(row.room_id):
        raise InputError("its room was never made", code="parent_gone")
    return row.room_id


def _event_id(content: JSONObject, key: str) -> EventID | None:
    value = text_of(content, key)
    return EventID(value) if value else None
