"""An act on the wire, against a server that is slow, forgetful, full of other devices, or says no."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, cast

import msgspec
import pytest

from app.approvals.sending import ActSender, room_of
from app.domain.approvals.acts import Act, ActKind, ActList
from app.domain.approvals.request import Deputy, RequestContent
from app.domain.approvals.wire import (
    ACTS_TYPE,
    LIBRARY_ROOM_TYPE,
    MAX_EVENT_BYTES,
    TEMPLATE_TYPE,
    TEXT_FIELD,
    FileRef,
    to_content,
)
from app.domain.content import JSONObject
from app.domain.dings import DING_FIELD
from app.domain.events import Event
from app.domain.ids import EventID, RoomID, TxnID, UserID, localpart_of
from app.domain.sending import QueuedRequest, RequestKind
from app.domain.sync import Membership
from app.domain.timeline import SendState
from app.errors import Forbidden, InputError, LimitExceeded, ServerError, TackError
from app.homeserver import Homeserver
from app.matrix.room_pages import MessagesPage
from app.store.cache import Cache
from tests.helpers.approval_store import CAROL, RequestRoom, request, rule, template
from tests.helpers.store_history import ANNA, BOB, ME, START_MS, batch, member, run_with_cache, state, update

TXN = TxnID("tx1")


class Server:
    """The endpoints an act uses, on one room."""

    clock_skew_ms = 0

    def __init__(self, room: RequestRoom) -> None:
        self.client = self.rooms = self
        self.room = room
        self.said: dict[str, JSONObject] = {}
        self.invited: list[str] = []
        self.asked: list[str] = []
        self.fails: dict[str, list[TackError]] = {}
        self.before_put: Callable[[], None] = lambda: None

    def _answer(self, name: str) -> None:
        self.asked.append(name)
        if self.fails.get(name):
            raise self.fails[name].pop(0)

    async def state(self, room_id: RoomID) -> tuple[Event, ...]:
        self._answer("state")
        current = {(e.type, e.state_key): e for e in self.room.timeline if e.state_key is not None}
        return tuple(current.values())

    async def messages(self, room_id: RoomID, token: str | None, **_: Any) -> MessagesPage:
        """Give two acts events a page, newest first."""
        self._answer("messages")
        acts = [e for e in self.room.timeline if e.type == ACTS_TYPE][::-1]
        first = int(token or 0)
        rest = str(first + 2) if first + 2 < len(acts) else None
        return MessagesPage(tuple(acts[first : first + 2]), "", rest)

    async def send_state(self, room_id: RoomID, kind: str, key: str, content: JSONObject) -> EventID:
        self.before_put()
        self._answer("put")
        self.room.now_ms += 1000
        made = self.room.put(kind, content, UserID(key), key)
        if self.fails.get("put reply"):
            raise self.fails["put reply"].pop(0)
        return made.event_id

    async def send_event(self, room_id: RoomID, kind: str, txn_id: TxnID, content: JSONObject) -> EventID:
        self._answer("say")
        self.said.setdefault(txn_id, content)
        return EventID("$said")

    async def invite(self, room_id: RoomID, user: UserID) -> None:
        self._answer("invite")
        self.invited.append(user)

    async def join(self, room_id: RoomID) -> None:
        self._answer("join")

    async def state_content(self, room_id: RoomID, kind: str, key: str = "") -> JSONObject:
        return {"membership": "join" if key == BOB else "leave"}


class Scene:
    """A server with a request, and my queue's row for an act on it."""

    def __init__(self, cache: Cache, room: RequestRoom) -> None:
        self.cache, self.room, self.server = cache, room, Server(room)
        self.sender = ActSender(cache, cast(Homeserver, self.server))

    def row(
        self, kind: ActKind, step: str = "s1", people: tuple[str, ...] = (), **more: Any
    ) -> QueuedRequest:
        act = self.room.make(ME, kind, step, people=people, **more)
        content = {"act": to_content(act), "text": "in words", "people": list(people)}
        return QueuedRequest(
            id=1,
            lane=self.room.room_id,
            room_id=self.room.room_id,
            kind=RequestKind.ACT,
            event_type=ACTS_TYPE,
            state_key=ME,
            txn_id=TXN,
            content=content,
            depends_on=None,
            target=None,
            attachment_path=None,
            attachment_uri=None,
            state=SendState.SENDING,
            attempts=0,
            not_before_ms=0,
            error_code="",
            event_id=None,
            created_ms=0,
        )

    async def send(self, row: QueuedRequest) -> None:
        await self.sender.send(row, row.content, self.room.now_ms + 60_000)

    def kinds(self) -> list[ActKind]:
        return [entry.act.kind for entry in self.room.fold().entries if entry.refusal is None]


Body = Callable[[Scene], Coroutine[Any, Any, None]]


def on_server(body: Body, room: RequestRoom | None = None) -> None:
    made = room or RequestRoom(request(template(rule("s1", ME), rule("s2", CAROL)))).sealed()

    async def go(cache: Cache) -> None:
        await cache.apply_sync(batch(made.update(membership=Membership.JOIN)))
        await body(Scene(cache, made))

    run_with_cache(go)


def test_an_act_is_put_behind_what_stands_and_said_in_words() -> None:
    async def go(here: Scene) -> None:
        here.room.act(ME, ActKind.CC, people=(BOB,))
        await here.send(here.row(ActKind.APPROVE))
        assert here.kinds() == [ActKind.CC, ActKind.APPROVE]
        said = here.server.said["tx1.text"]
        assert (said["body"], said["msgtype"]) == ("in words", "m.text")
        assert said["m.mentions"] == {"user_ids": [CAROL]} and said[TEXT_FIELD]["act"]
        detail = here.cache.read.approvals.detail(here.room.room_id, here.room.now_ms)
        assert detail is not None and len(detail.state.entries) == 2, "what was fetched is known here"

    on_server(go)


@pytest.mark.parametrize("where", ["put reply", "say", "messages"])
def test_an_act_sent_again_after_a_lost_reply_is_not_done_again(where: str) -> None:
    async def go(here: Scene) -> None:
        row = here.row(ActKind.APPROVE)
        here.server.fails[where] = [ServerError("lost", status=502)]
        with pytest.raises(ServerError):
            await here.send(row)
        await here.send(row)
        await here.send(row)
        assert here.kinds() == [ActKind.APPROVE] and here.server.asked.count("put") == 1
        assert list(here.server.said) == ["tx1.text"]
        assert here.server.said["tx1.text"]["m.mentions"] == {"user_ids": [CAROL]}, "as if sent at once"

    on_server(go)


def test_another_device_that_was_faster_costs_nothing() -> None:
    async def go(here: Scene) -> None:
        row = here.row(ActKind.APPROVE)
        others = iter("ab")

        def other_device() -> None:
            name = next(others, None)
            if name is not None:
                act = Act(id=name, kind=ActKind.CC, people=(BOB,))
                here.room.lists[ME] = (*here.room.lists.get(ME, ()), act)
                here.room.now_ms += 1000
                here.room.put(ACTS_TYPE, to_content(ActList(here.room.seal, here.room.lists[ME])), ME, ME)

        here.server.before_put = other_device
        await here.send(row)
        assert here.kinds() == [ActKind.CC, ActKind.CC, ActKind.APPROVE]
        assert not here.room.fold().changed_afterwards

    on_server(go)


def test_who_is_needed_is_invited_first_unless_there_already() -> None:
    async def go(here: Scene) -> None:
        here.server.fails["invite"] = [LimitExceeded(retry_after_ms=40_000)]
        row = here.row(ActKind.CC, people=(BOB, CAROL), step="")
        with pytest.raises(LimitExceeded):
            await here.send(row)
        assert not here.kinds()
        here.server.fails["invite"] = [Forbidden("already in the room", status=403)]
        await here.send(row)
        assert here.kinds() == [ActKind.CC] and here.server.invited == []

    on_server(go)


def test_somebody_who_cannot_be_invited_stops_the_act() -> None:
    async def go(here: Scene) -> None:
        here.server.fails["invite"] = [Forbidden("not allowed", status=403)]
        with pytest.raises(InputError) as refused:
            await here.send(here.row(ActKind.TRANSFER, people=("@far:other",)))
        assert refused.value.code == "approval_cannot_invite" and not here.kinds()

    on_server(go)


def test_what_was_decided_meanwhile_refuses_the_act_with_its_reason() -> None:
    async def go(here: Scene) -> None:
        row = here.row(ActKind.APPROVE)
        here.room.act(ANNA, ActKind.WITHDRAW)
        with pytest.raises(InputError) as refused:
            await here.send(row)
        assert refused.value.code == "approval_finished" and "put" not in here.server.asked

    on_server(go)


def test_an_act_from_before_the_seal_is_not_sent() -> None:
    async def go(here: Scene) -> None:
        with pytest.raises(InputError) as refused:
            await here.send(here.row(ActKind.APPROVE))
        assert refused.value.code == "approval_unsealed"

    on_server(go, RequestRoom(request(template(rule("s1", ME)))))


def test_an_invitation_that_still_waits_is_accepted_first() -> None:
    async def go(here: Scene) -> None:
        here.server.fails["state"] = [Forbidden("not in the room", status=403)]
        await here.send(here.row(ActKind.APPROVE))
        assert here.server.asked[:3] == ["state", "join", "state"] and here.kinds() == [ActKind.APPROVE]

    on_server(go)


def test_nothing_is_said_in_the_clear_in_a_room_that_the_server_encrypted() -> None:
    async def go(here: Scene) -> None:
        here.room.put("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}, ANNA)
        await here.send(here.row(ActKind.APPROVE))
        assert here.kinds() == [ActKind.APPROVE] and not here.server.said

    on_server(go)


def test_a_list_too_long_for_an_event_is_refused_before_it_is_sent() -> None:
    async def go(here: Scene) -> None:
        for _ in range(MAX_EVENT_BYTES // 2000 + 1):
            here.room.act(ME, ActKind.CC, people=(BOB,), note="x" * 2000)
        with pytest.raises(InputError) as refused:
            await here.send(here.row(ActKind.APPROVE))
        assert refused.value.code == "approval_too_big" and "put" not in here.server.asked

    on_server(go)


def test_an_urge_rings_those_it_waits_for_as_a_ding() -> None:
    async def go(here: Scene) -> None:
        await here.send(here.row(ActKind.URGE, step=""))
        said = here.server.said["tx1.text"]
        assert said["m.mentions"] == {"user_ids": [CAROL]} and said[DING_FIELD]["recipients"] == [CAROL]
        assert said["body"].startswith("[DING] in words\n")

    made = request(template(rule("s1", CAROL)), requester=ME)
    on_server(go, RequestRoom(made, requester=ME).sealed(ME, CAROL))


def test_an_urge_brings_back_who_has_left() -> None:
    async def go(here: Scene) -> None:
        here.server.fails["invite"] = [Forbidden("banned", status=403)]
        await here.send(here.row(ActKind.URGE, step=""))
        assert here.server.invited == [BOB] and here.kinds() == [ActKind.URGE]

    made = request(template(rule("s1", CAROL, BOB)), requester=ME)
    on_server(go, RequestRoom(made, requester=ME).sealed(ME))


def test_a_room_that_is_no_request_is_none() -> None:
    assert room_of([]) is None
    room = RequestRoom(version="12").sealed()
    assert room_of(room.timeline) is None


def test_phones_are_told_for_whom_and_with_which_files() -> None:
    async def go(here: Scene) -> None:
        file = FileRef("发票.pdf", 9, "application/pdf", uri="mxc://x/a")
        row = here.row(ActKind.APPROVE, on_behalf=CAROL, files=(file,), note="好")
        await here.send(replace(row, content=row.content | {"text": ""}))
        assert here.server.said["tx1.text"]["body"] == f"✅ {localpart_of(ME)} 代 Carol 同意\n好\n📎 发票.pdf"

    deputy = Deputy(user=CAROL, deputy=ME, from_ms=START_MS, until_ms=START_MS + 1_000_000_000)
    made = request(template(rule("s1", CAROL)), deputies=(deputy,), language="zh")
    on_server(go, RequestRoom(made).sealed(ME, CAROL))


def test_who_gets_a_copy_by_an_act_is_rung() -> None:
    async def go(here: Scene) -> None:
        await here.send(here.row(ActKind.APPROVE))
        said = here.server.said["tx1.text"]
        assert (said["msgtype"], said["m.mentions"]) == ("m.text", {"user_ids": sorted([CAROL, BOB])})

    on_server(go, RequestRoom(request(template(rule("s1", ME, cc=(BOB,)), rule("s2", CAROL)))).sealed())


@pytest.mark.parametrize(("kind", "is_sent"), [(ActKind.APPROVE, False), (ActKind.CC, True)])
def test_a_decision_waits_no_longer_where_the_template_turned_out_to_be_another(
    kind: ActKind, *, is_sent: bool
) -> None:
    """It was queued before the library was here."""
    library, form = RoomID("!library:acme.example"), template(rule("s1", ME))

    async def go(here: Scene) -> None:
        row = here.row(kind, *(("",) if is_sent else ("s1",)), people=(BOB,) if is_sent else ())
        create = state("lc", "m.room.create", {"type": LIBRARY_ROOM_TYPE}, room=library)
        levels = state("lp", "m.room.power_levels", {"users": {ANNA: 100}}, room=library)
        official = state("lt", TEMPLATE_TYPE, to_content(replaced), form.id, room=library)
        brought = update(
            create, levels, member(ME, n=7, room=library), official, room=library, is_initial=True
        )
        await here.cache.apply_sync(batch(brought))
        if is_sent:
            await here.send(row)
        else:
            with pytest.raises(InputError) as refused:
                await here.send(row)
            assert refused.value.code == "approval_differs"
        assert ("put" in here.server.asked) is is_sent

    replaced = template(rule("s1", CAROL))
    made = request(form, library=library, template_event="$lt")
    on_server(go, RequestRoom(made).sealed())


def test_what_only_the_state_still_holds_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that forgets old messages, or shows newcomers none, still gives everybody's newest list."""

    async def go(here: Scene) -> None:
        here.room.act(ANNA, ActKind.CC, people=(BOB,))
        here.room.act(ME, ActKind.CC, people=(BOB,))
        here.room.act(ME, ActKind.APPROVE, "s1")
        forgotten = {event.event_id for event in here.room.timeline}
        whole = here.server.messages

        async def since(room_id: RoomID, token: str | None, **more: Any) -> MessagesPage:
            page = await whole(room_id, token, **more)
            kept = tuple(e for e in page.events if e.event_id not in forgotten)
            return replace(page, events=kept)

        monkeypatch.setattr(here.server, "messages", since)
        await here.send(here.row(ActKind.TAKE_BACK, ""))
        assert here.kinds() == [ActKind.CC, ActKind.CC, ActKind.APPROVE, ActKind.TAKE_BACK]
        assert here.room.fold().changed_afterwards == ()

    on_server(go)


def test_an_act_on_what_is_not_valid_is_not_sent() -> None:
    async def go(here: Scene) -> None:
        with pytest.raises(InputError) as refused:
            await here.send(here.row(ActKind.CC, "", (BOB,)))
        assert refused.value.code == "approval_invalid" and "put" not in here.server.asked

    forged = replace_values(request(template(rule("s1", ME))), {"reason": ["no text"]})
    on_server(go, RequestRoom(forged).sealed())


def replace_values(content: RequestContent, values: JSONObject) -> RequestContent:
    return msgspec.structs.replace(content, values=values)
