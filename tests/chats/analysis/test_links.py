"""Links that people shared: same places together, people counted, and the sentence each came with."""

import random

import pytest

from chats.analysis import links
from chats.analysis.links import Shared
from tests.chats.analysis.building import ANN, BOB, CAT, at

STUDY = "https://sleep.example/study"


def shared(tweet, address=STUDY, *, author=ANN, words="A study: {}", is_marked=False):
    """A link in the words of tweet ``tweet``, said ``tweet`` minutes into the chat."""
    start = words.index("{}")
    short = f"https://t.co/{tweet}"
    return Shared(tweet, author, at(tweet), address, words.format(short), start, start + len(short), is_marked)


def addresses(*found, **options):
    return [resource.address for resource in links.group(found, **options)]


@pytest.mark.parametrize(
    "other",
    [
        "http://sleep.example/study",
        "HTTPS://Sleep.Example/study/",
        "https://sleep.example:443/study",
        "https://sleep.example/study#results",
        "https://sleep.example/study?utm_source=x&UTM_medium=social&fbclid=1",
    ],
)
def test_addresses_of_one_place_are_one_resource(other):
    (resource,) = links.group([shared(1, other), shared(2, author=BOB)])

    assert (len(resource.shared), resource.address) == (2, min(STUDY, other, key=lambda each: (len(each), each)))


@pytest.mark.parametrize(
    "other",
    [
        "https://sleep.example/Study",
        "https://sleep.example:8443/study",
        "https://sleep.example/study?page=2",
        "https://nap.example/study",
        "https://[sleep.example/study",
        "javascript:alert(1)",
    ],
)
def test_other_places_stay_apart(other):
    assert sorted(addresses(shared(1, other), shared(2))) == sorted([other, STUDY])


def test_people_are_counted_and_each_stands_with_the_first_tweet():
    (resource,) = links.group([shared(3, author=BOB), shared(1), shared(2), shared(4)])

    assert resource.shared == ((1, "A study"), (3, "A study"))


def test_what_most_people_shared_comes_first_then_what_came_first():
    late, early = "https://late.example/", "https://early.example/"

    found = addresses(shared(2, early), shared(3, early), shared(5, late), shared(6, STUDY, author=BOB), shared(7))

    assert found == [STUDY, early, late]


@pytest.mark.parametrize(
    ("link", "is_academic"),
    [
        (shared(1), False),
        (shared(1, is_marked=True), True),
        (shared(1, "https://doi.org/10.1234/nap.5"), True),
        (shared(1, "https://journal.example/doi/full/10.1177/0032258X"), True),
        (shared(1, "https://journal.example/read?doi=10.1177%2F0032258X"), True),
        (shared(1, "https://prices.example/10.99/offer"), False),
    ],
)
def test_research_is_marked_by_its_sharers_or_named_by_a_doi(link, is_academic):
    assert [resource.is_academic for resource in links.group([link])] == [is_academic]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://twitter.com/bob/status/77", [True]),
        ("https://mobile.twitter.com/bob/statuses/77?s=20", [True]),
        ("https://x.com/i/web/status/77", [True]),
        ("https://x.com/bob/status/5", []),
        ("https://x.com/bob/status/77/photo/1", []),
        ("https://x.com/bob", [False]),
    ],
)
def test_tweets_elsewhere_are_told_apart_and_those_here_left_out(address, expected):
    assert [each.is_tweet for each in links.group([shared(1, address)], tweets_here=["5"])] == expected


def test_a_tweet_elsewhere_is_one_place_by_whatever_address():
    both = [shared(1, "https://twitter.com/bob/status/77"), shared(2, "https://x.com/i/web/status/77", author=CAT)]

    assert [len(each.shared) for each in links.group(both)] == [2]


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_links_changes_nothing(seed):
    every = [shared(tweet, f"https://p{tweet % 3}.example/", author=tweet % 4) for tweet in range(1, 20)]

    assert links.group(random.Random(seed).sample(every, len(every))) == links.group(every)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{}", ""),
        ("#WeCops {} #EBP", ""),
        ("A3 You feel fine. Six pages, free to read: {} #academicpony", "Six pages, free to read"),
        ("Great read. {}", "Great read."),
        ("A2: See {} for the study. More later", "See sleep.example/study for the study."),
        ("A2: See {} \u2026 for the study", "See sleep.example/study for the study"),
        (
            f"See https://nap.example/{'a' * 300} and {{}} for more",
            f"See nap.example/{'a' * 88}\u2026 and sleep.example/study for more",
        ),
        ("The room is here: {}\u00a0. #WeCops", "The room is here"),
        ("Posters: \u2026{}\u00a0\u2026 & \u2026https://nap.example/b\u00a0\u2026 #WeCops", "Posters"),
        (
            "Posters: \u2026https://nap.example/b\u00a0\u2026 & \u2026{}\u00a0\u2026 on my wall",
            "Posters: nap.example/b & sleep.example/study on my wall",
        ),
        ("Everyone should read this {} \u2026 #WeCops", "Everyone should read this"),
        ("{} says it all", "sleep.example/study says it all"),
        ("See HTTPS://www.nap.example/ and {} for more", "See nap.example and sleep.example/study for more"),
        ("@bob @cat A1. look 👉 {} https://t.co/b", "look"),
        ("Nobody asked\n\n{}\nSo I did", "Nobody asked"),
        (f"{'word ' * 100}{{}}", f"{('word ' * 48).rstrip()} …"),
    ],
)
def test_a_link_comes_with_its_sentence(text, sentence):
    (resource,) = links.group([shared(1, words=text)])

    assert resource.shared == ((1, sentence),)


def test_a_link_that_leads_nowhere_leaves_its_sentence_without_it():
    (resource,) = links.group([shared(1, "javascript:alert (1)", words="See {} for more")])

    assert resource.shared == ((1, "See for more"),)


def test_a_hostile_text_takes_no_longer():
    text = f"{':' * 200_000}#{'#a' * 100_000} {{}} {'-' * 200_000}"

    (resource,) = links.group([shared(1, words=text)])

    assert len(resource.shared[0][1]) <= links.LONGEST_SENTENCE + 2
