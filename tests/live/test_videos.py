"""Videos from a real homeserver: as they come without parts, anywhere behind a proxy with them, kept for offline."""

import asyncio
import random
import urllib.request
from collections.abc import Callable
from pathlib import Path

from app.channels.values import NewChannel
from app.domain.ids import ContentURI
from app.local_server import ServerSettings
from app.media.videos import VideoSource
from tests.helpers.channel_studio import Viewer, studio_at
from tests.helpers.desk import opened, signed_in
from tests.helpers.fault_proxy import FaultProxy, Forward, ProxiedRequest
from tests.helpers.homeserver import Homeserver, ServerUser
from tests.helpers.range_proxy import give_part, is_media, parts_asked, with_parts
from tests.live.conftest import Run

DATA = random.Random(9).randbytes(3_000_017)


def _upload(server: Homeserver, user: ServerUser, data: bytes = DATA) -> ContentURI:
    request = urllib.request.Request(
        f"{server.base_url}/_matrix/media/v3/upload?filename=a.mp4",
        data,
        {"Authorization": f"Bearer {user.access_token}", "Content-Type": "video/mp4"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return ContentURI(answer.read().decode().split('"content_uri":"')[1].partition('"')[0])


def _all(source: VideoSource) -> bytes | None:
    found = bytearray()
    while piece := source.read_at(len(found), 100_000):
        found += piece
    return None if piece is None else bytes(found)


async def _read(source: VideoSource, offset: int, count: int = 1_000) -> bytes | None:
    return await asyncio.to_thread(source.read_at, offset, count)


def test_without_parts_it_comes_from_the_start_and_plays_without_the_server(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li = homeserver.new_user("li")
    uri = _upload(homeserver, li)

    async def watch() -> None:
        async with FaultProxy(homeserver.base_url) as proxy:
            async with signed_in(tmp_path / "li", li, proxy.base_url) as desk:
                await desk.online()
                source = await desk.account.videos.open(uri, len(DATA))
                assert await asyncio.to_thread(source.size) == len(DATA)
                assert await _read(source, 2_900_000) == DATA[2_900_000:2_901_000]
                assert source.state.can_range is False
                assert await asyncio.to_thread(_all, source) == DATA
                await source.close()
            proxy.is_down = True
            async with opened(tmp_path / "li") as desk:
                source = await desk.account.videos.open(uri)
                assert source.state.is_whole and await asyncio.to_thread(_all, source) == DATA

    run(watch())


def test_behind_a_proxy_with_parts_any_place_is_near_and_a_cut_line_goes_on_where_it_was(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li = homeserver.new_user("li")
    uri = _upload(homeserver, li)

    async def cut(request: ProxiedRequest, forward: Forward) -> bytes | None:
        raw = await give_part(request, forward)
        return raw[:1_000_000] if raw else None

    async def watch() -> None:
        async with (
            FaultProxy(homeserver.base_url) as proxy,
            signed_in(tmp_path / "li", li, proxy.base_url) as desk,
        ):
            await desk.online()
            proxy.fault(is_media, cut)
            with_parts(proxy)
            source = await desk.account.videos.open(uri)
            assert await _read(source, 0) == DATA[:1_000]
            assert await _read(source, 70_000) == DATA[70_000:71_000]  # the slot at the beginning is whole
            assert await _read(source, 2_900_000) == DATA[2_900_000:2_901_000]
            assert source.state.can_range is True
            assert await asyncio.to_thread(_all, source) == DATA
            first, *more = parts_asked(proxy)
            assert first == 0 and more and all(place > 0 for place in more)

    run(watch())


def test_a_server_that_is_gone_for_a_while_is_told_and_comes_back(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li = homeserver.new_user("li")
    uri = _upload(homeserver, li)

    async def watch() -> None:
        async with (
            FaultProxy(homeserver.base_url) as proxy,
            signed_in(tmp_path / "li", li, proxy.base_url) as desk,
        ):
            await desk.online()
            proxy.is_down = True
            source = await desk.account.videos.open(uri)
            assert await asyncio.to_thread(source.size) is None
            assert source.state.error_code == "network"
            proxy.heal()
            source.retry()
            assert await asyncio.to_thread(_all, source) == DATA and source.state.error_code == ""
            missing = await desk.account.videos.open(ContentURI(f"mxc://{homeserver.server_name}/nothing"))
            assert await asyncio.to_thread(missing.size) is None
            assert missing.state.error_code == "not_found"

    run(watch())


def test_a_token_that_ends_in_between_is_renewed(
    start_homeserver: Callable[..., Homeserver], tmp_path: Path, run: Run
) -> None:
    server = start_homeserver(ServerSettings(is_unlimited=True, access_token_lifetime_ms=1_500), 2)
    uri = _upload(server, server.users[1])
    is_old = asyncio.Event()

    async def cut(request: ProxiedRequest, forward: Forward) -> bytes | None:
        raw = await give_part(request, forward)
        await is_old.wait()
        return raw[:500_000] if raw else None

    async def watch() -> None:
        async with (
            FaultProxy(server.base_url) as proxy,
            signed_in(tmp_path / "li", server.users[0], proxy.base_url) as desk,
        ):
            await desk.online()
            proxy.fault(is_media, cut)
            with_parts(proxy)
            source = await desk.account.videos.open(uri)
            await asyncio.sleep(1.6)
            is_old.set()
            assert await asyncio.to_thread(_all, source) == DATA and source.state.error_code == ""

    run(watch())


def test_kept_for_offline_it_is_there_after_a_restart_and_goes_when_it_is_let_go(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    studio = studio_at(homeserver, tmp_path / "studio")
    uri = _upload(homeserver, studio.users["li"])

    async def keep() -> None:
        async with studio.open("li") as (li,):
            room = await li.made(NewChannel("Kept"))
            post = studio.post("li", room, url=uri)
            await li.sees_post(post)
            await li.channels.keep_offline(post, uri, days=7)
            await li.desk.until(lambda: _kept(li) == [(len(DATA), len(DATA))])
        async with studio.open("li", offline=True) as (li,):
            await li.desk.until(lambda: _kept(li) == [(len(DATA), len(DATA))])
            assert (await li.sees_post(post)).kept_until_ms > 0
            source = await li.desk.account.videos.open(uri)
            assert await asyncio.to_thread(_all, source) == DATA
            await source.close()
            await li.channels.forget_offline(uri)
            assert not _kept(li) and not li.desk.account.videos.is_whole(uri)
            assert await li.channels.used_by_kept() == (0, 0)

    run(keep())


def _kept(viewer: Viewer) -> list[tuple[int, int]]:
    return [(video.done_bytes, video.size_bytes) for video in viewer.channels.kept_now()]
