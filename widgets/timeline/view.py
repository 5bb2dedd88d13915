"""The timeline view: a scroll area over any number of rows that lays out and paints only those in sight.

The widget passes events on and paints; what is shown and where it stands is the `Stage`'s matter, the mouse the
`Pointer`'s, the keys' `keyboard`'s. The scroll bar shows estimated heights and is only ever told where the view
stands, except when a person drags it.
"""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QToolTip, QWidget

from widgets.style import Style
from widgets.timeline import accessibility, keyboard
from widgets.timeline.announcer import Announcer
from widgets.timeline.choice import Choice
from widgets.timeline.flash import Flash
from widgets.timeline.frame import Marks, paint_frame
from widgets.timeline.hover_bar import HoverBar
from widgets.timeline.intents import TimelineIntents
from widgets.timeline.jump_button import JumpButton
from widgets.timeline.overlay_bar import OverlayBar
from widgets.timeline.pieces import PaintContext
from widgets.timeline.pointer import Pointer
from widgets.timeline.selection import TextSelection
from widgets.timeline.sender import AvatarCache
from widgets.timeline.stage import Stage
from widgets.timeline.values import Density, ImageSource, RowSource, TimelineTexts
from widgets.tips import plain_tip

_WHEEL_LINE = 30


class TimelineView(TimelineIntents):
    """Shows the rows of a `RowSource`; never asks for more than the pages in sight."""

    def __init__(
        self,
        style: Style,
        images: ImageSource | None = None,
        texts: TimelineTexts | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._images = images
        self._texts = texts or TimelineTexts()
        self._density = Density.BUBBLES
        self.stage = Stage(style, self._texts)
        self.marks = Marks()
        self.selection = TextSelection()
        self.choice = Choice(self.stage, self.marks, self.selection)
        self._avatars = AvatarCache()
        self._bar_value = 0
        self._is_telling_bar = False
        self._build()

    def _build(self) -> None:
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self._texts.list_name)
        viewport = self.viewport()
        viewport.setMouseTracking(True)
        viewport.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._bar = HoverBar(self._style, self._texts, viewport)
        self._jump = JumpButton(self._style, self._texts, viewport)
        self._overlay = OverlayBar(self)
        self._overlay.valueChanged.connect(self.verticalScrollBar().setValue)
        self._flash = Flash(self._show_flash, self)
        self._pointer = Pointer(self, self._bar)
        self._announcer = Announcer(self, self.stage)
        self._bar.reply_clicked.connect(self.reply_requested)
        self._bar.react_clicked.connect(self.react_requested)
        self._bar.more_clicked.connect(self.context_requested)
        self._jump.clicked.connect(self._jump_down)
        accessibility.install()

    # -- rows

    def set_source(
        self, source: RowSource | None, *, anchor_uid: str | None = None, at_bottom: bool = True
    ) -> None:
        """Show another conversation: at `anchor_uid` if given, else at its end, or at its unread divider."""
        self.selection.clear()
        self.marks.cursor_uid = ""
        self._flash.stop()
        self._bar.hide_bar()
        self._announcer.forget()
        self._take_size()
        self.stage.set_source(source, anchor_uid, at_bottom=at_bottom)
        self._refresh()

    def rows_reset(self) -> None:
        """Take over any change of the rows; what is in sight stays where it is, found again by uid."""
        self.stage.reset()
        self._refresh()

    def rows_prepended(self, count: int) -> None:
        """Take over `count` new rows above row 0."""
        self.stage.prepended(count)
        self._refresh()

    def rows_changed_from(self, row: int) -> None:
        """Take over that rows from `row` to the end changed, came or went (new messages, echoes)."""
        self.stage.changed_from(row)
        self._refresh()

    def rows_touched(self, uids: Iterable[str]) -> None:
        """Take over that these rows look different (edit, reaction, receipt); no row came or went."""
        self.stage.touched(uids)
        self._refresh()

    def image_ready(self, key: str) -> None:
        """Paint again where this picture shows."""
        for slot, layout in self.stage.rows_in_sight():
            row = layout.row
            if row.avatar_key == key or (row.media is not None and row.media.image_key == key):
                self.viewport().update(0, slot.y, self.viewport().width(), slot.height)

    # -- settings

    def set_style(self, style: Style) -> None:
        """Use other colours, fonts and sizes."""
        self._style = style
        self._avatars.clear()
        self._bar.set_style(style)
        self._jump.set_style(style)
        self._relook()

    def set_texts(self, texts: TimelineTexts) -> None:
        """Use other words (language changed, or a new day began)."""
        self._texts = texts
        self._bar.set_texts(texts)
        self._jump.set_texts(texts)
        self.setAccessibleName(texts.list_name)
        self._relook()

    def set_density(self, density: Density) -> None:
        """Bubbles or lines."""
        self._density = density
        self._relook()

    def set_images(self, images: ImageSource | None) -> None:
        """Take pictures from here."""
        self._images = images
        self.viewport().update()

    def _relook(self) -> None:
        self.stage.set_look(self._style, self._density, self._texts)
        self._refresh()

    # -- the place

    def scroll_by(self, pixels: int) -> None:
        """Scroll down by `pixels` (up if negative)."""
        self.stage.place.move(pixels)
        self._refresh()

    def scroll_to(self, uid: str, *, flash: bool = True) -> bool:
        """Bring a row into the middle and light it up for a moment; False when it is not among the rows."""
        if not self.stage.center(uid):
            return False
        self._refresh()
        if flash:
            row = self.stage.row(self.stage.row_of(uid) or 0)
            self._flash.start(row.uid if row else uid, fades=self._style.motion_ms > 0)
        return True

    def scroll_to_bottom(self) -> None:
        """Go to the newest row and stay there as rows come."""
        self.stage.place.at_bottom = True
        self._refresh()

    def scroll_to_top(self) -> None:
        """Go to the first row there is."""
        self.stage.place.put(0, 0)
        self._refresh()

    @property
    def is_at_bottom(self) -> bool:
        """Whether the newest row is wholly in sight."""
        return self.stage.place.at_bottom

    @property
    def new_below(self) -> int:
        """Messages of others that came while the reader was elsewhere."""
        return self.stage.new_below

    def anchor(self) -> tuple[str, int] | None:
        """The uid of the first row in sight and where its lower edge is; `restore` comes back to it.

        None when the view stands at the bottom: coming back means the newest row.
        """
        return None if self.is_at_bottom else self.stage.anchor()

    def restore(self, anchor: tuple[str, int]) -> bool:
        """Go back to an earlier `anchor()`; False when that row is gone."""
        is_found = self.stage.restore(*anchor)
        self._refresh()
        return is_found

    def visible_uids(self) -> list[str]:
        """The rows in sight, from top to bottom."""
        return [layout.row.uid for _slot, layout in self.stage.rows_in_sight()]

    # -- cursor and selection

    def current_uid(self) -> str | None:
        """The row under the keyboard cursor."""
        return self.marks.cursor_uid or None

    def selected_text(self) -> str:
        """The text the mouse selected, or an empty string."""
        return self.choice.selected_text()

    def copy(self) -> bool:
        """Copy the selected text, or the message under the keyboard cursor; False when there is neither."""
        text = self.choice.text_to_copy()
        if text:
            QGuiApplication.clipboard().setText(text)
            self.text_copied.emit(text)
        return bool(text)

    def put_cursor(self, row: int) -> None:
        """Move the keyboard cursor and bring it into sight."""
        if self.choice.put_cursor(row):
            self._refresh()
            accessibility.announce_cursor(self)

    def forget_cursor(self) -> None:
        """Take the keyboard cursor away."""
        self.marks.cursor_uid = ""
        self.viewport().update()

    def toggle_fold(self, uid: str) -> None:
        self.stage.toggle_fold(uid)
        self._refresh()

    def _jump_down(self) -> None:
        self.scroll_to_bottom()
        self.jumped_to_bottom.emit()
        self.setFocus()

    # -- after every change

    def _take_size(self) -> None:
        self.stage.set_size(self.viewport().width(), self.viewport().height())

    def _refresh(self) -> None:
        """Find the rows in sight, tell the scroll bar, paint; the signals follow from the event loop."""
        self.stage.settle()
        self._tell_bar()
        self._pointer.refresh()
        self._place_jump_button()
        self.viewport().update()
        self.settled.emit()
        self._announcer.soon()

    def _tell_bar(self) -> None:
        bar = self.verticalScrollBar()
        self._is_telling_bar = True
        bar.setPageStep(self.stage.height)
        bar.setSingleStep(self.stage.look.px(_WHEEL_LINE))
        bar.setRange(0, self.stage.bar_maximum)
        bar.setValue(self.stage.bar_value)
        self._bar_value = bar.value()
        self._is_telling_bar = False
        self._overlay.follow(bar)

    def _place_jump_button(self) -> None:
        stage = self.stage
        is_far = stage.bar_maximum - stage.bar_value > stage.height // 2
        if not stage.place.at_bottom and (is_far or stage.new_below):
            self._jump.show_count(stage.new_below, self.viewport().rect())
        else:
            self._jump.hide()

    def _show_flash(self, uid: str, strength: float) -> None:
        self.marks.flash_uid, self.marks.flash_strength = uid, strength
        self.viewport().update()

    # -- events

    def make_accessible(self) -> accessibility.TimelineAccessible:
        """Called by Qt's accessibility factory; kept here so that it lives as long as the widget."""
        self._accessible = accessibility.TimelineAccessible(self)
        return self._accessible

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        ctx = PaintContext(self.stage.look, self._images, self.devicePixelRatioF(), self._avatars)
        rows = self.stage.rows_in_sight()
        paint_frame(painter, event.rect(), rows, ctx, self.marks, self.selection)
        if not rows and self.stage.has_source and self._texts.empty:
            painter.setFont(self.stage.look.body.font)
            painter.setPen(self._style.colors.text2)
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, self._texts.empty)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._overlay.stand_in(self.rect())
        self._take_size()
        self._refresh()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        if self._is_telling_bar:
            return
        value = self.verticalScrollBar().value()
        self.stage.drag_to(value, self._bar_value)
        self._refresh()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        pixels = event.pixelDelta().y()
        if not pixels:
            lines = QApplication.wheelScrollLines()
            pixels = round(event.angleDelta().y() / 120 * lines * self.stage.look.px(_WHEEL_LINE))
        self.scroll_by(-pixels)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer.moved(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pointer.pressed(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pointer.released(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._pointer.double_clicked(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        hit = self.stage.hit(event.pos().toPointF())
        if hit is not None and event.reason() is QContextMenuEvent.Reason.Mouse:
            self.context_requested.emit(hit[1].row.uid, event.globalPos())
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Leave:
            self._pointer.left()
        elif isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            words, area = self._pointer.tooltip_at(event.pos())
            if words:
                QToolTip.showText(event.globalPos(), plain_tip(words), self.viewport(), area)
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if keyboard.press(self, event):
            event.accept()
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.marks.has_cursor = True
        by_keys = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if by_keys and not self.marks.cursor_uid and self.stage.slots:
            self.put_cursor(self.stage.slots[-1].row)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.marks.has_cursor = False
        self.viewport().update()
