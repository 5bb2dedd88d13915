"""Link and QR code of a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout

from app.domain.channels.links import channel_link
from app.domain.visible import one_line
from resources.translations import tr
from ui import theme
from ui.channel_words import audience_sentence
from ui.operations import Operations
from ui.qr_matrix import qr_matrix
from ui.screens.channel_owner.owner_words import unlisted_words
from ui.sentences import sentence_for
from widgets.announce import announce
from widgets.buttons import Button, ButtonKind
from widgets.channel_code import QrView
from widgets.dialogs import Dialog
from widgets.file_dialogs import pick_save_path
from widgets.form_fields import TextField
from widgets.words import Words

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QWidget

    from app.domain.channels.rows import ChannelRow
    from app.domain.ids import RoomID
    from ui.desk import Desk


def open_code(desk: Desk, window: QWidget, room_id: RoomID) -> CodeDialog:
    """Show it."""
    dialog = CodeDialog(desk, window, room_id)
    dialog.open()
    dialog.begin()
    return dialog


class CodeDialog(Dialog):
    """The code is drawn as soon as the channel was read; it can be saved as a picture for a poster."""

    def __init__(self, desk: Desk, window: QWidget, room_id: RoomID) -> None:
        super().__init__(desk.style, tr("Link and code of the channel"), window)
        self._desk, self._room_id, self._name = desk, room_id, ""
        self.operations = Operations(desk.operations.loop, self)
        style, paper = desk.style, theme.light(has_motion=False).colors
        self.code = QrView(style, paper.text1, paper.window)
        self.who = Words(style, role="text2", pixels=13)
        self.who.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.link = TextField(style, tr("Link"))
        self.link.edit.setReadOnly(True)
        self.copy = Button(style, tr("Copy link"), ButtonKind.SECONDARY, icon="copy")
        row = QHBoxLayout()
        row.setSpacing(style.current.px(8))
        row.addWidget(self.link, 1)
        row.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignBottom)
        self.body.addWidget(self.code, 0, Qt.AlignmentFlag.AlignHCenter)
        self.body.addWidget(self.who)
        self.body.addLayout(row)
        self.add_button("save", tr("Save as picture…"))
        self.add_button("cancel", tr("Close"), ButtonKind.PRIMARY, is_default=True)
        self.button("save").setEnabled(False)
        self.copy.clicked.connect(self._copy)
        self.finished.connect(lambda _: self.operations.cancel_all())

    def begin(self) -> None:
        """Read the channel."""
        room_id = self._room_id
        reading = self._desk.account.cache.read_in_worker(lambda read: read.channels.channel(room_id))
        self.operations.start(
            reading, self.show_channel, lambda error: self.set_error(sentence_for(error.code))
        )

    def show_channel(self, row: ChannelRow | None) -> None:
        """Draw its code."""
        if row is None:
            self.set_error(sentence_for("not_found"))
            return
        self._name = one_line(row.name) or row.room_id
        link = channel_link(row.alias or row.room_id, row.via)
        self.set_text(
            tr("Whoever opens this can follow “{name}”, in Tack or another Matrix app.", name=self._name)
        )
        unlisted = unlisted_words(self._desk, row)
        self.who.setText(" ".join(filter(None, (audience_sentence(row.audience), unlisted))))
        self.link.set_text(link)
        self.link.edit.setCursorPosition(0)
        self.code.set_code(qr_matrix(link), tr("QR code of {link}", link=link))
        self.button("save").setEnabled(True)
        self.copy.setFocus(Qt.FocusReason.OtherFocusReason)

    def press(self, key: str) -> None:
        if key == "save":
            name = "".join(sign for sign in self._name if sign.isalnum() or sign in " -_") or "channel"
            pick_save_path(self, tr("Save the code"), f"{name}.png", self._save)
        else:
            super().press(key)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.link.text())
        self.copy.setText(tr("Copied"))
        announce(self.copy, tr("Copied"))

    def _save(self, path: Path) -> None:
        picture, target = self.code.picture(), path if path.suffix else path.with_suffix(".png")
        work = self._desk.images.in_worker(lambda: write_picture(picture, target))
        self.operations.start(work, self._saved)

    def _saved(self, is_written: bool) -> None:
        if is_written:
            self._desk.tell(tr("Saved."))
        self.set_error("" if is_written else tr("The picture cannot be saved there. Choose another folder."))


def write_picture(picture: QImage, path: Path) -> bool:
    """Write it; whether that worked. In a worker."""
    return picture.save(str(path))
