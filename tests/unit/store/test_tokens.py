"""What a text is indexed under, and what a query means."""

import pytest

from app.store.tokens import Term, find_all, fold, fold_with_places, matches, parse_query, tokens_of


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("第三季度", ["第三", "三季", "季度", "度"]),
        ("好", ["好"]),
        ("Report v2.1", ["report", "v2", "1"]),
        ("foo_bar", ["foo", "bar"]),
        ("Straße CAFÉ", ["strasse", "cafe"]),
        ("合同v2已签", ["合同", "同", "v2", "已签", "签"]),
        ("ＡＢＣ１２", ["abc12"]),
        ("ｶﾞｲﾄﾞ", ["ガイ", "イド", "ド"]),
        ("한국어", ["한국", "국어", "어"]),
        ("हिन्दी", ["हिन्दी"]),
        ("й и", ["й", "и"]),
        ("好👍", ["好👍", "👍"]),
        ("ab\u200bcd", ["abcd"]),
        ("， 。！… -- ()", []),
        ("", []),
        ("x" * 100, ["x" * 64]),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert tokens_of(text) == tokens


def test_composed_and_decomposed_spellings_are_the_same() -> None:
    assert fold("e\u0301te\u0301") == fold("été") == "ete"
    assert fold("か\u3099") == fold("が")
    assert fold("\u1112\u1161\u11ab") == fold("한")


def test_places_point_into_the_original() -> None:
    text = "ﬁn e\u0301t ㍿"
    folded, places = fold_with_places(text)
    assert folded == fold(text) == "fin et 株式会社"
    assert [text[place] for place in places[:-1]] == list("ﬁﬁn et ㍿㍿㍿㍿")
    assert places[-1] == len(text)


def test_a_query_is_terms_that_must_all_stand_in_the_text() -> None:
    terms = parse_query("季度 Report")
    assert matches(terms, fold("report：第三季度"))
    assert not matches(terms, fold("第三季度"))


def test_words_match_from_their_beginning_and_chinese_anywhere() -> None:
    assert matches(parse_query("repo"), fold("the REPORT"))
    assert not matches(parse_query("port"), fold("the report"))
    assert matches(parse_query("三季"), fold("第三季度"))
    assert matches(parse_query("port"), fold("report port"))
    assert not matches(parse_query("3季度"), fold("13季度"))


def test_quotes_keep_spaces() -> None:
    assert [term.folded for term in parse_query('"release notes" x "open end')] == [
        "release notes",
        "x",
        "open end",
    ]


@pytest.mark.parametrize("text", ["", "   ", '"', '""', "\u200b"])
def test_nothing_to_look_for(text: str) -> None:
    assert parse_query(text) == ()


@pytest.mark.parametrize(
    ("text", "phrase", "is_prefix"),
    [
        ("合同", ("合同",), False),
        ("合", ("合",), True),
        ("合同v2", ("合同", "同", "v2"), True),
        ("v2合", ("v2", "合"), True),
        ("c++", ("c",), False),
        ("合同。", ("合同", "同"), False),
        ("...", (), False),
    ],
)
def test_phrases(text: str, phrase: tuple[str, ...], is_prefix: bool) -> None:
    (term,) = parse_query(text)
    assert (term.phrase, term.is_prefix) == (phrase, is_prefix)


def test_short_terms_are_those_that_merge_many_tokens() -> None:
    def is_short(text: str) -> bool:
        term: Term = parse_query(text)[0]
        return term.is_short

    assert [is_short(text) for text in ("的", "a", "the", "them", "合同", "...")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


def test_every_place_is_found() -> None:
    assert list(find_all(parse_query("aa b"), "aaa b aab")) == [(0, 2), (6, 8), (4, 5)]


def test_a_very_long_query_is_cut() -> None:
    assert len(parse_query(" ".join(f"w{n}" for n in range(1000)))) == 16
