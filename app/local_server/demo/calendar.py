"""Turn the scripts' working days into times: the company's history always ends now, whenever it is built."""

from datetime import datetime, timedelta

from app.local_server.demo.dings import Ahead
from app.local_server.demo.script import Moment

SATURDAY = 5


class Calendar:
    """Times counted back from `now` in the computer's own time zone."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._days: list[datetime] = [now.replace(hour=0, minute=0, second=0, microsecond=0)]

    @property
    def now_ms(self) -> int:
        """The end of the history, milliseconds since the epoch."""
        return int(self._now.timestamp() * 1000)

    def at_ms(self, moment: Moment) -> int:
        """Give milliseconds since the epoch; never in the future."""
        if moment.minutes_before_now is not None:
            when = self._now - timedelta(minutes=moment.minutes_before_now)
        else:
            when = self._workday(moment.workdays_ago) + timedelta(minutes=moment.minute)
        return int(min(when, self._now).timestamp() * 1000)

    def ahead_ms(self, ahead: Ahead) -> int:
        """Give milliseconds since the epoch of a time to come."""
        if ahead.workdays is None:
            return int((self._now + timedelta(hours=ahead.hours)).timestamp() * 1000)
        day = self._days[0]
        for _ in range(ahead.workdays):
            day += timedelta(days=1)
            while day.weekday() >= SATURDAY:
                day += timedelta(days=1)
        return int((day + timedelta(minutes=ahead.minute)).timestamp() * 1000)

    def _workday(self, ago: int) -> datetime:
        while len(self._days) <= ago:
            day = self._days[-1] - timedelta(days=1)
            while day.weekday() >= SATURDAY:
                day -= timedelta(days=1)
            self._days.append(day)
        return self._days[ago]
