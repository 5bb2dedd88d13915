"""The approval service without a line: what a request and an act become in the send queue, and how both are undone."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, cast

import pytest

from app.approvals.drafts import approval_files
from app.approvals.files import files_of, with_addresses, with_upload
from app.approvals.making import MAX_TEXT_BYTES, bounded
from app.approvals.service import ApprovalService
from app.approvals.values import UNDO_MS, NewAct, NewApproval
from app.changes import ChangeFeed
from app.clock import SystemClock
from app.dings.service import DingService
from app.directory.organisation import Organisation
from app.domain.approvals.acts import ActKind, parse_acts
from app.domain.approvals.request import parse_request
from app.domain.approvals.rows import ApprovalBox, ApprovalQuery, Doubt, TemplateEntry, Trust
from app.domain.approvals.seal import power_levels
from app.domain.approvals.state import RequestStatus
from app.domain.approvals.template import Field, FieldKind, StepMode, Template
from app.domain.approvals.wire import MAX_EVENT_BYTES, REQUEST_FIELD, TEXT_FIELD, canonical
from app.domain.content import JSONObject
from app.domain.ids import ContentURI, RoomID, TxnID, UserID
from app.domain.sending import QueuedRequest, RequestKind, is_new_room
from app.domain.sync import Membership
from app.domain.timeline import SendState
from app.errors import InputError, NetworkError
from app.homeserver import Homeserver
from app.media.vault import Vault
from app.rooms.service import RoomsService
from app.sending.attachments import Outbox
from app.sending.service import SendingService
from app.sending.uploads import Uploads
from app.settings import Settings
from app.store import approval_library
from app.store.cache import Cache
from app.sync.connection import ConnectionMonitor
from app.timeline.service import TimelineService
from tests.helpers.approval_store import CAROL, FIELDS, RequestRoom, request, rule, template
from tests.helpers.store_history import ANNA, BOB, ME, batch, run_with_cache

SCAN = Field("scan", FieldKind.FILE, {"en": "Scan"})
LONG = tuple(Field(key, FieldKind.LONG_TEXT, {"en": key}) for key in ("why", "how"))


class NoLine:
    """A homeserver that is away."""

    is_open = False
    clock_skew_ms = 0

    @property
    def client(self) -> Any:
        raise NetworkError("no line", code="not_connected")


class Scene:
    """A service on a cache, its outbox in a folder."""

    def __init__(self, cache: Cache, folder: Path) -> None:
        self.cache = cache
        clock, changes = SystemClock(), ChangeFeed()
        line = cast(Homeserver, NoLine())
        folder.mkdir(exist_ok=True)
        self.outbox = Outbox(folder, lambda: Vault(folder, bytes(32)))
        sending = SendingService(cache, line, self.outbox, Uploads(changes, clock), clock)
        rooms = RoomsService(cache, line, changes, Settings(), lambda _: None)
        timelines, monitor = TimelineService(cache, line), ConnectionMonitor(clock)
        dings = DingService(cache, line, sending, rooms.load_members, timelines, changes, monitor, clock)
        people = Organisation(cache, line, changes, rooms.load_members, asyncio.Event(), clock)
        self.service = ApprovalService(
            cache, line, sending, self.outbox, dings, people, timelines, changes, monitor, clock
        )

    async def ask(self, form: Template, values: JSONObject | None = None, **more: Any) -> RoomID:
        entry = TemplateEntry(form, None, None, can_edit=False)
        return await self.service.send(NewApproval(entry, values or {"reason": "trip"}, **more))

    def rows(self, room_id: RoomID | None = None) -> list[QueuedRequest]:
        return self.cache.read.queue(room_id=room_id)

    async def acted(self, room: RequestRoom, kind: ActKind, step: str = "s1", **more: Any) -> TxnID:
        return await self.service.act(room.room_id, NewAct(kind, step, **more))


Body = Callable[[Scene], Coroutine[Any, Any, None]]


@pytest.fixture
def scene(tmp_path: Path) -> Callable[[Body], None]:
    def run(body: Body) -> None:
        async def go(cache: Cache) -> None:
            here = Scene(cache, tmp_path / "outbox")
            await body(here)
            await here.service.stop()

        run_with_cache(go)

    return run


def form(*steps: Any, **more: Any) -> Template:
    return template(*(steps or (rule("s1", ANNA, BOB), rule("s2", CAROL))), **more)


def test_a_request_is_a_room_its_seal_and_its_text_in_one_lane(scene: Any) -> None:
    async def go(here: Scene) -> None:
        await here.service.save_draft("d1", "expense", "Trip", {"values": {"reason": "trip"}})
        room_id = await here.ask(form(), title="Trip", text="in words", cc=(UserID("@cc:x"),), draft="d1")
        make, seal, text = here.rows()
        assert is_new_room(room_id) and {make.lane, seal.lane, text.lane} == {room_id}
        assert [make.kind, seal.kind, text.kind] == [
            RequestKind.CREATE_ROOM,
            RequestKind.STATE,
            RequestKind.EVENT,
        ]
        assert seal.depends_on == text.depends_on == make.txn_id
        assert (seal.event_type, seal.content) == ("m.room.power_levels", power_levels(None))
        body = make.content
        assert body["room_version"] == "11" and body["power_level_content_override"] == power_levels(ME)
        assert body["invite"] == [ANNA, BOB, CAROL, "@cc:x"]
        content = parse_request(body["creation_content"][REQUEST_FIELD])
        assert content is not None and content.title == "Trip" and content.cc_own == ("@cc:x",)
        assert content.number.startswith("REQ-") and len(content.number) == len("REQ-2026-7K3QF")
        assert text.content["body"] == "in words" and text.content[TEXT_FIELD] == {"v": 1, "act": ""}
        assert text.content["m.mentions"] == {"user_ids": [ANNA, BOB]}, "whose turn it is first"
        assert not await here.service.drafts(), "the draft went with the same write"
        (row,) = here.cache.read.approvals.page(ApprovalQuery(ApprovalBox.MINE), 0).rows
        assert (row.room_id, row.send_state, row.status) == (room_id, SendState.QUEUED, RequestStatus.PENDING)

    scene(go)


def test_a_request_given_up_in_time_is_a_draft_again_with_files_that_are_still_there(
    scene: Any, tmp_path: Path
) -> None:
    async def go(here: Scene) -> None:
        file = tmp_path / "scan.txt"
        file.write_text("scanned")
        values = {"reason": "trip", "scan": [{"path": str(file), "name": "my scan.txt"}]}
        await here.service.save_draft("d1", "expense", "Trip", {"values": values, "page": 2})
        wanted = form(fields=(*FIELDS, SCAN))
        room_id = await here.ask(wanted, values, draft="d1")
        file.unlink()
        await here.service.discard(room_id)
        assert not here.rows()
        (draft,) = await here.service.drafts()
        assert (draft.key, draft.title, draft.content["page"]) == ("d1", "Trip", 2)
        kept = draft.content["values"]["scan"][0]
        assert kept["name"] == "my scan.txt" and await here.outbox.read(kept["path"]) == b"scanned"
        assert approval_files(here.cache.read) == {kept["path"]}
        # And it can be sent again from there.
        await here.ask(wanted, draft.content["values"], draft="d1")
        assert files_of(here.rows()[0].content)[0].path == kept["path"]
        assert not await here.service.drafts()

    scene(go)


def test_files_have_their_digest_in_the_form_and_only_addresses_on_the_wire(
    scene: Any, tmp_path: Path
) -> None:
    async def go(here: Scene) -> None:
        for name in ("a.txt", "b.png"):
            (tmp_path / name).write_text(name)
        scans = [{"path": str(tmp_path / name), "name": name} for name in ("a.txt", "b.png")]
        await here.ask(form(fields=(*FIELDS, SCAN)), {"reason": "x", "scan": scans})
        content = here.rows()[0].content
        assert [(file.name, file.mimetype, file.uri) for file in files_of(content)] == [
            ("a.txt", "text/plain", None),
            ("b.png", "image/png", None),
        ]
        for number, file in enumerate(files_of(content)):
            content = with_upload(content, file.path, ContentURI(f"mxc://acme/{number}"))
        assert [file.uri for file in files_of(content)] == ["mxc://acme/0", "mxc://acme/1"]
        sent = with_addresses(content)
        assert "outbox" not in str(sent) and not any(key.startswith("im.tack") for key in sent)
        refs = sent["creation_content"][REQUEST_FIELD]["values"]["scan"]
        assert [ref["uri"] for ref in refs] == ["mxc://acme/0", "mxc://acme/1"]
        assert all(len(ref["sha256"]) == 64 and "path" not in ref for ref in refs)

    scene(go)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"reason": "x", "amount": "many"}, "approval_form"),
        ({"reason": "x", "why": "好" * 10_000, "how": "好" * 10_000}, "approval_too_big"),
        ({"reason": "x", "scan": [{"path": "/nowhere/at/all", "name": "gone.txt"}]}, "file_gone"),
    ],
)
def test_what_cannot_be_sent_says_so_before_and_queues_nothing(
    scene: Any, values: JSONObject, code: str
) -> None:
    async def go(here: Scene) -> None:
        with pytest.raises(InputError) as refused:
            await here.ask(form(fields=(*FIELDS, *LONG, SCAN)), values)
        assert refused.value.code == code and not here.rows()

    scene(go)


def test_what_others_would_refuse_is_not_sent(scene: Any) -> None:
    async def go(here: Scene) -> None:
        with pytest.raises(InputError) as many:
            await here.ask(form(), cc=tuple(UserID(f"@u{n}:x") for n in range(300)))
        with pytest.raises(InputError) as flawed:
            await here.ask(form(rule("s1", ANNA), rule("s1", BOB)))
        assert [many.value.code, flawed.value.code] == ["approval_too_many", "approval_cannot_ask"]
        assert not here.rows()
        await here.ask(form(), title="half \ud800 a pair")

    scene(go)


def test_what_is_done_about_a_request_still_to_be_made_follows_it(scene: Any) -> None:
    async def go(here: Scene) -> None:
        room_id = await here.ask(form())
        await here.service.act(room_id, NewAct(ActKind.WITHDRAW))
        rows = here.rows(room_id)
        assert [row.kind for row in rows][-1] is RequestKind.ACT and rows[-1].depends_on == rows[0].txn_id

    scene(go)


def test_a_request_that_may_have_been_made_is_not_given_up(scene: Any) -> None:
    async def go(here: Scene) -> None:
        room_id = await here.ask(form())
        maker = here.rows()[0].txn_id
        await here.cache.queue_mark_sending(maker)
        for code in (None, "network"):
            if code:
                await here.cache.queue_failed(maker, code, 0)
            with pytest.raises(InputError) as refused:
                await here.service.discard(room_id)
            assert refused.value.code == "approval_on_its_way"
        await here.cache.queue_failed(maker, "approval_limit:40", 0)
        await here.service.discard(room_id)
        assert not here.rows()

    scene(go)


async def received(here: Scene, **more: Any) -> RequestRoom:
    room = RequestRoom(request(form(rule("s1", ME, mode=StepMode.ANY), rule("s2", CAROL)), **more)).sealed()
    await here.cache.apply_sync(batch(room.update(membership=Membership.JOIN)))
    return room


def test_an_act_counts_at_once_and_once(scene: Any, tmp_path: Path) -> None:
    async def go(here: Scene) -> None:
        room = await received(here)
        room.act(ANNA, ActKind.CC, people=(BOB,))
        await here.cache.apply_sync(batch(room.update(membership=Membership.JOIN)))
        file = tmp_path / "note.txt"
        file.write_text("why")
        first, second = await asyncio.gather(
            here.acted(room, ActKind.APPROVE, note=" fine ", files=(file,), text="in words"),
            here.acted(room, ActKind.APPROVE),
            return_exceptions=True,
        )
        assert isinstance(second, InputError) and second.code in (
            "approval_other_round",
            "approval_not_yours",
        )
        (row,) = here.rows()
        assert row.txn_id == first and (row.kind, row.lane, row.state_key) == (
            RequestKind.ACT,
            room.room_id,
            ME,
        )
        act = row.content["act"]
        assert (act["note"], act["basis"], act["step"]) == ("fine", {ANNA: 1}, "s1")
        assert act["files"][0]["sha256"] and row.content["text"] == "in words"
        assert [one.path for one in files_of(row.content)] == [act["files"][0]["path"]]
        sent = with_addresses(with_upload(row.content, act["files"][0]["path"], ContentURI("mxc://a/b")))
        assert parse_acts({"seal": room.seal, "acts": [sent["act"]]}) is not None
        detail = here.cache.read.approvals.detail(room.room_id, here.service.now_ms())
        assert detail is not None and detail.row.pending == 1 and not detail.row.is_todo
        assert await here.service.undo([row.txn_id]) == 1 and not here.rows()

    scene(go)


def test_whom_an_act_brings_in_is_named_for_the_invitation(scene: Any) -> None:
    async def go(here: Scene) -> None:
        room = await received(here)
        await here.acted(room, ActKind.TRANSFER, people=(BOB,))
        assert here.rows()[0].content["people"] == [BOB]

    scene(go)


def test_an_act_on_what_must_not_be_decided_is_refused(scene: Any) -> None:
    async def go(here: Scene) -> None:
        open_room = RequestRoom(request(form(rule("s1", ME))))
        await here.cache.apply_sync(batch(open_room.update(membership=Membership.JOIN)))
        with pytest.raises(InputError) as unsealed:
            await here.acted(open_room, ActKind.APPROVE)
        bad = RequestRoom(_other(), room="bad")
        bad.sealed()
        await here.cache.apply_sync(batch(bad.update(membership=Membership.JOIN)))
        with pytest.raises(InputError) as invalid:
            await here.acted(bad, ActKind.APPROVE)
        good = await received(here)
        with pytest.raises(InputError) as long:
            await here.acted(good, ActKind.APPROVE, note="x" * 2001)
        assert long.value.code == "approval_note_too_long"
        with pytest.raises(InputError) as unknown:
            await here.service.act(RoomID("!no:x"), NewAct(ActKind.APPROVE))
        codes = [one.value.code for one in (unsealed, invalid, unknown)]
        assert codes == ["approval_unsealed", "approval_invalid", "not_found"] and not here.rows()

    scene(go)


def _other() -> Any:
    import msgspec

    return msgspec.structs.replace(request(form(rule("s1", ME))), template_hash="0" * 64)


def test_a_batch_waits_to_be_undone_and_names_what_it_left_out(scene: Any) -> None:
    async def go(here: Scene) -> None:
        rooms = []
        for name in ("a", "b", "c"):
            made = request(form(rule("s1", ME), can_batch=name != "c"))
            room = RequestRoom(made, room=name).sealed()
            if name == "b":
                room.act(ANNA, ActKind.WITHDRAW)
            await here.cache.apply_sync(batch(room.update(membership=Membership.JOIN)))
            rooms.append(room.room_id)
        before = SystemClock().now_ms()
        result = await here.service.act_on_all(
            [*rooms, RoomID("!no:x")], ActKind.REJECT, "no", {rooms[0]: "words"}
        )
        assert [room for room, _ in result.done] == rooms[:1]
        skipped = {skip.room_id: skip.refusal for skip in result.skipped}
        assert skipped == {rooms[1]: "finished", rooms[2]: "not_batchable", "!no:x": "not_yours"}
        (row,) = here.rows()
        assert row.not_before_ms >= before + UNDO_MS and row.content["text"] == "words"
        assert await here.service.undo([txn for _, txn in result.done]) == 1
        assert not here.rows()

    scene(go)


def test_a_correction_may_bring_files(scene: Any, tmp_path: Path) -> None:
    async def go(here: Scene) -> None:
        file = tmp_path / "scan.txt"
        file.write_text("scanned")
        made = request(form(rule("s1", CAROL), fields=(*FIELDS, SCAN)), requester=ME)
        room = RequestRoom(made, requester=ME).sealed(ME, CAROL)
        room.act(CAROL, ActKind.RETURN, "s1")
        await here.cache.apply_sync(batch(room.update(membership=Membership.JOIN)))
        changes = {"scan": [{"path": str(file), "name": "scan.txt"}]}
        await here.acted(room, ActKind.RESUBMIT, "", changes=changes)
        (row,) = here.rows()
        (waiting,) = files_of(row.content)
        sent = with_addresses(with_upload(row.content, waiting.path, ContentURI("mxc://a/b")))
        ref = sent["act"]["changes"]["scan"][0]
        assert ref["uri"] == "mxc://a/b" and ref["sha256"] and "path" not in ref
        detail = here.cache.read.approvals.detail(room.room_id, here.service.now_ms())
        assert detail is not None and detail.state.status is RequestStatus.PENDING

    scene(go)


def test_what_is_on_the_wire_is_not_undone(scene: Any) -> None:
    async def go(here: Scene) -> None:
        room = await received(here)
        txn = await here.acted(room, ActKind.APPROVE)
        await here.cache.queue_mark_sending(txn)
        assert await here.service.undo([txn]) == 0
        await here.cache.queue_failed(txn, "network", 0)
        assert await here.service.undo([txn]) == 0, "it may have arrived"
        await here.cache.queue_failed(txn, "approval_finished", None)
        assert await here.service.undo([txn]) == 1

    scene(go)


def test_offline_the_organisation_is_what_was_known(scene: Any) -> None:
    async def go(here: Scene) -> None:
        entry = TemplateEntry(form(), None, None, can_edit=False)
        seen = await here.service.preview(entry, {}, {})
        assert seen.is_offline and [step.key for step in seen.plan.steps] == ["s1", "s2"]
        assert 0 < seen.bytes_used < MAX_EVENT_BYTES
        assert seen.names[ANNA]

    scene(go)


def test_claims_are_doubted_only_where_something_else_is_known(scene: Any) -> None:
    async def go(here: Scene) -> None:
        room = await received(here)
        detail = here.cache.read.approvals.detail(room.room_id, here.service.now_ms())
        assert detail is not None and await here.service.doubts(detail) == ()
        from app.domain.approvals.request import Deputy

        now = here.service.now_ms()
        claimed = Deputy(CAROL, BOB, now - 10, now + 10_000)
        other = RequestRoom(request(form(rule("s1", ME)), deputies=(claimed,)), room="other").sealed()
        await here.cache.apply_sync(batch(other.update(membership=Membership.JOIN)))
        found = here.cache.read.approvals.detail(other.room_id, now)
        assert found is not None
        assert await here.service.doubts(found) == (Doubt("deputy", (BOB,), (), CAROL),)

    scene(go)


def test_a_template_that_is_another_is_not_decided_upon(scene: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def go(here: Scene) -> None:
        room = await received(here)
        monkeypatch.setattr(approval_library, "trust_in", lambda *_: Trust.DIFFERS)
        with pytest.raises(InputError) as refused:
            await here.acted(room, ActKind.APPROVE)
        assert refused.value.code == "approval_differs"
        result = await here.service.act_on_all([room.room_id], ActKind.REJECT, "")
        assert not result.done and [one.refusal for one in result.skipped] == ["differs"]
        await here.acted(room, ActKind.CC, people=(BOB,))  # asking somebody is no decision
        assert [row.kind for row in here.rows()] == [RequestKind.ACT]

    scene(go)


@pytest.mark.parametrize("text", ["x" * 100_000, "\n" * 100_000, "好" * 50_000, "\ud800", "short"])
def test_a_text_of_any_length_fits_into_an_event(text: str) -> None:
    cut = bounded(text)
    assert len(canonical(cut)) <= MAX_TEXT_BYTES + 10
    assert text != "short" or cut == text
