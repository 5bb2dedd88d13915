"""Which dings ring now: a pure function of my open dings, what is noted of their alerts, the settings and the time.

A ding rings when it comes, unless it is a day old by then. Its card stays until it is confirmed, put off, dismissed or
read on another device. It rings again

- at a re-ding of its sender, and when its time comes (a meeting `remind_min` before its start, a task at its due time),
  even while it is put off;
- at the end of the time for which it was put off;
- by its sender's wish every `nudge_every_min`, at most `nudge_times` and at most as often as the receiver allows, but not
  while it is put off.

Quiet hours and "do not disturb" hold all of that, also cards that are there; what fell due meanwhile rings once when
they end. A reason to break them lets a ding through where the receiver allows it.

A meeting of which nothing is asked of me any more (I confirmed it, or got a copy) rings once `remind_min` before its start,
or later where that was not possible, as long as it is not over. Its card stays until then, or until it is dismissed. What
the card did before the confirmation is forgotten; receipts do not matter. Moved to another time, it reminds of that.

All comparisons are in the server's time; only quiet hours and "do not disturb" are read from the clock on the wall. A note
from the future (the clock was ahead when it was written) is moved back as a whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from enum import StrEnum
from typing import NamedTuple

from app.domain.alerts import HIDDEN, MOST_CARDS, ON_SCREEN, AlertBoard, AlertNote
from app.domain.dings import DingKind, DingSummary
from app.domain.ids import EventID
from app.domain.quiet import next_quiet_ms, quiet_until
from app.settings import Settings

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS


class Moment(NamedTuple):
    """Now, and what else is not in the cache."""

    now_ms: int
    """This computer's clock."""
    skew_ms: int = 0
    """The server's clock minus ours."""
    zone: tzinfo | None = None
    """None: local time."""
    is_history: bool = False
    """The first sync of this device: what it brings does not ring."""

    @property
    def server_ms(self) -> int:
        """Now by the server's clock."""
        return self.now_ms + self.skew_ms


class Cause(StrEnum):
    """Why a ding rings."""

    ARRIVAL = "arrival"
    NUDGE = "nudge"
    REMINDER = "reminder"
    PUT_OFF = "put_off"
    REPEAT = "repeat"


class _State(NamedTuple):
    """One ding after the look."""

    ding: DingSummary
    note: AlertNote
    is_rung: bool
    is_held: bool

    @property
    def has_card(self) -> bool:
        return not self.is_held and self.note.next_ms == ON_SCREEN


def look(
    dings: Sequence[DingSummary],
    notes: Mapping[EventID, AlertNote],
    read_elsewhere: Mapping[EventID, int],
    settings: Settings,
    moment: Moment,
) -> tuple[AlertBoard, list[AlertNote]]:
    """Give the board of now, and the notes that changed."""
    quiet_end = quiet_until(settings, moment.now_ms, moment.zone)
    states: list[_State] = []
    for event_id, ding in _ringing(dings).items():
        note = _settled(notes.get(event_id) or _arrived(event_id, ding, moment), moment.server_ms)
        is_quiet = quiet_end is not None and not _breaks_glass(ding, settings)
        if ding.is_open:
            note = _read(_duty(note), ding, read_elsewhere.get(event_id, 0))
            states.append(_advance(ding, note, settings, moment.server_ms, is_quiet))
        else:
            states.append(_remind(ding, _attended(note, ding, moment), moment.server_ms, is_quiet))
    board = _board(states, settings, moment, quiet_end)
    return board, [state.note for state in states if notes.get(state.note.event_id) != state.note]


def put_off(ding: DingSummary, note: AlertNote, until_ms: int, now_ms: int) -> AlertNote:
    """Take the card away until a time, both in the server's time."""
    return note._replace(
        rings=max(1, note.rings),
        at_ms=now_ms,
        next_ms=max(until_ms, now_ms + 1),
        nudge_ms=_nudged(ding, note),
    )


def dismissed(ding: DingSummary, note: AlertNote) -> AlertNote:
    """Take the card away until something makes it ring again."""
    return note._replace(rings=max(1, note.rings), next_ms=HIDDEN, nudge_ms=_nudged(ding, note))


def reminder_ms(ding: DingSummary) -> int | None:
    """When a ding reminds of its own time."""
    content = ding.content
    if content.kind is DingKind.TASK and content.due_ms is not None:
        return content.due_ms - (content.remind_min or 0) * MINUTE_MS
    if content.kind is DingKind.MEETING and content.start_ms is not None and content.remind_min is not None:
        return content.start_ms - content.remind_min * MINUTE_MS
    return None


def over_ms(ding: DingSummary) -> int:
    """When a meeting is over: at its end, and a day after its start at the latest."""
    start, end = ding.content.start_ms or 0, ding.content.end_ms
    return start + DAY_MS if end is None or end <= start else min(end, start + DAY_MS)


def is_coming(ding: DingSummary) -> bool:
    """Whether it is a meeting that reminds me of its start though nothing is asked of me."""
    is_host = ding.is_own and not ding.is_to_me
    is_attended = ding.is_cc or is_host or ding.confirmed_at_ms is not None
    is_silent = ding.is_open or ding.is_redacted or ding.is_muted
    is_meeting = ding.content.kind is DingKind.MEETING and reminder_ms(ding) is not None
    return is_attended and is_meeting and not is_silent


def _ringing(dings: Sequence[DingSummary]) -> dict[EventID, DingSummary]:
    return {
        ding.event_id: ding
        for ding in dings
        if ding.event_id is not None and (ding.is_open or is_coming(ding))
    }


def _arrived(event_id: EventID, ding: DingSummary, moment: Moment) -> AlertNote:
    """Note a ding that was not there before."""
    now = moment.server_ms
    is_old = moment.is_history or now - ding.ts_ms > DAY_MS
    seen_nudge = ding.last_nudge_ms or 0 if moment.is_history else 0
    return AlertNote(event_id, 0, now, HIDDEN if is_old else ON_SCREEN, seen_nudge)


def _settled(note: AlertNote, now: int) -> AlertNote:
    """Move a note back that was written by a clock ahead of ours."""
    ahead = note.at_ms - now
    if ahead <= 0:
        return note
    return note._replace(
        at_ms=now, next_ms=max(1, note.next_ms - ahead) if note.next_ms > 0 else note.next_ms
    )


def _read(note: AlertNote, ding: DingSummary, read_ms: int) -> AlertNote:
    """Take the card away when another device of mine has newly said that the ding is read."""
    if read_ms <= note.read_ms:
        return note
    note = note._replace(read_ms=read_ms)
    if (ding.last_nudge_ms or 0) <= read_ms:
        note = note._replace(nudge_ms=_nudged(ding, note))
    return note._replace(rings=max(1, note.rings), next_ms=HIDDEN) if note.next_ms == ON_SCREEN else note


def _duty(note: AlertNote) -> AlertNote:
    """A confirmation was taken back: the card is there again."""
    return note if note.told_ms is None else note._replace(next_ms=ON_SCREEN, told_ms=None)


def _attended(note: AlertNote, ding: DingSummary, moment: Moment) -> AlertNote:
    """Take away what is left of the time before the confirmation, of another time of the meeting, or after its end."""
    now, reminder, confirmed = moment.server_ms, reminder_ms(ding) or 0, ding.confirmed_at_ms or 0
    told = note.told_ms
    if told is None and (moment.is_history or confirmed >= reminder):
        told = reminder
    if told != reminder or now < reminder:
        return note._replace(rings=max(1, note.rings), next_ms=HIDDEN, told_ms=0)
    if note.told_ms is None or now >= over_ms(ding):
        return note._replace(rings=max(1, note.rings), next_ms=HIDDEN, told_ms=told)
    return note


def _remind(ding: DingSummary, note: AlertNote, now: int, is_quiet: bool) -> _State:
    reminder = reminder_ms(ding) or 0
    if not reminder <= now < over_ms(ding):
        return _State(ding, note, False, False)
    is_due = note.told_ms != reminder or 0 < note.next_ms <= now
    if is_quiet or not is_due:
        return _State(ding, note, False, is_quiet and (is_due or note.next_ms == ON_SCREEN))
    return _State(ding, note._replace(at_ms=now, next_ms=ON_SCREEN, told_ms=reminder), True, False)


def _nudged(ding: DingSummary, note: AlertNote) -> int:
    return max(note.nudge_ms, ding.last_nudge_ms or 0)


def _breaks_glass(ding: DingSummary, settings: Settings) -> bool:
    return bool(ding.content.break_glass) and settings.is_breaking_glass_allowed


def _advance(ding: DingSummary, note: AlertNote, settings: Settings, now: int, is_quiet: bool) -> _State:
    cause = _cause(ding, note, settings, now)
    if is_quiet:
        return _State(ding, note, False, cause is not None or note.next_ms == ON_SCREEN)
    if cause is None:
        return _State(ding, note, False, False)
    is_by_itself = cause in (Cause.ARRIVAL, Cause.REPEAT)
    note = note._replace(
        rings=max(1, note.rings + is_by_itself), at_ms=now, next_ms=ON_SCREEN, nudge_ms=_nudged(ding, note)
    )
    return _State(ding, note, True, False)


def _cause(ding: DingSummary, note: AlertNote, settings: Settings, now: int) -> Cause | None:
    if note.rings == 0 and note.next_ms == ON_SCREEN:
        return Cause.ARRIVAL
    nudge = ding.last_nudge_ms or 0
    if nudge > note.nudge_ms and now - nudge < DAY_MS:
        return Cause.NUDGE
    reminder = reminder_ms(ding)
    if reminder is not None and note.at_ms < reminder <= now < reminder + DAY_MS:
        return Cause.REMINDER
    if note.next_ms > 0:
        return Cause.PUT_OFF if now >= note.next_ms else None
    repeat = _repeat_ms(ding, note, settings)
    return Cause.REPEAT if repeat is not None and now >= repeat else None


def _repeat_ms(ding: DingSummary, note: AlertNote, settings: Settings) -> int | None:
    """When it rings again by its sender's wish, within the receiver's limit."""
    every = ding.content.nudge_every_min
    most = min(ding.content.nudge_times, settings.ding_repeats)
    if every is None or note.rings == 0 or note.rings > most or note.next_ms > 0:
        return None
    return note.at_ms + every * MINUTE_MS


def _board(states: Sequence[_State], settings: Settings, moment: Moment, quiet_end: int | None) -> AlertBoard:
    shown = sorted(
        (state for state in states if state.has_card),
        key=lambda state: (state.note.at_ms, state.ding.ts_ms, state.ding.uid),
        reverse=True,
    )
    edge = quiet_end if quiet_end is not None else next_quiet_ms(settings, moment.now_ms, moment.zone)
    times = [at - moment.skew_ms for state in states for at in _times(state, settings)]
    times += [] if edge is None else [edge]
    return AlertBoard(
        cards=tuple(state.ding for state in shown[:MOST_CARDS]),
        beyond=tuple(state.note.event_id for state in shown[MOST_CARDS:]),
        held=sum(state.is_held for state in states),
        next_change_ms=min((at for at in times if at > moment.now_ms), default=None),
        rung=tuple(state.note.event_id for state in shown if state.is_rung),
    )


def _times(state: _State, settings: Settings) -> Iterator[int]:
    """Give every moment at which this ding may ring, or may have become too old to."""
    ding, note = state.ding, state.note
    if note.next_ms > 0:
        yield note.next_ms
    repeat, reminder = _repeat_ms(ding, note, settings), reminder_ms(ding)
    if reminder is not None and not ding.is_open:
        yield from (reminder, over_ms(ding))
        return
    if repeat is not None:
        yield repeat
    if reminder is not None and note.at_ms < reminder:
        yield from (reminder, reminder + DAY_MS)
    if ding.last_nudge_ms is not None and ding.last_nudge_ms > note.nudge_ms:
        yield ding.last_nudge_ms + DAY_MS
