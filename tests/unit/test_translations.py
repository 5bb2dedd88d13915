"""Every sentence of the interface exists in Chinese, with the same braces; nothing unused is kept."""

import ast
import string
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from resources import translations
from resources.translations import chinese, language, set_language, tr, tr_n

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("ui", "widgets", "resources")
NAMES = {"tr": 1, "tr_n": 2}


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    before = language()
    yield
    set_language(before)


@lru_cache(maxsize=1)
def sentences() -> dict[str, str]:
    """Every literal that stands in a tr() or tr_n(), by the place where it stands first."""
    found: dict[str, str] = {}
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                for text in _literals(node):
                    found.setdefault(text, f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}")
    return found


def not_literal() -> list[str]:
    """Calls of tr() that no test could follow."""
    bad = []
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                count = _texts_of(node)
                if isinstance(node, ast.Call) and count:
                    texts = node.args[:count]
                    if len(texts) < count or not all(_is_text(text) for text in texts):
                        bad.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    return bad


def _texts_of(node: ast.AST) -> int:
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return NAMES.get(node.func.id, 0) if is_call else 0  # type: ignore[attr-defined]


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _literals(node: ast.AST) -> list[str]:
    count = _texts_of(node)
    if not count or not isinstance(node, ast.Call):
        return []
    texts = [arg.value for arg in node.args[:count] if isinstance(arg, ast.Constant)]
    return [str(text) for text in (texts if count == 1 else texts[1:])]


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_sentence_has_its_chinese() -> None:
    table = chinese()
    missing = [f"{place}: {text!r}" for text, place in sentences().items() if text not in table]
    assert missing == []


def test_no_chinese_is_left_over() -> None:
    assert [text for text in chinese() if text not in sentences()] == []


def test_the_braces_are_the_same() -> None:
    wrong = {text: words for text, words in chinese().items() if fields(text) != fields(words)}
    assert wrong == {}


def test_sentences_are_written_out_where_they_are_worded() -> None:
    assert not_literal() == []


def test_the_language_can_be_changed_while_running(qapp: object) -> None:
    heard: list[str] = []
    set_language("en")
    translations.language_changed.connect(lambda: heard.append(language()))
    assert tr("Yesterday") == "Yesterday"
    set_language("zh")
    assert tr("Yesterday") == "昨天"
    set_language("xx")
    assert (language(), heard) == ("en", ["zh", "en"])


def test_numbers_choose_their_words() -> None:
    set_language("en")
    assert tr_n("{n} file", "{n} files", 1) == "1 file"
    assert tr_n("{n} file", "{n} files", 3) == "3 files"
    set_language("zh")
    assert tr_n("{n} unread", "{n} unread", 3) == "3 条未读"


def test_a_sentence_without_chinese_is_shown_in_english() -> None:
    set_language("zh")
    assert tr("No such sentence {x}", x=1) == "No such sentence 1"
