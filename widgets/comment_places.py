"""Where comments stand below each other, of which only those once in sight were ever laid out: the others count as high as most are."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class CommentPlaces:
    """Heights are kept by uid; `places` and tops count from the first."""

    def __init__(self) -> None:
        self._uids: tuple[str, ...] = ()
        self._place_of: dict[str, int] = {}
        self._known: dict[str, int] = {}
        self._guess, self._gap = 60, 12
        self._tops: list[int] | None = None

    @property
    def uids(self) -> tuple[str, ...]:
        """Whose places these are, from above."""
        return self._uids

    @property
    def total(self) -> int:
        """How high all of them are."""
        return max(0, self._all_tops()[-1] - self._gap)

    def set_uids(self, uids: Sequence[str]) -> None:
        """Others stand here now; what is known of those that stay, stays."""
        self._uids = tuple(uids)
        self._place_of = {uid: place for place, uid in enumerate(self._uids)}
        self._known = {uid: high for uid, high in self._known.items() if uid in self._place_of}
        self._tops = None

    def forget(self, guess: int, gap: int) -> None:
        """All may have another height."""
        self._guess, self._gap = guess, gap
        self._known, self._tops = {}, None

    def note(self, uid: str, height: int) -> None:
        """It was laid out."""
        moved = height - self._known.get(uid, self._guess)
        self._known[uid] = height
        if moved and self._tops is not None and uid in self._place_of:
            after = self._place_of[uid] + 1
            self._tops[after:] = [top + moved for top in self._tops[after:]]

    def place(self, uid: str) -> int | None:
        """Which of them it is."""
        return self._place_of.get(uid)

    def top(self, place: int) -> int:
        """Where it begins."""
        return self._all_tops()[place]

    def height(self, place: int) -> int:
        """How high it is, or may be."""
        return self._known.get(self._uids[place], self._guess)

    def between(self, top: int, bottom: int) -> range:
        """The places of which something lies there."""
        if not self._uids or bottom <= top:
            return range(0)
        tops, count = self._all_tops(), len(self._uids)
        first = min(count - 1, max(0, bisect_right(tops, top) - 1))
        return range(first, min(count, max(first + 1, bisect_right(tops, bottom - 1))))

    def _all_tops(self) -> list[int]:
        if self._tops is None:
            highs = (self._known.get(uid, self._guess) + self._gap for uid in self._uids)
            self._tops = list(accumulate(highs, initial=0))
        return self._tops
