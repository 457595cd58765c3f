"""The search: what it finds and in which order, what it must never find, and what it says to bad input."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote_plus
from xml.etree import ElementTree as ET

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts import crisis
from accounts.crisis import Position
from blog import publishing
from blog.models import Kind, PostStatus, Standing, VideoStatus
from chats.ingest import removal
from chats.models import Build, Chat, EventStatus, Topic, Tweet, Withheld
from chats.search import asked, results, spelling
from chats.search import found as finding
from chats.search import kinds as talk
from tests.factories.blog import ContributionFactory, PostFactory, VideoFactory, WriterFactory
from tests.factories.chats import START, ChatFactory, EventFactory, QuestionFactory, wecops
from tests.factories.conversation import CONVERSATION
from tests.factories.people import neighbour, person
from tests.factories.records import seen
from wecops import search as page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]

# The community and its notice, topics, the words, what there is of what, the page; then a query for each kind there
# (chats take two more for hosts and tags).  Three of them bound how long each may take.
QUERIES = 17


def search(client, words, more="", **headers):
    return client.get(f"/search/?q={quote_plus(words)}{more}", **headers)


def found(client, words, more="", **headers):
    """What stands in the list of results, in order: (kind, title or words)."""
    listed = search(client, words, more, **headers).context.get("results", [])
    return [(each.kind, str(each.title or each.words)) for each in listed]


def test_everything_is_found_the_best_match_first_and_the_newer_of_two(client, build):
    chat = ChatFactory(title="First night", slug="first", summary="Of a sergeant.")
    QuestionFactory(chat=chat, number=1, text="Who was in custody?")
    build(chat, *CONVERSATION)
    ChatFactory(title="Custody nurses", slug="nurses", starts_at=chat.starts_at, ends_at=chat.ends_at)
    PostFactory(title="Custody in 2016")
    PostFactory(title="Custody in 2020", published_at=datetime(2020, 1, 1, tzinfo=UTC))
    PostFactory(title="Elsewhere", excerpt="Not here.", html="<p>A <b>custody</b> &amp; more</p>")
    VideoFactory(title="A walk", parts={"takeaways": [{"at": 3, "title": "Sleep", "words": "before custody"}]})
    VideoFactory(title="A talk", summary="-", transcript="0:04 We begin\n0:09 with custody")
    EventFactory(
        title="A custody day", starts_at=datetime(2019, 1, 1, tzinfo=UTC), ends_at=datetime(2019, 1, 2, tzinfo=UTC)
    )
    Topic.objects.create(community=wecops(), slug="custody", name="Custody")

    assert found(client, "custody") == [
        ("chat", "<mark>Custody</mark> nurses"),
        ("post", "<mark>Custody</mark> in 2020"),
        ("event", "A <mark>custody</mark> day"),
        ("post", "<mark>Custody</mark> in 2016"),
        ("topic", "<mark>Custody</mark>"),
        ("chat", "First night"),
        ("film", "A walk"),
        ("film", "A talk"),
        ("post", "Elsewhere"),
        ("tweet", "The <mark>custody</mark> sergeant, every time"),
    ]
    assert [kind for kind, _ in found(client, "custody", "&sort=new")][:2] == ["tweet", "chat"]


def test_words_may_stand_in_different_parts_of_one_thing(client):
    chat = ChatFactory(title="Nurses", slug="nurses", topic=Topic.objects.create(community=wecops(), name="Rest"))
    QuestionFactory(chat=chat, number=1, text="Who sleeps in a van?")
    VideoFactory(title="Vans", parts={"takeaways": [{"at": 3, "title": "Sleep", "words": "well"}]})

    assert found(client, "nurse van") == [("chat", "<mark>Nurses</mark>")]
    assert found(client, "#wecops resting nurse -drone") == [("chat", "<mark>Nurses</mark>")]
    assert found(client, "van well") == [("film", "<mark>Vans</mark>")]
    assert found(client, '"sleeps in a van"') == [("chat", "Nurses")]
    assert found(client, "nurse -van") == []


def test_a_result_shows_where_the_words_stand(client):
    chat = ChatFactory(title="Nurses", slug="nurses", summary="Short.")
    for number, text in enumerate(("Who sleeps?", "Where is the owl?", "And then?"), 1):
        QuestionFactory(chat=chat, number=number, text=text)
    titles = [{"at": at, "title": "An owl", "words": words} for at, words in ((3, "sleeps."), (9, "wakes."))]
    VideoFactory(title="Night", summary="Seen.", parts={"takeaways": titles}, transcript="WEBVTT\n\n0:04 --> 0:09\nYes")
    PostFactory(
        title="Elsewhere", excerpt="Not here.", html="<p>one <em>owl</em>, <a href='x'>more</a> &amp;<br>so</p>"
    )
    EventFactory(title="A day", summary="In a shed.", text="# When\n\n- an **owl**, a [map](/a_b/) 2*2\n1. `end`.")

    words = {each.kind: each.words for each in search(client, "owl").context["results"]}

    assert words == {
        "chat": "Who sleeps? Where is the <mark>owl</mark>? And then …",
        "film": "Seen. An <mark>owl</mark> sleeps. An <mark>owl</mark> wakes. Yes …",
        "event": "In a shed. When an <mark>owl</mark>, a map 2*2 end …",
        "post": "… one <mark>owl</mark>, more &amp; so …",
    }


def test_a_tweet_leads_to_its_place_under_the_name_its_author_had(client, chat, build):
    build(chat, *CONVERSATION)

    (only,) = search(client, "custody sergeant").context["results"]

    assert (only.path, only.facts) == (
        f"{chat.get_absolute_url()}transcript/#t8",
        ("Cat", "First night", "answer to Question 2"),
    )
    page = client.get(only.path.partition("#")[0]).text
    assert 'id="t8"' in page
    assert '<link rel="search" type="application/opensearchdescription+xml"' in page  # stored ones lead there as well


def test_what_is_marked_as_sensitive_is_folded_as_in_its_transcript(client, chat, build):
    build(chat, *CONVERSATION, seen(300, "A gruesome owl", minute=7, is_sensitive=True), seen(301, "An owl", minute=8))

    plain, folded = search(client, "owl").text.split("</article>")[:2]

    assert "<summary>Marked as sensitive. Show it</summary><p" in folded
    assert ("gruesome" in folded, "<details" in plain) == (True, False)


def test_what_is_not_out_is_not_found(client):
    now = timezone.now()
    PostFactory(title="Owls out")
    for status in (PostStatus.DRAFT, PostStatus.REVIEW, PostStatus.UNPUBLISHED):
        PostFactory(title="Owls", status=status)
    PostFactory(title="Owls", status=PostStatus.SCHEDULED, published_at=now + timedelta(days=1))
    PostFactory(title="Owls paused", status=PostStatus.SCHEDULED, published_at=now - timedelta(minutes=1))
    for status in (VideoStatus.DRAFT, VideoStatus.UNPUBLISHED):
        VideoFactory(title="Owls", status=status)
    EventFactory(title="Owls", status=EventStatus.DRAFT)
    ahead = ChatFactory(
        title="Night birds", slug="birds", starts_at=now + timedelta(days=9), ends_at=now + timedelta(days=9, hours=1)
    )
    QuestionFactory(chat=ahead, number=1, text="Do owls sleep?")

    before = found(client, "owls")
    crisis.switch(wecops(), Position(pauses_posts=True), reason="-", by=None, now=now - timedelta(hours=1))
    after = found(client, "owls")

    assert before == [("post", "<mark>Owls</mark> paused"), ("post", "<mark>Owls</mark> out")]
    assert after == [("post", "<mark>Owls</mark> out")]


def test_a_members_piece_is_found_at_its_place_while_everybody_can_read_it(client):
    """Beside a held one, a hidden one, one under a post that is of many no more, and one of another community."""
    piece = ContributionFactory(
        html="<p>An <a href='/owls/'>owl</a> &lt;b&gt; there</p>", user=person("ann"), post__title="All of owls"
    )
    for standing in (Standing.HELD, Standing.HIDDEN):
        ContributionFactory(post=piece.post, standing=standing, text="owls")
    ContributionFactory(post__kind=Kind.NEWS, text="owls")
    ContributionFactory(post__community=neighbour(), text="owls")

    (only,) = search(client, "owl", "&kind=piece").context["results"]

    assert (only.path, only.facts) == (f"{piece.post.get_absolute_url()}#piece-{piece.pk}", ("Ann",))
    assert (only.title, only.words) == ("All of <mark>owls</mark>", "An <mark>owl</mark> &lt;b&gt; there …")
    assert f'id="piece-{piece.pk}"' in client.get(only.path.partition("#")[0]).text
    now, left = timezone.now(), []
    for way in (
        lambda: publishing.hide(piece, person("mo"), 1, now=now),
        lambda: publishing.withdraw(piece, now=now),
        lambda: publishing.unpublish(piece.post, now=now),
        piece.user.delete,
    ):
        with transaction.atomic():
            way()
            left.append(found(client, "owl", "&kind=piece"))
            transaction.set_rollback(True)
    assert left == [[]] * 4


def test_questions_of_a_chat_are_found_when_readers_see_them(client):
    starts_at = timezone.now() + timedelta(hours=23)
    soon = ChatFactory(title="Night birds", slug="birds", starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
    QuestionFactory(chat=soon, number=1, text="Do owls sleep?")

    assert found(client, "owls") == [("chat", "Night birds")]


def hide(chat):
    Tweet.objects.filter(network_id="300").update(withheld=Withheld.HIDDEN)


def hold_as_spam(chat):
    Tweet.objects.filter(network_id="300").update(withheld=Withheld.QUARANTINED)


def take_back(chat):
    removal.take_back("x", ["300"])


def withdraw(chat):
    Build.objects.update(withdrawn_at=timezone.now())


def unpublish(chat):
    Build.objects.update(published=None)


def go_on_for_ever(chat):
    Chat.objects.update(ends_at=timezone.now() + timedelta(days=400))


def test_a_tweet_that_its_transcript_does_not_show_is_not_found(client, chat, build):
    """Beside it another, which is found as long as its own page shows it: none does while something is taken out."""
    retweet = seen(301, "An owl", author="yan", minute=8, retweet_of="999")
    build(chat, *CONVERSATION, seen(300, "An owl", minute=7), retweet, seen(302, "An owl, too late", minute=10_000))
    before = [found(client, words, "&kind=tweet") for words in ("owl", "sandwich")]
    left = {}
    for way in (hide, hold_as_spam, take_back, withdraw, unpublish, go_on_for_ever):
        with transaction.atomic():
            way(chat)
            left[way] = [len(found(client, words, "&kind=tweet")) for words in ("owl", "sandwich")]
            transaction.set_rollback(True)

    assert before == [[("tweet", "An <mark>owl</mark>")], [("tweet", "And a <mark>sandwich</mark>")]]
    assert left == {
        hide: [0, 1], hold_as_spam: [0, 1], take_back: [0, 0], withdraw: [0, 0], unpublish: [0, 0],
        go_on_for_ever: [0, 0],
    }  # fmt: skip


def test_after_the_next_build_all_but_the_removed_tweet_is_found_again(client, chat, build):
    build(chat, *CONVERSATION)
    removal.take_back("x", ["107"])

    build(chat)

    assert found(client, "custody") == []
    assert found(client, "sandwich") == [("tweet", "And a <mark>sandwich</mark>")]


def test_nothing_of_another_community_is_found_counted_or_guessed(settings, client, build):
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    other = neighbour()
    theirs = ChatFactory(community=other, title="Sparrow nights", slug="theirs")
    QuestionFactory(chat=theirs, number=1, text="Which sparrow?")
    build(theirs, seen(700, "A sparrow #Other"))
    PostFactory(community=other, title="Sparrow post")
    VideoFactory(community=other, title="Sparrow film")
    EventFactory(community=other, title="Sparrow day")
    Topic.objects.create(community=other, slug="sparrow", name="Sparrow")

    ours, guess = search(client, "sparrow"), search(client, "sparow")
    at_theirs = search(client, "sparrow", HTTP_HOST="other.example").context

    assert (ours.context.get("results"), ours.context["lone"], ours.context["meant"]) == (None, [], None)
    assert "parrow" not in guess.text
    assert sorted(each.kind for each in at_theirs["results"]) == ["chat", "event", "film", "post", "topic", "tweet"]


def test_hostile_words_are_marked_and_stay_words(client, chat, build):
    evil = f"<script>alert(1)</script> {results.ON}owl{results.OFF} <mark>&lt;b&gt;"
    build(chat, seen(1, evil, author="ann"))
    PostFactory(title=evil, excerpt=evil, html="<p>an owl &lt;img src=x onerror=alert(1)&gt; &#57344;</p>")

    told = [(each.kind, each.title, each.words) for each in search(client, "owl").context["results"]]

    safe = "&lt;script&gt;alert(1)&lt;/script&gt; <mark>owl</mark> &lt;mark&gt;&amp;lt;b&amp;gt;"
    assert told == [("post", safe, safe), ("tweet", "", safe)]
    text = search(client, '<script>"owl"').text
    assert 'value="&lt;script&gt;&quot;owl&quot;"' in text
    assert "<script>" not in text


def test_tweets_are_searched_once_however_few_are_ranked():
    tweets = [each for each in talk.kinds(wecops(), asked.read("owl", wecops()), START) if each.name == "tweet"]

    assert str(finding.hits(tweets, finding.Narrowed()).query).count("@@") == 1


def test_what_stands_in_every_tweet_finds_no_tweets_and_says_so(client, chat, build):
    build(chat, *CONVERSATION)

    answers = [search(client, words) for words in ("#WeCops", "the wecops -owl", "wecops or owl")]

    assert [[each.kind for each in answer.context["results"]] for answer in answers] == [["chat"]] * 3
    assert ["Our own hashtag stands in nearly every tweet" in answer.text for answer in answers] == [True] * 3
    assert found(client, "wecops pen") == [("tweet", "A1 Take a <mark>pen</mark>. Take two. #<mark>WeCops</mark>")]


@pytest.mark.parametrize(
    ("headline", "html"),
    [
        ("a \ue000b\ue001 c", "a <mark>b</mark> c"),
        ("\ue000b\ue001 \ue000c\ue001", "<mark>b c</mark>"),
        ("\ue000\ue000b\ue001 \ue001", "<mark>b</mark>"),
        ("&lt;\ue000i\ue001&gt; &#xE000;x&#xE001;", "&lt;<mark>i</mark>&gt; x"),
        ("", ""),
    ],
)
def test_signs_become_marks_only_in_pairs(headline, html):
    assert results.shown(headline, is_html=True) == html


def test_filters_narrow_and_count_what_they_would_leave(client, build):
    rest = Topic.objects.create(community=wecops(), slug="rest", name="Rest")
    vans = Topic.objects.create(community=wecops(), slug="vans", name="Vans")
    chat = ChatFactory(title="Owls at rest", slug="one", topic=rest)
    chat.tags.add("AcademicPony")
    build(chat, seen(1, "One owl #EBP", hashtags=("EBP",)), seen(2, "Two owls", author="bob"))
    PostFactory(title="Owls", topic=vans, tags=["academicpony"])
    PostFactory(title="Owls", published_at=datetime(2019, 5, 1, tzinfo=UTC))

    context = search(client, "owl").context

    assert [(each.words, each.number) for each in context["switches"]] == [
        ("Everything", 5), ("Chats", 1), ("Write-ups and posts", 2), ("Pieces by members", 0),
        ("Tweets", 2), ("Films", 0), ("Events", 0),
        ("Topics", 0),
    ]  # fmt: skip
    assert [(box.topic.slug, box.number, box.is_on) for box in context["boxes"]] == [
        ("rest", 3, False),
        ("vans", 1, False),
    ]
    assert (context["academic"], context["years"]) == (3, [2016, 2019, 2026])
    for more, kinds in (
        ("&kind=tweet", ["tweet", "tweet"]),
        ("&topic=rest", ["chat", "tweet", "tweet"]),
        ("&topic=rest&topic=vans", ["chat", "post", "tweet", "tweet"]),
        ("&from=2019", ["chat", "post", "tweet", "tweet"]),
        ("&to=2019", ["post", "post"]),
        ("&from=2019&to=2016", ["post", "post"]),
        ("&only=academic", ["chat", "post", "tweet"]),
        ("&only=academic&kind=tweet&topic=rest&from=2026", ["tweet"]),
    ):
        context = search(client, "owl", more).context
        assert sorted(each.kind for each in context["results"]) == kinds
        assert context["total"] == len(kinds)


@pytest.mark.parametrize("copies", [1, 4])
def test_a_search_costs_the_same_for_few_and_for_many(client, build, copies, django_assert_num_queries):
    writer, rest = WriterFactory(), Topic.objects.create(community=wecops(), slug="owl", name="Owl")
    for number in range(copies):
        chat = ChatFactory(title="Owl", slug=f"owl-{number}", topic=rest)
        chat.tags.add("owl")
        build(chat, seen(number + 1, "An owl"))
        PostFactory(title="Owl", by=[writer], tags=["owl"], published_at=START)
        VideoFactory(title="Owl", published_at=START)
        EventFactory(title="Owl")
        ContributionFactory(text="Owl")

    with django_assert_num_queries(QUERIES):
        response = search(client, "owl", "&sort=new")

    assert len(response.context["results"]) == 6 * copies + 1


def test_results_come_in_pages_of_25_that_keep_what_was_chosen(client):
    for number in range(30):
        PostFactory(title=f"Owl {number}")

    first, second = search(client, "owl", "&kind=post&sort=new"), search(client, "owl", "&kind=post&sort=new&page=2")

    assert (len(first.context["results"]), len(second.context["results"])) == (25, 5)
    assert {each.path for each in first.context["results"]}.isdisjoint(each.path for each in second.context["results"])
    assert '<a href="?q=owl&amp;kind=post&amp;sort=new&amp;page=2" rel="next">Next</a>' in first.text
    assert "Search, page 2, WeCops" in second.text


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "Two plain words find most."),
        ("?q=", "Two plain words find most."),
        ("?q=+%00%0a+", "Two plain words find most."),
        ("?q=" + "x" * 5000, asked.TOO_LONG),
        ("?q=the+and+of", asked.TOO_COMMON),
        ("?q=%F0%9F%A6%89", asked.NO_WORD),
        ("?q=-_%22%3A*", asked.NO_WORD),
        ("?q=-owl", asked.ONLY_WITHOUT),
        ("?q=owl&kind=nonsense", "We do not keep anything of that kind, so this is everything."),
        ("?q=owl&from=then&to=99999", "That is no year we know of, so this is of any year."),
        ("?q=owl&from=%C2%B2016", "That is no year we know of, so this is of any year."),
        ("?q=owl&topic=nonsense%00", "We have no such topic."),
        ("?q=owl&page=99", "There is no such page of results: this is the first."),
        ("?q=owl&page=-1%00", "There is no such page of results: this is the first."),
        ("?q=owl%00&page=1", "1 result<"),
        ("?q=%FF%ED%A0%80owl'%22%26%7C!(:*<->%5C", "1 result<"),
    ],
)
def test_whatever_is_typed_gets_a_friendly_answer(client, address, said):
    PostFactory(title="Owl")

    response = client.get(f"/search/{address}")

    assert response.status_code == 200
    assert said in response.text


def test_nothing_found_leads_on(client, build):
    ChatFactory(title="Night and custody", slug="one")
    PostFactory(title="Custody", published_at=datetime(2019, 5, 1, tzinfo=UTC))

    misspelt = search(client, "nigth custodey").context
    apart = search(client, "custody drone nights").context
    unknown = search(client, "zzyzx")
    filtered = search(client, "custody", "&from=2020&to=2021").context

    assert tuple(misspelt["meant"]) == ("night custody", 1, "?q=night+custody")
    assert [tuple(each) for each in apart["lone"]] == [
        ("custody", "1 chat and 1 post", "?q=custody"),
        ("nights", "1 chat", "?q=nights"),
    ]
    assert (unknown.context["lone"], unknown.context["meant"]) == ([], None)
    assert '<a class="btn" href="/propose/">Propose it</a>' in unknown.text
    assert (filtered["unfiltered"], filtered["bare"]) == (2, "?q=custody")


def test_spelling_finds_the_nearest_word_of_our_titles(django_assert_num_queries):
    PostFactory(title="Safety on night shifts, don’t rush")
    titles = [type(PostFactory.build()).objects.all()]

    with django_assert_num_queries(1):
        near = spelling.nearest(["saftey", "nigth", "zzyzx", "the", "Shifts"], titles)

    assert near == ["safety", "night", "zzyzx", "the", "shifts"]
    assert spelling.nearest(["a"], titles) == ["a"]


def test_results_stay_out_of_search_engines_and_caches(client):
    PostFactory(title="Owl")

    empty, response = client.get("/search/"), search(client, "owl")

    assert (response["X-Robots-Tag"], response["Cache-Control"]) == ("noindex, nofollow", "no-store")
    assert '<meta name="robots" content="noindex, nofollow">' in response.text
    assert ("X-Robots-Tag" in empty, empty["Cache-Control"], "noindex" in empty.text) == (False, "no-cache", False)
    assert "Disallow: /search/?\n" in client.get("/robots.txt").text
    assert "/search/" not in client.get("/sitemap-pages.xml").text
    assert response.cookies == empty.cookies == {}


def test_nobody_searches_without_end(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "search": "2/m/ip"}

    codes = [search(client, "owl").status_code for _ in range(3)]

    assert (codes, client.get("/search/").status_code) == ([200, 200, 429], 200)


def test_a_search_that_takes_too_long_ends_with_a_sentence(client, monkeypatch):
    """To plan it takes PostgreSQL longer than this."""
    monkeypatch.setattr(page, "LONGEST_MS", 1)

    response = search(client, "owl")

    assert (response.status_code, page.TOO_MUCH in response.text) == (200, True)
    assert "Every chat" in response.text


def test_opensearch_leads_to_a_page_that_finds(client):
    PostFactory(title="Owl & night")
    wecops_page = client.get("/").text
    response = client.get("/opensearch.xml")
    told = ET.fromstring(response.content)
    name = "{http://a9.com/-/spec/opensearch/1.1/}"

    asks, itself = told.findall(f"{name}Url")

    link = '<link rel="search" type="application/opensearchdescription+xml" title="WeCops" href="/opensearch.xml">'
    assert link in wecops_page
    assert response["Content-Type"] == "application/opensearchdescription+xml"
    assert [told.findtext(f"{name}{each}") for each in ("ShortName", "Language")] == ["WeCops", "en-GB"]
    address = asks.get("template").replace("{searchTerms}", "owl+%26+night")
    site = wecops().site
    assert (address, itself.get("template")) == (f"{site}/search/?q=owl+%26+night", f"{site}/opensearch.xml")
    assert told.findtext(f"{name}Image").startswith(f"{site}/static/icons/icon.")
    assert [each.kind for each in client.get(address.removeprefix(site)).context["results"]] == ["post"]


def test_opensearch_of_another_community_is_its_own(settings):
    settings.ALLOWED_HOSTS = ["testserver", "other.example", "nobody.example"]
    other = neighbour()
    other.name, other.hue = "A long name & more", 20
    other.save()

    told = ET.fromstring(Client(HTTP_HOST="other.example").get("/opensearch.xml").content)

    assert told[0].text == "A long name & mo"
    assert told.find("*[@template]").get("template").startswith("http://other.example")
    assert Client(HTTP_HOST="nobody.example").get("/opensearch.xml").status_code == 404
