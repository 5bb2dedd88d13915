"""The one tree of errors of the world: network, server, disk, files, people's input.

    TackError
    ├── NetworkError            no answer: offline, DNS, refused, reset, timed out
    │   ├── TLSError            the certificate is not trusted (chain, host, date)
    │   └── ProxyError          the proxy refuses or does not answer
    ├── ServerError             an HTTP answer that is an error, or not what the specification says
    │   ├── LimitExceeded       429, with the wait
    │   ├── Unauthorized        the token is not (or no longer) good
    │   ├── Forbidden · NotFound · TooLarge · UnknownPosition
    │   └── StrangeAnswer       not JSON, truncated, wrong types
    ├── StorageError            DiskFull · ReadOnly · Damaged · AlreadyOpen · WrongKey · TooNew
    ├── KeyringError            no safe keyring, locked, refused
    ├── LocalServerError        the server on this computer
    └── InputError              a file or text that cannot be used

Errors of ours (bugs) are ordinary Python exceptions and are never caught as these.
`code` names the sentence the interface shows; `params` fill it. Nothing private belongs into either.
"""

from enum import StrEnum
from typing import Any


class RetryKind(StrEnum):
    """What a failed request asks of whoever sent it; retry policy reads this and nothing else."""

    NETWORK = "network"
    """Nothing was heard: the request may or may not have happened; wait for the line."""
    TRANSIENT = "transient"
    """The server asks to come back (429, 5xx): wait `retry_after_ms` or back off."""
    AUTH = "auth"
    """Refresh the token, or sign in again."""
    PERMANENT = "permanent"
    """The same request will fail again."""


class TackError(Exception):
    """Root of the errors of the world."""

    code = "unknown"
    retry = RetryKind.PERMANENT

    def __init__(self, detail: str = "", *, code: str | None = None, **params: Any) -> None:
        super().__init__(detail or code or self.code)
        if code is not None:
            self.code = code
        self.params: dict[str, Any] = params


class NetworkError(TackError):
    """No answer arrived."""

    code = "network"
    retry = RetryKind.NETWORK


class TLSError(NetworkError):
    """The server's certificate cannot be trusted. params: host, reason."""

    code = "tls"


class ProxyError(NetworkError):
    """The proxy failed. params: host."""

    code = "proxy"


class ServerError(TackError):
    """An error answer. `status` is the HTTP status, `errcode` the Matrix code or empty."""

    code = "server"

    def __init__(
        self, detail: str = "", *, status: int = 0, errcode: str = "", code: str | None = None, **params: Any
    ) -> None:
        super().__init__(detail, code=code, **params)
        self.status = status
        self.errcode = errcode
        if status >= 500:
            self.retry = RetryKind.TRANSIENT

    def __str__(self) -> str:
        return f"{self.status} {self.errcode} {super().__str__()}".strip()


class LimitExceeded(ServerError):
    """429: come back after `retry_after_ms`."""

    code = "limit_exceeded"
    retry = RetryKind.TRANSIENT

    def __init__(self, detail: str = "", *, retry_after_ms: int, **kwargs: Any) -> None:
        seconds = -(-retry_after_ms // 1000)
        super().__init__(detail, status=429, errcode="M_LIMIT_EXCEEDED", seconds=seconds, **kwargs)
        self.retry_after_ms = retry_after_ms


class Unauthorized(ServerError):
    """401. `is_soft_logout`: sign in again and keep everything; else the device was removed."""

    code = "unauthorized"
    retry = RetryKind.AUTH

    def __init__(
        self,
        detail: str = "",
        *,
        is_soft_logout: bool = False,
        status: int = 401,
        errcode: str = "M_UNKNOWN_TOKEN",
        **kwargs: Any,
    ) -> None:
        super().__init__(detail, status=status, errcode=errcode, **kwargs)
        self.is_soft_logout = is_soft_logout


class Forbidden(ServerError):
    """403."""

    code = "forbidden"


class NotFound(ServerError):
    """404 with a Matrix error code."""

    code = "not_found"


class TooLarge(ServerError):
    """413: event over 64 KiB or file over the server's limit."""

    code = "too_large"


class UnknownPosition(ServerError):
    """The server forgot our sliding-sync position: start that connection over."""

    code = "unknown_position"
    retry = RetryKind.TRANSIENT


class StrangeAnswer(ServerError):
    """The answer is not what the specification describes."""

    code = "strange_answer"
    retry = RetryKind.TRANSIENT


class StorageError(TackError):
    """The cache cannot be read or written. params: path."""

    code = "storage"


class DiskFull(StorageError):
    """No space left."""

    code = "disk_full"
    retry = RetryKind.TRANSIENT


class ReadOnlyFolder(StorageError):
    """The data folder cannot be written."""

    code = "read_only"


class Damaged(StorageError):
    """The cache file fails its integrity check."""

    code = "damaged"


class AlreadyOpen(StorageError):
    """Another Tack has this profile open."""

    code = "already_open"


class WrongKey(StorageError):
    """The key does not open the cache (keyring entry lost, wrong passphrase)."""

    code = "wrong_key"


class TooNew(StorageError):
    """A newer Tack wrote this cache."""

    code = "too_new"


class KeyringError(TackError):
    """The OS keyring cannot keep our key: code `keyring_missing`, `keyring_locked` or `keyring_refused`."""

    code = "keyring_missing"


class LocalServerError(TackError):
    """The server on this computer: `server_unsupported`, `server_port_taken`, `server_crashed`, `server_slow`…"""

    code = "server_crashed"


class InputError(TackError):
    """Something a person gave cannot be used: `file_gone`, `file_unreadable`, `file_empty`, `text_too_long`…"""

    code = "input"
