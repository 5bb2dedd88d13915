"""The owner's window: figures, playlists that wait until they are saved, who has finished, roles, who can watch."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from app.channels.listing import Listing, note_listing
from app.channels.values import CourseEdit
from app.domain.channels.channel import Audience, Role, Visibility
from app.domain.channels.rows import ChannelFigures, PersonProgress, PostFigures
from app.domain.ids import EventID, RoomID, UserID
from app.errors import Forbidden, InputError
from tests.helpers.channel_stage import CHANNEL, ChannelStage, channel_row, channel_stage, course_row, user_id
from tests.helpers.company import ME
from tests.helpers.signed_in import run
from ui.channel_consent import Consent
from ui.models.person_rows_model import PersonRowsModel
from ui.screens.channel_owner import owner_facts
from ui.screens.channel_owner.course_people import UnfinishedDialog, progress_row
from ui.screens.channel_owner.owner_window import OwnerWindow, open_owner
from ui.screens.channel_owner.people_page import InviteDialog
from ui.screens.channel_owner.posts_dialog import PostsDialog
from ui.screens.channel_owner.settings_page import widening_words
from widgets.channel_checks import Tick, TickModel
from widgets.dialogs import Dialog
from widgets.member_panel import MemberRow

DAY_MS = 86_400_000
TITLES = ("第一课", "第二课", "Third lesson")
Work = Callable[[ChannelStage], Coroutine[Any, Any, None]]
Scene = Callable[[Work], None]
FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def figures() -> ChannelFigures:
    posts = tuple(
        PostFigures(EventID(f"$post{n}"), title, now_ms() - n * DAY_MS, 10 - n, 4 - n, 8, 6 - 2 * n)
        for n, title in enumerate(TITLES)
    )
    return ChannelFigures(42, 27, 9, posts)


@pytest.fixture
def scene(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    def play(work: Work) -> None:
        async def scenario() -> None:
            async with channel_stage(tmp_path, monkeypatch) as it:
                monkeypatch.setattr(owner_facts, "consent_of", lambda _read: Consent(True, True, True))
                it.reads["channel"] = channel_row(wants_reports=True)
                it.reads["figures"] = figures()
                await work(it)
                for window in it.window.findChildren(OwnerWindow):
                    window.close_now()
                await asyncio.sleep(0.02)

        run(qapp, scenario())

    return play


async def opened(it: ChannelStage, tab: str = "", room_id: RoomID = CHANNEL) -> OwnerWindow:
    window = open_owner(it.desk, it.window, room_id, tab)
    await it.until(lambda: window._facts is not None)
    return window


async def moved(it: ChannelStage) -> None:
    """Sync brought something."""
    it.desk.bridge.channels_changed.emit(frozenset({CHANNEL}))
    await asyncio.sleep(0.1)


def answer(window: OwnerWindow, key: str) -> str:
    """Answer the question that is open; what it said."""
    (question,) = [one for one in window.findChildren(Dialog) if one.isVisible() and type(one) is Dialog]
    words = question._text.text()
    question.press(key)
    return words


def test_figures_are_summed_and_lead_to_the_video(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(it: ChannelStage) -> None:
        watched: list[str] = []
        monkeypatch.setattr(it.desk.channels, "watch", lambda event_id: watched.append(event_id))
        window = await opened(it)
        tiles = {tile.name: tile.text for tile in window.figures.tiles.tiles()}
        assert tiles == {
            "Followers": "42",
            "Videos": "3",
            "Likes": "27",
            "Comments": "9",
            "Seen to the end": "50 %",
        }
        bars = window.figures.finished.bars()
        assert bars[1].words == "第二课: finished by 4 of 8 who began it"
        window.figures.liked.bar_activated.emit(window.figures.liked.bars()[0].key)
        assert watched == ["$post0"]
        assert open_owner(it.desk, it.window, CHANNEL, "people") is window, "one window for a channel"
        assert window.tabs.current() == "people"

    scene(work)


def test_without_consent_nothing_is_counted_and_the_reason_stands_there(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(it: ChannelStage) -> None:
        monkeypatch.setattr(owner_facts, "consent_of", lambda _read: Consent(True, False, False))
        it.reads["courses"] = [course_row("c1", "Training", 0, is_compulsory=True)]
        window = await opened(it)
        assert not window.figures.finished.bars() and "has not agreed" in window.figures.note.text()
        window.show_tab("courses")
        window.courses.parts._choose("people")
        assert window.courses.people.empty.accessibleName() == "Nobody knows who has finished"
        assert not window.settings.reports.isEnabled()

    scene(work)


def test_a_playlist_is_made_put_in_order_and_saved(scene: Scene) -> None:
    async def work(it: ChannelStage) -> None:
        window = await opened(it, "courses")
        page, editor = window.courses, window.courses.editor
        page.add.click()
        editor.title.edit.textEdited.emit("First week")
        editor.add.click()
        dialog = it.find(PostsDialog)
        dialog.search.term_changed.emit("第")
        for row in range(dialog.list.ticks.rowCount()):
            dialog.list._toggle(dialog.list.ticks.index(row))
        assert dialog.button("accept").text() == "Add 2 videos"
        dialog.press("accept")
        assert page._drafts[page._key].posts == ("$post1", "$post0"), "the oldest first"
        editor.list.step_wanted.emit("$post0", -1)
        editor.must.click()
        editor.has_due.click()
        wanted = page._drafts[page._key]
        assert wanted.posts == ("$post0", "$post1") and wanted.is_compulsory and wanted.due_ms > now_ms()
        it.answers["save_course"] = "c9"
        editor.save.click()
        await it.until(lambda: it.calls("save_course"))
        assert it.calls("save_course") == [(CHANNEL, wanted)]
        await it.until(lambda: not page.is_changed)
        assert [row.key for row in page.list.rows()] == ["c9"], "shown before sync brings it back"
        made = replace(wanted, id="c9")
        it.reads["courses"] = [course_row("c9", "First week", 0, 1, is_compulsory=True, due_ms=made.due_ms)]
        await moved(it)
        assert page._sent == {} and page._key == "c9"

    scene(work)


def test_what_is_not_saved_is_asked_for_before_the_window_closes(scene: Scene) -> None:
    async def work(it: ChannelStage) -> None:
        it.reads["courses"] = [course_row("c1", "One", 0, 1), course_row("c2", "Two")]
        window = await opened(it, "courses")
        page = window.courses
        page.editor.title.edit.textEdited.emit("One more")
        page.list.chosen.emit("c2")
        page.list.chosen.emit("c1")
        assert page.editor.title.text() == "One more"
        await moved(it)
        assert page._drafts == {
            "c1": CourseEdit("c1", "One more", "", (EventID("$post0"), EventID("$post1")))
        }
        assert not window.close()
        answer(window, "cancel")
        assert window.isVisible()
        page.editor.title.edit.textEdited.emit("One")
        assert not page.is_changed, "as it was: nothing to save"
        assert window.close()

    scene(work)


def test_a_playlist_is_deleted_only_after_the_question(scene: Scene) -> None:
    async def work(it: ChannelStage) -> None:
        it.reads["courses"] = [course_row("c1", "One", 0), course_row("c2", "Two")]
        window = await opened(it, "courses")
        window.courses.editor.remove.click()
        assert "stay in the channel" in answer(window, "accept")
        await it.until(lambda: it.calls("remove_course") == [(CHANNEL, "c1")])
        assert [row.key for row in window.courses.list.rows()] == ["c2"]

    scene(work)


def test_who_has_not_finished_gets_a_ding(scene: Scene) -> None:
    async def work(it: ChannelStage) -> None:
        due = now_ms() - DAY_MS
        it.reads["courses"] = [course_row("c1", "Training", 0, 1, is_compulsory=True, due_ms=due)]
        it.reads["progress"] = [
            PersonProgress(user_id("tom"), "Tom", 0, 2, 0),
            PersonProgress(user_id("wangmin"), "王敏", 1, 2, now_ms()),
            PersonProgress(user_id("liuyang"), "刘洋", 2, 2, now_ms()),
            PersonProgress(ME, "李娜", 0, 2, 0),
        ]
        window = await opened(it, "courses")
        people = window.courses.people
        window.courses.parts._choose("people")
        await it.until(lambda: people.model.rowCount() == 4)
        assert [row.tag for row in people.model.rows()] == ["Not begun", "Under way", "Finished", "Not begun"]
        assert people.tiles.tiles()[0].text == "1 of 4" and people.tiles.tiles()[2].role == "attention_text"
        assert people.ding.text() == "DING 2 people", "not I"
        people.ding.click()
        dialog = it.find(UnfinishedDialog)
        assert dialog.text.text() == "Please finish “Training”."
        dialog.text.set_text("")
        dialog.press("accept")
        assert not it.calls("ding_unfinished")
        dialog.text.set_text("Today, please")
        it.answers["ding_unfinished"] = InputError(code="nudge_too_soon", seconds=90)
        dialog.press("accept")
        await it.until(lambda: "90 s" in dialog._error.text())
        it.answers["ding_unfinished"] = 2
        dialog.press("accept")
        await it.until(lambda: "2 people get your DING." in it.told())
        assert it.calls("ding_unfinished")[-1] == (CHANNEL, "c1", "Today, please")

    scene(work)


def test_roles_are_changed_and_what_cannot_be_taken_back_is_said(scene: Scene) -> None:
    async def work(it: ChannelStage) -> None:
        room_id = it.desktop.company.rooms["launch"].room_id
        it.reads["channel"] = channel_row(room_id=room_id)
        window = await opened(it, "people", room_id)
        page = window.people
        await it.until(lambda: page.model.rowCount() > 3)
        tom = str(user_id("tom"))
        acts = {action.text().split(" – ")[0]: action for action in page.menu_of(tom).actions()}
        assert acts["Viewer"].isChecked()
        acts["Editor"].trigger()
        await it.until(lambda: it.calls("set_role") == [(room_id, tom, Role.EDITOR)])
        acts["Channel owner"].trigger()
        assert "You cannot take it back" in answer(window, "accept")
        it.answers["set_role"] = Forbidden("no")
        await it.until(lambda: len(it.calls("set_role")) == 2)
        page.search.term_changed.emit("tom")
        assert [row.user_id for row in page.model.rows()] == [tom]
        page.invite.click()
        dialog = it.find(InviteDialog)
        assert not dialog.button("accept").isEnabled()
        dialog.people._finder._known[str(UserID("@new:acme.example"))] = _person("@new:acme.example")
        dialog.people._choose("@new:acme.example")
        dialog.press("accept")
        await it.until(lambda: it.calls("invite") == [(room_id, ("@new:acme.example",))])

    scene(work)


def _person(user: str) -> Any:
    from ui.person import Person

    return Person(UserID(user), "New")


def test_an_editor_changes_neither_roles_nor_settings(scene: Scene) -> None:
    async def work(it: ChannelStage) -> None:
        it.reads["channel"] = channel_row(my_role=Role.EDITOR)
        window = await opened(it, "settings")
        assert [action.text() for action in window.people.menu_of(ME).actions()] == ["Profile"]
        settings = window.settings
        assert not settings.name.isEnabled() and not settings.save.isVisible()
        assert settings.note.text() == "Only owners of the channel can change this."

    scene(work)


def test_settings_are_saved_and_what_is_typed_outlives_a_sync(scene: Scene) -> None:
    async def work(it: ChannelStage) -> None:
        window = await opened(it, "settings")
        page = window.settings
        assert not page.save.isEnabled() and not page.save_audience.isVisible()
        page.name.set_text("Training 2027")
        await moved(it)
        assert page.name.text() == "Training 2027" and page.save.isEnabled()
        page.save.click()
        await it.until(lambda: it.calls("describe"))
        assert it.asked[-1][2] == {"name": "Training 2027", "about": None, "avatar_path": None}
        it.answers["set_open"] = Forbidden("no")
        page.is_open_switch.click()
        await it.until(lambda: it.calls("set_open") == [(CHANNEL, False)])
        await it.until(lambda: page.is_open_switch.isChecked())  # refused: as it is
        page.reports.click()
        await it.until(lambda: it.calls("set_reports") == [(CHANNEL, False)])

    scene(work)


def test_partners_are_added_after_a_question_and_never_made_internal(scene: Scene) -> None:
    async def work(it: ChannelStage) -> None:
        audience = Audience(Visibility.PARTNERS, ("hualong.example",))
        it.reads["channel"] = channel_row(audience=audience)
        window = await opened(it, "settings")
        page = window.settings
        assert page.audience is not None
        assert list(page.audience.cards.cards()) == ["partners", "public"]
        page.audience.servers.picker.names_given.emit(("second.example",))
        assert page.save_audience.isEnabled()
        page.save_audience.click()
        assert "Everybody on second.example could watch" in answer(window, "accept")
        wanted = Audience(Visibility.PARTNERS, ("hualong.example", "second.example"))
        await it.until(lambda: it.calls("set_audience") == [(CHANNEL, wanted)])
        public = Audience(Visibility.PUBLIC)
        assert widening_words(audience, public).startswith("Everybody on any Matrix server")
        assert widening_words(public, audience).startswith("What is published already")

    scene(work)


def test_another_language_words_it_again_unless_something_waits(scene: Scene) -> None:
    async def work(it: ChannelStage) -> None:
        window = await opened(it, "settings")
        window.settings.name.set_text("Typed")
        it.desktop.settings.change(language="zh")
        await asyncio.sleep(0.1)
        assert window.isVisible() and window.settings.name.text() == "Typed"
        window.settings.name.set_text("新员工培训")
        it.desktop.settings.change(language="en")
        await it.until(lambda: not isValid(window))
        fresh = it.find(OwnerWindow)
        assert fresh.tabs.current() == "settings"
        await it.until(lambda: fresh.settings.name.text() == "新员工培训")

    scene(work)


def test_a_channel_in_no_directory_says_so(scene: Scene) -> None:
    async def work(it: ChannelStage) -> None:
        await note_listing(it.desktop.account.cache, CHANNEL, CHANNEL, Listing.REFUSED)
        window = await opened(it, "settings")
        assert window.settings.unlisted.text().startswith("Your server lists no channels")
        it.reads["channel"] = channel_row(audience=Audience(Visibility.PARTNERS, ("hualong.example",)))
        await moved(it)
        assert not window.settings.unlisted.isVisible(), "partners come by link anyway"

    scene(work)


def test_a_channel_that_is_gone_says_so(scene: Scene) -> None:
    async def work(it: ChannelStage) -> None:
        it.reads["channel"] = None
        window = open_owner(it.desk, it.window, CHANNEL)
        await it.until(lambda: window.empty.accessibleName() == "This channel is not here any more")

    scene(work)


def test_the_lists_of_people_and_videos_keep_the_rules_of_models(qapp: QApplication) -> None:
    people = PersonRowsModel()
    tester = QAbstractItemModelTester(people, FATAL)
    rows = [MemberRow(f"@{name}:a", name) for name in ("Ann", "Bob", "Cai")]
    people.set_rows(rows)
    people.set_term("b")
    assert [row.name for row in people.rows()] == ["Bob"] and people.row_of("@Ann:a") == rows[0]
    people.set_rows([])
    ticks = TickModel()
    second = QAbstractItemModelTester(ticks, FATAL)
    ticks.set_rows([Tick("a", "One"), Tick("b", "Two")])
    ticks.toggle(1)
    ticks.set_term("one")
    ticks.toggle(0)
    assert ticks.ticked() == ("a", "b")
    del tester, second


def test_progress_is_worded() -> None:
    begun = progress_row(PersonProgress(user_id("tom"), "Tom\n", 0, 3, now_ms()), now_ms())
    assert (
        begun.name == "Tom" and begun.tag == "Under way" and begun.detail.startswith("0 of 3 videos, last ")
    )
