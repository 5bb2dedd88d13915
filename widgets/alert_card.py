"""The card of a ding that rings, of a meeting that is near, or of a ding to which a reply is being written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from resources.translations import tr, tr_n
from widgets.alert_text import AlertText
from widgets.alert_window import AlertWindow, focus_by_key
from widgets.avatar import Avatar
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.line_edit import LineEdit
from widgets.painting import TagKind, paint_tag, tag_width
from widgets.words import Line, Words

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPaintEvent

    from widgets.avatar import ImageSource
    from widgets.style import StyleSource

SNOOZE_MIN = (5, 15, 60)
REMINDER_SNOOZE_MIN = 5
MORNING = -1
"""Instead of minutes: until tomorrow 9:00."""
MAX_REPLY = 2000
_PADDING, _GAP = 14, 10


class AlertMode(Enum):
    """What a card is there for."""

    DUTY = auto()
    """To be confirmed."""
    REMINDER = auto()
    """A meeting is near, and nothing is asked of me."""
    DONE = auto()
    """Nothing is asked of me any more; the card stays for the reply that I am writing."""


@dataclass(frozen=True, slots=True)
class AlertFace:
    """What a card shows, worded. While texts are hidden everything but `uid` and `mode` is empty."""

    uid: str
    mode: AlertMode = AlertMode.DUTY
    sender_id: str = ""
    sender_name: str = ""
    avatar_key: str | None = None
    place: str = ""
    """Department or room."""
    when: str = ""
    tag: str = ""
    """Kind and due time; amber."""
    is_overdue: bool = False
    text: str = ""
    reason: str = ""
    """Why it may break quiet hours."""
    title: str = ""
    """Instead of the sender's name: when the meeting begins."""
    where: str = ""
    """Of a reminder: the place of the meeting."""
    state: str = ""
    """Why nothing is asked of me any more."""

    @property
    def is_hidden(self) -> bool:
        """The screen is shared."""
        return not self.sender_id


class AlertCard(AlertWindow):
    """One ding: who, what, by when; confirm, reply, later, away."""

    confirmed = Signal(str)
    replied = Signal(str, str)
    snoozed = Signal(str, int)
    """uid, minutes or `MORNING`."""
    dismissed = Signal(str)
    opened = Signal(str)
    resized = Signal()

    def __init__(self, style: StyleSource, images: ImageSource | None, face: AlertFace) -> None:
        super().__init__(style)
        self._images = images
        self.face = face
        self._avatar = Avatar(style, 36)
        self._name = Line(style, is_bold=True)
        self._place = Line(style, role="text2", pixels=12)
        self._tag = _Tag(style)
        self._text = AlertText(style)
        self._reason = Words(style, role="attention_text", pixels=12)
        self._where = Words(style, role="text2", pixels=12)
        self._state = Words(style, role="text2", pixels=12)
        self._confirm = Button(style, "", ButtonKind.PRIMARY)
        self._reply = Button(style, "", ButtonKind.SECONDARY)
        self._snooze = Button(style, "", ButtonKind.SECONDARY, icon="clock")
        self._close = IconButton(style, "x", "", size=28, icon_size=16)
        self._field = LineEdit()
        self._send = IconButton(style, "paper-plane-right", "", size=32, icon_size=18)
        self._note = Words(style, role="attention_text", pixels=12)
        self._row = QWidget()
        self._lay_out()
        self._connect()
        self.word()
        self.show_face(face)

    # Content

    def show_face(self, face: AlertFace) -> None:
        """Show a ding, or what of it may be shown."""
        self.face = face
        is_hidden, is_done = face.is_hidden, face.mode is AlertMode.DONE
        name = self._headline()
        self._name.setText(name)
        self._place.setText(" · ".join(part for part in (face.when, face.place) if part))
        self._tag.set_tag(face.tag, TagKind.RED if face.is_overdue else TagKind.AMBER)
        self._text.set_words(face.text)
        self._reason.setText(tr("Urgent: {reason}", reason=face.reason) if face.reason else "")
        for words, part in ((face.where, self._where), (face.state, self._state)):
            part.setText(words)
            part.setVisible(bool(words))
        self._place.setVisible(bool(self._place.text()))
        self._text.setVisible(bool(face.text))
        self._reason.setVisible(bool(face.reason))
        self._confirm.setVisible(not is_done)
        self._snooze.setVisible(not is_done)
        self._avatar.setVisible(not is_hidden)
        if is_hidden:
            self.close_reply()
        elif is_done:
            self._row.show()
        self._offer_reply()
        self._word_acts()
        self.show_picture()
        self.setWindowTitle(name)
        self.setAccessibleName(self.words())
        self.fit()

    def _offer_reply(self) -> None:
        """The button that opens the field; not where it would stand alone above it."""
        is_open = self.face.mode is AlertMode.DONE and not self._row.isHidden()
        self._reply.setVisible(not self.face.is_hidden and not is_open)

    def words(self) -> str:
        """The whole card for a screen reader."""
        face = self.face
        if face.is_hidden:
            return self._headline()
        first = (face.title, face.when) if face.title else (tr("DING from {name}", name=face.sender_name),)
        parts = (*first, face.place, face.where, face.tag, face.text, face.reason, face.state)
        return ". ".join(part for part in parts if part)

    def _headline(self) -> str:
        if not self.face.is_hidden:
            return self.face.title or self.face.sender_name
        is_reminder = self.face.mode is AlertMode.REMINDER
        return tr("A reminder is waiting") if is_reminder else tr("A DING is waiting")

    def show_picture(self) -> None:
        """Take the picture of the sender, as far as it is there."""
        face, picture = self.face, None
        if self._images is not None and face.avatar_key:
            side = self._style.current.px(36)
            picture = self._images.pixmap(face.avatar_key, QSize(side, side), self.devicePixelRatioF())
        self._avatar.set_person(face.sender_id, face.sender_name, picture)

    def word(self) -> None:
        """Word the buttons again."""
        self._word_acts()
        self._reply.setText(tr("Reply…"))
        self._close.set_tip(tr("Dismiss"))
        self._send.set_tip(tr("Send"))
        self._field.setPlaceholderText(tr("Reply to the DING"))
        self._field.setAccessibleName(tr("Reply to the DING"))

    def _word_acts(self) -> None:
        is_reminder = self.face.mode is AlertMode.REMINDER
        self._confirm.setText(tr("OK") if is_reminder else tr("Confirm"))
        self._snooze.setText(tr("In {n} minutes", n=REMINDER_SNOOZE_MIN) if is_reminder else tr("Later"))

    # Acting

    def reach(self) -> None:
        """Take the keyboard, because a key asked for it."""
        self.take_keyboard()
        places = (self._confirm, self._field, self._reply, self._close)
        first = next(place for place in places if place.isVisibleTo(self))
        focus_by_key(first)

    def open_reply(self) -> None:
        """Show the field and let it have the keyboard."""
        self._row.show()
        self._offer_reply()
        self.set_note("")
        self.fit()
        self.resized.emit()
        self.take_keyboard()
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_reply(self) -> None:
        """Put the field away; what stands in it stays."""
        if not self._row.isHidden():
            self._row.hide()
            self._offer_reply()
            self.fit()
            self.resized.emit()

    def has_reply(self) -> bool:
        """Whether a reply is being written, also while its field is put away."""
        return bool(self._field.text().strip())

    def take_reply(self) -> str:
        """Take what is written out of the card."""
        text = self._field.text()
        self._field.clear()
        return text

    def give_reply(self, text: str) -> None:
        """Put back what was written."""
        self._field.setText(text)
        if text and not self.face.is_hidden:
            self._row.show()
            self.fit()

    def reply_sent(self) -> None:
        """The reply is on its way."""
        self._field.clear()
        self.set_busy(False)
        self.close_reply()
        words = tr("Your reply is sent. The DING still waits for your confirmation.")
        is_duty = self.face.mode is AlertMode.DUTY
        self.set_note(words if is_duty else tr("Your reply is sent."), role="text2")

    def set_busy(self, is_busy: bool) -> None:
        """An act runs."""
        for button in (self._confirm, self._send, self._snooze):
            button.setEnabled(not is_busy)

    def set_note(self, text: str, role: str = "attention_text") -> None:
        """A line below the buttons: what went wrong, or what was done."""
        self._note.set_role(role)
        self._note.setText(text)
        if self._note.isHidden() == bool(text):
            self._note.setVisible(bool(text))
        self.fit()
        self.resized.emit()

    def _later(self) -> None:
        if self.face.mode is AlertMode.REMINDER:
            self._put_off(REMINDER_SNOOZE_MIN)
        else:
            self.open_snooze()

    def open_snooze(self) -> QMenu:
        """Show for how long it may be put off."""
        menu = QMenu(self)
        for minutes in SNOOZE_MIN:
            words = tr_n("{n} minute", "{n} minutes", minutes)
            menu.addAction(words).triggered.connect(lambda _=False, n=minutes: self._put_off(n))
        menu.addAction(tr("Tomorrow 9:00")).triggered.connect(lambda _=False: self._put_off(MORNING))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._snooze.mapToGlobal(QPoint(0, -menu.sizeHint().height())))
        return menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self._row.isHidden():
            self.close_reply()
            self._reply.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """A click into the field asks for the keyboard; one that was meant for another card does nothing."""
        if event.type() == QEvent.Type.MouseButtonPress:
            if self.is_guarded():
                return True
            if watched is self._field:
                self.take_keyboard()
        return False

    # Building

    def _put_off(self, minutes: int) -> None:
        self.snoozed.emit(self.face.uid, minutes)

    def _submit(self) -> None:
        text = self._field.text().strip()
        if text and self._send.isEnabled():
            self.set_busy(True)
            self.replied.emit(self.face.uid, text)

    def _confirmed(self) -> None:
        if self.face.mode is AlertMode.REMINDER:
            self.dismissed.emit(self.face.uid)
            return
        self.set_busy(True)
        self.confirmed.emit(self.face.uid)

    def _connect(self) -> None:
        self._confirm.clicked.connect(self._confirmed)
        self._reply.clicked.connect(self.open_reply)
        self._snooze.clicked.connect(self._later)
        self._close.clicked.connect(lambda: self.dismissed.emit(self.face.uid))
        self._text.clicked.connect(lambda: self.opened.emit(self.face.uid))
        self._send.clicked.connect(self._submit)
        self._field.returnPressed.connect(self._submit)
        self._style.changed.connect(self._again)
        for part in (
            self._confirm,
            self._reply,
            self._snooze,
            self._close,
            self._text,
            self._send,
            self._field,
        ):
            part.installEventFilter(self)

    def _again(self) -> None:
        """The style changed: distances and the height, too."""
        self._space()
        self.fit()
        self.resized.emit()

    def _lay_out(self) -> None:
        self._first = QHBoxLayout()
        self._first.addWidget(self._name, 1)
        self._first.addWidget(self._tag)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addLayout(self._first)
        names.addWidget(self._place)
        top = Qt.AlignmentFlag.AlignTop
        self._head = QHBoxLayout()
        self._head.addWidget(self._avatar, 0, top)
        self._head.addLayout(names, 1)
        self._head.addWidget(self._close, 0, top)
        reply = QHBoxLayout(self._row)
        reply.setContentsMargins(0, 0, 0, 0)
        reply.addWidget(self._field, 1)
        reply.addWidget(self._send)
        self._buttons = QHBoxLayout()
        for button in (self._confirm, self._reply, self._snooze):
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        for part in (self._where, self._text, self._reason, self._state):
            self._column.addWidget(part)
        self._column.addLayout(self._buttons)
        self._column.addWidget(self._row)
        self._column.addWidget(self._note)
        self._row.hide()
        self._note.hide()
        self._field.setMaxLength(MAX_REPLY)
        self._space()

    def _space(self) -> None:
        style = self._style.current
        padding = style.px(_PADDING)
        self._column.setContentsMargins(padding, padding, padding, padding)
        self._column.setSpacing(style.px(_GAP))
        self._head.setSpacing(style.px(_GAP))
        self._first.setSpacing(style.px(8))
        self._buttons.setSpacing(style.px(8))
        self._field.setFont(style.body)


class _Tag(QWidget):
    """Kind and due time."""

    def __init__(self, style: StyleSource) -> None:
        super().__init__()
        self._style, self._words, self._kind = style, "", TagKind.AMBER
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_tag(self, words: str, kind: TagKind) -> None:
        """Show this; nothing hides it."""
        self._words, self._kind = words, kind
        self.setAccessibleName(words)
        self.setVisible(bool(words))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        style = self._style.current
        return QSize(round(tag_width(style, self._words)) + 1, style.px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_tag(painter, self._style.current, QPointF(0, self.height() / 2), self._words, self._kind)
        painter.end()
