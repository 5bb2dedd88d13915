"""Puts the pieces of one row in their places: bubbles (own at the right) or compact lines.

`arrange` is a pure function of the row, its setting, the look and the width. Heights are whole pixels.
"""

import math
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from widgets.timeline.bubble import BubblePiece, BubbleTone, QuoteLine, Strip
from widgets.timeline.chips import ChipsPiece
from widgets.timeline.ding import DingFoot, DingHead
from widgets.timeline.emoji_only import is_emoji_only
from widgets.timeline.foot import HoverTime, LinkLine, SendSign
from widgets.timeline.grouping import Setting, is_line
from widgets.timeline.lines import DayLabel, GapLine, StateLine, UnreadDivider
from widgets.timeline.look import Face, Look
from widgets.timeline.media_card import FileCard, PictureCard
from widgets.timeline.pieces import Piece, Target, TargetKind
from widgets.timeline.request_card import RequestFoot, RequestHead
from widgets.timeline.sender import AvatarPiece, HeaderPiece
from widgets.timeline.text_block import TextBlock, TextPlan
from widgets.timeline.values import MediaKind, Row, RowKind, SendMark, TextSpan, TimelineTexts

_PICTURES = frozenset({MediaKind.IMAGE, MediaKind.STICKER, MediaKind.VIDEO})
_WAITING = frozenset({SendMark.WAITING, SendMark.SENDING})


@dataclass(slots=True)
class RowLayout:
    """A row ready to paint, in its own coordinates."""

    row: Row
    setting: Setting
    height: int = 0
    pieces: list[Piece] = field(default_factory=list)
    body: QRectF = field(default_factory=QRectF)
    """The bubble, card or line: what the keyboard cursor frames."""
    bubble: BubblePiece | None = None
    state: StateLine | None = None

    @property
    def block(self) -> TextBlock | None:
        """The text that can be selected."""
        if self.bubble is not None:
            return self.bubble.block
        return self.state.block if self.state is not None else None

    @property
    def block_origin(self) -> QPointF:
        """Where that text begins."""
        if self.bubble is not None:
            return self.bubble.text_origin
        return self.state.rect.topLeft() if self.state is not None else QPointF()

    def is_on_text(self, point: QPointF) -> bool:
        """Whether a drag that begins here selects text."""
        if self.bubble is not None:
            return self.bubble.block is not None and self.bubble.rect.contains(point)
        return self.state is not None and self.state.rect.contains(point)

    def target_at(self, point: QPointF) -> Target | None:
        """What lies under a point."""
        for piece in self.pieces:
            target = piece.target_at(point)
            if target is not None:
                return target
        return None


def arrange(
    row: Row, setting: Setting, look: Look, texts: TimelineTexts, width: int, *, is_whole: bool
) -> RowLayout:
    """Lay out one row for a view of this width; `is_whole` shows all of a long message."""
    return _Arranger(row, setting, look, texts, width, is_whole).run()


class _Arranger:
    """Builds one layout from top to bottom; `y` is where the next piece goes."""

    def __init__(
        self, row: Row, setting: Setting, look: Look, texts: TimelineTexts, width: int, is_whole: bool
    ) -> None:
        self.row, self.setting, self.look, self.texts = row, setting, look, texts
        self.width, self.is_whole = width, is_whole
        self.layout = RowLayout(row, setting)
        self.y: float = 0.0
        self.is_right = row.is_own and look.is_bubbles
        avatar = look.style.sizes.avatar if look.is_bubbles else look.style.sizes.avatar_small
        self.avatar = avatar
        self.left = look.edge + avatar + look.px(10)
        right = width - (self.left if look.is_bubbles else look.edge)
        self.room = max(look.px(120), min(right - self.left, look.widest))
        self.right = max(right, self.left + look.px(120))

    def run(self) -> RowLayout:
        """Place everything."""
        self._dividers()
        if is_line(self.row):
            self._line()
        else:
            self._message()
        self.layout.height = max(1, math.ceil(self.y))
        return self.layout

    def _add(self, piece: Piece) -> None:
        self.layout.pieces.append(piece)
        self.y = max(self.y, piece.rect.bottom())

    # -- between messages

    def _dividers(self) -> None:
        setting, look = self.setting, self.look
        if setting.is_first:
            self.y += look.px(8)
        label = self.texts.day(self.row.ts_ms) if setting.starts_day else ""
        label = label or (self.texts.pause(self.row.ts_ms) if setting.after_pause else "")
        if label:
            self.y += look.px(14)
            self._add(DayLabel(label, look, self.y, self.width))
        if setting.is_unread_start:
            self.y += look.px(14)
            self._add(UnreadDivider(self.texts.new_messages, look, self.y, self.width))

    def _line(self) -> None:
        look, row = self.look, self.row
        self.y += look.px(8)
        if row.kind is RowKind.GAP:
            target = Target(TargetKind.GAP, row.uid)
            self._add(GapLine(row.text or self.texts.gap, look, self.y, self.width, target))
        else:
            state = StateLine(row.text or self.texts.unknown, look, self.y, self.width)
            self.layout.state = state
            self._add(state)
        self.layout.body = self.layout.pieces[-1].rect

    # -- messages

    def _message(self) -> None:
        self._gap_above()
        top = self.y
        if self.setting.starts_group:
            self._sender(top)
        self._body()
        self._beside()
        self._below()
        if self.setting.starts_group:
            self.y = max(self.y, top + self.avatar)

    def _gap_above(self) -> None:
        if self.setting.starts_group:
            self.y += self.look.px(12)
        elif self.look.is_bubbles:
            self.y += self.look.px(4)
        else:
            self.y += self.look.px(6 if self.row.ding or self.row.request else 2)

    def _sender(self, top: float) -> None:
        look, row = self.look, self.row
        x = self.width - look.edge - self.avatar if self.is_right else look.edge
        self._add(AvatarPiece(QRectF(x, top, self.avatar, self.avatar), row))
        self.y = top
        if self.is_right:
            return
        time = "" if look.is_bubbles else self.texts.time(row.ts_ms)
        self._add(HeaderPiece(self.left, top, self.right - self.left, row, look, self.texts.external, time))
        self.y = top + look.px(23 if look.is_bubbles else 22)

    def _body(self) -> None:
        row = self.row
        has_card = row.media is not None and not row.is_redacted
        quote = self._quote()
        if has_card and quote is not None and not row.text:
            self._place_bubble(BubblePiece(row, self.look, self._tone(), None, quote))
            quote = None
            self.y += self.look.px(4)
        min_width = self._card() if has_card else 0.0
        if row.text or not has_card:
            if has_card:
                self.y += self.look.px(4)
            self._text_bubble(quote, min_width)

    def _card(self) -> float:
        row, media = self.row, self.row.media
        if media is None:
            return 0.0
        card: Piece
        if media.kind in _PICTURES:
            card = PictureCard(row.uid, media, self.look, self.room)
        else:
            card = FileCard(row.uid, media, self.look, self.room)
        self._shift(card)
        self.layout.body = card.rect
        self._add(card)
        return card.rect.width() if self.look.is_bubbles else 0.0

    def _text_bubble(self, quote: QuoteLine | None, min_width: float) -> None:
        look = self.look
        tone = self._tone()
        side = 2 * look.px(12) if look.is_bubbles or tone.border else 0
        room = self.room - side - (look.px(22) if tone.icon else 0)
        block = TextBlock(self._plan(), look, self._face(), room)
        bubble = BubblePiece(
            self.row,
            look,
            tone,
            block,
            quote,
            min_width=min_width,
            fold_label=self._fold_label(block),
            head=self._head(room),
            foot=self._foot(room),
            target=Target(TargetKind.QUOTE, self.row.nudges) if self.row.nudges else None,
        )
        self._place_bubble(bubble)
        self.layout.bubble = bubble

    def _head(self, room: float) -> Strip | None:
        row = self.row
        if row.is_redacted:
            return None
        if row.request is not None:
            return RequestHead(row.request, self.look, room)
        return DingHead(row.ding, self.look, room) if row.ding else None

    def _foot(self, room: float) -> Strip | None:
        row = self.row
        if row.is_redacted:
            return None
        if row.request is not None:
            return RequestFoot(row.uid, row.request, self.look, room)
        return DingFoot(row.uid, row.ding, self.texts, self.look, room) if row.ding else None

    def _fold_label(self, block: TextBlock) -> str:
        if block.is_folded:
            return self.texts.show_more
        return self.texts.show_less if self.is_whole else ""

    def _place_bubble(self, bubble: BubblePiece) -> None:
        self._shift(bubble)
        body = self.layout.body
        self.layout.body = bubble.rect if body.isNull() else body.united(bubble.rect)
        self._add(bubble)

    def _shift(self, piece: Piece) -> None:
        rect = piece.rect
        x = self.right - rect.width() if self.is_right else self.left
        piece.rect = QRectF(x, self.y, rect.width(), rect.height())

    def _quote(self) -> QuoteLine | None:
        if self.row.reply is None or self.row.is_redacted:
            return None
        side = 2 * self.look.px(12) if self.look.is_bubbles else 0
        return QuoteLine(self.row.reply, self.look, min(self.room - side, self.look.px(420)))

    def _plan(self) -> TextPlan:
        row, texts = self.row, self.texts
        if row.is_redacted:
            return TextPlan(row.text or texts.recalled)
        if row.kind is RowKind.ENCRYPTED:
            return TextPlan(row.text or texts.encrypted)
        if row.kind is RowKind.UNKNOWN:
            return TextPlan(row.text or texts.unknown)
        suffix = f"  {texts.edited}" if row.is_edited and texts.edited else ""
        if row.kind is RowKind.EMOTE:
            return _emote_plan(row, suffix, self.is_whole)
        return TextPlan(row.text, row.spans, suffix, self.is_whole)

    def _face(self) -> Face:
        row = self.row
        if row.nudges:
            return self.look.small
        has_more = row.is_redacted or row.reply or row.media or row.ding or row.request
        is_plain = row.kind is RowKind.MESSAGE and not has_more
        return self.look.huge if is_plain and is_emoji_only(row.text) else self.look.body

    def _tone(self) -> BubbleTone:
        row, colors = self.row, self.look.colors
        if row.is_redacted:
            return BubbleTone(None, colors.text2, colors.line if self.look.is_bubbles else None)
        if row.kind is RowKind.ENCRYPTED:
            return BubbleTone(self._fill(), colors.text2, icon="lock-simple")
        if row.kind is RowKind.UNKNOWN:
            return BubbleTone(self._fill(), colors.text2, icon="question")
        if row.ding is not None:
            return self._card_tone(is_mine=row.ding.is_open)
        if row.request is not None:
            return self._card_tone(is_mine=row.request.is_mine)
        if row.nudges:
            return BubbleTone(self._fill(), colors.text2, icon="bell-ringing")
        muted = row.kind in (RowKind.NOTICE, RowKind.EMOTE)
        return BubbleTone(self._fill(), colors.text2 if muted else colors.text1)

    def _card_tone(self, *, is_mine: bool) -> BubbleTone:
        """A card in both densities; an outline in the accent colour as long as it waits for me."""
        colors = self.look.colors
        rest = None if self.look.is_bubbles else colors.line
        return BubbleTone(self._fill(), colors.text1, colors.accent if is_mine else rest)

    def _fill(self) -> QColor | None:
        if not self.look.is_bubbles:
            return None
        return self.look.colors.bubble_own if self.row.is_own else self.look.colors.bubble_other

    # -- beside and below

    def _beside(self) -> None:
        look, row, body = self.look, self.row, self.layout.body
        shift = 0.0
        if row.send_mark in _WAITING or row.send_mark is SendMark.FAILED:
            tip = row.error_text or self.texts.waiting
            right = body.left() - look.px(6) if self.is_right else min(body.right() + look.px(22), self.width)
            sign = SendSign(row.send_mark, look, right, body.bottom(), Target(TargetKind.TIP, row.uid, tip))
            self.layout.pieces.append(sign)
            shift = look.px(20)
        time = self.texts.time(row.ts_ms)
        if time and (look.is_bubbles or not self.setting.starts_group):
            self.layout.pieces.append(self._time(time, shift))

    def _time(self, time: str, shift: float) -> HoverTime:
        look = self.look
        target = Target(TargetKind.TIP, f"time {self.row.uid}", self.texts.full_time(self.row.ts_ms))
        if look.is_bubbles:
            return HoverTime(time, look, self.layout.body, is_right=self.is_right, shift=shift, target=target)
        gutter = QRectF(self.left, self.y - look.px(21), 0, look.px(24))
        return HoverTime(time, look, gutter, is_right=True, shift=0, target=target)

    def _below(self) -> None:
        look, row = self.look, self.row
        if row.reactions:
            top = self.y + look.px(4)
            self._add(ChipsPiece(row, look, self._below_left, top, self.room, is_right=self.is_right))
        if row.thread_count > 0:
            words = self.texts.thread(row.thread_count)
            target = Target(TargetKind.THREAD, row.uid)
            self._link_line([(words, target, look.colors.accent_text)])
        if row.send_mark is SendMark.FAILED:
            self._failure()
        elif row.read_text and row.is_own:
            target_or_none = Target(TargetKind.READ_LIST, row.uid) if row.is_read_link else None
            color = look.colors.accent_text if row.is_read_link else look.colors.text2
            self._link_line([(row.read_text, target_or_none, color)])

    def _failure(self) -> None:
        row, texts, colors = self.row, self.texts, self.look.colors
        if row.error_text:
            self._link_line(
                [(row.error_text, Target(TargetKind.TIP, row.uid, row.error_text), colors.attention_text)]
            )
        self._link_line(
            [
                (texts.retry, Target(TargetKind.RETRY, row.uid), colors.accent_text),
                (texts.discard, Target(TargetKind.DISCARD, row.uid), colors.accent_text),
            ]
        )

    @property
    def _below_left(self) -> float:
        return self.right - self.room if self.is_right else self.left

    def _link_line(self, words: list[tuple[str, Target | None, QColor]]) -> None:
        y = self.y + self.look.px(3)
        self._add(LinkLine(words, self.look, self._below_left, y, self.room, is_right=self.is_right))


def _emote_plan(row: Row, suffix: str, is_whole: bool) -> TextPlan:
    lead = f"{row.sender_name} "
    spans = tuple(
        TextSpan(span.start + len(lead), span.end + len(lead), span.style, span.href, span.user_id)
        for span in row.spans
    )
    return TextPlan(lead + row.text, spans, suffix, is_whole)
