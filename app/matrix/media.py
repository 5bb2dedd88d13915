"""Files: up and down as streams. Source: Matrix client-server API, "Content repository".

Downloads use the authenticated endpoints and fall back to the old ones where a server has none. Servers
ignore `Range` (Synapse does), so a broken download starts over.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.events import int_of
from app.domain.ids import ContentURI
from app.errors import InputError, NotFound, ServerError, StrangeAnswer
from app.matrix.json_answers import decode_object, require_text
from app.matrix.paths import client_path
from app.matrix.transport import Answer

if TYPE_CHECKING:
    from app.matrix.client import MatrixClient

MEDIA_TIMEOUT_S = 120.0
LEGACY = "/_matrix/media/v3/"
THUMBNAIL_WAIT_MS = 20_000
MAX_THUMBNAIL_BYTES = 16_000_000
"""Thumbnails are gathered in memory; a server that sends more has its own thoughts."""

Progress = Callable[[int, int], None]
Sink = Callable[[bytes], None]
Start = Callable[[int | None], None]


@dataclass(frozen=True, slots=True)
class MediaHead:
    """What the server said of a file it sent. The type is a claim of whoever uploaded it."""

    content_type: str
    disposition: str


class MediaAPI:
    """`client.media`."""

    def __init__(self, client: "MatrixClient") -> None:
        self._client = client
        self._is_legacy = False

    async def upload(
        self,
        source: Path | bytes,
        filename: str,
        mimetype: str,
        on_progress: Progress | None = None,
    ) -> ContentURI:
        """Upload a file. `on_progress(sent, total)` runs on the caller's loop.

        Raises InputError (file gone, changed), TooLarge.
        """
        heard = _on_this_loop(on_progress)

        async def send(headers: dict[str, str]) -> Answer:
            return await self._client.transport.upload(
                "POST",
                self._client.homeserver_url + LEGACY + "upload",
                headers=headers | {"Content-Type": mimetype},
                params=self._client.with_user({"filename": filename} if filename else {}),
                source=source,
                on_progress=heard,
                timeout_s=MEDIA_TIMEOUT_S,
            )

        answer = await self._client.authorised(send)
        return ContentURI(require_text(decode_object(answer.body), "content_uri"))

    async def download(self, uri: ContentURI, sink: Sink, on_start: Start | None = None) -> MediaHead:
        """Stream a file into `sink`. Sink and `on_start(size)` run on the network thread: be short."""
        server, media_id = parts_of(uri)
        return await self._fetch("download", (server, media_id), {}, sink, on_start)

    async def thumbnail(self, uri: ContentURI, width: int, height: int, method: str = "scale") -> bytes:
        """A smaller picture, as the server makes it. `method`: scale or crop."""
        picture = bytearray()

        def take(piece: bytes) -> None:
            picture.extend(piece)
            if len(picture) > MAX_THUMBNAIL_BYTES:
                raise StrangeAnswer("a thumbnail without end", status=200)

        size = {
            "width": str(width),
            "height": str(height),
            "method": method,
            "timeout_ms": str(THUMBNAIL_WAIT_MS),
        }
        await self._fetch("thumbnail", parts_of(uri), size, take, None)
        return bytes(picture)

    async def max_upload_bytes(self) -> int | None:
        """The server's limit for uploads; None when it does not say."""
        try:
            answer = await self._client.call("GET", client_path("v1", "media", "config"))
        except NotFound:
            answer = await self._client.call("GET", LEGACY + "config")
        return int_of(answer, "m.upload.size")

    async def _fetch(
        self, verb: str, parts: tuple[str, str], params: dict[str, str], sink: Sink, on_start: Start | None
    ) -> MediaHead:
        if not self._is_legacy:
            try:
                where = client_path("v1", "media", verb, *parts)
                return _head(await self._stream(where, params, sink, on_start))
            except ServerError as error:
                if error.errcode != "M_UNRECOGNIZED":
                    raise
        where = client_path(verb, *parts).replace("/_matrix/client/", LEGACY)
        answer = await self._stream(where, {**params, "allow_redirect": "true"}, sink, on_start)
        self._is_legacy = True
        return _head(answer)

    async def _stream(self, where: str, params: dict[str, str], sink: Sink, on_start: Start | None) -> Answer:
        async def send(headers: dict[str, str]) -> Answer:
            return await self._client.transport.download(
                self._client.homeserver_url + where,
                headers=headers,
                params=self._client.with_user(params),
                sink=sink,
                on_start=on_start,
                timeout_s=MEDIA_TIMEOUT_S,
            )

        return await self._client.authorised(send)


def parts_of(uri: ContentURI) -> tuple[str, str]:
    """Server and media id of an `mxc://` address. Raises InputError for anything else."""
    server, slash, media_id = uri.removeprefix("mxc://").partition("/")
    if not uri.startswith("mxc://") or not server or not slash or not media_id or "/" in media_id:
        raise InputError("not an mxc address", code="media_address")
    if media_id in {".", ".."} or server in {".", ".."}:
        raise InputError("not an mxc address", code="media_address")
    return server, media_id


def _head(answer: Answer) -> MediaHead:
    if answer.status != 200:
        raise StrangeAnswer("a file without content", status=answer.status)
    return MediaHead(answer.headers.get("content-type", ""), answer.headers.get("content-disposition", ""))


def _on_this_loop(on_progress: Progress | None) -> Progress | None:
    if on_progress is None:
        return None
    loop = asyncio.get_running_loop()

    def tell(sent: int, total: int) -> None:
        with suppress(RuntimeError):  # the loop ended meanwhile; so will the upload
            loop.call_soon_threadsafe(on_progress, sent, total)

    return tell
