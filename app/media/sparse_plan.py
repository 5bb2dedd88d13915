"""What of a video is asked for next: pure decisions over its state. Call them with the state's condition held."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from app.media.sparse_file import PIECE_BYTES, pieces_of

if TYPE_CHECKING:
    from app.media.sparse_intake import Intake
    from app.media.sparse_state import SparseState

AHEAD_BYTES = 32 * 1024 * 1024
"""How far ahead of the reader a video is fetched where it can be gone on with later. Smaller ones are fetched whole."""
REQUEST_BYTES = 16 * 1024 * 1024
NEAR_BYTES = 512 * 1024
"""Bytes this near behind what comes in are waited for; also what comes within a second."""
STEADY_BYTES = 2 * 1024 * 1024
"""Two readers at different places: each gets this much before the other's turn."""


class Asking(NamedTuple):
    """What to ask for: pieces from `first`, up to (without) `until`."""

    first: int
    until: int | None


def next_asking(state: SparseState) -> Asking | None:
    """Decide; None: nothing now. Where a reader waits, else on from where one read last; all of it where that is wanted, or where
    the server gives no parts, since an ended answer would have to start over."""
    if state.is_whole_locked() or state.is_stopped or state.error is not None:
        return None
    if state.can_range is False:
        return Asking(state.here.gap(0)[0], None)
    waiting = state.first_wait_locked()
    place = state.last_read if waiting is None or waiting.waits_for is None else waiting.waits_for
    pieces = pieces_of(state.size) if state.size is not None else None
    first, following = state.here.gap(place // PIECE_BYTES)
    is_whole_wanted = state.is_all_wanted or (state.size is not None and state.size <= AHEAD_BYTES)
    if pieces is not None and first >= pieces and is_whole_wanted:
        first, following = state.here.gap(0)
    if pieces is not None and first >= pieces:
        return None
    if waiting is None and not is_whole_wanted and first * PIECE_BYTES - place >= AHEAD_BYTES:
        return None
    ends = [end for end in (following, pieces, first + REQUEST_BYTES // PIECE_BYTES) if end is not None]
    return Asking(first, min(ends))


def must_jump(state: SparseState, intake: Intake) -> bool:
    """Whether an answer that comes in is to be ended, because somebody waits for what it will not bring soon."""
    if intake.place is None:
        return False
    waits = [reader.waits_for for reader in state.readers if reader.waits_for is not None]
    missing = [place for place in waits if place // PIECE_BYTES not in state.here]
    if not state.can_range:
        return any(place < intake.settled for place in missing)
    far = [place for place in missing if not _comes_soon(state, intake, place)]
    return bool(far) and (len(far) == len(missing) or intake.taken >= STEADY_BYTES)


def wants_more(state: SparseState) -> bool:
    """Whether who reads has come so near to the end of what is here that it is time to fetch on."""
    if state.is_whole_locked() or state.can_range is False:
        return False
    first, _ = state.here.gap(state.last_read // PIECE_BYTES)
    return first * PIECE_BYTES - state.last_read < AHEAD_BYTES // 2


def _comes_soon(state: SparseState, intake: Intake, place: int) -> bool:
    start = intake.settled
    is_within = start <= place and (intake.until is None or place < intake.until)
    return is_within and place - start <= max(NEAR_BYTES, state.speed_locked())
