"""The pages of the blog: who may read what, where it stands, and at how many queries."""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.core.cache import cache
from django.test import override_settings
from django.utils import timezone
from PIL import Image

from accounts import seals
from blog import previews, publishing, reading
from blog.models import Contribution, Kind, Post, PostStatus, Standing
from blog.views import PostDetail, around
from blog.views.keeping import kept
from chats.ingest import removal
from chats.models import Topic
from tests.blog.pictures import picture
from tests.factories.blog import OUT_AT, PostFactory, VideoFactory, WriterFactory
from tests.factories.chats import EventFactory, wecops
from tests.factories.conversation import CONVERSATION
from tests.factories.people import neighbour, person
from tests.factories.records import seen

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
RULES = "/blog/2016/04/rules/"


@pytest.fixture
def post():
    ann = WriterFactory(slug="ann", name="Ann Okelu-Reed", handle="ann")
    post = PostFactory(slug="rules", title="Rules we keep", by=[ann], tags=["rest", "academicpony"])
    cache.clear()  # a change that is not committed lets no page be kept
    return post


def statuses(client, *paths):
    return [client.get(path).status_code for path in paths]


def linked_data(page):
    return json.loads(page.partition('<script type="application/ld+json">')[2].partition("</script>")[0])


def test_a_post_says_when_by_whom_and_what(client, post):
    text = client.get(RULES).text

    assert "Tuesday 26 April 2016" in text
    assert 'by <a href="/blog/by/ann/">@ann</a>' in text
    assert "<p>Something worth reading.</p>" in text
    assert 'href="/blog/tags/rest/"' in text
    assert 'class="academic"' in text


def test_an_excerpt_that_is_the_opening_is_not_read_twice(client, post):
    with_own = client.get(RULES).text
    Post.objects.update(excerpt="Something worth reading.")
    cache.clear()

    assert f'<p class="lede">{post.excerpt}</p>' in with_own
    assert '<p class="lede">' not in client.get(RULES).text


def test_machines_read_the_same(client, post):
    facts = linked_data(client.get(RULES).text)

    site = "http://127.0.0.1:8000"
    assert {name: facts[name] for name in ("@type", "headline", "url", "datePublished", "keywords")} == {
        "@type": "BlogPosting",
        "headline": "Rules we keep",
        "url": f"{site}{RULES}",
        "datePublished": "2016-04-26T19:00+01:00",
        "keywords": ["academicpony", "rest"],
    }
    assert facts["author"] == [{"@type": "Person", "name": "Ann Okelu-Reed", "url": f"{site}/blog/by/ann/"}]


def test_hostile_words_stay_words(client, post):
    hostile = '</title></script><script>alert(1)</script>"'
    Post.objects.update(title=hostile, excerpt=hostile)

    pages = {path: client.get(path).text for path in (RULES, "/blog/", "/blog/tags/rest/", "/blog/feed/", "/")}

    assert [path for path, text in pages.items() if "<script>alert" in text or "alert(1)" not in text] == []
    assert linked_data(pages[RULES])["headline"] == hostile


def test_what_is_not_out_is_nowhere(client, now):
    soon = timezone.now() + HOUR
    PostFactory(slug="draft", status=PostStatus.DRAFT, published_at=None, title="Secret", tags=["secret"])
    PostFactory(
        slug="soon", status=PostStatus.SCHEDULED, published_at=soon, title="Secret", by=[WriterFactory(slug="zoe")]
    )

    lists = (
        "/blog/",
        f"/blog/{soon:%Y}/",
        f"/blog/{soon:%Y/%m}/",
        "/blog/feed/",
        "/blog/feed/rss/",
        "/",
        "/sitemap-posts.xml",
    )
    assert [path for path in lists if "Secret" in client.get(path).text or "/soon/" in client.get(path).text] == []
    at = f"/blog/{soon:%Y/%m}/soon/"
    hidden = ("/blog/2016/04/draft/", at, f"{at}qr.svg", f"{at}card.png", "/blog/tags/secret/", "/blog/by/zoe/")
    assert statuses(client, *hidden) == 6 * [404]
    assert statuses(client, "/blog/1999/01/soon/comments/1/", "/blog/tags/%00/", "/blog/tags/%00/feed/") == 3 * [404]
    assert client.get("/blog/follow/?topic=%00").status_code == 200


def test_what_was_taken_down_says_so_and_is_in_no_list(client, post):
    publishing.unpublish(post, now=timezone.now())

    response = client.get(RULES)

    assert (response.status_code, "This post was taken down" in response.text) == (410, True)
    assert ["Rules we keep" in client.get(path).text for path in ("/blog/", "/blog/feed/")] == [False, False]


def test_old_addresses_lead_to_where_it_is_now(client, post):
    publishing.rename(post, "our-rules")
    publishing.remember(wecops(), "/blogs/3654", post=post)
    publishing.remember(wecops(), "/old", target="/about/")
    here = "/blog/2016/04/our-rules/"

    led = {
        path: client.get(path) for path in (RULES, "/blogs/3654", "/Blogs/3654/", "/old/", "/blog/2015/01/our-rules/")
    }

    assert {path: (answer.status_code, answer.headers.get("Location")) for path, answer in led.items()} == {
        RULES: (301, here),
        "/blogs/3654": (301, here),
        "/Blogs/3654/": (301, here),
        "/old/": (301, "/about/"),
        "/blog/2015/01/our-rules/": (301, here),
    }
    assert statuses(client, "/blogs/1", "/nowhere/") == [404, 404]
    assert client.post("/blogs/3654").status_code == 404


def test_another_communitys_posts_are_not_here(client, post):
    other = neighbour()
    PostFactory(
        community=other, slug="theirs", title="Theirs", tags=["theirs"], by=[WriterFactory(community=other, slug="bo")]
    )
    publishing.remember(other, "/blogs/1", target="/about/")

    with override_settings(ALLOWED_HOSTS=["testserver", "other.example"]):
        hidden = ("/blog/2016/04/theirs/", "/blog/tags/theirs/", "/blog/by/bo/", "/blogs/1")
        assert statuses(client, *hidden) == 4 * [404]
        assert "Theirs" not in client.get("/blog/").text
        there = client.get("/blog/", headers={"host": "other.example"}).text

    assert ("Theirs" in there, "Rules we keep" in there) == (True, False)


def test_lists_by_time_have_what_is_theirs(client, post):
    PostFactory(slug="later", title="Later", published_at=OUT_AT.replace(year=2018, month=2))

    assert statuses(client, "/blog/2016/", "/blog/2016/04/", "/blog/2016/13/", "/blog/20161/") == [200, 200, 404, 404]
    assert ["Rules we keep" in client.get(path).text for path in ("/blog/2016/", "/blog/2018/", "/blog/2016/04/")] == [
        True, False, True,
    ]  # fmt: skip
    assert 'href="/blog/2018/02/"' in client.get("/blog/2016/04/").text
    assert statuses(client, "/blog/2017/", "/blog/2016/05/") == [200, 200]  # they lie between
    outside = ("/blog/2015/", "/blog/2019/", "/blog/2016/03/", "/blog/2018/03/", "/blog/0001/01/", "/blog/9999/12/")
    assert statuses(client, *outside) == [404] * 6


def test_a_word_and_a_writer_have_their_page(client, post):
    PostFactory(title="Of nobody")

    assert [path for path in ("/blog/tags/rest/", "/blog/by/ann/") if "Of nobody" in client.get(path).text] == []
    assert statuses(client, "/blog/tags/rest/", "/blog/tags/none/", "/blog/by/ann/", "/blog/by/none/") == [
        200,
        404,
        200,
        404,
    ]


def test_the_pony_explains_itself_and_lists_chats_too(client, built):
    built.chat.tags.add("academicpony")

    text = client.get("/blog/tags/academicpony/").text

    assert ("Why a pony?" in text, "First night" in text) == (True, True)


def test_what_stands_around_a_post(client):
    day = timedelta(days=1)
    for number, tags in enumerate((["rest"], ["rest", "custody"], ["other"], ["custody", "rest"])):
        PostFactory(slug=f"p{number}", title=f"P{number}", published_at=OUT_AT + number * day, tags=tags)

    around = client.get("/blog/2016/04/p1/").context["around"]

    assert (around.earlier.title, around.later.title) == ("P0", "P2")
    assert [each.title for each in around.like_it] == ["P3", "P0"]


def test_those_like_a_post_are_among_the_newest_200():
    day, here = timedelta(days=1), wecops()
    old = PostFactory(tags=["rest"])
    new = PostFactory(published_at=OUT_AT + 2 * day, tags=["rest"])
    others = PostFactory.build_batch(199, community=here, published_at=OUT_AT + day)
    like_it = []

    for more in (others[:198], others[198:]):
        Post.objects.bulk_create(more)
        like_it.append([each.path for each in reading.around(new, OUT_AT + 3 * day).like_it])

    assert like_it == [[old.get_absolute_url()], []]


def test_the_chat_behind_a_post_is_shown_with_the_shape_of_its_hour(client, built, post, django_assert_num_queries):
    Post.objects.update(chat=built.chat)

    with django_assert_num_queries(4):
        text = client.get(RULES).text

    behind = text.partition("The chat behind this post")[2].partition("</aside>")[0]
    assert f'<a href="{built.chat.get_absolute_url()}">First night</a>' in behind
    assert 'class="hour"' in behind
    assert linked_data(text)["about"]["name"] == "First night"


@pytest.mark.parametrize("number", [1, 12])
def test_a_post_takes_as_many_queries_however_many_there_are(client, post, number, django_assert_num_queries):
    for _ in range(number):
        PostFactory(tags=["rest"], by=[WriterFactory()])
    cache.clear()

    with django_assert_num_queries(4):  # the community, the post, what is said below it, what stands around it
        client.get(RULES)
    with django_assert_num_queries(0):  # kept
        assert client.get(RULES).status_code == 200


def test_what_is_taken_down_while_pages_are_drawn_is_kept_by_none(client, post, rf, django_capture_on_commit_callbacks):
    """Under no host, not beside its neighbour, and not by who began to draw before it was."""
    PostFactory(slug="next", published_at=OUT_AT + HOUR)
    around = ("/blog/", "/blog/2016/04/next/", "/blog/tags/rest/", "/blog/feed/")
    before = ["Rules we keep" in client.get(path).text for path in around]

    def slowly(request, **kwargs):
        response = PostDetail.as_view()(request, **kwargs)
        with django_capture_on_commit_callbacks(execute=True):
            publishing.unpublish(post, now=timezone.now())
        return response

    drawn = kept(slowly)(rf.get(RULES), slug="rules")

    assert (before, "Something worth reading." in drawn.text) == ([True] * 4, True)
    assert client.get(RULES).status_code == 410
    assert ["Rules we keep" in client.get(path).text for path in around] == [False] * 4


def test_while_a_change_is_written_nothing_is_kept(client, post):
    """Whoever takes a post down may die before they can say that it is done."""
    client.get(RULES)
    publishing.unpublish(post, now=timezone.now())

    assert statuses(client, RULES, RULES) == [410, 410]


def test_no_kept_page_quotes_what_was_taken_back_in_a_chat(client, chat, build, django_capture_on_commit_callbacks):
    """Nor ever what the community's account only passed on."""
    words = "Sleep first and drive later, every single time you can."
    build(chat, *CONVERSATION, seen(110, words), seen(111, f"RT @ann: {words}", author="wecops", minute=71))
    before = client.get("/blog/").text
    assert "Sleep first" not in before

    with django_capture_on_commit_callbacks(execute=True):
        removal.take_back("x", ["100"])

    assert ["Say hello." in said for said in (before, client.get("/blog/").text)] == [True, False]


def test_kept_pages_name_events_topics_and_writers_as_they_are_called_now(client, django_capture_on_commit_callbacks):
    rest = Topic.objects.create(community=wecops(), slug="rest", name="Rest")
    event, writer = EventFactory(title="In the shed"), WriterFactory(name="Ann Old")
    post = PostFactory(event=event, by=[writer], topic=rest)
    film = VideoFactory(event=event)

    def told():
        pages = [client.get(each.get_absolute_url()).text for each in (post, film)]
        return [[words in page for page in pages] for words in ("In the shed", "Ann Old", "Rest</")]

    cache.clear()
    before = told()
    event.status, writer.name, rest.name = "draft", "Ann New", "Sleep"
    with django_capture_on_commit_callbacks(execute=True):
        for row in (event, writer, rest):
            row.save()

    assert (before, told()) == ([[True, True], [True, False], [True, False]], [[False, False]] * 3)


def test_a_piece_is_gone_with_its_account(client, django_capture_on_commit_callbacks):
    post = PostFactory(kind=Kind.COLLABORATIVE, event_starts_at=OUT_AT, event_ends_at=OUT_AT + HOUR)
    sam = person("sam")
    piece = {"user": sam, "text": "My piece.", "html": "<p>My piece.</p>", "standing": Standing.SHOWN}
    post.contributions.create(**piece, created_at=OUT_AT)
    before = client.get(post.get_absolute_url()).text

    with django_capture_on_commit_callbacks(execute=True):
        sam.delete()

    assert ["My piece." in said for said in (before, client.get(post.get_absolute_url()).text)] == [True, False]


@pytest.mark.parametrize("number", [3, 30])
def test_lists_take_as_many_queries_however_many_there_are(client, number, django_assert_num_queries):
    for _ in range(number):
        PostFactory(tags=["rest"], by=[WriterFactory()])

    told = {
        "/blog/": 8,  # with what other sites say, and how many follow
        "/blog/2016/": 5,
        "/blog/2016/04/": 5,
        "/blog/tags/rest/": 4,
        "/blog/feed/": 2,
        "/sitemap-posts.xml": 3,
    }
    for path, queries in told.items():  # each the community first
        with django_assert_num_queries(queries):
            assert client.get(path).status_code == 200


def test_a_kept_page_is_asked_whether_it_still_holds(client, post):
    first, second = client.get(RULES), client.get(RULES, headers={"accept-encoding": "gzip"})

    assert first.headers["Cache-Control"] == "no-cache"
    assert second.headers["Content-Encoding"] == "gzip"
    unchanged = client.get(RULES, headers={"accept-encoding": "gzip", "if-none-match": second["ETag"]})
    assert (unchanged.status_code, unchanged.cookies) == (304, {})
    assert client.get("/blog/?page=1").status_code == 200


def test_a_long_list_goes_on_on_other_pages(client):
    for number in range(11):
        PostFactory(title=f"N{number}", published_at=OUT_AT + number * HOUR)

    assert ["N0<" in client.get(path).text for path in ("/blog/", "/blog/?page=2")] == [False, True]
    assert statuses(client, "/blog/?page=3", "/blog/?page=x") == [404, 404]


def test_a_look_at_a_draft_needs_no_account(client):
    draft = PostFactory(slug="draft", status=PostStatus.DRAFT, published_at=None, title="Secret")

    response = client.get(previews.address(draft))

    assert (response.status_code, "This is not out yet" in response.text) == (200, True)
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("private, no-store", "noindex")
    assert client.get("/blog/preview/1:x:y/").status_code == 410
    publishing.revise(draft, by=None, now=OUT_AT, text="Words.")
    publishing.schedule(draft, datetime(2027, 7, 1, 7, tzinfo=UTC), now=datetime(2027, 6, 1, tzinfo=UTC))
    assert "on Thursday 1 July 2027 at 8 am UK time." in client.get(previews.address(draft)).text
    publishing.publish(draft, now=timezone.now())
    assert client.get(previews.address(draft)).headers["Location"] == draft.get_absolute_url()
    publishing.unpublish(draft, now=timezone.now())
    assert client.get(previews.address(draft)).status_code == 410


def test_a_look_at_another_communitys_draft_opens_only_there(client):
    draft = PostFactory(community=neighbour(), status=PostStatus.DRAFT, published_at=None)

    assert client.get(previews.address(draft)).status_code == 410


def test_codes_and_cards_are_pictures(client, post):
    codes = [client.get(path) for path in (f"{RULES}qr.svg", "/blog/qr.svg")]
    card = client.get(f"{RULES}card.png")

    assert [(each["Content-Type"], b"<path" in each.content) for each in codes] == 2 * [("image/svg+xml", True)]
    assert Image.open(BytesIO(card.content)).size == (1200, 630)


def test_the_picture_of_a_post_is_ours_and_goes_with_it(client, post):
    publishing.illustrate(post, picture(640, 400), "A teal card.", now=OUT_AT)
    path = f"/blog/pictures/{post.hero_id}-small.webp"

    shown = client.get(path)

    assert (shown["Content-Type"], "immutable" in shown["Cache-Control"]) == ("image/webp", True)
    assert f'<img class="art" src="{path}" alt=""' in client.get("/blog/").text
    text = client.get(RULES).text
    assert (f'src="/blog/pictures/{post.hero_id}-wide.webp"' in text, 'alt="A teal card."' in text) == (True, True)
    publishing.unpublish(post, now=timezone.now())
    assert client.get(path).status_code == 404


@pytest.fixture
def of_many():
    start = timezone.now() + timedelta(days=1)
    return PostFactory(slug="many", kind=Kind.COLLABORATIVE, event_starts_at=start, event_ends_at=start + HOUR)


def test_members_add_their_pieces(client, of_many):
    address = f"{of_many.get_absolute_url()}pieces/"
    assert "next=" in client.get(address).headers["Location"]
    client.force_login(person("sam"))

    first = client.post(address, {"text": "I learned *a lot*."}, follow=True)
    own = client.get("/me/").text
    assert [words in own for words in ("I learned <em>a lot</em>", "Waiting for a volunteer", address)] == [True] * 3
    publishing.show(Contribution.objects.get(), person("ruth"), now=timezone.now())
    second = client.post(address, {"text": "One thing more."})
    again = client.post(address, {"text": "One thing more."})

    assert "waits until somebody of the team has read it" in first.text
    assert second.headers["Location"].startswith(f"{of_many.get_absolute_url()}#piece-")
    assert "exactly this before" in again.text
    cache.clear()
    assert "<p>I learned <em>a lot</em>.</p>" in client.get(of_many.get_absolute_url()).text


def test_a_piece_is_its_writers_to_take_back_also_when_no_more_are_taken(client, of_many):
    address, sam = f"{of_many.get_absolute_url()}pieces/", person("sam")
    mine, theirs = (
        publishing.contribute(of_many, user, "Words.", now=timezone.now()) for user in (sam, person("tess"))
    )
    Post.objects.filter(pk=of_many.pk).update(event_starts_at=OUT_AT, event_ends_at=OUT_AT + HOUR)
    client.force_login(sam)

    page = client.get(address).text
    for key in (theirs.pk, "²", mine.pk):
        answer = client.post(address, {"take_back": key})

    assert ("It waits until somebody of the team has read it." in page, 'name="text"' in page) == (True, False)
    assert list(Contribution.objects.all()) == [theirs]
    assert (answer.status_code, client.get(address).status_code) == (302, 404)


def over(post, ended):
    """Its event was so long ago."""
    end = timezone.now() - ended
    Post.objects.filter(pk=post.pk).update(event_starts_at=end - HOUR, event_ends_at=end)


def test_whoever_still_writes_when_its_time_is_over_may_end_and_loses_no_word(client, of_many):
    address, week = f"{of_many.get_absolute_url()}pieces/", timedelta(days=7)
    sam = person("sam")
    client.force_login(sam)
    post, user, at = seals.opened(around.PIECE, client.get(address).context["begun"], lasts=HOUR)
    assert (post, user, timezone.now().timestamp() - at < 60) == (of_many.pk, sam.pk, True)
    earlier = timezone.now() - timedelta(minutes=20)
    begun = seals.sealed(around.PIECE, [of_many.pk, sam.pk, earlier.timestamp()])
    over(of_many, week + timedelta(minutes=1))

    late = client.post(address, {"text": "Just <in> time.", "begun": f"{begun}x"})
    in_time = client.post(address, {"text": "Just in time.", "begun": begun})
    over(of_many, week + timedelta(hours=2))
    too_late = client.post(address, {"text": "Far too late.", "begun": begun})

    assert [each.status_code for each in (late, in_time, too_late)] == [422, 302, 422]
    assert "This post takes no pieces now" in late.text
    assert "\nJust &lt;in&gt; time.</textarea>" in late.text
    assert [each.text for each in Contribution.objects.all()] == ["Just in time."]


def test_a_piece_of_whoever_was_signed_out_meanwhile_comes_back(client, of_many):
    address = f"{of_many.get_absolute_url()}pieces/"
    out = client.post(address, {"text": "My piece."})
    client.force_login(person("sam"))

    assert ("next=" in out.headers["Location"], "My piece.</textarea>" in client.get(address).text) == (True, True)
    over(of_many, timedelta(days=8))
    assert "My piece.</textarea>" in client.get(address).text
    assert client.post(f"{RULES}pieces/", {"text": "My piece."}).status_code == 404


def test_a_held_piece_is_shown_to_nobody_and_a_closed_post_takes_none(client, of_many, post):
    sam = person("sam")
    publishing.contribute(of_many, sam, "Secret words.", now=timezone.now())
    client.force_login(sam)

    assert Contribution.objects.get().standing == Standing.HELD
    assert "Secret words" not in client.get(of_many.get_absolute_url()).text
    assert client.get(f"{RULES}pieces/").status_code == 404
