"""One question to a server and its answer, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said. Header names are lower case; a repeated header is joined by commas."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked."""

    method: str
    url: str
    headers: dict[str, str] = field(repr=False)
    timeout_s: float
    is_long_poll: bool = False
    follow_redirects: bool = False
    lasting_s: float | None = None

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""
