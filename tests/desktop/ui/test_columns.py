"""The columns of the chat page while the window grows and shrinks."""

from pathlib import Path

from PySide6.QtWidgets import QApplication

from tests.helpers.signed_in import Desktop, desktop, run


async def resize(desk: Desktop, width: int) -> None:
    desk.window.resize(width, 700)
    await desk.pause(0.05)


def widths(desk: Desktop) -> list[int]:
    return desk.page._splitter.sizes()


def test_list_and_panel_keep_their_widths_through_a_narrow_window(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.open("launch")
            await resize(desk, 1280)
            before = widths(desk)
            assert (before[0], before[2]) == (288, 264)
            await resize(desk, 760)
            assert widths(desk)[2] == 0
            await resize(desk, 1280)
            assert widths(desk) == before

    run(qapp, scenario())


def test_in_a_narrow_window_the_panel_comes_when_asked_for(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.open("launch")
            await resize(desk, 900)
            button = desk.chat.header.panel_button
            assert desk.page.side.isHidden() and not button.isChecked()
            button.click()
            assert not desk.page.side.isHidden() and button.isChecked()
            desk.page.toggle_side()
            assert desk.page.side.isHidden() and not button.isChecked()
            await resize(desk, 1280)
            assert desk.page.side.isHidden()

    run(qapp, scenario())


def test_columns_grow_with_the_zoom(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.open("launch")
            await resize(desk, 1800)
            desk.settings.change(zoom_percent=150)
            await desk.until(lambda: widths(desk)[0] == 432)

    run(qapp, scenario())
