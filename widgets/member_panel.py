"""The side panel: members with search, and the files of the room."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QListView, QVBoxLayout, QWidget

from resources.translations import tr
from widgets.avatar import ImageSource
from widgets.buttons import IconButton
from widgets.file_card import FileCard, FileRow
from widgets.member_row_delegate import MEMBER_ROW_ROLE, MemberRow, MemberRowDelegate
from widgets.overlay_scroll import OverlayScrollBar
from widgets.painting import KEYBOARD_FOCUS, TagKind
from widgets.search_field import SearchField
from widgets.style import StyleSource
from widgets.words import Line

__all__ = ["MEMBER_ROW_ROLE", "FileRow", "MemberListView", "MemberPanel", "MemberRow", "TagKind"]

_MOST_FILES = 4
_NEAR_END = 10


class MemberListView(QListView):
    """Uniform rows of members; click or Enter activates."""

    member_activated = Signal(str)
    member_context_requested = Signal(str, QPoint)
    near_end_reached = Signal()

    def __init__(
        self, style: StyleSource, images: ImageSource | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._delegate = MemberRowDelegate(style, self)
        self._delegate.images = images
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("background: transparent;")
        OverlayScrollBar(self)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.clicked.connect(self._activate)
        style.changed.connect(self.scheduleDelayedItemsLayout)

    def set_images(self, images: ImageSource) -> None:
        """Where avatars come from."""
        self._delegate.images = images
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._activate(self.currentIndex())
            return
        self._delegate.has_keyboard = True
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._delegate.has_keyboard = event.reason() in KEYBOARD_FOCUS
        super().focusInEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        row = self.indexAt(event.pos()).data(MEMBER_ROW_ROLE)
        if isinstance(row, MemberRow):
            self.member_context_requested.emit(row.user_id, event.globalPos())

    def _activate(self, index: QModelIndex) -> None:
        row = index.data(MEMBER_ROW_ROLE) if index.isValid() else None
        if isinstance(row, MemberRow):
            self.member_activated.emit(row.user_id)

    def _scrolled(self, value: int) -> None:
        bar = self.verticalScrollBar()
        if value >= bar.maximum() - _NEAR_END * self._style.current.sizes.member_row:
            self.near_end_reached.emit()


class MemberPanel(QWidget):
    """Title with count, search, list, files."""

    search_changed = Signal(str)
    member_activated = Signal(str)
    member_context_requested = Signal(str, QPoint)
    file_activated = Signal(str)
    near_end_reached = Signal()
    invite_requested = Signal()

    def __init__(
        self, style: StyleSource, images: ImageSource | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._count = 0
        self._title = Line(style, pixels=14, is_bold=True)
        self._invite = IconButton(style, "user-plus", "", size=28, icon_size=18)
        self._search = SearchField(style)
        self._list = MemberListView(style, images)
        self._empty = Line(style, role="text2", pixels=13)
        self._files_title = Line(style, pixels=14, is_bold=True)
        self._files: list[FileCard] = []
        self._files_column = QVBoxLayout()
        self._lay_out()
        self._connect()
        self.set_can_invite(False)
        self.set_files(())
        self._retranslate()
        self._restyle()

    def set_model(self, model: QAbstractItemModel) -> None:
        """Rows by MEMBER_ROW_ROLE."""
        self._list.setModel(model)
        for signal in (model.modelReset, model.rowsInserted, model.rowsRemoved):
            signal.connect(self._fit)
        self._fit()

    def set_count(self, count: int) -> None:
        """The number beside the title."""
        self._count = count
        self._retranslate()

    def set_files(self, files: Sequence[FileRow]) -> None:
        """Newest first; the section hides when there are none."""
        for card in self._files:
            card.setParent(None)
            card.deleteLater()
        self._files = [FileCard(self._style, row) for row in files[:_MOST_FILES]]
        for card in self._files:
            card.clicked.connect(lambda _=False, uid=card.row.uid: self.file_activated.emit(uid))
            self._files_column.addWidget(card)
        self._files_title.setVisible(bool(files))

    def set_can_invite(self, can: bool) -> None:
        """Show the button that adds people."""
        self._invite.setVisible(can)

    def set_images(self, images: ImageSource) -> None:
        """Where avatars come from."""
        self._list.set_images(images)

    def image_ready(self, key: str) -> None:
        """A picture came."""
        self._list.viewport().update()

    @property
    def view(self) -> MemberListView:
        """The list of members."""
        return self._list

    @property
    def search(self) -> SearchField:
        """The field above it."""
        return self._search

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, painter = self._style.current.colors, QPainter(self)
        painter.fillRect(self.rect(), colors.panel)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(self._title, 1)
        self._head.addWidget(self._invite)
        self._field_row = QHBoxLayout()
        self._field_row.addWidget(self._search)
        self._foot = QVBoxLayout()
        self._foot.addWidget(self._files_title)
        self._foot.addLayout(self._files_column)
        column = QVBoxLayout(self)
        column.setSpacing(0)
        column.addLayout(self._head)
        column.addLayout(self._field_row)
        column.addWidget(self._empty)
        column.addWidget(self._list, 1000)
        column.addLayout(self._foot)
        column.addStretch(1)

    def _connect(self) -> None:
        self._invite.clicked.connect(self.invite_requested)
        self._search.term_changed.connect(self.search_changed)
        self._search.moved.connect(lambda _: self._list.setFocus(Qt.FocusReason.TabFocusReason))
        self._list.member_activated.connect(self.member_activated)
        self._list.member_context_requested.connect(self.member_context_requested)
        self._list.near_end_reached.connect(self.near_end_reached)
        self._style.changed.connect(self._restyle)

    def _fit(self) -> None:
        """The list is as high as its rows, so that the files stand right below it."""
        model = self._list.model()
        count = model.rowCount() if model is not None else 0
        self._list.setMaximumHeight(count * self._style.current.sizes.member_row)
        self._empty.setVisible(bool(self._search.term()) and not count)

    def _retranslate(self) -> None:
        title = tr("Members")
        self._title.setText(f"{title} {self._count}" if self._count else title)
        self._files_title.setText(tr("Files"))
        self._search.set_placeholder(tr("Search members"))
        self._invite.set_tip(tr("Add people"))
        self._empty.setText(tr("Nobody found"))
        self._list.setAccessibleName(title)

    def _restyle(self) -> None:
        style = self._style.current
        side = style.px(16)
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(0, style.px(12), 0, style.px(12))
        self._head.setContentsMargins(side, 0, style.px(12), style.px(6))
        self._title.setMinimumHeight(style.px(28))
        self._field_row.setContentsMargins(side, 0, side, style.px(8))
        self._empty.setContentsMargins(side, style.px(4), side, style.px(4))
        self._foot.setContentsMargins(side, style.px(8), side, 0)
        self._foot.setSpacing(style.px(8))
        self._files_column.setSpacing(style.px(8))
        self._fit()
        self.update()
