"""The company's video channels (`channels.json`): what is in them, who said what. The films themselves are drawn by whoever builds.

A film's files lie in one folder: `<key>.mp4`, its cover `<key>.jpg`, small pictures for the seek bar `<key>.board.jpg`.
"""

from pathlib import Path

import msgspec

WIDTH, HEIGHT = 640, 360
BOARD_COLUMNS, BOARD_WIDTH, BOARD_HEIGHT, BOARD_EVERY_MS = 5, 160, 90, 1000

_CHANNELS = Path(__file__).parent / "channels.json"


class Film(msgspec.Struct, frozen=True):
    """A video and what was said about it. Moments in seconds."""

    key: str
    title: str
    description: str
    who: str
    when: tuple[int, int]
    """Working days ago, minute of that day."""
    seconds: int
    colours: tuple[str, str]
    tags: tuple[str, ...] = ()
    is_in_course: bool = False
    form: tuple[str, str] | None = None
    """Template of the approvals library, words on the button."""
    chapters: tuple[tuple[int, str], ...] = ()
    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()
    """Subtitles, spread evenly over the chapters."""
    likes: tuple[str, ...] = ()
    comments: tuple[tuple[str, int | None, str, int | None], ...] = ()
    """Who, about which second, what, in reply to which comment."""
    finished: tuple[str, ...] = ()
    """Who has seen it to its end and said so."""


class Course(msgspec.Struct, frozen=True):
    """A playlist of the films that say they are in it."""

    id: str
    title: str
    about: str
    is_compulsory: bool
    due_workdays: int


class Live(msgspec.Struct, frozen=True):
    """A stream that is announced for a working day to come."""

    title: str
    description: str
    who: str
    when: tuple[int, int]
    url: str
    workdays: int
    minute: int
    reserved: tuple[str, ...] = ()


class Channel(msgspec.Struct, frozen=True):
    """A channel."""

    key: str
    name: str
    about: str
    owner: str
    editors: tuple[str, ...]
    followers: tuple[str, ...]
    colours: tuple[str, str]
    films: tuple[Film, ...]
    audience: str = "internal"
    partners: tuple[str, ...] = ()
    is_open: bool = True
    wants_reports: bool = False
    unread: int = 0
    """How many of the newest posts 李娜 has not seen."""
    course: Course | None = None
    live: Live | None = None


def channels() -> tuple[Channel, ...]:
    """Give all of them."""
    return msgspec.json.decode(_CHANNELS.read_bytes(), type=tuple[Channel, ...])


def subtitle_text(film: Film, lines: tuple[str, ...]) -> str:
    """Write subtitles as WebVTT."""
    step = film.seconds / len(lines)
    cues = [
        f"{_clock(number * step + 0.3)} --> {_clock((number + 1) * step - 0.2)}\n{line}\n"
        for number, line in enumerate(lines)
    ]
    return "WEBVTT\n\n" + "\n".join(cues)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    return f"00:{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
