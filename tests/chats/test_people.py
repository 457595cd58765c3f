"""One person's page below a chat: made of rows when somebody asks, as the stored pages would have it."""

import re

import pytest

from chats.ingest.removal import NOTHING
from chats.models import Build, Participation, Tweet
from chats.rendering import pages, part
from tests.factories.chats import ChatFactory
from tests.factories.conversation import CONVERSATION
from tests.factories.records import seen

pytestmark = pytest.mark.django_db

CHAT = "/chats/2026/11/18/first-night/"


def words(markup):
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


def main(response):
    return words(response.text.partition("<main")[2].partition("</main>")[0])


def test_person_shows_every_tweet_in_time_order(built, client):
    html = client.get(f"{CHAT}people/x/ann/").text

    assert re.findall(r'<article class="tweet" id="t(\d+)"', html) == ["2", "4", "10"]
    assert "Hello from the night shift" in html


def test_person_shows_their_part(built, client):
    found = main(client.get(f"{CHAT}people/x/ann/"))

    assert (
        "Their part in this chat Tweets 3 Replies received 1 from 1 person Quotes received 0 Retweets received 1 "
        "Retweets given 0 Share of potential impressions 1.1% How is this counted?"
    ) in found
    assert "Tweets by question Question 1 Q1 What do you wish" not in found
    assert "Question 1 What do you wish somebody had told you? 1 tweet" in found


def test_person_shows_what_they_replied_to_and_who_passed_it_on(built, client):
    bob, ann = (client.get(f"{CHAT}people/x/{handle}/").text for handle in ("bob", "ann"))

    assert f'<a href="{CHAT}transcript/#t4">Replying to <bdi>@ann</bdi></a>' in bob
    assert 'Retweeted here by <span id="t6"><bdi>Cat</bdi></span>' in ann


def test_person_shows_what_they_retweeted(built, client):
    html = client.get(f"{CHAT}people/x/cat/").text

    assert re.findall(r'<article class="tweet" id="t(\d+)"', html) == ["8"]
    assert f'<a class="plain" href="{CHAT}transcript/#t4"><b><bdi>Ann</bdi></b></a>' in html


def test_person_who_only_retweeted_wrote_nothing(chat, build, client):
    build(chat, *CONVERSATION, seen(120, "RT @ann: A1 Take a pen.", author="dee", minute=20, retweet_of="103"))

    assert "Dee wrote nothing here, but passed on what others said." in main(client.get(f"{CHAT}people/x/dee/"))


def test_person_does_not_own_the_words_they_repeat(chat, build, client):
    text = "A1 Take a pen, take two, and a sandwich for later #WeCops"
    build(chat, *CONVERSATION, seen(120, text, author="dee", minute=20), seen(121, text, author="eve", minute=21))

    dee, eve = (client.get(f"{CHAT}people/x/{handle}/") for handle in ("dee", "eve"))

    assert 'Retweeted here by <span id="t11"><bdi>Eve</bdi></span>' in dee.text
    assert "Eve wrote nothing here, but passed on what others said." in main(eve)
    assert f'<a class="plain" href="{CHAT}transcript/#t10"><b><bdi>Dee</bdi></b></a>' in eve.text


def test_person_counts_what_they_pass_on_apart(chat, build, client):
    passed_on = seen(120, "RT @gus: From elsewhere", author="bob", minute=20, retweet_of="999")
    build(chat, *CONVERSATION, passed_on)

    found = main(client.get(f"{CHAT}people/x/bob/"))

    assert "2 tweets and 1 retweet Bo Bob @bob" in found
    assert "Tweets 2 " in found


@pytest.mark.parametrize("tweets", [1, 3])
def test_person_costs_the_same_for_one_and_three_tweets(chat, build, client, tweets, django_assert_num_queries):
    said = [seen(200 + n, f"A2 Number {n}", author="dee", minute=20 + n, reply_to="107") for n in range(tweets)]
    passed = [seen(300 + n, "RT @ann", author="dee", minute=30 + n, retweet_of=f"10{3 + n}") for n in range(tweets)]
    back = [seen(400 + n, "RT @dee", author=f"p{n}", minute=40 + n, retweet_of=f"{200 + n}") for n in range(tweets)]
    build(chat, *CONVERSATION, *said, *passed, *back)

    with django_assert_num_queries(9):
        response = client.get(f"{CHAT}people/x/dee/")

    assert f"{tweets} tweet" in main(response)


@pytest.mark.parametrize("way", ["ANN", "Ann", "id-ann"])
def test_person_is_found_by_handle_in_any_case_and_by_id(built, client, way):
    response = client.get(f"{CHAT}people/x/{way}/")

    assert response.status_code == 200
    assert f'<link rel="canonical" href="http://127.0.0.1:8000{CHAT}people/x/ann/">' in response.text


@pytest.mark.parametrize("below", ["people/x/nobody/", "people/mastodon/ann/", "people/x/", "people/"])
def test_person_without_a_part_is_not_found(built, client, below):
    assert client.get(CHAT + below).status_code == 404


def test_nobody_is_found_under_a_name_with_a_zero_byte(chat, built):
    assert part.read(chat, built, "x", "ann\0") is None


def test_person_of_another_chat_is_not_found(built, build, client):
    build(ChatFactory(slug="other"), *CONVERSATION, seen(900, "A1 Me", author="eve", minute=6))

    assert [client.get(f"/chats/2026/11/18/{slug}/people/x/eve/").status_code for slug in ("other", "first-night")] == [
        200,
        404,
    ]


def test_person_whose_tweets_are_all_gone_is_not_found(chat, built, build, client):
    Tweet.objects.filter(author__handle="bob").update(withheld="author", **NOTHING)
    build(chat)

    assert client.get(f"{CHAT}people/x/bob/").status_code == 404


@pytest.mark.parametrize("withheld", ["hidden", "quarantined"])
def test_person_shows_nothing_withheld_even_before_the_next_build(built, client, withheld):
    Tweet.objects.filter(network_id="103").update(withheld=withheld)

    html = client.get(f"{CHAT}people/x/ann/").text

    assert "Take a pen" not in html


def test_person_says_that_a_parent_was_removed(chat, built, build, client):
    gone = Tweet.objects.filter(network_id="103")
    gone.update(withheld="author", **NOTHING)
    build(chat)

    html = client.get(f"{CHAT}people/x/bob/").text

    assert f'<a href="{CHAT}transcript/#t4">Replying to a tweet that was removed</a>' in html


def test_person_is_being_updated_while_the_pages_are_withdrawn(built, client, now):
    Build.objects.update(withdrawn_at=now)

    response = client.get(f"{CHAT}people/x/ann/")

    assert (response.status_code, response["Retry-After"], "Take a pen" in response.text) == (503, "30", False)


def test_person_under_a_wrong_date_leads_to_the_right_one(built, client):
    response = client.get("/chats/2020/01/01/first-night/people/x/ann/")

    assert (response.status_code, response["Location"]) == (301, f"{CHAT}people/x/ann/")


def test_person_of_a_chat_without_a_transcript_leads_to_the_chat(chat, client):
    response = client.get(f"{CHAT}people/x/ann/")

    assert (response.status_code, response["Location"]) == (302, CHAT)


def test_person_sets_no_cookie_and_takes_no_post(built, client):
    got, posted = client.get(f"{CHAT}people/x/ann/"), client.post(f"{CHAT}people/x/ann/")

    assert (got.cookies, got["Cache-Control"], posted.status_code) == ({}, "no-cache", 405)


def test_person_of_a_handle_that_two_had_is_found_by_id(built, client):
    Participation.objects.filter(author__network_id="id-bob").update(handle="ANN")

    first, second = (client.get(f"{CHAT}people/x/{way}/").text for way in ("ann", "id-bob"))

    assert ("Hello from the night shift" in first, "And a sandwich" in second) == (True, True)


def test_person_in_a_long_transcript_leads_to_where_each_tweet_stands(chat, build, client, monkeypatch):
    monkeypatch.setattr(pages, "WHOLE_UP_TO", 5)
    monkeypatch.setattr(pages, "TIME_PAGE", 5)
    said = [seen(200 + n, f"A1 Number {n}", author="dee", minute=20 + n, reply_to=f"10{n}") for n in range(9)]
    build(chat, *CONVERSATION, *said, seen(300, "Q2 Who helped? #WeCops", author="dee", minute=31))

    links = set(re.findall(rf'href="({CHAT}[^"]*)#(t\d+)"', client.get(f"{CHAT}people/x/dee/").text))

    assert [(page, place) for page, place in links if f'id="{place}"' not in client.get(page).text] == []
    assert len(links) > 10
