"""Searching the cache: order, pages, filters, snippets, the index while it is being rebuilt."""

from pathlib import Path

import pytest

from app.domain.ids import RoomID, UserID
from app.domain.timeline import ItemKind
from app.store import search_read
from app.store.connection import transaction
from app.store.search_index import (
    create_search_index,
    index_add,
    index_remove,
    is_index_current,
    rebuild_some,
    start_rebuild,
)
from app.store.search_read import SearchQuery, covered_from, search, snippet_of
from app.store.tokens import parse_query
from tests.helpers.search_corpus import Corpus, Message, room_id

HOUR_MS = 3_600_000
START_MS = 1_700_000_000_000


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path)


def found(corpus: Corpus, text: str, limit: int = 50, **filters: object) -> list[int]:
    """All pages of a search as item numbers, in the order shown."""
    items: list[int] = []
    following: int | None = None
    while True:
        page = search(corpus.conn, SearchQuery(text, **filters), limit, following)  # type: ignore[arg-type]
        items += [int(hit.event_id.removeprefix("$m")) for hit in page.hits]
        following = page.next
        if following is None:
            return items


def test_newest_first_even_when_history_arrives_backwards(corpus: Corpus) -> None:
    new = corpus.add([Message("报告", START_MS + HOUR_MS), Message("报告", START_MS + 2 * HOUR_MS)])
    old = corpus.add([Message("报告", START_MS - HOUR_MS), Message("报告", START_MS - 2 * HOUR_MS)])
    assert found(corpus, "报告") == [new[1], new[0], *old]


def test_pages_join_without_holes_or_doubles(corpus: Corpus) -> None:
    ids = corpus.add([Message(f"会议 {n}", START_MS + n * 60_000) for n in range(137)])
    assert found(corpus, "会议", limit=10) == ids[::-1]


def test_many_messages_of_the_same_second_are_all_found(corpus: Corpus) -> None:
    ids = corpus.add([Message(f"同时 {n}", START_MS) for n in range(700)])
    assert sorted(found(corpus, "同时")) == ids
    for item in ids[::2]:
        corpus.redact(item)
    assert sorted(found(corpus, "同时")) == ids[1::2]


def test_filters(corpus: Corpus) -> None:
    li, wang = "@li:acme.example", "@wang:acme.example"
    ids = corpus.add(
        [
            Message("预算", START_MS, 1, li),
            Message("预算表.xlsx", START_MS + HOUR_MS, 2, wang, ItemKind.FILE),
            Message("预算", START_MS + 2 * HOUR_MS, 2, li),
            Message("预算.png", START_MS + 3 * HOUR_MS, 1, wang, ItemKind.IMAGE),
        ]
    )
    assert found(corpus, "预算", room=RoomID(room_id(2))) == [ids[2], ids[1]]
    assert found(corpus, "预算", room=RoomID("!nowhere:x")) == []
    assert found(corpus, "预算", sender=UserID(li)) == [ids[2], ids[0]]
    assert found(corpus, "预算", kinds=(ItemKind.FILE, ItemKind.IMAGE)) == [ids[3], ids[1]]
    assert found(corpus, "预算", kinds=(ItemKind.TEXT,)) == [ids[2], ids[0]]
    assert found(corpus, "", kinds=(ItemKind.FILE,)) == [ids[1]]
    assert found(corpus, "预", room=RoomID(room_id(1))) == [ids[3], ids[0]]
    assert found(corpus, "预算", since_ms=START_MS + HOUR_MS, until_ms=START_MS + 3 * HOUR_MS) == [
        ids[2],
        ids[1],
    ]


def test_times_are_exact_although_keys_are_moved(corpus: Corpus) -> None:
    ids = corpus.add([Message("同时", START_MS + n) for n in range(200)])
    assert sorted(found(corpus, "同时", since_ms=START_MS + 50, until_ms=START_MS + 60)) == ids[50:60]


def test_an_empty_query_finds_nothing(corpus: Corpus) -> None:
    corpus.add([Message("任何")])
    assert found(corpus, "") == found(corpus, '"') == found(corpus, "  ") == []


def test_edits_and_redactions_follow(corpus: Corpus) -> None:
    first, second = corpus.add([Message("旧文本 draft"), Message("旧文本")])
    corpus.edit(first, "新内容 final")
    corpus.redact(second)
    assert found(corpus, "旧文本") == found(corpus, "draft") == []
    assert found(corpus, "新内容") == found(corpus, "final") == [first]
    corpus.edit(first, "")
    corpus.edit(first, "回来了")
    assert found(corpus, "回来") == [first]


@pytest.mark.parametrize("text", ["啊", "x", "？", "zz"])
def test_a_rare_short_term_far_back_is_found(corpus: Corpus, text: str) -> None:
    (old,) = corpus.add([Message(f"{text} 在很久以前", START_MS)])
    corpus.add([Message(f"其他消息 {n}", START_MS + n * 5_000) for n in range(1, 4_500)])
    assert found(corpus, text) == [old]
    assert found(corpus, text, room=RoomID(room_id(1))) == [old]


def test_a_page_looks_at_a_bounded_number_of_messages(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_read, "_MAX_CANDIDATES", 10)
    corpus.add([Message(f"甲乙 {n}", START_MS + n * 1000) for n in range(30)])
    (last,) = corpus.add([Message("甲乙 丙", START_MS - 1000)])
    page = search(corpus.conn, SearchQuery("甲乙 丙"))
    assert page.hits == () and page.next is not None
    assert found(corpus, "甲乙 丙") == [last]


def test_a_rebuild_goes_in_steps_and_takes_changes_meanwhile(corpus: Corpus) -> None:
    ids = corpus.add([Message(f"重建 {n}", START_MS + n * 1000) for n in range(50)])
    with transaction(corpus.conn):
        start_rebuild(corpus.conn)
    assert not is_index_current(corpus.conn)
    assert found(corpus, "重建") == []
    with transaction(corpus.conn):
        assert rebuild_some(corpus.conn, 20)
    corpus.edit(ids[5], "已改")  # indexed again already
    corpus.edit(ids[40], "已改")  # not yet
    corpus.redact(ids[41])
    ids += corpus.add([Message("重建 新", START_MS + 90_000)])
    while rebuild_some(corpus.conn, 20):
        pass
    assert is_index_current(corpus.conn)
    assert sorted(found(corpus, "重建")) == [n for n in ids if n not in (ids[5], ids[40], ids[41])]
    assert sorted(found(corpus, "已改")) == [ids[5], ids[40]]


def test_an_index_of_another_version_is_not_current(corpus: Corpus) -> None:
    assert is_index_current(corpus.conn)
    corpus.conn.execute("UPDATE search_state SET value = '0/1.0' WHERE name = 'version'")
    create_search_index(corpus.conn)
    assert not is_index_current(corpus.conn)


def test_adding_twice_and_removing_the_unknown_change_nothing(corpus: Corpus) -> None:
    (item,) = corpus.add([Message("一次就好")])
    index_add(corpus.conn, [(item, "一次就好"), (item, "一次就好")])
    index_remove(corpus.conn, [(999, "没有这个")])
    assert found(corpus, "一次") == [item]
    index_remove(corpus.conn, [(item, "一次就好")])
    assert found(corpus, "一次") == []


def test_a_hit_names_its_room_and_sender(corpus: Corpus) -> None:
    (item,) = corpus.add([Message("合同已发", START_MS, 3)])
    corpus.conn.execute("INSERT INTO member(room, user, name) VALUES (3, '@wang:acme.example', '王强')")
    (hit,) = search(corpus.conn, SearchQuery("合同")).hits
    assert hit.room_id == room_id(3) and hit.room_name == "Room 3"
    assert hit.sender_name == "王强" and hit.event_id == f"$m{item}" and hit.ts_ms == START_MS
    assert hit.snippet == "合同已发" and hit.ranges == ((0, 2),)


def test_the_snippet_shows_the_first_place_of_a_long_text() -> None:
    body = "前" * 300 + "目标\n后" + "尾" * 300
    snippet, ranges = snippet_of(body, parse_query("目标"))
    assert snippet.startswith("…前") and snippet.endswith("尾…") and "\n" not in snippet
    assert [snippet[a:b] for a, b in ranges] == ["目标"]
    assert len(snippet) <= search_read.SNIPPET_CHARACTERS + 2


def test_marks_cover_whole_characters_of_the_original() -> None:
    snippet, ranges = snippet_of("ﬁne 株㍿ e\u0301té", parse_query("fi 会社 ETE"))
    assert [snippet[a:b] for a, b in ranges] == ["ﬁ", "㍿", "e\u0301té"]


def test_coverage_is_the_newest_hole(corpus: Corpus) -> None:
    ids = corpus.add([Message("a", START_MS + n * HOUR_MS, 1 + n % 2) for n in range(8)])
    assert covered_from(corpus.conn) is None
    corpus.conn.execute("UPDATE room SET first_pos = 0, last_pos = 3")
    corpus.conn.execute("UPDATE room SET reached_start = 0 WHERE id = 2")
    assert covered_from(corpus.conn) == START_MS + HOUR_MS  # the oldest message of room 2
    corpus.conn.execute("INSERT INTO gap(id, room, ord, token) VALUES (7, 1, 3, 't')")
    corpus.conn.execute("UPDATE item SET pos = pos + 1 WHERE room = 1 AND pos >= 2")
    corpus.conn.execute("INSERT INTO item(id, room, pos, kind) VALUES (-7, 1, 2, 'gap')")
    assert covered_from(corpus.conn, RoomID(room_id(1))) == START_MS + 4 * HOUR_MS
    assert covered_from(corpus.conn) == START_MS + 4 * HOUR_MS
    assert len(ids) == 8
