"""A transcript as pages: which there are, what stands on which, and that every address leads somewhere."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.models import Community
from chats.rendering import pages
from tests.factories import values
from tests.factories.values import PATH, asked, figures, person, section, transcript, tweet

COMMUNITY = Community(
    slug="wecops", name="WeCops", handle="WeCops", hashtags=["WeCops"], promise="Talk.", description="An hour."
)


READINGS = ["transcript/", "transcript/people/", "transcript/q1/", "transcript/q2/", "transcript/time/"]


def render(value):
    return dict(pages.render(value, COMMUNITY))


def many(count, *, first=10, **fields):
    return tuple(tweet(number, **fields) for number in range(first, first + count))


@pytest.fixture
def small():
    """Two questions, some answers, a hello and a goodbye."""
    return transcript(
        section(tweet(1, kind="introduction", question=None), name="introductions"),
        section(tweet(3), tweet(4, depth=1, kind="reply"), asked=asked(2)),
        section(tweet(6, question=2), number=2, text="Who helps?", asked=asked(5)),
        section(tweet(7, kind="closing", question=None), name="closing"),
    )


@pytest.fixture
def large(monkeypatch):
    monkeypatch.setattr(pages, "WHOLE_UP_TO", 20)
    monkeypatch.setattr(pages, "TIME_PAGE", 20)
    return transcript(
        section(*many(15, first=10, kind="introduction"), name="introductions"),
        section(*many(30, first=100), asked=asked(2)),
        section(*many(5, first=200), number=2, text="Who helps?", asked=asked(5)),
    )


def test_a_small_transcript_stands_whole_on_one_page(small):
    found = render(small)

    assert sorted(found) == ["", "resources/", "stats/", *READINGS]
    assert re.findall(r'id="t(\d+)"', found["transcript/"]) == ["1", "2", "3", "4", "5", "6", "7"]
    assert re.findall(r'id="t(\d+)"', found["transcript/time/"]) == ["1", "2", "3", "4", "5", "6", "7"]
    assert re.findall(r'id="t(\d+)"', found["transcript/q2/"]) == ["5", "6"]


def test_a_large_transcript_has_a_page_for_every_question(large):
    found = render(large)

    assert sorted(found) == [
        *["", "resources/", "stats/", *READINGS],
        *["transcript/time/2/", "transcript/time/3/"],
    ]
    assert len(re.findall(r'id="t\d+"', found["transcript/q1/"])) == 31
    assert len(re.findall(r'<article class="tweet" id="t1\d\d"', found["transcript/"])) == pages.SAMPLE
    assert f'href="{PATH}transcript/q1/">Show all 30 tweets under Question 1</a>' in found["transcript/"]


@pytest.mark.parametrize("size", ["small", "large"])
def test_every_address_of_a_tweet_leads_to_it(size, request):
    found = render(request.getfixturevalue(size))

    leading = {link for html in found.values() for link in re.findall(rf'href="{PATH}([^"]*#t\d+)"', html)}

    assert [link for link in sorted(leading) if f'id="{link.split("#")[1]}"' not in found[link.split("#")[0]]] == []
    assert len(leading) >= 7


@pytest.mark.parametrize("size", ["small", "large"])
def test_an_address_given_while_the_chat_was_small_still_leads_somewhere(size, request):
    value = request.getfixturevalue(size)

    html = render(value)["transcript/"]

    assert [tweet.number for tweet in value.timeline if f'id="t{tweet.number}"' not in html] == []


@pytest.mark.parametrize("size", ["small", "large"])
def test_no_page_gives_an_id_twice(size, request):
    for html in render(request.getfixturevalue(size)).values():
        ids = re.findall(r'\sid="([^"]+)"', html)

        assert sorted(ids) == sorted(set(ids))


def test_the_chat_page_shows_the_first_answers_of_each_question():
    value = transcript(
        section(*many(50, first=100), asked=asked(2)),
        section(*many(50, first=200), number=2, asked=asked(5)),
    )

    html = render(value)[""]

    assert len(re.findall(r'<article class="tweet" id="t1\d\d"', html)) == pages.FIRST_ANSWERS // 2
    assert len(re.findall(r'<article class="tweet" id="t2\d\d"', html)) == pages.FIRST_ANSWERS // 2
    assert f'href="{PATH}transcript/#q1">Show all 50 tweets under Question 1</a>' in html


def test_the_chat_page_cuts_a_long_quarrel_to_its_beginning():
    value = transcript(section(tweet(10), *many(20, first=11, depth=1, kind="reply"), tweet(50), asked=asked(2)))

    html = render(value)[""]

    assert re.findall(r'<article class="tweet" id="t(\d+)"', html) == ["10", "11", "12", "13", "50"]


def test_a_chat_without_questions_is_one_conversation():
    value = transcript(section(*many(3, question=None, kind="chatter", placed_by="none"), name="other"))

    found = render(value)

    assert sorted(found) == ["", "resources/", "stats/", "transcript/", "transcript/people/", "transcript/time/"]
    assert "The conversation" in found["transcript/"]
    assert "In threads" in found["transcript/"]


def test_a_question_nobody_answered_says_so():
    found = render(transcript(section(number=1, text="Why?"), section(tweet(9), number=2, asked=asked(2))))

    assert "Nobody's answer was found under this one." in found["transcript/"].replace("&#x27;", "'")


def test_a_removed_tweet_keeps_its_place_on_both_readings(small):
    gone = tweet(8, removed="author")
    value = transcript(*small.sections, timeline=(*small.timeline, gone))

    found = render(value)

    assert ['id="t8"' in found[path] for path in ("transcript/", "transcript/time/")] == [True, True]


def test_what_is_not_known_is_never_nought(small):
    unknown = figures(potential_impressions=None, potential_audience=None, busiest_minute=None, busiest_count=0)

    html = render(transcript(*small.sections, figures=unknown))[""]

    assert html.count("<dd>not known</dd>") == 4  # both reaches, the busiest minute, and protected accounts


def test_the_questions_stand_in_the_time_of_the_hour(small):
    html = render(small)["transcript/time/"]

    assert re.findall(r'class="is-q" id="(q\d)"', html) == ["q1", "q2"]


@pytest.mark.parametrize("path", ["", "transcript/", "transcript/q1/", "transcript/time/", "transcript/people/"])
def test_a_page_says_which_it_is(small, path):
    html = render(small)[path]

    assert f'<link rel="canonical" href="http://127.0.0.1:8000{PATH}{path}">' in html
    assert html.count("<h1") == 1


def test_hostile_facts_of_a_chat_are_words(small):
    hostile = '<script>alert("x")</script>'
    sections = (section(tweet(3), text=hostile, asked=asked(2)),)
    value = transcript(*sections)
    object.__setattr__(value.chat, "title", hostile)
    object.__setattr__(value.chat, "summary", hostile)

    assert [path for path, html in render(value).items() if "<script" in html] == []


def test_renderer_names_what_the_pages_are_made_by():
    community = Community(slug="wecops", name="WeCops", hashtags=["WeCops"])
    renderer = pages.renderer(community)
    assert re.fullmatch("[0-9a-f]{64}", renderer)
    assert renderer == pages.renderer(community)
    assert renderer != pages.renderer(Community(slug="wecops", name="WeCops", hashtags=["WeCops"], hue=20))


@pytest.mark.parametrize(
    ("minutes", "bars", "words"),
    [(60, 60, "Tweets a minute."), (241, 121, "Tweets, a bar for every 2 minutes."), (7200, 240, "every 30 minutes")],
)
def test_the_shape_says_how_much_time_a_bar_stands_for(small, minutes, bars, words):
    chat = replace(small.chat, ends_at=small.chat.starts_at + timedelta(minutes=minutes))
    value = replace(small, chat=chat, figures=figures(minutes=(1,) * bars, questions=(None,) * bars))

    assert words in render(value)[""]


@pytest.mark.parametrize(
    ("hosts", "people", "said"),
    [
        ((("Ann Okelu", "ann"),), (), "Hosted by <strong><bdi>Ann Okelu</bdi></strong>"),
        ((), (values.COMMUNITY,), "Hosted by <strong>@WeCops</strong>"),
        ((), (person(),), "Hosts not known"),
    ],
)
def test_the_chat_page_names_only_hosts_it_knows(small, hosts, people, said):
    found = render(replace(small, chat=replace(small.chat, hosts=hosts), people=people))

    assert f"{said}<br>" in found[""]


@pytest.mark.parametrize(("name", "number", "order"), [("question", 1, "by question"), ("other", None, "in threads")])
def test_the_copy_for_keeping_says_its_order(name, number, order):
    found = render(transcript(section(tweet(1), name=name, number=number)))

    assert f"<b>Page</b><span>for keeping, {order}</span>" in found[""]


def test_a_section_counts_retweets_apart_as_the_chat_does():
    again = tweet(2, kind="retweet", question=None, is_retweet=True)
    found = render(transcript(section(tweet(1, question=None), again, number=None, name="other")))

    assert "<span>1 tweet and 1 retweet</span>" in found["transcript/"]


def test_only_retweets_that_are_folded_are_said_to_be(small):
    found = render(replace(small, retweets=(tweet(8, kind="retweet"),), figures=figures(retweets=3)))

    assert "<dt>Retweets, named under what they repeat</dt><dd>1</dd>" in found[""]
