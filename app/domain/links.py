"""Links in messages: which may be opened, where they lead, and whether their words tell the truth about it."""

import re
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from app.domain.visible import UNSEEN

LINK_SCHEMES: Final = frozenset({"http", "https", "mailto", "matrix"})
MAX_HREF: Final = 4096
_WEB: Final = ("http", "https")
_REFUSED: Final = re.compile(rf"[\s\\\x00-\x1f\x7f-\x9f\u200c\u200d{UNSEEN}]")
_HOST: Final = re.compile(r"(?:[\w-]{1,63}\.){1,8}(?:xn--[\w-]{1,59}|[^\W\d_]{2,63})(?![\w-])")
_FILE_ENDINGS: Final = frozenset(
    (
        *(
            "7z",
            "avi",
            "bat",
            "c",
            "conf",
            "cpp",
            "css",
            "csv",
            "doc",
            "docx",
            "exe",
            "gif",
            "gz",
            "h",
            "htm",
        ),
        *("html", "ini", "jpeg", "jpg", "js", "json", "log", "md", "mp3", "mp4", "pdf", "png", "ppt", "pptx"),
        *("py", "rar", "rtf", "sh", "sql", "svg", "tar", "toml", "ts", "tsx", "txt", "wav", "webp", "xls"),
        *("xlsx", "xml", "yaml", "yml", "zip"),
    )
)
"""A word like "report.pdf" is a file's name and no address."""


def safe_href(href: str) -> str:
    """Give the address a link may open; empty when it may open none.

    An international host comes in its ASCII form (`xn--…`), so that what is shown as the target cannot look like
    another host. Addresses with a user name (`https://bank.com@elsewhere/`) and with characters that show nothing
    are refused.
    """
    href = href.strip()
    if len(href) > MAX_HREF or _REFUSED.search(href):
        return ""
    try:
        parts = urlsplit(href)
        scheme = parts.scheme.lower()
        if scheme not in LINK_SCHEMES:
            return ""
        if scheme in _WEB:
            return _web_href(href, parts)
        # Some mail programs take a file of the person's along if a link says so.
        return "" if scheme == "mailto" and "attach" in unquote(parts.query).lower() else href
    except ValueError:  # UnicodeError among them: a host that has no ASCII form
        return ""


def _web_href(href: str, parts: SplitResult) -> str:
    host, port = parts.hostname, parts.port
    if not host or "@" in parts.netloc:
        return ""
    if host.isascii():
        return href
    end = "" if port is None else f":{port}"
    return parts._replace(netloc=_ascii_host(host) + end).geturl()


def target_host(href: str) -> str:
    """Give the host a safe link leads to; for an e-mail address the part behind the @."""
    parts = urlsplit(href)
    if parts.scheme.lower() == "mailto":
        return parts.path.rpartition("@")[2].lower()
    return parts.hostname or ""


def is_misleading(label: str, href: str) -> bool:
    """Whether the words of a link look like the address of another host than the one it opens."""
    target = target_host(href)
    words = re.sub(f"[\u200c\u200d{UNSEEN}]", "", label)
    return bool(target) and any(not _is_same_site(shown, target) for shown in _hosts_in(words))


def _hosts_in(words: str) -> list[str]:
    hosts: list[str] = []
    for found in _HOST.finditer(words):
        is_address = words[: found.start()].endswith("://") or found.group().lower().startswith("www.")
        if is_address or found.group().rpartition(".")[2].lower() not in _FILE_ENDINGS:
            hosts.append(found.group().lower())
    return hosts


def _is_same_site(shown: str, target: str) -> bool:
    try:
        one, other = _ascii_host(shown).removeprefix("www."), _ascii_host(target).removeprefix("www.")
    except ValueError:
        return False
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _ascii_host(host: str) -> str:
    return host if host.isascii() else host.encode("idna").decode("ascii").lower()
