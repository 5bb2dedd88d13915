"""One request: head, notices, form, discussion; the route at the right, or under the form where there is little room."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.visible import one_line
from resources.translations import tr
from ui.forms.form_view import FormView
from widgets.approval_act_bar import ApprovalActBar
from widgets.approval_chips import ChipFlow, ValueChip
from widgets.approval_header import ApprovalHeader
from widgets.approval_notices import ApprovalNotices
from widgets.approval_record import ApprovalRecord
from widgets.composer import Composer
from widgets.ding_comments import DingComments
from widgets.flow_chart import FlowChart
from widgets.overlay_scroll import OverlayScrollBar
from widgets.painting import fill_plain, stroke_rounded
from widgets.words import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from app.domain.approvals.rows import ApprovalDetail
    from app.domain.approvals.wire import FileRef
    from ui.desk import Desk
    from widgets.approval_record import RecordLine
    from widgets.approval_values import ApprovalPage
    from widgets.ding_values import CommentRow
    from widgets.flow_chart import FlowNode

_WIDEST, _MARGIN, _FLOW_WIDTH, _NARROW = 760, 24, 300, 740


class RequestView(QWidget):
    """`show_request` changes in place what is new; the place in it stays while the request is the same."""

    act_requested = Signal(str)
    """An `ApprovalAct`."""
    more_acts_requested = Signal(object, QPoint)
    menu_requested = Signal(QPoint)
    seal_activated = Signal()
    print_requested = Signal()
    person_activated = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        style = desk.style
        self._desk, self._style = desk, style
        self._uid = ""
        self._is_narrow: bool | None = None
        self.header = ApprovalHeader(style)
        self.notices = ApprovalNotices(style)
        self.form = FormView(desk)
        self.comments = DingComments(style, desk.images)
        self.composer = Composer(style)
        self.flow = FlowChart(style)
        self.bar = ApprovalActBar(style)
        self._flow_title, self._talk_title = Line(style, is_bold=True), Line(style, is_bold=True)
        self.record = ApprovalRecord(style)
        self.files = _ActFiles(desk)
        self._card = _Card(desk, self.form)
        self._route = _Route(self._flow_title, self.flow, self.record)
        self._body, self._side = _Ground(desk), _Ground(desk)
        self._area, self._side_area = _area(self._body), _area(self._side)
        self._edge = _Edge(desk)
        self._lay_out()
        self._connect()
        self._word()
        self._restyle()

    def show_request(self, page: ApprovalPage, detail: ApprovalDetail) -> None:
        """Show a request, or its news."""
        is_other = page.uid != self._uid
        if is_other:
            self._uid = page.uid
            self.comments.clear()
            self._area.verticalScrollBar().setValue(0)
            self._side_area.verticalScrollBar().setValue(0)
        self.header.show_headline(page.head)
        self.notices.set_notices(page.notices)
        values, content = detail.state.values, detail.content
        former = None if values == content.values else content.values
        names = content.names
        self.form.show_form(content.template, values, former, names, is_at_once=not is_other)
        self.bar.set_acts(page.acts, page.hint)
        self.composer.setVisible(page.can_comment)

    def show_flow(self, nodes: Sequence[FlowNode]) -> None:
        """Show the route."""
        self.flow.set_nodes(nodes)

    def show_record(self, lines: tuple[RecordLine, ...], files: tuple[tuple[str, FileRef], ...]) -> None:
        """Show what was done, and the files (with who attached them) that came with it."""
        self.record.set_lines(lines)
        self.files.set_files(files)

    def show_comments(self, comments: Sequence[CommentRow]) -> None:
        """Show what was said; after a word of mine its end."""
        before = self.comments.count
        self.comments.set_comments(comments)
        self.comments.setVisible(bool(comments))
        self._talk_title.setVisible(bool(comments) or not self.composer.isHidden())
        is_mine = bool(comments) and len(comments) > before and self.composer.editor.hasFocus()
        if before and is_mine:
            QTimer.singleShot(0, self, self._scroll_to_end)

    def focus_form(self) -> None:
        """The keyboard goes into the request."""
        self._area.setFocus(Qt.FocusReason.OtherFocusReason)

    def scroll_by(self, pages: float) -> None:
        """Move the form."""
        bar = self._area.verticalScrollBar()
        bar.setValue(bar.value() + round(pages * bar.pageStep()))

    def image_ready(self) -> None:
        """A picture came."""
        self.form.image_ready()
        self.comments.image_ready()

    @property
    def is_narrow(self) -> bool:
        """Whether the route stands under the form."""
        return bool(self._is_narrow)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == event.Type.LanguageChange:
            self._word()
            self.form.refresh_words()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill_plain(painter, self.rect(), self._style.current.colors.window)
        painter.end()

    # Inside

    def _lay_out(self) -> None:
        for part in (self.notices, self._card, self.files, self._talk_title, self.comments, self.composer):
            self._body.column.addWidget(part)
        self._body.column.addStretch(1)
        self._side.column.addWidget(self._route)
        self._side.column.addStretch(1)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        for piece, share in ((self._area, 1), (self._edge, 0), (self._side_area, 0)):
            middle.addWidget(piece, share)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addLayout(middle, 1)
        column.addWidget(self.bar)
        self._area.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def _connect(self) -> None:
        self.header.seal_activated.connect(self.seal_activated)
        self.header.print_requested.connect(self.print_requested)
        self.header.menu_requested.connect(self.menu_requested)
        self.notices.act_requested.connect(self.act_requested)
        self.bar.act_requested.connect(self.act_requested)
        self.bar.more_requested.connect(self.more_acts_requested)
        for source in (self.form, self.flow, self.comments):
            source.person_activated.connect(self.person_activated)
        self._style.changed.connect(self._restyle)

    def _fit(self) -> None:
        """Move the route where there is room for it."""
        style = self._style.current
        is_narrow = self.width() < style.px(_NARROW)
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self._side_area.setVisible(not is_narrow)
            self._edge.setVisible(not is_narrow)
            if is_narrow:
                self._body.column.insertWidget(3, self._route)
            else:
                self._side.column.insertWidget(0, self._route)
        side = style.px(_MARGIN if self.width() > style.px(480) else 12)
        room = self.width() - (0 if is_narrow else style.px(_FLOW_WIDTH))
        right = max(side, room - side - style.px(_WIDEST))
        self._body.column.setContentsMargins(side, style.px(20), right, style.px(24))

    def _scroll_to_end(self) -> None:
        bar = self._area.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _word(self) -> None:
        self._flow_title.setText(tr("Route"))
        self._talk_title.setText(tr("Discussion"))
        self._area.setAccessibleName(tr("The request"))

    def _restyle(self) -> None:
        style = self._style.current
        self._body.column.setSpacing(style.px(12))
        self._side.column.setContentsMargins(style.px(16), style.px(16), style.px(16), style.px(16))
        self._side_area.setFixedWidth(style.px(_FLOW_WIDTH))
        self._is_narrow = None
        self._fit()
        self.update()


class _Ground(QWidget):
    """What scrolls."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._style = desk.style
        self.column = QVBoxLayout(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill_plain(painter, event.rect(), self._style.current.colors.window)
        painter.end()


class _Card(QWidget):
    """The frame around the form."""

    def __init__(self, desk: Desk, form: FormView) -> None:
        super().__init__()
        self._style = desk.style
        self._column = QVBoxLayout(self)
        self._column.addWidget(form)
        self._style.changed.connect(self._restyle)
        self._restyle()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        stroke_rounded(painter, self.rect(), style.sizes.radius_large, style.colors.line)
        painter.end()

    def _restyle(self) -> None:
        side = self._style.current.px(20)
        self._column.setContentsMargins(side, side, side, side)
        self.update()


class _Route(QWidget):
    """The title, the flow, the record."""

    def __init__(self, *parts: QWidget) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for part in parts:
            column.addWidget(part)


class _ActFiles(QWidget):
    """Files that came with decisions."""

    file_activated = Signal(object)
    """A `FileRef`."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._style = desk.style
        self._files: tuple[tuple[str, FileRef], ...] = ()
        self._flow: ChipFlow | None = None
        self._title = Line(desk.style, is_bold=True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._title)
        self.hide()

    def set_files(self, files: tuple[tuple[str, FileRef], ...]) -> None:
        """Show these."""
        self._title.setText(tr("Files with decisions"))
        if files == self._files:
            return
        self._files = files
        if self._flow is not None:
            self._column.removeWidget(self._flow)
            self._flow.deleteLater()
        chips = [ValueChip(self._style, one_line(file.name), who, mime=file.mimetype) for who, file in files]
        for chip, (_who, file) in zip(chips, files, strict=True):
            chip.clicked.connect(partial(self.file_activated.emit, file))
        self._flow = ChipFlow(self._style, chips)
        self._column.addWidget(self._flow)
        self.setVisible(bool(files))


class _Edge(QWidget):
    """A line."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._style = desk.style
        self.setFixedWidth(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill_plain(painter, self.rect(), self._style.current.colors.line)
        painter.end()


def _area(inside: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(inside)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    OverlayScrollBar(area)
    return area
