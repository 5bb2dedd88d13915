"""Cards of dings over a real cache: when they come and go, what their buttons do, what they never do."""

import sys
import wave
from collections.abc import Callable, Coroutine
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QProcess, QRect, QStandardPaths, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from app.domain.dings import DING_FIELD
from app.domain.ids import EventID, UserID
from app.domain.sync import Receipt, RoomUpdate
from app.errors import DiskFull
from resources.sounds import DING
from resources.translations import set_language
from tests.helpers.company import ME, user
from tests.helpers.signed_in import Desktop, desktop, run
from ui import sounds
from ui.alerts import Alerts
from widgets.alert_card import AlertCard
from widgets.alert_more import MoreCard
from widgets.alert_text import MOST_LINES, AlertText
from widgets.buttons import Button, IconButton
from widgets.line_edit import LineEdit

HOUR_MS = 3_600_000
Play = Callable[[Callable[[Desktop, Alerts], Coroutine[Any, Any, None]]], None]


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What was played instead of being heard."""
    heard: list[Path] = []
    monkeypatch.setattr(sounds, "play", heard.append)
    return heard


@pytest.fixture
def play(qapp: QApplication, tmp_path: Path, played: list[Path]) -> Play:
    """Run a scene at a desk whose first look is over."""

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


def content(**more: Any) -> dict[str, Any]:
    field = {"v": 1, "kind": "notice", "recipients": [ME, user("tom")], **more}
    return {"m.mentions": {"user_ids": [ME, user("tom")]}, DING_FIELD: field}


async def send(
    desk: Desktop, body: str = "请确认发布会名单。", sender: str = "wangmin", **more: Any
) -> EventID:
    batch = desk.company.say("launch", sender, f"[DING] {body}", **content(**more))
    await desk.account.cache.apply_sync(batch)
    return batch.rooms[0].timeline[-1].event_id


async def card_of(desk: Desktop, alerts: Alerts) -> AlertCard:
    await desk.until(lambda: alerts.cards)
    return alerts.cards[0]


def button(card: AlertCard, words: str) -> Button:
    return next(each for each in card.findChildren(Button) if each.text() == words)


def click(widget: Any) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def queued(desk: Desktop) -> list[dict[str, Any]]:
    return [row.content for row in desk.account.cache.read.queue()]


def test_a_card_says_who_what_where_and_by_when_and_one_click_confirms(
    play: Play, played: list[Path]
) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        due = desk.company.now_ms + HOUR_MS
        await send(desk, kind="task", due_ts=due, break_glass="机房断电")
        card = await card_of(desk, alerts)
        face = card.face
        assert (face.sender_name, face.place, face.text) == ("王敏", "产品发布小组", "请确认发布会名单。")
        assert face.tag.lower().startswith("task · due ") and face.reason == "机房断电"
        assert card.isVisible() and "王敏" in card.accessibleName() and "请确认" in card.accessibleName()
        assert played == [DING]
        click(button(card, "Confirm"))
        await desk.until(lambda: not alerts.cards)
        assert [entry["m.relates_to"]["key"] for entry in queued(desk)] == ["✅"]

    play(scene)


def test_three_cards_stand_above_each_other_and_the_rest_is_a_slim_one(
    play: Play, played: list[Path]
) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        for number in range(7):
            await send(desk, f"ding {number}")
        await desk.until(lambda: alerts.more is not None and alerts.more.text() == "and 4 more")
        cards = alerts.cards
        assert [card.face.text for card in cards] == ["ding 6", "ding 5", "ding 4"]
        assert alerts.more is not None
        stack = [*cards, alerts.more]
        gaps = [low.y() - high.geometry().bottom() - 1 for high, low in pairwise(stack)]
        assert gaps == [8, 8, 8]
        area = desk.window.screen().availableGeometry()
        assert all(area.contains(window.geometry()) for window in stack)
        assert stack[-1].geometry().bottom() == area.bottom() - 16
        assert {window.geometry().right() for window in stack} == {area.right() - 16}
        opened: list[str] = []
        desk.signed_in._desk.dings.open_inbox = lambda uid="": opened.append(uid)  # type: ignore[method-assign]
        alerts.more.opened.emit()
        click(cards[0].findChild(AlertText))
        assert opened == ["", cards[0].face.uid]
        assert cards[0].face.uid, "the card stays: opening is not confirming"

    play(scene)


def test_cards_are_windows_that_take_no_keyboard(play: Play) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        await send(desk)
        card = await card_of(desk, alerts)
        flags = card.windowFlags()
        for flag in (
            Qt.WindowType.WindowDoesNotAcceptFocus,
            Qt.WindowType.WindowStaysOnTopHint,
            Qt.WindowType.FramelessWindowHint,
            Qt.WindowType.Tool,
        ):
            assert flags & flag == flag
        assert card.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating) and card.isWindow()
        handle = card.windowHandle()
        alerts.reach()
        assert not handle.flags() & Qt.WindowType.WindowDoesNotAcceptFocus, "asked for by a key"
        desk.window.activateWindow()
        await desk.pause()
        assert handle.flags() & Qt.WindowType.WindowDoesNotAcceptFocus

    play(scene)


def test_cards_come_while_the_main_window_is_hidden(play: Play) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        desk.signed_in._desk.dings.open_inbox = lambda uid="": None  # type: ignore[method-assign]
        desk.window.hide()
        await send(desk)
        assert (await card_of(desk, alerts)).isVisible()
        click(alerts.cards[0].findChild(AlertText))
        assert desk.window.isVisible()

    play(scene)


def test_a_reply_goes_into_the_thread_and_the_duty_stays(play: Play) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        event = await send(desk)
        card = await card_of(desk, alerts)
        height = card.height()
        click(button(card, "Reply…"))
        field = card.findChild(LineEdit)
        assert field is not None and field.isVisible() and card.height() > height
        field.setText("周五前完成")
        QTest.keyClick(field, Qt.Key.Key_Return)
        await desk.until(lambda: queued(desk))
        relation = queued(desk)[0]["m.relates_to"]
        assert (relation["rel_type"], relation["event_id"], queued(desk)[0]["body"]) == (
            "m.thread",
            event,
            "周五前完成",
        )
        await desk.until(lambda: not field.isVisible())
        assert alerts.cards == [card] and field.text() == ""

    play(scene)


def test_a_card_in_which_a_reply_is_written_is_not_pushed_out(play: Play) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        await send(desk, "first")
        card = await card_of(desk, alerts)
        card.open_reply()
        field = card.findChild(LineEdit)
        assert field is not None
        field.setText("half a sent")
        for number in range(4):
            await send(desk, f"later {number}")
        await desk.until(lambda: alerts.more is not None and alerts.more.text() == "and 2 more")
        assert [each.face.text for each in alerts.cards] == ["later 3", "later 2", "first"]
        assert alerts.cards[2] is card and card.isVisible() and field.text() == "half a sent"
        QTest.keyClick(field, Qt.Key.Key_Return)
        await desk.until(lambda: [each.face.text for each in alerts.cards][2] == "later 1")

    play(scene)


def test_a_small_screen_shows_as_many_cards_as_it_has_room_for(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        monkeypatch.setattr(alerts, "_area", lambda: QRect(0, 0, 600, 420))
        for number in range(3):
            await send(desk, f"ding {number}")
        await desk.until(lambda: alerts.more is not None and alerts.more.text() == "and 1 more")
        assert [card.face.text for card in alerts.cards] == ["ding 2", "ding 1"]
        assert alerts.cards[0].y() >= 0
        monkeypatch.setattr(alerts, "_area", lambda: QRect(0, 0, 600, 100))
        alerts._arrange()
        assert [card.face.text for card in alerts.cards] == ["ding 2"]
        monkeypatch.undo()
        alerts._screens_moved()
        await desk.until(lambda: len(alerts.cards) == 3 and alerts.more is None)
        assert all(card.isVisible() for card in alerts.cards)

    play(scene)


def test_escape_puts_the_reply_away_then_gives_the_keyboard_back(play: Play) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        await send(desk)
        card = await card_of(desk, alerts)
        desk.window.activateWindow()
        await desk.pause()
        alerts.reach()
        await desk.pause()
        assert card.isActiveWindow() and button(card, "Confirm").hasFocus()
        card.open_reply()
        field = card.findChild(LineEdit)
        assert field is not None
        QTest.keyClicks(field, "half")
        QTest.keyClick(field, Qt.Key.Key_Escape)
        assert not field.isVisible() and field.text() == "half" and card.isActiveWindow()
        QTest.keyClick(card, Qt.Key.Key_Escape)
        await desk.pause()
        assert desk.window.isActiveWindow()
        assert alerts.cards == [card]

    play(scene)


def test_later_and_dismiss_take_the_card_away_and_the_duty_stays(play: Play) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        first, second = await send(desk, "one"), await send(desk, "two")
        await desk.until(lambda: len(alerts.cards) == 2)
        menu: QMenu = alerts.cards[0].open_snooze()
        words = [action.text() for action in menu.findChildren(QAction) if action.text()]
        assert words == ["5 minutes", "15 minutes", "60 minutes", "Tomorrow 9:00"]
        menu.actions()[1].trigger()
        menu.close()
        await desk.until(lambda: len(alerts.cards) == 1)
        close = next(each for each in alerts.cards[0].findChildren(IconButton) if each.toolTip() == "Dismiss")
        click(close)
        await desk.until(lambda: not alerts.cards)
        read = desk.account.cache.read
        notes = read.ding_alerts.notes([first, second])
        assert abs(notes[second].next_ms - notes[second].at_ms - 15 * 60_000) < 10_000
        assert notes[first].next_ms == -1
        assert {ding.event_id for ding in read.dings.open(9)} == {first, second}

    play(scene)


def test_a_receipt_of_my_phone_takes_the_card_away(play: Play) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        event = await send(desk)
        await card_of(desk, alerts)
        room_id = desk.company.rooms["launch"].room_id
        receipt = Receipt(UserID(ME), event, "m.read", desk.company.now_ms)
        await desk.account.cache.apply_sync(desk.company.batch(RoomUpdate(room_id, receipts=(receipt,))))
        await desk.until(lambda: not alerts.cards)

    play(scene)


def test_reading_the_conversation_here_leaves_the_card(play: Play) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        desk.page.set_active(True)
        desk.open("launch")
        await send(desk)
        await card_of(desk, alerts)
        room_id = desk.company.rooms["launch"].room_id
        await desk.until(lambda: not desk.account.cache.read.room(room_id).unread)  # type: ignore[union-attr]
        await desk.pause()
        assert len(alerts.cards) == 1

    play(scene)


def test_confirmed_on_the_phone_or_recalled_the_card_goes(play: Play) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        one, two = await send(desk, "one"), await send(desk, "two")
        await desk.until(lambda: len(alerts.cards) == 2)
        room_id = desk.company.rooms["launch"].room_id
        confirmation = desk.company.react("launch", "lina", one, "✅")
        recall = desk.company.event(
            room_id, user("wangmin"), "m.room.redaction", {"redacts": two}, desk.company.now_ms, redacts=two
        )
        await desk.account.cache.apply_sync(
            desk.company.batch(RoomUpdate(room_id, timeline=(confirmation, recall)))
        )
        await desk.until(lambda: not alerts.cards)

    play(scene)


def test_do_not_disturb_holds_the_card_and_lets_go_of_it(play: Play, played: list[Path]) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        desk.settings.change(dnd_until_ms=desk.company.now_ms + HOUR_MS)
        await desk.pause()
        await send(desk)
        await desk.until(lambda: desk.account.ding_alerts.board.held == 1)
        assert alerts.cards == [] and played == []
        desk.settings.change(dnd_until_ms=0)
        await card_of(desk, alerts)
        assert played == [DING]

    play(scene)


def test_the_sound_can_be_switched_off(play: Play, played: list[Path]) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        desk.settings.change(is_ding_sound_on=False)
        await send(desk)
        await card_of(desk, alerts)
        assert played == []

    play(scene)


def test_while_the_screen_is_shared_nothing_is_said(play: Play, played: list[Path]) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        desk.account.ding_alerts.set_casting(True)
        await send(desk, "secret merger", break_glass="secret reason")
        card = await card_of(desk, alerts)
        shown = card.accessibleName() + card.windowTitle() + repr(card.face)
        shown += "".join(part.text() for part in card.findChildren(AlertText))
        assert "A DING is waiting" in shown
        assert not any(word in shown for word in ("secret", "王敏", "产品发布小组"))
        assert not button(card, "Reply…").isVisible() and played == []
        desk.account.ding_alerts.set_casting(False)
        await desk.until(lambda: alerts.cards[0].face.text == "secret merger")

    play(scene)


def test_what_went_wrong_stands_on_the_card(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        async def refuse(*_: object) -> None:
            raise DiskFull("full")

        monkeypatch.setattr(desk.account.dings, "confirm", refuse)
        await send(desk)
        card = await card_of(desk, alerts)
        click(button(card, "Confirm"))
        await desk.until(lambda: button(card, "Confirm").isEnabled())
        assert "disk" in card._note.text().lower() and card._note.isVisible()

    play(scene)


def test_a_click_meant_for_the_card_that_was_there_does_nothing(play: Play) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        await send(desk, "one")
        await send(desk, "two")
        await desk.until(lambda: len(alerts.cards) == 2)
        upper = alerts.cards[0]
        upper.place(upper.x(), upper.geometry().bottom() + 100)
        click(button(upper, "Confirm"))
        assert queued(desk) == []

    play(scene)


def test_the_key_reaches_the_newest_card_and_the_page_without_one(play: Play) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        opened: list[str] = []
        desk.signed_in._desk.dings.open_inbox = lambda uid="": opened.append(uid)  # type: ignore[method-assign]
        desk.window.activateWindow()
        await desk.pause()
        QTest.keyClick(desk.page, Qt.Key.Key_F8)
        assert opened == [""]
        await send(desk)
        card = await card_of(desk, alerts)
        QTest.keyClick(desk.page, Qt.Key.Key_F8)
        await desk.pause()
        assert card.isActiveWindow() and opened == [""]
        alerts.reach()
        await desk.pause()
        assert button(card, "Confirm").hasFocus() and button(card, "Confirm")._has_ring
        QTest.keyClick(button(card, "Confirm"), Qt.Key.Key_Return)
        await desk.until(lambda: not alerts.cards)

    play(scene)


def test_the_key_goes_round_the_cards(play: Play) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        for number in range(4):
            await send(desk, str(number))
        await desk.until(lambda: alerts.more is not None)
        assert alerts.more is not None
        desk.window.activateWindow()
        await desk.pause()
        alerts.reach()
        for card in [*alerts.cards, alerts.more, alerts.cards[0]]:
            await desk.until(card.isActiveWindow)
            assert card.focusWidget() is not None
            QTest.keyClick(card, Qt.Key.Key_F8)
        await desk.until(alerts.cards[1].isActiveWindow)
        QTest.keyClick(alerts.cards[1], Qt.Key.Key_Escape)
        await desk.until(desk.window.isActiveWindow)

    play(scene)


def test_another_language_words_the_card_again(play: Play) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        await send(desk)
        card = await card_of(desk, alerts)
        set_language("zh")
        assert button(card, "确认收到").isVisible() and button(card, "稍后").isVisible()

    play(scene)


def test_signing_out_takes_all_cards_away(qapp: QApplication, tmp_path: Path, played: list[Path]) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            alerts = desk.window.findChild(Alerts)
            assert alerts is not None
            await desk.until(lambda: desk.account.cache.read.ding_alerts.has_begun())
            for number in range(5):
                await send(desk, str(number))
            await desk.until(lambda: alerts.more is not None)
        kinds = (AlertCard, MoreCard)
        assert not [
            window
            for window in QApplication.topLevelWidgets()
            if isinstance(window, kinds) and window.isVisible()
        ]

    run(qapp, scenario())


def test_a_long_text_is_cut_after_four_lines_with_a_word_that_there_is_more(play: Play) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        await send(desk, "请各部门确认。" * 60)
        text = (await card_of(desk, alerts)).findChild(AlertText)
        assert text is not None
        lines, is_cut = text.lines(text.width())
        assert (len(lines), is_cut) == (MOST_LINES, True) and lines[-1].endswith("…")
        assert len(text.accessibleName()) == 420
        text.set_words("short")
        assert text.lines(text.width()) == (["short"], False)
        text.set_words("a\nb")
        assert text.lines(text.width()) == (["a", "b"], False)
        for width in (1, 3, 40):
            assert text.lines(width)[0]

    play(scene)


def test_html_in_a_ding_is_shown_as_it_is(play: Play) -> None:
    async def scene(desk: Desktop, alerts: Alerts) -> None:
        await send(desk, "<img src=x><b>now</b>", break_glass="<i>fire</i>")
        card = await card_of(desk, alerts)
        assert card.face.text == "<img src=x><b>now</b>"
        assert card._reason.textFormat() is Qt.TextFormat.PlainText

    play(scene)


def test_the_sound_is_short_and_plain() -> None:
    with wave.open(str(DING)) as sound:
        assert sound.getnframes() / sound.getframerate() <= 0.6
        assert (sound.getnchannels(), sound.getsampwidth()) == (1, 2)


@pytest.mark.parametrize("platform", ["linux", "darwin", "other"])
def test_where_nothing_can_play_it_beeps(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    beeps: list[bool] = []
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(QStandardPaths, "findExecutable", lambda _name: "")
    monkeypatch.setattr(QApplication, "beep", lambda: beeps.append(True))
    sounds.play(DING)
    assert beeps == [True]


def test_the_first_player_that_is_there_plays(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[str, list[str]]] = []

    def start(program: str, arguments: list[str]) -> tuple[bool, int]:
        started.append((program, arguments))
        return True, 1

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(
        QStandardPaths, "findExecutable", lambda name: "/bin/aplay" if name == "aplay" else ""
    )
    monkeypatch.setattr(QProcess, "startDetached", start)
    sounds.play(DING)
    assert started == [("/bin/aplay", ["-q", str(DING)])]
