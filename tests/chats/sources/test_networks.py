"""What Mastodon and Bluesky say otherwise than X: markup, bytes, warnings, boosts, and who may be shown."""

import json
from datetime import UTC, datetime

import pytest

from chats.sources.base import Span
from tests.chats.sources.reading import meanings, read

PAGE = "https://social.example/@nell"
ACCOUNT = {"id": "1", "username": "nell", "acct": "nell", "display_name": "Nell", "url": PAGE}
DID = "did:plc:nell"
URI = f"at://{DID}/app.bsky.feed.post/1"


def status(n=1, **changes):
    return {
        "id": str(n),
        "uri": f"https://social.example/users/nell/statuses/{n}",
        "url": f"{PAGE}/{n}",
        "created_at": "2026-03-04T20:00:00.123Z",
        "content": "<p>Hello</p>",
        "spoiler_text": "",
        "visibility": "public",
        "account": ACCOUNT,
    } | changes


def post(text="Hello", **changes):
    record = {"text": text, "createdAt": "2026-03-04T20:00:00.123Z"} | changes.pop("record", {})
    author = {"did": DID, "handle": "nell.sky.example", "displayName": "Nell"}
    return {"uri": URI, "author": author, "record": record, "indexedAt": "2026-03-04T20:00:01Z"} | changes


@pytest.fixture
def read_one(write):
    """The one tweet of a record, or the reason why there is none."""

    def read_one(*records):
        kind = "bluesky" if "record" in records[0] or "post" in records[0] else "mastodon"
        tweets, rejected = read(write(b"".join(json.dumps(each).encode() + b"\n" for each in records)), kind)
        return tweets[0] if tweets else rejected[0].reason

    return read_one


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>Two<br>three<br />four</p>", "One\n\nTwo\nthree\nfour"),
        ("<p>Tea &amp; toast &lt;3 &quot;x&quot; &nbsp;y</p>", 'Tea & toast <3 "x" \xa0y'),
        ("plain words", "plain words"),
        ("<p>a\n  b</p>\n<p></p><p>c</p>", "a b\n\nc"),
        ("<p>x<script>alert(1)</script>y</p>", "xy"),
        ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
        ('<p class="quote-inline">RE: <a href="https://a.example/1">that</a></p><p>Yes</p>', "Yes"),
        ("<p>cut <b>bold <i>both", "cut bold both"),
    ],
)
def test_markup_becomes_words(read_one, markup, text):
    assert read_one(status(content=markup)).text == text


def test_links_tags_and_mentions_keep_their_meaning(read_one):
    markup = (
        '<p><a href="https://far.example/@omar" class="u-url mention">@<span>omar</span></a> see '
        '<a href="https://example.org/a/very/long/way/to/go"><span class="invisible">https://</span>'
        '<span class="ellipsis">example.org/a/very/long</span><span class="invisible">/way/to/go</span></a> '
        '<a href="https://social.example/tags/weinvent" class="mention hashtag">#<span>WeInvent</span></a></p>'
    )
    mention = {"id": "2", "username": "omar", "acct": "omar@far.example", "url": "https://far.example/@omar"}

    tweet = read_one(status(content=markup, mentions=[mention], tags=[{"name": "weinvent"}, {"name": "quiet"}]))

    assert tweet.text == "@omar see https://example.org/a/very/long/way/to/go #WeInvent"
    assert meanings(tweet) == [
        ("mention", "@omar", "omar@far.example"),
        ("link", "https://example.org/a/very/long/way/to/go", "https://example.org/a/very/long/way/to/go"),
        ("hashtag", "#WeInvent", "WeInvent"),
    ]
    assert tweet.spans[1].shown == "example.org/a/very/long…"
    assert tweet.hashtags == ("WeInvent", "quiet")


def test_link_that_shows_another_address_shows_where_it_leads(read_one):
    tweet = read_one(status(content='<p><a href="https://evil.example/x">https://bank.example/login</a></p>'))

    assert [(span.shown, span.target) for span in tweet.spans] == [("evil.example/x", "https://evil.example/x")]


def test_warning_stands_before_the_text(read_one):
    markup = '<p>It was <a href="https://social.example/tags/grim" class="mention hashtag">#<span>grim</span></a></p>'

    tweet = read_one(status(spoiler_text="a death", content=markup))

    assert (tweet.text, tweet.is_sensitive) == ("a death\n\nIt was #grim", True)
    assert meanings(tweet) == [("hashtag", "#grim", "grim")]


def test_edited_status_is_a_later_version_of_the_same(read_one):
    uri = status()["uri"]

    tweet = read_one(status(edited_at="2026-03-04T20:05:00.250Z"))

    assert (tweet.id, tweet.edits) == ("1772654700250", (uri, "1772654700250"))
    assert read_one(status(edited_at="soon")).edits == ()


def test_boost_says_the_original_and_whose_it_is(read_one):
    original = status(7, account=ACCOUNT | {"acct": "omar@far.example", "url": "https://far.example/@omar"})

    tweet = read_one(status(8, content="", reblog=original))

    assert (tweet.text, tweet.retweet_of) == ("RT @omar@far.example: Hello", original["uri"])
    assert tweet.author.handle == "nell@social.example"


def test_reply_is_to_the_address_behind_the_servers_own_id(read_one):
    far = status(5, uri="https://far.example/users/omar/statuses/99")

    assert read_one(status(6, in_reply_to_id="5"), far).reply_to == "https://far.example/users/omar/statuses/99"
    assert read_one(status(6, in_reply_to_id="4"), far).reply_to == "4"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"visibility": "private"}, "It is not public"),
        ({"visibility": "direct"}, "It is not public"),
        ({"uri": None}, "There is no uri, the address that is its id"),
        ({"uri": "javascript:alert(1)"}, "The uri 'javascript:alert(1)' is not one"),
        ({"account": {}}, "There is no author"),
        ({"account": ACCOUNT | {"acct": "a b"}}, "The author's handle 'a b' is not one"),
        ({"content": "<p></p>"}, "There is no text"),
        ({"content": "<div>" * 3_000}, "Its text is longer than anybody writes"),
        ({"created_at": "soon"}, "The time 'soon' cannot be read"),
    ],
)
def test_status_that_is_no_tweet_is_refused(read_one, changes, reason):
    assert read_one(status(**changes)) == reason


def test_picture_may_say_all_there_is(read_one):
    tweet = read_one(status(content="", media_attachments=[{"description": "A rota"}]))

    assert (tweet.text, tweet.alt_texts) == ("", ("A rota",))


def facet(start, end, **feature):
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}


def test_facets_count_bytes(read_one):
    text = "👂 é #tag by @omar.sky.example: example.org/lo..."
    places = {part: len(text[: text.index(part)].encode()) for part in ("#tag", "@omar", "example.org")}
    facets = [
        facet(places["#tag"], places["#tag"] + 4, **{"$type": "app.bsky.richtext.facet#tag", "tag": "tag"}),
        facet(places["@omar"], places["@omar"] + 17, **{"$type": "app.bsky.richtext.facet#mention", "did": DID}),
        facet(places["example.org"], len(text.encode()), **{"$type": "x#link", "uri": "https://example.org/long"}),
        facet(1, 4, **{"$type": "x#link", "uri": "https://example.org/"}),
        facet(0, 9_999, **{"$type": "x#link", "uri": "https://example.org/"}),
        facet(9, 3, **{"$type": "x#tag", "tag": "tag"}),
        facet(-5, 3, **{"$type": "x#tag", "tag": "tag"}),
    ]

    tweet = read_one(post(text, record={"facets": facets, "tags": ["hidden"], "langs": ["en", "fr"]}))

    assert tweet.spans == (
        Span("hashtag", 4, 8, "tag"),
        Span("mention", 12, 29, "omar.sky.example"),
        Span("link", 31, 48, "https://example.org/long", "", "https://example.org/long"),
    )
    assert (tweet.hashtags, tweet.lang) == (("tag", "hidden"), "en")


@pytest.mark.parametrize(
    ("created", "indexed", "expected"),
    [
        ("2026-03-04T20:00:00.5Z", "2026-03-04T20:00:09Z", datetime(2026, 3, 4, 20, 0, 0, 500_000, UTC)),
        ("2031-01-01T00:00:00Z", "2026-03-04T20:00:09Z", datetime(2026, 3, 4, 20, 0, 9, tzinfo=UTC)),
        ("2026-03-04T16:00:00-04:00", None, datetime(2026, 3, 4, 20, 0, tzinfo=UTC)),
        ("never", "2026-03-04T20:00:09Z", datetime(2026, 3, 4, 20, 0, 9, tzinfo=UTC)),
    ],
)
def test_time_is_never_later_than_the_server_saw_it(read_one, created, indexed, expected):
    assert read_one(post(record={"createdAt": created}, indexedAt=indexed)).created_at == expected


def test_thread_is_read_from_its_top_with_what_is_gone(write):
    def node(n, *replies, **more):
        each = post(f"Number {n}", uri=f"at://{DID}/app.bsky.feed.post/{n}")
        return {"$type": "app.bsky.feed.defs#threadViewPost", "post": each, "replies": list(replies), **more}

    gone = {"$type": "app.bsky.feed.defs#notFoundPost", "uri": URI, "notFound": True}
    thread = node(2, node(3, node(4)), gone, node(5), parent=node(1))

    tweets, rejected = read(write(json.dumps({"thread": thread}, indent=1).encode()))

    assert [tweet.text for tweet in tweets] == [f"Number {n}" for n in range(1, 6)]
    assert [row.reason for row in rejected] == ["Item 1: This tweet is not there any more"]


def test_author_who_is_not_for_strangers_is_not_shown(read_one):
    author = {"did": DID, "handle": "nell.sky.example", "labels": [{"val": "!no-unauthenticated"}]}

    assert read_one(post(author=author)) == "Its author asks not to be shown to people who are not signed in"


def test_handle_that_lapsed_gives_way_to_the_did(read_one):
    assert read_one(post(author={"did": DID, "handle": "handle.invalid"})).author.handle == DID
