"""Uploads: what is told of them and how one is stopped."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from app.changes import ChangeFeed, Changes
from app.domain.ids import RoomID, TxnID
from app.domain.sending import QueuedRequest, RequestKind
from app.domain.timeline import SendState
from app.sending.uploads import Note, UploadDropped, Uploads
from tests.helpers.matrix_rig import HandClock

ROW = QueuedRequest(
    id=1,
    lane="!a",
    room_id=RoomID("!a"),
    kind=RequestKind.EVENT,
    event_type="m.room.message",
    state_key=None,
    txn_id=TxnID("t1"),
    content={},
    depends_on=None,
    target=None,
    attachment_path="/x",
    attachment_uri=None,
    state=SendState.SENDING,
    attempts=1,
    not_before_ms=0,
    error_code="",
    event_id=None,
    created_ms=0,
)


class Scene:
    def __init__(self) -> None:
        self.clock, self.heard, feed = HandClock(), list[Changes](), ChangeFeed()
        feed.subscribe(self.heard.append)
        self.uploads = Uploads(feed, self.clock)


def test_progress_is_told_five_times_a_second_at_most(run: Any) -> None:
    async def check() -> None:
        scene, other = Scene(), replace(ROW, txn_id=TxnID("t2"))

        async def move(note: Note) -> str:
            for sent in range(1, 101):
                scene.clock.passed_s += 0.01
                note(sent, 100)
                await asyncio.sleep(0)
            assert scene.uploads.share_of("t:t1") == 1.0
            return "mxc://a/b"

        both = tuple(await asyncio.gather(scene.uploads.run(ROW, move), scene.uploads.run(other, move)))
        assert both == ("mxc://a/b", "mxc://a/b")
        assert scene.uploads.share_of("t:t1") is None
        assert 8 <= len(scene.heard) <= 11, "two seconds of a clock that both move"
        touched = {uid for changes in scene.heard for line in changes.timelines for uid in line.touched}
        assert touched == {"t:t1", "t:t2"}

    run(check())


def test_a_dropped_upload_ends_and_says_so(run: Any) -> None:
    async def check() -> None:
        scene, ended = Scene(), list[str]()

        async def move(note: Note) -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.append("aborted")

        running = asyncio.create_task(scene.uploads.run(ROW, move))
        await asyncio.sleep(0.01)
        assert scene.uploads.drop(ROW.txn_id)
        with pytest.raises(UploadDropped):
            await running
        assert ended == ["aborted"] and not scene.uploads.drop(ROW.txn_id)

    run(check())


def test_one_dropped_in_the_last_moment_is_not_sent_either(run: Any) -> None:
    async def check() -> None:
        scene = Scene()

        async def move(note: Note) -> str:
            scene.uploads.drop(ROW.txn_id)
            return "mxc://a/b"

        with pytest.raises(UploadDropped):
            await scene.uploads.run(ROW, move)

    run(check())


def test_the_end_of_the_program_is_no_drop(run: Any) -> None:
    async def check() -> None:
        scene = Scene()

        async def move(note: Note) -> None:
            await asyncio.Event().wait()

        running = asyncio.create_task(scene.uploads.run(ROW, move))
        await asyncio.sleep(0.01)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert scene.uploads.share_of("t:t1") is None

    run(check())
