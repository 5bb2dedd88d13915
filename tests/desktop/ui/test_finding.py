"""Search, the quick switcher, notices, settings: the ways through the window."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.domain.ids import EventID, RoomID
from app.domain.rooms import PreviewKind
from app.domain.sync import Membership, RoomUpdate
from app.notifications.service import Notification
from resources.translations import language, set_language
from tests.helpers.company import user
from tests.helpers.signed_in import desktop, run
from ui.notices import notice_text, notice_title
from ui.screens.main_window.places import Place
from ui.screens.main_window.room_acts import PersonCard
from widgets.quick_switcher import QuickSwitcher, SwitcherRow
from widgets.search_panel import HitRow, SearchPanel


def test_two_characters_are_found_and_a_hit_leads_to_its_message(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            shown: list[HitRow] = []
            desk.open("quality")
            desk.page.search(None, "")
            panel = desk.page.side.findChild(SearchPanel)
            assert panel is not None

            def take(hits: list[HitRow], *, has_more: bool = False) -> None:
                shown.extend(hits)

            panel.set_hits = take  # type: ignore[method-assign, assignment]
            desk.page.search(None, "封面")
            await desk.until(lambda: shown)
            assert [hit.snippet for hit in shown] == ["封面图已更新，请看第三版"]
            assert [shown[0].snippet[a : a + n] for a, n in shown[0].ranges] == ["封面"]
            panel.hit_activated.emit(shown[0].key)
            await desk.until(lambda: desk.chat.room_id == desk.company.rooms["launch"].room_id)

    run(qapp, scenario())


def test_the_switcher_finds_rooms_and_people_once_each(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.signed_in.open_switcher()
            panel = desk.window.findChild(QuickSwitcher)
            assert panel is not None
            rows: list[SwitcherRow] = []

            def take(given: list[SwitcherRow]) -> None:
                rows[:] = given

            panel.set_rows = take  # type: ignore[method-assign, assignment]
            panel.term_changed.emit("")
            assert len(rows) == 10
            panel.term_changed.emit("刘")
            await desk.pause()
            assert [row.key.partition(" ")[0] for row in rows] == ["room", "search"]
            panel.term_changed.emit("王")
            await desk.until(lambda: any(row.key.startswith("person") for row in rows))
            panel.chosen.emit(f"room {desk.company.rooms['finance'].room_id}")
            assert desk.chat.room_id == desk.company.rooms["finance"].room_id

    run(qapp, scenario())


def test_a_click_on_a_notice_opens_its_room(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            room = desk.company.rooms["supply"].room_id
            event = desk.account.cache.read.items(room, 1, 1)[0].event_id
            assert event is not None
            desk.page.show_place(Place.CHATS)
            desk.signed_in.open_room(room, event)
            assert desk.chat.room_id == room

    run(qapp, scenario())


def test_notices_are_worded() -> None:
    set_language("en")
    picture = Notification(
        RoomID("!a:acme.example"), EventID("$1"), "产品发布小组", "王敏", False, False, PreviewKind.IMAGE, ""
    )
    assert (notice_title(picture), notice_text(picture)) == ("王敏 · 产品发布小组", "[Image]")
    many = replace(picture, count=12)
    assert (notice_title(many), notice_text(many)) == ("产品发布小组", "12 new messages")
    mention = replace(picture, kind=PreviewKind.TEXT, body="看一下", is_mention=True)
    assert notice_text(mention) == "[@you] 看一下"


def test_language_and_theme_change_at_once(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.signed_in.open_settings()
            desk.settings.change(language="zh", theme="dark")
            assert language() == "zh"
            await desk.pause()
            assert desk.page.conversations.search.text() == "搜索 Ctrl+K"
            desk.settings.change(language="en", zoom_percent=150)
            await desk.pause()
            assert desk.page.conversations.minimumWidth() == 330

    run(qapp, scenario())


def test_a_left_room_stays_readable_but_not_writable(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.open("quality")
            room = desk.company.rooms["quality"].room_id
            await desk.account.cache.apply_sync(
                desk.company.batch(RoomUpdate(room, membership=Membership.LEAVE))
            )
            assert desk.chat.room_id == room
            assert "no longer in this room" in desk.chat.writing.reason

    run(qapp, scenario())


def test_next_unread_skips_muted_rooms(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.page.set_active(False)
            desk.open("finance")
            desk.page.go_to_unread(1)
            await desk.until(lambda: desk.chat.room_id == desk.company.rooms["training"].room_id)
            desk.page.conversations.step(-1)
            assert desk.chat.room_id == desk.company.rooms["liuyang"].room_id

    run(qapp, scenario())


def test_somebody_has_a_card(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.page.profile_requested.emit(user("wangmin"))
            await desk.pause()
            card = desk.window.findChild(PersonCard)
            assert card is not None and card.isVisible() and card.accessibleName() == "王敏"

    run(qapp, scenario())


def test_only_who_is_not_inside_can_be_invited(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.open("desk")
            desk.signed_in.open_invite()
            panel = next(p for p in desk.window.findChildren(QuickSwitcher) if p.isVisible())
            rows: list[SwitcherRow] = []

            def take(given: list[SwitcherRow]) -> None:
                rows[:] = given

            panel.set_rows = take  # type: ignore[method-assign, assignment]
            panel.term_changed.emit("")
            await desk.until(lambda: rows)
            assert {row.name for row in rows} == {"王敏", "张伟", "刘洋", "赵磊", "Tom", "周芳"}

    run(qapp, scenario())
