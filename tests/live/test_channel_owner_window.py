"""The owner's window on a real homeserver: a channel made, changed, filled, its training asked after, its roles given away."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.account import Account
from app.domain.channels.channel import Audience, Role, Visibility
from app.domain.channels.rows import ChannelRow
from app.domain.channels.wire import POLICY_TYPE, VIDEO_FIELD
from app.domain.connection import ConnectionKind
from app.domain.ids import EventID, RoomID
from app.paths import Paths
from app.settings import SettingsFile
from app.store.cache import CacheKey
from app.store.channel_reads import ChannelReads
from tests.helpers.homeserver import Homeserver, ServerUser
from tests.helpers.signed_in import run, until
from ui.appearance import Appearance
from ui.desk import Desk
from ui.main_window import MainWindow
from ui.screens.channel_owner.course_people import UnfinishedDialog
from ui.screens.channel_owner.new_channel_dialog import open_new_channel
from ui.screens.channel_owner.owner_window import OwnerWindow, open_owner
from ui.screens.main_window.places import known_places
from ui.signed_in import SignedIn
from ui.tray import Tray
from widgets.dialogs import Dialog

PATIENCE_S = 30.0


@asynccontextmanager
async def window_of(
    qapp: QApplication, homeserver: Homeserver, user: ServerUser, folder: Path
) -> AsyncIterator[tuple[Desk, MainWindow]]:
    """Sign somebody in on the real server and show the window."""
    paths = Paths.for_profile("test", folder)
    paths.create()
    settings = SettingsFile(paths.settings_file)
    settings.change(language="en", proxy_mode="none")
    account = await Account.sign_in(
        paths, CacheKey.random(), settings.current, homeserver.base_url, user.localpart, user.password
    )
    appearance = Appearance(qapp, settings.current)
    window, tray = MainWindow(appearance.style), Tray(appearance.style)
    signed_in = SignedIn(account, window, appearance, settings, known_places(("chats", "channels")))
    window.show_page(signed_in.page)
    window.show()
    signed_in.complete(tray)
    await account.start()
    await until(lambda: account.connection.state.kind is ConnectionKind.ONLINE, PATIENCE_S)
    try:
        yield signed_in.page.chat._desk, window
    finally:
        await signed_in.save()
        await signed_in.close()
        window.allow_close()
        window.close()
        await account.stop()
        for part in (window, tray, appearance):
            part.deleteLater()
        await asyncio.sleep(0)


def answer(window: OwnerWindow) -> None:
    """Say yes to the question that is open."""
    (question,) = [one for one in window.findChildren(Dialog) if one.isVisible() and type(one) is Dialog]
    question.press("accept")


async def sees(condition: Callable[[], object]) -> None:
    await until(condition, PATIENCE_S)


async def made(desk: Desk, window: MainWindow, name: str) -> RoomID:
    """Make an internal channel that asks who has finished."""
    dialog = open_new_channel(desk, window)
    await sees(dialog.reports.isEnabled)
    dialog.name.set_text(name)
    dialog.reports.click()
    dialog.press("accept")
    reads = desk.account.cache.read.channels

    def found() -> ChannelRow | None:
        rows = [row for row in reads.channels() if row.name == name and row.room_id.startswith("!")]
        return rows[0] if rows else None

    await sees(found)
    row = found()
    assert row is not None and row.my_role is Role.OWNER and row.wants_reports
    assert row.audience == Audience(Visibility.INTERNAL)
    return row.room_id


def space(homeserver: Homeserver, owner: ServerUser) -> None:
    """The company's space, which agrees to reports."""
    policy = {"type": POLICY_TYPE, "state_key": "", "content": {"v": 1, "watched_reports": True}}
    body = {"name": "Acme", "creation_content": {"type": "m.space"}, "initial_state": [policy]}
    homeserver.api("POST", "/_matrix/client/v3/createRoom", body, user=owner)


def follow(homeserver: Homeserver, viewer: ServerUser, room_id: RoomID) -> None:
    """Join, as any Matrix client does."""
    homeserver.api("POST", f"/_matrix/client/v3/join/{room_id}", {}, user=viewer)


def video(homeserver: Homeserver, owner: ServerUser, room_id: RoomID) -> EventID:
    """A post of the owner's phone."""
    content = {
        "msgtype": "m.video",
        "body": "Lesson",
        "url": "mxc://test.localhost/AbCdEfGhIjKlMnOp",
        "info": {"mimetype": "video/mp4", "duration": 60_000, "size": 1000, "w": 160, "h": 90},
        VIDEO_FIELD: {"v": 1, "title": "Lesson"},
    }
    path = f"/_matrix/client/v3/rooms/{room_id}/send/m.room.message/lesson"
    return EventID(homeserver.api("PUT", path, content, user=owner)["event_id"])


def test_a_channel_from_its_making_to_the_reminder(
    qapp: QApplication, homeserver: Homeserver, tmp_path: Path
) -> None:
    owner, viewer = homeserver.new_user("own"), homeserver.new_user("view")
    space(homeserver, owner)

    async def scenario() -> None:
        async with window_of(qapp, homeserver, owner, tmp_path) as (desk, window):
            room_id = await made(desk, window, "Training")
            reads: ChannelReads = desk.account.cache.read.channels
            await asyncio.to_thread(follow, homeserver, viewer, room_id)
            post = await asyncio.to_thread(video, homeserver, owner, room_id)
            page = open_owner(desk, window, room_id, "settings")
            await sees(lambda: page._facts is not None and page._facts.figures.posts)
            # Settings
            page.settings.name.set_text("Training 2027")
            page.settings.save.click()
            await sees(lambda: page.name.text() == "Training 2027")
            page.settings.is_open_switch.click()
            await sees(lambda: not reads.channel(room_id).is_open)  # type: ignore[union-attr]
            # A compulsory course, and who has not finished it
            page.show_tab("courses")
            courses = page.courses
            courses.add.click()
            courses.editor.title.edit.textEdited.emit(" First   week ")
            courses.editor._change(posts=(post,))
            courses.editor.must.click()
            courses.editor.save.click()
            await sees(lambda: [row.title for row in reads.courses(room_id)] == ["First week"])
            await sees(lambda: courses._sent == {} and not courses.is_changed)
            courses.parts._choose("people")
            await sees(lambda: courses.people.ding.isVisible())
            assert courses.people.ding.text() == "DING 1 person"
            courses.people.ding.click()
            (dialog,) = page.findChildren(UnfinishedDialog)
            dialog.press("accept")
            await sees(lambda: "1 person gets your DING." in desk.toasts.texts())
            # Roles: an editor is made, the last owner cannot leave
            people = page.people
            await sees(lambda: people.model.row_of(viewer.user_id) is not None)
            acts = {act.text().split(" – ")[0]: act for act in people.menu_of(viewer.user_id).actions()}
            acts["Editor"].trigger()
            await sees(lambda: (row := people.model.row_of(viewer.user_id)) and row.tag == "Editor")
            people._ask_role(owner.user_id, Role.VIEWER)
            answer(page)
            await sees(lambda: any("Nobody else" in text for text in page.toasts.texts()))
            page.close_now()

    run(qapp, scenario())
