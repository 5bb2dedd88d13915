"""The filter of a list: template, person, state, when it was asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout

from app.domain.approvals.rows import ApprovalQuery
from app.domain.approvals.state import RequestStatus
from resources.formats import format_list_time
from resources.translations import tr
from ui.approval_words import status_words
from ui.people_field import PeopleField
from ui.person import Person
from ui.screens.approvals.approvals_state import without_filter
from widgets.buttons import ButtonKind
from widgets.date_time_field import DateTimeField
from widgets.dialogs import Dialog
from widgets.form_fields import ChoiceField

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from ui.desk import Desk
    from ui.screens.approvals.approvals_state import WordContext

_STATES = (
    RequestStatus.PENDING,
    RequestStatus.RETURNED,
    RequestStatus.APPROVED,
    RequestStatus.REJECTED,
    RequestStatus.WITHDRAWN,
)
_ANY, _OWN_TIME = "", "own"
_DAYS = {"7": 7, "30": 30, "90": 90, "365": 365}


class FilterDialog(Dialog):
    """`filter_chosen` carries an `ApprovalQuery` of the same page and search."""

    filter_chosen = Signal(object)

    def __init__(
        self,
        desk: Desk,
        window: QWidget,
        query: ApprovalQuery,
        templates: Sequence[tuple[str, str]],
        name_of: Callable[[str], str],
    ) -> None:
        super().__init__(desk.style, tr("Filter"), window)
        self._query = query
        style = desk.style
        every = (_ANY, tr("All"))
        self.template = ChoiceField(style, tr("Template"), [every, *templates])
        self.status = ChoiceField(style, tr("State"), [every, *((s.value, status_words(s)) for s in _STATES)])
        self.person = PeopleField(desk, tr("Asked by, or decided by"), most=1)
        self.when = ChoiceField(style, tr("Asked"), _times())
        self.since, self.until = DateTimeField(style, tr("From")), DateTimeField(style, tr("Until"))
        for part in (self.template, self.status, self.person, self.when):
            self.body.addWidget(part)
        row = QHBoxLayout()
        row.addWidget(self.since, 1)
        row.addWidget(self.until, 1)
        self.body.addLayout(row)
        self.add_button("reset", tr("Show everything"), ButtonKind.QUIET)
        self.add_button("cancel", tr("Cancel"))
        self.add_button("accept", tr("Show"), ButtonKind.PRIMARY, is_default=True)
        self.person.cancelled.connect(self.reject)
        self.when.chosen.connect(lambda _key: self._show_times())
        self.chosen.connect(self._tell)
        self._fill(name_of)

    def query(self) -> ApprovalQuery:
        """What is chosen."""
        people, status = self.person.people(), self.status.current()
        since, until = self._span()
        return without_filter(self._query)._replace(
            template_id=self.template.current(),
            person=people[0] if people else None,
            status=RequestStatus(status) if status else None,
            from_ms=since,
            until_ms=until,
        )

    def _fill(self, name_of: Callable[[str], str]) -> None:
        query = self._query
        self.template.set_current(query.template_id)
        self.status.set_current("" if query.status is None else query.status.value)
        if query.person is not None:
            self.person.set_people([Person(query.person, name_of(query.person))])
        now = datetime.now().replace(second=0, microsecond=0)
        is_own = bool(query.from_ms or query.until_ms)
        self.when.set_current(_OWN_TIME if is_own else _ANY)
        self.since.set_value(_moment(query.from_ms) if query.from_ms else now - timedelta(days=30))
        self.until.set_value(_moment(query.until_ms) if query.until_ms else now)
        self._show_times()

    def _show_times(self) -> None:
        is_own = self.when.current() == _OWN_TIME
        self.since.setVisible(is_own)
        self.until.setVisible(is_own)
        self.adjustSize()

    def _span(self) -> tuple[int, int]:
        key = self.when.current()
        if key == _OWN_TIME:
            return _ms(self.since.value()), _ms(self.until.value())
        if key not in _DAYS:
            return 0, 0
        today = datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
        return _ms(today - timedelta(days=_DAYS[key] - 1)), 0

    def _tell(self, key: str) -> None:
        if key == "accept":
            self.filter_chosen.emit(self.query())
        elif key == "reset":
            self.filter_chosen.emit(without_filter(self._query))


def filter_words(query: ApprovalQuery, templates: Sequence[tuple[str, str]], context: WordContext) -> str:
    """Word what is filtered; "" for nothing."""
    parts = [dict(templates).get(query.template_id, query.template_id)]
    parts.append("" if query.status is None else status_words(query.status))
    parts.append("" if query.person is None else context.name_of(query.person))
    now = context.now_ms()
    if query.from_ms:
        parts.append(tr("since {day}", day=format_list_time(query.from_ms, now)))
    if query.until_ms:
        parts.append(tr("until {day}", day=format_list_time(query.until_ms, now)))
    return " · ".join(filter(None, parts))


def open_filter(
    desk: Desk,
    window: QWidget,
    query: ApprovalQuery,
    templates: Sequence[tuple[str, str]],
    context: WordContext,
) -> FilterDialog:
    """Make and open it; connect to `filter_chosen`."""
    dialog = FilterDialog(desk, window, query, templates, context.name_of)
    dialog.open()
    dialog.template.setFocus(Qt.FocusReason.OtherFocusReason)
    return dialog


def _times() -> list[tuple[str, str]]:
    days = [(key, tr("In the last {n} days", n=count)) for key, count in _DAYS.items()]
    return [(_ANY, tr("At any time")), *days, (_OWN_TIME, tr("Between two days"))]


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000)


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
