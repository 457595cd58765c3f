"""A network's word that a tweet is gone -> nothing of it is left anywhere, and what comes back is whole again."""

import gzip
from importlib import import_module
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import leases
from chats import archive, ingest
from chats.ingest import packing, removal
from chats.models import Author, Build, Participation, RawPage, StoredPage, Tombstone, Tweet, Withheld
from tests.factories.chats import ChatFactory
from tests.factories.conversation import CONVERSATION
from tests.factories.records import seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def dump():
    """Everything that stands in the database, packed things unpacked."""

    def dump():
        with connection.cursor() as cursor:
            tables = set(connection.introspection.table_names(cursor)) - {"staged"}  # empty after every commit
            told = []
            for table in tables:
                cursor.execute(f'SELECT "{table}"::text FROM "{table}"')
                told += [row for (row,) in cursor.fetchall()]
            cursor.execute("SELECT body FROM chats_storedpage WHERE body <> ''")
            told += [gzip.decompress(body).decode() for (body,) in cursor.fetchall()]
        for page in RawPage.objects.all():
            told += [record.decode() for record in packing.unpacked(bytes(page.body))]
        return "\n".join(told)

    return dump


def raw(number, text):
    return f'{{"id":"{number}","text":"{text}"}}'.encode()


def test_nothing_of_a_tweet_that_is_gone_stays(chat, build, dump):
    secret = "Never again a night in cell nine"
    build(
        chat,
        *CONVERSATION,
        seen(500, secret, author="zoe", minute=14)._replace(raw=raw(500, secret)),
        seen(501, f"RT @zoe: {secret}", author="cat", minute=15, retweet_of="500")._replace(
            raw=raw(501, f"500 {secret}")
        ),
        seen(502, "Look at this", author="bob", minute=16, quote_of="500")._replace(raw=raw(502, f"500 {secret}")),
    )
    assert secret in dump()

    assert removal.take_back("x", ["500"]) == 2

    told = dump()
    assert (secret in told, "zoe" in told.replace("id-zoe", "").lower()) == (False, False)
    assert "Look at this" in told


def test_pages_are_withdrawn_at_once_and_come_back_without_it(
    chat, build, client, settings, django_capture_on_commit_callbacks
):
    client.defaults["HTTP_HOST"] = urlsplit(settings.SITE_URL).netloc
    build(chat, *CONVERSATION)
    page = chat.get_absolute_url() + "transcript/"
    assert b"Take a pen" in client.get(page).content

    with django_capture_on_commit_callbacks(execute=True):
        removal.take_back("x", ["103"])
    below = ("", "transcript/", "transcript.json", "people/x/bob/")
    withdrawn = [client.get(chat.get_absolute_url() + path).status_code for path in below]
    build(chat)

    assert withdrawn == [503, 503, 503, 503]
    assert Build.objects.get(chat=chat).withdrawn_at is None
    after = client.get(page).content
    assert (b"Take a pen" in after, b"Its author has removed it" in after) == (False, True)


@pytest.fixture
def bodies(chat, client, settings):
    """The status and whether there is anything of each page below the chat's address."""
    client.defaults["HTTP_HOST"] = urlsplit(settings.SITE_URL).netloc

    def bodies():
        cache.clear()
        answers = [client.get(chat.get_absolute_url() + path) for path in ("", "transcript/", "transcript.json")]
        return [(answer.status_code, bool(answer.content)) for answer in answers]

    return bodies


def test_a_second_word_on_what_is_gone_withdraws_nothing(chat, build, bodies):
    build(chat, *CONVERSATION)
    removal.take_back("x", ["103"])
    build(chat)

    assert removal.take_back("x", ["103"]) == 0
    assert Build.objects.get(chat=chat).withdrawn_at is None
    assert bodies() == [(200, True)] * 3


def test_a_chat_that_only_points_at_what_is_gone_keeps_its_pages(chat, build, bodies):
    build(chat, *CONVERSATION, seen(700, "Yes indeed", author="bob", reply_to="999"))
    ingest.merge(ChatFactory(), [seen(999, "The original", author="zed")], why="file")

    assert removal.take_back("x", ["999"]) == 1
    assert Build.objects.get(chat=chat).withdrawn_at is None
    assert bodies() == [(200, True)] * 3


def test_pages_that_come_out_the_same_are_written_anew(chat, build, bodies):
    """What is gone was hidden, and outside the chat's window, so that no page changes."""
    ingest.merge(chat, [seen(999, "Much later", author="bob", minute=600)], why="file")
    Tweet.objects.update(withheld=Withheld.HIDDEN)
    build(chat, *CONVERSATION)
    removal.take_back("x", ["999"])
    assert bodies() == [(503, True)] * 3

    archive.build(leases.claim_one(chat.build), leases.clock())

    assert bodies() == [(200, True)] * 3


def test_a_page_without_a_body_is_never_served(chat, built, bodies):
    StoredPage.objects.update(body=b"")

    assert bodies() == [(503, True)] * 3


def test_a_build_that_read_before_a_removal_keeps_no_words(chat, built, dump, now):
    chat.refresh_from_db()
    ingest.merge(chat, [seen(900, "Q5 What of the night in cell nine?", author="WeCops", minute=40)], why="file")
    claim = leases.claim_one(chat.build)
    order = Build.objects.select_related("chat__community", "published").get(pk=claim.id)
    rows = archive._numbered(claim, order.chat)
    said = archive.conversation.converse(order.chat, rows)
    transcript = archive.reading.read(said, version=2, built_at=now)
    removal.take_back("x", ["900"])

    archive.publishing.publish(claim, archive.publishing.Edition(order, said, transcript, "b" * 64, []), renderer="x")

    assert "cell nine" not in dump()
    assert Build.objects.get().next_due_at <= leases.clock()


def test_a_question_that_is_gone_leaves_no_words_in_any_version(chat, build, dump):
    build(chat, *CONVERSATION)
    build(chat, seen(110, "A2 One more", author="bob", minute=14))

    removal.take_back("x", ["102"])

    assert "wish somebody had told you" not in dump()


def test_any_version_of_an_edited_tweet_is_the_tweet(chat, build):
    build(chat, seen(201, "A1 Better", edits=("200", "201")), seen(202, "A1 Other"))

    removal.take_back("x", ["201"])

    assert list(Tweet.objects.order_by("network_id").values_list("network_id", "withheld")) == [
        ("200", "network"),
        ("202", ""),
    ]


def test_every_chat_that_holds_it_is_emptied_and_no_other_is_touched(chat, build):
    other, third = ChatFactory(), ChatFactory()
    for each in (chat, other):
        build(each, *CONVERSATION)
    build(third, seen(900, "Elsewhere"))

    removal.take_back("x", ["103"])

    gone = Tweet.objects.filter(withheld=Withheld.GONE_FROM_NETWORK).values_list("chat", "network_id")
    assert sorted(gone) == sorted([(each.pk, id_) for each in (chat, other) for id_ in ("103", "105")])
    assert set(Build.objects.filter(withdrawn_at=None).values_list("chat", flat=True)) == {third.pk}


def test_people_keep_their_name_while_anything_of_theirs_is_left(chat, build):
    build(chat, *CONVERSATION)

    removal.take_back("x", ["104"])
    still = Author.objects.get(network_id="id-bob").handle
    removal.take_back("x", ["108"])

    assert (still, Author.objects.get(network_id="id-bob").handle) == ("bob", "")
    assert Participation.objects.get(author__network_id="id-bob").name == ""


def test_what_the_network_shows_again_is_whole_again(chat, build):
    first = build(chat, *CONVERSATION)
    removal.take_back("x", ["103"])
    build(chat)

    opened = removal.give_back("x", ["103"])
    again = build(chat, *CONVERSATION)

    assert opened == 2
    assert again.sha256 == first.sha256
    assert Author.objects.get(network_id="id-ann").handle == "ann"


@pytest.mark.parametrize("withheld", [Withheld.REMOVED_BY_AUTHOR, Withheld.REMOVED_BY_MODERATOR])
def test_what_a_person_took_back_the_network_cannot_give_back(chat, build, withheld):
    build(chat, *CONVERSATION)
    removal.take_back("x", ["103"], withheld=withheld)

    assert removal.give_back("x", ["103"]) == 0
    ingest.merge(chat, CONVERSATION, why="file")

    assert Tweet.objects.get(network_id="103").text == ""


def test_a_tweet_that_was_never_stored_is_no_matter(chat, build):
    build(chat, *CONVERSATION)

    assert removal.take_back("x", ["31337"]) == 0
    assert Build.objects.get(chat=chat).withdrawn_at is None


RETWEET = seen(501, "RT @ann: Take a pen", author="cat", minute=30, retweet_of="103")


def states(*ids):
    return [Tweet.objects.get(network_id=id_).withheld for id_ in ids]


def test_a_retweet_that_was_deleted_stays_so_when_its_original_is_there(chat, build):
    build(chat, *CONVERSATION, RETWEET)
    removal.take_back("x", ["501"])

    assert removal.give_back("x", ["103"]) == 0
    assert states("103", "501") == ["", "network"]


@pytest.mark.parametrize("order", [["501", "103"], ["103", "501"]])
def test_a_retweet_that_is_gone_itself_does_not_come_back_with_its_original(chat, build, order):
    build(chat, *CONVERSATION, RETWEET)
    for id_ in order:
        removal.take_back("x", [id_])

    removal.give_back("x", ["103"])

    assert states("103", "501") == ["", "network"]


def test_a_retweet_goes_and_comes_with_any_version_of_its_original(chat, build):
    build(chat, seen(200, "A1 Better", edits=("200", "201")), seen(300, "RT", author="bob", retweet_of="201"))
    removal.take_back("x", ["200"])
    gone = states("200", "300")

    assert removal.give_back("x", ["200"]) == 2
    assert (gone, states("200", "300")) == (["network", "network"], ["", ""])
    assert Tweet.objects.get(network_id="300").checked_at is None


@pytest.mark.parametrize("before", [Withheld.HIDDEN, Withheld.QUARANTINED])
def test_what_was_withheld_before_it_was_gone_is_so_afterwards(chat, build, before, now):
    build(chat, *CONVERSATION)
    Tweet.objects.filter(network_id="103").update(withheld=before, judged_at=now)

    removal.take_back("x", ["103"])
    removal.give_back("x", ["103"])
    ingest.merge(chat, CONVERSATION, why="file")

    tweet = Tweet.objects.get(network_id="103")
    assert (tweet.withheld, tweet.judged_at, tweet.text != "", tweet.withheld_before) == (before, now, True, "")


@pytest.mark.parametrize("before", [Withheld.HIDDEN, Withheld.QUARANTINED])
def test_what_nobody_saw_leaves_no_place_when_it_is_gone(chat, build, before):
    build(chat, *CONVERSATION, seen(500, "Buy this", author="zoe", minute=20))
    Tweet.objects.filter(network_id="500").update(withheld=before, judged_at=leases.clock())
    hidden = build(chat).sha256

    removal.take_back("x", ["500"])

    assert build(chat).sha256 == hidden


def test_a_persons_wish_stands_above_the_networks_word(chat, build):
    build(chat, *CONVERSATION)
    removal.take_back("x", ["103"])

    assert removal.take_back("x", ["103"], withheld=Withheld.REMOVED_BY_AUTHOR) == 2
    assert removal.take_back("x", ["103"]) == 0
    assert removal.give_back("x", ["103"]) == 0
    assert states("103", "105") == ["author", "author"]


SECRET = "Never again a night in cell nine"
ZOE = seen(500, SECRET, author="zoe", name="Zoe Zebra", minute=14)._replace(raw=raw(500, SECRET))


def test_a_stale_page_brings_back_neither_words_nor_names(chat, build, dump):
    build(chat, *CONVERSATION, ZOE)
    removal.take_back("x", ["500"])

    ingest.merge(chat, [ZOE], why="file")

    assert (SECRET in dump(), "Zebra" in dump()) == (False, False)


def test_whoever_has_something_left_keeps_their_name_on_a_page_with_what_is_gone(chat, build):
    build(chat, *CONVERSATION, ZOE)
    removal.take_back("x", ["500"])

    ingest.merge(chat, [ZOE, seen(503, "Still here", author="zoe", name="Zoe Zebra")], why="file")

    assert Author.objects.get(network_id="id-zoe").name == "Zoe Zebra"


@pytest.mark.parametrize(
    ("tweet", "words"),
    [
        (seen(501, f"RT @zoe: {SECRET}", author="cat", minute=15, retweet_of="500"), ""),
        (seen(502, "Look at this", author="bob", minute=16, quote_of="500"), "Look at this"),
        (seen(503, "Well said", author="bob", minute=16, reply_to="500"), "Well said"),
        (seen(504, "A quote of a quote", author="bob", minute=16, quote_of="600"), "A quote of a quote"),
    ],
)
def test_what_is_read_after_a_removal_holds_nothing_of_it(chat, build, dump, tweet, words):
    build(chat, *CONVERSATION, ZOE)
    removal.take_back("x", ["500"])

    ingest.merge(chat, [tweet._replace(raw=raw(500, SECRET))], why="hashtag")

    assert SECRET not in dump()
    assert Tweet.objects.get(network_id=tweet.id).text == words


def test_a_retweet_read_after_a_removal_comes_back_with_its_original(chat, build):
    build(chat, *CONVERSATION)
    removal.take_back("x", ["103"])
    ingest.merge(chat, [RETWEET], why="hashtag")
    gone = states("103", "501")

    removal.give_back("x", ["103"])

    assert (gone, states("103", "501")) == (["network", "network"], ["", ""])


@pytest.mark.parametrize("why", [Withheld.GONE_FROM_NETWORK, Withheld.REMOVED_BY_AUTHOR])
def test_what_is_gone_is_gone_in_any_chat_that_reads_it_later(chat, build, dump, why):
    build(chat, *CONVERSATION, ZOE)
    removal.take_back("x", ["500"], withheld=why)
    other = ChatFactory()

    build(other, ZOE, seen(700, "Elsewhere"))

    assert SECRET not in dump()
    assert other.tweets.get(network_id="500").withheld == why


def rows_of(chat):
    fields = ("network_id", "why_captured", "edits", "reply_to", "likes", "withheld", "gone_with", "text", "version_id")
    return list(chat.tweets.order_by("network_id").values(*fields, "author__handle"))


LATER = seen(2, "hi there", edits=("1", "2"))


@pytest.mark.parametrize(
    ("later", "why", "gone"),
    [
        (seen(1, "hi"), "mention", "1"),
        (LATER, "hashtag", "1"),
        (LATER, "hashtag", "2"),
        (seen(1, "hi", likes=5), "hashtag", "1"),
        (seen(1, "hi", reply_to="9"), "hashtag", "1"),
        (seen(3, "RT @ann: hi", author="bob", retweet_of="1"), "hashtag", "1"),
        (seen(3, "RT @ann: hi", author="bob"), "file", "1"),
    ],
)
def test_reading_and_removal_come_to_the_same_in_any_order(later, why, gone):
    first = (seen(1, "hi"), "hashtag")
    told = []
    for steps in ([first, (later, why), gone], [first, gone, (later, why)], [gone, first, (later, why)]):
        chat = ChatFactory()
        for step in steps:
            if step == gone:
                removal.take_back("x", [gone])
            else:
                ingest.merge(chat, [step[0]], why=step[1])
        told.append(rows_of(chat))
        for table in (Tweet, Author, Tombstone):
            table.objects.all().delete()

    assert told == [told[0]] * 3
    assert {row["withheld"] for row in told[0]} == {"network"}


def test_a_later_version_withdraws_what_was_shown_before_it_was_known(chat, build, dump):
    build(chat, *CONVERSATION, seen(900, SECRET, author="zoe", minute=14)._replace(raw=raw(900, SECRET)))
    removal.take_back("x", ["901"])

    ingest.merge(chat, [seen(901, "Other words", author="zoe", minute=14, edits=("900", "901"))], why="hashtag")

    assert (SECRET in dump(), "Other words" in dump()) == (False, False)
    assert Build.objects.get().withdrawn_at is not None


def test_what_is_given_back_is_read_again_as_before(chat, build):
    first = build(chat, *CONVERSATION, ZOE)
    removal.take_back("x", ["500"])
    ingest.merge(chat, [ZOE], why="file")

    assert removal.give_back("x", ["500"]) == 1
    assert build(chat, *CONVERSATION, ZOE).sha256 == first.sha256
    assert Tombstone.objects.count() == 0


def test_a_page_of_a_network_without_tombstones_costs_one_query_for_them(chat, built):
    with CaptureQueriesContext(connection) as queries:
        ingest.merge(chat, CONVERSATION, why="file")

    assert sum("chats_tombstone" in query["sql"] for query in queries) == 1


@pytest.mark.parametrize("gone", ["900", "901"])
def test_no_earlier_words_of_an_edited_tweet_stay(chat, build, dump, gone):
    first = seen(900, f"Q5 {SECRET}?", author="WeCops", minute=40, edits=("900",))
    later = seen(901, "Q5 What place?", author="WeCops", minute=40, edits=("900", "901"))
    build(chat, *CONVERSATION, first._replace(raw=raw(900, SECRET)))
    build(chat, later._replace(raw=raw(901, "What place?")))
    assert dump().count(SECRET) > 1

    removal.take_back("x", [gone])

    assert (SECRET in dump(), "What place?" in dump()) == (False, False)


def test_what_was_stored_beside_its_removal_is_taken_back_later(chat, build, dump):
    """Its reader had looked for tombstones before the removal was there to be seen."""
    build(chat, *CONVERSATION, ZOE)
    Tombstone.objects.create(network="x", network_id="500", why=Withheld.REMOVED_BY_AUTHOR)

    taken = [removal.catch_up("x"), removal.catch_up("x")]

    assert (taken, SECRET in dump(), states("500")) == ([1, 0], False, ["author"])


def test_what_was_gone_before_there_were_tombstones_gets_them(chat, build):
    build(chat, *CONVERSATION, RETWEET, seen(201, "A1 Better", author="zoe", edits=("200", "201")))
    removal.take_back("x", ["103", "200"])
    told = [
        set(Tombstone.objects.values_list("network_id", "why")),
        dict(Tweet.objects.values_list("network_id", "gone_with")),
    ]
    Tombstone.objects.all().delete()
    Tweet.objects.update(gone_with="")

    with connection.cursor() as cursor:
        cursor.execute(import_module("chats.migrations.0011_taking_back").TOMBSTONES)

    assert told == [
        set(Tombstone.objects.values_list("network_id", "why")),
        dict(Tweet.objects.values_list("network_id", "gone_with")),
    ]


LONG = "A1 Nobody tells you that the quiet nights are the ones that you go on thinking of for years"
BY_HAND = seen(601, f"RT @zoe: {LONG}", author="cat", minute=30)
ZOES = seen(600, LONG, author="zoe", minute=14)


def gone_along(*tweets, before=(), chat=None, other=None):
    """Which of these, each with a chat of its own where one is given, go with what Zoe has said."""
    ingest.merge(chat, [*before, ZOES], why="file")
    ingest.merge(other or chat, tweets, why="file")
    removal.take_back("x", ["600"])
    return {tweet.network_id for tweet in Tweet.objects.filter(gone_with="600", text="")}


@pytest.mark.parametrize(
    ("tweet", "here", "elsewhere"),
    [
        (BY_HAND, True, True),
        (BY_HAND._replace(text=f"RT @cat: MT @Zoe  {LONG}"), True, True),
        (BY_HAND._replace(text=f"RT @zoe: {LONG[:70]}\u2026 https://t.co/x"), True, True),
        (BY_HAND._replace(reply_to="103", reposts=4), True, True),
        (BY_HAND._replace(text=LONG), True, False),
        (BY_HAND._replace(text=f"RT @bob: {LONG}"), True, False),
        (BY_HAND._replace(text=LONG, reposts=0), False, False),
        (BY_HAND._replace(text=LONG, reply_to="103"), False, False),
        (BY_HAND._replace(text=LONG, author=ZOES.author), False, False),
        (BY_HAND._replace(text=LONG, created_at=ZOES.created_at.replace(minute=1)), False, False),
        (BY_HAND._replace(text="RT @zoe: Something else that she has said on that evening"), False, False),
        (BY_HAND._replace(text=f"RT @zoe: {LONG[:70]}"), False, False),
    ],
)
def test_what_repeats_it_unmarked_goes_along(chat, tweet, here, elsewhere):
    told = {}
    for where, other in (("here", None), ("elsewhere", ChatFactory())):
        told[where] = bool(gone_along(tweet, chat=chat, other=other))
        for table in (Tweet, Author, Tombstone):
            table.objects.all().delete()

    assert told == {"here": here, "elsewhere": elsewhere}


def test_who_only_repeats_takes_nobody_along(chat):
    ann = seen(599, LONG, author="ann", minute=10)

    assert gone_along(BY_HAND._replace(text=LONG), seen(602, f"RT @ann: {LONG}"), before=[ann], chat=chat) == set()


def test_an_unmarked_repeat_leaves_neither_words_nor_a_place_and_is_so_when_read_again(chat, build, dump):
    before = build(chat, *CONVERSATION, ZOES, BY_HAND)
    removal.take_back("x", ["600"])
    after = build(chat)
    ingest.merge(ChatFactory(), [BY_HAND], why="file")
    ingest.merge(chat, [BY_HAND, BY_HAND._replace(id="603")], why="file")

    assert "quiet nights" not in dump()
    assert after.lines.filter(tweet__network_id="601").count() == 0
    assert {tweet.gone_with for tweet in Tweet.objects.filter(network_id__in=["601", "603"])} == {"600"}
    assert build(chat).sha256 == after.sha256 != before.sha256


def test_an_unmarked_repeat_comes_back_when_its_network_shows_it_too(chat, build, dump):
    before = build(chat, *CONVERSATION, ZOES, BY_HAND)
    removal.take_back("x", ["600"])
    removal.give_back("x", ["600"])
    ingest.merge(chat, [ZOES, BY_HAND], why="file")
    waits = (states("600", "601"), build(chat).lines.filter(tweet__network_id="601").count())
    asked_next = Tweet.objects.get(network_id="601").checked_at

    removal.give_back("x", ["601"])
    ingest.merge(chat, [BY_HAND], why="file")

    assert (waits, asked_next) == ((["", "network"], 0), None)
    assert build(chat).sha256 == before.sha256


@pytest.mark.parametrize("order", ["all together", "the repeat first", "the repeat last"])
def test_what_is_read_for_the_first_time_after_its_removal_takes_its_repeats_along(chat, order):
    removal.take_back("x", ["600"])
    pages = {"all together": [[ZOES, BY_HAND]], "the repeat first": [[BY_HAND], [ZOES], [BY_HAND]]}
    for page in pages.get(order, [[ZOES], [BY_HAND]]):
        ingest.merge(chat, page, why="file")

    assert (states("600", "601"), Tweet.objects.get(network_id="601").text) == (["network", "network"], "")


@pytest.mark.parametrize(
    ("tweet", "taken"),
    [
        (seen(501, f"RT @zoe: {SECRET}", author="cat", minute=15, retweet_of="500"), 1),
        (seen(502, "Look at this", author="bob", minute=16, quote_of="500"), 0),
        (seen(504, "A quote of a quote", author="bob", minute=16, quote_of="600"), 0),
    ],
)
def test_no_record_of_it_stays_that_was_stored_beside_its_removal_elsewhere(chat, build, dump, tweet, taken):
    """Whoever read it in another chat had looked for tombstones before there were any."""
    build(chat, *CONVERSATION, ZOE)
    removal.take_back("x", ["500"])
    stones = list(Tombstone.objects.all())
    Tombstone.objects.all().delete()
    ingest.merge(ChatFactory(), [tweet._replace(raw=raw(500, SECRET)), seen(700, "Elsewhere")], why="hashtag")
    Tombstone.objects.bulk_create(stones)
    assert SECRET in dump()

    assert removal.catch_up("x") == taken

    told = dump()
    assert (SECRET in told, '"id":700' in told) == (False, True)
