"""Who is typing, in words."""

from collections.abc import Sequence

from resources.translations import tr, tr_n

NAMES = 2


def typing_words(names: Sequence[str]) -> str:
    """One line; empty when nobody types."""
    if not names:
        return ""
    if len(names) == 1:
        return tr("{name} is typing…", name=names[0])
    if len(names) <= NAMES:
        return tr("{one} and {other} are typing…", one=names[0], other=names[1])
    return tr_n("{n} person is typing…", "{n} people are typing…", len(names))
