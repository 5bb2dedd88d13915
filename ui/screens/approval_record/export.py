"""A list of requests as CSV."""

from __future__ import annotations

import asyncio
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QProgressBar

from app.domain.ids import localpart_of
from resources.translations import tr, tr_n
from ui.screens.approval_record.csv_rows import Line, line_of, to_csv
from ui.screens.approval_record.saved_file import save_whole, with_suffix
from ui.sentences import sentence
from widgets.dialogs import Dialog
from widgets.file_dialogs import pick_save_path
from widgets.toast import ToastKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from app.domain.approvals.rows import ApprovalDetail, ApprovalQuery, PageKey
    from app.domain.ids import RoomID, UserID
    from app.errors import TackError
    from app.store.cache import Cache
    from app.store.reader import Reader
    from ui.desk import Desk

    Progress = Callable[[int, int], None]

_PAGE = 500
_BATCH = 20
"""Requests folded in one turn of the read worker: others get theirs in between."""


def export_list(desk: Desk, window: QWidget, query: ApprovalQuery) -> None:
    """Ask for a file and write what a list shows, with progress; can be cancelled."""
    name = f"{tr('Approvals')} {time.strftime('%Y-%m-%d')}.csv"

    def start(path: Path) -> None:
        start_export(desk, window, query, path)

    pick_save_path(window, tr("Export the list"), name, start)


def start_export(desk: Desk, window: QWidget, query: ApprovalQuery, path: Path) -> ExportDialog:
    """Write the file."""
    dialog = ExportDialog(desk, window, query, with_suffix(path, ".csv"))
    dialog.open()
    dialog.start()
    return dialog


class ExportDialog(Dialog):
    """How far it is; closing it ends it, and no file is left."""

    def __init__(self, desk: Desk, window: QWidget, query: ApprovalQuery, path: Path) -> None:
        super().__init__(desk.style, tr("Exporting to {name}", name=path.name), window)
        self._desk, self._query, self._path = desk, query, path
        self._task: asyncio.Task[int] | None = None
        self.bar = QProgressBar()
        self.bar.setAccessibleName(tr("Progress"))
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        self.set_text(tr("Reading the list…"))
        self.body.addWidget(self.bar)
        self.add_button("cancel", tr("Cancel"))

    def start(self) -> None:
        """Begin; once."""
        work = export(self._desk.account.cache, self._query, self._path, self._tell)
        self._task = self._desk.operations.start(work, self._done, self._fail)

    def reject(self) -> None:
        if self._task is not None:
            self._task.cancel()
        super().reject()

    def _tell(self, done: int, total: int) -> None:
        self.bar.setRange(0, max(1, total))
        self.bar.setValue(done)
        self.set_text(tr("{done} of {total} requests", done=done, total=total))

    def _done(self, count: int) -> None:
        self._task = None
        words = tr_n(
            "{n} request saved as {name}", "{n} requests saved as {name}", count, name=self._path.name
        )
        self._desk.tell(words, ToastKind.DONE)
        self.accept()

    def _fail(self, error: TackError) -> None:
        self._task = None
        self.set_error(sentence(error))
        self.button("cancel").setText(tr("Close"))


async def export(cache: Cache, query: ApprovalQuery, path: Path, tell: Progress) -> int:
    """Write the requests of a query; how many. Cancelled before the file moves to its place, it leaves nothing."""
    now_ms = time.time_ns() // 1_000_000
    rooms = await _rooms(cache, query, now_ms)
    lines: list[Line] = []
    for first in range(0, len(rooms), _BATCH):
        tell(first, len(rooms))
        lines += await cache.read_in_worker(_reading(rooms[first : first + _BATCH], now_ms))
    tell(len(rooms), len(rooms))
    data = await asyncio.to_thread(to_csv, lines, has_columns=bool(query.template_id))
    is_stopped = threading.Event()
    try:
        await asyncio.to_thread(save_whole, path, data, is_stopped)
    except asyncio.CancelledError:
        is_stopped.set()  # a thread cannot be cancelled
        raise
    return len(lines)


async def _rooms(cache: Cache, query: ApprovalQuery, now_ms: int) -> list[RoomID]:
    rooms: list[RoomID] = []
    after: PageKey | None = None
    while True:
        page = await cache.read_in_worker(
            lambda read, after=after: read.approvals.page(query, now_ms, _PAGE, after)  # type: ignore[misc]
        )
        rooms += [row.room_id for row in page.rows]
        after = page.next
        if after is None:
            return list(dict.fromkeys(rooms))


def _reading(rooms: Sequence[RoomID], now_ms: int) -> Callable[[Reader], list[Line]]:
    def read(reader: Reader) -> list[Line]:
        details = (reader.approvals.detail(room_id, now_ms) for room_id in rooms)
        return [line_of(detail, partial(_name, reader, detail)) for detail in details if detail is not None]

    return read


def _name(reader: Reader, detail: ApprovalDetail, user: UserID) -> str:
    member = reader.member(detail.row.room_id, user)
    return localpart_of(user) if member is None else member.name
