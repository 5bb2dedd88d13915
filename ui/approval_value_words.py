"""Values of forms in words: money, numbers, dates, ranges, choices. Never raises: whatever stands there is worded somehow.

`ui.approval_words` is the door; other modules import from there.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from app.domain.approvals.template import FieldKind
from app.domain.approvals.wire import in_language
from app.domain.visible import unturned
from resources.translations import language, tr, tr_n

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.approvals.rows import ApprovalRow
    from app.domain.approvals.template import Field

    Name = Callable[[str], str]

_SYMBOLS = {
    "CNY": "¥",
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "HKD": "HK$",
    "JPY": "JP¥",
    "KRW": "₩",
    "TWD": "NT$",
}
_WHOLE = ("JPY", "KRW")
"""Currencies without a smaller coin."""
_MOST_DIGITS = 40
_MOST_STARS = 10


def words_of(words: dict[str, str]) -> str:
    """Give a text by language in the language of the interface."""
    return in_language(words, language())


def value_words(field: Field, value: Any, name: Name) -> str:
    """Word a value of a field on one line: "¥ 1,280.50", "2026-11-17 至 2026-11-19 (3 天)"; "" where it is empty."""
    if value in (None, "", [], {}, ()):
        return ""
    worded = _BY_KIND.get(field.kind)
    return _line(value) if worded is None else worded(field, value, name)


def number_words(value: Any) -> str:
    """Word a decimal with its thousands apart; as it stands where it is none."""
    number = _decimal(value)
    return _line(value) if number is None else f"{number:,f}"


def money_words(value: Any) -> str:
    """Word an amount with its currency: "¥ 1,280.50"."""
    if not isinstance(value, dict):
        return number_words(value)
    number, currency = _decimal(value.get("amount")), _line(value.get("currency", ""))
    if number is None:
        return f"{_line(value.get('amount', ''))} {currency}".strip()
    if currency not in _WHOLE and -int(number.as_tuple().exponent) < 2:
        number = number.quantize(Decimal("0.01"))
    symbol = _SYMBOLS.get(currency, currency)
    return f"{symbol} {number:,f}".strip()


def moment_words(value: Any) -> str:
    """Word a date or date-time as it was written; the offset only where it is not that of this computer."""
    text = _line(value)
    if "T" not in text:
        return text
    try:
        then = datetime.fromisoformat(text)
    except ValueError:
        return text
    shown = then.strftime("%Y-%m-%d %H:%M")
    return shown if _is_local(then) else f"{shown} (UTC{then.strftime('%z')[:3]})"


def range_words(value: Any) -> str:
    """Word a range with its length."""
    if not isinstance(value, dict):
        return _line(value)
    first = _end_words(value.get("from", ""), value.get("from_half"))
    last = _end_words(value.get("to", ""), value.get("to_half"))
    span = first if first == last else tr("{first} to {last}", first=first, last=last)
    length = length_words(value)
    return f"{span} ({length})" if length else span


def length_words(value: dict[str, Any]) -> str:
    """Word how long a range is: "2.5 天", "3 小时"; "" where nobody computed it."""
    days = _decimal(value.get("days"))
    if days is None:
        return ""
    if "T" in _line(value.get("from", "")) and days < 1:
        hours = (days * 24).quantize(Decimal("0.1"))
        return tr_n("{count} hour", "{count} hours", _plural(hours), count=_plain(hours))
    return tr_n("{count} day", "{count} days", _plural(days), count=_plain(days))


def fact_words(row: ApprovalRow) -> str:
    """Word the key fields of a row: "¥ 1,280.50 · 差旅 · 上海"."""
    return " · ".join(filter(None, (_fact(kind, value) for _, kind, value in row.facts)))


def _fact(kind: str, text: str) -> str:
    """Options and names come as words (by language) or names already: a row carries no template."""
    try:
        value = json.loads(text)
    except ValueError:
        return ""
    if value in (None, "", [], {}):
        return ""
    worded = _FACTS.get(kind)
    return _joined(value) if worded is None else worded(value)


def _short_range(value: Any) -> str:
    """Word a range as a row has room for it: "2.5 天 · 11-26 起"."""
    if not isinstance(value, dict):
        return _line(value)
    begins = _line(value.get("from", ""))[:10]
    if begins[:4] == str(date.today().year):
        begins = begins[5:]
    length = length_words(value)
    start = tr("from {date}", date=begins)
    return f"{length} · {start}" if length else start


def _joined(value: Any) -> str:
    items = value if isinstance(value, list) else [value]
    return list_words([_named(item) for item in items])


def list_words(items: list[str]) -> str:
    """Put names side by side."""
    return ("、" if language() == "zh" else ", ").join(filter(None, items))


def _named(item: Any) -> str:
    """A thing that carries its own name: a department, a request, a file, words by language."""
    if not isinstance(item, dict):
        return _line(item)
    texts = {key: text for key, text in item.items() if isinstance(text, str)}
    if "zh" in texts or "en" in texts:
        return _line(words_of(texts))
    named = texts.get("name") or texts.get("title") or ""
    return _line(" ".join(filter(None, (named, texts.get("number", "")))))


def _option(field: Field, key: Any) -> str:
    names = (words_of(option.name) for option in field.options if option.key == key)
    return _line(next(names, key))


def _single(field: Field, value: Any, name: Name) -> str:
    return _option(field, value)


def _multiple(field: Field, value: Any, name: Name) -> str:
    return list_words([_option(field, key) for key in _items(value)])


def _people(field: Field, value: Any, name: Name) -> str:
    return list_words([name(user) if isinstance(user, str) else _line(user) for user in _items(value)])


def _things(field: Field, value: Any, name: Name) -> str:
    return list_words([_named(item) for item in _items(value)])


def _rating(field: Field, value: Any, name: Name) -> str:
    stars, most = _decimal(value), _decimal(field.at_most or "5")
    if stars is None or most is None or stars != int(stars) or not 0 <= stars <= most <= _MOST_STARS:
        return number_words(value)
    return "★" * int(stars) + "☆" * (int(most) - int(stars))


def _table(field: Field, value: Any, name: Name) -> str:
    rows = _items(value)
    parts = [tr_n("{n} row", "{n} rows", len(rows))]
    parts += [
        f"{words_of(column.name)} {words}" for column in field.columns if (words := sum_words(column, rows))
    ]
    return " · ".join(parts)


def sum_words(column: Field, rows: Any) -> str:
    """Word the sum of a column of a table; "" where it has none."""
    if not column.has_sum or not isinstance(rows, list | tuple):
        return ""
    cells = [row.get(column.key) for row in rows if isinstance(row, dict)]
    amounts = [cell.get("amount") if isinstance(cell, dict) else cell for cell in cells]
    numbers = [number for amount in amounts if (number := _decimal(amount)) is not None]
    if not numbers:
        return ""
    total = str(sum(numbers, Decimal(0)))
    if column.kind is FieldKind.MONEY or column.is_money:
        currencies = {str(cell.get("currency", column.currency)) for cell in cells if isinstance(cell, dict)}
        return money_words({"amount": total, "currency": currencies.pop()}) if len(currencies) == 1 else ""
    return number_words(total)


def _items(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _end_words(value: Any, half: Any) -> str:
    halves = {"am": tr("morning"), "pm": tr("afternoon")}
    return " ".join(
        filter(None, (moment_words(value), halves.get(half, "") if isinstance(half, str) else ""))
    )


def _decimal(value: Any) -> Decimal | None:
    """Read a decimal; None for what is none, or would take a page to write out."""
    if not isinstance(value, str | int) or isinstance(value, bool) or len(str(value)) > _MOST_DIGITS:
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
        return None
    return number if abs(int(number.as_tuple().exponent)) <= _MOST_DIGITS else None


def _plain(number: Decimal) -> str:
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _plural(number: Decimal) -> int:
    return 1 if number == 1 else 2


def _is_local(then: datetime) -> bool:
    if then.tzinfo is None:
        return True
    try:
        return then.replace(tzinfo=None).astimezone().utcoffset() == then.utcoffset()
    except (OverflowError, OSError, ValueError):  # the year 1 or 9999
        return False


def _line(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return unturned(" ".join(text.split()))


_BY_KIND: dict[FieldKind, Callable[[Field, Any, Name], str]] = {
    FieldKind.NUMBER: lambda field, value, name: number_words(value),
    FieldKind.FORMULA: lambda field, value, name: money_words(value),
    FieldKind.MONEY: lambda field, value, name: money_words(value),
    FieldKind.DATE: lambda field, value, name: moment_words(value),
    FieldKind.DATE_TIME: lambda field, value, name: moment_words(value),
    FieldKind.RANGE: lambda field, value, name: range_words(value),
    FieldKind.SINGLE: _single,
    FieldKind.MULTIPLE: _multiple,
    FieldKind.PERSON: _people,
    FieldKind.DEPARTMENT: _things,
    FieldKind.LINKED: _things,
    FieldKind.IMAGE: _things,
    FieldKind.FILE: _things,
    FieldKind.RATING: _rating,
    FieldKind.TABLE: _table,
    FieldKind.NOTE: lambda field, value, name: "",
}
_FACTS: dict[str, Callable[[Any], str]] = {
    FieldKind.NUMBER: number_words,
    FieldKind.FORMULA: money_words,
    FieldKind.MONEY: money_words,
    FieldKind.DATE: moment_words,
    FieldKind.DATE_TIME: moment_words,
    FieldKind.RANGE: _short_range,
    FieldKind.RATING: lambda value: f"{number_words(value)} ★",
    FieldKind.TABLE: lambda value: tr_n("{n} row", "{n} rows", len(_items(value))),
}
