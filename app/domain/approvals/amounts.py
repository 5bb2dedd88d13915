"""Decimals as forms hold them: text in, text out, the same on every computer.

One arithmetic context of our own, so that neither a thread's settings nor the size of a number changes a result.
"""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

MAX_AMOUNT = Decimal(10) ** 15
"""What forms hold lies below."""
MAX_DECIMALS = 6
ARITHMETIC = Context(
    prec=50,
    rounding=ROUND_HALF_UP,
    Emin=-999,
    Emax=999,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)

_DECIMAL = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,20})?", re.ASCII)
_MOST_CHARACTERS = 62


def decimal_of(value: object) -> Decimal | None:
    """Read a decimal as forms write it ("-1280.50"); None for anything else."""
    if not isinstance(value, str) or len(value) > _MOST_CHARACTERS or not _DECIMAL.fullmatch(value):
        return None
    return Decimal(value)


def decimal_text(number: Decimal) -> str:
    """Write a decimal as forms do: no exponent, no zeros behind, no "-0"."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def rounded(number: Decimal, decimals: int) -> Decimal:
    """Round half up, as on paper."""
    places = Decimal(1).scaleb(-min(max(decimals, 0), MAX_DECIMALS))
    return number.quantize(places, context=ARITHMETIC)


def decimals_of(number: Decimal) -> int:
    """Say how many decimals are written."""
    exponent = number.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def typed_decimal(text: str) -> str | None:
    """Read what a person typed or pasted ("￥１，２８０．５０", "1,280.5 元"); None where it is no number."""
    if len(text) > _MOST_CHARACTERS:
        return None
    plain = unicodedata.normalize("NFKC", text).replace("。", ".").replace("−", "-")
    plain = re.sub(r"[\s,，_'¥$€£元]", "", plain).removeprefix("+")
    if plain.startswith("."):
        plain = "0" + plain
    plain = plain.removesuffix(".")
    return plain if decimal_of(plain) is not None else None
