"""From error answers to our tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import (
    Forbidden,
    LimitExceeded,
    NotFound,
    RetryKind,
    ServerError,
    StrangeAnswer,
    TooLarge,
    Unauthorized,
    UnknownPosition,
)
from app.matrix.error_answers import MAX_WAIT_MS, InteractiveAuthNeeded, error_of, http_date_ms
from app.matrix.transport import Answer
from tests.helpers.matrix_rig import encoded


def answer(status: int, body: object = None, **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, encoded(body))


@pytest.mark.parametrize(
    ("status", "errcode", "kind", "retry"),
    [
        (403, "M_FORBIDDEN", Forbidden, RetryKind.PERMANENT),
        (404, "M_NOT_FOUND", NotFound, RetryKind.PERMANENT),
        (413, "M_TOO_LARGE", TooLarge, RetryKind.PERMANENT),
        (400, "M_UNKNOWN_POS", UnknownPosition, RetryKind.TRANSIENT),
        (400, "M_DUPLICATE_ANNOTATION", ServerError, RetryKind.PERMANENT),
        (401, "M_UNKNOWN_TOKEN", Unauthorized, RetryKind.AUTH),
        (500, "M_UNKNOWN", ServerError, RetryKind.TRANSIENT),
        (429, "M_LIMIT_EXCEEDED", LimitExceeded, RetryKind.TRANSIENT),
    ],
)
def test_matrix_codes_have_their_kind(
    status: int, errcode: str, kind: type[ServerError], retry: RetryKind
) -> None:
    error = error_of(answer(status, {"errcode": errcode, "error": "why"}))
    assert type(error) is kind
    assert (error.status, error.errcode, error.retry) == (status, errcode, retry)


@pytest.mark.parametrize("status", [301, 400, 403, 404, 418])
def test_an_error_without_a_matrix_code_is_strange_and_worth_another_try(status: int) -> None:
    error = error_of(Answer(status, {}, b"<html>portal</html>"))
    assert isinstance(error, StrangeAnswer)
    assert error.retry is RetryKind.TRANSIENT


def test_a_gateway_page_is_transient() -> None:
    error = error_of(Answer(502, {}, b"<html>"))
    assert (type(error), error.retry) == (ServerError, RetryKind.TRANSIENT)


def test_soft_logout_is_told_apart() -> None:
    soft = error_of(answer(401, {"errcode": "M_UNKNOWN_TOKEN", "soft_logout": True}))
    hard = error_of(answer(401, {"errcode": "M_UNKNOWN_TOKEN", "soft_logout": "yes"}))
    assert isinstance(soft, Unauthorized)
    assert isinstance(hard, Unauthorized)
    assert (soft.is_soft_logout, hard.is_soft_logout) == (True, False)


def test_a_portal_answering_401_does_not_sign_anyone_out() -> None:
    assert isinstance(error_of(Answer(401, {}, b"<html>")), StrangeAnswer)


def test_interactive_auth_is_no_refused_token() -> None:
    error = error_of(answer(401, {"flows": [{"stages": ["m.login.password"]}, 3], "session": "s"}))
    assert isinstance(error, InteractiveAuthNeeded)
    assert (error.session, error.flows) == ("s", [["m.login.password"]])


@pytest.mark.parametrize(
    ("body", "header", "wait_ms"),
    [
        ({"retry_after_ms": 1757}, "2", 1757),
        ({}, "2", 2000),
        ({"retry_after_ms": "soon"}, "Sat, 01 Jan 2000 00:00:05 GMT", 5000),
        ({"retry_after_ms": 10**12}, "", MAX_WAIT_MS),
        ({"retry_after_ms": -5}, "", 2000),
        ({}, "soon", 2000),
        ({}, "99999999999999999999", 2000),
    ],
)
def test_a_limit_says_how_long(body: object, header: str, wait_ms: int) -> None:
    error = error_of(answer(429, body, retry_after=header), now_ms=946_684_800_000)
    assert isinstance(error, LimitExceeded)
    assert error.retry_after_ms == wait_ms


@given(
    st.integers(300, 599),
    st.binary(max_size=50) | st.sampled_from([b'{"errcode":[]}', b"[" * 5000]),
    st.text(),
)
def test_no_answer_is_too_strange_for_an_error(status: int, body: bytes, header: str) -> None:
    assert isinstance(error_of(Answer(status, {"retry-after": header}, body)), ServerError)


@given(st.text())
def test_no_date_is_too_strange(value: str) -> None:
    http_date_ms(value)
