"""Formulas of forms: read by a parser of our own into a tree, worked out in decimals.

`+ - * / ( )`, numbers, field keys (`amount`, or `{any key}` where a key is no plain word), and the functions `sum`, `days`,
`hours`, `min`, `max`, `round`. `sum(table.column)` adds up a column. Nothing here calls Python's own evaluation, every
depth and length is bounded, and each way to fail has a name (`Failure`).
"""

import re
from collections.abc import Callable
from decimal import Decimal, DecimalException, DivisionByZero
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from app.domain.approvals.amounts import ARITHMETIC, MAX_AMOUNT, MAX_DECIMALS, decimal_of, rounded

MAX_FORMULA = 2000
_MAX_NESTING = 30
_MAX_TOKENS = 300
_TOKEN = re.compile(r"\s*(?:([0-9]{1,20}(?:\.[0-9]{1,20})?)|([^\W\d]\w*)|\{([^{}]{1,64})\}|([-+*/(),.]))")
_COUNTS = {"sum": (1, 20), "days": (1, 1), "hours": (1, 1), "min": (1, 20), "max": (1, 20), "round": (1, 2)}


class Failure(Enum):
    """Why a formula has no result."""

    EMPTY = "empty"
    """Nothing it is made of is filled in."""
    DIVISION_BY_ZERO = "division_by_zero"
    TOO_LARGE = "too_large"
    BAD = "bad"
    """It is no formula, or names what holds no number."""


class Ref(NamedTuple):
    """What a formula names: a field, or a column of a table; `measure` is "days" or "hours" inside these."""

    key: str
    column: str = ""
    measure: str = ""


class Node(NamedTuple):
    """A number, a `Ref`, an operation or a function with its arguments."""

    name: str
    number: Decimal = Decimal(0)
    ref: Ref = Ref("")
    parts: tuple["Node", ...] = ()


class _Token(NamedTuple):
    kind: str
    text: str


class _BadFormulaError(Exception):
    pass


Look = Callable[[Ref], "Decimal | Failure | None"]
"""Gives the value of what a formula names; None: it is empty."""


@lru_cache(maxsize=512)
def parse_formula(text: str) -> Node | None:
    """Read a formula; None when it is none."""
    if not text.strip() or len(text) > MAX_FORMULA:
        return None
    try:
        return _Parser(_tokens(text)).whole()
    except _BadFormulaError:
        return None


def refs_of(node: Node) -> tuple[Ref, ...]:
    """Give everything a formula names."""
    if node.name == "ref":
        return (node.ref,)
    return tuple(dict.fromkeys(ref for part in node.parts for ref in refs_of(part)))


@lru_cache(maxsize=512)
def _refs_in(text: str) -> tuple[Ref, ...]:
    """A row of a table asks again what the row before has asked."""
    node = parse_formula(text)
    return () if node is None else refs_of(node)


def work_out(text: str, look: Look, decimals: int) -> Decimal | Failure:
    """Work a formula out. What is empty counts as nothing, unless all of it is empty."""
    node = parse_formula(text)
    if node is None:
        return Failure.BAD
    seen = {ref: look(ref) for ref in _refs_in(text)}
    failures = [value for value in seen.values() if isinstance(value, Failure)]
    if failures:
        return failures[0]
    if seen and all(value is None for value in seen.values()):
        return Failure.EMPTY
    values = {ref: value for ref, value in seen.items() if isinstance(value, Decimal)}
    return _result(node, values, decimals, is_whole=len(values) == len(seen))


def _result(node: Node, values: dict[Ref, Decimal], decimals: int, is_whole: bool) -> Decimal | Failure:
    try:
        number = _value(node, values)
        return rounded(number, decimals) if number.copy_abs() < MAX_AMOUNT else Failure.TOO_LARGE
    except DivisionByZero:
        return Failure.DIVISION_BY_ZERO if is_whole else Failure.EMPTY
    except DecimalException:
        return Failure.TOO_LARGE


def _value(node: Node, values: dict[Ref, Decimal]) -> Decimal:
    if node.name == "number":
        return node.number
    if node.name == "ref":
        return values.get(node.ref, Decimal(0))
    parts = [_value(part, values) for part in node.parts]
    return _OPERATIONS[node.name](parts)


def _round(parts: list[Decimal]) -> Decimal:
    decimals = parts[1] if len(parts) > 1 else Decimal(0)
    return rounded(parts[0], int(min(max(decimals, Decimal(0)), Decimal(MAX_DECIMALS))))


def _sum(parts: list[Decimal]) -> Decimal:
    total = Decimal(0)
    for part in parts:
        total = ARITHMETIC.add(total, part)
    return total


def _quotient(parts: list[Decimal]) -> Decimal:
    if not parts[1]:
        raise DivisionByZero  # also for 0 / 0, which Python calls by another name
    return ARITHMETIC.divide(parts[0], parts[1])


_OPERATIONS: dict[str, Callable[[list[Decimal]], Decimal]] = {
    "+": _sum,
    "-": lambda parts: ARITHMETIC.subtract(parts[0], parts[1]),
    "*": lambda parts: ARITHMETIC.multiply(parts[0], parts[1]),
    "/": _quotient,
    "negative": lambda parts: ARITHMETIC.subtract(Decimal(0), parts[0]),
    "sum": _sum,
    "days": lambda parts: parts[0],
    "hours": lambda parts: parts[0],
    "min": min,
    "max": max,
    "round": _round,
}


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if not match or len(found) >= _MAX_TOKENS:
            raise _BadFormulaError
        number, word, quoted, sign = match.groups()
        if number:
            found.append(_Token("number", number))
        elif word or quoted:
            found.append(_Token("word" if word else "key", word or quoted))
        else:
            found.append(_Token(sign, sign))
        at = match.end()
    return found


class _Parser:
    """Recursive descent; every level of nesting is counted."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._sum()
        if self._at < len(self._tokens):
            raise _BadFormulaError
        return node

    def _next(self) -> str:
        return self._tokens[self._at].kind if self._at < len(self._tokens) else ""

    def _take(self, *kinds: str) -> _Token:
        if self._next() not in kinds:
            raise _BadFormulaError
        self._at += 1
        return self._tokens[self._at - 1]

    def _sum(self) -> Node:
        return self._chain(("+", "-"), self._product)

    def _product(self) -> Node:
        return self._chain(("*", "/"), self._factor)

    def _chain(self, signs: tuple[str, ...], part: Callable[[], Node]) -> Node:
        """A chain grows to the left, and with it the tree: its length is bounded like a nesting."""
        node, length = part(), 0
        while self._next() in signs:
            sign, length = self._take(*signs).text, length + 1
            if length > 100:
                raise _BadFormulaError
            node = Node(sign, parts=(node, part()))
        return node

    def _factor(self) -> Node:
        self._depth += 1
        if self._depth > _MAX_NESTING:
            raise _BadFormulaError
        node = self._unary()
        self._depth -= 1
        return node

    def _unary(self) -> Node:
        token = self._take("number", "word", "key", "(", "-", "+")
        if token.kind == "number":
            number = decimal_of(token.text)
            return Node("number", number or Decimal(0))
        if token.kind == "(":
            node = self._sum()
            self._take(")")
            return node
        if token.kind in "+-":
            node = self._factor()
            return Node("negative", parts=(node,)) if token.kind == "-" else node
        if token.kind == "word" and self._next() == "(":
            return self._call(token.text)
        return self._ref(token.text)

    def _ref(self, key: str, measure: str = "") -> Node:
        if self._next() != ".":
            return Node("ref", ref=Ref(key, measure=measure))
        self._take(".")
        return Node("ref", ref=Ref(key, self._take("word", "key").text))

    def _call(self, name: str) -> Node:
        name = name.lower()
        if name not in _COUNTS:
            raise _BadFormulaError
        self._take("(")
        if name in ("days", "hours"):
            parts = [self._ref(self._take("word", "key").text, name)]
        else:
            parts = [self._sum()]
            while self._next() == ",":
                self._take(",")
                parts.append(self._sum())
        self._take(")")
        least, most = _COUNTS[name]
        if not least <= len(parts) <= most:
            raise _BadFormulaError
        return Node(name, parts=tuple(parts))
