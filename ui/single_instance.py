"""One window per profile: a second start brings the first one to the front.

The cache's lock file decides who is first; this is only the bell. The name of the local socket is made from the
profile's folder, so that two profiles, or two people on one computer, never hear each other.
"""

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

TIMEOUT_MS = 1000


def bell_name(folder: Path) -> str:
    """The socket's name for a profile."""
    return "tack-" + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:24]


def ring(folder: Path) -> bool:
    """Ask the Tack that has this profile open to show itself; whether it heard."""
    socket = QLocalSocket()
    socket.connectToServer(bell_name(folder))
    if not socket.waitForConnected(TIMEOUT_MS):
        return False
    socket.write(b"show\n")
    socket.waitForBytesWritten(TIMEOUT_MS)
    socket.disconnectFromServer()
    return True


class Bell(QObject):
    """Hears the second start."""

    rung = Signal()

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = bell_name(folder)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)

    def listen(self) -> bool:
        """Start to listen; a socket left by a crash is taken over (the lock file says nobody else is there)."""
        if self._server.listen(self._name):
            return True
        QLocalServer.removeServer(self._name)
        return self._server.listen(self._name)

    def close(self) -> None:
        """Stop listening."""
        self._server.close()

    def _answer(self) -> None:
        socket = self._server.nextPendingConnection()
        socket.disconnected.connect(socket.deleteLater)
        self.rung.emit()
