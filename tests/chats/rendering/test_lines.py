"""A tweet as HTML: who, when, where from, and its replies inside it."""

import re
from dataclasses import replace
from html import escape

import pytest

from chats.rendering.lines import DEEPEST, Lines
from tests.factories.values import PATH, person, transcript, tweet


def lines(*tweets):
    addresses = {each.number: f"{PATH}transcript/#t{each.number}" for each in tweets}
    return Lines(transcript().chat, tweets, addresses)


def one(**fields):
    """The HTML of one tweet."""
    said = tweet(5, **fields)
    return lines(said).flat([said])


def nest(html):
    """The nesting of the articles: ids and brackets."""
    return "".join(re.findall(r'(?<=id=")t\d+|<ol|</ol>', html)).replace("<ol", "(").replace("</ol>", ")")


def test_a_tweet_says_who_when_and_where_from():
    html = one(text="A1 Tea first.")

    assert '<b><bdi>Ann Okelu</bdi></b> <span class="handle"><bdi>@ann</bdi></span>' in html
    assert 'href="https://x.com/ann"' in html
    assert f'<a class="at" href="{PATH}transcript/#t5"><time datetime="2026-11-18T21:05:05+00:00"' in html
    assert ">9.05 pm</time>" in html
    assert '<a href="https://x.com/ann/status/5" rel="nofollow noopener noreferrer">View on X' in html
    assert '<p class="tweet__text"><bdi dir="auto"><span class="a">A1</span> Tea first.</bdi></p>' in html


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"likes": 1, "reposts": 2}, "<span>1 like</span><span>2 retweets</span>"),
        ({"is_edited": True}, "<span>Edited</span>"),
        ({"placed_by": "model"}, "<span>Placed by its time</span>"),
        ({"lang": "da"}, '<bdi dir="auto" lang="da">'),
        ({"lang": "da"}, "<span>Written in Danish</span>"),
        ({"is_sensitive": True}, "<summary>Marked as sensitive. Show it</summary>"),
        ({"alt_texts": ("A <rota>",)}, '<b>Picture:</b> <bdi dir="auto">A &lt;rota&gt;</bdi>'),
        ({"misses_parent": True}, "Replying to a tweet that is not here"),
        (
            {"retweeted_by": ((7, person("Bob")), (9, person("<Cat>")))},
            '<span id="t7"><bdi>Bob</bdi></span>, <span id="t9"><bdi>&lt;Cat&gt;',
        ),
        ({"author": person("Nell", is_host=True)}, '<span class="host">Host</span>'),
        ({"is_academic": True}, "academicpony</a>"),
    ],
)
def test_a_tweet_says_what_else_is_known(fields, words):
    assert words in one(**fields)


@pytest.mark.parametrize("words", ["<i>word</i> " * 200, "w" * 18_000, " " * 1_000 + "<w>" * 1_000])
def test_a_very_long_tweet_is_folded_behind_its_opening_and_whole_inside(words):
    html = one(text=words)

    opening, _, inside = html.partition("</summary>")
    assert f"\u2026</bdi> <b>Show all {len(words):,} letters</b>" in opening
    assert opening.count("w") < 500
    assert f'<bdi dir="auto">{escape(words)}</bdi></p>\n</details>' in inside


def test_a_tweet_of_1500_letters_is_not_folded():
    assert "<details" not in one(text="w" * 1_500)


def test_who_retweets_several_times_is_named_once_and_every_number_is_there():
    bob, eve = person("Bob"), person("Eve")

    html = one(retweeted_by=((7, bob), (8, eve), (9, bob)))

    assert html.count("Bob") == html.count("Eve") == 1
    assert [html.count(f'id="t{number}"') for number in (7, 8, 9)] == [1, 1, 1]


def test_a_tweet_that_could_not_be_placed_claims_nothing():
    assert "Placed by" not in one(placed_by="model", question=None, kind="chatter")


@pytest.mark.parametrize("lang", ["en", "en-GB", "und", "qme", "x" * 40, '"><b>', ""])
def test_a_language_that_says_nothing_is_not_said(lang):
    html = one(lang=lang)

    assert ("lang=" in html, "Written in" in html) == (False, False)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "", "https://a@evil.example"])
def test_an_address_that_cannot_be_trusted_is_no_link(url):
    assert "View on" not in one(url=url)


@pytest.mark.parametrize(
    ("removed", "words"),
    [("author", "Its author has removed it, so we have too."), ("moderator", "A moderator has removed it.")],
)
def test_a_removed_tweet_leaves_its_place_and_nothing_else(removed, words):
    html = one(removed=removed, text="SECRET", author=person("Hidden Name"))

    assert words in html
    assert 'id="t5"' in html
    assert [gone for gone in ("SECRET", "Hidden", "hidden") if gone in html] == []


def test_a_hostile_name_stands_isolated_and_escaped():
    html = one(author=person("\u202e<b>gnp.exe", handle="ann"))

    assert "<bdi>&lt;b&gt;gnp.exe</bdi>" in html
    assert "\u202e" not in html


def test_a_name_without_a_known_page_is_no_link():
    html = one(author=person(network="mastodon", handle="ann"))

    assert '<div class="tweet__by"><span><b><bdi>Ann Okelu</bdi></b>' in html


def test_nested_puts_replies_into_the_article_they_answer():
    tweets = [tweet(1), tweet(2, depth=1), tweet(3, depth=2), tweet(4, depth=1), tweet(5)]

    html = lines(*tweets).nested(tweets)

    assert nest(html) == "t1(t2(t3)t4)t5"
    assert html.count("<li") == html.count("</li>") == 5
    assert html.count("<article") == html.count("</article>") == 5
    assert 'aria-label="Replies to Ann Okelu"' in html


def test_nested_goes_no_deeper_than_eyes_can_follow():
    tweets = [tweet(number, depth=number - 1) for number in range(1, 9)]

    html = lines(*tweets).nested(tweets)

    assert html.count("<ol") == DEEPEST
    assert html.count('<li class="deep">') == 8 - DEEPEST - 1


def test_nested_survives_a_reply_without_its_parent():
    tweets = [tweet(1, depth=2), tweet(2, depth=5)]

    assert nest(lines(*tweets).nested(tweets)) == "t1(t2)"


def test_a_reply_leads_to_what_it_answers():
    first = tweet(1)
    reply = tweet(2, parent=1, parent_handle="ann")

    html = lines(first, reply).flat([reply])

    assert f'<a href="{PATH}transcript/#t1">Replying to <bdi>@ann</bdi></a>' in html


def test_a_reply_to_something_on_no_page_still_says_to_whom():
    html = one(parent=99, parent_handle="bob")

    assert "Replying to <bdi>@bob</bdi>" in html


def test_a_tweet_of_another_day_says_which():
    said = tweet(5)
    late = replace(said, created_at=said.created_at.replace(day=19, hour=0))

    assert ">19 Nov, 12.05 am</time>" in lines(late).flat([late])
