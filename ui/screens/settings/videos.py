"""Settings of videos: disk, what is kept for offline, how the player begins, the company's consent to reports."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.visible import one_line
from resources.formats import format_due, format_size
from resources.translations import tr
from ui.channel_consent import Consent, consent_of
from ui.player_likes import keep_likes, keeps_playing, likes_of, set_keeps_playing
from ui.screens.settings.section import Section
from ui.sentences import sentence_for
from widgets.buttons import IconButton
from widgets.dialogs import confirm
from widgets.form_fields import ChoiceField, SwitchField
from widgets.player.values import RATES
from widgets.words import Line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QShowEvent

    from app.domain.channels.rows import KeptVideo
    from app.domain.ids import ContentURI
    from app.errors import TackError
    from app.settings import Settings
    from ui.desk import Desk

VIDEO_MB = (1024, 4096, 16384, 65536)
MOST_KEPT = 200
OFF, OWN = "off", ""


class VideosSection(Section):
    """Follows the settings: most of them are also set in the player itself."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.style, lambda: tr("Videos"))
        self._desk = desk
        style = desk.style
        self._used: tuple[int, int] | None = None
        self.rate, self.subtitles = ChoiceField(style, ""), ChoiceField(style, "")
        self.limit = ChoiceField(style, "")
        self.autoplay = self._switch(lambda: tr("Play the next video by itself"), self._set_autoplay)
        self.keeps = self._switch(
            lambda: tr("Go on in a small window when I leave the page"),
            lambda is_on: set_keeps_playing(desk.settings, is_on),
        )
        self.danmaku = self._switch(lambda: tr("Let comments fly over the picture"), self._set_danmaku)
        self.kept = KeptVideos(desk, self)
        self.consent = SwitchField(style, "")
        self._consent = Consent()
        self._is_reading = self._is_outdated = False
        self._sent: bool | None = None
        """What I said and sync has not brought back yet."""
        for part in (self.autoplay, self.keeps, self.danmaku, self.rate, self.subtitles, self.limit):
            self.add(part)
        self._note = self.add_note(self._used_words)
        self.add(self.kept)
        self.add(self.consent)
        self.consent.hide()
        self._connect()
        self.finish()
        self._show(desk.settings.current)
        self.refresh()

    def refresh(self) -> None:
        """Read what is kept, how much it takes, and the consent."""
        operations, channels = self._desk.operations, self._desk.account.channels
        self.kept.refresh()
        operations.start(channels.used_by_kept(), self._show_used, lambda _error: None)
        self._read_consent()

    def _switch(self, words: Callable[[], str], put: Callable[[bool], None]) -> SwitchField:
        field = SwitchField(self.style_source, words())
        field.toggled.connect(put)
        self.worded(words, field.setText)
        return field

    def _connect(self) -> None:
        settings, desk = self._desk.settings, self._desk
        self.worded(lambda: tr("Speed at first"), self.rate.set_label)
        self.worded(lambda: tr("Subtitles at first"), self.subtitles.set_label)
        self.worded(lambda: tr("Disk for videos that were streamed"), self.limit.set_label)
        self.worded(lambda: tr("Videos kept for offline do not count."), self.limit.set_hint)
        self.worded(lambda: tr("Channels may ask who has finished a video"), self.consent.setText)
        self.worded(lambda: self._consent_words(), self.consent.set_hint)
        self.worded(lambda: "", lambda _text: self._show(settings.current))
        self.worded(lambda: "", lambda _text: self.kept.word())
        self.rate.chosen.connect(lambda key: self._like(rate=float(key)))
        self.subtitles.chosen.connect(lambda key: self._like(subtitle=key))
        self.limit.chosen.connect(lambda key: settings.change(video_limit_mb=int(key)))
        self.consent.clicked.connect(self._ask_consent)
        unsubscribe = settings.subscribe(self._show)
        self.destroyed.connect(lambda: unsubscribe())
        desk.bridge.kept_videos_changed.connect(self._kept_moved)
        desk.bridge.channels_changed.connect(self._channels_moved)

    # Player

    def _like(self, **values: object) -> None:
        likes = likes_of(self._desk.settings.current.player)
        keep_likes(self._desk.settings, replace(likes, **values))  # type: ignore[arg-type]

    def _set_autoplay(self, is_on: bool) -> None:
        self._like(is_autoplay_on=is_on)

    def _set_danmaku(self, is_on: bool) -> None:
        likes = likes_of(self._desk.settings.current.player)
        self._like(danmaku=replace(likes.danmaku, is_on=is_on))

    def _show(self, settings: Settings) -> None:
        """Show what holds, without changing it."""
        likes = likes_of(settings.player)
        switches = {
            self.autoplay: likes.is_autoplay_on,
            self.keeps: keeps_playing(self._desk.settings),
            self.danmaku: likes.danmaku.is_on,
        }
        for switch, is_on in switches.items():
            switch.blockSignals(True)
            switch.setChecked(is_on)
            switch.blockSignals(False)
        rates = sorted({*RATES, likes.rate})
        self.rate.set_choices([(str(rate), f"{rate:g}×") for rate in rates])
        self.rate.set_current(str(likes.rate))
        self.subtitles.set_choices(_subtitle_choices(likes.subtitle))
        self.subtitles.set_current(likes.subtitle)
        limits = sorted({*VIDEO_MB, settings.video_limit_mb})
        self.limit.set_choices([(str(limit), format_size(limit << 20)) for limit in limits])
        self.limit.set_current(str(settings.video_limit_mb))

    # Disk

    def _kept_moved(self) -> None:
        self.kept.refresh()
        reading = self._desk.account.channels.used_by_kept()
        self._desk.operations.start(reading, self._show_used, lambda _error: None)

    def _show_used(self, used: tuple[int, int]) -> None:
        self._used = used
        self._note.setText(self._used_words())

    def _used_words(self) -> str:
        if self._used is None:
            return tr("Counting…")
        kept, streamed = self._used
        return tr(
            "On this computer: {kept} of kept videos, {streamed} of streamed ones. All of it is encrypted.",
            kept=format_size(kept),
            streamed=format_size(streamed),
        )

    # Consent

    def showEvent(self, event: QShowEvent) -> None:
        """See Qt."""
        super().showEvent(event)
        self._read_consent()

    def _channels_moved(self, _rooms: object) -> None:
        """The consent moves every channel."""
        if self.isVisible():
            self._read_consent()

    def _read_consent(self) -> None:
        """One read at a time."""
        self._is_outdated = True
        if self._is_reading:
            return
        self._is_reading, self._is_outdated = True, False
        reading = self._desk.account.cache.read_in_worker(consent_of)
        self._desk.operations.start(reading, self._consent_read, lambda _error: self._consent_read(None))

    def _consent_read(self, consent: Consent | None) -> None:
        self._is_reading = False
        if consent is not None and self._sent in (None, consent.is_given):
            self._sent = None
            self._show_consent(consent)
        if self._is_outdated:
            self._read_consent()

    def _show_consent(self, consent: Consent) -> None:
        self._consent = consent
        self.consent.setVisible(consent.has_company)
        self.consent.setChecked(consent.is_given)
        self.consent.setEnabled(consent.may_change)
        self.consent.set_hint(self._consent_words())

    def _consent_words(self) -> str:
        if self._consent.may_change:
            return tr(
                "The consent of the company, for everybody in its space. Channels that use it say so; "
                "only owners and editors see who has finished."
            )
        return tr("Whether your company agrees to that. Only who runs its space can change it.")

    def _ask_consent(self) -> None:
        """Allowing it concerns everybody in the company; it is asked once more."""
        wanted = self.consent.isChecked()
        self.consent.setChecked(self._consent.is_given)
        if not wanted:
            self._set_consent(False)
            return
        question = confirm(
            self.style_source,
            self.window(),
            tr("Agree for the company?"),
            tr(
                "Tack of everybody in the company then reports to channels that ask which videos were finished. "
                "Each viewer is told. Check first what the law and your works agreement say."
            ),
            tr("Agree"),
        )
        question.accepted.connect(lambda: self._set_consent(True))

    def _set_consent(self, is_given: bool) -> None:
        self.consent.setEnabled(False)
        work = self._desk.account.channels.set_policy(is_given)
        self._desk.operations.start(work, lambda _none: self._consent_set(is_given), self._not_set)

    def _consent_set(self, is_given: bool) -> None:
        self._sent = is_given
        self._show_consent(self._consent._replace(is_given=is_given))

    def _not_set(self, error: TackError) -> None:
        self._show_consent(self._consent)
        self._desk.tell_error(error)


class KeptVideos(QWidget):
    """What is kept for offline, each with its size, its end, and the way to delete it."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._videos: tuple[KeptVideo, ...] = ()
        self._rows: dict[ContentURI, _KeptRow] = {}
        self._title = Line(desk.style, role="text2", pixels=12)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(desk.style.current.px(8))
        self._column.addWidget(self._title)
        self.word()

    @property
    def rows(self) -> tuple[_KeptRow, ...]:
        """What is listed."""
        return tuple(self._rows.values())

    def refresh(self) -> None:
        """Take the list as it stands now."""
        self.show_videos(self._desk.account.channels.kept_now())

    def show_videos(self, videos: Sequence[KeptVideo]) -> None:
        """List these, the newest first; rows that stay are worded anew, so that focus and place stay."""
        self._videos = tuple(videos[:MOST_KEPT])
        if [video.uri for video in self._videos] != list(self._rows):
            self._rebuild()
        self.word()

    def word(self) -> None:
        """Word it again."""
        self._title.setText(
            tr("Kept for offline")
            if self._videos
            else tr("Nothing is kept for offline. “Keep offline” stands below each video.")
        )
        now_ms = time.time_ns() // 1_000_000
        for video in self._videos:
            self._rows[video.uri].show_video(video, now_ms)

    def _rebuild(self) -> None:
        for old in self._rows.values():
            old.setParent(None)
            old.deleteLater()
        self._rows = {video.uri: _KeptRow(self._desk, self) for video in self._videos}
        for video in self._videos:
            row = self._rows[video.uri]
            row.remove.clicked.connect(partial(self._forget, video.uri))
            self._column.addWidget(row)

    def _forget(self, uri: ContentURI) -> None:
        self._rows[uri].remove.setEnabled(False)
        self._desk.operations.start(
            self._desk.account.channels.forget_offline(uri), lambda _none: self.refresh()
        )


class _KeptRow(QWidget):
    """One video."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        style = desk.style
        self._event_id = ""
        self.title, self.detail = Line(style), Line(style, role="text2", pixels=12)
        self.play = IconButton(style, "play", "")
        self.remove = IconButton(style, "trash", "")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        words.addWidget(self.detail)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addLayout(words, 1)
        line.addWidget(self.play)
        line.addWidget(self.remove)
        self.play.clicked.connect(lambda: desk.channels.watch(self._event_id))  # type: ignore[arg-type]

    def show_video(self, video: KeptVideo, now_ms: int) -> None:
        """Word it."""
        title = one_line(video.title) or tr("Untitled")
        self._event_id = video.event_id
        self.title.setText(title)
        self.detail.setText(kept_words(video, now_ms))
        self.detail.set_role("attention_text" if video.error_code else "text2")
        self.play.set_tip(tr("Play {name}", name=title))
        self.remove.set_tip(tr("Delete {name} from this computer", name=title))


def kept_words(video: KeptVideo, now_ms: int) -> str:
    """Say how far it is, how large, until when."""
    size = format_size(video.size_bytes or video.done_bytes)
    if video.error_code:
        return sentence_for(video.error_code)
    if video.size_bytes <= 0 or video.done_bytes < video.size_bytes:
        share = round(100 * video.done_bytes / video.size_bytes) if video.size_bytes > 0 else 0
        return tr("{size} · {share} % is here", size=size, share=share)
    return tr("{size} · kept until {time}", size=size, time=format_due(video.expires_ms, now_ms))


def _subtitle_choices(current: str) -> list[tuple[str, str]]:
    choices = [(OWN, tr("In the language of Tack")), (OFF, tr("No subtitles"))]
    if current not in (OWN, OFF):
        choices.append((current, current))
    return choices
