"""The one escaping path: what is written stays, what is hostile cannot act."""

import html as unescaping
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chats.rendering import text
from chats.sources.base import Span

REL = 'rel="nofollow ugc noopener noreferrer"'
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "</p></article><iframe src=//evil.example>",
    "&lt;b&gt; and &amp;amp;",
    "{{ settings.SECRET_KEY }} {% debug %}",
    "\u202ereversed\u202c \u2066isolated",
    "<!--",
    "]]>",
]


class Reader(HTMLParser):
    """What a browser would make of it: the elements with their attributes, and the words."""

    def __init__(self, markup):
        super().__init__(convert_charrefs=True)
        self.elements, self.words = [], ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data


@pytest.mark.parametrize("words", HOSTILE)
def test_html_keeps_hostile_words_as_words(words):
    read = Reader(text.html(words, (), network="x"))

    assert (read.elements, read.words) == ([], words)


@pytest.mark.parametrize("words", HOSTILE)
def test_html_keeps_hostile_parts_of_spans_as_words(words):
    span = Span("link", 2, 2 + len(words), "https://t.co/aaaa", words, words)

    read = Reader(text.html(f"a {words} b", (span,), network="x"))

    assert [tag for tag, _ in read.elements] == ["a"]
    assert read.elements[0][1]["href"] == "https://t.co/aaaa"


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (
            Span("link", 4, 8, "https://t.co/a?b=1&c", "one.example/…", "https://one.example/long"),
            f'see <a href="https://t.co/a?b=1&amp;c" {REL}>one.example/…</a> x',
        ),
        (Span("media", 4, 8, "https://t.co/a", "", ""), f'see <a href="https://t.co/a" {REL}>word</a> x'),
        (Span("mention", 4, 8, "ann"), f'see <a href="https://x.com/ann" {REL}>word</a> x'),
        (Span("hashtag", 4, 8, "We&Co"), f'see <a href="https://x.com/hashtag/We%26Co" {REL}>word</a> x'),
        (Span("mention", 4, 8, "../../evil"), f'see <a href="https://x.com/..%2F..%2Fevil" {REL}>word</a> x'),
        (Span("link", 4, 8, "javascript:alert(1)", "one.example"), "see word x"),
    ],
)
def test_html_links_a_span(span, expected):
    assert text.html("see word x", (span,), network="x") == expected


def test_html_links_nothing_on_a_network_it_does_not_know():
    assert text.html("hi @ann", (Span("mention", 3, 7, "ann"),), network="portal") == "hi @ann"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("A1 Tea", '<span class="a">A1</span> Tea'),
        ("a12: Tea", '<span class="a">a12</span>: Tea'),
        ("Q2.1 Tea", '<span class="a">Q2.1</span> Tea'),
        ("@WeCops @ann A3 Tea", '@WeCops @ann <span class="a">A3</span> Tea'),
        ("Tea, A1", "Tea, A1"),
        ("A1c test", '<span class="a">A1c</span> test'),
        ("A1234", "A1234"),
    ],
)
def test_html_sets_off_the_label_a_text_begins_with(words, expected):
    assert text.html(words, (), network="x", is_labelled=True) == expected


def test_html_never_links_inside_a_label():
    span = Span("hashtag", 0, 2, "A1")

    assert text.html("A1 Tea", (span,), network="x", is_labelled=True) == '<span class="a">A1</span> Tea'


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("one.example/page", "one.example/page"),
        ("münchen.example/rathaus", "münchen.example/rathaus"),
        ("gооgle.example/a", "xn--ggle-55da.example/a"),
        ("аррӏе.example", "xn--80ak6aa92e.example"),
        ("\u202eelpmaxe.eno", "elpmaxe.eno"),
        ("о" * 80 + ".example/x", "?" * 80 + ".example/x"),
    ],
)
def test_html_shows_a_foreign_host_in_plain_letters(shown, expected):
    found = text.html("link", (Span("link", 0, 4, "https://t.co/a", shown),), network="x")

    assert Reader(found).words == expected


@pytest.mark.parametrize(
    ("url", "is_allowed"),
    [
        ("https://one.example/a?b=c#d", True),
        ("http://one.example", True),
        ("https://[::1]/", True),
        ("javascript:alert(1)", False),
        ("JAVASCRIPT:alert(1)", False),
        ("java\tscript:alert(1)", False),
        (" https://one.example", False),
        ("data:text/html,x", False),
        ("vbscript:x", False),
        ("//evil.example", False),
        ("/local", False),
        ("https:///nowhere", False),
        ("https://user@evil.example", False),
        ("https://good.example@evil.example/", False),
        ("https://one.example/\u2028x", False),
        ("https://one.example\\@evil.example", False),
        ("https://[broken", False),
        ("ftp://one.example", False),
        ("https://.example", True),
        ("https://one.example:80/@ann", True),
        ("", False),
    ],
)
def test_address_lets_only_web_addresses_through(url, is_allowed):
    assert text.address(url) == (url if is_allowed else "")


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("Ann Okelu", "Ann Okelu"),
        ("  Ann\n Okelu ", "Ann Okelu"),
        ("Ann\u202e nnA", "Ann nnA"),
        ("\u2066\u2069", "ann"),
        ("\u200b\u200d", "ann"),
        ("", "ann"),
        ("🐴", "🐴"),
        ("A" + "\u0301" * 50, "A" + "\u0301" * 8),
    ],
)
def test_name_cannot_disturb_its_neighbours(shown, expected):
    assert text.name(shown, "ann") == expected


def test_html_lowers_towers_of_accents():
    assert text.html("z" + "\u0336" * 60 + " b", (), network="x") == "z" + "\u0336" * 8 + " b"


@st.composite
def texts_with_spans(draw):
    words = draw(st.text(st.characters(exclude_categories=["Cs", "Mn"], exclude_characters="\x00"), max_size=80))
    edges = sorted(draw(st.lists(st.integers(0, len(words)), max_size=8, unique=True)))
    kinds = st.sampled_from(["link", "media", "mention", "hashtag"])
    pairs = zip(edges[::2], edges[1::2], strict=False)
    targets = st.sampled_from(["https://t.co/a", "javascript:x", "ann", '"><b>'])
    return words, [Span(draw(kinds), start, end, draw(targets)) for start, end in pairs]


@given(texts_with_spans())
def test_html_read_back_gives_the_words(case):
    """Nothing is lost, nothing is added: without tags and escapes the very text comes out again."""
    words, spans = case

    found = text.html(words, spans, network="portal" if not spans else "x")

    plain = unescaping.unescape(re.sub(r"<[^>]*>", "", found))
    if all(span.kind in ("mention", "hashtag") for span in spans):
        assert plain == words
    assert {tag for tag, _ in Reader(found).elements} <= {"a"}


@pytest.mark.parametrize(
    ("network", "handle", "expected"),
    [
        ("x", "ann", "https://x.com/ann"),
        ("mastodon", "ann@social.example", "https://social.example/@ann"),
        ("mastodon", "ann", ""),
        ("mastodon", "ann@social.example/../x", ""),
        ("mastodon", "@social.example", ""),
        ("bluesky", "ann.example", "https://bsky.app/profile/ann.example"),
        ("portal", "ann", ""),
        ("x", "", ""),
    ],
)
def test_somebody_has_a_page_on_their_own_network(network, handle, expected):
    assert text.profile(network, handle) == expected


@pytest.mark.parametrize(
    ("network", "author", "expected"),
    [
        ("x", "ann", "https://x.com/hashtag/tea"),
        ("mastodon", "ann@social.example", "https://social.example/tags/tea"),
        ("bluesky", "ann.example", "https://bsky.app/hashtag/tea"),
    ],
)
def test_a_hashtag_leads_to_its_page_on_the_network_of_its_author(network, author, expected):
    html = text.html("#tea", (Span("hashtag", 0, 4, "tea"),), network=network, author=author)

    assert html == f'<a href="{expected}" {REL}>#tea</a>'


def test_a_hashtag_of_an_unknown_server_stays_words():
    assert text.html("#tea", (Span("hashtag", 0, 4, "tea"),), network="mastodon", author="ann") == "#tea"


def test_a_mention_leads_to_the_server_of_the_mentioned():
    html = text.html("@bo", (Span("mention", 0, 3, "bo@far.example"),), network="mastodon", author="ann@social.example")

    assert html == f'<a href="https://far.example/@bo" {REL}>@bo</a>'
