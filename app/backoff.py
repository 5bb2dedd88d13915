"""How long to wait before trying again."""

import random

from app.errors import LimitExceeded, TackError

FIRST_S = 1.0
LONGEST_S = 60.0
TRUSTED_LIMITS = 3
"""So many waits in a row the server may name itself before we take longer ones."""
LINE_OFTEN_S, LINE_SELDOM_S = 2.5, 25.0
OFTEN_TIMES = 120
"""Five minutes of the short waits."""


class Backoff:
    """1, 2, 4 … 60 seconds, each up to a fifth longer by chance, so that a company does not come back in step."""

    def __init__(self, first_s: float = FIRST_S, longest_s: float = LONGEST_S) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self.failures = 0

    def next_s(self, error: BaseException | None = None) -> float:
        """Count a failure and give the wait; a server that names a wait gets at least that."""
        wait = min(self._longest_s, self._first_s * float(1 << min(self.failures, 16)))
        self.failures += 1
        wait *= 1 + random.random() / 5
        if isinstance(error, LimitExceeded):
            return max(wait if self.failures > TRUSTED_LIMITS else 0.0, error.retry_after_ms / 1000)
        return wait

    def reset(self) -> None:
        """Begin again: something worked."""
        self.failures = 0


class LineBackoff(Backoff):
    """How often to ask a server that does not answer: every few seconds for minutes, then twice a minute.

    The question is the cheapest there is, so that a person sees within three seconds that the line is back.
    """

    def next_s(self, error: BaseException | None = None) -> float:
        """Count a failure and give the wait."""
        late = max(0, self.failures - OFTEN_TIMES)
        wait = min(LINE_SELDOM_S, LINE_OFTEN_S * float(1 << min(late, 16)))
        if self.failures == 0:
            wait = min(wait, self._first_s)
        self.failures += 1
        return wait * (1 + random.random() / 5)


def code_of(error: BaseException) -> str:
    """Give the code the interface words; a defect of ours is `internal`."""
    return error.code if isinstance(error, TackError) else "internal"
