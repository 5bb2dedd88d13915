"""One request on paper."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QPageSize

from app.domain.approvals.record import record_code
from app.domain.item_kind import ItemKind
from app.domain.visible import one_line
from resources.translations import tr
from ui.approval_task_words import paper_moment
from ui.screens.approval_record.record_document import Comment, name_of, record_document
from ui.screens.approval_record.record_pages import RecordPages, sheet_pixels
from ui.screens.approval_record.saved_file import plain_name, save_whole, with_suffix
from ui.sentences import sentence
from widgets.buttons import ButtonKind
from widgets.dialogs import Dialog
from widgets.file_dialogs import pick_save_path
from widgets.form_fields import SwitchField
from widgets.page_preview import PagePreview
from widgets.toast import ToastKind

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtPrintSupport import QPrinter
    from PySide6.QtWidgets import QWidget

    from app.domain.approvals.rows import ApprovalDetail
    from app.domain.ids import RoomID
    from app.errors import TackError
    from app.store.reader import Reader
    from ui.desk import Desk

_TALK = (ItemKind.TEXT, ItemKind.NOTICE, ItemKind.EMOTE, ItemKind.IMAGE, ItemKind.FILE)
_MOST_COMMENTS = 2000
_PAGE = 200


def open_record(desk: Desk, window: QWidget, detail: ApprovalDetail) -> RecordDialog:
    """Show the record as it will be printed; print it, or save it as PDF."""
    dialog = RecordDialog(desk, window, detail)
    dialog.open()
    dialog.button("pdf").setFocus(Qt.FocusReason.OtherFocusReason)
    return dialog


class RecordDialog(Dialog):
    """The pages, and what can be done with them."""

    def __init__(self, desk: Desk, window: QWidget, detail: ApprovalDetail) -> None:
        super().__init__(desk.style, tr("Record of {title}", title=one_line(detail.content.title)), window)
        self._desk, self._detail = desk, detail
        self._printed_ms = time.time_ns() // 1_000_000
        self._comments: list[Comment] | None = None
        self._is_over = False
        self._pages = self._made()
        self.preview = PagePreview(desk.style)
        self.preview.setAccessibleName(tr("Preview"))
        self.with_comments = SwitchField(desk.style, tr("With the discussion"))
        self.with_comments.toggled.connect(self._choose_comments)
        self.body.addWidget(self.preview, 1)
        self.body.addWidget(self.with_comments)
        self.add_button("cancel", tr("Close"))
        self.add_button("print", tr("Print…"))
        self.add_button("pdf", tr("Save as PDF…"), ButtonKind.PRIMARY, is_default=True)
        style = desk.style.current
        self.resize(style.px(840), min(style.px(760), max(style.px(480), window.height() - style.px(40))))
        self._show()

    @property
    def pages(self) -> RecordPages:
        """What is shown."""
        return self._pages

    def press(self, key: str) -> None:
        if key == "pdf":
            self._ask_file()
        elif key == "print":
            self._ask_printer()
        else:
            super().press(key)

    def done(self, result: int) -> None:
        self._is_over = True
        super().done(result)

    # Pages

    def _made(self, size: QSizeF | None = None) -> RecordPages:
        detail = self._detail
        name = name_of(detail, lambda user: self._desk.people.name_in(detail.row.room_id, user))
        document = record_document(detail, self._printed_ms, name, self._comments)
        foot = tr(
            "{number} · printed {time}", number=detail.content.number, time=paper_moment(self._printed_ms)
        )
        code = "" if detail.create_event is None else record_code(detail.row.room_id, detail.record)
        return RecordPages(document, code, foot, size)

    def _show(self) -> None:
        pages = self._pages
        self.preview.set_pages(pages.size, pages.count, pages.paint, pages.text)

    def _choose_comments(self, is_wanted: bool) -> None:
        if not is_wanted:
            self._comments = None
            self._renew()
            return
        room_id = self._detail.row.room_id
        reading = self._desk.account.cache.read_in_worker(lambda read: comments_of(read, room_id))
        self._desk.operations.start(reading, self._add_comments, self._fail)

    def _add_comments(self, comments: list[Comment]) -> None:
        if not self._is_over and self.with_comments.isChecked():
            self._comments = comments
            self._renew()

    def _renew(self) -> None:
        self._pages = self._made()
        self._show()

    # A file

    def _ask_file(self) -> None:
        content = self._detail.content
        name = plain_name(f"{content.number} {one_line(content.title)}") + ".pdf"
        pick_save_path(self, tr("Save the record"), name, self.save)

    def save(self, path: Path) -> None:
        """Write the PDF."""
        self.set_error("")
        self.set_busy(True)
        target = with_suffix(path, ".pdf")
        data = self._pages.to_pdf(self._detail.content.title)
        saving = asyncio.to_thread(save_whole, target, data)
        self._desk.operations.start(saving, lambda _: self._saved(target), self._fail)

    def _saved(self, path: Path) -> None:
        self._desk.tell(tr("Saved as {name}", name=path.name), ToastKind.DONE)
        if not self._is_over:
            self.set_busy(False)
            self.accept()

    def _fail(self, error: TackError) -> None:
        if self._is_over:
            self._desk.tell_error(error)
            return
        self.set_busy(False)
        self.set_error(sentence(error))

    # A printer

    def _ask_printer(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter
        from PySide6.QtWidgets import QDialog

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(plain_name(self._detail.content.number))
        printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        dialog = QPrintDialog(printer, self)
        dialog.accepted.connect(lambda: self.print_with(printer))
        dialog.finished.connect(dialog.deleteLater)
        QDialog.open(dialog)  # its own `open` wants a slot by name

    def print_with(self, printer: QPrinter) -> None:
        """Print on the paper that was chosen."""
        printer.setFullPage(True)  # the pages have margins of their own
        self._made(sheet_pixels(printer.pageLayout())).print_to(printer, printer.resolution())
        self.accept()


def comments_of(read: Reader, room_id: RoomID) -> list[Comment]:
    """Read the discussion of a request, oldest first; the newest `_MOST_COMMENTS` rows. On the read worker."""
    rows = read.extent(room_id).row_count
    found: list[Comment] = []
    for first in range(max(0, rows - _MOST_COMMENTS), rows, _PAGE):
        for item in read.items(room_id, first, min(_PAGE, rows - first)):
            if item.kind in _TALK and not item.is_redacted:
                text = item.body or (item.media.filename if item.media else "")
                found.append(Comment(item.sender_name, item.ts_ms, text))
    return found
