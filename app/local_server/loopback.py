"""Blocking JSON calls to 127.0.0.1: the ready check and the administration of the server on this computer.

Standard library on purpose: the server must be startable before, and testable without, the Matrix layer, and a
loopback call must never go through a proxy. Call it from a thread.
"""

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from app.errors import LocalServerError

JSONObject = dict[str, Any]


def is_healthy(base_url: str, timeout_s: float = 2.0) -> bool:
    """Whether `GET /health` answers 200."""
    try:
        return _exchange(base_url, "GET", "/health", None, None, timeout_s)[0] == 200
    except (OSError, http.client.HTTPException):
        return False


def call(
    base_url: str,
    method: str,
    path: str,
    body: JSONObject | None = None,
    *,
    token: str | None = None,
    timeout_s: float = 60.0,
) -> JSONObject:
    """Exchange JSON. Raises `LocalServerError` for an error status or no answer."""
    try:
        status, raw = _exchange(base_url, method, path, body, token, timeout_s)
    except (OSError, http.client.HTTPException) as error:
        raise LocalServerError(f"{method} {path.partition('?')[0]}: {error}", code="server_silent") from error
    try:
        answer = json.loads(raw or b"{}")
    except ValueError:
        answer = {}
    if status >= 400 or not isinstance(answer, dict):
        errcode = answer.get("errcode", "") if isinstance(answer, dict) else ""
        detail = f"{method} {path.partition('?')[0]}: {status} {errcode}"
        raise LocalServerError(detail, code="server_refused", status=status, errcode=errcode)
    return answer


def _exchange(
    base_url: str, method: str, path: str, body: JSONObject | None, token: str | None, timeout_s: float
) -> tuple[int, bytes]:
    address = urlsplit(base_url)
    connection = http.client.HTTPConnection(address.hostname or "127.0.0.1", address.port, timeout=timeout_s)
    try:
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
