"""Alerts of dings: when they ring, what takes them away, and that the notes survive."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from typing import Any, cast

import pytest

from app.changes import ChangeFeed, Changes
from app.dings.alerts import DingAlerts
from app.dings.ringing import DAY_MS, MINUTE_MS, Moment, dismissed, is_coming, look, put_off
from app.domain.alerts import HIDDEN, AlertBoard, AlertNote
from app.domain.connection import ConnectionKind
from app.domain.dings import DingKind, DingSummary
from app.domain.ids import EventID
from app.errors import DiskFull
from app.settings import Settings
from app.store.cache import Cache
from app.sync.connection import ConnectionMonitor
from tests.helpers.ding_rows import NOON_MS, ding

HOUR_MS = 60 * MINUTE_MS
A = EventID("$a")


class Desk:
    """Looks again and again at one set of dings."""

    def __init__(self, *rows: DingSummary, settings: Settings | None = None) -> None:
        self.rows = list(rows)
        self.settings = settings or Settings()
        self.notes: dict[EventID, AlertNote] = {}
        self.read: dict[EventID, int] = {}

    def see(self, now: int, **moment: Any) -> AlertBoard:
        board, changed = look(
            self.rows, self.notes, self.read, self.settings, Moment(now, zone=UTC, **moment)
        )
        self.notes |= {note.event_id: note for note in changed}
        return board

    def ids(self, now: int, **moment: Any) -> list[str]:
        return [card.uid for card in self.see(now, **moment).cards]


def test_it_rings_once_when_it_comes_and_its_card_stays() -> None:
    desk = Desk(ding())
    first, then = desk.see(NOON_MS), desk.see(NOON_MS + HOUR_MS)
    assert (first.rung, then.rung) == ((A,), ())
    assert [card.uid for card in then.cards] == ["$a"]


def test_what_the_first_sync_brings_and_what_is_a_day_old_does_not_ring() -> None:
    desk = Desk(ding())
    assert desk.see(NOON_MS, is_history=True) == AlertBoard()
    desk.rows.append(ding("b", ts_ms=NOON_MS - DAY_MS - 1))
    assert desk.see(NOON_MS) == AlertBoard()
    desk.rows.append(ding("c", ts_ms=NOON_MS - DAY_MS + HOUR_MS))
    assert desk.see(NOON_MS).rung == ("$c",)


def test_what_came_while_away_shows_on_start_the_newest_first() -> None:
    desk = Desk(*(ding(str(n), ts_ms=NOON_MS - n * HOUR_MS) for n in (3, 1, 2, 5, 4)))
    board = desk.see(NOON_MS)
    assert ([card.uid for card in board.cards], board.more, len(board.rung)) == (["$1", "$2", "$3"], 2, 5)


@pytest.mark.parametrize(("wish", "limit", "rings"), [(5, 3, 4), (2, 3, 3), (5, 0, 1), (0, 3, 1)])
def test_repeats_by_the_senders_wish_within_the_receivers_limit(wish: int, limit: int, rings: int) -> None:
    desk = Desk(ding(nudge_every_min=30, nudge_times=wish), settings=Settings(ding_repeats=limit))
    rung, now = 0, NOON_MS
    times: list[int | None] = [NOON_MS]
    while times[-1] is not None:
        now = times[-1]
        board = desk.see(now)
        rung += len(board.rung)
        times.append(board.next_change_ms)
    assert (rung, now) == (rings, NOON_MS + (rings - 1) * 30 * MINUTE_MS)


def test_a_dismissed_card_comes_back_with_the_next_repeat() -> None:
    desk = Desk(ding(nudge_every_min=30, nudge_times=1))
    desk.see(NOON_MS)
    desk.notes[A] = dismissed(desk.rows[0], desk.notes[A])
    board = desk.see(NOON_MS + MINUTE_MS)
    assert (board.cards, board.next_change_ms) == ((), NOON_MS + 30 * MINUTE_MS)
    assert desk.see(NOON_MS + 30 * MINUTE_MS).rung == (A,)


def test_put_off_it_is_silent_until_the_end_but_a_reding_comes_through() -> None:
    desk = Desk(ding(nudge_every_min=5, nudge_times=9))
    desk.see(NOON_MS)
    desk.notes[A] = put_off(desk.rows[0], desk.notes[A], NOON_MS + HOUR_MS, NOON_MS)
    board = desk.see(NOON_MS + 59 * MINUTE_MS)
    assert (board.cards, board.next_change_ms) == ((), NOON_MS + HOUR_MS)
    assert desk.see(NOON_MS + HOUR_MS).rung == (A,)
    desk.notes[A] = put_off(desk.rows[0], desk.notes[A], NOON_MS + 9 * HOUR_MS, NOON_MS + HOUR_MS)
    desk.rows[0] = desk.rows[0]._replace(last_nudge_ms=NOON_MS + 2 * HOUR_MS)
    assert desk.see(NOON_MS + 2 * HOUR_MS).rung == (A,)
    assert desk.see(NOON_MS + 2 * HOUR_MS + 1).rung == ()


def test_a_meeting_and_a_task_remind_of_their_time() -> None:
    meeting = ding(kind=DingKind.MEETING, start_ms=NOON_MS + 2 * HOUR_MS, remind_min=15)
    task = ding("t", kind=DingKind.TASK, due_ms=NOON_MS + 3 * HOUR_MS)
    desk = Desk(meeting, task, ding("n", due_ms=NOON_MS + HOUR_MS), ding("m", kind=DingKind.MEETING))
    desk.see(NOON_MS)
    for event, note in list(desk.notes.items()):
        desk.notes[event] = note._replace(next_ms=HIDDEN)
    first = desk.see(NOON_MS).next_change_ms
    assert first == NOON_MS + 105 * MINUTE_MS
    assert desk.see(first).rung == (A,)
    second = desk.see(first).next_change_ms
    assert second == NOON_MS + 3 * HOUR_MS
    assert desk.see(second).rung == ("$t",)
    assert desk.see(NOON_MS + 9 * DAY_MS).rung == ()


def meeting(name: str = "a", **values: Any) -> DingSummary:
    """A meeting at 14:00, confirmed at 12:00, of which 15 minutes before is told."""
    start = NOON_MS + 2 * HOUR_MS
    said = {"kind": DingKind.MEETING, "start_ms": start, "end_ms": start + HOUR_MS, "remind_min": 15}
    return ding(name, **(said | {"is_open": False, "confirmed_at_ms": NOON_MS} | values))


TELL_MS = NOON_MS + 105 * MINUTE_MS


def test_a_confirmed_meeting_reminds_once_and_its_card_goes_with_its_end() -> None:
    desk = Desk(meeting())
    board = desk.see(NOON_MS)
    assert (board.cards, board.next_change_ms) == ((), TELL_MS)
    assert desk.see(TELL_MS).rung == (A,)
    begun = desk.see(NOON_MS + 2 * HOUR_MS)
    assert ([card.uid for card in begun.cards], begun.rung) == (["$a"], ())
    assert begun.next_change_ms == NOON_MS + 3 * HOUR_MS
    assert desk.see(NOON_MS + 3 * HOUR_MS) == AlertBoard()


def test_confirming_takes_the_card_away_and_does_not_ring_at_once() -> None:
    desk = Desk(meeting(is_open=True, confirmed_at_ms=None))
    assert desk.ids(NOON_MS) == ["$a"]
    desk.rows = [meeting()]
    assert desk.see(NOON_MS + 1).cards == ()
    assert desk.see(TELL_MS).rung == (A,)
    late = Desk(meeting(is_open=True, confirmed_at_ms=None))
    assert late.see(TELL_MS + 1).rung == (A,)
    late.rows = [meeting(confirmed_at_ms=TELL_MS + 2)]
    assert (late.see(TELL_MS + 3), late.see(NOON_MS + 2 * HOUR_MS).cards) == (
        AlertBoard(next_change_ms=NOON_MS + 3 * HOUR_MS),
        (),
    )


@pytest.mark.parametrize(
    ("values", "last_ms"),
    [
        ({}, NOON_MS + 3 * HOUR_MS),
        ({"end_ms": None}, NOON_MS + 2 * HOUR_MS + DAY_MS),
        ({"end_ms": NOON_MS + 2 * HOUR_MS}, NOON_MS + 2 * HOUR_MS + DAY_MS),
        ({"end_ms": NOON_MS + 9 * DAY_MS}, NOON_MS + 2 * HOUR_MS + DAY_MS),
    ],
)
def test_a_computer_that_was_off_reminds_while_the_meeting_is_not_over(
    values: dict[str, Any], last_ms: int
) -> None:
    assert Desk(meeting(**values)).see(last_ms - 1).rung == (A,)
    assert Desk(meeting(**values)).see(last_ms) == AlertBoard()


@pytest.mark.parametrize(
    "values",
    [
        {"is_redacted": True},
        {"is_muted": True},
        {"confirmed_at_ms": None},
        {"kind": DingKind.TASK, "due_ms": TELL_MS},
        {"remind_min": None},
        {"start_ms": None},
    ],
)
def test_what_does_not_remind(values: dict[str, Any]) -> None:
    assert Desk(meeting(**values)).see(TELL_MS + 1) == AlertBoard()


@pytest.mark.parametrize("role", ["is_cc", "is_own"])
def test_a_copy_of_a_meeting_and_a_meeting_of_mine_remind_too(role: str) -> None:
    mine: dict[str, Any] = {role: True}
    desk = Desk(meeting(confirmed_at_ms=None, is_to_me=False, **mine))
    assert (desk.see(NOON_MS).rung, desk.see(TELL_MS).rung) == ((), (A,))


def test_moved_to_another_time_it_reminds_of_that() -> None:
    desk = Desk(meeting())
    assert desk.see(TELL_MS).rung == (A,)
    later: dict[str, Any] = {"start_ms": NOON_MS + 5 * HOUR_MS, "end_ms": NOON_MS + 6 * HOUR_MS}
    desk.rows = [meeting(**later)]
    board = desk.see(TELL_MS + 1)
    assert (board.cards, board.next_change_ms) == ((), TELL_MS + 3 * HOUR_MS)
    desk.notes[A] = dismissed(desk.rows[0], desk.notes[A])
    assert desk.see(TELL_MS + 3 * HOUR_MS).rung == (A,)
    desk.rows = [meeting(**(later | {"end_ms": None}))]
    assert desk.see(TELL_MS + 3 * HOUR_MS + 1).rung == (), "only its end moved"
    desk.rows = [meeting(start_ms=TELL_MS + 3 * HOUR_MS + MINUTE_MS, end_ms=None)]
    assert desk.see(TELL_MS + 3 * HOUR_MS + 2).rung == (A,), "brought forward: it is about to begin"


def test_later_and_dismiss_of_a_reminder_and_receipts_do_nothing() -> None:
    desk = Desk(meeting())
    desk.see(TELL_MS)
    desk.read[A] = TELL_MS + 1
    assert desk.ids(TELL_MS + 2) == ["$a"]
    desk.notes[A] = put_off(desk.rows[0], desk.notes[A], TELL_MS + 5 * MINUTE_MS, TELL_MS)
    board = desk.see(TELL_MS + 3)
    assert (board.cards, board.next_change_ms) == ((), TELL_MS + 5 * MINUTE_MS)
    assert desk.see(TELL_MS + 5 * MINUTE_MS).rung == (A,)
    desk.notes[A] = dismissed(desk.rows[0], desk.notes[A])
    assert desk.see(TELL_MS + 6 * MINUTE_MS).cards == ()
    assert desk.see(NOON_MS + 150 * MINUTE_MS).rung == ()


def test_quiet_hours_hold_a_reminder_until_they_end_or_the_meeting_does() -> None:
    night = Settings(dnd_until_ms=NOON_MS + 150 * MINUTE_MS)
    desk = Desk(meeting(), settings=night)
    assert (desk.see(TELL_MS).held, desk.see(TELL_MS).cards) == (1, ())
    assert desk.see(NOON_MS + 150 * MINUTE_MS).rung == (A,)
    over = Desk(meeting(), settings=Settings(dnd_until_ms=NOON_MS + 4 * HOUR_MS))
    assert (over.see(TELL_MS).held, over.see(NOON_MS + 3 * HOUR_MS).held) == (1, 0)
    assert over.see(NOON_MS + 4 * HOUR_MS) == AlertBoard()
    loud = Desk(meeting(break_glass="fire"), settings=night)
    assert loud.see(TELL_MS).rung == (A,)


def test_a_new_device_reminds_of_what_is_to_come_only() -> None:
    desk = Desk(meeting(), meeting("b", start_ms=NOON_MS + 4 * HOUR_MS, end_ms=None))
    assert desk.see(TELL_MS, is_history=True).rung == ()
    assert desk.see(NOON_MS + 4 * HOUR_MS).rung == ("$b",)


def test_a_clock_that_was_ahead_reminds_again_at_the_right_time() -> None:
    desk = Desk(meeting())
    assert desk.see(TELL_MS + 1).rung == (A,)
    assert desk.see(NOON_MS).cards == ()
    assert desk.see(TELL_MS).rung == (A,)


def test_a_confirmation_taken_back_brings_the_card_of_the_duty() -> None:
    desk = Desk(meeting())
    desk.see(NOON_MS)
    desk.rows = [meeting(is_open=True, confirmed_at_ms=None)]
    assert (desk.ids(NOON_MS + 1), desk.see(NOON_MS + 2).rung) == (["$a"], ())
    assert desk.see(TELL_MS).rung == (A,), "as a duty"
    desk.rows = [meeting(confirmed_at_ms=TELL_MS - 1)]
    assert desk.see(TELL_MS + 1).rung == (A,)


def test_quiet_hours_hold_cards_and_bring_them_back_unless_there_is_a_reason() -> None:
    night = Settings(is_quiet_on=True, quiet_from="13:00", quiet_to="15:00")
    desk = Desk(ding(), settings=night)
    assert desk.see(NOON_MS).next_change_ms == NOON_MS + HOUR_MS
    loud = ding("fire", break_glass="机房断电", ts_ms=NOON_MS + HOUR_MS)
    desk.rows += [ding("later", nudge_every_min=5, nudge_times=9, ts_ms=NOON_MS + HOUR_MS), loud]
    board = desk.see(NOON_MS + HOUR_MS)
    assert ([card.uid for card in board.cards], board.held, board.rung) == (["$fire"], 2, ("$fire",))
    assert board.next_change_ms == NOON_MS + 3 * HOUR_MS
    over = desk.see(NOON_MS + 3 * HOUR_MS)
    assert ([card.uid for card in over.cards], over.held) == (["$later", "$fire", "$a"], 0)
    assert over.rung == ("$later",), "what rang before comes back silently"
    desk.settings = replace(night, is_breaking_glass_allowed=False)
    assert desk.see(NOON_MS + 2 * HOUR_MS).held == 3


def test_held_for_more_than_a_day_it_still_rings_when_it_may() -> None:
    desk = Desk(ding(), settings=Settings(dnd_until_ms=NOON_MS + 2 * DAY_MS))
    assert (desk.see(NOON_MS).held, desk.see(NOON_MS + DAY_MS + HOUR_MS).held) == (1, 1)
    assert desk.see(NOON_MS + 2 * DAY_MS).rung == (A,)


def test_a_receipt_of_another_device_takes_the_card_away_until_it_rings_again() -> None:
    desk = Desk(ding(nudge_every_min=30, nudge_times=1))
    desk.see(NOON_MS)
    desk.read[A] = NOON_MS + 1
    assert desk.ids(NOON_MS + 2) == []
    assert desk.see(NOON_MS + 30 * MINUTE_MS).rung == (A,)
    assert desk.ids(NOON_MS + 40 * MINUTE_MS) == ["$a"], "the old receipt says nothing new"
    desk.read[A] = NOON_MS + 50 * MINUTE_MS
    assert desk.ids(NOON_MS + 51 * MINUTE_MS) == []


def test_read_on_the_phone_before_it_came_here_it_does_not_ring_but_a_later_reding_does() -> None:
    desk = Desk(ding(last_nudge_ms=NOON_MS + 10))
    desk.read[A] = NOON_MS + 20
    assert desk.see(NOON_MS + 30) == AlertBoard()
    desk.rows[0] = desk.rows[0]._replace(last_nudge_ms=NOON_MS + 40)
    assert desk.see(NOON_MS + 50).rung == (A,)


def test_confirmed_it_goes_and_taken_back_it_comes_without_ringing() -> None:
    desk = Desk(ding())
    desk.see(NOON_MS)
    desk.rows[0] = desk.rows[0]._replace(is_open=False)
    assert desk.see(NOON_MS + 1) == AlertBoard()
    desk.rows[0] = desk.rows[0]._replace(is_open=True)
    assert (desk.ids(NOON_MS + 2), desk.see(NOON_MS + 3).rung) == (["$a"], ())


def test_a_clock_three_hours_ahead_and_set_right_again() -> None:
    desk = Desk(ding(nudge_every_min=30, nudge_times=1))
    ahead = NOON_MS + 3 * HOUR_MS
    desk.see(ahead)
    desk.notes[A] = put_off(desk.rows[0], desk.notes[A], ahead + 15 * MINUTE_MS, ahead)
    board = desk.see(NOON_MS)
    assert (board.cards, board.next_change_ms) == ((), NOON_MS + 15 * MINUTE_MS)
    assert desk.see(NOON_MS + 15 * MINUTE_MS).rung == (A,)
    assert desk.see(NOON_MS + 45 * MINUTE_MS).rung == (A,)


def test_a_wrong_clock_whose_error_is_known_changes_nothing_but_the_wall_clock() -> None:
    skew = 3 * HOUR_MS
    desk = Desk(ding(kind=DingKind.TASK, due_ms=NOON_MS + HOUR_MS), settings=Settings())
    board = desk.see(NOON_MS - skew, skew_ms=skew)
    assert board.next_change_ms == NOON_MS + HOUR_MS - skew
    assert desk.see(NOON_MS + HOUR_MS - skew, skew_ms=skew).rung == (A,)
    desk.settings = Settings(is_quiet_on=True, quiet_from="08:00", quiet_to="11:00")
    assert desk.see(NOON_MS - skew, skew_ms=skew).held == 1, "9:00 on the wall"


class HandClock:
    """Time that stands until it is moved; sleepers wake when it passes them."""

    def __init__(self, now_ms: int = NOON_MS) -> None:
        self.now, self.steady = now_ms, 0.0
        self.sleepers: list[tuple[float, asyncio.Event]] = []

    def now_ms(self) -> int:
        return self.now

    def monotonic(self) -> float:
        return self.steady

    async def sleep(self, seconds: float) -> None:
        if seconds < 1:
            return await asyncio.sleep(0)
        over = asyncio.Event()
        self.sleepers.append((self.steady + seconds, over))
        await over.wait()
        return None

    def pass_by(self, seconds: float) -> None:
        self.now += round(seconds * 1000)
        self.steady += seconds
        for end, over in self.sleepers:
            if end <= self.steady:
                over.set()


class FakeDingReads:
    def __init__(self) -> None:
        self.rows: list[DingSummary] = []

    def open(self, limit: int) -> list[DingSummary]:
        return [row for row in self.rows if row.is_open][:limit]

    def coming(self, since_ms: int, limit: int) -> list[DingSummary]:
        coming = [row for row in self.rows if is_coming(row)]
        return [row for row in coming if (row.content.start_ms or 0) > since_ms][:limit]

    def summary(self, event_id: str) -> DingSummary | None:
        return next((row for row in self.rows if row.uid == event_id), None)


class FakeCache:
    """A cache whose dings are given, with the two sides of `ding_alerts`."""

    def __init__(self) -> None:
        self.dings = FakeDingReads()
        self.ding_alerts = self
        self.kept: dict[EventID, AlertNote] = {}
        self.elsewhere: dict[EventID, int] = {}
        self.since: int | None = 1
        self.is_complete = True
        self.is_full = False
        self.looks = 0
        self.error: Exception | None = None

    async def read_in_worker(self, read: Callable[[Any], Any]) -> Any:
        self.looks += 1
        if self.error is not None:
            raise self.error
        return read(self)

    def notes(self, events: list[EventID]) -> dict[EventID, AlertNote]:
        return {event: self.kept[event] for event in events if event in self.kept}

    def read_elsewhere(self, _events: list[EventID]) -> dict[EventID, int]:
        return self.elsewhere

    def has_begun(self) -> bool:
        return self.since is not None

    def positions(self) -> dict[str, str]:
        return {"complete": "1"} if self.is_complete else {}

    async def save(self, notes: list[AlertNote], since_ms: int | None = None) -> None:
        if self.is_full:
            raise DiskFull("full")
        self.kept |= {note.event_id: note for note in notes}
        self.since = self.since if since_ms is None else since_ms

    async def forget(self, _before_ms: int) -> None:
        return None


class Scene:
    """The service over fakes."""

    def __init__(self, since_ms: int | None = 1) -> None:
        self.clock = HandClock()
        self.cache = FakeCache()
        self.cache.since = since_ms
        self.changes = ChangeFeed()
        self.monitor = ConnectionMonitor(self.clock)
        self.monitor.move_to(ConnectionKind.ONLINE)
        self.boards: list[AlertBoard] = []
        self.alerts = self._service()

    def _service(self) -> DingAlerts:
        cache = cast(Cache, self.cache)
        alerts = DingAlerts(cache, self.changes, self.monitor, Settings(), self.clock)
        alerts.subscribe(self.boards.append)
        return alerts

    async def __aenter__(self) -> "Scene":
        self.alerts.start()
        await self.settle()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.alerts.stop()

    async def restart(self) -> None:
        await self.alerts.stop()
        self.alerts = self._service()
        self.alerts.start()
        await self.settle()

    async def settle(self) -> None:
        for _ in range(30):
            await asyncio.sleep(0)

    async def move(self, *rows: DingSummary) -> None:
        self.cache.dings.rows = list(rows)
        self.changes.publish(Changes(dings=True))
        await self.settle()

    async def pass_by(self, seconds: float) -> None:
        self.clock.pass_by(seconds)
        await self.settle()

    @property
    def cards(self) -> list[str]:
        return [card.uid for card in self.boards[-1].cards] if self.boards else []


def test_the_board_is_told_when_dings_move_and_only_then(run: Any) -> None:
    async def check() -> None:
        async with Scene() as scene:
            await scene.move(ding())
            await scene.move(ding())
            assert [board.rung for board in scene.boards] == [(A,)]
            scene.changes.publish(Changes(receipts=frozenset({cast(Any, "!other")})))
            looks = scene.cache.looks
            await scene.settle()
            assert scene.cache.looks == looks, "receipts of rooms without dings are nobody's business here"
            scene.cache.elsewhere[A] = NOON_MS + 1
            scene.changes.publish(Changes(receipts=frozenset({ding().room_id})))
            await scene.settle()
            assert scene.cards == []

    run(check())


def test_snooze_and_dismiss_survive_a_restart(run: Any) -> None:
    async def check() -> None:
        async with Scene() as scene:
            await scene.move(ding(), ding("b"))
            await scene.alerts.snooze(A, NOON_MS + HOUR_MS)
            await scene.alerts.dismiss(EventID("$b"))
            await scene.settle()
            assert scene.cards == []
            await scene.restart()
            assert scene.cards == [] and scene.alerts.board.cards == ()
            for _ in range(130):
                await scene.pass_by(30)
            assert (scene.cards, scene.boards[-1].rung) == (["$a"], (A,))

    run(check())


def test_a_card_that_was_there_is_there_after_a_restart_without_a_sound(run: Any) -> None:
    async def check() -> None:
        async with Scene() as scene:
            await scene.move(ding())
            await scene.restart()
            assert (scene.cards, scene.boards[-1].rung) == (["$a"], ())

    run(check())


def test_it_wakes_soon_after_the_computer_slept_and_sleeps_when_nothing_is_due(run: Any) -> None:
    async def check() -> None:
        async with Scene() as scene:
            await scene.move(ding())
            await scene.alerts.snooze(A, NOON_MS + 8 * HOUR_MS)
            await scene.settle()
            looks = scene.cache.looks
            for _ in range(20):
                await scene.pass_by(30)
            assert scene.cache.looks == looks, "waiting reads nothing"
            scene.clock.now += 9 * HOUR_MS
            await scene.pass_by(30)
            assert scene.cards == ["$a"]

    run(check())


def test_a_clock_set_back_is_looked_at(run: Any) -> None:
    async def check() -> None:
        async with Scene() as scene:
            await scene.move(ding())
            await scene.alerts.snooze(A, NOON_MS + HOUR_MS)
            await scene.settle()
            scene.clock.now -= 3 * HOUR_MS
            for _ in range(122):
                await scene.pass_by(30)
            assert scene.cards == ["$a"]

    run(check())


def test_casting_hides_and_settings_hold(run: Any) -> None:
    async def check() -> None:
        async with Scene() as scene:
            await scene.move(ding())
            scene.alerts.set_casting(True)
            assert scene.boards[-1].is_text_hidden and scene.cards == ["$a"], "at once"
            await scene.move(ding(), ding("b"))
            assert scene.boards[-1].is_text_hidden and len(scene.cards) == 2
            await scene.move(ding())
            scene.alerts.set_casting(False)
            scene.alerts.use_settings(Settings(dnd_until_ms=NOON_MS + HOUR_MS))
            await scene.settle()
            assert (scene.cards, scene.boards[-1].held, scene.boards[-1].is_text_hidden) == ([], 1, False)

    run(check())


def test_the_first_sync_is_noted_and_what_comes_next_rings(run: Any) -> None:
    async def check() -> None:
        scene = Scene(since_ms=None)
        scene.cache.dings.rows = [ding()]
        async with scene:
            assert scene.boards == [] and scene.cache.since == NOON_MS
            await scene.move(ding(), ding("b"))
            assert scene.boards[-1].rung == ("$b",)

    run(check())


def test_a_first_sync_without_dings_ends_with_the_line_up_and_the_first_ding_rings(run: Any) -> None:
    async def check() -> None:
        scene = Scene(since_ms=None)
        scene.cache.is_complete = False
        scene.monitor.move_to(ConnectionKind.SYNCING_FIRST)
        async with scene:
            await scene.move(ding("old"))
            assert not scene.cache.has_begun()
            scene.cache.is_complete = True
            scene.monitor.move_to(ConnectionKind.ONLINE)
            await scene.settle()
            assert scene.cache.has_begun() and scene.boards == []
            await scene.move(ding("old"), ding("new"))
            assert scene.boards[-1].rung == ("$new",)

    run(check())


def test_a_failing_read_is_told_once_and_tried_again(run: Any, caplog: pytest.LogCaptureFixture) -> None:
    async def check() -> None:
        async with Scene() as scene:
            scene.cache.error = ValueError("broken")
            await scene.move(ding())
            await scene.move(ding())
            scene.cache.error = None
            await scene.move(ding())
            assert [record.message for record in caplog.records] == ["alerts failed", "alerts work again"]

    run(check())


def test_a_full_disk_neither_silences_nor_repeats(run: Any) -> None:
    async def check() -> None:
        async with Scene() as scene:
            scene.cache.is_full = True
            await scene.move(ding())
            assert scene.boards[-1].rung == (A,)
            await scene.move(ding(), ding("b"))
            assert scene.boards[-1].rung == ("$b",)
            await scene.alerts.dismiss(A)
            await scene.settle()
            assert scene.cards == ["$b"] and scene.cache.kept == {}
            scene.cache.is_full = False
            await scene.move(ding(), ding("b"), ding("c"))
            assert set(scene.cache.kept) == {"$a", "$b", "$c"} and scene.cards == ["$c", "$b"]

    run(check())


def test_a_known_skew_moves_the_end_of_a_snooze(run: Any) -> None:
    async def check() -> None:
        async with Scene() as scene:
            scene.monitor.set_clock_skew(-2 * HOUR_MS)
            await scene.move(ding(ts_ms=NOON_MS - 2 * HOUR_MS))
            await scene.alerts.snooze(A, scene.clock.now + HOUR_MS)
            await scene.settle()
            assert scene.cache.kept[A].next_ms == NOON_MS - HOUR_MS
            assert scene.alerts.board.next_change_ms == scene.clock.now + HOUR_MS

    run(check())


def test_a_reminder_survives_a_restart_and_comes_once(run: Any) -> None:
    async def check() -> None:
        async with Scene() as scene:
            await scene.move(meeting())
            await scene.pass_by(106 * 60)
            assert (scene.cards, scene.boards[-1].rung) == (["$a"], (A,))
            await scene.restart()
            assert (scene.cards, scene.boards[-1].rung) == (["$a"], ())
            await scene.alerts.dismiss(A)
            await scene.settle()
            await scene.restart()
            assert scene.alerts.board.cards == () and scene.cache.kept[A].told_ms == TELL_MS

    run(check())
