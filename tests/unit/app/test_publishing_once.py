"""A scheduled post comes once, in every order in which server, line and person can meet around its time.

The server here does what Synapse does: what it is sending it lists no more, cannot cancel any more, and the room does not have yet.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app.channels.holding import ASKED, GONE_MS, PATIENCE_MS
from app.channels.jobs import StoredJob, job_json
from app.channels.values import PublishForm, PublishStep
from app.domain.ids import RoomID, TxnID
from app.errors import DiskFull, InputError, NetworkError, NotFound, StrangeAnswer
from app.matrix.delayed import DelayedEvent
from tests.unit.app.test_publishing import Scene, Server, Work, held, play

__all__ = ["play"]

DUE_MS = 3_600_000
CHANNEL = RoomID("!real:a")


class BusyServer(Server):
    """Sends what it holds when the test says so, and answers when it wants to."""

    def __init__(self) -> None:
        super().__init__()
        self.by_txn: dict[str, str] = {}
        self.sending: list[DelayedEvent] = []
        self.put_errors: list[Exception] = []
        self.is_put_deaf = False
        self.gate = asyncio.Event()
        self.gate.set()
        self.looks = 0

    async def put(self, room: RoomID, kind: str, txn: TxnID, content: dict[str, Any], delay_ms: int) -> str:
        if not self.is_put_deaf and txn not in self.by_txn:
            self.by_txn[txn] = await super().put(room, kind, txn, content, delay_ms)
        await self.gate.wait()
        if self.put_errors:
            raise self.put_errors.pop(0)
        return self.by_txn[txn]

    async def messages(self, *_: object, **__: object) -> Any:
        self.looks += 1
        return await super().messages()

    async def cancel(self, delay_id: str) -> None:
        if all(event.delay_id != delay_id for event in self.held):
            raise NotFound("unknown", status=404, errcode="M_NOT_FOUND")
        await super().cancel(delay_id)

    def begin_sending(self) -> None:
        """It is no longer held; it is not in the room yet."""
        self.sending, self.held = [*self.sending, *self.held], []

    def end_sending(self) -> None:
        """It is in the room."""
        self.said += [event.content for event in self.sending]
        self.sending = []


def busy(it: Scene) -> BusyServer:
    """Put the busy server in the place of the other."""
    it.server = server = BusyServer()
    it.again()
    return server


async def waiting(it: Scene) -> StoredJob:
    """Have a job on disk that waits for its time, with nobody asked to hold it."""
    offers, it.server.known_offers = (
        it.server.known_offers,
        replace(it.server.known_offers or pytest.fail(), has_delayed_events=False),
    )
    await it.wanted(DUE_MS)
    await it.step(PublishStep.WAITING)
    await it.publishing.stop()
    it.server.known_offers = offers
    job = it.job().with_job(form=replace(it.job().job.form, room_id=CHANNEL))
    await it.cache.channels.save_job(job.id, job_json(job))
    return job


async def come(it: Scene, later_ms: int) -> None:
    """Let time pass, and the job look a few times."""
    it.later_ms = later_ms
    it.publishing._book.moved(it.job().id).set()
    server = it.server
    assert isinstance(server, BusyServer)
    looks = server.looks
    await it.until(lambda: server.looks > looks + 3)


def test_one_that_the_server_is_just_sending_is_waited_for(play: Callable[[Work], None]) -> None:
    async def work(it: Scene) -> None:
        server = busy(it)
        await held(it)
        server.begin_sending()
        await come(it, DUE_MS + 1_000)
        await come(it, DUE_MS + PATIENCE_MS * 2)
        assert it.job().job.step is PublishStep.WAITING and not it.queued()
        server.end_sending()
        await it.step(PublishStep.POSTED)
        assert not it.queued() and len(server.said) == server.puts == 1

    play(work)


def test_one_that_never_comes_is_sent_again_only_by_the_person(play: Callable[[Work], None]) -> None:
    async def work(it: Scene) -> None:
        server = busy(it)
        job = await held(it)
        server.held = []
        await come(it, DUE_MS + 1_000)
        it.later_ms = DUE_MS + GONE_MS + 2_000
        await it.step(PublishStep.FAILED)
        assert it.job().job.error_code == "post_not_sent" and not it.queued()
        await it.publishing.retry(job.id)
        await it.step(PublishStep.POSTED)
        assert len(it.queued()) == server.puts == 1

    play(work)


def test_one_that_came_after_all_is_not_sent_by_trying_again(play: Callable[[Work], None]) -> None:
    async def work(it: Scene) -> None:
        server = busy(it)
        job = await held(it)
        server.begin_sending()
        await come(it, DUE_MS + 1_000)
        it.later_ms = DUE_MS + GONE_MS + 2_000
        await it.step(PublishStep.FAILED)
        server.end_sending()
        with pytest.raises(InputError, match="out"):
            await it.publishing.fill(job.id, PublishForm(CHANNEL, "Second"))
        await it.publishing.retry(job.id)
        await it.step(PublishStep.POSTED)
        assert not it.queued()

    play(work)


@pytest.mark.parametrize("error", [NetworkError("lost"), StrangeAnswer("half an answer", status=200)])
def test_a_request_whose_answer_was_lost_makes_one(play: Callable[[Work], None], error: Exception) -> None:
    async def work(it: Scene) -> None:
        server = busy(it)
        await waiting(it)
        server.put_errors = [error]
        it.again().start()
        await it.until(lambda: it.publishing._book.all() and it.job().delay_id == "d1")
        assert server.puts == len(server.held) == 1

    play(work)


def test_an_answer_lost_at_its_time_is_asked_for_again_and_not_answered_by_a_second(
    play: Callable[[Work], None],
) -> None:
    async def work(it: Scene) -> None:
        server = busy(it)
        job = await waiting(it)
        asked = replace(job, delay_id=ASKED, hold="ab")
        server.by_txn[f"{job.txn_id}.ab"] = "first"  # it is still at work on it: listed nowhere
        await it.cache.channels.save_job(job.id, job_json(asked))
        it.later_ms = DUE_MS + 1_000
        it.again().start()
        await it.until(lambda: server.looks > 3)
        await come(it, DUE_MS + PATIENCE_MS + 2_000)
        await it.until(lambda: it.job().delay_id == "first")
        assert not server.puts and not it.queued()

    play(work)


def test_a_request_that_never_arrived_is_made_after_a_while(play: Callable[[Work], None]) -> None:
    async def work(it: Scene) -> None:
        server = busy(it)
        job = await waiting(it)
        await it.cache.channels.save_job(job.id, job_json(replace(job, delay_id=ASKED, hold="ab")))
        it.later_ms = DUE_MS + 1_000
        it.again().start()
        await it.until(lambda: server.looks > 3)
        assert not server.puts
        it.later_ms = DUE_MS + PATIENCE_MS + 2_000
        await it.until(lambda: it.job().delay_id == "d1")
        server.begin_sending()
        server.end_sending()
        await it.step(PublishStep.POSTED)
        assert not it.queued() and len(server.by_txn) == 1

    play(work)


def test_time_passes_while_the_server_takes_its_time_to_answer(play: Callable[[Work], None]) -> None:
    async def work(it: Scene) -> None:
        server = busy(it)
        await waiting(it)
        server.gate.clear()
        it.again().start()
        await it.until(lambda: server.puts)
        it.later_ms = DUE_MS + 1_000
        server.begin_sending()
        server.gate.set()
        await it.until(lambda: server.looks > 3)
        assert not it.queued()
        server.end_sending()
        await it.step(PublishStep.POSTED)
        assert not it.queued() and server.puts == 1

    play(work)


def test_a_change_while_it_goes_out_is_refused(play: Callable[[Work], None]) -> None:
    async def work(it: Scene) -> None:
        server = busy(it)
        job = await held(it)
        it.later_ms = DUE_MS - 1_000
        server.begin_sending()
        for title in ("Second", "Third"):
            with pytest.raises(InputError) as refused:
                await it.publishing.fill(job.id, replace(job.job.form, title=title, publish_at_ms=0))
            assert refused.value.code == "post_is_out"
        server.end_sending()
        await come_out(it)
        assert server.puts == 1

    async def come_out(it: Scene) -> None:
        it.later_ms = DUE_MS + 1_000
        it.publishing._book.moved(it.job().id).set()
        await it.step(PublishStep.POSTED)
        assert not it.queued()

    play(work)


def test_a_change_or_a_no_while_the_answer_is_lost_leaves_nothing_behind(
    play: Callable[[Work], None],
) -> None:
    async def work(it: Scene) -> None:
        server = busy(it)
        job = await waiting(it)
        server.gate.clear()
        it.again().start()
        await it.until(lambda: server.puts)
        listed, server.held = server.held, []  # taken in, not listed yet
        giving_up = asyncio.create_task(it.publishing.cancel(job.id))
        await it.until(lambda: it.publishing._posting.lock.locked() and len(server.by_txn) == 1)
        server.held = listed
        server.gate.set()
        await giving_up
        assert server.held == [] and server.cancelled == ["d1"] and server.puts == 1
        assert await it.on_disk() == [] and not it.queued()

    play(work)


def test_one_that_is_in_the_queue_is_not_held_besides(play: Callable[[Work], None]) -> None:
    async def work(it: Scene) -> None:
        server = busy(it)
        job = await waiting(it)
        await it.cache.channels.save_job(job.id, job_json(replace(job, is_posting=True)))
        server.said = [{"im.tack.txn": job.txn_id}]
        it.again().start()
        await it.until(lambda: it.publishing._book.all())
        await it.step(PublishStep.POSTED)
        assert not server.puts and not it.queued()

    play(work)


def test_a_late_one_is_sent_from_here_only_if_the_server_gives_it_up(play: Callable[[Work], None]) -> None:
    async def work(it: Scene) -> None:
        server = busy(it)
        await held(it)
        await come(it, DUE_MS + PATIENCE_MS - 5_000)
        assert not server.cancelled and not it.queued()
        it.later_ms = DUE_MS + PATIENCE_MS + 5_000
        await it.step(PublishStep.POSTED)
        assert server.cancelled == ["d1"] and len(it.queued()) == 1

    play(work)


def test_a_mark_the_disk_did_not_take_is_written_before_anything_else(
    play: Callable[[Work], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.channels.publishing.AGAIN_S", 0.05)

    async def work(it: Scene) -> None:
        server = busy(it)
        await waiting(it)
        save, refused = it.cache.channels.save_job, [1]

        async def fail_once(job_id: str, content: Any) -> None:
            if content and content["delay_id"] == ASKED and refused:
                refused.clear()
                raise DiskFull("no room")
            await save(job_id, content)

        monkeypatch.setattr(it.cache.channels, "save_job", fail_once)
        put = server.put

        async def checked(*arguments: Any) -> str:
            (job,) = await it.on_disk()
            assert job is not None and job.delay_id == ASKED, "the disk knows it before the server"
            return await put(*arguments)

        monkeypatch.setattr(server, "put", checked)
        it.again().start()
        await it.until(lambda: it.publishing._book.all() and it.job().delay_id == "d1")
        assert not refused

    play(work)
