"""Paging through the whole conversation list beside its top, a few hundred rooms at a time.

A wide range costs the server and the wire much, so the steady poll asks for the top alone. What happens
further down (a name change does not move a room up) is fetched by a walk: once after each connect, and
again every ten minutes.
"""

TOP_ROOMS = 20
STEPS = (80, 200, 300, 500)
OVERLAP = 10
"""Rooms that leave the list above a page move the rest up: each page begins a little before the last one's end."""
PERIOD_S = 600.0


class ListWalk:
    """Where the walk stands. The caller reports every answer with `advance`."""

    def __init__(self) -> None:
        self._next_row = 0
        """0 until the top has been answered once."""
        self._steps_done = 0
        self._ended_at: float | None = None

    def page(self, now_s: float) -> tuple[int, int] | None:
        """The rows to ask for beside the top (both inclusive), or None while there is nothing to page.

        Never rows of the top itself: where two lists overlap, Synapse 1.163 gives the wider timeline to
        every later room of the second list.
        """
        if self._ended_at is not None and now_s - self._ended_at >= PERIOD_S:
            self.begin()
        if self._ended_at is not None or self._next_row == 0:
            return None
        step = STEPS[min(self._steps_done, len(STEPS) - 1)]
        return max(TOP_ROOMS, self._next_row - OVERLAP), self._next_row + step - 1

    def advance(self, page: tuple[int, int] | None, room_total: int, now_s: float) -> bool:
        """Note an answered page (None: the top alone). True when this ended a walk."""
        if self._ended_at is not None:
            return False
        if page is None:
            self._next_row = TOP_ROOMS
        else:
            self._next_row = page[1] + 1
            self._steps_done += 1
        if self._next_row < room_total:
            return False
        self._ended_at = now_s
        return True

    def begin(self) -> None:
        """Walk from below the top, with the next poll."""
        self.restart()
        self._next_row = TOP_ROOMS

    def restart(self) -> None:
        """Begin again with the top alone."""
        self._next_row, self._steps_done, self._ended_at = 0, 0, None
