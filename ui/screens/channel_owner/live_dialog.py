"""Announcing a live stream."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.channels.values import NewLive
from app.domain.channels.wire import MAX_DESCRIPTION, MAX_TITLE, STREAM_SCHEMES
from resources.translations import tr
from ui.channel_words import audience_sentence
from ui.operations import Operations
from ui.picture_choice import PictureChoice
from ui.sentences import sentence
from ui.tag_words import read_tags
from widgets.buttons import ButtonKind
from widgets.channel_form import FormDialog
from widgets.channel_picture import PictureField
from widgets.date_time_field import DateTimeField
from widgets.designer_parts import NarrowSwitch
from widgets.form_fields import TextField
from widgets.text_area import TextArea
from widgets.words import Words

if TYPE_CHECKING:
    from app.domain.channels.rows import ChannelRow
    from app.domain.ids import RoomID, TxnID
    from app.errors import TackError
    from ui.desk import Desk


def open_live(desk: Desk, window: QWidget, room_id: RoomID) -> LiveDialog:
    """Show it."""
    dialog = LiveDialog(desk, window, room_id)
    dialog.open()
    dialog.begin()
    return dialog


class LiveDialog(FormDialog):
    """Says whom it reaches, and that the address is for all of them."""

    def __init__(self, desk: Desk, window: QWidget, room_id: RoomID) -> None:
        super().__init__(desk.style, tr("Announce a live stream"), window, height=760)
        self._desk, self._room_id, self._is_open = desk, room_id, True
        self.operations = Operations(desk.operations.loop, self)
        style = desk.style
        self.who = Words(style, role="text2", pixels=13)
        self.title = TextField(style, tr("Title"))
        self.title.edit.setMaxLength(MAX_TITLE)
        self.about = TextArea(style, tr("What it is about"))
        self.url = TextField(
            style,
            tr("Address of the stream"),
            placeholder="https://stream.acme.example/live.m3u8",
            hint=tr(
                "HLS, RTMP, RTSP or SRT, from your company's own server. All who see the channel can read it."
            ),
        )
        self.starts, self.ends = DateTimeField(style, tr("Begins")), DateTimeField(style, tr("Ends"))
        self.has_end = NarrowSwitch(
            style, tr("The end is known"), tr("Otherwise it runs until you end it on its page.")
        )
        self.picture = PictureField(style, tr("Cover"), is_wide=True)
        self.chosen_picture = PictureChoice(desk, self.picture, self.operations)
        self.tags = TextField(style, tr("Tags"), hint=tr("Separated by commas."))
        times = QWidget()
        row = QHBoxLayout(times)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.current.px(12))
        row.addWidget(self.starts, 1)
        row.addWidget(self.ends, 1)
        self.add(self.who, self.title, self.url, times, self.has_end, self.about, self.picture, self.tags)
        self.add_button("cancel", tr("Cancel"))
        self.add_button("accept", tr("Announce"), ButtonKind.PRIMARY, is_default=True)
        self._fill()
        self.has_end.toggled.connect(self._show_end)
        self.about.cancelled.connect(self.reject)
        self.about.edited.connect(lambda: self.about.set_error(""))
        self.about.submitted.connect(lambda: self.press("accept"))
        self.finished.connect(self._end)

    def begin(self) -> None:
        """Read whom the channel reaches; the cursor waits in the title."""
        self.title.focus_field()
        room_id = self._room_id
        reading = self._desk.account.cache.read_in_worker(lambda read: read.channels.channel(room_id))
        self.operations.start(reading, self._show_channel, lambda _error: None)

    def press(self, key: str) -> None:
        if key != "accept":
            super().press(key)
            return
        wrong = self._wrong_part()
        if wrong is not None:
            self.show_part(wrong)
            return
        self.set_error("")
        self.set_busy(True)
        work = self._desk.account.channels.announce_live(self.wanted())
        self._desk.operations.start(work, self._announced, self._refused, is_vital=True)

    def wanted(self) -> NewLive:
        """What is filled in."""
        return NewLive(
            room_id=self._room_id,
            title=self.title.text(),
            description=self.about.text().strip(),
            url=self.url.text(),
            starts_ms=_ms(self.starts),
            ends_ms=_ms(self.ends) if self.has_end.isChecked() else None,
            cover_path=self.chosen_picture.path,
            tags=read_tags(self.tags.text()),
        )

    def _wrong_part(self) -> QWidget | None:
        """Say what is wrong first, and where."""
        self.set_error("")
        if not self.title.text():
            self.title.set_error(tr("The live stream needs a title."))
            return self.title
        problem = address_problem(self.url.text())
        if problem:
            self.url.set_error(problem)
            return self.url
        if len(self.about.text()) > MAX_DESCRIPTION:
            self.about.set_error(tr("At most {n} characters.", n=MAX_DESCRIPTION))
            return self.about
        return self._wrong_time()

    def _wrong_time(self) -> QWidget | None:
        if self.starts.value() < datetime.now() - timedelta(hours=1):
            self.set_error(tr("The beginning has passed. Choose a later one."))
            return self.starts
        if self.has_end.isChecked() and self.ends.value() <= self.starts.value():
            self.set_error(tr("The end is before the beginning."))
            return self.ends
        return None

    def _fill(self) -> None:
        soon = datetime.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
        self.starts.set_value(soon)
        self.ends.set_value(soon + timedelta(hours=1))
        self.picture.set_subject("", "")
        self._show_end(False)

    def _show_end(self, is_known: bool) -> None:
        self.ends.setVisible(is_known)
        if is_known and self.ends.value() <= self.starts.value():
            self.ends.set_value(self.starts.value() + timedelta(hours=1))

    def _show_channel(self, row: ChannelRow | None) -> None:
        if row is not None:
            self.who.setText(audience_sentence(row.audience))

    def _announced(self, _txn: TxnID) -> None:
        self._desk.tell(tr("The live stream is announced. Followers can be reminded of it."))
        if self._is_open:
            self.accept()

    def _refused(self, error: TackError) -> None:
        if not self._is_open:
            self._desk.tell_error(error)
            return
        self.set_busy(False)
        if error.code == "stream_address":
            self.url.set_error(sentence(error))
            self.show_part(self.url)
        else:
            self.set_error(sentence(error))

    def _end(self) -> None:
        self._is_open = False
        self.operations.cancel_all()


def address_problem(url: str) -> str:
    """Say why an address cannot be that of a stream; empty: it can."""
    kinds = tr(", ").join(sorted(STREAM_SCHEMES))
    try:
        parts = urlsplit(url)
        port_is_good = parts.port is None or parts.port > 0
    except ValueError:
        return tr("This is no address. It begins with one of: {kinds}.", kinds=kinds)
    if parts.scheme.lower() not in STREAM_SCHEMES or not parts.hostname or not port_is_good or " " in url:
        return tr("This is no address. It begins with one of: {kinds}.", kinds=kinds)
    if parts.password or parts.username:
        return tr(
            "Take the user name and password out of the address: everybody who sees the channel reads it."
        )
    return ""


def _ms(field: DateTimeField) -> int:
    return round(field.value().timestamp() * 1000)
