"""The dialog that lets somebody decide for me while I am away."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout

from app.domain.ids import UserID
from resources.formats import format_due
from resources.translations import tr
from ui.approval_value_words import words_of
from ui.screens.approval_designer.names import Names
from ui.screens.approval_designer.people_field import PeopleField
from ui.sentences import sentence
from widgets.banner import Banner, BannerKind
from widgets.buttons import ButtonKind
from widgets.chips import Chip, FilterChips
from widgets.date_time_field import DateTimeField
from widgets.designer_checks import CheckRow
from widgets.dialogs import Dialog
from widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from PySide6.QtWidgets import QWidget

    from app.domain.approvals.rows import TemplateEntry
    from app.domain.approvals.template import Away
    from app.errors import TackError
    from ui.desk import Desk

ALL, SOME = "all", "some"
_WIDTH = 540


def open_away(desk: Desk, window: QWidget) -> None:
    """Choose who, from when until when, and for which templates; end it."""
    dialog = AwayDialog(desk, window)
    dialog.open()
    dialog.load()


class AwayDialog(Dialog):
    """Shows what is set now; Save replaces it."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(desk.style, tr("While I am away"), window)
        self._desk = desk
        self._is_open = True
        self._away: Away | None = None
        style = desk.style
        self.names = Names(desk, self)
        self.set_text(
            tr("Somebody else may decide for you in this time. The record says who did, and for whom.")
        )
        self.now = Banner(style)
        self.who = PeopleField(desk, self.names, tr("Who decides for me"), most=1)
        self.begin, self.end = DateTimeField(style, tr("From")), DateTimeField(style, tr("Until"))
        self.scope = FilterChips(style)
        self.scope.set_chips([Chip(ALL, tr("All templates")), Chip(SOME, tr("Only some"))])
        self.templates = CheckRow(style, tr("Templates"))
        self.templates.hide()
        label = Words(style, tr("For requests of"), role="text2", pixels=12)
        times = QHBoxLayout()
        times.setSpacing(style.current.px(12))
        for moment in (self.begin, self.end):
            times.addWidget(moment, 1)
        self.body.addWidget(self.now)
        self.body.addWidget(self.who)
        self.body.addLayout(times)
        for part in (label, self.scope, self.templates):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.setMinimumWidth(style.current.px(_WIDTH))
        tomorrow = datetime.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        self.begin.set_value(tomorrow)
        self.end.set_value(tomorrow + timedelta(days=7))
        self.add_button("cancel", tr("Cancel"))
        self.add_button("accept", tr("Save"), ButtonKind.PRIMARY, is_default=True)
        self.who.picker.cancelled.connect(self.reject)
        self.scope.chosen.connect(self._scope_chosen)
        self.names.changed.connect(self._show_now)
        self.now.action_triggered.connect(self._end_now)
        self.finished.connect(self._close)

    def load(self) -> None:
        """Read what is set now, and the templates."""
        self.names.operations.start(self._read(), None, self._refused)
        self.who.setFocus()

    def press(self, key: str) -> None:
        if key != "accept":
            super().press(key)
            return
        problem = self._problem()
        self.set_error(problem)
        if not problem:
            chosen = self.templates.checked() if self.scope.current() == SOME else ()
            approvals = self._desk.account.approvals
            deputy = UserID(self.who.keys()[0])
            done = tr("{name} decides for you in that time.", name=self.names(deputy))
            self._do(approvals.set_away(deputy, _ms(self.begin), _ms(self.end), chosen), done)

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self._fit()  # chips come and go
        return done

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()  # Enter in a field gives nobody my power; Tab leads to the button
        else:
            super().keyPressEvent(event)

    # Inside -------------------------------------------------------------------------------------------------

    async def _read(self) -> None:
        away = await self._desk.account.cache.read_in_worker(lambda read: read.approvals.away())
        templates = await self._desk.account.approvals.templates()
        if self._is_open:
            self._show_templates(templates)
            self._show_away(away.get(self._desk.account.user_id))

    def _show_templates(self, templates: tuple[TemplateEntry, ...]) -> None:
        self.templates.set_choices(
            [(entry.template.id, words_of(entry.template.name)) for entry in templates]
        )

    def _show_away(self, away: Away | None) -> None:
        """What is over is not shown."""
        now_ms = time.time_ns() // 1_000_000
        if away is None or not away.deputy or away.until_ms <= now_ms:
            return
        self._away = away
        self.who.set_keys((away.deputy,))
        self.begin.set_value(datetime.fromtimestamp(away.from_ms / 1000))
        self.end.set_value(datetime.fromtimestamp(away.until_ms / 1000))
        if away.templates:
            self.scope.set_current(SOME)
            self._scope_chosen(SOME)
            self.templates.set_checked(away.templates)
        self._show_now()

    def _show_now(self) -> None:
        away, now_ms = self._away, time.time_ns() // 1_000_000
        if away is None:
            return
        until = format_due(away.until_ms, now_ms)
        text = (
            tr("{name} decides for you until {time}.", name=self.names(away.deputy), time=until)
            if away.from_ms <= now_ms
            else tr("{name} will decide for you, until {time}.", name=self.names(away.deputy), time=until)
        )
        action = tr("I am back") if away.from_ms <= now_ms else tr("Cancel it")
        self.now.show_line(text, BannerKind.INFO, action_text=action)

    def _scope_chosen(self, key: str) -> None:
        self.templates.setVisible(key == SOME)

    def _fit(self) -> None:
        """As high as what it shows."""
        layout = self.layout()
        if layout is not None:
            self.resize(self.width(), max(self.minimumHeight(), layout.totalHeightForWidth(self.width())))

    def _problem(self) -> str:
        if not self.who.keys():
            return tr("Choose who decides for you.")
        if self.who.keys()[0] == self._desk.account.user_id:
            return tr("Choose somebody else than yourself.")
        if self.end.value() <= self.begin.value():
            return tr("The end is before the beginning.")
        if self.end.value() <= datetime.now():
            return tr("This time is already over.")
        if self.scope.current() == SOME and not self.templates.checked():
            return tr("Choose at least one template.")
        return ""

    def _end_now(self) -> None:
        self._do(self._desk.account.approvals.end_away(), tr("You decide yourself again."))

    def _do(self, work: Coroutine[Any, Any, None], told: str) -> None:
        self.set_busy(True)

        def done(_none: None) -> None:
            self._desk.tell(told)
            if self._is_open:
                self.accept()

        self._desk.operations.start(work, done, self._refused, is_vital=True)

    def _refused(self, error: TackError) -> None:
        if self._is_open:
            self.set_busy(False)
            self.set_error(sentence(error))

    def _close(self) -> None:
        self._is_open = False
        self.names.stop()


def _ms(field: DateTimeField) -> int:
    return int(field.value().timestamp() * 1000)
