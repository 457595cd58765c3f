"""Comments as members meet them: written, seen first, refused without a loss, changed, taken back, reported."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blog import comments
from blog.models import Comment, CommentState, PostStatus, Rule
from tests.factories.blog import CommentFactory, PostFactory
from tests.factories.people import neighbour, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def post():
    return PostFactory(slug="card", title="The card", published_at=timezone.now() - timedelta(days=1))


@pytest.fixture
def sam(client):
    user = person("sam")
    client.force_login(user)
    return user


def write(post):
    return f"{post.get_absolute_url()}comments/write/"


def test_whoever_is_not_signed_in_comes_back_after_it(client, post):
    answer = client.get(f"{write(post)}?to=3")

    assert answer["Location"] == f"/accounts/login/?next={write(post)}%3Fto%3D3"


def test_what_was_typed_while_signed_out_is_there_after_signing_in(client, post, settings):
    """A reply, a change and an appeal; and whoever only reports is led on as before."""
    CommentFactory(post=post, number=3, text="The first word")
    sam = person("sam")
    changed = CommentFactory(post=post, author=sam, sent_at=timezone.now())
    removed = CommentFactory(post=post, author=sam)
    comments.remove(removed, person("vera"), Rule.WELCOME, now=timezone.now())
    pages = {
        write(post): {"text": "To that", "to": "3", "send": "1"},
        f"{changed.own_path}edit/": {"text": "Said better", "send": "1"},
        removed.own_path: {"appeal": "I meant it well"},
    }
    shown = []
    for path, typed in pages.items():
        client.logout()
        client.post(path, typed)
        client.force_login(sam)
        assert client.session.get_expiry_age() == settings.SESSION_COOKIE_AGE
        text = client.get(path).text
        shown += [
            said for said in (*typed.values(), "The first word") if f"\n{said}</textarea>" in text or said in text
        ]
        client.post(path, typed)
        assert "typed" not in client.session

    assert [said for said in shown if said not in "13"] == [
        "To that",
        "The first word",
        "Said better",
        "I meant it well",
    ]
    client.logout()
    client.post(f"{post.get_absolute_url()}comments/3/report/", {"why": "rude"})
    assert "typed" not in client.session


def test_it_is_seen_first_and_nothing_is_sent(client, post, sam):
    answer = client.post(write(post), {"text": "So *that* is it", "preview": "1"})

    assert "<em>that</em>" in answer.text
    assert "\nSo *that* is it</textarea>" in answer.text
    assert not Comment.objects.exists()


def test_the_first_is_sent_and_waits_on_its_own_page(client, post, sam):
    answer = client.post(write(post), {"text": "Hello", "send": "1"}, follow=True)

    comment = Comment.objects.get()
    assert answer.redirect_chain == [(comment.own_path, 302)]
    assert "Waiting for a volunteer" in answer.text
    assert "Until one comment of yours is published here, a volunteer reads each first." in answer.text
    assert comment.sent_from == comments.place("127.0.0.1")
    assert "no-store" in answer["Cache-Control"]
    assert "My comments" in client.get("/me/").text


@pytest.mark.parametrize(
    "data", [{"text": "x" * 2001}, {"text": " "}, {"text": "https://a.ex https://b.ex https://c.ex"}]
)
def test_what_is_refused_stays_in_the_box(client, post, sam, data):
    answer = client.post(write(post), {**data, "send": "1"})

    assert answer.status_code == 422
    assert f"\n{data['text']}</textarea>" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert not Comment.objects.exists()


def test_a_reply_stands_under_what_it_answers(client, post, sam):
    top = CommentFactory(post=post, number=3, text="The first word")
    CommentFactory(author=sam)

    asked = client.get(f"{write(post)}?to=3")
    client.post(write(post), {"text": "To that", "to": "3", "send": "1"})

    assert "The first word" in asked.text
    reply = sam.comments.get(post=post)
    assert (reply.parent, reply.state) == (top, CommentState.SHOWN)
    assert client.get(f"{write(post)}?to=x{'9' * 50}").status_code == 200


def test_its_writer_changes_it_and_takes_it_back(client, post, sam):
    CommentFactory(author=sam)
    comment = CommentFactory(post=post, author=sam, sent_at=timezone.now())

    page = client.get(comment.own_path).text
    refused = client.post(f"{comment.own_path}edit/", {"text": "", "send": "1"})
    client.post(f"{comment.own_path}edit/", {"text": "Other words", "send": "1"})
    asked = client.get(f"{comment.own_path}delete/")
    comment.refresh_from_db()
    told = comment.text, comment.state, asked.status_code, refused.status_code
    client.post(f"{comment.own_path}delete/")
    comment.refresh_from_db()

    assert "Edit, 15 minutes left" in page
    assert told == ("Other words", CommentState.SHOWN, 200, 422)
    assert (comment.text, comment.state) == ("", CommentState.WITHDRAWN)
    assert "Its words are gone" in client.get(comment.own_path).text
    assert client.get(f"{comment.own_path}edit/")["Location"] == comment.own_path


def test_a_deletion_says_what_others_will_see(client, post, sam):
    unseen = CommentFactory(post=post, author=sam, state=CommentState.HELD, held_for="first", shown_at=None)
    seen = CommentFactory(post=post, author=sam)

    pages = [client.get(f"{each.own_path}delete/").text for each in (unseen, seen)]

    assert ["No reader has seen them." in page for page in pages] == [True, False]
    assert ["Others see that a comment was here" in page for page in pages] == [False, True]


def test_what_is_ones_own_can_be_taken_back_from_a_post_that_is_gone(client, post, sam):
    comment = CommentFactory(post=post, author=sam)
    post.status = PostStatus.UNPUBLISHED
    post.save(update_fields=["status"])

    client.post(f"{comment.own_path}delete/")

    comment.refresh_from_db()
    assert comment.text == ""
    assert client.get(write(post)).status_code == 404


def test_what_is_another_persons_is_not_there(client, post, sam):
    comment = CommentFactory(post=post)

    found = [client.get(f"{comment.own_path}{page}/").status_code for page in ("edit", "delete")]

    assert found == [404, 404]
    assert client.get(comment.own_path)["Location"] == comment.get_absolute_url()
    client.logout()
    assert client.get(comment.own_path)["Location"] == comment.get_absolute_url()


def test_a_removal_is_told_to_its_writer_and_may_be_seen_differently(client, post, sam):
    comment = CommentFactory(post=post, author=sam)
    comments.remove(comment, person("ruth"), Rule.CASES, "It points <at> one.", now=timezone.now())

    page = client.get(comment.own_path).text
    refused = client.post(comment.own_path, {"appeal": " "})
    after = client.post(comment.own_path, {"appeal": "It does not."}, follow=True)

    assert "house rule 2, Never share a real case" in page
    assert "It points &lt;at&gt; one." in page
    assert refused.status_code == 422
    assert "You asked for a second look" in after.text


def test_a_report_is_made_once_and_its_outcome_is_told(client, post, sam):
    comment = CommentFactory(post=post)
    path = f"{comment.own_path}report/"

    without = client.post(path, {})
    sent = client.post(path, {"why": "unkind"}, follow=True)
    comments.approve(comment, person("ruth"), now=timezone.now())

    assert without.status_code == 422
    assert "Thank you, we have it" in sent.text
    assert "A volunteer read it, and it stays." in client.get(path).text
    assert "A volunteer read it, and it stays." in client.get("/me/").text


def test_whoever_reports_is_told_whether_it_stays(client, post, sam):
    """Which it does, also of a real case, once a volunteer has read it."""
    unread, read = CommentFactory.create_batch(2, post=post)
    comments.approve(read, person("ruth"), now=timezone.now())

    told = [client.post(f"{each.own_path}report/", {"why": "case"}, follow=True).text for each in (unread, read)]

    assert ["Until then no reader sees the comment." in page for page in told] == [True, False]
    assert ["The comment stays until then." in page for page in told] == [False, True]


def test_another_community_has_nothing_of_it(client, post, settings):
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    neighbour()
    comment = CommentFactory(post=post)
    client.force_login(person("tess"))

    found = [
        client.get(path, headers={"host": "other.example"}).status_code
        for path in (
            write(post),
            comment.own_path,
            f"{comment.own_path}report/",
            f"{post.get_absolute_url()}comments/feed/",
        )
    ]

    assert found == [404] * 4


def test_the_feed_holds_what_is_there_newest_first(client, post, django_assert_num_queries):
    CommentFactory(post=post, text="<first>", html="<p>&lt;first&gt;</p>")
    CommentFactory(post=post, html="<p>second</p>", shown_at=timezone.now())
    CommentFactory(post=post, state=CommentState.HELD, held_for="first", shown_at=None)

    with django_assert_num_queries(3):
        answer = client.get(f"{post.get_absolute_url()}comments/feed/")

    assert answer["Content-Type"] == "application/atom+xml"
    assert answer.text.count("<entry>") == 2
    assert answer.text.index("second") < answer.text.index("&lt;p&gt;&amp;lt;first&amp;gt;&lt;/p&gt;")


def test_the_thread_is_the_same_for_everybody(client, post, sam):
    CommentFactory(post=post, author=sam, text="Mine", html="<p>Mine</p>")

    own = client.get(post.get_absolute_url())
    client.logout()
    anonymous = client.get(post.get_absolute_url())

    assert own.content == anonymous.content
    assert "Mine" in own.text
    assert not anonymous.cookies
