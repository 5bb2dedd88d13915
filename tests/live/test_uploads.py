"""Attachments on a real line: seen on their way, given up, gone on with after a restart."""

import asyncio
from pathlib import Path

from app.changes import Changes
from app.domain.ids import RoomID
from app.domain.timeline import SendState
from tests.helpers.desk import TALK, Desk, new_room, opened, server_texts, signed_in
from tests.helpers.fault_proxy import FaultProxy, Forward, ProxiedRequest
from tests.helpers.homeserver import Homeserver
from tests.live.conftest import Run

SIZE = 12_000_000


def _is_upload(request: ProxiedRequest) -> bool:
    return request.method == "POST" and "/upload" in request.path


async def _never_answer(request: ProxiedRequest, forward: Forward) -> None:
    await asyncio.Event().wait()


def _file(folder: Path) -> Path:
    path = folder / "plan.bin"
    path.write_bytes(bytes(range(250)) * (SIZE // 250))
    return path


def _shown(desk: Desk, room: RoomID) -> list[str]:
    return [
        item.media.filename if item.media else item.body for item in desk.items(room) if item.kind in TALK
    ]


async def _is_moving(desk: Desk, txn: str) -> None:
    await desk.until(lambda: desk.account.sending.upload_share(f"t:{txn}") is not None)


def test_progress_is_seen_and_giving_up_stops_the_upload(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li = homeserver.new_user("li")
    room = new_room(homeserver, li)
    file = _file(tmp_path)

    async def send() -> None:
        async with (
            FaultProxy(homeserver.base_url) as proxy,
            signed_in(tmp_path / "li", li, proxy.base_url) as desk,
        ):
            await desk.online()
            sending = desk.account.sending
            proxy.fault(_is_upload, _never_answer)
            shares: list[float] = []

            def listen(changes: Changes) -> None:
                for line in changes.timelines:
                    shares.extend(share for uid in line.touched if (share := sending.upload_share(uid)))

            desk.account.changes.subscribe(listen)
            txn = await sending.send_file(room, file)
            await sending.send_text(room, "behind it")
            await desk.until(lambda: (sending.upload_share(f"t:{txn}") or 0) > 0.9)
            assert shares == sorted(shares) and _shown(desk, room) == ["plan.bin", "behind it"]
            await sending.discard(txn)
            await desk.drained()
            assert sending.upload_share(f"t:{txn}") is None
            assert _shown(desk, room) == server_texts(homeserver, li, room) == ["behind it"]

    run(send())


def test_an_upload_goes_on_after_a_restart_and_is_posted_once(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li = homeserver.new_user("li")
    room = new_room(homeserver, li)
    file = _file(tmp_path)

    async def send(room: RoomID) -> None:
        async with FaultProxy(homeserver.base_url) as proxy:
            async with signed_in(tmp_path / "li", li, proxy.base_url) as desk:
                await desk.online()
                proxy.fault(_is_upload, _never_answer)
                txn = await desk.account.sending.send_file(room, file)
                await _is_moving(desk, txn)
            file.unlink()  # what was sent is what the person chose then
            proxy.heal()
            async with opened(tmp_path / "li") as desk:
                item = desk.items(room)[-1]
                assert item.media is not None and item.send_state in (SendState.QUEUED, SendState.SENDING)
                await desk.drained()
                assert _shown(desk, room) == server_texts(homeserver, li, room) == ["plan.bin"]
                assert desk.items(room)[-1].uid == f"t:{txn}"

    run(send(room))


def test_an_upload_that_waits_for_another_try_leaves_no_trace(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li = homeserver.new_user("li")
    room = new_room(homeserver, li)
    file = _file(tmp_path)

    async def cut(request: ProxiedRequest, forward: Forward) -> None:
        return None

    async def send() -> None:
        async with (
            FaultProxy(homeserver.base_url) as proxy,
            signed_in(tmp_path / "li", li, proxy.base_url) as desk,
        ):
            await desk.online()
            proxy.fault(_is_upload, cut, times=100)
            txn = await desk.account.sending.send_file(room, file)
            await desk.until(lambda: any(row.attempts > 0 for row in desk.account.cache.read.queue()))
            await desk.account.sending.redact(room, f"t:{txn}")
            await desk.drained()
            assert _shown(desk, room) == server_texts(homeserver, li, room) == []

    run(send())
