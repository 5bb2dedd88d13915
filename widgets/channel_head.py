"""The head of a channel's page: picture, name, who may see it, what it is about; follow, publish, code, manage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Signal
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from resources.translations import tr
from widgets.avatar import Avatar
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.painting import paint_elided, paint_tag, tag_width
from widgets.tips import plain_tip
from widgets.video_values import ChannelHeadline
from widgets.words import Words

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from widgets.avatar import ImageSource
    from widgets.style import StyleSource

_FACE, _SIDE, _GAP = 56, 20, 8
_MOST_ABOUT = 3
"""Lines of the description; the whole is its tooltip."""
_NOBODY = ChannelHeadline("", "")


class ChannelHead(QWidget):
    """Shows what it is told."""

    follow_requested = Signal()
    following_menu_requested = Signal(QPoint)
    manage_requested = Signal()
    code_requested = Signal()

    def __init__(
        self, style: StyleSource, images: ImageSource | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style, self._images = style, images
        self._head = _NOBODY
        self.face = Avatar(style, _FACE, parent=self)
        self.name = _NameLine(style, self)
        self.facts = Words(style, role="text2", pixels=12, parent=self)
        self.about = Words(style, role="text2", pixels=13, parent=self)
        self.follow = Button(style, "", ButtonKind.PRIMARY, icon="plus", parent=self)
        self.following = Button(style, "", ButtonKind.SECONDARY, icon="check", parent=self)
        self.manage = Button(style, "", ButtonKind.SECONDARY, icon="sliders-horizontal", parent=self)
        self.code = IconButton(style, "qr-code", "", parent=self)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.follow.clicked.connect(self.follow_requested)
        self.following.clicked.connect(
            lambda: self.following_menu_requested.emit(
                self.following.mapToGlobal(QPoint(0, self.following.height()))
            )
        )
        self.manage.clicked.connect(self.manage_requested)
        self.code.clicked.connect(self.code_requested)
        style.changed.connect(self.place)
        self.word()

    def show_channel(self, head: ChannelHeadline) -> None:
        """Show a channel."""
        self._head = head
        self.name.show_name(head)
        self.facts.setText(head.facts)
        self.about.setText(head.about)
        self.about.setToolTip(plain_tip(head.about))
        self.follow.setVisible(not head.is_followed and not head.is_waiting)
        self.following.setVisible(head.is_followed and not head.is_waiting)
        self.manage.setVisible(head.can_manage and not head.is_waiting)
        self.code.setVisible(not head.is_waiting)
        self.setAccessibleName(head.name)
        self.word()
        self.paint_face()

    def paint_face(self) -> None:
        """The picture may be there now."""
        head, picture = self._head, None
        if head.avatar_key and self._images is not None:
            picture = self._images.pixmap(head.avatar_key, self.face.size(), self.devicePixelRatioF())
        self.face.set_person(head.uid, head.name, picture)

    def set_busy(self, is_busy: bool) -> None:
        """Following is under way."""
        self.follow.set_busy(is_busy)

    def word(self) -> None:
        """Word it again."""
        self.follow.setText(tr("Follow"))
        self.following.setText(tr("Followed, muted") if self._head.is_muted else tr("Followed"))
        self.manage.setText(tr("Manage"))
        self.code.set_tip(tr("Link and code of this channel"))
        self.place()

    def sizeHint(self) -> QSize:
        return QSize(self._style.current.px(480), self.height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == event.Type.LanguageChange:
            self.word()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place()

    def place(self) -> None:
        """Words beside the picture; buttons at the right, or below where there is no room."""
        px = self._style.current.px
        side, top = px(_SIDE), px(14)
        face = self.face.sizeHint().width()
        self.face.move(side, top)
        buttons = [one for one in (self.code, self.manage, self.following, self.follow) if not one.isHidden()]
        wide = sum(one.sizeHint().width() + px(_GAP) for one in buttons)
        left = side + face + px(14)
        room = self.width() - left - side
        is_beside = room - wide >= px(220)
        words = max(1, room - wide if is_beside else room)
        bottom = self._place_words(left, top, words)
        line = top + px(6) if is_beside else bottom + px(6)
        x = self.width() - side if is_beside else left + wide - px(_GAP)
        for button in reversed(buttons):
            size = button.sizeHint()
            x -= size.width()
            button.setGeometry(x, line, size.width(), size.height())
            x -= px(_GAP)
        if not is_beside and buttons:
            bottom = line + self._style.current.sizes.button
        height = max(bottom, top + face) + px(12)
        if self.height() != height:
            self.setFixedHeight(height)

    def _place_words(self, left: int, y: int, width: int) -> int:
        """Lay out name, facts and description; where they end."""
        px = self._style.current.px
        self.name.setGeometry(left, y, width, px(26))
        y += px(28)
        self.facts.setVisible(bool(self._head.facts))
        if self._head.facts:
            self.facts.setGeometry(left, y, width, max(px(18), self.facts.heightForWidth(width)))
            y += self.facts.height()
        self.about.setVisible(bool(self._head.about))
        if self._head.about:
            lines = self.about.fontMetrics().lineSpacing() * _MOST_ABOUT
            self.about.setGeometry(left, y + px(2), width, min(lines, self.about.heightForWidth(width)))
            y += px(2) + self.about.height()
        return y


class _NameLine(QWidget):
    """Name and label in one line."""

    def __init__(self, style: StyleSource, parent: QWidget) -> None:
        super().__init__(parent)
        self._style, self._head = style, _NOBODY
        style.changed.connect(self.update)

    def show_name(self, head: ChannelHeadline) -> None:
        """Show them."""
        self._head = head
        self.setToolTip(plain_tip("\n".join((head.name, head.audience_tip))))
        self.setAccessibleName(", ".join((head.name, head.audience)))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, head, painter = self._style.current, self._head, QPainter(self)
        tag = tag_width(style, head.audience)
        room = QRect(0, 0, round(self.width() - tag - style.px(8)), self.height())
        taken = paint_elided(painter, room, head.name, style.hero, style.colors.text1)
        middle = (
            QFontMetricsF(style.hero).height() / 2 + (self.height() - QFontMetricsF(style.hero).height()) / 2
        )
        paint_tag(painter, style, QPointF(taken + style.px(8), middle), head.audience, head.audience_kind)
        painter.end()

    def sizeHint(self) -> QSize:
        return QSize(self._style.current.px(200), self._style.current.px(26))
