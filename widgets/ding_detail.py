"""One ding in full: who wants what by when, who has confirmed, who has not, what was said about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from resources.translations import tr
from widgets.avatar import Avatar
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.ding_comments import CommentField, DingComments
from widgets.ding_parts import DingBar, DingButtons, DingFacts, DingFiles, NoteField
from widgets.ding_people import DingPeople
from widgets.ding_text import DingText
from widgets.ding_values import DingAct, DingPage
from widgets.overlay_scroll import OverlayScrollBar
from widgets.painting import fill_plain, paint_elided, paint_tag, tag_width
from widgets.words import Line, Words

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from widgets.avatar import ImageSource
    from widgets.style import StyleSource

_WIDEST = 656
_MARGIN, _LEAST_MARGIN = 32, 16
_NARROW = 460


class DingDetail(QWidget):
    """`show_page` repaints in place what is new; the place in it stays while the ding is the same."""

    act_requested = Signal(str)
    """A `DingAct`."""
    note_entered = Signal(str)
    comment_entered = Signal(str)
    link_activated = Signal(str)
    person_activated = Signal(str)
    file_activated = Signal(str)
    menu_requested = Signal(QPoint)
    """Where the menu ends at the right."""

    def __init__(
        self, style: StyleSource, images: ImageSource | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style, self._images = style, images
        self._page: DingPage | None = None
        self._written: dict[str, str] = {}
        self._is_commenting = False
        self.header = _Header(style)
        self.author = _Sender(style)
        self.text = DingText(style, 18)
        self.facts = DingFacts(style)
        self.files = DingFiles(style)
        self.state = Words(style, role="text2", pixels=13)
        self.buttons = DingButtons(style)
        self.note = NoteField(style)
        self.bar = DingBar(style)
        self.people = DingPeople(style, images)
        self.left = Words(style, role="text2", pixels=12)
        self.title = Line(style, pixels=14, is_bold=True)
        self.comments = DingComments(style, images)
        self.field = CommentField(style)
        self._area = QScrollArea()
        self._body = _Body(style)
        self._lay_out()
        self._connect()
        self._restyle()

    @property
    def page(self) -> DingPage | None:
        """What is shown."""
        return self._page

    def show_page(self, page: DingPage) -> None:
        """Show a ding, or the news of the one that is shown."""
        last, self._page = self._page, page
        if last is None or last.uid != page.uid:
            self._change_ding(last, page)
        self.header.go.setVisible(page.can_go)
        self.author.show_sender(page, self._images)
        self.text.set_text(page.text, page.spans, "text2" if page.is_faded else "text1")
        self.facts.set_facts(page.facts)
        self.files.set_files(page.files)
        self.state.setText(page.state)
        self.state.set_role(page.state_role)
        self.state.setVisible(bool(page.state))
        self.buttons.set_buttons(page.buttons)
        if not any(button.act is DingAct.NOTE for button in page.buttons):
            self.note.hide()
        self._show_people(page)
        self.title.setText(page.comments_title)
        self.title.setVisible(bool(page.comments_title))
        self._show_comments(page)
        self.field.set_state(page.can_comment, page.comment_hint)

    def open_note(self) -> None:
        """Ask for a note with the confirmation."""
        if self.buttons.button(DingAct.NOTE) is not None:
            self.note.show()
            self.note.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_comment(self) -> None:
        """Begin to write a comment."""
        if self.field.edit.isEnabled():
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def anchor_of(self, act: DingAct) -> QPoint:
        """Where a menu of a button opens, on the screen."""
        button = self.buttons.button(act)
        if button is None:
            return self.mapToGlobal(self.rect().center())
        return button.mapToGlobal(button.rect().bottomLeft())

    def image_ready(self) -> None:
        """A face came."""
        self.people.update()
        self.comments.image_ready()
        if self._page is not None:
            self.author.show_sender(self._page, self._images)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == event.Type.LanguageChange:
            self.header.word()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_margins()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill_plain(painter, self.rect(), self._style.current.colors.window)
        painter.end()

    # Building

    def _lay_out(self) -> None:
        for part in (
            self.author,
            self.text,
            self.facts,
            self.files,
            self.state,
            self.buttons,
            self.note,
            self.bar,
            self.people,
            self.left,
            self.title,
            self.comments,
        ):
            self._body.column.addWidget(part)
        self._body.column.addStretch(1)
        self.note.hide()
        self._area.setWidget(self._body)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        OverlayScrollBar(self._area)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self._area, 1)
        column.addWidget(self.field)

    def _connect(self) -> None:
        self.header.go.clicked.connect(lambda: self.act_requested.emit(DingAct.GO))
        self.header.more.clicked.connect(self._ask_menu)
        self.buttons.act_requested.connect(self.act_requested)
        self.note.note_entered.connect(self._note_entered)
        self.note.cancelled.connect(self._close_note)
        self.field.comment_entered.connect(self._comment_entered)
        self.files.file_activated.connect(self.file_activated)
        self.comments.file_activated.connect(self.file_activated)
        self.people.person_activated.connect(self.person_activated)
        self.comments.person_activated.connect(self.person_activated)
        self.author.avatar.activated.connect(self._sender_activated)
        for source in (self.text, self.comments):
            source.link_activated.connect(self.link_activated)
        self.text.user_activated.connect(self.person_activated)
        self._style.changed.connect(self._restyle)

    def _change_ding(self, last: DingPage | None, page: DingPage) -> None:
        if last is not None and self.field.text():
            self._written[last.uid] = self.field.text()
        self.field.set_text(self._written.pop(page.uid, ""))
        self.note.hide()
        self.note.edit.clear()
        self._is_commenting = False
        self.comments.clear()
        self._area.verticalScrollBar().setValue(0)

    def _show_people(self, page: DingPage) -> None:
        self.bar.setVisible(page.share is not None)
        self.bar.set_share(page.share or 0.0)
        self.people.set_people(page.confirmed_title, page.confirmed, page.waiting_title, page.waiting)
        self.people.setVisible(bool(page.confirmed_title or page.waiting_title))
        self.left.setText(page.left)
        self.left.setVisible(bool(page.left))

    def _show_comments(self, page: DingPage) -> None:
        """After a comment of mine its end is shown."""
        before = self.comments.count
        self.comments.set_comments(page.comments)
        if self._is_commenting and len(page.comments) > before:
            self._is_commenting = False
            QTimer.singleShot(0, self, self._scroll_to_end)

    def _scroll_to_end(self) -> None:
        bar = self._area.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _comment_entered(self, text: str) -> None:
        self._is_commenting = True
        self.comment_entered.emit(text)

    def _ask_menu(self) -> None:
        more = self.header.more
        self.menu_requested.emit(more.mapToGlobal(more.rect().bottomRight()))

    def _note_entered(self, text: str) -> None:
        self._close_note()
        self.note_entered.emit(text)

    def _close_note(self) -> None:
        self.note.hide()
        button = self.buttons.button(DingAct.NOTE)
        if button is not None:
            button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _sender_activated(self) -> None:
        if self._page is not None:
            self.person_activated.emit(self._page.sender_id)

    def _set_margins(self) -> None:
        px = self._style.current.px
        side = px(_LEAST_MARGIN if self.width() < px(_NARROW) else _MARGIN)
        right = max(side, self.width() - side - px(_WIDEST))
        self._body.column.setContentsMargins(side, px(24), right, px(24))
        self.field.set_margin(side)

    def _restyle(self) -> None:
        self._body.column.setSpacing(self._style.current.px(14))
        self._set_margins()
        self.update()


class _Body(QWidget):
    """What scrolls."""

    def __init__(self, style: StyleSource) -> None:
        super().__init__()
        self._style = style
        self.column = QVBoxLayout(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill_plain(painter, event.rect(), self._style.current.colors.window)
        painter.end()


class _Header(QWidget):
    """Title, the way to the message, the menu."""

    def __init__(self, style: StyleSource) -> None:
        super().__init__()
        self._style = style
        self._title = Line(style, pixels=15, is_bold=True)
        self.go = Button(style, "", ButtonKind.OUTLINE)
        self.more = IconButton(style, "dots-three", "")
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._title, 1)
        self._row.addWidget(self.go)
        self._row.addWidget(self.more)
        style.changed.connect(self._restyle)
        self.word()
        self._restyle()

    def word(self) -> None:
        """Word it again."""
        self._title.setText(tr("DING detail"))
        self.go.setText(tr("Go to the message"))
        self.more.set_tip(tr("More"))

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        fill_plain(painter, self.rect(), style.colors.window)
        line = self.rect()
        line.setTop(line.bottom())
        fill_plain(painter, line, style.colors.line)
        painter.end()

    def _restyle(self) -> None:
        style = self._style.current
        self.setFixedHeight(style.sizes.header)
        self._row.setContentsMargins(style.px(16), 0, style.px(16), 0)
        self._row.setSpacing(style.px(8))


class _Sender(QWidget):
    """Face, name and department; when and to how many."""

    def __init__(self, style: StyleSource) -> None:
        super().__init__()
        self._style = style
        self._page: DingPage | None = None
        self.avatar = Avatar(style, 40, is_button=True, parent=self)
        self._line = Words(style, role="text2", pixels=12, parent=self)
        style.changed.connect(self._place)

    def show_sender(self, page: DingPage, images: ImageSource | None) -> None:
        """Show who sent it."""
        self._page = page
        picture = None
        if page.avatar_key and images is not None:
            picture = images.pixmap(page.avatar_key, self.avatar.size(), self.devicePixelRatioF())
        self.avatar.set_person(page.sender_id, page.name, picture)
        self._line.setText(page.line)
        self.setAccessibleName(f"{page.name}, {page.line}")
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter, page = self._style.current, QPainter(self), self._page
        if page is None:
            painter.end()
            return
        left, middle = style.px(52), style.px(10)
        right = float(self.width())
        tag = tag_width(style, page.tag)
        if tag:
            right -= tag
            paint_tag(painter, style, QPointF(right, middle), page.tag, page.tag_kind)
            right -= style.px(8)
        external = tag_width(style, page.external)
        box = self.rect()
        box.setRect(left, 0, round(right - left - (external + style.px(6) if external else 0)), style.px(20))
        x = left + paint_elided(painter, box, page.name, style.body_bold, style.colors.text1) + style.px(6)
        if external:
            x += paint_tag(painter, style, QPointF(x, middle), page.external) + style.px(6)
        box.setRect(round(x), 0, round(right - x), style.px(20))
        paint_elided(painter, box, page.department, style.small, style.colors.text2)
        painter.end()

    def _place(self) -> None:
        style = self._style.current
        left = style.px(52)
        width = max(1, self.width() - left)
        height = max(style.px(18), self._line.heightForWidth(width))
        self.avatar.move(0, 0)
        self._line.setGeometry(left, style.px(21), width, height)
        self.setFixedHeight(max(style.sizes.avatar_large, style.px(21) + height))
        self.update()
