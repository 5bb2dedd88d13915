"""The figures on rail, tray, taskbar and title: one query, asked here."""

from app.domain.rooms import AttentionTotals


class AttentionService:
    """Counts what waits for the person."""

    def totals(self) -> AttentionTotals:
        """Read the totals from the cache (bounded read)."""
        raise NotImplementedError
