"""Posts and channels in words: live streams by their time, duties, what waits, who may see it, where a search found it."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.domain.channels.channel import Audience, Role, Visibility
from app.domain.channels.rows import FeedQuery, FeedTab, PostRow, Watch
from app.domain.ids import EventID, RoomID
from app.domain.timeline import SendState
from resources.formats import format_due
from resources.translations import language, set_language
from tests.helpers import feed_samples as samples
from tests.helpers.feed_samples import DAY, HOUR, NOW_MS
from ui.channel_words import audience_sentence, hit_words
from ui.screens.channels.feed_cards import card_of, head_of, tile_of
from ui.screens.channels.feed_state import (
    channels_of,
    empty_words,
    is_filtered,
    tab_of,
    with_term,
    without_filter,
)
from widgets.video_values import BadgeTone

TALKS = samples.channel("talks", "Product talks")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = language()
    set_language("en")
    yield
    set_language(before)


def stream(starts_ms: int, ends_ms: int = 0, **other: Any) -> PostRow:
    return samples.post(
        "live",
        TALKS,
        "Launch",
        is_live=True,
        duration_ms=None,
        live_starts_ms=starts_ms,
        live_ends_ms=ends_ms,
        **other,
    )


@pytest.mark.parametrize(
    ("row", "badge", "tone", "length"),
    [
        (stream(NOW_MS + HOUR), "Announced", BadgeTone.PLAIN, format_due(NOW_MS + HOUR, NOW_MS)),
        (stream(NOW_MS), "Live", BadgeTone.LIVE, ""),
        (stream(NOW_MS - HOUR, NOW_MS + 1), "Live", BadgeTone.LIVE, ""),
        (stream(NOW_MS - HOUR, NOW_MS), "Over", BadgeTone.PLAIN, ""),
        (stream(NOW_MS - HOUR, NOW_MS - 1, recording=EventID("$r")), "Recording", BadgeTone.PLAIN, ""),
    ],
)
def test_a_stream_says_where_it_stands(row: PostRow, badge: str, tone: BadgeTone, length: str) -> None:
    card = card_of(row, NOW_MS)
    assert (card.badge, card.badge_tone, card.length) == (badge, tone, length)


def test_compulsory_is_said_until_it_is_finished() -> None:
    row = samples.post("l", TALKS, "Lesson", is_compulsory=True, due_ms=NOW_MS + DAY)
    assert card_of(row, NOW_MS).badge == "Compulsory" and card_of(row, NOW_MS).facts.endswith(
        f"by {format_due(NOW_MS + DAY, NOW_MS)}"
    )
    done = card_of(row._replace(watch=Watch(1, 2, NOW_MS)), NOW_MS)
    assert not done.badge and done.share == 1.0 and "finished" in done.spoken


def test_what_waits_and_what_failed_stands_in_place_of_the_age() -> None:
    row = samples.post("w", TALKS, "Mine", send_state=SendState.QUEUED)
    assert (card_of(row, NOW_MS).note, card_of(row, NOW_MS).is_failed) == ("Will be published", False)
    failed = card_of(row._replace(send_state=SendState.WEDGED, error_code="no_permission"), NOW_MS)
    assert failed.is_failed and failed.note.startswith("Not published: ")


def test_a_glance_is_no_place_to_go_on_from_and_an_expired_copy_is_not_kept() -> None:
    row = samples.post("g", TALKS, "Glance", watch=Watch(900, 494_000), kept_until_ms=NOW_MS)
    card = card_of(row, NOW_MS)
    assert card.share == 0.0 and not card.is_kept


@pytest.mark.parametrize(
    ("audience", "says"),
    [
        (Audience(Visibility.INTERNAL), "Only people of your company can see this."),
        (Audience(Visibility.PUBLIC), "Everybody can see this."),
        (
            Audience(Visibility.PARTNERS, ("a.x", "b.x")),
            "Your company and these partners can see this: a.x, b.x.",
        ),
        (
            Audience(Visibility.PARTNERS, ("a.x", "b.x", "c.x", "d.x", "e.x")),
            "Your company and these partners can see this: a.x, b.x, c.x and 2 more.",
        ),
        (Audience(Visibility.PARTNERS), "Your company and named partners can see this."),
    ],
)
def test_every_card_says_who_may_see_it(audience: Audience, says: str) -> None:
    assert audience_sentence(audience) == says
    assert card_of(samples.post("a", TALKS, "A", audience=audience), NOW_MS).tip.endswith(says)


def test_a_hit_says_where_it_was_found() -> None:
    row = samples.post("h", TALKS, "Pump", hit="subtitle", hit_at_ms=3_725_000, hit_text="mind\nthe gap")
    assert hit_words(row) == "Said at 1:02:05: mind the gap"
    assert hit_words(row._replace(hit="comment", hit_at_ms=None, hit_text="")) == "Comment"
    assert hit_words(row._replace(hit="title")) == ""


def test_heads_and_tiles() -> None:
    mine = TALKS._replace(my_role=Role.OWNER, followers=1, posts=2, unread=3, about=" About \n")
    head = head_of(mine)
    assert (
        head.facts == "You own this channel · 1 follower · 2 videos"
        and head.can_manage
        and head.about == "About"
    )
    assert tile_of(mine).spoken == "Product talks, Internal, 3 new videos"
    left = head_of(mine._replace(is_followed=False))
    assert not left.can_manage and not left.can_publish


def test_the_strip_has_invitations_first_then_news_then_the_alphabet() -> None:
    def named(name: str, **other: Any) -> Any:
        return samples.channel(name, name, **other)

    followed = [named("b"), named("a"), named("z", unread=1), named("p", audience=samples.PARTNERS)]
    found = [named("i", is_invited=True, is_followed=False), named("f", is_followed=False)]

    def order(tab: FeedTab) -> str:
        return "".join(row.name for row in channels_of(tab, followed, found))

    assert order(FeedTab.FOLLOWING) == "izabp"
    assert order(FeedTab.COMPANY) == "zabfi"
    assert order(FeedTab.PARTNERS) == "p"
    assert order(FeedTab.DISCOVER) == "fi"
    assert [row.name for row in with_term(followed, "Z")] == ["z"]


def test_every_empty_page_has_words_and_filters_are_told_from_places() -> None:
    for tab in FeedTab:
        for query in (FeedQuery(tab), FeedQuery(tab, term="x"), FeedQuery(tab, is_saved=True)):
            for follows_any in (True, False):
                why = empty_words(query, follows_any=follows_any)
                assert why.title and why.text
    room = RoomID("!a:x")
    assert not is_filtered(FeedQuery(FeedTab.COMPANY, room, term="x"))
    assert is_filtered(FeedQuery(tag="a"))
    assert without_filter(FeedQuery(FeedTab.COMPANY, room, tag="a", term="x")) == FeedQuery(
        FeedTab.COMPANY, room, term="x"
    )
    assert (tab_of("partners"), tab_of("nonsense"), tab_of(None)) == (
        FeedTab.PARTNERS,
        FeedTab.FOLLOWING,
        FeedTab.FOLLOWING,
    )
