"""Alerts of dings on the screen: up to three cards at the lower right, on top of everything, and a slim one for the rest.

The board comes from `account.ding_alerts`; a card lives as long as its ding is on it. Cards never take the keyboard by
themselves; F8 goes to the newest. They stand on the screen where the person is, and are set anew when screens come, go or
change.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, QTimer
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import QApplication

from app.domain.alerts import MOST_CARDS, AlertBoard
from app.domain.dings import DingSummary
from app.domain.ids import EventID
from app.domain.quiet import next_morning_ms
from resources.translations import language_changed
from ui.alert_faces import MINUTE_MS, face_of, next_words_ms
from ui.sentences import sentence
from widgets.alert_card import MORNING, AlertCard, AlertFace, AlertMode
from widgets.alert_more import MORE_HEIGHT, MoreCard
from widgets.announce import announce

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from app.errors import TackError
    from ui.desk import Desk
    from widgets.alert_window import AlertWindow

MARGIN, GAP = 16, 8


class Alerts(QObject):
    """Lives as long as the account is on screen; `close` takes everything away."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._board = AlertBoard()
        self._cards: dict[str, AlertCard] = {}
        self._order: list[str] = []
        """Which cards there are, the newest first."""
        self._fitting = 0
        """How many of them the screen has room for."""
        self._dings: dict[str, DingSummary] = {}
        """What the cards were made of last; a ding of my own is named by its transaction."""
        self._lines: dict[str, str] = {}
        """Half-written replies of cards that were put off, by ding."""
        self._more: MoreCard | None = None
        self._screen: str | None = None
        """By name: PySide's `QScreen` dies with the window it was asked of."""
        self._watched: set[str] = set()
        self._placer = QTimer(self, singleShot=True, interval=0)
        self._placer.timeout.connect(self._arrange)
        self._minutes = QTimer(self, singleShot=True)
        self._minutes.timeout.connect(self._arrange)
        self._connect()
        self._unsubscribe = desk.account.ding_alerts.subscribe(self._show)
        self._show(desk.account.ding_alerts.board)

    @property
    def cards(self) -> list[AlertCard]:
        """What is shown, the newest first."""
        return [self._cards[uid] for uid in self._order[: self._fitting]]

    @property
    def more(self) -> MoreCard | None:
        """The slim card."""
        return self._more

    def reach(self) -> None:
        """Give the keyboard to the newest card; with none there, show the page of dings."""
        cards = self.cards
        if cards:
            cards[0].reach()
        else:
            self._desk.dings.open_inbox()

    def _reach_next(self) -> None:
        """Go round from card to card."""
        round_trip: list[AlertWindow] = [*self.cards, *([self._more] if self._more is not None else [])]
        at = next((n for n, card in enumerate(round_trip) if card.isActiveWindow()), -1)
        round_trip[(at + 1) % len(round_trip)].reach()

    def close(self) -> None:
        """Hear nothing any more, take all cards away."""
        self._unsubscribe()
        self._placer.stop()
        self._minutes.stop()
        for uid in list(self._cards):
            self._drop(uid)
        self._order, self._fitting = [], 0
        self._show_more(0)
        self.deleteLater()

    # The board

    def _show(self, board: AlertBoard) -> None:
        if {card.uid for card in board.cards} - self._cards.keys():
            self._screen = None
        self._board = board
        self._arrange()
        if board.rung:
            self._ring()

    def _arrange(self) -> None:
        """Make, drop and place what is to be shown now."""
        dings = self._wanted()
        wanted = {ding.uid for ding in dings}
        for uid in [uid for uid in self._cards if uid not in wanted]:
            self._drop(uid)
        for ding in dings:
            self._show_card(ding)
        self._order = [ding.uid for ding in dings]
        area = self._area()
        self._fitting = self._count_fitting(area)
        self._show_more(self._total() - self._fitting)
        self._place(area)
        self._count_minutes(dings)

    def _count_minutes(self, dings: list[DingSummary]) -> None:
        """Word a reminder anew when the next minute has passed."""
        now_ms = self._desk.account.ding_alerts.now_ms
        near = [ding for ding in dings if self._mode(ding) is AlertMode.REMINDER]
        waits = [wait for ding in near if (wait := next_words_ms(ding, now_ms)) is not None]
        if waits:
            self._minutes.start(min(waits))
        else:
            self._minutes.stop()

    def _wanted(self) -> list[DingSummary]:
        """The board; a card in which a reply is being written stays, also when nothing is asked of me any more."""
        board = self._board.cards
        listed = {ding.uid for ding in board}
        written = [uid for uid, card in self._cards.items() if uid not in listed and card.has_reply()]
        kept = self._desk.account.cache.read.dings.summaries(written) if written else []
        return [*board[: MOST_CARDS - len(kept)], *kept]

    def _total(self) -> int:
        """How many cards there would be if there was room for all."""
        board = self._board
        kept = [ding.event_id for ding in self._dings.values()]
        return len({*(ding.event_id for ding in board.cards), *board.beyond, *kept})

    def _show_card(self, ding: DingSummary) -> None:
        face = self._face(ding)
        card = self._cards.get(ding.uid)
        self._dings[ding.uid] = ding
        if card is None:
            card = AlertCard(self._desk.style, self._desk.images, face)
            self._connect_card(card)
            card.give_reply(self._lines.pop(ding.uid, ""))
            self._cards[ding.uid] = card
        elif card.face != face:
            card.show_face(face)

    def _show_more(self, count: int) -> None:
        if count and self._more is None:
            self._more = MoreCard(self._desk.style)
            self._more.opened.connect(lambda: self._open(""))
            self._more.next_wanted.connect(self._reach_next)
        if self._more is not None and count:
            self._more.set_count(count)
        elif self._more is not None:
            self._more.close()
            self._more.deleteLater()
            self._more = None

    def _drop(self, uid: str) -> None:
        card = self._cards.pop(uid)
        del self._dings[uid]
        card.give_back()
        card.close()
        card.deleteLater()

    def _ring(self) -> None:
        QApplication.alert(self._window)
        cards = self.cards
        if cards:
            announce(cards[0], cards[0].words())
        if self._desk.settings.current.is_ding_sound_on and not self._board.is_text_hidden:
            from resources.sounds import DING
            from ui.sounds import play

            play(DING)

    def _mode(self, ding: DingSummary) -> AlertMode:
        """What a card is there for; what is not on the board is there for the reply that is being written."""
        if ding.is_open:
            return AlertMode.DUTY
        board = self._board
        is_on_board = ding.event_id in board.beyond or any(card.uid == ding.uid for card in board.cards)
        return AlertMode.REMINDER if is_on_board else AlertMode.DONE

    def _face(self, ding: DingSummary) -> AlertFace:
        now_ms, server_ms = self._now_ms(), self._desk.account.ding_alerts.now_ms
        is_hidden = self._board.is_text_hidden
        return face_of(ding, self._mode(ding), self._desk.people, now_ms, server_ms, is_hidden=is_hidden)

    # Acting

    def _connect_card(self, card: AlertCard) -> None:
        card.confirmed.connect(self._confirm)
        card.replied.connect(self._reply)
        card.snoozed.connect(self._snooze)
        card.dismissed.connect(self._dismiss)
        card.opened.connect(self._open)
        card.resized.connect(self._placer.start)
        card.next_wanted.connect(self._reach_next)

    def _event_of(self, uid: str) -> EventID:
        ding = self._dings.get(uid)
        return EventID(uid) if ding is None or ding.event_id is None else ding.event_id

    def _confirm(self, uid: str) -> None:
        work = self._desk.account.dings.confirm(self._event_of(uid))
        self._desk.operations.start(work, lambda _none: self._free(uid), self._refused(uid))

    def _reply(self, uid: str, text: str) -> None:
        work = self._desk.account.dings.comment(self._event_of(uid), text)
        self._desk.operations.start(work, lambda _none: self._replied(uid), self._refused(uid), is_vital=True)

    def _snooze(self, uid: str, minutes: int) -> None:
        line = self._cards[uid].take_reply() if uid in self._cards else ""
        if line:
            self._lines[uid] = line
            self._placer.start()
        now_ms = self._now_ms()
        until_ms = next_morning_ms(now_ms) if minutes == MORNING else now_ms + minutes * MINUTE_MS
        self._desk.operations.start(self._desk.account.ding_alerts.snooze(self._event_of(uid), until_ms))

    def _dismiss(self, uid: str) -> None:
        if uid in self._cards:
            self._cards[uid].take_reply()
            self._placer.start()
        self._desk.operations.start(self._desk.account.ding_alerts.dismiss(self._event_of(uid)))

    def _open(self, uid: str) -> None:
        from ui.main_window import MainWindow

        if isinstance(self._window, MainWindow):
            self._window.come_to_front()
        self._desk.dings.open_inbox(uid)

    def _free(self, uid: str) -> None:
        if uid in self._cards:
            self._cards[uid].set_busy(False)
            self._placer.start()

    def _replied(self, uid: str) -> None:
        if uid in self._cards:
            self._cards[uid].reply_sent()

    def _refused(self, uid: str) -> Callable[[TackError], None]:
        def show(error: TackError) -> None:
            if uid in self._cards:
                self._free(uid)
                self._cards[uid].set_note(sentence(error))
            else:
                self._desk.tell_error(error)

        return show

    # The place on the screen

    def _connect(self) -> None:
        language_changed.connect(self._word)
        self._desk.images.ready.connect(self._picture_came)
        self._desk.people.changed.connect(self._word)
        self._desk.bridge.dings_changed.connect(self._dings_moved)
        app = QGuiApplication.instance()
        if isinstance(app, QApplication):
            app.screenAdded.connect(self._screens_moved)
            app.screenRemoved.connect(self._screens_moved)
            app.primaryScreenChanged.connect(self._screens_moved)

    def _dings_moved(self) -> None:
        """A card that is not on the board any more is worded by what its ding is now."""
        listed = {ding.uid for ding in self._board.cards}
        if self._cards.keys() - listed:
            self._placer.start()

    def _screens_moved(self, _screen: object = None) -> None:
        self._screen = None
        self._watched.intersection_update(screen.name() for screen in QGuiApplication.screens())
        self._placer.start()

    def _best_screen(self) -> str:
        """Where the person is: at our active window, else (another program is active) at the pointer."""
        focus = QGuiApplication.focusWindow()
        pointed = QGuiApplication.screenAt(QCursor.pos()) if focus is None else focus.screen()
        return (pointed or self._window.screen()).name()

    def _count_fitting(self, area: QRect) -> int:
        """How many cards the screen has room for; the newest one is shown in any case."""
        style = self._desk.style.current
        gap, room = style.px(GAP), area.height() - 2 * style.px(MARGIN)
        heights = [self._cards[uid].height() for uid in self._order]
        for count in range(len(heights), 1, -1):
            slim = style.px(MORE_HEIGHT) + gap if self._total() > count else 0
            if sum(heights[:count]) + gap * (count - 1) + slim <= room:
                return count
        return min(1, len(heights))

    def _place(self, area: QRect) -> None:
        """Stack from the corner upwards: the slim card lowest, then the oldest."""
        stack: list[AlertWindow] = [] if self._more is None else [self._more]
        stack += reversed(self.cards)
        style = self._desk.style.current
        bottom = area.bottom() + 1 - style.px(MARGIN)
        for card in stack:
            card.place(area.right() + 1 - style.px(MARGIN) - card.width(), bottom)
            bottom -= card.height() + style.px(GAP)
            if not card.isVisible():
                card.show()
        for uid in self._order[self._fitting :]:
            self._cards[uid].hide()

    def _area(self) -> QRect:
        name = self._screen = self._best_screen() if self._screen is None else self._screen
        found = (screen for screen in QGuiApplication.screens() if screen.name() == name)
        screen = next(found, QGuiApplication.primaryScreen())
        if name not in self._watched:
            self._watched.add(name)
            screen.availableGeometryChanged.connect(self._placer.start)
        return screen.availableGeometry()

    # Words and pictures

    def _word(self) -> None:
        for card in self._cards.values():
            card.word()
            card.show_face(card.face)
        self._arrange()

    def _picture_came(self, key: str) -> None:
        for card in self._cards.values():
            if card.face.avatar_key == key:
                card.show_picture()

    @staticmethod
    def _now_ms() -> int:
        return time.time_ns() // 1_000_000
