"""The ways to approvals from elsewhere: rail, keys, notices, "why this number", a hit in the room of a request."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtWidgets import QApplication

from app.domain.approvals.wire import REQUEST_ROOM_TYPE
from app.domain.attention import SourceKind
from app.domain.ids import RoomID
from app.domain.rooms import AttentionTotals
from app.notifications.approvals import ApprovalNews, ApprovalNotice
from app.notifications.service import Withdrawal
from tests.helpers.approval_company import LIU, Requests
from tests.helpers.company import ME
from tests.helpers.signed_in import Desktop, desktop, run
from ui.approval_notice_words import approval_notice_text, approval_notice_title
from ui.notices import Notices
from ui.screens.main_window.places import Place, badge_words_of, badges_of
from ui.screens.red_dots.clear_words import duty_words
from ui.shortcuts import Command, keys_of
from ui.unread import figure_words, unread_of
from widgets.badge import NO_BADGE, Badge, BadgeKind

NOTHING = AttentionTotals(0, 0, 0, 0, 0)


@asynccontextmanager
async def office(folder: Path) -> AsyncIterator[tuple[Desktop, Requests]]:
    """The window, with requests in the cache."""
    async with desktop(folder) as desk:
        requests = Requests(desk.company.now_ms)
        await desk.account.cache.apply_sync(desk.company.batch(*requests.updates()))
        yield desk, requests


async def shows(desk: Desktop, room_id: str) -> None:
    """Wait until a request is open on its page."""

    def is_open() -> bool:
        screen: Any = desk.page._pages.get(Place.APPROVALS)
        return screen is not None and screen.pane.page is not None and screen.pane.page.uid == room_id

    await desk.until(is_open)
    assert desk.page._place is Place.APPROVALS


def test_the_room_of_a_request_opens_as_that_request(qapp: QApplication, tmp_path: Path) -> None:
    async def main() -> None:
        async with office(tmp_path) as (desk, requests):
            room_id = requests.rooms["trip"].room_id
            room = desk.account.cache.read.room(room_id)
            assert room is not None and room.room_type == REQUEST_ROOM_TYPE
            desk.page.open_room(room_id)
            await shows(desk, room_id)
            assert desk.chat.room_id != room_id

    run(qapp, main())


def test_what_waits_is_among_the_sources_and_leads_there(qapp: QApplication, tmp_path: Path) -> None:
    async def main() -> None:
        async with office(tmp_path) as (desk, requests):
            red_dots = desk.signed_in._desk.red_dots
            red_dots.open_sources()
            await desk.until(lambda: red_dots._sources is not None and red_dots._sources._sources)
            sources = red_dots._sources
            assert sources is not None
            found = [one.room_id for one in sources._sources if one.kind is SourceKind.APPROVAL]
            assert set(found) == {requests.rooms[name].room_id for name in ("trip", "taxi", "third")}
            sources._open("0")
            await shows(desk, str(found[0]))

    run(qapp, main())


def test_a_comment_that_names_me_counts_until_the_broom(qapp: QApplication, tmp_path: Path) -> None:
    async def main() -> None:
        async with office(tmp_path) as (desk, requests):
            room, attention = requests.rooms["trip"], desk.account.attention
            before = attention.totals()
            room.say("@李娜", LIU, {"m.mentions": {"user_ids": [ME]}})
            await desk.account.cache.apply_sync(desk.company.batch(room.update()))
            await desk.until(lambda: attention.totals().comments == 1)
            assert unread_of(attention.totals()) == unread_of(before) + 1
            desk.signed_in._desk.red_dots.clear()
            await desk.until(lambda: attention.totals().comments == 0)
            assert attention.totals().approvals == 3
            await desk.pause()
            assert desk.account.cache.read.totals().comments == 0

    run(qapp, main())


def test_a_click_on_a_notice_leads_to_the_request(qapp: QApplication, tmp_path: Path) -> None:
    async def main() -> None:
        async with office(tmp_path) as (desk, requests):
            room_id = requests.rooms["trip"].room_id
            desk.signed_in._open_request(room_id)
            await shows(desk, room_id)
            desk.page.show_place(Place.CHATS)
            desk.signed_in._open_request("")
            assert desk.page._place is Place.APPROVALS

    run(qapp, main())


def test_ctrl_k_finds_requests_by_their_words(qapp: QApplication, tmp_path: Path) -> None:
    async def main() -> None:
        async with office(tmp_path) as (desk, requests):
            desk.signed_in.open_switcher()
            switcher = desk.signed_in._switcher
            assert switcher is not None
            switcher.term_changed.emit("EXP-2026-TAXI")
            room_id = requests.rooms["taxi"].room_id
            await desk.until(lambda: f"room {room_id}" in [row.key for row in switcher._list._rows])
            switcher.chosen.emit(f"room {room_id}")
            await shows(desk, room_id)

    run(qapp, main())


class FakeTray:
    """Records what it is to show."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, str]] = []
        self.notice_activated: Any = self
        self.click: Any = None

    def connect(self, slot: Any) -> None:
        self.click = slot

    def notify(self, title: str, text: str) -> None:
        self.shown.append((title, text))


class FakeService:
    """Hands its listener out."""

    def subscribe(self, listener: Any) -> Any:
        self.tell = listener
        return lambda: None


def test_the_last_notice_is_the_one_a_click_means(qapp: QApplication) -> None:
    tray, service = FakeTray(), FakeService()
    notices = Notices(cast(Any, service), cast(Any, tray))
    opened: list[str] = []
    notices.approval_activated.connect(opened.append)
    service.tell(ApprovalNotice(RoomID("!r:x"), ApprovalNews.MY_TURN, "张伟的报销", None))
    service.tell(Withdrawal(RoomID("!other:x")))
    tray.click()
    service.tell(ApprovalNotice(None, ApprovalNews.MY_TURN, "", None, 5))
    tray.click()
    assert tray.shown == [("张伟的报销", "Waits for you"), ("Approvals", "5 approvals wait for you")]
    assert opened == ["!r:x", ""]


@pytest.mark.parametrize("news", list(ApprovalNews))
@pytest.mark.parametrize("count", [1, 4])
def test_every_notice_has_words_even_without_any_to_show(news: ApprovalNews, count: int) -> None:
    notice = ApprovalNotice(None, news, "", None, count)
    assert approval_notice_title(notice) == "Approvals"
    assert approval_notice_text(notice)
    assert (str(count) in approval_notice_text(notice)) == (count > 1)


def test_the_rail_shows_duties_hollow_and_comments_filled() -> None:
    both = NOTHING._replace(approvals=3, comments=2)
    assert badges_of(NOTHING)[Place.APPROVALS] == NO_BADGE
    assert badges_of(both)[Place.APPROVALS] == Badge(BadgeKind.DUTY, 3)
    assert badges_of(NOTHING._replace(comments=2))[Place.APPROVALS] == Badge(BadgeKind.NUMBER, 2)
    assert badge_words_of(both)[Place.APPROVALS] == "3 approvals wait for you, 2 comments for you"
    assert badge_words_of(both)[Place.CHATS] == ""
    assert figure_words(both) == "2 unread, 3 waiting for you"
    assert duty_words(both) == "3 approvals wait for you"


def test_approvals_have_keys() -> None:
    assert keys_of(Command.APPROVALS) == ("Ctrl+3",)
    assert keys_of(Command.NEW_APPROVAL) == ("Ctrl+Shift+A",)
