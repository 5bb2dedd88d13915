"""What the company's people have asked for (`asked.json`): the forms, and what was done about each, in order.

`lina` has to act on five of them, has asked four, has decided others, has copies of two. In forms `day:+7` is the seventh working day
from today, `yuan:12.50` an amount. `release.json` is a template of the company's own.
"""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec

from app.domain.approvals.acts import ActKind

Form = dict[str, Any]
SATURDAY = 5

_FOLDER = Path(__file__).parent
_DAY = re.compile(r"day:([+-]\d+)(T.*)?")
_YUAN = re.compile(r"yuan:([\d.]+)")


class Done(msgspec.Struct, frozen=True):
    """One act."""

    who: str
    kind: ActKind = ActKind.APPROVE
    note: str = ""
    people: tuple[str, ...] = ()


class Asked(msgspec.Struct, frozen=True):
    """One request."""

    who: str
    template: str
    code: str
    """The letters of its number."""
    form: Form
    done: tuple[Done, ...] = ()
    chosen: tuple[str, ...] = ()
    """Whom the requester chose, where the template asks."""
    copies: tuple[str, ...] = ()
    files: tuple[tuple[str, str, int], ...] = ()
    """(field, name, size in KB)."""
    said: tuple[tuple[str, str], ...] = ()
    """Who wrote what beside it."""


ROLES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "finance": ("财务", "Finance", ("zhaolei", "huangting")),
    "hr": ("人事", "Human resources", ("chenjing", "xuting")),
    "office": ("行政服务台", "Office desk", ("tangli",)),
    "seal_keeper": ("印章保管人", "Keeper of the seals", ("tangli",)),
    "brand": ("品牌审核", "Brand review", ("lina", "zhangwei")),
}
"""Role → name in Chinese and English, people."""


def asked(today: date) -> tuple[Asked, ...]:
    """Give all requests; their dates lie around today."""
    read = msgspec.json.decode((_FOLDER / "asked.json").read_bytes(), type=tuple[Asked, ...])
    return tuple(msgspec.structs.replace(one, form=_filled(one.form, today)) for one in read)


def release_text() -> str:
    """Give the company's own template as JSON."""
    return (_FOLDER / "release.json").read_text("utf-8")


def _filled(value: Any, today: date) -> Any:
    if isinstance(value, dict):
        return {key: _filled(part, today) for key, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, today) for part in value]
    if not isinstance(value, str):
        return value
    if day := _DAY.fullmatch(value):
        return _workday(today, int(day[1])).isoformat() + (day[2] or "")
    if yuan := _YUAN.fullmatch(value):
        return {"amount": yuan[1], "currency": "CNY"}
    return value


def _workday(today: date, ahead: int) -> date:
    """Give a working day before or after today."""
    one = timedelta(days=1 if ahead > 0 else -1)
    found = today
    for _ in range(abs(ahead)):
        found += one
        while found.weekday() >= SATURDAY:
            found += one
    return found
