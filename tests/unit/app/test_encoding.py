"""The encoding process for real: what comes out is looked at frame by frame, what cannot be read is said in a code."""

import asyncio
import functools
import io
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import av
import pytest

from app.channels.encoder import ENCODE_ARGUMENT, Encoder, MadeFile, Progress
from app.channels.encoding.protocol import BOARD, COVER, MAIN, SMALL
from app.channels.values import SourceInfo
from app.errors import InputError
from app.media.vault import Vault
from app.sending.attachments import Outbox
from tests.helpers.videos import frame_number, make_video

ROOT = Path(__file__).parents[3]
ALL = (COVER, MAIN, SMALL, BOARD)


def on_a_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run a test that is a coroutine."""

    @functools.wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    folder = tmp_path / "profile" / "outbox"
    return Outbox(folder, lambda: Vault(folder, bytes(32)))


async def encoded(
    outbox: Outbox, path: Path, steps: Sequence[str] = ALL
) -> tuple[SourceInfo, dict[str, list[MadeFile]]]:
    info: SourceInfo | None = None
    files: dict[str, list[MadeFile]] = {step: [] for step in ALL}
    async for message in Encoder(outbox).run(str(path), steps):
        if isinstance(message, SourceInfo):
            info = message
        elif isinstance(message, MadeFile):
            files[message.step].append(message)
    assert info is not None
    return info, files


async def numbers(outbox: Outbox, file: MadeFile) -> list[int]:
    data = await outbox.read(file.path)
    assert len(data) == file.size_bytes
    with av.open(io.BytesIO(data), "r") as video:
        return [frame_number(frame) for frame in video.decode(video=0)]


async def refused(outbox: Outbox, path: Path) -> str:
    with pytest.raises(InputError) as error:
        await encoded(outbox, path)
    return error.value.code


@on_a_loop
async def test_what_everybody_plays_is_copied_with_its_index_first(outbox: Outbox, tmp_path: Path) -> None:
    source = make_video(tmp_path / "film.mp4", seconds=3, faststart=False)
    info, files = await encoded(outbox, source)
    assert (info.width, info.height, info.video_codec, info.audio_codec) == (160, 90, "h264", "aac")
    assert not info.is_streamable and info.has_audio and 2900 < info.duration_ms < 3100
    (main,) = files[MAIN]
    assert await numbers(outbox, main) == list(range(45))
    data = await outbox.read(main.path)
    assert data.index(b"moov") < data.index(b"mdat")
    assert abs(len(data) - source.stat().st_size) < 2000
    assert files[SMALL] == []
    again, _ = await encoded(outbox, make_video(tmp_path / "first.mp4", seconds=1), ())
    assert again.is_streamable


@on_a_loop
async def test_other_kinds_are_encoded_upright_and_in_time(outbox: Outbox, tmp_path: Path) -> None:
    source = make_video(tmp_path / "film.mov", seconds=2, codec="libx265", rotation=270)
    info, files = await encoded(outbox, source)
    assert (info.width, info.height, info.rotation, info.video_codec) == (160, 90, 270, "hevc")
    (main,) = files[MAIN]
    assert await numbers(outbox, main) == list(range(30))
    with av.open(io.BytesIO(await outbox.read(main.path)), "r") as video:
        assert video.streams.video[0].codec_context.name == "h264"
        assert video.streams.audio[0].codec_context.name == "aac"
        assert video.duration is not None and abs(video.duration - 2_000_000) < 60_000
    for cover in files[COVER]:
        assert cover_number(await outbox.read(cover.path)) < 30


@on_a_loop
async def test_a_large_one_becomes_1080p_and_480p_without_sound(outbox: Outbox, tmp_path: Path) -> None:
    source = make_video(tmp_path / "large.mp4", seconds=1, size=(2560, 1440), fps=10, audio=False)
    info, files = await encoded(outbox, source, (MAIN, SMALL))
    assert not info.has_audio
    (main,), (small,) = files[MAIN], files[SMALL]
    assert (main.width, main.height, small.width, small.height) == (1920, 1080, 854, 480)
    assert await numbers(outbox, small) == list(range(10))


@on_a_loop
async def test_black_pictures_are_no_covers_and_the_board_has_its_tiles(
    outbox: Outbox, tmp_path: Path
) -> None:
    source = make_video(tmp_path / "dark.mp4", seconds=5, black_frames=30)
    _, files = await encoded(outbox, source, (COVER, BOARD))
    covers = [cover_number(await outbox.read(cover.path)) for cover in files[COVER]]
    assert covers == sorted(set(covers)) and min(covers) >= 30
    (board,) = files[BOARD]
    assert (board.columns, board.rows, board.every_ms) == (3, 1, 2000)
    assert (board.width, board.height) == (board.tile_width * 3, board.tile_height)


@on_a_loop
async def test_the_picture_of_a_moment(outbox: Outbox, tmp_path: Path) -> None:
    source = make_video(tmp_path / "film.mp4", seconds=3, key_every=45)
    messages = [m async for m in Encoder(outbox).run(str(source), at_ms=2000)]
    (cover,) = [m for m in messages if isinstance(m, MadeFile)]
    assert cover_number(await outbox.read(cover.path)) == 30


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "video_unreadable"),
        (b"no video at all " * 50, "video_unreadable"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "video_unreadable"),
        (b"\0\0\0\x18ftypmp42" + bytes(500), "video_unreadable"),
    ],
)
@on_a_loop
async def test_what_is_no_video_is_said(outbox: Outbox, tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "odd.mp4"
    path.write_bytes(content)
    assert await refused(outbox, path) == code
    assert await refused(outbox, tmp_path / "nowhere.mp4") == "file_gone"


@on_a_loop
async def test_a_list_that_names_another_file_is_not_followed(outbox: Outbox, tmp_path: Path) -> None:
    secret = make_video(tmp_path / "secret.mp4", seconds=1)
    path = tmp_path / "list.mp4"
    path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://{secret}\n#EXT-X-ENDLIST\n")
    assert await refused(outbox, path) == "video_unreadable"
    path.write_text(f"ffconcat version 1.0\nfile '{secret}'\n")
    assert await refused(outbox, path) == "video_unreadable"


@on_a_loop
async def test_a_file_that_ends_early_and_one_without_a_picture_are_said(
    outbox: Outbox, tmp_path: Path
) -> None:
    whole = make_video(tmp_path / "whole.mp4").read_bytes()
    half = tmp_path / "half.mp4"
    half.write_bytes(whole[: len(whole) // 2])
    assert await refused(outbox, half) == "video_broken"
    sound = tmp_path / "sound.mp4"
    with av.open(str(sound), "w") as out:
        stream = out.add_stream("aac", rate=44_100)
        frame = av.AudioFrame("s16", "mono", 1024)
        frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        frame.sample_rate = 44_100
        out.mux([*stream.encode(frame), *stream.encode(None)])
    assert await refused(outbox, sound) == "video_no_picture"


@on_a_loop
async def test_a_process_that_stands_still_is_ended(outbox: Outbox, tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    script = f"import os, time; open({str(mark)!r}, 'w').write(str(os.getpid())); print('{{}}', flush=True); time.sleep(600)"
    encoder = Encoder(outbox, [sys.executable, "-c", script], stalled_s=1.0)
    with pytest.raises(InputError) as error:
        _ = [message async for message in encoder.run("x", ALL)]
    assert error.value.code == "video_stalled"
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("import os; os._exit(3)", "video_no_encoder"),
        ("import os; print('{}', flush=True); os.abort()", "video_broken"),
        ("print('[1'); import time; time.sleep(600)", "video_broken"),
        (
            'print(\'{"kind":"file","step":"main","size":1000}\', flush=True); print("short")',
            "video_broken",
        ),
    ],
)
@on_a_loop
async def test_a_process_that_dies_is_a_sentence_and_leaves_nothing(
    outbox: Outbox, script: str, code: str
) -> None:
    with pytest.raises(InputError) as error:
        _ = [m async for m in Encoder(outbox, [sys.executable, "-uc", script]).run("x", ALL)]
    assert error.value.code == code
    assert list(outbox.folder.iterdir()) == []


@on_a_loop
async def test_giving_up_ends_the_process_and_leaves_nothing(outbox: Outbox, tmp_path: Path) -> None:
    source = make_video(tmp_path / "long.mp4", seconds=8, size=(1280, 720), codec="libx265", audio=False)
    started = asyncio.Event()

    async def work() -> None:
        async for message in Encoder(outbox).run(str(source), (MAIN,)):
            if isinstance(message, Progress):
                started.set()

    task = asyncio.create_task(work())
    async with asyncio.timeout(60):
        await started.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()
    assert list(outbox.folder.iterdir()) == []


@on_a_loop
async def test_a_recording_that_stands_still_at_its_end_is_whole(outbox: Outbox, tmp_path: Path) -> None:
    path = tmp_path / "screen.mkv"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx265", rate=10)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        stream.options = {"x265-params": "log-level=none"}
        sound = out.add_stream("aac", rate=44_100)
        for number in range(10):
            frame = av.VideoFrame(160, 90, "yuv420p")
            frame.pts = number
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
        for start in range(0, 44_100 * 8, 1024):
            tone = av.AudioFrame("s16", "mono", 1024)
            tone.planes[0].update(bytes(tone.planes[0].buffer_size))
            tone.sample_rate, tone.pts = 44_100, start
            out.mux(sound.encode(tone))
        out.mux(sound.encode(None))
    info, files = await encoded(outbox, path, (MAIN,))
    assert info.duration_ms > 7_500 and abs(files[MAIN][0].duration_ms - 8_000) < 200


@on_a_loop
async def test_a_file_larger_than_the_server_takes_is_made_smaller(outbox: Outbox, tmp_path: Path) -> None:
    source = make_video(tmp_path / "fat.mp4", seconds=4, size=(1280, 720), key_every=1)
    limit = source.stat().st_size // 2
    messages = [m async for m in Encoder(outbox).run(str(source), (MAIN, SMALL), most_bytes=limit)]
    (main,) = [message for message in messages if isinstance(message, MadeFile)]
    assert main.size_bytes <= limit and main.height == 480
    assert await numbers(outbox, main) == list(range(60))


@on_a_loop
async def test_the_packaged_program_encodes_when_told_to(outbox: Outbox, tmp_path: Path) -> None:
    source = make_video(tmp_path / "film.mp4", seconds=1)
    encoder = Encoder(outbox, [sys.executable, str(ROOT / "main.py"), ENCODE_ARGUMENT])
    messages = [message async for message in encoder.run(str(source), (COVER,))]
    assert [message for message in messages if isinstance(message, MadeFile)]


def cover_number(jpeg: bytes) -> int:
    with av.open(io.BytesIO(jpeg), "r", format="jpeg_pipe") as picture:
        return frame_number(next(picture.decode(video=0)))
