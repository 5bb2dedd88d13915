"""Read a room's script: a small text format for conversations, so that they can be written and reviewed as such.

    name: 产品发布小组
    topic: 周五 15:00 彩排
    department: market
    members: wangmin zhangwei lina          the first one makes the room; `everyone` is all employees
    direct: yes · muted: yes · favourite: yes   optional
    ---
    @12 09:30                               twelve working days ago at 09:30; `@0 -25` is 25 minutes ago
    wangmin: 文字                           a message; the next one follows a minute or so later
    lina =title: 文字                       with a label
    zhangwei >title: 文字                   a reply to it (`>` alone: to the message before)
    tom #title: 文字                        in the thread of it
    wangmin !image cover.png 1200x675 2468F2 118C5A
    wangmin !file 流程.pdf 36               size in KB
      + 👍 lina tom | ✅ zhangwei           reactions to the message above
      ~ 新的文字                            the message above was edited
      x                                     … was recalled
    wangmin !ding task lina due=+5h: 文字    a ding, see `dings`; it may have a label
      ✓ lina 好的 | tom                     who confirmed the ding above, with a note or without
    wangmin !nudge title                    reminds those who have not confirmed it
    *series lunch                           messages that come again and again, see `series`
    === read                                李娜 has read up to here

`@姓名` in a text becomes a mention, `@所有人` mentions the room, `\\n` breaks the line.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.local_server.demo.dings import DingPlan, parse_confirmations, parse_plan
from app.local_server.demo.people import BY_KEY, EMPLOYEES

SCRIPTS = Path(__file__).parent / "rooms"

_MESSAGE = re.compile(r"^(\w+)((?:\s*[=>#]\w*)*):\s(.+)$")
_ATTACHMENT = re.compile(r"^(\w+)\s!(image|file)\s(\S+)\s?(.*)$")
_DING = re.compile(r"^(\w+)(?:\s=(\w+))?\s!ding\s(.+?):\s(.+)$")
_NUDGE = re.compile(r"^(\w+)\s!nudge\s(\w+)$")
_MARK = re.compile(r"([=>#])(\w*)")
_TIME = re.compile(r"^@(\d+)\s(?:(\d\d):(\d\d)|-(\d+))$")


@dataclass(frozen=True, slots=True)
class Moment:
    """When: working days ago and minute of that day; or, today, minutes before now."""

    workdays_ago: int
    minute: float = 0.0
    minutes_before_now: float | None = None

    def later(self, seconds: float) -> "Moment":
        """Give a moment after this one."""
        if self.minutes_before_now is not None:
            return Moment(0, 0.0, max(0.2, self.minutes_before_now - seconds / 60))
        return Moment(self.workdays_ago, self.minute + seconds / 60)

    def order(self) -> tuple[int, float]:
        """Sort key: older first."""
        if self.minutes_before_now is not None:
            return (1, -self.minutes_before_now)
        return (-self.workdays_ago, self.minute)


@dataclass(slots=True)
class Line:
    """A message of the script with what happened to it later."""

    sender: str
    when: Moment
    text: str = ""
    attachment: str = ""
    """`image` or `file`."""
    filename: str = ""
    arguments: tuple[str, ...] = ()
    reply_to: "Line | None" = None
    thread: "Line | None" = None
    reactions: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    edited_text: str = ""
    is_recalled: bool = False
    ding: DingPlan | None = None
    nudges: "Line | None" = None
    """The ding that this one reminds of."""


@dataclass(slots=True)
class RoomScript:
    """A room and what was said in it, oldest first."""

    key: str
    name: str
    members: tuple[str, ...]
    topic: str = ""
    department: str = ""
    is_direct: bool = False
    is_muted: bool = False
    is_favourite: bool = False
    lines: list[Line] = field(default_factory=list)
    unread: int = 0
    """How many of the last lines 李娜 has not read."""


Series = Callable[[str], Iterator[Line]]


class ScriptError(Exception):
    """A script breaks the format; the text names file and line."""


def load_scripts(series: Series) -> list[RoomScript]:
    """Read all scripts, in the order of their file names."""
    return [
        parse_script(path.stem, path.read_text("utf-8"), series) for path in sorted(SCRIPTS.glob("*.txt"))
    ]


def parse_script(key: str, text: str, series: Series) -> RoomScript:
    """Read one script. Raises `ScriptError`."""
    header, _, body = text.partition("\n---\n")
    fields = dict(line.split(": ", 1) for line in header.splitlines() if line.strip())
    members = tuple(fields["members"].split())
    if members[-1] == "everyone":
        members = members[:-1] + tuple(p.key for p in EMPLOYEES if p.key not in members)
    script = RoomScript(
        key=key,
        name=fields.get("name", ""),
        members=members,
        topic=fields.get("topic", ""),
        department=fields.get("department", ""),
        is_direct=fields.get("direct") == "yes",
        is_muted=fields.get("muted") == "yes",
        is_favourite=fields.get("favourite") == "yes",
    )
    _Body(script, series).read(body)
    return script


class _Body:
    """The lines under the header, read one after another."""

    def __init__(self, script: RoomScript, series: Series) -> None:
        self._script = script
        self._series = series
        self._labels: dict[str, Line] = {}
        self._now = Moment(0)
        self._previous: Line | None = None
        self._last_read: Line | None = None

    def read(self, body: str) -> None:
        for number, raw in enumerate(body.splitlines(), start=1):
            try:
                if raw.strip():
                    self._line(raw)
            except (KeyError, ValueError, AttributeError) as error:
                raise ScriptError(
                    f"{self._script.key}, line {number} of the body: {raw!r}: {error!r}"
                ) from error
        lines = self._script.lines
        lines.sort(key=lambda line: line.when.order())
        if self._last_read:
            self._script.unread = len(lines) - 1 - lines.index(self._last_read)

    def _line(self, raw: str) -> None:
        if raw.startswith("  "):
            self._afterwards(raw.strip())
        elif raw.startswith("@"):
            self._now = _moment(raw)
        elif raw.startswith("*series "):
            self._script.lines += self._series(raw.split()[1])
        elif raw == "=== read":
            self._last_read = self._previous
        else:
            self._say(raw)

    def _say(self, raw: str) -> None:
        line = self._attachment(raw) or self._ding(raw) or self._nudge(raw) or self._message(raw)
        self._member(line.sender)
        self._script.lines.append(line)
        self._previous = line
        self._now = self._now.later(25 + 3.1 * (len(line.text) % 40) + 11 * (len(self._script.lines) % 7))

    def _attachment(self, raw: str) -> Line | None:
        found = _ATTACHMENT.match(raw)
        if not found:
            return None
        sender, kind, name, rest = found.groups()
        return Line(_known(sender), self._now, attachment=kind, filename=name, arguments=tuple(rest.split()))

    def _ding(self, raw: str) -> Line | None:
        found = _DING.match(raw)
        if not found:
            return None
        sender, label, words, text = found.groups()
        plan = parse_plan(words, [key for key in self._script.members if key != sender])
        for key in (*plan.people, *plan.cc):
            self._member(key)
        line = Line(_known(sender), self._now, text=text.replace("\\n", "\n"), ding=plan)
        if label:
            self._labels[label] = line
        return line

    def _nudge(self, raw: str) -> Line | None:
        found = _NUDGE.match(raw)
        if not found:
            return None
        ding = self._labels[found.group(2)]
        if ding.ding is None or ding.sender != found.group(1):
            raise ValueError("only who sent a ding reminds of it")
        return Line(ding.sender, self._now, text=ding.text, nudges=ding)

    def _member(self, key: str) -> str:
        if key not in self._script.members:
            raise ValueError(f"{key} is not a member")
        return key

    def _message(self, raw: str) -> Line:
        found = _MESSAGE.match(raw)
        if not found:
            raise ValueError("not a message")
        sender, marks, text = found.groups()
        line = Line(_known(sender), self._now, text=text.replace("\\n", "\n"))
        for sign, label in _MARK.findall(marks):
            if sign == "=":
                self._labels[label] = line
            elif sign == ">":
                line.reply_to = self._labels[label] if label else self._previous
            else:
                line.thread = self._labels[label]
        return line

    def _afterwards(self, what: str) -> None:
        if self._previous is None:
            raise ValueError("nothing above")
        if what.startswith("+ "):
            for part in what[2:].split("|"):
                key, *people = part.split()
                self._previous.reactions.append((key, tuple(_known(person) for person in people)))
        elif what.startswith("✓ ") and self._previous.ding is not None:
            self._confirm(self._previous.ding, what[2:])
        elif what.startswith("~ "):
            self._previous.edited_text = what[2:].replace("\\n", "\n")
        elif what == "x":
            self._previous.is_recalled = True
        else:
            raise ValueError("neither +, ✓, ~ nor x")

    @staticmethod
    def _confirm(ding: DingPlan, what: str) -> None:
        for key, note in parse_confirmations(what):
            if key not in ding.people:
                raise ValueError(f"{key} was not asked")
            ding.confirmed.append((key, note))


def _known(key: str) -> str:
    return BY_KEY[key].key


def _moment(raw: str) -> Moment:
    found = _TIME.match(raw)
    if not found:
        raise ValueError("not a time")
    days, hour, minute, before = found.groups()
    if before is not None:
        return Moment(0, 0.0, float(before))
    return Moment(int(days), int(hour) * 60.0 + int(minute))
