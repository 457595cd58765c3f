import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chats.sources.base import Span
from chats.sources.files.spans import Content, alt_texts, content, retweeted
from chats.sources.files.values import plain

ADDRESS = "https://t.co/abc"
# What the property's texts are made of: escapes, signs, letters of more than one code point, what cannot be stored.
PIECES = [
    "&amp;",
    "&lt;",
    "&",
    "#Ask",
    "＃Ask",
    "@nell",
    ADDRESS,
    "👩\u200d👧",
    "🏽",
    "e\u0301",
    "\0",
    "\ud83d",
    "\u202e",
    " \n",
]


def hashtag(start, end, tag):
    return {"hashtags": [{"start": start, "end": end, "tag": tag}]}


def link(start, end, **more):
    return {"urls": [{"start": start, "end": end, "url": ADDRESS, **more}]}


@pytest.mark.parametrize(
    ("text", "entities", "expected"),
    [
        ("#Ask", hashtag(0, 4, "Ask"), [Span("hashtag", 0, 4, "Ask")]),
        ("＃Ask", hashtag(0, 4, "Ask"), [Span("hashtag", 0, 4, "Ask")]),
        ("#ASK", hashtag(0, 4, "ask"), [Span("hashtag", 0, 4, "ask")]),
        ("👩‍👩‍👧‍👦 🏽 #Ask", hashtag(10, 14, "Ask"), [Span("hashtag", 10, 14, "Ask")]),
        ("&amp;&lt;&gt; #Ask", hashtag(14, 18, "Ask"), [Span("hashtag", 4, 8, "Ask")]),
        ("\0\ud83d #Ask", hashtag(3, 7, "Ask"), [Span("hashtag", 1, 5, "Ask")]),
        ("#Ask", {"hashtags": [{"indices": [0, 4], "text": "Ask"}]}, [Span("hashtag", 0, 4, "Ask")]),
        ("@Nell", {"mentions": [{"start": 0, "end": 5, "username": "nell"}]}, [Span("mention", 0, 5, "nell")]),
        ("＠nell", {"user_mentions": [{"indices": [0, 5], "screen_name": "nell"}]}, [Span("mention", 0, 5, "nell")]),
        (ADDRESS, link(0, 16), [Span("link", 0, 16, ADDRESS)]),
        (
            f"&amp; {ADDRESS}",
            link(6, 22, display_url="a.example/…", expanded_url="https://a.example/?b=1&c=2"),
            [Span("link", 2, 18, ADDRESS, "a.example/…", "https://a.example/?b=1&c=2")],
        ),
        (ADDRESS, link(0, 16, media_key="3_1"), [Span("media", 0, 16, ADDRESS)]),
        (ADDRESS, {"media": link(0, 16)["urls"]}, [Span("media", 0, 16, ADDRESS)]),
    ],
)
def test_entity_that_fits_becomes_a_span(text, entities, expected):
    assert content(text, entities).spans == tuple(expected)


@pytest.mark.parametrize(
    ("named", "leads_to"),
    [
        ({"expanded_url": "https://a.example"}, "https://a.example"),
        ({"expanded_url": "https://a.example", "unwound_url": "https://b.example"}, "https://b.example"),
        ({"expanded_url": "https://a.example", "unwound": {"url": "https://b.example"}}, "https://b.example"),
        ({"expanded_url": "javascript:alert(1)"}, ""),
        ({"expanded_url": "//a.example"}, ""),
        ({"expanded_url": "https://a.example/\nb"}, ""),
        ({"expanded_url": None}, ""),
    ],
)
def test_link_leads_to_the_end_of_its_way(named, leads_to):
    (span,) = content(ADDRESS, link(0, 16, **named)).spans

    assert (span.target, span.leads_to) == (ADDRESS, leads_to)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://twitter.com/nell/status/1/photo/1", "media"),
        ("https://x.com/nell/status/1/video/1", "media"),
        ("https://twitter.com/nell/status/1", "link"),
        ("https://x.com.example/nell/status/1/photo/1", "link"),
    ],
)
def test_address_of_a_picture_on_x_is_media(address, kind):
    says = content(ADDRESS, link(0, 16, expanded_url=address))

    assert [(span.kind, span.leads_to) for span in says.spans] == [(kind, address)]


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("👂 #Ask", hashtag(3, 7, "Ask")),
        ("#Ask", hashtag(0, 5, "Ask")),
        ("#Ask", hashtag(-4, 4, "Ask")),
        ("#Ask", hashtag(4, 0, "Ask")),
        ("#Ask", hashtag("0", 4, "Ask")),
        ("#Ask", hashtag(0, None, "Ask")),
        ("#Ask", hashtag(0, 10**30, "Ask")),
        ("#Ask", {"hashtags": [{"indices": [0], "text": "Ask"}]}),
        ("#Ask", {"hashtags": [{"indices": "04", "text": "Ask"}]}),
        ("xAsk", hashtag(0, 4, "Ask")),
        ("#Ask", hashtag(0, 4, "Tell")),
        ("#", hashtag(0, 1, "")),
        ("@nell", {"mentions": [{"start": 0, "end": 5, "username": "omar"}]}),
        ("Learn more", {"urls": [{"start": 0, "end": 10, "url": ADDRESS}]}),
        ("ftp://a.example", {"urls": [{"start": 0, "end": 15, "url": "ftp://a.example"}]}),
        ("javascript:a()", {"urls": [{"start": 0, "end": 14, "url": "javascript:a()"}]}),
        ("https://t.co/a b", {"urls": [{"start": 0, "end": 16, "url": "https://t.co/a b"}]}),
    ],
)
def test_entity_that_does_not_fit_is_dropped_and_the_text_kept(text, entities):
    says = content(text, entities)

    assert (says.text, says.spans) == (text, ())


@pytest.mark.parametrize(
    "entities", [None, [], "hashtags", {"hashtags": None}, {"hashtags": {"tag": "x"}}, {"urls": [5]}]
)
def test_entities_of_another_shape_are_none(entities):
    assert content("#Ask &amp; tell", entities) == Content("#Ask & tell")


@pytest.mark.parametrize("text", [None, 5, ["x"], {}])
def test_text_of_another_type_is_none(text):
    assert content(text, hashtag(0, 4, "Ask")) == Content("", (), ("Ask",))


def test_hashtags_are_each_named_once_even_where_they_do_not_fit():
    entities = {"hashtags": [{"tag": tag} for tag in ("Ask", "Tell", "Ask", "ask", "", None, "x" * 281)]}

    assert content("text", entities).hashtags == ("Ask", "Tell", "ask")


def test_first_of_spans_that_overlap_stays():
    entities = {
        "hashtags": [{"start": 0, "end": 4, "tag": "Ask"}],
        "mentions": [{"start": 3, "end": 8, "username": "k@nel"}],
    }

    assert content("#Ask@nell", entities, hashtag(0, 4, "Ask")).spans == (Span("hashtag", 0, 4, "Ask"),)


def test_retweet_says_whose_words_follow():
    original = content("&lt;3 #Ask", hashtag(6, 10, "Ask"))

    assert retweeted("nell", original) == Content(
        "RT @nell: <3 #Ask", (Span("mention", 3, 8, "nell"), Span("hashtag", 13, 17, "Ask")), ("Ask",)
    )


@pytest.mark.parametrize(
    ("media", "expected"),
    [
        (
            [{"alt_text": "Tea &amp; cake"}, {"ext_alt_text": " Pots\0 "}, {"alt_text": " "}, {}, None],
            ("Tea &amp; cake", "Pots"),
        ),
        ([{"alt_text": ["Tea"]}], ()),
        ({"alt_text": "Tea"}, ()),
        (None, ()),
    ],
)
def test_alt_texts_are_what_pictures_were_given(media, expected):
    assert alt_texts(media) == expected


@st.composite
def said(draw):
    """A text of many pieces with entities of all kinds, some true, some lying by a few places."""
    text, entities = "", {"hashtags": [], "mentions": [], "urls": []}
    for piece in draw(st.lists(st.sampled_from(PIECES), max_size=12)):
        lie = draw(st.sampled_from([0, 0, 0, -1, 1, 2, 99]))
        place = {"start": len(text) + lie, "end": len(text) + len(piece) + lie, "tag": "Ask", "username": "nell"}
        kind = {"#": "hashtags", "＃": "hashtags", "@": "mentions"}.get(piece[0], "urls")
        entities[kind].append({**place, "url": ADDRESS})
        text += piece
    return text, entities


@settings(max_examples=300)
@given(said())
def test_text_is_whole_and_spans_say_what_stands_there(case):
    text, entities = case

    says = content(text, entities)

    assert says.text == plain(text)
    ends = [0, *(span.end for span in says.spans)]
    for span, done in zip(says.spans, ends, strict=False):
        assert done <= span.start < span.end
        assert says.text[span.start : span.end].lstrip("#＃@") == span.target
