"""What the tables of the blog refuse, and what its querysets give."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from blog.models import Contribution, Kind, OldAddress, Post, PostStatus
from blog.models.address import bare
from blog.models.tag import plain
from tests.factories.blog import OUT_AT, PictureFactory, PostFactory, WriterFactory
from tests.factories.chats import ChatFactory, wecops
from tests.factories.people import neighbour, person

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
REFUSED = {
    "post_slug_fits_an_address": {"slug": "two words"},
    "post_has_a_title": {"title": ""},
    "post_kind_is_known": {"kind": "advert"},
    "post_status_is_known": {"status": "lost"},
    "post_day_goes_with_its_moment": {"published_on": None},
    "post_that_is_out_has_words_and_a_day": {"html": ""},
    "post_event_ends_after_it_starts": {"event_starts_at": OUT_AT, "event_ends_at": OUT_AT},
    "post_of_many_has_its_event": {"kind": Kind.COLLABORATIVE},
}


@pytest.mark.parametrize("constraint", REFUSED)
def test_a_post_that_makes_no_sense_is_refused(constraint):
    with pytest.raises(IntegrityError, match=constraint):
        PostFactory(**REFUSED[constraint])


def test_a_picture_without_words_for_it_is_refused():
    with pytest.raises(IntegrityError, match="post_picture_has_its_words"):
        PostFactory(hero=PictureFactory())


def test_an_address_is_one_posts_within_a_community():
    PostFactory(slug="rules")
    PostFactory(slug="rules", community=neighbour())

    with pytest.raises(IntegrityError, match="post_slug_is_unique"):
        PostFactory(slug="rules")


def test_published_is_what_is_out_at_that_moment_newest_first():
    shown = [PostFactory(published_at=OUT_AT + n * HOUR) for n in range(2)]
    shown.append(PostFactory(status=PostStatus.SCHEDULED, published_at=OUT_AT + 2 * HOUR))
    PostFactory(status=PostStatus.SCHEDULED, published_at=OUT_AT + 2 * HOUR + timedelta(seconds=1))
    for status in (PostStatus.DRAFT, PostStatus.REVIEW, PostStatus.UNPUBLISHED):
        PostFactory(status=status)

    assert list(Post.objects.published(OUT_AT + 2 * HOUR)) == shown[::-1]
    assert [post.is_out(OUT_AT) for post in Post.objects.order_by("pk")] == [True] + 6 * [False]


def test_lists_come_with_their_words_and_names_by_one_query(django_assert_num_queries):
    ann, bob = WriterFactory(slug="ann", name="Ann"), WriterFactory(slug="bob", name="Bob", handle="")
    PostFactory(tags=["rest", "custody"], by=[bob, ann])
    PostFactory(published_at=OUT_AT - HOUR)

    with django_assert_num_queries(1):
        told = [(post.tag_facts, post.writer_facts) for post in Post.objects.published(OUT_AT).for_lists()]

    assert told == [
        (
            [{"slug": "custody", "name": "custody"}, {"slug": "rest", "name": "rest"}],
            [{"slug": "bob", "name": "Bob", "handle": ""}, {"slug": "ann", "name": "Ann", "handle": "ann"}],
        ),
        ([], []),
    ]


def test_a_word_is_one_however_it_is_typed():
    typed = ["#Safe-Staffing", "safe  staffing", "SAFE_STAFFING", "Frühdienst", "#", " ", "academicpony"]

    assert plain(typed) == {
        "safe-staffing": "safe staffing",
        "frühdienst": "frühdienst",
        "academicpony": "academicpony",
    }


@pytest.mark.parametrize(
    ("days", "is_open"), [(-7.01, False), (-7, True), (0, True), (7.04, True), (7.05, False)]
)  # the event lasts an hour
def test_members_add_pieces_from_a_week_before_an_event_to_a_week_after(days, is_open):
    start = OUT_AT + timedelta(days=30)
    post = PostFactory(kind=Kind.COLLABORATIVE, event_starts_at=start, event_ends_at=start + HOUR)

    assert post.takes_pieces(start + timedelta(days=days)) is is_open


def test_a_piece_goes_with_its_writer():
    sam = person("sam")
    Contribution.objects.create(post=PostFactory(), user=sam, text="Hello", html="<p>Hello</p>", created_at=OUT_AT)

    sam.delete()

    assert Contribution.objects.count() == 0


def test_an_old_address_leads_to_one_thing():
    post, chat = PostFactory(slug="rules"), ChatFactory(slug="first")
    to = {
        "/blogs/3654": {"post": post},
        "/tweet-chats/chat-details/9": {"chat": chat},
        "/about-us": {"target": "/about/"},
    }
    made = [OldAddress.objects.create(community=wecops(), path=path, **where) for path, where in to.items()]

    assert [each.leads_to for each in made] == ["/blog/2016/04/rules/", chat.get_absolute_url(), "/about/"]
    for wrong in ({}, {"post": post, "chat": chat}, {"target": "//elsewhere.example/"}, {"target": "https://x.com"}):
        with pytest.raises(IntegrityError, match="leads_to_one_thing"), transaction.atomic():
            OldAddress.objects.create(community=wecops(), path="/x", **wrong)
    with pytest.raises(IntegrityError, match="is_a_bare_path"):
        OldAddress.objects.create(community=wecops(), path="/blogs/17/", post=post)


def test_a_path_is_looked_up_in_one_form():
    assert [bare(path) for path in ("/Blogs/17/", "/blogs/17", "/")] == ["/blogs/17", "/blogs/17", "/"]
