"""Sending a ding: what is queued, where it goes, what is refused."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.changes import ChangeFeed
from app.clock import SystemClock
from app.dings.compose import ding_message, room_name
from app.dings.service import DingService, NewDing
from app.domain.dings import (
    BODY_REST,
    MUTED_TYPE,
    NOTE_FIELD,
    DingContent,
    DingKind,
    parse_ding,
    words_of,
)
from app.domain.ids import EventID, RoomID, UserID
from app.domain.sending import QueuedRequest, RequestKind, is_new_room
from app.domain.sync import Membership
from app.errors import InputError, NetworkError
from app.homeserver import Homeserver
from app.rooms.service import RoomsService
from app.sending.attachments import Outbox
from app.sending.service import SendingService
from app.sending.uploads import Uploads
from app.settings import Settings
from app.store.cache import Cache
from app.sync.connection import ConnectionMonitor
from app.timeline.service import TimelineService
from tests.helpers.store_history import (
    ANNA,
    BOB,
    ME,
    ROOM,
    batch,
    event,
    member,
    reaction,
    run_with_cache,
    state,
    update,
)

CARL = UserID("@carl:acme.example")
DING_ROOM = RoomID("!dings:acme.example")


class NoLine:
    """A homeserver that is away."""

    is_open = False
    clock_skew_ms = 0

    @property
    def client(self) -> Any:
        raise NetworkError("no line", code="not_connected")


class NoFiles:
    """Files are taken as they are."""

    async def prepare_file(self, path: Path) -> Any:
        from app.sending.attachments import Prepared
        from app.sending.contents import Attachment

        return Prepared(str(path), Attachment(path.name, "text/plain", 3))


def service_of(cache: Cache) -> DingService:
    clock, changes = SystemClock(), ChangeFeed()
    line = cast(Homeserver, NoLine())
    sending = SendingService(cache, line, cast(Outbox, NoFiles()), Uploads(changes, clock), clock)
    rooms = RoomsService(cache, line, changes, Settings(), lambda _: None)
    timelines = TimelineService(cache, line)
    return DingService(
        cache, line, sending, rooms.load_members, timelines, changes, ConnectionMonitor(clock), clock
    )


def notice(*people: str, **more: Any) -> DingContent:
    return DingContent(DingKind.NOTICE, tuple(UserID(user) for user in people), **more)


async def join(cache: Cache, *people: str, room: RoomID = ROOM, create: dict[str, Any] | None = None) -> None:
    made = state(f"create{room}", "m.room.create", create or {}, sender=ME, room=room)
    members = [member(user, room=room, n=hash(room) % 1000) for user in (ME, *people)]
    await cache.apply_sync(
        batch(
            update(
                event(f"first{room}", room=room),
                room=room,
                membership=Membership.JOIN,
                state=(made, *members),
            )
        )
    )


def queued(cache: Cache) -> list[QueuedRequest]:
    return cache.read.queue()


def in_cache(body: Callable[[Cache, DingService], Coroutine[Any, Any, None]]) -> None:
    async def go(cache: Cache) -> None:
        await body(cache, service_of(cache))

    run_with_cache(go)


def test_a_ding_in_a_shared_room_is_one_message_with_its_files_behind_it(tmp_path: Path) -> None:
    async def go(cache: Cache, service: DingService) -> None:
        await join(cache, ANNA, CARL)
        uid = await service.send(
            NewDing("please read", notice(ANNA, cc=(CARL,)), ROOM, (tmp_path / "a.txt",), fallback="by six")
        )
        ding, file = queued(cache)
        assert uid == f"t:{ding.txn_id}" and ding.lane == file.lane == ROOM
        assert ding.content["body"] == f"[DING] please read{BODY_REST}by six"
        assert ding.content["m.mentions"] == {"user_ids": sorted([ANNA, CARL])}
        assert parse_ding(ding.content) == notice(ANNA, cc=(CARL,))
        assert file.depends_on == ding.txn_id and file.attachment_path
        relation = file.content["m.relates_to"]
        assert (relation["rel_type"], relation["event_id"]) == ("m.thread", uid)

    in_cache(go)


def test_who_is_not_in_the_room_is_named_and_nothing_is_queued() -> None:
    async def go(cache: Cache, service: DingService) -> None:
        await join(cache, ANNA)
        await cache.add_members(ROOM, [member(ME), member(ANNA)])
        with pytest.raises(InputError) as refused:
            await service.send(NewDing("x", notice(ANNA, BOB), ROOM))
        assert refused.value.code == "not_in_room" and refused.value.params["names"] == BOB
        assert not queued(cache)

    in_cache(go)


def test_who_is_not_known_yet_is_allowed_while_offline_and_who_left_is_not() -> None:
    async def go(cache: Cache, service: DingService) -> None:
        await join(cache, ANNA)
        await service.send(NewDing("x", notice(BOB), ROOM))
        assert len(queued(cache)) == 1
        gone = member(CARL, membership="leave")
        await cache.apply_sync(batch(update(event("two"), state=(gone,))))
        with pytest.raises(InputError) as refused:
            await service.send(NewDing("x", notice(CARL), ROOM))
        assert refused.value.code == "not_in_room"

    in_cache(go)


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (NewDing("  ", notice(ANNA), ROOM), "text_empty"),
        (NewDing("字" * 30_000, notice(ANNA), ROOM), "text_too_long"),
        (NewDing("x", notice(), ROOM), "nobody_chosen"),
        (NewDing("x", notice(*(f"@u{n}:a" for n in range(501))), ROOM), "too_many_people"),
        (NewDing("x", notice(ANNA, start_ms=9, end_ms=3), ROOM), "ding_refused"),
        (NewDing("x", notice(ANNA, due_ms=-5), ROOM), "ding_refused"),
        (NewDing("x", notice(ANNA), RoomID("!other:x")), "room_left"),
    ],
)
def test_what_no_client_would_take_for_a_ding_is_refused_before_anything_is_queued(
    new: NewDing, code: str
) -> None:
    async def go(cache: Cache, service: DingService) -> None:
        await join(cache, ANNA)
        with pytest.raises(InputError) as refused:
            await service.send(new)
        assert refused.value.code == code and not queued(cache)

    in_cache(go)


def test_an_encrypted_room_is_refused() -> None:
    async def go(cache: Cache, service: DingService) -> None:
        await join(cache, ANNA)
        secret = state("crypt", "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})
        await cache.apply_sync(batch(update(event("two"), state=(secret,))))
        with pytest.raises(InputError) as refused:
            await service.send(NewDing("x", notice(ANNA), ROOM))
        assert refused.value.code == "room_encrypted"

    in_cache(go)


def test_people_get_a_room_of_their_own_and_the_next_ding_goes_there_too() -> None:
    async def go(cache: Cache, service: DingService) -> None:
        await join(cache, ANNA, BOB)
        await service.send(NewDing("first words\nmore", notice(ANNA, BOB, ME)))
        create, ding = queued(cache)
        assert create.kind is RequestKind.CREATE_ROOM and is_new_room(ding.room_id or "")
        assert create.content["invite"] == [ANNA, BOB] and create.content["name"] == "first words"
        assert create.content["creation_content"] == {"im.tack.txn": create.txn_id, "type": "im.tack.ding"}
        assert ding.depends_on == create.txn_id and ding.lane == create.lane == ding.room_id
        await service.send(NewDing("second", notice(BOB, cc=(ANNA,))))
        assert [row.kind for row in queued(cache)].count(RequestKind.CREATE_ROOM) == 1
        assert queued(cache)[2].room_id == ding.room_id

    in_cache(go)


def test_one_person_gets_it_in_the_direct_chat() -> None:
    async def go(cache: Cache, service: DingService) -> None:
        await join(cache, ANNA)
        await cache.apply_sync(batch(account_data=(("m.direct", {ANNA: ["!gone:x", ROOM]}),)))
        await service.send(NewDing("x", notice(ANNA)))
        assert [row.room_id for row in queued(cache)] == [ROOM]

    in_cache(go)


def test_a_room_made_for_exactly_these_people_is_used_again_and_no_other() -> None:
    async def go(cache: Cache, service: DingService) -> None:
        await join(cache, ANNA, CARL, room=DING_ROOM, create={"type": "im.tack.ding"})
        people = [member(user, room=DING_ROOM, n=7) for user in (ME, ANNA, CARL)]
        await cache.add_members(DING_ROOM, people)
        await service.send(NewDing("x", notice(ANNA, CARL)))
        await service.send(NewDing("y", notice(ANNA, BOB)))
        first, create, _ = queued(cache)
        assert first.room_id == DING_ROOM and create.kind is RequestKind.CREATE_ROOM

    in_cache(go)


def ding_event(name: str = "ding", sender: str = ANNA, to: str = ME) -> Any:
    return event(name, sender=sender, content=ding_message(NewDing("act", notice(to)), notice(to)))


def test_a_confirmation_is_queued_once_and_can_be_taken_back() -> None:
    async def go(cache: Cache, service: DingService) -> None:
        await join(cache, ANNA)
        await cache.apply_sync(batch(update(ding_event(), ding_event("other", to=BOB))))
        target = EventID("$ding")
        await asyncio.gather(service.confirm(target, " done by Friday "), service.confirm(target))
        await service.confirm(target)
        await service.confirm(EventID("$other"))
        (row,) = queued(cache)
        assert row.event_type == "m.reaction" and row.content[NOTE_FIELD] == "done by Friday"
        assert row.content["m.relates_to"]["key"] == "✅"
        await service.unconfirm(target)
        assert not queued(cache)
        await cache.apply_sync(batch(update(reaction("mine", "$ding", "☑️", sender=ME))))
        await service.confirm(target)
        assert not queued(cache)
        await service.unconfirm(target)
        assert [row.target for row in queued(cache)] == ["$mine"]
        await service.confirm(target)
        await service.confirm(target)
        assert [row.kind.value for row in queued(cache)] == ["redaction", "event"]

    in_cache(go)


def test_confirming_what_is_not_there_says_so() -> None:
    async def go(cache: Cache, service: DingService) -> None:
        with pytest.raises(InputError) as refused:
            await service.confirm(EventID("$none"))
        assert refused.value.code == "not_found"

    in_cache(go)


def test_muting_a_sender_is_there_at_once_and_becomes_one_request() -> None:
    async def go(cache: Cache, service: DingService) -> None:
        await service.set_sender_muted(UserID(ANNA), True)
        await service.set_sender_muted(UserID(BOB), True)
        await service.set_sender_muted(UserID(ANNA), False)
        assert service.muted_senders() == [BOB]
        (row,) = queued(cache)
        assert (row.kind, row.event_type, row.content) == (
            RequestKind.ACCOUNT_DATA,
            MUTED_TYPE,
            {"users": [BOB]},
        )
        await cache.apply_sync(batch(account_data=((MUTED_TYPE, {"users": []}),)))
        assert service.muted_senders() == [BOB]

    in_cache(go)


def test_a_colleague_is_let_in_and_a_stranger_or_muted_person_is_asked_about() -> None:
    async def go(cache: Cache, service: DingService) -> None:
        await join(cache, ANNA)
        stranger, partner = UserID("@eve:far.example"), BOB
        await cache.apply_sync(batch(update(event("two"), state=(member(partner, n=5),))))
        rooms = {DING_ROOM: ANNA, RoomID("!b:x"): stranger, RoomID("!c:x"): partner}
        for room, sender in rooms.items():
            stripped = (
                state(f"c{room}", "m.room.create", {"type": "im.tack.ding"}, sender=sender, room=room),
                state(f"i{room}", "m.room.member", {"membership": "invite"}, ME, sender=sender, room=room),
            )
            await cache.apply_sync(batch(update(room=room, membership=Membership.INVITE, state=stripped)))
        known = {one.inviter: one.is_known for one in cache.read.ding_work.invitations()}
        assert known == {ANNA: True, stranger: False, partner: True}
        assert [one.inviter for one in service.invitations()] == [stranger]
        await service.set_sender_muted(UserID(ANNA), True)
        assert [one.inviter for one in service.invitations()] == [ANNA, stranger]
        assert cache.read.room_order() == [ROOM]

    in_cache(go)


@given(st.text(min_size=1, max_size=300), st.text(max_size=100))
def test_the_text_comes_back_whatever_is_written(text: str, fallback: str) -> None:
    try:
        content = ding_message(NewDing(text, notice(ANNA), fallback=fallback), notice(ANNA))
    except InputError as error:
        assert error.code == "text_empty" and not text.strip()
        return
    words = words_of(content["body"]).replace("\u00a0", " ")
    assert words == text.strip().replace("\u00a0", " ") or BODY_REST in f"\n{words}"


@given(st.text())
def test_a_room_is_named_in_one_short_line(text: str) -> None:
    name = room_name(text)
    assert len(name) <= 40 and "\n" not in name
