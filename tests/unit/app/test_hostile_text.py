"""Texts written to hold up the interface, to show one address and open another, or to look like somebody else."""

import time
from collections.abc import Callable

import pytest

from app.domain.links import is_misleading, safe_href
from app.domain.richtext import RichText, linkify, of_html, of_message, user_of_link
from app.domain.visible import one_line, unturned

PLENTY_S = 1.5
"""A hundred times what these take on a slow computer; without their bounds they take many times as long."""


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


@pytest.mark.parametrize(
    "text",
    [
        "+" * 64_000,
        "-a" * 32_000,
        "a@a." + "-" * 64_000,
        "http://a/" + ")" * 64_000,
        " www." + "-" * 64_000,
        "a@" * 32_000,
    ],
)
def test_finding_addresses_takes_no_longer_than_the_text_is_long(text: str) -> None:
    assert _seconds(lambda: linkify(text)) < PLENTY_S


@pytest.mark.parametrize(
    "source",
    [
        "<ul><li>" * 8_000,
        "<ol><li>" * 8_000,
        "".join(f"<font color={n}>" for n in range(1_000)) + "<p>x" * 20_000,
        "<blockquote>x" * 5_000,
        "<b>" * 20_000,
        "<div>" * 13_000,
        "<a href='http://a.b'>x" * 4_000,
    ],
)
def test_nested_html_shows_its_plain_text_instead(source: str) -> None:
    assert _seconds(lambda: of_message("plain", source)) < PLENTY_S
    assert of_message("plain", source).text == "plain"


def test_ordinary_html_may_be_long() -> None:
    source = "".join(f"<li>item <b>{n}</b></li>" for n in range(500))
    rich = of_html(f"<ul>{source}</ul>")
    assert rich.text.count("\n") == 499


def test_a_deep_list_is_not_indented_without_end() -> None:
    rich = of_html("<ul><li>" * 90 + "x")
    assert len(rich.text) < 2_000


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " \tjavascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "vbscript:x",
        "smb://host/share",
        "https://bank.example@evil.example/",
        "https://bank.example\\@evil.example/",
        "https://bank.example\u202e/gpj.exe",
        "https://bank.\u200bexample/",
        "https://bank.example:99999999/",
        "https://",
        "https:bank.example",
        "https://[::1",
        "https://a\nb.example/",
        "https://x.example/" + "a" * 5000,
        "mailto:hr@x.example?attach=/etc/passwd",
        "mailto:hr@x.example?subject=a&%61ttachment=~/.ssh/id_rsa",
    ],
)
def test_no_link_to_what_is_not_plainly_a_page(href: str) -> None:
    assert not any(span.href for span in of_html(f'<a href="{href}">words</a>').spans)
    assert href.strip() not in {span.href for span in linkify(href).spans}


def test_a_lookalike_host_is_told_in_its_ascii_form() -> None:
    assert safe_href("https://аррӏе.com/x") == "https://xn--80ak6aa92e.com/x"
    assert safe_href("https://аррӏе.com:8443/x?y#z") == "https://xn--80ak6aa92e.com:8443/x?y#z"
    assert linkify("see https://аррӏе.com/").spans[0].href == "https://xn--80ak6aa92e.com/"
    assert safe_href("https://bank.example/路径") == "https://bank.example/路径"


@pytest.mark.parametrize(
    ("label", "href", "expected"),
    [
        ("https://bank.example/", "https://evil.example/", True),
        ("bank.example", "https://evil.example/", True),
        ("go to www.bank.example now", "https://evil.example/", True),
        ("https://bank.example@evil.example", "https://evil.example/", True),
        ("ba\u200bnk.exam\u202eple", "https://evil.example/", True),
        ("https://apple.com", "https://xn--80ak6aa92e.com/", True),
        ("аррӏе.com", "https://xn--80ak6aa92e.com/", False),
        ("https://bank.example/x", "https://login.bank.example/", False),
        ("www.bank.example", "https://bank.example/", False),
        ("the report", "https://files.example/1", False),
        ("report.pdf", "https://files.example/1", False),
        ("https://report.pdf/", "https://files.example/1", True),
        ("hr@bank.example", "mailto:hr@bank.example", False),
        ("hr@bank.example", "mailto:hr@evil.example", True),
        ("版本 1.2.3", "https://files.example/1", False),
    ],
)
def test_words_of_a_link_that_name_another_host(label: str, href: str, expected: bool) -> None:
    assert is_misleading(label, href) is expected


def test_a_misleading_link_names_its_true_host_however_it_is_cut() -> None:
    rich = of_html('<a href="https://evil.example/x"><b>https://</b>bank<i>.example</i></a> ok')
    assert rich.text == "https://bank.example (evil.example) ok"


def test_a_mention_keeps_its_words() -> None:
    rich = of_html('<a href="https://matrix.to/#/@li:bank.example">Li of evil.example</a>')
    assert rich.text == "Li of evil.example"


@pytest.mark.parametrize(
    ("href", "user"),
    [
        ("https://matrix.to/#/%40li%3Abank.example", "@li:bank.example"),
        ("https://matrix.to/#/@li:bank.example/?via=x", "@li:bank.example"),
        ("matrix:u/li:bank.example", "@li:bank.example"),
        ("https://matrix.to/#/@li%E2%80%AE:bank.example", None),
        ("https://matrix.to/#/@li%0A(CEO):bank.example", None),
        ("https://matrix.to/#/@" + "x" * 300 + ":bank.example", None),
        ("https://matrix.to/#/!room:bank.example", None),
        ("matrix:u/li", None),
    ],
)
def test_only_a_plain_user_id_is_a_person(href: str, user: str | None) -> None:
    assert user_of_link(href) == user


def test_an_address_ends_before_what_shows_nothing() -> None:
    rich = linkify("https://bank.example/\u202egpj.exe")
    assert [span.href for span in rich.spans] == ["https://bank.example/"]
    assert isinstance(rich, RichText)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Li Na", "Li Na"),
        ("  李娜\n(财务)\t ", "李娜 (财务)"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("Li\u200b\u2060\ufeff Na", "Li Na"),
        ("Li\u200dNa", "LiNa"),
        ("Li\u200cNa", "LiNa"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u200b\u3164\u2800", ""),
        ("Z" + "\u0301" * 50, "Z" + "\u0301" * 4),
        ("a\x00b\x1b[31mc\x85d", "a b [31mc d"),
        ("José", "José"),
        ("Jose\u0301", "Jose\u0301"),
    ],
)
def test_names_are_one_line_that_cannot_pose(name: str, expected: str) -> None:
    assert one_line(name) == expected


def test_a_huge_name_is_bounded_at_once() -> None:
    assert len(one_line("é" * 5_000_000)) == 256
    assert _seconds(lambda: one_line("\u0301" * 5_000_000)) < PLENTY_S


def test_turning_marks_leave_a_text() -> None:
    assert unturned("a\u202eb\u2066c") == "abc"
    assert unturned("مرحبا") == "مرحبا"
