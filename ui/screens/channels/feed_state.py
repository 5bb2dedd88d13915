"""What of the feed is shown, and why there is nothing: pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from app.domain.channels.channel import Visibility
from app.domain.channels.rows import FeedLength, FeedQuery, FeedTab
from resources.translations import tr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.domain.channels.rows import ChannelRow


class Nothing(NamedTuple):
    """An empty place: icon, title, text, the next step."""

    icon: str
    title: str
    text: str = ""
    action: str = ""


def is_filtered(query: FeedQuery) -> bool:
    """Whether something is left out."""
    return query != FeedQuery(query.tab, query.channel, term=query.term)


def without_filter(query: FeedQuery) -> FeedQuery:
    """The same page with everything in it; the search stays."""
    return FeedQuery(query.tab, query.channel, term=query.term)


def tab_of(name: object) -> FeedTab:
    """The tab that was open last; what is none is the first one."""
    return next((tab for tab in FeedTab if tab.value == name), FeedTab.FOLLOWING)


def length_of(key: str) -> FeedLength:
    """The length a chip stands for; none is on: any."""
    return FeedLength(key) if key else FeedLength.ANY


def tab_words(tab: FeedTab) -> str:
    """The words of a chip."""
    return {
        FeedTab.FOLLOWING: tr("Following"),
        FeedTab.COMPANY: tr("My company"),
        FeedTab.PARTNERS: tr("Partners"),
        FeedTab.DISCOVER: tr("Discover"),
    }[tab]


def channels_of(
    tab: FeedTab, followed: Iterable[ChannelRow], found: Iterable[ChannelRow]
) -> list[ChannelRow]:
    """The channels of the strip: invitations first, then those with news, else by name."""
    if tab is FeedTab.FOLLOWING:
        both = [*(one for one in found if one.is_invited), *followed]
        return sorted(both, key=lambda one: (not one.is_invited, not one.unread, one.name.casefold()))
    if tab is FeedTab.DISCOVER:
        return sorted(found, key=lambda one: one.name.casefold())
    wanted = Visibility.INTERNAL if tab is FeedTab.COMPANY else Visibility.PARTNERS
    both = [one for one in (*followed, *found) if one.audience.visibility is wanted]
    return sorted(both, key=lambda one: (not one.is_followed, not one.unread, one.name.casefold()))


def with_term(channels: list[ChannelRow], term: str) -> list[ChannelRow]:
    """Those whose name or description holds a term."""
    words = term.casefold().split()
    return [one for one in channels if all(word in f"{one.name}\n{one.about}".casefold() for word in words)]


def empty_words(query: FeedQuery, *, follows_any: bool, has_channels: bool = False) -> Nothing:
    """Why a page has nothing, and what to do."""
    if query.term:
        text = tr("Nothing that was said, written or commented contains “{term}”.", term=query.term)
        return Nothing("magnifying-glass", tr("Nothing found"), text)
    if is_filtered(query):
        return Nothing(
            "funnel-simple", tr("Nothing here"), tr("No video fits this filter."), tr("Show everything")
        )
    if query.channel is not None:
        return Nothing("monitor-play", tr("No videos yet"), tr("What is published here comes here."))
    if has_channels and query.tab is not FeedTab.FOLLOWING:
        return Nothing("monitor-play", tr("No videos yet"), tr("Open a channel above to look into it."))
    return _empty_tab(query.tab, follows_any=follows_any)


def _empty_tab(tab: FeedTab, *, follows_any: bool) -> Nothing:
    if tab is FeedTab.FOLLOWING and not follows_any:
        return Nothing(
            "monitor-play",
            tr("You do not follow any channel yet"),
            tr("Training, product talks, news: find the channels of your company and your partners."),
            tr("Discover channels"),
        )
    if tab is FeedTab.FOLLOWING:
        return Nothing(
            "monitor-play", tr("No videos yet"), tr("What the channels you follow publish comes here.")
        )
    if tab is FeedTab.COMPANY:
        text = tr("A channel takes a minute to make. Only people of your company see what is in it.")
        return Nothing("buildings", tr("Your company has no channel yet"), text, tr("New channel"))
    if tab is FeedTab.PARTNERS:
        text = tr("Channels that you and your partners' companies share come here.")
        return Nothing("handshake", tr("No partners' channels"), text)
    text = tr("You follow every channel that your server knows of.")
    return Nothing("magnifying-glass", tr("Nothing new to discover"), text, tr("Look again"))
