"""Writing a ding: one dialog for all that it can say. `open_new_ding` is its only door."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from resources.translations import tr
from ui.desk import Desk
from ui.ding_desk import DingStart
from ui.screens.new_ding import new_ding_words as words
from ui.screens.new_ding.new_ding_fields import KindPart, LoudPart, WhatPart, WhenPart, WhoPart
from ui.screens.new_ding.new_ding_presenter import NewDingPresenter
from ui.screens.new_ding.new_ding_state import Problem, When, Writing
from widgets.banner import Banner, BannerKind
from widgets.buttons import ButtonKind
from widgets.composer_text import local_files
from widgets.dialogs import Dialog, confirm
from widgets.style import StyleSource
from widgets.words import Line, Words

_WIDTH, _HEIGHT, _LEAST_HEIGHT, _AIR = 580, 680, 420, 24
_CTRL = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier


def open_new_ding(desk: Desk, window: QWidget, start: DingStart) -> None:
    """Open the dialog over a window."""
    dialog = NewDingDialog(desk, start, window)
    dialog.open()
    dialog.begin()


class NewDingDialog(Dialog):
    """Scrolls inside where the window is small; what was written survives a slip of the hand and a crash."""

    def __init__(self, desk: Desk, start: DingStart, window: QWidget) -> None:
        super().__init__(desk.style, tr("New DING"), window)
        self.presenter = NewDingPresenter(desk, start)
        self.offer = Banner(desk.style)
        self.who = WhoPart(desk, self.presenter)
        self.what = WhatPart(desk, self.presenter)
        self.kind = KindPart(desk, self.presenter)
        self.when = WhenPart(desk, self.presenter)
        self.loud = LoudPart(desk, self.presenter)
        self.busy = Words(desk.style, role="waiting_text", pixels=13)
        self.preview = Line(desk.style, role="text2", pixels=13)
        self._parts = (self.who, self.what, self.kind, self.when, self.loud)
        self._scroll = _Scroll(desk.style, self._parts)
        self._question: Dialog | None = None
        self._judged: Writing | None = None
        self.setAcceptDrops(True)
        for part in (self.offer, self._scroll, self.busy):
            self.body.addWidget(part)
        self.body.setStretch(1, 1)
        self._row.insertWidget(0, self.preview, 100)  # beside the buttons
        self.add_button("cancel", tr("Cancel"))
        self.add_button("send", tr("Send"), ButtonKind.PRIMARY, is_default=True)
        self._connect()
        desk.dings.destroyed.connect(self._leave)  # the account goes: nobody is left to send it
        self._show()
        self._fit(window)

    def begin(self) -> None:
        """Read who can be chosen; the cursor waits in the text, or where people are chosen."""
        self.presenter.begin()
        first = self.what.text if self.presenter.audience.room_id is not None else self.who.people
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def press(self, key: str) -> None:
        if key == "send":
            self.set_error("")
            self._judged = self.presenter.writing
            self.presenter.send()
        else:
            super().press(key)

    def reject(self) -> None:
        """Ask first where something would be lost."""
        if self._question is not None:
            return
        if self.presenter.is_sending or not self.presenter.has_content():
            self._leave()
            return
        self._question = confirm(
            self._style,
            self,
            tr("Close this DING?"),
            tr("It has not been sent."),
            tr("Keep as draft"),
            choices=[("discard", tr("Throw away"))],
        )
        self._question.chosen.connect(self._answered)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and not event.modifiers() & _CTRL:
            event.accept()  # Enter in a field sends nothing to hundreds of people
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window's own cross asks as Escape does."""
        event.ignore()
        self.reject()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.presenter.add_files(local_files(event.mimeData()))
        event.acceptProposedAction()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        edge = self._scroll.geometry().bottom() + 1
        painter.fillRect(0, edge, self.width(), 1, self._style.current.colors.line)
        painter.end()

    # Inside -------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        act = self.presenter
        act.changed.connect(self._changed)
        act.refused.connect(self._refuse)
        act.failed.connect(self.set_error)
        act.sent.connect(self._sent)
        act.draft_found.connect(self._offer_draft)
        self.offer.action_triggered.connect(self._use_draft)
        self.offer.dismissed.connect(act.drop_draft)
        self.what.text.submitted.connect(lambda: self.press("send"))
        self.what.text.cancelled.connect(self.reject)
        for picker in (self.who.people, self.kind.cc):
            picker.cancelled.connect(self.reject)
            self._scroll.verticalScrollBar().valueChanged.connect(lambda _, p=picker: p.close_suggestions())

    def _changed(self) -> None:
        """Words about what was tried last stay until the person changes something."""
        if self.presenter.writing != self._judged:
            self.set_error("")
        self._show()

    def _show(self) -> None:
        for part in self._parts:
            part.show_choices()
        act = self.presenter
        self.preview.setText(words.preview_words(act.writing, act.audience))
        self.busy.setText(act.busy_words)
        self.busy.setVisible(bool(act.busy_words))
        self.button("send").setText(tr("Send") if act.writing.when is When.NOW else tr("Schedule"))
        self.set_busy(act.is_sending)

    def _refuse(self, problem: Problem) -> None:
        self.set_error(words.problem_words(problem))
        field = self._field_of(problem)
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._scroll.ensureWidgetVisible(field)

    def _field_of(self, problem: Problem) -> QWidget:
        """Where the person mends it."""
        fields: dict[Problem, QWidget] = {
            Problem.NO_PEOPLE: self.who.people,
            Problem.TOO_MANY_PEOPLE: self.who.people,
            Problem.DUE_PAST: self.kind.due,
            Problem.SENT_AFTER_DUE: self.kind.due,
            Problem.START_PAST: self.kind.start,
            Problem.SENT_AFTER_START: self.kind.start,
            Problem.END_BEFORE_START: self.kind.end,
            Problem.SEND_PAST: self.when.at,
            Problem.NO_REASON: self.loud.reason,
            Problem.FILE_GONE: self.what.attach,
            Problem.TOO_MANY_FILES: self.what.attach,
        }
        return fields.get(problem, self.what.text)

    def _offer_draft(self) -> None:
        self.offer.show_line(
            tr("You began a DING here and did not send it."),
            BannerKind.INFO,
            action_text=tr("Go on with it"),
            is_dismissable=True,
        )

    def _use_draft(self) -> None:
        self.offer.hide()
        self.presenter.use_draft()

    def _answered(self, key: str) -> None:
        self._question = None
        if key == "accept":
            self.presenter.keep_now()
            self._leave()
        elif key == "discard":
            self.presenter.throw_away()
            self._leave()

    def _sent(self) -> None:
        self.presenter.close()
        self.accept()

    def _leave(self) -> None:
        self.presenter.close()
        super().reject()

    def _fit(self, window: QWidget) -> None:
        """As large as wanted, never larger than the screen, nor than the window while that is large enough."""
        style, screen = self._style.current, window.screen().availableGeometry()
        height = min(style.px(_HEIGHT), max(window.height() - _AIR, style.px(_LEAST_HEIGHT)))
        width = min(style.px(_WIDTH), screen.width() - _AIR)
        self.setMinimumWidth(min(self.minimumWidth(), width))
        self.resize(width, min(height, screen.height() - 2 * _AIR))


class _Scroll(QScrollArea):
    """The fields, one under the other."""

    def __init__(self, style: StyleSource, parts: tuple[QWidget, ...]) -> None:
        super().__init__()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, style.current.px(14), style.current.px(8))
        column.setSpacing(style.current.px(14))
        for part in parts:
            column.addWidget(part)
        column.addStretch(1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 80)
