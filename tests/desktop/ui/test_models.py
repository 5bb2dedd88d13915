"""Item models over a real cache, watched by Qt's model tester."""

from pathlib import Path

from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from app.domain.ids import RoomID, UserID
from app.domain.rooms import Profile, RoomFilter
from app.domain.sync import Membership, RoomUpdate
from tests.helpers.signed_in import Desktop, desktop, run
from ui.models.member_list_model import MemberListModel
from ui.models.people_model import PeopleModel
from ui.models.room_list_model import RoomListModel
from widgets.member_panel import MEMBER_ROW_ROLE
from widgets.room_list import ROOM_ROW_ROLE, RoomRow

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


def names(model: RoomListModel) -> list[str]:
    return [model.data(model.index(row), ROOM_ROW_ROLE).name for row in range(model.rowCount())]


def row_named(model: RoomListModel, name: str) -> RoomRow:
    rows: list[RoomRow] = [model.data(model.index(row), ROOM_ROW_ROLE) for row in range(model.rowCount())]
    return next(row for row in rows if row.name == name)


def test_the_list_follows_new_messages_filters_and_left_rooms(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            model = desk.page.conversations.model
            tester = QAbstractItemModelTester(model, FATAL)
            assert names(model)[0] == "产品发布小组"
            await desk.account.cache.apply_sync(desk.company.say("quality", "tom", "回归全部通过"))
            await desk.until(lambda: names(model)[0] == "测试与质量")
            await desk.until(lambda: model.data(model.index(0), ROOM_ROW_ROLE).badge.count == 1)
            model.set_filter(RoomFilter.DIRECT)
            await desk.until(lambda: set(names(model)) == {"张伟", "刘洋", "赵磊"})
            model.set_filter(RoomFilter.ALL)
            await desk.until(lambda: "行政服务台" in names(model))
            gone = RoomUpdate(desk.company.rooms["desk"].room_id, membership=Membership.LEAVE)
            await desk.account.cache.apply_sync(desk.company.batch(gone))
            await desk.until(lambda: "行政服务台" not in names(model))
            del tester

    run(qapp, scenario())


def test_the_open_room_stays_in_a_filtered_list_when_it_is_read(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            model = desk.page.conversations.model
            tester = QAbstractItemModelTester(model, FATAL)
            desk.page.conversations.chips.chosen.emit(RoomFilter.UNREAD)
            await desk.until(lambda: "赵磊" not in names(model))
            assert "财务通知" in names(model)
            desk.page.set_active(True)
            desk.open("finance")
            await desk.until(lambda: unread(desk, "finance") == 0)
            await desk.until(lambda: not row_named(model, "财务通知").is_unread)
            desk.open("supply")
            await desk.until(lambda: "财务通知" not in names(model))
            del tester

    run(qapp, scenario())


def test_members_are_tagged_searched_and_paged(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            model = MemberListModel(desk.account.cache.read, lambda user_id: "")
            tester = QAbstractItemModelTester(model, FATAL)
            model.set_room(desk.company.rooms["launch"].room_id)
            rows = [model.data(model.index(row), MEMBER_ROW_ROLE) for row in range(model.rowCount())]
            assert len(rows) == 8
            assert (rows[0].name, rows[0].tag) == ("王敏", "Owner")
            assert [row.tag for row in rows if row.name == "周芳"] == ["External"]
            model.set_term("刘")
            assert [model.data(model.index(row)) for row in range(model.rowCount())] == ["刘洋"]
            model.set_room(RoomID("!nowhere:acme.example"))
            assert model.rowCount() == 0
            del tester

    run(qapp, scenario())


def test_people_of_a_department(qapp: QApplication) -> None:
    model = PeopleModel(UserID("@me:acme.example"), lambda user_id: "设计部")
    tester = QAbstractItemModelTester(model, FATAL)
    model.set_people(
        [
            Profile(UserID("@a:acme.example"), "王敏", None),
            Profile(UserID("@b:other.example"), "周芳", None),
        ]
    )
    rows = [model.data(model.index(row), MEMBER_ROW_ROLE) for row in range(2)]
    assert [(row.name, row.detail, bool(row.tag)) for row in rows] == [
        ("王敏", "设计部", False),
        ("周芳", "设计部", True),
    ]
    del tester


def unread(desk: Desktop, key: str) -> int:
    room = desk.account.cache.read.room(desk.company.rooms[key].room_id)
    return room.unread if room else -1
