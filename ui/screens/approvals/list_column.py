"""The left part of the approvals page: head, rows or why there are none, the bar for many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from app.domain.approvals.rows import ApprovalBox
from app.domain.connection import ConnectionKind
from resources.translations import tr
from ui.screens.approvals.approvals_state import is_filtered
from ui.screens.approvals.filter_dialog import filter_words, open_filter
from ui.sentences import sentence
from widgets.approval_batch_bar import ApprovalBatchBar
from widgets.approval_head import ApprovalHead
from widgets.approval_list import ApprovalListView
from widgets.approval_values import ApprovalAct, ApprovalTask
from widgets.chips import Chip
from widgets.empty_state import EmptyState
from widgets.icons import icon
from widgets.painting import fill_plain

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from ui.desk import Desk
    from ui.screens.approvals.approvals_presenter import ApprovalsPresenter


class ListColumn(QWidget):
    """Shows what the presenter has; tells what is asked for."""

    act_requested = Signal(str)
    batch_requested = Signal(str, str)
    """An `ActKind` and the note."""
    entered = Signal()
    new_requested = Signal()
    task_requested = Signal(str)
    """An `ApprovalTask`."""
    context_requested = Signal(str, QPoint)

    def __init__(self, desk: Desk, presenter: ApprovalsPresenter) -> None:
        super().__init__()
        self._desk, self._presenter = desk, presenter
        self.head = ApprovalHead(desk.style)
        self.list = ApprovalListView(desk.style, desk.images)
        self.bar = ApprovalBatchBar(desk.style)
        self.nothing = EmptyState(desk.style)
        self._rows = QStackedWidget()
        self._lay_out()
        self._connect()

    def choose(self, uid: str) -> None:
        """Open a row."""
        row = self._presenter.model.row(uid)
        if row is not None:
            self._presenter.choose(row.room_id)
            self.list.set_current(self._presenter.model.row_of(uid))

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        painter = QPainter(self)
        fill_plain(painter, self.rect(), self._desk.style.current.colors.list)
        painter.end()

    def _lay_out(self) -> None:
        self._rows.addWidget(self.list)
        self._rows.addWidget(self.nothing)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self._rows, 1)
        column.addWidget(self.bar)

    def _connect(self) -> None:
        presenter, head, view, bar = self._presenter, self.head, self.list, self.bar
        view.set_rows_model(presenter.model, presenter.model)
        presenter.list_changed.connect(self._show)
        presenter.model.ticks_changed.connect(self._show_ticks)
        head.box_chosen.connect(lambda box: presenter.set_box(ApprovalBox(box)))
        head.term_changed.connect(presenter.search)
        head.filter_requested.connect(self._open_filter)
        head.filter_cleared.connect(presenter.clear_filter)
        head.new_requested.connect(self.new_requested)
        head.menu_requested.connect(self._open_menu)
        head.list_requested.connect(self._go_to_list)
        view.chosen.connect(self.choose)
        view.act_requested.connect(self.act_requested)
        view.entered.connect(self.entered)
        view.new_requested.connect(self.new_requested)
        view.search_requested.connect(head.open_search)
        view.context_requested.connect(self.context_requested)
        view.near_end_reached.connect(presenter.load_more)
        view.verticalScrollBar().valueChanged.connect(self._scrolled)
        bar.approved.connect(lambda note: self.batch_requested.emit(ApprovalAct.APPROVE, note))
        bar.rejected.connect(lambda note: self.batch_requested.emit(ApprovalAct.REJECT, note))
        bar.cleared.connect(self._clear_ticks)
        self.nothing.action_triggered.connect(self._act_on_nothing)
        self._desk.images.ready.connect(lambda _key: view.viewport().update())

    # What is shown

    def _show(self) -> None:
        presenter = self._presenter
        query, counts = presenter.query, presenter.counts
        chips = [
            Chip(ApprovalBox.TODO, tr("To do"), counts.todo),
            Chip(ApprovalBox.DONE, tr("Done")),
            Chip(ApprovalBox.MINE, tr("Mine"), counts.mine_open),
            Chip(ApprovalBox.COPIES, tr("Copies"), counts.copies_unread),
        ]
        self.head.set_boxes(chips, query.box)
        words = ""
        if is_filtered(query):
            words = filter_words(query, presenter.templates, presenter.context)
        self.head.set_filtered(words)
        self.list.set_current(presenter.model.row_of(presenter.room or ""), is_shown=False)
        self.list.setAccessibleName(tr("Approvals"))
        if presenter.model.rowCount() and presenter.error is None:
            self._rows.setCurrentWidget(self.list)
        else:
            self._show_nothing()
            self._rows.setCurrentWidget(self.nothing)

    def _show_nothing(self) -> None:
        presenter, nothing = self._presenter, self.nothing
        if presenter.error is not None:
            words = sentence(presenter.error)
            nothing.set_state("warning-circle", tr("Approvals cannot be read"), words, tr("Try again"))
        elif presenter.is_loading or self._desk.account.connection.state.kind is ConnectionKind.SYNCING_FIRST:
            nothing.set_state("", tr("Fetching approvals…"), is_busy=True)
        elif presenter.query.term:
            text = tr("No request here contains “{term}”.", term=presenter.query.term)
            nothing.set_state("magnifying-glass", tr("Nothing found"), text)
        elif is_filtered(presenter.query):
            text = tr("No request fits this filter.")
            nothing.set_state("funnel-simple", tr("Nothing here"), text, tr("Show everything"))
        else:
            nothing.set_state(*empty_words(presenter.query.box))

    def _show_ticks(self) -> None:
        ticked = len(self._presenter.model.ticked)
        self.list.set_choosing(bool(ticked))
        self.bar.set_count(ticked)

    def _scrolled(self) -> None:
        self._presenter.seen_rows = self.list.last_visible_row() + 1

    def _clear_ticks(self) -> None:
        self._presenter.model.clear_ticks()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_to_list(self) -> None:
        self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)
        model = self._presenter.model
        if model.row_of(self._presenter.room or "") < 0 and model.rowCount():
            self.choose(model.uids[0])

    def _act_on_nothing(self) -> None:
        presenter = self._presenter
        if presenter.error is not None:
            presenter.show_query(presenter.query)
        elif is_filtered(presenter.query):
            presenter.clear_filter()
        else:
            self.new_requested.emit()

    # Filter and menu

    def _open_filter(self) -> None:
        presenter = self._presenter

        def show() -> None:
            dialog = open_filter(
                self._desk, self.window(), presenter.query, presenter.templates, presenter.context
            )
            dialog.filter_chosen.connect(presenter.show_query)

        presenter.load_templates(show)

    def _open_menu(self, corner: QPoint) -> None:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        style = self._desk.style.current
        for task, glyph, words in task_entries():
            picture = icon(glyph, style.colors.text2, style.sizes.icon_small)
            entry = menu.addAction(picture, words)
            entry.triggered.connect(lambda _checked=False, chosen=task: self.task_requested.emit(chosen))
        menu.popup(corner - QPoint(menu.sizeHint().width(), 0))


def task_entries() -> list[tuple[ApprovalTask, str, str]]:
    """Icon and words of what the menu over the list offers."""
    return [
        (ApprovalTask.TEMPLATES, "layout", tr("Templates and roles")),
        (ApprovalTask.AWAY, "user-switch", tr("While I am away")),
        (ApprovalTask.STATISTICS, "chart-bar", tr("Statistics")),
        (ApprovalTask.EXPORT, "file-csv", tr("Export this list")),
        (ApprovalTask.VERIFY, "qr-code", tr("Check a printed record")),
    ]


def empty_words(box: ApprovalBox) -> tuple[str, str, str, str]:
    """Icon, title, text and action of a page with nothing in it."""
    if box is ApprovalBox.TODO:
        return "check-circle", tr("Nothing waits for you"), tr("What you are to decide comes here."), ""
    if box is ApprovalBox.MINE:
        text = tr("Leave, expenses, purchases and the like: choose a template and see who decides.")
        return "stamp", tr("You have not asked for anything yet"), text, tr("New request")
    if box is ApprovalBox.DONE:
        return "stamp", tr("You have not decided anything yet"), tr("What you decided stays here."), ""
    return "copy", tr("No copies"), tr("Requests that others want you to know of come here."), ""
