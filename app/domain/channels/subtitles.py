"""Subtitles: SRT, WebVTT and ASS/SSA files as cues. Hostile input: broken parts are skipped, sizes bounded.

Source: W3C WebVTT; "SubRip" as players read it; ASS "[Events]" lines. Styles beyond plain text are left out.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cue:
    """A text that is shown from `from_ms` until `until_ms`. Lines are separated by a line break."""

    from_ms: int
    until_ms: int
    text: str


def parse_subtitles(data: bytes, format: str = "") -> tuple[Cue, ...]:
    """Read a file, sorted by time. The format is guessed where it is empty or wrong; UTF-8, UTF-16 and GB 18030 are known.

    Raises `InputError` (`subtitle_unreadable`) when there is no cue in it.
    """
    raise NotImplementedError


def cues_at(cues: tuple[Cue, ...], at_ms: int) -> tuple[Cue, ...]:
    """Give what is to be shown at a moment (bisected)."""
    raise NotImplementedError


def as_vtt(cues: tuple[Cue, ...]) -> str:
    """Write WebVTT: what is uploaded, whatever came in."""
    raise NotImplementedError
