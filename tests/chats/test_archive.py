"""Rows -> a published version: what changes, what stays, and what never shows."""

import gzip
import json
import random
import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import leases
from accounts.leases import LeaseLost
from accounts.models import Community
from chats import archive, ingest
from chats.ingest.removal import NOTHING
from chats.models import (
    Author,
    Build,
    Correction,
    Participation,
    StoredPage,
    Transcript,
    TranscriptLine,
    Tweet,
    Withheld,
)
from chats.rendering import pages
from chats.sources.base import SourceError, Span
from tests.chats.sources.building import json_lines, v2_tweet
from tests.factories.chats import ChatFactory
from tests.factories.conversation import CONVERSATION
from tests.factories.people import neighbour
from tests.factories.records import seen

pytestmark = pytest.mark.django_db


def page(transcript, path):
    return gzip.decompress(transcript.pages.get(path=path).body).decode()


def document(transcript):
    return json.loads(page(transcript, "transcript.json"))


def lines(transcript):
    return {line.tweet.network_id: (line.question, line.kind, line.placed_by) for line in transcript.lines.all()}


def test_build_publishes_the_first_version(chat, built):
    assert (built.version, chat.build.published, built.stats.tweets) == (1, built, 9)
    assert sorted(built.pages.values_list("path", flat=True)) == [
        "",
        "cite.bib",
        "cite.ris",
        "resources/",
        "stats/",
        "transcript.csv",
        "transcript.html",
        "transcript.json",
        "transcript.txt",
        "transcript/",
        "transcript/people/",
        "transcript/q1/",
        "transcript/q2/",
        "transcript/time/",
    ]
    assert lines(built) == {
        "100": (None, "introduction", "none"),
        "101": (None, "introduction", "none"),
        "102": (1, "question", "host"),
        "103": (1, "answer", "label"),
        "104": (1, "reply", "reply"),
        "105": (1, "retweet", "copy"),
        "106": (2, "question", "host"),
        "107": (2, "answer", "model"),
        "108": (1, "answer", "label"),
        "109": (None, "closing", "none"),
    }


def test_build_numbers_tweets_in_time_order(built):
    assert list(Tweet.objects.order_by("number").values_list("number", "network_id")) == [
        (number, str(99 + number)) for number in range(1, 11)
    ]


def test_build_twice_changes_nothing(chat, built, build):
    before = list(StoredPage.objects.values_list("pk", "etag"))

    again = build(chat)

    assert again == built
    assert list(StoredPage.objects.values_list("pk", "etag")) == before
    assert Transcript.objects.count() == 1


def test_a_late_tweet_makes_a_new_version_and_moves_no_number(chat, built, build):
    numbers = dict(Tweet.objects.values_list("network_id", "number"))

    second = build(chat, seen(999, "A2 My tutor", author="dee", minute=11))

    assert second.version == 2
    assert dict(Tweet.objects.values_list("network_id", "number")) == {**numbers, "999": 11}
    assert set(TranscriptLine.objects.values_list("transcript", flat=True)) == {second.pk}
    assert set(StoredPage.objects.values_list("transcript", flat=True)) == {second.pk}


def test_counts_alone_change_pages_but_not_the_version(chat, built, build):
    etag = built.pages.get(path="transcript/").etag

    again = build(chat, seen(103, "A1 Take a pen. Take two. #WeCops", author="ann", minute=2, likes=50))

    assert again == built
    assert built.pages.get(path="transcript/").etag != etag


@pytest.mark.parametrize("seed", range(5))
def test_the_fingerprint_does_not_depend_on_arrival(chat, built, build, seed):
    """The same tweets in another order, in several builds, into another chat of the same facts."""
    chat_facts = {"title": chat.title, "slug": chat.slug}
    expected = built.sha256
    chat.delete()
    shuffled = list(CONVERSATION)
    random.Random(seed).shuffle(shuffled)
    other = ChatFactory(**chat_facts)

    build(other, *shuffled[:4])
    build(other, *shuffled[4:7])
    last = build(other, *shuffled[7:], *shuffled[:2])

    assert last.sha256 == expected


def test_a_correction_wins_and_survives_rebuilds(chat, built, build):
    tweet = Tweet.objects.get(network_id="107")
    Correction.objects.create(tweet=tweet, question=1, at=timezone.now())

    corrected = lines(build(chat))
    rebuilt = lines(build(chat, seen(998, "A2 More", author="dee", minute=14)))

    assert (corrected["107"], rebuilt["107"]) == ((1, "answer", "host"), (1, "answer", "host"))


def test_a_host_who_takes_another_handle_stays_the_host(chat, built, build):
    before = lines(built)
    Author.objects.filter(network_id="id-wecops").update(handle="somebody_else")
    Author.objects.filter(network_id="id-bob").update(handle="WeCops")

    after = lines(build(chat))

    assert after == before


def test_a_reply_to_a_removed_tweet_says_so_and_is_not_missed(chat, built, build):
    Tweet.objects.filter(network_id="103").update(withheld="author", **NOTHING)

    second = build(chat)

    assert "Replying to a tweet that was removed" in page(second, "transcript/time/")
    assert document(second)["completeness"]["replies_to_missing"] == 0


def test_a_tweet_that_replies_to_itself_replies_to_nobody(chat, build):
    transcript = build(chat, *CONVERSATION, seen(200, "A2 Me", author="dee", minute=15, reply_to="200"))

    (tweet,) = (tweet for tweet in document(transcript)["tweets"] if tweet["id"] == "200")
    assert (tweet["in_reply_to"], lines(transcript)["200"]) == (None, (2, "answer", "label"))


def test_a_removed_tweet_leaves_only_its_place(chat, built, build):
    Tweet.objects.filter(network_id="103").update(withheld=Withheld.REMOVED_BY_AUTHOR, **NOTHING)

    second = build(chat)

    everything = "".join(page(second, path) for path in second.pages.values_list("path", flat=True))
    assert "Take a pen" not in everything
    assert [tweet for tweet in document(second)["tweets"] if tweet["number"] == 4] == [
        {"number": 4, "removed": "author"}
    ]


@pytest.mark.parametrize("withheld", [Withheld.HIDDEN, Withheld.QUARANTINED])
def test_a_withheld_tweet_is_nowhere(chat, built, build, withheld):
    Tweet.objects.filter(network_id="107").update(withheld=withheld)

    second = build(chat)

    assert [tweet["number"] for tweet in document(second)["tweets"]] == [1, 2, 3, 4, 5, 6, 7, 9, 10]
    assert "custody sergeant" not in page(second, "transcript/")


def test_tweets_outside_the_window_are_kept_and_not_shown(chat, build):
    transcript = build(chat, *CONVERSATION, seen(50, "Far too early", minute=-16), seen(51, "Too late", minute=150))

    assert Tweet.objects.count() == 12
    assert len(document(transcript)["tweets"]) == 10
    assert Tweet.objects.filter(number__isnull=True).count() == 2


def test_a_chat_without_tweets_publishes_nothing(chat, build):
    assert build(chat) is None
    assert Transcript.objects.count() == 0


def test_a_lost_claim_publishes_nothing(chat, now):
    ingest.merge(chat, CONVERSATION, why="file")
    claim = leases.claim_one(chat.build)
    Build.objects.update(fence=claim.fence + 1)

    with pytest.raises(LeaseLost):
        archive.build(claim, now)

    assert Transcript.objects.count() == 0


def test_what_is_taken_back_during_a_build_stays_withdrawn(chat, built, now):
    """The build read its tweets before somebody took one back: its pages must not be served as if they knew."""
    claim = leases.claim_one(chat.build)
    order = Build.objects.select_related("chat__community", "published").get(pk=claim.id)
    rows = archive.conversation.shown(order.chat)
    said = archive.conversation.converse(order.chat, rows)
    transcript = archive.reading.read(said, version=1, built_at=built.built_at)
    edition = archive.publishing.Edition(order, said, transcript, built.sha256, [])
    Build.objects.update(withdrawn_at=now)

    archive.publishing.publish(claim, edition, renderer="x")

    assert Build.objects.get().withdrawn_at == now


def test_a_build_ends_a_withdrawal_it_knew_of(chat, built, build, now):
    Build.objects.update(withdrawn_at=now)

    build(chat)

    assert Build.objects.get().withdrawn_at is None


def test_parts_of_people_are_counted(built):
    parts = Participation.objects.order_by("author__handle").values_list(
        "author__handle", "sent", "replies_got", "retweets_got", "retweets_given", "impressions"
    )
    assert list(parts) == [
        ("ann", 3, 1, 1, 0, 30),
        ("bob", 2, 0, 0, 0, 40),
        ("cat", 1, 0, 0, 1, None),
        ("wecops", 3, 0, 0, 0, 2700),
    ]


def test_renew_stale_pages_makes_due_what_other_templates_rendered(chat, built):
    archive.renew_stale_pages()
    assert Build.objects.get().next_due_at is None
    Build.objects.update(renderer="another")

    archive.renew_stale_pages()

    assert Build.objects.get().next_due_at is not None


def test_a_community_in_another_colour_has_its_pages_made_anew_and_no_other(build):
    theirs = ChatFactory(community=neighbour())
    for each in (theirs, ChatFactory()):
        build(each, *CONVERSATION)
    Community.objects.filter(slug="other").update(hue=20)

    archive.renew_stale_pages()

    assert list(Build.objects.exclude(next_due_at=None).values_list("chat", flat=True)) == [theirs.pk]


def test_build_says_which_templates_rendered(chat, built):
    assert chat.build.renderer == pages.renderer(chat.community)


def test_a_retweet_goes_with_the_original_whichever_version_it_retweeted(chat, build):
    original = seen(500, "A1 Words I take back", author="ann", minute=10, edits=("500", "501"))
    retweet = seen(502, "RT @ann: A1 Words I take back", author="bob", minute=11, retweet_of="501")
    build(chat, *CONVERSATION, original, retweet)
    Tweet.objects.filter(network_id="500").update(withheld=Withheld.REMOVED_BY_AUTHOR, **NOTHING)

    transcript = build(chat)

    assert [stored.path for stored in transcript.pages.all() if "take back" in page(transcript, stored.path)] == []


def test_the_database_refuses_to_publish_another_chats_version(chat, built):
    other = ChatFactory().build
    Build.objects.filter(chat=chat).update(published=None)

    with pytest.raises(IntegrityError):
        published(other, built)


@transaction.atomic
def published(build, transcript):
    """The row as the database keeps it: it looks at the end of a transaction, of which a test has none."""
    Build.objects.filter(pk=build.pk).update(published=transcript)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return Build.objects.get(pk=build.pk)


def test_another_rule_on_texts_makes_files_anew(settings):
    community = Community(slug="wecops", name="WeCops", hashtags=["WeCops"])
    before = pages.renderer(community)
    pages._made_by.cache_clear()
    settings.EXPORT_TEXT = "public"

    after = pages.renderer(community)
    pages._made_by.cache_clear()

    assert before != after


def test_a_transcript_does_not_change_with_what_other_chats_say_of_its_people(chat, built, build):
    later = CONVERSATION[3]
    renamed = later.author._replace(handle="ann_new", name="Ann New")
    build(ChatFactory(), later._replace(author=renamed, id="9999", created_at=later.created_at + timedelta(days=2)))

    assert build(chat) == built


def test_a_file_that_broke_off_is_named_until_it_could_be_read(chat, built, build, tmp_path):
    """A part is never called the whole: not while the file is missing, and no longer than that."""
    file = tmp_path / "saved.jsonl"
    capture = ingest.plan_file(chat, str(file))
    with pytest.raises(SourceError):
        ingest.ingest(leases.claim_one(capture))
    before = built.pages.get(path="").etag

    broken = page(build(chat), "")
    file.write_bytes(json_lines(v2_tweet(3)))
    ingest.ingest(leases.claim_one(capture))
    mended = page(build(chat), "")

    assert before != built.pages.get(path="").etag
    assert ["A file could not be read to its end." in html for html in (broken, mended)] == [True, False]
    assert ["<strong>Not complete.</strong>" in html for html in (broken, mended)] == [True, False]
    assert "<bdi>saved.jsonl</bdi>" in mended
    assert str(tmp_path) not in broken + mended


def test_words_links_and_hashtags_leave_the_fingerprint_alone(built, chat, build):
    """They are told from what was said, which is in it already."""
    said = document(built)

    assert sorted(said) == ["chat", "completeness", "questions", "schema", "stats", "transcript", "tweets"]
    assert sorted(said["completeness"]["sources"]) == []
    assert sorted(said["stats"]) == [
        *["busiest_minute", "followers_known", "people", "potential_audience", "potential_impressions"],
        *["replies", "retweets", "tweets"],
    ]


def test_what_was_taken_back_is_no_longer_counted_or_listed(chat, build):
    start = len("Sleep well, the study: ")
    link = Span("link", start, start + 14, "https://t.co/abc12", "sleep.example", "https://sleep.example/study")
    words = "Sleep well, the study: https://t.co/abc12"
    said = [seen(n, words, author=f"p{n}", spans=(link,), hashtags=("Naps",), alt_texts=("A nap",)) for n in (1, 2)]
    before = build(chat, *CONVERSATION, *said)
    shown = [page(before, path) for path in ("stats/", "resources/")]

    Tweet.objects.filter(network_id__in=["1", "2"]).update(withheld=Withheld.HIDDEN)
    after = build(chat)

    assert ["#Naps" in shown[0], ">sleep</text>" in shown[0], "A nap" in shown[1]] == [True] * 3
    assert ["sleep.example" in shown[1], "2</b>people shared it" in shown[1]] == [True] * 2
    hidden = page(after, "stats/") + page(after, "resources/") + page(after, "")
    assert [word for word in ("Naps", ">sleep<", "A nap", "sleep.example") if word in hidden] == []


WORDS = "A1 Take a pen, take two, and a sandwich for later #WeCops"


def repeating(number=201, author="bob", **fields):
    return seen(number, WORDS, author=author, minute=6, **fields)


def test_build_takes_the_words_of_somebody_else_for_a_retweet(chat, build):
    """An export of Storify says of nothing that it is a retweet."""
    transcript = build(chat, *CONVERSATION, seen(200, WORDS, author="ann"), repeating())

    bob = chat.participations.get(author__network_id="id-bob")
    ann = chat.participations.get(author__network_id="id-ann")
    assert lines(transcript)["201"] == (1, "retweet", "copy")
    assert (bob.sent, bob.retweets_given, ann.retweets_got) == (2, 1, 2)
    assert (transcript.stats.tweets, transcript.stats.retweets) == (10, 2)
    assert Tweet.objects.get(network_id="201").retweet_of == ""
    assert re.findall(r"Retweeted here by (.*?)</p>", page(transcript, "transcript/"))[-1].count("Bob") == 1


@pytest.mark.parametrize("fields", [{"reposts": 0}, {"reply_to": "103"}, {"quote_of": "103"}])
def test_build_guesses_no_retweet_where_the_source_or_the_tweet_says_otherwise(chat, build, fields):
    transcript = build(chat, *CONVERSATION, seen(200, WORDS, author="ann"), repeating(**fields))

    assert transcript.stats.retweets == 1


@pytest.mark.parametrize("withheld", [Withheld.HIDDEN, Withheld.QUARANTINED])
def test_build_hides_words_that_repeat_what_is_held_back(chat, build, withheld):
    build(chat, *CONVERSATION, seen(200, WORDS, author="ann"), repeating())
    Tweet.objects.filter(network_id="200").update(withheld=withheld)

    transcript = build(chat)

    assert "sandwich for later" not in page(transcript, "transcript/time/")
    assert {"200", "201"} & lines(transcript).keys() == set()


def take_back(number, withheld):
    Tweet.objects.filter(network_id=str(number)).update(withheld=withheld, **NOTHING)


@pytest.mark.parametrize("withheld", [Withheld.HIDDEN, Withheld.REMOVED_BY_AUTHOR, Withheld.REMOVED_BY_MODERATOR])
def test_a_question_that_is_taken_back_leaves_its_answers_where_they_are(chat, build, withheld):
    before = lines(build(chat, *CONVERSATION, seen(120, "Me too", author="dee", minute=20, reply_to="102")))
    take_back(102, withheld)

    transcript = build(chat)

    del before["102"]
    assert lines(transcript) == before
    assert before["120"] == (1, "answer", "reply")
    assert (transcript.questions[0], [each["number"] for each in transcript.questions]) == (
        {"number": 1, "text": "", "asked_at": "2026-11-18T21:01:00+00:00", "tweet": None},
        [1, 2],
    )


def test_a_question_that_is_taken_back_leaves_no_word(chat, build, client):
    build(chat, *CONVERSATION)
    take_back(102, Withheld.REMOVED_BY_AUTHOR)

    transcript = build(chat)

    said = {path: page(transcript, path) for path in ("", "transcript/", "transcript/q1/", "stats/", "transcript.html")}
    assert [path for path, html in said.items() if "What do you wish" in html] == []
    assert [path for path, html in said.items() if "This question was taken back" not in html] == ["transcript.html"]
    assert "This question was taken back" in client.get(f"{chat.get_absolute_url()}people/x/ann/").text


def test_a_question_that_is_asked_again_has_its_words_again(chat, build):
    build(chat, *CONVERSATION)
    take_back(102, Withheld.REMOVED_BY_AUTHOR)

    transcript = build(chat, seen(121, "Q1 What do you wish you had known?", author="wecops", minute=2))

    assert [(each["number"], each["text"]) for each in transcript.questions] == [
        (1, "What do you wish you had known?"),
        (2, "Who helped?"),
    ]
