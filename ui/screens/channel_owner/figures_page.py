"""The figures of a channel: followers, likes, comments, who has finished."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.ids import EventID
from app.domain.visible import one_line
from resources.translations import tr, tr_n
from widgets.bar_chart import Bar, BarChart, Part
from widgets.designer_parts import ColumnScroll
from widgets.empty_state import EmptyState
from widgets.figure_tiles import FigureTiles, Tile
from widgets.words import Words

if TYPE_CHECKING:
    from app.domain.channels.rows import ChannelFigures, PostFigures
    from ui.desk import Desk
    from ui.screens.channel_owner.owner_facts import OwnerFacts

MOST_BARS = 40


class FiguresPage(QWidget):
    """Pressing a bar plays the video."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        style = desk.style
        self.tiles = FigureTiles(style)
        self.liked, self.finished = BarChart(style), BarChart(style)
        self.empty = EmptyState(style)
        self.note = Words(style, role="text2", pixels=12)
        self._heads = [Words(style, text, pixels=14, is_bold=True) for text in _heads()]
        self._hints = [Words(style, text, role="text2", pixels=12) for text in _hints()]
        self._scroll = ColumnScroll(style, 24, 6)
        self._scroll.add(self.tiles)
        for head, hint, chart in zip(self._heads, self._hints, (self.liked, self.finished), strict=True):
            self._scroll.column.addSpacing(style.current.px(12))
            self._scroll.add(head, hint, chart)
            chart.bar_activated.connect(lambda key: desk.channels.watch(EventID(key)))
        self._scroll.add(self.note)
        self._scroll.column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._scroll, 1)
        column.addWidget(self.empty, 1)
        self.empty.hide()
        self.empty.action_triggered.connect(self._publish)
        self._facts: OwnerFacts | None = None

    def follow(self, facts: OwnerFacts) -> None:
        """Show these."""
        self._facts = facts
        posts = facts.figures.posts[:MOST_BARS]
        self.tiles.set_tiles(channel_tiles(facts.figures, has_reports=facts.has_reports))
        self.liked.set_bars(self._heads[0].text(), like_bars(posts))
        self.finished.set_bars(self._heads[1].text(), finish_bars(posts) if facts.has_reports else ())
        for part in (self._heads[1], self._hints[1], self.finished):
            part.setVisible(bool(self.finished.bars()))
        self.note.setText(self._note_words(facts))
        self.note.setVisible(bool(self.note.text()))
        self._scroll.setVisible(bool(posts))
        self.empty.setVisible(not posts)
        if not posts:
            words = tr("Publish a first video; then this page counts likes, comments and who has finished.")
            action = tr("Publish a video") if facts.is_editor else ""
            self.empty.set_state("monitor-play", tr("Nothing published yet"), words, action)

    def _note_words(self, facts: OwnerFacts) -> str:
        hidden = len(facts.figures.posts) - MOST_BARS
        if hidden > 0:
            return tr_n("{n} older video is not drawn.", "{n} older videos are not drawn.", hidden)
        return "" if facts.has_reports else reports_words(facts)

    def _publish(self) -> None:
        if self._facts is not None:
            self._desk.channels.publish(self._facts.channel.room_id)


def reports_words(facts: OwnerFacts) -> str:
    """Say why nobody knows who has finished."""
    if not facts.consent.is_given:
        return tr(
            "Who has finished is not counted: the company has not agreed to that. Who runs its space can, in Settings › Videos."
        )
    return tr("Who has finished is not counted. An owner can turn that on in the settings of the channel.")


def channel_tiles(figures: ChannelFigures, *, has_reports: bool) -> list[Tile]:
    """Sum it up."""
    tiles = [
        Tile(tr("Followers"), str(figures.followers)),
        Tile(tr("Videos"), str(len(figures.posts))),
        Tile(tr("Likes"), str(figures.likes)),
        Tile(tr("Comments"), str(figures.comments)),
    ]
    if has_reports:
        begun = sum(post.watched or 0 for post in figures.posts)
        ended = sum(post.finished or 0 for post in figures.posts)
        share = f"{round(100 * ended / begun)} %" if begun else "–"
        tiles.append(Tile(tr("Seen to the end"), share, "done_text" if ended else "text1"))
    return tiles


def like_bars(posts: tuple[PostFigures, ...]) -> list[Bar]:
    """Likes and comments of each video."""
    return [
        Bar(
            _name(post),
            (Part(post.likes, "accent"), Part(post.comments, "done")),
            tr("{likes} · {comments}", likes=post.likes, comments=post.comments),
            post.event_id,
            tr(
                "{title}: {likes} likes, {comments} comments",
                title=_name(post),
                likes=post.likes,
                comments=post.comments,
            ),
        )
        for post in posts
    ]


def finish_bars(posts: tuple[PostFigures, ...]) -> list[Bar]:
    """How many have finished each video, and how many began it only."""
    bars = []
    for post in posts:
        ended = post.finished or 0
        begun = max(post.watched or 0, ended)
        words = tr("{finished} of {begun}", finished=ended, begun=begun)
        spoken = tr(
            "{title}: finished by {finished} of {begun} who began it",
            title=_name(post),
            finished=ended,
            begun=begun,
        )
        parts = (Part(ended, "done"), Part(begun - ended, "waiting"))
        bars.append(Bar(_name(post), parts, words, post.event_id, spoken))
    return bars


def _name(post: PostFigures) -> str:
    return one_line(post.title) or tr("Untitled")


def _heads() -> tuple[str, str]:
    return tr("Likes and comments"), tr("Finished")


def _hints() -> tuple[str, str]:
    return (
        tr("Of each video its likes, then its comments; the newest on top. Press one to play it."),
        tr("Green: finished. Amber: begun. As far as viewers' Tack has reported it."),
    )
