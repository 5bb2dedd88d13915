"""Subtitles: SRT, WebVTT and ASS/SSA files as cues. Hostile input: broken parts are skipped, sizes bounded.

Source: W3C WebVTT; "SubRip" as players read it; ASS "[Events]" lines. Styles beyond plain text are left out.
"""

import html
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.channels.wire import MAX_DURATION_MS, MAX_SUBTITLE_BYTES
from app.errors import InputError

MAX_CUES = 20_000
MAX_CUE_TEXT = 1_000
MAX_SHOWN = 8
LOOK_BACK = 200
"""A cue is still found at a moment when that many others began after it."""

_CLOCK = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_TIMING = re.compile(rf"\s*{_CLOCK}[ \t]*-->[ \t]*{_CLOCK}")
_ASS_CLOCK = re.compile(r"\s*(\d{1,3}):(\d{1,2}):(\d{1,2})[.,](\d{1,3})\s*$")
_LINE_ENDS = re.compile("\r\n|\r|\n")
_TAGS = re.compile(r"<[^<>\n]{0,200}>")
_SRT_OVERRIDES = re.compile(r"\{\\[^{}\n]{0,200}\}")
_ASS_OVERRIDES = re.compile(r"\{([^{}]{0,2000})\}")
_ASS_DRAWING = re.compile(r"\\p([0-9])")
_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_ASS_COLUMNS = (
    "layer",
    "start",
    "end",
    "style",
    "name",
    "marginl",
    "marginr",
    "marginv",
    "effect",
    "text",
)


@dataclass(frozen=True, slots=True)
class Cue:
    """A text that is shown from `from_ms` until `until_ms`. Lines are separated by a line break."""

    from_ms: int
    until_ms: int
    text: str


def parse_subtitles(data: bytes, format: str = "") -> tuple[Cue, ...]:
    """Read a file, sorted by time. The format is guessed where it is empty or wrong; UTF-8, UTF-16 and GB 18030 are known.

    Raises `InputError`: `subtitle_unreadable` when there is no cue in it, `subtitle_too_large`.
    """
    if len(data) > MAX_SUBTITLE_BYTES:
        raise InputError("too large for subtitles", code="subtitle_too_large", limit=MAX_SUBTITLE_BYTES)
    lines = _LINE_ENDS.split(_decoded(data))
    guess = _format_of(lines, format.lower().lstrip("."))
    found = _ass_cues(lines) if guess == "ass" else _block_cues(lines, is_vtt=guess == "vtt")
    cues: dict[Cue, None] = {}
    for cue in found:
        if len(cues) >= MAX_CUES:
            break
        if cue.text and cue.from_ms < cue.until_ms <= MAX_DURATION_MS:
            cues[cue] = None  # an ASS file says one text in several layers
    if not cues:
        raise InputError("no subtitles in it", code="subtitle_unreadable")
    return tuple(sorted(cues, key=lambda cue: (cue.from_ms, cue.until_ms)))


def cues_at(cues: tuple[Cue, ...], at_ms: int) -> tuple[Cue, ...]:
    """Give what is to be shown at a moment (bisected)."""
    until = bisect_right(cues, at_ms, key=lambda cue: cue.from_ms)
    recent = cues[max(0, until - LOOK_BACK) : until]
    return tuple(cue for cue in recent if cue.until_ms > at_ms)[-MAX_SHOWN:]


def as_vtt(cues: tuple[Cue, ...]) -> str:
    """Write WebVTT: what is uploaded, whatever came in."""
    blocks = [f"{_clock(cue.from_ms)} --> {_clock(cue.until_ms)}\n{_escaped(cue.text)}\n" for cue in cues]
    return "WEBVTT\n\n" + "\n".join(blocks)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if data[:400].count(0) > len(data[:400]) // 4:
        return data.decode("utf-16-be" if data[:1] == b"\0" else "utf-16-le", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8-sig", "replace")


def _format_of(lines: list[str], claim: str) -> str:
    first = next((line.strip() for line in lines if line.strip()), "")
    if first.startswith("WEBVTT"):
        return "vtt"
    if any(line.startswith("Dialogue:") for line in lines):
        return "ass"
    return "vtt" if claim == "vtt" else "srt"


def _block_cues(lines: list[str], *, is_vtt: bool) -> Iterator[Cue]:
    """Read SRT or WebVTT: a line with two times begins a cue, an empty line ends it. Some files have no empty lines: then the number of
    the next cue is the last line of the one before."""
    times: tuple[int, int] | None = None
    text: list[str] = []
    for line in lines:
        match = _TIMING.match(line)
        if match is None:
            if line.strip():
                text.append(line)
            elif times is not None:
                yield Cue(*times, _block_text(text, is_vtt))
                times = None
            continue
        if times is not None:
            kept = text[:-1] if text and text[-1].strip().isdigit() else text
            yield Cue(*times, _block_text(kept, is_vtt))
        times, text = (_ms(*match.groups()[:4]), _ms(*match.groups()[4:])), []
    if times is not None:
        yield Cue(*times, _block_text(text, is_vtt))


def _block_text(lines: list[str], is_vtt: bool) -> str:
    text = "\n".join(lines)[: MAX_CUE_TEXT * 4]
    text = _TAGS.sub("", text)
    if is_vtt:
        parts = [html.unescape(line).replace("\n", " ") for line in text.split("\n")]
        return _tidy("\n".join(parts))
    return _tidy(_SRT_OVERRIDES.sub("", text))


def _ass_cues(lines: list[str]) -> Iterator[Cue]:
    columns = list(_ASS_COLUMNS)
    section = ""
    for line in lines:
        if line.startswith("["):
            section = line.strip().lower()
        elif line.startswith("Format:") and section == "[events]":
            named = [name.strip().lower() for name in line[7:].split(",")[:40]]
            columns = named if {"start", "end", "text"} <= set(named) else columns
        elif line.startswith("Dialogue:"):
            cue = _dialogue(line[9:].split(",", len(columns) - 1), columns)
            if cue is not None:
                yield cue


def _dialogue(values: list[str], columns: list[str]) -> Cue | None:
    fields = dict(zip(columns, values, strict=False))
    start, end = _ASS_CLOCK.match(fields.get("start", "")), _ASS_CLOCK.match(fields.get("end", ""))
    if start is None or end is None:
        return None
    return Cue(_ms(*start.groups()), _ms(*end.groups()), _ass_text(fields.get("text", "")))


def _ass_text(text: str) -> str:
    """Leave out overrides, and the shapes drawn between `{\\p1}` and `{\\p0}`."""
    kept: list[str] = []
    is_drawing = False
    for number, part in enumerate(_ASS_OVERRIDES.split(text[: MAX_CUE_TEXT * 8])):
        if number % 2:
            for level in _ASS_DRAWING.findall(part):
                is_drawing = level != "0"
        elif not is_drawing:
            kept.append(part)
    plain = "".join(kept).replace("\\N", "\n").replace("\\n", "\n").replace("\\h", " ")
    return _tidy(plain)


def _tidy(text: str) -> str:
    lines = (_CONTROLS.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)[:MAX_CUE_TEXT].strip()


def _ms(hours: str | None, minutes: str, seconds: str, fraction: str) -> int:
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole * 1000 + int(fraction.ljust(3, "0"))


def _clock(ms: int) -> str:
    seconds, ms = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{ms:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
