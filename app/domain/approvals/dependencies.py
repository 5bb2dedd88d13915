"""Which fields follow from which: by their formulas and by when they are shown. Without recursion, however long the chain."""

from collections.abc import Iterable

from app.domain.approvals.formulas import parse_formula, refs_of
from app.domain.approvals.template import Field, FieldKind


def sources_of(field: Field) -> frozenset[str]:
    """Give the keys a field follows from."""
    keys = {condition.field for condition in field.visible_if}
    if field.kind is FieldKind.FORMULA:
        node = parse_formula(field.formula)
        keys |= {ref.key for ref in refs_of(node)} if node else set()
    return frozenset(keys)


def by_key(fields: Iterable[Field]) -> dict[str, Field]:
    """Give fields by key; of two with one key the first."""
    found: dict[str, Field] = {}
    for field in fields:
        found.setdefault(field.key, field)
    return found


def working_order(fields: dict[str, Field]) -> tuple[str, ...]:
    """Order fields so that each comes after what it follows from. Those in or behind a circle are left out."""
    open_sources = {key: sources_of(field) & fields.keys() for key, field in fields.items()}
    followers: dict[str, list[str]] = {key: [] for key in fields}
    for key, sources in open_sources.items():
        for source in sources:
            followers[source].append(key)
    missing = {key: len(sources) for key, sources in open_sources.items()}
    ready = [key for key in fields if not missing[key]]
    for key in ready:  # grows while it is read
        for follower in followers[key]:
            missing[follower] -= 1
            if not missing[follower]:
                ready.append(follower)
    return tuple(ready)


def circle_of(fields: dict[str, Field]) -> tuple[str, ...]:
    """Give the keys of fields that follow from themselves."""
    stuck = {key: field for key, field in fields.items() if key not in set(working_order(fields))}
    while True:
        sources = frozenset().union(*(sources_of(field) for field in stuck.values()))
        kept = {key: field for key, field in stuck.items() if key in sources}
        if len(kept) == len(stuck):
            return tuple(stuck)
        stuck = kept
