"""Pictures for views: fetched by the core, decoded off the GUI thread, kept within a budget.

A view asks inside its paint event and never waits: `pixmap` answers from memory or starts a load, and
`ready` tells when to paint again. Keys are content URIs (`mxc://…`), `avatar:` plus a content URI, or
`local:` plus the path of an attachment that still waits in the send queue; the loader resolves them.
Decoding runs in two threads with limits on both sides (a picture comes from strangers): only the `FORMATS` of
pixels (never SVG, which is a program of its own), no more than `MAX_SIDE` pixels a side and `MAX_PIXELS` in all, scaled
down while decoding, wrong files are remembered for `RETRY_S` seconds.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QPixmap

from app.domain.ids import ContentURI
from app.errors import InputError, TackError
from app.late import Late
from ui.operations import Operations

if TYPE_CHECKING:
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    from PySide6.QtCore import QSize
    from PySide6.QtGui import QImage
else:
    asyncio = Late("asyncio")

log = logging.getLogger("tack.ui.images")

BUDGET_BYTES = 64 << 20
MAX_SIDE = 16_384
MAX_PIXELS = 120_000_000
FORMATS = (
    (b"\x89PNG\r\n\x1a\n", b"png"),
    (b"\xff\xd8\xff", b"jpeg"),
    (b"GIF87a", b"gif"),
    (b"GIF89a", b"gif"),
    (b"BM", b"bmp"),
)
"""First bytes of what is decoded, and the decoder; WebP (see `format_of`) has its sign further in."""
ALLOCATION_MB = 192
VIEWER_SIDE = 6000
MOST_TRIED_AGAIN = 100
RETRY_S = 60.0
BUCKETS = (48, 96, 160, 320, 640, 960, 1440, 2160)
"""Pixel sizes that are really loaded; a request takes the next larger one."""
MAX_LOADS = 8

Loader = Callable[[str, int, int], Awaitable[bytes]]
"""Key, width, height in pixels → the bytes of a picture file. Raises `TackError`."""

Slot = tuple[str, int]
T = TypeVar("T")


class _Kept(NamedTuple):
    pixmap: QPixmap
    cost: int


class PictureSource(Protocol):
    """What the loader needs of the media service."""

    async def thumbnail(self, uri: ContentURI, width: int, height: int) -> bytes:
        """A picture scaled by the server."""

    async def avatar(self, uri: ContentURI, size: int) -> bytes:
        """A square picture."""

    async def local_file(self, local_path: str) -> bytes:
        """An attachment that waits in the send queue."""


def avatar_key(uri: ContentURI | None) -> str | None:
    """The key of a person's or room's picture."""
    return f"avatar:{uri}" if uri else None


def loader_of(media: PictureSource) -> Loader:
    """Resolve keys through one account's media service."""

    async def load(key: str, width: int, height: int) -> bytes:
        scheme, _colon, rest = key.partition(":")
        if scheme == "avatar":
            return await media.avatar(ContentURI(rest), width)
        if scheme == "local":
            return await media.local_file(rest)
        return await media.thumbnail(ContentURI(key), width, height)

    return load


class ImageStore(QObject):
    """Implements the timeline's and the lists' `ImageSource`."""

    ready = Signal(str)
    """A key that can be painted now."""

    def __init__(self, operations: Operations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._loader: Loader | None = None
        self._kept: OrderedDict[Slot, _Kept] = OrderedDict()
        self._cost = 0
        self._loading: set[Slot] = set()
        self._failed: dict[Slot, float] = {}

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        from concurrent.futures import ThreadPoolExecutor

        return ThreadPoolExecutor(2, thread_name_prefix="tack-image")

    @cached_property
    def _gate(self) -> asyncio.Semaphore:
        return asyncio.Semaphore(MAX_LOADS)

    def set_loader(self, loader: Loader | None) -> None:
        """Resolve keys with this; None while there is no account."""
        self._loader = loader
        self._failed.clear()

    def try_again(self) -> None:
        """The line is back: load what could not be loaded without it."""
        failed, self._failed = self._failed, {}
        for slot in list(failed)[-MOST_TRIED_AGAIN:]:
            self._load(slot)

    def close(self) -> None:
        """Stop the decoding threads."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def pixmap(self, key: str, size: QSize, dpr: float) -> QPixmap | None:
        """Give the picture if it lies ready, else start to load it."""
        slot = (key, bucket_of(max(size.width(), size.height()) * dpr))
        kept = self._kept.get(slot)
        if kept is not None:
            self._kept.move_to_end(slot)
            return kept.pixmap
        self._load(slot)
        return self._any_size(key)

    async def in_worker(self, work: Callable[[], T]) -> T:
        """Run picture work in a decoding thread."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def forget(self, key: str) -> None:
        """Drop a picture (its file changed)."""
        for slot in [slot for slot in self._kept if slot[0] == key]:
            self._cost -= self._kept.pop(slot).cost

    def _any_size(self, key: str) -> QPixmap | None:
        """A picture of another size beats a placeholder until the right one comes."""
        for bucket in reversed(BUCKETS):
            kept = self._kept.get((key, bucket))
            if kept is not None:
                return kept.pixmap
        return None

    def _load(self, slot: Slot) -> None:
        if slot in self._loading:
            return
        if time.monotonic() - self._failed.get(slot, -RETRY_S) < RETRY_S:
            return
        if self._loader is None:
            return
        self._loading.add(slot)
        if self._operations.start(self._fetch(slot), None, lambda error: None) is None:
            self._loading.discard(slot)

    async def _fetch(self, slot: Slot) -> None:
        key, bucket = slot
        loop = asyncio.get_running_loop()
        try:
            async with self._gate:
                if self._loader is None:
                    return
                data = await self._loader(key, bucket, bucket)
                image = await loop.run_in_executor(self._pool, decode, data, bucket)
        except TackError as error:
            self._failed[slot] = time.monotonic()
            log.info("a picture cannot be shown: %s", error.code)
            return
        finally:
            self._loading.discard(slot)
        self._keep(slot, QPixmap.fromImage(image))
        self.ready.emit(key)

    def _keep(self, slot: Slot, pixmap: QPixmap) -> None:
        cost = pixmap.width() * pixmap.height() * 4
        old = self._kept.pop(slot, None)
        self._cost += cost - (old.cost if old else 0)
        self._kept[slot] = _Kept(pixmap, cost)
        while self._cost > BUDGET_BYTES and len(self._kept) > 1:
            _slot, dropped = self._kept.popitem(last=False)
            self._cost -= dropped.cost


def bucket_of(pixels: float) -> int:
    """Give the loaded size for a wanted one."""
    return next((bucket for bucket in BUCKETS if bucket >= pixels), BUCKETS[-1])


def decode_full(data: bytes) -> QImage:
    """Decode a picture for the viewer: whole, but no larger than a screen could use."""
    return decode(data, VIEWER_SIDE)


def decode(data: bytes, max_side: int) -> QImage:
    """Decode a picture file so that it covers `max_side` at least on its longer side, no larger.

    Runs in a worker thread. Raises `InputError` for what is not a picture or claims to be enormous.
    """
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice  # the first paint decodes nothing
    from PySide6.QtGui import QImageReader

    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(format_of(data)))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    QImageReader.setAllocationLimit(ALLOCATION_MB)
    size = reader.size()
    longest = max(size.width(), size.height())
    if not size.isValid() or longest > MAX_SIDE or size.width() * size.height() > MAX_PIXELS:
        raise InputError(code="image_unreadable")
    if longest > max_side:
        reader.setScaledSize(size.scaled(max_side, max_side, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise InputError(code="image_unreadable")
    if max(image.width(), image.height()) > max_side:
        image = image.scaled(
            max_side,
            max_side,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    return image


def format_of(data: bytes) -> bytes:
    """Name the decoder by the first bytes; what a file claims to be does not count. Raises `InputError`."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return b"webp"
    for sign, name in FORMATS:
        if data.startswith(sign):
            return name
    raise InputError(code="image_unreadable")
