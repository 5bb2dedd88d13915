"""The dialog that sends a ding, over a real cache: who can be chosen, what is handed over, what survives."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.dings.compose import NewDing
from app.dings.service import DingService
from app.domain.connection import ConnectionKind
from app.domain.dings import DingKind, DingRepeat, DingSource, parse_ding, words_of
from app.domain.ids import EventID, RoomID, UserID
from app.domain.scheduled import ScheduleMode
from app.errors import InputError
from tests.helpers.company import OUTSIDER, user
from tests.helpers.input_method import commit, compose
from tests.helpers.signed_in import Desktop, desktop, run
from ui.desk import Desk
from ui.ding_desk import DingStart
from ui.screens.new_ding.new_ding_dialog import NewDingDialog, open_new_ding
from ui.screens.new_ding.new_ding_presenter import ms_of
from ui.screens.new_ding.new_ding_state import MAX_TEXT, To, When
from widgets.dialogs import Dialog

LAUNCH = "launch"


class FakeDings:
    """Takes dings as the service does."""

    def __init__(self) -> None:
        self.sent: list[NewDing] = []
        self.busy: list[UserID] = []
        self.error: InputError | None = None
        self.gate: asyncio.Event | None = None
        self.mode = ScheduleMode.SERVER

    async def send(self, new: NewDing) -> str:
        if self.gate is not None:
            await self.gate.wait()
        if self.error is not None:
            raise self.error
        self.sent.append(new)
        return "t:new"

    async def busy_among(self, users: Sequence[UserID]) -> list[UserID]:
        return [one for one in users if one in self.busy]

    def schedule_mode(self, due_ms: int, *, has_files: bool = False) -> ScheduleMode:
        return ScheduleMode.LOCAL if has_files else self.mode


class Stage:
    """A signed-in window and the dialog over it."""

    def __init__(self, desk: Desktop, dings: FakeDings, real: DingService) -> None:
        self.desktop, self.dings, self.real = desk, dings, real
        self.desk: Desk = desk.chat._desk
        self.room = desk.company.rooms[LAUNCH].room_id

    async def open(self, start: DingStart | None = None) -> NewDingDialog:
        open_new_ding(self.desk, self.desktop.window, DingStart(self.room) if start is None else start)
        dialog = self.dialogs()[-1]
        await self.until(
            lambda: dialog.presenter.audience.everyone or dialog.presenter.audience.room_id is None
        )
        await asyncio.sleep(0.05)
        return dialog

    def dialogs(self) -> list[NewDingDialog]:
        found: list[NewDingDialog] = self.desktop.window.findChildren(NewDingDialog)
        return [dialog for dialog in found if dialog.isVisible()]

    async def closed(self) -> None:
        await self.until(lambda: not self.dialogs())

    async def until(self, condition: Callable[[], object]) -> None:
        await self.desktop.until(condition)

    def said(self, words: str) -> EventID:
        """The id of the newest message with these words."""
        read = self.desktop.account.cache.read
        items = read.items(self.room, 0, read.extent(self.room).row_count)
        found = next(item.event_id for item in reversed(items) if words in item.body)
        assert found is not None
        return found


@asynccontextmanager
async def stage(folder: Path, language: str = "en") -> AsyncIterator[Stage]:
    async with desktop(folder, language=language) as desk:
        dings, real = FakeDings(), desk.account.dings
        vars(desk.account)["dings"] = dings
        try:
            yield Stage(desk, dings, real)
        finally:
            vars(desk.account)["dings"] = real


def scene(qapp: QApplication, folder: Path, work: Callable[[Stage], Any], language: str = "en") -> None:
    async def scenario() -> None:
        async with stage(folder, language) as it:
            await work(it)
            for dialog in it.dialogs():
                dialog.presenter.throw_away()
                dialog._leave()
            await asyncio.sleep(0.05)

    run(qapp, scenario())


def shown_names(dialog: NewDingDialog) -> set[str]:
    return {chip.name for chip in dialog.who.people.chips.chips()}


def test_from_a_conversation_it_goes_to_everyone_but_me(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        dialog = await it.open()
        assert dialog.preview.text() == "To 7 people in 产品发布小组"
        assert "周芳 (External)" in dialog.who.names.text()
        QTest.keyClicks(dialog.what.text.editor, "Confirm by 18:00")
        QTest.keyClick(dialog.what.text.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await it.closed()
        (new,) = it.dings.sent
        assert (new.text, new.room_id, new.send_at_ms, new.files) == ("Confirm by 18:00", it.room, None, ())
        assert new.ding.kind is DingKind.NOTICE
        assert len(new.ding.recipients) == 7 and OUTSIDER in new.ding.recipients
        assert it.desktop.account.user_id not in new.ding.recipients

    scene(qapp, tmp_path, work)


def test_from_the_unread_of_a_message_it_goes_to_exactly_these(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        source = it.said("sample batch")
        dialog = await it.open(DingStart(it.room, source, people=(user("tom"), user("wangmin"))))
        assert dialog.presenter.writing.to is To.UNREAD
        assert not dialog.what.source.isHidden() and "周芳" in dialog.what.source.title()
        assert dialog.what.text.text().startswith("The sample batch")
        dialog.press("send")
        await it.closed()
        ding = it.dings.sent[0].ding
        assert set(ding.recipients) == {user("tom"), user("wangmin")}
        assert ding.source == DingSource(it.room, source)

    scene(qapp, tmp_path, work)


def test_the_source_can_be_dropped_and_the_text_stays(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        dialog = await it.open(DingStart(it.room, it.said("sample batch")))
        dialog.what.source.cancelled.emit()
        assert dialog.what.source.isHidden() and dialog.what.text.text()
        dialog.press("send")
        await it.closed()
        assert it.dings.sent[0].ding.source is None

    scene(qapp, tmp_path, work)


def test_people_are_chosen_by_name_and_the_external_one_is_amber(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        dialog = await it.open()
        dialog.who.modes.chosen.emit(To.PICKED)
        field = dialog.who.people.field
        await it.until(field.hasFocus)
        for half, name in (("zhou", "周芳"), ("wang", "王敏")):
            compose(field, half)
            commit(field, name)
            await it.until(lambda: dialog.who.people.suggestions())
            QTest.keyClick(field, Qt.Key.Key_Return)
        assert [chip.tag for chip in dialog.who.people.chips.chips()] == ["External", ""]
        assert dialog.preview.text() == "To 2 people in 产品发布小组"
        commit(field, "周")
        await asyncio.sleep(0.3)
        assert dialog.who.people.suggestions() == ()  # chosen already

    scene(qapp, tmp_path, work)


def test_pasted_names_and_ids_are_taken_and_unknown_ones_named(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        dialog = await it.open(DingStart())
        dialog.who.people.names_given.emit(("王敏", str(user("tom")), "Nobody Ever", str(OUTSIDER)))
        await it.until(lambda: len(dialog.who.people.chips.chips()) == 3)
        assert shown_names(dialog) == {"王敏", "Tom", "周芳"}
        assert "Nobody Ever" in dialog.who.people._note.text()

    scene(qapp, tmp_path, work)


def test_a_department_adds_its_people(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        from app.directory.service import Department
        from app.domain.rooms import Profile

        inner = Department(RoomID("!inner:x"), "Design 2")
        people = {
            "!unit:x": [Profile(user("tom"), "Tom", None), Profile(it.desktop.account.user_id, "me", None)],
            "!inner:x": [Profile(user("wangmin"), "王敏", None)],
        }

        async def departments() -> tuple[Department, ...]:
            return (Department(RoomID("!unit:x"), "Design", (inner,)),)

        async def members(room_id: RoomID) -> list[Profile]:
            return people[room_id]

        directory = it.desktop.account.directory
        directory.departments, directory.department_members = departments, members  # type: ignore[method-assign]
        dialog = await it.open(DingStart())
        await it.until(dialog.who.people.field.hasFocus)
        QTest.keyClicks(dialog.who.people.field, "design")
        await it.until(lambda: len(dialog.who.people.suggestions()) == 2)
        QTest.keyClick(dialog.who.people.field, Qt.Key.Key_Return)
        await it.until(lambda: shown_names(dialog) == {"Tom", "王敏"})
        people["!unit:x"] = [Profile(UserID(f"@u{n}:x"), f"u{n}", None) for n in range(501)]
        dialog.presenter.add("picked", "unit:!unit:x")
        await it.until(lambda: "has 502 people" in dialog.who.people._note.text())
        assert shown_names(dialog) == {"Tom", "王敏"}

    scene(qapp, tmp_path, work)


def test_a_task_says_due_and_copies(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        dialog = await it.open()
        due = (datetime.now() + timedelta(days=2)).replace(second=0, microsecond=0)
        dialog.what.kinds.chosen.emit(DingKind.TASK)
        dialog.what.text.set_text("x")
        dialog.presenter.set(text="Hand in the receipts", to=To.PICKED)
        dialog.presenter.add_named("picked", ["Tom"])
        dialog.presenter.add_named("cc", ["王敏"])
        await it.until(lambda: dialog.presenter.writing.cc and dialog.presenter.writing.picked)
        dialog.kind.due._take(due)
        dialog.press("send")
        await it.closed()
        new = it.dings.sent[0]
        assert (new.ding.kind, new.ding.recipients, new.ding.cc) == (
            DingKind.TASK,
            (user("tom"),),
            (user("wangmin"),),
        )
        assert new.ding.due_ms == ms_of(due)
        assert new.fallback == f"Due {due:%Y-%m-%d %H:%M} · React with ✅ to confirm"

    scene(qapp, tmp_path, work)


def test_a_meeting_keeps_its_length_when_the_start_moves(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        dialog = await it.open()
        dialog.presenter.set(kind=DingKind.MEETING, text="Rehearsal")
        before = dialog.presenter.writing
        dialog.kind.start.edit.setDateTime(dialog.kind.start.edit.dateTime().addSecs(7200))
        dialog.kind.place.set_text("Hall 3")
        dialog.kind.remind.chosen.emit("30")
        writing = dialog.presenter.writing
        assert writing.end_ms - writing.start_ms == before.end_ms - before.start_ms
        dialog.kind.remind.set_current("60")
        dialog.kind.remind.chosen.emit("60")
        dialog.press("send")
        await it.closed()
        ding = it.dings.sent[0].ding
        assert (ding.start_ms, ding.end_ms) == (writing.start_ms, writing.end_ms)
        assert (ding.place, ding.remind_min) == ("Hall 3", 60)

    scene(qapp, tmp_path, work)


def test_a_repeated_one_says_honestly_who_sends_it(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        file = tmp_path / "plan.txt"
        file.write_text("x")
        dialog = await it.open()
        assert dialog.when.who.text() == "You are offline: it will be sent when you are online."
        dialog.presenter.set(text="Stand-up", when=When.REPEAT, repeat=DingRepeat.WORKDAYS)
        assert dialog.when.who.text() == "Sent when Tack is running."
        it.desktop.account.connection.move_to(ConnectionKind.ONLINE)
        assert "The server sends the next" in dialog.when.who.text()
        dialog.presenter.set(when=When.LATER)
        assert dialog.when.who.text() == "The server sends it, even when Tack is closed."
        dialog.presenter.set(when=When.REPEAT)
        dialog.presenter.add_files((file,))
        assert dialog.when.who.text() == "Sent when Tack is running."
        assert dialog.button("send").text() == "Schedule"
        dialog.press("send")
        await it.closed()
        new = it.dings.sent[0]
        assert (new.ding.repeat, new.files) == (DingRepeat.WORKDAYS, (file,))
        assert new.send_at_ms is not None and new.send_at_ms > ms_of(datetime.now())

    scene(qapp, tmp_path, work)


def test_a_time_gone_by_is_refused_in_words_and_its_field_is_ready(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def work(it: Stage) -> None:
        dialog = await it.open()
        dialog.presenter.set(text="x", when=When.LATER, at_ms=ms_of(datetime(2020, 1, 1)))
        dialog.press("send")
        assert dialog._error.text() == "This time is over already. Choose a later one, or send it now."
        await it.until(dialog.when.at.edit.hasFocus)
        assert it.dings.sent == []
        dialog.presenter.set(when=When.NOW)
        assert dialog._error.isHidden()

    scene(qapp, tmp_path, work)


def test_reminders_and_a_reason_are_handed_over(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        dialog = await it.open()
        dialog.presenter.set(text="x")
        assert dialog.loud.times.isHidden() and dialog.loud.reason.isHidden()
        dialog.loud.every.chosen.emit("15")
        dialog.loud.times.chosen.emit("5")
        dialog.loud.glass.click()
        dialog.press("send")
        assert "shown to them" in dialog._error.text()
        QTest.keyClicks(dialog.loud.reason.edit, "Server room on fire")
        dialog.press("send")
        await it.closed()
        ding = it.dings.sent[0].ding
        assert (ding.nudge_every_min, ding.nudge_times, ding.break_glass) == (15, 5, "Server room on fire")

    scene(qapp, tmp_path, work)


def test_who_is_busy_already_is_told_and_not_blocked(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        it.dings.busy = [user("zhangwei")]
        dialog = await it.open()
        await it.until(lambda: dialog.busy.text() == "张伟 already has 200 DINGs to confirm.")
        dialog.presenter.set(text="x")
        dialog.press("send")
        await it.closed()
        assert user("zhangwei") in it.dings.sent[0].ding.recipients

    scene(qapp, tmp_path, work)


def test_enter_in_a_field_or_from_the_input_method_sends_nothing(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        dialog = await it.open()
        editor = dialog.what.text.editor
        commit(editor, "确认")
        compose(editor, "yixia")
        QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        commit(editor, "一下")
        QTest.keyClick(editor, Qt.Key.Key_Return)
        dialog.presenter.set(kind=DingKind.MEETING)
        QTest.keyClick(dialog.kind.place.edit, Qt.Key.Key_Return)
        QTest.keyClick(dialog.kind.start.edit, Qt.Key.Key_Return)
        await asyncio.sleep(0.05)
        assert it.dings.sent == [] and dialog.isVisible()
        assert dialog.what.text.text() == "确认一下\n"

    scene(qapp, tmp_path, work)


def test_while_it_is_sent_nothing_is_sent_twice_and_an_error_is_worded(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def work(it: Stage) -> None:
        it.dings.gate, it.dings.error = asyncio.Event(), InputError(code="room_encrypted")
        dialog = await it.open()
        dialog.presenter.set(text="x")
        dialog.press("send")
        dialog.press("send")
        assert dialog.button("send").is_busy()
        it.dings.gate.set()
        await it.until(lambda: "encrypted" in dialog._error.text())
        assert not dialog.button("send").is_busy() and dialog.isVisible()
        it.desktop.account.connection.move_to(ConnectionKind.ONLINE)
        assert "encrypted" in dialog._error.text() and not dialog._error.isHidden()
        it.dings.error = None
        dialog.press("send")
        await it.closed()
        assert len(it.dings.sent) == 1

    scene(qapp, tmp_path, work)


def test_an_error_after_closing_is_told_and_the_text_is_kept(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        it.dings.gate, it.dings.error = asyncio.Event(), InputError(code="room_left")
        dialog = await it.open()
        dialog.presenter.set(text="Do not lose me")
        dialog.press("send")
        dialog.reject()
        await it.closed()
        it.dings.gate.set()
        await asyncio.sleep(0.2)
        again = await it.open()
        assert again.offer.isVisibleTo(again)
        again._use_draft()
        assert again.what.text.text() == "Do not lose me"

    scene(qapp, tmp_path, work)


def test_the_note_leads_to_the_inbox(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        offered: list[tuple[str, str, Callable[[], None]]] = []
        opened: list[str] = []
        it.desk.offer = lambda *words: offered.append(words)  # type: ignore[method-assign]
        it.desk.dings.open_inbox = opened.append  # type: ignore[method-assign, assignment]
        dialog = await it.open()
        dialog.presenter.set(text="x")
        dialog.press("send")
        await it.closed()
        text, action, act = offered[0]
        assert (text, action) == ("DING to 7 people goes out when you are online", "Show")
        act()
        assert opened == ["t:new"]

    scene(qapp, tmp_path, work)


def test_escape_asks_only_where_something_would_be_lost(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        dialog = await it.open(DingStart(it.room, it.said("sample batch")))
        QTest.keyClick(dialog.what.text.editor, Qt.Key.Key_Escape)
        await it.closed()
        dialog = await it.open()
        QTest.keyClicks(dialog.what.text.editor, "half")
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert dialog.isVisible()
        questions = [one for one in dialog.findChildren(Dialog) if one.isVisible()]
        questions[0].press("cancel")
        await asyncio.sleep(0.05)
        assert dialog.isVisible()
        dialog.close()
        questions = [one for one in dialog.findChildren(Dialog) if one.isVisible()]
        questions[0].press("discard")
        await it.closed()
        await asyncio.sleep(0.1)
        assert it.desktop.account.cache.read.kv("new_ding", "drafts") is None

    scene(qapp, tmp_path, work)


def test_a_draft_is_kept_at_a_pause_and_offered_again_there_only(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        dialog = await it.open()
        QTest.keyClicks(dialog.what.text.editor, "half a ding")
        dialog.what.kinds.chosen.emit(DingKind.TASK)
        await it.until(lambda: it.desktop.account.cache.read.kv("new_ding", "drafts"))
        dialog._leave()  # as if it had crashed
        await it.closed()
        elsewhere = await it.open(DingStart())
        assert elsewhere.offer.isHidden()
        elsewhere._leave()
        await it.closed()
        again = await it.open()
        await it.until(lambda: again.offer.isVisibleTo(again))
        again._use_draft()
        assert again.what.text.text() == "half a ding"
        assert again.presenter.writing.kind is DingKind.TASK
        again.press("send")
        await it.closed()
        await it.until(lambda: it.desktop.account.cache.read.kv("new_ding", "drafts") is None)

    scene(qapp, tmp_path, work)


def test_files_come_by_drop_and_go_by_their_cross(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        files = [tmp_path / name for name in ("a.txt", "b.txt")]
        for file in files:
            file.write_text("x")
        dialog = await it.open()
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(file)) for file in (*files, files[0], tmp_path / "gone")])
        drop = QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        dialog.dropEvent(drop)
        assert dialog.what.files.names() == ["a.txt", "b.txt"]
        dialog.what.files.take_away(dialog.what.files.items()[0])
        assert dialog.presenter.writing.files == (files[1],)
        files[1].unlink()
        dialog.presenter.set(text="x")
        dialog.press("send")
        assert "no longer there" in dialog._error.text()

    scene(qapp, tmp_path, work)


def test_the_dialog_goes_with_the_account(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        dialog = await it.open()
        QTest.keyClicks(dialog.what.text.editor, "half")
        it.desk.dings.deleteLater()
        await it.closed()

    scene(qapp, tmp_path, work)


def test_a_text_that_is_too_long_is_said_while_typing(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        dialog = await it.open()
        dialog.what.text.editor.insertPlainText("字" * (MAX_TEXT + 1))
        assert "too long" in dialog.what.text._below.text()
        dialog.press("send")
        assert it.dings.sent == []

    scene(qapp, tmp_path, work)


def test_it_fits_a_small_window_and_every_field_can_be_reached_by_tab(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def work(it: Stage) -> None:
        it.desktop.window.resize(900, 600)
        dialog = await it.open()
        assert dialog.height() <= 600 and dialog.width() <= 900
        dialog.presenter.set(
            kind=DingKind.MEETING, when=When.REPEAT, nudge_every_min=5, is_breaking_glass=True
        )
        await asyncio.sleep(0.05)
        wanted: list[QWidget] = [
            dialog.what.text.editor,
            dialog.what.attach,
            dialog.kind.start.edit,
            dialog.kind.end.edit,
            dialog.kind.place.edit,
            dialog.kind.remind.box,
            dialog.when.at.edit,
            dialog.when.repeat.box,
            dialog.loud.every.box,
            dialog.loud.times.box,
            dialog.loud.glass,
            dialog.loud.reason.edit,
            dialog.button("cancel"),
            dialog.button("send"),
        ]
        dialog.what.text.editor.setFocus()
        passed: list[QWidget] = [dialog.what.text.editor]
        for _ in range(40):
            dialog.focusNextChild()
            focused = dialog.focusWidget()
            if focused is passed[0]:
                break
            passed.append(focused)
        assert [one for one in passed if one in wanted] == wanted
        assert all(one.accessibleName() for one in wanted if one is not dialog.loud.glass)

    scene(qapp, tmp_path, work)


def test_names_of_the_directory_cannot_forge_a_line(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        from app.domain.rooms import Profile

        async def users(term: str, limit: int = 50) -> list[Profile]:
            return [
                Profile(UserID("@evil:far.example"), "Wang\n\u202eniM", None),
                Profile(UserID("@blank:far.example"), "\u200b", None),
            ]

        it.desktop.account.directory.users = users  # type: ignore[method-assign]
        dialog = await it.open(DingStart())
        await it.until(dialog.who.people.field.hasFocus)
        QTest.keyClicks(dialog.who.people.field, "zzz")
        await it.until(lambda: len(dialog.who.people.suggestions()) == 2)
        assert [row.name for row in dialog.who.people.suggestions()] == ["Wang niM", "blank"]
        assert all(row.detail.startswith("External") for row in dialog.who.people.suggestions())

    scene(qapp, tmp_path, work)


def test_the_real_service_takes_what_the_dialog_gives(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        vars(it.desktop.account)["dings"] = it.real
        file = tmp_path / "list.txt"
        file.write_text("x")
        read = it.desktop.account.cache.read
        dialog = await it.open()
        dialog.presenter.set(text="[DING] twice\n— and a dash", kind=DingKind.TASK, files=(file,))
        dialog.press("send")
        await it.closed()
        message, attachment = read.queue()
        ding = parse_ding(message.content)
        assert ding is not None and len(ding.recipients) == 7 and ding.kind is DingKind.TASK
        assert message.content["body"].startswith("[DING] [DING] twice")
        assert "\n— Due " in message.content["body"] and attachment.content["msgtype"] == "m.file"
        later = await it.open()
        later.presenter.set(text="Stand-up", when=When.REPEAT)
        later.press("send")
        await it.closed()
        (planned,) = it.desktop.account.dings.scheduled()
        assert (planned.text, planned.content.repeat) == ("Stand-up", DingRepeat.DAILY)

    scene(qapp, tmp_path, work)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_a_phone_reads_is_in_the_language_of_the_sender(
    qapp: QApplication, tmp_path: Path, language: str
) -> None:
    async def work(it: Stage) -> None:
        dialog = await it.open()
        dialog.presenter.set(text="x", is_breaking_glass=True, reason="火警")
        dialog.press("send")
        await it.closed()
        assert it.dings.sent[0].fallback == (
            "紧急：火警 · 回应 ✅ 表示确认" if language == "zh" else "Urgent: 火警 · React with ✅ to confirm"
        )
        assert words_of(f"[DING] x\n— {it.dings.sent[0].fallback}") == "x"

    scene(qapp, tmp_path, work, language)


def test_who_is_known_is_offered_while_the_server_does_not_answer(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        from app.domain.rooms import Profile

        answer = asyncio.Event()

        async def users(term: str, limit: int = 50) -> list[Profile]:
            await answer.wait()
            return [Profile(UserID("@wangfar:far.example"), "Wang Far", None)]

        it.desktop.account.directory.users = users  # type: ignore[method-assign]
        dialog = await it.open(DingStart())
        await it.until(dialog.who.people.field.hasFocus)
        QTest.keyClicks(dialog.who.people.field, "wang")
        await it.until(lambda: [row.name for row in dialog.who.people.suggestions()] == ["王敏"])
        answer.set()
        await it.until(lambda: len(dialog.who.people.suggestions()) == 2)

    scene(qapp, tmp_path, work)


def test_ctrl_enter_sends_from_the_names_too(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        dialog = await it.open()
        dialog.who.modes.chosen.emit(To.PICKED)
        field = dialog.who.people.field
        await it.until(field.hasFocus)
        commit(field, "王敏")
        await it.until(lambda: dialog.who.people.suggestions())
        QTest.keyClick(field, Qt.Key.Key_Return)
        dialog.what.text.set_text("Now")
        dialog.what.text.edited.emit()
        QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await it.until(lambda: it.dings.sent)

    scene(qapp, tmp_path, work)
