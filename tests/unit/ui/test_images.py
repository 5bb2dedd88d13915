"""Pictures from strangers: decoded off the GUI thread, bounded, remembered."""

import asyncio
import struct
import zlib

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from app.errors import InputError, NetworkError
from tests.helpers.signed_in import until
from ui import images
from ui.images import ImageStore, bucket_of, decode
from ui.operations import Operations
from ui.screens.chat.writing import png_of


def png(width: int, height: int) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    return png_of(image)


def test_a_large_picture_is_scaled_and_a_small_one_is_not() -> None:
    assert decode(png(1000, 500), 160).size() == QSize(160, 80)
    assert decode(png(50, 40), 160).size() == QSize(50, 40)


@pytest.mark.parametrize("data", [b"", b"no picture", png(64, 64)[:60]])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        decode(data, 160)


SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/hostname"/></svg>'
)
XPM = b'/* XPM */ static char *x[] = {"2 2 1 1", "a c #ff0000", "aa", "aa"};'
XBM = b"#define x_width 8\n#define x_height 1\nstatic char x_bits[] = { 0x18 };"
PPM = b"P6 1 1 255\n" + bytes(3)
TIFF = b"II*\x00" + bytes(40)


@pytest.mark.parametrize("data", [SVG, b"\n<?xml version='1.0'?>" + SVG, XPM, XBM, PPM, TIFF])
def test_only_formats_of_pixels_are_decoded(data: bytes) -> None:
    with pytest.raises(InputError):
        decode(data, 160)


@pytest.mark.parametrize("name", ["png", "jpg", "bmp", "webp"])
def test_the_usual_formats_are_decoded(name: str, qapp: QApplication) -> None:
    image = QImage(60, 40, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.ReadWrite)
    assert image.save(buffer, name)  # type: ignore[call-overload]
    assert decode(bytes(buffer.data().data()), 160).size() == QSize(60, 40)


def _png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header says more than its pixels hold."""
    head = b"IHDR" + struct.pack(">II5B", width, height, 8, 2, 0, 0, 0)
    return png(1, 1)[:12] + head + struct.pack(">I", zlib.crc32(head)) + png(1, 1)[33:]


@pytest.mark.parametrize("size", [(16_385, 1), (1, 2**31 - 1), (12_000, 12_000), (2**31, 2**31)])
def test_a_picture_that_claims_to_be_enormous_is_refused_before_decoding(size: tuple[int, int]) -> None:
    with pytest.raises(InputError):
        decode(_png_claiming(*size), 160)


def test_a_wanted_size_takes_the_next_larger_bucket() -> None:
    assert (bucket_of(40), bucket_of(48), bucket_of(49), bucket_of(99_999)) == (48, 48, 96, 2160)


def test_a_picture_is_fetched_once_and_told_when_ready(qapp: QApplication) -> None:
    async def scenario() -> None:
        asked: list[tuple[str, int]] = []
        ready: list[str] = []

        async def load(key: str, width: int, height: int) -> bytes:
            asked.append((key, width))
            await asyncio.sleep(0)
            if key == "mxc://a/broken":
                raise InputError(code="file_gone")
            return png(400, 300)

        store = ImageStore(Operations(asyncio.get_running_loop()))
        store.ready.connect(ready.append)
        assert store.pixmap("mxc://a/b", QSize(100, 100), 1.0) is None
        store.set_loader(load)
        for _ in range(3):
            assert store.pixmap("mxc://a/b", QSize(100, 100), 1.0) is None
            assert store.pixmap("mxc://a/broken", QSize(100, 100), 1.0) is None
        await until(lambda: ready)
        picture = store.pixmap("mxc://a/b", QSize(100, 100), 1.0)
        assert picture is not None and picture.width() == 160
        assert store.pixmap("mxc://a/broken", QSize(100, 100), 1.0) is None
        await asyncio.sleep(0.02)
        assert sorted(asked) == [("mxc://a/b", 160), ("mxc://a/broken", 160)]
        store.close()

    asyncio.run(scenario())


def test_the_budget_drops_what_was_not_looked_at_longest(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "BUDGET_BYTES", 3 * 48 * 48 * 4)

    async def scenario() -> None:
        async def load(key: str, width: int, height: int) -> bytes:
            return png(48, 48)

        store = ImageStore(Operations(asyncio.get_running_loop()))
        store.set_loader(load)
        for key in "abcde":
            store.pixmap(key, QSize(40, 40), 1.0)
            for _ in range(100):
                if store.pixmap(key, QSize(40, 40), 1.0) is not None:
                    break
                await asyncio.sleep(0.01)
        store.set_loader(None)
        assert [store.pixmap(key, QSize(40, 40), 1.0) is not None for key in "abcde"] == [
            False,
            False,
            True,
            True,
            True,
        ]
        store.close()

    asyncio.run(scenario())


def test_what_failed_without_a_line_is_loaded_when_it_is_back(qapp: QApplication) -> None:
    async def scenario() -> None:
        operations = Operations(asyncio.get_running_loop())
        store = ImageStore(operations)
        is_up = False
        ready: list[str] = []
        store.ready.connect(ready.append)

        async def load(_key: str, _width: int, _height: int) -> bytes:
            if not is_up:
                raise NetworkError("no line", code="not_connected")
            return png(40, 40)

        store.set_loader(load)
        assert store.pixmap("mxc://a/b", QSize(40, 40), 1.0) is None
        await until(lambda: store._failed)
        is_up = True
        assert store.pixmap("mxc://a/b", QSize(40, 40), 1.0) is None
        store.try_again()
        await until(lambda: ready == ["mxc://a/b"])
        store.close()
        await operations.aclose()

    asyncio.run(scenario())
