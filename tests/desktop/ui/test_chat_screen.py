"""A conversation on screen, over a real cache."""

from pathlib import Path

from PySide6.QtWidgets import QApplication

from tests.helpers.signed_in import desktop, run


def test_opening_a_room_marks_it_read_once_it_is_seen(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            room = desk.company.rooms["launch"].room_id
            read = desk.account.cache.read
            assert (read.room(room) or desk).unread == 3  # type: ignore[union-attr]
            desk.page.set_active(True)
            desk.open("launch")
            print("DBG", desk.chat.view.is_at_bottom, desk.chat._reading._is_active, desk.chat._reading._is_at_bottom, desk.chat._reading._source, desk.page._is_active)
            await desk.until(lambda: read.room(room).unread == 0)  # type: ignore[union-attr]

    run(qapp, scenario())
