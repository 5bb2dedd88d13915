"""Files: up and down as streams. Source: Matrix client-server API, "Content repository".

Downloads use the authenticated endpoints and fall back to the old ones where a server has none. Servers may
ignore `Range` (Synapse does; a proxy before it need not): a file's download starts over when it breaks, and who asks
for a part is told what part came.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from app.domain.events import int_of
from app.domain.ids import ContentURI
from app.errors import InputError, NotFound, ServerError, StrangeAnswer
from app.matrix.json_answers import decode_object, require_text
from app.matrix.paths import client_path
from app.matrix.transport import Answer
from app.matrix.upload_body import Source

if TYPE_CHECKING:
    from app.matrix.client import MatrixClient

MEDIA_TIMEOUT_S = 120.0
LEGACY = "/_matrix/media/v3/"
UPLOAD_LASTING_S = 24 * 3600.0
"""A large file over a slow line, beside everything else that is asked."""
NOT_THERE = frozenset({"M_NOT_YET_UPLOADED", "M_NOT_FOUND"})
PART_SILENCE_S = 60.0
"""How long a server may stay silent before and within a part: one that fetches from another company needs some time."""
PART_LASTING_S = 24 * 3600.0
REMOTE_WAIT_MS = 50_000
CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)", re.ASCII)
THUMBNAIL_WAIT_MS = 20_000
MAX_THUMBNAIL_BYTES = 16_000_000
"""Thumbnails are gathered in memory; a server that sends more has its own thoughts."""

Progress = Callable[[int, int], None]
Sink = Callable[[bytes], None]
Start = Callable[[int | None], None]


class _SeenEnough(Exception):
    """Ends a download whose beginning was the answer."""


@dataclass(frozen=True, slots=True)
class MediaHead:
    """What the server said of a file it sent. The type is a claim of whoever uploaded it."""

    content_type: str
    disposition: str


@dataclass(frozen=True, slots=True)
class _Wish:
    """One question for a file."""

    params: dict[str, str]
    sink: Sink
    on_start: Start | None = None
    on_head: Callable[[Answer], None] | None = None
    part: Mapping[str, str] | None = None
    """Headers that ask for a part."""


@dataclass(frozen=True, slots=True)
class Part:
    """What of a file is about to come."""

    start: int
    """The offset of the first byte that comes: 0 where the server does not give parts."""
    size: int | None
    """Of the whole file, where the server says it."""
    is_ranged: bool
    """The server gives parts."""


class MediaAPI:
    """`client.media`."""

    def __init__(self, client: "MatrixClient") -> None:
        self._client = client
        self._is_legacy = False

    async def upload(
        self,
        source: Source,
        filename: str,
        mimetype: str,
        on_progress: Progress | None = None,
        into: ContentURI | None = None,
    ) -> ContentURI:
        """Upload a file, to an address that was reserved for it if given. `on_progress(sent, total)` runs on the caller's loop.

        Raises InputError (file gone, changed), TooLarge; with `into` also ServerError (`M_CANNOT_OVERWRITE_MEDIA`: it is up already).
        """
        heard = _on_this_loop(on_progress)
        where = f"upload/{'/'.join(quote(part, safe='') for part in parts_of(into))}" if into else "upload"

        async def send(headers: dict[str, str]) -> Answer:
            return await self._client.transport.upload(
                "PUT" if into else "POST",
                self._client.homeserver_url + LEGACY + where,
                headers=headers | {"Content-Type": mimetype},
                params=self._client.with_user({"filename": filename} if filename else {}),
                source=source,
                on_progress=heard,
                timeout_s=MEDIA_TIMEOUT_S,
                lasting_s=UPLOAD_LASTING_S,
            )

        answer = await self._client.authorised(send)
        return into or ContentURI(require_text(decode_object(answer.body), "content_uri"))

    async def reserve(self) -> ContentURI:
        """Ask for an address to upload to. Raises NotFound where the server has none to give, LimitExceeded."""
        answer = await self._client.call("POST", "/_matrix/media/v1/create", body={})
        return ContentURI(require_text(answer, "content_uri"))

    async def is_uploaded(self, uri: ContentURI) -> bool:
        """Whether there is a file at an address of ours. Raises what the line raises."""

        def look(_: Answer) -> None:
            raise _SeenEnough

        try:
            await self._fetch("download", parts_of(uri), _Wish({"timeout_ms": "1"}, _ignore, None, look))
        except _SeenEnough:
            return True
        except ServerError as error:
            if error.errcode not in NOT_THERE:
                raise
        return False

    async def download(self, uri: ContentURI, sink: Sink, on_start: Start | None = None) -> MediaHead:
        """Stream a file into `sink`. Sink and `on_start(size)` run on the network thread: be short."""
        server, media_id = parts_of(uri)
        return _head(await self._fetch("download", (server, media_id), _Wish({}, sink, on_start)))

    async def download_part(
        self, uri: ContentURI, start: int, until: int | None, sink: Sink, on_part: Callable[[Part], None]
    ) -> None:
        """Stream the bytes from `start` (up to `until`) into `sink`, or from the beginning where the server gives no parts.

        `on_part` hears first what comes. Both run on the network thread; what they raise ends the download. Raises
        StrangeAnswer for an answer that is no file. Source: RFC 9110, "Range Requests".
        """
        wanted = f"bytes={start}-" + (str(until - 1) if until is not None else "")

        def hear(head: Answer) -> None:
            on_part(_part_of(head, start))

        asked = {"Range": wanted, "Accept-Encoding": "identity"}
        wait = {"timeout_ms": str(REMOTE_WAIT_MS)}
        await self._fetch("download", parts_of(uri), _Wish(wait, sink, None, hear, asked))

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
        _head(await self._fetch("thumbnail", parts_of(uri), _Wish(size, take)))
        return bytes(picture)

    async def max_upload_bytes(self) -> int | None:
        """The server's limit for uploads; None when it does not say."""
        try:
            answer = await self._client.call("GET", client_path("v1", "media", "config"))
        except NotFound:
            answer = await self._client.call("GET", LEGACY + "config")
        return int_of(answer, "m.upload.size")

    async def _fetch(self, verb: str, parts: tuple[str, str], wish: _Wish) -> Answer:
        if not self._is_legacy:
            try:
                return await self._stream(client_path("v1", "media", verb, *parts), wish)
            except ServerError as error:
                if error.errcode != "M_UNRECOGNIZED":
                    raise
        where = client_path(verb, *parts).replace("/_matrix/client/", LEGACY)
        answer = await self._stream(where, replace(wish, params={**wish.params, "allow_redirect": "true"}))
        self._is_legacy = True
        return answer

    async def _stream(self, where: str, wish: _Wish) -> Answer:
        async def send(headers: dict[str, str]) -> Answer:
            return await self._client.transport.download(
                self._client.homeserver_url + where,
                headers={**headers, **(wish.part or {})},
                params=self._client.with_user(wish.params),
                sink=wish.sink,
                on_start=wish.on_start,
                on_head=wish.on_head,
                timeout_s=MEDIA_TIMEOUT_S if wish.part is None else PART_SILENCE_S,
                lasting_s=None if wish.part is None else PART_LASTING_S,
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


def _part_of(head: Answer, asked: int) -> Part:
    """Read what part comes. Raises StrangeAnswer for a page in the place of a file, and for a part that was not asked for."""
    kind = head.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "text/html" or head.headers.get("content-encoding", "identity").lower() != "identity":
        raise StrangeAnswer("a page in the place of a file", status=head.status)
    if head.status == 200:
        return Part(0, _number(head.headers.get("content-length", "")), False)
    found = CONTENT_RANGE.fullmatch(head.headers.get("content-range", "").strip())
    if head.status != 206 or found is None or int(found[1]) != asked:
        raise StrangeAnswer("another part than was asked for", status=head.status)
    return Part(asked, _number(found[3]), True)


def _ignore(_: bytes) -> None:
    """Nobody wants the content."""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _on_this_loop(on_progress: Progress | None) -> Progress | None:
    if on_progress is None:
        return None
    loop = asyncio.get_running_loop()

    def tell(sent: int, total: int) -> None:
        with suppress(RuntimeError):  # the loop ended meanwhile; so will the upload
            loop.call_soon_threadsafe(on_progress, sent, total)

    return tell
