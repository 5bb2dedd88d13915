"""Failures of the line by name: what the library raises becomes one of our errors."""

import socket
import ssl
from collections.abc import Iterator

from app.errors import NetworkError, ProxyError, TLSError

BEHIND_PROXY = tuple(
    f"could not connect: {what}"
    for what in ("Network unreachable", "Host unreachable", "Connection refused", "TTL expired")
)
"""What the library says when a SOCKS proxy works and the server behind it does not."""


def network_error(error: Exception, host: str, proxy_host: str | None = None) -> NetworkError:
    """Name a failure of the line: TLSError and ProxyError where it is theirs, else by `reason`.

    With a proxy it is the proxy that one connects to.
    """
    import httpx

    no_connection = httpx.ConnectError | httpx.ConnectTimeout
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            reason = getattr(cause, "verify_message", "") or cause.reason or "handshake"
            return TLSError("TLS failed", host=host, reason=reason)
    if isinstance(error, httpx.ProxyError) or (proxy_host and isinstance(error, no_connection)):
        return _proxy_error(str(error), host, proxy_host or host)
    if isinstance(error, httpx.TimeoutException):
        return NetworkError("timed out", host=host, reason="timeout")
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol | UnicodeError):
        return NetworkError("not an address", host=host, reason="address")
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return NetworkError("name not found", host=host, reason="dns")
    if isinstance(error, httpx.ConnectError):
        return NetworkError("cannot connect", host=host, reason="refused")
    if isinstance(error, httpx.ProtocolError):
        return NetworkError("protocol error", host=host, reason="protocol")
    return NetworkError("connection lost", host=host, reason="reset")


def _proxy_error(words: str, host: str, proxy_host: str) -> NetworkError:
    if any(known in words for known in BEHIND_PROXY):
        return NetworkError("the proxy cannot reach it", host=host, reason="refused")
    return ProxyError("the proxy failed", host=proxy_host)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    for _ in range(10):
        if seen is None:
            return
        yield seen
        seen = seen.__cause__ or seen.__context__
