"""The emoji people pick from, with names and search words in Chinese and English."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Emoji:
    """One emoji."""

    text: str
    group: str
    name_zh: str
    name_en: str
    words: str


@lru_cache(maxsize=1)
def all_emoji() -> tuple[Emoji, ...]:
    """Read them in the order they are shown; once."""
    table = json.loads((Path(__file__).parent / "emoji.json").read_text("utf-8"))
    groups: list[str] = table["groups"]
    return tuple(
        Emoji(text, groups[group], name_zh, name_en, words)
        for text, group, name_zh, name_en, words in table["emoji"]
    )


def find_emoji(term: str) -> list[Emoji]:
    """Find by every word of `term`; names that begin with it come first."""
    wanted = term.lower().split()
    hits = [emoji for emoji in all_emoji() if all(word in emoji.words for word in wanted)]
    return sorted(hits, key=lambda emoji: not _begins(emoji, term.lower()))


def _begins(emoji: Emoji, term: str) -> bool:
    return (
        emoji.name_zh.startswith(term) or emoji.name_en.startswith(term) or f" {term} " in f" {emoji.words} "
    )
