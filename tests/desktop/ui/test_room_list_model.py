"""The model of the conversation list without a cache: what it reads, when, and what is on screen meanwhile."""

from collections.abc import Callable, Sequence

from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from app.domain.ids import RoomID, UserID
from app.domain.membership import Membership
from app.domain.rooms import ListSendState, NotifyLevel, PreviewKind, RoomFilter, RoomSummary
from ui.models.room_list_model import FIRST_ROWS, KEPT, PAGE, News, RoomListModel, Wish
from widgets.badge import NO_BADGE
from widgets.room_list import ROOM_ROW_ROLE, RoomRow

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


def room_id(number: int) -> RoomID:
    return RoomID(f"!{number}:acme.example")


def summary(number: int, unread: int = 0, level: NotifyLevel = NotifyLevel.ALL) -> RoomSummary:
    return RoomSummary(
        room_id(number), f"room {number}", None, Membership.JOIN, None, False, None, False, False, False,
        level, 1_000, PreviewKind.TEXT, None, "", "hello", unread, 0, False, "", ListSendState.NONE, 2, "",
    )  # fmt: skip


class Company:
    """Rooms by number; counts what is read, and lets a test decide when a read ends."""

    def __init__(self, count: int, unread: int = 0) -> None:
        self.rooms = {room_id(number): summary(number, unread) for number in range(count)}
        self.order = list(self.rooms)
        self.pages: list[int] = []
        self.orders = 0
        self.waiting: list[tuple[Wish, Callable[[News], None], Callable[[object], None]]] = []

    def room_order(self, filter: RoomFilter = RoomFilter.ALL, limit: int | None = None) -> list[RoomID]:
        self.orders += 1
        is_all = filter is RoomFilter.ALL
        return [room for room in self.order if is_all or self.rooms[room].unread][:limit]

    def room_page(self, ids: Sequence[RoomID]) -> list[RoomSummary]:
        self.pages.append(len(ids))
        return [self.rooms[room] for room in ids if room in self.rooms]

    def later(self, wish: Wish, on_news: Callable[[News], None], on_error: Callable[[object], None]) -> None:
        self.waiting.append((wish, on_news, on_error))

    def set_unread(self, number: int, unread: int) -> None:
        self.rooms[room_id(number)] = summary(number, unread)

    def answer(self, app: QApplication) -> int:
        """Run reads until nothing is wanted any more; how many."""
        app.processEvents()
        count = 0
        while self.waiting:
            wish, on_news, _ = self.waiting.pop(0)
            on_news(wish.read(self))
            app.processEvents()
            count += 1
        return count


def make(company: Company) -> tuple[RoomListModel, QAbstractItemModelTester]:
    model = RoomListModel(company, UserID("@me:acme.example"))
    return model, QAbstractItemModelTester(model, FATAL)


def row(model: RoomListModel, number: int) -> RoomRow:
    found = model.data(model.index(number), ROOM_ROW_ROLE)
    assert isinstance(found, RoomRow)
    return found


def test_the_first_rows_are_there_before_any_loop_and_the_rest_follows(qapp: QApplication) -> None:
    company = Company(10_000)
    model, tester = make(company)
    assert (model.rowCount(), row(model, 0).name, company.pages) == (FIRST_ROWS, "room 0", [FIRST_ROWS])
    qapp.processEvents()
    assert company.orders == 1
    model.start(company.later)
    company.answer(qapp)
    assert model.rowCount() == 10_000
    del tester


def test_asking_for_rows_reads_nothing_and_unknown_ones_are_empty(qapp: QApplication) -> None:
    company = Company(1_000)
    model, tester = make(company)
    model.start(company.later)
    company.answer(qapp)
    before = len(company.pages)
    assert row(model, 500).is_loading
    assert model.data(model.index(500)) == ""
    assert len(company.pages) == before
    model.set_visible(500, 510)
    company.answer(qapp)
    assert (row(model, 500).name, row(model, 700).is_loading) == ("room 500", True)
    assert max(company.pages[1:]) <= PAGE
    del tester


def test_a_tall_screen_is_read_in_pages(qapp: QApplication) -> None:
    company = Company(1_000)
    model, tester = make(company)
    model.start(company.later)
    model.set_visible(300, 399)
    company.answer(qapp)
    assert not any(row(model, number).is_loading for number in range(300, 400))
    assert max(company.pages[1:]) <= PAGE
    del tester


def test_the_old_row_stays_until_the_new_one_has_come(qapp: QApplication) -> None:
    company = Company(50)
    model, tester = make(company)
    model.start(company.later)
    company.answer(qapp)
    company.set_unread(3, 7)
    model.refresh_rooms(frozenset({room_id(3)}))
    qapp.processEvents()
    assert (len(company.waiting), row(model, 3).badge, row(model, 3).name) == (1, NO_BADGE, "room 3")
    company.answer(qapp)
    assert row(model, 3).badge.count == 7
    del tester


def test_one_read_runs_at_a_time_and_the_last_wish_wins(qapp: QApplication) -> None:
    company = Company(50)
    model, tester = make(company)
    model.start(company.later)
    qapp.processEvents()
    for number in range(20):
        company.set_unread(1, number)
        model.refresh_order()
        model.refresh_rooms(frozenset({room_id(1)}))
        qapp.processEvents()
    assert len(company.waiting) == 1
    assert company.answer(qapp) == 2
    assert row(model, 1).badge.count == 19
    del tester


def test_what_moved_while_it_was_read_is_read_again(qapp: QApplication) -> None:
    company = Company(50)
    model, tester = make(company)
    model.start(company.later)
    company.answer(qapp)
    model.refresh_rooms(frozenset({room_id(2)}))
    qapp.processEvents()
    wish, on_news, _ = company.waiting.pop()
    late = wish.read(company)
    company.set_unread(2, 5)
    model.refresh_rooms(frozenset({room_id(2)}))
    on_news(late)
    company.answer(qapp)
    assert row(model, 2).badge.count == 5
    del tester


def test_of_two_filters_only_the_last_one_is_shown(qapp: QApplication) -> None:
    company = Company(50)
    company.set_unread(4, 1)
    model, tester = make(company)
    model.start(company.later)
    company.answer(qapp)
    shown: list[bool] = []
    model.order_shown.connect(shown.append)
    model.set_filter(RoomFilter.UNREAD)
    qapp.processEvents()
    model.set_filter(RoomFilter.ALL)
    company.answer(qapp)
    assert (model.rowCount(), shown) == (50, [])
    model.set_filter(RoomFilter.UNREAD)
    company.answer(qapp)
    assert (model.rowCount(), model.room_at(0), shown) == (1, room_id(4), [True])
    del tester


def test_a_read_that_fails_leaves_the_list_and_is_tried_when_something_moves(qapp: QApplication) -> None:
    company = Company(5)
    model, tester = make(company)
    model.start(company.later)
    qapp.processEvents()
    company.waiting.pop()[2](OSError("disk"))
    qapp.processEvents()
    assert (company.waiting, model.rowCount()) == ([], 5)
    model.refresh_order()
    assert company.answer(qapp) == 1
    del tester


def test_a_room_that_is_gone_is_asked_for_once(qapp: QApplication) -> None:
    company = Company(50)
    model, tester = make(company)
    model.start(company.later)
    company.answer(qapp)
    gone = room_id(48)
    model.set_visible(45, 49)
    del company.rooms[gone]
    company.answer(qapp)
    model.refresh_rooms(frozenset({gone}))
    assert company.answer(qapp) <= 1
    assert row(model, 48).is_loading
    del tester


def test_ten_thousand_moved_rooms_cost_one_page(qapp: QApplication) -> None:
    company = Company(10_000, unread=1)
    model, tester = make(company)
    model.start(company.later)
    company.answer(qapp)
    before = len(company.pages)
    for number in range(10_000):
        company.set_unread(number, 0)
    model.refresh_rooms(frozenset(company.rooms))
    company.answer(qapp)
    assert sum(company.pages[before:]) <= 2 * PAGE
    assert row(model, 0).badge == NO_BADGE
    assert model.row_of(room_id(9_999)) == 9_999
    del tester


def test_rows_far_from_sight_are_forgotten(qapp: QApplication) -> None:
    company = Company(2_000)
    model = RoomListModel(company, UserID("@me:acme.example"))
    model.start(company.later)
    for first in range(0, 1_900, PAGE):
        model.set_visible(first, first + 20)
        company.answer(qapp)
    assert (row(model, 0).is_loading, row(model, 1_880).is_loading) == (True, False)
    assert len(model._known) <= KEPT


def test_assumed_news_are_gone_at_once_and_come_back_if_nothing_came_of_it(qapp: QApplication) -> None:
    company = Company(50, unread=3)
    company.rooms[room_id(1)] = summary(1, 4, NotifyLevel.NONE)
    model, tester = make(company)
    model.start(company.later)
    company.answer(qapp)
    told: list[int] = []
    model.dataChanged.connect(lambda top, bottom: told.append(bottom.row()))
    assumption = model.assume(lambda room: room.level is not NotifyLevel.NONE)
    assert (row(model, 0).badge, row(model, 0).is_unread) == (NO_BADGE, False)
    assert row(model, 1).badge != NO_BADGE
    assert told == [49]
    model.settle(assumption)
    company.answer(qapp)
    assert row(model, 0).badge.count == 3
    del tester


def test_a_read_that_began_before_a_clear_does_not_bring_the_dots_back(qapp: QApplication) -> None:
    company = Company(50, unread=3)
    model, tester = make(company)
    model.start(company.later)
    company.answer(qapp)
    model.refresh_rooms(frozenset(company.rooms))
    qapp.processEvents()
    wish, on_news, _ = company.waiting.pop()
    late = wish.read(company)
    assumption = model.assume(lambda room: True)
    on_news(late)
    assert row(model, 0).badge == NO_BADGE
    qapp.processEvents()
    company.waiting.clear()
    for number in range(50):
        company.set_unread(number, 0)
    model.settle(assumption)
    assert row(model, 0).badge == NO_BADGE
    del tester


def test_the_words_are_new_without_a_read(qapp: QApplication) -> None:
    company = Company(50)
    model, tester = make(company)
    model.start(company.later)
    company.answer(qapp)
    told: list[int] = []
    model.dataChanged.connect(lambda top, bottom: told.append(bottom.row()))
    model.refresh_words()
    assert (company.answer(qapp), told) == (0, [49])
    del tester
