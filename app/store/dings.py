"""The DING inbox: one row of `ding` for each placed message that is one, a pure function of stored facts."""

from app.domain.sending import QueuedRequest
from app.store.intake import Intake
from app.store.write import Write


def project_dings(intake: Intake) -> None:
    """Bring the rows of dings in line with what this write brought."""


def note_queued(w: Write, row: QueuedRequest) -> None:
    """A row of the send queue came, changed or went: my waiting confirmation counts as one."""


def rebuild_dings(w: Write) -> None:
    """Compute all rows anew."""
