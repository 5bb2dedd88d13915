"""What everybody's writer has to do again and again for one room stays small, whatever the form holds."""

import msgspec
import pytest

from app.domain.approvals.acts import Act, ActKind, ActList, parse_acts
from app.domain.approvals.fold import checked
from app.domain.approvals.state import Check, RequestStatus
from app.domain.approvals.template import OnRequester
from app.domain.approvals.wire import ACTS_TYPE, to_content
from app.domain.events import Event
from app.domain.ids import EventID, UserID
from app.store import approval_room
from app.store.cache import Cache
from tests.helpers.approval_store import CAROL, RequestRoom, detail, request, rule, template
from tests.helpers.store_history import ANNA, ME, batch, event, update


async def come(cache: Cache, room: RequestRoom, *events: Event) -> None:
    await cache.apply_sync(batch(update(*events, room=room.room_id)))


async def test_a_form_is_checked_once_not_with_every_word_said(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[UserID] = []

    def counted(content: object, requester: UserID) -> tuple[Check, ...]:
        asked.append(requester)
        return checked(content, requester)  # type: ignore[arg-type]

    monkeypatch.setattr(approval_room, "checked", counted)
    room = RequestRoom(request(template(rule("s1", ME), rule("s2", CAROL)), title="only here")).sealed()
    await cache.apply_sync(batch(room.update()))
    for number in range(3):
        await come(cache, room, event(f"said {number}", room=room.room_id))
    assert detail(cache, room).state.status is RequestStatus.PENDING
    assert asked == [ANNA]


async def test_what_is_known_of_one_form_is_not_said_of_another(cache: Cache) -> None:
    good = request(template(rule("s1", ME)), title="like another")
    forged = msgspec.structs.replace(good, values={"reason": ["no text"]})
    expected = {"good": RequestStatus.PENDING, "forged": RequestStatus.INVALID}
    for name, content in (("good", good), ("forged", forged), ("good", good)):
        room = RequestRoom(content, room=name).sealed()
        await cache.apply_sync(batch(room.update()))
        assert detail(cache, room).state.status is expected[name]


async def test_the_same_form_by_somebody_else_is_looked_at_for_itself(cache: Cache) -> None:
    """Whom the route leaves out depends on who asks."""
    form = template(rule("s1", ME), rule("s2", CAROL))
    form = msgspec.structs.replace(
        form, route=msgspec.structs.replace(form.route, on_requester=OnRequester.PASS)
    )
    content = request(form, requester=ANNA)
    for requester, status in ((ANNA, RequestStatus.PENDING), (CAROL, RequestStatus.INVALID)):
        room = RequestRoom(content, room=f"by{requester[1:5]}", requester=requester).sealed()
        await cache.apply_sync(batch(room.update()))
        assert detail(cache, room).state.status is status


async def test_a_room_full_of_versions_is_read_once_and_new_ones_count(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = RequestRoom(request(template(rule("s1", ME), rule("s2", CAROL)), title="versions")).sealed()
    await cache.apply_sync(batch(room.update()))
    copies = tuple(Act(id=f"{n}", kind=ActKind.CC, people=(ME,)) for n in range(50))
    lists = [to_content(ActList(EventID(room.seal), copies[: n + 1])) for n in range(50)]
    await come(cache, room, *(room.put(ACTS_TYPE, one, ANNA, ANNA) for one in lists))
    read: list[object] = []

    def counted(content: object) -> ActList | None:
        read.append(content)
        return parse_acts(content)

    monkeypatch.setattr(approval_room, "parse_acts", counted)
    await come(cache, room, event("said", room=room.room_id))
    assert len(detail(cache, room).state.entries) == 50 and len(read) == 0
    approved = ActList(EventID(room.seal), (Act(id="a", kind=ActKind.APPROVE, step="s1"),))
    await come(cache, room, room.put(ACTS_TYPE, to_content(approved), ME, ME))
    assert detail(cache, room).state.waiting == (CAROL,) and len(read) == 51
