"""The file of the log."""

import logging
import logging.handlers
import os
from typing import IO


class OwnerOnlyFile(logging.handlers.RotatingFileHandler):
    """A rotating file with mode 0600 that gives up silently where it cannot write."""

    def _open(self) -> IO[str]:  # type: ignore[override]
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace")

    def handleError(self, record: logging.LogRecord) -> None:
        """Drop the record: a full disk must not stop the program or print to a closed terminal."""
