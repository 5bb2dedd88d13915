"""Below the picture: title, channel, who may see it, and what one can do with the video."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from resources.translations import tr
from widgets.avatar import Avatar
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.painting import KEYBOARD_FOCUS, TagKind, paint_focus_ring, paint_tag, tag_width
from widgets.tips import plain_tip
from widgets.words import Line, Words

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent

    from widgets.avatar import ImageSource
    from widgets.style import StyleSource
    from widgets.watch_values import WatchHeadline

_LEAST_NAMES = 180


class WatchHead(QWidget):
    """Places its parts itself: the buttons go below the channel where the page is narrow."""

    like_requested = Signal(bool)
    share_requested = Signal()
    keep_requested = Signal(object)
    """QPoint: where its menu opens."""
    save_requested = Signal(bool)
    form_requested = Signal()
    live_requested = Signal()
    follow_requested = Signal()
    channel_requested = Signal()
    menu_requested = Signal(object)
    """QPoint."""

    def __init__(
        self, style: StyleSource, images: ImageSource | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style, self._images = style, images
        self._value: WatchHeadline | None = None
        self._moment = ""
        self._title = Words(style, pixels=18, is_bold=True, parent=self)
        self._title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._avatar = Avatar(style, 32, is_button=True, parent=self)
        self._channel = _ChannelLine(style, self)
        self._facts = Line(style, role="text2", pixels=12, parent=self)
        self._notice = Words(style, role="waiting_text", pixels=12, parent=self)
        self._make_buttons()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        style.changed.connect(self.updateGeometry)

    def set_value(self, value: WatchHeadline) -> None:
        """Show another state."""
        self._value = value
        self._title.setText(value.title)
        self._facts.setText(value.facts)
        self._notice.setText(value.notice)
        self._notice.setVisible(bool(value.notice))
        self._channel.set_value(value)
        self.like.setText(value.like or tr("Like"))
        self.like.setAccessibleName(tr("Like") if not value.is_liked else tr("Take the like back"))
        self.like.set_lit(value.is_liked)
        self.like.setToolTip(self.like.accessibleName())
        self.keep.setText(value.keep)
        self.save.setChecked(value.is_saved)
        self.save.set_tip(tr("Saved") if value.is_saved else tr("Save for later"))
        for button, text in ((self.form, value.form), (self.live, value.live), (self.follow, value.follow)):
            button.setText(text)
        self._show_parts(value)
        self.show_face()
        self.updateGeometry()
        self._place()

    def set_moment(self, moment: str) -> None:
        """Share goes to this moment; empty: to the beginning."""
        if moment == self._moment:
            return
        was = len(self._moment)
        self._moment = moment
        self.share.setText(tr("Share {moment}", moment=moment) if moment else tr("Share"))
        if len(moment) != was:
            self._place()

    def show_face(self) -> None:
        """The picture of the channel came."""
        value = self._value
        if value is None:
            return
        picture = None
        if value.avatar_key and self._images is not None:
            picture = self._images.pixmap(value.avatar_key, self._avatar.sizeHint(), self.devicePixelRatioF())
        self._avatar.set_person(value.channel_key, value.channel, picture)

    def sizeHint(self) -> QSize:
        wide = self._style.current.px(480)
        return QSize(wide, self.heightForWidth(wide))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._laid_out(width, is_real=False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is event.Type.LanguageChange:
            self._word()

    def _make_buttons(self) -> None:
        style = self._style
        self.form = Button(style, "", ButtonKind.PRIMARY, parent=self)
        self.follow = Button(style, "", ButtonKind.PRIMARY, parent=self)
        self.live = Button(style, "", ButtonKind.PRIMARY, parent=self)
        self.like = Button(style, "", icon="thumbs-up", parent=self)
        self.share = Button(style, "", icon="share-fat", parent=self)
        self.keep = Button(style, "", icon="download-simple", parent=self)
        self.save = IconButton(style, "bookmark-simple", "", is_checkable=True, parent=self)
        self.more = IconButton(style, "dots-three", "", parent=self)
        self.form.clicked.connect(self.form_requested)
        self.follow.clicked.connect(self.follow_requested)
        self.live.clicked.connect(self.live_requested)
        self.like.clicked.connect(self._like)
        self.share.clicked.connect(self.share_requested)
        self.keep.clicked.connect(lambda: self.keep_requested.emit(_foot(self.keep)))
        self.save.clicked.connect(lambda is_on: self.save_requested.emit(is_on))
        self.more.clicked.connect(lambda: self.menu_requested.emit(_foot(self.more)))
        self._avatar.activated.connect(self.channel_requested)
        self._channel.activated.connect(self.channel_requested)
        self._word()

    def _word(self) -> None:
        self.more.set_tip(tr("More"))
        self.share.setText(tr("Share {moment}", moment=self._moment) if self._moment else tr("Share"))
        if self._value is not None:
            self.set_value(self._value)

    def _like(self) -> None:
        if self._value is not None:
            self.like_requested.emit(not self._value.is_liked)

    def _show_parts(self, value: WatchHeadline) -> None:
        self.form.setVisible(bool(value.form))
        self.follow.setVisible(bool(value.follow))
        self.live.setVisible(bool(value.live))
        self.live.set_kind(ButtonKind.SECONDARY if value.is_reserved else ButtonKind.PRIMARY)
        self.keep.setVisible(bool(value.keep))
        self.keep.set_kind(ButtonKind.OUTLINE if value.is_kept else ButtonKind.SECONDARY)

    def _shown(self) -> list[QWidget]:
        parts = (self.follow, self.live, self.form, self.like, self.share, self.keep, self.save, self.more)
        return [part for part in parts if not part.isHidden()]

    def _place(self) -> None:
        high = self._laid_out(self.width(), is_real=True)
        if high != self.height():
            self.updateGeometry()

    def _laid_out(self, width: int, *, is_real: bool) -> int:
        """Place everything for a width; the height it takes."""
        px, sizes = self._style.current.px, self._style.current.sizes
        y = self._title.heightForWidth(max(1, width))
        if is_real:
            self._title.setGeometry(0, 0, width, y)
        y += px(8)
        gap, shown = px(8), self._shown()
        buttons = sum(part.sizeHint().width() + gap for part in shown) - gap
        is_one_line = width >= buttons + px(_LEAST_NAMES) + sizes.avatar + 2 * gap
        names = width - (buttons + 2 * gap if is_one_line else 0)
        if is_real:
            self._place_names(y, names)
        if is_one_line:
            if is_real:
                self._place_row(shown, width - buttons, y)
            y += sizes.avatar + px(4)
        else:
            y += sizes.avatar + px(10)
            y = self._flow(shown, width, y, is_real=is_real)
        if not self._notice.isHidden():
            high = self._notice.heightForWidth(max(1, width))
            if is_real:
                self._notice.setGeometry(0, y + px(8), width, high)
            y += px(8) + high
        return y

    def _place_names(self, y: int, width: int) -> None:
        style = self._style.current
        side, left = style.sizes.avatar, style.sizes.avatar + style.px(12)
        self._avatar.setGeometry(0, y, side, side)
        self._channel.setGeometry(left, y - style.px(2), max(1, width - left), style.px(20))
        self._facts.setGeometry(left, y + style.px(17), max(1, width - left), style.px(18))

    def _place_row(self, parts: list[QWidget], x: int, y: int) -> None:
        for part in parts:
            size = part.sizeHint()
            part.setGeometry(x, y, size.width(), size.height())
            x += size.width() + self._style.current.px(8)

    def _flow(self, parts: list[QWidget], width: int, y: int, *, is_real: bool) -> int:
        """Place buttons from the left, in as many lines as they need; where they end."""
        gap, x, high = self._style.current.px(8), 0, 0
        for part in parts:
            size = part.sizeHint()
            if x and x + size.width() > width:
                x, y = 0, y + high + gap
            if is_real:
                part.setGeometry(x, y, min(size.width(), width), size.height())
            x, high = x + size.width() + gap, size.height()
        return y + high


class _ChannelLine(QWidget):
    """The channel's name, and who may see it."""

    activated = Signal()

    def __init__(self, style: StyleSource, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self._name, self._tag, self._kind, self._has_ring = "", "", TagKind.GREY, False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        style.changed.connect(self.update)

    def set_value(self, value: WatchHeadline) -> None:
        self._name, self._tag, self._kind = value.channel, value.audience, value.audience_kind
        self.setToolTip(plain_tip(value.audience_tip))
        self.setAccessibleName(tr(", ").join(filter(None, (value.channel, value.audience_tip))))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.activated.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.activated.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._has_ring = event.reason() in KEYBOARD_FOCUS
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._has_ring = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        from widgets.painting import paint_elided

        style, painter = self._style.current, QPainter(self)
        tag = tag_width(style, self._tag)
        room = self.rect().adjusted(0, 0, -round(tag) - style.px(6), 0)
        taken = paint_elided(painter, room, self._name, style.body, style.colors.text1)
        paint_tag(painter, style, QPointF(taken + style.px(6), self.height() / 2), self._tag, self._kind)
        if self._has_ring:
            paint_focus_ring(painter, self.rect(), style, style.sizes.radius_small)
        painter.end()


def _foot(button: QWidget) -> QPoint:
    """Where a menu of it opens."""
    return button.mapToGlobal(QPoint(0, button.height()))
