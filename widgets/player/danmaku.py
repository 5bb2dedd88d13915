"""Flying comments: each crosses the picture from right to left at its moment, in a lane where it touches no other.

Where a comment is follows from the moment alone, so that pause, seek and speed need nothing; only its lane is remembered once it was
given. Lanes are given in the order of time. A comment that finds none does not fly (my own always does).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QPainter

from widgets.painting import fill_plain
from widgets.player.outlined import edge_color, outlined
from widgets.player.values import DanmakuLook
from widgets.style import Weight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QRect
    from PySide6.QtGui import QColor, QFont, QPixmap

    from widgets.player.source import Flying
    from widgets.style import StyleSource

CROSSING_MS = 8_000
"""From edge to edge at speed 1."""
MAX_TEXT = 80
MAX_FLYING = 40
"""At once: more could not be read."""
NEW_A_FRAME = 2
"""Pixmaps drawn in one frame at most; a comment comes a frame later rather than that the picture waits."""
_AHEAD_MS = 600
_KEPT = 96
_SHARE, _LEAST, _MOST = 0.034, 14.0, 40.0


class _Lane(NamedTuple):
    """Who flew last in it."""

    at_ms: float
    width: float


class _Room(NamedTuple):
    """What lanes depend on: when it moves, they are given anew."""

    width: int
    lanes: int
    pixels: int
    crossing_ms: float
    dpr: float


class Danmaku:
    """Give it comments and a look, and let it paint into each frame."""

    def __init__(self, style: StyleSource) -> None:
        self._style = style
        self._all: tuple[Flying, ...] = ()
        self._flying: tuple[Flying, ...] = ()
        self._starts: list[int] = []
        self._look = DanmakuLook()
        self._room: _Room | None = None
        self._given: dict[str, int] = {}
        self._lanes: list[_Lane | None] = []
        self._next = 0
        self._widths: dict[str, float] = {}
        self._pixmaps: OrderedDict[str, QPixmap] = OrderedDict()
        style.changed.connect(self._forget)

    def set_flying(self, flying: Sequence[Flying]) -> None:
        """Take the comments, in any order. Those that fly keep their lanes."""
        self._all = tuple(sorted(flying, key=lambda one: (one.at_ms, one.id)))
        self._sift()

    def set_look(self, look: DanmakuLook) -> None:
        """Take speed, area, words not wanted."""
        if look != self._look:
            self._look = look
            self._forget()
            self._sift()

    @property
    def is_on(self) -> bool:
        """Whether anything may fly at all."""
        return self._look.is_on and bool(self._flying)

    def lanes_at(self, position_ms: int) -> dict[str, int]:
        """Say who flies now, and in which lane (after a `paint` gave the room)."""
        if self._room is None or not self._look.is_on:
            return {}
        self._give(position_ms)
        return {one.id: self._given[one.id] for one in self._shown(position_ms, position_ms)}

    def paint(self, painter: QPainter, rect: QRect | QRectF, position_ms: int) -> None:
        """Draw over the picture in `rect`."""
        box = QRectF(rect)
        if not self.is_on or box.isEmpty():
            return
        room = self._measured(box, painter.device().devicePixelRatio())
        self._give(position_ms)
        left_to_draw = NEW_A_FRAME
        before = painter.opacity()
        painter.setOpacity(before * max(0.1, min(self._look.opacity, 1.0)))
        for one in self._shown(position_ms, position_ms + _AHEAD_MS):
            pixmap = self._pixmaps.get(one.id)
            if pixmap is None and left_to_draw:
                left_to_draw -= 1
                pixmap = self._drawn(one, room)
            if pixmap is not None and one.at_ms <= position_ms:
                painter.drawPixmap(self._spot(one, box, room, position_ms), pixmap)
        painter.setOpacity(before)

    def _spot(self, one: Flying, box: QRectF, room: _Room, position_ms: int) -> QPointF:
        share = (position_ms - one.at_ms) / room.crossing_ms
        x = box.right() - share * (box.width() + self._width(one))
        return QPointF(x, box.top() + box.height() * 0.03 + self._given[one.id] * _lane_height(room.pixels))

    def _shown(self, from_ms: int, until_ms: int) -> list[Flying]:
        """Give who begins by `until_ms`, is not across at `from_ms` and has a lane; the newest where there are too many."""
        room = self._room
        if room is None:
            return []
        first = bisect_right(self._starts, from_ms - room.crossing_ms)
        end = bisect_right(self._starts, until_ms)
        near = self._flying[max(first, end - 4 * MAX_FLYING) : end]
        return [one for one in near if self._given.get(one.id, -1) >= 0][-MAX_FLYING:]

    def _give(self, position_ms: int) -> None:
        """Give lanes up to a little ahead of a moment, beginning anew where one jumped."""
        room = self._room
        if room is None:
            return
        first = bisect_right(self._starts, position_ms - room.crossing_ms)
        end = bisect_right(self._starts, position_ms + _AHEAD_MS)
        held: set[int] = set()
        if first > self._next or self._next > end:
            self._lanes = [None] * room.lanes
            self._next = max(first, end - 4 * MAX_FLYING)
            held = {self._given.get(one.id, -1) for one in self._flying[self._next : end]}
        for one in self._flying[self._next : end]:
            self._give_lane(one, room, held)
        self._next = max(self._next, end)

    def _give_lane(self, one: Flying, room: _Room, held: set[int]) -> None:
        width = self._width(one)
        known = self._given.get(one.id, -1)
        lane = known if known >= 0 else self._free_lane(one.at_ms, width, room, held)
        if lane < 0 and one.is_own and room.lanes:
            lane = min(range(room.lanes), key=lambda number: (self._lanes[number] or _Lane(0, 0)).at_ms)
        self._given[one.id] = lane
        if lane >= 0:
            self._lanes[lane] = _Lane(one.at_ms, width)

    def _free_lane(self, at_ms: int, width: float, room: _Room, held: set[int]) -> int:
        """Find a lane; those in `held` belong to comments in sight that had them before."""
        for number, last in enumerate(self._lanes):
            if number not in held and (last is None or _fits(last, at_ms, width, room)):
                return number
        return -1

    def _width(self, one: Flying) -> float:
        width = self._widths.get(one.id)
        if width is None:
            width = QFontMetricsF(self._font()).horizontalAdvance(_words(one.text)) + 6
            self._widths[one.id] = width
        return width

    def _drawn(self, one: Flying, room: _Room) -> QPixmap:
        colors = self._style.current.colors
        pixmap = outlined(
            _words(one.text),
            self._font(),
            colors.on_scrim,
            edge_color(colors),
            room.dpr,
            width=100_000,
            thickness=max(1.0, room.pixels / 14),
        )
        if one.is_own:
            _underline(pixmap, colors.accent)
        self._pixmaps[one.id] = pixmap
        while len(self._pixmaps) > _KEPT:
            self._pixmaps.popitem(last=False)
        return pixmap

    def _font(self) -> QFont:
        font = self._style.current.font(14, Weight.BOLD)
        font.setPixelSize(self._room.pixels if self._room else font.pixelSize())
        return font

    def _measured(self, box: QRectF, dpr: float) -> _Room:
        zoom, look = self._style.current.zoom, self._look
        pixels = round(
            max(_LEAST * zoom, min(box.height() * _SHARE, _MOST * zoom)) * _between(look.size, 0.5, 3)
        )
        lanes = max(1, int(box.height() * 0.94 * _between(look.area, 0.1, 1) / _lane_height(pixels)))
        crossing = CROSSING_MS / _between(look.speed, 0.25, 4)
        room = _Room(round(box.width()), lanes, pixels, crossing, dpr)
        if room != self._room:
            self._forget()
            self._room = room
            self._lanes = [None] * lanes
        return room

    def _sift(self) -> None:
        blocked = [word.casefold() for word in self._look.blocked if word.strip()]
        self._flying = tuple(one for one in self._all if _words(one.text) and not _holds(one.text, blocked))
        self._starts = [one.at_ms for one in self._flying]
        known = {one.id for one in self._flying}
        self._given = {id: lane for id, lane in self._given.items() if id in known}
        self._next = len(self._flying) + 1  # lanes are given anew from those in sight

    def _forget(self) -> None:
        """Sizes or the look are others: nothing drawn or given counts."""
        self._room = None
        self._given.clear()
        self._widths.clear()
        self._pixmaps.clear()
        self._next = len(self._flying) + 1


def _fits(last: _Lane, at_ms: float, width: float, room: _Room) -> bool:
    """Whether one may start behind `last`: that one is wholly in sight, and is not caught up with before it is across."""
    gap = room.pixels
    inside_ms = room.crossing_ms * (last.width + gap) / (room.width + last.width)
    if at_ms < last.at_ms + inside_ms:
        return False
    flown = (last.at_ms + room.crossing_ms - at_ms) / room.crossing_ms * (room.width + width)
    return flown <= room.width - gap


def _underline(pixmap: QPixmap, color: QColor) -> None:
    size = pixmap.deviceIndependentSize()
    painter = QPainter(pixmap)
    fill_plain(painter, QRectF(2, size.height() - 2, size.width() - 4, 2), color)
    painter.end()


def _lane_height(pixels: int) -> float:
    return round(pixels * 1.75)


def _words(text: str) -> str:
    """One line, bounded."""
    line = " ".join(text[: 4 * MAX_TEXT].split())
    return line if len(line) <= MAX_TEXT else line[: MAX_TEXT - 1] + "…"


def _holds(text: str, blocked: list[str]) -> bool:
    folded = text.casefold()
    return any(word in folded for word in blocked)


def _between(value: float, least: float, most: float) -> float:
    return max(least, min(value, most))
