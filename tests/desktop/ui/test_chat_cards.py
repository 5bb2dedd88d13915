"""Cards of requests in a chat: they show how the request stands now, open it, and believe no sender."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.domain.approvals.acts import ActKind
from app.domain.approvals.wire import CARD_FIELD
from app.store.card_marks import card_of
from tests.helpers.approval_company import ZHAO, Requests
from tests.helpers.company import ME
from tests.helpers.signed_in import Desktop, desktop, run
from ui.screens.main_window.places import Place
from widgets.timeline.values import CardTone, RequestCard, Row


class Chat:
    """A chat with cards in it."""

    def __init__(self, desk: Desktop, requests: Requests) -> None:
        self.desk, self.requests = desk, requests

    async def say(self, name: str, body: str = "card", **card: Any) -> None:
        """Somebody sends the card of a request."""
        room_id = self.requests.rooms[name].room_id if name in self.requests.rooms else name
        content = {CARD_FIELD: {"v": 1, "room_id": room_id, "title": body, **card}}
        key = next(iter(self.desk.company.rooms))
        await self.desk.account.cache.apply_sync(self.desk.company.say(key, "liuyang", body, **content))
        self.desk.open(key)
        await self.desk.until(lambda: self.last().request is not None)

    def last(self) -> Row:
        """The newest row."""
        source = self.desk.chat._source
        assert source is not None
        return source.rows(source.row_count() - 1, 1)[0]

    def card(self) -> RequestCard:
        """What the newest row shows."""
        card = self.last().request
        assert card is not None
        return card


@asynccontextmanager
async def chat(folder: Path, language: str = "en") -> AsyncIterator[Chat]:
    """The window at a chat; the requests are in the cache."""
    async with desktop(folder, language=language) as desk:
        requests = Requests(desk.company.now_ms)
        await desk.account.cache.apply_sync(desk.company.batch(*requests.updates()))
        yield Chat(desk, requests)


def test_a_card_says_what_it_is_about_and_opens_it(qapp: QApplication, tmp_path: Path) -> None:
    async def main() -> None:
        async with chat(tmp_path) as made:
            await made.say("trip", "张伟的报销 · EXP")
            assert made.card() == RequestCard(
                "张伟的报销", "In approval", CardTone.WAITING, "Waits for you", "Decide", is_mine=True
            )
            assert made.last().text == "Travel · ¥ 1,280.50"
            view = made.desk.chat.view
            view.put_cursor(view.stage.count - 1)
            QTest.keyClick(view, Qt.Key.Key_Return)
            screen: Any = made.desk.page._pages[Place.APPROVALS]
            await made.desk.until(lambda: screen.pane.page is not None)
            assert screen.pane.page.uid == made.requests.rooms["trip"].room_id

    run(qapp, main())


def test_a_card_follows_its_request(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with chat(tmp_path) as made:
            await made.say("trip")
            painted: list[frozenset[str]] = []
            view, uid = made.desk.chat.view, made.last().uid
            rows_touched = view.rows_touched

            def touched(uids: Iterable[str]) -> None:
                painted.append(frozenset(uids))
                rows_touched(uids)

            monkeypatch.setattr(view, "rows_touched", touched)
            room = made.requests.rooms["trip"]
            room.act(ME, ActKind.APPROVE, "head")
            await made.desk.account.cache.apply_sync(made.desk.company.batch(room.update()))
            await made.desk.until(lambda: painted)
            assert painted[-1] == {uid}
            assert (made.card().waits_for, made.card().is_mine) == ("Waiting for 赵磊, 陈静", False)
            room.act(ZHAO, ActKind.APPROVE, "finance")
            await made.desk.account.cache.apply_sync(made.desk.company.batch(room.update()))
            await made.desk.until(lambda: made.card().tone is CardTone.DONE)
            assert (made.card().status, made.card().waits_for) == ("Approved", "")

    run(qapp, main())


def test_a_card_of_a_request_i_am_not_in_shows_the_claim_and_leads_nowhere(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def main() -> None:
        async with chat(tmp_path) as made:
            await made.say("!elsewhere:acme.example", "别人的报销\n\n￥1")
            assert made.card() == RequestCard("别人的报销 ￥1", waits_for="You are not in this request.")
            assert made.last().text == "Approval"
            made.desk.chat.view.request_activated.emit(made.last().uid)
            assert not made.desk.page.has_page(Place.APPROVALS)

    run(qapp, main())


def test_a_card_does_not_lie_about_a_request_i_know(qapp: QApplication, tmp_path: Path) -> None:
    async def main() -> None:
        async with chat(tmp_path) as made:
            await made.say("done", "Approved by everybody", title="Approved by everybody")
            assert made.card().title == "张伟的团建"
            assert "everybody" not in made.last().text

    run(qapp, main())


@pytest.mark.parametrize(
    "card", ["text", 7, None, [], {}, {"room_id": 7}, {"room_id": "#alias:x"}, {"room_id": "!" + "x" * 300}]
)
def test_nonsense_is_no_card(card: object) -> None:
    assert card_of({CARD_FIELD: card}) is None


def test_a_card_without_a_title_or_with_a_huge_one_is_bounded() -> None:
    mark = card_of({CARD_FIELD: {"room_id": "!r:x", "title": "a\u2028b " * 5000}})
    assert mark is not None
    assert len(mark.title) <= 200
    assert card_of({CARD_FIELD: {"room_id": "!r:x"}}) is not None
