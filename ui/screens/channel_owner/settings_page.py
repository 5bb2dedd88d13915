"""What a channel is called, who may see it, how people talk there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.channels.channel import Visibility
from resources.translations import tr
from ui.images import avatar_key
from ui.picture_choice import PictureChoice
from ui.screens.channel_owner.audience_field import AudienceField
from ui.screens.channel_owner.owner_words import unlisted_words
from ui.screens.channel_owner.talk_fields import OpenSwitch, ReportsSwitch
from widgets.buttons import Button, ButtonKind
from widgets.channel_picture import PictureField
from widgets.designer_parts import ColumnScroll, EdgeLine
from widgets.dialogs import confirm
from widgets.form_fields import TextField
from widgets.text_area import TextArea
from widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from app.domain.channels.channel import Audience
    from app.domain.channels.rows import ChannelRow
    from app.errors import TackError
    from ui.desk import Desk
    from ui.operations import Operations
    from ui.screens.channel_owner.owner_facts import OwnerFacts

MAX_NAME = 120
_WIDEST = 640


class SettingsPage(QWidget):
    """Names and audience are saved with a button, switches count at once. Only owners change anything."""

    failed = Signal(object)
    """TackError."""

    def __init__(self, desk: Desk, operations: Operations) -> None:
        super().__init__()
        self._desk, self._operations = desk, operations
        self._facts: OwnerFacts | None = None
        style = desk.style
        self.name = TextField(style, tr("Name"))
        self.name.edit.setMaxLength(MAX_NAME)
        self.about = TextArea(style, tr("What it is about"))
        self.picture = PictureField(style, tr("Picture"))
        self.chosen_picture = PictureChoice(desk, self.picture, operations)
        self.save = Button(style, tr("Save"), ButtonKind.PRIMARY)
        self.audience: AudienceField | None = None
        self.save_audience = Button(style, tr("Change who can watch"), ButtonKind.SECONDARY)
        self.is_open_switch, self.reports = OpenSwitch(style), ReportsSwitch(style)
        self.note = Words(style, role="text2", pixels=13)
        self.unlisted = Words(style, role="waiting_text", pixels=12)
        self._audience_place = QVBoxLayout()
        self._scroll = ColumnScroll(style, 24)
        self._lay_out()
        self._connect()

    @property
    def is_changed(self) -> bool:
        """Whether something waits to be saved."""
        return self.save.isEnabled() or self.save_audience.isEnabled()

    def follow(self, facts: OwnerFacts) -> None:
        """The channel says so now; what is typed stays."""
        was, self._facts = self._facts, facts
        channel = facts.channel
        if was is None or not self._is_typed(was.channel):
            self.name.set_text(channel.name)
            self.about.set_text(channel.about)
        if was is None or was.channel.audience != channel.audience or self.audience is None:
            self._make_audience(channel)
        self.picture.set_subject(channel.room_id, channel.name)
        self._show_avatar("")
        for switch, is_on in (
            (self.is_open_switch, channel.is_open),
            (self.reports, channel.wants_reports),
        ):
            switch.blockSignals(True)
            switch.setChecked(is_on)
            switch.blockSignals(False)
        self.reports.show_consent(facts.consent)
        self.unlisted.setText(unlisted_words(self._desk, channel))
        self.unlisted.setVisible(bool(self.unlisted.text()))
        self._lock(facts)
        self._judge()

    def _lock(self, facts: OwnerFacts) -> None:
        parts = (self.name, self.picture, self.is_open_switch, self.audience)
        for part in parts:
            if part is not None:
                part.setEnabled(facts.is_owner)
        self.about.editor.setReadOnly(not facts.is_owner)
        self.reports.setEnabled(facts.is_owner and facts.consent.is_given)
        self.save.setVisible(facts.is_owner)
        can_change = facts.channel.audience.visibility is not Visibility.INTERNAL
        self.save_audience.setVisible(facts.is_owner and can_change)
        self.note.setText("" if facts.is_owner else tr("Only owners of the channel can change this."))
        self.note.setVisible(not facts.is_owner)

    # Doing

    def _save(self) -> None:
        if self._facts is None:
            return
        channel = self._facts.channel
        name, about = self.name.text(), self.about.text().strip()
        work = self._desk.account.channels.describe(
            channel.room_id,
            name=name if name != channel.name else None,
            about=about if about != channel.about else None,
            avatar_path=self.chosen_picture.path or None,
        )
        self._do(work, tr("Saved."), self.save)
        self.chosen_picture.path = ""

    def _ask_audience(self) -> None:
        """Who can watch is nothing to change by a slip."""
        if self.audience is None or self._facts is None or self.audience.check() is not None:
            return
        words = widening_words(self._facts.channel.audience, self.audience.audience())
        question = confirm(self._desk.style, self.window(), tr("Change who can watch?"), words, tr("Change"))
        question.accepted.connect(self._save_audience)

    def _save_audience(self) -> None:
        if self.audience is not None and self._facts is not None:
            work = self._desk.account.channels.set_audience(
                self._facts.channel.room_id, self.audience.audience()
            )
            self._do(work, tr("Who can watch is changed."), self.save_audience)

    def _set_open(self, is_on: bool) -> None:
        if self._facts is not None:
            work = self._desk.account.channels.set_open(self._facts.channel.room_id, is_on)
            self._do(work, tr("Saved."))

    def _set_reports(self, is_on: bool) -> None:
        if self._facts is not None:
            work = self._desk.account.channels.set_reports(self._facts.channel.room_id, is_on)
            self._do(work, tr("Saved."))

    def _do(self, work: Coroutine[Any, Any, None], told: str, button: Button | None = None) -> None:
        if button is not None:
            button.set_busy(True)

        def done(_none: None) -> None:
            if button is not None:
                button.set_busy(False)
                button.setEnabled(False)
            self._desk.tell(told)

        def failed(error: TackError) -> None:
            if button is not None:
                button.set_busy(False)
            if self._facts is not None:
                self.follow(self._facts)  # switches stand as they are
            self.failed.emit(error)

        self._desk.operations.start(work, done, failed, is_vital=True)

    # Showing

    def _is_typed(self, channel: ChannelRow) -> bool:
        return self.name.text() != channel.name or self.about.text().strip() != channel.about

    def _judge(self) -> None:
        facts = self._facts
        if facts is None:
            return
        is_new = self._is_typed(facts.channel) or bool(self.chosen_picture.path)
        self.save.setEnabled(facts.is_owner and bool(self.name.text()) and is_new)
        changed = self.audience is not None and self.audience.audience() != facts.channel.audience
        self.save_audience.setEnabled(facts.is_owner and changed)

    def _show_avatar(self, ready: str) -> None:
        key = avatar_key(self._facts.channel.avatar) if self._facts is not None else None
        if key is not None and ready in ("", key):
            side = self._desk.style.current.px(56)
            picture = self._desk.images.pixmap(key, QSize(side, side), self.devicePixelRatioF())
            self.chosen_picture.show_current(picture)

    def _make_audience(self, channel: ChannelRow) -> None:
        if self.audience is not None:
            self.audience.setParent(None)
            self.audience.deleteLater()
        self.audience = AudienceField(self._desk, self._operations, channel.audience)
        self.audience.changed.connect(self._judge)
        self._audience_place.insertWidget(0, self.audience)

    def _connect(self) -> None:
        self.name.text_changed.connect(lambda _: self._judge())
        self.about.edited.connect(self._judge)
        self.about.submitted.connect(self.save.click)
        self.about.cancelled.connect(lambda: self.window().close())
        self.chosen_picture.changed.connect(self._judge)
        self.save.clicked.connect(self._save)
        self.save_audience.clicked.connect(self._ask_audience)
        self.is_open_switch.toggled.connect(self._set_open)
        self.reports.toggled.connect(self._set_reports)
        self._desk.images.ready.connect(self._show_avatar)

    def _lay_out(self) -> None:
        style = self._desk.style
        inside = QWidget()
        inside.setMaximumWidth(style.current.px(_WIDEST))
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.current.px(14))
        for part in (self.note, self.name, self.about, self.picture):
            column.addWidget(part)
        column.addLayout(_left(self.save))
        column.addWidget(EdgeLine(style))
        column.addLayout(self._audience_place)
        column.addWidget(self.unlisted)
        column.addLayout(_left(self.save_audience))
        column.addWidget(EdgeLine(style))
        column.addWidget(self.is_open_switch)
        column.addWidget(self.reports)
        self._scroll.add(inside)
        self._scroll.column.addStretch(1)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self._scroll)


def widening_words(was: Audience, wanted: Audience) -> str:
    """Say what a change of the audience means."""
    if wanted.visibility is Visibility.PUBLIC:
        return tr("Everybody on any Matrix server could watch, also what is published already.")
    new = set(wanted.servers) - set(was.servers)
    if was.visibility is Visibility.PARTNERS and new:
        names = tr(", ").join(sorted(new))
        return tr("Everybody on {servers} could watch, also what is published already.", servers=names)
    return tr("What is published already follows the new rule too. What others have seen stays with them.")


def _left(button: Button) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(button)
    row.addStretch(1)
    return row
