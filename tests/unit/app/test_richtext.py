"""Rich text: what strangers' HTML may and may not do to a message."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.ids import UserID
from app.domain.richtext import RichText, Span, SpanStyle, linkify, of_html, of_message, to_html


def _styled(rich: RichText, style: SpanStyle) -> list[str]:
    return [rich.text[s.start : s.end] for s in rich.spans if s.style & style]


def test_styles_nest_and_keep_their_places() -> None:
    rich = of_html("a <b>bold <i>both</i></b> <code>x=1</code>")
    assert rich.text == "a bold both x=1"
    assert _styled(rich, SpanStyle.ITALIC) == ["both"]
    assert _styled(rich, SpanStyle.CODE) == ["x=1"]


def test_lists_and_quotes_become_lines() -> None:
    rich = of_html(
        "<p>要点</p><ul><li>一</li><li>二</li></ul><ol start=3><li>三</li></ol><blockquote><p>引</p></blockquote>完"
    )
    assert rich.text == "要点\n• 一\n• 二\n3. 三\n引\n完"
    assert _styled(rich, SpanStyle.QUOTE) == ["引"]


def test_paragraph_in_a_list_item_stays_on_the_bullet_line() -> None:
    assert of_html("<ul><li><p>one</p></li><li><p>two</p></li></ul>").text == "• one\n• two"


def test_code_block_keeps_its_white_space() -> None:
    rich = of_html("<pre><code>\ndef f():\n    pass\n</code></pre>tail")
    assert rich.text == "def f():\n    pass\ntail"


def test_scripts_styles_reply_fallbacks_and_handlers_vanish() -> None:
    rich = of_html(
        "<mx-reply><blockquote>old</blockquote></mx-reply><script>alert(1)</script><style>*{}</style>"
        "<a href='javascript:alert(1)' onclick='x()'>click</a><img src=http://evil/x.png alt='cat'>"
    )
    assert rich.text == "clickcat"
    assert not _styled(rich, SpanStyle.LINK)


def test_links_tell_their_true_target() -> None:
    rich = of_html('<a href="https://evil.example/">https://bank.example/</a>')
    assert rich.text == "https://bank.example/ (evil.example)"
    assert rich.spans == (Span(0, 36, SpanStyle.LINK, "https://evil.example/"),)


def test_a_pill_is_a_mention() -> None:
    rich = of_html('<a href="https://matrix.to/#/%40li%3Aacme.com">李娜</a>: 看一下')
    assert rich.text == "李娜: 看一下"
    assert rich.spans[0].user_id == "@li:acme.com"
    assert rich.spans[0].style & SpanStyle.MENTION


def test_plain_addresses_end_before_punctuation_also_chinese() -> None:
    rich = linkify("见 https://acme.com/a_(b)，或 (www.acme.cn/x). 邮件 li@acme.com。")
    assert [(rich.text[s.start : s.end], s.href) for s in rich.spans] == [
        ("https://acme.com/a_(b)", "https://acme.com/a_(b)"),
        ("www.acme.cn/x", "https://www.acme.cn/x"),
        ("li@acme.com", "mailto:li@acme.com"),
    ]


def test_addresses_inside_html_text_are_links_but_not_inside_code() -> None:
    rich = of_html("<b>see https://a.example</b> <code>https://b.example</code>")
    assert [s.href for s in rich.spans if s.href] == ["https://a.example"]


def test_broken_html_falls_back_to_the_body() -> None:
    assert of_message("plain", "<img src=x>").text == "plain"
    assert of_message("plain", None).text == "plain"
    assert of_message("plain", "<b>x" * 100_000).text == "plain"


def test_mentions_are_written_as_links_and_the_rest_is_escaped() -> None:
    made = to_html("@李娜 a<b\nok", {"@李娜": UserID("@li:acme.com")})
    assert made == '<a href="https://matrix.to/#/@li:acme.com">@李娜</a> a&lt;b<br>ok'
    assert to_html("no one", {}) is None


_PIECES = st.sampled_from(
    ["<b>", "</b>", "<ul>", "</ul>", "<li>", "<p>", "</p>", "<pre>", "</pre>", "<a href='http://x.y'>", "</a>", "<br>",
     "<table><tr><td>", "</table>", "&amp;", "&#x1F600;", " ", "\n", "文字", "x", "<", ">", "http://a.b/c", "<!--", "-->"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES | st.text(max_size=5), max_size=40))
def test_any_html_gives_spans_in_order_inside_the_text(pieces: list[str]) -> None:
    rich = of_html("".join(pieces))
    end = 0
    for span in rich.spans:
        assert end <= span.start < span.end <= len(rich.text)
        end = span.end
