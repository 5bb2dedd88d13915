"""From an HTTP answer to our tree of errors.

Source: Matrix client-server API, "Standard error response", "Rate limiting", "Soft logout", "User-interactive
authentication API".
"""

import email.utils
from typing import Any

import msgspec

from app.domain.events import JSONObject, int_of, text_of
from app.domain.visible import one_line
from app.errors import (
    Forbidden,
    LimitExceeded,
    NotFound,
    ServerError,
    StrangeAnswer,
    TooLarge,
    Unauthorized,
    UnknownPosition,
)
from app.matrix.transport import Answer

MAX_WAIT_MS = 3_600_000
DEFAULT_WAIT_MS = 2_000
MAX_DETAIL = 200
MAX_ERRCODE = 100
TOKEN_CODES = frozenset({"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN"})


class InteractiveAuthNeeded(ServerError):
    """The server wants the password (or another stage) again before it does this."""

    code = "confirm_identity"

    def __init__(self, session: str, flows: list[list[str]], *, errcode: str = "") -> None:
        super().__init__("interactive authentication", status=401, errcode=errcode)
        self.session = session
        self.flows = flows


def error_of(answer: Answer, *, now_ms: int = 0) -> ServerError:
    """Build the error an answer outside 200-299 stands for."""
    body = _object(answer.body)
    errcode = one_line(text_of(body, "errcode") or "", MAX_ERRCODE)
    detail = one_line(text_of(body, "error") or "", MAX_DETAIL)  # it may come to stand in the log
    known: dict[str, Any] = {"status": answer.status, "errcode": errcode}
    if answer.status == 429 or errcode == "M_LIMIT_EXCEEDED":
        return LimitExceeded(detail, retry_after_ms=wait_ms(answer, body, now_ms))
    if answer.status == 401:
        return _refused_token(body, detail, errcode)
    if errcode == "M_UNKNOWN_POS":
        return UnknownPosition(detail, **known)
    if answer.status == 413 or errcode == "M_TOO_LARGE":
        return TooLarge(detail, **known)
    if answer.status == 404 and errcode:
        return NotFound(detail, **known)
    if answer.status == 403 and errcode:
        return Forbidden(detail, **known)
    if answer.status < 400 or (answer.status < 500 and not errcode):
        # A captive portal, a proxy's page, a server that is no homeserver.
        return StrangeAnswer(detail, **known)
    return ServerError(detail, **known)


def _refused_token(body: JSONObject, detail: str, errcode: str) -> ServerError:
    flows = body.get("flows")
    if isinstance(flows, list):
        session = text_of(body, "session") or ""
        stages = [flow.get("stages") for flow in flows if isinstance(flow, dict)]
        names = [
            [str(stage) for stage in stage_list] for stage_list in stages if isinstance(stage_list, list)
        ]
        return InteractiveAuthNeeded(session, names, errcode=errcode)
    if errcode not in TOKEN_CODES:
        return StrangeAnswer(detail, status=401, errcode=errcode)
    return Unauthorized(detail, errcode=errcode, is_soft_logout=body.get("soft_logout") is True)


def wait_ms(answer: Answer, body: JSONObject, now_ms: int) -> int:
    """How long a 429 asks to wait: the body's number, else Retry-After (seconds or a date); an hour at most."""
    asked = int_of(body, "retry_after_ms")
    if asked is None:
        asked = _retry_after_ms(answer.headers.get("retry-after", ""), now_ms)
    return min(asked if asked is not None else DEFAULT_WAIT_MS, MAX_WAIT_MS)


def _retry_after_ms(value: str, now_ms: int) -> int | None:
    value = value.strip()
    if value.isascii() and value.isdigit() and len(value) < 10:
        return int(value) * 1000
    at_ms = http_date_ms(value)
    return max(0, at_ms - now_ms) if at_ms is not None else None


def http_date_ms(value: str) -> int | None:
    """Read an HTTP date as milliseconds since the epoch; None when it is none."""
    try:
        return int(email.utils.parsedate_to_datetime(value).timestamp() * 1000)
    except (ValueError, TypeError, OverflowError, IndexError, OSError):
        return None


def _object(body: bytes) -> JSONObject:
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
