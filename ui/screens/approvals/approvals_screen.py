"""The approvals page: the lists on the left, one request on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from app.domain.approvals.acts import ActKind
from app.domain.approvals.rows import ApprovalBox
from ui.screens.approvals.approval_acts import ApprovalActs
from ui.screens.approvals.approvals_presenter import ApprovalsPresenter
from ui.screens.approvals.approvals_state import is_made
from ui.screens.approvals.batch import Batch
from ui.screens.approvals.list_column import ListColumn
from ui.screens.approvals.request_pane import RequestPane
from widgets.approval_list import ACT_KEYS, STEP_KEYS
from widgets.approval_values import ApprovalAct, ApprovalTask

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent, QPoint
    from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent

    from app.domain.ids import RoomID
    from ui.desk import Desk

LIST_WIDTH, LEAST_LIST, MOST_LIST = 360, 260, 520
LEAST_REQUEST = 380
_SLOW_MS, _MOVING_MS = 30_000, 1000
_MODIFIERS = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


class ApprovalsScreen(QWidget):
    """Lists on the left, one request on the right."""

    def __init__(self, desk: Desk, window: QWidget, kept: dict[str, Any]) -> None:
        super().__init__()
        self._desk, self._window = desk, window
        self._list_width = _number(kept.get("width"))
        self.presenter = ApprovalsPresenter(desk, self)
        self.acts = ApprovalActs(desk, self.presenter, self)
        self.batch = Batch(desk, window, self)
        self.column = ListColumn(desk, self.presenter)
        self.pane = RequestPane(desk, window, self.presenter, self.acts)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._timer = QTimer(self, interval=_SLOW_MS)
        self._timer.timeout.connect(self.presenter.refresh_words)
        self._moving = QTimer(self, interval=_MOVING_MS)
        """While the files of a request are being sent."""
        self._moving.timeout.connect(self.presenter.request_changed)
        self._wanted_menu: tuple[str, QPoint] | None = None
        self._lay_out()
        self._connect()
        self._restyle()
        boxes = {box.value: box for box in ApprovalBox}
        self.presenter.set_box(boxes.get(str(kept.get("box")), ApprovalBox.TODO))

    def open_request(self, room_id: RoomID) -> None:
        """Show one request, on whatever page it is."""
        self.column.head.close_search()
        self.presenter.open(room_id)
        self.column.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def place(self) -> dict[str, object]:
        """What to remember for the next start: page, width of the list."""
        return {"box": self.presenter.query.box.value, "width": self._list_width}

    def stop(self) -> None:
        """The account goes."""
        self._timer.stop()
        self._moving.stop()
        self.acts.stop()
        self.batch.stop()
        self.pane.stop()
        self.presenter.set_seen(False)

    # What Qt tells

    def showEvent(self, event: QShowEvent) -> None:
        """See Qt."""
        super().showEvent(event)
        self.presenter.set_seen(True)
        self.presenter.refresh_words()
        self._timer.start()
        self.column.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        """See Qt."""
        super().hideEvent(event)
        self._timer.stop()
        self._moving.stop()
        self.presenter.set_seen(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """See Qt."""
        super().changeEvent(event)
        if event.type() == event.Type.LanguageChange:
            self.presenter.refresh_words()
            self.presenter.list_changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of the page, wherever the focus is that does not want them itself."""
        key = Qt.Key(event.key())
        if event.modifiers() & _MODIFIERS:
            event.ignore()
        elif key in (Qt.Key.Key_J, Qt.Key.Key_K):
            self.column.list.go_by(STEP_KEYS[key])
        elif key in ACT_KEYS and not event.isAutoRepeat():
            self._act(ACT_KEYS[key])
        elif key == Qt.Key.Key_N:
            self._desk.approvals.open_new()
        elif key == Qt.Key.Key_Slash:
            self.column.head.open_search()
        else:
            event.ignore()

    # Building

    def _lay_out(self) -> None:
        self._splitter.addWidget(self.column)
        self._splitter.addWidget(self.pane)
        self._splitter.setStretchFactor(0, 0)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._splitter)

    def _connect(self) -> None:
        column, desk = self.column, self._desk
        column.act_requested.connect(lambda act: self._act(ApprovalAct(act)))
        column.entered.connect(self.pane.focus_request)
        column.new_requested.connect(lambda: desk.approvals.open_new())
        column.task_requested.connect(self._task)
        column.context_requested.connect(self._open_menu)
        column.batch_requested.connect(self._decide)
        self.presenter.request_changed.connect(self._request_changed)
        self.batch.busy_changed.connect(column.bar.set_busy)
        self.batch.done.connect(self.presenter.model.clear_ticks)
        self._splitter.splitterMoved.connect(self._splitter_moved)
        desk.style.changed.connect(self._restyle)
        desk.toasts.keep_clear(column.bar)

    def _restyle(self) -> None:
        self.column.setMaximumWidth(self._desk.style.current.px(MOST_LIST))
        self._fit()

    def _fit(self) -> None:
        """The list keeps its width as far as the request keeps its least; where both are too wide they share."""
        px = self._desk.style.current.px
        least = max(1, min(px(LEAST_LIST), self.width() // 2 - 1))
        for side in (self.column, self.pane):
            side.setMinimumWidth(least)
        wanted = px(self._list_width or LIST_WIDTH)
        width = max(least, min(wanted, self.width() - px(LEAST_REQUEST), px(MOST_LIST)))
        if self._splitter.sizes()[:1] != [width]:
            self._splitter.setSizes([width, max(1, self.width() - width)])

    def _splitter_moved(self) -> None:
        self._list_width = round(self._splitter.sizes()[0] / self._desk.style.current.zoom)

    # Acts

    def _act(self, act: ApprovalAct) -> None:
        """A key: for those that are ticked, else for the one that is open."""
        if self.presenter.model.ticked and act in (ApprovalAct.APPROVE, ApprovalAct.REJECT):
            self.column.bar.note.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.acts.do(act)

    def _decide(self, kind: str, note: str) -> None:
        self.column.list.setFocus(
            Qt.FocusReason.OtherFocusReason
        )  # the bar goes, the keyboard stays in the list
        self.batch.decide(self.presenter.model.ticked, ActKind(kind), note)

    def _open_menu(self, uid: str, position: QPoint) -> None:
        self._wanted_menu = (uid, position)
        if uid != self.presenter.room:
            self.column.choose(uid)
        self._show_menu()

    def _show_menu(self) -> None:
        """Open the menu of a row as soon as it is known what may be done with it."""
        wanted, page = self._wanted_menu, self.pane.page
        if wanted is None or page is None or page.uid != wanted[0]:
            return
        self._wanted_menu = None
        self.acts.open_menu((*page.acts, *page.more), wanted[1], is_below=True)

    def _request_changed(self) -> None:
        self._show_menu()
        detail = self.presenter.detail
        is_moving = detail is not None and not is_made(detail) and self.isVisible()
        if is_moving and not self._moving.isActive():
            self._moving.start()
        elif not is_moving:
            self._moving.stop()

    def _task(self, task: str) -> None:
        """What the menu over the list offers."""
        if task == ApprovalTask.EXPORT:
            self._desk.approvals.export(self.presenter.query)
            return
        {
            ApprovalTask.TEMPLATES: self._desk.approvals.open_templates,
            ApprovalTask.STATISTICS: self._desk.approvals.open_statistics,
            ApprovalTask.AWAY: self._desk.approvals.open_away,
        }.get(ApprovalTask(task), self._desk.approvals.verify)()


def _number(value: object) -> int:
    return value if isinstance(value, int) and 0 < value < 10_000 else 0
