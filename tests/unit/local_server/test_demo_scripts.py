"""The demo company's scripts: complete, in order, deterministic, and refused when they break the format."""

from datetime import datetime

import pytest

from app.local_server.demo.calendar import Calendar
from app.local_server.demo.media import make_file, make_image
from app.local_server.demo.people import DEPARTMENTS, EMPLOYEES, SIGNED_IN
from app.local_server.demo.script import RoomScript, ScriptError, load_scripts, parse_script
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
