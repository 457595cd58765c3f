"""What people shared as HTML: hostile addresses are no links, words stay words, and every tweet is led to."""

import re

import pytest

from chats.rendering import resources
from chats.rendering.lines import Lines
from chats.rendering.resources import Resources
from chats.rendering.values import LinkValue
from chats.sources.base import Span
from tests.factories.values import PATH, person, section, transcript, tweet

STUDY = "https://sleep.example/study"
HOSTILE = '<script>alert("x")</script>'
MEDIA = (Span("media", 0, 5, "https://t.co/p", "pic.x.com/p"),)


def shared(*links, tweets=()):
    """What stands on the page of a transcript with these links."""
    every = tuple(tweets) or tuple(tweet for link in links for tweet, _ in link.shared)
    value = transcript(section(*every), links=links)
    return Resources(
        value, Lines(value.chat, value.timeline, {each.number: f"{PATH}transcript/#t{each.number}" for each in every})
    )


def link(*sharings, address=STUDY, is_academic=False, is_tweet=False):
    return LinkValue(address, sharings or ((tweet(1), "A study"),), is_academic, is_tweet)


def test_a_link_says_who_shared_it_when_and_with_which_words():
    html = shared(link((tweet(1), "A study"), (tweet(2, author=person("Bob Ferro")), "Worth a read"))).context()[
        "shared"
    ]

    assert f'<h3><a href="{STUDY}" rel="nofollow ugc noopener noreferrer">sleep.example/study</a></h3>' in html
    assert "First shared by <strong><bdi>Ann Okelu</bdi></strong>" in html
    assert re.findall(rf'href="{PATH}transcript/#(t\d)"', html) == ["t1", "t2"]
    assert re.findall(r'<q><bdi dir="auto">(.*?)</bdi></q>', html) == ["A study", "Worth a read"]
    assert '<b class="num">2</b>people shared it' in html


def test_a_link_of_one_person_has_no_first_and_no_others():
    html = shared(link()).context()["shared"]

    assert ("Shared by" in html, "First" in html, "<details" in html) == (True, False, False)
    assert '<b class="num">1</b>person shared it' in html


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "https://ann@evil.example/", "https://[evil", "data:text/html,x", "https://a.example/ b"],
)
def test_a_hostile_address_is_no_link(address):
    html = shared(link(address=address)).context()["shared"]

    assert re.findall(r'<h3><a href="', html) == []


def test_words_from_outside_stay_words():
    author = person(HOSTILE, handle=HOSTILE)
    pictured = tweet(1, author=author, alt_texts=(HOSTILE,))

    page = shared(link((pictured, HOSTILE), address=f"https://evil.example/{HOSTILE}"))

    assert "<script" not in f"{page.context()}{page.first()}"


def test_a_long_address_is_cut_for_the_eye_only():
    address = f"https://www.long.example/{'a' * 400}"

    page = shared(link(address=address))

    for html, longest in ((page.context()["shared"], 300), (page.first()[0].link, 70)):
        assert f'href="{address}"' in html
        assert f">{('long.example/' + 'a' * 400)[:longest]}…</a>" in html


def test_an_address_is_whole_where_it_is_the_only_name():
    address = f"https://www.long.example/{'a' * 200}"

    assert f">long.example/{'a' * 200}</a>" in shared(link(address=address)).context()["shared"]


@pytest.mark.parametrize("is_academic", [True, False])
def test_research_leads_to_what_that_means(is_academic):
    html = shared(link(is_academic=is_academic)).context()["shared"]

    assert ('href="/blog/tags/academicpony/"' in html) == is_academic


def test_tweets_from_elsewhere_stand_apart_and_are_not_counted_as_links():
    page = shared(link(), link(address="https://x.com/bob/status/7", is_tweet=True)).context()

    assert (page["links_count"], "status/7" in page["shared"], "status/7" in page["shared_tweets"]) == (1, False, True)


def test_people_are_counted_once_however_much_they_share():
    page = shared(link(), link((tweet(2), "More"), address="https://nap.example/")).context()

    assert (page["links_count"], page["sharers_count"]) == (2, 1)


def test_more_links_than_fit_are_counted(monkeypatch):
    monkeypatch.setattr(resources, "MOST", 1)

    page = shared(link(), link(address="https://nap.example/")).context()

    assert (page["shared"].count("<article"), page["left_out"]) == (1, 1)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"alt_texts": ("A dog asleep", "A coat")}, ["A dog asleep", "A coat"]),
        (
            {"spans": MEDIA},
            ["1 picture or film without a description"],
        ),
        ({"alt_texts": ("A scar",), "is_sensitive": True}, ["A scar"]),
        ({"alt_texts": ("A dog",), "kind": "retweet"}, []),
        ({"alt_texts": (), "removed": "author"}, []),
        ({}, []),
    ],
)
def test_pictures_stand_with_what_their_authors_said_of_them(fields, words):
    html = shared(tweets=[tweet(1, **fields)]).context()["pictures"]

    assert re.findall(r"<p(?: class=\"muted\")?>(?:<bdi dir=\"auto\">)?([^<]+)", html) == words
    assert ("<details" in html) == fields.get("is_sensitive", False)


def test_pictures_without_a_description_stand_together_behind_the_others():
    tweets = [tweet(1, spans=MEDIA), tweet(2, alt_texts=("A coat",)), tweet(3, spans=MEDIA)]

    html = shared(tweets=tweets).context()["pictures"]

    assert html.count("<li>") == 2
    assert re.findall(r"#t(\d)", html) == ["2", "1", "3"]
    assert "2 pictures or films without a description" in html


def test_the_chat_page_shows_what_most_people_shared():
    page = shared(*(link(address=f"https://p{number}.example/") for number in range(9)))

    assert [each.people for each in page.first()] == [1] * resources.FIRST
    assert "p0.example" in page.first()[0].link
