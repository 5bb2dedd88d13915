"""Message text as the timeline view wants it: plain characters and styled stretches."""

from app.domain.ids import UserID
from app.domain.richtext import Span, of_message
from widgets.timeline.values import SpanStyle, TextSpan


def spans_of(body: str, formatted: str | None, me: UserID) -> tuple[str, tuple[TextSpan, ...]]:
    """Sanitise and flatten a message; links carry their true address, mentions their user."""
    rich = of_message(body, formatted)
    return rich.text, tuple(_span_of(span, me) for span in rich.spans)


def with_own_mention(text: str, spans: tuple[TextSpan, ...], my_name: str) -> tuple[TextSpan, ...]:
    """Mark where a plain text names me (`@name`), unless a styled stretch lies there already."""
    called = f"@{my_name}"
    start = text.find(called) if my_name else -1
    if start < 0 or any(span.start < start + len(called) and start < span.end for span in spans):
        return spans
    mark = TextSpan(start, start + len(called), SpanStyle.MENTION | SpanStyle.MENTION_ME)
    return tuple(sorted((*spans, mark), key=lambda span: span.start))


def _span_of(span: Span, me: UserID) -> TextSpan:
    style = SpanStyle(int(span.style))
    if span.user_id == me:
        style |= SpanStyle.MENTION_ME
    return TextSpan(span.start, span.end, style, span.href, span.user_id or "")
