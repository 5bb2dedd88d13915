"""Message text as plain characters with styled stretches; the only reader of other people's HTML.

`of_html` sanitises with nh3 (an HTML5 parser in Rust), then walks the clean result and flattens it: lists get
"• " and numbers, rules become a line, tables become lines with " | ". Nothing is ever fetched: images turn into their
alternative text. Offsets count Python characters. Source: Matrix client-server API, "m.room.message msgtypes".
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntFlag
from html.parser import HTMLParser
from typing import Final
from urllib.parse import unquote

from app.domain.ids import UserID
from app.domain.links import LINK_SCHEMES, is_misleading, safe_href, target_host
from app.domain.visible import UNSEEN, one_line

MAX_HTML_CHARS = 100_000
MAX_DEPTH = 60
MAX_TAGS = 4000
MAX_NESTING = 200
MAX_INDENT = 8
MAX_TRAILING = 40
MAX_USER_ID = 255
FEW_TAGS = 200
"""So few cannot cost anything, however they are nested."""


class SpanStyle(IntFlag):
    """How a stretch of text is set; styles add up."""

    PLAIN = 0
    BOLD = 1
    ITALIC = 2
    STRIKE = 4
    UNDERLINE = 8
    CODE = 16
    CODE_BLOCK = 32
    QUOTE = 64
    HEADING = 128
    LINK = 256
    MENTION = 512


@dataclass(frozen=True, slots=True)
class Span:
    """A styled stretch `[start, end)`. Spans of one text are in order and do not overlap."""

    start: int
    end: int
    style: SpanStyle
    href: str = ""
    """The true target of a link."""
    user_id: UserID | None = None
    """Whom a mention names."""


@dataclass(frozen=True, slots=True)
class RichText:
    """Text and its styled stretches."""

    text: str
    spans: tuple[Span, ...] = ()


_STYLES: Final = {
    "b": SpanStyle.BOLD,
    "strong": SpanStyle.BOLD,
    "i": SpanStyle.ITALIC,
    "em": SpanStyle.ITALIC,
    "u": SpanStyle.UNDERLINE,
    "ins": SpanStyle.UNDERLINE,
    "del": SpanStyle.STRIKE,
    "s": SpanStyle.STRIKE,
    "strike": SpanStyle.STRIKE,
    "code": SpanStyle.CODE,
    "tt": SpanStyle.CODE,
    "pre": SpanStyle.CODE_BLOCK,
    "blockquote": SpanStyle.QUOTE,
    "th": SpanStyle.BOLD,
    **{f"h{level}": SpanStyle.HEADING for level in range(1, 7)},
}
_BLOCKS: Final = frozenset(
    {"p", "div", "ul", "ol", "li", "pre", "blockquote", "table", "tr", "details", "summary"}
    | {f"h{level}" for level in range(1, 7)}
)
_INLINE: Final = {"a", "br", "hr", "span", "font", "sub", "sup", "img", "td", "tbody", "thead", "caption"}
_ALLOWED: Final = set(_STYLES) | _BLOCKS | _INLINE
_DROPPED: Final = {"script", "style", "mx-reply", "title", "head"}
_ATTRIBUTES: Final = {"a": {"href"}, "img": {"alt", "title"}, "ol": {"start"}}
_WHITESPACE: Final = re.compile(r"[ \t\r\n\f]+")
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_UNNESTED: Final = frozenset({"br", "hr", "img", "p", "li", "td", "th", "tr", "tbody", "thead"})
"""Tags that never hold another of their kind, and are often left open."""
_ENDS: Final = r"\s<>\"“”‘’（）《》「」，。；！？、\\\x00-\x1f" + UNSEEN
"""What no address holds. Lengths are bounded: a row is laid out while the person waits."""
_URL: Final = re.compile(
    rf"(?<![\w@/.])(?:(?:https?://|mailto:)[^{_ENDS}]+|www\.[\w-]{{1,63}}\.[^{_ENDS}]+"
    r"|[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{0,190}\w)",
    re.IGNORECASE,
)
_USER_LINKS: Final = (("https://matrix.to/#/", ""), ("http://matrix.to/#/", ""), ("matrix:u/", "@"))
_TRAILING: Final = ".,;:!?'\"*_~"


def of_message(body: str, formatted: str | None) -> RichText:
    """Give the rich text of a message: its HTML when there is a usable one, else its plain text."""
    if formatted and len(formatted) <= MAX_HTML_CHARS:
        rich = of_html(formatted)
        if rich.text:
            return rich
    return linkify(body)


def of_html(source: str) -> RichText:
    """Sanitise HTML and flatten it. Never raises; what is not text is left out.

    Empty for HTML that is nested or tagged so much that parsing it would hold up the interface.
    """
    if not _is_tame(source):
        return RichText("")
    import nh3  # 5 ms that a room without formatted messages does not need

    clean = nh3.clean(
        source[:MAX_HTML_CHARS],
        tags=_ALLOWED,
        clean_content_tags=_DROPPED,
        attributes=_ATTRIBUTES,
        url_schemes=set(LINK_SCHEMES),
        link_rel=None,
    )
    flattener = _Flattener()
    flattener.feed(clean)
    flattener.close()
    return flattener.result()


def _is_tame(source: str) -> bool:
    """Count tags and open elements: an HTML parser copies open formatting into each block that follows."""
    tags = source.count("<")
    if tags <= FEW_TAGS:
        return True
    if tags > MAX_TAGS:
        return False
    nesting, depths = 0, dict[str, int]()
    for closing, tag in _TAG.findall(source):
        name = tag.lower()
        if name in _UNNESTED:
            continue
        depth = depths.get(name, 0)
        step = 1 if not closing else -1 if depth else 0
        depths[name] = depth + step
        nesting += step
        if nesting > MAX_NESTING:
            return False
    return True


def linkify(plain: str) -> RichText:
    """Find the addresses in plain text."""
    return RichText(plain, tuple(_links(plain, 0, SpanStyle.PLAIN)))


def _links(text: str, offset: int, style: SpanStyle) -> list[Span]:
    """Find addresses; `offset` is where `text` starts, `style` what it already has."""
    spans: list[Span] = []
    for match in _URL.finditer(text):
        found = _without_trailing(match.group())
        href = _href_of(found)
        if href:
            start = offset + match.start()
            spans.append(Span(start, start + len(found), style | SpanStyle.LINK, href))
    return spans


def _without_trailing(found: str) -> str:
    """Leave out punctuation that ends the sentence, and a bracket that was opened before the address."""
    for _ in range(MAX_TRAILING):
        if not found:
            break
        last = found[-1]
        is_open_before = last in ")]}" and found.count(last) > found.count(
            {")": "(", "]": "[", "}": "{"}[last]
        )
        if last not in _TRAILING and not is_open_before:
            break
        found = found[:-1]
    return found


def _href_of(found: str) -> str:
    lower = found.lower()
    if lower.startswith("www."):
        return safe_href(f"https://{found}")
    if lower.startswith(("http://", "https://", "mailto:")):
        return safe_href(found)
    return safe_href(f"mailto:{found}")


def user_of_link(href: str) -> UserID | None:
    """Give the user that a `matrix.to` or `matrix:` link names; None for any other link."""
    for prefix, sigil in _USER_LINKS:
        if href.lower().startswith(prefix):
            user = sigil + unquote(href[len(prefix) :].partition("?")[0].rstrip("/"))
            is_plain = one_line(user) == user and " " not in user and len(user) <= MAX_USER_ID
            return UserID(user) if is_plain and user.startswith("@") and ":" in user else None
    return None


class _Flattener(HTMLParser):
    """Walks sanitised HTML. White space collapses as a browser would, except inside `pre`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._length = 0
        self._spans: list[Span] = []
        self._styles: list[tuple[str, SpanStyle, str]] = []
        self._lists: list[int | None] = []
        self._label_from = 0
        self._is_line_start = True
        self._is_space_due = False
        self._is_bullet_fresh = False

    def result(self) -> RichText:
        """Give what was walked, without white space at the end."""
        joined = "".join(self._parts)
        text = joined.rstrip()
        kept = [s for s in self._spans if s.start < len(text)]
        cut = (Span(s.start, min(s.end, len(text)), s.style, s.href, s.user_id) for s in kept)
        return RichText(text, tuple(_merged(cut)))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in _BLOCKS:
            self._break_line()
        if tag in ("ul", "ol"):
            self._lists.append(_number(values.get("start", "1")) if tag == "ol" else None)
        elif tag == "li":
            self._write_bullet()
        elif tag in ("br", "hr"):
            self._write_rule_or_break(tag)
        elif tag == "img":
            self.handle_data(values.get("alt") or values.get("title") or "")
        elif tag == "td" or tag == "th":
            self._write_cell_border()
        style = SpanStyle.LINK if tag == "a" else _STYLES.get(tag, SpanStyle.PLAIN)
        if tag == "a":
            self._label_from = len(self._parts)
        if tag not in ("br", "hr", "img") and len(self._styles) < MAX_DEPTH:
            self._styles.append((tag, style, safe_href(values.get("href", "")) if tag == "a" else ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._end_label()
        for index in range(len(self._styles) - 1, -1, -1):
            if self._styles[index][0] == tag:
                del self._styles[index:]
                break
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        if tag in _BLOCKS:
            self._break_line()

    def _end_label(self) -> None:
        """Name the true host behind a link that shows the address of another one."""
        href = next((link for tag, _, link in reversed(self._styles) if tag == "a"), "")
        label = "".join(self._parts[self._label_from :])
        if href and user_of_link(href) is None and is_misleading(label, href):
            self._put(f" ({target_host(href)})", SpanStyle.LINK, href)

    def handle_data(self, data: str) -> None:
        if any(tag == "pre" for tag, _, _ in self._styles):
            self._write(data if not self._is_line_start else data.lstrip("\n"))
            return
        words = _WHITESPACE.sub(" ", data)
        if words.startswith(" ") and not self._is_line_start:
            self._is_space_due = True
        stripped = words.strip(" ")
        if not stripped:
            return
        if self._is_space_due:
            self._put(" ", SpanStyle.PLAIN, "")
        self._is_space_due = words.endswith(" ")
        self._write(stripped)

    def _write(self, text: str) -> None:
        if not text:
            return
        style, href = SpanStyle.PLAIN, ""
        for _, one, link in self._styles:
            style |= one
            href = link or href
        if not href:
            style &= ~SpanStyle.LINK
        self._put(text, style, href)
        self._is_line_start = text.endswith("\n")
        self._is_bullet_fresh = False

    def _put(self, text: str, style: SpanStyle, href: str) -> None:
        start = self._length
        self._parts.append(text)
        self._length += len(text)
        if href:
            user = user_of_link(href)
            style |= SpanStyle.MENTION if user else SpanStyle.PLAIN
            self._spans.append(Span(start, self._length, style, href, user))
            return
        links = [] if style & (SpanStyle.CODE | SpanStyle.CODE_BLOCK) else _links(text, start, style)
        for link in links:
            self._add_plain(start, link.start, style)
            self._spans.append(link)
            start = link.end
        self._add_plain(start, self._length, style)

    def _add_plain(self, start: int, end: int, style: SpanStyle) -> None:
        if style and start < end:
            self._spans.append(Span(start, end, style))

    def _break_line(self) -> None:
        self._is_space_due = False
        if not self._is_line_start and not self._is_bullet_fresh:
            self._put("\n", SpanStyle.PLAIN, "")
            self._is_line_start = True

    def _write_bullet(self) -> None:
        number = self._lists[-1] if self._lists else None
        if self._lists and number is not None:
            self._lists[-1] = number + 1
        mark = "• " if number is None else f"{number}. "
        self._put("  " * min(max(0, len(self._lists) - 1), MAX_INDENT) + mark, SpanStyle.PLAIN, "")
        self._is_line_start, self._is_bullet_fresh = False, True
        self._is_space_due = False

    def _write_rule_or_break(self, tag: str) -> None:
        self._is_space_due = False
        if tag == "hr":
            self._break_line()
            self._put("———", SpanStyle.PLAIN, "")
        self._put("\n", SpanStyle.PLAIN, "")
        self._is_line_start, self._is_bullet_fresh = True, False

    def _write_cell_border(self) -> None:
        if not self._is_line_start:
            self._put(" | ", SpanStyle.PLAIN, "")
        self._is_space_due = False


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else 1


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in spans:
        if merged and merged[-1].end == span.start and _same_look(merged[-1], span):
            merged[-1] = Span(merged[-1].start, span.end, span.style, span.href, span.user_id)
        else:
            merged.append(span)
    return merged


def _same_look(one: Span, other: Span) -> bool:
    return (one.style, one.href, one.user_id) == (other.style, other.href, other.user_id)


def to_html(text: str, mentions: dict[str, UserID]) -> str | None:
    """Write the HTML of an outgoing text whose mentions (`@name` in the text → user) become links.

    None when there is nothing that plain text cannot say.
    """
    if not mentions:
        return None
    names = sorted(mentions, key=len, reverse=True)
    pattern = re.compile("|".join(re.escape(name) for name in names))
    if not pattern.search(text):
        return None
    parts: list[str] = []
    end = 0
    for match in pattern.finditer(text):
        user = mentions[match.group()]
        parts.append(html.escape(text[end : match.start()], quote=False))
        parts.append(
            f'<a href="https://matrix.to/#/{html.escape(user)}">{html.escape(match.group(), quote=False)}</a>'
        )
        end = match.end()
    parts.append(html.escape(text[end:], quote=False))
    return "".join(parts).replace("\n", "<br>")
