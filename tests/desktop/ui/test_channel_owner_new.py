"""Making a channel: what each audience means, which servers are taken, what is asked of the service."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.channels.values import NewChannel
from app.domain.channels.channel import Audience, Visibility
from app.domain.channels.wire import POLICY_TYPE
from app.domain.ids import RoomID
from app.errors import InputError
from tests.helpers.channel_stage import ChannelStage, channel_stage
from tests.helpers.company import ME
from tests.helpers.signed_in import run
from tests.helpers.store_history import batch, member, state, update
from ui.channel_consent import Consent, consent_of
from ui.screens.channel_owner.new_channel_dialog import NewChannelDialog, open_new_channel
from ui.screens.channel_owner.owner_words import as_server, server_problem

SPACE = RoomID("!space:acme.example")
Work = Callable[[ChannelStage], Coroutine[Any, Any, None]]


@pytest.fixture
def scene(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Work], None]:
    def play(work: Work) -> None:
        async def scenario() -> None:
            async with channel_stage(tmp_path, monkeypatch) as it:
                await work(it)
                for dialog in it.window.findChildren(NewChannelDialog):
                    dialog.reject()
                await asyncio.sleep(0)

        run(qapp, scenario())

    return play


def opened(it: ChannelStage) -> NewChannelDialog:
    return open_new_channel(it.desk, it.window)


def made(it: ChannelStage) -> NewChannel:
    ((new,),) = it.calls("create")
    assert isinstance(new, NewChannel)
    return new


def test_an_internal_channel_is_made(scene: Callable[[Work], None]) -> None:
    async def work(it: ChannelStage) -> None:
        it.answers["create"] = RoomID("!new:acme.example")
        dialog = opened(it)
        dialog.press("accept")
        assert dialog.name.error() == "The channel needs a name." and not it.calls("create")
        QTest.keyClicks(dialog.name.edit, "Training")
        QTest.keyClick(dialog.name.edit, Qt.Key.Key_Return)
        assert not it.calls("create"), "Enter in a field makes no channel"
        dialog.about.set_text("First week")
        dialog.press("accept")
        await it.until(lambda: it.calls("create"))
        expected = NewChannel("Training", "First week", "", Audience(Visibility.INTERNAL), True, False)
        assert made(it) == expected
        await it.until(lambda: "The channel is made as soon as the server can be reached." in it.told())

    scene(work)


def test_each_audience_is_explained_with_the_own_server(scene: Callable[[Work], None]) -> None:
    async def work(it: ChannelStage) -> None:
        dialog = opened(it)
        cards = dialog.audience.cards.cards()
        assert [card.accessibleName() for card in cards.values()] == ["Internal", "Partners", "Public"]
        sentence = "Everybody on acme.example can find and watch it. Nobody outside can."
        assert cards["internal"].accessibleDescription() == sentence
        assert dialog.audience.lasting.text().startswith("This cannot be changed later")
        dialog.activateWindow()
        dialog.audience.cards.focus_first()
        await it.until(lambda: cards["internal"].hasFocus())
        QTest.keyClick(cards["internal"], Qt.Key.Key_Up)
        assert dialog.audience.audience().visibility is Visibility.PUBLIC and cards["public"].hasFocus()
        assert not dialog.is_open_switch.isChecked(), "public ones are closed at first"
        assert "never become internal" in dialog.audience.lasting.text()

    scene(work)


def test_partners_are_named_and_doubted_where_nobody_is_known(scene: Callable[[Work], None]) -> None:
    async def work(it: ChannelStage) -> None:
        dialog = opened(it)
        dialog.name.set_text("Partner talks")
        dialog.audience.cards.cards()["partners"].click()
        field = dialog.audience.servers
        dialog.press("accept")
        assert dialog.audience.error.text().startswith("Name at least one server") and not it.calls("create")
        field.picker.names_given.emit(("@zhoufang:Hualong.example", "hualong.example", "acme.example"))
        assert field.servers() == ("hualong.example",)
        assert not dialog.audience.error.isVisible()
        field.picker.names_given.emit(("hualng.example",))
        await it.until(lambda: "hualng.example" in field.doubt.text())
        assert [chip.tag for chip in field.picker.chips.chips()] == ["", "unknown"]
        field.picker.removed.emit("hualng.example")
        assert not field.doubt.isVisible()
        field.picker.field.setText("second.example")
        dialog.press("accept")
        await it.until(lambda: it.calls("create"))
        assert made(it).audience == Audience(Visibility.PARTNERS, ("hualong.example", "second.example"))

    scene(work)


def test_servers_of_people_one_knows_are_offered(scene: Callable[[Work], None]) -> None:
    async def work(it: ChannelStage) -> None:
        dialog = opened(it)
        dialog.audience.cards.cards()["partners"].click()
        field = dialog.audience.servers
        field.picker.field.setFocus()
        QTest.keyClicks(field.picker.field, "hua")
        await it.until(lambda: field.picker.suggestions())
        (row,) = field.picker.suggestions()
        assert row.key == "hualong.example" and row.detail.startswith("1 person you know")
        QTest.keyClick(field.picker.field, Qt.Key.Key_Return)
        await it.until(lambda: field.servers() == ("hualong.example",))

    scene(work)


def test_what_the_service_refuses_is_said_and_the_dialog_stays(scene: Callable[[Work], None]) -> None:
    async def work(it: ChannelStage) -> None:
        it.answers["create"] = InputError(code="file_gone")
        dialog = opened(it)
        dialog.name.set_text("Training")
        dialog.press("accept")
        await it.until(lambda: dialog._error.text() == "The file is no longer there. Choose it again.")
        assert dialog.isVisible() and dialog.button("accept").isEnabled()

    scene(work)


def test_a_picture_is_shown_and_what_is_none_is_refused(
    scene: Callable[[Work], None], tmp_path: Path
) -> None:
    async def work(it: ChannelStage) -> None:
        dialog = opened(it)
        good, bad = tmp_path / "good.png", tmp_path / "bad.png"
        picture = QImage(30, 30, QImage.Format.Format_RGB32)
        picture.fill(Qt.GlobalColor.red)
        assert picture.save(str(good))
        bad.write_bytes(b"<svg/>")
        dialog.picture.file_chosen.emit(bad)
        await it.until(lambda: "cannot be shown" in dialog.picture._note.text())
        dialog.picture.file_chosen.emit(good)
        await it.until(lambda: dialog.picture.preview.picture is not None)
        assert dialog.wanted().avatar_path == str(good) and dialog.picture.clear.isVisible()
        dialog.picture.clear.click()
        assert dialog.wanted().avatar_path == "" and dialog.picture.preview.picture is None

    scene(work)


def test_reports_need_the_consent_of_the_company(scene: Callable[[Work], None]) -> None:
    async def work(it: ChannelStage) -> None:
        dialog = opened(it)
        await it.until(lambda: "no space of the organisation" in dialog.reports._hint)
        assert not dialog.reports.isEnabled()
        dialog.reports.show_consent(Consent(True, False, True))
        assert "Settings › Videos" in dialog.reports._hint and not dialog.reports.isEnabled()
        dialog.reports.show_consent(Consent(True, True, False))
        dialog.reports.click()
        assert dialog.wanted().wants_reports

    scene(work)


def test_consent_is_read_from_the_space(scene: Callable[[Work], None]) -> None:
    async def work(it: ChannelStage) -> None:
        cache = it.desktop.account.cache
        boss = "@wangmin:acme.example"
        levels = {"users": {boss: 100}, "state_default": 50}
        events = [
            state("c", "m.room.create", {"type": "m.space"}, sender=boss, room=SPACE),
            state("p", "m.room.power_levels", levels, sender=boss, room=SPACE),
            member(ME, n=1, room=SPACE),
        ]
        await cache.apply_sync(batch(update(*events, room=SPACE, is_initial=True)))
        assert await cache.read_in_worker(consent_of) == Consent(True, False, False)
        policy = state("y", POLICY_TYPE, {"v": 1, "watched_reports": True}, sender=boss, room=SPACE)
        mine = state("q", "m.room.power_levels", {"users": {ME: 100}}, sender=boss, room=SPACE)
        await cache.apply_sync(batch(update(policy, mine, room=SPACE)))
        assert await cache.read_in_worker(consent_of) == Consent(True, True, True)

    scene(work)


@pytest.mark.parametrize(
    "text, server",
    [
        (" Hualong.Example ", "hualong.example"),
        ("@zhou:hualong.example:8448", "hualong.example:8448"),
        ("#news:hualong.example", "hualong.example"),
        ("https://hualong.example/", "hualong.example"),
    ],
)
def test_a_server_is_taken_as_typed_or_pasted(text: str, server: str) -> None:
    assert as_server(text) == server and not server_problem(server, "acme.example")


@pytest.mark.parametrize(
    "name", ["*", "*.example", "acme.example", "hualong", "a b.example", "x" * 300 + ".de", ""]
)
def test_what_is_no_partner_is_refused(name: str) -> None:
    assert server_problem(name, "acme.example")
