"""Cards of meetings that are near, and cards that stay for a half-written reply."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.dings.alerts import DingAlerts
from app.domain.dings import DING_FIELD
from app.domain.events import Event
from app.domain.ids import EventID, UserID
from app.domain.sync import Receipt, RoomUpdate
from resources.translations import set_language
from tests.helpers.company import ME, user
from tests.helpers.signed_in import Desktop, desktop, run
from ui import sounds
from ui.alerts import Alerts
from widgets.alert_card import AlertCard, AlertMode
from widgets.buttons import Button, IconButton
from widgets.line_edit import LineEdit

MINUTE_MS = 60_000
Play = Callable[[Callable[[Desktop, Alerts], Coroutine[Any, Any, None]]], None]


@pytest.fixture
def play(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    """Run a scene at a desk whose first look is over."""
    monkeypatch.setattr(sounds, "play", lambda _path: None)

    def run_scene(scene: Callable[[Desktop, Alerts], Coroutine[Any, Any, None]]) -> None:
        async def scenario() -> None:
            async with desktop(tmp_path) as desk:
                alerts = desk.window.findChild(Alerts)
                assert alerts is not None
                await desk.until(lambda: desk.account.cache.read.ding_alerts.has_begun())
                await scene(desk, alerts)

        run(qapp, scenario())
        set_language("en")

    return run_scene


def content(body: str = "评审发布计划", **more: Any) -> dict[str, Any]:
    field = {"v": 1, "kind": "notice", "recipients": [ME, user("tom")], **more}
    return {"msgtype": "m.text", "body": f"[DING] {body}", DING_FIELD: field}


def event(desk: Desktop, said: dict[str, Any], sender: str = "wangmin", **more: Any) -> Event:
    desk.company.now_ms += 1
    room_id = desk.company.rooms["launch"].room_id
    return desk.company.event(
        room_id, UserID(user(sender)), "m.room.message", said, desk.company.now_ms, **more
    )


async def bring(desk: Desktop, *events: Event, **more: Any) -> None:
    room_id = desk.company.rooms["launch"].room_id
    await desk.account.cache.apply_sync(desk.company.batch(RoomUpdate(room_id, timeline=events, **more)))


def meeting(desk: Desktop, begins_in_min: float = 10, **more: Any) -> dict[str, Any]:
    start = desk.account.ding_alerts.now_ms + round(begins_in_min * MINUTE_MS) - 1_000
    said: dict[str, Any] = {
        "kind": "meeting",
        "start_ts": start,
        "end_ts": start + 60 * MINUTE_MS,
        "remind_min": 15,
    }
    return content(**(said | {"place": "三楼会议室"} | more))


async def confirmed_meeting(desk: Desktop, begins_in_min: float = 10) -> EventID:
    """A meeting that was confirmed half an hour ago, on the phone."""
    ding = event(desk, meeting(desk, begins_in_min))
    await bring(desk, ding, desk.company.react("launch", "lina", ding.event_id, "✅", minutes_ago=30))
    return ding.event_id


async def confirm_on_phone(desk: Desktop, ding: EventID) -> None:
    await bring(desk, desk.company.react("launch", "lina", ding, "✅"))


async def card_of(desk: Desktop, alerts: Alerts) -> AlertCard:
    await desk.until(lambda: alerts.cards)
    return alerts.cards[0]


def buttons(card: AlertCard) -> list[str]:
    return [each.text() for each in card.findChildren(Button) if each.isVisible()]


def click(card: AlertCard, words: str) -> None:
    kinds = [*card.findChildren(Button), *card.findChildren(IconButton)]
    found = next(each for each in kinds if words in (each.text(), each.toolTip()))
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


def queued(desk: Desktop) -> list[dict[str, Any]]:
    return [row.content for row in desk.account.cache.read.queue()]


async def write(desk: Desktop, alerts: Alerts, text: str = "half a sent") -> tuple[AlertCard, LineEdit]:
    card = await card_of(desk, alerts)
    card.open_reply()
    field = card.findChild(LineEdit)
    assert field is not None
    field.setText(text)
    return card, field


# Reminders --------------------------------------------------------------------------------------------------------


def test_a_confirmed_meeting_says_in_words_when_and_where_and_ok_takes_it_away(play: Play) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        ding = await confirmed_meeting(desk)
        card = await card_of(desk, alerts)
        face = card.face
        assert (face.mode, face.title) == (AlertMode.REMINDER, "Meeting in 10 minutes")
        assert (face.where, face.place) == ("三楼会议室", "王敏") and " – " in face.when
        assert buttons(card) == ["OK", "Reply…", "In 5 minutes"]
        for words in ("Meeting in 10 minutes", "三楼会议室", "评审发布计划", face.when):
            assert words in card.accessibleName()
        receipt = Receipt(UserID(ME), ding, "m.read", desk.company.now_ms)
        await bring(desk, receipts=(receipt,))
        await desk.pause(0.3)
        assert alerts.cards == [card], "that it was read elsewhere says nothing about the meeting"
        click(card, "OK")
        await desk.until(lambda: not alerts.cards)
        assert desk.account.cache.read.ding_alerts.notes([ding])[ding].next_ms == -1
        assert queued(desk) == []

    play(scene)


def test_confirming_here_does_not_remind_at_once(play: Play) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        await bring(desk, event(desk, meeting(desk)))
        card = await card_of(desk, alerts)
        assert buttons(card) == ["Confirm", "Reply…", "Later"]
        click(card, "Confirm")
        await desk.until(lambda: not alerts.cards)
        await desk.pause(0.3)
        assert alerts.cards == [] and len(queued(desk)) == 1

    play(scene)


def test_its_words_follow_the_clock_and_the_time_to_which_it_is_moved(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        ding = await confirmed_meeting(desk)
        card = await card_of(desk, alerts)
        assert 0 < alerts._minutes.remainingTime() <= MINUTE_MS
        now_ms = desk.account.ding_alerts.now_ms
        for passed, words in (
            (1, "Meeting in 9 minutes"),
            (9, "Meeting in 1 minute"),
            (10, "Meeting has begun"),
        ):
            monkeypatch.setattr(DingAlerts, "now_ms", now_ms + passed * MINUTE_MS)
            alerts._minutes.timeout.emit()
            assert card.face.title == words and words in card.accessibleName()
        assert not alerts._minutes.isActive()
        monkeypatch.undo()

        async def move(begins_in_min: float) -> None:
            new = meeting(desk, begins_in_min)
            relation = {"rel_type": "m.replace", "event_id": ding}
            said = {"msgtype": "m.text", "body": "*", "m.new_content": new, "m.relates_to": relation}
            await bring(desk, event(desk, said))

        await move(300)
        await desk.until(lambda: not alerts.cards)
        await move(-5)
        assert (await card_of(desk, alerts)).face.title == "Meeting has begun"

    play(scene)


def test_it_is_put_off_by_five_minutes_with_one_click(play: Play) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        ding = await confirmed_meeting(desk)
        click(await card_of(desk, alerts), "In 5 minutes")
        await desk.until(lambda: not alerts.cards)
        note = desk.account.cache.read.ding_alerts.notes([ding])[ding]
        assert abs(note.next_ms - note.at_ms - 5 * MINUTE_MS) < 10_000

    play(scene)


def test_while_the_screen_is_shared_a_reminder_says_no_word(play: Play) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        desk.account.ding_alerts.set_casting(True)
        await confirmed_meeting(desk)
        card = await card_of(desk, alerts)
        assert card.accessibleName() == card.windowTitle() == "A reminder is waiting"
        assert buttons(card) == ["OK", "In 5 minutes"] and "会议室" not in repr(card.face)

    play(scene)


def test_a_reminder_in_chinese(play: Play) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        await confirmed_meeting(desk)
        card = await card_of(desk, alerts)
        set_language("zh")
        await desk.pause()
        assert card.face.title == "10 分钟后开会"
        assert buttons(card) == ["知道了", "回复…", "5 分钟后"]

    play(scene)


def test_a_reminder_pushed_out_while_a_reply_is_written_stays_a_reminder(play: Play) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        await confirmed_meeting(desk)
        card, _field = await write(desk, alerts)
        for number in range(4):
            await bring(desk, event(desk, content(str(number))))
        await desk.until(lambda: alerts.more is not None and alerts.more.text() == "and 2 more")
        assert alerts.cards[2] is card and card.face.mode is AlertMode.REMINDER

    play(scene)


# Half-written replies ---------------------------------------------------------------------------------------------


def test_confirmed_elsewhere_the_card_stays_until_the_line_is_sent(play: Play) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        ding = event(desk, content())
        await bring(desk, ding)
        card, field = await write(desk, alerts)
        await confirm_on_phone(desk, ding.event_id)
        await desk.until(lambda: card.face.mode is AlertMode.DONE)
        assert alerts.cards == [card] and field.isVisible() and field.text() == "half a sent"
        assert buttons(card) == []
        assert card._state.isVisible() and "You have confirmed" in card.accessibleName()
        await bring(desk, event(desk, content("another")))
        await desk.until(lambda: len(alerts.cards) == 2)
        assert alerts.cards[1] is card and alerts.more is None
        QTest.keyClick(field, Qt.Key.Key_Return)
        await desk.until(lambda: len(alerts.cards) == 1)
        assert [row["body"] for row in queued(desk)] == ["half a sent"]

    play(scene)


def test_confirmed_elsewhere_closing_the_card_drops_the_line(play: Play) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        ding = event(desk, content())
        await bring(desk, ding)
        card, field = await write(desk, alerts)
        QTest.keyClick(field, Qt.Key.Key_Escape)
        assert not field.isVisible()
        await confirm_on_phone(desk, ding.event_id)
        await desk.until(lambda: card.face.mode is AlertMode.DONE)
        assert field.isVisible() and field.text() == "half a sent", "also a line that was put away"
        await desk.until(lambda: not card.is_guarded())
        click(card, "Dismiss")
        await desk.until(lambda: not alerts.cards)
        assert queued(desk) == []

    play(scene)


def test_recalled_while_a_reply_is_written_the_line_is_still_there(play: Play) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        ding = event(desk, content())
        await bring(desk, ding)
        card, field = await write(desk, alerts)
        room_id, now_ms = desk.company.rooms["launch"].room_id, desk.company.now_ms
        boss = UserID(user("wangmin"))
        recall = desk.company.event(
            room_id, boss, "m.room.redaction", {"redacts": ding.event_id}, now_ms, redacts=ding.event_id
        )
        await bring(desk, recall)
        await desk.until(lambda: card.face.mode is AlertMode.DONE)
        assert "recalled" in card._state.text() and field.text() == "half a sent"

    play(scene)


def test_put_off_with_a_half_written_line_it_comes_back_with_it(play: Play) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        ding = event(desk, content())
        await bring(desk, ding)
        card, _field = await write(desk, alerts)
        card.snoozed.emit(card.face.uid, 15)
        await desk.until(lambda: not alerts.cards)
        await desk.account.ding_alerts.snooze(ding.event_id, 0)
        again, field = await card_of(desk, alerts), (await card_of(desk, alerts)).findChild(LineEdit)
        assert again is not card and field is not None
        assert field.isVisible() and field.text() == "half a sent"

    play(scene)


def test_closing_a_card_with_a_half_written_line_closes_it(play: Play) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        await bring(desk, event(desk, content()))
        card, _field = await write(desk, alerts)
        click(card, "Dismiss")
        await desk.until(lambda: not alerts.cards)

    play(scene)


def test_a_ding_of_mine_to_myself_can_be_confirmed_and_dismissed_on_its_card(play: Play) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        first, second = (event(desk, content(name), "lina", txn_id=f"txn{name}") for name in "ab")
        await bring(desk, first, second)
        await desk.until(lambda: len(alerts.cards) == 2)
        assert alerts.cards[0].face.uid == "t:txnb"
        click(alerts.cards[0], "Dismiss")
        await desk.until(lambda: len(alerts.cards) == 1)
        await desk.until(lambda: not alerts.cards[0].is_guarded())
        click(alerts.cards[0], "Confirm")
        await desk.until(lambda: not alerts.cards)
        assert [row["m.relates_to"]["event_id"] for row in queued(desk)] == [first.event_id]

    play(scene)
