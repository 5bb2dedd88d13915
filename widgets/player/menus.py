"""The menus of a player. Each is built when it is opened, from what the player likes now, and hands back what was changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QLineEdit, QMenu, QVBoxLayout, QWidget, QWidgetAction

from resources.translations import tr
from widgets.player.slider import Slider
from widgets.player.values import RATES, DanmakuLook, PlayerLikes
from widgets.player.words import rate_words, time_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from widgets.player.source import Quality, Track
    from widgets.style import StyleSource

_MAX_BLOCKED = 1_000


class Menus(QObject):
    """Of one player. `likes_changed` gives the new ones."""

    likes_changed = Signal(object)
    track_chosen = Signal(str)
    quality_chosen = Signal(str)
    device_chosen = Signal(str)

    def __init__(self, style: StyleSource, parent: QWidget) -> None:
        super().__init__(parent)
        self._style, self._host = style, parent
        self._sound: QMenu | None = None
        self._device = ""
        self._open: QMenu | None = None

    @property
    def is_open(self) -> bool:
        """Whether one is open: the controls stay."""
        return self._open is not None and self._open.isVisible()

    @property
    def open_menu(self) -> QMenu | None:
        """The menu opened last, while it is there."""
        return self._open

    def open_speed(self, above: QWidget, likes: PlayerLikes) -> None:
        """Choose a speed."""
        menu, group = self._made(), QActionGroup(self)
        for rate in RATES:
            action = self._choice(menu, group, rate_words(rate), rate == likes.rate)
            action.triggered.connect(
                lambda _=False, rate=rate: self.likes_changed.emit(replace(likes, rate=rate))
            )
        self._pop(menu, above)

    def open_quality(self, above: QWidget, qualities: Sequence[Quality], current: str) -> None:
        """Choose a rendition."""
        menu, group = self._made(), QActionGroup(self)
        for quality in qualities:
            action = self._choice(menu, group, quality.label, quality.id == current)
            action.triggered.connect(lambda _=False, id=quality.id: self.quality_chosen.emit(id))
        self._pop(menu, above)

    def open_subtitles(
        self, above: QWidget, tracks: Sequence[Track], current: str, likes: PlayerLikes
    ) -> None:
        """Choose a track and how large."""
        menu, group = self._made(), QActionGroup(self)
        self._choice(menu, group, tr("No subtitles"), not current).triggered.connect(
            lambda: self.track_chosen.emit("")
        )
        for track in tracks:
            action = self._choice(menu, group, track.label, track.id == current)
            action.triggered.connect(lambda _=False, id=track.id: self.track_chosen.emit(id))
        menu.addSeparator()
        now = _Kept(likes, self.likes_changed.emit)
        self._slide(
            menu,
            tr("Text size"),
            (50, 250),
            likes.subtitle_size,
            lambda share: now.change(subtitle_size=share),
        )
        self._pop(menu, above)

    def open_danmaku(self, above: QWidget, likes: PlayerLikes) -> None:
        """How comments fly, and which do not."""
        menu = self._made()
        now = _Kept(likes, self.likes_changed.emit)
        shown = menu.addAction(tr("Flying comments"))
        shown.setCheckable(True)
        shown.setChecked(likes.danmaku.is_on)
        shown.toggled.connect(lambda is_on: now.fly(is_on=is_on))
        look = likes.danmaku
        self._slide(menu, tr("Speed"), (50, 200), look.speed, lambda share: now.fly(speed=share))
        self._slide(menu, tr("Opacity"), (20, 100), look.opacity, lambda share: now.fly(opacity=share))
        self._slide(menu, tr("Part of the picture"), (10, 100), look.area, lambda share: now.fly(area=share))
        self._slide(menu, tr("Text size"), (50, 200), look.size, lambda share: now.fly(size=share))
        field = QLineEdit(" ".join(look.blocked))
        field.setMaxLength(_MAX_BLOCKED)
        field.setPlaceholderText(tr("Words that do not fly, with spaces between"))
        field.setAccessibleName(tr("Words that do not fly, with spaces between"))
        field.editingFinished.connect(lambda: now.fly(blocked=tuple(dict.fromkeys(field.text().split()))))
        self._put(menu, field)
        self._pop(menu, above)

    def open_sound(self, above: QWidget, likes: PlayerLikes) -> None:
        """How loud, and where it comes out; `set_devices` adds the outputs when they are known."""
        menu = self._sound = self._made()
        now = _Kept(likes, self.likes_changed.emit)
        volume = Slider(self._style, tr("Volume"), (0, 100), lambda value: f"{value}%")
        volume.setValue(likes.volume)
        volume.changed_by_hand.connect(lambda value: now.change(volume=value, is_muted=False))
        self._put(menu, volume)
        mute = menu.addAction(tr("Sound off"))
        mute.setCheckable(True)
        mute.setChecked(likes.is_muted)
        mute.triggered.connect(lambda is_on: now.change(is_muted=is_on))
        self._device = likes.device
        self._pop(menu, above)

    def set_devices(self, devices: Sequence[tuple[str, str]]) -> None:
        """Offer the sound outputs of this computer."""
        menu = self._sound
        if menu is None or not menu.isVisible() or not devices:
            return
        menu.addSeparator()
        group = QActionGroup(menu)
        for id, name in (("", tr("The system's sound output")), *devices):
            action = self._choice(menu, group, name, id == self._device)
            action.triggered.connect(lambda _=False, id=id: self.device_chosen.emit(id))

    def open_more(
        self, at: QPoint, position_ms: int, likes: PlayerLikes, acts: dict[str, Callable[[], None]]
    ) -> None:
        """What the controls have no room for; `acts` by name: link, comment, picture, from, until, off, help."""
        menu, moment = self._made(), time_words(position_ms)
        words = {
            "link": tr("Copy a link to {moment}", moment=moment),
            "comment": tr("Comment at {moment}", moment=moment),
            "picture": tr("Save this picture"),
            "from": tr("Loop from here (A)"),
            "until": tr("Loop to here (B)"),
            "off": tr("Do not loop (X)"),
            "help": tr("Keys (?)"),
        }
        for name, text in words.items():
            if name in ("from", "help"):
                menu.addSeparator()
            if name == "help":
                self._add_autoplay(menu, likes)
            if name in acts:
                menu.addAction(text).triggered.connect(lambda _=False, act=acts[name]: act())
        self._show(menu, at)

    def _add_autoplay(self, menu: QMenu, likes: PlayerLikes) -> None:
        action = menu.addAction(tr("Go on with the next video"))
        action.setCheckable(True)
        action.setChecked(likes.is_autoplay_on)
        action.triggered.connect(lambda is_on: self.likes_changed.emit(replace(likes, is_autoplay_on=is_on)))

    # parts

    def _made(self) -> QMenu:
        menu = QMenu(self._host)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.destroyed.connect(self._forget)
        self._open = menu
        return menu

    def _forget(self) -> None:
        self._open = self._sound = None

    def _choice(self, menu: QMenu, group: QActionGroup, words: str, is_chosen: bool) -> QAction:
        action = menu.addAction(words.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(is_chosen)
        group.addAction(action)
        group.setParent(menu)
        return action

    def _slide(
        self, menu: QMenu, name: str, bounds: tuple[int, int], share: float, take: Callable[[float], None]
    ) -> None:
        slider = Slider(self._style, name, bounds, lambda value: f"{value}%")
        slider.setValue(round(share * 100))
        slider.changed_by_hand.connect(lambda value: take(value / 100))
        self._put(menu, slider)

    def _put(self, menu: QMenu, widget: QWidget) -> None:
        action, host = QWidgetAction(menu), QWidget()
        side = self._style.current.px(8) if isinstance(widget, QLineEdit) else 0
        column = QVBoxLayout(host)
        column.setContentsMargins(side, side // 2, side, side // 2)
        column.addWidget(widget)
        action.setDefaultWidget(host)
        menu.addAction(action)

    def _pop(self, menu: QMenu, above: QWidget) -> None:
        size = menu.sizeHint()
        corner = above.mapToGlobal(QPoint((above.width() - size.width()) // 2, -size.height() - 4))
        self._show(menu, corner)

    def _show(self, menu: QMenu, at: QPoint) -> None:
        menu.popup(at)


class _Kept:
    """The likes while a menu is open: several things may be changed one after another."""

    def __init__(self, likes: PlayerLikes, tell: Callable[[PlayerLikes], None]) -> None:
        self._likes, self._tell = likes, tell

    def change(self, **values: object) -> None:
        """Take values of the likes."""
        self._likes = replace(self._likes, **values)  # type: ignore[arg-type]
        self._tell(self._likes)

    def fly(self, **values: object) -> None:
        """Take values of how comments fly."""
        look: DanmakuLook = replace(self._likes.danmaku, **values)  # type: ignore[arg-type]
        self.change(danmaku=look)
