"""Settings of my devices: where I am signed in, what each is called, and signing one out that is lost."""

import time
from collections.abc import Sequence

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.devices import OwnDevice, OwnDevices
from app.domain.ids import DeviceID
from app.errors import TackError
from resources.formats import format_moment
from resources.translations import tr
from ui.desk import Desk
from ui.screens.settings.section import Section
from ui.sentences import sentence
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.dialogs import ask_text
from widgets.words import Line

MAX_NAME = 100


class DevicesSection(Section):
    """Asks the server whenever it is shown."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(desk.style, lambda: tr("My devices"))
        self._desk = desk
        self._window = window
        self._devices: list[OwnDevice] = []
        self._error: TackError | None = None
        self._rows = QVBoxLayout()
        self._rows.setSpacing(desk.style.current.px(8))
        self._others = Button(desk.style, "", ButtonKind.OUTLINE)
        self._others.clicked.connect(self._ask_others)
        self._note = self.add_note(self._note_words)
        self.add_rows(self._rows)
        self.add_left(self._others)
        self.worded(lambda: tr("Sign out all other devices…"), self._others.setText)
        self.worded(lambda: "", lambda _text: self._show_rows())
        self.finish()

    @property
    def rows(self) -> list["DeviceRow"]:
        """What is listed."""
        return [row for row in self.findChildren(DeviceRow) if row.parent() is self]

    def showEvent(self, event: QShowEvent) -> None:
        """See Qt."""
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Ask the server which devices there are."""
        self._desk.operations.start(self._service().read(), self._show, self._failed)

    def _service(self) -> OwnDevices:
        session = self._desk.account.session
        own = session.device_id if session else DeviceID("")
        return OwnDevices(self._desk.account.homeserver, own)

    def _show(self, devices: Sequence[OwnDevice]) -> None:
        self._devices, self._error = list(devices), None
        self.word()

    def _failed(self, error: TackError) -> None:
        self._error = error
        self.word()

    def _note_words(self) -> str:
        if self._error is None:
            return "" if self._devices else tr("Asking the server…")
        if self._error.code in {"network", "not_connected"}:
            return tr("The list of devices needs a connection to the server.")
        return sentence(self._error)

    def _show_rows(self) -> None:
        for old in self.rows:
            old.setParent(None)
            old.deleteLater()
        now_ms = time.time_ns() // 1_000_000
        for device in self._devices:
            self._rows.addWidget(self._row(device, now_ms))
        self._note.setVisible(bool(self._note.text()))
        self._others.setVisible(len(self._devices) > 1)

    def _row(self, device: OwnDevice, now_ms: int) -> "DeviceRow":
        row = DeviceRow(self._desk, device, now_ms, self)
        row.rename.clicked.connect(lambda: self._ask_name(device))
        if row.sign_out is not None:
            row.sign_out.clicked.connect(lambda: self._ask_password([device.device_id], name_of(device)))
        return row

    # Acting

    def _ask_name(self, device: OwnDevice) -> None:
        dialog = ask_text(
            self._desk.style,
            self._window.window(),
            tr("Rename device"),
            tr("Name"),
            tr("Rename"),
            text=device.name,
        )

        def send(name: str) -> None:
            dialog.set_busy(True)
            self._desk.operations.start(
                self._service().rename(device.device_id, name[:MAX_NAME]), lambda _none: done(), refuse
            )

        def done() -> None:
            dialog.accept()
            self.refresh()

        def refuse(error: TackError) -> None:
            dialog.set_busy(False)
            dialog.set_error(sentence(error))

        dialog.text_accepted.connect(send)

    def _ask_others(self) -> None:
        others = [device.device_id for device in self._devices if not device.is_this]
        self._ask_password(others, tr("all other devices"))

    def _ask_password(self, device_ids: list[DeviceID], what: str) -> None:
        dialog = ask_text(
            self._desk.style,
            self._window.window(),
            tr("Sign out {device}?", device=what),
            tr("Your password, to show that it is you"),
            tr("Sign out"),
            is_password=True,
        )

        def send(password: str) -> None:
            dialog.set_busy(True)
            self._desk.operations.start(
                self._service().sign_out(device_ids, password), lambda _none: done(), refuse
            )

        def done() -> None:
            dialog.accept()
            self._desk.tell(tr("Signed out: {device}.", device=what))
            self.refresh()

        def refuse(error: TackError) -> None:
            dialog.set_busy(False)
            wrong = error.code == "wrong_password"
            dialog.set_error(tr("The password is wrong. Try again.") if wrong else sentence(error))

        dialog.text_accepted.connect(send)


class DeviceRow(QWidget):
    """Name, when and where last seen, what can be done."""

    def __init__(self, desk: Desk, device: OwnDevice, now_ms: int, parent: QWidget) -> None:
        super().__init__(parent)
        style = desk.style
        self.name = Line(style, name_of(device), is_bold=device.is_this)
        self.detail = Line(style, detail_of(device, now_ms), role="text2", pixels=12)
        self.rename = IconButton(style, "pencil-simple", tr("Rename"), size=28, icon_size=16)
        self.sign_out: IconButton | None = None
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.name)
        words.addWidget(self.detail)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(words, 1)
        row.addWidget(self.rename)
        if not device.is_this:
            self.sign_out = IconButton(style, "sign-out", tr("Sign out"), size=28, icon_size=16)
            row.addWidget(self.sign_out)


def name_of(device: OwnDevice) -> str:
    """What a device is called; its id where it has no name."""
    return device.name or device.device_id


def detail_of(device: OwnDevice, now_ms: int) -> str:
    """Word which one it is and when it was last seen."""
    parts = [tr("This device")] if device.is_this else []
    if device.last_seen_ms and not device.is_this:
        parts.append(tr("last seen {time}", time=format_moment(device.last_seen_ms, now_ms)))
    parts += [part for part in (device.last_seen_ip, device.device_id) if part]
    return " · ".join(parts)
