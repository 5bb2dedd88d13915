"""News of approvals over a real cache: whose turn it became, what was decided of mine, comments that name me."""

from typing import Any

from app.domain.approvals.acts import ActKind
from app.domain.approvals.template import Pick, PickKind, Route, StepMode
from app.domain.approvals.wire import TEXT_FIELD
from app.domain.attention import SourceKind
from app.domain.events import Event
from app.domain.ids import RoomID
from app.notifications.approvals import ApprovalNews, ApprovalNotice, ApprovalWatch, gathered
from app.store.cache import Cache
from tests.helpers.approval_store import CAROL, RequestRoom, request, rule, template
from tests.helpers.store_history import ANNA, BOB, ME, START_MS, batch, update

APPROVE, REJECT, RETURN = ActKind.APPROVE, ActKind.REJECT, ActKind.RETURN
NAMES_ME = {"m.mentions": {"user_ids": [ME]}}


class News:
    """A cache, and what is told of it."""

    def __init__(self, cache: Cache, *rooms: RequestRoom) -> None:
        self.cache, self.rooms, self.watch = cache, rooms, ApprovalWatch()

    async def begin(self) -> "News":
        """What stands now is known."""
        await self.cache.apply_sync(batch(*(room.update() for room in self.rooms)))
        self.watch.begin(self.cache.read, START_MS)
        return self

    async def come(self, room: RequestRoom, *events: Event) -> list[ApprovalNews]:
        """Let events come; what is told."""
        changes = await self.cache.apply_sync(batch(update(*events, room=room.room_id)))
        return [one.news for one in self.watch.look(self.cache.read, changes.approvals, START_MS)]


def two_steps(**more: Any) -> RequestRoom:
    """Carol decides, then I."""
    return RequestRoom(request(template(rule("s1", CAROL), rule("s2", ME)), **more)).sealed()


def of_mine(name: str = "r") -> RequestRoom:
    form = template(rule("s1", BOB, CAROL, mode=StepMode.ANY))
    return RequestRoom(request(form, requester=ME), room=name, requester=ME).sealed(BOB, CAROL)


async def test_my_turn_is_told_once_when_it_comes(cache: Cache) -> None:
    room = two_steps()
    news = await News(cache, room).begin()
    assert await news.come(room, room.act(CAROL, APPROVE, "s1")) == [ApprovalNews.MY_TURN]
    assert await news.come(room, room.say("here is more")) == []
    assert await news.come(room, room.act(ME, APPROVE, "s2")) == []


async def test_what_waited_before_is_no_news(cache: Cache) -> None:
    room = RequestRoom().sealed()
    news = await News(cache, room).begin()
    assert await news.come(room, room.say("please")) == []


async def test_a_request_that_is_new_and_waits_for_me_is_told(cache: Cache) -> None:
    news = await News(cache).begin()
    room = RequestRoom().sealed()
    changes = await cache.apply_sync(batch(room.update()))
    found = news.watch.look(cache.read, changes.approvals, START_MS)
    assert [(one.news, one.title, one.room_id) for one in found] == [
        (ApprovalNews.MY_TURN, room.content.title, room.room_id)
    ]


async def test_what_is_half_here_is_told_when_the_rest_has_come(cache: Cache) -> None:
    """What the acts that are missing say may have ended it long ago."""
    news = await News(cache).begin()
    room = RequestRoom().sealed()
    first, last = tuple(room.timeline[:-1]), room.timeline[-1]
    half = update(last, room=room.room_id, is_initial=True, limited=True, prev_batch="p", state=first)
    changes = await cache.apply_sync(batch(half))
    assert changes.approvals == {room.room_id}
    assert news.watch.look(cache.read, changes.approvals, START_MS) == []


async def test_my_turn_again_after_a_return_is_told_again(cache: Cache) -> None:
    room = two_steps()
    news = await News(cache, room).begin()
    assert await news.come(room, room.act(CAROL, APPROVE, "s1")) == [ApprovalNews.MY_TURN]
    assert await news.come(room, room.act(ME, RETURN, "s2")) == []
    assert await news.come(room, room.act(ANNA, ActKind.RESUBMIT)) == [ApprovalNews.MY_TURN]


async def test_what_becomes_of_my_requests_is_told(cache: Cache) -> None:
    approved, rejected, returned = of_mine("a"), of_mine("b"), of_mine("c")
    news = await News(cache, approved, rejected, returned).begin()
    assert await news.come(approved, approved.act(BOB, APPROVE, "s1")) == [ApprovalNews.APPROVED]
    assert await news.come(rejected, rejected.act(BOB, REJECT, "s1")) == [ApprovalNews.REJECTED]
    assert await news.come(returned, returned.act(BOB, RETURN, "s1")) == [ApprovalNews.RETURNED]
    assert await news.come(returned, returned.act(ME, ActKind.WITHDRAW)) == []


async def test_what_becomes_of_others_requests_is_not(cache: Cache) -> None:
    room = two_steps()
    news = await News(cache, room).begin()
    assert await news.come(room, room.act(CAROL, REJECT, "s1")) == []


async def test_a_copy_is_told_when_the_step_that_gives_it_is_passed_and_never_again(cache: Cache) -> None:
    room = RequestRoom(request(template(rule("s1", CAROL, cc=(ME,)), rule("s2", BOB)))).sealed()
    news = await News(cache, room).begin()
    assert await news.come(room, room.say("not yet")) == []
    assert await news.come(room, room.act(CAROL, APPROVE, "s1")) == [ApprovalNews.COPY]
    assert await news.come(room, room.say("more")) == []
    assert await news.come(room, room.act(BOB, APPROVE, "s2")) == []
    news.watch = ApprovalWatch()  # another start
    news.watch.begin(cache.read, START_MS)
    assert await news.come(room, room.say("and more")) == []


async def test_a_copy_at_the_end_is_told_at_the_end(cache: Cache) -> None:
    route = Route(nodes=(rule("s1", CAROL),), cc_end=(Pick(kind=PickKind.PEOPLE, people=(ME,)),))
    room = RequestRoom(request(template(route=route))).sealed()
    news = await News(cache, room).begin()
    assert await news.come(room, room.act(CAROL, APPROVE, "s1")) == [ApprovalNews.COPY]


async def test_what_was_learnt_without_telling_is_not_told_later(cache: Cache) -> None:
    room = two_steps()
    news = await News(cache, room).begin()
    changes = await cache.apply_sync(batch(update(room.act(CAROL, APPROVE, "s1"), room=room.room_id)))
    news.watch.learn(cache.read, changes.approvals, START_MS)
    assert news.watch.look(cache.read, changes.approvals, START_MS) == []


def test_many_of_a_kind_are_one_notice() -> None:
    many = [ApprovalNotice(RoomID(f"!{n}"), ApprovalNews.MY_TURN, "t", None) for n in range(4)]
    one = ApprovalNotice(RoomID("!x"), ApprovalNews.REJECTED, "mine", None)
    assert gathered([*many, one]) == [ApprovalNotice(None, ApprovalNews.MY_TURN, "", None, 4), one]
    assert gathered(many[:3]) == many[:3]


# Comments -----------------------------------------------------------------------------------------------------------


async def test_comments_notify_who_asked_and_whom_they_name(cache: Cache) -> None:
    mine, others = of_mine("mine"), two_steps()
    await cache.apply_sync(batch(mine.update(), others.update()))

    async def notifying(room: RequestRoom, said: Event) -> bool:
        changes = await cache.apply_sync(batch(update(said, room=room.room_id)))
        return changes.notifying == ((room.room_id, said.event_id),)

    assert await notifying(mine, mine.say("why?", BOB))
    assert not await notifying(others, others.say("to all"))
    assert await notifying(others, others.say("to you", ANNA, NAMES_ME))
    assert not await notifying(others, others.say("the form", ANNA, {**NAMES_ME, TEXT_FIELD: {"v": 1}}))


async def test_comments_that_name_me_are_counted_and_explained(cache: Cache) -> None:
    room = two_steps()
    await cache.apply_sync(batch(room.update()))
    said = [room.say("plain"), room.say("look", ANNA, NAMES_ME)]
    await cache.apply_sync(batch(update(*said, room=room.room_id)))
    totals = cache.read.totals()
    assert (totals.comments, totals.unread, totals.mentions) == (1, 0, 0)
    found = [one for one in cache.read.attention.sources() if one.kind is SourceKind.COMMENT]
    assert [(one.room_id, one.name, one.count, one.text) for one in found] == [
        (room.room_id, room.content.title, 1, "look")
    ]
