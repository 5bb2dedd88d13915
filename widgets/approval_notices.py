"""Boxes over a form: not sealed, another template, changed afterwards, refused, waiting to be sent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from widgets.announce import announce
from widgets.approval_values import Notice, NoticeKind
from widgets.buttons import Button, ButtonKind
from widgets.icons import icon_pixmap
from widgets.painting import fill_rounded
from widgets.tab_place import TabPlace
from widgets.words import Words

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from widgets.style import StyleSource

_LOOKS = {
    NoticeKind.ATTENTION: ("attention_soft", "attention_text", "warning-circle"),
    NoticeKind.WAITING: ("waiting_soft", "waiting_text", "clock"),
    NoticeKind.INFO: ("accent_soft", "accent_text", "info"),
}


class ApprovalNotices(QWidget):
    """As tall as it needs to be; each is read out when it comes."""

    act_requested = Signal(str)
    """An `ApprovalAct`."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._notices: tuple[Notice, ...] = ()
        self._boxes: list[NoticeBox] = []
        self._tabs = TabPlace(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(style.current.px(8))
        self.hide()

    @property
    def boxes(self) -> tuple[NoticeBox, ...]:
        """What is shown."""
        return tuple(self._boxes)

    def set_notices(self, notices: tuple[Notice, ...]) -> None:
        """Show these, the most important first."""
        if notices == self._notices:
            return
        if len(notices) == len(self._boxes) and all(map(NoticeBox.takes, self._boxes, notices)):
            self._notices = notices  # the buttons stay, and with them the focus: a time runs, a share grows
            return
        before = {notice.key for notice in self._notices}
        self._notices = notices
        for box in self._boxes:
            self._column.removeWidget(box)
            box.deleteLater()
        self._boxes = [NoticeBox(self._style, notice) for notice in notices]
        for box in self._boxes:
            box.act_requested.connect(self.act_requested)
            self._column.addWidget(box)
            if box.notice.key not in before:
                announce(box, f"{box.notice.title} {box.notice.text}")
        self._tabs.set_widgets([button for box in self._boxes for button in box.buttons])
        self.setVisible(bool(notices))


class NoticeBox(QWidget):
    """One of them."""

    act_requested = Signal(str)

    def __init__(self, style: StyleSource, notice: Notice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style, self.notice = style, notice
        self._title = Words(style, notice.title, pixels=13, is_bold=True)
        self._text = Words(style, notice.text, pixels=13)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.buttons: list[Button] = []
        self._column = QVBoxLayout(self)
        self._lay_out()
        self.setAccessibleName(f"{notice.title} {notice.text}")
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        style.changed.connect(self._restyle)
        self._restyle()

    def takes(self, notice: Notice) -> bool:
        """Say it in this box, if only its text has changed."""
        if replace(notice, text=self.notice.text) != self.notice or not (notice.text and self.notice.text):
            return False
        if notice != self.notice:
            self.notice = notice
            self._text.setText(notice.text)
            self.setAccessibleName(f"{notice.title} {notice.text}")
            self._fit()
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(self._style.current.px(320), self.heightForWidth(max(self.width(), 1)))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        margins = self._column.contentsMargins()
        inner = max(1, width - margins.left() - margins.right())
        rows = [part.heightForWidth(inner) for part in (self._title, self._text) if not part.isHidden()]
        rows += [self._style.current.sizes.button] if self.buttons else []
        gaps = self._column.spacing() * max(0, len(rows) - 1)
        return sum(rows) + gaps + margins.top() + margins.bottom()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        ground, words, glyph = _LOOKS[self.notice.kind]
        fill_rounded(painter, self.rect(), style.sizes.radius, getattr(style.colors, ground))
        side = style.px(18)
        color = getattr(style.colors, words)
        picture = icon_pixmap(glyph, color, side, filled=True, dpr=self.devicePixelRatioF())
        painter.drawPixmap(style.px(12), style.px(11), picture)
        painter.end()

    def _lay_out(self) -> None:
        self._column.addWidget(self._title)
        self._column.addWidget(self._text)
        self._title.setVisible(bool(self.notice.title))
        self._text.setVisible(bool(self.notice.text))
        second = ButtonKind.QUIET if self.notice.act else ButtonKind.SECONDARY
        wanted = (
            (self.notice.act, self.notice.act_text, ButtonKind.SECONDARY),
            (self.notice.second_act, self.notice.second_text, second),
        )
        row = QHBoxLayout()
        row.setSpacing(self._style.current.px(8))
        for act, words, kind in wanted:
            if act:
                button = Button(self._style, words, kind)
                button.clicked.connect(lambda _=False, chosen=act: self.act_requested.emit(chosen))
                self.buttons.append(button)
                row.addWidget(button)
        row.addStretch(1)
        if self.buttons:
            self._column.addLayout(row)

    def _fit(self) -> None:
        self.setFixedHeight(self.heightForWidth(self.width()))
        self._column.invalidate()
        self._column.activate()  # it may still stand as in the height before

    def _restyle(self) -> None:
        style = self._style.current
        self._column.setContentsMargins(style.px(40), style.px(10), style.px(12), style.px(10))
        self._column.setSpacing(style.px(4))
        self._fit()
        self.update()
