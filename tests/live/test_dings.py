"""Dings between real people on a real homeserver: sent, answered, reminded, scheduled, misused."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.clock import SystemClock
from app.dings.compose import nudge_message
from app.dings.service import NewDing
from app.domain.dings import (
    MIN_NUDGE_MS,
    DingBox,
    DingContent,
    DingFilter,
    DingKind,
    DingRepeat,
    DingSummary,
    RecipientState,
)
from app.domain.ids import EventID, UserID
from app.domain.scheduled import ScheduledState, ScheduleMode
from app.errors import InputError
from app.local_server import config
from tests.helpers.desk import Desk, new_room, opened, signed_in
from tests.helpers.homeserver import Homeserver, ServerUser
from tests.live.conftest import Run

ROOT = Path(__file__).parents[2]
DAY_MS = 86_400_000


class AheadClock(SystemClock):
    """The computer's clock, or one that tests move ahead."""

    def __init__(self) -> None:
        self.ahead_ms = 0

    def now_ms(self) -> int:
        return super().now_ms() + self.ahead_ms


def notice(*people: ServerUser, **more: Any) -> DingContent:
    return DingContent(DingKind.NOTICE, tuple(UserID(person.user_id) for person in people), **more)


def dings(desk: Desk, box: DingBox) -> list[DingSummary]:
    return desk.account.cache.read.dings.page(box, DingFilter.ALL)


def received(desk: Desk, text: str) -> DingSummary | None:
    return next((ding for ding in dings(desk, DingBox.RECEIVED) if ding.text == text), None)


def sent(desk: Desk, text: str) -> DingSummary | None:
    found = [ding for ding in dings(desk, DingBox.SENT) if ding.text == text]
    assert len(found) < 2, "sent twice"
    return found[0] if found else None


def id_of(ding: DingSummary) -> EventID:
    assert ding.event_id is not None
    return ding.event_id


async def arrived(desk: Desk, text: str) -> DingSummary:
    """Wait until the server has a ding of mine and it has come back."""
    ding = await desk.until(lambda: (d := sent(desk, text)) and d.event_id and d)
    assert isinstance(ding, DingSummary)
    return ding


def events_of(
    homeserver: Homeserver, user: ServerUser, room_id: str, kind: str = "m.room.message"
) -> list[Any]:
    page = homeserver.api("GET", f"/_matrix/client/v3/rooms/{room_id}/messages?dir=b&limit=200", user=user)
    return [event for event in page["chunk"] if event["type"] == kind]


def react(homeserver: Homeserver, user: ServerUser, ding: DingSummary, key: str = "✅") -> str:
    """Confirm as another Matrix client does."""
    relation = {"rel_type": "m.annotation", "event_id": ding.event_id, "key": key}
    path = f"/_matrix/client/v3/rooms/{ding.room_id}/send/m.reaction/{'r' + user.device_id}"
    return str(homeserver.api("PUT", path, {"m.relates_to": relation}, user=user)["event_id"])


def test_a_ding_in_a_shared_room_is_confirmed_with_a_note_and_by_another_client(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li, zhang, wang = (homeserver.new_user(name) for name in ("li", "zhang", "wang"))
    room = new_room(homeserver, li, zhang, wang)

    async def go() -> None:
        async with (
            signed_in(tmp_path / "li", li, homeserver.base_url) as a,
            signed_in(tmp_path / "zhang", zhang, homeserver.base_url) as b,
        ):
            await a.online()
            await b.online()
            await a.account.dings.send(NewDing("合同盖章", notice(zhang, wang), room))
            ding = await b.until(lambda: received(b, "合同盖章"))
            assert ding.is_open and ding.room_id == room and not ding.is_ding_room
            await b.account.dings.confirm(id_of(ding), "done by Friday")
            mine = await a.until(lambda: (d := sent(a, "合同盖章")) and d.confirmed == 1 and d)
            assert mine.total == 2
            await asyncio.to_thread(react, homeserver, wang, mine)
            await a.until(lambda: (d := sent(a, "合同盖章")) and d.confirmed == 2)
            detail = a.account.cache.read.dings.detail(id_of(mine))
            assert detail is not None
            assert {p.user_id: p.note for p in detail.recipients} == {
                zhang.user_id: "done by Friday",
                wang.user_id: "",
            }
            assert {p.state for p in detail.recipients} == {RecipientState.CONFIRMED}
            with pytest.raises(InputError) as refused:
                await a.account.dings.nudge(id_of(mine))
            assert refused.value.code == "nobody_left"
            assert len(events_of(homeserver, li, room, "m.reaction")) == 2

    run(go())


def test_a_ding_to_people_makes_a_room_that_others_enter_by_themselves_and_is_used_again(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li, zhang, wang = (homeserver.new_user(name) for name in ("li", "zhang", "wang"))

    async def go() -> None:
        async with (
            signed_in(tmp_path / "li", li, homeserver.base_url) as a,
            signed_in(tmp_path / "zhang", zhang, homeserver.base_url) as b,
            signed_in(tmp_path / "wang", wang, homeserver.base_url) as c,
        ):
            for desk in (a, b, c):
                await desk.online()
            await a.account.dings.send(NewDing("everyone out", notice(zhang, wang)))
            for desk in (b, c):
                ding = await desk.until(lambda desk=desk: received(desk, "everyone out"))  # type: ignore[misc]
                assert ding.is_open and ding.is_ding_room
                await desk.account.dings.confirm(id_of(ding))
                assert ding.room_id not in desk.account.cache.read.room_order()
            mine = await a.until(lambda: (d := sent(a, "everyone out")) and d.confirmed == 2 and d)
            await a.account.dings.send(NewDing("again", notice(wang, zhang)))
            again = await arrived(a, "again")
            assert again.room_id == mine.room_id
            await b.until(lambda: received(b, "again"))

    run(go())


def test_somebody_is_reminded_five_minutes_later_and_not_before(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li, zhang, wang = (homeserver.new_user(name) for name in ("li", "zhang", "wang"))
    room = new_room(homeserver, li, zhang, wang)
    clock = AheadClock()

    async def go() -> None:
        async with (
            signed_in(tmp_path / "li", li, homeserver.base_url, clock=clock) as a,
            signed_in(tmp_path / "zhang", zhang, homeserver.base_url) as b,
        ):
            await a.online()
            await b.online()
            await a.account.dings.send(NewDing("report", notice(zhang, wang), room))
            ding = await arrived(a, "report")
            wait_s = a.account.dings.nudge_wait_s(ding)
            assert MIN_NUDGE_MS // 1000 - 60 < wait_s <= MIN_NUDGE_MS // 1000 + 2
            with pytest.raises(InputError) as refused:
                await a.account.dings.nudge(id_of(ding))
            assert refused.value.code == "nudge_too_soon" and refused.value.params["seconds"] > 200
            await asyncio.to_thread(react, homeserver, wang, ding)
            await a.until(lambda: (d := sent(a, "report")) and d.confirmed == 1)
            a.account.dings.now_ms = lambda: clock.now_ms() + MIN_NUDGE_MS + 5_000  # type: ignore[method-assign]
            await a.account.dings.nudge(id_of(ding))
            await a.drained()
            newest = events_of(homeserver, li, room)[0]["content"]
            assert newest["im.tack.ding.nudge"] == {"v": 1, "event_id": ding.event_id}
            assert newest["m.mentions"] == {"user_ids": [zhang.user_id]}
            assert newest["m.relates_to"] == {"m.in_reply_to": {"event_id": ding.event_id}}

    run(go())


def test_two_devices_that_confirm_at_once_count_once(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li, zhang = homeserver.new_user("li"), homeserver.new_user("zhang")
    room = new_room(homeserver, li, zhang)

    async def go() -> None:
        async with (
            signed_in(tmp_path / "li", li, homeserver.base_url) as a,
            signed_in(tmp_path / "z1", zhang, homeserver.base_url) as desk,
            signed_in(tmp_path / "z2", zhang, homeserver.base_url) as phone,
        ):
            for one in (a, desk, phone):
                await one.online()
            await a.account.dings.send(NewDing("both", notice(zhang), room))
            for one in (desk, phone):
                await one.until(lambda one=one: received(one, "both"))  # type: ignore[misc]
            event_id = id_of(received(desk, "both"))  # type: ignore[arg-type]

            def own(desk: Desk) -> list[EventID]:
                return desk.account.cache.read.ding_work.own_confirmations(event_id)

            await asyncio.gather(*(one.account.dings.confirm(event_id) for one in (desk, phone)))
            for one in (desk, phone):
                await one.drained()
                await one.until(lambda one=one: (d := received(one, "both")) and not d.is_open)  # type: ignore[misc]
            mine = await a.until(lambda: (d := sent(a, "both")) and d.confirmed and d)
            assert (mine.confirmed, mine.total) == (1, 1)
            await desk.until(lambda: len(own(desk)) == len(events_of(homeserver, li, room, "m.reaction")))
            await desk.account.dings.unconfirm(event_id)
            await a.until(lambda: (d := sent(a, "both")) and d.confirmed == 0)
            await phone.until(lambda: (d := received(phone, "both")) and d.is_open)

    run(go())


def test_the_server_sends_a_scheduled_ding_while_the_app_is_off(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li, zhang, wang = (homeserver.new_user(name) for name in ("li", "zhang", "wang"))

    async def go() -> None:
        async with signed_in(tmp_path / "zhang", zhang, homeserver.base_url) as b:
            await b.online()
            async with signed_in(tmp_path / "li", li, homeserver.base_url) as a:
                await a.online()
                due_ms = a.account.dings.now_ms() + 9_000
                assert a.account.dings.schedule_mode(due_ms) is ScheduleMode.SERVER
                assert a.account.dings.schedule_mode(due_ms, has_files=True) is ScheduleMode.LOCAL
                assert a.account.dings.schedule_mode(due_ms + 60 * DAY_MS) is ScheduleMode.LOCAL
                await a.account.dings.send(NewDing("later", notice(zhang, wang), send_at_ms=due_ms))
                await a.until(lambda: planned(a)[0].mode is ScheduleMode.SERVER)
                assert planned(a)[0].text == "later" and planned(a)[0].is_ding_room
            ding = await b.until(lambda: received(b, "later"))
            assert ding.is_open and ding.ts_ms >= due_ms - 1500
            async with opened(tmp_path / "li") as a:
                await arrived(a, "later")
                await a.until(lambda: not planned(a))
                assert len(events_of(homeserver, zhang, ding.room_id)) == 1

    run(go())


def planned(desk: Desk) -> list[Any]:
    return desk.account.dings.scheduled()


def rounds_held(homeserver: Homeserver, user: ServerUser) -> list[int]:
    return sorted(event["content"]["im.tack.ding"].get("round", 0) for event in held(homeserver, user))


def held(homeserver: Homeserver, user: ServerUser) -> list[Any]:
    path = "/_matrix/client/unstable/org.matrix.msc4140/delayed_events"
    return list(homeserver.api("GET", path, user=user)["delayed_events"])


def test_rounds_are_handed_over_ahead_and_can_be_given_up_one_by_one_or_all(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li, zhang = homeserver.new_user("li"), homeserver.new_user("zhang")
    room = new_room(homeserver, li, zhang)

    async def go() -> None:
        async with signed_in(tmp_path / "li", li, homeserver.base_url) as a:
            await a.online()
            start_ms = a.account.dings.now_ms() + DAY_MS
            ding = notice(zhang, repeat=DingRepeat.DAILY, due_ms=start_ms + 3_600_000)
            uid = await a.account.dings.send(NewDing("stand-up", ding, room, send_at_ms=start_ms))
            await a.until(lambda: len(held(homeserver, li)) == 7)
            (shown,) = planned(a)
            assert shown.uid == uid and len(shown.later_ms) == 6 and shown.mode is ScheduleMode.SERVER
            assert rounds_held(homeserver, li) == list(range(7))
            dues = {event["content"]["im.tack.ding"]["due_ts"] for event in held(homeserver, li)}
            assert len(dues) == 7
            await a.account.dings.cancel_scheduled(shown.series, 1)
            await a.until(lambda: rounds_held(homeserver, li) == [0, *range(2, 8)])
        async with opened(tmp_path / "li") as a:
            await a.online()
            weekly = ding._replace(repeat=DingRepeat.WEEKLY)
            edited = await a.account.dings.edit_scheduled(
                shown.series, NewDing("weekly", weekly, room, send_at_ms=start_ms)
            )
            await a.until(lambda: [one.uid for one in planned(a)] == [edited])
            await a.until(lambda: {e["content"]["body"] for e in held(homeserver, li)} == {"[DING] weekly"})
            # 40 days are the longest this server holds anything: five weeks and the day that is left
            await a.until(lambda: len(held(homeserver, li)) == 6)
            await a.account.dings.cancel_scheduled(planned(a)[0].series)
            await a.until(lambda: not held(homeserver, li) and not planned(a))

    run(go())


def test_what_was_given_up_elsewhere_is_told_and_a_plan_of_another_device_is_shown(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li, zhang = homeserver.new_user("li"), homeserver.new_user("zhang")
    room = new_room(homeserver, li, zhang)

    async def go() -> None:
        async with signed_in(tmp_path / "li", li, homeserver.base_url) as a:
            await a.online()
            due_ms = a.account.dings.now_ms() + DAY_MS
            await a.account.dings.send(NewDing("tomorrow", notice(zhang), room, send_at_ms=due_ms))
            await a.until(lambda: planned(a)[0].mode is ScheduleMode.SERVER)
            async with signed_in(tmp_path / "phone", li, homeserver.base_url) as phone:
                await phone.online()
                await phone.until(lambda: planned(phone))
                assert planned(phone)[0].is_elsewhere and planned(phone)[0].text == "tomorrow"
                await phone.account.dings.cancel_scheduled(planned(phone)[0].series)
                await phone.until(lambda: not planned(phone) and not held(homeserver, li))
            a.account.dings.scheduler.look()
            failed = await a.until(lambda: (p := planned(a)[0]).state is ScheduledState.FAILED and p)
            assert failed.error_code == "cancelled_elsewhere"
            await a.account.dings.retry_scheduled(failed.series, failed.round)
            await a.until(lambda: len(held(homeserver, li)) == 1)

    run(go())


def test_a_ding_composed_offline_to_people_goes_out_once_with_its_file(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li, zhang, wang = (homeserver.new_user(name) for name in ("li", "zhang", "wang"))
    file = tmp_path / "plan.txt"
    file.write_text("three lines")

    async def go() -> None:
        async with signed_in(tmp_path / "li", li, homeserver.base_url) as a:
            await a.online()
        async with opened(tmp_path / "li", offline=True) as a:
            await a.account.dings.send(NewDing("from the train", notice(zhang, wang), files=(file,)))
            await a.account.dings.send(NewDing("and another", notice(zhang, wang)))
            echo = sent(a, "from the train")
            assert echo is not None and echo.send_state is not None and echo.is_ding_room
        file.unlink()
        async with (
            opened(tmp_path / "li") as a,
            signed_in(tmp_path / "zhang", zhang, homeserver.base_url) as b,
        ):
            ding = await b.until(lambda: received(b, "from the train"))
            other = await b.until(lambda: received(b, "and another"))
            assert ding.room_id == other.room_id
            await a.drained()
            bodies = [event["content"]["body"] for event in events_of(homeserver, li, ding.room_id)]
            assert sorted(bodies) == ["[DING] and another", "[DING] from the train", "plan.txt"]
            detail = await b.until(
                lambda: (d := b.account.cache.read.dings.detail(id_of(ding))) and d.comments and d
            )
            assert [item.body or item.media.filename for item in detail.comments] == ["plan.txt"]

    run(go())


@pytest.mark.parametrize("then_s", [0.0, 0.05, 0.15, 0.4])
def test_a_kill_while_the_room_is_made_makes_no_second_one(
    homeserver: Homeserver, tmp_path: Path, run: Run, then_s: float
) -> None:
    li, zhang = homeserver.new_user("li"), homeserver.new_user("zhang")
    folder = tmp_path / "li"

    async def first_time() -> None:
        async with signed_in(folder, li, homeserver.base_url) as a:
            await a.online()

    run(first_time())
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.live.child_dinger", str(folder), zhang.user_id],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None and child.stdout.readline().strip() == "queued"
    time.sleep(then_s)
    child.send_signal(signal.SIGKILL)
    child.communicate()

    async def afterwards() -> None:
        async with opened(folder) as a:
            ding = await arrived(a, "before the kill")
            await a.drained()
            rooms = homeserver.api("GET", "/_matrix/client/v3/joined_rooms", user=li)["joined_rooms"]
            assert rooms == [ding.room_id]
            assert len(events_of(homeserver, li, ding.room_id)) == 1
            members = homeserver.api("GET", f"/_matrix/client/v3/rooms/{ding.room_id}/members", user=li)
            assert {event["state_key"] for event in members["chunk"]} == {li.user_id, zhang.user_id}

    run(afterwards())


HOSTILE: dict[str, Any] = {
    "ten thousand recipients": {"recipients": [f"@u{n}:x" for n in range(1500)]},
    "negative due": {"due_ts": -5},
    "due as text": {"due_ts": "tomorrow"},
    "nobody": {"recipients": []},
    "people as text": {"recipients": "@me:x"},
    "numbers as people": {"recipients": [1, 2]},
    "a kind unheard of": {"kind": "bomb"},
    "kind as list": {"kind": ["notice"]},
    "another version": {"v": 2},
    "true as version": {"v": True},
    "place as object": {"place": {"a": 1}},
    "end before start": {"start_ts": 20, "end_ts": 10},
    "far future": {"due_ts": 2**52},
    "source nowhere": {"source": {"room_id": "x", "event_id": 3}},
}


def test_what_is_not_exactly_a_ding_is_a_plain_message_and_nothing_forged_confirms(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li, zhang, eve = (homeserver.new_user(name) for name in ("li", "zhang", "eve"))
    room = new_room(homeserver, li, zhang, eve)

    def put(user: ServerUser, kind: str, content: dict[str, Any], txn: str) -> str:
        path = f"/_matrix/client/v3/rooms/{room}/send/{kind}/{txn}"
        return str(homeserver.api("PUT", path, content, user=user)["event_id"])

    def attack() -> str:
        good = {"v": 1, "kind": "notice", "recipients": [zhang.user_id]}
        for number, (name, bad) in enumerate(HOSTILE.items()):
            content = {"msgtype": "m.text", "body": f"[DING] {name}", "im.tack.ding": good | bad}
            put(eve, "m.room.message", content, f"h{number}")
        html = {"msgtype": "m.text", "body": "[DING] <b>bold</b><script>x</script>", "im.tack.ding": good}
        forged = good | {"confirmed_by": {zhang.user_id: 5}, "confirmed": [zhang.user_id]}
        put(eve, "m.room.message", html | {"im.tack.ding": forged}, "html")
        target = put(
            li, "m.room.message", {"msgtype": "m.text", "body": "[DING] real", "im.tack.ding": good}, "r"
        )
        relation = {"rel_type": "m.annotation", "event_id": target, "key": "✅"}
        put(eve, "m.reaction", {"m.relates_to": relation, "sender": zhang.user_id}, "f1")
        put(eve, "m.reaction", {"m.relates_to": relation | {"key": "👍"}}, "f2")
        put(
            eve,
            "im.tack.ding.confirm",
            {"m.relates_to": {"rel_type": "m.reference", "event_id": target}},
            "f3",
        )
        last = {"msgtype": "m.text", "body": "over"}
        put(eve, "m.room.message", last, "last")
        return target

    async def go() -> None:
        async with signed_in(tmp_path / "zhang", zhang, homeserver.base_url) as b:
            await b.online()
            await b.account.rooms.open_room(room)
            await asyncio.to_thread(attack)
            await b.until(lambda: b.find(room, "over"))
            found = dings(b, DingBox.RECEIVED)
            assert {ding.text for ding in found} == {"real", "<b>bold</b><script>x</script>"}
            for ding in found:
                assert ding.is_open and (ding.confirmed, ding.total) == (0, 1)
            said = b.said(room)
            assert all(any(name in body for body in said) for name in HOSTILE)

    run(go())


def test_who_was_away_finds_the_dings_of_many_rooms_and_their_answers(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    """More rooms than the top of the list, bursts longer than its timeline: nothing hides in a gap."""
    li, zhang, wang = (homeserver.new_user(name) for name in ("li", "zhang", "wang"))
    hidden = [new_room(homeserver, li, zhang, wang, is_for_dings=True) for _ in range(4)]
    rooms = hidden + [new_room(homeserver, li, zhang, wang, name=f"r{n}") for n in range(22)]
    ding_body = {"msgtype": "m.text", "body": "[DING] hidden", "m.mentions": {"user_ids": [zhang.user_id]}}
    field = {"im.tack.ding": {"v": 1, "kind": "notice", "recipients": [zhang.user_id]}}

    async def go() -> None:
        async with signed_in(tmp_path / "zhang", zhang, homeserver.base_url) as b:
            await b.online()
            await b.account.dings.send(NewDing("mine", notice(wang), rooms[4]))
            mine = await arrived(b, "mine")
            await b.drained()

        def meanwhile() -> None:
            react(homeserver, wang, mine)
            for number, room in enumerate(rooms):
                path = f"/_matrix/client/v3/rooms/{room}/send/m.room.message"
                homeserver.api("PUT", f"{path}/d{number}", ding_body | field, user=li)
                for line in range(25 if number in (0, 4) else 3):
                    say = {"msgtype": "m.text", "body": f"noise {line}"}
                    homeserver.api("PUT", f"{path}/n{number}.{line}", say, user=li)

        await asyncio.to_thread(meanwhile)
        async with opened(tmp_path / "zhang") as b:
            await b.online()
            await b.until(lambda: len(dings(b, DingBox.RECEIVED)) == len(rooms))
            await b.until(lambda: (d := sent(b, "mine")) and d.confirmed == 1)
        async with signed_in(tmp_path / "new", zhang, homeserver.base_url) as fresh:
            await fresh.until(lambda: len(dings(fresh, DingBox.RECEIVED)) == len(rooms))

    run(go())


def test_a_phone_is_told_to_ring_for_dings_also_in_a_muted_room(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li, zhang = homeserver.new_user("li"), homeserver.new_user("zhang")
    room = new_room(homeserver, li, zhang)
    mute = {
        "conditions": [{"kind": "event_match", "key": "room_id", "pattern": room}],
        "actions": [],
    }

    def overrides() -> list[str]:
        rules = homeserver.api("GET", "/_matrix/client/v3/pushrules/", user=zhang)["global"]["override"]
        return [rule["rule_id"] for rule in rules]

    async def go() -> None:
        await asyncio.to_thread(
            homeserver.api, "PUT", f"/_matrix/client/v3/pushrules/global/override/{room}", mute, user=zhang
        )
        async with (
            signed_in(tmp_path / "zhang", zhang, homeserver.base_url) as b,
            signed_in(tmp_path / "li", li, homeserver.base_url) as a,
        ):
            await a.online()
            await b.until(lambda: "im.tack.ding.nudge" in overrides())
            assert overrides().index("im.tack.ding.nudge") < overrides().index("im.tack.ding")
            assert overrides().index("im.tack.ding") < overrides().index(room)
            await a.account.dings.send(NewDing("ring", notice(zhang), room))
            await a.account.sending.send_text(room, "do not ring")
            await b.until(lambda: received(b, "ring"))
            again = nudge_message(EventID("$ding"), "again", [UserID(zhang.user_id)])
            where = f"/_matrix/client/v3/rooms/{room}/send/m.room.message/again"
            await asyncio.to_thread(homeserver.api, "PUT", where, again, user=li)
            noted = homeserver.api("GET", "/_matrix/client/v3/notifications", user=zhang)["notifications"]
            said = [one["event"] for one in noted if one["event"]["type"] == "m.room.message"]
            assert {event["content"]["body"] for event in said} == {"[DING] ring", "[DING] again"}
            await asyncio.to_thread(
                homeserver.api, "PUT", "/_matrix/client/v3/pushrules/global/override/late", mute, user=zhang
            )
            await b.until(lambda: overrides().index("im.tack.ding") < overrides().index("late"))

    run(go())


def test_somebody_with_very_many_dings_says_so_and_a_muted_sender_rings_nowhere(
    homeserver: Homeserver, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.dings.upkeep.MANY_UNCONFIRMED", 2)
    li, zhang = homeserver.new_user("li"), homeserver.new_user("zhang")
    room = new_room(homeserver, li, zhang)

    async def go() -> None:
        async with (
            signed_in(tmp_path / "li", li, homeserver.base_url) as a,
            signed_in(tmp_path / "zhang", zhang, homeserver.base_url) as b,
        ):
            await a.online()
            await b.online()
            people = [UserID(zhang.user_id), UserID("@nobody:test.localhost")]
            assert await a.account.dings.busy_among(people) == []
            for text in ("one", "two"):
                await a.account.dings.send(NewDing(text, notice(zhang), room))
                await b.until(lambda text=text: received(b, text))  # type: ignore[misc]
            await b.until(lambda: b.account.cache.read.kv("dings", "busy") == "1")
            a.account.dings._busy._known.clear()
            assert await a.account.dings.busy_among(people) == [zhang.user_id]
            await b.account.dings.set_sender_muted(UserID(li.user_id), True)
            assert not any(ding.is_open for ding in dings(b, DingBox.RECEIVED))
            await b.drained()
            path = f"/_matrix/client/v3/user/{zhang.user_id}/account_data/im.tack.ding.muted"
            assert homeserver.api("GET", path, user=zhang) == {"users": [li.user_id]}
            await b.until(lambda: b.account.cache.read.kv("dings", "busy") is None)
            a.account.dings._busy._known.clear()
            assert await a.account.dings.busy_among(people) == []

    run(go())


def test_a_server_that_lets_one_invite_few_at_a_time_gets_the_others_later(
    start_homeserver: Callable[..., Homeserver],
    tmp_path: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    few, free = {"per_second": 1, "burst_count": 3}, {"per_second": 1000, "burst_count": 1000}
    limits = config._limits(True) | {"rc_invites": {"per_room": few, "per_user": free, "per_issuer": free}}
    monkeypatch.setattr(config, "_limits", lambda _: limits)
    server = start_homeserver()
    li, *people = (server.new_user("p") for _ in range(8))

    async def go() -> None:
        async with (
            signed_in(tmp_path / "li", li, server.base_url) as a,
            signed_in(tmp_path / "last", people[-1], server.base_url) as b,
        ):
            await a.online()
            await b.online()
            await a.account.dings.send(NewDing("many", notice(*people)))
            ding = await arrived(a, "many")
            theirs = await b.until(lambda: received(b, "many"))
            assert theirs.event_id == ding.event_id and theirs.is_open
            await a.drained(40)
            members = server.api("GET", f"/_matrix/client/v3/rooms/{ding.room_id}/members", user=li)
            assert len(members["chunk"]) >= 8
            assert len(server.api("GET", "/_matrix/client/v3/joined_rooms", user=li)["joined_rooms"]) == 1

    run(go())
