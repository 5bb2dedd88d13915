"""Amounts of money in Chinese capitals (人民币大写), as on cheques and receipts.

Source: 支付结算办法, annex 1 (People's Bank of China): how zeros are read and where 整 stands.
"""

from decimal import Decimal

from app.domain.approvals.amounts import ARITHMETIC, decimal_of, rounded

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
_MOST = Decimal(10) ** 16


def capital_words(amount: object) -> str:
    """Give an amount in yuan in capitals: "1280.5" → "壹仟贰佰捌拾元伍角"; "" where it is none or too large."""
    number = decimal_of(amount)
    if number is None or number.copy_abs() >= _MOST:
        return ""
    fen = int(rounded(number.copy_abs(), 2).scaleb(2, ARITHMETIC))
    if fen >= _MOST * 100:
        return ""
    if not fen:
        return "零元整"
    return ("负" if number < 0 else "") + _yuan(fen // 100) + _small(fen)


def _yuan(number: int) -> str:
    return _whole(number) + "元" if number else ""


def _small(fen: int) -> str:
    jiao, rest = fen // 10 % 10, fen % 10
    if not jiao and not rest:
        return "整"
    words = _DIGITS[jiao] + "角" if jiao else ("零" if fen >= 100 else "")
    return words + (_DIGITS[rest] + "分" if rest else "")


def _whole(number: int) -> str:
    """Groups of four digits; one 零 stands for any run of zeros between two digits."""
    words, has_gap = "", False
    groups = _groups(number)
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        if not group:
            has_gap = True
            continue
        if words and (has_gap or group < 1000):
            words += "零"
        words += _four(group) + _unit(index, groups)
        has_gap = False
    return words


def _unit(index: int, groups: list[int]) -> str:
    if index == 3:
        return "万" if groups[2] else "万亿"
    return _GROUPS[index]


def _groups(number: int) -> list[int]:
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    return groups


def _four(group: int) -> str:
    words, has_gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if not digit:
            has_gap = bool(words)
            continue
        words += ("零" if has_gap else "") + _DIGITS[digit] + _PLACES[place]
        has_gap = False
    return words
