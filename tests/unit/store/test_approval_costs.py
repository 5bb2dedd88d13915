"""What everybody's writer has to do again and again for one room stays small, whatever the form holds."""

import msgspec
import pytest

from app.domain.approvals.fold import checked
from app.domain.approvals.state import Check, RequestStatus
from app.domain.approvals.template import OnRequester
from app.domain.events import Event
from app.domain.ids import UserID
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
