"""The dialog that checks the code of a printed record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.visible import one_line
from resources.translations import tr
from ui.sentences import sentence
from widgets.announce import announce
from widgets.buttons import ButtonKind
from widgets.dialogs import Dialog
from widgets.form_fields import TextField
from widgets.words import Words

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.approvals.values import Verdict
    from app.domain.ids import RoomID
    from app.errors import TackError
    from ui.desk import Desk


def open_verify(desk: Desk, window: QWidget) -> VerifyDialog:
    """Take a code and say whether it is that of the record."""
    dialog = VerifyDialog(desk, window)
    dialog.open()
    dialog.field.focus_field()
    return dialog


class VerifyDialog(Dialog):
    """One field, one sentence."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(desk.style, tr("Check a record"), window)
        self._desk = desk
        self._room_id: RoomID | None = None
        self._asked = ""
        self._is_over = False
        self.set_text(tr("Scan the code on the paper with any reader and paste what it gives."))
        self.field = TextField(desk.style, tr("Code of the record"), placeholder="tack:approval:1:…")
        self.field.text_changed.connect(self._changed)
        self.answer = Words(desk.style, pixels=14)
        self.answer.hide()
        self.body.addWidget(self.field)
        self.body.addWidget(self.answer)
        self.add_button("cancel", tr("Close"))
        self.add_button("open", tr("Open the request")).hide()
        self.add_button("check", tr("Check"), ButtonKind.PRIMARY, is_default=True)
        self._changed("")

    def press(self, key: str) -> None:
        if key == "check":
            self._check()
        elif key == "open" and self._room_id is not None:
            self._desk.approvals.open(self._room_id)
            super().press(key)
        else:
            super().press(key)

    def done(self, result: int) -> None:
        self._is_over = True
        super().done(result)

    def show_verdict(self, verdict: Verdict | None) -> None:
        """Say what came out."""
        self.set_busy(False)
        words, role = verdict_words(verdict)
        self._room_id = verdict.room_id if verdict is not None and verdict.is_known else None
        self.button("open").setVisible(self._room_id is not None)
        self.answer.set_role(role)
        self.answer.setText(words)
        self.answer.show()
        self._grow()
        announce(self.answer, words)

    def _grow(self) -> None:
        """Lines that wrap come and go: the window follows, nothing is squeezed."""
        column = self.layout()
        if column is not None:
            column.activate()
            self.resize(self.width(), max(self.height(), column.totalHeightForWidth(self.width())))

    def _check(self) -> None:
        self.set_busy(True)
        self._asked = "".join(self.field.text().split())  # copied from a paper it may be broken into lines
        asked = self._asked
        self._desk.operations.start(
            self._desk.account.approvals.verify(asked),
            lambda verdict: self._answered(asked, verdict),
            self._fail,
        )

    def _answered(self, asked: str, verdict: Verdict | None) -> None:
        if asked == self._asked and not self._is_over:
            self.show_verdict(verdict)

    def _fail(self, error: TackError) -> None:
        if self._is_over:
            return
        self.set_busy(False)
        self.field.set_error(sentence(error))
        self._grow()

    def _changed(self, _: str) -> None:
        """Another code: what was said is no longer about it."""
        self._asked = ""
        self.set_busy(False)
        self.answer.hide()
        self.button("open").hide()
        self.button("check").setEnabled(bool(self.field.text()))


def verdict_words(verdict: Verdict | None) -> tuple[str, str]:
    """Word what a check says, and in which colour role."""
    if verdict is None:
        return tr("This is not the code of a record. It begins with tack:approval:1:"), "attention_text"
    title = one_line(verdict.title) or verdict.room_id
    if not verdict.is_known:
        return tr(
            "You do not have this request here, so it cannot be checked. Ask somebody who took part in it."
        ), "waiting_text"
    if verdict.is_same:
        return tr("Genuine: the paper shows “{title}” exactly as it stands now.", title=title), "done_text"
    if verdict.is_earlier:
        return tr(
            "Genuine, but older: something was done on “{title}” after it was printed. Open it to see what.",
            title=title,
        ), "waiting_text"
    return tr(
        "Different: this code does not belong to “{title}” at any time. Do not trust the paper.", title=title
    ), "attention_text"
