"""Templates made by hand in few words, for tests of forms and routes."""

from typing import Any

import msgspec

from app.domain.approvals.template import Field, Template
from app.domain.approvals.wire import Struct

ME, BOSS, HIGH, TOP = "@me:x", "@boss:x", "@high:x", "@top:x"


def field(key: str, kind: str, **rest: Any) -> Field:
    """Make a field named by its key."""
    return msgspec.convert({"key": key, "kind": kind, "name": {"en": key}, **rest}, Field)


def options(*keys: str) -> list[dict[str, Any]]:
    """Make options named by their keys."""
    return [{"key": key, "name": {"en": key}} for key in keys]


def step(key: str, *who: dict[str, Any], mode: str = "all", **rest: Any) -> dict[str, Any]:
    """Make a step named by its key; without `who` the direct manager decides."""
    return {
        "node": "step",
        "key": key,
        "name": {"en": key},
        "mode": mode,
        "who": list(who) or [{"kind": "manager"}],
        **rest,
    }


def people(*users: str) -> dict[str, Any]:
    """Pick people by name."""
    return {"kind": "people", "people": list(users)}


def fork(key: str, *branches: dict[str, Any]) -> dict[str, Any]:
    """Make a fork."""
    return {"node": "fork", "key": key, "branches": list(branches)}


def branch(key: str, *nodes: dict[str, Any], any_of: list[Any] | None = None) -> dict[str, Any]:
    """Make a branch; without `any_of` it is the else."""
    return {"key": key, "nodes": list(nodes), "any_of": any_of or []}


def when(name: str, compare: str, *values: str) -> dict[str, Any]:
    """Make a condition."""
    return {"field": name, "compare": compare, "values": list(values)}


def template(
    fields: list[Field] | None = None, nodes: list[Any] | None = None, *, id: str = "t", **route: Any
) -> Template:
    """Make a template; without `nodes` the direct manager decides."""
    raw = {
        "id": id,
        "version": 1,
        "name": {"en": id},
        "fields": [msgspec.to_builtins(one) if isinstance(one, Struct) else one for one in fields or []],
        "route": {"nodes": [step("s1")] if nodes is None else nodes, "on_nobody": "choose", **route},
    }
    return msgspec.convert(raw, Template)
