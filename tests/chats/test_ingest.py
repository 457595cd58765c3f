"""Pages of records -> rows, by feeding them; reading real files is tested with the files."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from accounts import leases
from accounts.leases import LeaseLost
from chats import ingest
from chats.ingest import Counts, packing
from chats.ingest.removal import NOTHING
from chats.models import (
    Author,
    Build,
    Capture,
    Correction,
    IngestRun,
    Participation,
    RawPage,
    Tweet,
    TweetLink,
    Withheld,
)
from chats.sources.base import Rejected, SourceError, Span
from tests.chats.sources.building import json_lines, v2_page, v2_tweet
from tests.factories.chats import START, ChatFactory
from tests.factories.records import page, seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def chat():
    return ChatFactory()


@pytest.fixture
def claim(chat):
    return leases.claim_one(ingest.plan_file(chat, "chat.jsonl"))


def rows():
    """Everything ingest wrote about tweets and people, in an order of its own."""
    tweets = Tweet.objects.order_by("network", "network_id")
    return (
        [
            (t.network_id, t.author.network_id, *(getattr(t, name) for name in ingest.sightings.CHANGEABLE))
            for t in tweets
        ],
        list(Author.objects.order_by("network_id").values_list("network_id", "handle", "name", "seen_at")),
        list(Participation.objects.order_by("author__network_id").values_list("author__network_id", "followers")),
        list(TweetLink.objects.order_by("tweet__network_id", "position").values_list("url", "leads_to")),
    )


def test_store_writes_a_tweet_with_its_author_and_raw_record(claim):
    counts = ingest.store(claim, page(seen(1, "A1 Tea first.", followers=40)))

    tweet = Tweet.objects.get()
    assert counts == Counts(read=1, created=1)
    assert (tweet.text, tweet.author.handle, tweet.why_captured) == ("A1 Tea first.", "ann", ["file"])
    kept = RawPage.objects.get()
    assert (kept.tweets, packing.unpacked(kept.body)) == (["x 1"], [b'{"id":1}'])
    assert Participation.objects.get().followers == 40


def test_a_tweet_is_kept_once_with_its_newest_words_whoever_forgot_its_history(chat):
    link = Span("link", 0, 3, "https://t.co/a", "a.example", "https://a.example/new")
    said = [
        seen(10, "Frist"),
        seen(11, "First"),
        seen(12, "The first", spans=(link,)),
        seen(11, "First", edits=("10", "11", "12"), likes=3),
    ]
    outcomes = []
    for order in itertools.permutations(said):
        Tweet.objects.all().delete()
        for tweet in order:
            ingest.merge(chat, [tweet], why="file")
        outcomes.append(rows())

    kept = Tweet.objects.get()
    assert (kept.version_id, kept.text, kept.likes, kept.edits) == ("12", "The first", 3, ["10", "11", "12"])
    assert kept.links.get().leads_to == "https://a.example/new"
    assert [outcome for outcome in outcomes if outcome != outcomes[0]] == []


def test_what_people_said_of_a_version_holds_for_the_tweet(chat):
    ingest.merge(chat, [seen(10, "Frist"), seen(11, "First")], why="file")
    Tweet.objects.filter(network_id="11").update(number=7, withheld=Withheld.HIDDEN)
    Correction.objects.create(tweet=Tweet.objects.get(network_id="11"), question=2, at=START)

    counts = ingest.merge(chat, [seen(11, "First", edits=("10", "11"))], why="file")

    tweet = Tweet.objects.get()
    assert (tweet.network_id, tweet.number, tweet.withheld, tweet.correction.question) == ("10", 7, "hidden", 2)
    assert (counts.created, counts.updated > 0) == (0, True)


def test_store_twice_changes_nothing(chat, claim):
    pages = page(seen(1), seen(2, author="bob"), cursor="2:2")
    ingest.store(claim, pages)
    before = rows()

    counts = ingest.store(claim, pages)

    assert counts == Counts(read=2, unchanged=2)
    assert rows() == before


def test_store_moves_the_cursor_and_writes_the_ledger(claim):
    ingest.store(claim, page(seen(1), rejected=[Rejected(2, "This line is not JSON.")], cursor="99:2"))
    ingest.store(claim, page(seen(2), seen(1)))

    capture, run = Capture.objects.get(), IngestRun.objects.get()
    assert (capture.cursor, capture.next_due_at, capture.completed_at is None) == ("", None, False)
    assert (run.pages, run.read, run.created, run.unchanged, run.rejected) == (2, 4, 2, 1, 1)
    assert run.rejections == [[2, "This line is not JSON."]]


def test_store_makes_the_build_due_only_for_news(chat, claim):
    ingest.store(claim, page(cursor="1:1"))
    chat.build.refresh_from_db()
    assert chat.build.next_due_at is None

    ingest.store(claim, page(seen(1)))

    chat.build.refresh_from_db()
    assert chat.build.next_due_at is not None


def test_a_file_read_to_its_end_makes_the_build_due_without_news(chat, claim):
    """What the pages say of it, "not to its end", is no longer true."""
    ingest.store(claim, page())

    chat.build.refresh_from_db()
    assert chat.build.next_due_at is not None


def test_a_file_that_cannot_be_read_makes_the_build_due_once(chat):
    missing = ingest.plan_file(chat, "/nowhere/chat.jsonl")
    due = []

    for _ in range(2):
        with pytest.raises(SourceError):
            ingest.ingest(leases.claim_one(missing))
        due.append(Build.objects.get().next_due_at is not None)
        Build.objects.update(next_due_at=None)

    assert due == [True, False]


def test_a_lost_lease_says_nothing_of_the_file(chat, claim):
    Capture.objects.update(fence=claim.fence + 1)

    with pytest.raises(LeaseLost):
        ingest.ingest(claim)

    assert Build.objects.get().next_due_at is None


def test_a_file_that_can_be_read_again_makes_the_build_due(chat, claim):
    Capture.objects.update(error_code="broken", completed_at=START)

    ingest.store(claim, page())

    assert Build.objects.get().next_due_at is not None


def test_ingest_gives_a_long_file_back_after_its_share(chat, tmp_path):
    file = tmp_path / "chat.jsonl"
    file.write_bytes(json_lines(v2_page([v2_tweet(n) for n in range(5)])))
    capture = ingest.plan_file(chat, str(file), page_size=2)
    shares = []

    while not shares or capture.completed_at is None:
        counts, _ = ingest.ingest(leases.claim_one(capture), most_pages=1)
        capture.refresh_from_db()
        shares.append((counts.created, capture.lease_until, capture.next_due_at is not None))

    assert shares == [(2, None, True), (2, None, True), (1, None, False)]


def test_store_refuses_after_somebody_else_claimed(chat, claim):
    Capture.objects.update(fence=claim.fence + 1)

    with pytest.raises(LeaseLost):
        ingest.store(claim, page(seen(1)))

    assert Tweet.objects.count() == 0


def test_store_counts_what_lies_outside_the_window(chat, claim):
    early = seen(1)._replace(created_at=chat.opens_at - timedelta(seconds=1))
    first = seen(2)._replace(created_at=chat.opens_at)
    late = seen(3)._replace(created_at=chat.closes_at)

    counts = ingest.store(claim, page(early, first, late))

    assert counts == Counts(read=3, created=3, outside_window=2)


def test_merging_is_commutative(chat, deep):
    """Six sightings, an edit and duplicates among them, end in the same rows in any order; --deep tries all 720."""
    sightings = [
        seen(10, "Frist thought", edits=("10", "11"), likes=3),
        seen(11, "First thought", edits=("10", "11"), likes=2, followers=5),
        seen(20, "A2 short", reposts=None),
        seen(20, "A2 short and whole", reposts=4, quote_of="10", spans=(Span("hashtag", 0, 2, "A2"),)),
        seen(30, "Hello", minute=1, name="Ann Early", followers=7),
        seen(31, "Bye", minute=50, name="Ann Late", followers=None),
    ]
    outcomes = []
    for order in itertools.islice(itertools.permutations(range(6)), 0, None, 1 if deep else 13):
        Tweet.objects.all().delete()
        Author.objects.all().delete()
        for number in order:
            ingest.merge(chat, (sightings[number],), why="file")
        outcomes.append(rows())
        if len(outcomes) > 1:
            assert outcomes[-1] == outcomes[0]

    tweets, authors, participations, _ = outcomes[0]
    assert [row[0] for row in tweets] == ["10", "20", "30", "31"]
    assert authors == [("id-ann", "ann", "Ann Late", START + timedelta(minutes=50))]
    assert participations == [("id-ann", 7)]


def test_merge_within_one_page_is_the_same_as_across_pages(chat):
    one, two = seen(5, "short"), seen(5, "short but longer", likes=9)
    ingest.merge(chat, (one, two), why="file")
    together = rows()
    Tweet.objects.all().delete()

    ingest.merge(chat, (two,), why="file")
    ingest.merge(chat, (one,), why="file")

    assert rows() == together


@pytest.mark.parametrize("withheld", [Withheld.REMOVED_BY_AUTHOR, Withheld.REMOVED_BY_MODERATOR])
def test_merge_never_brings_back_what_was_removed(chat, claim, withheld):
    ingest.store(claim, page(seen(1, "Gone tomorrow"), cursor="1:1"))
    Tweet.objects.update(withheld=withheld, **NOTHING)

    ingest.store(claim, page(seen(1, "Gone tomorrow", likes=5)))

    assert Tweet.objects.get().text == ""


def test_merge_writes_links_anew_when_a_tweet_changes(chat):
    span = Span("link", 4, 27, "https://t.co/aaaaaaaaaa", "one.example", "https://one.example/")
    ingest.merge(chat, (seen(1, "See https://t.co/aaaaaaaaaa"),), why="file")

    ingest.merge(chat, (seen(1, "See https://t.co/aaaaaaaaaa", spans=(span,)),), why="file")

    assert list(TweetLink.objects.values_list("url", "leads_to")) == [
        ("https://t.co/aaaaaaaaaa", "https://one.example/")
    ]


def test_merge_cuts_outside_values_to_their_columns(chat):
    huge = seen(1, lang="x" * 500, likes=10**18, followers=10**18, conversation="9" * 900, hashtags=("t" * 900,))

    ingest.merge(chat, (huge._replace(url="https://x.com/" + "a" * 600),), why="file")

    tweet = Tweet.objects.get()
    assert (len(tweet.lang), tweet.likes, tweet.url, len(tweet.conversation)) == (20, 2**31 - 1, "", 300)


def test_one_tweet_in_two_chats_is_two_rows_and_one_author(chat):
    ingest.merge(chat, (seen(1),), why="file")
    ingest.merge(ChatFactory(), (seen(1),), why="file")

    assert (Tweet.objects.count(), Author.objects.count()) == (2, 1)


def test_merge_keeps_every_character(chat):
    words = ('say "cheese"', "back\\slash", "a,b", "{}", "NULL", "", "two\nlines\tand a tab", "\\N", "🐎")
    tweet = seen(1, "\\. \t\n\\N {NULL}", hashtags=words, alt_texts=words, name="O'Brien \\ Söhne")

    ingest.merge(chat, (tweet,), why="file")

    stored = Tweet.objects.get()
    assert (stored.text, stored.author.name) == (tweet.text, tweet.author.name)
    assert (tuple(stored.hashtags), tuple(stored.alt_texts)) == (words, words)


def test_one_tweet_under_two_names_in_any_order_is_the_same(chat):
    """A renamed account in two captures that were put together: the last name by the alphabet, the most followers."""
    sightings = [seen(1, author="ann", name="Ann", followers=10), seen(1, author="ann", name="Bob", followers=None)]
    outcomes = []
    for pages in ([sightings], [sightings[::-1]], [[each] for each in sightings], [[each] for each in sightings[::-1]]):
        Tweet.objects.all().delete()
        Author.objects.all().delete()
        for page_ in pages:
            ingest.merge(chat, tuple(page_), why="file")
        outcomes.append((rows(), list(Participation.objects.values_list("name", "followers"))))

    assert [outcome for outcome in outcomes if outcome != outcomes[0]] == []
    assert outcomes[0][1] == [("Bob", 10)]


@pytest.mark.parametrize("order", [1, -1])
def test_a_real_author_takes_the_place_of_a_bare_handle(chat, order):
    real, bare = seen(1), seen(1)._replace(author=seen(1).author._replace(id="handle:ann"))

    for tweet in [real, bare][::order]:
        ingest.merge(chat, (tweet,), why="file")

    assert Tweet.objects.get().author.network_id == "id-ann"


def test_a_name_in_another_chat_changes_nothing_here(chat):
    ingest.merge(chat, (seen(1, author="ann", name="Ann"),), why="file")
    later = seen(2, author="ann", name="Dr Ann")._replace(created_at=START + timedelta(days=5))

    ingest.merge(ChatFactory(), (later,), why="file")

    assert Participation.objects.get(chat=chat).name == "Ann"
    assert Author.objects.get().name == "Dr Ann"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("minute", [1, 50])
def test_an_author_whom_two_workers_meet_at_once_is_one_and_named_by_the_newest(chat, minute):
    """The second waits for the first, whom it could not see when it looked, and gets the author all the same."""
    other = ChatFactory()

    def merge_beside():
        try:
            ingest.merge(other, (seen(2, author="ann", name="Ann Beside", minute=minute),), why="file")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as worker:
        with transaction.atomic():
            ingest.merge(chat, (seen(1, author="ann", name="Ann", minute=20),), why="file")
            beside = worker.submit(merge_beside)
            while not somebody_waits():
                assert not beside.done()
        beside.result()

    assert list(Tweet.objects.order_by("network_id").values_list("network_id", "author__network_id")) == [
        ("1", "id-ann"),
        ("2", "id-ann"),
    ]
    assert Author.objects.get().name == ("Ann Beside" if minute > 20 else "Ann")


def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0


def test_a_tweet_of_the_future_names_nobody_for_ever(chat):
    future = seen(1, author="ann", name="Ann 2999")._replace(created_at=START.replace(year=2999))
    ingest.merge(chat, (future,), why="file")

    assert Author.objects.get().seen_at.year < 2999


def test_a_very_long_text_of_many_words_is_stored(chat):
    text = " ".join(f"word{n}" for n in range(200_000))

    counts = ingest.merge(chat, (seen(1), seen(2, text), seen(3)), why="file")

    assert counts == Counts(read=3, created=3)
    assert Tweet.objects.get(network_id="2").text == text


def test_plan_file_refuses_a_path_that_cannot_be_kept(chat):
    with pytest.raises(SourceError):
        ingest.plan_file(chat, "/" + "a" * 1000)
