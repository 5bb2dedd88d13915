"""Errors and the state of the line in words."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import app.errors
from app.domain.approvals.state import Refusal
from app.domain.connection import ConnectionKind, ConnectionState
from app.errors import LimitExceeded, RetryKind, TackError, TLSError
from resources.translations import set_language
from ui.approval_words import refusal_words
from ui.sentences import connection_action, connection_words, sentence, sentence_for

NOON_MS = 1_700_000_000_000


@pytest.fixture(autouse=True, params=["en", "zh"])
def words(request: pytest.FixtureRequest) -> Iterator[str]:
    set_language(request.param)
    yield request.param
    set_language("en")


def test_every_error_of_the_tree_has_its_own_sentence() -> None:
    fallbacks = {sentence_for("no such code", retry=retry) for retry in RetryKind}
    for name, kind in inspect.getmembers(app.errors, inspect.isclass):
        if issubclass(kind, TackError) and kind is not TackError:
            text = sentence_for(kind.code)
            assert text and (text not in fallbacks or kind.code == "network"), name


def test_params_fill_the_sentence_and_missing_ones_do_no_harm(words: str) -> None:
    assert "2 s" in sentence(LimitExceeded(retry_after_ms=1500)) or words == "zh"
    assert "acme.example" in sentence(TLSError(host="acme.example", reason="expired"))
    assert "?" in sentence(TLSError())


def test_offline_tells_since_when_and_what_waits(words: str) -> None:
    state = ConnectionState(ConnectionKind.OFFLINE, NOON_MS, waiting=3)
    text = connection_words(state)
    assert "3" in text and ":" in text
    if words == "zh":
        assert text.startswith("自 ") and text.endswith("离线：可以阅读和书写；3 条消息等待发送。")
    else:
        assert text.endswith("you can read and write; 3 messages wait.")
    assert connection_action(state)


def test_a_good_line_says_nothing() -> None:
    assert connection_words(ConnectionState(ConnectionKind.ONLINE, NOON_MS)) == ""
    assert connection_words(ConnectionState(ConnectionKind.CONNECTING, NOON_MS)) == ""


def test_a_wrong_clock_is_said() -> None:
    text = connection_words(ConnectionState(ConnectionKind.ONLINE, NOON_MS, clock_skew_ms=86_400_000))
    assert "24" in text


def test_every_code_named_in_the_core_has_its_own_sentence() -> None:
    codes = {
        code
        for path in Path(app.errors.__file__).parent.rglob("*.py")
        for code in re.findall(r'code="([a-z_]+)"', path.read_text("utf-8"))
    }
    fallbacks = {sentence_for("no such code", retry=retry) for retry in RetryKind}
    assert not [code for code in codes if sentence_for(code) in fallbacks]


def test_every_refused_act_has_its_own_sentence() -> None:
    assert len({sentence_for(f"approval_{refusal.value}") for refusal in Refusal}) == len(Refusal)
    assert sentence_for("approval_malformed") == refusal_words(Refusal.MALFORMED)
