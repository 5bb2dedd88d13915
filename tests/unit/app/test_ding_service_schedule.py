"""Dings to come against a server that holds them, loses replies, forgets, or holds nothing: each goes out once."""

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.account import Account
from app.changes import ChangeFeed
from app.dings.compose import round_txn_id
from app.dings.service import DingService, NewDing
from app.domain.account import ServerOffers
from app.domain.connection import ConnectionKind
from app.domain.dings import BODY_REST, DingContent, DingKind, DingRepeat
from app.domain.ids import RoomID, TxnID, UserID
from app.domain.scheduled import ScheduledDing, ScheduledState, ScheduleMode
from app.domain.sync import Membership
from app.domain.timeline import SendState
from app.errors import Forbidden, InputError, LimitExceeded, NetworkError, NotFound, ServerError
from app.homeserver import Homeserver
from app.matrix.delayed import DelayedEvent
from app.matrix.room_pages import MessagesPage
from app.sending.attachments import Outbox, Prepared
from app.sending.contents import Attachment
from app.sending.service import SendingService
from app.sending.uploads import Uploads
from app.store.cache import Cache
from app.store.reader import Reader
from app.sync.connection import ConnectionMonitor
from app.timeline.service import TimelineService
from tests.helpers.store_history import (
    ANNA,
    BOB,
    ME,
    ROOM,
    START_MS,
    FixedClock,
    OpenCache,
    batch,
    event,
    member,
    state,
    update,
)

MINUTE, DAY = 60_000, 86_400_000
OFFERS = ServerOffers(("v1.11",), True, True, None, True, True, "12", 40 * DAY, 100)
NO_DELAYED = ServerOffers(("v1.11",), True, False, None, True, True, "12")


class FakeFiles:
    async def prepare_file(self, path: Path) -> Prepared:
        return Prepared(str(path), Attachment(path.name, "text/plain", 3))


class FakeServer:
    """Holds delayed events. `faults` are taken one after another by PUT."""

    def __init__(self, clock: FixedClock, offers: ServerOffers | None = OFFERS) -> None:
        self.clock = clock
        self.known_offers = offers
        self.clock_skew_ms = 0
        self.is_open = True
        self.client = self.delayed = self.rooms = self
        self.held: dict[str, DelayedEvent] = {}
        self.sent: list[Any] = []
        self.faults: list[str] = []
        self.is_left = False
        self._ids = itertools.count(1)
        self._known: dict[TxnID, str] = {}

    async def put(self, room_id: RoomID, kind: str, txn_id: TxnID, content: Any, delay_ms: int) -> str:
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "drop":
            raise NetworkError("cut")
        if fault == "long":
            raise ServerError("long", status=400, errcode="ORG.MATRIX.MSC4140_DELAY_TOO_LARGE")
        if fault == "full":
            raise LimitExceeded("full", retry_after_ms=20_000)
        if fault == "forbid":
            raise Forbidden("no", status=403, errcode="M_FORBIDDEN")
        if txn_id not in self._known:
            delay_id = self._known[txn_id] = f"d{next(self._ids)}"
            due_ms = self.clock.now_ms() + self.clock_skew_ms + delay_ms
            self.held[delay_id] = DelayedEvent(delay_id, room_id, kind, content, due_ms)
        if fault == "lose":
            raise NetworkError("cut")
        return self._known[txn_id]

    async def waiting(self) -> tuple[DelayedEvent, ...]:
        return tuple(self.held.values())

    async def cancel(self, delay_id: str) -> None:
        if self.held.pop(delay_id, None) is None:
            raise NotFound("gone", status=404, errcode="M_NOT_FOUND")

    async def messages(self, room_id: RoomID, from_: Any, **_: Any) -> MessagesPage:
        if self.is_left:
            raise Forbidden("left", status=403, errcode="M_FORBIDDEN")
        return MessagesPage(tuple(reversed(self.sent)), "", None)

    def tick(self, *, loses: bool = False) -> list[Any]:
        """Send what is due by the server's clock; the new events."""
        now_ms = self.clock.now_ms() + self.clock_skew_ms
        due = [one for one in self.held.values() if one.due_ms <= now_ms]
        new = [event(f"e{one.delay_id}", sender=ME, content=one.content, ts=one.due_ms) for one in due]
        for one in due:
            del self.held[one.delay_id]
        if not loses:
            self.sent += new
        return new


class Rig:
    """A cache, a server and a service over them that can be killed and started again."""

    def __init__(self, offers: ServerOffers | None = OFFERS) -> None:
        self.clock = FixedClock(START_MS + 20 * DAY)
        self.holder = OpenCache(self.clock)
        self.server = FakeServer(self.clock, offers)
        self.service = self._made()

    @property
    def cache(self) -> Cache:
        return self.holder.cache

    def _made(self, *, is_online: bool = True) -> DingService:
        self.monitor = ConnectionMonitor(self.clock)
        self.monitor.move_to(ConnectionKind.ONLINE if is_online else ConnectionKind.OFFLINE)
        line, changes = cast(Homeserver, self.server), ChangeFeed()
        sending = SendingService(
            self.cache, line, cast(Outbox, FakeFiles()), Uploads(changes, self.clock), self.clock
        )

        async def load_members(_: RoomID) -> None:
            raise NetworkError("none")

        timelines = TimelineService(self.cache, line)
        return DingService(
            self.cache, line, sending, load_members, timelines, changes, self.monitor, self.clock
        )

    def restart(self, *, is_online: bool = True) -> None:
        """Kill and start again."""
        self.holder.reopen()
        self.service = self._made(is_online=is_online)

    async def join(self) -> None:
        people = [member(user) for user in (ME, ANNA, BOB)]
        made = state("create", "m.room.create", {}, sender=ME)
        await self.cache.apply_sync(
            batch(update(event("first"), membership=Membership.JOIN, state=(made, *people)))
        )

    async def cycle(self) -> None:
        """What the task does each time it wakes. A line that is cut ends it, as it ends the task's turn."""
        self.service.scheduler.look()
        try:
            await self.service.scheduler._cycle()
        except NetworkError:
            pass

    def pass_ms(self, span_ms: int) -> None:
        self.clock.now += span_ms

    async def sync(self, *events: Any) -> None:
        await self.cache.apply_sync(batch(update(*events)))

    def later(self, span_ms: int) -> int:
        return self.clock.now + span_ms

    @property
    def plan(self) -> list[ScheduledDing]:
        return self.service.scheduled()

    def queued(self) -> list[str]:
        return [row.content["body"] for row in self.cache.read.queue()]


def scenario(body: Callable[[Rig], Coroutine[Any, Any, None]], offers: ServerOffers | None = OFFERS) -> None:
    rig = Rig(offers)

    async def go() -> None:
        await rig.join()
        await body(rig)

    with rig.holder:
        asyncio.run(go())


def mode(rig: Rig) -> str:
    return rig.plan[0].mode.value


def ding(text: str, at_ms: int | None, **more: Any) -> NewDing:
    files = more.pop("files", ())
    fallback = more.pop("fallback", "")
    return NewDing(text, DingContent(DingKind.NOTICE, (UserID(ANNA),), **more), ROOM, files, at_ms, fallback)


def test_the_server_holds_it_and_its_coming_ends_the_row() -> None:
    async def go(rig: Rig) -> None:
        uid = await rig.service.send(ding("later", rig.later(10 * MINUTE)))
        assert mode(rig) == "local" and rig.plan[0].uid == uid
        await rig.cycle()
        assert mode(rig) == "server" and len(rig.server.held) == 1
        rig.pass_ms(10 * MINUTE + 1)
        await rig.cycle()
        assert not rig.queued() and len(rig.plan) == 1, "on its way: neither sent from here nor failed"
        await rig.sync(*rig.server.tick())
        await rig.cycle()
        assert not rig.plan and not rig.queued()

    scenario(go)


@pytest.mark.parametrize("fault", ["lose", "drop"])
def test_a_lost_reply_makes_no_second_one(fault: str) -> None:
    async def go(rig: Rig) -> None:
        rig.server.faults = [fault]
        await rig.service.send(ding("once", rig.later(10 * MINUTE)))
        await rig.cycle()
        rig.restart()
        await rig.cycle()
        assert len(rig.server.held) == 1 and mode(rig) == "server"

    scenario(go)


def test_a_lost_reply_and_a_long_time_off_are_found_out_from_the_room() -> None:
    async def go(rig: Rig) -> None:
        rig.server.faults = ["lose"]
        await rig.service.send(ding("once", rig.later(10 * MINUTE)))
        await rig.cycle()
        rig.restart(is_online=False)
        rig.pass_ms(DAY)
        rig.server.tick()
        await rig.cycle()
        assert not rig.queued(), "the server may have sent it"
        rig.restart()
        await rig.cycle()
        assert not rig.plan and not rig.queued() and len(rig.server.sent) == 1

    scenario(go)


def test_a_request_that_never_arrived_goes_out_from_here() -> None:
    async def go(rig: Rig) -> None:
        rig.server.faults = ["drop"]
        await rig.service.send(ding("once", rig.later(10 * MINUTE)))
        await rig.cycle()
        rig.restart(is_online=False)
        rig.pass_ms(DAY)
        await rig.cycle()
        rig.restart()
        for _ in range(2):
            await rig.cycle()
        assert rig.queued() == ["[DING] once"] and not rig.plan and not rig.server.held

    scenario(go)


def test_without_delayed_events_it_goes_out_at_its_minute_or_at_the_next_start() -> None:
    async def go(rig: Rig) -> None:
        assert rig.service.schedule_mode(rig.later(MINUTE)) is ScheduleMode.LOCAL
        await rig.service.send(ding("a", rig.later(MINUTE)))
        await rig.service.send(ding("b", rig.later(2 * MINUTE)))
        await rig.cycle()
        assert not rig.queued()
        rig.pass_ms(MINUTE)
        await rig.cycle()
        assert rig.queued() == ["[DING] a"]
        rig.restart(is_online=False)
        rig.pass_ms(DAY)
        await rig.cycle()
        rig.restart()
        await rig.cycle()
        assert rig.queued() == ["[DING] a", "[DING] b"] and not rig.plan

    scenario(go, NO_DELAYED)


def test_the_transaction_id_follows_from_series_and_round() -> None:
    async def go(rig: Rig) -> None:
        uid = await rig.service.send(ding("x", rig.later(MINUTE), files=(Path("/tmp/a.txt"),)))
        series = uid.split(":")[1]
        rig.pass_ms(MINUTE)
        await rig.cycle()
        message, file = rig.cache.read.queue()
        assert message.txn_id == round_txn_id(series, 0) and file.depends_on == message.txn_id
        assert not rig.server.held, "files cannot wait at the server"

    scenario(go)


def test_our_clock_is_three_hours_wrong_and_the_ding_is_not() -> None:
    async def go(rig: Rig) -> None:
        rig.server.clock_skew_ms = 3 * 60 * MINUTE
        true_now_ms = rig.clock.now + rig.server.clock_skew_ms
        await rig.service.send(ding("x", true_now_ms + 10 * MINUTE))
        await rig.cycle()
        (held,) = rig.server.held.values()
        assert held.due_ms == true_now_ms + 10 * MINUTE

    scenario(go)


def test_a_clock_three_hours_ahead_sends_nothing_early_while_there_is_no_line_yet() -> None:
    async def go(rig: Rig) -> None:
        rig.server.clock_skew_ms = -3 * 60 * MINUTE
        due_ms = rig.clock.now + rig.server.clock_skew_ms + 10 * MINUTE
        await rig.service.send(ding("x", due_ms))
        rig.restart(is_online=False)
        await rig.cycle()
        assert not rig.queued() and len(rig.plan) == 1, "by our clock it is due since long"
        rig.monitor.move_to(ConnectionKind.ONLINE)
        await rig.cycle()
        assert not rig.queued() and len(rig.plan) == 1
        rig.monitor.move_to(ConnectionKind.OFFLINE)
        rig.server.clock_skew_ms = 0  # a closed line tells nothing
        await rig.cycle()
        assert not rig.queued()
        rig.pass_ms(10 * MINUTE)
        await rig.cycle()
        assert rig.queued() == ["[DING] x"] and not rig.plan

    scenario(go, NO_DELAYED)


def test_what_was_given_up_a_moment_ago_is_not_handed_over() -> None:
    async def go(rig: Rig) -> None:
        await rig.service.send(ding("x", rig.later(DAY)))
        handing = rig.service.scheduler.handing
        (row,) = handing._rows()
        await rig.service.cancel_scheduled(row.series)
        await handing._hand(row)  # as the task does that read the row before
        await rig.cycle()
        assert not rig.server.held and not rig.plan

    scenario(go)


def test_what_is_being_exchanged_does_not_go_out_meanwhile() -> None:
    async def go(rig: Rig) -> None:
        await rig.service.send(ding("old", rig.later(MINUTE)))
        rig.pass_ms(MINUTE)
        async with rig.service.scheduler.lock:  # as an edit does
            cycle = asyncio.create_task(rig.cycle())
            await asyncio.sleep(0.05)
            assert not rig.queued()
        await cycle
        assert rig.queued() == ["[DING] old"]

    scenario(go, NO_DELAYED)


def test_a_delay_that_is_too_long_is_not_tried_again_each_minute() -> None:
    async def go(rig: Rig) -> None:
        await rig.service.send(ding("far", rig.later(30 * DAY)))
        rig.server.faults = ["long", "long"]
        for _ in range(5):
            await rig.cycle()
            rig.pass_ms(MINUTE)
        assert rig.server.faults == ["long"]

    scenario(go)


def test_what_the_server_does_not_take_waits_here_until_it_does() -> None:
    async def go(rig: Rig) -> None:
        await rig.service.send(ding("far", rig.later(60 * DAY)))
        await rig.cycle()
        assert not rig.server.held and mode(rig) == "local"
        rig.pass_ms(21 * DAY)
        rig.server.faults = ["long", "full"]
        for _ in range(2):
            await rig.cycle()
        assert rig.plan[0].state is ScheduledState.WAITING and not rig.server.held
        rig.pass_ms(10 * DAY)
        await rig.cycle()
        assert mode(rig) == "local", "full"
        rig.pass_ms(30_000)
        await rig.cycle()
        assert mode(rig) == "server"

    scenario(go)


def test_a_server_that_forbids_it_leaves_everything_here() -> None:
    async def go(rig: Rig) -> None:
        rig.server.faults = ["forbid"]
        await rig.service.send(ding("x", rig.later(MINUTE)))
        for _ in range(3):
            await rig.cycle()
        assert rig.service.schedule_mode(rig.later(DAY)) is ScheduleMode.LOCAL
        rig.pass_ms(MINUTE)
        await rig.cycle()
        assert rig.queued() == ["[DING] x"]

    scenario(go)


@pytest.mark.parametrize("is_left", [False, True])
def test_what_the_server_failed_to_send_is_shown_and_tried_again(is_left: bool) -> None:
    async def go(rig: Rig) -> None:
        await rig.service.send(ding("x", rig.later(MINUTE)))
        await rig.cycle()
        rig.pass_ms(3 * MINUTE)
        rig.server.tick(loses=True)
        rig.server.is_left = is_left
        await rig.cycle()
        (failed,) = rig.plan
        assert failed.state is ScheduledState.FAILED and failed.error_code == "ding_not_sent"
        await rig.service.retry_scheduled(failed.series, failed.round)
        assert rig.queued() == ["[DING] x"] and not rig.plan

    scenario(go)


def test_rounds_are_kept_ready_and_only_the_last_missed_one_is_sent() -> None:
    async def go(rig: Rig) -> None:
        await rig.service.send(
            ding("daily", rig.later(DAY), repeat=DingRepeat.DAILY, due_ms=rig.later(DAY + MINUTE))
        )
        await rig.cycle()
        (shown,) = rig.plan
        assert len(shown.later_ms) == 6
        rig.pass_ms(20 * DAY + MINUTE)
        await rig.cycle()
        assert rig.queued() == ["[DING] daily"]
        (row,) = rig.cache.read.queue()
        assert row.content["im.tack.ding"]["round"] == 6, "the last one that lay ready"
        (shown,) = rig.plan
        assert len(shown.later_ms) == 6 and shown.due_ms > rig.clock.now
        assert shown.round == 20

    scenario(go, None)


def test_a_first_round_now_and_the_others_later_are_one_write() -> None:
    async def go(rig: Rig) -> None:
        uid = await rig.service.send(ding("now", None, repeat=DingRepeat.WEEKLY))
        (row,) = rig.cache.read.queue()
        assert uid == f"t:{row.txn_id}" and row.content["im.tack.ding"].get("round", 0) == 0
        (shown,) = rig.plan
        assert (shown.round, len(shown.later_ms)) == (1, 6)
        assert shown.due_ms > rig.clock.now + 6 * DAY

    scenario(go)


def test_later_rounds_say_their_own_time_in_words() -> None:
    async def go(rig: Rig) -> None:
        rig.service.scheduler.rest_of = lambda ding: f"by {ding.due_ms}"
        due = rig.later(DAY)
        await rig.service.send(
            ding("x", rig.later(MINUTE), repeat=DingRepeat.DAILY, due_ms=due, fallback=f"by {due}")
        )
        rows = rig.cache.read.ding_work.scheduled()
        for row in rows:
            assert row.content["body"] == f"[DING] x{BODY_REST}by {row.content['im.tack.ding']['due_ts']}"
        assert len({row.content["body"] for row in rows}) == 7

    scenario(go)


def test_a_room_that_is_encrypted_by_now_is_not_written_to_in_the_clear() -> None:
    async def go(rig: Rig) -> None:
        await rig.service.send(ding("secret", rig.later(DAY)))
        await rig.cycle()
        await rig.sync(state("crypt", "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}))
        await rig.cycle()
        assert not rig.server.held
        assert (rig.plan[0].state, rig.plan[0].error_code) == (ScheduledState.FAILED, "room_encrypted")

    scenario(go)


def test_an_edit_takes_the_old_one_back_first_and_refuses_what_was_sent() -> None:
    async def go(rig: Rig) -> None:
        await rig.service.send(ding("old", rig.later(10 * MINUTE)))
        await rig.cycle()
        uid = await rig.service.edit_scheduled(rig.plan[0].series, ding("new", rig.later(DAY)))
        assert not rig.server.held and [one.uid for one in rig.plan] == [uid]
        await rig.cycle()
        assert [one.content["body"] for one in rig.server.held.values()] == ["[DING] new"]
        rig.pass_ms(DAY + 1)
        rig.server.tick()
        with pytest.raises(InputError) as refused:
            await rig.service.edit_scheduled(rig.plan[0].series, ding("newer", rig.later(DAY)))
        assert refused.value.code == "already_sent" and not rig.plan

    scenario(go)


def test_given_up_while_offline_is_given_up_at_the_server_later() -> None:
    async def go(rig: Rig) -> None:
        await rig.service.send(ding("x", rig.later(DAY)))
        await rig.cycle()
        rig.restart(is_online=False)
        await rig.service.cancel_scheduled(rig.plan[0].series)
        assert not rig.plan and len(rig.server.held) == 1
        rig.restart()
        await rig.cycle()
        assert not rig.server.held and not rig.cache.read.ding_work.scheduled()

    scenario(go)


def test_two_of_one_round_at_the_server_become_one() -> None:
    async def go(rig: Rig) -> None:
        await rig.service.send(ding("x", rig.later(DAY)))
        await rig.cycle()
        (held,) = rig.server.held.values()
        rig.server.held["twin"] = DelayedEvent("twin", ROOM, held.type, held.content, held.due_ms)
        await rig.cycle()
        assert len(rig.server.held) == 1 and len(rig.plan) == 1

    scenario(go)


def test_a_ding_that_is_moved_takes_its_files_along() -> None:
    async def go(rig: Rig) -> None:
        await rig.service.send(ding("x", rig.later(MINUTE), files=(Path("/tmp/a.txt"),)))
        for keeps, count in ((True, 1), (False, 0)):
            new = ding("y", rig.later(DAY))
            await rig.service.edit_scheduled(rig.plan[0].series, new, keeps_files=keeps)
            assert [one.file_count for one in rig.plan] == [count]

    scenario(go)


def test_a_ding_that_is_changed_keeps_the_room_that_is_still_to_be_made() -> None:
    async def go(rig: Rig) -> None:
        there = NewDing(
            "old", DingContent(DingKind.NOTICE, (UserID(ANNA), UserID(BOB))), None, (), rig.later(DAY)
        )
        await rig.service.send(there)
        (maker,) = rig.cache.read.rooms_to_be_made()
        new = replace(there, text="new", send_at_ms=rig.later(MINUTE))
        await rig.service.edit_scheduled(rig.plan[0].series, new)
        assert [row.txn_id for row in rig.cache.read.rooms_to_be_made()] == [maker.txn_id]
        rig.pass_ms(MINUTE)
        await rig.cycle()
        said = rig.cache.read.queue()[-1]
        assert (said.content["body"], said.state, said.depends_on) == (
            "[DING] new",
            SendState.QUEUED,
            maker.txn_id,
        )

    scenario(go)


def test_one_out_of_a_damaged_cache_is_asked_for_when_it_is_tried_again() -> None:
    async def go(rig: Rig) -> None:
        await rig.service.send(ding("x", rig.later(10 * MINUTE)))
        await rig.cycle()
        (row,) = rig.cache.read.ding_work.scheduled()
        await rig.cache.dings.set_scheduled(row.id, ScheduledState.FAILED, row.delay_id, "sent_unknown")
        rig.pass_ms(30 * MINUTE)
        rig.server.tick()
        await rig.service.retry_scheduled(row.series, 0)
        await rig.cycle()
        assert not rig.plan and not rig.queued() and len(rig.server.sent) == 1

    scenario(go)


def test_files_of_a_ding_whose_time_comes_while_the_outbox_is_swept_are_kept() -> None:
    async def go(rig: Rig) -> None:
        await rig.service.send(ding("x", rig.later(MINUTE), files=(Path("/tmp/a.txt"),)))
        rig.pass_ms(MINUTE)
        read, kept = rig.cache.read_in_worker, set[str]()

        async def read_then_send(job: Callable[[Reader], Any]) -> Any:
            found = await read(job)
            await rig.cycle()
            return found

        cache = SimpleNamespace(read_in_worker=read_then_send, channels=rig.cache.channels)
        account = SimpleNamespace(cache=cache)
        kept.update(await Account._files_wanted(cast(Account, account)))
        assert kept == {"/tmp/a.txt"} and rig.queued()

    scenario(go)


_steps = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.integers(1, 90)),
        st.tuples(st.just("send and hand over"), st.sampled_from(["lose", "drop", ""])),
        st.tuples(st.just("cancel"), st.integers(0, 5)),
        st.tuples(st.just("fault"), st.sampled_from(["lose", "drop", "full", "long"])),
        st.tuples(st.just("pass"), st.sampled_from([1, 20, 20, 95])),
        st.tuples(st.just("restart"), st.booleans()),
        st.tuples(st.sampled_from(["cycle", "tick", "sync"]), st.just(0)),
    ),
    max_size=25,
)


class History:
    """A person, a server and a line that comes and goes."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.sent: list[str] = []
        self.given_up: set[str] = set()
        self.on_the_way: list[Any] = []

    async def step(self, what: str, value: Any) -> None:
        rig = self.rig
        match what:
            case "send":
                self.sent.append(f"ding {len(self.sent)}")
                await rig.service.send(ding(self.sent[-1], rig.later(value * MINUTE)))
            case "send and hand over":
                rig.server.faults[:] = [value]
                await self.step("send", 15)
                await rig.cycle()
            case "cancel" if rig.plan:
                one = rig.plan[value % len(rig.plan)]
                self.given_up.add(one.text)
                await rig.service.cancel_scheduled(one.series)
            case "fault":
                rig.server.faults.append(value)
            case "pass":
                rig.pass_ms(value * MINUTE)
            case "restart":
                rig.restart(is_online=value)
            case "cycle":
                await rig.cycle()
            case "tick":
                self.on_the_way += rig.server.tick()
            case "sync":
                await self.deliver()

    async def deliver(self) -> None:
        events, self.on_the_way = self.on_the_way, []
        if events and self.rig.monitor.is_online:
            await self.rig.sync(*events)
        else:
            self.on_the_way = events

    async def settle(self) -> None:
        """The line is good again, and all times go by."""
        self.rig.server.faults.clear()
        self.rig.restart()
        await self.rig.cycle()
        for _ in range(4):
            await self.rig.cycle()
            self.rig.pass_ms(60 * MINUTE)
            self.on_the_way += self.rig.server.tick()
            await self.deliver()
        for _ in range(2):
            await self.rig.cycle()

    def said(self) -> list[str]:
        """What reached the room, from the server or by our send queue."""
        bodies = [one.content["body"] for one in self.rig.server.sent] + self.rig.queued()
        return [body.removeprefix("[DING] ") for body in bodies]


@settings(max_examples=80, deadline=None)
@given(_steps)
def test_each_ding_goes_out_once_whatever_the_line_and_the_app_do(steps: list[tuple[str, Any]]) -> None:
    async def go(rig: Rig) -> None:
        history = History(rig)
        for what, value in steps:
            await history.step(what, value)
        await history.settle()
        said = history.said()
        assert len(said) == len(set(said)), "said twice"
        assert set(said) >= set(history.sent) - history.given_up, "lost"
        assert not rig.plan and not rig.server.held

    scenario(go)
