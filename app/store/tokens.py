"""How text becomes search tokens, and what a query means.

Chinese, Japanese, Korean, Thai and their like put no spaces between words, so a run of such characters becomes
overlapping pairs plus its last character alone: 季度报告 → 季度 度报 报告 告. Everything else becomes words.
A query is split at spaces into terms (double quotes keep spaces); a message matches when it contains
every term. A term that begins with a letter or digit must begin where a word begins ("port" does not find "report");
any other term may stand anywhere.

`phrase_of` gives the full-text phrase of a term. It may let through more than it should (punctuation is not
indexed), never less: `Term.find` decides. Both work on folded text: compatibility forms unified, case and Latin
accents gone, invisible characters dropped.

The index stores no text, and entries are taken away by computing their tokens again. So whoever changes what this
module computes raises the number in `VERSION`, and so does a Python with newer Unicode tables: the index is then
built anew.
"""

import functools
import operator
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

VERSION = f"1/{unicodedata.unidata_version}"
MAX_WORD = 64
"""Characters of a word that are indexed; the rest of a longer one is compared in the text itself."""
_MAX_TERMS = 16
_SHORT = 3
_MAX_QUERY = 256

_DENSE = (
    "\u0e01-\u0e5b\u0e80-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff"  # Thai, Lao, Burmese, Jamo, Khmer
    "\u2600-\u27bf\u2b00-\u2bff"  # symbols drawn as emoji
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u3131-\u318e"
    "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
    "\U0001f000-\U0001faff\U00020000-\U0003ffff"
)
_MARKS = "\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff"
_LETTER = rf"[^\W_{_DENSE}]"
_IS_DENSE = re.compile(f"[{_DENSE}]")
_PIECE = re.compile(rf"[{_DENSE}]+|{_LETTER}+(?:[{_MARKS}]+{_LETTER}*)*")
_WORD_CHARACTER = re.compile(rf"[{_MARKS}]|{_LETTER}")
_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')
_JOINING = "\u0300-\u036f\u0653-\u0655\u1160-\u11ff\u3099\u309a\uff9e\uff9f"
_HAS_JOINING = re.compile(f"[{_JOINING}]")
_CLUSTER = re.compile(rf"[\s\S][{_JOINING}]*")
_DROPPED = re.compile("[\u00ad\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")


class _FoldTable(dict[int, str]):
    """Folds single characters, each computed once."""

    def __missing__(self, code: int) -> str:
        value = self[code] = _fold_character(chr(code))
        return value


def _fold_character(character: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).casefold())
    plain = unicodedata.normalize("NFD", folded)
    if plain[:1].isascii():  # a Latin letter with its accents; other scripts keep theirs (й, が)
        folded = plain
    return _DROPPED.sub("", folded)


_FOLDS = _FoldTable()


def fold(text: str) -> str:
    """Give the form of a text in which it is indexed and compared."""
    if text.isascii():
        return text.lower()
    if _HAS_JOINING.search(text):
        return "".join(_fold_cluster(cluster) for cluster in _CLUSTER.findall(text))
    return text.translate(_FOLDS)


def fold_with_places(text: str) -> tuple[str, list[int]]:
    """Fold, and tell for each folded character where in `text` it came from, plus the end of the text."""
    parts: list[str] = []
    places: list[int] = []
    for match in _CLUSTER.finditer(text):
        part = _fold_cluster(match[0])
        parts.append(part)
        places.extend([match.start()] * len(part))
    places.append(len(text))
    return "".join(parts), places


def _fold_cluster(cluster: str) -> str:
    if len(cluster) > 1:
        cluster = unicodedata.normalize("NFKC", cluster)
    return cluster.translate(_FOLDS)


def tokens_of(text: str) -> list[str]:
    """Give the tokens a text is indexed under, in order."""
    tokens: list[str] = []
    for piece in _PIECE.findall(fold(text)):
        if not piece.isascii() and _IS_DENSE.match(piece):
            tokens.extend(map(operator.add, piece, piece[1:]))
            tokens.append(piece[-1])
        else:
            tokens.append(piece[:MAX_WORD])
    return tokens


@dataclass(frozen=True, slots=True)
class Term:
    """One thing a message must contain."""

    folded: str
    phrase: tuple[str, ...]
    """Tokens that stand side by side in a matching text; empty when the term has none (punctuation)."""
    is_prefix: bool
    """The last token may be the beginning of the text's token."""
    starts_word: bool

    @property
    def is_short(self) -> bool:
        """Whether the index would have to merge the postings of a great many tokens."""
        return self.is_prefix and len(self.phrase) == 1 and len(self.phrase[0]) <= _SHORT

    def find(self, folded_text: str, start: int = 0) -> int:
        """Give the first place at or after `start` where the term stands; -1 when there is none."""
        place = folded_text.find(self.folded, start)
        if self.starts_word:
            while place > 0 and _WORD_CHARACTER.match(folded_text, place - 1):
                place = folded_text.find(self.folded, place + 1)
        return place


@functools.lru_cache(maxsize=64)
def parse_query(text: str) -> tuple[Term, ...]:
    """Split what a person typed into terms. Empty when there is nothing to look for."""
    terms: list[Term] = []
    for match in _TERM.finditer(text[:_MAX_QUERY]):
        folded = fold(match[1] if match[1] is not None else match[2]).strip()
        if folded and all(folded != term.folded for term in terms):
            terms.append(_term_of(folded))
    return tuple(terms[:_MAX_TERMS])


def _term_of(folded: str) -> Term:
    pieces = list(_PIECE.finditer(folded))
    tokens: list[str] = []
    is_prefix = False
    for match in pieces:
        is_open = match.end() == len(folded)
        """Whether the text's own piece may go on behind the term."""
        found, is_prefix = _tokens_of_piece(match[0], is_open)
        tokens.extend(found)
    starts_word = bool(_WORD_CHARACTER.match(folded))
    return Term(folded, tuple(tokens), is_prefix, starts_word)


def _tokens_of_piece(piece: str, is_open: bool) -> tuple[list[str], bool]:
    if not _IS_DENSE.match(piece):
        return [piece[:MAX_WORD]], is_open and len(piece) <= MAX_WORD
    pairs = list(map(operator.add, piece, piece[1:]))
    if not is_open:
        return [*pairs, piece[-1]], False
    return (pairs, False) if pairs else ([piece], True)


def find_all(terms: tuple[Term, ...], folded_text: str) -> Iterator[tuple[int, int]]:
    """Give start and end of every place where a term stands, term by term."""
    for term in terms:
        place = term.find(folded_text)
        while place >= 0:
            yield place, place + len(term.folded)
            place = term.find(folded_text, place + len(term.folded))


def matches(terms: tuple[Term, ...], folded_text: str) -> bool:
    """Whether the text contains every term."""
    return all(term.find(folded_text) >= 0 for term in terms)
