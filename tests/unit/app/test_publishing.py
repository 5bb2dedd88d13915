"""Publishing jobs against a server in the test's hand: each turn that a crash, a lost answer or a change of mind can take."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.channels.encoder import Encoder, MadeFile
from app.channels.encoding.protocol import BOARD, COVER, MAIN
from app.channels.jobs import StoredJob, job_json, job_of, new_job
from app.channels.posting import TXN_FIELD, content_of_job, file_name
from app.channels.publishing import Publishing
from app.channels.values import PublishForm, PublishStep, SourceInfo
from app.clock import SystemClock
from app.domain.account import ServerOffers
from app.domain.channels.post import post_of
from app.domain.connection import ConnectionKind
from app.domain.ids import ContentURI, RoomID, TxnID
from app.errors import DiskFull, Forbidden, InputError, NetworkError, ServerError
from app.homeserver import Homeserver
from app.matrix.delayed import DelayedEvent
from app.media.service import MediaService
from app.media.vault import Vault
from app.sending.attachments import Outbox
from app.sending.service import SendingService
from app.sending.uploads import Uploads
from app.store.cache import Cache
from app.sync.connection import ConnectionMonitor
from tests.helpers.store_history import KEY

ROOM = RoomID("~new:made")
"""A channel that is still to be made: whether one may publish there is not asked of the cache."""
INFO = SourceInfo(160, 90, 3000, 1000, 15.0, True, "h264", "aac", True)
OFFERS = ServerOffers(("v1.11",), True, True, 10_000, True, True, "12")


class Server:
    """What the homeserver would answer. `known_offers`, `client.media`, `client.rooms`, `client.delayed` are all this."""

    def __init__(self) -> None:
        self.known_offers: ServerOffers | None = OFFERS
        self.client = self.media = self.rooms = self.delayed = self
        self.uploads: list[str] = []
        self.failures: list[Exception] = []
        self.held: list[DelayedEvent] = []
        self.said: list[dict[str, Any]] = []
        self.cancelled: list[str] = []
        self.puts = 0

    async def offers(self) -> ServerOffers:
        assert self.known_offers is not None
        return self.known_offers

    async def reserve(self) -> ContentURI:
        raise ServerError("no such thing", status=404, errcode="M_UNRECOGNIZED")

    async def upload(
        self, source: Any, name: str, kind: str, note: Callable[[int, int], None], into: None
    ) -> ContentURI:
        if self.failures:
            raise self.failures.pop(0)
        assert sum(len(piece) for piece in source.pieces()) == source.size_bytes
        note(source.size_bytes, source.size_bytes)
        self.uploads.append(kind)
        return ContentURI(f"mxc://a.example/{len(self.uploads)}")

    async def messages(self, *_: object, **__: object) -> Any:
        events = [SimpleNamespace(content=c, event_id="$sent", origin_server_ts=0) for c in self.said]
        return SimpleNamespace(events=events, end=None)

    async def waiting(self) -> tuple[DelayedEvent, ...]:
        return tuple(self.held)

    async def put(self, room: RoomID, kind: str, txn: TxnID, content: dict[str, Any], delay_ms: int) -> str:
        self.puts += 1
        due_ms = SystemClock().now_ms() + delay_ms
        self.held.append(DelayedEvent(f"d{self.puts}", room, kind, content, due_ms))
        return f"d{self.puts}"

    async def cancel(self, delay_id: str) -> None:
        self.cancelled.append(delay_id)
        self.held = [event for event in self.held if event.delay_id != delay_id]


class Made:
    """An encoder that makes small files at once."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self.runs = 0

    async def run(
        self, path: str, steps: Sequence[str] = (), at_ms: int | None = None, most_bytes: int | None = None
    ) -> Any:
        self.runs += 1
        yield INFO
        for step in steps:
            if step in (COVER, MAIN, BOARD):
                kind = "video/mp4" if step == MAIN else "image/jpeg"
                sealed = await asyncio.to_thread(self._outbox.seal, [b"x" * 100])
                yield MadeFile(step, sealed, 100, kind, 160, 90, "ab" * 32, 3000, 1, 1, 3000, 160, 90)


class Scene:
    """Publishing over a real cache and outbox."""

    def __init__(self, cache: Cache, folder: Path) -> None:
        self.cache, self.server = cache, Server()
        vault = Vault(folder / "outbox", bytes(32))
        self.outbox = Outbox(folder / "outbox", lambda: vault)
        self.film = folder / "my film.mov"
        self.film.write_bytes(b"film")
        self.monitor = ConnectionMonitor(SystemClock())
        self.monitor.move_to(ConnectionKind.ONLINE)
        self.later_ms = 0
        self.encoder = Made(self.outbox)
        self.publishing = self.again()

    def again(self) -> Publishing:
        """Publishing as after a start of the program."""
        line = cast(Homeserver, self.server)
        sending = SendingService(self.cache, line, self.outbox, cast(Uploads, None), SystemClock())
        media = cast(MediaService, SimpleNamespace(keep=_keep))
        clock = SystemClock()
        self.publishing = Publishing(
            self.cache,
            line,
            sending,
            self.outbox,
            media,
            self.monitor,
            clock,
            self.now_ms,
            cast(Encoder, self.encoder),
        )
        return self.publishing

    def now_ms(self) -> int:
        return SystemClock().now_ms() + self.later_ms

    def job(self) -> StoredJob:
        return self.publishing._book.all()[0]

    async def until(self, question: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not question():  # noqa: ASYNC110 - many things are waited for
                await asyncio.sleep(0.01)

    async def ready(self) -> str:
        job_id = await self.publishing.add(self.film)
        await self.until(lambda: self.job().job.step is PublishStep.READY)
        return job_id

    async def wanted(self, due_in_ms: int = 0) -> str:
        job_id = await self.ready()
        due_ms = self.now_ms() + due_in_ms if due_in_ms else 0
        await self.publishing.fill(job_id, PublishForm(ROOM, "Film", publish_at_ms=due_ms))
        await self.publishing.publish(job_id)
        return job_id

    async def step(self, step: PublishStep) -> None:
        await self.until(lambda: self.job().job.step is step)

    def queued(self) -> list[dict[str, Any]]:
        return [row.content for row in self.cache.read.queue(limit=100)]

    async def on_disk(self) -> list[StoredJob | None]:
        return [job_of(content) for content in (await self.cache.channels.jobs()).values()]


async def _keep(*_: object) -> None: ...


Work = Callable[[Scene], Coroutine[Any, Any, None]]


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Work], None]:
    monkeypatch.setattr("app.channels.job_posting.LOOK_EVERY_S", 0.05)

    def run(work: Work) -> None:
        async def scenario() -> None:
            cache = Cache.open(tmp_path / "cache", KEY, clock=SystemClock())
            cache.attach(asyncio.get_running_loop())
            scene = Scene(cache, tmp_path)
            try:
                await work(scene)
            finally:
                await scene.publishing.stop()
                cache.close()

        asyncio.run(scenario())

    return run


def test_a_film_goes_through_all_steps(play: Callable[[Work], None]) -> None:
    async def work(it: Scene) -> None:
        heard: list[str] = []
        it.publishing.subscribe(heard.append)
        job_id = await it.wanted()
        await it.step(PublishStep.POSTED)
        assert it.server.uploads == ["image/jpeg", "image/jpeg", "video/mp4"]
        (content,) = it.queued()
        post = post_of(content)
        assert post is not None and (post.title, post.filename) == ("Film", "Film.mp4")
        assert content[TXN_FIELD] == f"tackpost{job_id}" and post.duration_ms == 3000
        await it.until(lambda: not list(it.outbox.folder.iterdir()))
        assert await it.on_disk() == [] and set(heard) == {job_id}

    play(work)


def test_what_cannot_be_published_is_refused_before(play: Callable[[Work], None]) -> None:
    async def work(it: Scene) -> None:
        job_id = await it.ready()
        for form, code in (
            (PublishForm(ROOM, " "), "title_missing"),
            (PublishForm(None, "Film"), "channel_missing"),
            (PublishForm(RoomID("!unknown"), "Film"), "channel_missing"),
            (PublishForm(ROOM, "Film", "ü" * 40_000), "channel_post_too_big"),
        ):
            await it.publishing.fill(job_id, form)
            with pytest.raises(InputError) as refused:
                await it.publishing.publish(job_id)
            assert refused.value.code == code
        assert not it.job().job.is_wanted and not it.server.uploads

    play(work)


def test_a_file_larger_than_the_server_takes_never_goes_up(play: Callable[[Work], None]) -> None:
    async def work(it: Scene) -> None:
        it.server.known_offers = replace(OFFERS, max_upload_bytes=99)
        await it.publishing.add(it.film)
        await it.step(PublishStep.FAILED)
        assert it.job().job.error_code == "upload_too_large"
        it.server.known_offers = OFFERS
        await it.publishing.retry(it.job().id)
        await it.step(PublishStep.READY)
        assert it.encoder.runs == 1, "what was made is not made again"

    play(work)


def test_a_line_that_goes_is_waited_for_and_a_refusal_is_said(play: Callable[[Work], None]) -> None:
    async def work(it: Scene) -> None:
        it.server.failures = [NetworkError("away"), Forbidden("no", status=403)]
        await it.wanted()
        await it.until(lambda: it.job().job.error_code == "network")
        it.monitor.move_to(ConnectionKind.OFFLINE)
        it.monitor.move_to(ConnectionKind.ONLINE)
        await it.step(PublishStep.FAILED)
        assert it.job().job.error_code == "forbidden"
        await it.publishing.retry(it.job().id)
        await it.step(PublishStep.POSTED)
        assert len(it.server.uploads) == 3 and len(it.queued()) == 1

    play(work)


def test_a_full_disk_is_waited_out(play: Callable[[Work], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.channels.publishing.AGAIN_S", 0.05)

    async def work(it: Scene) -> None:
        seal, is_full = it.outbox.seal, [True]

        def fail(pieces: Any) -> str:
            if is_full:
                raise DiskFull("no room")
            return seal(pieces)

        monkeypatch.setattr(it.outbox, "seal", fail)
        await it.publishing.add(it.film)
        await it.until(lambda: it.job().job.error_code == "disk_full")
        assert it.job().job.step is PublishStep.READING
        is_full.clear()
        await it.step(PublishStep.READY)
        assert it.job().job.error_code == ""

    play(work)


@pytest.mark.parametrize("where", ["nowhere", "in the queue", "on the server"])
def test_after_a_crash_at_the_last_step_it_is_posted_once(play: Callable[[Work], None], where: str) -> None:
    async def work(it: Scene) -> None:
        await it.wanted(3_600_000)
        await it.step(PublishStep.WAITING)
        await it.until(lambda: it.job().delay_id == "" or it.server.puts)
        await it.publishing.stop()
        room = RoomID("!real:a")
        stored = replace(it.job(), is_posting=True, delay_id="")
        stored = stored.with_job(step=PublishStep.UPLOADING, form=replace(stored.job.form, publish_at_ms=0))
        stored = stored.with_job(form=replace(stored.job.form, room_id=room))
        await it.cache.channels.save_job(stored.id, job_json(stored))
        if where == "on the server":
            it.server.said = [content_of_job(stored)]
        it.again().start()
        if where == "in the queue":
            await it.until(lambda: len(it.queued()) == 1)
            await it.publishing.stop()
            await it.cache.channels.save_job(stored.id, job_json(stored))
            it.again().start()
        await it.until(lambda: it.publishing._book.all() and it.job().job.step is PublishStep.POSTED)
        assert len(it.queued()) == (0 if where == "on the server" else 1)

    play(work)


def test_without_the_servers_help_it_goes_out_from_here_at_its_time(play: Callable[[Work], None]) -> None:
    async def work(it: Scene) -> None:
        it.server.known_offers = replace(OFFERS, has_delayed_events=False)
        await it.wanted(60_000)
        await it.step(PublishStep.WAITING)
        assert not it.server.puts and not it.queued()
        it.later_ms = 61_000
        it.publishing._book.moved(it.job().id).set()
        await it.step(PublishStep.POSTED)
        assert len(it.queued()) == 1

    play(work)


async def held(it: Scene) -> StoredJob:
    """Let the server hold a post of a channel that exists."""
    await it.wanted(3_600_000)
    await it.step(PublishStep.WAITING)
    await it.publishing.stop()
    job = it.job().with_job(form=replace(it.job().job.form, room_id=RoomID("!real:a")))
    await it.cache.channels.save_job(job.id, job_json(job))
    it.again().start()
    await it.until(lambda: it.publishing._book.all() and it.job().delay_id not in ("", "?"))
    return it.job()


def test_what_the_server_holds_is_what_the_form_says(play: Callable[[Work], None]) -> None:
    async def work(it: Scene) -> None:
        job = await held(it)
        for title in ("Second", "Third"):
            await it.publishing.fill(job.id, replace(it.job().job.form, title=title))
        await it.until(lambda: it.job().delay_id not in ("", "?"))
        (event,) = it.server.held
        post = post_of(event.content)
        assert post is not None and post.title == "Third" and not it.queued()

    play(work)


def test_a_held_post_that_is_given_up_never_comes(play: Callable[[Work], None]) -> None:
    async def work(it: Scene) -> None:
        job = await held(it)
        await it.publishing.cancel(job.id)
        assert it.server.held == [] and it.publishing.jobs == [] and not it.queued()
        assert await it.on_disk() == []

    play(work)


def test_a_held_post_that_came_out_is_known_again(play: Callable[[Work], None]) -> None:
    async def work(it: Scene) -> None:
        job = await held(it)
        it.server.said = [it.server.held.pop().content]
        it.later_ms = 3_700_000
        it.publishing._book.moved(job.id).set()
        await it.step(PublishStep.POSTED)
        assert not it.queued()
        with pytest.raises(InputError) as out:
            await it.publishing.fill(job.id, replace(job.job.form, title="Late"))
        assert out.value.code == "post_is_out"

    play(work)


def test_nonsense_on_disk_and_files_that_are_needed(play: Callable[[Work], None]) -> None:
    async def work(it: Scene) -> None:
        await it.cache.channels.save_job("odd", {"job": 7})
        await it.cache.channels.save_job("newer", {"job": {"id": "x", "step": "flown"}})
        it.publishing.start()
        job_id = await it.ready()
        assert [job.id for job in it.publishing.jobs] == [job_id]
        needed = next(job for job in await it.on_disk() if job is not None)
        assert needed.paths() == {str(path) for path in it.outbox.folder.iterdir()}
        await it.publishing.cancel(job_id)
        assert not list(it.outbox.folder.iterdir()) and it.publishing.jobs == []
        with pytest.raises(InputError) as gone:
            await it.publishing.publish(job_id)
        assert gone.value.code == "job_gone"

    play(work)


def test_a_file_that_is_not_there_is_said_at_once(play: Callable[[Work], None], tmp_path: Path) -> None:
    async def work(it: Scene) -> None:
        (tmp_path / "empty.mp4").touch()
        for name, code in (
            ("nowhere.mp4", "file_gone"),
            ("empty.mp4", "file_empty"),
            ("", "file_unreadable"),
        ):
            with pytest.raises(InputError) as refused:
                await it.publishing.add(tmp_path / name)
            assert refused.value.code == code

    play(work)


@pytest.mark.parametrize(
    ("title", "name"),
    [("Day 1: start/stop?", "Day 1  start stop.mp4"), ("  ..", "video.mp4"), ("安全", "安全.mp4")],
)
def test_the_name_for_phones_is_made_of_the_title(title: str, name: str) -> None:
    assert file_name(title) == name


def test_a_job_on_disk_reads_the_same() -> None:
    job = new_job("a1", "film.mov", "/film.mov", PublishForm(ROOM, "Film", tags=("a",)), 5)
    assert job_of(job_json(job)) == job
