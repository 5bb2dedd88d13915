"""The demo company's scripts: complete, in order, deterministic, and refused when they break the format."""

from datetime import datetime

import pytest

from app.domain.dings import MIN_NUDGE_MS, DingKind, nudged_ding, parse_ding, words_of
from app.domain.ids import EventID, UserID
from app.local_server.demo.calendar import Calendar
from app.local_server.demo.dings import with_ding, with_nudge
from app.local_server.demo.media import make_file, make_image
from app.local_server.demo.people import DEPARTMENTS, EMPLOYEES, SIGNED_IN
from app.local_server.demo.script import Line, RoomScript, ScriptError, load_scripts, parse_script
from app.local_server.demo.series import series
from app.local_server.demo.words import text_content

NOW = datetime(2026, 11, 19, 10, 50).astimezone()


@pytest.fixture(scope="module")
def scripts() -> list[RoomScript]:
    return load_scripts(series)


def test_the_company_has_its_size(scripts: list[RoomScript]) -> None:
    assert len(EMPLOYEES) == 24
    assert len(DEPARTMENTS) == 6
    assert len(scripts) == 30
    assert sum(len(script.lines) for script in scripts) >= 500
    assert all(SIGNED_IN in script.members for script in scripts)
    assert {person.department for person in EMPLOYEES} == set(DEPARTMENTS)
    assert all(sum(p.is_head for p in EMPLOYEES if p.department == key) == 1 for key in DEPARTMENTS)


def test_every_kind_of_thing_occurs(scripts: list[RoomScript]) -> None:
    lines = [line for script in scripts for line in script.lines]
    assert any(line.reply_to for line in lines)
    assert any(line.thread for line in lines)
    assert any(line.edited_text for line in lines)
    assert any(line.is_recalled for line in lines)
    assert any(line.reactions for line in lines)
    assert {line.attachment for line in lines} == {"", "image", "file"}
    assert any("@李娜" in line.text for line in lines)


def test_time_only_goes_forward_and_never_past_now(scripts: list[RoomScript]) -> None:
    calendar = Calendar(NOW)
    for script in scripts:
        times = [calendar.at_ms(line.when) for line in script.lines]
        assert times == sorted(times), script.key
        assert times[-1] <= calendar.now_ms, script.key
    oldest = min(calendar.at_ms(script.lines[0].when) for script in scripts)
    assert calendar.now_ms - oldest > 80 * 86_400_000


def test_working_days_skip_the_weekend() -> None:
    monday = Calendar(datetime(2026, 11, 16, 12, 0).astimezone())
    script = parse_script("x", "members: tom lina\n---\n@1 09:30\ntom: hi\n", series)
    when = datetime.fromtimestamp(monday.at_ms(script.lines[0].when) / 1000)
    assert (when.year, when.month, when.day, when.hour, when.minute) == (2026, 11, 13, 9, 30)


def test_unread_counts_are_those_of_the_picture(scripts: list[RoomScript]) -> None:
    unread = {script.name: script.unread for script in scripts}
    assert unread["华隆零部件·供货群"] == 3
    assert unread["财务通知"] == 8
    assert unread["新员工培训"] == 1


@pytest.mark.parametrize(
    "body",
    [
        "@1 09:30\nnobody: hi",
        "@1 9:30\ntom: hi",
        "tom says hi",
        "  + 👍 tom",
        "@1 09:30\ntom >gone: hi",
        "*series x",
    ],
)
def test_a_broken_script_is_refused_with_its_line(body: str) -> None:
    with pytest.raises(ScriptError, match="line"):
        parse_script("broken", f"members: tom lina\n---\n{body}\n", series)


def test_mentions_become_links_and_names_of_the_specification() -> None:
    content = text_content("@李娜 看一下 <这里>", "x.y")
    assert content["m.mentions"] == {"user_ids": ["@lina:x.y"]}
    assert content["formatted_body"] == '<a href="https://matrix.to/#/@lina:x.y">李娜</a> 看一下 &lt;这里&gt;'
    assert text_content("请准时。@所有人", "x.y")["m.mentions"] == {"room": True}
    assert "format" not in text_content("plain", "x.y")


def test_files_are_real_and_always_the_same() -> None:
    image = make_image("64x36", "2468F2", "118C5A")
    assert image.data == make_image("64x36", "2468F2", "118C5A").data
    assert image.data.startswith(b"\x89PNG")
    assert make_file("a.pdf", 40).data.startswith(b"%PDF")
    assert 40_000 < len(make_file("a.pdf", 40).data) < 44_000
    assert make_file("a.xlsx", 8).data == make_file("a.xlsx", 8).data


def dings_of(scripts: list[RoomScript]) -> list[Line]:
    return [line for script in scripts for line in script.lines if line.ding is not None]


def test_dings_of_every_kind_and_state_occur(scripts: list[RoomScript]) -> None:
    dings = dings_of(scripts)
    plans = [line.ding for line in dings if line.ding is not None]
    assert len(dings) >= 6
    assert {plan.kind for plan in plans} == set(DingKind)
    assert sum(SIGNED_IN in plan.waiting() for plan in plans) >= 3
    assert any(line.sender == SIGNED_IN and line.ding and line.ding.waiting() for line in dings)
    assert any(note for plan in plans for _key, note in plan.confirmed)
    assert any(line.text.isascii() for line in dings) and not all(line.text.isascii() for line in dings)
    lines = [line for script in scripts for line in script.lines]
    assert any(line.nudges for line in lines)
    assert any(line.thread is not None and line.thread.ding is not None for line in lines)
    assert sum(script.is_muted and script.unread > 0 for script in scripts) >= 2


def test_every_ding_is_one_by_the_rules_of_the_wire(scripts: list[RoomScript]) -> None:
    calendar = Calendar(NOW)
    for line in dings_of(scripts):
        assert line.ding is not None
        content = with_ding(
            text_content(line.text, "x.y"), line.ding, calendar.ahead_ms, lambda key: UserID(f"@{key}:x.y")
        )
        ding = parse_ding(content)
        assert ding is not None and ding.kind is line.ding.kind
        assert words_of(content["body"]) == line.text
        assert content["m.mentions"]["user_ids"] == [*ding.recipients, *ding.cc]


def test_a_reminder_names_who_has_not_confirmed_and_comes_late_enough(scripts: list[RoomScript]) -> None:
    calendar = Calendar(NOW)
    reminders = [line for script in scripts for line in script.lines if line.nudges is not None]
    for line in reminders:
        assert line.nudges is not None and line.nudges.ding is not None
        apart = calendar.at_ms(line.when) - calendar.at_ms(line.nudges.when)
        assert apart >= MIN_NUDGE_MS and line.nudges.ding.waiting()
        content = with_nudge(text_content("x", "x.y"), EventID("$d"), [UserID("@a:x.y")])
        assert nudged_ding(content) == "$d" and content["m.mentions"] == {"user_ids": ["@a:x.y"]}


def test_what_a_ding_says_to_clients_that_know_none() -> None:
    body = "members: tom lina\n---\n@1 09:30\n"
    meeting = "tom !ding meeting lina start=+1@15:00 end=+1@16:00 place=Room_302 remind=15: See you\n"
    line = parse_script("x", body + meeting + "  ✓ lina On my way\n", series).lines[0]
    friday = Calendar(datetime(2026, 11, 20, 12, 0).astimezone())
    assert line.ding is not None and line.ding.confirmed == [("lina", "On my way")]
    content = with_ding(
        text_content("See you", "x.y"), line.ding, friday.ahead_ms, lambda key: UserID(f"@{key}:x")
    )
    assert content["body"] == "[DING] See you\n— time 2026-11-23 15:00–16:00 · place Room 302"


@pytest.mark.parametrize(
    "body",
    [
        "tom !ding task: x",
        "tom !ding party lina: x",
        "tom !ding task lina due=soon: x",
        "tom !ding task lina colour=red: x",
        "tom !ding task emma: x",
        "tom =a !ding task lina: x\n  ✓ tom",
        "tom =a !ding task lina: x\nlina !nudge a",
        "tom =a: x\ntom !nudge a",
    ],
)
def test_a_broken_ding_is_refused(body: str) -> None:
    with pytest.raises(ScriptError, match="line"):
        parse_script("broken", f"members: tom lina\n---\n@1 09:30\n{body}\n", series)
