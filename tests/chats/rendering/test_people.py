"""People as HTML: in the order they first spoke, with their counts and how they began, and never a ranking."""

import re

import pytest

from accounts.models import Community
from chats.rendering import pages, people
from chats.rendering.lines import Lines
from chats.rendering.people import People
from tests.factories.values import PATH, asked, figures, person, section, transcript, tweet

ANN = person(
    sent=4,
    replies_got=3,
    repliers=2,
    retweets_got=5,
    retweets_given=1,
    quotes_got=6,
    impressions=120,
    by_question=(3, 1),
)
BOB = person("Bob", sent=0, retweets_given=2, by_question=(0, 0))
COMMUNITY = Community(slug="wecops", name="WeCops", handle="WeCops", hashtags=["WeCops"], promise="Talk.")
HOSTILE = person('"><script>', handle="eve", by_question=(0, 0))


def told(*tweets, people=(ANN, BOB), **fields):
    value = transcript(
        section(*tweets, asked=asked(2)),
        section(number=2, asked=asked(3)),
        people=people,
        figures=figures(potential_impressions=1000),
        **fields,
    )
    addresses = {each.number: f"{PATH}transcript/#t{each.number}" for each in value.timeline}
    return People(value, Lines(value.chat, value.timeline, addresses))


def html(*tweets, **fields):
    book = told(*tweets, **fields)
    return book.html(book.persons)


def words(markup):
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


def test_a_person_is_shown_with_every_count():
    found = words(html(tweet(10, author=ANN), people=(ANN,)).partition("<ol")[0])

    assert found == (
        "AO Ann Okelu @ann Tweets by question. Q1: 3, Q2: 1 Tweets 4 Replies received 3 from 2 people "
        "Quotes received 6 Retweets received 5 Retweets given 1 Share of potential impressions 12%"
    )


def test_a_person_is_shown_with_their_first_tweets_and_the_way_to_all():
    found = html(*(tweet(number, author=ANN) for number in range(10, 14)))

    assert re.findall(r'id="t(\d+)"', found) == ["10", "11", "12"]
    assert f'<a class="more" href="{PATH}people/x/ann/"><span>All 4 tweets by <bdi>Ann Okelu</bdi></span></a>' in found


def test_a_persons_tweets_are_counted_without_what_they_pass_on():
    """A retweet of what is not here stands among their tweets, which "Tweets 4" does not count."""
    tweets = [tweet(number, author=ANN) for number in range(10, 14)]

    found = html(*tweets, tweet(14, author=ANN, is_retweet=True), tweet(15, author=ANN, kind="retweet"))

    assert "<span>All 5 tweets and 1 retweet by <bdi>Ann Okelu</bdi></span>" in found


def test_a_person_whose_tweets_are_all_here_has_no_way_to_more():
    assert "All " not in html(tweet(10, author=ANN))


def test_a_person_who_only_passed_on_has_counts_and_no_list():
    found = html(people=(BOB,))

    assert "@bob Retweets given 2 Share of potential impressions not known" in words(found)
    assert "<ol" not in found


def test_a_removed_tweet_is_nobodys():
    assert 'id="t11"' not in html(tweet(10, author=ANN), tweet(11, author=ANN, removed="author"))


def test_a_hostile_name_is_words():
    assert "<script" not in html(tweet(10, author=HOSTILE), people=(HOSTILE,))


def test_people_stand_in_the_order_they_are_given_however_much_they_said():
    quiet, busy = person("Cat", sent=1, by_question=(0, 0)), person("Dee", sent=99, by_question=(0, 0))

    found = html(people=(quiet, busy))

    assert re.findall(r'href="[^"]*/people/x/(\w+)/"', found) == ["cat", "dee"]


def test_pages_hold_a_fixed_number_of_people(monkeypatch):
    monkeypatch.setattr(people, "PEOPLE_A_PAGE", 2)
    everybody = tuple(person(f"P{number}", by_question=(0, 0)) for number in range(5))

    assert [len(page) for page in told(people=everybody).pages()] == [2, 2, 1]


def test_every_page_of_people_leads_to_the_others(monkeypatch):
    monkeypatch.setattr(people, "PEOPLE_A_PAGE", 1)
    sections = section(tweet(10, author=ANN), asked=asked(2)), section(number=2, asked=asked(3))
    value = transcript(*sections, people=(ANN, BOB))

    found = dict(pages.render(value, COMMUNITY))

    assert f'<a href="{PATH}transcript/people/2/"><span class="vh">Page </span>2</a>' in found["transcript/people/"]
    assert f'<a href="{PATH}transcript/people/"><span class="vh">Page </span>1</a>' in found["transcript/people/2/"]


def test_two_people_of_one_handle_have_two_addresses():
    """A handle changes hands, even within an hour; and some networks leave it empty."""
    everybody = (person("Ann"), person("Ann", handle="ANN", id="7"), person("Bob"), person("Cat", handle="", id="9"))

    found = people.addresses(everybody, PATH)

    assert [each.removeprefix(f"{PATH}people/x/") for each in found.values()] == ["id-ann/", "7/", "bob/", "9/"]


@pytest.mark.parametrize(
    ("network", "handle", "way"),
    [("mastodon", "ann@social.example", "ann@social.example"), ("bluesky", "ann.example", "ann.example"),
     ("portal", "Ann & Co/x", "Ann%20%26%20Co%2Fx"), ("portal", "..", "id-bob")],
)  # fmt: skip
def test_an_address_takes_any_handle(network, handle, way):
    someone = person("Bob", network=network, handle=handle)

    assert list(people.addresses([someone], "/").values()) == [f"/people/{network}/{way}/"]


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (120, 1000, "12%"),
        (4, 1000, "0.4%"),
        (1, 3, "33.3%"),
        (1, 10_000, "under 0.1%"),
        (0, 10, "0%"),
        (5, 5, "100%"),
        (None, 10, "not known"),
        (1, None, "not known"),
        (0, 0, "not known"),
    ],
)
def test_a_share_is_told_in_percent(part, whole, said):
    assert people.share(part, whole) == said


def test_a_spark_says_its_counts_in_words():
    found = people.spark((3, 0, 1), (1, 2, 4))

    assert 'aria-label="Tweets by question. 1: 3, 2: 0, 4: 1"' in found
    assert found.count("<rect") == 2


@pytest.mark.parametrize(("counts", "questions"), [((), ()), ((0, 0), (1, 2))])
def test_nothing_under_any_question_has_no_spark(counts, questions):
    assert people.spark(counts, questions) == ""
