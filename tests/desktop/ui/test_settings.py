"""The settings page: my devices, and what the program says about itself."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from app.devices import OwnDevice
from app.domain.ids import ContentURI, DeviceID
from app.errors import Forbidden, NetworkError, TackError
from tests.helpers.signed_in import Desktop, desktop, run
from ui.screens.settings.about import AboutSection
from ui.screens.settings.devices import DevicesSection
from ui.screens.settings.section import Section
from ui.screens.settings.storage import StorageSection
from widgets.dialogs import TextDialog
from widgets.player.key_map import help_rows

HOUR_MS = 3_600_000


class FakeDevices:
    """Three devices at a server that knows one password."""

    def __init__(self) -> None:
        self.names = {"HERE": "Tack on Linux", "OLD": "", "PHONE": "Phone"}
        self.error: TackError | None = None

    async def read(self) -> list[OwnDevice]:
        if self.error is not None:
            raise self.error
        return [
            OwnDevice(DeviceID(key), name, HOUR_MS, "", key == "HERE") for key, name in self.names.items()
        ]

    async def rename(self, device_id: DeviceID, name: str) -> None:
        self.names[device_id] = name

    async def sign_out(self, device_ids: list[DeviceID], password: str) -> None:
        if password != "right":
            raise Forbidden("no", code="wrong_password")
        for device_id in device_ids:
            del self.names[device_id]


@pytest.fixture
def devices(monkeypatch: pytest.MonkeyPatch) -> FakeDevices:
    fake = FakeDevices()
    monkeypatch.setattr(DevicesSection, "_service", lambda _self: fake)
    return fake


async def section_of(desk: Desktop) -> DevicesSection:
    desk.signed_in.open_settings()
    section = desk.window.findChild(DevicesSection)
    assert section is not None
    await desk.pause(0.05)
    return section


def names(section: DevicesSection) -> list[str]:
    return [row.name.text() for row in section.rows]


async def answer(desk: Desktop, text: str) -> TextDialog:
    dialog = desk.window.findChild(TextDialog)
    assert dialog is not None
    dialog.field.set_text(text)
    dialog.press("accept")
    await desk.pause(0.05)
    return dialog


def test_my_devices_are_listed_this_one_without_a_way_out(
    qapp: QApplication, tmp_path: Path, devices: FakeDevices
) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            section = await section_of(desk)
            await desk.until(lambda: names(section) == ["Tack on Linux", "OLD", "Phone"])
            assert [row.sign_out is None for row in section.rows] == [True, False, False]
            assert section.rows[0].detail.text().startswith("This device")
            desk.settings.change(language="zh")
            await desk.until(lambda: section.rows[0].detail.text().startswith("本设备"))

    run(qapp, scenario())


def test_a_device_is_renamed(qapp: QApplication, tmp_path: Path, devices: FakeDevices) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            section = await section_of(desk)
            await desk.until(lambda: section.rows)
            section.rows[1].rename.click()
            await answer(desk, "Old laptop")
            await desk.until(lambda: names(section)[1] == "Old laptop")

    run(qapp, scenario())


def test_another_device_is_signed_out_with_the_password(
    qapp: QApplication, tmp_path: Path, devices: FakeDevices
) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            section = await section_of(desk)
            await desk.until(lambda: section.rows)
            way_out = section.rows[2].sign_out
            assert way_out is not None
            way_out.click()
            dialog = await answer(desk, "wrong")
            assert "wrong" in dialog.field.error() and "PHONE" in devices.names
            await answer(desk, "right")
            await desk.until(lambda: names(section) == ["Tack on Linux", "OLD"])

    run(qapp, scenario())


def test_without_a_line_the_list_says_so(qapp: QApplication, tmp_path: Path, devices: FakeDevices) -> None:
    async def scenario() -> None:
        devices.error = NetworkError("no line", code="not_connected")
        async with desktop(tmp_path) as desk:
            section = await section_of(desk)
            words = [label.text() for label in section.findChildren(QLabel) if label.isVisible()]
            assert "The list of devices needs a connection to the server." in words
            assert not section.rows

    run(qapp, scenario())


def test_about_tells_version_memory_and_the_data_folder(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.signed_in.open_settings()
            about = desk.window.findChild(AboutSection)
            assert about is not None
            words = "\n".join(label.text() for label in about.findChildren(QLabel))
            assert "Tack 0.1" in words and "Memory in use" in words
            assert str(tmp_path / "profiles" / "test") in words

    run(qapp, scenario())


def test_the_size_of_pictures_is_what_lies_on_the_disk(tmp_path: Path, qapp: QApplication) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            await desk.account.media.keep(ContentURI("mxc://acme.example/cover"), b"x" * (5 << 20))
            desk.signed_in.open_settings()
            section = desk.window.findChild(StorageSection)
            assert section is not None
            await desk.until(lambda: any("5.0 MB" in label.text() for label in section.findChildren(QLabel)))

    run(qapp, scenario())


def test_the_keys_of_the_window_and_of_the_player_are_listed(qapp: QApplication, tmp_path: Path) -> None:
    async def main() -> None:
        async with desktop(tmp_path, language="en") as desk:
            desk.signed_in.open_settings()
            sections = {one.title: one for one in desk.window.findChildren(Section)}
            words = [
                one.text() for one in sections["Keyboard: while a video has the focus"].findChildren(QLabel)
            ]
            rows = [(keys, act) for keys, act in help_rows() if keys in words and act in words]
            assert rows == help_rows() and ("J / L", "10 seconds back / on") in rows
            assert "Channels" in [one.text() for one in sections["Keyboard"].findChildren(QLabel)]
            desk.signed_in._appearance.apply(desk.settings.change(language="zh"))
            await desk.until(lambda: "键盘：焦点在视频上时" in [one.title for one in sections.values()])
            shown = sections["Keyboard: while a video has the focus"].findChildren(QLabel)
            assert "全屏" in [one.text() for one in shown]

    run(qapp, main())
