"""What the first paint did without is imported right after it, in a thread, while the window already answers.

Imports hold Python's lock in turns of a millisecond (`sys.setswitchinterval` in `main`), so that painting and
scrolling go on. Only modules are imported here: widgets are made on the GUI thread.
"""

import logging
import threading
from importlib import import_module

from PySide6.QtCore import QObject, Signal

log = logging.getLogger("tack.ui")

LOOP = ("asyncio", "qasync")
WINDOW = (
    "app.notifications.service",
    "app.media.service",
    "app.store.timeline_read",
    "ui.screens.chat.chat_screen",
    "ui.screens.main_window.side_panel",
    "ui.shortcuts",
    "ui.notices",
    "ui.tray",
    "widgets.empty_state",
    "app.log_file",
    "ui.single_instance",
)
NETWORK = (
    "app.homeserver",
    "app.sync.service",
    "app.sync.backfill",
    "app.sync.wake",
    "app.rooms.service",
    "app.timeline.service",
    "app.sending.queue",
    "app.sending.wire",
    "app.directory.service",
    "app.directory.organisation",
    "app.search.service",
    "app.store.ingest",
    "app.store.history",
    "app.store.person",
    "app.store.search_backlog",
    "app.attention.clearing",
    "app.attention.receipts",
    "app.store.attention_reads",
    "app.store.clear_store",
    "widgets.toast",
    "ui.screens.red_dots.scopes",
    "ui.screens.red_dots.clear_words",
    "widgets.undo_key",
    "widgets.row_dots",
    "app.store.unread_walk",
    "ui.screens.ding.ding_screen",
    "app.approvals.asking",
    "app.approvals.acting",
    "ui.screens.approvals.approvals_screen",
    "ui.screens.channels.channels_screen",
    "app.media.vault",
)
"""In the order in which they are wanted."""
LATER = (
    "ui.screens.channels.watch_page",
    "ui.player_session",
    "widgets.player.player",
    "ui.player_extras",
    "app.channels.finding",
)
"""What nobody waits for, and what takes long to import when it is first opened."""


class WarmUp(QObject):
    """Imports once; `start` may be called again."""

    loop_ready = Signal()
    """asyncio can run."""
    window_ready = Signal()
    """What the window needs to be complete is there."""
    finished = Signal()
    """What the account needs to start is there too."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None
        self.is_loop_ready = False
        self.is_window_ready = False
        self.is_finished = False
        self.loop_ready.connect(self._note_loop)
        self.window_ready.connect(self._note_window)
        self.finished.connect(self._note_end)

    def start(self) -> None:
        """Begin to import."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="tack-warm-up", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Wait for the thread: it must not emit once this object is gone."""
        if self._thread is not None:
            self._thread.join()

    def _note_loop(self) -> None:
        self.is_loop_ready = True

    def _note_window(self) -> None:
        self.is_window_ready = True

    def _note_end(self) -> None:
        self.is_finished = True

    def _run(self) -> None:
        groups = ((LOOP, self.loop_ready), (WINDOW, self.window_ready), (NETWORK, self.finished))
        for names, done in groups:
            _import(names)
            done.emit()
        _import(LATER)


def _import(names: tuple[str, ...]) -> None:
    for name in names:
        try:
            import_module(name)
        except Exception:  # outermost frame of the thread; who needs it meets the error again
            log.exception("%s cannot be imported", name)
