"""A transcript for reading, as text and as one page: by question, every number once, and no word of X's given away."""

import gzip
import re
from html.parser import HTMLParser

import pytest

from chats.exports import facts, markup, parts, words
from chats.models import StoredPage
from tests.factories.values import PATH, asked, person, section, transcript, tweet

SITE = "https://portal.example"
HOSTILE = "</p><script>alert(1)</script>"


def copies(value, *, text="public"):
    """(text, page) of a transcript."""
    whole = facts.document(value, facts.tell(value, site=SITE), "0" * 64, text=text)
    above = parts.heading(value, SITE)
    inside = list(parts.Reader(value, whole["tweets"]).parts(whole["questions"]))
    is_whole = text == "public"
    return (
        words.plain(value.chat.title, above, inside, is_whole=is_whole).decode(),
        markup.page(value.chat.title, "WeCops", above, inside, is_whole=is_whole).decode(),
    )


@pytest.fixture
def value():
    """A question with an answer, a reply, and a retweet of the answer; a hello; and what was taken out."""
    again = tweet(5, "RT", author=person("Cat"), kind="retweet")
    answer = tweet(3, "A1 Tea.\nThen more tea.", retweeted_by=((5, person("Cat")),))
    reply = tweet(4, "Coffee", author=person("Bob"), depth=1, parent=3, parent_handle="ann", kind="reply")
    sections = (
        section(tweet(1, "Hello", kind="introduction"), name="introductions"),
        section(answer, reply, asked=asked(2)),
    )
    plainly = transcript(*sections)
    return transcript(*sections, timeline=(*plainly.timeline, tweet(6, "SECRET", removed="author")), retweets=(again,))


def test_text_tells_the_conversation_by_question(value):
    text, _ = copies(value)

    assert text.startswith("First night\nTranscript of a tweet chat, Wednesday 18 November 2026, 9 to 10 pm UK time.\n")
    assert (
        "Question 1: What helps?\n#2  9.02 pm  WeCops (@WeCops), asked here: https://x.com/ann/status/2\n"
        f"{'=' * 78}\n\n#3  9.03 pm  Ann Okelu (@ann)\nA1 Tea.\nThen more tea.\nhttps://x.com/ann/status/3\n"
        "Retweeted: #5  9.05 pm  Cat (@cat), https://x.com/ann/status/5\n\n"
        "    #4  9.04 pm  Bob (@bob), reply to #3\n    Coffee\n    https://x.com/ann/status/4\n"
    ) in text
    assert "#6  A tweet was here. Its author has removed it, so we have too.\n" in text


def test_page_nests_replies_and_keeps_every_anchor(value):
    _, html = copies(value)

    assert re.findall(r'id="t(\d+)"', html) == ["1", "2", "3", "5", "4", "6"]
    assert re.search(r'<li id="t3">.*<ul>\n<li id="t4">.*reply to <a href="#t3">#3</a>', html, re.DOTALL)
    assert '<p><bdi dir="auto">A1 Tea.<br>Then more tea.</bdi></p>' in html
    assert f'<link rel="canonical" href="{SITE}{PATH}transcript.html">' in html


@pytest.mark.parametrize("depths", [(0,), (0, 1, 2, 1, 0), (0, 1, 2, 3, 9), (2, 0, 5), (0, 1, 2, 0, 1)])
def test_page_closes_what_it_opens(depths):
    tweets = [tweet(number, depth=depth) for number, depth in enumerate(depths, 1)]

    _, html = copies(transcript(section(*tweets)))

    assert [html.count(f"<{tag}>") - html.count(f"</{tag}>") for tag in ("ul", "p")] == [0, 0]
    assert html.count("<li ") == html.count("</li>") == len(depths)


@pytest.mark.parametrize("copy", [0, 1])
def test_what_is_of_x_is_told_by_address_alone(value, copy):
    found = copies(value, text="none")[copy]

    assert [said for said in ("Tea", "Ann", "ann", "Bob", "Coffee", "What helps", "SECRET") if said in found] == []
    assert "https://x.com/i/web/status/3" in found
    assert "X lets us hand out the ids of tweets, not their words." in found


@pytest.mark.parametrize("copy", [0, 1])
def test_what_is_of_another_network_carries_its_words(copy):
    bob = person("Bob", network="mastodon", handle="bob@social.example")
    value = transcript(section(tweet(3, "A1 Coffee", author=bob), tweet(4, "A1 Tea"), asked=asked(2, author=bob)))

    found = copies(value, text="none")[copy]

    told = [said in found for said in ("A1 Coffee", "bob@social.example", "What helps?", "Tea")]
    assert told == [True, True, True, False]


@pytest.mark.parametrize("copy", [0, 1])
def test_hostile_words_stay_words(copy):
    said = tweet(3, f"{HOSTILE}\x1b[31m", author=person(HOSTILE, handle=HOSTILE), url="javascript:alert(1)")
    value = transcript(section(said, text=HOSTILE, asked=asked(2)))
    object.__setattr__(value.chat, "title", HOSTILE)

    found = copies(value)[copy]

    assert (copy == 0 or "<script" not in found, "\x1b" in found and copy == 0) == (True, False)
    assert copy == 0 or 'href="javascript' not in found


class Fetched(HTMLParser):
    """What a browser would fetch or run for a page."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        rel = dict(attrs).get("rel")
        if tag in ("script", "style", "img", "iframe", "object", "base") or (tag == "link" and rel != "canonical"):
            self.found.append(tag)
        self.found += [name for name, _ in attrs if name == "style" or name.startswith("on")]


@pytest.mark.django_db
def test_page_fetches_nothing(built):
    html = gzip.decompress(StoredPage.objects.get(path="transcript.html").body).decode()

    assert Fetched(html).found == []
    assert re.findall(r'id="t(\d+)"', html) == ["1", "2", "3", "4", "6", "5", "9", "7", "8", "10"]
