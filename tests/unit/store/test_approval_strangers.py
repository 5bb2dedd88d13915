"""What somebody outside says of a request in an invitation is a claim: it neither comes from inside nor is mine."""

import json
from typing import Any

import msgspec

from app.domain.approvals.acts import Act, ActKind, ActList
from app.domain.approvals.request import Deputy
from app.domain.approvals.rows import ApprovalBox
from app.domain.approvals.state import RequestStatus
from app.domain.approvals.wire import ACTS_TYPE, to_content
from app.domain.events import Event, parse_stripped
from app.domain.ids import EventID, RoomID, UserID
from app.domain.membership import Membership
from app.store.cache import Cache
from tests.helpers.approval_store import CAROL, RequestRoom, detail, page, request, rule, template, titles
from tests.helpers.store_history import ANNA, BOB, ME, START_MS, batch, update

TODO, MINE = ApprovalBox.TODO, ApprovalBox.MINE


def shown(room: RequestRoom, claimed: UserID, inviter: UserID) -> tuple[Event, ...]:
    """An invitation as the server of the inviter words it: who made the room is what that server says."""
    invited = {"membership": "invite"}
    raws: list[dict[str, Any]] = [
        {"type": "m.room.create", "sender": claimed, "state_key": "", "content": room.create.content},
        {"type": "m.room.member", "sender": inviter, "state_key": ME, "content": invited},
    ]
    return tuple(parse_stripped(json.dumps(raw).encode(), RoomID(room.room_id)) for raw in raws)


async def invite(cache: Cache, room: RequestRoom, claimed: UserID, inviter: UserID) -> None:
    state = shown(room, claimed, inviter)
    await cache.apply_sync(batch(update(room=room.room_id, state=state, membership=Membership.INVITE)))


async def test_who_invites_from_outside_cannot_pass_for_a_colleague(cache: Cache) -> None:
    room = RequestRoom(request(template(rule("s1", CAROL))), room="claimed")
    await invite(cache, room, ANNA, BOB)
    assert titles(cache, TODO) == ["claimed"]  # nothing answers it for me
    assert page(cache, TODO).rows[0].is_external


async def test_who_invites_from_outside_cannot_make_a_request_mine(cache: Cache) -> None:
    room = RequestRoom(request(template(rule("s1", CAROL)), requester=ME), room="mine", requester=ME)
    await invite(cache, room, ME, BOB)
    assert titles(cache, MINE) == []
    assert titles(cache, TODO) == ["mine"] and page(cache, TODO).rows[0].is_external


async def test_a_colleague_invites_into_a_request_of_mine_that_i_left(cache: Cache) -> None:
    room = RequestRoom(request(template(rule("s1", CAROL)), requester=ME), room="left", requester=ME)
    await invite(cache, room, ME, CAROL)
    assert titles(cache, MINE) == ["left"] and not page(cache, MINE).rows[0].is_external


async def test_a_form_that_names_files_of_this_computer_shows_none(cache: Cache) -> None:
    trap = {"name": "offer.png", "path": "//elsewhere/share/x.png"}
    content = msgspec.structs.replace(request(template(rule("s1", ME))), values={"reason": [trap]})
    room = RequestRoom(content, room="trap").sealed()
    await cache.apply_sync(batch(room.update()))
    found = detail(cache, room)
    assert found.state.status is RequestStatus.INVALID
    assert "elsewhere" not in str(found.content.values) + str(found.state.values)


async def test_no_act_counts_before_one_has_entered(cache: Cache) -> None:
    """Decisions in an invitation are words of the inviter's server."""
    room = RequestRoom(request(template(rule("s1", CAROL))), room="told")
    decided = ActList(EventID("~assumed"), (Act(id="a", kind=ActKind.APPROVE, step="s1"),))
    acts = {"type": ACTS_TYPE, "sender": CAROL, "state_key": CAROL, "content": to_content(decided)}
    forged = parse_stripped(json.dumps(acts).encode(), RoomID(room.room_id))
    state = (*shown(room, BOB, BOB), forged)
    await cache.apply_sync(batch(update(room=room.room_id, state=state, membership=Membership.INVITE)))
    assert detail(cache, room).state.status is RequestStatus.PENDING
    assert detail(cache, room).state.entries == ()


async def test_what_an_invitation_told_of_acts_counts_for_nothing_inside(cache: Cache) -> None:
    room = RequestRoom(request(template(rule("s1", CAROL))), room="inside")
    decided = ActList(EventID(room.seal), (Act(id="a", kind=ActKind.APPROVE, step="s1"),))
    acts = {"type": ACTS_TYPE, "sender": CAROL, "state_key": CAROL, "content": to_content(decided)}
    forged = parse_stripped(json.dumps(acts).encode(), RoomID(room.room_id))
    state = (*shown(room, BOB, BOB), forged)
    await cache.apply_sync(batch(update(room=room.room_id, state=state, membership=Membership.INVITE)))
    await cache.apply_sync(batch(room.sealed().update(membership=Membership.JOIN)))
    assert not detail(cache, room).row.is_invited
    assert detail(cache, room).state.status is RequestStatus.PENDING


async def test_who_is_let_in_again_sees_no_act_that_was_laid_in_for_that(cache: Cache) -> None:
    room = RequestRoom(request(template(rule("s1", CAROL))), room="again").sealed()
    decided = ActList(EventID("~assumed"), (Act(id="a", kind=ActKind.APPROVE, step="s1"),))
    room.put(ACTS_TYPE, to_content(decided), CAROL, CAROL)
    await cache.apply_sync(batch(room.update()))
    assert detail(cache, room).state.status is RequestStatus.PENDING
    await cache.apply_sync(batch(update(room=room.room_id, membership=Membership.LEAVE)))
    await invite(cache, room, ANNA, ANNA)
    assert detail(cache, room).row.is_invited
    assert detail(cache, room).state.status is RequestStatus.PENDING


async def test_a_deputy_of_who_asked_has_nothing_to_do(cache: Cache) -> None:
    deputy = Deputy(user=ANNA, deputy=ME, from_ms=0, until_ms=START_MS * 2)
    room = RequestRoom(request(template(rule("s1", CAROL)), deputies=(deputy,)), room="back").sealed()
    room.act(CAROL, ActKind.RETURN, "s1")
    await cache.apply_sync(batch(room.update()))
    assert detail(cache, room).state.status is RequestStatus.RETURNED
    assert titles(cache, TODO) == []
