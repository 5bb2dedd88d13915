"""Search finds exactly what a plain look through all texts finds, whatever was written, edited and taken back."""

import re
import tempfile
import unicodedata
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from app.store.search_read import SearchQuery, search
from app.store.tokens import find_all, fold, fold_with_places, parse_query, tokens_of
from tests.helpers.search_corpus import Corpus, Message, room_id

HAN = "的一季度报告合同你好甲乙𠮷々ー"
LATIN = "abAB12é"
OTHER = " ，。-_\n.'👍"
mixed = st.text(alphabet=HAN * 3 + LATIN + OTHER, min_size=2, max_size=24)
anything = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=24)
cjk_query = st.text(alphabet=HAN, min_size=2, max_size=5)
word_query = st.text(alphabet=LATIN, min_size=1, max_size=4)
single_query = st.sampled_from(list(HAN + LATIN + "👍，."))
operations = st.lists(
    st.tuples(st.sampled_from(["add", "add", "edit", "redact"]), st.integers(0, 30), mixed),
    min_size=1,
    max_size=25,
)


def plain(text: str) -> str:
    """Fold in a way written down independently; good for the alphabets above."""
    kept = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if c != "\u0301")
    return unicodedata.normalize("NFC", kept)


def has_word_prefix(text: str, query: str) -> bool:
    """Whether a run of Latin letters and digits begins with the query."""
    return any(word.startswith(plain(query)) for word in re.findall("[a-z0-9]+", plain(text)))


def all_hits(corpus: Corpus, text: str, room: int | None = None) -> set[int]:
    """Every page of a search, five hits each."""
    query = SearchQuery(text, room=None if room is None else room_id(room))  # type: ignore[arg-type]
    items: list[int] = []
    following: int | None = None
    while True:
        page = search(corpus.conn, query, 5, following)
        items += [int(hit.event_id.removeprefix("$m")) for hit in page.hits]
        following = page.next
        if following is None:
            assert len(items) == len(set(items))
            return set(items)


def play(corpus: Corpus, steps: list[tuple[str, int, str]]) -> dict[int, str]:
    """Write, edit, take back; gives the texts that are left."""
    texts: dict[int, str] = {}
    for name, number, text in steps:
        chosen = sorted(texts)[number % len(texts)] if texts else None
        if name == "add" or chosen is None:
            (item,) = corpus.add([Message(text, 1_700_000_000_000 + number % 7 * 1000, number % 3 + 1)])
            texts[item] = text
        elif name == "edit":
            corpus.edit(chosen, text)
            texts[chosen] = text
        else:
            corpus.redact(chosen)
            del texts[chosen]
    return texts


@settings(max_examples=60, deadline=None)
@given(steps=operations, cjk=cjk_query, word=word_query, single=single_query)
def test_search_finds_exactly_the_messages_that_contain_the_query(
    steps: list[tuple[str, int, str]], cjk: str, word: str, single: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        corpus = Corpus(Path(folder))
        texts = play(corpus, steps)
        written = "\n".join(text for _, _, text in steps)  # also what was edited away or taken back
        for query in {cjk, *re.findall(f"[{HAN}]{{2,4}}", written)}:
            assert all_hits(corpus, query) == {n for n, text in texts.items() if query in text}, query
        for query in {word, *re.findall(f"[{LATIN}]{{1,4}}", written)}:
            expected = {n for n, text in texts.items() if has_word_prefix(text, query)}
            assert all_hits(corpus, query) == expected, query
        if single in HAN or single in OTHER:
            assert all_hits(corpus, single) == {n for n, text in texts.items() if single in text}, single
        in_first = {n for n in texts if corpus_room(corpus, n) == 1 and cjk[:2] in texts[n]}
        assert all_hits(corpus, cjk[:2], 1) == in_first
        corpus.conn.close()


def corpus_room(corpus: Corpus, item: int) -> int:
    """Give the room of a message."""
    return int(corpus.conn.execute("SELECT room FROM item WHERE id = ?", (item,)).fetchone()[0])


@settings(max_examples=30, deadline=None)
@given(texts=st.lists(anything, min_size=1, max_size=12), data=st.data())
def test_any_part_of_any_text_that_starts_a_word_is_found(texts: list[str], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        corpus = Corpus(Path(folder))
        ids = corpus.add([Message(text, 1_700_000_000_000 + n * 1000) for n, text in enumerate(texts)])
        number = data.draw(st.integers(0, len(texts) - 1))
        start = data.draw(st.integers(0, len(texts[number])))
        query = texts[number][start : start + data.draw(st.integers(1, 6))]
        terms = parse_query(query)
        expected = {
            item
            for item, text in zip(ids, texts, strict=True)
            if terms and text and all(term.find(fold(text)) >= 0 for term in terms)
        }
        assert all_hits(corpus, query) == expected
        corpus.conn.close()


@given(text=st.one_of(mixed, anything, st.text(alphabet="가각\u1100\u1161\u11a8ｶﾞe\u0301ﬁ㍿ß")))
def test_folding_is_stable_and_its_places_are_ordered(text: str) -> None:
    folded, places = fold_with_places(text)
    assert folded == fold(text)
    assert places == sorted(places) and len(places) == len(folded) + 1
    assert all(token and " " not in token for token in tokens_of(text))


@given(text=anything, query=anything)
def test_places_found_are_the_terms(text: str, query: str) -> None:
    terms = parse_query(query)
    folded = fold(text)
    assert {folded[a:b] for a, b in find_all(terms, folded)} <= {term.folded for term in terms}
