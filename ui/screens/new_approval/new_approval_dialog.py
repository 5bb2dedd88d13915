"""The window in which one asks for something. It is no dialog that locks the others: one looks things up while filling in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.domain.approvals.wire import MAX_EVENT_BYTES
from app.domain.ids import RoomID
from resources.formats import format_clock
from resources.translations import tr
from ui.approval_words import words_of
from ui.screens.new_approval.form_page import FormPage
from ui.screens.new_approval.new_approval_presenter import NewApprovalPresenter
from ui.screens.new_approval.template_picker import TemplatePicker
from widgets.banner import Banner
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.toast import ToastHost, ToastKind
from widgets.window_place import stand_over
from widgets.words import Line, Words

if TYPE_CHECKING:
    from app.approvals.values import ApprovalDraft
    from app.domain.approvals.rows import ApprovalDetail
    from ui.desk import Desk

_SIZE, _LEAST, _AIR = QSize(1040, 760), QSize(420, 360), 48
_BAR = 56
_HALF_FULL, _NEARLY_FULL = 0.5, 0.8
_SENDING_KEYS = ("Ctrl+Return", "Ctrl+Enter")


def open_new_approval(
    desk: Desk, window: QWidget, template_id: str = "", copy_of: ApprovalDetail | None = None
) -> None:
    """Choose a template (or begin with one, or with a copy of a request), fill the form, see the route, send."""
    for open_one in window.findChildren(NewApprovalWindow):
        if open_one.isVisible() and open_one.is_picking:
            open_one.begin(template_id, copy_of)
            return
    made = NewApprovalWindow(desk, window)
    made.show()
    made.begin(template_id, copy_of)


class NewApprovalWindow(QDialog):
    """Head, one of two pages, foot. Closing it keeps what was written as a draft."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._window = desk, window
        self._template_id = ""
        self._focus_before: QWidget | None = None
        self._copy_of: ApprovalDetail | None = None
        style = desk.style
        self.presenter = NewApprovalPresenter(desk, self)
        self.back = IconButton(style, "arrow-left", tr("Back to the templates"))
        self.title = Line(style, pixels=15, is_bold=True)
        self.kept = Line(style, role="text2", pixels=12)
        self.offline = Banner(style)
        self.picker = TemplatePicker(desk, self.presenter)
        self.page = FormPage(desk, self.presenter)
        self.pages = QStackedWidget()
        self.error = Words(style, role="attention_text", pixels=13)
        self.used = Line(style, role="text2", pixels=12)
        self.discard = Button(style, tr("Throw away"), ButtonKind.QUIET)
        self.send = Button(style, tr("Send request"), ButtonKind.PRIMARY)
        self.toasts = ToastHost(style, self)
        self.send.setToolTip(tr("Ctrl+Enter"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        flags = (
            Qt.WindowType.Dialog | Qt.WindowType.WindowMinMaxButtonsHint | Qt.WindowType.WindowCloseButtonHint
        )
        self.setWindowFlags(flags)
        self._lay_out()
        self._connect()
        self._show_page()
        self._fit(window)

    @property
    def is_picking(self) -> bool:
        """Whether nothing is being written yet."""
        return self.pages.currentWidget() is self.picker

    def begin(self, template_id: str = "", copy_of: ApprovalDetail | None = None) -> None:
        """Read what there is; go on with a template or a copy as soon as it is there."""
        self._template_id, self._copy_of = template_id, copy_of
        self.raise_()
        self.activateWindow()
        self.picker.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.presenter.read_lists()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in a field sends nothing to anybody; with Ctrl it does, wherever the focus is."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
        else:
            super().keyPressEvent(event)

    def reject(self) -> None:
        """Escape closes as the cross does."""
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.presenter.keep_now()
        self.presenter.close()
        self.page.stop()
        event.accept()  # QDialog's own would ask `reject`, which asks to close

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, painter = self._desk.style.current.colors, QPainter(self)
        painter.fillRect(self.rect(), colors.window)
        painter.fillRect(0, self._head.geometry().bottom(), self.width(), 1, colors.line)
        if self._foot.isVisible():
            painter.fillRect(0, self._foot.geometry().top(), self.width(), 1, colors.line)
        painter.end()

    # Inside -------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._head, self._foot = self._bar(), self._bar()
        head, foot = self._head.layout(), self._foot.layout()
        assert isinstance(head, QHBoxLayout) and isinstance(foot, QHBoxLayout)
        head.addWidget(self.back)
        head.addWidget(self.title, 1)
        head.addWidget(self.kept)
        foot.addWidget(self.used)
        foot.addWidget(self.error, 1)
        foot.addWidget(self.discard)
        foot.addWidget(self.send)
        self.pages.addWidget(self.picker)
        self.pages.addWidget(self.page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self.offline)
        column.addWidget(self.pages, 1)
        column.addWidget(self._foot)

    def _bar(self) -> QWidget:
        style, bar = self._desk.style.current, QWidget()
        row = QHBoxLayout(bar)
        row.setContentsMargins(style.px(20), 0, style.px(20), 0)
        row.setSpacing(style.px(8))
        bar.setMinimumHeight(style.px(_BAR))
        return bar

    def _connect(self) -> None:
        act = self.presenter
        act.listed.connect(self._listed)
        act.opened.connect(self._opened)
        act.planned.connect(self._show_plan)
        act.saved.connect(self._show_kept)
        act.refused.connect(lambda _: self._fail(tr("Look at what is marked, then send it again.")))
        act.route_refused.connect(lambda _, sentence: self._fail(sentence))
        act.failed.connect(self._fail)
        act.busy_changed.connect(self._show_busy)
        act.sent.connect(self._sent)
        self.page.editor.changed.connect(lambda: self._fail(""))
        self.picker.template_chosen.connect(act.open_template)
        self.picker.draft_chosen.connect(act.open_draft)
        self.picker.draft_removed.connect(self._drop_draft)
        self.picker.designer_wanted.connect(self._desk.approvals.open_templates)
        self.picker.cancelled.connect(self.close)
        self.page.route.person_activated.connect(self._desk.approvals.open_person)
        self.back.clicked.connect(self._go_back)
        self.discard.clicked.connect(self._throw_away)
        self.send.clicked.connect(self._send)
        for key in _SENDING_KEYS:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(self._send_by_key)
        self._desk.approvals.destroyed.connect(self.close)  # the account goes: nobody is left to send it

    def _listed(self) -> None:
        template_id, copy_of = self._template_id, self._copy_of
        self._template_id, self._copy_of = "", None
        if not self.is_picking:
            return
        if copy_of is not None:
            self.presenter.open_copy(copy_of)
        elif template_id and not self.presenter.open_template(template_id):
            self._tell(tr("This template is no longer offered. Choose another."))

    def _opened(self) -> None:
        self._fail("")
        self._show_page()
        self.page.begin()

    def _show_page(self) -> None:
        template = self.presenter.template
        self.pages.setCurrentWidget(self.picker if template is None else self.page)
        title = tr("New request") if template is None else words_of(template.name)
        self.title.setText(title)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        for part in (self.back, self._foot):
            part.setVisible(template is not None)
        self._show_kept()
        self._show_plan()
        self.update()

    def _show_kept(self) -> None:
        saved_ms = 0 if self.presenter.template is None else self.presenter.saved_ms
        self.kept.setText(tr("Draft kept {time}", time=format_clock(saved_ms)) if saved_ms else "")

    def _show_plan(self) -> None:
        """How much of a request is used, where that matters, and whether the organisation could be asked."""
        preview = self.presenter.preview
        size = 0 if preview is None else preview.bytes_used
        limit = MAX_EVENT_BYTES
        self.used.set_role(
            "attention_text" if size > limit else "waiting_text" if size > limit * _NEARLY_FULL else "text2"
        )
        self.used.setText(
            tr("{size} of {limit} KB", size=f"{size / 1000:.1f}", limit=limit // 1000)
            if size > limit * _HALF_FULL
            else ""
        )
        self.used.setToolTip(tr("What a request can hold, texts and tables; files do not count."))
        is_offline = (
            preview is not None and preview.is_offline
        ) or not self._desk.account.connection.is_online
        if is_offline and self.presenter.template is not None:
            self.offline.show_line(
                tr(
                    "You are offline: the route is made of what was known last. It will be sent when you are online."
                )
            )
        else:
            self.offline.hide_line()

    def _show_busy(self) -> None:
        """Locked while it is sent; then the cursor is again where it was."""
        is_sending = self.presenter.is_sending
        if is_sending:
            self._focus_before = self.focusWidget()
        self.send.set_busy(is_sending)
        for part in (self.discard, self.back, self.page):
            part.setEnabled(not is_sending)
        before = self._focus_before
        if not is_sending and before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fail(self, sentence: str) -> None:
        if sentence and self.is_picking:
            self._tell(sentence)
        self.error.setText(sentence)

    def _tell(self, sentence: str) -> None:
        self.toasts.show_toast(sentence, ToastKind.ERROR)

    def _send_by_key(self) -> None:
        """Not while the input method composes: its keys are its own."""
        is_composing = getattr(self.focusWidget(), "is_composing", False) is True
        if not self.is_picking and not is_composing and self.send.isEnabled():
            self._send()

    def _send(self) -> None:
        self._fail("")
        self.presenter.send()

    def _sent(self, room_id: str) -> None:
        title = self.title.text()
        if self._desk.account.connection.is_online:
            words = tr("Request sent: {title}", title=title)
        else:
            words = tr("Will be sent when there is a connection: {title}", title=title)
        self._desk.tell(words, ToastKind.DONE)
        self._desk.approvals.open(RoomID(room_id))
        self.close()

    def _go_back(self) -> None:
        self.presenter.leave_form()
        self._show_page()
        self.picker.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _throw_away(self) -> None:
        draft = self.presenter.throw_away()
        self._go_back()
        if draft is not None:
            self._offer_undo(draft)

    def _drop_draft(self, key: str) -> None:
        draft = next((one for one in self.presenter.drafts if one.key == key), None)
        if draft is None:
            return
        self.presenter.drop_draft(key)
        self.presenter.read_lists()
        self._offer_undo(draft)

    def _offer_undo(self, draft: ApprovalDraft) -> None:
        self.toasts.show_toast(
            tr("Draft thrown away"),
            ToastKind.DONE,
            action_text=tr("Undo"),
            on_action=lambda: self.presenter.bring_back(draft),
        )

    def _fit(self, window: QWidget) -> None:
        """As large as wanted, never larger than the screen."""
        style, screen = self._desk.style.current, window.screen().availableGeometry()
        width = min(style.px(_SIZE.width()), screen.width() - _AIR)
        height = min(style.px(_SIZE.height()), screen.height() - _AIR)
        self.setMinimumSize(min(style.px(_LEAST.width()), width), min(style.px(_LEAST.height()), height))
        self.resize(width, height)
        stand_over(self, window)
