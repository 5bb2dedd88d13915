"""Comments beside a video: each says to which moment it belongs (a click goes there) and is liked, answered, recalled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from resources.translations import tr
from widgets.buttons import Button, ButtonKind
from widgets.comment_line import CommentLine
from widgets.overlay_scroll import OverlayScrollBar
from widgets.tab_place import TabPlace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from widgets.avatar import ImageSource
    from widgets.style import StyleSource
    from widgets.watch_values import WatchComment

SHOWN = 60
"""So many of the newest are shown at first; each is a widget."""
_AT_ONCE, _A_TURN = 6, 1
"""So many rows are made at first, then in each turn of the loop."""


class WatchComments(QScrollArea):
    """Rows are kept by their uid, so that news repaint only what is new. As high as its rows, if there is room."""

    moment_chosen = Signal(int)
    like_requested = Signal(str, bool)
    reply_requested = Signal(str)
    menu_requested = Signal(str, object)
    """Uid and QPoint."""
    retry_requested = Signal(str)
    person_activated = Signal(str)
    link_activated = Signal(str)
    grown = Signal()
    """Rows came or went: it may take another height."""

    def __init__(
        self, style: StyleSource, images: ImageSource | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style, self._images = style, images
        self._rows: dict[str, CommentLine] = {}
        self._all: tuple[WatchComment, ...] = ()
        self._shown = SHOWN
        self._wanted: tuple[WatchComment, ...] = ()
        self._maker = QTimer(self, interval=0)
        self._maker.timeout.connect(self._make_more)
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._tabs = TabPlace(self._inside)
        self._earlier = Button(style, "", ButtonKind.QUIET)
        self._earlier.clicked.connect(self._show_earlier)
        self._column.addWidget(self._earlier)
        self._column.addStretch(1)
        self._earlier.hide()
        self.setWidget(self._inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._bar = OverlayScrollBar(self)
        self.setAccessibleName(tr("Comments"))
        style.changed.connect(self._restyle)
        self._restyle()

    @property
    def comments(self) -> tuple[WatchComment, ...]:
        """All of them, oldest first."""
        return self._all

    def line(self, uid: str) -> CommentLine | None:
        """The row of a comment, if it is shown."""
        return self._rows.get(uid)

    def clear(self) -> None:
        """Another video."""
        self._shown = SHOWN
        self.set_comments(())

    def set_comments(self, comments: Sequence[WatchComment]) -> None:
        """Show these, oldest first; who reads the newest stays with the newest."""
        bar = self.verticalScrollBar()
        was_at_end = bar.value() >= bar.maximum() - self._style.current.px(40)
        had_newer = bool(self._all and comments) and comments[-1].uid != self._all[-1].uid
        self._all = tuple(comments)
        wanted = self._all[-self._shown :]
        keys = {comment.uid for comment in wanted}
        for uid in [uid for uid in self._rows if uid not in keys]:
            row = self._rows.pop(uid)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._wanted = wanted
        for comment in wanted:
            if comment.uid in self._rows:
                self._rows[comment.uid].show_comment(comment)
        self._make_some(_AT_ONCE)
        hidden = len(self._all) - len(wanted)
        self._earlier.setText(tr("Show {n} earlier comments", n=hidden) if hidden else "")
        self._earlier.setVisible(bool(hidden))
        self._tell_grown()
        if had_newer and (was_at_end or comments[-1].is_waiting):
            QTimer.singleShot(0, self, lambda: bar.setValue(bar.maximum()))  # once the new one is laid out

    def show_comment(self, uid: str) -> None:
        """Bring one into sight."""
        self._make_some(len(self._wanted))
        row = self._rows.get(uid)
        if row is not None:
            self._column.activate()
            self.ensureWidgetVisible(row)
            row.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def image_ready(self) -> None:
        """A face came."""
        for row in self._rows.values():
            row.show_face()

    def content_height(self) -> int:
        """What all rows take at the width of now."""
        return self._column.sizeHint().height()

    def _make_some(self, most: int) -> None:
        """Make rows that are missing, from the top; the others behind the next frames."""
        for place, comment in enumerate(self._wanted, start=1):
            row = self._rows.get(comment.uid)
            if row is None and most <= 0:
                self._maker.start()
                return
            if row is None:
                row, most = self._made(), most - 1
                self._rows[comment.uid] = row
                row.show_comment(comment)
            if self._column.indexOf(row) != place:
                self._column.insertWidget(place, row)
        self._maker.stop()
        lines = [self._rows[one.uid] for one in self._wanted]
        self._tabs.set_widgets([self._earlier, *(part for line in lines for part in line.focusable())])

    def _make_more(self) -> None:
        self._make_some(_A_TURN)
        self._tell_grown()

    def _tell_grown(self) -> None:
        self.updateGeometry()
        self.grown.emit()

    def _made(self) -> CommentLine:
        row = CommentLine(self._style, self._images, self._inside)
        row.moment_chosen.connect(self.moment_chosen)
        row.like_requested.connect(self.like_requested)
        row.reply_requested.connect(self.reply_requested)
        row.menu_requested.connect(self.menu_requested)
        row.retry_requested.connect(self.retry_requested)
        row.person_activated.connect(self.person_activated)
        row.text.user_activated.connect(self.person_activated)
        row.text.link_activated.connect(self.link_activated)
        return row

    def _show_earlier(self) -> None:
        self._shown += SHOWN
        self.set_comments(self._all)

    def _restyle(self) -> None:
        self._column.setSpacing(self._style.current.px(12))
        palette = self.palette()
        palette.setColor(palette.ColorRole.Window, self._style.current.colors.window)
        self.setPalette(palette)
