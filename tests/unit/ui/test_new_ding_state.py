"""A ding being written: what stands in its way, and the ding it becomes."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.dings import MAX_RECIPIENTS, DingKind, DingRepeat, DingSource, ding_json, parse_ding
from app.domain.ids import EventID, RoomID, UserID
from resources.translations import language, set_language
from ui.person import Person
from ui.screens.new_ding import new_ding_words as words
from ui.screens.new_ding.new_ding_state import (
    MAX_FILES,
    MAX_TEXT,
    Audience,
    Problem,
    To,
    When,
    Writing,
    clean_text,
    content_of,
    has_content,
    only_told,
    problems,
    recipients,
    send_at_ms,
    without_lost_files,
    writing_of,
    writing_text,
)

HOUR = 3_600_000
NOW = 1_800_000_000_000
ROOM = RoomID("!launch:acme.example")


def person(name: str, *, is_external: bool = False) -> Person:
    return Person(UserID(f"@{name}:acme.example"), name, is_external)


WANG, TOM, LIU = person("wang"), person("tom"), person("liu")
IN_ROOM = Audience(
    ROOM,
    "Launch",
    everyone=(WANG, TOM, LIU),
    unread=(LIU,),
    source=DingSource(ROOM, EventID("$said")),
)
GOOD = Writing(
    to=To.EVERYONE,
    text="Confirm by 18:00",
    due_ms=NOW + 2 * HOUR,
    start_ms=NOW + 3 * HOUR,
    end_ms=NOW + 4 * HOUR,
    at_ms=NOW + HOUR,
)


@pytest.fixture(autouse=True)
def _english() -> object:
    before = language()
    set_language("en")
    yield
    set_language(before)


def test_a_notice_to_everyone_has_no_problem() -> None:
    assert problems(GOOD, IN_ROOM, NOW) == ()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"to": To.PICKED}, Problem.NO_PEOPLE),
        ({"to": To.PICKED, "picked": tuple(person(f"p{n}") for n in range(501))}, Problem.TOO_MANY_PEOPLE),
        ({"text": " \n "}, Problem.NO_TEXT),
        ({"text": "字" * (MAX_TEXT + 1)}, Problem.TEXT_TOO_LONG),
        ({"kind": DingKind.TASK, "due_ms": NOW}, Problem.DUE_PAST),
        ({"kind": DingKind.TASK, "due_ms": -5}, Problem.DUE_PAST),
        ({"kind": DingKind.TASK, "when": When.LATER, "at_ms": NOW + 2 * HOUR}, Problem.SENT_AFTER_DUE),
        ({"kind": DingKind.MEETING, "start_ms": NOW}, Problem.START_PAST),
        ({"kind": DingKind.MEETING, "end_ms": NOW + 3 * HOUR}, Problem.END_BEFORE_START),
        ({"kind": DingKind.MEETING, "when": When.REPEAT, "at_ms": NOW + 3 * HOUR}, Problem.SENT_AFTER_START),
        ({"when": When.LATER, "at_ms": NOW}, Problem.SEND_PAST),
        ({"when": When.REPEAT, "at_ms": NOW - 1}, Problem.SEND_PAST),
        ({"is_breaking_glass": True, "reason": "  "}, Problem.NO_REASON),
        ({"files": (Path("/no/such/file"),)}, Problem.FILE_GONE),
        ({"files": (Path("/no/such/file"),) * (MAX_FILES + 1)}, Problem.TOO_MANY_FILES),
    ],
)
def test_what_cannot_be_sent_is_named(change: dict[str, object], problem: Problem) -> None:
    writing = replace(GOOD, **change)  # type: ignore[arg-type]
    assert problems(writing, IN_ROOM, NOW) == (problem,)
    assert words.problem_words(problem)


def test_times_of_another_kind_do_not_stand_in_the_way() -> None:
    stale = replace(GOOD, due_ms=1, start_ms=1, end_ms=0)
    assert problems(stale, IN_ROOM, NOW) == ()
    assert problems(replace(stale, kind=DingKind.TASK), IN_ROOM, NOW) == (Problem.DUE_PAST,)


def test_long_text_to_many_people_is_too_much_for_one_event() -> None:
    crowd = tuple(Person(UserID(f"@{'x' * 100}{n}:acme.example"), "x") for n in range(MAX_RECIPIENTS))
    writing = replace(GOOD, to=To.PICKED, picked=crowd)
    assert problems(writing, IN_ROOM, NOW) == (Problem.TOO_LARGE,)


def test_copies_count_towards_the_limit_and_nobody_is_asked_twice() -> None:
    crowd = tuple(person(f"p{n}") for n in range(MAX_RECIPIENTS))
    writing = replace(GOOD, kind=DingKind.TASK, to=To.PICKED, picked=(*crowd, crowd[0]), cc=(crowd[1],))
    assert len(recipients(writing, IN_ROOM)) == MAX_RECIPIENTS
    assert only_told(writing, IN_ROOM) == ()
    assert problems(writing, IN_ROOM, NOW) == ()
    assert problems(replace(writing, cc=(TOM,)), IN_ROOM, NOW) == (Problem.TOO_MANY_PEOPLE,)


def test_whom_each_choice_means() -> None:
    assert recipients(GOOD, IN_ROOM) == (WANG, TOM, LIU)
    assert recipients(replace(GOOD, to=To.UNREAD), IN_ROOM) == (LIU,)
    assert recipients(replace(GOOD, to=To.PICKED, picked=(TOM, TOM)), IN_ROOM) == (TOM,)


def test_a_ding_says_only_what_its_kind_asks_for() -> None:
    full = replace(GOOD, cc=(TOM,), to=To.UNREAD, place=" Hall 3 ", nudge_every_min=30, nudge_times=5)
    notice = content_of(full, IN_ROOM)
    assert (notice.due_ms, notice.start_ms, notice.end_ms, notice.place, notice.remind_min, notice.cc) == (
        None,
        None,
        None,
        "",
        None,
        (),
    )
    assert (notice.nudge_every_min, notice.nudge_times) == (30, 5)
    task = content_of(replace(full, kind=DingKind.TASK), IN_ROOM)
    assert (task.due_ms, task.cc, task.start_ms) == (full.due_ms, (TOM.user_id,), None)
    meeting = content_of(replace(full, kind=DingKind.MEETING, remind_min=60), IN_ROOM)
    assert (meeting.start_ms, meeting.end_ms, meeting.place) == (full.start_ms, full.end_ms, "Hall 3")
    assert (meeting.remind_min, meeting.due_ms, meeting.cc) == (60, None, ())


def test_without_reminders_nothing_is_said_of_their_number() -> None:
    assert content_of(replace(GOOD, nudge_times=20), IN_ROOM).nudge_times == 0


def test_the_source_and_the_reason_can_be_dropped() -> None:
    kept = content_of(replace(GOOD, is_breaking_glass=True, reason=" fire "), IN_ROOM)
    assert (kept.source, kept.break_glass) == (IN_ROOM.source, "fire")
    dropped = content_of(replace(GOOD, has_source=False, reason="fire"), IN_ROOM)
    assert (dropped.source, dropped.break_glass) == (None, "")


def test_only_a_repeated_ding_says_how_often() -> None:
    weekly = replace(GOOD, repeat=DingRepeat.WEEKLY)
    assert content_of(weekly, IN_ROOM).repeat is DingRepeat.NONE
    assert content_of(replace(weekly, when=When.REPEAT), IN_ROOM).repeat is DingRepeat.WEEKLY
    assert (send_at_ms(weekly), send_at_ms(replace(weekly, when=When.REPEAT))) == (None, GOOD.at_ms)


def test_what_it_becomes_is_a_ding_for_everybody() -> None:
    for kind in DingKind:
        content = content_of(replace(GOOD, kind=kind, is_breaking_glass=True, reason="why"), IN_ROOM)
        assert parse_ding({"body": "[DING] x", "im.tack.ding": ding_json(content)}) == content


def test_text_is_cleaned_and_its_lines_are_kept() -> None:
    assert clean_text(" one\r\ntwo\rthree\0 \n") == "one\ntwo\nthree"


def test_a_draft_is_the_same_after_a_crash(tmp_path: Path) -> None:
    here = tmp_path / "plan.pdf"
    here.write_bytes(b"x")
    gone = tmp_path / "gone.pdf"
    writing = replace(
        GOOD, picked=(WANG,), cc=(person("out", is_external=True),), files=(here, gone), reason="r"
    )
    read = writing_of(writing_text(writing))
    assert read == writing
    assert without_lost_files(writing).files == (here,)


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", '{"v": 2}', '{"v": 1, "kind": "notice"}'])
def test_what_is_no_draft_is_not_read(text: str) -> None:
    assert writing_of(text) is None


def test_closing_asks_only_where_something_was_typed() -> None:
    begun = replace(GOOD, text="quoted")
    assert not has_content(replace(begun, kind=DingKind.TASK, when=When.LATER, text="quoted "), begun)
    assert has_content(replace(begun, text="quoted, and more"), begun)
    assert has_content(replace(begun, picked=(TOM,)), begun)


# Words --------------------------------------------------------------------------------------------------------


def test_the_preview_says_who_and_where() -> None:
    assert words.preview_words(GOOD, IN_ROOM) == "To 3 people in Launch"
    one = replace(GOOD, to=To.PICKED, picked=(TOM,))
    assert words.preview_words(one, IN_ROOM) == "To tom in Launch"
    assert words.preview_words(one, Audience()) == "To tom, in your direct chat"
    both = replace(GOOD, to=To.PICKED, picked=(TOM, WANG))
    assert words.preview_words(both, Audience()) == "To 2 people, in a conversation made for this"
    assert words.preview_words(replace(GOOD, to=To.PICKED), IN_ROOM) == ""


def test_who_has_too_many_dings_is_told() -> None:
    assert words.busy_words([], 200) == ""
    assert words.busy_words([TOM], 200) == "tom already has 200 DINGs to confirm."
    told = words.busy_words([TOM, WANG, LIU, person("x")], 200)
    assert told == "tom, wang, liu and 1 more already have 200 DINGs to confirm each."


def test_a_phone_is_told_times_place_and_reason() -> None:
    from datetime import datetime

    start = round(datetime(2026, 11, 22, 18, 0).timestamp() * 1000)
    timed = replace(GOOD, due_ms=start, start_ms=start, end_ms=start + HOUR, place="Hall\n3")
    assert words.fallback_words(content_of(GOOD, IN_ROOM)) == "React with ✅ to confirm"
    task = replace(timed, kind=DingKind.TASK, is_breaking_glass=True, reason="fire")
    assert words.fallback_words(content_of(task, IN_ROOM)) == (
        "Due 2026-11-22 18:00 · Urgent: fire · React with ✅ to confirm"
    )
    meeting = replace(timed, kind=DingKind.MEETING)
    assert (
        words.fallback_words(content_of(meeting, IN_ROOM))
        == "Time: 2026-11-22 18:00–19:00 · Place: Hall 3 · React with ✅ to confirm"
    )
    overnight = replace(meeting, end_ms=start + 20 * HOUR)
    assert "2026-11-22 18:00 – 2026-11-23 14:00" in words.fallback_words(content_of(overnight, IN_ROOM))
    set_language("zh")
    assert (
        words.fallback_words(content_of(task, IN_ROOM))
        == "截止 2026-11-22 18:00 · 紧急：fire · 回应 ✅ 表示确认"
    )


def test_what_the_note_says_afterwards() -> None:
    later = replace(GOOD, when=When.LATER)
    assert words.sent_words(GOOD, IN_ROOM, NOW, is_online=True) == "DING sent to 3 people"
    assert "goes out when you are online" in words.sent_words(GOOD, IN_ROOM, NOW, is_online=False)
    assert "goes out" in words.sent_words(later, IN_ROOM, NOW, is_online=True)
